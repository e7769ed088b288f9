"""The rows that follow from the journal: what new lines touch, and the obligations brought to what they say."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from calendars import scopes
from config.excerpt import AT_ONCE, excerpt
from config.planfile import SourceFile, load_people, outline_of
from config.world import World
from scheduler import history, index, store, writing
from scheduler.errors import StoredTextError
from scheduler.history import Line
from scheduler.occurrence import Occurrence
from scheduler.portions import portions
from scheduler.reconcile import Change, reconcile
from scheduler.series import Series

DUTIES_AT_ONCE = 200
"""Obligations that are brought to what the texts say together."""


@dataclass(frozen=True, slots=True)
class Touch:
    """What lines of the journal touch: `plans` that are new, edited or gone, and all `names` these give or gave.

    `people`: entries of the directory, which may be wrong by now. `everything`: every obligation must be looked at.
    """

    plans: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()
    people: bool = False
    everything: bool = False


def note(
    session: Session, lines: Sequence[Line], number: int, *, anew: bool = False, until: int | None = None
) -> Touch:
    """Keep of the lines of change `number` what the store must know to find its way; `anew`: of all texts in force.

    `until`: that number again, when older changes are replayed.
    """
    kinds = {line.kind for line in lines}
    plans = {line.subject for line in lines if line.kind == history.PLAN}
    if anew:
        plans |= {subject for _, subject in history.digests(session, history.PLAN, until=until)}
    names: set[str] = set()
    for some in portions(sorted(plans), AT_ONCE):
        names |= _outlined(session, some, until)
    people = anew or history.DIRECTORY in kinds or any(name.startswith(index.WHO) for name in names)
    moved = history.REFRESH in kinds and history.horizon(session, until) != history.horizon(session, number - 1)
    others = people and _directory_moved(session, until)
    everything = anew or history.HOLIDAYS in kinds or moved or others
    names |= {line.subject for line in lines if line.kind == history.DECISION}
    return Touch(frozenset(plans), frozenset(names), people, everything)


def _directory_moved(session: Session, until: int | None) -> bool:
    """Bring the directory to what the texts say; whether it differs from what it was."""
    texts = history.in_force(session, history.DIRECTORY, until=until)
    files = [SourceFile(line.subject, line.text) for line in texts if line.text]
    own = history.in_force(session, history.PLAN, subjects=index.with_entries(session), until=until)
    found = load_people(files, [SourceFile(line.subject, line.text) for line in own]).directory
    if found == store.directory_of(session):
        return False
    writing.put_directory(session, found)
    return True


def _outlined(session: Session, plans: Sequence[str], until: int | None) -> set[str]:
    """Write down what plans give now; returns that, and what they gave before."""
    names = set(index.given_by(session, plans))
    lines = history.in_force(session, history.PLAN, subjects=plans, until=until)
    found = [outline_of(SourceFile(line.subject, line.text)) for line in lines if line.text]
    outlines = [outline for outline in found if outline is not None]
    index.put(session, plans, outlines)
    names.update(name for outline in outlines for name, _ in outline.gives)
    return names


def carried_out(
    session: Session,
    touch: Touch,
    now: datetime,
    *,
    until: int | None = None,
    progress: Callable[[int, int], object] | None = None,
) -> Iterator[tuple[Change, ...]]:
    """Bring everything that lines touch to what the texts and decisions say, some obligations at a time.

    The changes of each part, in order of keys; all must be taken for the work to be done. The caller holds the writer's
    lock and commits. Raises StoredTextError when a stored text cannot be read any more.
    """
    idents = _every(session) if touch.everything else sorted(_reached(session, touch.names, until))
    done: set[str] = set()
    total = len(idents)
    for some in portions(idents, DUTIES_AT_ONCE):
        changes = settle(session, excerpt(session, some, until), some, now)
        done.update(some)
        if progress is not None:
            progress(len(done), total)
        if changes:
            if until is None:  # what is replayed comes out as it was, and so do the feeds
                scopes.touch(session, changes, now)
            yield changes


def settle(session: Session, world: World, idents: Collection[str], now: datetime) -> tuple[Change, ...]:
    """Bring the rules and occurrences of obligations to what the texts say; only what differs."""
    if world.problems:
        raise StoredTextError(world.problems[0])
    known = store.obligation_digests(session, idents)
    digests: dict[str, str] = {}
    cache: dict[str, tuple[Occurrence, ...]] = {}
    expected: dict[str, tuple[Occurrence, ...]] = {}
    rules: list[tuple[Series, str]] = []
    ended: dict[str, str] = {}
    for ident in sorted(idents):
        if ident in world.series:
            digest = world.digest(ident, digests)
            if digest != known.get(ident):
                expected[ident] = world.occurrences(ident, cache)
                rules.append((world.series[ident], digest))
        elif ident in known:
            digest = _digest_of_ended(world.decided(ident).held)
            if digest != known[ident]:
                expected[ident] = ()
                ended[ident] = digest
    stored = store.stored(session, expected)
    changes = [
        change
        for ident, occurrences in expected.items()
        for change in reconcile(stored.get(ident, {}), occurrences, world.decided(ident).held)
    ]
    writing.apply(session, changes, now)
    writing.put_obligations(session, rules)
    writing.end_obligations(session, ended)
    return tuple(changes)


def _digest_of_ended(held: frozenset[str]) -> str:
    return hashlib.sha256(store.canonical(["ended", sorted(held)]).encode()).hexdigest()


def _every(session: Session) -> list[str]:
    """Every obligation, those of one plan beside each other, and those that no plan gives any more."""
    found: dict[str, None] = {}
    for some in portions(index.plans(session), AT_ONCE):
        by_plan: dict[str, list[str]] = {plan: [] for plan in some}
        for name, plan, _, _ in index.segments(session, some):
            by_plan[plan].append(name)
        for plan in some:
            found |= dict.fromkeys(sorted(index.duties(by_plan[plan])))
    return [*found, *sorted(store.obligation_digests(session).keys() - found.keys())]


def _reached(session: Session, names: Collection[str], until: int | None) -> frozenset[str]:
    """The obligations among names, what rests on any of them, and what was joined with any of these."""
    found = set(index.duties(names))
    while True:
        near = {*index.duties(index.dependents(session, {*names, *found})), *_joined(session, found, until)}
        if near <= found:
            return frozenset(found)
        found |= near


def _joined(session: Session, idents: Collection[str], until: int | None) -> Iterator[str]:
    """The obligations whose meetings were ever decided on together with meetings of these."""
    for amendments in history.decisions(session, idents, until).values():
        for amendment in amendments:
            yield from (key.partition(".")[0] for key in amendment.decision.keys)
