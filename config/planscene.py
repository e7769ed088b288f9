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
from config.planentries import Entries, entries_between
from config.planfile import SourceFile, model_of
from config.planmodel import PlanModel
from config.remit import remit_of
from config.revisions import base_of, last_text_of, text_of
from config.session import Job
from config.telling import tell_sync
from scheduler import history, store
from scheduler.attending import Bodies
from scheduler.errors import LuanphienError
from scheduler.history import Line
from scheduler.occurrence import content_of
from scheduler.reconcile import Change


class Bar(StrEnum):
    """Why somebody may not give a text."""

    ROLE = "role"
    HEADS = "heads"  # it is for heads to approve
    BEFORE = "before"  # the plan is on somebody else's desk
    PAST = "past"  # a plan of that name was on somebody else's desk when it ended
    AFTER = "after"  # it would be
    ENTRIES = "entries"  # it says otherwise who is who
    TAKES = "takes"  # duties of somebody else's plan would go on in this one
    OTHER = "other"  # it is for the proposer to withdraw
    OWN = "own"  # nobody approves their own


class Stale(StrEnum):
    """What is not as it was shown."""

    TEXT = "text"  # the text that was sent is not the one that was checked
    BASE = "base"  # another text is in force by now
    EFFECT = "effect"  # the same text would do something else by now
    SAME = "same"  # the text is in force already
    AROUND = "around"  # directory or holidays
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


class MovedError(NotAsShownError):
    """Directory or holidays changed between two readings."""

    def __init__(self) -> None:
        """It is what lies around the text that moved."""
        super().__init__(Stale.AROUND)


@dataclass(slots=True)
class Scene:
    """One change while it is made: who gives what, and all that it does.

    `bar` is known from the texts alone once it has begun; `losing`: plans that it would take duties from.
    """

    job: Job
    officer: Officer
    draft: Draft
    least: Role
    plan: str | None
    around: Mapping[tuple[str, str], str]
    base: str = ""
    bar: Bar | None = None
    entries: Entries = field(default_factory=Entries)
    losing: set[str] = field(default_factory=set)
    marks: list[bytes] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)

    @property
    def effect(self) -> str:
        """Digest of all that it changes, occurrences and who is who."""
        return hashlib.sha256(b"".join(sorted([*self.marks, self.entries.digest]))).hexdigest()

    def begin(self, session: Session) -> None:
        """What is in force, and whether they may. Raises MovedError."""
        if history.digests(session, history.DIRECTORY, history.HOLIDAYS) != self.around:
            raise MovedError
        self.weigh(session)

    def weigh(self, session: Session) -> None:
        """What is in force, and whether they may, as far as the texts alone tell."""
        self.base = base_of(session, self.plan) if self.plan else ""
        before = text_of(session, self.plan) if self.plan and self.base else ""
        self.entries = entries_between(before, self.draft.text)
        self.losing |= {plan for _, plan in _continued(self.draft.text) - _continued(before)}
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
            return self._takes(session, remit_of(Office(session, self.job.today()), self.officer))
        return self.bar

    def _barred(self, session: Session) -> Bar | None:
        """Why they may not give this text in place of what is in force, whatever it does to occurrences."""
        if not self.officer.may(self.least):
            return Bar.ROLE
        if self.officer.role is Role.ADMIN:
            return None
        remit = remit_of(Office(session, self.job.today()), self.officer)
        if self.base and self.plan not in remit.plans:
            return Bar.BEFORE
        past = "" if self.base or self.plan is None else last_text_of(session, self.plan)
        if past and _owner(past) not in remit.organisations:
            return Bar.PAST
        owner = _owner(self.draft.text)
        if owner is not None and owner not in remit.organisations:
            return Bar.AFTER
        return Bar.ENTRIES if self.entries.digest else self._takes(session, remit)

    def _takes(self, session: Session, remit: Bodies) -> Bar | None:
        """Whether duties of somebody else's plan would go on in this one; of a plan that ended, its last owner's."""
        for plan in self.losing - remit.plans:
            past = last_text_of(session, plan)
            if base_of(session, plan) or (past and _owner(past) not in remit.organisations):
                return Bar.TAKES
        return None


def _model(text: str) -> PlanModel | None:
    return model_of(SourceFile("", text), PlanModel, [])[1] if text else None


def _owner(text: str) -> str | None:
    """Who owns the plan of a text; None: it cannot be read."""
    model = _model(text)
    return model.owner if model is not None else None


def _continued(text: str) -> frozenset[tuple[str, str]]:
    """The duties that a text goes on with, and the plan of each."""
    model = _model(text)
    items = model.obligations if model is not None else []
    return frozenset((item.id, item.continues) for item in items if item.continues)
