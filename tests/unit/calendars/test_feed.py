"""Which occurrences calendars show, and on which days."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest
from icalendar import Calendar

from calendars import feed
from calendars.eyes import Voice
from calendars.ical import Entry, EventStatus, Rendered
from scheduler.occurrence import Record, Selection, Status
from scheduler.plan import Kind
from scheduler.window import Precision, Window
from tests.unit.calendars.samples import (
    BASE,
    CHANGED,
    DIPLOMATIC,
    DIRECTORY,
    EXCHANGE,
    GIFTS,
    ONGOING,
    PREPARE,
    PROJECTED,
    RECORDS,
    TASK,
    YOUTH,
    record,
)

SUBSCRIPTION = feed.Subscription(lang="vi", base_url=BASE, source=f"{BASE}/feeds/all.ics", last_change=CHANGED)


def made(records: Sequence[Record], subscription: feed.Subscription = SUBSCRIPTION) -> Rendered:
    """A feed of these, without steps."""
    return feed.calendar(records, DIRECTORY, subscription, Voice(subscription.lang), feed.no_steps)


def shown(*occurrences: object) -> list[Entry]:
    """What calendars show of occurrences."""
    return list(feed.entries([record(occurrence) for occurrence in occurrences], DIRECTORY, Voice("vi"), BASE))  # type: ignore[arg-type]


def test_an_entry_carries_everything() -> None:
    (entry,) = feed.entries([record(DIPLOMATIC, sequence=4)], DIRECTORY, Voice("vi"), f"{BASE}/")
    assert replace(entry, description="") == Entry(
        uid="vn-la-diplomatic-relations.2022@luanphien",
        start=date(2022, 9, 5),
        stop=date(2022, 9, 6),
        summary="Ngày thiết lập quan hệ ngoại giao Việt Nam – Lào: 60 năm (năm tròn)",
        description="",
        url=f"{BASE}/o/vn-la-diplomatic-relations.2022",
        status=EventStatus.CONFIRMED,
        categories=("ngày kỷ niệm",),
        sequence=4,
        changed_at=CHANGED,
    )
    assert entry.description.endswith(f"Chi tiết: {BASE}/o/vn-la-diplomatic-relations.2022")


def test_a_window_stands_as_it_is_up_to_31_days_and_on_its_last_day_beyond() -> None:
    month = replace(GIFTS, window=Window.of(date(2020, 7, 1), date(2020, 7, 31), Precision.MONTH))
    longer = replace(GIFTS, window=Window.of(date(2020, 7, 1), date(2020, 8, 1), Precision.PERIOD))
    no_start = replace(TASK, window=Window.of(None, date(2014, 5, 18), Precision.DAY))
    days = [(entry.start, entry.stop) for entry in shown(GIFTS, month, longer, EXCHANGE, YOUTH, TASK, no_start)]
    assert days == [
        (date(2020, 4, 21), date(2020, 5, 1)),
        (date(2020, 7, 1), date(2020, 8, 1)),
        (date(2020, 8, 1), date(2020, 8, 2)),
        (date(2021, 12, 31), date(2022, 1, 1)),
        (date(2022, 12, 31), date(2023, 1, 1)),
        (date(2021, 12, 31), date(2022, 1, 1)),
        (date(2014, 5, 18), date(2014, 5, 19)),
    ]


def test_what_has_no_day_or_no_meeting_of_its_own_is_left_out() -> None:
    endless = replace(TASK, window=Window.of(date(2020, 1, 1), None, Precision.PERIOD))
    joined = replace(EXCHANGE, joint="qt-front-exchange.salavan.2021")
    assert shown(ONGOING, endless, joined) == []


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (Status.PROJECTED, EventStatus.TENTATIVE),
        (Status.TENTATIVE, EventStatus.TENTATIVE),
        (Status.PROPOSED, EventStatus.TENTATIVE),
        (Status.POSTPONED, EventStatus.TENTATIVE),
        (Status.CONFIRMED, EventStatus.CONFIRMED),
        (Status.HELD, EventStatus.CONFIRMED),
        (Status.SKIPPED, EventStatus.CANCELLED),
        (Status.CANCELLED, EventStatus.CANCELLED),
    ],
)
def test_status(status: Status, expected: EventStatus) -> None:
    (entry,) = shown(replace(EXCHANGE, status=status))
    assert entry.status is expected


def test_tasks_are_shown_only_when_asked_for() -> None:
    asked = Selection(kinds=(Kind.TASK,))
    assert feed.with_kinds(asked) == asked
    assert Kind.TASK not in feed.with_kinds(Selection()).kinds
    assert Kind.ONGOING not in feed.with_kinds(Selection()).kinds


def test_a_feed_twice_gives_the_same_bytes_and_counts_every_event() -> None:
    first = made(RECORDS)
    assert first == made(list(reversed(RECORDS)))
    assert [str(event["UID"]) for event in Calendar.from_ical(first.body).events] == [
        f"{occurrence.key}@luanphien" for occurrence in (PREPARE, GIFTS, EXCHANGE, TASK, DIPLOMATIC, YOUTH, PROJECTED)
    ]
    assert first.faults == ()


def test_an_empty_feed_explains_itself_on_the_day_of_the_last_change() -> None:
    rendered = made(())
    (event,) = Calendar.from_ical(rendered.body).events
    assert (str(event["SUMMARY"]), event.start) == ("Chưa có sự kiện nào trong lịch này", date(2021, 9, 1))


def test_a_feed_is_named_after_what_it_is_narrowed_to() -> None:
    narrow = replace(SUBSCRIPTION, lang="lo", about=("savannakhet", "takeo"))
    name = Calendar.from_ical(made(RECORDS, narrow).body)["X-WR-CALNAME"]
    assert str(name) == "ປະຕິທິນການຕ່າງປະເທດ – ສະຫວັນນະເຂດ · Takeo"


def test_a_single_event_goes_with_a_mail() -> None:
    body = feed.single(record(GIFTS, sequence=2), DIRECTORY, "vi", BASE)
    (event,) = Calendar.from_ical(body).events
    assert (str(event["UID"]), event["SEQUENCE"]) == ("ag-kampong-speu-gifts.once@luanphien", 2)
    assert [word for word in (b"METHOD", b"REFRESH", b"SOURCE") if word in body] == []


def test_a_duty_without_a_day_cannot_go_with_a_mail() -> None:
    with pytest.raises(feed.NotInCalendarsError, match=r"qt-publicity\.once has no day"):
        feed.single(record(ONGOING), DIRECTORY, "vi", BASE)


def test_a_feed_that_would_grow_too_large_leaves_out_its_oldest_events() -> None:
    blocks = [
        feed.Block(
            f"duty.{year}", 0, date(year, 1, 1), b"BEGIN:VEVENT\r\n" + b"%d" % year * 15_000 + b"\r\nEND:VEVENT\r\n"
        )
        for year in range(2000, 2030)
    ]
    whole = feed.assembled(reversed(blocks), DIRECTORY, SUBSCRIPTION)
    kept = [block for block in blocks if block.body in whole]
    assert len(whole) <= feed.MOST_BYTES + 2000
    assert kept == blocks[-len(kept) :]
    assert 10 < len(kept) < 30
    assert "Các sự kiện cũ nhất được bỏ bớt" in whole.replace(b"\r\n ", b"").decode()


def test_one_event_that_is_too_large_by_itself_leaves_a_calendar_that_explains_itself() -> None:
    huge = feed.Block("duty.2027", 0, date(2027, 1, 1), b"BEGIN:VEVENT\r\n" + b"X" * 2_000_000 + b"\r\nEND:VEVENT\r\n")
    assert b"UID:nothing-yet@luanphien" in feed.assembled([huge], DIRECTORY, SUBSCRIPTION)
