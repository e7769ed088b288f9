"""When a reminder is due and for whom: days before or after, by kind, by side, by whether days are fixed, by class."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache

from scheduler.agreement import RENEWS
from scheduler.anniversary import AnniversaryClass
from scheduler.occurrence import Occurrence, Status
from scheduler.plan import Kind
from scheduler.preparation import Side, Way
from scheduler.rules import Edge, Unit
from scheduler.window import Window

MONTH = 31
"""Days; no run of days off is longer."""

_CALENDAR_DAYS = 2
"""No fewer calendar days than this for a working day, holidays apart, which `MONTH` covers."""


class Role(StrEnum):
    """Why someone is written to: leads (*đơn vị chủ trì*), coordinates (*đơn vị phối hợp*), or owns the plan.

    A superior is told when one who leads did not answer; a partner when somebody put them on the list of contacts.
    """

    LEAD = "lead"
    COORDINATING = "coordinating"
    OWNER = "owner"
    SUPERIOR = "superior"
    PARTNER = "partner"


class Purpose(StrEnum):
    """What a step asks for."""

    PREPARE = "prepare"  # the days are known: get ready
    FIX_DAYS = "fix-days"  # they are not: fix them before the window closes
    FINISH = "finish"  # a task, deadline or report runs out
    RENEW = "renew"  # an agreement runs out: give notice in time
    MARK = "mark"  # an anniversary comes
    DECIDE = "decide"  # the plan has ended: renew, confirm or drop
    CHAIN = "chain"  # a step of the preparation chain is near
    OVERDUE = "overdue"  # it should have been done; said again and again
    RECORD = "record"  # it is past: record what happened, and what follows from it
    ESCALATE = "escalate"  # somebody below was reminded and did not answer
    DIGEST = "digest"  # the week and the month ahead
    CHANGED = "changed"  # its days, its host or those in charge are other ones now
    INVITE = "invite"  # for the reader's calendar
    UNINVITE = "uninvite"  # and out of it again
    VERIFY = "verify"  # confirm an address
    OFFICE = "office"  # something about the mail itself needs a person
    ACCESS = "access"  # a link by which an officer sets a password


AT_ONCE = frozenset({Purpose.CHANGED, Purpose.INVITE, Purpose.UNINVITE, Purpose.VERIFY, Purpose.OFFICE, Purpose.ACCESS})
"""What is not scheduled: it goes as soon as it is known, in a mail of its own, on any day."""

AFTERWARDS = frozenset({Purpose.OVERDUE, Purpose.RECORD})
"""What is said of something past."""


@dataclass(frozen=True, slots=True, order=True)
class Lead:
    """A lead time: so many calendar or working days."""

    days: int
    unit: Unit = Unit.CALENDAR

    def __str__(self) -> str:
        """As policies write it: `30`, or `5w` for working days."""
        return f"{self.days}w" if self.unit is Unit.WORKING else str(self.days)


@dataclass(frozen=True, slots=True)
class Step:
    """One reminder of an occurrence: `lead` before or after an edge of its window, to an audience.

    `of`: the step of the preparation chain, the rank told, or what else sets steps of one purpose apart.
    """

    purpose: Purpose
    lead: Lead
    edge: Edge
    audience: tuple[Role, ...]
    way: Way = Way.BEFORE
    of: str | None = None

    @property
    def id(self) -> str:
        """Name of the step; the same for every occurrence, whatever its days."""
        return "-".join(filter(None, (self.purpose, self.of, str(self.lead))))

    def counted_from(self, window: Window) -> date | None:
        """The day the step is counted from: the first day of the window, or its last; None when that is open."""
        return window.start if self.edge is Edge.START else window.last


@lru_cache(maxsize=1024)
def purpose_of(step: str) -> Purpose:
    """What the step with this id asks for. Raises ValueError when no step has such an id."""
    named = [purpose for purpose in Purpose if step == purpose or step.startswith(f"{purpose}-")]
    if not named:
        raise ValueError(f"{step!r} is not the id of a step")
    return max(named, key=len)


def chain_step(step: str) -> str | None:
    """The step of a preparation chain that a reminder's step asks for: of `chain-gifts-7` gifts; None for others."""
    purpose = purpose_of(step)
    if purpose not in (Purpose.CHAIN, Purpose.RECORD):
        return None
    return step.removeprefix(f"{purpose}-").rpartition("-")[0] or None


@dataclass(frozen=True, slots=True)
class Overdue:
    """How often it is said that something is overdue: every so many working days, at most so many times."""

    every: int
    most: int


@dataclass(frozen=True, slots=True)
class Escalation:
    """Working days without an answer after which the head, and then the deputy director, is told.

    Only steps at most `within` calendar days before, and those of what is overdue, rise.
    """

    head: int
    deputy: int
    within: int


Leads = tuple[Lead, ...]
BySide = Mapping[Side, Leads]


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """Lead times, longest first.

    `fixed` and `open`: exchanges, talks and events with known days, by what the home side does, and without.
    `due`: tasks, deadlines, reports; `renewal`: notice on an agreement. `preparation`: before each step of a chain.
    Coordinating bodies are told from `coordinating_from` days before. `projected`: the one mail to the plan's owner.
    `record`: working days after a meeting of which nothing was recorded.
    """

    fixed: Mapping[Kind, BySide]
    open: Mapping[Kind, Leads]
    due: Mapping[Kind, Leads]
    renewal: Leads
    anniversary: Mapping[AnniversaryClass, Leads]
    preparation: Leads
    overdue: Overdue
    record: tuple[int, ...]
    escalation: Escalation
    coordinating_from: int
    projected: int

    @property
    def reach(self) -> int:
        """Days ahead that must be looked at: the longest lead, and a month for days off, before which mail goes."""
        rows = [*self.open.values(), *self.due.values(), *self.anniversary.values()]
        rows += [row for sides in self.fixed.values() for row in sides.values()]
        leads = [*self.renewal, *self.preparation, *(lead for row in rows for lead in row)]
        return max(self.projected, *(_at_most(lead) for lead in leads), 0) + MONTH

    @property
    def memory(self) -> int:
        """Days back that must be looked at: the last thing said of something past, and a month for days off."""
        return max(self.overdue.every * self.overdue.most, *self.record, 0) * _CALENDAR_DAYS + MONTH

    def steps_for(self, occurrence: Occurrence, side: Side | None) -> tuple[Step, ...]:
        """The steps of an occurrence before its day, earliest first; `side` is what the home side does.

        None for what is held, skipped, cancelled or ongoing, nor for what another meeting fulfils (`joint`).
        """
        if occurrence.over or occurrence.joint is not None or occurrence.kind is Kind.ONGOING:
            return ()
        if occurrence.status is Status.PROJECTED:
            return (Step(Purpose.DECIDE, Lead(self.projected), Edge.START, (Role.OWNER,)),)
        purpose, edge, leads = self._timing(occurrence, side)
        return tuple(Step(purpose, lead, edge, self._audience(lead, purpose)) for lead in leads)

    def steps_after(self, occurrence: Occurrence) -> Iterator[tuple[int, Step]]:
        """What is said once an occurrence is past and nothing was recorded of it, with how manieth time (from 1).

        None for what has no day of its own, what is only projected, and what is over.
        """
        told = occurrence.status is not Status.PROJECTED and not occurrence.over and occurrence.joint is None
        if not told or occurrence.undated:
            return
        if occurrence.kind in self.due:
            step = Step(Purpose.OVERDUE, _working(self.overdue.every), Edge.END, (Role.LEAD,), Way.AFTER)
            yield from ((count, step) for count in range(1, self.overdue.most + 1))
        elif occurrence.kind in self.fixed:
            for days in self.record:
                yield 0, Step(Purpose.RECORD, _working(days), Edge.END, (Role.LEAD,), Way.AFTER)

    def _timing(self, occurrence: Occurrence, side: Side | None) -> tuple[Purpose, Edge, Leads]:
        kind, fixed = occurrence.kind, occurrence.window.fixed
        if occurrence.obligation.startswith(RENEWS):
            return Purpose.RENEW, Edge.END, self.renewal
        if kind in self.due:
            return Purpose.FINISH, Edge.END, self.due[kind]
        if kind is Kind.ANNIVERSARY:
            rank = occurrence.anniversary.rank if occurrence.anniversary else AnniversaryClass.OTHER
            return Purpose.MARK, Edge.START if fixed else Edge.END, self.anniversary[rank]
        if fixed:
            return Purpose.PREPARE, Edge.START, self.fixed[kind][side or Side.ANY]
        return Purpose.FIX_DAYS, Edge.END, self.open[kind]

    def _audience(self, lead: Lead, purpose: Purpose) -> tuple[Role, ...]:
        if lead.days > self.coordinating_from:
            return (Role.LEAD,)
        near = (Role.LEAD, Role.COORDINATING)
        return (*near, Role.PARTNER) if purpose is Purpose.PREPARE else near


def longest_first(leads: Iterable[Lead]) -> Leads:
    """In the order in which they come: a working day is taken for a day and a half."""
    return tuple(sorted(leads, key=lambda lead: lead.days * (1.5 if lead.unit is Unit.WORKING else 1), reverse=True))


def _working(days: int) -> Lead:
    return Lead(days, Unit.WORKING)


def _at_most(lead: Lead) -> int:
    return lead.days * (_CALENDAR_DAYS if lead.unit is Unit.WORKING else 1)
