"""A decision and all that it is judged by."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from scheduler.amendment import Amendment, Decision
from scheduler.course import PLAIN, Course
from scheduler.decided import Decided, courses_of
from scheduler.occurrence import Occurrence
from scheduler.plan import Directory
from scheduler.rules import Leg, Rotation
from scheduler.series import Series
from scheduler.slots import legs_through


@dataclass(frozen=True, slots=True)
class Line:
    """A line of turns of one obligation: its leg, its rule, and what was decided on it."""

    leg: Leg
    rule: Rotation
    course: Course


@dataclass(frozen=True, slots=True)
class Scene:
    """How the obligations a decision touches stand: occurrences by key, series with what was set, what was decided."""

    occurrences: Mapping[str, Occurrence]
    series: Mapping[str, Series]
    settled: Decided

    def line(self, ident: str, partner: str | None) -> Line | None:
        """The line of turns of an obligation; None where there is none."""
        series = self.series.get(ident, ())
        rule = series[-1].obligation.rule if series else None
        if not isinstance(rule, Rotation):
            return None
        leg = next((leg for leg in legs_through(series)[-1] if leg.partner == partner), None)
        return Line(leg, rule, courses_of(series, self.settled).get(partner, PLAIN)) if leg else None


@dataclass(frozen=True, slots=True)
class Docket:
    """A decision and what it is judged by.

    `scene`: as things stand. `amendments`: every decision on the obligations it touches, taken back or not. `replay`
    gives the scene that the texts and some amendments come to. `today` None: what depends on the day was judged before.
    """

    decision: Decision
    scene: Scene
    amendments: tuple[Amendment, ...]
    directory: Directory
    today: date | None
    replay: Callable[[tuple[Amendment, ...]], Scene]
