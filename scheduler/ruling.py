"""What becomes of a decision: judged by itself, and by what it would do to the decisions and records after it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

from scheduler.amendment import Amendment, Decision, Verb, effective
from scheduler.decided import courses_of
from scheduler.docket import Docket, Scene
from scheduler.errors import ClosedError, DecisionError
from scheduler.judging import judge
from scheduler.rotation import turns


def ruled(docket: Docket) -> Decision:
    """The decision as it is to be written, hosts of what was held filled in. Raises DecisionError, naming the fix."""
    decision = docket.decision
    if decision.verb is Verb.UNDO:
        _check_undo(docket)
    else:
        judge(docket)
    if decision.verb is Verb.HELD:
        occurrences = docket.scene.occurrences
        hosts = tuple(decision.host or occurrences[key].host or "" for key in decision.keys)
        decision = replace(decision, hosts=hosts, host=None)
    _check_recorded(docket, docket.replay(_with(docket, decision)))
    return decision


def undone(target: int | None) -> ClosedError:
    """That a decision does not stand any more."""
    return ClosedError("decision {target} was taken back already", "nothing is to be done", target=target)


def _check_undo(docket: Docket) -> None:
    """Only what stands can be taken back, and only while nothing rests on it."""
    target = docket.decision.target
    if target not in {amendment.number for amendment in docket.amendments}:
        raise DecisionError("there is no decision {target}", "luanphien explain KEY shows the numbers", target=target)
    before = effective(docket.amendments)
    if target not in {amendment.number for amendment in before}:
        raise undone(target)
    after = effective(_with(docket, docket.decision))
    common = sum(1 for one, other in zip(before, after, strict=False) if one is other)
    refused = {number for number, _ in _refused(docket, before, common)}
    numbers = {amendment.number for amendment in before}
    for number, error in _refused(docket, after, common):
        if number not in numbers:
            raise error
        if number not in refused:
            message = "decision {number} would not stand any more"
            raise DecisionError(message, "take it back first: luanphien decide undo {number}", number=number)


def _refused(docket: Docket, amendments: tuple[Amendment, ...], since: int) -> Iterator[tuple[int, DecisionError]]:
    """The decisions from the place `since` on that would be refused, each judged after those before it, and why."""
    for place, amendment in enumerate(amendments):
        if place < since or amendment.decision.verb is Verb.UNDO:
            continue
        scene = docket.replay(amendments[:place])
        try:
            judge(replace(docket, decision=amendment.decision, scene=scene, today=None))
        except DecisionError as error:
            yield amendment.number, error


def _check_recorded(docket: Docket, after: Scene) -> None:
    """What was recorded as held stays, and its turn goes on following from those before it, where it does so now."""
    for key in sorted(docket.scene.settled.held & after.settled.held):
        if key in docket.scene.occurrences and key not in after.occurrences:
            message = "{key} is recorded as held; by this it would be no turn any more"
            raise DecisionError(message, "take that record back first, and record it anew", key=key)
    for ident, series in after.series.items():
        for partner, course in courses_of(series, after.settled).items():
            for year, host in course.held:
                due, now = _due(docket.scene, ident, partner, year), _due(after, ident, partner, year)
                if due == host != now:
                    message = "{host} is recorded as host of {year}; by this it would have been the turn of {other}"
                    fix = "let the turn pass instead, or take that record back first"
                    raise DecisionError(message, fix, host=host, year=year, other=now or "—")


def _due(scene: Scene, ident: str, partner: str | None, year: int) -> str | None:
    """Whose turn a year is, whatever was recorded of it."""
    line = scene.line(ident, partner)
    if line is None:
        return None
    course = replace(line.course, held=())
    return next((turn.host for turn in turns(line.leg, line.rule.every, year, year, course)), None)


def _with(docket: Docket, decision: Decision) -> tuple[Amendment, ...]:
    """The decisions with one more at the end."""
    number = max((amendment.number for amendment in docket.amendments), default=0) + 1
    return (*docket.amendments, Amendment(number, datetime.max.replace(tzinfo=UTC), "", "", decision))
