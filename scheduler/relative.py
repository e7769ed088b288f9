"""The one day that a duty counts from the window of another."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from scheduler.rules import Edge, Relative, Unit
from scheduler.window import ONE_DAY, Window

DayMover = Callable[[date, int, tuple[str, ...]], date]
"""(day, n, countries) → the working day n working days away from `day`; n = 0: `day` itself or the nearest that way."""


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
