"""Who is next: for every partner, as seen on a day."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.occurrence import Record, Status
from scheduler.plan import Kind
from scheduler.rules import Yearly
from scheduler.upcoming import days_left, upcoming
from scheduler.window import Precision, Window
from tests.unit.scheduler.samples import duty, expected, plan, span, year

AT = datetime(2021, 1, 1, tzinfo=UTC)
LOOK = date(2021, 9, 1)


def record(
    cycle: str,
    window: Window,
    partners: tuple[str, ...] = ("savannakhet",),
    kind: Kind = Kind.EXCHANGE,
    status: Status = Status.TENTATIVE,
    joint: str | None = None,
) -> Record:
    """A stored occurrence; its key ends in `cycle`."""
    obligation = duty(Yearly(), kind, kind.value)
    found = expected(plan(obligation), obligation, cycle, window, partners=partners, status=status, joint=joint)
    return Record(found, 0, AT)


def keys(records: tuple[Record, ...]) -> list[str]:
    return [record.occurrence.key for record in records]


SAV_21 = record("2021", year(2021))
SAV_23 = record("2023", year(2023))
SAV_25 = record("2025", year(2025))
SAL_22 = record("sal-2022", year(2022), ("salavan",))
SAL_24 = record("sal-2024", year(2024), ("salavan",))
BOTH_21 = record(
    "2021", span(date(2021, 10, 1), date(2021, 10, 31), Precision.MONTH), ("savannakhet", "salavan"), Kind.TALKS
)
BOTH_22 = record("2022", year(2022), ("savannakhet", "salavan"), Kind.TALKS)
ALL = (SAV_25, BOTH_22, SAL_24, SAV_21, SAL_22, SAV_23, BOTH_21)


def test_each_partner_gets_the_nearest_of_each_kind() -> None:
    assert keys(upcoming(ALL, LOOK)) == ["talks.2021", "exchange.2021", "exchange.sal-2022"]


@pytest.mark.parametrize(
    ("count", "expected_keys"),
    [
        (1, ["talks.2021"]),
        (2, ["talks.2021", "exchange.2021", "exchange.sal-2022"]),
        (3, ["talks.2021", "exchange.2021", "exchange.sal-2022", "talks.2022"]),
        (
            9,
            ["talks.2021", "exchange.2021", "exchange.sal-2022", "talks.2022", "exchange.2023", "exchange.sal-2024",
             "exchange.2025"],
        ),
    ],
)  # fmt: skip
def test_the_count_is_per_partner_and_a_shared_meeting_stands_once(count: int, expected_keys: list[str]) -> None:
    assert keys(upcoming(ALL, LOOK, count)) == expected_keys


def test_only_the_partners_asked_for_are_counted() -> None:
    mine = [r for r in ALL if "salavan" in r.occurrence.partners]
    assert keys(upcoming(mine, LOOK, 2, ("salavan",))) == ["talks.2021", "exchange.sal-2022"]


def test_what_has_ended_is_behind_what_ends_that_day_is_not() -> None:
    visit = record("x", span(date(2021, 8, 30), date(2021, 9, 1), Precision.DAYS))
    assert keys(upcoming([visit], date(2021, 9, 1))) == ["exchange.x"]
    assert keys(upcoming([visit], date(2021, 9, 2))) == []


@pytest.mark.parametrize("status", Status)
def test_what_was_cancelled_or_skipped_is_no_ones_next(status: Status) -> None:
    found = keys(upcoming([record("2021", year(2021), status=status), SAV_23], LOOK, 1))
    gone = status in (Status.CANCELLED, Status.SKIPPED)
    assert found == (["exchange.2023"] if gone else ["exchange.2021"])


def test_what_another_meeting_fulfils_is_left_out() -> None:
    assert keys(upcoming([record("2021", year(2021), joint="talks.2021"), SAV_23], LOOK)) == ["exchange.2023"]


def test_what_ends_first_comes_first_and_open_ends_last() -> None:
    whole = record("a", span(None, None), ("a",))
    open_end = record("b", span(date(2021, 1, 1), None), ("b",))
    long = record("c", span(date(2020, 1, 1), date(2022, 12, 31)), ("c",))
    short = record("d", span(date(2022, 12, 1), date(2022, 12, 31)), ("d",))
    soon = record("e", span(None, date(2021, 12, 31)), ("e",))
    found = upcoming([whole, open_end, short, long, soon], LOOK, 1)
    assert keys(found) == ["exchange.e", "exchange.c", "exchange.d", "exchange.a", "exchange.b"]


def test_duties_without_partners_count_together() -> None:
    lonely = [record(str(number), year(number), ()) for number in (2023, 2021, 2022)]
    assert keys(upcoming(lonely, LOOK)) == ["exchange.2021"]
    assert keys(upcoming(lonely, LOOK, 2)) == ["exchange.2021", "exchange.2022"]


@pytest.mark.parametrize(
    ("window", "expected_days"),
    [
        (year(2021), 0),
        (span(date(2021, 9, 1), date(2021, 9, 1)), 0),
        (span(date(2021, 9, 2), date(2021, 9, 30)), 1),
        (year(2022), 122),
        (span(None, date(2022, 1, 1)), None),
        (span(None, None), None),
    ],
)
def test_days_left_until_it_begins(window: Window, expected_days: int | None) -> None:
    assert days_left(record("x", window), LOOK) == expected_days


parties = st.lists(st.sampled_from(["a", "b", "c"]), max_size=3, unique=True).map(tuple)
meetings = st.sampled_from([Kind.EXCHANGE, Kind.TALKS])


@st.composite
def anything(draw: st.DrawFn) -> Record:
    """An exchange or talks on one day."""
    day = date(draw(st.integers(2019, 2026)), draw(st.integers(1, 12)), 5)
    return record(day.isoformat(), Window.day(day), draw(parties), draw(meetings), draw(st.sampled_from(Status)))


records = st.lists(anything(), max_size=25, unique_by=lambda r: r.occurrence.key)


@given(records, st.dates(date(2019, 1, 1), date(2026, 12, 31)), st.integers(1, 5))
def test_every_partner_gets_as_many_as_asked_for_or_all_there_are(given_: list[Record], day: date, count: int) -> None:
    gone = (Status.CANCELLED, Status.SKIPPED)
    ahead = [r for r in given_ if r.occurrence.window.overlaps(day, None) and r.occurrence.status not in gone]
    found = upcoming(given_, day, count)
    have, want = (Counter(party for r in shelf for party in r.occurrence.partners or ("",)) for shelf in (found, ahead))
    assert {party: min(count, have[party]) for party in want} == {party: min(count, n) for party, n in want.items()}
    assert [r for r in found if r not in ahead] == []
    assert len(set(keys(found))) == len(found)
    assert upcoming(reversed(given_), day, count) == found


@given(records, st.dates(date(2019, 1, 1), date(2026, 12, 31)), st.integers(1, 5))
def test_asking_for_more_takes_nothing_away(given_: list[Record], day: date, count: int) -> None:
    fewer, more = upcoming(given_, day, count), upcoming(given_, day, count + 1)
    assert [r for r in more if r in fewer] == list(fewer)
