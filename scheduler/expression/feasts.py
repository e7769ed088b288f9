"""Occasions into days: which anniversary it is, and the days suggested for an event held for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from scheduler.errors import ImpossibleDateError
from scheduler.expression.days import Scene, day_of
from scheduler.expression.pieces import Feast, Point, Side
from scheduler.expression.reading import (
    FIRST_YEAR,
    LAST_YEAR,
    Commemoration,
    Occasion,
    Question,
    YearMissingError,
)
from scheduler.window import ONE_DAY, Precision, Window

DAYS_BEFORE = timedelta(days=10)
"""How long before its occasion an event is suggested."""


@dataclass(frozen=True, slots=True)
class FeastReading:
    """An occasion read. `bounds`: its window is meant as such, not only suggested."""

    occasion: Occasion
    window: Window | None = None
    anniversary: Commemoration | None = None
    bounds: bool = False
    asks: tuple[Question, ...] = ()


def feast_of(feast: Feast, scene: Scene, year: int | None, *, alone: bool) -> FeastReading:
    """Read an occasion; `year` is for one that names none.

    `alone`: the phrase names no other days and no cycle, so that a missing year raises YearMissingError.
    """
    festivals = feast.festivals or ((feast.festival.id,) if feast.festival else ())
    named = feast.day is not None or feast.festival is not None
    own = _year_of(feast, year)
    if own is None and named and alone:
        raise YearMissingError(scene.phrase)
    if own is None or not named:
        return FeastReading(Occasion(feast.words, None, festivals), asks=(Question.DATES,) if alone else ())
    first, last = _days(feast, scene, own)
    anniversary, sure = _anniversary(feast, scene, first, year)
    asks = (Question.DATES,) if not sure or (alone and (feast.near or _movable(feast))) else ()
    occasion = Occasion(feast.words, first, festivals)
    return FeastReading(occasion, _window(feast, first, last), anniversary, feast.side is not None, asks)


def _movable(feast: Feast) -> bool:
    return feast.day is None and feast.festival is not None and feast.festival.movable


def _year_of(feast: Feast, year: int | None) -> int | None:
    """The year meant. A single day written with a number of years is the origin or the anniversary."""
    written = feast.day.year if feast.day else None
    beside = feast.year or year
    if feast.origin is not None or not feast.ordinal:
        return written or beside
    start = feast.festival.origin if feast.festival else None
    if written is None:
        return feast.year or (start + feast.ordinal if start else year)
    is_origin = written == start or written + feast.ordinal == beside or written < OLDEST_PLAN
    return written + feast.ordinal if is_origin and written != beside else written


OLDEST_PLAN = 2000
"""A day before this year is not one to come."""


def _days(feast: Feast, scene: Scene, year: int) -> tuple[date, date]:
    if feast.day is not None:
        point = feast.day if feast.day.year == year else Point(None, feast.day.month, feast.day.day)
        day = day_of(point, scene, year, feast.words)
        return day, day
    if feast.festival is None or not FIRST_YEAR <= year < LAST_YEAR:
        raise ImpossibleDateError(scene.phrase, str(year))
    window = feast.festival.window(year)
    first = feast.festival.first_day(year)
    return first, window.last or first


def _anniversary(feast: Feast, scene: Scene, day: date, year: int | None) -> tuple[Commemoration | None, bool]:
    """The anniversary on `day`, and whether all that is written of it agrees."""
    if feast.origin is not None:
        origin = day_of(feast.origin, scene, day.year, feast.words)
        agrees = (origin.month, origin.day) == (day.month, day.day)
        ordinal = feast.ordinal or day.year - origin.year
    elif not feast.ordinal:
        return None, True
    elif feast.festival is not None and feast.festival.origin is not None and feast.festival.falls_on(day):
        origin, agrees, ordinal = feast.festival.first_day(feast.festival.origin), True, feast.ordinal
    else:
        point = Point(None, day.month, day.day)
        origin = day_of(point, scene, day.year - feast.ordinal, feast.words)
        agrees = feast.day is None or feast.day.year is None or day.year == (feast.year or year)
        ordinal = feast.ordinal
    count = day.year - origin.year
    if count <= 0:
        raise ImpossibleDateError(scene.phrase, feast.words)
    return Commemoration(origin, day, count), agrees and ordinal == count


def _window(feast: Feast, first: date, last: date) -> Window:
    if feast.side in (Side.BEFORE, Side.BY_BEFORE):
        return Window(None, first, Precision.PERIOD)
    if feast.side in (Side.AFTER, Side.FROM):
        return Window(last + ONE_DAY if feast.side is Side.AFTER else first, None, Precision.PERIOD)
    if feast.side in (Side.BY, Side.TO):
        return Window(None, last + ONE_DAY, Precision.PERIOD)
    if feast.near:
        return Window.of(first - DAYS_BEFORE, first, Precision.PERIOD)
    return Window.of(first, last, Precision.DAY if first == last else Precision.DAYS)
