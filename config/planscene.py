"""One change of a plan's text while it is made: who gives it, whether they may, and all that it does."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from sqlmodel import Session

from calendars.pages.effects import sort_of
from config.office import Office
from config.officers import Officer, Role
from config.planfile import SourceFile, model_of
from config.planmodel import PlanModel
from config.remit import remit_of
from config.revisions import base_of, text_of
from config.session import Job
from config.telling import tell_sync
from scheduler import history, store
from scheduler.errors import LuanphienError
from scheduler.history import Line
from scheduler.occurrence import content_of
from scheduler.reconcile import Change


class Bar(StrEnum):
    """Why somebody may not give a text."""

    ROLE = "role"
    HEADS = "heads"  # it is for heads to approve
    BEFORE = "before"  # the plan is on somebody else's desk
    AFTER = "after"  # it would be
    TAKES = "takes"  # duties of somebody else's plan would go on in this one
    OTHER = "other"  # it is for the proposer to withdraw
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


class MovedError(LuanphienError):
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
        """What is in force, and whether they may. Raises MovedError."""
        if history.digests(session, history.DIRECTORY, history.HOLIDAYS) != self.around:
            raise MovedError("read it again")
        self.base = base_of(session, self.plan) if self.plan else ""
        before = text_of(session, self.plan) if self.plan and self.base else ""
        self.losing |= _continued(self.draft.file) - _continued(SourceFile("", before))
        self.bar = self.barred(session)

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

    def barred(self, session: Session) -> Bar | None:
        """Why they may not give this text in place of what is in force, whatever it does."""
        if not self.officer.may(self.least):
            return Bar.ROLE
        if self.officer.role is Role.ADMIN:
            return None
        remit = remit_of(Office(session, self.job.today()), self.officer)
        if self.base and self.plan not in remit.plans:
            return Bar.BEFORE
        model = model_of(self.draft.file, PlanModel, [])[1]
        return Bar.AFTER if model is not None and model.owner not in remit.organisations else None


def _continued(file: SourceFile) -> frozenset[str]:
    """The plans whose series a text says it goes on with."""
    model = model_of(file, PlanModel, [])[1] if file.text else None
    return frozenset(item.continues for item in model.obligations if item.continues) if model else frozenset()
