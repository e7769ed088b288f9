"""From a rule to its cycles: when each one is, and whose turn."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import assert_never

from scheduler.agreement import notices
from scheduler.anniversary import Anniversary, anniversary_in, day_in
from scheduler.course import PLAIN, Course
from scheduler.expression import read
from scheduler.occurrence import ONCE, UNSET, Status
from scheduler.periods import periods_of
from scheduler.plan import Directory, Gap, Text
from scheduler.quick import maker
from scheduler.recurrence import recurrence_days
from scheduler.relative import Anchors, DayMover, awaited, counted, gaps_of, named
from scheduler.rotation import hosts
from scheduler.rules import (
    AnniversaryOf,
    Leg,
    Once,
    Ongoing,
    Periodic,
    Recurrence,
    Relative,
    Renewal,
    Rotation,
    Unset,
    WholePeriod,
    Yearly,
)
from scheduler.series import Segment, Series
from scheduler.window import ONE_DAY, Precision, Window


@dataclass(frozen=True, slots=True)
class Ground:
    """What occurrences stand on beside the plans: who is where, working days both ways, and the last day to compute."""

    directory: Directory
    earlier: DayMover
    later: DayMover
    horizon: date


@dataclass(frozen=True, slots=True)
class Slot:
    """One cycle as its rule gives it, before what the plan says of all cycles is added.

    `about` is the title of what a duty prepares, where it prepares several things; `gaps` what is to be set elsewhere
    before it has a day.
    """

    cycle: str
    window: Window
    leg: str | None = None
    host: str | None = None
    partners: tuple[str, ...] | None = None
    about: Text | None = None
    anniversary: Anniversary | None = None
    tentative: bool = False
    projected: bool = False
    gaps: tuple[Gap, ...] = ()


_slot = maker(Slot)
_OPEN = Window(None, None, Precision.PERIOD)


def legs_through(series: Series) -> tuple[tuple[Leg, ...], ...]:
    """The legs of each segment's rotation; what a plan leaves out of a leg it continues is as it was before."""
    if len(series) == 1:
        only = series[0].obligation.rule
        return (only.legs if isinstance(only, Rotation) else (),)
    found: list[tuple[Leg, ...]] = []
    before: dict[str | None, Leg] = {}
    for segment in series:
        rule = segment.obligation.rule
        own = rule.legs if isinstance(rule, Rotation) else ()
        legs = tuple(_filled(leg, before.get(leg.partner)) for leg in own)
        before |= {leg.partner: leg for leg in legs}
        found.append(legs)
    return tuple(found)


def _filled(leg: Leg, before: Leg | None) -> Leg:
    if before is None:
        return leg
    return Leg(leg.partner, leg.first_year or before.first_year, leg.order or before.order)


def slots_of(  # noqa: PLR0911 - one return per rule
    segment: Segment,
    ground: Ground,
    anchors: Anchors,
    legs: tuple[Leg, ...],
    courses: Mapping[str | None, Course],
) -> Iterator[Slot]:
    """Every cycle the segment's rule gives up to the horizon. `legs` are a rotation's, what it
    inherits filled in, `courses` theirs."""
    rule = segment.obligation.rule
    match rule:
        case Rotation():
            return _rotation_slots(segment, rule, legs, ground.horizon, courses)
        case Yearly():
            return _yearly_slots(segment, rule, ground.horizon)
        case AnniversaryOf():
            return _anniversary_slots(segment, rule, ground.horizon)
        case Once():
            return iter((_once_slot(rule),))
        case WholePeriod() | Ongoing() | Unset():
            return iter((_whole_slot(segment, rule),))
        case Periodic():
            return _periodic_slots(segment, rule, ground.horizon)
        case Recurrence():
            return _recurrence_slots(segment, rule, ground.horizon)
        case Relative():
            return _relative_slots(segment, rule, anchors, ground)
        case Renewal():
            return _renewal_slots(segment, rule, ground.horizon)
        case _:
            assert_never(rule)


def _years(segment: Segment, first_year: int, horizon: date) -> tuple[int, int]:
    """First and last nominal year this segment may yield: what the text names, its period, and on if it goes on."""
    period = segment.plan.period
    stated, first, last = segment.obligation.stated, first_year, horizon.year
    if period and period.start:
        opens = period.start.year
        if stated:
            opens = min([opens, *(int(named.cycle) for named in stated if named.cycle.isdigit())])
        first = max(first_year, opens)
    if period and period.last and not segment.obligation.goes_on:
        last = min(last, period.last.year)
    if segment.since is not None:
        first = max(first, segment.since)
    if segment.before is not None:
        last = min(last, segment.before - 1)
    return first, last


def _first_day(segment: Segment) -> date:
    """First day for cycles that are days: of the plan's period."""
    period = segment.plan.period
    return (period.start if period else None) or date.min


def _last_day(segment: Segment, horizon: date) -> date:
    """Last day for cycles that are days: of the plan's period unless it goes on, and before the plan that follows."""
    period = segment.plan.period
    last = period.last if period and not segment.obligation.goes_on else None
    before = segment.until - ONE_DAY if segment.until else None
    return min(day for day in (last, before, horizon) if day is not None)


@lru_cache(maxsize=4096)
def year_cycle(within: str | None, year: int) -> tuple[str, Window]:
    """The cycle of a year, and its window: all of it, or the words `within` it. Kept, since many duties share them."""
    named = read(within, year=year).window if within else None
    return str(year), named or Window.of(date(year, 1, 1), date(year, 12, 31), Precision.YEAR)


def _rotation_slots(
    segment: Segment, rule: Rotation, legs: tuple[Leg, ...], horizon: date, courses: Mapping[str | None, Course]
) -> Iterator[Slot]:
    for leg in legs:
        partners = (leg.partner,) if leg.partner else None
        if leg.first_year is None:
            whole = segment.plan.period or _OPEN
            yield Slot(UNSET, whole, leg.partner, partners=partners)
            continue
        first, last = _years(segment, leg.first_year, horizon)
        partner, within = leg.partner, rule.within
        for year, host in hosts(leg, rule.every, first, last, courses.get(partner, PLAIN)):
            cycle, window = year_cycle(within, year)
            yield _slot(cycle, window, partner, host, partners)


def _yearly_slots(segment: Segment, rule: Yearly, horizon: date) -> Iterator[Slot]:
    base = rule.first_year or segment.first_year
    if base is None:
        raise ValueError(f"{segment.obligation.id}: a yearly rule without a first year")
    first, last = _years(segment, base, horizon)
    for year, _ in hosts(Leg(None, base, ()), rule.every, first, last):
        cycle, window = year_cycle(rule.within, year)
        yield _slot(cycle, window)


def _anniversary_slots(segment: Segment, rule: AnniversaryOf, horizon: date) -> Iterator[Slot]:
    first, last = _years(segment, rule.origin.year + 1, horizon)
    for year in range(first, last + 1):
        named = read(rule.within, year=year).window if rule.within else None
        window = named or Window.day(day_in(rule.origin, year))
        yield Slot(str(year), window, anniversary=anniversary_in(rule.origin, year))


def _once_slot(rule: Once) -> Slot:
    reading = read(rule.when)
    window, last = reading.window, reading.window.last if reading.window else None
    if window is None or last is None:
        raise ValueError(f"the words {rule.when!r} name no last day")
    if rule.start is not None:
        window = Window(rule.start, window.stop, window.precision)
    elif window.start is None:
        window = Window.day(last)
    mark = anniversary_in(rule.marks, last.year) if rule.marks else None
    return Slot(ONCE, window, anniversary=mark, tentative=reading.tentative)


def _whole_slot(segment: Segment, rule: WholePeriod | Ongoing | Unset) -> Slot:
    """One slot over the plan's period, or over the rule's own words."""
    whole = segment.plan.period or _OPEN
    if isinstance(rule, Unset):
        return Slot(UNSET, whole)
    if rule.when is None:
        return Slot(ONCE, whole)
    unread = whole if isinstance(rule, WholePeriod) else _OPEN
    return Slot(ONCE, read(rule.when).window or unread)


def _recurrence_slots(segment: Segment, rule: Recurrence, horizon: date) -> Iterator[Slot]:
    begin = _first_day(segment)
    for day in recurrence_days(rule, _last_day(segment, horizon)):
        if day >= begin:
            yield Slot(day.isoformat(), Window.day(day))


def _periodic_slots(segment: Segment, rule: Periodic, horizon: date) -> Iterator[Slot]:
    """One slot, the due day, for every period that falls due inside the plan's period, and on if it goes on."""
    base = rule.first_year or segment.first_year
    if base is None:
        raise ValueError(f"{segment.obligation.id}: a periodic report without a first year")
    begin, last = _first_day(segment), _last_day(segment, horizon)
    for report in periods_of(rule.unit, max(base, begin.year), last.year):
        day = report.due(rule.due_day)
        if begin <= day <= last:
            yield Slot(report.cycle, Window.day(day))


def _relative_slots(segment: Segment, rule: Relative, anchors: Anchors, ground: Ground) -> Iterator[Slot]:
    """One slot for every anchor that takes place, inside the plan's period and its carried years unless it runs on.

    A term counted forward from what lies inside the period is kept although it ends later. What waits for the days of
    its anchors is one unset slot over the period, until no anchor of the period is without days any more.
    """
    home = (ground.directory.parties[segment.plan.home].country,)
    period, goes_on = segment.plan.period or _OPEN, segment.obligation.goes_on
    for anchor in named(rule, anchors):
        window = anchor.window if rule.same else counted(rule, anchor.window, ground.earlier, ground.later, home)
        projected = anchor.status is Status.PROJECTED
        if window is None or anchor.status in (Status.CANCELLED, Status.SKIPPED):
            continue
        inside = (anchor.window if rule.after else window).overlaps(period.start, period.last)
        if goes_on or (inside and not projected):
            about = anchor.title if len(rule.to) > 1 else None
            yield Slot(anchor.key, window, about=about, projected=projected)
    waiting = [row for row in awaited(rule, anchors) if row.window.overlaps(period.start, period.last)]
    if waiting:
        yield Slot(UNSET, period, gaps=gaps_of(waiting))


def _renewal_slots(segment: Segment, rule: Renewal, horizon: date) -> Iterator[Slot]:
    """One slot for every term that asks for notice once the plan has begun; its cycle is the last year of the term."""
    agreement = segment.plan.agreement_for((), rule.agreement)
    for ends, notice in notices(agreement) if agreement else ():
        if notice > horizon:
            return
        if notice >= _first_day(segment):
            yield Slot(str(ends.year), Window.day(notice))
