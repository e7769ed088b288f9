"""A plan's text given on a page: what it would do, and saving it as `luanphien sync` does, with mails about it.

Nothing is saved whose effect is not the one that was shown: what changed meanwhile is seen in the same transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from sqlmodel import Session

from config import proposals, settle
from config.chainfile import chain_problems
from config.conditions import Conditional
from config.officers import Officer, Role
from config.planentries import Entries
from config.planfile import in_order, plan_id
from config.planlooks import quick_faults, surroundings, wrong_name
from config.planscene import Bar, BarredError, Draft, MovedError, NotAsShownError, Scene, Stale
from config.revisions import base_of, revisions_of
from config.session import Job
from config.waitingplans import owners_of
from scheduler import history
from scheduler.errors import EmptyStoreError, Problem

TRIES = 3
"""How often a look begins anew, where directory or holidays changed between two readings."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """What a text would do. With problems it does nothing. `plan`: the name it gives itself, if that can be read.

    `base`: digest of the text in force, empty: none; `effect`: digest of all it would change, empty: that was not
    asked, for `problems`, or a `bar` that the texts alone tell; `counts` how much of each sort (`effects.sort_of`).
    `bar`: why this officer may not give it; `losing`: plans it would take duties from; `entries`: who is who by it.
    """

    problems: tuple[Problem, ...]
    plan: str | None
    base: str
    settled: settle.Settled = field(default_factory=settle.Settled)
    effect: str = ""
    counts: Mapping[str, int] = field(default_factory=dict)
    bar: Bar | None = None
    losing: tuple[str, ...] = ()
    entries: Entries = field(default_factory=Entries)


@dataclass(frozen=True, slots=True)
class Done:
    """A text was taken: it is in force, or waits as this proposal."""

    plan: str
    proposal: int | None = None


def look(job: Job, officer: Officer, draft: Draft) -> Looked:
    """What a text would do, as things stand. Raises EmptyStoreError, or MovedError where they never stood still."""
    for _ in range(TRIES - 1):
        try:
            return _look(job, officer, draft)
        except MovedError:
            continue
    return _look(job, officer, draft)


def least_of(job: Job) -> Role:
    """From which role on a text may be given: whoever writes may propose, where a second officer has to agree."""
    return Role.OFFICER if job.settings.plan_approval == "second" else Role.HEAD


def _look(job: Job, officer: Officer, draft: Draft) -> Looked:
    scene, given, wrong = _scene(job, officer, draft)
    if wrong or scene.bar is not None:  # a store is not tried out, with its writers waiting, for a text nobody saves
        return _unasked(scene, wrong)
    watched = Conditional(job.database, before=scene.begin)
    settled = settle.sync(watched, given, job.now(), job.today(), preview=True, tell=scene.note)
    with job.database.read() as session:
        bar = scene.bars(session)
    return Looked(
        problems=settled.problems,
        plan=scene.plan,
        base=scene.base,
        settled=settled,
        effect="" if settled.problems else scene.effect,
        counts=scene.counts,
        bar=bar,
        losing=tuple(sorted(scene.losing)),
        entries=scene.entries,
    )


def _unasked(scene: Scene, problems: tuple[Problem, ...]) -> Looked:
    """What is known of a text without trying it out."""
    losing = tuple(sorted(scene.losing))
    return Looked(
        problems=problems, plan=scene.plan, base=scene.base, bar=scene.bar, losing=losing, entries=scene.entries
    )


def save(job: Job, officer: Officer, draft: Draft, seen: tuple[str, str]) -> Done | Looked:
    """Save a text whose base and effect are those that were shown, or let it wait for a second officer.

    With problems, what they are. Raises NotAsShownError, BarredError, or EmptyStoreError.
    """
    if job.settings.plan_approval == "second":
        return _propose(job, officer, draft, seen)

    def record(session: Session, scene: Scene, batch: int) -> None:
        proposals.saved(session, scene.plan or "", draft.digest, scene.base, officer.id, job.now(), batch)

    return _carry_out(job, officer, draft, seen, record)


def approve(job: Job, officer: Officer, ident: int, seen: tuple[str, str]) -> Done | Looked:
    """Bring a proposal into force, as a second officer. Raises NotAsShownError, BarredError, or EmptyStoreError."""
    with job.database.read() as session:
        found = proposals.one(session, ident)
    if found is None or found.state is not proposals.State.PENDING:
        raise NotAsShownError(Stale.OVER)
    if not officer.may(Role.HEAD):
        raise BarredError(Bar.HEADS)
    if found.by == officer.id:
        raise BarredError(Bar.OWN)
    if found.base != seen[0]:
        raise NotAsShownError(Stale.BASE)

    def record(session: Session, _: Scene, batch: int) -> None:
        still = proposals.one(session, ident)
        if still is None or still.state is not proposals.State.PENDING:
            raise NotAsShownError(Stale.OVER)
        proposals.approved(session, ident, officer.id, job.now(), batch)

    return _carry_out(job, officer, draft_of(found), seen, record, proposals.beside(found))


def draft_of(proposal: proposals.Proposal) -> Draft:
    """The text of a proposal."""
    return Draft(proposal.plan if proposal.base else None, proposal.text)


def _propose(job: Job, officer: Officer, draft: Draft, seen: tuple[str, str]) -> Done | Looked:
    looked = look(job, officer, draft)
    if looked.problems or looked.plan is None:
        return looked
    _check_base(looked.base, seen[0], draft)
    if looked.bar is not None:
        raise BarredError(looked.bar)
    if looked.effect != seen[1]:
        raise NotAsShownError(Stale.EFFECT)
    with job.office() as desk:
        bodies = owners_of(desk, looked.plan, draft.text)
    with job.database.write() as session:
        _check_base(base_of(session, looked.plan), seen[0], draft)
        made = proposals.propose(session, looked.plan, draft.text, seen[0], officer.id, job.now(), bodies)
    return Done(looked.plan, made)


def _check_base(base: str, seen: str, draft: Draft) -> None:
    if base == draft.digest:
        raise NotAsShownError(Stale.SAME)
    if base != seen:
        raise NotAsShownError(Stale.BASE)


def _carry_out(
    job: Job,
    officer: Officer,
    draft: Draft,
    seen: tuple[str, str],
    record: Callable[[Session, Scene, int], None],
    beside: Mapping[str, Any] | None = None,
) -> Done | Looked:
    scene, given, wrong = _scene(job, officer, draft)
    if scene.bar is not None:
        raise BarredError(scene.bar)
    if wrong or scene.plan is None:
        return _unasked(scene, wrong)
    given = replace(given, beside=beside or {})

    def before(session: Session) -> None:
        scene.begin(session)
        _check_base(scene.base, seen[0], draft)
        if scene.bar is not None:
            raise BarredError(scene.bar)

    def after(session: Session) -> None:
        if session.in_transaction():  # with problems all was taken back already
            scene.bar = scene.bars(session)
            scene.check(seen)
            record(session, scene, revisions_of(session, scene.plan or "")[-1].batch)

    change = Conditional(job.database, before=before, after=after)
    settled = settle.sync(change, given, job.now(), job.today(), tell=scene.tell)
    if settled.problems:
        return Looked(problems=settled.problems, plan=scene.plan, base=scene.base, settled=settled, bar=scene.bar)
    return Done(scene.plan)


def _scene(job: Job, officer: Officer, draft: Draft) -> tuple[Scene, settle.Given, tuple[Problem, ...]]:
    """Who gives what to a store in which situation; and what is wrong with the text before anything is tried."""
    ident = plan_id(draft.file)
    with job.database.read() as session:
        if not history.revision(session):
            raise EmptyStoreError("the store holds no plan yet")
        given, around = surroundings(session, draft.file)
        given = replace(given, who=officer.id)
        least = least_of(job)
        scene = Scene(job, officer, draft, least, draft.plan or ident, around)
        scene.begin(session)
        wrong = [*wrong_name(session, draft.file, draft.plan, ident)]
        wrong += chain_problems((draft.file,), job.settings.chains)
        if wrong or ident is None or scene.bar is not None:
            wrong += quick_faults(session, draft.file)
    return scene, given, in_order(wrong)
