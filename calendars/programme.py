"""The programme of a year: which month each duty belongs under, and the days of a month. Ids, not yet words."""

from __future__ import annotations

from calendar import MONDAY, Calendar
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from calendars.desk import Upcoming
from calendars.turnboard import home_of
from calendars.wording import DUTIES
from calendars.yearquery import YearQuestion
from scheduler.diary import NOT_TO_COME
from scheduler.occurrence import Occurrence, Selection
from scheduler.plan import Directory, Kind
from scheduler.window import ONE_DAY
from scheduler.workdays import COUNTRIES, DaysOff, OffCode, OffReason

KINDS = tuple(kind for kind in Kind if kind is not Kind.ONGOING)
"""What stands in a programme unless asked otherwise."""

WHOLE_YEAR = 365


class Part(StrEnum):
    """What has no month of its own stands after the months, in this order."""

    OPEN = "open"
    """To take place, with no day chosen yet and more than one month to choose from."""
    THROUGHOUT = "throughout"
    """To be done all year long, or by a day after it."""
    DROPPED = "dropped"
    """Skipped or cancelled."""


Place = int | Part
"""A month, 1 to 12, or what follows the months."""


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the calendar: why it is off, by country, and what stands on it."""

    day: date
    off: tuple[OffReason, ...]
    found: tuple[Upcoming, ...]


@dataclass(frozen=True, slots=True)
class Month:
    """Weeks from Monday to Sunday, None for days of other months; `undated` belongs to the month, yet to no day."""

    weeks: tuple[tuple[Day | None, ...], ...]
    undated: tuple[Upcoming, ...]


def selection(asked: YearQuestion) -> Selection:
    """What to look for: all of the year, whoever's it is."""
    kinds = asked.filters.kinds or KINDS
    return Selection(date(asked.year, 1, 1), date(asked.year, 12, 31), kinds=kinds)


def selection_of_month(asked: YearQuestion) -> Selection:
    """Only what touches the month asked for, where the year holds too much."""
    first = date(asked.year, asked.month or 1, 1)
    last = date(asked.year + first.month // 12, first.month % 12 + 1, 1) - ONE_DAY
    return Selection(first, last, kinds=asked.filters.kinds or KINDS)


def wanted(found: Iterable[Upcoming], asked: YearQuestion, directory: Directory) -> tuple[Upcoming, ...]:
    """Those of the homes and partners asked for; what another meeting fulfils is left out."""
    homes, partners = asked.filters.homes, asked.filters.partners
    return tuple(
        upcoming
        for upcoming in found
        if upcoming.record.occurrence.joint is None
        and (not homes or home_of(upcoming.record.occurrence, directory) in homes)
        and (not partners or not set(partners).isdisjoint(upcoming.record.occurrence.partners))
    )


def place_of(occurrence: Occurrence, year: int) -> Place:
    """Where it stands in the programme of a year it touches.

    What has days stands under the month of its first day in the year. A duty with a last day stands under that, unless
    it takes the whole year. A window within one month stands under it; a wider one has no month yet.
    """
    if occurrence.status in NOT_TO_COME:
        return Part.DROPPED
    window = occurrence.window
    first, last, duty = window.start, window.last, occurrence.kind in DUTIES
    if first is None or last is None or occurrence.undated:
        return Part.OPEN
    if window.fixed:
        return first.month if first.year == year else 1
    if (first.year, first.month) == (last.year, last.month):
        return first.month
    if not duty:
        return Part.OPEN
    whole = window.length is not None and window.length >= WHOLE_YEAR
    return Part.THROUGHOUT if whole or last.year != year else last.month


def programme(found: Iterable[Upcoming], year: int) -> Mapping[Place, tuple[Upcoming, ...]]:
    """Everything of a year by its place, months first, each place in the order of its days; empty places left out."""
    places: dict[Place, list[Upcoming]] = {place: [] for place in (*range(1, 13), *Part)}
    for upcoming in found:
        places[place_of(upcoming.record.occurrence, year)].append(upcoming)
    return {place: tuple(sorted(there, key=_by_day)) for place, there in places.items() if there}


def month_of(found: Sequence[Upcoming], year: int, month: int, off: DaysOff, countries: tuple[str, ...]) -> Month:
    """A month as a calendar: fixed days on their days, a duty on its last day, holidays of `countries` named."""
    shown = [one for one in found if one.record.occurrence.status not in NOT_TO_COME]
    on_days: dict[date, list[Upcoming]] = {}
    undated: list[Upcoming] = []
    for upcoming in sorted(shown, key=_by_day):
        days = _days(upcoming.record.occurrence)
        for day in days:
            on_days.setdefault(day, []).append(upcoming)
        if not days and place_of(upcoming.record.occurrence, year) == month:
            undated.append(upcoming)
    weeks = Calendar(MONDAY).monthdatescalendar(year, month)
    cells = [
        tuple(
            Day(day, _holidays(day, off, countries), tuple(on_days.get(day, ()))) if day.month == month else None
            for day in week
        )
        for week in weeks
    ]
    return Month(tuple(cells), tuple(undated))


def countries_of(found: Iterable[Upcoming], directory: Directory) -> tuple[str, ...]:
    """The countries of all who take part, those at home first, as far as their days off are known."""
    occurrences = [upcoming.record.occurrence for upcoming in found]
    homes = [home_of(occurrence, directory) for occurrence in occurrences]
    partners = [party for occurrence in occurrences for party in occurrence.partners]
    return tuple(country for country in directory.countries((*homes, *partners)) if country in COUNTRIES)


def _days(occurrence: Occurrence) -> tuple[date, ...]:
    """The days of the calendar it stands on; none while they are not fixed, a duty's last day apart."""
    window = occurrence.window
    if window.last is None or occurrence.undated:
        return ()
    if window.fixed and window.start is not None and occurrence.kind not in DUTIES:
        return tuple(window.start + timedelta(days=n) for n in range((window.last + ONE_DAY - window.start).days))
    whole = window.length is None or window.length >= WHOLE_YEAR
    return (window.last,) if occurrence.kind in DUTIES and not whole else ()


def _holidays(day: date, off: DaysOff, countries: tuple[str, ...]) -> tuple[OffReason, ...]:
    return tuple(reason for reason in off.is_off(day, countries) if reason.code is OffCode.HOLIDAY)


def _by_day(upcoming: Upcoming) -> tuple[date, date, str]:
    window = upcoming.record.occurrence.window
    fixed = window.start if window.fixed else window.last
    return fixed or date.max, window.last or date.max, upcoming.record.occurrence.key
