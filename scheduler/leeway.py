"""How far from the days of a plan what is decided may lie; slips of the pen lie beyond. Pure."""

from __future__ import annotations

from datetime import date, timedelta

from scheduler.amendment import Decision
from scheduler.errors import DecisionError
from scheduler.expression import read
from scheduler.filling import parts_of
from scheduler.plan import Gap, Obligation, Plan
from scheduler.rules import Once, Periodic

FIRST_YEAR, LAST_YEAR = 1900, 2150

EARLIEST = timedelta(days=366)
LATEST = timedelta(days=5 * 366)
"""How far decided days may lie from the days the text gives."""

YEARS_BEFORE, YEARS_AFTER = 1, 5
"""How far years that are set may lie from them."""

YEARS_OF_TURNS = 50
"""How long before a plan its turns may have begun, and how far back one looks where a plan has no day at all."""

_OPENS, _CLOSES = date(FIRST_YEAR, 1, 1), date(LAST_YEAR, 12, 31)


def check_set(filled: Obligation, plan: Plan, decision: Decision, today: date | None) -> None:
    """Judge the days or the year of a decision by which `filled` is as it is. Raises DecisionError with both bounds.

    Days, and the first year of reports: from a year before the plan's first day to five years after its last one. The
    first year of turns, or of a yearly duty, may lie up to 50 years before.
    """
    opens, closes = _days_of(plan, today)
    years = (opens.year - YEARS_BEFORE, closes.year + YEARS_AFTER)
    rule, value = filled.rule, decision.value or ""
    match decision.gap:
        case Gap.DATES | Gap.DEADLINE if isinstance(rule, Once):
            window = read(rule.when).window
            first, last = (window.start, window.last) if window else (None, None)
            _check_days(value, (first or last, last), (opens - EARLIEST, closes + LATEST))
        case Gap.CYCLE if isinstance(rule, Periodic) and rule.first_year is not None:
            _check_year(rule.first_year, years)
        case Gap.FIRST_YEAR:
            _check_year(int(parts_of(value)[0]), (opens.year - YEARS_OF_TURNS, years[1]))
        case _:
            return


def _days_of(plan: Plan, today: date | None) -> tuple[date, date]:
    """First and last day of a plan; where its text leaves them open, of its document to now.

    `today` None: what depends on the day was judged before.
    """
    period, written = plan.period, plan.document.date
    first = (period.start if period else None) or written
    last = period.last if period else None
    now = _OPENS if today is None else date(max(FIRST_YEAR, today.year - YEARS_OF_TURNS), 1, 1)
    opens = first or (min(now, last) if last else now)
    closes = last or (_CLOSES if today is None else max(today, opens))
    return max(opens, _OPENS + EARLIEST), min(closes, _CLOSES - LATEST)


def _check_days(words: str, days: tuple[date | None, date | None], bounds: tuple[date, date]) -> None:
    (first, last), (earliest, latest) = days, bounds
    if (first and first < earliest) or (last and last > latest):
        message = "{value} is too far from the plan, which lets days from {first} to {last} be set"
        raise DecisionError(message, "correct the days", value=words, first=earliest, last=latest)


def _check_year(year: int, bounds: tuple[int, int]) -> None:
    first, last = bounds
    if not first <= year <= last:
        message = "{value} is too far from the plan, which lets years from {first} to {last} be set"
        raise DecisionError(message, "correct the year", value=year, first=first, last=last)
