"""The short way to an occurrence gives what the long way gives."""

from __future__ import annotations

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from config.files import directory_files, holiday_file, plan_files
from config.world import read_world
from scheduler.agreement import carries
from scheduler.amendment import Decided, Verdict
from scheduler.expand import expand
from scheduler.occurrence import Occurrence, Status
from scheduler.plan import Agreement, Plan
from scheduler.rules import Yearly
from scheduler.series import Segment, Series, series_of
from scheduler.slots import Ground
from scheduler.window import Window
from tests.unit.scheduler.samples import DAYS_OFF, DIRECTORY, duty, plan
from tests.unit.scheduler.test_agreement import DAYS, agreements
from tests.unit.scheduler.test_expand import books, horizons, periods

Found = dict[str, tuple[Occurrence, ...]]


def both_ways(series: Series, ground: Ground, found: Found) -> tuple[tuple[Occurrence, ...], tuple[Occurrence, ...]]:
    """As they are, and with a decision on each that decides nothing, which takes the long way."""
    short = expand(series, ground, found)
    empty = Decided(verdicts={occurrence.key: Verdict() for occurrence in short})
    return short, expand(series, ground, found, empty)


@given(books(), horizons)
@settings(deadline=None)
def test_a_decision_that_decides_nothing_changes_nothing(book: Plan, horizon: date) -> None:
    ground = Ground(DIRECTORY, DAYS_OFF.subtract_working_days, DAYS_OFF.add_working_days, horizon)
    series = series_of([book])
    found: Found = {}
    for ident in ("doan", "khac", "truoc-doan", "truoc-khac"):
        found[ident], long = both_ways(series[ident], ground, found)
        assert found[ident] == long


def test_nor_does_it_on_the_packaged_plans() -> None:
    world = read_world(directory_files(None).files, plan_files([]).files, holiday_file(), date(2040, 12, 31), {})
    ground = Ground(
        world.directory, world.days_off.subtract_working_days, world.days_off.add_working_days, world.horizon
    )
    found: Found = {ident: world.occurrences(ident, {}) for ident in world.series}
    for ident, series in world.series.items():
        short, long = both_ways(series, ground, found)
        assert short == long == found[ident]


@given(agreements(), periods | st.none(), DAYS)
def test_in_force_is_in_the_period_while_the_agreement_carries_it(
    one: Agreement, period: Window | None, day: date
) -> None:
    paper = plan(duty(Yearly(1, 2000)), period=period)
    first, last = Segment(paper, paper.obligations[0]).reach(one)
    told = (period is None or period.holds(day)) and carries(one, day) is not False
    assert (first <= day <= last) == told


@given(agreements(), periods, horizons)
@settings(deadline=None)
def test_what_begins_outside_is_projected(one: Agreement, period: Window, horizon: date) -> None:
    paper = plan(duty(Yearly(1, 2000), runs_on=True, host="salavan"), period=period, agreements=(one,))
    ground = Ground(DIRECTORY, DAYS_OFF.subtract_working_days, DAYS_OFF.add_working_days, horizon)
    first, last = Segment(paper, paper.obligations[0]).reach(paper.agreement_for(("savannakhet", "salavan")))
    for occurrence in expand(series_of([paper])["doan"], ground, {}):
        start = occurrence.window.start or date.min
        assert (occurrence.status is Status.PROJECTED) == (not first <= start <= last)
