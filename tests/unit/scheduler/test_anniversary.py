"""Anniversaries: which one, its class by Decree 145/2013, and its day."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.anniversary import Anniversary, AnniversaryClass, anniversary_in, day_in, rank_of

ROUND, FIFTH, OTHER = AnniversaryClass.ROUND, AnniversaryClass.FIFTH, AnniversaryClass.OTHER
origins = st.dates(date(1800, 1, 1), date(2020, 12, 31))


@pytest.mark.parametrize(
    ("origin", "year", "expected"),
    [
        (date(1962, 9, 5), 2022, Anniversary(60, ROUND)),
        (date(1977, 7, 18), 2022, Anniversary(45, FIFTH)),
        (date(1977, 7, 18), 2027, Anniversary(50, ROUND)),
        (date(1962, 9, 5), 2027, Anniversary(65, FIFTH)),
        (date(1967, 6, 24), 2027, Anniversary(60, ROUND)),
        (date(1930, 11, 18), 2020, Anniversary(90, ROUND)),
        (date(1944, 12, 22), 2013, Anniversary(69, OTHER)),
        (date(1890, 5, 19), 2014, Anniversary(124, OTHER)),
        (date(1962, 9, 5), 1963, Anniversary(1, OTHER)),
        (date(1962, 9, 5), 1962, None),
        (date(1962, 9, 5), 1900, None),
    ],
)
def test_the_years_of_the_documents(origin: date, year: int, expected: Anniversary | None) -> None:
    assert anniversary_in(origin, year) == expected


def test_the_class_is_told_by_the_last_digit() -> None:
    assert {ordinal: rank_of(ordinal) for ordinal in (1, 4, 5, 10, 15, 20, 25, 99, 100, 105)} == {
        1: OTHER,
        4: OTHER,
        5: FIFTH,
        10: ROUND,
        15: FIFTH,
        20: ROUND,
        25: FIFTH,
        99: OTHER,
        100: ROUND,
        105: FIFTH,
    }


@given(st.integers(1, 2000))
def test_every_ordinal_has_the_class_of_its_last_digit(ordinal: int) -> None:
    assert rank_of(ordinal) is {"0": ROUND, "5": FIFTH}.get(str(ordinal)[-1], OTHER)


@pytest.mark.parametrize(
    ("year", "expected"),
    [(2021, date(2021, 2, 28)), (2024, date(2024, 2, 29)), (2100, date(2100, 2, 28)), (2000, date(2000, 2, 29))],
)
def test_the_29th_of_february_is_kept_on_the_28th(year: int, expected: date) -> None:
    assert day_in(date(1996, 2, 29), year) == expected


@given(origins, st.integers(1801, 2150))
def test_the_day_lies_in_its_year_and_month(origin: date, year: int) -> None:
    day = day_in(origin, year)
    assert (day.year, day.month) == (year, origin.month)
    assert day.day == origin.day or (origin.month, origin.day, day.day) == (2, 29, 28)
