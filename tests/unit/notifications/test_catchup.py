"""After any downtime: every slot is accounted for as if nothing had happened, and nobody is flooded."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from notifications.contacts import Contact, Mails, Quiet, Rank, Roster
from notifications.due import Reason, Slot, State, due, past, standing
from scheduler.occurrence import Record, Status
from scheduler.plan import Directory
from scheduler.window import ONE_DAY
from scheduler.workdays import DaysOff
from tests.unit.notifications.samples import (
    AFFAIRS,
    FRONT,
    LAO_FRONT,
    PARTIES,
    almanac,
    day_of_event,
    office,
    shelf,
)
from tests.unit.notifications.strategies import records

BEGAN = date(2021, 3, 1)
"""A Monday: the store begins, and is looked at for the first time."""

LAN = Contact(
    id="lan", name="Lan", organisation=AFFAIRS.id, rank=Rank.SPECIALIST, address="lan@quang-tri.example", lang="vi"
)
PEOPLE = (
    LAN,
    replace(LAN, id="mai", address="mai@quang-tri.example", mails=Mails.DIGEST),
    replace(LAN, id="nam", address="nam@quang-tri.example", quiet=Quiet(frozenset({0, 4}))),
    replace(
        LAN,
        id="kham",
        organisation=LAO_FRONT.id,
        address="kham@savannakhet.example",
        quiet=Quiet(spans=((date(2021, 4, 5), date(2021, 4, 30)),)),
    ),
)
OFF = DaysOff()
AT = replace(
    almanac(
        Directory(parties=PARTIES, organisations=shelf(FRONT, AFFAIRS, LAO_FRONT, office("mute", None))),
        roster=Roster({c.id: c for c in PEOPLE}, frozenset(c.address for c in PEOPLE)),
    ),
    before=OFF.subtract_working_days,
    after=OFF.add_working_days,
)


@dataclass
class Book:
    """What became of every slot, as the outbox keeps it: what is known stays as it is, what is pending is sent.

    `history`: slots whose day had gone when the store began; of what is over they are not mentioned.
    """

    ended: dict[Slot, tuple[State, Reason | None]] = field(default_factory=dict)
    mails: Counter[tuple[str, date]] = field(default_factory=Counter)
    told: set[Slot] = field(default_factory=set)
    history: set[Slot] = field(default_factory=set)

    def look(self, some: Iterable[Record], today: date) -> None:
        for reminder in due(some, AT, today, BEGAN):
            if reminder.slot in self.ended:
                continue
            if reminder.send_on < BEGAN:
                self.history.add(reminder.slot)
            sent = reminder.state is State.PENDING
            if sent or reminder.reason is Reason.SAME_DAY:
                self.told.add(reminder.slot)
            self.mails[reminder.address, today] += sent
            self.ended[reminder.slot] = (State.SENT if sent else reminder.state, reminder.reason)


BODIES = st.lists(st.sampled_from([FRONT.id, AFFAIRS.id, LAO_FRONT.id, "mute"]), max_size=2, unique=True).map(tuple)


RECORDS = records(
    st.dates(date(2021, 2, 1), date(2021, 9, 30)),
    longest=90,
    least=1,
    most=5,
    leads=BODIES,
    coordinating=BODIES,
    owner=st.sampled_from([FRONT.id, "mute"]),
)


AFTER = 35
"""Days looked at when all is well again: by then everybody has worked, also who was away for most of April."""


def _days(first: date, count: int) -> list[date]:
    return [first + ONE_DAY * n for n in range(count)]


@pytest.mark.parametrize("down", [0, 3, 60])
@settings(deadline=None, max_examples=15)
@given(some=RECORDS, up=st.integers(1, 40))
def test_law_after_downtime_the_same_slots_have_ended(down: int, some: list[Record], up: int) -> None:
    """Twelve seconds and two hours of downtime are the same day: `down` 0, looked at twice."""
    steady, broken = Book(), Book()
    crash = BEGAN + ONE_DAY * up
    back = crash + ONE_DAY * max(down, 1)
    for today in _days(BEGAN, (back - BEGAN).days + AFTER):
        steady.look(some, today)
        if today < crash or today >= back:
            broken.look(some, today)
        if not down:
            broken.look(some, today)
    history = steady.history | broken.history
    assert set(broken.ended) - history == set(steady.ended) - history
    assert {state for state, _ in broken.ended.values()} <= {State.SENT, State.COALESCED, State.EXPIRED}
    for book in (steady, broken):
        assert max(book.mails.values(), default=0) <= 1


@settings(deadline=None, max_examples=15)
@given(some=RECORDS, up=st.integers(1, 40))
def test_law_whoever_was_not_told_in_sixty_days_is_told_of_what_still_stands_in_one_mail(
    some: list[Record], up: int
) -> None:
    steady, broken = Book(), Book()
    crash = BEGAN + ONE_DAY * up
    back = crash + ONE_DAY * 60
    for today in _days(BEGAN, (back - BEGAN).days + AFTER):
        steady.look(some, today)
        if today < crash or today >= back:
            broken.look(some, today)
    known = {record.occurrence.key: record for record in some}
    missed = steady.told - broken.told - steady.history
    for slot in missed:
        state, reason = broken.ended[slot]
        record = known[slot.occurrence]
        if state is State.COALESCED:
            assert reason is Reason.LATER_STEP
        else:
            assert (state, reason) == (State.EXPIRED, Reason.PAST)
            assert past(record.occurrence, back + ONE_DAY * AFTER)
    late = sum(count for (_, day), count in broken.mails.items() if day == back)
    assert late <= len({address for address, _ in broken.mails})


@settings(deadline=None, max_examples=15)
@given(some=RECORDS, days=st.integers(1, 40))
def test_law_looking_every_day_tells_each_step_on_its_day_or_the_next_its_reader_works(
    some: list[Record], days: int
) -> None:
    """Nothing that was sent had fallen by then."""
    book = Book()
    known = {record.occurrence.key: record for record in some}
    for today in _days(BEGAN, days):
        before = set(book.told)
        book.look(some, today)
        for slot in book.told - before:
            assert not isinstance(standing(known[slot.occurrence], slot, AT, today), Reason)


def test_sixty_days_end_in_one_mail_that_says_what_is_next() -> None:
    """Down from 2 March to 3 May: what was missed of three events is one mail to the Front."""
    events = [
        day_of_event(date(2021, 6, 1), cycle="a", status=Status.CONFIRMED),
        day_of_event(date(2021, 5, 31), cycle="b", status=Status.CONFIRMED),
        day_of_event(date(2021, 4, 14), cycle="gone", status=Status.CONFIRMED),
    ]
    book = Book()
    book.look(events, BEGAN)
    on_first_day = dict(book.ended)
    back = date(2021, 5, 4)  # 30 April and 1 May are holidays, 3 May is off for the Saturday
    book.look(events, back)
    fronts = {day: count for (address, day), count in book.mails.items() if address == FRONT.mail}
    assert fronts == {BEGAN: 1, back: 1}
    late = {
        (slot.occurrence, slot.step): end
        for slot, end in book.ended.items()
        if slot not in on_first_day and slot.recipient == FRONT.id
    }
    assert late == {
        ("event.a", "prepare-90"): (State.COALESCED, Reason.LATER_STEP),
        ("event.a", "prepare-60"): (State.COALESCED, Reason.LATER_STEP),
        ("event.a", "prepare-30"): (State.COALESCED, Reason.SAME_DAY),
        ("event.b", "prepare-90"): (State.COALESCED, Reason.LATER_STEP),
        ("event.b", "prepare-60"): (State.COALESCED, Reason.LATER_STEP),
        ("event.b", "prepare-30"): (State.COALESCED, Reason.SAME_DAY),
        ("event.gone", "prepare-30"): (State.EXPIRED, Reason.PAST),
        ("event.gone", "prepare-14"): (State.EXPIRED, Reason.PAST),
        ("event.gone", "prepare-7"): (State.EXPIRED, Reason.PAST),
        ("event.gone", "prepare-1"): (State.EXPIRED, Reason.PAST),
        ("event.gone", "record-1w"): (State.COALESCED, Reason.LATER_STEP),
        ("event.gone", "record-5w"): (State.SENT, None),
    }


def test_a_postponed_event_reminds_anew() -> None:
    event = day_of_event(date(2021, 3, 31), status=Status.CONFIRMED)
    later = day_of_event(date(2021, 4, 30), status=Status.CONFIRMED)
    book = Book()
    for today in _days(BEGAN, 25):
        book.look([event], today)
    first = {slot.step for slot in book.told if slot.recipient == FRONT.id}
    for today in _days(BEGAN + ONE_DAY * 25, 40):
        book.look([later], today)
    assert {"prepare-30", "prepare-14", "prepare-7"} <= first
    told = [slot for slot in book.told if slot.recipient == FRONT.id and slot.counted_from == date(2021, 4, 30)]
    assert sorted(slot.step for slot in told) == [
        "prepare-1",
        "prepare-14",
        "prepare-30",
        "prepare-60",
        "prepare-7",
        "record-1w",
    ]
