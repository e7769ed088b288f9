"""The ledger of turns of a series: who hosts each cycle, who travels, how it stands, and why it is their turn."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from scheduler.course import PLAIN, Course
from scheduler.decided import Decided, courses_of
from scheduler.occurrence import Occurrence, Status
from scheduler.rotation import Reason, Turn, turns
from scheduler.rules import Leg, Rotation
from scheduler.series import Segment, Series
from scheduler.slots import legs_through


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One cycle of a line of turns. `year` is the nominal one, which a postponement does not change."""

    key: str
    leg: str | None
    cycle: str
    year: int
    host: str | None
    travels: tuple[str, ...]
    status: Status
    reason: Reason


def ledger(series: Series, occurrences: Iterable[Occurrence], decided: Decided) -> tuple[Entry, ...]:
    """The ledger of a series, by leg in the order of the text and then by year.

    `occurrences` are the series' own, expanded or stored; those that are no turn of a year are left out, and so are
    turns whose plan or leg is gone.
    """
    courses = courses_of(series, decided)
    found = [
        Entry(
            key=occurrence.key,
            leg=occurrence.leg,
            cycle=occurrence.cycle,
            year=turn.year,
            host=occurrence.host,
            travels=occurrence.travels,
            status=occurrence.status,
            reason=turn.reason,
        )
        for occurrence in occurrences
        if (turn := turn_of(series, occurrence, courses)) is not None
    ]
    rules = [segment.obligation.rule for segment in series]
    legs = list(dict.fromkeys(leg.partner for rule in rules if isinstance(rule, Rotation) for leg in rule.legs))
    return tuple(sorted(found, key=lambda entry: (legs.index(entry.leg), entry.year)))


def turn_of(series: Series, occurrence: Occurrence, courses: Mapping[str | None, Course]) -> Turn | None:
    """The turn an occurrence is; None where its plan gives it none. `courses` are the series' own."""
    found = leg_of(series, occurrence)
    cycle = occurrence.cycle
    if found is None or not (cycle.isascii() and cycle.isdecimal()):
        return None
    leg, rule = found
    year = int(cycle)
    return next(turns(leg, rule.every, year, year, courses.get(leg.partner, PLAIN)), None)


def leg_of(series: Series, occurrence: Occurrence) -> tuple[Leg, Rotation] | None:
    """The leg and the rule an occurrence's plan gives it turns by; None where it has none."""
    segments: Iterable[tuple[Segment, tuple[Leg, ...]]] = zip(series, legs_through(series), strict=True)
    for segment, legs in segments:
        rule = segment.obligation.rule
        if segment.plan.id == occurrence.plan and isinstance(rule, Rotation):
            return next(((leg, rule) for leg in legs if leg.partner == occurrence.leg), None)
    return None
