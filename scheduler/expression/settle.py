"""Pieces into one reading: years filled in, cycle and questions settled."""

from __future__ import annotations

from dataclasses import replace

from scheduler.expression.days import Extent, Scene, days_of, narrowed, window_of
from scheduler.expression.feasts import FeastReading, feast_of
from scheduler.expression.gather import Found
from scheduler.expression.pieces import Counted, Recurs, Side
from scheduler.expression.reading import (
    LAST_DAY,
    Custom,
    Cycle,
    CycleUnit,
    Pick,
    Question,
    Reading,
    Term,
    YearMissingError,
    calendar_day,
)
from scheduler.window import Precision, Window

_LEAVING_OUT = frozenset({Side.BEFORE, Side.BY_BEFORE, Side.AFTER})
_WEEKS = (Pick.FIRST_WEEK, Pick.LAST_WEEK)


def settle(scene: Scene, found: Found) -> Reading:
    """The reading of what was found. Raises UnknownPhraseError, ImpossibleDateError or YearMissingError."""
    recurs = _recurs(found)
    cycle = _cycle(scene, found, recurs)
    feast = _feast(scene, found, recurs)
    window = _window(scene, found, recurs, feast)
    reading = Reading(
        words=scene.phrase,
        window=window,
        cycle=cycle,
        term=_term(scene, found.terms[0]) if found.terms else None,
        anniversary=feast.anniversary if feast else None,
        occasion=feast.occasion if feast else None,
        pick=found.picks[0] if found.picks else None,
        condition="; ".join(found.conditions) or None,
        exclusive=bool(found.sides & _LEAVING_OUT) or any(f.side in _LEAVING_OUT for f in found.feasts),
        tentative=any(remark.tentative for remark in found.remarks),
        ongoing=any(remark.ongoing for remark in found.remarks),
    )
    asks = _asks(scene, found, reading) | (set(feast.asks) if feast else set())
    if reading == Reading(words=scene.phrase) and not asks:
        raise found.unknown()
    return replace(reading, asks=tuple(question for question in Question if question in asks))


def _recurs(found: Found) -> Recurs | None:
    """How often: the one cycle named; *định kỳ* gives way to one with a unit."""
    named = {recurs for recurs in found.recurs if recurs.unit is not None}
    if len(named) > 1:
        raise found.unknown()
    return named.pop() if named else next(iter(found.recurs), None)


def _yearly(recurs: Recurs | None) -> bool:
    return recurs is not None and recurs.unit is CycleUnit.YEAR


def _cycle(scene: Scene, found: Found, recurs: Recurs | None) -> Cycle | None:
    if recurs is None and not found.rotates:
        if found.month_days or found.quarter_months:
            raise found.unknown()
        return None
    unit = recurs.unit if recurs else None
    month = found.quarter_months[0] if found.quarter_months else None
    day = found.month_days[0] if found.month_days else None
    if day is not None and unit not in (CycleUnit.MONTH, CycleUnit.QUARTER):
        raise found.unknown()
    if _yearly(recurs):
        month, day = _day_of_year(scene, found.extents)
    return Cycle(
        unit=unit,
        every=recurs.every if recurs else 1,
        times=recurs.times if recurs else 1,
        month=month,
        day=day,
        weekday=found.weekdays[0] if found.weekdays and unit is CycleUnit.WEEK else None,
        rotates=found.rotates,
        first_year=_first_year(found.extents) if _yearly(recurs) else None,
    )


def _day_of_year(scene: Scene, extents: list[Extent]) -> tuple[int | None, int | None]:
    """Month and day that days without a year give a yearly cycle."""
    for extent in extents:
        if extent.dated:
            continue
        first, last = days_of(extent.named, scene, None)
        if first.month == last.month and len(extent.spans) == 1:
            return first.month, first.day if first == last and extent.named.last.day != LAST_DAY else None
    return None, None


def _first_year(extents: list[Extent]) -> int | None:
    """The first year that one year alone, or the start of an open span, names."""
    sides = (None, Side.FROM)
    return next((extent.year for extent in extents if extent.year is not None and extent.side in sides), None)


def _feast(scene: Scene, found: Found, recurs: Recurs | None) -> FeastReading | None:
    if not found.feasts:
        return None
    year = _base_year(found.extents) or scene.year
    return feast_of(found.feasts[0], scene, year, alone=not found.extents and recurs is None)


def _base_year(extents: list[Extent]) -> int | None:
    """The one year that the phrase itself names."""
    return next((extent.year for extent in extents if extent.year is not None), None)


def _window(scene: Scene, found: Found, recurs: Recurs | None, feast: FeastReading | None) -> Window | None:
    dated = [extent for extent in found.extents if extent.dated]
    open_year = [extent for extent in found.extents if not extent.dated]
    year = _base_year(dated) or scene.year
    if open_year and _yearly(recurs) and dated:
        open_year = []
    if open_year and year is None:
        for extent in open_year:
            for span in extent.spans:
                days_of(span, scene, None)
        if not _yearly(recurs):
            raise YearMissingError(scene.phrase)
        open_year = []
    windows = [window_of(extent, scene, year) for extent in dated + open_year]
    if feast is not None and feast.window is not None and (feast.bounds or not found.extents):
        windows.append(feast.window)
    if not found.extents and feast is None and _yearly(recurs) and scene.year is not None:
        first = calendar_day(scene.phrase, str(scene.year), scene.year, 1, 1)
        windows.append(Window.of(first, first.replace(month=12, day=31), Precision.YEAR))
    return narrowed(windows, scene.phrase)


def _term(scene: Scene, counted: Counted) -> Term:
    point, since = counted.since, None
    if point is not None and (point.year is not None or scene.year is not None):
        since = calendar_day(
            scene.phrase, counted.event or scene.phrase, point.year or scene.year or 0, point.month, point.day
        )
    return Term(counted.amount, counted.unit, counted.direction, counted.event, since)


def _asks(scene: Scene, found: Found, reading: Reading) -> set[Question]:
    asks = _cycle_asks(reading.cycle, placed=reading.window is not None, periodic=bool(found.recurs))
    for extent in found.extents:
        asks |= _open_to_reading(extent, scene.custom)
    if Side.BY_BEFORE in found.sides:
        asks.add(Question.DEADLINE)
    if reading.pick in _WEEKS or _other_weekday(found, reading):
        asks.add(Question.DATES)
    if reading.window is None and reading.cycle is None and reading.term is None:
        asks |= {question for remark in found.remarks for question in remark.asks}
    return asks


def _open_to_reading(extent: Extent, custom: Custom) -> set[Question]:
    """Questions of spans whose days depend on who reads them; none where both customs bound the same days."""
    asks: set[Question] = set()
    for span, bound in extent.bounds:
        if span.strict is None or (custom is Custom.CUSTOMARY and bound != span.strict):
            asks |= set(span.asks)
    return asks


def _other_weekday(found: Found, reading: Reading) -> bool:
    """Whether a weekday is written that is not the day's. Raises UnknownPhraseError when it belongs to nothing."""
    if not found.weekdays or (reading.cycle is not None and reading.cycle.weekday is not None):
        return False
    window = reading.window
    if window is None or window.start is None or window.precision is not Precision.DAY:
        raise found.unknown()
    return window.start.weekday() != found.weekdays[0]


def _cycle_asks(cycle: Cycle | None, *, placed: bool, periodic: bool) -> set[Question]:
    if cycle is None:
        return set()
    asks = {Question.FIRST_HOST, Question.ORDER} if cycle.rotates else set()
    if cycle.unit is None and (periodic or not placed):
        asks.add(Question.CYCLE)
    if cycle.unit is CycleUnit.YEAR and cycle.every > 1 and cycle.first_year is None:
        asks.add(Question.FIRST_YEAR)
    several = cycle.every > 1 and cycle.unit not in (None, CycleUnit.YEAR) and not placed
    if cycle.times > 1 or several or (cycle.unit is CycleUnit.QUARTER and cycle.day and not cycle.month):
        asks.add(Question.DATES)
    return asks
