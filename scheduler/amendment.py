"""What people decided: an append-only list, and what it comes to for each occurrence and line of turns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any, assert_never

from scheduler.occurrence import Status
from scheduler.plan import Gap
from scheduler.window import Precision, Window


class Verb(StrEnum):
    """What a decision does; the words of the command `decide`."""

    CONFIRM = "confirm"
    PROPOSE = "propose"
    POSTPONE = "postpone"
    SKIP = "skip"
    CANCEL = "cancel"
    HELD = "held"
    DONE = "done"
    SWAP = "swap"
    HOST = "host"
    JOIN = "join"
    LEAVE = "leave"
    AWAIT_PARTNER = "await-partner"
    SET = "set"
    UNDO = "undo"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """One decision. Which fields a verb uses is said beside each; the others keep their defaults.

    - `keys`: the occurrences it is about, the one that carries the event first. Several only for confirm and held of
      a joint meeting, and for swap (two). None for join, leave, set and undo.
    - `window`: days of confirm, propose, held; new days of postpone (None: not known yet); day of await-partner.
    - `place`: of confirm, propose, held.
    - `host`: who is to host, of host.
    - `hosts`: of held, one for each key, empty where nobody hosted; always filled in, so that a later edit of the rule
      never rewrites what was held.
    - `waits`: of skip; True: the turn waits, False: it passes.
    - `obligation`, `leg`, `party`, `cycle` (nominal year it holds from), `after`: of join and leave.
    - `obligation`, `leg`, `gap`, `value`: of set.
    - `target`: number of the amendment that undo takes back.
    """

    verb: Verb
    keys: tuple[str, ...] = ()
    window: Window | None = None
    place: str | None = None
    host: str | None = None
    hosts: tuple[str, ...] = ()
    waits: bool = False
    obligation: str | None = None
    leg: str | None = None
    party: str | None = None
    cycle: int | None = None
    after: str | None = None
    gap: Gap | None = None
    value: str | None = None
    target: int | None = None


@dataclass(frozen=True, slots=True)
class Amendment:
    """A decision with who made it, when (UTC) and why. Numbers rise and are never used again."""

    number: int
    at: datetime
    who: str
    why: str
    decision: Decision


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
class Move:
    """A party enters (`after` None: at the end) or leaves a line of turns from the nominal year `cycle` on."""

    cycle: int
    party: str
    leaves: bool
    after: str | None = None


@dataclass(frozen=True, slots=True)
class Course:
    """What the decisions on one line of turns come to, by nominal year.

    `waits`: cycles that were not carried out and whose host takes the next one. `overlays`: in the order they were
    decided, two years that trade hosts, or one year and its host.
    """

    waits: frozenset[int] = frozenset()
    moves: tuple[Move, ...] = ()
    overlays: tuple[tuple[int, int] | tuple[int, str], ...] = ()

    @property
    def first(self) -> int | None:
        """The first year in which turns may differ from plain arithmetic."""
        years = [*self.waits, *(move.cycle for move in self.moves)]
        return min(years) if years else None


PLAIN = Course()


@dataclass(frozen=True, slots=True)
class Decided:
    """All that was decided and not taken back, ready for `expand`."""

    verdicts: Mapping[str, Verdict] = field(default_factory=dict)
    settings: tuple[Decision, ...] = ()
    amendments: tuple[Amendment, ...] = ()

    def verdict(self, key: str) -> Verdict:
        """What was decided on one occurrence."""
        return self.verdicts.get(key, NOTHING)

    @property
    def held(self) -> frozenset[str]:
        """Keys of what was recorded as held or done."""
        return frozenset(key for key, verdict in self.verdicts.items() if verdict.status is Status.HELD)

    def course(self, obligation: str, leg: str | None, *, by_turn: bool) -> Course:
        """What was decided on one line of turns; `by_turn`: a plain cancellation lets the turn wait."""
        waits: set[int] = set()
        moves: list[Move] = []
        overlays: list[tuple[int, int] | tuple[int, str]] = []
        for amendment in self.amendments:
            decision = amendment.decision
            years = [year for key in decision.keys if (year := _year_of(key, obligation, leg)) is not None]
            match decision.verb:
                case Verb.JOIN | Verb.LEAVE if (decision.obligation, decision.leg) == (obligation, leg):
                    leaves = decision.verb is Verb.LEAVE
                    moves.append(Move(decision.cycle or 0, decision.party or "", leaves, decision.after))
                case Verb.SKIP if decision.waits:
                    waits.update(years)
                case Verb.CANCEL if by_turn:
                    waits.update(years)
                case Verb.SWAP if len(years) == 2:
                    overlays.append((years[0], years[1]))
                case Verb.HOST | Verb.HELD:
                    named = zip(decision.keys, decision.hosts or (decision.host,), strict=False)
                    for key, host in named:
                        if host and (cycle := _year_of(key, obligation, leg)) is not None:
                            overlays.append((cycle, host))
                case _:
                    pass
        return Course(frozenset(waits), tuple(sorted(moves, key=lambda move: move.cycle)), tuple(overlays))


NOTHING = Verdict()
NONE_DECIDED = Decided()


def effective(amendments: Iterable[Amendment]) -> tuple[Amendment, ...]:
    """The amendments that were not taken back, undos among them, in order. An undo can itself be undone."""
    undone: set[int] = set()
    kept: list[Amendment] = []
    for amendment in sorted(amendments, key=lambda a: a.number, reverse=True):
        if amendment.number not in undone:
            kept.append(amendment)
            if amendment.decision.target is not None:
                undone.add(amendment.decision.target)
    return tuple(reversed(kept))


def decided(amendments: Iterable[Amendment]) -> Decided:
    """Fold a list of amendments. The same list gives the same result, whatever its order and however often."""
    kept = tuple(a for a in effective(amendments) if a.decision.verb is not Verb.UNDO)
    verdicts: dict[str, Verdict] = {}
    for amendment in kept:
        for key in amendment.decision.keys:
            verdicts[key] = _fold(verdicts.get(key, NOTHING), key, amendment.decision)
    settings = tuple(a.decision for a in kept if a.decision.verb is Verb.SET)
    return Decided(verdicts, settings, kept)


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


def decision_content(decision: Decision) -> dict[str, Any]:
    """A decision as plain JSON values, without what its verb does not use."""
    window = decision.window
    values: dict[str, Any] = {
        "verb": decision.verb.value,
        "keys": list(decision.keys),
        "start": _iso(window.start) if window else None,
        "end": _iso(window.last) if window else None,
        "place": decision.place,
        "host": decision.host,
        "hosts": list(decision.hosts),
        "waits": decision.waits,
        "obligation": decision.obligation,
        "leg": decision.leg,
        "party": decision.party,
        "cycle": decision.cycle,
        "after": decision.after,
        "gap": decision.gap.value if decision.gap else None,
        "value": decision.value,
        "target": decision.target,
    }
    return {name: value for name, value in values.items() if value not in (None, [], False)}


_READ_APART = ("verb", "keys", "hosts", "start", "end", "gap")


def decision_from(values: Mapping[str, Any]) -> Decision:
    """Read back what `decision_content` wrote. Raises KeyError or ValueError when it was written by something else."""
    rest = {name: value for name, value in values.items() if name not in _READ_APART}
    return Decision(
        verb=Verb(values["verb"]),
        keys=tuple(values.get("keys", ())),
        window=_days(values.get("start"), values.get("end")),
        hosts=tuple(values.get("hosts", ())),
        gap=Gap(values["gap"]) if "gap" in values else None,
        **rest,
    )


def days_of(first: date, last: date) -> Window:
    """Decided days: one, or several in a row."""
    return Window.of(first, last, Precision.DAY if first == last else Precision.DAYS)


def _year_of(key: str, obligation: str, leg: str | None) -> int | None:
    """Nominal year of a key of this line of turns, else None."""
    head = f"{obligation}.{leg}." if leg else f"{obligation}."
    cycle = key.removeprefix(head)
    return int(cycle) if key.startswith(head) and cycle.isdigit() else None


def _days(first: str | None, last: str | None) -> Window | None:
    if first is None or last is None:
        return None
    return days_of(date.fromisoformat(first), date.fromisoformat(last))


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
