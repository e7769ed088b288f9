"""Working days by country: Saturdays and Sundays, public holidays, days swapped by decision.

Holidays come from the `holidays` library, which already moves a Vietnamese holiday that falls on a weekend to the next
working day (Labour Code 111.3); an editable list of overrides wins over it. A day is off for several countries when
it is off in any of them. With no country at all, every day is a working day.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from types import MappingProxyType

import holidays

from scheduler import holidaynames
from scheduler.errors import HorizonError, WordedError
from scheduler.window import ONE_DAY

FIRST_YEAR, LAST_YEAR = 1950, 2100
"""Outside these years only weekends and overrides are days off."""

_LANGUAGES = {"VN": "vi", "LA": "lo", "KH": "km", "TH": "th", "CN": "zh_CN"}
COUNTRIES = tuple(_LANGUAGES)
"""Countries whose holidays are known, ISO 3166-1 alpha-2."""


class OffCode(StrEnum):
    """Why a day is off."""

    WEEKEND = "weekend"
    HOLIDAY = "holiday"


@dataclass(frozen=True, slots=True)
class OffName:
    """What a day off is called; Vietnamese is always there, English stands in where no translation is known."""

    vi: str
    en: str | None = None
    lo: str | None = None
    km: str | None = None
    th: str | None = None


@dataclass(frozen=True, slots=True)
class OffReason:
    """One reason why a day is off in a country. Holidays that share a day share a reason, names joined by `; `."""

    country: str
    code: OffCode
    name: OffName


@dataclass(frozen=True, slots=True)
class CountryOverrides:
    """What people know better than the library, for one country.

    `off`: further days off, or another name for one. `work`: days worked, Saturdays and Sundays too (the other half
    of a swap). `not_off`: holidays of the library that are none; a weekend stays one. Raises ValueError when a day is
    in two of them.
    """

    off: Mapping[date, OffName] = field(default_factory=lambda: MappingProxyType({}))
    work: frozenset[date] = frozenset()
    not_off: frozenset[date] = frozenset()

    def __post_init__(self) -> None:
        """Refuse a day that is said to be two things."""
        twice = (self.off.keys() & (self.work | self.not_off)) | (self.work & self.not_off)
        if twice:
            raise ValueError(f"{min(twice)} stands in two of off, work and not_off; keep one")


@dataclass(frozen=True, slots=True)
class Overrides:
    """Overrides by country code."""

    countries: Mapping[str, CountryOverrides] = field(default_factory=lambda: MappingProxyType({}))

    def __post_init__(self) -> None:
        """Refuse a country whose days off are not known."""
        for country in self.countries:
            _check(country)


@dataclass(frozen=True, slots=True)
class _Year:
    """One country's holidays and swapped working days in one year."""

    off: Mapping[date, OffName]
    worked: frozenset[date]


@dataclass(frozen=True, slots=True)
class DaysOff:
    """Which days are off, and the working day before, after or a number of working days away.

    A year is looked up when first asked for and then kept. Functions raise WordedError for a country not in
    `COUNTRIES`, and HorizonError when the answer lies outside the calendar of `datetime.date`.
    """

    overrides: Overrides = field(default_factory=Overrides)
    _years: dict[tuple[str, int], _Year] = field(default_factory=dict, init=False, repr=False, compare=False)

    def is_off(self, day: date, countries: tuple[str, ...]) -> tuple[OffReason, ...]:
        """Why `day` is off: by country in the order given, weekend before holiday; empty on a working day."""
        reasons = []
        for country in countries:
            year = self._year(country, day.year)
            if day.weekday() in _WEEKEND and day not in year.worked:
                reasons.append(OffReason(country, OffCode.WEEKEND, _WEEKEND[day.weekday()]))
            if day in year.off:
                reasons.append(OffReason(country, OffCode.HOLIDAY, year.off[day]))
        return tuple(reasons)

    def works(self, day: date, countries: tuple[str, ...]) -> bool:
        """Whether `day` is a working day in all of `countries`."""
        for country in countries:
            year = self._year(country, day.year)
            if day in year.off or (day.weekday() in _WEEKEND and day not in year.worked):
                return False
        return True

    def earlier(self, day: date, countries: tuple[str, ...]) -> date:
        """The nearest working day at or before `day`, for what must be done in time."""
        while not self.works(day, countries):
            day = _step(day, -1)
        return day

    def later(self, day: date, countries: tuple[str, ...]) -> date:
        """The nearest working day at or after `day`: where a term ends that ends on a day off (Civil Code 148.5)."""
        while not self.works(day, countries):
            day = _step(day, 1)
        return day

    def add_working_days(self, day: date, count: int, countries: tuple[str, ...]) -> date:
        """The `count`-th working day after `day`, which is itself not counted (Civil Code 147).

        A count of 0 is `later(day)`. Raises ValueError for a negative count.
        """
        return self._walk(day, count, 1, countries) if count else self.later(day, countries)

    def subtract_working_days(self, day: date, count: int, countries: tuple[str, ...]) -> date:
        """The `count`-th working day before `day`, which is itself not counted.

        A count of 0 is `earlier(day)`. Raises ValueError for a negative count.
        """
        return self._walk(day, count, -1, countries) if count else self.earlier(day, countries)

    def _walk(self, day: date, count: int, direction: int, countries: tuple[str, ...]) -> date:
        if count < 0:
            raise ValueError(f"cannot count {count} working days; use the opposite function")
        while count:
            day = _step(day, direction)
            count -= self.works(day, countries)
        return day

    def _year(self, country: str, number: int) -> _Year:
        known = self._years.get((country, number))
        if known is None:
            _check(country)
            known = self._years[country, number] = _load(country, number, self.overrides)
        return known


def _load(country: str, number: int, overrides: Overrides) -> _Year:
    off, worked = _from_library(country, number) if FIRST_YEAR <= number <= LAST_YEAR else ({}, frozenset())
    mine = overrides.countries.get(country, CountryOverrides())
    for day in mine.work | mine.not_off:
        off.pop(day, None)
    added = {day: name for day, name in mine.off.items() if day.year == number}
    swapped = {day for day in mine.work if day.year == number}
    return _Year(MappingProxyType(off | added), (worked | swapped) - added.keys())


def _from_library(country: str, number: int) -> tuple[dict[date, OffName], frozenset[date]]:
    language = _LANGUAGES[country]
    own = holidays.country_holidays(country, years=number, language=language)
    english = holidays.country_holidays(country, years=number, language="en_US")
    off = {}
    for day, en in english.items():
        names = {other: _said(english.get_list(day), other) for other in holidaynames.LANGUAGES} | {language: own[day]}
        off[day] = OffName(names["vi"] or en, en, names["lo"], names["km"], names.get("th"))
    return off, frozenset(day for day in english.weekend_workdays if day.year == number and day not in off)


def _said(names: list[str], language: str) -> str | None:
    """The holidays of one day in `language`, by their English names; None where one of them is not known in it."""
    said = [_translated(name, language) for name in names]
    return None if None in said else "; ".join(filter(None, said))


def _translated(name: str, language: str) -> str | None:
    if swapped := _SWAPPED.fullmatch(name):
        return holidaynames.SWAPPED[language].format(day=f"{swapped[2]}/{swapped[1]}/{swapped[3]}")
    plain, lieu = re.subn(r" \((?:in lieu|observed)\)$", "", name)
    known = holidaynames.name_of(plain, language)
    return holidaynames.MADE_GOOD[language].format(name=known) if known and lieu else known


def _check(country: str) -> None:
    if country not in _LANGUAGES:
        message, fix = "the days off of the country {country} are not known", "use one of {known}"
        raise WordedError(message, fix, country=country, known=", ".join(COUNTRIES))


def _step(day: date, direction: int) -> date:
    try:
        return day + direction * ONE_DAY
    except OverflowError:
        message, fix = "there is no working day beyond {day}", "count from a day nearer to today"
        raise HorizonError(message, fix, day=day) from None


_SWAPPED = re.compile(r"Day off \(substituted from (\d\d)/(\d\d)/(\d{4})\)")
_WEEKEND = {
    5: OffName(vi="Thứ Bảy", en="Saturday", lo="ວັນເສົາ", km="ថ្ងៃសៅរ៍", th="วันเสาร์"),
    6: OffName(vi="Chủ nhật", en="Sunday", lo="ວັນອາທິດ", km="ថ្ងៃអាទិត្យ", th="วันอาทิตย์"),
}
