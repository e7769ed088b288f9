"""The texts in force, read together: what every occurrence is expanded from."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache
from types import MappingProxyType

from config.holidayfile import days_off
from config.planfile import Library, SourceFile, load
from scheduler import history
from scheduler.amendment import Amendment, decision_content
from scheduler.decided import Decided, decided
from scheduler.errors import Problem
from scheduler.expand import expand
from scheduler.filling import filled
from scheduler.history import Line
from scheduler.joining import joined
from scheduler.occurrence import Occurrence
from scheduler.plan import Directory, Rest
from scheduler.rules import AnniversaryOf, Periodic, Recurrence, Relative, Renewal, Rotation, Yearly
from scheduler.series import Segment, Series, anchors_of, series_of
from scheduler.slots import Ground
from scheduler.store import canonical
from scheduler.succession import lineage
from scheduler.workdays import DaysOff

EXPANSION = "3"
"""Raised when the same texts give other rows than before, so that every obligation is looked at again."""

BOUND_BY_HORIZON = (Rotation, Yearly, AnniversaryOf, Recurrence, Periodic, Renewal)
"""Rules that give one more occurrence as time goes on."""


@dataclass(frozen=True, slots=True)
class World:
    """Plans, directory and days off in force, and the last day that rows are kept for.

    `contents` and `headers` are where what the texts say of obligations and plans is kept once it was written down;
    they change nothing that is computed.
    """

    library: Library
    days_off: DaysOff
    holidays_digest: str
    problems: tuple[Problem, ...]
    series: Mapping[str, Series]
    horizon: date
    amendments: Mapping[str, tuple[Amendment, ...]] = field(default_factory=dict)
    contents: dict[str, tuple[str, ...]] = field(default_factory=dict, compare=False)
    headers: dict[str, str] = field(default_factory=dict, compare=False)

    @property
    def directory(self) -> Directory:
        """Who is who."""
        return self.library.directory

    def decided(self, ident: str) -> Decided:
        """What was decided about an obligation and not taken back.

        Where the occurrence that carries a joint meeting has gone, those that followed it stand by themselves.
        """
        found = decided(self.amendments.get(ident, ()))
        return found.parted(self._gone(found))

    def _gone(self, found: Decided) -> tuple[str, ...]:
        """Keys that carry joint meetings to come, which no text gives any more."""
        return tuple(key for key in sorted(found.carriers) if self._one(key) is None)

    def _one(self, key: str) -> Occurrence | None:
        """The occurrence of a key, before any is joined to another; None when no text gives it."""
        ident = key.partition(".")[0]
        if ident not in self.series:
            return None
        return next((found for found in self._alone(ident, {}) if found.key == key), None)

    def _alone(self, ident: str, cache: dict[str, tuple[Occurrence, ...]]) -> tuple[Occurrence, ...]:
        """All occurrences of an obligation, each by itself."""
        if ident not in cache:
            series = self.filled(ident)
            anchors = {anchor: self._alone(anchor, cache) for anchor in anchors_of(series)}
            cache[ident] = expand(series, self._ground, anchors, decided(self.amendments.get(ident, ())))
        return cache[ident]

    @property
    def _ground(self) -> Ground:
        off = self.days_off
        return Ground(self.directory, off.subtract_working_days, off.add_working_days, self.horizon)

    def filled(self, ident: str) -> Series:
        """An obligation's series with what decisions set."""
        return filled(self.series[ident], decided(self.amendments.get(ident, ())).settings)

    def _contents(self, ident: str, series: Series) -> tuple[str, ...]:
        """What a series says, as text; kept with the texts while nothing is set."""
        if series is not self.series[ident]:
            return tuple(_content(segment, self.directory, self.headers) for segment in series)
        if ident not in self.contents:
            self.contents[ident] = tuple(_content(segment, self.directory, self.headers) for segment in series)
        return self.contents[ident]

    def until(self, horizon: date) -> World:
        """The same, looking to another last day."""
        return replace(self, horizon=horizon)

    def occurrences(self, ident: str, cache: dict[str, tuple[Occurrence, ...]]) -> tuple[Occurrence, ...]:
        """All occurrences of an obligation up to the horizon, and in `cache` those it is counted from."""
        if ident not in cache:
            series = self.filled(ident)
            anchors = {anchor: self.occurrences(anchor, cache) for anchor in anchors_of(series)}
            found = self.decided(ident)
            followers = found.followers
            cache[ident] = tuple(
                joined(each, self._together(followers[each.key]), self.directory) if each.key in followers else each
                for each in expand(series, self._ground, anchors, found)
            )
        return cache[ident]

    def _together(self, keys: Iterable[str]) -> tuple[Occurrence, ...]:
        """Those of these occurrences that there are."""
        return tuple(one for one in map(self._one, keys) if one is not None)

    def digest(self, ident: str, cache: dict[str, str]) -> str:
        """Digest of everything an obligation's occurrences depend on."""
        if ident not in cache:
            series, filled_in = self.series[ident], self.filled(ident)
            parts = [EXPANSION, *self._contents(ident, filled_in)]
            parts += [canonical([a.number, decision_content(a.decision)]) for a in self.amendments.get(ident, ())]
            found = decided(self.amendments.get(ident, ()))
            parts += self._gone(found)
            for followers in found.followers.values():
                parts += [
                    canonical([o.key, o.partners, o.owner, o.leads, o.coordinating]) for o in self._together(followers)
                ]
            rules = [segment.obligation.rule for segment in filled_in]
            if any(
                isinstance(rule, Rotation | Yearly | AnniversaryOf | Recurrence | Periodic | Renewal) for rule in rules
            ):
                parts.append(self.horizon.isoformat())
            moving = any(segment.obligation.days_off is not Rest.KEEP for segment in series)
            if moving or any(isinstance(rule, Relative) for rule in rules):
                parts.append(self.holidays_digest)
                parts += [self.digest(anchor, cache) for anchor in anchors_of(series)]
            cache[ident] = hashlib.sha256("\n".join(parts).encode()).hexdigest()
        return cache[ident]


def read_world(
    directory: Sequence[SourceFile],
    plans: Sequence[SourceFile],
    holidays: SourceFile,
    horizon: date,
    amendments: Mapping[str, tuple[Amendment, ...]],
) -> World:
    """Read files together. With problems the world holds no series and must not be settled."""
    library, off, problems, series, contents = _read(tuple(directory), tuple(plans), holidays)
    digest = hashlib.sha256(holidays.text.encode()).hexdigest()
    return World(library, off, digest, problems, series, horizon, amendments, contents)


@lru_cache(maxsize=4)
def _read(
    directory: tuple[SourceFile, ...], plans: tuple[SourceFile, ...], holidays: SourceFile
) -> tuple[Library, DaysOff, tuple[Problem, ...], Mapping[str, Series], dict[str, tuple[str, ...]]]:
    """What files say. Kept, since one set of texts is read for every decision and every page."""
    library = load(directory, plans)
    off, faults = days_off(holidays)
    problems = (*library.problems, *faults)
    return library, off, problems, MappingProxyType({} if problems else series_of(library.plans)), {}


def world_of(lines: Sequence[Line], amendments: Mapping[str, tuple[Amendment, ...]]) -> World:
    """The world the journal's lines describe; of two lines with one subject the later stands, an empty text is gone."""
    texts: dict[str, dict[str, str]] = {}
    for line in lines:
        texts.setdefault(line.kind, {})[line.subject] = line.text
    files = {
        kind: [SourceFile(subject, text) for subject, text in sorted(entries.items()) if text]
        for kind, entries in texts.items()
    }
    holidays = files.get(history.HOLIDAYS) or [SourceFile("holidays.yaml", "")]
    horizon = history.horizon_of(lines) or date.min
    return read_world(files.get(history.DIRECTORY, []), files.get(history.PLAN, []), holidays[0], horizon, amendments)


def _content(segment: Segment, directory: Directory, headers: dict[str, str]) -> str:
    obligation = segment.obligation
    named = [place for place in (obligation.place, *(stated.place for stated in obligation.stated)) if place]
    places = {place: directory.party_at(place) for place in named}
    if segment.plan.id not in headers:
        headers[segment.plan.id] = canonical(replace(segment.plan, obligations=()))
    countries = directory.countries((segment.plan.home, *obligation.partners))
    heirs = lineage((*obligation.leads, *obligation.coordinating), directory)
    rest = canonical([obligation, segment.since, segment.before, places, countries, heirs])
    return f"[{headers[segment.plan.id]},{rest[1:]}"
