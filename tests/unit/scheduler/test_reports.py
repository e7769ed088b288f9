"""Periodic reports as occurrences, and what a decision makes of one whose cycle the text leaves open."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from scheduler.amendment import Decision, Verb
from scheduler.errors import DecisionError
from scheduler.filling import fill
from scheduler.occurrence import Occurrence
from scheduler.plan import Gap, Kind, Plan, Stated
from scheduler.rules import Once, Periodic, PeriodUnit, Rule, Unset
from scheduler.series import series_of
from scheduler.window import Precision, Window
from tests.unit.scheduler.samples import DAYS_OFF, agreement, duty, expanded, plan, span, told, years

QUARTERLY = Periodic(PeriodUnit.QUARTER)
Told = dict[str, tuple[str | None, str, str]]


def report(rule: Rule, period: Window | None = years(2020, 2022), **fields: object) -> Plan:  # noqa: B008 - frozen
    return plan(duty(rule, Kind.REPORT, "bao-cao", **fields), period=period)


def due(found: tuple[Occurrence, ...]) -> dict[str, str]:
    return {cycle: days for key, (_, _, days) in told(found).items() for cycle in [key.removeprefix("bao-cao.")]}


def test_every_quarter_of_the_plans_period_is_one_confirmed_day() -> None:
    found = expanded(report(QUARTERLY, years(2021, 2021)))
    assert told(found) == {
        "bao-cao.2021-q1": (None, "confirmed", "2021-03-25"),
        "bao-cao.2021-q2": (None, "confirmed", "2021-06-25"),
        "bao-cao.2021-q3": (None, "confirmed", "2021-09-25"),
        "bao-cao.2021-q4": (None, "confirmed", "2021-12-25"),
    }
    assert {occurrence.window.precision for occurrence in found} == {Precision.DAY}


def test_a_stated_day_stays_on_a_day_off() -> None:
    day = date(2021, 9, 25)
    assert not DAYS_OFF.works(day, ("VN",))
    assert Window.day(day) in [occurrence.window for occurrence in expanded(report(QUARTERLY))]


@pytest.mark.parametrize(
    ("rule", "cycles"),
    [
        (Periodic(PeriodUnit.YEAR), {"2020": "2020-12-25", "2021": "2021-12-25", "2022": "2022-12-25"}),
        (Periodic(PeriodUnit.YEAR, 18, 2021), {"2021": "2021-12-18", "2022": "2022-12-18"}),
        (Periodic(PeriodUnit.HALF, first_year=2022), {"2022-h1": "2022-06-25", "2022-h2": "2022-12-25"}),
        (Periodic(PeriodUnit.QUARTER, 31, 2022),
         {"2022-q1": "2022-03-31", "2022-q2": "2022-06-30", "2022-q3": "2022-09-30", "2022-q4": "2022-12-31"}),
    ],
)  # fmt: skip
def test_cycles_and_days_by_kind(rule: Periodic, cycles: dict[str, str]) -> None:
    assert due(expanded(report(rule))) == cycles


def test_only_what_falls_due_inside_the_plans_period() -> None:
    period = span(date(2021, 3, 26), date(2021, 12, 24))
    assert due(expanded(report(QUARTERLY, period))) == {"2021-q2": "2021-06-25", "2021-q3": "2021-09-25"}
    touching = span(date(2021, 3, 25), date(2021, 6, 25))
    assert due(expanded(report(QUARTERLY, touching))) == {"2021-q1": "2021-03-25", "2021-q2": "2021-06-25"}


def test_after_the_period_it_ends_unless_it_runs_on() -> None:
    yearly = Periodic(PeriodUnit.YEAR)
    assert due(expanded(report(yearly, years(2020, 2020)))) == {"2020": "2020-12-25"}
    assert told(expanded(report(yearly, years(2020, 2020), runs_on=True), horizon=date(2022, 12, 24))) == {
        "bao-cao.2020": (None, "confirmed", "2020-12-25"),
        "bao-cao.2021": (None, "projected", "2021-12-25"),
    }


def test_without_a_period_it_goes_from_its_first_year_to_the_horizon() -> None:
    found = expanded(report(Periodic(PeriodUnit.HALF, first_year=2025), None), horizon=date(2026, 6, 25))
    assert told(found) == {
        "bao-cao.2025-h1": (None, "confirmed", "2025-06-25"),
        "bao-cao.2025-h2": (None, "confirmed", "2025-12-25"),
        "bao-cao.2026-h1": (None, "confirmed", "2026-06-25"),
    }


def test_outside_the_agreement_it_rests_on_it_is_projected() -> None:
    memo = agreement("thoa-thuan", ("quang-tri", "savannakhet", "salavan"), years(2020, 2020))
    yearly = plan(duty(Periodic(PeriodUnit.YEAR), Kind.REPORT, "bao-cao"), agreements=(memo,), period=years(2020, 2021))
    assert told(expanded(yearly)) == {
        "bao-cao.2020": (None, "confirmed", "2020-12-25"),
        "bao-cao.2021": (None, "projected", "2021-12-25"),
    }


def test_a_period_the_source_reports_as_handed_in_is_held() -> None:
    stated = (Stated("2021-q3", None, ("III.2",), Window.day(date(2021, 9, 24))),)
    found = {o.cycle: (o.status.value, o.clauses) for o in expanded(report(QUARTERLY, stated=stated))}
    assert found["2021-q3"] == ("held", ("II.5", "III.2"))
    assert found["2021-q4"] == ("confirmed", ("II.5",))


def test_a_later_plan_takes_the_periods_of_its_own_years() -> None:
    first = plan(duty(QUARTERLY, Kind.REPORT, "bao-cao"), period=years(2020, 2021))
    after = plan(
        duty(Periodic(PeriodUnit.HALF), Kind.REPORT, "bao-cao", continues="ke-hoach"),
        ident="ke-hoach-sau",
        period=years(2021, 2021),
    )
    assert list(due(expanded(first, after))) == ["2020-q1", "2020-q2", "2020-q3", "2020-q4", "2021-h1", "2021-h2"]


def test_a_plan_that_follows_in_the_middle_of_a_year_takes_over_on_its_first_day() -> None:
    earlier = plan(duty(QUARTERLY, Kind.REPORT, "bao-cao"), period=span(date(2022, 7, 1), date(2023, 6, 30)))
    later = replace(earlier, id="ke-hoach-sau", period=span(date(2023, 7, 1), date(2024, 3, 31)))
    assert [(o.cycle, o.plan) for o in expanded(earlier, later)] == [
        ("2022-q3", "ke-hoach"),
        ("2022-q4", "ke-hoach"),
        ("2023-q1", "ke-hoach"),
        ("2023-q2", "ke-hoach"),
        ("2023-q3", "ke-hoach-sau"),
        ("2023-q4", "ke-hoach-sau"),
        ("2024-q1", "ke-hoach-sau"),
    ]


# -- Set by a decision.


def setting(value: str) -> Decision:
    return Decision(verb=Verb.SET, obligation="bao-cao", gap=Gap.CYCLE, value=value)


def unset(period: Window | None) -> Plan:
    return report(Unset(), period, to_set=(Gap.CYCLE, Gap.LEAD))


@pytest.mark.parametrize("unit", PeriodUnit)
def test_a_cycle_that_is_set_makes_a_periodic_report(unit: PeriodUnit) -> None:
    paper = unset(years(2021, 2021))
    filled = fill(paper.obligations[0], paper, setting(unit.value))
    assert filled == replace(paper.obligations[0], rule=Periodic(unit), to_set=(Gap.LEAD,))
    found = expanded(replace(paper, obligations=(filled,)))
    assert len(found) == {"month": 12, "quarter": 4, "half": 2, "year": 1}[unit.value]


def test_where_the_plan_has_no_period_the_first_year_is_set_too() -> None:
    paper = unset(None)
    filled = fill(paper.obligations[0], paper, setting("half, 2027"))
    assert filled.rule == Periodic(PeriodUnit.HALF, first_year=2027)
    with pytest.raises(DecisionError, match="the plan names no period to start from: give the first year too: half,"):
        fill(paper.obligations[0], paper, setting("half"))


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("nine-months", "nine-months is no cycle of reports: write one of: month, quarter, half, year"),
        ("Half", "Half is no cycle of reports"),
        ("half,year", "year is not a year"),
        ("half,2021,2022", "half, 2021, 2022 is no cycle of reports"),
        (" , ", "no value is given"),
    ],
)
def test_a_cycle_that_is_none_is_refused(value: str, message: str) -> None:
    paper = unset(years(2021, 2021))
    with pytest.raises(DecisionError, match=message):
        fill(paper.obligations[0], paper, setting(value))


@pytest.mark.parametrize(("rule", "kind"), [(Unset(), Kind.EVENT), (Once("tháng 6/2021"), Kind.REPORT)])
def test_only_an_open_report_has_a_cycle_to_set(rule: Rule, kind: Kind) -> None:
    paper = plan(duty(rule, kind, "bao-cao"))
    with pytest.raises(DecisionError, match="only a report has a cycle of Decree 09/2019"):
        fill(paper.obligations[0], paper, setting("year"))


def test_a_cycle_can_be_set_again() -> None:
    paper = unset(years(2021, 2021))
    once = fill(paper.obligations[0], paper, setting("year"))
    assert fill(once, paper, setting("month")).rule == Periodic(PeriodUnit.MONTH)


def test_a_deadline_that_is_set_on_a_periodic_report_is_its_day_of_the_month() -> None:
    paper = report(QUARTERLY, to_set=(Gap.DEADLINE,))
    found = fill(paper.obligations[0], paper, replace(setting("17"), gap=Gap.DEADLINE))
    assert (found.rule, found.to_set) == (Periodic(PeriodUnit.QUARTER, 17), ())
    for value in ("14", "32", "tháng 6", "0"):
        with pytest.raises(DecisionError, match="write a day of the month from 15 to 31"):
            fill(paper.obligations[0], paper, replace(setting(value), gap=Gap.DEADLINE))


def test_a_series_is_read_like_any_other() -> None:
    assert [segment.obligation.rule for segment in series_of([report(QUARTERLY)])["bao-cao"]] == [QUARTERLY]
