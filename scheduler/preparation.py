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
    at all, None: always. `while_open`: it asks for the days themselves, and is gone once they are confirmed.
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
    while_open: bool = False

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

    `provisional`: the meeting's own days are not settled, so this one is counted from the time known so far. A step
    that asks for those days never is: settling them ends it.
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
    """The steps of an occurrence for the party `home`: first those that are not provisional, each sort by day.

    None when it is skipped, cancelled, joined to another or not set; of a held one only those after it, counted from
    the days it took place. A step `while_open` stands until days are confirmed or it is held: days that are only
    proposed, or that it was postponed to, still have to be confirmed. `named` is the template its plan names; where
    there is no such one for this side, and where none is named, the first of the occurrence's kind and side serves, if
    a partner takes part. A step before moves earlier off days off, one after rolls later (Civil Code, article 148.5). A
    step whose edge is open is left out.
    """
    gone = occurrence.over and occurrence.status is not Status.HELD
    if gone or occurrence.joint is not None or occurrence.cycle == UNSET:
        return ()
    template = _template(occurrence, side_of(occurrence, home), templates, named)
    asked = (rule for rule in (template.steps if template else ()) if _asked(rule, occurrence))
    steps = (_step(rule, occurrence, earlier, later) for rule in asked)
    return tuple(sorted((step for step in steps if step is not None), key=_in_turn))


def side_of(occurrence: Occurrence, home: str) -> Side | None:
    """Whether `home` travels or hosts; a host that leaves home travels. None when it does neither.

    Where the host itself travels, the meeting is at the other side's place, and that side receives it.
    """
    if home in occurrence.travels:
        return Side.TRAVELLING
    return Side.HOSTING if occurrence.host == home or occurrence.host in occurrence.travels else None


def _template(occurrence: Occurrence, side: Side | None, templates: Chains, named: str | None) -> Template | None:
    own = templates.get(named) if named is not None else None
    if own is not None and own.side in (side, Side.ANY):
        return own
    kind = occurrence.kind if occurrence.partners else None
    return next((t for t in templates.values() if kind in t.kinds and t.side in (side, Side.ANY)), None)


def _asked(rule: ChainStep, occurrence: Occurrence) -> bool:
    if occurrence.status is Status.HELD:
        return rule.way is Way.AFTER and not rule.while_open
    return not (rule.while_open and _settled(occurrence))


def _settled(occurrence: Occurrence) -> bool:
    return occurrence.window.fixed and occurrence.status in (Status.CONFIRMED, Status.HELD)


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
    provisional = not (rule.while_open or _settled(occurrence))
    return Step(rule, counted, day, _leads(rule.lead, occurrence), provisional=provisional)


def _leads(lead: str, occurrence: Occurrence) -> tuple[str, ...]:
    if lead == LEAD and occurrence.leads:
        return occurrence.leads
    return (occurrence.owner,) if lead in (LEAD, OWNER) else (lead,)


def _in_turn(step: Step) -> tuple[bool, date, date, str]:
    return step.provisional, step.day, step.counted, step.rule.id


def fitted(own: Iterable[ChainStep], under: Iterable[ChainStep]) -> tuple[ChainStep, ...]:
    """The steps of a template laid over another's: of two with one id the own one stands."""
    return tuple({step.id: step for step in (*under, *own)}.values())
