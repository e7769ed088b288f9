"""Whose turn it is: the arithmetic and its laws."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from scheduler.course import PLAIN, Course, Move, Naming, Trade, Wait
from scheduler.rotation import Reason, misfits, turns
from scheduler.rotation import hosts as hosts_of
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
    assert hosts(SAVANNAKHET, 2025, Course(steps=(Wait(2021),))) == {
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
    swapped = Course(steps=(Trade(2021, 2023),))
    assert hosts(SAVANNAKHET, 2025, swapped) == {
        2019: "savannakhet", 2021: "savannakhet", 2023: "quang-tri", 2025: "quang-tri",
    }  # fmt: skip
    named = Course(steps=(Naming(2021, "salavan"), Trade(2021, 2023)))
    assert hosts(SAVANNAKHET, 2025, named) == {
        2019: "savannakhet", 2021: "savannakhet", 2023: "salavan", 2025: "quang-tri",
    }  # fmt: skip


def test_what_waits_is_the_turn_as_it_was_traded() -> None:
    """The cancelled host takes the next cycle and all later ones shift, in the order things were decided."""
    assert hosts(SAVANNAKHET, 2027, Course(steps=(Trade(2021, 2023), Wait(2021)))) == {
        2019: "savannakhet", 2021: "savannakhet", 2023: "savannakhet", 2025: "quang-tri", 2027: "quang-tri",
    }  # fmt: skip
    assert hosts(SAVANNAKHET, 2027, Course(steps=(Wait(2021), Trade(2021, 2023)))) == {
        2019: "savannakhet", 2021: "quang-tri", 2023: "quang-tri", 2025: "savannakhet", 2027: "quang-tri",
    }  # fmt: skip
    assert hosts(SAVANNAKHET, 2025, Course(steps=(Naming(2021, "salavan"), Wait(2021)))) == {
        2019: "savannakhet", 2021: "salavan", 2023: "salavan", 2025: "savannakhet",
    }  # fmt: skip


def test_what_was_held_stays_as_recorded_and_shifts_nobody() -> None:
    course = Course(steps=(Wait(2021),), held=((2023, "salavan"),))
    assert hosts(SAVANNAKHET, 2025, course) == {
        2019: "savannakhet", 2021: "quang-tri", 2023: "salavan", 2025: "savannakhet",
    }  # fmt: skip


def test_the_reason_is_told() -> None:
    course = Course(steps=(Wait(2021), Naming(2025, "salavan"), Trade(2027, 2029)), held=((2031, "sekong"),))
    assert {turn.year: turn.reason for turn in turns(SAVANNAKHET, 2, 2021, 2033, course)} == {
        2021: Reason.ORDER, 2023: Reason.WAITED, 2025: Reason.NAMED, 2027: Reason.TRADED, 2029: Reason.TRADED,
        2031: Reason.HELD, 2033: Reason.WAITED,
    }  # fmt: skip
    assert [turn.reason for turn in turns(Leg(None, 2020, ()), 2, 2020, 2020)] == [Reason.OPEN]


def test_moves_that_cannot_be_made_are_told_and_not_made() -> None:
    enters = Move(2026, "sekong", leaves=False)
    again = Move(2030, "sekong", leaves=False)
    stranger = Move(2026, "khammouane", leaves=False, after="attapeu")
    gone = [Move(2024, "salavan", leaves=True), Move(2026, "quang-tri", leaves=True)]
    assert misfits(YOUTH, Course(moves=(enters, stranger, again))) == (stranger, again)
    assert misfits(YOUTH, Course(moves=tuple(gone))) == (gone[1],)
    assert {turn.host for turn in turns(YOUTH, 2, 2026, 2040, Course(moves=tuple(gone)))} == {
        "quang-tri",
        "savannakhet",
    }


some_years = st.integers(2000, 2060)
steps = st.one_of(
    st.builds(Wait, some_years),
    st.builds(Trade, some_years, some_years),
    st.builds(Naming, some_years, st.sampled_from(PARTIES)),
)
courses = st.builds(
    lambda moves, steps, held: Course(tuple(sorted(moves, key=lambda move: move.cycle)), tuple(steps), tuple(held)),
    st.lists(st.builds(Move, some_years, st.sampled_from(PARTIES), st.booleans()), max_size=4),
    st.lists(steps, max_size=6),
    st.lists(st.tuples(some_years, st.sampled_from(PARTIES)), max_size=3),
)


@given(legs, st.integers(1, 6), st.data())
def test_a_wait_hands_every_later_turn_on_by_one_cycle(leg: Leg, every: int, data: st.DataObject) -> None:
    """f′(z) = f(z − every) for every cycle after the one that waits, whatever was named, traded or waited before it."""
    first = leg.first_year or 0
    last = first + every * 60

    def up_to(cycle: int) -> st.SearchStrategy[int]:
        return st.builds(lambda n: first + every * n, st.integers(0, cycle))

    traded = st.one_of(st.builds(Trade, up_to(20), up_to(20)), st.builds(Naming, up_to(20), st.sampled_from(PARTIES)))
    waited = data.draw(st.lists(up_to(9), max_size=3, unique=True))
    before = (*map(Wait, waited), *data.draw(st.lists(traded, max_size=5)))
    waiting = data.draw(st.builds(lambda n: first + every * n, st.integers(10, 20)))
    was = {turn.year: turn.host for turn in turns(leg, every, first, last, Course(steps=before))}
    now = {turn.year: turn.host for turn in turns(leg, every, first, last, Course(steps=(*before, Wait(waiting))))}
    assert now == {year: was[year - every] if year > waiting else was[year] for year in was}


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
        assert (turn.host is None) == (turn.reason is Reason.OPEN)


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
