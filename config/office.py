"""What every front end asks: which occurrences, who is next, and why. Reads the store only, never plan files."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache, partial
from heapq import merge
from itertools import islice

from dateutil.relativedelta import relativedelta
from sqlmodel import Session

from calendars.desk import Upcoming
from config.database import Database
from config.excerpt import each_plan, holidays_of, is_indexed, people_of, whole, world_around
from config.farther import AT_ONCE, by_day, check_count, far_record, farther, in_order
from config.likely import near_to, nearest_in
from config.world import World
from scheduler import approaching, history, index, store
from scheduler.errors import EmptyStoreError, TooFarError, UnknownKeyError
from scheduler.explain import Fact, explain
from scheduler.ledger import Entry, ledger
from scheduler.occurrence import Occurrence, Record, Selection, flags_of
from scheduler.plan import MEETINGS, Directory, Kind, Plan, Text
from scheduler.portions import portions
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
        return people_of(self.session).directory

    def listing(self, selection: Selection, skip: int = 0, most: int | None = None) -> Iterator[Record]:
        """As `listed` after the first `skip`, at most so many; read as it is taken, the office open meanwhile."""
        wanted = self._asked(selection)
        if wanted.last is None or wanted.last <= self._horizon():
            yield from store.chosen(self.session, wanted, skip, most)
            return
        beyond = self._beyond(wanted, wanted.last)
        yield from islice(merge(store.chosen(self.session, wanted), beyond, key=by_day), skip, most and skip + most)

    def exceeds(self, selection: Selection, most: int) -> bool:
        """Whether more than so many are stored of what a selection admits. Raises EmptyStoreError."""
        return store.exceeds(self.session, self._asked(selection), most)

    def listed(self, selection: Selection) -> list[Record]:
        """What a selection admits, by first day; beyond the stored years expanded from the texts in the store.

        A selection that begins after the stored years and has no last day ends a year on (`closed`). Raises
        EmptyStoreError, or HorizonError for days more than 50 years ahead.
        """
        return list(self.listing(selection))

    def _asked(self, selection: Selection) -> Selection:
        self._not_empty()
        return self.closed(selection if selection.kinds else replace(selection, kinds=LISTED))

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
        directory, off = self.directory(), self.days_off()
        grounds = _grounds(self.session)

        def steps(record: Record) -> tuple[Step, ...]:
            one = record.occurrence
            return _steps(one, grounds.get((one.obligation, one.plan)), chains, directory, off)

        return steps

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
        among = kinds or MEETINGS
        everyone = partners or (store.NOBODY, *sorted(self.directory().parties))
        records = approaching.ahead(self.session, as_of, among, everyone, count or 1)
        found = upcoming((record for some in records.values() for record in some), as_of, count, partners)
        far = self._far_enough(as_of, count)
        if far > self._horizon() and (wanting := approaching.wanting(records, among, count)):
            asked = [Selection(partners=whom, kinds=(kind,)) for kind, whom in wanting.items()]
            idents = {ident for each in asked for ident in store.obligations_of(self.session, each)}
            whom = tuple({who for some in wanting.values() for who in some})
            check_count(self.session, len(idents))
            beyond = farther(self.session, Selection(first=as_of, partners=whom, kinds=among), far, idents)
            known = {record.occurrence.key: record for some in records.values() for record in some}
            found = upcoming([*known.values(), *beyond], as_of, count, partners)
        return list(found)

    def explained(self, key: str, chains: Chains = NO_CHAINS) -> Explained:
        """One occurrence, why it is so, and what prepares it. Raises UnknownKeyError, naming the nearest keys."""
        self._not_empty()
        record = store.find(self.session, key)
        world = world_around(self.session, (record.occurrence.obligation if record else key.partition(".")[0],))
        first, last = self.today.year, self.today.year + YEARS_AHEAD
        record = record or far_record(self.session, key, world, first, last)
        if record is None:
            raise UnknownKeyError(key, nearest_in(self.session, key))
        occurrence = record.occurrence
        anchor = store.find(self.session, occurrence.cycle)
        anchor = anchor or far_record(self.session, occurrence.cycle, world, first, last)
        facts = explain(
            record,
            world.filled(occurrence.obligation) if occurrence.obligation in world.series else (),
            anchor.occurrence if anchor else None,
            world.decided(occurrence.obligation),
            days_off_met(occurrence, world.directory, world.days_off),
            world.amendments.get(occurrence.obligation, ()),
        )
        ground = _grounds_in(world).get((occurrence.obligation, occurrence.plan))
        return Explained(record, facts, _steps(occurrence, ground, chains, world.directory, world.days_off))

    def books(self, obligations: Sequence[str] = ()) -> Iterator[tuple[str, Text, Kind, tuple[Entry, ...]]]:
        """The ledgers of turns, as stored: id, title and kind of each obligation that has turns, by id.

        Read as they are taken; the office must stay open meanwhile. Raises EmptyStoreError, or UnknownKeyError for an
        obligation that is not there.
        """
        self._not_empty()
        idents = obligations or sorted(store.obligation_digests(self.session))
        for some in portions(idents, AT_ONCE):
            world = world_around(self.session, some)
            stored = store.stored(self.session, some)
            for ident in some:
                if ident in world.series:
                    series = world.filled(ident)
                    duty = series[-1].obligation
                    entries = ledger(series, stored.get(ident, {}).values(), world.decided(ident))
                    if entries:
                        yield ident, duty.title, duty.kind, entries
                elif obligations:
                    raise UnknownKeyError(ident, near_to(ident, sorted(store.obligation_digests(self.session))))

    def seen(self, record: Record, as_of: date, directory: Directory, off: DaysOff) -> Upcoming:
        """The record as seen on `as_of`, flagged where its own day is off on any side."""
        resting = bool(days_off_met(record.occurrence, directory, off))
        return Upcoming(record, flags_of(record.occurrence, as_of, resting), days_left(record, as_of))

    def days_off(self) -> DaysOff:
        """The calendar of days off in force."""
        return holidays_of(self.session)[0]

    def plans(self) -> Iterator[Plan]:
        """The plans in force, by id, read as they are taken. Raises EmptyStoreError."""
        self._not_empty()
        yield from each_plan(self.session)

    def plan_ids(self) -> tuple[str, ...]:
        """The ids of the plans in force, in order."""
        lines = history.digests(self.session, history.PLAN).items()
        return tuple(sorted(subject for (_, subject), digest in lines if digest != history.EMPTY))

    def homes(self) -> tuple[str, ...]:
        """The parties whose plans are in force, each once. Raises EmptyStoreError."""
        self._not_empty()
        if is_indexed(self.session):
            bodies = self.directory().organisations
            return tuple(sorted({bodies[owner].party for owner in index.owners(self.session)}))
        return tuple(sorted({plan.home for plan in self.plans()}))

    def last_change(self) -> datetime:
        """When anything stored last changed. Raises EmptyStoreError."""
        at = history.last_change(self.session)
        if at is None:
            raise EmptyStoreError("the store holds no plan yet")
        return at

    def _not_empty(self) -> None:
        if not self.revision:
            raise EmptyStoreError("the store holds no plan yet")

    def _horizon(self) -> date:
        return history.horizon(self.session) or date.min

    def _beyond(self, selection: Selection, last: date) -> Iterator[Record]:
        """What the texts give after the stored years, up to the end of the year of `last`, by first day."""
        if last.year > self.today.year + YEARS_AHEAD:
            raise TooFarError(last, YEARS_AHEAD)
        return in_order(farther(self.session, selection, last))

    def _far_enough(self, as_of: date, count: int | None) -> date:
        years = min(YEARS_AHEAD, 10 * (count or 1))
        return date(min(as_of.year + years, self.today.year + YEARS_AHEAD), 12, 31)


@contextmanager
def office(database: Database, today: date) -> Iterator[Office]:
    """One look at the store."""
    with database.read() as session:
        yield Office(session, today)


Grounds = Mapping[tuple[str, str], tuple[str, str | None]]
"""By obligation and plan: the party the plan speaks for, and the chain that prepares the obligation's meetings."""


def _grounds(session: Session) -> Grounds:
    """Those of all plans in force; kept while the plans' texts are the same."""
    if not is_indexed(session):
        return _grounds_in(whole(session))
    key = hash(tuple(sorted(history.digests(session, history.PLAN, history.DIRECTORY).items())))
    shelf = _shelf(key)
    if not shelf:
        bodies = people_of(session).directory.organisations
        found = ((index.duty(name), plan, owner, chain) for name, plan, owner, chain in index.segments(session))
        shelf.append({(name, plan): (bodies[owner].party, chain) for name, plan, owner, chain in found})
    return shelf[0]


def _grounds_in(world: World) -> Grounds:
    found = ((ident, segment) for ident, series in world.series.items() for segment in series)
    return {(ident, each.plan.id): (each.plan.home, each.obligation.chain) for ident, each in found}


@lru_cache(maxsize=2)
def _shelf(_key: int) -> list[Grounds]:
    """Where the grounds of these texts are kept once they were read."""
    return []


def _steps(
    occurrence: Occurrence, ground: tuple[str, str | None] | None, chains: Chains, directory: Directory, off: DaysOff
) -> tuple[Step, ...]:
    """What prepares an occurrence, for the party of its plan, by whoever has each body's duties on the step's day."""
    if ground is None:
        return ()
    home, named = ground
    earlier = partial(off.subtract_working_days, countries=directory.countries((home,)))
    later = partial(off.add_working_days, countries=directory.countries((home,)))
    steps = chain(occurrence, home, chains, earlier, later, named)
    return tuple(replace(step, leads=handed_on(step.leads, (), step.day, directory).leads) for step in steps)
