"""Mail from outbox to mailbox: real databases, a real SMTP server, servers that misbehave, a real Maildir."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes
from email import policy as email_policy
from email.message import EmailMessage
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, Envelope
from aiosmtpd.smtp import Session as Peer
from sqlalchemy import select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from config.database import Database
from notifications import lease
from notifications.compose import Letter, compose
from notifications.dispatch import Desk, Outcome, backoff, run_once
from notifications.due import due
from notifications.outbox import Enqueued, enqueue
from notifications.smtp import Relay, SmtpTransport, transport_for
from notifications.tables import DELIVERY, MAIL_AUDIT, REMINDER
from notifications.transport import Transport
from scheduler.occurrence import Record, Status
from scheduler.plan import Directory, Text
from scheduler.window import Window
from tests.unit.notifications.relays import HANG_UP, ScriptedRelay, real_relay
from tests.unit.notifications.samples import (
    DIRECTORY,
    EXCHANGE,
    HANOI,
    LETTERHEAD,
    PARTIES,
    almanac,
    day_of_event,
    packaged_policy,
    record,
    shelf,
)
from tests.unit.notifications.samples import (
    office as office_of,
)

FRONT, AFFAIRS = "mttq-quang-tri", "so-ngoai-vu-quang-tri"
FRONT_MAIL, AFFAIRS_MAIL = "mttq@quang-tri.example", "songoaivu@quang-tri.example"
TODAY = date(2021, 9, 1)
MORNING = datetime(2021, 9, 1, 7, 30, tzinfo=HANOI).astimezone(UTC)
SENDER = "nhac-viec@luanphien.example"
LONG_AGO = date(2000, 1, 1)


@dataclass
class Office:
    """An office at work: its rows, its clock, its database."""

    database: Database
    records: dict[str, Record] = field(default_factory=dict)
    now: datetime = MORNING
    letters: list[Letter] = field(default_factory=list)

    def put(self, *records: Record) -> None:
        self.records |= {record.occurrence.key: record for record in records}

    def look(self, day: date = TODAY) -> Enqueued:
        """Put what is due on `day` into the outbox."""
        with self.database.write() as session:
            return enqueue(session, due(self.records.values(), almanac(), day, LONG_AGO), day, self.now)

    def send(self, transport: Transport, **changes: Any) -> Outcome:
        return run_once(replace(self.desk(transport), **changes))

    def desk(self, transport: Transport) -> Desk:
        return Desk(
            write=self.database.write,
            lookup=self.lookup,
            policy=packaged_policy(),
            composer=self.compose,
            transport=transport,
            sender=SENDER,
            worker="worker-1",
            clock=lambda: self.now,
            zone=HANOI,
            jitter=lambda: 0.0,
        )

    def lookup(self, _session: Session, keys: Collection[str]) -> Mapping[str, Record]:
        return {key: self.records[key] for key in keys if key in self.records}

    def compose(self, letter: Letter) -> bytes:
        self.letters.append(letter)
        return compose(letter, LETTERHEAD, DIRECTORY)

    def mails(self) -> list[tuple[str, str, int]]:
        """Address, state and attempts of every mail."""
        return self._rows(
            select(DELIVERY.c.address, DELIVERY.c.state, DELIVERY.c.attempt).order_by(
                DELIVERY.c.day, DELIVERY.c.address
            )
        )

    def slots(self) -> dict[tuple[str, str, str], tuple[str, str | None]]:
        """State and reason of every slot, by occurrence, step and reader."""
        r = REMINDER.c
        rows = self._rows(select(r.occurrence, r.step, r.recipient, r.state, r.reason))
        return {(row[0], row[1], row[2]): (row[3], row[4]) for row in rows}

    def message(self) -> tuple[bytes, str]:
        return self._rows(select(DELIVERY.c.message, DELIVERY.c.message_id))[0]

    def audit(self, subject: str) -> list[str]:
        return [
            row[0]
            for row in self._rows(
                select(MAIL_AUDIT.c.state).where(MAIL_AUDIT.c.subject == subject).order_by(MAIL_AUDIT.c.id)
            )
        ]

    def _rows(self, query: Any) -> list[Any]:
        with self.database.read() as session:
            return [tuple(row) for row in session.execute(query)]


def compose_for(directory: Directory) -> Callable[[Letter], bytes]:
    return partial(compose, letterhead=LETTERHEAD, directory=directory)


@pytest.fixture
def office(database: Database) -> Office:
    return Office(database)


class Post:
    """A real SMTP server: what it took, and whom it refuses."""

    def __init__(self) -> None:
        self.envelopes: list[Envelope] = []
        self.peers: set[tuple[str, int]] = set()
        self.refuses: dict[str, str] = {}
        self.port = 0

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, _session: Peer, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if address not in self.refuses:
            envelope.rcpt_tos.append(address)
        return self.refuses.get(address, "250 ok")

    async def handle_DATA(self, _server: SMTP, session: Peer, envelope: Envelope) -> str:  # noqa: N802
        self.envelopes.append(envelope)
        self.peers.add(session.peer)
        return "250 taken"

    def way(self) -> SmtpTransport:
        return SmtpTransport(Relay("127.0.0.1", self.port), timeout=5, final_timeout=5)

    def mails(self) -> list[EmailMessage]:
        return [_read(bytes(envelope.content or b"")) for envelope in self.envelopes]


def _read(raw: bytes) -> EmailMessage:
    mail = message_from_bytes(raw, policy=email_policy.default)
    assert isinstance(mail, EmailMessage)
    return mail


def _text(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


@pytest.fixture
def post() -> Iterator[Post]:
    handler = Post()
    with real_relay(handler) as port:
        handler.port = port
        yield handler


def _counts(**counts: int) -> Outcome:
    """An outcome with no errors; what is not named is 0."""
    return Outcome(**dict.fromkeys(("sent", "retried", "dead", "in_doubt", "expired", "lost"), 0) | counts)


def _event(days: int, cycle: str = "2021", **changes: Any) -> Record:
    return day_of_event(TODAY + timedelta(days=days), cycle=cycle, **changes)


def test_a_reminder_reaches_a_real_server_once(office: Office, post: Post) -> None:
    office.put(record(), _event(30, coordinating=(AFFAIRS,)))
    assert office.look() == Enqueued(reminders=6, deliveries=2, ended=0)
    assert office.send(post.way()) == _counts(sent=2)
    assert sorted((envelope.mail_from, *envelope.rcpt_tos) for envelope in post.envelopes) == [
        (SENDER, FRONT_MAIL),
        (SENDER, AFFAIRS_MAIL),
    ]
    assert len(post.peers) == 1
    to_front = next(mail for mail in post.mails() if mail["To"] == FRONT_MAIL)
    assert to_front["Subject"] == "Nhắc việc ngày 1/9/2021: 2 việc"
    assert [part.get_content_type() for part in to_front.walk() if not part.is_multipart()] == [
        "text/plain",
        "text/html",
        "text/calendar",
    ]
    assert office.look() == Enqueued(reminders=0, deliveries=0, ended=0)
    assert office.send(post.way()) == _counts()
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
    assert office.send(transport_for(url)) == _counts(sent=1)
    assert office.send(transport_for(url)) == _counts()
    (file,) = (tmp_path / "mail" / "new").iterdir()
    stored, ident = office.message()
    envelope = f"Return-Path: <{SENDER}>\nDelivered-To: {FRONT_MAIL}\n".encode()
    assert file.read_bytes() == envelope + stored.replace(b"\r\n", b"\n")
    assert _read(stored)["Message-ID"] == ident


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
    office.put(_event(7))
    assert office.look() == Enqueued(reminders=6, deliveries=0, ended=0)
    assert office.send(post.way()) == _counts()
    office.now += timedelta(days=1)
    assert office.look(TODAY + timedelta(days=1)).deliveries == 1
    assert office.send(post.way()) == _counts(sent=1)
    assert "Nhắc việc ngày 2/9/2021: 2 việc" in [mail["Subject"] for mail in post.mails()]


def test_a_mail_not_yet_on_its_way_takes_more_in(office: Office, post: Post) -> None:
    office.put(record())
    office.look()
    office.put(_event(7))
    assert office.look() == Enqueued(reminders=6, deliveries=0, ended=0)
    assert office.send(post.way()) == _counts(sent=1)
    assert len(post.envelopes) == 1


def test_days_without_a_relay_end_in_one_mail(office: Office, post: Post) -> None:
    office.put(record(), _event(7), _event(15, cycle="2022"), _event(16, cycle="2023"))
    with ScriptedRelay({"connect": "421 closed"}) as closed:
        for day in (TODAY, TODAY + timedelta(days=1)):
            office.look(day)
            assert office.send(closed.transport()).retried == 1
            office.now += timedelta(days=1)
    day = TODAY + timedelta(days=2)
    assert office.look(day).deliveries == 1
    assert office.send(post.way()) == _counts(sent=1)
    assert [state for _, state, _ in office.mails()] == ["expired", "expired", "sent"]
    (mail,) = post.mails()
    assert mail["Subject"] == "Nhắc việc ngày 3/9/2021: 4 việc"
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
    office.put(_event(30))
    office.look()
    office.put(_event(30, **then))
    assert office.send(post.way()) == _counts(expired=1)
    assert post.envelopes == []
    assert office.slots()[("event.2021", "prepare-30", FRONT)] == ("expired", reason)
    assert office.mails() == [(FRONT_MAIL, "expired", 1)]


def test_a_moved_event_reminds_anew_and_its_old_slots_expire(office: Office, post: Post) -> None:
    office.put(_event(30))
    office.look()
    office.put(_event(29))
    assert office.look() == Enqueued(reminders=4, deliveries=0, ended=1)
    assert office.send(post.way()) == _counts(sent=1)
    ended = Counter(state for state, _ in office.slots().values())
    assert office.audit("reminder").count("expired") == 1
    assert ended["pending"] == 0
    (mail,) = post.mails()
    assert "30/9/2021" in _text(mail)


def test_a_retry_is_the_same_bytes_and_waits_its_turn(office: Office) -> None:
    office.put(record())
    office.look()
    with ScriptedRelay({"dot": "451 later"}, first_only=True) as relay:
        outcome = office.send(relay.transport())
        assert (outcome.retried, outcome.errors[0][1]) == (1, "the mail was refused: 451 later")
        before = office.message()
        office.now += timedelta(minutes=4, seconds=59)
        assert office.send(relay.transport()) == _counts()
        office.now += timedelta(seconds=1)
        assert office.send(relay.transport()) == _counts(sent=1)
        assert office.message() == before
        assert relay.taken == [before[0]]
    assert len(office.letters) == 1
    assert office.mails() == [(FRONT_MAIL, "sent", 2)]


def test_a_refused_mail_is_written_anew_when_one_of_its_items_falls(office: Office) -> None:
    office.put(record(), _event(7))
    office.look()
    with ScriptedRelay({"dot": "451 later"}, first_only=True) as relay:
        office.send(relay.transport())
        before = office.message()
        office.put(_event(7, status=Status.CANCELLED))
        office.now += timedelta(hours=1)
        assert office.send(relay.transport()) == _counts(sent=1)
        (sent,) = relay.taken
    after = office.message()
    assert before[1] == after[1]
    assert sent == after[0] != before[0]
    assert _read(sent)["Subject"].startswith("Nhắc việc: Trao đổi đoàn")


def test_no_answer_to_the_dot_is_doubt_and_goes_again_unchanged(office: Office) -> None:
    office.put(record(), _event(7))
    office.look()
    with ScriptedRelay({"dot": HANG_UP}, first_only=True) as relay:
        assert office.send(relay.transport()).in_doubt == 1
        before = office.message()
        office.put(_event(7, status=Status.CANCELLED))
        office.now += timedelta(minutes=5)
        assert office.send(relay.transport()) == _counts(sent=1)
        assert relay.taken == [before[0]]
    assert office.audit("delivery") == [
        "pending",
        "claimed",
        "transmitting",
        "in_doubt",
        "claimed",
        "transmitting",
        "sent",
    ]


def test_a_reader_refused_for_good_takes_nobody_along(office: Office, post: Post) -> None:
    post.refuses[FRONT_MAIL] = "550 no such user"
    office.put(_event(30, coordinating=(AFFAIRS,)))
    office.look()
    outcome = office.send(post.way())
    assert (outcome.sent, outcome.dead) == (1, 1)
    assert office.slots()[("event.2021", "prepare-30", FRONT)] == ("expired", "undeliverable")
    assert [envelope.rcpt_tos for envelope in post.envelopes] == [[AFFAIRS_MAIL]]
    assert len(post.peers) == 1


def test_a_mail_that_cannot_be_written_takes_nobody_along(office: Office, post: Post) -> None:
    office.put(record(title=Text("=?UTF-8?Q?=0D=0A?=Bcc: x@y.example")), _event(30, leads=(AFFAIRS,)))
    office.look()
    outcome = office.send(post.way())
    assert (outcome.sent, outcome.dead) == (1, 1)
    assert "HeaderError" in outcome.errors[0][1]
    assert office.send(post.way()) == _counts()


def test_a_row_that_cannot_be_read_takes_nobody_along(office: Office, post: Post) -> None:
    def broken(session: Session, keys: Collection[str]) -> Mapping[str, Record]:
        if EXCHANGE.key in keys:
            raise ValueError("the row holds something else")
        return office.lookup(session, keys)

    office.put(record(), _event(30, leads=(AFFAIRS,)))
    office.look()
    outcome = office.send(post.way(), lookup=broken)
    assert (outcome.sent, outcome.dead) == (1, 1)


def test_a_reader_with_no_address_is_accounted_for(office: Office) -> None:
    office.put(_event(120, leads=("unknown",), owner="unknown"))
    assert office.look() == Enqueued(reminders=1, deliveries=0, ended=0)
    assert office.slots() == {("event.2021", "prepare-120", "unknown"): ("expired", "no-address")}


def _claim(office: Office, worker: str) -> tuple[lease.Claim, ...]:
    with office.database.write() as session:
        return lease.claim(session, worker, office.now, 10, timedelta(minutes=20))


def _recover(office: Office) -> int:
    with office.database.write() as session:
        return lease.recover(session, office.now)


def test_a_mail_is_claimed_by_one_worker_until_its_lease_runs_out(office: Office) -> None:
    office.put(record())
    office.look()
    (mail,) = _claim(office, "a")
    assert _claim(office, "b") == ()
    office.now += timedelta(minutes=20, seconds=1)
    assert _recover(office) == 0
    assert [claim.id for claim in _claim(office, "b")] == [mail.id]
    with office.database.write() as session:
        assert not lease.store_message(session, mail, office.now, b"x", "<x@x.example>")
        assert not lease.mark_transmitting(session, mail, office.now, office.now)
        assert not lease.complete(session, mail, office.now, lease.contents(session, mail.id))
        assert not lease.retry_later(session, mail, office.now, office.now, "x")
        assert not lease.doubt(session, mail, office.now, office.now, "x")
        assert not lease.give_up(session, mail, office.now, "x")
        assert not lease.withdraw(session, mail, office.now)
    assert office.mails() == [(FRONT_MAIL, "claimed", 2)]


def test_a_worker_lost_after_the_dot_leaves_doubt(office: Office) -> None:
    office.put(record())
    office.look()
    (mail,) = _claim(office, "a")
    with office.database.write() as session:
        assert lease.mark_transmitting(session, mail, office.now, office.now + timedelta(minutes=20))
    office.now += timedelta(minutes=21)
    assert _recover(office) == 0
    assert office.mails() == [(FRONT_MAIL, "in_doubt", 1)]


def test_a_mail_that_costs_three_workers_is_put_aside_alone(office: Office, post: Post) -> None:
    office.put(record())
    office.look()
    aside = []
    for worker in ("a", "b", "c"):
        assert len(_claim(office, worker)) == 1
        office.now += timedelta(minutes=21)
        aside.append(_recover(office))
    assert aside == [0, 0, 1]
    assert office.mails() == [(FRONT_MAIL, "dead", 3)]
    assert office.slots() == {(EXCHANGE.key, "fix-days-180", FRONT): ("expired", "undeliverable")}
    office.put(_event(30, leads=(AFFAIRS,)))
    office.look()
    assert office.send(post.way()) == _counts(sent=1)


def test_who_has_lost_the_lease_does_not_write_the_dot(office: Office, post: Post) -> None:
    office.put(record())
    office.look()

    def slow(letter: Letter) -> bytes:
        office.now += timedelta(minutes=21)
        _recover(office)
        assert len(_claim(office, "b")) == 1
        return office.compose(letter)

    assert office.send(post.way(), composer=slow).lost == 1
    assert post.envelopes == []
    assert office.mails() == [(FRONT_MAIL, "claimed", 2)]


def test_a_broken_database_gives_back_what_was_not_begun(office: Office, post: Post) -> None:
    office.put(record(), _event(30, leads=(AFFAIRS,)))
    office.look()

    def broken(session: Session, keys: Collection[str]) -> Mapping[str, Record]:
        session.execute(text("SELECT 1 FROM no_such_table"))
        return {}

    with pytest.raises(SQLAlchemyError):
        office.send(post.way(), lookup=broken)
    assert {state for _, state, _ in office.mails()} == {"pending"}
    assert office.send(post.way()) == _counts(sent=2)


def test_workers_side_by_side_send_everything_once(office: Office, post: Post) -> None:
    bodies = [office_of(f"body-{n}", f"body-{n}@quang-tri.example") for n in range(40)]
    crowd = Directory(parties=PARTIES, organisations=shelf(*bodies))
    office.put(_event(30, leads=tuple(body.id for body in bodies), owner="body-0"))
    with office.database.write() as session:
        enqueue(session, due(office.records.values(), almanac(crowd), TODAY, LONG_AGO), TODAY, office.now)
    workers = [
        replace(office.desk(post.way()), worker=f"worker-{n}", batch=3, composer=compose_for(crowd)) for n in range(4)
    ]
    with ThreadPoolExecutor(len(workers)) as pool:
        outcomes = list(pool.map(run_once, workers))
    assert sum(outcome.sent for outcome in outcomes) == 40
    assert Counter(envelope.rcpt_tos[0] for envelope in post.envelopes) == {body.mail: 1 for body in bodies}
    assert len({mail["Message-ID"] for mail in post.mails()}) == 40


@pytest.mark.parametrize(
    ("attempt", "shortest", "longest"), [(1, 5, 6.67), (2, 10, 13.34), (3, 20, 26.67), (4, 40, 53.34), (9, 50, 66.67)]
)
def test_backing_off(attempt: int, shortest: float, longest: float) -> None:
    assert backoff(attempt, 0.0) == timedelta(minutes=shortest)
    assert backoff(attempt, 0.999) < timedelta(minutes=longest)
