"""Spans into days: years filled in, bounds applied, several windows made one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from scheduler.errors import ImpossibleDateError
from scheduler.expression.dates import precision_of_days
from scheduler.expression.known import unknown
from scheduler.expression.pieces import Point, Side, Span
from scheduler.expression.reading import LAST_DAY, Custom, calendar_day
from scheduler.window import ONE_DAY, Precision, Window

_FIXED = (Precision.DAY, Precision.DAYS)
_LEAP_YEAR = 2000


@dataclass(frozen=True, slots=True)
class Scene:
    """What a phrase is read with: its words, the year for days without one, and the custom."""

    phrase: str
    year: int | None
    custom: Custom


@dataclass(frozen=True, slots=True)
class Extent:
    """A span, the range of two, or the days on one `side` of a span; then the other end is None."""

    first: Span | None
    last: Span | None
    side: Side | None = None

    @property
    def named(self) -> Span:
        """The span written, the last of two."""
        span = self.last or self.first
        if span is None:
            raise ValueError("an extent without a span")
        return span

    @property
    def spans(self) -> tuple[Span, ...]:
        """The spans written, in order."""
        return tuple(dict.fromkeys(span for span in (self.first, self.last) if span is not None))

    @property
    def bounds(self) -> tuple[tuple[Span, Point], ...]:
        """The points that bound the days, each with its span."""
        if self.first is None:
            before = self.side in (Side.BEFORE, Side.BY_BEFORE)
            return ((self.named, self.named.first if before else self.named.last),)
        if self.last is None:
            return ((self.first, self.first.last if self.side is Side.AFTER else self.first.first),)
        return (self.first, self.first.first), (self.last, self.last.last)

    @property
    def year(self) -> int | None:
        """The one year written; None for no year, and for more than one."""
        years = {point.year for span in self.spans for point in (span.first, span.last) if point.year is not None}
        return years.pop() if len(years) == 1 else None

    @property
    def dated(self) -> bool:
        """Whether a year is written."""
        return any(span.last.year is not None for span in self.spans)


def extent_of(side: Side | None, span: Span) -> Extent:
    """A span as its bound has it."""
    if side is None or side is Side.DASH:
        return Extent(span, span)
    if side in (Side.FROM, Side.AFTER):
        return Extent(span, None, side)
    return Extent(None, span, side)


def window_of(extent: Extent, scene: Scene, year: int | None) -> Window:
    """Days of an extent; `year` is for spans that name none. Raises ImpossibleDateError for days that do not exist."""
    if extent.first is None:
        first, last = days_of(extent.named, scene, year)
        stop = first if extent.side in (Side.BEFORE, Side.BY_BEFORE) else last + ONE_DAY
        return Window(None, stop, Precision.PERIOD)
    if extent.last is None:
        first, last = days_of(extent.named, scene, year)
        return Window(first if extent.side is Side.FROM else last + ONE_DAY, None, Precision.PERIOD)
    if extent.first is extent.last:
        first, last = days_of(extent.first, scene, year)
        precision = extent.first.precision
        fixed = precision in _FIXED or first == last
        return Window.of(first, last, precision_of_days(first, last) if fixed else precision)
    return _range(extent.first, extent.last, scene, year)


def _range(start: Span, end: Span, scene: Scene, year: int | None) -> Window:
    """Days from one span to the end of another; a span without a year takes that of the other."""
    first = days_of(start, scene, end.first.year or year)[0]
    last = days_of(end, scene, start.last.year or year)[1]
    if last < first and start.first.year is None and end.last.year is not None:
        first = days_of(start, scene, end.last.year - 1)[0]
    elif last < first and end.last.year is None:
        last = days_of(end, scene, first.year + 1)[1]
    if last < first:
        raise ImpossibleDateError(scene.phrase, f"{start.written} - {end.written}")
    precision = precision_of_days(first, last)
    if precision in _FIXED and not (start.precision in _FIXED and end.precision in _FIXED):
        precision = Precision.PERIOD
    return Window.of(first, last, precision)


def days_of(span: Span, scene: Scene, year: int | None) -> tuple[date, date]:
    """First and last day of a span. Raises ImpossibleDateError.

    A span that names no year lies in `year`; without that, in one that has a 29 February.
    """
    written, near = span.written or scene.phrase, _LEAP_YEAR if year is None else year
    if scene.custom is Custom.STRICT and span.strict is not None:
        day = day_of(span.strict, scene, near, written)
        return day, day
    first, last = day_of(span.first, scene, near, written), day_of(span.last, scene, near, written)
    if last < first and span.last.year is None:
        last = day_of(span.last, scene, near + 1, written)
    if last < first:
        raise ImpossibleDateError(scene.phrase, written)
    return first, last


def day_of(point: Point, scene: Scene, year: int, written: str) -> date:
    """The day of a point, in `year` where it names none. Raises ImpossibleDateError.

    A 29 February without a year of its own is the 28th in a common year, as anniversaries keep it.
    """
    if point.year is None and (point.month, point.day) == (2, 29):
        return calendar_day(scene.phrase, written, year, 2, LAST_DAY)
    own = year if point.year is None else point.year
    return calendar_day(scene.phrase, written, own, point.month, point.day)


def narrowed(windows: list[Window], phrase: str) -> Window | None:
    """One window that all of them mean: the one inside the others, or what open ones leave of each other.

    None for none. Raises UnknownPhraseError when they are different days.
    """
    if not windows:
        return None
    merged = windows[0]
    for window in windows[1:]:
        merged = _both(merged, window, phrase)
    return merged


def _both(one: Window, other: Window, phrase: str) -> Window:
    start = max((d for d in (one.start, other.start) if d is not None), default=None)
    stop = min((d for d in (one.stop, other.stop) if d is not None), default=None)
    for window in (one, other):
        if (window.start, window.stop) == (start, stop):
            return window
    if one.length is not None and other.length is not None:
        raise unknown(phrase)
    if start is not None and stop is not None and stop <= start:
        raise ImpossibleDateError(phrase, phrase)
    return Window(start, stop, Precision.PERIOD)
