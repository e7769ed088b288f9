"""Why an occurrence is what it is: codes and fields. `calendars.wording` says them in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from scheduler.occurrence import Occurrence, Record
from scheduler.plan import MEETINGS
from scheduler.rotation import turns
from scheduler.rules import AnniversaryOf, Leg, Once, Recurrence, Relative, Rotation, Yearly
from scheduler.series import Segment, Series
from scheduler.slots import legs_through
from scheduler.window import Window


class Code(StrEnum):
    """What a fact is about. The fields of each are listed beside it."""

    DOCUMENT = "document"  # number|None, date|None, issuer, title: Text
    CLAUSES = "clauses"  # clauses: tuple[str, ...]
    WORDS = "words"  # words
    STATED = "stated"  # cycle, clauses: the text itself names this cycle
    ROTATION = "rotation"  # first_year, every, index, year: "2019 + 2·1 = 2021"
    TURN = "turn"  # index, order: tuple[party, ...], position (index mod len(order)), host
    YEARLY = "yearly"  # first_year, every, index, year
    ANNIVERSARY = "anniversary"  # origin: date, year, ordinal, rank: AnniversaryClass
    RELATIVE = "relative"  # anchor (a key), first, last, edge, days, unit, same: bool, day
    RECURRENCE = "recurrence"  # rrule, first: date, day: date
    WINDOW = "window"  # first|None, last|None, precision
    HOST_OPEN = "host-open"  # no fields: the text does not say who hosts
    TO_SET = "to-set"  # gaps: tuple[Gap, ...]
    PERIOD = "period"  # first|None, last|None, inside: bool
    AGREEMENT = "agreement"  # id, title: Text, first|None, last|None, inside: bool|None (None: term not stated)
    NO_AGREEMENT = "no-agreement"  # no fields
    HELD = "held"  # first, last, host|None: history the source reports
    ASSUMED = "assumed"  # no fields: not in the text
    NOTE = "note"  # note: a remark of the plan file
    STATUS = "status"  # status: Status, sequence, changed_at: datetime


@dataclass(frozen=True, slots=True)
class Fact:
    """One reason; `fields` as listed in `Code`, ids not yet turned into names."""

    code: Code
    fields: Mapping[str, object]


def explain(record: Record, series: Series, anchor: Occurrence | None) -> tuple[Fact, ...]:
    """The reasons for one occurrence, in the order one would tell them.

    `series` is its obligation's; `anchor` the occurrence a relative duty is counted from, None when it is not known.
    """
    occurrence = record.occurrence
    segment, legs = next(
        (segment, legs)
        for segment, legs in zip(reversed(series), reversed(legs_through(series)), strict=True)
        if segment.plan.id == occurrence.plan
    )
    obligation = segment.obligation
    document = occurrence.document
    facts = [
        Fact(Code.DOCUMENT, {"number": document.number, "date": document.date, "issuer": document.issuer,
                             "title": document.title}),
        Fact(Code.CLAUSES, {"clauses": occurrence.clauses}),
    ]  # fmt: skip
    if occurrence.expression:
        facts.append(Fact(Code.WORDS, {"words": occurrence.expression}))
    facts += _cycle_facts(occurrence, segment, legs, anchor)
    facts.append(Fact(Code.WINDOW, _bounds(occurrence.window) | {"precision": occurrence.window.precision}))
    facts += _standing(occurrence, segment)
    if occurrence.assumed:
        facts.append(Fact(Code.ASSUMED, {}))
    if occurrence.to_set:
        facts.append(Fact(Code.TO_SET, {"gaps": occurrence.to_set}))
    if obligation.note:
        facts.append(Fact(Code.NOTE, {"note": obligation.note}))
    stamp = {"status": occurrence.status, "sequence": record.sequence, "changed_at": record.changed_at}
    return (*facts, Fact(Code.STATUS, stamp))


def _cycle_facts(
    occurrence: Occurrence, segment: Segment, legs: tuple[Leg, ...], anchor: Occurrence | None
) -> list[Fact]:
    """How the rule comes to this cycle, and whose turn that makes it."""
    rule = segment.obligation.rule
    year = int(occurrence.cycle) if occurrence.cycle.isdigit() else None
    facts: list[Fact] = []
    fields: dict[str, object]
    if isinstance(rule, Rotation) and year is not None:
        facts += _turn_facts(next(leg for leg in legs if leg.partner == occurrence.leg), rule.every, year)
    elif isinstance(rule, Yearly) and year is not None:
        first = rule.first_year or segment.first_year or year
        fields = {"first_year": first, "every": rule.every, "index": (year - first) // rule.every, "year": year}
        facts.append(Fact(Code.YEARLY, fields))
    elif isinstance(rule, Relative) and anchor is not None:
        fields = {"anchor": anchor.key, "edge": rule.before, "days": rule.days, "unit": rule.unit, "same": rule.same}
        facts.append(Fact(Code.RELATIVE, fields | _bounds(anchor.window) | {"day": occurrence.window.last}))
    elif isinstance(rule, Recurrence):
        fields = {"rrule": rule.rrule, "first": rule.first, "day": occurrence.window.start}
        facts.append(Fact(Code.RECURRENCE, fields))
    origin = rule.origin if isinstance(rule, AnniversaryOf) else rule.marks if isinstance(rule, Once) else None
    if occurrence.anniversary and origin:
        mark = occurrence.anniversary
        fields = {"origin": origin, "year": origin.year + mark.ordinal, "ordinal": mark.ordinal, "rank": mark.rank}
        facts.append(Fact(Code.ANNIVERSARY, fields))
    stated = next(
        (s for s in segment.obligation.stated if (s.leg, s.cycle) == (occurrence.leg, occurrence.cycle)), None
    )
    if stated is not None:
        facts.append(Fact(Code.STATED, {"cycle": stated.cycle, "clauses": stated.clauses}))
    if stated is not None and stated.held is not None:
        facts.append(Fact(Code.HELD, _bounds(stated.held) | {"host": occurrence.host}))
    if occurrence.kind in MEETINGS and occurrence.host is None:
        facts.append(Fact(Code.HOST_OPEN, {}))
    return facts


def _turn_facts(leg: Leg, every: int, year: int) -> list[Fact]:
    if leg.first_year is None:
        return []
    turn = next(turns(leg, every, year, year))
    numbers = {"first_year": leg.first_year, "every": every, "index": turn.index, "year": year}
    facts = [Fact(Code.ROTATION, numbers)]
    if leg.order:
        position = turn.index % len(leg.order)
        whose = {"index": turn.index, "order": leg.order, "position": position, "host": turn.host}
        facts.append(Fact(Code.TURN, whose))
    return facts


def _standing(occurrence: Occurrence, segment: Segment) -> list[Fact]:
    """Whether the plan's period and the agreement carry it."""
    start, facts = occurrence.window.start, []
    period = segment.plan.period
    if period is not None:
        inside = start is None or period.holds(start)
        facts.append(Fact(Code.PERIOD, _bounds(period) | {"inside": inside}))
    agreement = segment.plan.agreement_for(occurrence.partners, segment.obligation.agreement)
    if agreement is None:
        return [*facts, Fact(Code.NO_AGREEMENT, {})]
    term = agreement.term
    carried = None if term is None else start is None or term.holds(start)
    bounds = _bounds(term) if term else {"first": None, "last": None}
    return [*facts, Fact(Code.AGREEMENT, {"id": agreement.id, "title": agreement.title, **bounds, "inside": carried})]


def _bounds(window: Window) -> dict[str, object]:
    return {"first": window.start, "last": window.last}
