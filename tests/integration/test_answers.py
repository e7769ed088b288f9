"""The buttons of mails on both databases: looking changes nothing, pressing acts once."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes
from email.policy import SMTP
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, select

from config.database import Database
from config.mailing import send_due
from config.tables import KeptRow
from notifications import answers, people, sentbook
from notifications.answers import Answer, Wish, answers_of, matter_of
from notifications.contacts import address_id
from notifications.people import put, remove
from notifications.policy import Purpose, Role
from notifications.tables import ANSWER, MAIL_AUDIT, MAILBOX, REMINDER
from notifications.tokens import Action
from scheduler import history
from scheduler.amendment import Verb
from scheduler.occurrence import Status
from scheduler.plan import LANGUAGES
from tests.integration.desk import days
from tests.integration.reading import said
from tests.integration.town import FRONT, NOON, OTHER, PEOPLE, TODAY, everything, take
from tests.integration.wicket import DEADLINE, EXCHANGE, FORM, HUNG, LAN, MINH, VISIT, Wicket, buttons

LAN_ID = address_id(LAN.address)
GENERAL = address_id("mttq@quang-tri.example")
MTTQ = "MTTQ tỉnh Quảng Trị"
TIME = "1 September 2021 12:00"
FAR = "doan.salavan.2023"
"""A turn beyond the term of its plan."""
ASKING = (Action.ACKNOWLEDGE, Action.DONE, Action.POSTPONE)
ABOUT_ADDRESSES = (Action.UNSUBSCRIBE, Action.VERIFY)


@pytest.fixture
def wicket(database: Database) -> Iterator[Wicket]:
    """The application with everybody in it."""
    with Wicket(database) as found:
        yield found


def told(wicket: Wicket, trouble: str) -> list[tuple[str, str, dict[str, str]]]:
    """What the office was told: about what, whom, and the fields."""
    c = REMINDER.c
    asked = select(c.occurrence, c.recipient, c.detail).where(c.step == f"office-{trouble}").order_by(c.recipient)
    with wicket.database.read() as session:
        return [(row[0], row[1], json.loads(row[2])) for row in session.execute(asked)]


def changed(wicket: Wicket, key: str) -> list[str]:
    """Who is told that something changed about an occurrence."""
    c = REMINDER.c
    with wicket.database.read() as session:
        asked = select(c.recipient).where(c.step == Purpose.CHANGED, c.occurrence == key)
        return sorted(session.execute(asked).scalars())


def stored(wicket: Wicket) -> list[tuple[str, str, str | None]]:
    """The answers there are: to what, which, and the words."""
    with wicket.database.read() as session:
        return sorted(tuple(row) for row in session.execute(select(ANSWER.c.reminder, ANSWER.c.action, ANSWER.c.words)))  # type: ignore[type-var]  # rows of texts


class TestTheWayFromTheMail:
    def test_every_button_of_every_mail_that_went_opens_a_page(
        self, wicket: Wicket, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(tmp_path)
        wicket.fix(first="2021-10-01")
        wicket.later(days=6)  # past the holidays: a day on which mail goes
        send_due(wicket.job, at_once=True)
        mails = [message_from_bytes(file.read_bytes(), policy=SMTP) for file in tmp_path.glob("luanphien-mail/new/*")]
        texts = [mail.get_body(("plain",)).get_content() + str(mail["List-Unsubscribe"]) for mail in mails]
        links = {link for text in texts for link in re.findall(r"https?://[^/\s]+(/\w\w/r/\w+/\w+)", text)}
        assert {link.split("/")[3] for link in links} >= {"ack", "postpone", "unsubscribe"}
        before = everything(wicket.database)
        answers = {link: wicket.get(link) for link in links}
        assert {link: (one.status_code, len(buttons(one))) for link, one in answers.items()} == dict.fromkeys(
            links, (200, 1)
        )
        assert everything(wicket.database) == before


class TestLooking:
    def test_nothing_is_changed_by_looking(self, wicket: Wicket) -> None:
        wicket.fix()
        reminders = (
            wicket.remind(EXCHANGE, Purpose.PREPARE),
            wicket.remind(EXCHANGE, Purpose.CHAIN, "gifts"),
            wicket.remind(DEADLINE, Purpose.FINISH),
        )
        paths = [
            wicket.path(action, reminder, lang) for action in ASKING for reminder in reminders for lang in LANGUAGES
        ]
        paths += [
            wicket.path(action, ident, None) for action in ABOUT_ADDRESSES for ident in (LAN_ID, GENERAL, "0" * 32)
        ]
        paths += [wicket.path(Action.ACKNOWLEDGE, reminders[0], "en", TODAY - timedelta(days=1))]
        before = everything(wicket.database)
        answers = {path: [wicket.get(path, method).status_code for method in ("GET", "HEAD")] for path in paths}
        assert everything(wicket.database) == before
        assert {tuple(codes) for codes in answers.values()} == {(200, 200), (404, 404), (410, 410)}

    def test_a_page_is_kept_by_nobody_and_found_by_nobody(self, wicket: Wicket) -> None:
        reminder = wicket.remind(DEADLINE, Purpose.FINISH)
        found = wicket.get(wicket.path(Action.ACKNOWLEDGE, reminder))
        headers = {name: found.headers.get(name) for name in ("cache-control", "x-robots-tag", "referrer-policy")}
        assert headers == {
            "cache-control": "no-store",
            "x-robots-tag": "noindex, nofollow",
            "referrer-policy": "no-referrer",
        }
        assert "form-action 'self'" in found.headers["content-security-policy"]
        assert "set-cookie" not in found.headers
        assert "<script" not in found.text

    def test_without_a_language_it_is_the_readers(self, wicket: Wicket) -> None:
        reminder = wicket.remind(DEADLINE, Purpose.FINISH)
        path = wicket.path(Action.ACKNOWLEDGE, reminder, None)
        titles = {lang: wicket.get(path, **{"accept-language": lang}) for lang in LANGUAGES}
        assert {lang: f'<html lang="{lang}">' in found.text for lang, found in titles.items()} == dict.fromkeys(
            LANGUAGES, True
        )

    def test_what_others_put_behind_an_address_is_of_no_concern(self, wicket: Wicket) -> None:
        path = wicket.path(Action.ACKNOWLEDGE, wicket.remind(DEADLINE, Purpose.FINISH))
        found = wicket.get(f"{path}?utm_source=x&data=%3Cb%3E")
        assert found.status_code == 200
        assert "utm_source" not in found.text

    def test_an_expired_link_says_what_to_do(self, wicket: Wicket) -> None:
        reminder = wicket.remind(DEADLINE, Purpose.FINISH)
        last = wicket.path(Action.ACKNOWLEDGE, reminder, expires=TODAY)
        gone = wicket.path(Action.ACKNOWLEDGE, reminder, expires=TODAY - timedelta(days=1))
        before = everything(wicket.database)
        assert wicket.press(gone).status_code == 410
        assert everything(wicket.database) == before
        found = wicket.get(gone)
        assert (found.status_code, buttons(found)) == (410, [])
        assert f"/en/o/{DEADLINE}" in found.text
        assert "ask the office that wrote to you" in said(found)
        assert wicket.get(last).status_code == 200


class TestAcknowledging:
    def test_pressing_once_records_it_and_again_says_so(self, wicket: Wicket) -> None:
        reminder = wicket.remind(DEADLINE, Purpose.FINISH)
        path = wicket.path(Action.ACKNOWLEDGE, reminder)
        assert buttons(wicket.get(path)) == ["Acknowledge"]
        first = wicket.press(path)
        receipt = f"Acknowledged by Nguyễn Thị Lan ({MTTQ}), {TIME}."
        assert (first.status_code, buttons(first)) == (200, [])
        assert receipt in said(first)
        assert "recorded before" not in said(first)
        after = everything(wicket.database)
        wicket.later(hours=2)
        again = wicket.press(path)
        assert f"It was recorded before; nothing has changed. {receipt}" in said(again)
        assert receipt in said(wicket.get(path))
        assert everything(wicket.database) == after

    def test_what_is_stored_stops_the_escalation(self, wicket: Wicket) -> None:
        reminder = wicket.remind(DEADLINE, Purpose.FINISH)
        wicket.press(wicket.path(Action.ACKNOWLEDGE, reminder))
        with wicket.database.read() as session:
            matter = matter_of(session, reminder)
            assert matter is not None
            assert answers_of(session, (DEADLINE, EXCHANGE)) == (
                Answer(
                    reminder=reminder,
                    action=Action.ACKNOWLEDGE,
                    occurrence=DEADLINE,
                    step=matter.slot.step,
                    counted_from=matter.slot.counted_from,
                    organisation="mttq",
                    recipient="@lan",
                    at=NOON,
                ),
            )
            assert sentbook.is_answered(session, matter.slot, "mttq")
            audit = select(MAIL_AUDIT.c.subject_id, MAIL_AUDIT.c.state, MAIL_AUDIT.c.detail)
            rows = session.execute(audit.where(MAIL_AUDIT.c.subject == answers.ANSWER_AUDIT)).all()
            assert [tuple(row) for row in rows] == [(reminder, "ack", "@lan")]

    def test_one_of_an_organisation_speaks_for_all_of_it(self, wicket: Wicket) -> None:
        lan, minh = (wicket.remind(DEADLINE, Purpose.FINISH, who=who) for who in (LAN, MINH))
        wicket.press(wicket.path(Action.ACKNOWLEDGE, lan))
        found = wicket.get(wicket.path(Action.ACKNOWLEDGE, minh))
        assert buttons(found) == []
        assert "Acknowledged by Nguyễn Thị Lan" in said(found)

    def test_who_is_told_instead_answers_for_those_below(self, wicket: Wicket) -> None:
        below = wicket.remind(DEADLINE, Purpose.FINISH)
        above = wicket.remind(DEADLINE, Purpose.FINISH, who=HUNG, prefix="escalate-head-")
        wicket.press(wicket.path(Action.ACKNOWLEDGE, above))
        assert "Acknowledged by Trần Hùng" in said(wicket.get(wicket.path(Action.ACKNOWLEDGE, below)))
        with wicket.database.read() as session:
            matter = matter_of(session, below)
            assert matter is not None
            assert sentbook.is_answered(session, matter.slot, "mttq")

    def test_an_organisation_answers_in_its_own_name(self, wicket: Wicket) -> None:
        found = wicket.press(wicket.path(Action.ACKNOWLEDGE, wicket.remind(DEADLINE, Purpose.FINISH, who=None)))
        assert f"Acknowledged by {MTTQ}, {TIME}." in said(found)


OUTDATED = "This mail is out of date:"
STALE = {
    "cancelled": (Verb.CANCEL, {}, f"{OUTDATED} meanwhile it was cancelled."),
    "skipped": (Verb.SKIP, {}, f"{OUTDATED} meanwhile it was skipped."),
    "moved": (Verb.CONFIRM, {"window": days("2021-12-01")}, f"{OUTDATED} how it stands now is told below."),
    "held": (
        Verb.HELD,
        {"window": days("2021-08-30"), "hosts": ("quang-tri",)},
        f"{OUTDATED} meanwhile it was recorded as held.",
    ),
}


class TestOutOfDate:
    @pytest.mark.parametrize("name", STALE)
    def test_the_page_says_so_and_still_takes_an_acknowledgement(self, wicket: Wicket, name: str) -> None:
        verb, fields, words = STALE[name]
        wicket.fix()
        reminder = wicket.remind(EXCHANGE, Purpose.PREPARE)
        wicket.decide(verb, EXCHANGE, **fields)
        path = wicket.path(Action.ACKNOWLEDGE, reminder)
        found = wicket.get(path)
        assert (found.status_code, buttons(found)) == (200, ["Acknowledge"])
        assert words in said(found)
        assert "Acknowledged by" in said(wicket.press(path))

    @pytest.mark.parametrize("name", [name for name in STALE if name != "moved"])
    def test_of_what_is_over_no_other_days_are_asked_for(self, wicket: Wicket, name: str) -> None:
        verb, fields, words = STALE[name]
        wicket.fix()
        reminder = wicket.remind(EXCHANGE, Purpose.PREPARE)
        wicket.decide(verb, EXCHANGE, **fields)
        answer = wicket.press(wicket.path(Action.POSTPONE, reminder), {"why": "bão"})
        assert (answer.status_code, buttons(answer), stored(wicket)) == (409, [], [])
        assert words in said(answer)

    def test_a_host_that_changed_since_the_mail_went(
        self, wicket: Wicket, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(tmp_path)
        reminder = wicket.remind(FAR, Purpose.DECIDE, role=Role.OWNER)
        path = wicket.path(Action.ACKNOWLEDGE, reminder)
        send_due(wicket.job, at_once=True)
        found = said(wicket.get(path))
        assert OUTDATED not in found
        assert "Turn: our side hosts and receives Salavan Host: Quảng Trị" in found
        wicket.decide(Verb.SKIP, "doan.salavan.2021", waits=True)
        found = said(wicket.get(path))
        assert f"{OUTDATED} how it stands now is told below." in found
        assert "Turn: Salavan hosts, our side travels Host: Salavan" in found
        assert changed(wicket, FAR) == [LAN.recipient, MINH.recipient]

    def test_a_mail_that_still_waits_is_written_as_things_stand(self, wicket: Wicket) -> None:
        reminder = wicket.remind(FAR, Purpose.DECIDE, role=Role.OWNER)
        wicket.decide(Verb.SKIP, "doan.salavan.2021", waits=True)
        assert OUTDATED not in said(wicket.get(wicket.path(Action.ACKNOWLEDGE, reminder)))
        assert changed(wicket, FAR) == []

    def test_the_present_days_are_told(self, wicket: Wicket) -> None:
        wicket.fix()
        reminder = wicket.remind(EXCHANGE, Purpose.PREPARE)
        wicket.fix(first="2021-12-01", last="2021-12-03")
        assert "1–3 December 2021" in said(wicket.get(wicket.path(Action.ACKNOWLEDGE, reminder)))

    def test_what_no_plan_asks_for(self, wicket: Wicket) -> None:
        reminder = wicket.remind(VISIT, Purpose.PREPARE)
        wicket.later(days=1)
        without = FRONT.replace("when: 2021-09-20", "when: 2021-10-20")
        take(wicket.database, without, now=wicket.now)
        found = wicket.get(wicket.path(Action.ACKNOWLEDGE, reminder))
        assert f"{OUTDATED} how it stands now is told below." in said(found)


class TestDone:
    def test_a_duty_is_recorded_in_its_readers_name(self, wicket: Wicket) -> None:
        path = wicket.path(Action.DONE, wicket.remind(DEADLINE, Purpose.FINISH))
        assert buttons(wicket.get(path)) == ["It is done"]
        answer = wicket.press(path, {"why": "đã gửi\r\nhôm qua"})
        receipt = f"Recorded as done by Nguyễn Thị Lan ({MTTQ}), {TIME}."
        assert (answer.status_code, buttons(answer)) == (200, [])
        assert receipt in said(answer)
        assert wicket.look(DEADLINE).status is Status.HELD
        assert "đã gửi hôm qua" in wicket.get(f"/en/o/{DEADLINE}").text
        after = everything(wicket.database)
        assert f"It was recorded before; nothing has changed. {receipt}" in said(wicket.press(path))
        assert everything(wicket.database) == after

    def test_without_a_word_the_button_is_the_reason(self, wicket: Wicket) -> None:
        wicket.press(wicket.path(Action.DONE, wicket.remind(DEADLINE, Purpose.FINISH)))
        assert "bấm nút trong thư nhắc" in wicket.get(f"/vi/o/{DEADLINE}").text

    def test_what_the_office_took_back_can_be_done_again(self, wicket: Wicket) -> None:
        path = wicket.path(Action.DONE, wicket.remind(DEADLINE, Purpose.FINISH))
        wicket.press(path)
        number = int(wicket.get(f"/en/o/{DEADLINE}").text.partition("decision ")[2].partition("<")[0])
        wicket.decide(Verb.UNDO, target=number)
        assert wicket.look(DEADLINE).status is Status.CONFIRMED
        assert buttons(wicket.get(path)) == ["It is done"]
        wicket.press(path)
        assert wicket.look(DEADLINE).status is Status.HELD

    def test_what_the_office_recorded_is_told_with_its_name(self, wicket: Wicket) -> None:
        path = wicket.path(Action.DONE, wicket.remind(DEADLINE, Purpose.FINISH))
        wicket.decide(Verb.DONE, DEADLINE)
        assert "Recorded as done by Văn phòng, 1 September 2021 12:01." in said(wicket.get(path))

    def test_what_was_cancelled_cannot_be_done(self, wicket: Wicket) -> None:
        path = wicket.path(Action.DONE, wicket.remind(DEADLINE, Purpose.FINISH))
        wicket.decide(Verb.CANCEL, DEADLINE)
        before = everything(wicket.database)
        answer = wicket.press(path)
        assert (answer.status_code, buttons(answer)) == (409, [])
        assert f"{OUTDATED} meanwhile it was cancelled." in said(answer)
        assert everything(wicket.database) == before

    def test_a_step_of_the_chain_is_done_for_everybody(self, wicket: Wicket) -> None:
        wicket.fix()
        lan, minh = (wicket.remind(EXCHANGE, Purpose.CHAIN, "gifts", who=who) for who in (LAN, MINH))
        found = wicket.get(wicket.path(Action.DONE, lan))
        assert "The step “Prepare the gifts” is then done for everybody" in said(found)
        assert "Recorded as done by Nguyễn Thị Lan" in said(wicket.press(wicket.path(Action.DONE, lan)))
        assert wicket.look(EXCHANGE).status is Status.CONFIRMED
        assert "Recorded as done by Nguyễn Thị Lan" in said(wicket.get(wicket.path(Action.DONE, minh)))
        other = wicket.remind(EXCHANGE, Purpose.CHAIN, "programme")
        assert buttons(wicket.get(wicket.path(Action.DONE, other))) == ["It is done"]
        with wicket.database.read() as session:
            matter = matter_of(session, minh)
            assert matter is not None
            assert sentbook.is_done(session, matter.slot, "gifts")

    def test_that_a_meeting_took_place_is_told_to_its_owner(self, wicket: Wicket) -> None:
        wicket.fix()
        path = wicket.path(Action.DONE, wicket.remind(EXCHANGE, Purpose.PREPARE))
        found = wicket.get(path)
        assert (found.status_code, buttons(found)) == (200, [])
        assert f"That it took place is recorded by {MTTQ}, with days and host: please tell them." in said(found)
        assert f"/en/o/{EXCHANGE}" in found.text
        assert (wicket.press(path).status_code, stored(wicket)) == (409, [])

    @pytest.mark.parametrize("role", [Role.COORDINATING, Role.PARTNER])
    def test_who_helps_is_asked_to_tell_whoever_leads(self, wicket: Wicket, role: Role) -> None:
        path = wicket.path(Action.DONE, wicket.remind(DEADLINE, Purpose.FINISH, role=role))
        before = everything(wicket.database)
        found = wicket.get(path)
        assert (found.status_code, buttons(found)) == (200, [])
        assert "You help with it; that it is done is recorded by Sở Ngoại vụ: please tell them." in said(found)
        assert wicket.press(path, {"why": "đã gửi"}).status_code == 409
        assert (wicket.look(DEADLINE).status, everything(wicket.database)) == (Status.CONFIRMED, before)

    def test_what_is_no_text_is_not_taken(self, wicket: Wicket) -> None:
        path = wicket.path(Action.DONE, wicket.remind(DEADLINE, Purpose.FINISH))
        before = everything(wicket.database)
        for why in ("a\x00b", "a\x1b[31m", "a\u202eb", "x" * 501):
            answer = wicket.press(path, {"why": why})
            assert (answer.status_code, buttons(answer)) == (422, ["It is done"])
        assert everything(wicket.database) == before


WRONG: tuple[tuple[dict[str, str], str], ...] = (
    ({}, "Say why you wish it."),
    ({"why": " \r\n "}, "Say why you wish it."),
    ({"why": "x" * 501}, "The text is too long: shorten it to 500 characters."),
    ({"why": "a\x07b"}, "The text holds characters that cannot be kept: type it again without them."),
    ({"why": "bão", "first": "6/12/2021"}, "This is no day that can be taken"),
    ({"why": "bão", "first": "2021-02-30"}, "This is no day that can be taken"),
    ({"why": "bão", "first": "9999-12-31"}, "This is no day that can be taken"),
    ({"why": "bão", "first": "2021-08-31"}, "This day is past: choose one to come."),
    ({"why": "bão", "last": "2021-12-08"}, "The first day is missing: give it, or leave both empty."),
    ({"why": "bão", "first": "2021-12-08", "last": "2021-12-06"}, "The last day lies before the first one"),
)


class TestAskingForOtherDays:
    def test_the_wish_is_kept_and_the_owner_told(self, wicket: Wicket) -> None:
        wicket.fix()
        reminder = wicket.remind(EXCHANGE, Purpose.PREPARE)
        path = wicket.path(Action.POSTPONE, reminder)
        assert buttons(wicket.get(path)) == ["Send the request"]
        before = wicket.look(EXCHANGE)
        typed = {"first": "2021-12-06", "last": "2021-12-08", "why": " Trùng  Đại hội\r\ncủa tỉnh "}
        answer = wicket.press(path, typed)
        assert (answer.status_code, buttons(answer)) == (200, [])
        assert "Days asked for: 6–8 December 2021 Why: Trùng Đại hội của tỉnh" in said(answer)
        assert f"{MTTQ} decides." in said(answer)
        assert wicket.look(EXCHANGE) == before
        wish = Wish("Trùng Đại hội của tỉnh", days("2021-12-06").start, days("2021-12-08").start)
        assert stored(wicket) == [(reminder, "postpone", wish.words)]
        fields = {
            "name": f"Nguyễn Thị Lan ({MTTQ})",
            "address": LAN.address,
            "why": "Trùng Đại hội của tỉnh",
            "days": "2021-12-06/2021-12-08",
        }
        assert told(wicket, "asked") == [(EXCHANGE, "@minh", fields)]  # the asker knows already

    def test_the_first_wish_stands_and_is_told_once(self, wicket: Wicket) -> None:
        wicket.fix()
        path = wicket.path(Action.POSTPONE, wicket.remind(EXCHANGE, Purpose.PREPARE))
        wicket.press(path, {"why": "bão"})
        after = everything(wicket.database)
        again = wicket.press(path, {"why": "lũ"})
        assert "It was recorded before; nothing has changed." in said(again)
        assert "Why: bão" in said(again)
        assert everything(wicket.database) == after

    def test_what_was_typed_stays_when_something_is_wrong(self, wicket: Wicket) -> None:
        wicket.fix()
        path = wicket.path(Action.POSTPONE, wicket.remind(EXCHANGE, Purpose.PREPARE))
        before = everything(wicket.database)
        for typed, words in WRONG:
            answer = wicket.press(path, typed)
            assert (answer.status_code, buttons(answer)) == (422, ["Send the request"])
            assert words in said(answer)
            kept = [value.replace("\x07", "") for value in typed.values() if value.strip()]
            assert [value for value in kept if value not in answer.text] == []
        assert everything(wicket.database) == before


class TestAtTheSameTime:
    """Eight presses of one button before any answer: it is done once, and everybody is told that it is."""

    def test_an_answer_is_kept_once(self, wicket: Wicket) -> None:
        reminder = wicket.remind(DEADLINE, Purpose.FINISH)
        pressed = wicket.press_at_once(wicket.path(Action.ACKNOWLEDGE, reminder), {}, 8)
        assert [(one.status_code, "Acknowledged by" in said(one)) for one in pressed] == [(200, True)] * 8
        assert stored(wicket) == [(reminder, "ack", None)]

    def test_a_duty_is_done_once(self, wicket: Wicket) -> None:
        reminder = wicket.remind(DEADLINE, Purpose.FINISH)
        pressed = wicket.press_at_once(wicket.path(Action.DONE, reminder), {"why": "xong"}, 8)
        assert [(one.status_code, "Recorded as done by" in said(one)) for one in pressed] == [(200, True)] * 8
        with wicket.database.read() as session:
            assert [len(taken) for taken in history.decisions(session).values()] == [1]

    def test_the_office_is_told_once(self, wicket: Wicket) -> None:
        wicket.fix()
        reminder = wicket.remind(EXCHANGE, Purpose.PREPARE)
        pressed = wicket.press_at_once(wicket.path(Action.POSTPONE, reminder), {"why": "bão"}, 8)
        pressed += wicket.press_at_once(wicket.path(Action.UNSUBSCRIBE, LAN_ID), {}, 8)
        assert {one.status_code for one in pressed} == {200}
        assert [recipient for _, recipient, _ in told(wicket, "asked")] == [MINH.recipient]
        assert len(told(wicket, "left")) == 1


LEFT = {"address": LAN.address, "name": "Nguyễn Thị Lan", "organisation": "mttq"}


class TestLeaving:
    def test_the_page_names_the_address_and_who_reads_instead(self, wicket: Wicket) -> None:
        found = wicket.get(wicket.path(Action.UNSUBSCRIBE, LAN_ID))
        assert "No more mail to l…@quang-tri.example" in said(found)
        assert f"goes to these instead: Lê Minh ({MTTQ})" in said(found)
        assert LAN.address not in found.text
        assert buttons(found) == ["Stop the mail"]

    def test_who_reads_instead_when_others_have_left(self, wicket: Wicket) -> None:
        seen = []
        for gone in (MINH, HUNG):
            wicket.press(wicket.path(Action.UNSUBSCRIBE, address_id(gone.address)))
            seen.append(said(wicket.get(wicket.path(Action.UNSUBSCRIBE, LAN_ID))))
        assert f"goes to these instead: Trần Hùng ({MTTQ})" in seen[0]
        assert f"goes to these instead: {MTTQ} The office" in seen[1]
        wicket.press(wicket.path(Action.UNSUBSCRIBE, GENERAL))
        last = said(wicket.get(wicket.path(Action.UNSUBSCRIBE, LAN_ID)))
        assert f"Nobody else can be told of duties of {MTTQ}: no other address is known here" in last
        assert "tell the office that wrote to you" in last
        assert [line for line in ("owner of each plan", "goes to these", "The office is told") if line in last] == []
        before = len(told(wicket, "left"))
        path = wicket.path(Action.UNSUBSCRIBE, LAN_ID)
        assert wicket.post(path, b"List-Unsubscribe=One-Click").status_code == 200
        after = said(wicket.get(path))
        assert f"Nobody else can be told of duties of {MTTQ}" in after
        assert (buttons(wicket.get(path)), len(told(wicket, "left"))) == (["Send mail there again"], before)

    def test_duties_that_nobody_hears_of_and_others_are_told_apart(self, wicket: Wicket) -> None:
        people_ = PEOPLE.replace("Sở Ngoại vụ}", "Sở Ngoại vụ}, mail: snv@quang-tri.example")
        own = OTHER.replace("owner: mttq", "owner: so-ngoai-vu").replace("lead: [mttq]", "lead: [so-ngoai-vu]")
        take(wicket.database, FRONT, own, people=people_)
        path = wicket.path(Action.UNSUBSCRIBE, address_id("snv@quang-tri.example"))
        found = said(wicket.get(path))
        assert "Nobody else can be told of duties of Sở Ngoại vụ:" in found
        assert "Mail about their other duties goes to the owner of each plan instead. The office is told" in found

    def test_where_another_owns_the_plan_its_owner_reads_instead(self, wicket: Wicket) -> None:
        affairs = replace(LAN, id="mai", organisation="so-ngoai-vu", address="mai@quang-tri.example")
        with wicket.database.write() as session:
            put(session, [affairs], NOON)
        found = said(wicket.get(wicket.path(Action.UNSUBSCRIBE, address_id(affairs.address))))
        assert "Mail about these duties goes to the owner of each plan instead. The office is told" in found
        assert "Nobody else" not in found

    def test_pressing_stops_the_mail_and_tells_the_office(self, wicket: Wicket) -> None:
        path = wicket.path(Action.UNSUBSCRIBE, LAN_ID)
        answer = wicket.press(path)
        assert f"No mail goes to l…@quang-tri.example since {TIME}." in said(answer)
        assert buttons(answer) == ["Send mail there again"]
        with wicket.database.read() as session:
            assert people.roster(session).closed == {LAN.address}
        assert told(wicket, "left") == [("office", "@minh", LEFT)]
        after = everything(wicket.database)
        wicket.later(hours=1)
        assert wicket.press(path).status_code == 200
        assert everything(wicket.database) == after

    def test_it_can_be_taken_back_with_the_same_link(self, wicket: Wicket) -> None:
        path = wicket.path(Action.UNSUBSCRIBE, LAN_ID)
        wicket.press(path)
        answer = wicket.press(path, {"again": "yes"})
        assert "Mail goes to l…@quang-tri.example again." in said(answer)
        assert buttons(answer) == ["Stop the mail"]
        with wicket.database.read() as session:
            assert people.roster(session).closed == frozenset()

    @pytest.mark.parametrize(
        ("body", "kind"),
        [
            (b"List-Unsubscribe=One-Click", FORM),
            (b"List-Unsubscribe=One-Click", f"{FORM}; charset=UTF-8"),
            (
                b'--x\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--x--\r\n',
                "multipart/form-data; boundary=x",
            ),
        ],
    )
    def test_a_mail_program_does_it_with_one_click(self, wicket: Wicket, body: bytes, kind: str) -> None:
        path = wicket.path(Action.UNSUBSCRIBE, LAN_ID)
        answer = wicket.post(path, body, kind)
        assert (answer.status_code, answer.text) == (200, "No more mail comes to this address.\n")
        assert answer.headers["content-type"] == "text/plain; charset=utf-8"
        with wicket.database.read() as session:
            assert people.roster(session).closed == {LAN.address}

    def test_an_address_nobody_has_any_more(self, wicket: Wicket) -> None:
        with wicket.database.write() as session:
            remove(session, ["lan"], NOON)
        path = wicket.path(Action.UNSUBSCRIBE, LAN_ID)
        assert [
            (found.status_code, "No mail goes there." in said(found))
            for found in (wicket.get(path), wicket.press(path))
        ] == [(404, True)] * 2


class TestConfirming:
    def test_pressing_lets_reminders_come(self, wicket: Wicket) -> None:
        with wicket.database.write() as session:
            put(session, [LAN, MINH, HUNG], NOON)
            session.execute(MAILBOX.update().where(MAILBOX.c.id == LAN_ID).values(verified_at=None))
        path = wicket.path(Action.VERIFY, LAN_ID)
        found = wicket.get(path)
        assert f"Reminders are to come here for: Nguyễn Thị Lan ({MTTQ})" in said(found)
        assert buttons(found) == ["Confirm the address"]
        answer = wicket.press(path)
        assert f"Confirmed, {TIME}. From now on reminders come here." in said(answer)
        with wicket.database.read() as session:
            assert LAN.address in people.roster(session).verified
        after = everything(wicket.database)
        wicket.later(hours=1)
        assert f"Confirmed, {TIME}." in said(wicket.press(path))
        assert everything(wicket.database) == after

    def test_a_closed_address_stays_closed_and_the_page_says_so(self, wicket: Wicket) -> None:
        wicket.press(wicket.path(Action.UNSUBSCRIBE, LAN_ID))
        assert "No mail goes there all the same" in said(wicket.press(wicket.path(Action.VERIFY, LAN_ID)))


UNREADABLE: tuple[tuple[bytes, str | None, int], ...] = (
    (b"x" * 1_000_000, FORM, 413),
    (b"why=" + b"x" * 16_384, FORM, 413),
    (b"why=x", "application/json", 415),
    (b"why=x", "text/plain", 415),
    (b"why=x", None, 415),
    (b"why=%FF", FORM, 400),
    (b"why=\xc4\x91", FORM, 400),
    (b"why=a&why=b", FORM, 400),
    (b"&".join(b"f%d=x" % number for number in range(11)), FORM, 400),
)


class TestBadInput:
    def test_other_methods_are_refused(self, wicket: Wicket) -> None:
        path = wicket.path(Action.ACKNOWLEDGE, wicket.remind(DEADLINE, Purpose.FINISH))
        for method in ("PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "LINK"):
            answer = wicket.get(path, method)
            assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD, POST")
            assert "Only GET, HEAD, POST are answered here." in said(answer)
            assert answer.headers["cache-control"] == "no-store"

    def test_what_is_no_form_of_ours_changes_nothing(self, wicket: Wicket) -> None:
        reminder = wicket.remind(DEADLINE, Purpose.FINISH)
        before = everything(wicket.database)
        seen = {}
        for action in Action:
            path = wicket.path(action, LAN_ID if action in ABOUT_ADDRESSES else reminder)
            for number, (body, kind, status) in enumerate(UNREADABLE):
                answer = wicket.post(path, body, kind)
                told = answer.headers["cache-control"] == "no-store" and "Nothing was recorded." in said(answer)
                if (answer.status_code, told) != (status, True):
                    seen[action, number] = answer.status_code
        assert seen == {}
        assert everything(wicket.database) == before

    def test_a_link_of_one_button_presses_no_other(self, wicket: Wicket) -> None:
        subjects = dict.fromkeys(ABOUT_ADDRESSES, LAN_ID)
        subjects |= dict.fromkeys(ASKING, wicket.remind(DEADLINE, Purpose.FINISH))
        before = everything(wicket.database)
        seen: set[Any] = set()
        for action, subject in subjects.items():
            token = wicket.path(action, subject).rpartition("/")[2]
            for other in (*Action, "nothing", "ACK"):
                if other != action:
                    answer = wicket.press(f"/en/r/{other}/{token}", {"why": "x"})
                    seen.add((answer.status_code, "This link is not known" in said(answer)))
        assert seen == {(404, True)}
        assert everything(wicket.database) == before

    def test_a_store_that_never_sent_mail_knows_no_link(self, database: Database) -> None:
        with Wicket(database) as wicket:
            path = wicket.path(Action.UNSUBSCRIBE, GENERAL)
            with database.write() as session:
                session.execute(delete(KeptRow))
            before = everything(database)
            assert [wicket.get(path).status_code, wicket.press(path).status_code] == [404, 404]
            assert everything(database) == before
