"""Whose turn it is: the arithmetic and its laws."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from scheduler.rotation import Turn, turns
from scheduler.rules import Leg

PARTIES = ("quang-tri", "savannakhet", "salavan", "sekong", "khammouane")
legs = st.builds(
    lambda first, hosts: Leg("savannakhet", first, tuple(hosts)),
    st.integers(1990, 2040),
    st.lists(st.sampled_from(PARTIES), min_size=1, max_size=5, unique=True),
)
years = st.integers(1980, 2090)


def test_two_hosts_every_second_year() -> None:
    leg = Leg("savannakhet", 2019, ("savannakhet", "quang-tri"))
    assert list(turns(leg, 2, 2019, 2025)) == [
        Turn(2019, 0, "savannakhet"),
        Turn(2021, 1, "quang-tri"),
        Turn(2023, 2, "savannakhet"),
        Turn(2025, 3, "quang-tri"),
    ]


def test_nothing_is_guessed_where_the_text_is_silent() -> None:
    assert list(turns(Leg(None, None, ("a", "b")), 2, 2000, 2050)) == []
    assert list(turns(Leg(None, 2020, ()), 2, 2020, 2022)) == [Turn(2020, 0, None), Turn(2022, 1, None)]


@given(legs, st.integers(1, 10), years, years, years)
def test_splitting_a_span_equals_the_whole(leg: Leg, every: int, a: int, b: int, c: int) -> None:
    first, middle, last = sorted((a, b, c))
    whole = list(turns(leg, every, first, last))
    assert [*turns(leg, every, first, middle), *turns(leg, every, middle + 1, last)] == whole


@given(legs, st.integers(1, 10), years)
def test_every_turn_has_its_host_and_each_hosts_equally_often(leg: Leg, every: int, first: int) -> None:
    round_ = len(leg.order)
    found = [turn for turn in turns(leg, every, first, first + 400)]
    assert all(turn.year == (leg.first_year or 0) + every * turn.index for turn in found)
    for start in range(0, len(found) - round_, round_):
        assert sorted(turn.host or "" for turn in found[start : start + round_]) == sorted(leg.order)
