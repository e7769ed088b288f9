"""Bytes of a calendar, literally; and nothing that comes in as text goes out as anything else."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from calendars.gate import lines, one_line
from calendars.ical import Color, Entry, EventStatus, Header, Rendered, event_bytes, render

HEADER = Header(
    name="Trao đổi đoàn, hội đàm",
    description="Tải lại; chậm",
    lang="vi",
    source="https://lich.example/feeds/all.ics?partner=savannakhet&lang=vi",
)
ENTRY = Entry(
    uid="qt-front-exchange.savannakhet.2021@luanphien",
    start=date(2021, 12, 31),
    stop=date(2022, 1, 1),
    summary="CHƯA CHỐT NGÀY: Hội đàm công tác Mặt trận – Savannakhet: Quảng Trị chủ trì",
    description="Thời gian: trong năm 2021\nĐiều kiện: a, b; c\\d",
    url="https://lich.example/o/qt-front-exchange.savannakhet.2021",
    status=EventStatus.TENTATIVE,
    categories=("trao đổi đoàn", "a,b"),
    sequence=3,
    changed_at=datetime(2021, 9, 1, 0, 30, 15, 999, tzinfo=timezone(timedelta(hours=7))),
)
CANCELLED = replace(
    ENTRY,
    uid="qt-border-talks.2021@luanphien",
    start=date(2021, 12, 20),
    stop=date(2021, 12, 23),
    summary="HỦY: Hội đàm",
    description="-",
    status=EventStatus.CANCELLED,
    categories=(),
)

WHOLE = """\
BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//luanphien//luanphien//VI
CALSCALE:GREGORIAN
DESCRIPTION:Tải lại · chậm
X-WR-CALDESC:Tải lại · chậm
NAME:Trao đổi đoàn · hội đàm
X-WR-CALNAME:Trao đổi đoàn · hội đàm
COLOR:teal
REFRESH-INTERVAL;VALUE=DURATION:PT6H
SOURCE;VALUE=URI:https://lich.example/feeds/all.ics?partner=savannakhet&la
 ng=vi
X-APPLE-CALENDAR-COLOR:#008080
X-PUBLISHED-TTL:PT6H
X-WR-TIMEZONE:Asia/Ho_Chi_Minh
BEGIN:VEVENT
SUMMARY:HỦY: Hội đàm
DTSTART;VALUE=DATE:20211220
DTEND;VALUE=DATE:20211223
DTSTAMP:20210831T173015Z
UID:qt-border-talks.2021@luanphien
SEQUENCE:3
DESCRIPTION:-
LAST-MODIFIED:20210831T173015Z
STATUS:CANCELLED
TRANSP:TRANSPARENT
URL:https://lich.example/o/qt-front-exchange.savannakhet.2021
X-MICROSOFT-CDO-BUSYSTATUS:FREE
END:VEVENT
BEGIN:VEVENT
SUMMARY:CHƯA CHỐT NGÀY: Hội đàm công tác Mặt trận – Savann
 akhet: Quảng Trị chủ trì
DTSTART;VALUE=DATE:20211231
DTEND;VALUE=DATE:20220101
DTSTAMP:20210831T173015Z
UID:qt-front-exchange.savannakhet.2021@luanphien
SEQUENCE:3
CATEGORIES:trao đổi đoàn,a\\,b
DESCRIPTION:Thời gian: trong năm 2021\\nĐiều kiện: a\\, b\\; c/d
LAST-MODIFIED:20210831T173015Z
STATUS:TENTATIVE
TRANSP:TRANSPARENT
URL:https://lich.example/o/qt-front-exchange.savannakhet.2021
X-MICROSOFT-CDO-BUSYSTATUS:TENTATIVE
END:VEVENT
END:VCALENDAR
"""

ANYTHING = st.text(st.characters(exclude_categories=()))


def test_a_whole_calendar_byte_for_byte() -> None:
    assert render(HEADER, [ENTRY, CANCELLED]) == Rendered(WHOLE.replace("\n", "\r\n").encode())


def test_the_same_entries_in_another_order_give_the_same_bytes() -> None:
    assert render(HEADER, [CANCELLED, ENTRY]) == render(HEADER, iter([ENTRY, CANCELLED]))


def test_a_calendar_nobody_subscribes_to_does_not_say_how_often_to_come_back() -> None:
    body = render(replace(HEADER, source=None), [ENTRY]).body
    assert [word for word in (b"REFRESH", b"PUBLISHED", b"SOURCE", b"METHOD") if word in body] == []


def test_the_library_adds_no_uid_method_or_time_zone_of_its_own() -> None:
    opening = render(HEADER, [ENTRY]).body.split(b"BEGIN:VEVENT")[0]
    assert [word for word in (b"UID", b"METHOD", b"VTIMEZONE") if word in opening] == []


def test_somebody_truly_away_is_busy() -> None:
    block = event_bytes(replace(ENTRY, busy=True))
    assert b"TRANSP:OPAQUE\r\n" in block
    assert b"X-MICROSOFT-CDO-BUSYSTATUS:OOF\r\n" in block


@pytest.mark.parametrize(
    "title",
    [
        "Đoàn đại biểu Ủy ban Mặt trận Tổ quốc Việt Nam tỉnh Quảng Trị " * 4,
        "ຄະນະຜູ້ແທນແນວລາວສ້າງຊາດແຂວງສະຫວັນນະເຂດ " * 4,
        "គណៈប្រតិភូរណសិរ្សសាមគ្គីអភិវឌ្ឍន៍មាតុភូមិកម្ពុជា " * 4,
        "🇻🇳🤝🇱🇦" * 30,
    ],
)
def test_folding_never_splits_a_character(title: str) -> None:
    block = event_bytes(replace(ENTRY, summary=title, description=title))
    physical = block.removesuffix(b"\r\n").split(b"\r\n")
    assert max(len(line) for line in physical) <= 75
    assert [line.decode() for line in physical]
    event = Calendar.from_ical(render(HEADER, [replace(ENTRY, summary=title)]).body).events[0]
    assert str(event["SUMMARY"]) == one_line(title)


@pytest.mark.parametrize("breaker", ["\r\n", "\n", "\r", "\x85", "\u2028", "\x0b", "\x00\n"])
def test_no_property_can_be_smuggled_in(breaker: str) -> None:
    smuggled = f"x{breaker}ATTENDEE:mailto:spy@evil.example{breaker}END:VEVENT"
    header = replace(HEADER, name=smuggled, description=smuggled)
    entry = replace(ENTRY, summary=smuggled, description=smuggled, categories=(smuggled,))
    body = render(header, [entry]).body.decode()
    names = [line.split(":")[0].split(";")[0] for line in body.replace("\r\n ", "").split("\r\n")]
    assert "ATTENDEE" not in names
    assert names.count("END") == 2


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"uid": "a b@luanphien"}, "the UID is not of the form key@domain"),
        ({"uid": "a\r\nX:y@luanphien"}, "the UID is not of the form key@domain"),
        ({"stop": ENTRY.start}, "the event ends before it starts"),
        ({"start": datetime(2021, 1, 1, tzinfo=UTC)}, "the event must last whole days"),
        ({"changed_at": datetime(2021, 1, 1)}, "the time of the last change has no time zone"),  # noqa: DTZ001
        ({"sequence": -1}, "the sequence is negative"),
        ({"url": "javascript:alert(1)"}, "the link is not a plain http or https URL"),
        ({"url": "https://x.example/\r\nX:y"}, "the link is not a plain http or https URL"),
        ({"summary": "\x00"}, "the title is empty"),
    ],
)
def test_a_bad_entry_is_left_out_and_reported_and_the_rest_stand(changes: dict[str, object], fault: str) -> None:
    bad = replace(ENTRY, **changes)
    rendered = render(HEADER, [bad, CANCELLED])
    assert rendered == Rendered(render(HEADER, [CANCELLED]).body, ((one_line(bad.uid), fault),))


def test_a_uid_given_twice_counts_once() -> None:
    rendered = render(HEADER, [ENTRY, replace(ENTRY, summary="other")])
    assert rendered == Rendered(render(HEADER, [ENTRY]).body, ((ENTRY.uid, "the UID is given twice"),))


def test_without_a_good_entry_the_other_one_stands() -> None:
    bad = replace(ENTRY, sequence=-1)
    assert render(HEADER, [bad], CANCELLED).body == render(HEADER, [CANCELLED]).body


def test_a_bad_source_is_an_error() -> None:
    with pytest.raises(ValueError, match="plain http or https URL"):
        render(replace(HEADER, source="https://x.example/\n"), [ENTRY])


def test_a_bad_colour_is_left_out() -> None:
    body = render(replace(HEADER, color=Color("teal\nX:y", "#008080")), [ENTRY]).body
    assert b"COLOR" not in body


def test_under_python_o_nothing_is_written() -> None:
    code = "from calendars.ical import Header, render; render(Header(name='a', description='b', lang='vi'), [])"
    done = subprocess.run([sys.executable, "-O", "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "OptimisedInterpreterError: calendars cannot be written under python -O" in done.stderr


@given(ANYTHING, ANYTHING)
def test_any_text_reads_back_as_it_passed_the_gate(title: str, description: str) -> None:
    entry = replace(ENTRY, summary=f"t{title}", description=description)
    (event,) = Calendar.from_ical(render(HEADER, [entry]).body).events
    assert str(event["SUMMARY"]) == one_line(f"t{title}")
    assert str(event["DESCRIPTION"]) == lines(description)


@given(ANYTHING)
def test_any_name_of_a_calendar_reads_back_with_nothing_to_unescape(name: str) -> None:
    calendar = Calendar.from_ical(render(replace(HEADER, name=name), [ENTRY]).body)
    expected = re.sub(r"\s*[,;]\s*", " · ", one_line(name))
    assert [str(calendar[prop]) for prop in ("NAME", "X-WR-CALNAME")] == [expected, expected]
