"""Quickly made values are those the class itself makes."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, dataclass, fields, replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.occurrence import Occurrence
from scheduler.quick import copier, maker
from scheduler.rules import Yearly
from tests.unit.scheduler.samples import duty, expanded, plan, year


@dataclass(frozen=True, slots=True)
class Point:
    """A small frozen value."""

    x: int
    y: int
    name: str | None = None
    tags: tuple[str, ...] = ()


@given(st.integers(), st.integers(), st.none() | st.text(), st.lists(st.text()).map(tuple))
def test_a_maker_makes_the_same_value(x: int, y: int, name: str | None, tags: tuple[str, ...]) -> None:
    made, own = maker(Point)(x, y, name, tags), Point(x, y, name, tags)
    assert (made, type(made), hash(made), repr(made)) == (own, Point, hash(own), repr(own))


def test_defaults_and_names_hold() -> None:
    point = maker(Point)
    assert (point(1, 2), point(1, y=2, tags=("a",))) == (Point(1, 2), Point(1, 2, tags=("a",)))
    with pytest.raises(TypeError):
        point(1)  # type: ignore[call-arg]


def test_what_is_made_is_frozen_and_has_no_room_for_more() -> None:
    for made in (maker(Point)(1, 2), copier(Point, "x")(Point(1, 2), 3)):
        with pytest.raises(FrozenInstanceError):
            made.x = 5  # type: ignore[misc]
        with pytest.raises(FrozenInstanceError):
            del made.x
        with pytest.raises((AttributeError, TypeError)):
            object.__setattr__(made, "z", 1)


def test_a_copy_has_its_own_fields_and_the_rest_of_its_pattern() -> None:
    pattern = Point(1, 2, "p", ("a",))
    assert copier(Point, "tags", "x")(pattern, (), 9) == replace(pattern, tags=(), x=9)
    assert pattern == Point(1, 2, "p", ("a",))


def test_an_occurrence_can_be_copied_with_any_of_its_fields() -> None:
    first = expanded(plan(duty(Yearly(), host="salavan")), horizon=date(2020, 12, 31))[0]
    for field in fields(Occurrence):
        value = getattr(first, field.name)
        assert copier(Occurrence, field.name)(first, value) == first
    assert copier(Occurrence, "cycle", "window")(first, "2024", year(2024)) == replace(
        first, cycle="2024", window=year(2024)
    )
