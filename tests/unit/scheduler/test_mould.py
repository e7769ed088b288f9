"""The short way to an occurrence gives what the long way gives."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.files import directory_files, holiday_file, plan_files
from config.world import read_world
from scheduler.agreement import carries, linked
from scheduler.decided import Decided, Verdict
from scheduler.expand import expand
from scheduler.mould import Mould
from scheduler.occurrence import Occurrence, Status
from scheduler.plan import Agreement, Extension, Kind, Plan, Stated
from scheduler.rules import Leg, Rotation, Yearly
from scheduler.series import Segment, Series, series_of
from scheduler.slots import Ground, Slot
from scheduler.window import Window
from tests.unit.scheduler.samples import DAYS_OFF, DIRECTORY, agreement, duty, expanded, plan, span, years
from tests.unit.scheduler.test_agreement import DAYS, agreements
from tests.unit.scheduler.test_expand import books, horizons, periods

Found = dict[str, tuple[Occurrence, ...]]

shifted = st.builds(
    lambda first, days: span(first, first + timedelta(days=days)),
    st.dates(date(2010, 1, 1), date(2030, 12, 31)),
    st.integers(0, 2500),
)
"""Periods that begin and end on any day."""


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


@given(agreements(), shifted, horizons)
@settings(deadline=None)
def test_what_has_no_day_in_force_is_projected(one: Agreement, period: Window, horizon: date) -> None:
    paper = plan(duty(Yearly(1, 2000), runs_on=True, host="salavan"), period=period, agreements=(one,))
    ground = Ground(DIRECTORY, DAYS_OFF.subtract_working_days, DAYS_OFF.add_working_days, horizon)
    first, last = Segment(paper, paper.obligations[0]).reach(paper.agreement_for(("savannakhet", "salavan")))
    for occurrence in expand(series_of([paper])["doan"], ground, {}):
        carried = first <= last and occurrence.window.overlaps(first, last)
        assert (occurrence.status is Status.PROJECTED) == (not carried)


# -- Turns of agreements that follow one another.


def term(first: date, last: date | None, ident: str, after: str | None = None) -> Agreement:
    """An agreement of the three neighbours, with the one that comes after it."""
    return replace(agreement(ident, ALL, span(first, last)), successor=after)


ALL = ("quang-tri", "savannakhet", "salavan")
ONE = term(date(2020, 1, 1), date(2022, 12, 31), "mot", "hai")
TWO = term(date(2023, 1, 1), date(2024, 12, 31), "hai", "ba")
THREE = term(date(2026, 3, 1), date(2028, 12, 31), "ba")
LATE = term(date(2023, 7, 1), date(2024, 12, 31), "hai")
SIGNED = replace(agreement("hai", ALL, None), signed=date(2021, 5, 1))
NO_DAY = agreement("hai", ALL, None)
LEGS = (
    Leg("savannakhet", 2020, ("savannakhet", "quang-tri")),
    Leg("salavan", 2020, ("quang-tri", "salavan")),
)
ROUND = (replace(ONE, successor="hai"), replace(TWO, successor="mot"))


@pytest.mark.parametrize(
    ("agreements", "stood_on"),
    [
        ((replace(ONE, successor=None),), "mot mot mot mot* mot* mot* mot* mot* mot* mot*"),
        # the third begins in March 2026: that year's turn has days in it, the one of 2025 has none
        ((ONE, TWO, THREE), "mot mot mot hai hai hai* ba ba ba ba*"),
        ((THREE, TWO, ONE), "mot mot mot hai hai hai* ba ba ba ba*"),
        # the turn of 2023 begins after the first has ended and before the second begins, which carries it from July
        ((ONE, LATE), "mot mot mot hai hai hai* hai* hai* hai* hai*"),
        # a new one stands from its signing on where it names no term, and the turn of that year began under the old
        ((ONE, SIGNED), "mot mot hai hai hai hai hai hai hai hai"),
        ((ONE, NO_DAY), "mot mot mot mot* mot* mot* mot* mot* mot* mot*"),
        ((replace(ONE, extension=Extension.TACIT, every=1), TWO), "mot mot mot hai hai hai* hai* hai* hai* hai*"),
    ],
)
@pytest.mark.parametrize("named", [None, "mot"])
def test_each_turn_rests_on_the_agreement_of_its_days(
    agreements: tuple[Agreement, ...], stood_on: str, named: str | None
) -> None:
    talks = duty(Yearly(), Kind.TALKS, host="salavan", agreement=named)
    [paper] = linked([plan(talks, period=years(2020, 2030), agreements=agreements)])
    found = [
        f"{o.agreement}{'*' if o.status is Status.PROJECTED else ''}"
        for o in expanded(paper, horizon=date(2029, 12, 31))
    ]
    assert " ".join(found) == stood_on


def test_agreements_in_a_circle_end() -> None:
    book = plan(duty(Yearly(), Kind.TASK), agreements=ROUND)
    assert book.agreement_for(ALL, None, years(2030, 2030)) in ROUND


def test_an_agreement_that_follows_changes_no_earlier_turn() -> None:
    def found(*agreements: Agreement) -> dict[str, Occurrence]:
        [paper] = linked([plan(duty(Rotation(1, LEGS)), period=years(2020, 2026), agreements=agreements)])
        return {o.key: o for o in expanded(paper)}

    before, after = found(replace(ONE, successor=None)), found(ONE, TWO)
    changed = {key: (o.agreement, o.status.value) for key, o in after.items() if o != before[key]}
    assert changed == {
        f"doan.{leg}.{year}": ("hai", "tentative" if year < 2025 else "projected")
        for leg in ("savannakhet", "salavan")
        for year in (2023, 2024, 2025, 2026)
    }
    assert {o.status.value for key, o in before.items() if key in changed} == {"projected"}


def test_where_two_cover_the_partners_the_one_that_ends_first_counts_on_every_day() -> None:
    east = (
        replace(agreement("dong-1", ALL[:2], years(2020, 2021)), successor="dong-2"),
        agreement("dong-2", ALL[:2], years(2022, 2025)),
    )
    west = agreement("tay", ALL[::2], years(2020, 2023))
    [paper] = linked([plan(duty(Yearly(), Kind.TASK), period=years(2020, 2025), agreements=(*east, west))])
    assert [(o.cycle, o.agreement, o.status.value) for o in expanded(paper)] == [
        ("2020", "dong-1", "confirmed"),
        ("2021", "dong-1", "confirmed"),
        ("2022", "tay", "confirmed"),
        ("2023", "tay", "confirmed"),
        ("2024", "tay", "projected"),
        ("2025", "tay", "projected"),
    ]


def test_a_turn_moved_past_the_end_rests_on_the_one_that_follows() -> None:
    [paper] = linked([plan(duty(Yearly(), Kind.TALKS, host="salavan"), agreements=(ONE, TWO))])
    [series] = series_of([paper]).values()
    ground = Ground(DIRECTORY, DAYS_OFF.subtract_working_days, DAYS_OFF.add_working_days, date(2022, 12, 31))
    verdict = Verdict(Status.CONFIRMED, Window.day(date(2023, 1, 6)))
    found = expand(series, ground, {}, Decided(verdicts={"doan.2022": verdict}))
    assert [(o.cycle, o.agreement, o.status.value) for o in found] == [
        ("2020", "mot", "tentative"),
        ("2021", "mot", "tentative"),
        ("2022", "hai", "confirmed"),
    ]


def test_without_a_successor_a_duty_stays_on_the_short_way() -> None:
    alone = agreement("rieng", ("quang-tri", "sekong"), years(2020, 2021))
    here, there = duty(Yearly(), Kind.TASK), duty(Yearly(), Kind.TASK, "khac", partners=("sekong",))
    [paper] = linked([plan(here, there, agreements=(ONE, TWO, alone))])
    ground = Ground(DIRECTORY, DAYS_OFF.subtract_working_days, DAYS_OFF.add_working_days, date(2022, 12, 31))
    slot = Slot("2020", years(2020, 2020))
    short = {one.id: Mould(Segment(paper, one), slot, ground).plain for one in (here, there)}
    assert short == {"doan": False, "khac": True}


@pytest.mark.parametrize(
    ("kind", "statuses"),
    [
        (Kind.TALKS, "projected tentative tentative tentative projected"),
        (Kind.TASK, "projected confirmed confirmed confirmed projected"),
    ],
)
def test_a_year_is_in_force_when_a_day_of_it_is(kind: Kind, statuses: str) -> None:
    period = span(date(2020, 7, 1), date(2022, 6, 30))
    stated = duty(Yearly(1, 2019), kind, host="salavan", runs_on=True, stated=(Stated("2018"),))
    found = expanded(plan(stated, period=period), horizon=date(2023, 12, 31))
    assert " ".join(o.status.value for o in found) == statuses


def test_a_month_before_the_period_is_not() -> None:
    period = span(date(2020, 7, 1), date(2022, 6, 30))
    for within, statuses in (
        ("tháng 6", "projected tentative tentative"),
        ("tháng 7", "tentative tentative projected"),
    ):
        talks = duty(Yearly(within=within), Kind.TALKS, host="salavan")
        found = expanded(plan(talks, period=period), horizon=date(2022, 12, 31))
        assert " ".join(o.status.value for o in found) == statuses


def test_a_period_and_an_agreement_that_never_meet_carry_nothing() -> None:
    ended = agreement("mot", ALL, span(date(2020, 1, 1), date(2020, 3, 31)))
    talks = duty(Yearly(), Kind.TALKS, host="salavan")
    [first, *_] = expanded(plan(talks, period=span(date(2020, 7, 1), None), agreements=(ended,)))
    assert (first.cycle, first.status.value) == ("2020", "projected")
