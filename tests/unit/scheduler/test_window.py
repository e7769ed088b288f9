"""Spans of days: half-open inside, inclusive for people."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.window import ONE_DAY, Precision, Window

days = st.dates(date(1950, 1, 1), date(2100, 12, 31))
bounds = st.none() | days
windows = st.tuples(bounds, bounds, st.sampled_from(Precision)).map(
    lambda ends: Window.of(*(sorted(ends[:2]) if None not in ends[:2] else ends[:2]), ends[2])
)


def test_people_write_the_last_day_and_the_window_keeps_the_day_after() -> None:
    window = Window.of(date(2021, 9, 1), date(2021, 9, 30), Precision.MONTH)
    assert window == Window(date(2021, 9, 1), date(2021, 10, 1), Precision.MONTH)
    assert (window.start, window.last, window.length) == (date(2021, 9, 1), date(2021, 9, 30), 30)


def test_one_day() -> None:
    window = Window.day(date(2020, 2, 29))
    assert window == Window.of(date(2020, 2, 29), date(2020, 2, 29), Precision.DAY)
    assert (window.last, window.length, window.fixed) == (date(2020, 2, 29), 1, True)


@pytest.mark.parametrize(
    ("start", "last", "length"),
    [
        (None, None, None),
        (date(2021, 1, 1), None, None),
        (None, date(2021, 1, 1), None),
        (date(2021, 1, 1), date(2021, 12, 31), 365),
        (date(2020, 1, 1), date(2020, 12, 31), 366),
    ],
)
def test_an_open_bound_has_no_length(start: date | None, last: date | None, length: int | None) -> None:
    window = Window.of(start, last, Precision.PERIOD)
    assert (window.start, window.last, window.length) == (start, last, length)


def test_an_empty_or_reversed_window_is_refused() -> None:
    day = date(2021, 9, 1)
    for stop in (day, day - ONE_DAY):
        with pytest.raises(ValueError, match=f"ends on {stop - ONE_DAY} before it starts on {day}"):
            Window(day, stop, Precision.DAYS)


def test_only_days_are_fixed() -> None:
    day = date(2021, 9, 1)
    assert {precision for precision in Precision if Window.of(day, day, precision).fixed} == {
        Precision.DAY,
        Precision.DAYS,
    }


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        (None, None, True),
        (date(2021, 9, 30), date(2021, 9, 30), True),
        (date(2021, 9, 1), date(2021, 9, 1), True),
        (date(2021, 8, 1), date(2021, 8, 31), False),
        (date(2021, 10, 1), date(2021, 12, 31), False),
        (None, date(2021, 8, 31), False),
        (None, date(2021, 9, 1), True),
        (date(2021, 9, 30), None, True),
        (date(2021, 10, 1), None, False),
    ],
)
def test_overlap_counts_both_ends(first: date | None, last: date | None, expected: bool) -> None:
    assert Window.of(date(2021, 9, 1), date(2021, 9, 30), Precision.MONTH).overlaps(first, last) is expected


def test_an_open_window_overlaps_on_its_open_side() -> None:
    until = Window.of(None, date(2021, 9, 30), Precision.PERIOD)
    since = Window.of(date(2021, 9, 1), None, Precision.PERIOD)
    early, late = date(1900, 1, 1), date(2200, 1, 1)
    assert [until.holds(early), until.holds(late), since.holds(early), since.holds(late)] == [True, False, False, True]


@given(windows, bounds, bounds)
def test_overlap_is_a_day_in_common(window: Window, first: date | None, last: date | None) -> None:
    low = max(day for day in (window.start, first, date(1900, 1, 1)) if day is not None)
    high = min(day for day in (window.last, last, date(2200, 1, 1)) if day is not None)
    if first is None or last is None or first <= last:
        assert window.overlaps(first, last) is (low <= high)


@given(windows, days)
def test_a_window_holds_its_days_and_no_other(window: Window, day: date) -> None:
    inside = (window.start is None or window.start <= day) and (window.last is None or day <= window.last)
    assert window.holds(day) is inside


@given(days, st.integers(0, 4000), st.sampled_from(Precision))
def test_inclusive_days_survive_the_way_in_and_out(first: date, more: int, precision: Precision) -> None:
    last = first + timedelta(days=more)
    window = Window.of(first, last, precision)
    assert (window.start, window.last, window.length, window.precision) == (first, last, more + 1, precision)
