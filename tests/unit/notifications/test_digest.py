"""Monday's look ahead: whose, on which day, and what stands in it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from notifications.asks import Almanac
from notifications.contacts import Contact, Mails, Quiet, Rank, Roster
from notifications.digest import agenda, digests
from notifications.due import Reminder, Slot
from notifications.policy import Role
from scheduler.occurrence import UNSET, Record, Status
from scheduler.plan import Directory, Kind
from scheduler.window import ONE_DAY, Precision, Window
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

MONDAY = date(2021, 9, 6)
SUNDAY = MONDAY + timedelta(days=6)
LAN = Contact(
    id="lan",
    name="Lan",
    organisation=FRONT.id,
    rank=Rank.SPECIALIST,
    address="lan@quang-tri.example",
    lang="en",
    mails=Mails.DIGEST,
)
DIRECTORY = Directory(
    parties=PARTIES,
    organisations=shelf(
        FRONT,
        AFFAIRS,
        LAO_FRONT,
        office("group", None, members=(FRONT.id, AFFAIRS.id)),
        office("old", None, until=date(2021, 9, 10), successor=FRONT.id),
    ),
)


def at(*contacts: Contact, verified: bool = True) -> Almanac:
    known = frozenset(c.address for c in contacts) if verified else frozenset()
    return almanac(DIRECTORY, roster=Roster({c.id: c for c in contacts}, known))


def event(days: int, **changes: Any) -> Record:
    """An event so many days after Monday."""
    return day_of_event(MONDAY + timedelta(days=days), **{"cycle": f"d{days}"} | changes)


def _days(*records: Record, organisation: str = FRONT.id, today: date = MONDAY) -> tuple[list[str], list[str]] | None:
    found = agenda(records, organisation, DIRECTORY, today)
    if found is None:
        return None
    return [r.occurrence.cycle for r in found.week], [r.occurrence.cycle for r in found.month]


def test_the_digest_of_a_week() -> None:
    assert list(digests([event(3)], at(LAN), MONDAY)) == [
        Reminder(
            slot=Slot("digest", "digest", MONDAY, 0, "@lan"),
            organisation=FRONT.id,
            address="lan@quang-tri.example",
            lang="en",
            role=Role.LEAD,
            send_on=MONDAY,
        )
    ]


def test_every_day_of_a_week_it_is_the_same_one() -> None:
    slots = {mail.slot for n in range(7) for mail in digests([event(20)], at(LAN), MONDAY + timedelta(days=n))}
    assert slots == {Slot("digest", "digest", MONDAY, 0, "@lan")}


@pytest.mark.parametrize(
    ("contact", "first"),
    [
        (LAN, 0),
        (replace(LAN, quiet=Quiet(frozenset({0, 1}))), 2),
        (replace(LAN, quiet=Quiet(spans=((MONDAY, SUNDAY),))), None),
        (replace(LAN, mails=Mails.SINGLE), None),
    ],
)
def test_it_goes_on_the_first_day_its_reader_works(contact: Contact, first: int | None) -> None:
    days = [n for n in range(7) if list(digests([event(30)], at(contact), MONDAY + timedelta(days=n)))]
    assert days[:1] == ([] if first is None else [first])


def test_none_to_an_address_that_is_not_confirmed_and_none_that_is_empty() -> None:
    assert list(digests([event(3)], at(LAN, verified=False), MONDAY)) == []
    assert list(digests([event(31)], at(LAN), MONDAY)) == []
    assert list(digests([event(3, leads=(AFFAIRS.id,))], at(LAN), MONDAY)) == []


@pytest.mark.parametrize(
    ("days", "week", "month"),
    [(-1, 0, 0), (0, 1, 0), (6, 1, 0), (7, 0, 1), (30, 0, 1), (31, 0, 0)],
)
def test_the_week_to_sunday_and_the_month_to_the_thirtieth_day(days: int, week: int, month: int) -> None:
    found = _days(event(days))
    assert found == ([f"d{days}"] * week, [f"d{days}"] * month if month else []) or (found is None and not week + month)


def test_in_the_order_of_days() -> None:
    assert _days(event(20), event(2), event(8), event(1), event(6)) == (["d1", "d2", "d6"], ["d8", "d20"])
    assert _days(event(8), event(6), today=MONDAY + timedelta(days=4)) == (["d6"], ["d8"])


LONG = Window.of(MONDAY - timedelta(days=10), MONDAY + timedelta(days=5), Precision.DAYS)
OPEN = Window.of(MONDAY - timedelta(days=90), MONDAY + timedelta(days=5), Precision.QUARTER)


@pytest.mark.parametrize(
    ("changes", "stands"),
    [
        ({"status": Status.CONFIRMED}, True),
        ({"status": Status.POSTPONED}, True),
        ({"status": Status.HELD}, False),
        ({"status": Status.SKIPPED}, False),
        ({"status": Status.CANCELLED}, False),
        ({"status": Status.PROJECTED}, False),
        ({"joint": "other.2021"}, False),
        ({"kind": Kind.ONGOING}, False),
        ({"kind": Kind.ANNIVERSARY}, True),
        ({"kind": Kind.TASK, "window": LONG}, True),
        ({"window": LONG}, False),  # it began long ago
        ({"window": OPEN}, True),
        ({"window": OPEN, "cycle": UNSET, "status": Status.TENTATIVE}, False),
        ({"window": Window(MONDAY - ONE_DAY, None, Precision.PERIOD)}, False),
        ({"leads": (), "owner": FRONT.id}, True),
        ({"leads": (), "coordinating": (AFFAIRS.id,)}, False),
        ({"leads": (AFFAIRS.id,), "coordinating": (FRONT.id,)}, True),
        ({"leads": ("group",)}, True),
        ({"leads": ("old",)}, False),
        ({"leads": ("old",), "window": Window.day(date(2021, 9, 11))}, True),
    ],
)
def test_what_stands_in_it(changes: dict[str, Any], stands: bool) -> None:
    assert (_days(event(3, **changes)) is not None) is stands


def test_who_went_over_to_the_successor_is_told_of_its_duties() -> None:
    past = replace(LAN, organisation="old")
    assert [mail.organisation for mail in digests([event(10)], at(past), date(2021, 9, 13))] == [FRONT.id]


DAYS = st.dates(date(2021, 8, 1), date(2021, 11, 30))


RECORDS = records(DAYS, longest=60, leads=st.sampled_from([(), (FRONT.id,), (AFFAIRS.id,), ("group",), ("old",)]))


@settings(deadline=None)
@given(RECORDS, DAYS)
def test_law_week_and_month_are_apart_ahead_and_in_order(some: list[Record], today: date) -> None:
    found = agenda(some, FRONT.id, DIRECTORY, today)
    if found is None:
        return
    keys = [record.occurrence.key for record in (*found.week, *found.month)]
    assert keys
    assert len(set(keys)) == len(keys)
    assert found.first == today <= found.week_ends <= found.last == today + timedelta(days=30)
    assert found.week_ends.weekday() == 6
    for record in (*found.week, *found.month):
        assert not record.occurrence.over
        assert record.occurrence.window.overlaps(today, found.last)


@settings(deadline=None)
@given(RECORDS, DAYS, st.sampled_from(list(Mails)), st.frozensets(st.integers(0, 6), max_size=4))
def test_law_one_a_person_and_week_never_empty_never_on_a_day_off(
    some: list[Record], today: date, mails: Mails, quiet: frozenset[int]
) -> None:
    people = at(replace(LAN, mails=mails, quiet=Quiet(quiet)), replace(LAN, id="mai", address="mai@x.example"))
    found = list(digests(some, people, today))
    assert len({mail.slot for mail in found}) == len(found) <= 2
    for mail in found:
        assert mail.slot.counted_from == today - timedelta(days=today.weekday())
        assert agenda(some, mail.organisation, DIRECTORY, today) is not None
        assert mails is Mails.DIGEST or mail.slot.recipient == "@mai"
        assert today.weekday() < 5
