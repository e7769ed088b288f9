"""Days of a raw recurrence rule (RFC 5545 3.3.10), by dateutil, with bounds that no hostile rule can escape."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from itertools import islice

from dateutil.rrule import rrule, rrulestr

from scheduler.errors import HorizonError
from scheduler.rules import Recurrence

FREQUENCIES = frozenset({"YEARLY", "MONTHLY", "WEEKLY", "DAILY"})
PARTS = frozenset({
    "FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST", "BYDAY", "BYMONTH", "BYMONTHDAY", "BYYEARDAY", "BYWEEKNO", "BYSETPOS",
})  # fmt: skip
MOST = 10_000
"""Days that one rule may give in a file's time, and the largest COUNT."""

LARGEST = {
    "INTERVAL": 1000,
    "COUNT": MOST,
    "BYMONTH": 12,
    "BYMONTHDAY": 31,
    "BYYEARDAY": 366,
    "BYWEEKNO": 53,
    "BYSETPOS": 366,
}
POSITIVE = ("INTERVAL", "COUNT", "BYMONTH")
GREGORIAN_CYCLE = 400
LAST_START = 9949


def recurrence_days(rule: Recurrence, last: date) -> Iterator[date]:
    """Days from the rule's first day to `last`, in order, every one.

    Raises HorizonError for a rule that is malformed, recurs more often than daily, or counts beyond 10,000. How many
    days a rule may give is for whoever accepts it to say (`too_many`).

    dateutil walks on to the year 9999 when a rule never matches. Weekdays and leap years repeat every 400 years, so the
    rule is run as many whole cycles later as still fit, where at most 450 years are left to walk, and its days are
    brought back.
    """
    shift = (LAST_START - rule.first.year) // GREGORIAN_CYCLE * GREGORIAN_CYCLE
    parsed = _parse(rule, shift)
    for moment in parsed:
        day = moment.date().replace(year=moment.year - shift)
        if day > last:
            return
        yield day


def too_many(rule: Recurrence, last: date) -> bool:
    """Whether a rule gives more than 10,000 days up to `last`. Raises as `recurrence_days` does."""
    return next(islice(recurrence_days(rule, last), MOST, None), None) is not None


def _parse(rule: Recurrence, shift: int) -> rrule:
    parts = dict(part.partition("=")[::2] for part in rule.rrule.upper().split(";"))
    if set(parts) - PARTS or parts.get("FREQ") not in FREQUENCIES:
        raise _unusable(rule)
    start = datetime(rule.first.year + shift, rule.first.month, rule.first.day)  # noqa: DTZ001 - days have no zone
    try:
        _check_numbers(parts)
        until = parts.pop("UNTIL", None)
        text = ";".join(f"{name}={value}" for name, value in parts.items())
        parsed = rrulestr(text, dtstart=start)
        if not isinstance(parsed, rrule):
            raise _unusable(rule)
        if until is None:
            return parsed
        stop = datetime.strptime(until[:8], "%Y%m%d")  # noqa: DTZ007 - days have no zone
        return parsed.replace(until=stop.replace(year=stop.year + shift))
    except (ValueError, TypeError, OverflowError) as error:
        raise _unusable(rule) from error


def _unusable(rule: Recurrence) -> HorizonError:
    message = "the recurrence {rrule} cannot be used"
    fix = "write it as FREQ=MONTHLY;BYMONTHDAY=15; nothing below daily, at most 10,000 times"
    return HorizonError(message, fix, rrule=rule.rrule)


def _check_numbers(parts: dict[str, str]) -> None:
    """Raises ValueError for a number out of range (RFC 5545 3.3.10), and for what is none."""
    for name, largest in LARGEST.items():
        for number in map(int, parts[name].split(",") if name in parts else ()):
            if number == 0 or abs(number) > largest or (number < 0 and name in POSITIVE):
                raise ValueError(f"{name}={number} is out of range")
