"""Whose turn it is: the arithmetic and its laws."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from scheduler.amendment import PLAIN, Course, Move
from scheduler.rotation import hosts as hosts_of
from scheduler.rotation import turns
from scheduler.rules import Leg

PARTIES = ("quang-tri", "savannakhet", "salavan", "sekong", "khammouane")
legs = st.builds(
    lambda first, hosts: Leg("savannakhet", first, tuple(hosts)),
    st.integers(1990, 2040),
    st.lists(st.sampled_from(PARTIES), min_size=1, max_size=5, unique=True),
)
years = st.integers(1980, 2090)


Plain = tuple[int, int, str | None]


def told(leg: Leg, every: int, first: int, last: int, course: Course = PLAIN) -> list[Plain]:
    return [(turn.year, turn.index, turn.host) for turn in turns(leg, every, first, last, course)]


def hosts(leg: Leg, last: int, course: Course) -> dict[int, str | None]:
    return {turn.year: turn.host for turn in turns(leg, 2, 2019, last, course)}


SAVANNAKHET = Leg("savannakhet", 2019, ("savannakhet", "quang-tri"))
YOUTH = Leg(None, 2022, ("salavan", "quang-tri", "savannakhet"))


def test_two_hosts_every_second_year() -> None:
    assert told(SAVANNAKHET, 2, 2019, 2025) == [
        (2019, 0, "savannakhet"),
        (2021, 1, "quang-tri"),
        (2023, 2, "savannakhet"),
        (2025, 3, "quang-tri"),
    ]


def test_nothing_is_guessed_where_the_text_is_silent() -> None:
    assert told(Leg(None, None, ("a", "b")), 2, 2000, 2050) == []
    assert told(Leg(None, 2020, ()), 2, 2020, 2022) == [(2020, 0, None), (2022, 1, None)]


def test_a_turn_that_passes_shifts_nobody() -> None:
    assert hosts(SAVANNAKHET, 2025, PLAIN) == {
        2019: "savannakhet", 2021: "quang-tri", 2023: "savannakhet", 2025: "quang-tri",
    }  # fmt: skip


def test_a_turn_that_waits_is_taken_in_the_next_cycle() -> None:
    assert hosts(SAVANNAKHET, 2025, Course(waits=frozenset({2021}))) == {
        2019: "savannakhet", 2021: "quang-tri", 2023: "quang-tri", 2025: "savannakhet",
    }  # fmt: skip


def test_who_joins_stands_at_the_end_or_after_the_one_named() -> None:
    plain = Course(moves=(Move(2026, "sekong", leaves=False),))
    assert [turn.host for turn in turns(YOUTH, 2, 2022, 2030, plain)] == [
        "salavan", "quang-tri", "savannakhet", "sekong", "salavan",
    ]  # fmt: skip
    after = Course(moves=(Move(2026, "sekong", leaves=False, after="quang-tri"),))
    assert [turn.host for turn in turns(YOUTH, 2, 2022, 2030, after)] == [
        "salavan", "quang-tri", "sekong", "savannakhet", "salavan",
    ]  # fmt: skip


def test_after_the_last_who_has_just_hosted_means_next() -> None:
    course = Course(moves=(Move(2028, "sekong", leaves=False, after="savannakhet"),))
    assert [turn.host for turn in turns(YOUTH, 2, 2022, 2030, course)] == [
        "salavan", "quang-tri", "savannakhet", "sekong", "salavan",
    ]  # fmt: skip


def test_who_leaves_is_passed_over() -> None:
    course = Course(moves=(Move(2024, "quang-tri", leaves=True),))
    assert [turn.host for turn in turns(YOUTH, 2, 2022, 2028, course)] == [
        "salavan", "savannakhet", "salavan", "savannakhet",
    ]  # fmt: skip


def test_named_and_traded_hosts_touch_only_their_cycles() -> None:
    swapped = Course(overlays=((2021, 2023),))
    assert hosts(SAVANNAKHET, 2025, swapped) == {
        2019: "savannakhet", 2021: "savannakhet", 2023: "quang-tri", 2025: "quang-tri",
    }  # fmt: skip
    named = Course(overlays=((2021, "salavan"), (2021, 2023)))
    assert hosts(SAVANNAKHET, 2025, named) == {
        2019: "savannakhet", 2021: "savannakhet", 2023: "salavan", 2025: "quang-tri",
    }  # fmt: skip


courses = st.builds(
    lambda waits, moves, overlays: Course(
        frozenset(waits), tuple(sorted(moves, key=lambda move: move.cycle)), tuple(overlays)
    ),
    st.sets(st.integers(2000, 2060), max_size=5),
    st.lists(st.builds(Move, st.integers(2000, 2060), st.sampled_from(PARTIES), st.booleans()), max_size=4),
    st.lists(st.tuples(st.integers(2000, 2060), st.sampled_from(PARTIES)), max_size=3),
)


@given(legs, st.integers(1, 6), years, years, years, courses)
def test_splitting_a_span_equals_the_whole_whatever_was_decided(
    leg: Leg, every: int, a: int, b: int, c: int, course: Course
) -> None:
    first, middle, last = sorted((a, b, c))
    whole = list(turns(leg, every, first, last, course))
    parts = [*turns(leg, every, first, middle, course), *turns(leg, every, middle + 1, last, course)]
    assert parts == whole


@given(legs, st.integers(1, 6), courses)
def test_every_turn_has_one_host_while_anyone_is_left(leg: Leg, every: int, course: Course) -> None:
    for turn in turns(leg, every, 1990, 2090, course):
        assert (turn.host is None) == (not turn.members and not turn.overlaid)


@given(legs, st.integers(1, 6), years, years, st.just(PLAIN) | courses)
def test_hosts_are_those_of_the_turns(leg: Leg, every: int, first: int, last: int, course: Course) -> None:
    found = [(turn.year, turn.host) for turn in turns(leg, every, first, last, course)]
    assert list(hosts_of(leg, every, first, last, course)) == found


@given(legs | st.builds(Leg, st.none(), st.none() | years, st.just(())), st.integers(1, 6), years, years)
def test_the_short_way_to_a_turn_gives_what_walking_the_ledger_gives(
    leg: Leg, every: int, first: int, last: int
) -> None:
    nobody_joins = Course(moves=(Move(9999, "sekong", leaves=True),))
    assert list(turns(leg, every, first, last)) == list(turns(leg, every, first, last, nobody_joins))
    assert list(hosts_of(leg, every, first, last)) == [(t.year, t.host) for t in turns(leg, every, first, last)]


@given(legs, st.integers(1, 10), years, years, years)
def test_splitting_a_span_equals_the_whole(leg: Leg, every: int, a: int, b: int, c: int) -> None:
    first, middle, last = sorted((a, b, c))
    whole = list(turns(leg, every, first, last))
    assert [*turns(leg, every, first, middle), *turns(leg, every, middle + 1, last)] == whole


@given(legs, st.integers(1, 10), years)
def test_every_turn_has_its_host_and_each_hosts_equally_often(leg: Leg, every: int, first: int) -> None:
    round_ = len(leg.order)
    found = list(turns(leg, every, first, first + 400))
    assert all(turn.year == (leg.first_year or 0) + every * turn.index for turn in found)
    for start in range(0, len(found) - round_, round_):
        assert sorted(turn.host or "" for turn in found[start : start + round_]) == sorted(leg.order)
