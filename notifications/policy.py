"""When a reminder is due and for whom: days before, by kind, by whether days are fixed, by anniversary class."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from scheduler.anniversary import AnniversaryClass
from scheduler.errors import LuanphienError
from scheduler.occurrence import Occurrence, Status
from scheduler.plan import Kind
from scheduler.rules import Edge
from scheduler.window import Window

LONGEST = 3650
"""The most days before that a policy may ask for."""

MONTH = 31
"""Days; no run of days off is longer."""


@dataclass(frozen=True, slots=True)
class PolicyFault:
    """What is wrong with one field: its path, pydantic's code (or `twice`), and the fault in English."""

    path: tuple[str | int, ...]
    code: str
    message: str


class PolicyError(LuanphienError):
    """A policy that cannot be used, and all that is wrong with it."""

    def __init__(self, faults: tuple[PolicyFault, ...]) -> None:
        """Keep the faults as fields, so that a loader can add file and line, and say them in another language."""
        self.faults = faults
        super().__init__("; ".join(f"{'.'.join(map(str, f.path)) or 'policy'}: {f.message}" for f in faults))


class Role(StrEnum):
    """Why someone is written to: leads (*đơn vị chủ trì*), coordinates (*đơn vị phối hợp*), or owns the plan."""

    LEAD = "lead"
    COORDINATING = "coordinating"
    OWNER = "owner"


class Purpose(StrEnum):
    """What a step asks for."""

    PREPARE = "prepare"  # the days are known: get ready
    FIX_DAYS = "fix-days"  # they are not: fix them before the window closes
    FINISH = "finish"  # a task, deadline or report runs out
    MARK = "mark"  # an anniversary comes
    DECIDE = "decide"  # the plan has ended: renew, confirm or drop


@dataclass(frozen=True, slots=True)
class Step:
    """One reminder of an occurrence: `days` before an edge of its window, to an audience."""

    purpose: Purpose
    days: int
    edge: Edge
    audience: tuple[Role, ...]

    @property
    def id(self) -> str:
        """Name of the step; the same for every occurrence, whatever its days."""
        return f"{self.purpose}-{self.days}"

    def counted_from(self, window: Window) -> date | None:
        """The day the step is counted back from: the first day of the window, or its last; None when that is open."""
        return window.start if self.edge is Edge.START else window.last

    def falls_on(self, window: Window) -> date | None:
        """The day of the step, working day or not; None when the window is open at its edge."""
        origin = self.counted_from(window)
        return None if origin is None else origin - timedelta(days=self.days)


def purpose_of(step: str) -> Purpose:
    """What the step with this id asks for. Raises ValueError when no step has such an id."""
    return Purpose(step.rpartition("-")[0])


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """Days before, longest first.

    `fixed` and `open`: exchanges, talks and events with known days and without. `due`: tasks, deadlines, reports.
    Coordinating bodies are told from `coordinating_from` days before. `projected`: the one mail to the plan's owner.
    """

    fixed: Mapping[Kind, tuple[int, ...]]
    open: Mapping[Kind, tuple[int, ...]]
    due: Mapping[Kind, tuple[int, ...]]
    anniversary: Mapping[AnniversaryClass, tuple[int, ...]]
    coordinating_from: int
    projected: int

    @property
    def reach(self) -> int:
        """Days ahead that must be looked at: the longest lead, and a month for days off, before which mail goes."""
        shelves = (self.fixed, self.open, self.due, self.anniversary)
        return max((self.projected, *(days for shelf in shelves for row in shelf.values() for days in row))) + MONTH

    def steps_for(self, occurrence: Occurrence) -> tuple[Step, ...]:
        """The steps of an occurrence, earliest first.

        None for what is held, skipped, cancelled or ongoing, nor for what another meeting fulfils (`joint`).
        """
        if occurrence.over or occurrence.joint is not None or occurrence.kind is Kind.ONGOING:
            return ()
        if occurrence.status is Status.PROJECTED:
            return (Step(Purpose.DECIDE, self.projected, Edge.START, (Role.OWNER,)),)
        purpose, edge, days = self._timing(occurrence)
        return tuple(Step(purpose, count, edge, self._audience(count)) for count in days)

    def _timing(self, occurrence: Occurrence) -> tuple[Purpose, Edge, tuple[int, ...]]:
        kind, fixed = occurrence.kind, occurrence.window.fixed
        if kind in self.due:
            return Purpose.FINISH, Edge.END, self.due[kind]
        if kind is Kind.ANNIVERSARY:
            rank = occurrence.anniversary.rank if occurrence.anniversary else AnniversaryClass.OTHER
            return Purpose.MARK, Edge.START if fixed else Edge.END, self.anniversary[rank]
        if fixed:
            return Purpose.PREPARE, Edge.START, self.fixed[kind]
        return Purpose.FIX_DAYS, Edge.END, self.open[kind]

    def _audience(self, days: int) -> tuple[Role, ...]:
        return (Role.LEAD, Role.COORDINATING) if days <= self.coordinating_from else (Role.LEAD,)


def _longest_first(days: list[int]) -> list[int]:
    if len(set(days)) != len(days):
        raise ValueError("the same number of days stands twice; keep it once")
    return sorted(days, reverse=True)


_Before = Annotated[int, Field(ge=0, le=LONGEST, strict=True)]
_Days = Annotated[list[_Before], AfterValidator(_longest_first)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True, frozen=True)


class _Meeting(_Strict):
    fixed: _Days
    open: _Days


class _Anniversary(_Strict):
    tron: _Days
    le_5: _Days = Field(alias="le-5")
    khac: _Days


class _BeforeByKind(_Strict):
    exchange: _Meeting
    talks: _Meeting
    event: _Meeting
    task: _Days
    deadline: _Days
    report: _Days
    anniversary: _Anniversary


class _PolicyFile(_Strict):
    before: _BeforeByKind
    coordinating_from: _Before
    projected: _Before


def policy_from(values: Mapping[str, Any]) -> Policy:
    """Make a policy from plain values, shaped as in `config/policies.yaml`. Raises PolicyError, naming every fault."""
    try:
        read = _PolicyFile.model_validate(dict(values))
    except ValidationError as error:
        raise PolicyError(tuple(_fault(part) for part in error.errors(include_url=False))) from None
    before, mark = read.before, read.before.anniversary
    meetings = {Kind.EXCHANGE: before.exchange, Kind.TALKS: before.talks, Kind.EVENT: before.event}
    due = {Kind.TASK: before.task, Kind.DEADLINE: before.deadline, Kind.REPORT: before.report}
    ranks = {AnniversaryClass.ROUND: mark.tron, AnniversaryClass.FIFTH: mark.le_5, AnniversaryClass.OTHER: mark.khac}
    return Policy(
        fixed=MappingProxyType({kind: tuple(days.fixed) for kind, days in meetings.items()}),
        open=MappingProxyType({kind: tuple(days.open) for kind, days in meetings.items()}),
        due=MappingProxyType({kind: tuple(days) for kind, days in due.items()}),
        anniversary=MappingProxyType({rank: tuple(days) for rank, days in ranks.items()}),
        coordinating_from=read.coordinating_from,
        projected=read.projected,
    )


_FIXES = {
    "missing": "is missing; write it as in the policies.yaml that comes with the product",
    "extra_forbidden": "is not known here; remove it or mend its spelling",
    "int_type": "must be a whole number of days, such as 30",
    "list_type": "must be a list of days, such as [30, 14, 7, 1]",
    "greater_than_equal": "must not be negative; 0 means the day itself",
    "less_than_equal": f"must be at most {LONGEST} days",
}


def _fault(part: Any) -> PolicyFault:
    code = "twice" if part["type"] == "value_error" else part["type"]
    message = _FIXES.get(code, str(part["msg"]).removeprefix("Value error, "))
    return PolicyFault(tuple(part["loc"]), code, message)
