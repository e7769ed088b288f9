"""Whose calendar gets an event by mail, when it is told of a change, and when it loses it again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from notifications.asks import Almanac
from notifications.contacts import CalendarWay, Contact, Rank, Roster
from notifications.due import Reminder, Slot
from notifications.invitations import Sent, invitations, still
from notifications.letters import Method
from notifications.policy import Role
from scheduler.occurrence import Record, Status
from scheduler.plan import Kind
from scheduler.window import Precision, Window
from tests.unit.notifications.samples import AFFAIRS, FRONT, almanac, day_of_event

TODAY = date(2021, 9, 1)
DAY = date(2021, 10, 5)
LAN = Contact(
    id="lan",
    name="Lan",
    organisation=FRONT.id,
    rank=Rank.SPECIALIST,
    address="lan@quang-tri.example",
    lang="en",
    calendar=CalendarWay.INVITATIONS,
)
MAI = replace(LAN, id="mai", organisation=AFFAIRS.id, address="mai@quang-tri.example")
REQUEST, CANCEL = Method.REQUEST, Method.CANCEL


def event(sequence: int = 0, day: date = DAY, **changes: Any) -> Record:
    return replace(day_of_event(day, **{"status": Status.CONFIRMED} | changes), sequence=sequence)


KEY = event().occurrence.key


def at(*contacts: Contact, reached: bool = True) -> Almanac:
    people = contacts or (LAN,)
    return almanac(roster=Roster({c.id: c for c in people}, frozenset(c.address for c in people if reached)))


def _told(
    of: Record, last: Sent | None = None, by: Almanac | None = None, today: date = TODAY
) -> list[tuple[str, str, int]]:
    sent: Mapping[tuple[str, str], Sent] = {(KEY, "@lan"): last} if last else {}
    return [
        (reminder.slot.step, reminder.slot.recipient, reminder.slot.repeat)
        for reminder in invitations([of], sent, by or at(), today)
    ]


def test_an_invitation_as_it_is_put_into_the_outbox() -> None:
    assert list(invitations([event(3)], {}, at(), TODAY)) == [
        Reminder(
            slot=Slot(KEY, "invite", TODAY, 3, "@lan", "imip"),
            organisation=FRONT.id,
            address="lan@quang-tri.example",
            lang="en",
            role=Role.LEAD,
            send_on=TODAY,
        )
    ]


@pytest.mark.parametrize(
    ("sequence", "last", "told"),
    [
        (0, None, ["invite"]),
        (5, None, ["invite"]),
        (5, Sent(REQUEST, 5), []),
        (6, Sent(REQUEST, 5), ["invite"]),
        (5, Sent(CANCEL, 5), ["invite"]),
        (6, Sent(CANCEL, 5), ["invite"]),
    ],
)
def test_once_and_again_when_it_changed(sequence: int, last: Sent | None, told: list[str]) -> None:
    assert [step for step, _, _ in _told(event(sequence), last)] == told


OFF: list[dict[str, Any]] = [
    *({"status": status} for status in Status if status is not Status.CONFIRMED),
    {"joint": "other.2021"},
    {"window": Window.of(DAY, DAY, Precision.MONTH)},
    {"kind": Kind.TASK},
    {"kind": Kind.ANNIVERSARY},
    {"leads": (AFFAIRS.id,)},
]


@pytest.mark.parametrize("changes", OFF)
def test_what_does_not_take_place_is_taken_out_of_calendars_that_have_it_once(changes: dict[str, Any]) -> None:
    gone = event(6, **changes)
    assert _told(gone) == []
    assert _told(gone, Sent(REQUEST, 5)) == [("uninvite", "@lan", 6)]
    assert _told(gone, Sent(CANCEL, 5)) == []


@pytest.mark.parametrize("status", list(Status))
def test_nothing_past_is_told(status: Status) -> None:
    past = event(6, TODAY - timedelta(days=1), status=status)
    assert _told(past) == _told(past, Sent(REQUEST, 5)) == []


def test_on_its_last_day_it_still_is() -> None:
    assert _told(event(0, TODAY)) == [("invite", "@lan", 0)]


@pytest.mark.parametrize("way", [CalendarWay.FEED, CalendarWay.NONE])
def test_who_has_it_by_feed_is_never_invited_and_loses_what_came_by_mail(way: CalendarWay) -> None:
    by = at(replace(LAN, calendar=way))
    assert _told(event(), by=by) == []
    assert _told(event(), Sent(REQUEST, 0), by=by) == [("uninvite", "@lan", 0)]


@pytest.mark.parametrize("by", [at(MAI), at(reached=False)])
def test_who_is_not_there_or_cannot_be_reached_is_told_nothing(by: Almanac) -> None:
    assert _told(event(), by=by) == []
    assert _told(event(1, status=Status.CANCELLED), Sent(REQUEST, 0), by=by) == []


def test_who_coordinates_is_invited_too_organisations_never() -> None:
    by = at(LAN, MAI)
    both = event(coordinating=(AFFAIRS.id,))
    assert _told(both, by=by) == [("invite", "@lan", 0), ("invite", "@mai", 0)]
    namesake = at(replace(LAN, id=FRONT.id), reached=False)
    assert _told(event(), by=namesake) == []


@pytest.mark.parametrize(
    ("record", "step", "stands"),
    [
        (event(3), "invite", True),
        (event(3), "uninvite", True),
        (event(4), "invite", False),
        (event(4), "uninvite", False),
        (event(3, status=Status.CANCELLED), "invite", False),
        (event(3, status=Status.CANCELLED), "uninvite", True),
        (event(3, TODAY - timedelta(days=1)), "invite", False),
        (event(3, TODAY - timedelta(days=1), status=Status.CANCELLED), "uninvite", False),
        (None, "uninvite", False),
    ],
)
def test_whether_a_waiting_invitation_still_says_what_stands(record: Record | None, step: str, stands: bool) -> None:
    assert still(record, Slot(KEY, step, TODAY, 3, "@lan", "imip"), TODAY) is stands


# The law: whatever happens, calendars end up with what is confirmed.


@dataclass
class World:
    """Two events, one person, the mails sent so far and what they made of a calendar."""

    records: dict[str, Record] = field(default_factory=dict)
    contact: Contact = LAN
    reached: bool = True
    slots: set[Slot] = field(default_factory=set)
    sent: dict[tuple[str, str], Sent] = field(default_factory=dict)
    calendar: dict[str, int] = field(default_factory=dict)
    seen: dict[str, int] = field(default_factory=dict)

    def look(self, today: date) -> list[Method]:
        """Send what is to be told, each slot once, and let the calendar take it (RFC 5546, 2.1.5)."""
        methods = []
        by = at(self.contact, reached=self.reached)
        for reminder in list(invitations(self.records.values(), self.sent, by, today)):
            slot = reminder.slot
            if slot in self.slots:
                continue
            self.slots.add(slot)
            method = REQUEST if slot.step == "invite" else CANCEL
            self.sent[slot.occurrence, slot.recipient] = Sent(method, slot.repeat)
            methods.append(method)
            assert slot.repeat >= self.seen.get(slot.occurrence, 0)
            self.seen[slot.occurrence] = slot.repeat
            if method is REQUEST:
                self.calendar[slot.occurrence] = slot.repeat
            else:
                del self.calendar[slot.occurrence]  # a CANCEL is only for what the calendar has
        return methods

    def expected(self) -> dict[str, int]:
        return {
            key: record.sequence
            for key, record in self.records.items()
            if record.occurrence.status is Status.CONFIRMED
            and record.occurrence.window.fixed
            and record.occurrence.joint is None
            and self.contact.organisation in record.occurrence.leads
            and self.contact.calendar is CalendarWay.INVITATIONS
        }


CHANGES = st.fixed_dictionaries(
    {
        "status": st.sampled_from([Status.CONFIRMED, Status.CONFIRMED, *Status]),
        "window": st.sampled_from(
            [Window.day(DAY), Window.day(DAY + timedelta(days=1)), Window.of(DAY, DAY, Precision.YEAR)]
        ),
        "leads": st.sampled_from([(FRONT.id,), (FRONT.id,), (AFFAIRS.id,)]),
        "joint": st.sampled_from([None, None, None, "other.2021"]),
    }
)
MOVES = st.one_of(
    st.tuples(st.sampled_from(["a", "b"]), CHANGES),
    st.sampled_from(list(CalendarWay)),
    st.booleans(),
)


@settings(deadline=None)
@given(st.lists(MOVES, max_size=20), st.booleans())
def test_law_calendars_end_up_with_what_is_confirmed(moves: list[Any], every_day: bool) -> None:
    world = World({f"event.{c}": event(cycle=c) for c in "ab"})
    today = date(2021, 6, 1)
    for move in moves:
        if isinstance(move, CalendarWay):
            world.contact = replace(world.contact, calendar=move)
        elif isinstance(move, bool):
            world.reached = move
        else:
            key = f"event.{move[0]}"
            old = world.records[key]
            changed = replace(old.occurrence, **move[1])
            if changed != old.occurrence:
                world.records[key] = replace(old, occurrence=changed, sequence=old.sequence + 1)
        if every_day:
            world.look(today)
            assert world.look(today) == []
        today += timedelta(days=1)
    world.reached = True
    world.look(today)
    assert world.calendar == world.expected()
    assert world.look(today + timedelta(days=1)) == []
