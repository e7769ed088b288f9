"""Mail from outbox to mailbox: real databases, a real SMTP server, servers that misbehave, a real Maildir."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import DataError
from sqlalchemy.orm import Session

from notifications.claiming import Claim
from notifications.outbox import Enqueued
from notifications.reading import Reading
from notifications.smtp import transport_for
from scheduler.occurrence import Status
from scheduler.plan import Text
from scheduler.window import Window
from tests.integration.mailoffice import (
    AFFAIRS,
    AFFAIRS_MAIL,
    FRONT,
    FRONT_MAIL,
    MORNING,
    SENDER,
    TODAY,
    Office,
    Post,
    counts,
    event,
    parsed,
    text_of,
)
from tests.unit.notifications.relays import HANG_UP, ScriptedRelay
from tests.unit.notifications.samples import (
    EXCHANGE,
    record,
)


def test_a_reminder_reaches_a_real_server_once(office: Office, post: Post) -> None:
    office.put(record(), event(30, coordinating=(AFFAIRS,)))
    assert office.look() == Enqueued(reminders=6, deliveries=2, ended=0)
    assert office.send(post.way()) == counts(sent=2)
    assert sorted((envelope.mail_from, *envelope.rcpt_tos) for envelope in post.envelopes) == [
        (SENDER, FRONT_MAIL),
        (SENDER, AFFAIRS_MAIL),
    ]
    assert len(post.peers) == 1
    to_front = next(mail for mail in post.mails() if mail["To"] == FRONT_MAIL)
    assert to_front["Subject"] == "Nhắc 2 việc, gấp nhất: Trao đổi đoàn đại biểu Mặt trận (2021)"
    assert [part.get_content_type() for part in to_front.walk() if not part.is_multipart()] == [
        "text/plain",
        "text/html",
        "text/calendar",
    ]
    assert office.look() == Enqueued(reminders=0, deliveries=0, ended=0)
    assert office.send(post.way()) == counts()
    assert len(post.envelopes) == 2
    assert office.slots() == {
        ("event.2021", "prepare-30", FRONT): ("sent", None),
        ("event.2021", "prepare-60", FRONT): ("coalesced", "later-step"),
        ("event.2021", "prepare-90", FRONT): ("coalesced", "later-step"),
        ("event.2021", "prepare-120", FRONT): ("coalesced", "later-step"),
        ("event.2021", "prepare-30", AFFAIRS): ("sent", None),
        (EXCHANGE.key, "fix-days-180", FRONT): ("coalesced", "same-day"),
    }


def test_a_maildir_is_filled_once(office: Office, tmp_path: Path) -> None:
    office.put(record())
    office.look()
    url = f"maildir:{tmp_path / 'mail'}"
    assert office.send(transport_for(url)) == counts(sent=1)
    assert office.send(transport_for(url)) == counts()
    (file,) = (tmp_path / "mail" / "new").iterdir()
    stored, ident = office.message()
    envelope = f"Return-Path: <{SENDER}>\nDelivered-To: {FRONT_MAIL}\n".encode()
    assert file.read_bytes() == envelope + stored.replace(b"\r\n", b"\n")
    assert parsed(stored)["Message-ID"] == ident


def test_the_next_step_goes_on_with_the_thread(office: Office, post: Post) -> None:
    office.put(record())
    for day in (TODAY, date(2021, 9, 2), date(2021, 9, 3), date(2021, 10, 4)):
        office.now = datetime.combine(day, MORNING.timetz())
        office.look(day)
        office.send(post.way())
    first, second, third = post.mails()
    assert first["Subject"] == second["Subject"] == third["Subject"]
    assert (first["In-Reply-To"], second["In-Reply-To"]) == (None, first["Message-ID"])
    assert third["References"].split() == [first["Message-ID"], second["Message-ID"]]


def test_what_comes_up_after_the_days_mail_waits_for_the_next_working_day(office: Office, post: Post) -> None:
    office.put(record())
    office.look()
    office.send(post.way())
    office.put(event(7))
    assert office.look() == Enqueued(reminders=6, deliveries=0, ended=0)
    assert office.send(post.way()) == counts()
    office.now += timedelta(days=1)
    assert office.look(TODAY + timedelta(days=1)).deliveries == 1
    assert office.send(post.way()) == counts(sent=1)
    several = "Nhắc 2 việc, gấp nhất: Trao đổi đoàn đại biểu Mặt trận (2021)"
    assert several in [mail["Subject"] for mail in post.mails()]


def test_a_mail_not_yet_on_its_way_takes_more_in(office: Office, post: Post) -> None:
    office.put(record())
    office.look()
    office.put(event(7))
    assert office.look() == Enqueued(reminders=6, deliveries=0, ended=0)
    assert office.send(post.way()) == counts(sent=1)
    assert len(post.envelopes) == 1


def test_days_without_a_relay_end_in_one_mail(office: Office, post: Post) -> None:
    office.put(record(), event(7), event(15, cycle="2022"), event(16, cycle="2023"))
    with ScriptedRelay({"connect": "421 closed"}) as closed:
        for day in (TODAY, TODAY + timedelta(days=1)):
            office.look(day)
            assert office.send(closed.transport()).retried == 1
            office.now += timedelta(days=1)
    day = TODAY + timedelta(days=2)
    assert office.look(day).deliveries == 1
    assert office.send(post.way()) == counts(sent=1)
    assert [state for _, state, _ in office.mails()] == ["expired", "expired", "sent"]
    (mail,) = post.mails()
    assert mail["Subject"] == "Nhắc 4 việc, gấp nhất: Trao đổi đoàn đại biểu Mặt trận (2021)"
    ended = Counter(office.slots().values())
    assert ended[("sent", None)] == 1
    assert ended[("coalesced", "same-day")] == 3
    assert "pending" not in {state for state, _ in office.slots().values()}


@pytest.mark.parametrize(
    ("then", "reason"),
    [
        ({"status": Status.CANCELLED}, "cancelled"),
        ({"status": Status.HELD}, "held"),
        ({"status": Status.SKIPPED}, "skipped"),
        ({"window": Window.day(date(2021, 12, 1))}, "moved"),
        ({"joint": "other.2021"}, "joint"),
    ],
)
def test_what_has_fallen_since_is_not_sent(office: Office, post: Post, then: dict[str, Any], reason: str) -> None:
    office.put(event(30))
    office.look()
    office.put(event(30, **then))
    assert office.send(post.way()) == counts(expired=1)
    assert post.envelopes == []
    assert office.slots()[("event.2021", "prepare-30", FRONT)] == ("expired", reason)
    assert office.mails() == [(FRONT_MAIL, "expired", 1)]


def test_a_moved_event_reminds_anew_and_its_old_slots_expire(office: Office, post: Post) -> None:
    office.put(event(30))
    office.look()
    office.put(event(29))
    assert office.look() == Enqueued(reminders=4, deliveries=0, ended=1)
    assert office.send(post.way()) == counts(sent=1)
    ended = Counter(state for state, _ in office.slots().values())
    assert office.audit("reminder").count("expired") == 1
    assert ended["pending"] == 0
    (mail,) = post.mails()
    assert "30/9/2021" in text_of(mail)


def test_a_retry_is_the_same_bytes_and_waits_its_turn(office: Office) -> None:
    office.put(record())
    office.look()
    with ScriptedRelay({"dot": "451 later"}, first_only=True) as relay:
        outcome = office.send(relay.transport())
        assert (outcome.retried, outcome.errors[0][1]) == (1, "the mail was refused: 451 later")
        before = office.message()
        office.now += timedelta(minutes=4, seconds=59)
        assert office.send(relay.transport()) == counts()
        office.now += timedelta(seconds=1)
        assert office.send(relay.transport()) == counts(sent=1)
        assert office.message() == before
        assert relay.taken == [before[0]]
    assert len(office.letters) == 1
    assert office.mails() == [(FRONT_MAIL, "sent", 2)]


def test_a_refused_mail_is_written_anew_when_one_of_its_items_falls(office: Office) -> None:
    office.put(record(), event(7))
    office.look()
    with ScriptedRelay({"dot": "451 later"}, first_only=True) as relay:
        office.send(relay.transport())
        before = office.message()
        office.put(event(7, status=Status.CANCELLED))
        office.now += timedelta(hours=1)
        assert office.send(relay.transport()) == counts(sent=1)
        (sent,) = relay.taken
    after = office.message()
    assert before[1] == after[1]
    assert sent == after[0] != before[0]
    assert parsed(sent)["Subject"].startswith("Nhắc việc: Trao đổi đoàn")


@pytest.mark.parametrize("hours", [-1, 1])
def test_a_refused_mail_is_written_anew_when_what_it_tells_has_changed(office: Office, hours: int) -> None:
    office.put(record())
    office.look()
    with ScriptedRelay({"dot": "451 later"}, first_only=True) as relay:
        office.send(relay.transport())
        before = office.message()
        swapped = record(host="savannakhet", travels=("quang-tri",))
        office.put(replace(swapped, changed_at=office.now + timedelta(hours=hours)))
        office.now += timedelta(hours=2)
        assert office.send(relay.transport()) == counts(sent=1)
        (sent,) = relay.taken
    assert (sent == before[0]) is (hours < 0)
    assert ("Savannakhet chủ trì, phía ta cử đoàn đi" in text_of(parsed(sent))) is (hours > 0)


def test_no_answer_to_the_dot_is_doubt_and_goes_again_unchanged(office: Office) -> None:
    office.put(record(), event(7))
    office.look()
    with ScriptedRelay({"dot": HANG_UP}, first_only=True) as relay:
        assert office.send(relay.transport()).in_doubt == 1
        before = office.message()
        office.put(event(7, status=Status.CANCELLED))
        office.now += timedelta(minutes=5)
        assert office.send(relay.transport()) == counts(sent=1)
        assert relay.taken == [before[0]]
    assert office.audit("delivery") == [
        "pending",
        "transmitting",
        "in_doubt",
        "transmitting",
        "sent",
    ]


def test_a_reader_refused_for_good_takes_nobody_along(office: Office, post: Post) -> None:
    post.refuses[FRONT_MAIL] = "550 no such user"
    office.put(event(30, coordinating=(AFFAIRS,)))
    office.look()
    outcome = office.send(post.way())
    assert (outcome.sent, outcome.dead) == (1, 1)
    assert office.slots()[("event.2021", "prepare-30", FRONT)] == ("expired", "undeliverable")
    assert [envelope.rcpt_tos for envelope in post.envelopes] == [[AFFAIRS_MAIL]]
    assert len(post.peers) == 1


def test_a_mail_that_cannot_be_written_is_put_aside_alone(office: Office, post: Post) -> None:
    office.put(record(title=Text("=?UTF-8?Q?=0D=0A?=Bcc: x@y.example")), event(30, leads=(AFFAIRS,)))
    office.look()
    outcome = office.send(post.way())
    assert (outcome.sent, outcome.quarantined) == (1, 1)
    assert "HeaderError" in outcome.errors[0][1]
    assert office.send(post.way()) == counts()
    assert {mail[1] for mail in office.mails()} == {"sent", "quarantined"}
    assert office.slots()[(EXCHANGE.key, "fix-days-180", FRONT)] == ("pending", None)
    assert office.buried == []


@pytest.mark.parametrize(
    "trouble", [ValueError("the row holds something else"), DataError("SELECT 1", {}, ValueError("not a date"))]
)
def test_a_row_that_cannot_be_read_is_put_aside_alone(office: Office, post: Post, trouble: Exception) -> None:
    def broken(session: Session, mail: Claim, now: datetime) -> Reading:
        if mail.address == FRONT_MAIL:
            raise trouble
        return office.read(session, mail, now)

    office.put(record(), event(30, leads=(AFFAIRS,)))
    office.look()
    outcome = office.send(post.way(), read=broken, read_all=None)
    assert (outcome.sent, outcome.quarantined) == (1, 1)
    assert office.send(post.way()) == counts()


def test_a_reader_with_no_address_is_accounted_for(office: Office) -> None:
    office.put(event(120, leads=("unknown",), owner="unknown"))
    assert office.look() == Enqueued(reminders=1, deliveries=0, ended=0)
    assert office.slots() == {("event.2021", "prepare-120", "unknown"): ("expired", "no-address")}
