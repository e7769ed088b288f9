"""A plan's text given on a page: what it would do, and saving it as `luanphien sync` does, with mails about it.

Nothing is saved whose effect is not the one that was shown: what changed meanwhile is seen in the same transaction.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from sqlmodel import Session

from calendars.pages.effects import sort_of
from config import proposals, settle
from config.chainfile import chain_problems
from config.conditions import Conditional
from config.office import Office
from config.officers import Officer, Role
from config.planfile import SourceFile, in_order, model_of, plan_id
from config.planlooks import quick_faults, surroundings, wrong_name
from config.planmodel import PlanModel
from config.remit import remit_of
from config.revisions import base_of, revisions_of
from config.session import Job
from config.telling import tell_sync
from scheduler import history, store
from scheduler.errors import EmptyStoreError, LuanphienError, Problem
from scheduler.history import Line
from scheduler.occurrence import content_of
from scheduler.reconcile import Change

TRIES = 3
"""How often a look begins anew, where directory or holidays changed between two readings."""


class Bar(StrEnum):
    """Why somebody may not give a text."""

    ROLE = "role"
    BEFORE = "before"  # the plan is on somebody else's desk
    AFTER = "after"  # it would be
    TAKES = "takes"  # duties of somebody else's plan would go on in this one
    OWN = "own"  # nobody approves their own


class Stale(StrEnum):
    """What is not as it was shown."""

    TEXT = "text"  # the text that was sent is not the one that was checked
    BASE = "base"  # another text is in force by now
    EFFECT = "effect"  # the same text would do something else by now
    SAME = "same"  # the text is in force already
    OVER = "over"  # the proposal does not wait any more


@dataclass(frozen=True, slots=True)
class Draft:
    """A text for a plan; `plan` None: a new one."""

    plan: str | None
    text: str

    @property
    def file(self) -> SourceFile:
        """The text as a file, under the name that people are told."""
        return SourceFile(f"{self.plan or 'new'}.yaml", self.text)

    @property
    def digest(self) -> str:
        """SHA-256 of the text."""
        return Line(history.PLAN, "", self.text).digest


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """What a text would do. With problems it does nothing. `plan`: the name it gives itself, if that can be read.

    `base`: digest of the text in force, empty: none; `effect`: digest of all it would change, `counts`: how much of each sort
    (`effects.sort_of`); `bar`: why this officer
    may not give it; `losing`: plans of which it would take duties over.
    """

    problems: tuple[Problem, ...]
    plan: str | None
    base: str
    settled: settle.Settled = field(default_factory=settle.Settled)
    effect: str = ""
    counts: Mapping[str, int] = field(default_factory=dict)
    bar: Bar | None = None
    losing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Done:
    """A text was taken: it is in force, or waits as this proposal."""

    plan: str
    proposal: int | None = None


class NotAsShownError(LuanphienError):
    """Something changed since it was shown; nothing was stored."""

    def __init__(self, stale: Stale) -> None:
        """Keep what."""
        self.stale = stale
        super().__init__(f"{stale}: look at it again")


class BarredError(LuanphienError):
    """This officer may not; nothing was stored."""

    def __init__(self, bar: Bar) -> None:
        """Keep why."""
        self.bar = bar
        super().__init__(f"{bar}: it is for others")


class _MovedError(LuanphienError):
    """Directory or holidays changed between two readings."""


@dataclass(slots=True)
class Scene:
    """One change while it is made: who gives what, and all that it does."""

    job: Job
    officer: Officer
    draft: Draft
    least: Role
    plan: str | None
    around: Mapping[tuple[str, str], str]
    base: str = ""
    bar: Bar | None = None
    losing: set[str] = field(default_factory=set)
    marks: list[bytes] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)

    @property
    def effect(self) -> str:
        """Digest of all that it changes."""
        return hashlib.sha256(b"".join(sorted(self.marks))).hexdigest()

    def begin(self, session: Session) -> None:
        """What is in force, and whether they may. Raises _MovedError."""
        if history.digests(session, history.DIRECTORY, history.HOLIDAYS) != self.around:
            raise _MovedError("read it again")
        self.base = base_of(session, self.plan) if self.plan else ""
        self.bar = self._barred(session)

    def note(self, session: Session, changes: Sequence[Change], number: int) -> None:  # noqa: ARG002 - a Teller
        """Take note of changes."""
        for change in changes:
            before, after = change.before, change.after
            self.counts[sort_of(change)] += 1
            told = store.canonical([before and content_of(before), content_of(after)])
            self.marks.append(hashlib.sha256(told.encode()).digest())
            if before is not None and before.plan != after.plan:
                self.losing.add(before.plan)

    def tell(self, session: Session, changes: Sequence[Change], number: int) -> None:
        """Take note of changes, and tell whoever must know."""
        self.note(session, changes, number)
        tell_sync(self.job, session, changes, number)

    def check(self, seen: tuple[str, str]) -> None:
        """Raise NotAsShownError, or BarredError, unless base and effect are those that were shown."""
        if self.bar is not None:
            raise BarredError(self.bar)
        if self.effect != seen[1]:
            raise NotAsShownError(Stale.EFFECT)

    def bars(self, session: Session) -> Bar | None:
        """Why they may not, once all that it does is known."""
        if self.bar is None and self.losing and self.officer.role is not Role.ADMIN:
            theirs = remit_of(Office(session, self.job.today()), self.officer).plans
            return None if self.losing <= theirs else Bar.TAKES
        return self.bar

    def _barred(self, session: Session) -> Bar | None:
        if not self.officer.may(self.least):
            return Bar.ROLE
        if self.officer.role is Role.ADMIN:
            return None
        remit = remit_of(Office(session, self.job.today()), self.officer)
        if self.base and self.plan not in remit.plans:
            return Bar.BEFORE
        model = model_of(self.draft.file, PlanModel, [])[1]
        return Bar.AFTER if model is not None and model.owner not in remit.organisations else None


def look(job: Job, officer: Officer, draft: Draft) -> Looked:
    """What a text would do, as things stand. Raises EmptyStoreError."""
    for _ in range(TRIES - 1):
        try:
            return _look(job, officer, draft)
        except _MovedError:
            continue
    return _look(job, officer, draft)


def least_of(job: Job) -> Role:
    """From which role on a text may be given: whoever writes may propose, where a second officer has to agree."""
    return Role.OFFICER if job.settings.plan_approval == "second" else Role.HEAD


def _look(job: Job, officer: Officer, draft: Draft) -> Looked:
    scene, given, wrong = _scene(job, officer, draft)
    if wrong:
        return Looked(problems=wrong, plan=scene.plan, base=scene.base, bar=scene.bar)
    watched = Conditional(job.database, before=scene.begin)
    settled = settle.sync(watched, given, job.now(), job.today(), preview=True, tell=scene.note)
    with job.database.read() as session:
        bar = scene.bars(session)
    return Looked(
        problems=settled.problems,
        plan=scene.plan,
        base=scene.base,
        settled=settled,
        effect=scene.effect,
        counts=scene.counts,
        bar=bar,
        losing=tuple(sorted(scene.losing)),
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
        raise BarredError(Bar.ROLE)
    if found.by == officer.id:
        raise BarredError(Bar.OWN)
    if found.base != seen[0]:
        raise NotAsShownError(Stale.BASE)

    def record(session: Session, _: Scene, batch: int) -> None:
        still = proposals.one(session, ident)
        if still is None or still.state is not proposals.State.PENDING:
            raise NotAsShownError(Stale.OVER)
        proposals.end(session, ident, proposals.State.APPROVED, officer.id, job.now(), batch=batch)

    return _carry_out(job, officer, draft_of(found), seen, record)


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
    with job.database.write() as session:
        _check_base(base_of(session, looked.plan), seen[0], draft)
        made = proposals.propose(session, looked.plan, draft.text, seen[0], officer.id, job.now())
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
) -> Done | Looked:
    scene, given, wrong = _scene(job, officer, draft)
    if wrong or scene.plan is None:
        return Looked(problems=wrong, plan=scene.plan, base=scene.base, bar=scene.bar)

    def before(session: Session) -> None:
        try:
            scene.begin(session)
        except _MovedError as error:
            raise NotAsShownError(Stale.EFFECT) from error
        _check_base(scene.base, seen[0], draft)

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
        least = least_of(job)
        scene = Scene(job, officer, draft, least, draft.plan or ident, around)
        scene.begin(session)
        wrong = [*wrong_name(session, draft.file, draft.plan, ident)]
        wrong += chain_problems((draft.file,), job.settings.chains)
        if wrong or ident is None:
            wrong += quick_faults(session, draft.file)
    return scene, given, in_order(wrong)
