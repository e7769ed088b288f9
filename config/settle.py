"""One change, one transaction: texts enter the journal, and the projection is brought to what they say."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import PurePath

from sqlmodel import Session

from config.database import Database
from config.planfile import SourceFile, plan_id
from config.world import World, read_world, world_of
from scheduler import history, store
from scheduler.amendment import Amendment
from scheduler.errors import Problem, StoredTextError
from scheduler.history import Line
from scheduler.occurrence import Occurrence
from scheduler.reconcile import Change, reconcile

SHOWN_AFTER_CANCELLING = timedelta(days=60)
"""How long calendars go on showing what was cancelled, so that every app has been told."""


@dataclass(frozen=True, slots=True)
class Given:
    """Files as people gave them. Plans of the store that are neither here nor in `retire` stay as they are."""

    plans: tuple[SourceFile, ...]
    directory: tuple[SourceFile, ...]
    holidays: SourceFile
    retire: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Settled:
    """What a change did, or would do. With problems it did nothing. `left_alone`: plans of the store not given."""

    problems: tuple[Problem, ...] = ()
    changes: tuple[Change, ...] = ()
    left_alone: tuple[str, ...] = ()
    plans: int = 0
    occurrences: int = 0


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What a rebuild found: how many occurrences, and the keys whose rows differ from those thrown away."""

    occurrences: int
    different: tuple[str, ...]


Teller = Callable[[Session, Sequence[Change], int], object]
"""Puts into the outbox, in the transaction of the journal's change of this number, who is told of it."""


def sync(
    database: Database,
    given: Given,
    now: datetime,
    today: date,
    *,
    preview: bool = False,
    tell: Teller | None = None,
) -> Settled:
    """Take files into the store. A file with a problem changes nothing; the same files a second time neither.

    With `preview` nothing is written, and the changes are those that would be made. `tell` is told of changes that the
    files made, not of those that a newer version of the product reads into the same texts.
    """
    with database.write() as session:
        kept = {line.subject: line for line in history.in_force(session, history.PLAN) if line.text}
        own = {ident: file for file in given.plans if (ident := plan_id(file)) is not None}
        others = tuple(sorted(kept.keys() - own.keys() - set(given.retire)))
        lines = _lines(session, given, own)
        days = [*history.in_force(session, history.REFRESH), Line(history.REFRESH, today.isoformat(), "")]
        world = read_world(
            given.directory,
            [*given.plans, *(SourceFile(ident, kept[ident].text) for ident in others)],
            given.holidays,
            history.horizon_of(days) or today,
            history.decisions(session),
        )
        problems = (*world.problems, *_unknown(given.retire, kept.keys()), *_given_too(given.retire, own))
        if problems:
            session.rollback()
            return Settled(problems=problems)
        fresh = _fresh(session, lines, today)
        number = history.append(session, fresh, now) if fresh else 0
        changes = settle(session, world, now)
        _let_go(session, fresh, now)
        if tell is not None and number:
            tell(session, changes, number)
        if preview:
            session.rollback()
        return Settled((), changes, others, len(world.library.plans), 0 if preview else len(store.keys(session)))


def refresh(database: Database, now: datetime, today: date) -> Settled:
    """The daily look; what it changes is recorded.

    Once a year has begun since the last one, rows are kept for a year more; what was cancelled 60 days ago leaves
    calendars.
    """
    with database.write() as session:
        lines = history.in_force(session, history.PLAN, history.DIRECTORY, history.HOLIDAYS, history.REFRESH)
        fresh = _fresh(session, [], today)
        if not fresh and store.lingering(session, now - SHOWN_AFTER_CANCELLING):
            fresh = [Line(history.REFRESH, today.isoformat(), "")]
        if not lines or not fresh:
            return Settled()
        history.append(session, fresh, now)
        world = world_of([*lines, *fresh], history.decisions(session))
        settled = Settled(changes=settle(session, world, now))
        _let_go(session, fresh, now)
        return settled


def rebuild(database: Database) -> Rebuilt:
    """Throw the projection away and replay the journal, change by change, as it was made.

    Kept only when every row comes out as it was; `different` names the rows that do not, and then the old ones stay.
    """
    with database.write() as session:
        before = store.fingerprints(session)
        store.clear(session)
        lines: dict[tuple[str, str], Line] = {}
        amendments: dict[str, tuple[Amendment, ...]] = {}
        for batch in history.batches(session):
            for line in batch.lines:
                if line.kind == history.DECISION:
                    taken = history.amendment_of(batch.number, batch.at, line.text)
                    amendments[line.subject] = (*amendments.get(line.subject, ()), taken)
                else:
                    lines[line.kind, line.subject] = line
            settle(session, world_of(list(lines.values()), amendments), batch.at)
            _let_go(session, batch.lines, batch.at)
        after = store.fingerprints(session)
        different = tuple(sorted(key for key in before.keys() | after.keys() if before.get(key) != after.get(key)))
        if different:
            session.rollback()
        return Rebuilt(len(after), different)


def settle(session: Session, world: World, now: datetime) -> tuple[Change, ...]:
    """Bring directory, rules and occurrences to what the texts say, obligation by obligation; only what differs.

    The caller holds the writer's lock and commits. Raises StoredTextError when a stored text cannot be read any more.
    """
    if world.problems:
        raise StoredTextError(world.problems[0])
    if store.directory_of(session) != world.directory:
        store.put_directory(session, world.directory)
    known = store.obligation_digests(session)
    digests: dict[str, str] = {}
    cache: dict[str, tuple[Occurrence, ...]] = {}
    changes: list[Change] = []
    for ident, series in world.series.items():
        digest = world.digest(ident, digests)
        if digest != known.get(ident):
            held = world.decided(ident).held
            changes += _apply(session, ident, world.occurrences(ident, cache), now, held)
            store.put_obligation(session, series, digest)
    for ident in sorted(known.keys() - world.series.keys()):
        held = world.decided(ident).held
        digest = hashlib.sha256(store.canonical(["ended", sorted(held)]).encode()).hexdigest()
        if digest != known[ident]:
            changes += _apply(session, ident, (), now, held)
            store.end_obligation(session, ident, digest)
    return tuple(changes)


def _let_go(session: Session, lines: Iterable[Line], now: datetime) -> None:
    """On the days of a refresh, calendars let go of what was cancelled long enough ago."""
    if any(line.kind == history.REFRESH for line in lines):
        store.let_go(session, now - SHOWN_AFTER_CANCELLING)


def _apply(
    session: Session, ident: str, expected: tuple[Occurrence, ...], now: datetime, held: frozenset[str]
) -> tuple[Change, ...]:
    changes = reconcile(store.stored_of(session, ident), expected, held)
    store.apply(session, changes, now)
    return changes


def _lines(session: Session, given: Given, own: dict[str, SourceFile]) -> list[Line]:
    """The given files as journal lines; a directory file no longer given, or a plan to retire, has an empty text."""
    directory = {PurePath(file.name).name: file.text for file in given.directory}
    gone = [line.subject for line in history.in_force(session, history.DIRECTORY) if line.subject not in directory]
    return [
        *(Line(history.DIRECTORY, name, text) for name, text in directory.items()),
        *(Line(history.DIRECTORY, name, "") for name in gone),
        Line(history.HOLIDAYS, "holidays.yaml", given.holidays.text),
        *(Line(history.PLAN, ident, file.text) for ident, file in own.items()),
        *(Line(history.PLAN, ident, "") for ident in given.retire),
    ]


def _fresh(session: Session, lines: Sequence[Line], today: date) -> list[Line]:
    """The lines that say something new, and the day's own line when it moves the horizon."""
    digests = history.digests(session)
    fresh = [line for line in lines if digests.get((line.kind, line.subject)) != line.digest]
    before = history.horizon_of(digests)
    day = Line(history.REFRESH, today.isoformat(), "")
    after = history.horizon_of([day])
    moves = after is not None and (before is None or after > before)
    return [*fresh, day] if moves else fresh


def _given_too(retire: tuple[str, ...], own: dict[str, SourceFile]) -> list[Problem]:
    message = "the plan {ident} is to end, but its file is given"
    fix = "take the file away, or leave --retire out"
    return [Problem(own[ident].name, 1, 1, "plan", message, fix, {"ident": ident}) for ident in retire if ident in own]


def _unknown(retire: tuple[str, ...], known: Collection[str]) -> list[Problem]:
    fix = "luanphien sync names the plans that are in the store"
    return [
        Problem(ident, 1, 1, "plan", "the store has no plan called {ident}", fix, {"ident": ident})
        for ident in retire
        if ident not in known
    ]
