from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.asks import Ask, asks
from notifications.due import Reason, Reminder, Slot, State, between, due, standing
from notifications.policy import Role
from scheduler.occurrence import Record, Status
from scheduler.plan import Directory, Kind
from scheduler.window import Precision, Window
from scheduler.workdays import DaysOff
from tests.unit.notifications.samples import (
    AFFAIRS,
    EXCHANGE,
    FRONT,
    LAO_FRONT,
    PARTIES,
    almanac,
    day_of_event,
    office,
    record,
    shelf,
)
from tests.unit.notifications.strategies import records

LONG_AGO = date(2000, 1, 1)
WEDNESDAY = date(2021, 9, 1)


def _brief(reminders: object) -> list[tuple[str, str, State, Reason | None]]:
    assert not isinstance(reminders, str)
    rows = [(r.slot.recipient, r.slot.step, r.state, r.reason) for r in reminders]  # type: ignore[attr-defined]
    return sorted(rows, key=lambda row: (row[0], int(row[1].rpartition("-")[2].rstrip("w"))))


def test_a_step_is_due_on_its_working_day_and_stays_due() -> None:
    exchange = record()  # 120 days before 31/12/2021 is Thursday 2 September
    first = Slot("qt-front-exchange.savannakhet.2021", "fix-days-120", date(2021, 12, 31), 0, "mttq-quang-tri")
    expected = Reminder(
        slot=first,
        organisation="mttq-quang-tri",
        address="mttq@quang-tri.example",
        lang="vi",
        role=Role.LEAD,
        send_on=date(2021, 9, 2),
    )
    today = [r for r in due([exchange], almanac(), date(2021, 9, 2), LONG_AGO) if r.state is State.PENDING]
    tomorrow = [r for r in due([exchange], almanac(), date(2021, 9, 3), LONG_AGO) if r.state is State.PENDING]
    assert today == tomorrow == [expected]


def test_a_step_on_a_day_off_goes_earlier_by_the_readers_calendar() -> None:
    """National Day 2/9 and the day with it are off in Viet Nam, not in Laos."""
    places = Directory(parties=PARTIES, organisations=shelf(FRONT, LAO_FRONT))
    shared = record(leads=("mttq-quang-tri", "neo-lao-savannakhet"), coordinating=())
    off = DaysOff()
    real = replace(almanac(places), before=off.subtract_working_days, after=off.add_working_days)
    sent = {r.slot.recipient: r.send_on for r in between([shared], real, date(2021, 8, 25), date(2021, 9, 5))}
    assert sent == {"mttq-quang-tri": date(2021, 9, 1), "neo-lao-savannakhet": date(2021, 9, 2)}


def test_catching_up_sends_the_latest_step_and_accounts_for_the_others() -> None:
    assert _brief(due([record()], almanac(), date(2021, 12, 6), LONG_AGO)) == [
        ("mttq-quang-tri", "fix-days-30", State.PENDING, None),
        ("mttq-quang-tri", "fix-days-60", State.COALESCED, Reason.LATER_STEP),
        ("mttq-quang-tri", "fix-days-90", State.COALESCED, Reason.LATER_STEP),
        ("mttq-quang-tri", "fix-days-120", State.COALESCED, Reason.LATER_STEP),
        ("mttq-quang-tri", "fix-days-180", State.COALESCED, Reason.LATER_STEP),
        ("so-ngoai-vu-quang-tri", "fix-days-30", State.PENDING, None),
    ]


def test_nothing_is_sent_on_a_readers_day_off() -> None:
    saturday, monday = date(2021, 9, 4), date(2021, 9, 6)
    assert list(due([record()], almanac(), saturday, LONG_AGO)) == []
    assert [r.slot.step for r in due([record()], almanac(), monday, LONG_AGO) if r.state is State.PENDING] == [
        "fix-days-120"
    ]


def test_a_past_occurrence_is_accounted_for_only_since_it_was_known() -> None:
    event = day_of_event(date(2021, 8, 31))
    assert _brief(due([event], almanac(), WEDNESDAY, date(2021, 8, 20))) == [
        ("mttq-quang-tri", "prepare-1", State.EXPIRED, Reason.PAST),
        ("mttq-quang-tri", "record-1w", State.PENDING, None),
        ("mttq-quang-tri", "prepare-7", State.EXPIRED, Reason.PAST),
    ]
    assert list(due([event], almanac(), WEDNESDAY, WEDNESDAY)) == []


def test_on_its_last_day_an_occurrence_is_still_ahead() -> None:
    event = day_of_event(WEDNESDAY)
    assert [r.slot.step for r in due([event], almanac(), WEDNESDAY, LONG_AGO) if r.state is State.PENDING] == [
        "prepare-1"
    ]


def test_one_mail_a_day_is_carried_by_the_most_pressing() -> None:
    events = [day_of_event(WEDNESDAY + timedelta(days=n), cycle=str(n)) for n in (7, 1, 14)]
    reminders = [r for r in due(events, almanac(), WEDNESDAY, LONG_AGO) if r.reason is not Reason.LATER_STEP]
    carrier = next(r for r in reminders if r.state is State.PENDING)
    assert carrier.slot.occurrence == "event.1"
    assert {(r.slot.occurrence, r.state, r.reason, r.into) for r in reminders if r is not carrier} == {
        ("event.7", State.COALESCED, Reason.SAME_DAY, carrier.slot),
        ("event.14", State.COALESCED, Reason.SAME_DAY, carrier.slot),
    }


def test_who_cannot_be_reached_is_accounted_for() -> None:
    nobody = Directory(parties=PARTIES, organisations=shelf(office("mttq-quang-tri", None)))
    event = day_of_event(WEDNESDAY + timedelta(days=120))
    assert [(r.state, r.reason, r.address) for r in due([event], almanac(nobody), WEDNESDAY, LONG_AGO)] == [
        (State.EXPIRED, Reason.NO_ADDRESS, "")
    ]


def test_a_moved_event_is_another_slot() -> None:
    before, after = (
        next(between([day_of_event(day)], almanac(), LONG_AGO, date(2030, 1, 1))).slot
        for day in (date(2021, 10, 5), date(2021, 10, 6))
    )
    assert before.id != after.id
    assert replace(before, counted_from=after.counted_from) == after


def test_the_days_between_hold_each_step_once() -> None:
    year = list(between([record()], almanac(), date(2021, 7, 1), date(2021, 12, 31)))
    assert [(r.slot.recipient, r.slot.step, r.send_on) for r in sorted(year, key=lambda r: (r.send_on, r.slot))] == [
        ("mttq-quang-tri", "fix-days-180", date(2021, 7, 2)),
        ("mttq-quang-tri", "fix-days-120", date(2021, 9, 2)),
        ("mttq-quang-tri", "fix-days-90", date(2021, 10, 1)),
        ("mttq-quang-tri", "fix-days-60", date(2021, 11, 1)),
        ("mttq-quang-tri", "fix-days-30", date(2021, 12, 1)),
        ("so-ngoai-vu-quang-tri", "fix-days-30", date(2021, 12, 1)),
        ("mttq-quang-tri", "fix-days-14", date(2021, 12, 17)),
        ("so-ngoai-vu-quang-tri", "fix-days-14", date(2021, 12, 17)),
        ("mttq-quang-tri", "fix-days-7", date(2021, 12, 24)),
        ("so-ngoai-vu-quang-tri", "fix-days-7", date(2021, 12, 24)),
    ]
    assert {r.state for r in year} == {State.PENDING}


def test_the_projected_turn_asks_the_owner_once() -> None:
    projected = record(status=Status.PROJECTED, leads=("so-ngoai-vu-quang-tri",))
    year = list(between([projected], almanac(), date(2019, 1, 1), date(2021, 12, 31)))
    assert [(r.slot.recipient, r.slot.step, r.send_on, r.role) for r in year] == [
        ("mttq-quang-tri", "decide-90", date(2020, 10, 2), Role.OWNER)
    ]


@pytest.mark.parametrize(
    ("now_is", "reason"),
    [
        (None, Reason.GONE),
        (record(status=Status.HELD), Reason.HELD),
        (record(status=Status.CANCELLED), Reason.CANCELLED),
        (record(status=Status.SKIPPED), Reason.SKIPPED),
        (record(joint="qt-talks.2021"), Reason.JOINT),
        (record(window=Window.day(date(2021, 10, 5))), Reason.MOVED),
        (record(window=Window.of(date(2022, 1, 1), date(2022, 12, 31), Precision.YEAR)), Reason.MOVED),
        (record(window=Window.day(date(2021, 8, 31))), Reason.PAST),
        (record(kind=Kind.ONGOING), Reason.MOVED),
        (record(status=Status.PROJECTED), Reason.MOVED),
    ],
)
def test_what_no_longer_stands_is_not_sent(now_is: Record | None, reason: Reason) -> None:
    slot = Slot(EXCHANGE.key, "fix-days-120", date(2021, 12, 31), 0, "mttq-quang-tri")
    assert standing(now_is, slot, almanac(), WEDNESDAY) is reason
    ask = standing(record(), slot, almanac(), WEDNESDAY)
    assert isinstance(ask, Ask)
    assert ask.step.id == slot.step


# Laws, over occurrences of every kind and status, with readers who share addresses, die out or lack one.

ORGANISATIONS = shelf(
    FRONT,
    AFFAIRS,
    LAO_FRONT,
    office("shares", "mttq@quang-tri.example"),
    office("mute", None),
    office("ended", "ended@quang-tri.example", until=date(2021, 6, 30), successor="so-ngoai-vu-quang-tri"),
    office("group", None, members=("mttq-quang-tri", "neo-lao-savannakhet", "mute")),
    office("khmer", "khmer@takeo.example", "takeo"),
)
OFF = DaysOff()
LAW_ALMANAC = replace(
    almanac(Directory(parties=PARTIES, organisations=ORGANISATIONS)),
    before=OFF.subtract_working_days,
    after=OFF.add_working_days,
)
BODIES = st.lists(st.sampled_from(sorted([*ORGANISATIONS, "unknown"])), max_size=3).map(tuple)
DAYS = st.dates(date(2021, 1, 1), date(2022, 12, 31))


RECORDS = records(
    DAYS,
    longest=400,
    leads=BODIES,
    coordinating=BODIES,
    owner=st.sampled_from(["mttq-quang-tri", "ended", "mute"]),
    joint=st.sampled_from([None, None, None, "other.2021"]),
)


@given(RECORDS, DAYS)
def test_law_every_mail_goes_on_a_working_day_not_after_its_step(some: list[Record], today: date) -> None:
    known = {r.occurrence.key: r for r in some}
    for reminder in (*due(some, LAW_ALMANAC, today, LONG_AGO), *between(some, LAW_ALMANAC, LONG_AGO, date(2030, 1, 1))):
        slot = reminder.slot
        named = (slot.step, slot.counted_from, slot.repeat)
        ask = next(a for a in asks(known[slot.occurrence], LAW_ALMANAC) if (a.step.id, a.base, a.repeat) == named)
        organisation = ORGANISATIONS.get(reminder.organisation)
        country = PARTIES[organisation.party].country if organisation else "VN"
        assert reminder.send_on <= ask.falls_on(LAW_ALMANAC, (country,))
        assert OFF.earlier(reminder.send_on, (country,)) == reminder.send_on
        if reminder.state is State.PENDING and reminder.send_on == today:
            assert OFF.earlier(today, (country,)) == today


@given(RECORDS, DAYS)
def test_law_one_mail_an_address_and_day(some: list[Record], today: date) -> None:
    carriers = Counter(r.address for r in due(some, LAW_ALMANAC, today, LONG_AGO) if r.state is State.PENDING)
    assert set(carriers.values()) <= {1}
    planned = between(some, LAW_ALMANAC, LONG_AGO, date(2030, 1, 1))
    days = Counter((r.address, r.send_on) for r in planned if r.state is State.PENDING)
    assert set(days.values()) <= {1}


@given(RECORDS, DAYS)
def test_law_every_slot_due_is_accounted_for_once(some: list[Record], today: date) -> None:
    reminders = list(due(some, LAW_ALMANAC, today, LONG_AGO))
    assert max(Counter(r.slot for r in reminders).values(), default=1) == 1
    slots = {r.slot: r for r in reminders}
    for reminder in reminders:
        assert reminder.send_on <= today
        assert (reminder.state is State.COALESCED) == (reminder.into is not None)
        if reminder.into is not None:
            carrier = slots[reminder.into]
            assert carrier.address == reminder.address
            assert carrier.state is State.PENDING or carrier.reason is Reason.SAME_DAY


@given(RECORDS, DAYS)
def test_law_nobody_hears_of_what_needs_nobody(some: list[Record], today: date) -> None:
    quiet = {
        r.occurrence.key
        for r in some
        if r.occurrence.over or r.occurrence.joint is not None or r.occurrence.kind is Kind.ONGOING
    }
    told = {r.slot.occurrence for r in due(some, LAW_ALMANAC, today, LONG_AGO)}
    told |= {r.slot.occurrence for r in between(some, LAW_ALMANAC, LONG_AGO, date(2030, 1, 1))}
    assert told.isdisjoint(quiet)


@given(RECORDS, DAYS)
def test_law_every_pending_reminder_still_stands(some: list[Record], today: date) -> None:
    known = {r.occurrence.key: r for r in some}
    for reminder in due(some, LAW_ALMANAC, today, LONG_AGO):
        if reminder.state is State.PENDING:
            slot = reminder.slot
            assert isinstance(standing(known[slot.occurrence], slot, LAW_ALMANAC, today), Ask)
