"""A policy as people write it: plain values, checked field by field, into a `Policy`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from notifications.policy import BySide, Escalation, Lead, Leads, Overdue, Policy, longest_first
from scheduler.anniversary import AnniversaryClass
from scheduler.errors import LuanphienError
from scheduler.plan import Kind
from scheduler.preparation import Side
from scheduler.rules import Unit

LONGEST = 3650
"""The most days before that a policy may ask for."""

MOST_REPEATS = 60
"""The most times that one thing may be said to be overdue."""

_LEAD = re.compile(r"(\d{1,6})(w?)")


@dataclass(frozen=True, slots=True)
class PolicyFault:
    """What is wrong with one field: its path, pydantic's code (or `twice`, `lead`), and the fault in English."""

    path: tuple[str | int, ...]
    code: str
    message: str


class PolicyError(LuanphienError):
    """A policy that cannot be used, and all that is wrong with it."""

    def __init__(self, faults: tuple[PolicyFault, ...]) -> None:
        """Keep the faults as fields, so that a loader can add file and line, and say them in another language."""
        self.faults = faults
        super().__init__("; ".join(f"{'.'.join(map(str, f.path)) or 'policy'}: {f.message}" for f in faults))


def _lead(value: object) -> object:
    """A number of days, or `5w` for working days; anything else is left for pydantic to refuse."""
    if isinstance(value, str):
        found = _LEAD.fullmatch(value)
        if found is None:
            raise ValueError("write a number of days, such as 30, or of working days, such as 5w")
        value = {"days": int(found[1]), "unit": Unit.WORKING if found[2] else Unit.CALENDAR}
    elif isinstance(value, int) and not isinstance(value, bool):
        value = {"days": value}
    return value


def _each_once(leads: list[_LeadForm]) -> Leads:
    made = [Lead(form.days, form.unit) for form in leads]
    if len(set(made)) != len(made):
        raise ValueError("the same number of days stands twice; keep it once")
    return longest_first(made)


def _both_sides(value: object) -> object:
    """One list of days is for either side."""
    return {"hosting": value, "travelling": value} if isinstance(value, list) else value


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True, frozen=True)


class _LeadForm(_Strict):
    days: Annotated[int, Field(ge=0, le=LONGEST, strict=True)]
    unit: Unit = Unit.CALENDAR


_Before = Annotated[int, Field(ge=0, le=LONGEST, strict=True)]
_Count = Annotated[int, Field(ge=1, le=LONGEST, strict=True)]
_Days = Annotated[list[Annotated[_LeadForm, BeforeValidator(_lead)]], AfterValidator(_each_once)]


class _Sides(_Strict):
    hosting: _Days
    travelling: _Days

    def by_side(self) -> BySide:
        """Where the home side does neither, it is told as a host is."""
        hosting, travelling = _leads(self.hosting), _leads(self.travelling)
        return MappingProxyType({Side.HOSTING: hosting, Side.TRAVELLING: travelling, Side.ANY: hosting})


class _Meeting(_Strict):
    fixed: Annotated[_Sides, BeforeValidator(_both_sides)]
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
    renewal: _Days
    anniversary: _Anniversary
    preparation: _Days


class _Overdue(_Strict):
    every: _Count
    most: Annotated[int, Field(ge=0, le=MOST_REPEATS, strict=True)]


class _After(_Strict):
    overdue: _Overdue
    record: list[_Count]


class _Escalation(_Strict):
    head: _Count
    deputy_director: _Count
    within: _Before


class _PolicyForm(_Strict):
    before: _BeforeByKind
    after: _After
    escalation: _Escalation
    coordinating_from: _Before
    projected: _Before


def policy_from(values: Mapping[str, Any]) -> Policy:
    """Make a policy from plain values, shaped as in `config/policies.yaml`. Raises PolicyError, naming every fault."""
    try:
        read = _PolicyForm.model_validate(dict(values))
    except ValidationError as error:
        raise PolicyError(tuple(_fault(part) for part in error.errors(include_url=False))) from None
    before, mark = read.before, read.before.anniversary
    meetings = {Kind.EXCHANGE: before.exchange, Kind.TALKS: before.talks, Kind.EVENT: before.event}
    due = {Kind.TASK: before.task, Kind.DEADLINE: before.deadline, Kind.REPORT: before.report}
    ranks = {AnniversaryClass.ROUND: mark.tron, AnniversaryClass.FIFTH: mark.le_5, AnniversaryClass.OTHER: mark.khac}
    return Policy(
        fixed=MappingProxyType({kind: days.fixed.by_side() for kind, days in meetings.items()}),
        open=MappingProxyType({kind: _leads(days.open) for kind, days in meetings.items()}),
        due=MappingProxyType({kind: _leads(days) for kind, days in due.items()}),
        renewal=_leads(before.renewal),
        anniversary=MappingProxyType({rank: _leads(days) for rank, days in ranks.items()}),
        preparation=_leads(before.preparation),
        overdue=Overdue(read.after.overdue.every, read.after.overdue.most),
        record=tuple(sorted(set(read.after.record))),
        escalation=Escalation(read.escalation.head, read.escalation.deputy_director, read.escalation.within),
        coordinating_from=read.coordinating_from,
        projected=read.projected,
    )


def _leads(checked: Any) -> Leads:
    """What `_each_once` made of a list; pydantic's types do not know that."""
    leads: Leads = checked
    return leads


_FIXES = {
    "missing": "is missing; write it as in the policies.yaml that comes with the product",
    "extra_forbidden": "is not known here; remove it or mend its spelling",
    "int_type": "must be a whole number of days, such as 30",
    "model_type": "must be a number of days, such as 30, or of working days, such as 5w",
    "list_type": "must be a list of days, such as [30, 14, 7, 1]",
    "greater_than_equal": "must not be negative; 0 means the day itself",
    "less_than_equal": f"must be at most {LONGEST} days",
}


def _fault(part: Any) -> PolicyFault:
    code = part["type"]
    message = _FIXES.get(code, str(part["msg"]).removeprefix("Value error, "))
    if code == "value_error":
        code = "twice" if "twice" in message else "lead"
    path = tuple(part["loc"])
    return PolicyFault(path[:-1] if path and path[-1] in ("days", "unit") else path, code, message)
