"""What all decisions come to: for each occurrence a verdict, for each line of turns its course."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from types import MappingProxyType
from typing import assert_never

from scheduler.amendment import Amendment, Decision, Verb, effective
from scheduler.course import PLAIN, Course, Move, Naming, Step, Trade, Wait
from scheduler.occurrence import Status
from scheduler.rules import Rotation, TurnMode
from scheduler.series import Series
from scheduler.window import Window

JOINING = frozenset({Verb.CONFIRM, Verb.HELD})
"""Decisions that may name several meetings as one."""

PARTING = JOINING | {Verb.PROPOSE, Verb.POSTPONE, Verb.SKIP, Verb.CANCEL, Verb.DONE}
"""Decisions that end a joint meeting for whoever they do not name."""

ENDING = frozenset({Verb.HELD, Verb.DONE, Verb.SKIP, Verb.CANCEL})
"""Decisions after which nothing more is expected of an occurrence."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the decisions on one occurrence come to. None: not decided. `joint`: the key that carries its event."""

    status: Status | None = None
    window: Window | None = None
    place: str | None = None
    host: str | None = None
    joint: str | None = None
    awaiting: date | None = None


@dataclass(frozen=True, slots=True)
class Decided:
    """All that was decided and not taken back, ready for `expand`.

    `apart`: what each occurrence that was joined to another had been before, for when they part.
    """

    verdicts: Mapping[str, Verdict] = field(default_factory=dict)
    settings: tuple[Decision, ...] = ()
    amendments: tuple[Amendment, ...] = ()
    apart: Mapping[str, Verdict] = field(default_factory=dict)

    def verdict(self, key: str) -> Verdict:
        """What was decided on one occurrence."""
        return self.verdicts.get(key, NOTHING)

    @property
    def held(self) -> frozenset[str]:
        """Keys of what was recorded as held or done."""
        return frozenset(key for key, verdict in self.verdicts.items() if verdict.status is Status.HELD)

    @property
    def carriers(self) -> frozenset[str]:
        """Keys that carry the event of a joint meeting still to come."""
        joined = (verdict for verdict in self.verdicts.values() if verdict.status is not Status.HELD)
        return frozenset(verdict.joint for verdict in joined if verdict.joint is not None)

    @property
    def followers(self) -> Mapping[str, tuple[str, ...]]:
        """For each key that carries a joint meeting, those that it fulfils too."""
        found: dict[str, tuple[str, ...]] = {}
        for key, verdict in self.verdicts.items():
            if verdict.joint is not None:
                found[verdict.joint] = (*found.get(verdict.joint, ()), key)
        return found

    def parted(self, gone: Collection[str]) -> Decided:
        """The same, with every occurrence on its own again whose carrier is among `gone`."""
        joined = {key: verdict for key, verdict in self.verdicts.items() if verdict.joint in gone}
        alone = {key: _alone(verdict, self.apart[key]) for key, verdict in joined.items()}
        return replace(self, verdicts={**self.verdicts, **alone}) if alone else self


NOTHING = Verdict()
NONE_DECIDED = Decided()
NO_COURSES: Mapping[str | None, Course] = MappingProxyType({})


def decided(amendments: Iterable[Amendment]) -> Decided:
    """Fold a list of amendments. The same list gives the same result, whatever its order and however often.

    A decision on the meeting that carries a joint event, and not on those that follow it, gives them theirs back.
    """
    kept = tuple(a for a in effective(amendments) if a.decision.verb is not Verb.UNDO)
    verdicts: dict[str, Verdict] = {}
    apart: dict[str, Verdict] = {}
    for decision in (amendment.decision for amendment in kept):
        if decision.verb in PARTING:
            for key in [key for key, verdict in verdicts.items() if verdict.joint in decision.keys]:
                verdicts[key] = _alone(verdicts[key], apart[key])
        for key in decision.keys:
            before = verdicts.get(key, NOTHING)
            verdicts[key] = _fold(before, key, decision)
            if before.joint is None:
                apart[key] = before
    settings = tuple(a.decision for a in kept if a.decision.verb is Verb.SET)
    return Decided(verdicts, settings, kept, apart)


def _alone(joined: Verdict, before: Verdict) -> Verdict:
    """What an occurrence is once it is no longer part of a joint meeting."""
    return replace(before, host=joined.host, awaiting=joined.awaiting)


def _fold(before: Verdict, key: str, decision: Decision) -> Verdict:  # noqa: PLR0911 - one return per verb
    """The verdict on `key` after one more decision."""
    window, place = decision.window or before.window, decision.place or before.place
    joint = decision.keys[0] if decision.keys[0] != key else None
    match decision.verb:
        case Verb.CONFIRM:
            return Verdict(Status.CONFIRMED, window, place, before.host, joint)
        case Verb.PROPOSE:
            return Verdict(Status.PROPOSED, window, place, before.host)
        case Verb.POSTPONE:
            return Verdict(Status.POSTPONED, decision.window, place, before.host)
        case Verb.SKIP:
            return Verdict(Status.SKIPPED, before.window, before.place, before.host)
        case Verb.CANCEL:
            return Verdict(Status.CANCELLED, before.window, before.place, before.host)
        case Verb.HELD:
            host = dict(zip(decision.keys, decision.hosts, strict=True)).get(key)
            return Verdict(Status.HELD, window, place, host or None, joint)
        case Verb.DONE:
            return Verdict(Status.HELD, before.window, before.place, before.host)
        case Verb.AWAIT_PARTNER:
            until = decision.window.last if decision.window else None
            return Verdict(before.status, before.window, before.place, before.host, before.joint, until)
        case Verb.HOST:
            return Verdict(before.status, before.window, before.place, decision.host, before.joint, before.awaiting)
        case Verb.SWAP:
            return Verdict(before.status, before.window, before.place, None, before.joint, before.awaiting)
        case Verb.JOIN | Verb.LEAVE | Verb.SET | Verb.UNDO:
            return before
        case _:
            assert_never(decision.verb)


def courses_of(series: Series, decided: Decided) -> Mapping[str | None, Course]:
    """The course of every line of turns of a series, by leg; a leg that goes as its order says is left out.

    What a plain cancellation does is said by the plan that the cancelled year belongs to.
    """
    if not decided.amendments and not any(segment.obligation.stated for segment in series):
        return NO_COURSES
    rules = (segment.obligation.rule for segment in series)
    legs = {leg.partner for rule in rules if isinstance(rule, Rotation) for leg in rule.legs}
    found = {leg: _course(series, leg, decided.amendments) for leg in legs}
    return {leg: course for leg, course in found.items() if course != PLAIN}


def _course(series: Series, leg: str | None, amendments: Iterable[Amendment]) -> Course:
    ident = series[0].obligation.id
    steps, held = _told(series, leg)
    moves: list[Move] = []
    for amendment in amendments:
        decision = amendment.decision
        match decision.verb:
            case Verb.JOIN | Verb.LEAVE if (decision.obligation, decision.leg) == (ident, leg):
                leaves = decision.verb is Verb.LEAVE
                moves.append(Move(decision.cycle or 0, decision.party or "", leaves, decision.after))
            case Verb.HELD:
                hosts = dict(zip(decision.keys, decision.hosts, strict=True))
                held += [(year, hosts[key]) for key, year in _years(decision, ident, leg) if hosts[key]]
            case _:
                steps += _steps(decision, [year for _, year in _years(decision, ident, leg)], series)
    return Course(tuple(sorted(moves, key=lambda move: move.cycle)), tuple(steps), tuple(held))


def _told(series: Series, leg: str | None) -> tuple[list[Step], list[tuple[int, str]]]:
    """Hosts that the text itself names, and those of history it reports."""
    steps: list[Step] = []
    held: list[tuple[int, str]] = []
    for segment in series:
        for stated in segment.obligation.stated:
            if stated.leg == leg and stated.host and (year := _year(stated.cycle)) and segment.governs(year):
                steps.append(Naming(year, stated.host))
                if stated.held is not None:
                    held.append((year, stated.host))
    return steps, held


def _steps(decision: Decision, years: list[int], series: Series) -> Iterator[Step]:
    """What a decision on some years of a line does to its turns."""
    match decision.verb:
        case Verb.SKIP if decision.waits:
            yield from map(Wait, years)
        case Verb.CANCEL:
            yield from (Wait(year) for year in years if _by_turn(series, year))
        case Verb.SWAP if len(years) == 2:
            yield Trade(*years)
        case Verb.HOST if decision.host:
            yield from (Naming(year, decision.host) for year in years)
        case _:
            return


def _by_turn(series: Series, year: int) -> bool:
    """Whether a plain cancellation of a year lets the turn wait."""
    rule = next((segment.obligation.rule for segment in reversed(series) if segment.governs(year)), None)
    return isinstance(rule, Rotation) and rule.by is TurnMode.TURN


def _years(decision: Decision, ident: str, leg: str | None) -> Iterator[tuple[str, int]]:
    """Those of a decision's keys that are of this line of turns, with their nominal years."""
    head = f"{ident}.{leg}." if leg else f"{ident}."
    for key in decision.keys:
        if key.startswith(head) and (year := _year(key.removeprefix(head))) is not None:
            yield key, year


def _year(cycle: str) -> int | None:
    return int(cycle) if cycle.isascii() and cycle.isdecimal() else None
