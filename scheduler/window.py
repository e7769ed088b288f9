"""A span of days: half-open inside, inclusive for people; the one place where the two are converted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

ONE_DAY = timedelta(days=1)


class Precision(StrEnum):
    """How closely the words fix the days.

    `DAY` and `DAYS` are fixed; every other value is a span within which days are still to be chosen.
    """

    DAY = "day"
    DAYS = "days"
    TEN_DAYS = "ten-days"
    MONTH = "month"
    QUARTER = "quarter"
    HALF = "half"
    YEAR = "year"
    PERIOD = "period"


FIXED = (Precision.DAY, Precision.DAYS)


@dataclass(frozen=True, slots=True)
class Window:
    """The half-open span `[start, stop)`; a bound that is None is open.

    `stop` is the day after the last day (RFC 5545 DTEND of a VALUE=DATE event). Raises ValueError when empty.
    """

    start: date | None
    stop: date | None
    precision: Precision

    def __post_init__(self) -> None:
        """Refuse an empty or reversed span."""
        if self.start is not None and self.stop is not None and self.stop <= self.start:
            raise ValueError(f"the window ends on {self.stop - ONE_DAY} before it starts on {self.start}")

    @classmethod
    def of(cls, first: date | None, last: date | None, precision: Precision) -> Window:
        """Make a window from the inclusive first and last day people write."""
        return cls(first, None if last is None else last + ONE_DAY, precision)

    @classmethod
    def day(cls, day: date) -> Window:
        """One day."""
        return cls(day, day + ONE_DAY, Precision.DAY)

    @property
    def last(self) -> date | None:
        """The inclusive last day, or None when open."""
        return None if self.stop is None else self.stop - ONE_DAY

    @property
    def length(self) -> int | None:
        """Number of days, or None when a bound is open."""
        if self.start is None or self.stop is None:
            return None
        return (self.stop - self.start).days

    @property
    def fixed(self) -> bool:
        """Whether the days themselves are known."""
        return self.precision in FIXED

    def overlaps(self, first: date | None, last: date | None) -> bool:
        """Whether any day of the window lies in the inclusive span `first`..`last`; None is open."""
        starts_in_time = self.start is None or last is None or self.start <= last
        return starts_in_time and (self.stop is None or first is None or self.stop > first)

    def holds(self, day: date) -> bool:
        """Whether `day` lies in the window."""
        return self.overlaps(day, day)
