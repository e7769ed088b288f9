from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from datetime import UTC, date, datetime

import icalendar
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calendars.feed import NotInCalendarsError
from notifications.compose import compose
from notifications.errors import AddressError
from notifications.invite import invitation
from notifications.letters import InvitationLetter, Method
from notifications.mime import Mailbox, Part, mailbox
from scheduler.occurrence import Status
from scheduler.window import Precision, Window
from tests.unit.notifications.mails import CONFIRMED, invited, part, read
from tests.unit.notifications.samples import DIRECTORY, HEAD, LETTERHEAD, ROOT, record

OFFICE = mailbox("Nhắc việc <nhac-viec@luanphien.example>")
PLAIN = replace(
    CONFIRMED,
    sequence=2,
    occurrence=replace(CONFIRMED.occurrence, conditions=(), quantity=None, expression=None, coordinating=(), leads=()),
)
REQUEST = """\
BEGIN:VCALENDAR\r
VERSION:2.0\r
PRODID:-//luanphien//luanphien//EN\r
CALSCALE:GREGORIAN\r
METHOD:REQUEST\r
BEGIN:VEVENT\r
SUMMARY:Receive Savannakhet: Exchange of Front delegations\r
DTSTART;VALUE=DATE:20211005\r
DTEND;VALUE=DATE:20211009\r
DTSTAMP:20210901T003000Z\r
UID:qt-front-exchange.savannakhet.2021@luanphien\r
SEQUENCE:2\r
ATTENDEE;CN="Nguyễn Thị Lan";PARTSTAT=NEEDS-ACTION;ROLE=REQ-PARTICIPAN\r
 T;RSVP=TRUE:mailto:lan@quang-tri.example\r
CATEGORIES:delegation exchange\r
DESCRIPTION:Your part: Quảng Trị Fatherland Front Committee keeps the \r
 plan.\\nWhen: 5–8 October 2021\\nStatus: confirmed\\nHost: Quảng Trị\\nT\r
 ravels: Savannakhet\\nPartners: Savannakhet\\nUnder: clause II.5\\, III.2021.\r
 1\\, People-to-people diplomacy plan 2020–2022 (No. 06/KH-MTTQ-BTT\\, date\r
 d 3 October 2019)\\nIssued by: Quảng Trị Fatherland Front Committee\\nPa\r
 ge: https://lich.example/o/qt-front-exchange.savannakhet.2021\r
LAST-MODIFIED:20210104T020000Z\r
ORGANIZER;CN="Nhắc việc":mailto:nhac-viec@luanphien.example\r
STATUS:CONFIRMED\r
TRANSP:TRANSPARENT\r
URL:https://lich.example/o/qt-front-exchange.savannakhet.2021\r
X-MICROSOFT-CDO-BUSYSTATUS:FREE\r
END:VEVENT\r
END:VCALENDAR\r
"""


def _invitation(letter: InvitationLetter, organizer: Mailbox = OFFICE) -> Part:
    return invitation(letter, organizer, "https://lich.example", DIRECTORY)


def _calendar(letter: InvitationLetter, organizer: Mailbox = OFFICE) -> icalendar.Component:
    return icalendar.Calendar.from_ical(_invitation(letter, organizer).content)


def _event(letter: InvitationLetter, organizer: Mailbox = OFFICE) -> icalendar.Component:
    (event,) = _calendar(letter, organizer).walk("VEVENT")
    return event


def test_the_bytes_of_a_request() -> None:
    assert _invitation(invited(PLAIN, lang="en")) == Part("text/calendar; method=REQUEST", REQUEST.encode())


def test_a_cancel_keeps_uid_and_sequence_and_asks_for_no_answer() -> None:
    off = replace(PLAIN, sequence=3, occurrence=replace(PLAIN.occurrence, status=Status.CANCELLED))
    letter = invited(off, Method.CANCEL)
    assert _invitation(letter).kind == "text/calendar; method=CANCEL"
    assert _calendar(letter)["METHOD"] == "CANCEL"
    event = _event(letter)
    assert (event["UID"], event["SEQUENCE"], event["STATUS"]) == (PLAIN.occurrence.uid, 3, "CANCELLED")
    assert dict(event["ATTENDEE"].params) == {"CN": "Nguyễn Thị Lan"}


@pytest.mark.parametrize("status", Status)
def test_what_is_withdrawn_is_cancelled_whatever_its_status(status: Status) -> None:
    of = replace(PLAIN, occurrence=replace(PLAIN.occurrence, status=status))
    event = _event(invited(of, Method.CANCEL))
    assert (event["STATUS"], event["TRANSP"]) == ("CANCELLED", "TRANSPARENT")


def test_an_update_is_the_same_event_with_a_higher_sequence() -> None:
    moved = replace(
        PLAIN,
        sequence=5,
        occurrence=replace(
            PLAIN.occurrence,
            window=Window.of(date(2021, 11, 2), date(2021, 11, 5), Precision.DAYS),
            place="savannakhet",
        ),
    )
    first, second = _event(invited(PLAIN)), _event(invited(moved, update=True))
    assert first["UID"] == second["UID"]
    assert [each["SEQUENCE"] for each in (first, second)] == [2, 5]
    assert second["DTSTART"].dt == date(2021, 11, 2)


def test_of_two_of_one_sequence_the_later_counts() -> None:
    later = datetime(2021, 9, 2, 0, 30, tzinfo=UTC)
    stamps = [_event(letter)["DTSTAMP"].dt for letter in (invited(PLAIN), invited(PLAIN, written_at=later))]
    assert stamps == [HEAD["written_at"], later]


def test_an_organisation_is_invited_without_a_name() -> None:
    attendee = _event(invited(PLAIN, person=None))["ATTENDEE"]
    assert dict(attendee.params) == {"PARTSTAT": "NEEDS-ACTION", "ROLE": "REQ-PARTICIPANT", "RSVP": "TRUE"}


def test_an_address_is_written_in_ascii() -> None:
    assert _event(invited(PLAIN, address="lan@bücher.example"))["ATTENDEE"] == "mailto:lan@xn--bcher-kva.example"


def test_what_has_no_day_cannot_be_invited_to() -> None:
    with pytest.raises(NotInCalendarsError):
        _invitation(invited(record(window=Window(date(2021, 10, 5), None, Precision.DAY))))


def test_who_is_no_address_cannot_be_invited() -> None:
    with pytest.raises(AddressError):
        _invitation(invited(PLAIN, address="a@b.example, c@d.example"))


@settings(deadline=None)
@given(st.text() | st.sampled_from(['x":mailto:a@b.example', "x\r\nATTENDEE:mailto:a@b.example", "^n^'", "x;CN=y"]))
def test_law_a_name_stays_a_name(name: str) -> None:
    event = _event(invited(PLAIN, person=f"Lan {name}"), Mailbox(f"Office {name}", OFFICE.address))
    assert (event["ATTENDEE"], event["ORGANIZER"]) == ("mailto:lan@quang-tri.example", f"mailto:{OFFICE.address}")
    assert set(event["ATTENDEE"].params) == {"CN", "PARTSTAT", "ROLE", "RSVP"}
    assert set(event["ORGANIZER"].params) == {"CN"}


@pytest.mark.parametrize(
    ("letter", "subject", "said"),
    [
        (invited(), "Lời mời vào lịch: ", "Bấm chấp nhận để đưa sự kiện vào lịch"),
        (invited(update=True), "Lời mời vào lịch (cập nhật): ", "Bấm chấp nhận để đưa sự kiện vào lịch"),
        (invited(method=Method.CANCEL), "Rút lời mời vào lịch: ", "Sự kiện này được gỡ khỏi lịch"),
    ],
)
def test_the_mail_of_an_invitation(letter: InvitationLetter, subject: str, said: str) -> None:
    mail = read(compose(letter, LETTERHEAD, DIRECTORY))
    assert mail["Subject"] == f"{subject}Trao đổi đoàn đại biểu Mặt trận – Savannakhet (2021)"
    assert said in part(mail, "plain")
    assert said in part(mail, "html")
    (asked,) = (each for each in mail.walk() if each.get_content_type() == "text/calendar")
    calendar = icalendar.Calendar.from_ical(asked.get_content())
    assert asked.get_param("method") == calendar["METHOD"] == letter.method
    (event,) = calendar.walk("VEVENT")
    assert event["ORGANIZER"] == f"mailto:{mail['From'].addresses[0].addr_spec}"
    assert event["ATTENDEE"] == f"mailto:{mail['To'].addresses[0].addr_spec}"


def test_nothing_is_written_without_the_checks_of_the_library() -> None:
    program = "from notifications.invite import invitation; invitation(None, None, '', None)"
    ran = subprocess.run([sys.executable, "-O", "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert "OptimisedInterpreterError: calendars cannot be written under python -O" in ran.stderr
