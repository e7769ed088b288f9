"""What must be done around a meeting, counted from its days: values computed from it, never rows of the store."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from types import MappingProxyType

from scheduler.occurrence import UNSET, Occurrence, Status
from scheduler.plan import Kind, Text
from scheduler.rules import Edge, Unit

DayMover = Callable[[date, int], date]
"""(day, n) → the working day n working days away from `day`; n = 0: `day` itself or the nearest that way."""


class Side(StrEnum):
    """What the home party does: it hosts (*đón đoàn*) or it travels (*đi công tác nước ngoài*)."""

    HOSTING = "hosting"
    TRAVELLING = "travelling"
    ANY = "any"


class Way(StrEnum):
    """Whether a step is done before or after the day it is counted from."""

    BEFORE = "before"
    AFTER = "after"


class Basis(StrEnum):
    """Where a number of days comes from: a law, or a value of the office, to be set by its own rules."""

    LAW = "law"
    LOCAL = "local"


LEAD, OWNER = "lead", "owner"
"""Who does a step: those who lead the meeting, or the plan's owner; else an organisation's id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainStep:
    """One step of a chain: `days` days `way` the `edge` of the meeting's days. `law` cites the article, if one speaks.

    The day counted from is not itself counted (Civil Code, article 147). `condition` says when the step is asked for
    at all, None: always.
    """

    id: str
    title: Text
    days: int
    unit: Unit = Unit.CALENDAR
    edge: Edge = Edge.START
    way: Way = Way.BEFORE
    lead: str = LEAD
    law: Text | None = None
    condition: Text | None = None

    @property
    def basis(self) -> Basis:
        """Where its number of days comes from."""
        return Basis.LOCAL if self.law is None else Basis.LAW


@dataclass(frozen=True, slots=True)
class Template:
    """The steps of some kinds of meeting for one side. Without kinds it serves only the duties that name it."""

    id: str
    side: Side
    kinds: tuple[Kind, ...]
    steps: tuple[ChainStep, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """A step of one occurrence. `counted`: the day the arithmetic gives; `day`: that day moved off days off.

    `provisional`: the meeting's own days are not fixed, so this one is counted from the time it must fall in.
    """

    rule: ChainStep
    counted: date
    day: date
    leads: tuple[str, ...]
    provisional: bool


Chains = Mapping[str, Template]
"""Templates by id, in the order in which they are looked through."""

NO_CHAINS: Chains = MappingProxyType({})


def chain(
    occurrence: Occurrence,
    home: str,
    templates: Chains,
    earlier: DayMover,
    later: DayMover,
    named: str | None = None,
) -> tuple[Step, ...]:
    """The steps of an occurrence for the party `home`, by day; none when it is over, joined to another or not set.

    `named` is the template its plan names; where there is no such one for this side, and where none is named, the first
    of the occurrence's kind and side serves, if a partner takes part. A step before moves earlier off days off, one
    after rolls later (Civil Code, article 148.5). A step whose edge is open is left out.
    """
    if occurrence.over or occurrence.joint is not None or occurrence.cycle == UNSET:
        return ()
    template = _template(occurrence, side_of(occurrence, home), templates, named)
    steps = (_step(rule, occurrence, earlier, later) for rule in (template.steps if template else ()))
    return tuple(sorted((step for step in steps if step is not None), key=_by_day))


def side_of(occurrence: Occurrence, home: str) -> Side | None:
    """Whether `home` travels or hosts; a host that leaves home travels. None when it does neither."""
    if home in occurrence.travels:
        return Side.TRAVELLING
    return Side.HOSTING if occurrence.host == home else None


def _template(occurrence: Occurrence, side: Side | None, templates: Chains, named: str | None) -> Template | None:
    own = templates.get(named) if named is not None else None
    if own is not None and own.side in (side, Side.ANY):
        return own
    kind = occurrence.kind if occurrence.partners else None
    return next((t for t in templates.values() if kind in t.kinds and t.side in (side, Side.ANY)), None)


def _step(rule: ChainStep, occurrence: Occurrence, earlier: DayMover, later: DayMover) -> Step | None:
    window = occurrence.window
    anchor = window.start if rule.edge is Edge.START else window.last
    if anchor is None:
        return None
    sign, move = (-1, earlier) if rule.way is Way.BEFORE else (1, later)
    if rule.unit is Unit.WORKING:
        counted = day = move(anchor, rule.days)
    else:
        counted = anchor + sign * timedelta(days=rule.days)
        day = move(counted, 0)
    settled = window.fixed and occurrence.status is Status.CONFIRMED
    return Step(rule, counted, day, _leads(rule.lead, occurrence), provisional=not settled)


def _leads(lead: str, occurrence: Occurrence) -> tuple[str, ...]:
    if lead == LEAD and occurrence.leads:
        return occurrence.leads
    return (occurrence.owner,) if lead in (LEAD, OWNER) else (lead,)


def _by_day(step: Step) -> tuple[date, date, str]:
    return step.day, step.counted, step.rule.id


def fitted(own: Iterable[ChainStep], under: Iterable[ChainStep]) -> tuple[ChainStep, ...]:
    """The steps of a template laid over another's: of two with one id the own one stands."""
    return tuple({step.id: step for step in (*under, *own)}.values())
