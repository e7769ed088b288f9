"""What a duty is counted from, and the one day that it counts from the window of another."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, timedelta

from scheduler.occurrence import Occurrence
from scheduler.plan import Gap
from scheduler.rules import Edge, Relative, Unit
from scheduler.window import ONE_DAY, Window

DayMover = Callable[[date, int, tuple[str, ...]], date]
"""(day, n, countries) → the working day n working days away from `day`; n = 0: `day` itself or the nearest that way."""

Anchors = Mapping[str, Iterable[Occurrence]]
"""Occurrences by obligation id."""

_OF_DAYS = (Gap.FIRST_YEAR, Gap.CYCLE, Gap.DATES, Gap.DEADLINE)
"""What leaves a duty without days, as long as it is open."""


def named(rule: Relative, anchors: Anchors) -> Iterator[Occurrence]:
    """The occurrences `rule` names, by obligation or by key, that have days to count from."""
    for name in rule.to:
        obligation, _, cycle = name.partition(".")
        for occurrence in anchors.get(obligation, ()):
            if not occurrence.undated and (not cycle or occurrence.key == name):
                yield occurrence


def awaited(rule: Relative, anchors: Anchors) -> Iterator[Occurrence]:
    """The rows without days that stand for what `rule` names until an officer sets its days.

    A cycle that `rule` names is awaited in the row of its own leg.
    """
    for name in rule.to:
        obligation, _, cycle = name.partition(".")
        known = tuple(anchors.get(obligation, ()))
        if cycle and any(occurrence.key == name and not occurrence.undated for occurrence in known):
            continue
        for occurrence in known:
            line = occurrence.key.removesuffix(occurrence.cycle)
            if occurrence.undated and not occurrence.over and (not cycle or name.startswith(line)):
                yield occurrence


def gaps_of(waiting: Iterable[Occurrence]) -> tuple[Gap, ...]:
    """What of these rows is to be set before anything can be counted from them, each once."""
    gaps = dict.fromkeys(gap for occurrence in waiting for gap in occurrence.to_set if gap in _OF_DAYS)
    return tuple(gaps) or (Gap.DATES,)


def counted(
    rule: Relative, anchor: Window, earlier: DayMover, later: DayMover, countries: tuple[str, ...]
) -> Window | None:
    """The day `rule` gives for the window `anchor` (see `Relative`); None where the end it counts from is open."""
    if rule.after is not None:
        day = anchor.start if rule.after is Edge.START else anchor.last
        return None if day is None else Window.day(_moved(day, rule, 1, later, countries))
    edge = anchor.start if rule.before is Edge.START else anchor.stop
    if edge is None:
        return None
    day = edge - ONE_DAY
    if rule.before is Edge.END and rule.days == 0:
        return Window.day(day)
    return Window.day(_moved(day, rule, -1, earlier, countries))


def _moved(day: date, rule: Relative, sign: int, mover: DayMover, countries: tuple[str, ...]) -> date:
    if rule.unit is Unit.WORKING:
        return mover(day, rule.days, countries)
    return mover(day + sign * timedelta(days=rule.days), 0, countries)
