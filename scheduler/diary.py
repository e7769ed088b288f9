"""What organisations and parties have to do on their days, kept so compactly that those of a whole country fit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import MINYEAR, date

from scheduler.occurrence import Occurrence, Status, key_of
from scheduler.plan import MEETINGS, Kind, Text

GATHERINGS = (*MEETINGS, Kind.EVENT, Kind.ANNIVERSARY)
"""Kinds for which people must be somewhere on the day."""

NOT_TO_COME = (Status.SKIPPED, Status.CANCELLED)

_Entry = tuple[date, date, str, str | None, str, bool, Text]
"""First and last day, obligation, leg, cycle, whether it is an anniversary, title. Days are shared, keys made again."""


@dataclass(frozen=True, slots=True)
class Clash:
    """Two gatherings on the same days, by their keys and titles."""

    organisation: str
    first: date
    last: date
    keys: tuple[str, str]
    titles: tuple[Text, Text]


@dataclass(frozen=True, slots=True)
class Diaries:
    """Gatherings on fixed days, by organisation."""

    _entries: dict[str, list[_Entry]] = field(default_factory=dict)
    _days: dict[date, date] = field(default_factory=dict)

    def note(self, occurrence: Occurrence) -> None:
        """Put it into the diaries of those who lead and coordinate, if it is a gathering on fixed days."""
        first, last = occurrence.window.start, occurrence.window.last
        if occurrence.kind not in GATHERINGS or not occurrence.window.fixed or first is None or last is None:
            return
        days = self._days.setdefault(first, first), self._days.setdefault(last, last)
        slot = occurrence.obligation, occurrence.leg, occurrence.cycle
        entry = *days, *slot, occurrence.kind is Kind.ANNIVERSARY, occurrence.title
        for organisation in dict.fromkeys((*occurrence.leads, *occurrence.coordinating)):
            self._entries.setdefault(organisation, []).append(entry)

    def clashes(self) -> Iterator[Clash]:
        """Two gatherings of one organisation on the same days, of which not both are anniversaries; by organisation."""
        for organisation in sorted(self._entries):
            entries = self._entries[organisation]
            if all(entry[5] for entry in entries):
                continue
            ordered = sorted(
                ((key_of(*entry[2:5]), entry) for entry in entries), key=lambda pair: (pair[1][0], pair[0])
            )
            for index, (key, one) in enumerate(ordered):
                for other_key, other in ordered[index + 1 :]:
                    if other[0] > one[1]:
                        break
                    if not (one[5] and other[5]):
                        both = other[0], min(one[1], other[1])
                        yield Clash(organisation, *both, (key, other_key), (one[6], other[6]))


@dataclass(frozen=True, slots=True)
class Load:
    """Meetings of a home party in a year; some have no host yet, some take place elsewhere."""

    party: str
    year: int
    count: int
    hosting: int
    travelling: int


@dataclass(frozen=True, slots=True)
class Loads:
    """What each home party has to do in each year from `since` on.

    Meetings over before, fulfilled by another, cancelled or skipped do not count, nor those whose year is not known.
    """

    since: int
    _years: dict[tuple[str, int], tuple[int, int, int]] = field(default_factory=dict)

    def note(self, occurrence: Occurrence, home: str) -> None:
        """Count a meeting of a plan of this home party."""
        first, last = occurrence.window.start, occurrence.window.last
        if occurrence.kind not in MEETINGS or occurrence.joint is not None or occurrence.status in NOT_TO_COME:
            return
        if first is None or last is None or last.year < self.since:
            return
        if first.year == last.year or occurrence.window.fixed:
            count, hosting, travelling = self._years.get((home, first.year), (0, 0, 0))
            here = hosting + (occurrence.host == home), travelling + (home in occurrence.travels)
            self._years[home, first.year] = count + 1, *here

    def all(self) -> Iterator[Load]:
        """By party and year."""
        for (party, year), counts in sorted(self._years.items()):
            yield Load(party, year, *counts)


def loads(occurrences: Iterable[Occurrence], homes: Mapping[str, str], since: int = MINYEAR) -> Iterator[Load]:
    """What each home party has to do in each year, by party and year; `homes`: home party of each plan."""
    found = Loads(since)
    for occurrence in occurrences:
        found.note(occurrence, homes[occurrence.plan])
    return found.all()
