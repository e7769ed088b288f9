"""What people decided: an append-only list of amendments, and which of them stand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

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


def _days(first: str | None, last: str | None) -> Window | None:
    if first is None or last is None:
        return None
    return days_of(date.fromisoformat(first), date.fromisoformat(last))


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
