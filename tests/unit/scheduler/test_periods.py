"""Periods of reports: the cut-offs and the due day of Decree 09/2019/ND-CP."""

from __future__ import annotations

import calendar
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.periods import Period, period_named, periods_of
from scheduler.rules import DUE_DAY, PeriodUnit
from scheduler.window import ONE_DAY, Precision
from tests.unit.scheduler.samples import written

MONTH, QUARTER, HALF, YEAR = PeriodUnit
units = st.sampled_from(PeriodUnit)

DECREE = [
    # kind, cycle, the calendar's own span, figures from and to, due
    (MONTH, "2021-01", "2021-01-01/2021-01-31", "2020-12-15/2021-01-14", "2021-01-25"),
    (MONTH, "2021-02", "2021-02-01/2021-02-28", "2021-01-15/2021-02-14", "2021-02-25"),
    (MONTH, "2020-02", "2020-02-01/2020-02-29", "2020-01-15/2020-02-14", "2020-02-25"),
    (MONTH, "2021-07", "2021-07-01/2021-07-31", "2021-06-15/2021-07-14", "2021-07-25"),
    (MONTH, "2021-12", "2021-12-01/2021-12-31", "2021-11-15/2021-12-14", "2021-12-25"),
    (QUARTER, "2021-q1", "2021-01-01/2021-03-31", "2020-12-15/2021-03-14", "2021-03-25"),
    (QUARTER, "2021-q2", "2021-04-01/2021-06-30", "2021-03-15/2021-06-14", "2021-06-25"),
    (QUARTER, "2021-q3", "2021-07-01/2021-09-30", "2021-06-15/2021-09-14", "2021-09-25"),
    (QUARTER, "2021-q4", "2021-10-01/2021-12-31", "2021-09-15/2021-12-14", "2021-12-25"),
    (HALF, "2021-h1", "2021-01-01/2021-06-30", "2020-12-15/2021-06-14", "2021-06-25"),
    (HALF, "2021-h2", "2021-07-01/2021-12-31", "2021-06-15/2021-12-14", "2021-12-25"),
    (YEAR, "2021", "2021-01-01/2021-12-31", "2020-12-15/2021-12-14", "2021-12-25"),
]


@pytest.mark.parametrize(("unit", "cycle", "span", "data", "due"), DECREE)
def test_cut_offs_and_due_days_are_those_of_the_decree(
    unit: PeriodUnit, cycle: str, span: str, data: str, due: str
) -> None:
    period = period_named(unit, cycle)
    assert period is not None
    assert (period.cycle, written(period.span), written(period.data)) == (cycle, span, data)
    assert (period.span.precision, period.due(DUE_DAY).isoformat()) == (Precision(unit.value), due)


def test_nine_months_is_no_period() -> None:
    assert [unit.value for unit in PeriodUnit] == ["month", "quarter", "half", "year"]


def test_the_last_days_of_a_month_exist_in_every_month() -> None:
    assert [Period(MONTH, 2021, number).due(31).day for number in (1, 2, 4)] == [31, 28, 30]
    assert Period(MONTH, 2020, 2).due(30) == date(2020, 2, 29)


@pytest.mark.parametrize(
    ("unit", "cycle"),
    [(MONTH, "2021-13"), (MONTH, "2021-q1"), (QUARTER, "2021-q5"), (HALF, "2021-h3"), (YEAR, "2021-01"),
     (YEAR, "once"), (MONTH, ""), (QUARTER, "2021-Q1")],
)  # fmt: skip
def test_a_cycle_of_another_kind_is_no_period(unit: PeriodUnit, cycle: str) -> None:
    assert period_named(unit, cycle) is None


@given(units, st.integers(1900, 2150))
def test_a_period_is_found_by_its_name(unit: PeriodUnit, year: int) -> None:
    found = list(periods_of(unit, year, year + 1))
    assert [period_named(unit, period.cycle) for period in found] == found
    assert len({period.cycle for period in found}) == len(found)


@given(units, st.integers(1900, 2150))
def test_every_day_is_in_exactly_one_period_of_a_kind(unit: PeriodUnit, year: int) -> None:
    for span in ("data", "span"):
        windows = [getattr(period, span) for period in periods_of(unit, year - 1, year + 1)]
        day = date(year, 1, 1)
        while day.year == year:
            assert sum(window.holds(day) for window in windows) == 1
            day += ONE_DAY


@given(units, st.integers(1900, 2150), st.integers(15, 31))
def test_a_report_is_due_after_its_figures_close_and_in_its_own_month(unit: PeriodUnit, year: int, day: int) -> None:
    for period in periods_of(unit, year, year):
        due, closes = period.due(day), period.data.last
        assert closes is not None
        assert closes < due <= (period.span.last or date.min)
        assert (closes.month, closes.day) == (due.month, 14)
        assert due.day == min(day, calendar.monthrange(year, due.month)[1])


@given(units, st.integers(1900, 2100), st.integers(0, 20), st.integers(0, 20))
def test_splitting_a_span_of_years_equals_the_whole(unit: PeriodUnit, first: int, more: int, rest: int) -> None:
    middle, last = first + more, first + more + rest
    assert [*periods_of(unit, first, middle), *periods_of(unit, middle + 1, last)] == list(
        periods_of(unit, first, last)
    )
