"""One change, one transaction: texts enter the journal, and the projection is brought to what they say."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import PurePath
from typing import Any, Protocol

from sqlmodel import Session

from calendars import scopes
from config import proofs
from config.database import Database
from config.excerpt import EXPANDED, is_indexed
from config.kept import keep
from config.planfile import SourceFile, plan_id
from config.projection import carried_out, note
from config.sums import Sums
from config.world import EXPANSION
from scheduler import history, index, store, writing
from scheduler.errors import Problem
from scheduler.history import Line
from scheduler.reconcile import Change
from scheduler.trail import PRODUCT

SHOWN_AFTER_CANCELLING = timedelta(days=60)
"""How long calendars go on showing what was cancelled, so that every app has been told."""

SHOWN = 2_000
"""Changes that are kept to be shown; of more only the number."""


@dataclass(frozen=True, slots=True)
class Given:
    """Files as people gave them, and who did. Plans of the store neither here nor in `retire` stay as they are.

    `beside`: what the line of the trail holds of it too.
    """

    plans: tuple[SourceFile, ...]
    directory: tuple[SourceFile, ...]
    holidays: SourceFile
    retire: tuple[str, ...] = ()
    who: str = PRODUCT
    beside: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Settled:
    """What a change did, or would do. With problems it did nothing. `left_alone`: plans of the store not given.

    `changes` are the first `SHOWN` of `count`, by obligation and key; `sums` counts all of them.
    """

    problems: tuple[Problem, ...] = ()
    changes: tuple[Change, ...] = ()
    left_alone: tuple[str, ...] = ()
    plans: int = 0
    occurrences: int = 0
    count: int = 0
    sums: Sums = field(default_factory=Sums)


class Writing(Protocol):
    """What opens the one transaction of a change: a database, or one with conditions (`conditions`)."""

    def write(self) -> AbstractContextManager[Session]: ...


Teller = Callable[[Session, Sequence[Change], int], object]
"""Puts into the outbox, in the transaction of the journal's change of this number, who is told of it. A large change is
told in several parts.
"""

Progress = Callable[[int, int], object]
"""Told how much is done, of how much."""


def sync(
    database: Writing,
    given: Given,
    now: datetime,
    today: date,
    *,
    preview: bool = False,
    tell: Teller | None = None,
    progress: Progress | None = None,
) -> Settled:
    """Take files into the store. A file with a problem changes nothing; the same files a second time neither.

    With `preview` nothing is written, and the changes are those that would be made. `tell` is told of changes that the
    files made, not of those that a newer version of the product reads into the same texts.
    """
    with database.write() as session:
        plans = history.digests(session, history.PLAN).items()
        known = {subject for (_, subject), digest in plans if digest != history.EMPTY}
        own = _own(session, given)
        others = tuple(sorted(known - own.keys() - set(given.retire)))
        number, fresh = _appended(session, _fresh(session, _lines(session, given, own), today), now, given)
        touch = note(session, fresh, number, anew=not is_indexed(session))
        files = (given.directory, given.plans, given.holidays)
        problems = [*proofs.faults(session, touch, files, own, progress)]
        problems += (*_unknown(given.retire, known), *_given_too(given.retire, own))
        if problems:
            session.rollback()
            return Settled(problems=tuple(problems))
        tally = _Tally()
        for changes in carried_out(session, touch, now, progress=progress):
            tally.add(changes)
            if tell is not None and fresh:
                tell(session, changes, number)
        keep(session, EXPANDED, EXPANSION)
        _let_go(session, fresh, now)
        counts = len(index.plans(session)), 0 if preview else store.count(session)
        if preview:
            session.rollback()
        return Settled((), tally.first, others, *counts, tally.count, tally.sums)


def refresh(database: Database, now: datetime, today: date, progress: Progress | None = None) -> Settled:
    """The daily look; what it changes is recorded.

    Once a year has begun since the last one, rows are kept for a year more; what was cancelled 60 days ago leaves
    calendars. What a newer version of the product reads into the same texts is taken up.
    """
    with database.write() as session:
        fresh = list(_fresh(session, (), today))
        if not fresh and store.lingering(session, now - SHOWN_AFTER_CANCELLING):
            fresh = [Line(history.REFRESH, today.isoformat(), "")]
        indexed = is_indexed(session)
        if not history.revision(session) or (indexed and not fresh):
            return Settled()
        number = history.append(session, fresh, now) if fresh else 0
        tally = _Tally()
        touch = note(session, fresh, number, anew=not indexed)
        for changes in carried_out(session, touch, now, progress=progress):
            tally.add(changes)
        keep(session, EXPANDED, EXPANSION)
        _let_go(session, fresh, now)
        return Settled(changes=tally.first, count=tally.count, sums=tally.sums)


def decided(session: Session, lines: Sequence[Line], now: datetime) -> tuple[int, tuple[Change, ...]]:
    """Write a decision's lines, and bring what it touches to what they say; its number, and the changes.

    The caller holds the writer's lock, and commits.
    """
    number = history.append(session, lines, now)
    touch = note(session, lines, number, anew=not is_indexed(session))
    found = [change for changes in carried_out(session, touch, now) for change in changes]
    keep(session, EXPANDED, EXPANSION)
    return number, tuple(sorted(found, key=_by_duty))


def is_refresh(lines: Iterable[Line]) -> bool:
    """Whether the daily look is among the lines of a change."""
    return any(line.kind == history.REFRESH for line in lines)


@dataclass(slots=True)
class _Tally:
    """The first changes of many, and how many there are."""

    found: list[Change] = field(default_factory=list)
    count: int = 0
    sums: Sums = field(default_factory=Sums)

    @property
    def first(self) -> tuple[Change, ...]:
        return tuple(sorted(self.found, key=_by_duty))

    def add(self, changes: Sequence[Change]) -> None:
        self.found += changes[: max(0, SHOWN - len(self.found))]
        self.count += len(changes)
        self.sums.add(changes)


def _by_duty(change: Change) -> tuple[str, str]:
    return change.after.obligation, change.after.key


def _let_go(session: Session, lines: Iterable[Line], now: datetime) -> None:
    """On the days of a refresh, calendars let go of what was cancelled long enough ago."""
    if is_refresh(lines):
        since = now - SHOWN_AFTER_CANCELLING
        scopes.touched(session, [record.occurrence for record in store.leaving(session, since)], now)
        writing.let_go(session, since)


def _own(session: Session, given: Given) -> dict[str, list[SourceFile]]:
    """The given plan files by the plan's name; several of one name are a fault. Unreadable ones are left out."""
    subjects = {digest: subject for (_, subject), digest in history.digests(session, history.PLAN).items()}
    own: dict[str, list[SourceFile]] = {}
    for file in given.plans:
        ident = subjects.get(Line(history.PLAN, "", file.text).digest) or plan_id(file)
        if ident is not None:
            own.setdefault(ident, []).append(file)
    return own


def _lines(session: Session, given: Given, own: Mapping[str, Sequence[SourceFile]]) -> Iterator[Line]:
    """The given files as journal lines; a directory file no longer given, or a plan to retire, has an empty text."""
    directory = {PurePath(file.name).name: file for file in given.directory}
    known = [subject for _, subject in sorted(history.digests(session, history.DIRECTORY))]
    yield from (Line(history.DIRECTORY, name, file.text) for name, file in directory.items())
    yield from (Line(history.DIRECTORY, name, "") for name in known if name not in directory)
    yield Line(history.HOLIDAYS, "holidays.yaml", given.holidays.text)
    yield from (Line(history.PLAN, ident, files[-1].text) for ident, files in own.items())
    yield from (Line(history.PLAN, ident, "") for ident in given.retire)


def _fresh(session: Session, lines: Iterable[Line], today: date) -> Iterator[Line]:
    """The lines that say something new, and the day's own line when it moves the horizon; read as they are taken."""
    digests = history.digests(session)
    yield from (line for line in lines if digests.get((line.kind, line.subject)) != line.digest)
    before = history.horizon_of(digests)
    day = Line(history.REFRESH, today.isoformat(), "")
    after = history.horizon_of([day])
    if after is not None and (before is None or after > before):
        yield day


def _appended(session: Session, lines: Iterable[Line], now: datetime, given: Given) -> tuple[int, list[Line]]:
    """Write lines one after the other: the number of their change, 0 without any, and what they are, without texts."""
    written: list[Line] = []

    def each() -> Iterator[Line]:
        for line in lines:
            written.append(replace(line, text=""))
            yield line

    number = history.append(session, each(), now, given.who, given.beside)
    return number if written else 0, written


def _given_too(retire: tuple[str, ...], own: Mapping[str, Sequence[SourceFile]]) -> list[Problem]:
    message = "the plan {ident} is to end, but its file is given"
    fix = "take the file away, or leave --retire out"
    return [Problem(own[one][0].name, 1, 1, "plan", message, fix, {"ident": one}) for one in retire if one in own]


def _unknown(retire: tuple[str, ...], known: Collection[str]) -> list[Problem]:
    message = "the store has no plan called {ident}"
    fix = "luanphien sync names the plans that are in the store"
    return [Problem(one, 1, 1, "plan", message, fix, {"ident": one}) for one in retire if one not in known]
