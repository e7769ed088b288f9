"""What every front end asks: which occurrences, who is next, and why. Reads the store only, never plan files."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial

from dateutil.relativedelta import relativedelta
from sqlmodel import Session

from calendars.desk import Upcoming
from config.database import Database
from config.holidayfile import days_off
from config.planfile import SourceFile
from config.world import World, world_of
from scheduler import history, store
from scheduler.errors import EmptyStoreError, TooFarError, UnknownKeyError
from scheduler.explain import Fact, explain
from scheduler.ledger import Entry, ledger
from scheduler.occurrence import Occurrence, Record, Selection, flags_of
from scheduler.plan import MEETINGS, Directory, Kind, Plan, Text
from scheduler.preparation import NO_CHAINS, Chains, Step, chain
from scheduler.resting import days_off_met
from scheduler.succession import handed_on
from scheduler.upcoming import days_left, upcoming
from scheduler.workdays import DaysOff

YEARS_AHEAD = 50
"""How far ahead of today anyone may look."""

LISTED = tuple(kind for kind in Kind if kind is not Kind.ONGOING)
"""Kinds that are listed unless others are asked for."""


@dataclass(frozen=True, slots=True)
class Explained:
    """An occurrence, the reasons for it, and the steps that prepare it."""

    record: Record
    facts: tuple[Fact, ...]
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Office:
    """One look at the store, inside one session; `today` is the reader's day."""

    session: Session
    today: date

    @property
    def revision(self) -> int:
        """Rises with every change of anything stored."""
        return history.revision(self.session)

    def directory(self) -> Directory:
        """Who is who."""
        return store.directory_of(self.session)

    def listed(self, selection: Selection) -> list[Record]:
        """What a selection admits, by first day; beyond the stored years expanded from the texts in the store.

        A selection that begins after the stored years and has no last day ends a year on (`closed`). Raises
        EmptyStoreError, or HorizonError for days more than 50 years ahead.
        """
        self._not_empty()
        wanted = self.closed(selection if selection.kinds else replace(selection, kinds=LISTED))
        records = list(store.chosen(self.session, wanted))
        if wanted.last is not None and wanted.last > self._horizon():
            records += self._beyond(wanted, wanted.last)
            records.sort(key=_by_day)
        return records

    def beyond(self, selection: Selection) -> bool:
        """Whether a selection asks for days after the stored years. Raises EmptyStoreError."""
        self._not_empty()
        days = [day for day in (selection.first, selection.last) if day is not None]
        return bool(days) and max(days) > self._horizon()

    def in_calendars(self, selection: Selection) -> list[Record]:
        """As `listed`, without what was cancelled so long ago that calendars show it no more."""
        if not self.beyond(selection):
            return list(store.shown(self.session, selection))
        gone = store.gone(self.session)
        return [record for record in self.listed(selection) if record.occurrence.key not in gone]

    def steps_of(self, chains: Chains) -> Callable[[Record], tuple[Step, ...]]:
        """What prepares each occurrence, by whoever has each body's duties on the step's day."""
        world = self._world()
        return lambda record: _steps(record.occurrence, world, chains)

    def closed(self, selection: Selection) -> Selection:
        """The selection, with a last day where it has none and begins after the stored years: one year of days."""
        first = selection.first
        if first is None or selection.last is not None or first <= self._horizon():
            return selection
        if first.year > self.today.year + YEARS_AHEAD:
            raise TooFarError(first, YEARS_AHEAD)
        year = first + relativedelta(years=1, days=-1)
        return replace(selection, last=max(first, min(year, date(self.today.year + YEARS_AHEAD, 12, 31))))

    def next_ones(
        self, as_of: date, partners: tuple[str, ...] = (), kinds: tuple[Kind, ...] = (), count: int | None = None
    ) -> list[Record]:
        """The next occurrences of every partner as seen on `as_of` (see `upcoming`); exchanges and talks unless asked.

        Looks beyond the stored years, up to 50 years ahead, where a partner has fewer than asked for.
        """
        self._not_empty()
        if as_of.year > self.today.year + YEARS_AHEAD:
            raise TooFarError(as_of, YEARS_AHEAD)
        wanted = Selection(first=as_of, partners=partners, kinds=kinds or MEETINGS)
        records = list(store.chosen(self.session, wanted))
        found = upcoming(records, as_of, count, partners)
        far = self._far_enough(as_of, count)
        if far > self._horizon() and self._wanting(found, records, count, partners):
            found = upcoming([*records, *self._beyond(wanted, far)], as_of, count, partners)
        return list(found)

    def explained(self, key: str, chains: Chains = NO_CHAINS) -> Explained:
        """One occurrence, why it is so, and what prepares it. Raises UnknownKeyError, naming the nearest keys."""
        self._not_empty()
        world = self._world()
        record = store.find(self.session, key) or self._far_record(key, world)
        if record is None:
            raise UnknownKeyError(key, nearest(key, store.keys(self.session)))
        occurrence = record.occurrence
        anchor = store.find(self.session, occurrence.cycle) or self._far_record(occurrence.cycle, world)
        facts = explain(
            record,
            world.filled(occurrence.obligation) if occurrence.obligation in world.series else (),
            anchor.occurrence if anchor else None,
            world.decided(occurrence.obligation),
            days_off_met(occurrence, world.directory, world.days_off),
            world.amendments.get(occurrence.obligation, ()),
        )
        return Explained(record, facts, _steps(occurrence, world, chains))

    def books(self, obligations: Sequence[str] = ()) -> list[tuple[str, Text, Kind, tuple[Entry, ...]]]:
        """The ledgers of turns, as stored: id, title and kind of each obligation that has turns, by id.

        Raises EmptyStoreError, or UnknownKeyError for an obligation that is not there.
        """
        self._not_empty()
        world = self._world()
        found = []
        for ident in obligations or world.series:
            if ident not in world.series:
                raise UnknownKeyError(ident, nearest(ident, tuple(world.series)))
            series = world.filled(ident)
            duty = series[-1].obligation
            entries = ledger(series, store.stored_of(self.session, ident).values(), world.decided(ident))
            if entries:
                found.append((ident, duty.title, duty.kind, entries))
        return found

    def seen(self, record: Record, as_of: date, directory: Directory, off: DaysOff) -> Upcoming:
        """The record as seen on `as_of`, flagged where its own day is off on any side."""
        resting = bool(days_off_met(record.occurrence, directory, off))
        return Upcoming(record, flags_of(record.occurrence, as_of, resting), days_left(record, as_of))

    def days_off(self) -> DaysOff:
        """The calendar of days off in force."""
        lines = history.in_force(self.session, history.HOLIDAYS)
        return days_off(SourceFile("holidays.yaml", lines[0].text if lines else ""))[0]

    def plans(self) -> tuple[Plan, ...]:
        """The plans in force, as read together. Raises EmptyStoreError."""
        self._not_empty()
        return self._world().library.plans

    def last_change(self) -> datetime:
        """When anything stored last changed. Raises EmptyStoreError."""
        at = history.last_change(self.session)
        if at is None:
            raise EmptyStoreError("the store holds no plan yet")
        return at

    def _not_empty(self) -> None:
        if not self.revision:
            raise EmptyStoreError("the store holds no plan yet")

    def _world(self) -> World:
        kinds = (history.PLAN, history.DIRECTORY, history.HOLIDAYS, history.REFRESH)
        return world_of(history.in_force(self.session, *kinds), history.decisions(self.session))

    def _horizon(self) -> date:
        return history.horizon_of(history.in_force(self.session, history.REFRESH)) or date.min

    def _beyond(self, selection: Selection, last: date) -> list[Record]:
        """What the texts give after the stored years, up to the end of the year of `last`."""
        if last.year > self.today.year + YEARS_AHEAD:
            raise TooFarError(last, YEARS_AHEAD)
        near = self._world().until(self._horizon())
        world = near.until(date(last.year, 12, 31))
        at = self.last_change()
        kept: dict[str, tuple[Occurrence, ...]] = {}
        cache: dict[str, tuple[Occurrence, ...]] = {}
        found: list[Record] = []
        for ident in world.series:
            stored = {occurrence.key for occurrence in near.occurrences(ident, kept)}
            further = (occurrence for occurrence in world.occurrences(ident, cache) if occurrence.key not in stored)
            found += [Record(occurrence, 0, at) for occurrence in further if selection.admits(occurrence)]
        return found

    def _far_enough(self, as_of: date, count: int | None) -> date:
        years = min(YEARS_AHEAD, 10 * (count or 1))
        return date(min(as_of.year + years, self.today.year + YEARS_AHEAD), 12, 31)

    def _wanting(
        self, found: tuple[Record, ...], records: list[Record], count: int | None, partners: tuple[str, ...]
    ) -> bool:
        """Whether a partner may have more to come than what is stored."""
        everyone = set(partners) or {party for record in records for party in record.occurrence.partners}
        enough = count or len(MEETINGS)
        return not everyone or any(
            sum(party in record.occurrence.partners for record in found) < enough for party in everyone
        )

    def _far_record(self, key: str, world: World) -> Record | None:
        year = re.search(r"\.(\d{4})(?:-[^.]+)?$", key)
        ident = next((ident for ident in world.series if key.startswith(f"{ident}.")), None)
        if year is None or ident is None or not self.today.year < int(year[1]) <= self.today.year + YEARS_AHEAD:
            return None
        far = world.until(date(int(year[1]), 12, 31)).occurrences(ident, {})
        at = self.last_change()
        return next((Record(occurrence, 0, at) for occurrence in far if occurrence.key == key), None)


@contextmanager
def office(database: Database, today: date) -> Iterator[Office]:
    """One look at the store."""
    with database.read() as session:
        yield Office(session, today)


def nearest(key: str, known: Sequence[str]) -> tuple[str, ...]:
    """Up to three keys one may have meant: the years around it in its line of turns, else those spelt most alike."""
    line, _, cycle = key.rpartition(".")
    years = [other for other in known if other.rpartition(".")[0] == line and other.rpartition(".")[2].isdigit()]
    if cycle.isdigit() and years:
        return tuple(sorted(years, key=lambda other: abs(int(other.rpartition(".")[2]) - int(cycle)))[:3])
    return tuple(difflib.get_close_matches(key, known, n=3, cutoff=0.6))


def _steps(occurrence: Occurrence, world: World, chains: Chains) -> tuple[Step, ...]:
    """What prepares an occurrence, for the party of its plan, by whoever has each body's duties on the step's day."""
    segments = world.series.get(occurrence.obligation, ())
    segment = next((segment for segment in segments if segment.plan.id == occurrence.plan), None)
    if segment is None:
        return ()
    home, directory, off = segment.plan.home, world.directory, world.days_off
    earlier = partial(off.subtract_working_days, countries=directory.countries((home,)))
    later = partial(off.add_working_days, countries=directory.countries((home,)))
    steps = chain(occurrence, home, chains, earlier, later, segment.obligation.chain)
    return tuple(replace(step, leads=handed_on(step.leads, (), step.day, directory).leads) for step in steps)


def _by_day(record: Record) -> tuple[bool, date, bool, date, str]:
    window = record.occurrence.window
    start, last = window.start, window.last
    return start is None, start or date.min, last is None, last or date.max, record.occurrence.key
