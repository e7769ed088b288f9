"""A world of some obligations alone: only the texts and decisions that they rest on are read from the journal."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator
from datetime import date
from functools import lru_cache

from sqlmodel import Session

from config.holidayfile import days_off
from config.kept import kept
from config.planfile import Library, People, SourceFile, in_order, load_plan
from config.world import EXPANSION, World, world_of
from scheduler import history, index, store
from scheduler.agreement import linked
from scheduler.amendment import Amendment
from scheduler.errors import Problem, StoredTextError
from scheduler.plan import Plan
from scheduler.portions import portions
from scheduler.series import series_of
from scheduler.workdays import DaysOff

EXPANDED = "expansion"
"""Under this name the store keeps by which `EXPANSION` it was last brought to what the texts say."""

AT_ONCE = 50
"""Plans read together where all are read."""


def is_indexed(session: Session) -> bool:
    """Whether the store knows which plans give what, as this version of the product reads them."""
    return kept(session, EXPANDED) == EXPANSION


def world_around(session: Session, idents: Collection[str]) -> World:
    """The world of some obligations, for readers; of a store that an older version wrote, everything."""
    return excerpt(session, idents) if is_indexed(session) else whole(session)


def excerpt(session: Session, idents: Collection[str], until: int | None = None) -> World:
    """The world of some obligations, and of what they are counted from or were joined with.

    `until`: as the journal was up to the change of this number. The store must be indexed.
    """
    support, amendments = _support(session, idents, until)
    plans = set(index.givers(session, support))
    library = _library(session, plans, until)
    off, faults, digest = holidays_of(session, until)
    problems = (*library.problems, *faults)
    series = {} if problems else series_of(library.plans)
    wanted = {ident: found for ident, found in series.items() if ident in support}
    horizon = history.horizon(session, until) or date.min
    return World(library, off, digest, problems, wanted, horizon, amendments)


def whole(session: Session) -> World:
    """The world of all texts, read together."""
    return world_of(history.in_force(session, *history.TEXTS), history.decisions(session))


def each_plan(session: Session) -> Iterator[Plan]:
    """Every plan in force, by id, some at a time. Raises StoredTextError."""
    if not is_indexed(session):
        yield from sorted(whole(session).library.plans, key=lambda plan: plan.id)
        return
    names = index.plans(session)
    for some in portions(names, AT_ONCE):
        yield from (plan for plan in _library(session, set(some), None).plans if plan.id in some)


def plan_of(session: Session, ident: str) -> Plan | None:
    """One plan in force by itself, its agreements not linked with those of others. Raises StoredTextError."""
    lines = history.in_force(session, history.PLAN, subjects=(ident,))
    if not lines or not lines[0].text:
        return None
    plan, problems = _plan(people_of(session), SourceFile(ident, lines[0].text))
    if problems:
        raise StoredTextError(problems[0])
    return plan


def naming(session: Session, agreements: Collection[str]) -> Iterator[Plan]:
    """The plans in force that name any of these agreements, by id. Raises StoredTextError."""
    names = index.naming(session, agreements) if is_indexed(session) else None
    for plan in _library(session, set(names), None).plans if names is not None else each_plan(session):
        if any(each.id in agreements for each in plan.agreements):
            yield plan


def people_of(session: Session, until: int | None = None) -> People:
    """Who is who, as stored; kept while the directory's texts are the same."""
    lines = history.digests(session, history.DIRECTORY, until=until)
    own = history.in_force(session, history.PLAN, subjects=index.with_entries(session), until=until)
    key = (*(f"{subject} {digest}" for (_, subject), digest in sorted(lines.items())), *(line.digest for line in own))
    shelf = _shelf(key)
    if not shelf:
        shelf.append(People(key, store.directory_of(session)))
    return shelf[0]


def holidays_of(session: Session, until: int | None = None) -> tuple[DaysOff, tuple[Problem, ...], str]:
    """The calendar of days off in force, what is wrong with its text, and the digest of that."""
    lines = history.in_force(session, history.HOLIDAYS, until=until)
    text = lines[0].text if lines else ""
    return *_days_off(text), hashlib.sha256(text.encode()).hexdigest()


def _support(
    session: Session, idents: Collection[str], until: int | None
) -> tuple[frozenset[str], dict[str, tuple[Amendment, ...]]]:
    """These obligations with all that they rest on or were joined with, and what was decided on any of them."""
    support: set[str] = set()
    amendments: dict[str, tuple[Amendment, ...]] = {}
    waiting = set(idents)
    while waiting:
        support |= waiting
        taken = history.decisions(session, waiting, until)
        amendments |= taken
        waiting = {*index.duties(index.anchors(session, waiting)), *_together(taken.values())} - support
    return frozenset(support), amendments


def _together(taken: Iterable[tuple[Amendment, ...]]) -> Iterator[str]:
    """The obligations whose meetings decisions speak of."""
    for amendments in taken:
        for amendment in amendments:
            yield from (key.partition(".")[0] for key in amendment.decision.keys)


def _library(session: Session, plans: set[str], until: int | None) -> Library:
    """Some plans, their agreements linked with those that follow them."""
    followers = {name for name in index.referred(session, plans) if name.startswith(index.AGREEMENT)}
    lines = history.in_force(session, history.PLAN, subjects=plans | index.givers(session, followers), until=until)
    people = people_of(session, until)
    read = [_plan(people, SourceFile(line.subject, line.text)) for line in lines if line.text]
    problems = in_order(problem for _, faults in read for problem in faults)
    return Library(people.directory, linked(plan for plan, _ in read if plan is not None), problems)


@lru_cache(maxsize=200)
def _plan(people: People, file: SourceFile) -> tuple[Plan | None, tuple[Problem, ...]]:
    """What one text says. Kept, since the same few are read again and again."""
    return load_plan(people, file)


@lru_cache(maxsize=4)
def _shelf(_key: tuple[str, ...]) -> list[People]:
    """Where the directory of these texts is kept once it was read."""
    return []


@lru_cache(maxsize=4)
def _days_off(text: str) -> tuple[DaysOff, tuple[Problem, ...]]:
    return days_off(SourceFile("holidays.yaml", text))
