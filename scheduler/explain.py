"""Why an occurrence is what it is: codes and fields. `calendars.wording` says them in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from scheduler.agreement import carries, health, notices
from scheduler.amendment import Amendment, Decision, Verb
from scheduler.course import PLAIN, Course
from scheduler.decided import NONE_DECIDED, PARTING, Decided, courses_of
from scheduler.ledger import leg_of, turn_of
from scheduler.occurrence import UNSET, Occurrence, Record
from scheduler.periods import period_named
from scheduler.plan import MEETINGS, Obligation, Rest
from scheduler.resting import DayOff
from scheduler.rules import (
    AnniversaryOf,
    Edge,
    Once,
    Periodic,
    Recurrence,
    Relative,
    Renewal,
    Unit,
    Yearly,
)
from scheduler.series import Segment, Series
from scheduler.window import Window


class Code(StrEnum):
    """What a fact is about. The fields of each are listed beside it."""

    DOCUMENT = "document"  # number|None, date|None, issuer, title: Text
    CLAUSES = "clauses"  # clauses: tuple[str, ...]
    WORDS = "words"  # words
    STATED = "stated"  # cycle, clauses: the text itself names this cycle
    ROTATION = "rotation"  # first_year, every, index, year: "2019 + 2·1 = 2021"
    TURN = "turn"  # index, order: tuple[party, ...], position in it, host, reason: Reason
    YEARLY = "yearly"  # first_year, every, index, year
    ANNIVERSARY = "anniversary"  # origin: date, year, ordinal, rank: AnniversaryClass
    RELATIVE = "relative"  # anchor (a key), first, last, edge, forward: bool, days, unit, same: bool, day
    WAITS = "waits"  # duties: tuple[str, ...]: obligations or keys it is counted from, which have no days yet
    PERIODIC = "periodic"  # first, last, precision of the period; opens, closes of its figures; due_day, day
    RECURRENCE = "recurrence"  # rrule, first: date, day: date
    WINDOW = "window"  # first|None, last|None, precision
    MOVES = "moves"  # way: Rest, earlier or later: a single day that is a day off moves
    DAY_OFF = "day-off"  # days: tuple[date, ...], parties: tuple[party, ...], off: OffCode, name: Text
    HOST_OPEN = "host-open"  # no fields: the text does not say who hosts
    TO_SET = "to-set"  # gaps: tuple[Gap, ...]
    PERIOD = "period"  # first|None, last|None, inside: bool
    AGREEMENT = "agreement"  # id, title: Text, first|None, last|None, inside: bool|None (None: term not stated),
    #                          state: State|None, ends|None: as it stands on the first day, or when it begins after that
    NO_AGREEMENT = "no-agreement"  # no fields
    HELD = "held"  # first, last, host|None: history the source reports
    ASSUMED = "assumed"  # no fields: not in the text
    DECIDED = "decided"  # number, at: datetime, who, why, decision: Decision
    WITHDRAWN = "withdrawn"  # as decided, and by: number of the undo
    NOTE = "note"  # note: a remark of the plan file
    STATUS = "status"  # status: Status, sequence, changed_at: datetime


@dataclass(frozen=True, slots=True)
class Fact:
    """One reason; `fields` as listed in `Code`, ids not yet turned into names."""

    code: Code
    fields: Mapping[str, object]


def explain(
    record: Record,
    series: Series,
    anchor: Occurrence | None,
    decided: Decided = NONE_DECIDED,
    rests: tuple[DayOff, ...] = (),
    taken: tuple[Amendment, ...] = (),
) -> tuple[Fact, ...]:
    """The reasons for one occurrence, in the order one would tell them.

    `series` is its obligation's, with what was set; `anchor` the occurrence a relative duty is counted from, None when
    it is not known; `decided` what was decided on the obligation, `taken` also what was taken back; `rests` the days
    off it falls on. An occurrence whose plan or line of turns is gone is told by what is kept of it.
    """
    occurrence = record.occurrence
    found = next((segment for segment in reversed(series) if segment.plan.id == occurrence.plan), None)
    facts = _source_facts(occurrence)
    if found is not None:
        facts += _turn_facts(series, occurrence, decided)
        facts += _cycle_facts(occurrence, found, anchor)
    course = courses_of(series, decided).get(occurrence.leg, PLAIN) if series else PLAIN
    said = [*_decisions(occurrence, decided, course), *_withdrawn(occurrence, decided, taken)]
    facts += sorted(said, key=_by_number)
    facts.append(Fact(Code.WINDOW, _bounds(occurrence.window) | {"precision": occurrence.window.precision}))
    if found is not None:
        facts += _rest_facts(found.obligation, rests)
        facts += _standing(occurrence, found)
    if occurrence.assumed:
        facts.append(Fact(Code.ASSUMED, {}))
    if occurrence.to_set:
        facts.append(Fact(Code.TO_SET, {"gaps": occurrence.to_set}))
    if found is not None and found.obligation.note:
        facts.append(Fact(Code.NOTE, {"note": found.obligation.note}))
    stamp = {"status": occurrence.status, "sequence": record.sequence, "changed_at": record.changed_at}
    return (*facts, Fact(Code.STATUS, stamp))


def _source_facts(occurrence: Occurrence) -> list[Fact]:
    """What it was read from."""
    document = occurrence.document
    facts = [
        Fact(Code.DOCUMENT, {"number": document.number, "date": document.date, "issuer": document.issuer,
                             "title": document.title}),
    ]  # fmt: skip
    facts += [Fact(Code.CLAUSES, {"clauses": occurrence.clauses})] if occurrence.clauses else []
    facts += [Fact(Code.WORDS, {"words": occurrence.expression})] if occurrence.expression else []
    return facts


def _rest_facts(obligation: Obligation, rests: tuple[DayOff, ...]) -> list[Fact]:
    """What becomes of a day off, and the days off it falls on."""
    way = Rest.KEEP if isinstance(obligation.rule, Relative) else obligation.days_off
    facts = [] if way is Rest.KEEP else [Fact(Code.MOVES, {"way": way})]
    met = ({"days": rest.days, "parties": rest.parties, "off": rest.code, "name": rest.name} for rest in rests)
    return [*facts, *(Fact(Code.DAY_OFF, fields) for fields in met)]


def _cycle_facts(occurrence: Occurrence, segment: Segment, anchor: Occurrence | None) -> list[Fact]:
    """How a rule other than a rotation comes to this cycle, and what the text says of it."""
    rule = segment.obligation.rule
    year = int(occurrence.cycle) if occurrence.cycle.isdigit() else None
    facts: list[Fact] = []
    fields: dict[str, object]
    if isinstance(rule, Yearly) and year is not None:
        first = rule.first_year or segment.first_year or year
        fields = {"first_year": first, "every": rule.every, "index": (year - first) // rule.every, "year": year}
        facts.append(Fact(Code.YEARLY, fields))
    elif isinstance(rule, Relative) and occurrence.cycle == UNSET:
        facts.append(Fact(Code.WAITS, {"duties": rule.to}))
    elif isinstance(rule, Relative) and anchor is not None:
        fields = {"anchor": anchor.key, "edge": rule.after or rule.before, "forward": rule.after is not None}
        fields |= {"days": rule.days, "unit": rule.unit, "same": rule.same}
        facts.append(Fact(Code.RELATIVE, fields | _bounds(anchor.window) | {"day": occurrence.window.last}))
    elif isinstance(rule, Renewal):
        facts += _renewal_facts(rule, segment, occurrence)
    elif isinstance(rule, Periodic):
        facts += _report_facts(rule, occurrence)
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


def _renewal_facts(rule: Renewal, segment: Segment, occurrence: Occurrence) -> list[Fact]:
    """The notice counted back from the end of the term, told as any duty counted from another."""
    agreement = segment.plan.agreement_for((), rule.agreement)
    ends = (
        next((ends for ends, _ in notices(agreement) if str(ends.year) == occurrence.cycle), None)
        if agreement
        else None
    )
    if agreement is None or ends is None:
        return []
    fields: dict[str, object] = {"anchor": agreement.id, "edge": Edge.END, "days": agreement.notice_days}
    fields |= {
        "unit": Unit.CALENDAR,
        "same": False,
        "forward": False,
        "first": None,
        "last": ends,
        "day": occurrence.window.last,
    }
    return [Fact(Code.RELATIVE, fields)]


def _report_facts(rule: Periodic, occurrence: Occurrence) -> list[Fact]:
    """The period a report is for, the days its figures cover, and the day the rule gives."""
    period = period_named(rule.unit, occurrence.cycle)
    if period is None:
        return []
    figures = {"opens": period.data.start, "closes": period.data.last}
    due = {"due_day": rule.due_day, "day": period.due(rule.due_day)}
    return [Fact(Code.PERIODIC, _bounds(period.span) | {"precision": period.span.precision} | figures | due)]


def _turn_facts(series: Series, occurrence: Occurrence, decided: Decided) -> list[Fact]:
    """How a rotation comes to this cycle, and whose turn that makes it."""
    found, turn = leg_of(series, occurrence), turn_of(series, occurrence, courses_of(series, decided))
    if found is None or turn is None or (first := found[0].first_year) is None:
        return []
    every = found[1].every
    numbers = {"first_year": first, "every": every, "index": (turn.year - first) // every, "year": turn.year}
    facts = [Fact(Code.ROTATION, numbers)]
    if turn.members:
        whose = {"index": turn.index, "order": turn.members, "position": turn.position, "host": turn.host}
        facts.append(Fact(Code.TURN, whose | {"reason": turn.reason}))
    return facts


def _decisions(occurrence: Occurrence, decided: Decided, course: Course) -> list[Fact]:
    """What people decided on this occurrence, or on its line of turns up to its cycle, and set."""
    facts = []
    year = int(occurrence.cycle) if occurrence.cycle.isdigit() else None
    carrier: str | None = None
    for amendment in decided.amendments:
        decision = amendment.decision
        own = occurrence.key in decision.keys
        on_line = decision.obligation == occurrence.obligation and decision.leg in (None, occurrence.leg)
        reached = decision.cycle is None or year is None or decision.cycle <= year
        parted = decision.verb in PARTING and carrier in decision.keys
        if own or (on_line and reached) or parted or (year is not None and _shifts(decision, occurrence, year, course)):
            fields = {"number": amendment.number, "at": amendment.at, "who": amendment.who, "why": amendment.why}
            facts.append(Fact(Code.DECIDED, fields | {"decision": decision}))
        if decision.verb in PARTING and (own or parted):
            carrier = decision.keys[0] if own and decision.keys[0] != occurrence.key else None
    return facts


def _withdrawn(occurrence: Occurrence, decided: Decided, taken: tuple[Amendment, ...]) -> list[Fact]:
    """What was decided on this occurrence, or on its line of turns, and taken back."""
    standing = {amendment.number for amendment in decided.amendments}
    undone = {amendment.decision.target: amendment.number for amendment in taken}
    facts = []
    for amendment in taken:
        decision = amendment.decision
        on_line = decision.obligation == occurrence.obligation and decision.leg in (None, occurrence.leg)
        if (occurrence.key in decision.keys or on_line) and amendment.number in undone.keys() - standing:
            fields = {"number": amendment.number, "at": amendment.at, "who": amendment.who, "why": amendment.why}
            facts.append(Fact(Code.WITHDRAWN, fields | {"decision": decision, "by": undone[amendment.number]}))
    return facts


def _by_number(fact: Fact) -> int:
    number = fact.fields["number"]
    return number if isinstance(number, int) else 0


def _shifts(decision: Decision, occurrence: Occurrence, year: int, course: Course) -> bool:
    """Whether a decision on other cycles of the same line bears on whose turn this one is.

    A turn that waits does; what was traded or named in a cycle from there on is carried on with it.
    """
    waits = [waiting for waiting in course.waits if waiting < year]
    own = occurrence.key.rpartition(".")[0]
    years = [int(key.rpartition(".")[2]) for key in decision.keys if _is_turn(key, own)]
    match decision.verb:
        case Verb.CANCEL | Verb.SKIP:
            return not set(waits).isdisjoint(years)
        case Verb.SWAP | Verb.HOST:
            return bool(waits) and any(min(waits) <= named <= year for named in years)
        case _:
            return False


def _is_turn(key: str, line: str) -> bool:
    """Whether a key is a year of this line of turns."""
    own, _, cycle = key.rpartition(".")
    return own == line and cycle.isascii() and cycle.isdecimal()


def _standing(occurrence: Occurrence, segment: Segment) -> list[Fact]:
    """Whether the plan's period and the agreement carry it."""
    start, facts = occurrence.window.start, []
    period = segment.plan.period
    if period is not None and not isinstance(segment.obligation.rule, Renewal):
        inside = occurrence.window.overlaps(period.start, period.last)
        facts.append(Fact(Code.PERIOD, _bounds(period) | {"inside": inside}))
    named = segment.obligation.agreement
    agreement = segment.plan.agreement_for(occurrence.partners, named, occurrence.window)
    if agreement is None:
        return [*facts, Fact(Code.NO_AGREEMENT, {})]
    bounds = _bounds(agreement.term) if agreement.term else {"first": None, "last": None}
    carried: bool | None = None if agreement.term is None else True
    stands: dict[str, object] = {"inside": carried, "state": None, "ends": None}
    if start is not None:
        begins = agreement.term.start if agreement.term else None
        day = begins if begins is not None and occurrence.window.holds(begins) else start
        then = health(agreement, day)
        stands = {"inside": carries(agreement, day), "state": then.state, "ends": then.ends}
    return [*facts, Fact(Code.AGREEMENT, {"id": agreement.id, "title": agreement.title, **bounds, **stands})]


def _bounds(window: Window) -> dict[str, object]:
    return {"first": window.start, "last": window.last}
