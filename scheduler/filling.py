"""What the text leaves open, filled in by a decision: first year, hosts, cycle, days, deadline, lead, place."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from scheduler.amendment import Decision
from scheduler.errors import DecisionError, LuanphienError
from scheduler.expression import read
from scheduler.periods import CLOSES
from scheduler.plan import Gap, Kind, Obligation, Plan
from scheduler.rules import Leg, Once, Periodic, PeriodUnit, Rotation, Rule, Unset, Yearly
from scheduler.series import Segment, Series

FILLABLE = (Gap.FIRST_YEAR, Gap.ORDER, Gap.FIRST_HOST, Gap.CYCLE, Gap.DATES, Gap.DEADLINE, Gap.LEAD, Gap.PLACE)
"""What a decision can fill; a successor is set in the directory."""


def filled(series: Series, settings: Iterable[Decision]) -> Series:
    """The series with what was set, in the order it was set; settings of other obligations are passed over.

    What a plan says itself by now, or says so that the setting no longer fits, stands as the plan says it.
    """
    for decision in settings:
        if series and decision.obligation == series[0].obligation.id:
            series = tuple(_with(segment, decision) for segment in series)
    return series


def _with(segment: Segment, decision: Decision) -> Segment:
    if decision.gap not in segment.obligation.to_set:
        return segment
    try:
        return replace(segment, obligation=fill(segment.obligation, segment.plan, decision))
    except LuanphienError:
        return segment


def fill(obligation: Obligation, plan: Plan, decision: Decision) -> Obligation:
    """One obligation with one gap filled; the gap leaves `to_set` once no leg has it any more."""
    gap, value = decision.gap, decision.value or ""
    if gap not in FILLABLE:
        raise DecisionError("{gap} cannot be set by a decision", "set it in the plan file or the directory", gap=gap)
    items = parts_of(value)
    if not items:
        raise DecisionError("no value is given", "give it after the gap")
    match gap:
        case Gap.LEAD:
            changed = replace(obligation, leads=items)
        case Gap.PLACE:
            changed = replace(obligation, place=items[0])
        case Gap.DATES | Gap.DEADLINE if isinstance(obligation.rule, Periodic):
            changed = replace(obligation, rule=_due_day(obligation.rule, items[0]))
        case Gap.DATES | Gap.DEADLINE:
            changed = replace(obligation, rule=_once(value), to_set=_without(obligation, Gap.DATES, Gap.DEADLINE))
        case Gap.CYCLE:
            changed = replace(obligation, rule=_periodic(obligation, plan, items))
        case Gap.FIRST_YEAR:
            changed = replace(obligation, rule=_first_year(obligation.rule, decision.leg, items[0]))
        case Gap.ORDER:
            changed = replace(obligation, rule=_order(obligation.rule, plan, decision.leg, items))
        case _:
            changed = _first_host(obligation, plan, decision.leg, items[0])
    return replace(changed, to_set=tuple(gap for gap in changed.to_set if not _filled_now(changed, gap, decision)))


def parts_of(value: str) -> tuple[str, ...]:
    """The parts of a value, which stand between commas; empty ones are passed over."""
    return tuple(part.strip() for part in value.split(",") if part.strip())


def _filled_now(obligation: Obligation, gap: Gap, decision: Decision) -> bool:
    """Whether `gap` is open no more: it is what was set, or the order of hosts says it."""
    rule = obligation.rule
    legs = rule.legs if isinstance(rule, Rotation) else ()
    if gap is Gap.FIRST_YEAR and legs:
        return all(leg.first_year is not None for leg in legs)
    if gap in (Gap.ORDER, Gap.FIRST_HOST) and legs:
        return all(leg.order for leg in legs)
    return gap is decision.gap


def _once(words: str) -> Rule:
    window = read(words).window
    if window is None or window.last is None:
        raise DecisionError(
            "the date words {words} name no last day", "write days, a month, a quarter or a year", words=words
        )
    return Once(words)


def _periodic(obligation: Obligation, plan: Plan, items: tuple[str, ...]) -> Rule:
    """How often a report falls due, and from which year where the plan names none: `half`, or `half,2027`."""
    if obligation.kind is not Kind.REPORT or not isinstance(obligation.rule, Unset | Periodic):
        raise DecisionError("only a report has a cycle of Decree 09/2019", "set its dates or its first year instead")
    unit, *years = items
    if unit not in set(PeriodUnit) or len(years) > 1:
        units = ", ".join(PeriodUnit)
        raise DecisionError(
            "{value} is no cycle of reports", "write one of: {units}", value=", ".join(items), units=units
        )
    if not years and (plan.period is None or plan.period.start is None):
        raise DecisionError("the plan names no period to start from", "give the first year too: {unit},YEAR", unit=unit)
    return Periodic(PeriodUnit(unit), first_year=_year(years[0]) if years else None)


def _due_day(rule: Periodic, value: str) -> Rule:
    """Another day of each period's last month."""
    if not (value.isascii() and value.isdecimal()) or not CLOSES < int(value) <= 31:
        message = "{value} is no day to hand in a periodic report"
        fix = "write a day of the month from {first} to 31"
        raise DecisionError(message, fix, value=value, first=CLOSES + 1)
    return replace(rule, due_day=int(value))


def _first_year(rule: Rule, leg: str | None, value: str) -> Rule:
    year = _year(value)
    if isinstance(rule, Rotation):
        return replace(rule, legs=tuple(_leg(own, leg, first_year=year) for own in rule.legs))
    if isinstance(rule, Yearly):
        return replace(rule, first_year=year)
    raise DecisionError("this duty has no first year", "set its dates instead")


def _year(value: str) -> int:
    if not (value.isascii() and value.isdecimal()) or not 1900 <= int(value) <= 2150:
        raise DecisionError("{value} is not a year", "write it with four digits", value=value)
    return int(value)


def _order(rule: Rule, plan: Plan, leg: str | None, order: tuple[str, ...]) -> Rule:
    if len(set(order)) < max(2, len(order)):
        raise DecisionError("an order names at least two hosts, each once", "write HOST,HOST")
    if isinstance(rule, Rotation):
        return replace(rule, legs=tuple(_leg(own, leg, order=order) for own in rule.legs))
    if isinstance(rule, Yearly):
        first = rule.first_year or (plan.period.start.year if plan.period and plan.period.start else None)
        return Rotation(rule.every, (Leg(None, first, order),), within=rule.within)
    raise DecisionError("this duty has no turns", "name the host of one cycle with decide host")


def _first_host(obligation: Obligation, plan: Plan, leg: str | None, host: str) -> Obligation:
    """Two sides take turns from `host` on; more than two need the whole order."""
    rule = obligation.rule
    if not isinstance(rule, Rotation | Yearly):
        return replace(obligation, host=host)
    known = (
        next((own.order for own in rule.legs if leg in (None, own.partner)), ()) if isinstance(rule, Rotation) else ()
    )
    partners = (leg,) if leg else obligation.partners
    sides = known or tuple(dict.fromkeys((plan.home, *partners)))
    if host not in sides:
        raise DecisionError("{host} takes no part in it", "name one of {sides}", host=host, sides=", ".join(sides))
    if not known and len(sides) > 2:
        raise DecisionError("more than two sides take turns", "set the order: HOST,HOST,HOST")
    start = sides.index(host)
    return replace(obligation, rule=_order(rule, plan, leg, sides[start:] + sides[:start]))


def _leg(own: Leg, wanted: str | None, *, first_year: int | None = None, order: tuple[str, ...] = ()) -> Leg:
    if wanted is not None and own.partner != wanted:
        return own
    return Leg(own.partner, first_year or own.first_year, order or own.order)


def _without(obligation: Obligation, *gaps: Gap) -> tuple[Gap, ...]:
    return tuple(gap for gap in obligation.to_set if gap not in gaps)
