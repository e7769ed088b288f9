"""How far from a plan what is set may lie: a year before, five years after, turns fifty years before."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.amendment import Decision, Verb
from scheduler.errors import DecisionError
from scheduler.filling import fill
from scheduler.leeway import EARLIEST, LATEST, YEARS_AFTER, YEARS_BEFORE, YEARS_OF_TURNS, check_set
from scheduler.plan import Gap, Kind, Plan
from scheduler.rules import Leg, Rotation, Unset, Yearly
from scheduler.window import Precision, Window
from tests.unit.scheduler.samples import duty, plan

TODAY = date(2026, 11, 22)
DAYS = st.dates(date(1990, 1, 1), date(2050, 12, 31))


def of(first: date | None, last: date | None, written: date | None) -> Plan:
    """A plan with these days."""
    made = plan(period=Window.of(first, last, Precision.PERIOD) if first or last else None)
    return replace(made, document=replace(made.document, date=written))


def takes(made: Plan, gap: Gap, value: str, today: date | None = TODAY) -> tuple[object, object] | None:
    """None where a value may be set in a plan; else the bounds that are named."""
    duties = {
        Gap.DATES: duty(Unset(), to_set=(gap,)),
        Gap.DEADLINE: duty(Unset(), to_set=(gap,)),
        Gap.CYCLE: duty(Unset(), Kind.REPORT, to_set=(gap,)),
        Gap.FIRST_YEAR: duty(Rotation(2, (Leg(None, None, ("quang-tri", "salavan")),)), to_set=(gap,)),
    }
    decision = Decision(verb=Verb.SET, obligation="doan", gap=gap, value=value)
    try:
        check_set(fill(duties[gap], made, decision), made, decision, today)
    except DecisionError as error:
        return error.fields["first"], error.fields["last"]
    return None


@given(DAYS, st.integers(0, 3000), DAYS, DAYS)
def test_days_lie_within_a_year_before_and_five_years_after_the_plan(
    first: date, length: int, written: date, day: date
) -> None:
    last = first + timedelta(days=length)
    made = of(first, last, written)
    bounds = (first - EARLIEST, last + LATEST)
    for gap in (Gap.DATES, Gap.DEADLINE):
        inside = bounds[0] <= day <= bounds[1]
        assert takes(made, gap, day.isoformat()) == (None if inside else bounds)
        assert takes(made, gap, bounds[0].isoformat()) is takes(made, gap, bounds[1].isoformat()) is None
        assert takes(made, gap, (bounds[0] - timedelta(days=1)).isoformat()) == bounds
        assert takes(made, gap, (bounds[1] + timedelta(days=1)).isoformat()) == bounds


@given(DAYS, st.integers(0, 3000), st.integers(1900, 2150))
def test_years_lie_within_as_many_years(first: date, length: int, year: int) -> None:
    last = first + timedelta(days=length)
    made, end = of(first, last, None), last.year + YEARS_AFTER
    for gap, value, start in (
        (Gap.CYCLE, f"half,{year}", first.year - YEARS_BEFORE),
        (Gap.FIRST_YEAR, f" ,{year}", first.year - YEARS_OF_TURNS),
    ):
        assert takes(made, gap, value) == (None if start <= year <= end else (start, end))


@pytest.mark.parametrize(
    ("made", "today", "bounds"),
    [
        (of(None, None, date(2019, 10, 3)), TODAY, (2018, 2031)),  # from its document to now
        (of(None, None, date(2030, 1, 1)), TODAY, (2029, 2035)),  # a document of days to come
        (of(date(2020, 1, 1), None, None), TODAY, (2019, 2031)),
        (of(None, date(2022, 12, 31), date(2019, 10, 3)), TODAY, (2018, 2027)),
        (of(None, date(2022, 12, 31), None), TODAY, (1975, 2027)),
        (of(None, None, None), TODAY, (1975, 2031)),
        (of(None, None, date(2019, 10, 3)), None, (2018, 2150)),  # the day was judged before
    ],
)
def test_what_a_plan_leaves_open(made: Plan, today: date | None, bounds: tuple[int, int]) -> None:
    first, last = bounds
    for year in (1900, first - 1, first, last, last + 1, 2150):
        inside = first <= year <= last
        if year <= 2150:
            assert (takes(made, Gap.CYCLE, f"half,{year}", today) is None) == inside, year


def test_words_are_judged_by_their_first_and_last_day() -> None:
    made = of(date(2020, 1, 1), date(2022, 12, 31), None)
    assert takes(made, Gap.DATES, "tháng 12/2018") is not None  # begins before 31/12/2018
    assert takes(made, Gap.DATES, "quý I/2028") is not None  # ends after 4/1/2028
    assert takes(made, Gap.DATES, "quý IV/2027") is None
    assert takes(made, Gap.DEADLINE, "trước ngày 30/4/1950") is not None  # only its end is known
    assert takes(made, Gap.DEADLINE, "trước ngày 30/4/2021") is None


def test_the_first_year_of_a_yearly_duty_is_judged_too() -> None:
    made = of(date(2020, 1, 1), date(2022, 12, 31), None)
    own = duty(Yearly(), to_set=(Gap.FIRST_YEAR,))
    decision = Decision(verb=Verb.SET, obligation="doan", gap=Gap.FIRST_YEAR, value="2100")
    with pytest.raises(DecisionError):
        check_set(fill(own, made, decision), made, decision, TODAY)
