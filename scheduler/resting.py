"""Whose days off an occurrence falls on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from scheduler.occurrence import Occurrence
from scheduler.plan import Directory, Kind, Text
from scheduler.workdays import DaysOff, OffCode, OffName

LONGEST = 31
"""Days of a longer meeting that are looked at."""


@dataclass(frozen=True, slots=True)
class DayOff:
    """Days of an occurrence that are off for `parties`, for one reason."""

    days: tuple[date, ...]
    parties: tuple[str, ...]
    code: OffCode
    name: Text


def days_off_met(occurrence: Occurrence, directory: Directory, off: DaysOff) -> tuple[DayOff, ...]:
    """The days off an occurrence falls on, on any side that takes part: the owner's and the partners'.

    Of one with fixed days each of them counts, of a deadline or report its last day, of others none, nor of one without
    a day of its own. In order of the first day; days that are off for the same parties for one reason stand together.
    """
    days = _own_days(occurrence)
    sides = _sides(occurrence, directory) if days else {}
    met: dict[tuple[OffCode, OffName, tuple[str, ...]], list[date]] = {}
    for day in days:
        whose: dict[tuple[OffCode, OffName], tuple[str, ...]] = {}
        for reason in off.is_off(day, tuple(sides)):
            named = reason.code, reason.name
            whose[named] = (*whose.get(named, ()), *sides[reason.country])
        for (code, name), parties in whose.items():
            met.setdefault((code, name, parties), []).append(day)
    return tuple(DayOff(tuple(off_days), parties, code, _text(name)) for (code, name, parties), off_days in met.items())


def _sides(occurrence: Occurrence, directory: Directory) -> dict[str, tuple[str, ...]]:
    """The parties that take part by country, the owner's first."""
    owner = directory.organisations.get(occurrence.owner)
    sides: dict[str, tuple[str, ...]] = {}
    for party in dict.fromkeys((*([owner.party] if owner else []), *occurrence.partners)):
        for country in directory.countries((party,)):
            sides[country] = (*sides.get(country, ()), party)
    return sides


def _own_days(occurrence: Occurrence) -> list[date]:
    """The days that would be met or missed."""
    window = occurrence.window
    if window.last is None or occurrence.undated:
        return []
    if window.fixed and window.start is not None:
        return [window.start + timedelta(days=n) for n in range(min(window.length or 1, LONGEST))]
    return [window.last] if occurrence.kind in (Kind.DEADLINE, Kind.REPORT) else []


def _text(name: OffName) -> Text:
    return Text(name.vi, name.en, name.lo, name.km, name.th)
