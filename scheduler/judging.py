"""Whether a decision can be taken: on what exists, at a time that makes sense, once. Pure; raises, never writes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from difflib import get_close_matches

from scheduler.amendment import Decision, Verb
from scheduler.course import Course, Move
from scheduler.docket import Docket, Line
from scheduler.errors import ClosedError, DecisionError
from scheduler.filling import fill
from scheduler.leeway import EARLIEST, FIRST_YEAR, LAST_YEAR, LATEST, check_set
from scheduler.occurrence import Occurrence, Status
from scheduler.plan import MEETINGS, Kind, Party, Place
from scheduler.rotation import misfits, turns
from scheduler.rules import Relative, Rotation

YEARS_AHEAD = 50
"""How far ahead of today a party may enter or leave."""

CLOSED = {
    Status.HELD: "{key} is recorded as held",
    Status.CANCELLED: "{key} was cancelled",
    Status.SKIPPED: "{key} was skipped",
}
DUTIES = (Kind.TASK, Kind.DEADLINE, Kind.REPORT)


def judge(docket: Docket) -> None:
    """Judge a decision other than undo. Raises DecisionError, naming the fix."""
    decision = docket.decision
    if len(set(decision.keys)) < len(decision.keys) and decision.verb is not Verb.SWAP:
        raise DecisionError("one key is given twice", "name each occurrence once")
    for key in decision.keys:
        occurrence = docket.scene.occurrences.get(key)
        if occurrence is None:
            raise DecisionError("{key} is not there any more", "luanphien list shows what is", key=key)
        _check_open(decision, occurrence, by_text=docket.scene.settled.verdict(key).status is None)
        if docket.today is not None:
            _check_days(docket, occurrence, docket.today)
    _check_names(docket)
    if decision.verb in _JUDGES:
        _JUDGES[decision.verb](docket)


def _check_open(decision: Decision, occurrence: Occurrence, *, by_text: bool) -> None:
    """What is over stays so until that is taken back; and each verb is for its kinds."""
    if occurrence.status is Status.HELD and by_text and decision.verb is not Verb.SWAP:
        fix = "change the plan file, if that is wrong"
        raise DecisionError("the text itself reports {key} as held", fix, key=occurrence.key)
    if decision.verb is not Verb.SWAP and (over := closed(occurrence)) is not None:
        raise over
    if decision.verb is Verb.HELD and occurrence.kind in DUTIES:
        raise DecisionError("{key} is a duty, not a meeting", "use decide done", key=occurrence.key)
    if decision.verb is Verb.DONE and occurrence.kind not in DUTIES:
        raise DecisionError("{key} is not a duty to be done", "use decide held with its days", key=occurrence.key)
    if occurrence.kind is Kind.ONGOING and decision.verb is not Verb.CANCEL:
        raise DecisionError("{key} goes on without days", "there is nothing to decide on it", key=occurrence.key)
    if len(decision.keys) > 1 and decision.verb is not Verb.SWAP and occurrence.kind not in MEETINGS:
        raise DecisionError("{key} is no meeting that could be joint", "decide on it by itself", key=occurrence.key)


def closed(occurrence: Occurrence) -> ClosedError | None:
    """That an occurrence is over, where it is."""
    if occurrence.status not in CLOSED:
        return None
    return ClosedError(CLOSED[occurrence.status], "take that back first with decide undo", key=occurrence.key)


def _check_days(docket: Docket, occurrence: Occurrence, today: date) -> None:
    decision, days = docket.decision, docket.decision.window
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
    text = _text_window(docket, occurrence)
    first, last = text.window.start, text.window.last
    if (first and days.start < first - EARLIEST) or (last and days.last > last + LATEST):
        message = "{start} is too far from {key}, which the text puts at {first} to {last}"
        fix = "correct the days, or decide on another cycle"
        raise DecisionError(message, fix, start=days.start, key=occurrence.key, first=first or "…", last=last or "…")
    if decision.verb is Verb.POSTPONE and first and days.start < first:
        message = "{start} is before {first}, the first day the text gives {key}: what is postponed takes place later"
        fix = "give a day from then on"
        if occurrence.kind not in DUTIES:
            fix = "give a later day; days that were brought forward are fixed with decide confirm"
        raise DecisionError(message, fix, start=days.start, first=first, key=occurrence.key)


def _text_window(docket: Docket, occurrence: Occurrence) -> Occurrence:
    """The occurrence as the text has it, with nothing decided but what was set."""
    settings = tuple(a for a in docket.scene.settled.amendments if a.decision.verb is Verb.SET)
    return docket.replay(settings).occurrences.get(occurrence.key, occurrence)


def _check_names(docket: Docket) -> None:
    decision, directory = docket.decision, docket.directory
    place = decision.place
    if place is not None and place not in directory.parties and place not in directory.places:
        near = _near(place, {**directory.parties, **directory.places})
        raise DecisionError(
            "no place or party is called {place}", "write an id, such as {near}", place=place, near=near
        )
    for party in filter(None, (decision.host, decision.party)):
        if party not in directory.parties:
            near = _near(party, directory.parties)
            raise DecisionError("no party is called {party}", "write an id, such as {near}", party=party, near=near)


def _near(asked: str, shelf: Mapping[str, Party | Place]) -> str:
    """Ids one may have meant: of what has this name, else those spelt most alike, else the first of all."""
    said = asked.casefold()
    named = [ident for ident, entry in shelf.items() if entry.name.vi.casefold() == said]
    return ", ".join(named or get_close_matches(said, shelf, n=3, cutoff=0.5) or sorted(shelf)[:8])


def _check_swap(docket: Docket) -> None:
    one, other = (docket.scene.occurrences[key] for key in docket.decision.keys)
    if docket.scene.line(one.obligation, one.leg) is None:
        raise DecisionError("this duty has no turns", "name the host of one cycle with decide host")
    if (one.obligation, one.leg) != (other.obligation, other.leg):
        message = "{one} and {other} are not turns of one line"
        raise DecisionError(message, "name two cycles of one obligation and leg", one=one.key, other=other.key)
    if one.key == other.key:
        raise DecisionError("{one} cannot trade with itself", "name two cycles", one=one.key)
    for turn in (one, other):
        if (over := closed(turn)) is not None:
            raise over
        if turn.host is None:
            raise DecisionError("{key} has no host to trade", "set the order of hosts first", key=turn.key)
    if one.host == other.host:
        message = "{one} and {other} have the same host, {host}: nothing would change"
        raise DecisionError(message, "name two cycles of different hosts", one=one.key, other=other.key, host=one.host)


def _check_skip(docket: Docket) -> None:
    """Only a turn of a line can wait."""
    for key in docket.decision.keys if docket.decision.waits else ():
        occurrence = docket.scene.occurrences[key]
        cycle = occurrence.cycle
        if docket.scene.line(occurrence.obligation, occurrence.leg) is None or not cycle.isdecimal():
            raise DecisionError("{key} is no turn that could wait", "use --passes", key=key)


def _check_host(docket: Docket) -> None:
    """Only who takes part can host."""
    host = docket.decision.host
    if host is None:
        return
    for key in docket.decision.keys:
        occurrence = docket.scene.occurrences[key]
        if occurrence.kind not in (*MEETINGS, Kind.EVENT):
            raise DecisionError("{key} is no meeting that somebody hosts", "nothing is to be done", key=key)
        home = docket.directory.organisations[occurrence.owner].party
        sides = {home, *occurrence.partners, *_members(docket, occurrence)}
        if host not in sides:
            raise DecisionError(
                "{host} takes no part in it", "name one of {sides}", host=host, sides=", ".join(sorted(sides))
            )


def _check_members(docket: Docket) -> None:
    """A party joins once, and leaves only where it is; two at least stay, in this cycle and in all later ones."""
    decision, ident = docket.decision, docket.decision.obligation or ""
    line = docket.scene.line(ident, decision.leg)
    if line is None:
        fix = "name an obligation with turns, and its leg where it has several"
        raise DecisionError("{ident} has no such line of turns", fix, ident=ident)
    first = line.leg.first_year
    if first is None or not line.leg.order:
        raise DecisionError("the turns of {ident} are not set yet", "set first_year and order first", ident=ident)
    cycle = decision.cycle or first
    if cycle < first:
        raise DecisionError("{cycle} is before the first turn, {first}", "give a later year", cycle=cycle, first=first)
    if docket.today is not None and cycle > docket.today.year + YEARS_AHEAD:
        message = "{cycle} is more than {years} years ahead"
        raise DecisionError(message, "give an earlier year", cycle=cycle, years=YEARS_AHEAD)
    turn = next(turns(line.leg, line.rule.every, cycle, cycle + line.rule.every, line.course))
    _check_move(decision, turn.members)
    _check_later_moves(docket, line, cycle)


def _check_move(decision: Decision, members: tuple[str, ...]) -> None:
    """The move itself, among those who take turns when it is made."""
    party, after, names = decision.party, decision.after, ", ".join(members)
    if decision.verb is Verb.JOIN and party in members:
        raise DecisionError("{party} takes turns already", "nothing is to be done", party=party)
    if after is not None and after not in members:
        raise DecisionError("{party} takes no turns", "name one of {members}", party=after, members=names)
    if decision.verb is Verb.LEAVE and party not in members:
        raise DecisionError("{party} takes no turns", "name one of {members}", party=party, members=names)
    if decision.verb is Verb.LEAVE and len(members) <= 2:
        raise DecisionError("one side alone cannot take turns", "cancel the occurrences instead")


def _check_later_moves(docket: Docket, line: Line, cycle: int) -> None:
    """What was decided for later cycles must still be possible."""
    decision = docket.decision
    own = Move(cycle, decision.party or "", decision.verb is Verb.LEAVE, decision.after)
    moved = Course(tuple(sorted((*line.course.moves, own), key=lambda move: move.cycle)), line.course.steps)
    before = misfits(line.leg, line.course)
    spoilt = next((move for move in misfits(line.leg, moved) if move not in before), None)
    if spoilt is not None:
        message = "it was decided that {party} joins from {cycle} on"
        if spoilt.leaves:
            message = "it was decided that {party} leaves from {cycle} on"
        fix = "take that back first with decide undo"
        raise DecisionError(message, fix, party=spoilt.party, cycle=spoilt.cycle)


def _check_set(docket: Docket) -> None:
    decision, directory = docket.decision, docket.directory
    ident = decision.obligation or ""
    series = docket.scene.series.get(ident, ())
    if not series:
        raise DecisionError("no obligation is called {ident}", "luanphien check --json names them", ident=ident)
    segment = series[-1]
    obligation = segment.obligation
    if decision.gap not in obligation.to_set:
        gaps = ", ".join(gap.value for gap in obligation.to_set) or "—"
        if isinstance(obligation.rule, Relative):
            message = "{ident} is counted from {duties}"
            fix = "set there what is open"
            raise DecisionError(message, fix, ident=ident, duties=", ".join(obligation.rule.to))
        message = "{gap} is not left open in {ident}; open: {gaps}"
        fix = "change the plan file instead, or undo an earlier setting"
        raise DecisionError(message, fix, gap=decision.gap, ident=ident, gaps=gaps)
    rule = obligation.rule
    legs = [leg.partner for leg in rule.legs if leg.partner] if isinstance(rule, Rotation) else obligation.partners
    if decision.leg is not None and decision.leg not in legs:
        message = "{ident} has no leg {leg}"
        fix = "name one of {legs}, or leave --leg out"
        raise DecisionError(message, fix, ident=ident, leg=decision.leg, legs=", ".join(legs) or "—")
    changed = fill(obligation, segment.plan, decision)
    if changed == obligation:
        raise DecisionError("this would change nothing", "nothing is to be done")
    check_set(changed, segment.plan, decision, docket.today)
    own = changed.rule.legs if isinstance(changed.rule, Rotation) else ()
    hosts = {*(host for leg in own for host in leg.order), *filter(None, (changed.host,))}
    strangers = [*sorted(hosts - set(directory.parties)), *sorted(set(changed.leads) - set(directory.organisations))]
    if changed.place and changed.place not in {*directory.parties, *directory.places}:
        strangers.append(changed.place)
    if strangers:
        raise DecisionError("{name} is not in the directory", "write an id of the directory", name=strangers[0])


def _members(docket: Docket, occurrence: Occurrence) -> tuple[str, ...]:
    """Who takes turns in an occurrence's line at its cycle; nobody where it has none."""
    line, cycle = docket.scene.line(occurrence.obligation, occurrence.leg), occurrence.cycle
    if line is None or not (cycle.isascii() and cycle.isdecimal()):
        return ()
    return next((turn.members for turn in turns(line.leg, line.rule.every, int(cycle), int(cycle), line.course)), ())


_JUDGES: Mapping[Verb, Callable[[Docket], None]] = {
    Verb.SKIP: _check_skip,
    Verb.SWAP: _check_swap,
    Verb.HOST: _check_host,
    Verb.HELD: _check_host,
    Verb.JOIN: _check_members,
    Verb.LEAVE: _check_members,
    Verb.SET: _check_set,
}
