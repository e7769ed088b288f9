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

    Of one with fixed days each of them counts, of a deadline or report its last day, of others none. Weekends that
    several sides have stand once; otherwise by first day, then in the order of the sides.
    """
    sides: dict[str, list[str]] = {}
    owner = directory.organisations.get(occurrence.owner)
    for party in dict.fromkeys((*([owner.party] if owner else []), *occurrence.partners)):
        for country in directory.countries((party,)):
            sides.setdefault(country, []).append(party)
    met: dict[tuple[OffCode, OffName], tuple[dict[date, None], dict[str, None]]] = {}
    for day in _own_days(occurrence):
        for reason in off.is_off(day, tuple(sides)):
            days, parties = met.setdefault((reason.code, reason.name), ({}, {}))
            days[day] = None
            parties.update(dict.fromkeys(sides[reason.country]))
    return tuple(
        DayOff(tuple(days), tuple(parties), code, _text(name)) for (code, name), (days, parties) in met.items()
    )


def _own_days(occurrence: Occurrence) -> list[date]:
    """The days that would be met or missed."""
    window = occurrence.window
    if window.last is None:
        return []
    if window.fixed and window.start is not None:
        return [window.start + timedelta(days=n) for n in range(min(window.length or 1, LONGEST))]
    return [window.last] if occurrence.kind in (Kind.DEADLINE, Kind.REPORT) else []


def _text(name: OffName) -> Text:
    return Text(name.vi, name.en, name.lo, name.km, name.th)
