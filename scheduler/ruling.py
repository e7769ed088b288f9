"""Whether a decision can be taken: on what exists, at a time that makes sense, once. Pure; raises, never writes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from scheduler.amendment import Amendment, Decided, Decision, Verb, effective
from scheduler.errors import DecisionError
from scheduler.filling import fill
from scheduler.occurrence import Occurrence, Status
from scheduler.plan import MEETINGS, Directory, Kind
from scheduler.rotation import turns
from scheduler.rules import Leg, Rotation, TurnMode
from scheduler.series import Series
from scheduler.slots import legs_through

FIRST_YEAR, LAST_YEAR = 1900, 2150
EARLIEST = timedelta(days=366)
LATEST = timedelta(days=5 * 366)
"""How far decided days may lie from the window the text gives."""

CLOSED = {
    Status.HELD: "{key} is recorded as held",
    Status.CANCELLED: "{key} was cancelled",
    Status.SKIPPED: "{key} was skipped",
}
DUTIES = (Kind.TASK, Kind.DEADLINE, Kind.REPORT)


@dataclass(frozen=True, slots=True)
class Docket:
    """A decision and all that it is judged by.

    `occurrences`: those it names, as they stand, by key. `series`: the obligations it touches, with what was set.
    `settled`: what was decided on them; `amendments`: every decision on them, taken back or not.
    """

    decision: Decision
    occurrences: Mapping[str, Occurrence]
    series: Mapping[str, Series]
    settled: Decided
    amendments: tuple[Amendment, ...]
    directory: Directory
    today: date


def ruled(docket: Docket) -> Decision:
    """The decision as it is to be written, hosts of what was held filled in. Raises DecisionError, naming the fix."""
    decision = docket.decision
    for key in decision.keys:
        _check_open(decision, docket.occurrences[key])
        _check_days(decision, docket.occurrences[key], docket.today)
    _check_names(decision, docket.directory)
    if decision.verb in _JUDGES:
        _JUDGES[decision.verb](docket)
    if decision.verb is Verb.HELD and decision.host is not None:
        for key in decision.keys:
            _check_side(docket, docket.occurrences[key])
    if decision.verb is Verb.HELD:
        hosts = tuple(decision.host or docket.occurrences[key].host or "" for key in decision.keys)
        return replace(decision, hosts=hosts, host=None)
    return decision


def _check_open(decision: Decision, occurrence: Occurrence) -> None:
    """What is over stays so until that is taken back; and each verb is for its kinds."""
    if occurrence.status in CLOSED and decision.verb is not Verb.SWAP:
        raise DecisionError(CLOSED[occurrence.status], "take that back first with decide undo", key=occurrence.key)
    if decision.verb is Verb.HELD and occurrence.kind in DUTIES:
        raise DecisionError("{key} is a duty, not a meeting", "use decide done", key=occurrence.key)
    if decision.verb is Verb.DONE and occurrence.kind not in DUTIES:
        raise DecisionError("{key} is not a duty to be done", "use decide held with its days", key=occurrence.key)
    if occurrence.kind is Kind.ONGOING and decision.verb is not Verb.CANCEL:
        raise DecisionError("{key} goes on without days", "there is nothing to decide on it", key=occurrence.key)
    if len(decision.keys) > 1 and decision.verb is not Verb.SWAP and occurrence.kind not in MEETINGS:
        raise DecisionError("{key} is no meeting that could be joint", "decide on it by itself", key=occurrence.key)


def _check_days(decision: Decision, occurrence: Occurrence, today: date) -> None:
    days = decision.window
    if days is None or days.start is None or days.last is None:
        return
    if not FIRST_YEAR <= days.start.year <= days.last.year <= LAST_YEAR:
        raise DecisionError("{value} is not a year", "write it with four digits", value=days.start.year)
    if decision.verb is Verb.HELD and days.last > today:
        raise DecisionError("{day} has not come yet", "use decide confirm for days to come", day=days.last)
    if decision.verb is Verb.AWAIT_PARTNER:
        if days.last <= today:
            raise DecisionError("{day} is past already", "give a day to come", day=days.last)
        return
    first, last = occurrence.window.start, occurrence.window.last
    if (first and days.start < first - EARLIEST) or (last and days.last > last + LATEST):
        message = "{start} is too far from {key}, which the text puts at {first} to {last}"
        fix = "correct the days, or decide on another cycle"
        raise DecisionError(message, fix, start=days.start, key=occurrence.key, first=first or "…", last=last or "…")


def _check_names(decision: Decision, directory: Directory) -> None:
    place = decision.place
    if place is not None and place not in directory.parties and place not in directory.places:
        raise DecisionError("no place or party is called {place}", "add it to the directory", place=place)
    for party in filter(None, (decision.host, decision.party)):
        if party not in directory.parties:
            raise DecisionError("no party is called {party}", "luanphien list names them", party=party)


def _check_swap(docket: Docket) -> None:
    one, other = (docket.occurrences[key] for key in docket.decision.keys)
    if _line(one.obligation, one.leg, docket)[0] is None:
        fix = "name the host of one cycle with decide host"
        raise DecisionError("this duty has no turns", fix)
    if (one.obligation, one.leg) != (other.obligation, other.leg):
        message = "{one} and {other} are not turns of one line"
        raise DecisionError(message, "name two cycles of one obligation and leg", one=one.key, other=other.key)
    if one.key == other.key:
        raise DecisionError("{one} cannot trade with itself", "name two cycles", one=one.key)
    for turn in (one, other):
        if turn.status in CLOSED:
            raise DecisionError(CLOSED[turn.status], "take that back first with decide undo", key=turn.key)
        if turn.host is None:
            raise DecisionError("{key} has no host to trade", "set the order of hosts first", key=turn.key)


def _check_host(docket: Docket) -> None:
    _check_side(docket, docket.occurrences[docket.decision.keys[0]])


def _check_side(docket: Docket, occurrence: Occurrence) -> None:
    """Only who takes part can host."""
    home = docket.directory.organisations[occurrence.owner].party
    sides = {home, *occurrence.partners, *_members(occurrence, docket)}
    host = docket.decision.host
    if host not in sides:
        raise DecisionError(
            "{host} takes no part in it", "name one of {sides}", host=host, sides=", ".join(sorted(sides))
        )


def _check_members(docket: Docket) -> None:
    """A party joins once, and leaves only where it is; two at least stay."""
    decision, ident = docket.decision, docket.decision.obligation or ""
    leg, rule = _line(ident, decision.leg, docket)
    if leg is None or rule is None:
        fix = "name an obligation with turns, and its leg where it has several"
        raise DecisionError("{ident} has no such line of turns", fix, ident=ident)
    if leg.first_year is None or not leg.order:
        raise DecisionError("the turns of {ident} are not set yet", "set first_year and order first", ident=ident)
    cycle = decision.cycle or leg.first_year
    if cycle < leg.first_year:
        message = "{cycle} is before the first turn, {first}"
        raise DecisionError(message, "give a later year", cycle=cycle, first=leg.first_year)
    course = docket.settled.course(ident, decision.leg, by_turn=rule.by is TurnMode.TURN)
    members = next(turns(leg, rule.every, cycle, cycle + rule.every, course)).members
    names = ", ".join(members)
    party, after = decision.party, decision.after
    if decision.verb is Verb.JOIN and party in members:
        raise DecisionError("{party} takes turns already", "nothing is to be done", party=party)
    if after is not None and after not in members:
        raise DecisionError("{party} takes no turns", "name one of {members}", party=after, members=names)
    if decision.verb is Verb.LEAVE and party not in members:
        raise DecisionError("{party} takes no turns", "name one of {members}", party=party, members=names)
    if decision.verb is Verb.LEAVE and len(members) <= 2:
        raise DecisionError("one side alone cannot take turns", "cancel the occurrences instead")


def _check_set(docket: Docket) -> None:
    decision, directory = docket.decision, docket.directory
    ident = decision.obligation or ""
    line = docket.series.get(ident, ())
    if not line:
        raise DecisionError("no obligation is called {ident}", "luanphien check --json names them", ident=ident)
    segment = line[-1]
    if decision.gap not in segment.obligation.to_set:
        gaps = ", ".join(gap.value for gap in segment.obligation.to_set) or "—"
        message = "{gap} is not left open in {ident}; open: {gaps}"
        fix = "change the plan file instead, or undo an earlier setting"
        raise DecisionError(message, fix, gap=decision.gap, ident=ident, gaps=gaps)
    changed = fill(segment.obligation, segment.plan, decision)
    legs = changed.rule.legs if isinstance(changed.rule, Rotation) else ()
    hosts = {*(host for leg in legs for host in leg.order), *filter(None, (changed.host,))}
    strangers = [*sorted(hosts - set(directory.parties)), *sorted(set(changed.leads) - set(directory.organisations))]
    if changed.place and changed.place not in {*directory.parties, *directory.places}:
        strangers.append(changed.place)
    if strangers:
        raise DecisionError("{name} is not in the directory", "write an id of the directory", name=strangers[0])


def _check_undo(docket: Docket) -> None:
    target = docket.decision.target
    if target not in {amendment.number for amendment in docket.amendments}:
        raise DecisionError("there is no decision {target}", "luanphien explain KEY shows the numbers", target=target)
    if target not in {amendment.number for amendment in effective(docket.amendments)}:
        raise DecisionError("decision {target} was taken back already", "nothing is to be done", target=target)


def _members(occurrence: Occurrence, docket: Docket) -> tuple[str, ...]:
    """Who takes turns in an occurrence's line at its cycle; nobody where it has none."""
    leg, rule = _line(occurrence.obligation, occurrence.leg, docket)
    if leg is None or rule is None or not occurrence.cycle.isdigit():
        return ()
    course = docket.settled.course(occurrence.obligation, occurrence.leg, by_turn=rule.by is TurnMode.TURN)
    year = int(occurrence.cycle)
    return next((turn.members for turn in turns(leg, rule.every, year, year, course)), ())


def _line(ident: str, partner: str | None, docket: Docket) -> tuple[Leg | None, Rotation | None]:
    """The leg of an obligation with turns, and its rule; None where there is none."""
    series = docket.series.get(ident, ())
    rule = series[-1].obligation.rule if series else None
    if not isinstance(rule, Rotation):
        return None, None
    return next((leg for leg in legs_through(series)[-1] if leg.partner == partner), None), rule


_JUDGES: Mapping[Verb, Callable[[Docket], None]] = {
    Verb.SWAP: _check_swap,
    Verb.HOST: _check_host,
    Verb.JOIN: _check_members,
    Verb.LEAVE: _check_members,
    Verb.SET: _check_set,
    Verb.UNDO: _check_undo,
}
