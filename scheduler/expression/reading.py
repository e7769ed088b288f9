"""What a date or cycle phrase says, as values."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from scheduler.errors import HorizonError, ImpossibleDateError, WordedError
from scheduler.window import Window
from scheduler.workdays import DaysOff


class PhraseTooLongError(WordedError):
    """Date words longer than `limit` characters; only their beginning is kept, as `phrase`."""

    def __init__(self, phrase: str, limit: int) -> None:
        """Keep both as fields."""
        self.phrase = phrase[:60]
        self.limit = limit
        super().__init__("the date words are longer than {limit} characters", "shorten them", limit=limit)


class YearMissingError(WordedError):
    """Date words that name days of no year, read without one."""

    def __init__(self, phrase: str) -> None:
        """Keep the phrase as a field."""
        self.phrase = phrase
        super().__init__("the date words {words} name no year", "add one, as in tháng 6/2022", words=phrase)


class Custom(StrEnum):
    """How the parts of a month and of a year are read.

    `CUSTOMARY`: plan practice, a third of the month. `STRICT`: the one day that Civil Code 146.2 sets.
    """

    CUSTOMARY = "customary"
    STRICT = "strict"


class Question(StrEnum):
    """What the words leave to a person; values are those of a plan's `to_set`."""

    FIRST_YEAR = "first_year"
    ORDER = "order"
    FIRST_HOST = "first_host"
    CYCLE = "cycle"
    DATES = "dates"
    DEADLINE = "deadline"


class CycleUnit(StrEnum):
    """What a cycle is counted in."""

    YEAR = "year"
    QUARTER = "quarter"
    MONTH = "month"
    WEEK = "week"
    DAY = "day"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cycle:
    """What comes again: `times` times in every `every` units.

    `unit` None: the words say that it comes again, not how often. `month` counts from January, or within a quarter
    from its first month. `day` is a day of the month, see `on`. `weekday` counts from Monday, 0. `rotates`: hosts
    alternate (*luân phiên*). `first_year` is given where the words name the year of the first one.
    """

    unit: CycleUnit | None
    every: int = 1
    times: int = 1
    month: int | None = None
    day: int | None = None
    weekday: int | None = None
    rotates: bool = False
    first_year: int | None = None

    def on(self, year: int, month: int) -> date | None:
        """The cycle's day in a month; the 29th to 31st fall on the last day of a shorter one. None without a day."""
        if self.day is None:
            return None
        return date(year, month, min(self.day, calendar.monthrange(year, month)[1]))


class TermUnit(StrEnum):
    """What a term is counted in; weeks are read as 7 days, years as 12 months."""

    CALENDAR = "calendar"
    WORKING = "working"
    MONTH = "month"


class Direction(StrEnum):
    """Which way from the event a term is counted."""

    AFTER = "after"
    BEFORE = "before"


@dataclass(frozen=True, slots=True)
class Term:
    """An amount of time counted from an event; `event` are its words, `since` its day where they give one."""

    amount: int
    unit: TermUnit
    direction: Direction
    event: str | None = None
    since: date | None = None

    def end(self, event: date, days_off: DaysOff, countries: tuple[str, ...]) -> date:
        """The day the term ends; the day of the event is not counted (Civil Code 147).

        A term in months ends on the same day of its month, or the month's last. Counted forward, an end on a day off
        moves to the next working day (Civil Code 148.5); counted back, it moves earlier, so that nothing is late.
        Raises HorizonError when that lies outside the calendar.
        """
        if self.unit is TermUnit.WORKING:
            if self.direction is Direction.AFTER:
                return days_off.add_working_days(event, self.amount, countries)
            return days_off.subtract_working_days(event, self.amount, countries)
        day = self._counted(event)
        move = days_off.later if self.direction is Direction.AFTER else days_off.earlier
        return move(day, countries)

    def _counted(self, event: date) -> date:
        amount = self.amount if self.direction is Direction.AFTER else -self.amount
        try:
            if self.unit is TermUnit.CALENDAR:
                return event + timedelta(days=amount)
            years, month = divmod(event.month - 1 + amount, 12)
            year = event.year + years
            return date(year, month + 1, min(event.day, calendar.monthrange(year, month + 1)[1]))
        except (OverflowError, ValueError):
            message, fix = "a term of {amount} from {event} lies outside the calendar", "give a shorter term"
            raise HorizonError(message, fix, amount=self.amount, event=event) from None


@dataclass(frozen=True, slots=True)
class Commemoration:
    """The `ordinal`-th return, on `day`, of what happened on `origin`."""

    origin: date
    day: date
    ordinal: int


@dataclass(frozen=True, slots=True)
class Occasion:
    """The day or festivals something is held for (*nhân dịp*).

    `words` name it as written. `day` is its first day, None while the year or the choice is open; `festivals` are ids
    for `festival_window`.
    """

    words: str
    day: date | None = None
    festivals: tuple[str, ...] = ()


class Pick(StrEnum):
    """The part of the window, or of each turn of the cycle, that is meant.

    Which days these are takes a calendar of days off, or for a week a person's decision.
    """

    FIRST_WEEK = "first-week"
    LAST_WEEK = "last-week"
    FIRST_WORKING_DAY = "first-working-day"
    LAST_WORKING_DAY = "last-working-day"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What the words say; `words` are kept as they came.

    `window` is None where they fix no days. It has an open start where they give only an end, such as *trước ngày*,
    and an open end where they give only a start. `exclusive`: the day or span named is itself left out; where only a
    `cycle` holds it (*trước ngày 20 hằng tháng*), its day has still to be left out. `tentative`: *dự kiến*.
    `condition` are the words of *nếu*, *khi* and the like. `ongoing`: done all the time or as need arises, no entry in
    a calendar. `asks` says what a person must decide, in the order of `Question`.
    """

    words: str
    window: Window | None = None
    cycle: Cycle | None = None
    term: Term | None = None
    anniversary: Commemoration | None = None
    occasion: Occasion | None = None
    pick: Pick | None = None
    condition: str | None = None
    exclusive: bool = False
    tentative: bool = False
    ongoing: bool = False
    asks: tuple[Question, ...] = ()

    @property
    def ask(self) -> bool:
        """Whether a person must decide something."""
        return bool(self.asks)


def calendar_day(phrase: str, written: str, year: int, month: int, day: int) -> date:
    """The day, or with LAST_DAY the last of the month. Raises ImpossibleDateError when no calendar has it."""
    if not FIRST_YEAR <= year <= LAST_YEAR or not 1 <= month <= 12:
        raise ImpossibleDateError(phrase, written)
    last = calendar.monthrange(year, month)[1]
    if day != LAST_DAY and not 1 <= day <= last:
        raise ImpossibleDateError(phrase, written)
    return date(year, month, last if day == LAST_DAY else day)


LAST_DAY = -1
"""Stands for the last day of a month."""

FIRST_YEAR, LAST_YEAR = 1800, 2200
"""Years a phrase may name; anything else is a slip of the pen."""
