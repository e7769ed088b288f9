"""Which terms must be renewed for what was found, read from the plans that give it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from calendars.desk import Upcoming
from config.excerpt import world_around
from config.office import Office
from scheduler.lacking import Term, lacking
from scheduler.occurrence import Occurrence, Status
from scheduler.portions import portions

AT_ONCE = 50
"""Duties that are read together."""

DECIDED = (Status.PROPOSED, Status.POSTPONED)
"""What stands so does not say by itself that it lies outside of a term."""


def lacks_of(desk: Office, occurrences: Iterable[Occurrence]) -> Mapping[str, tuple[Term, ...]]:
    """The terms each occurrence lacks, by key; of those that lack none nothing is said."""
    by_duty: dict[str, list[Occurrence]] = {}
    for one in occurrences:
        by_duty.setdefault(one.obligation, []).append(one)
    found: dict[str, tuple[Term, ...]] = {}
    for some in portions(sorted(by_duty), AT_ONCE):
        world = world_around(desk.session, some)
        for ident in some:
            series = world.filled(ident) if ident in world.series else ()
            found |= {one.key: terms for one in by_duty[ident] if (terms := lacking(one, series))}
    return found


def with_lacks(desk: Office, seen: Sequence[Upcoming], among: Collection[Status] = DECIDED) -> list[Upcoming]:
    """What was found, with the terms that each lacks which stands so; for lists in which most is projected."""
    asked = (one.record.occurrence for one in seen)
    lacks = lacks_of(desk, (one for one in asked if one.status in among))
    return [replace(one, lacks=lacks.get(one.record.occurrence.key, ())) for one in seen]
