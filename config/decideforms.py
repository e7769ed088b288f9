"""What the forms of decisions send, and the decision it comes to, or what is wrong with it. No store, no words.

The walk: a request → the verb's own model (is it ours?) → `read` (a decision, or faults by field)
→ `config.decide` (judged; what it changes) → the page that shows it, and after the second button the page that says so.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from calendars.gate import shows, unprintable
from calendars.query import FIRST_DAY, LAST_DAY
from config.daymodel import day_typed
from config.decidepapers import MOST_JOINT, MOST_WHY, Paper
from scheduler.amendment import Decision, Verb, days_of
from scheduler.occurrence import Occurrence
from scheduler.plan import Gap
from scheduler.window import Window

MOST_SHORT = 200
"""Characters of any other field."""

BY_LEG = (Gap.FIRST_YEAR, Gap.ORDER, Gap.FIRST_HOST)
"""What is set for each leg by itself."""

Typed = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Draft:
    """A form as it was filled in, fit to be shown again. `faults` by field; without one there is a decision."""

    typed: Typed
    why: str = ""
    faults: Mapping[str, str] = field(default_factory=dict)
    decision: Decision | None = None


@dataclass(slots=True)
class _Reader:
    """Reads fields one by one, and keeps what is wrong with each."""

    typed: dict[str, str]
    faults: dict[str, str] = field(default_factory=dict)

    def words(self, name: str, most: int, *, needed: bool = True) -> str:
        """A text as one line."""
        given = unicodedata.normalize("NFC", self.typed.get(name, "").replace("\r\n", "\n").replace("\t", " "))
        if unprintable(given) is not None:
            self.faults[name] = "control"
            kept = (char for char in given if unprintable(char) is None)
            self.typed[name] = " ".join("".join(kept).split())
            return ""
        line = self.typed[name] = " ".join(given.split())
        if len(line) > most:
            self.faults[name] = "too-long"
        elif needed and not shows(line):
            self.faults[name] = "missing"
        return line

    def day(self, name: str, *, needed: bool) -> date | None:
        """A day as date fields send it, or as people write it: 2026-09-05 or 5/9/2026."""
        text = self.words(name, MOST_SHORT, needed=needed)
        if not text or name in self.faults:
            return None
        found = day_typed(text)
        if found is None or not FIRST_DAY <= found <= LAST_DAY:
            self.faults[name] = "no-day"
            return None
        self.typed[name] = found.isoformat()
        return found

    def days(self, *, needed: bool) -> Window | None:
        """One day, or several in a row."""
        first, last = self.day("first", needed=needed), self.day("last", needed=False)
        if self.faults.keys() & {"first", "last"}:
            return None
        if first is None:
            if last is not None:
                self.faults["first"] = "no-first"
            return None
        if last is not None and last < first:
            self.faults["last"] = "reversed"
            return None
        return days_of(first, last or first)

    def chosen(self, name: str) -> str:
        """What was chosen, where something must be."""
        if not self.typed.get(name):
            self.faults[name] = "choose"
        return self.typed.get(name, "")

    def year(self, name: str) -> int:
        """Four digits."""
        text = self.words(name, MOST_SHORT)
        if name not in self.faults and not re.fullmatch(r"[12][0-9]{3}", text, re.ASCII):
            self.faults[name] = "no-year"
        return 0 if name in self.faults else int(text)

    def several(self, name: str) -> tuple[str, ...]:
        """What was chosen of fields with numbers, in their order."""
        found = (self.typed.get(f"{name}{number}", "") for number in range(1, MOST_JOINT + 1))
        return tuple(value for value in found if value)


def read(verb: Verb, sent: Paper, one: Occurrence | None) -> Draft:
    """The decision a form comes to. `one`: the occurrence it names, None for an undo."""
    given = {name: str(value) for name, value in sent.model_dump(exclude={"seal", "step", "seen"}).items()}
    reader = _Reader(given)
    decision = _decision(verb, reader, one)
    why = reader.words("why", MOST_WHY)
    return Draft(reader.typed, why, reader.faults, None if reader.faults else decision)


def _decision(verb: Verb, reader: _Reader, one: Occurrence | None) -> Decision:
    bare = Decision(verb=verb, keys=(one.key,) if one else ())
    return _FIELDS[verb](bare, reader, one) if verb in _FIELDS else bare


def _of_days(bare: Decision, reader: _Reader, _: Occurrence | None) -> Decision:
    typed = reader.typed
    return replace(
        bare,
        keys=(*bare.keys, *reader.several("also")),
        window=reader.days(needed=bare.verb is not Verb.POSTPONE),
        place=typed.get("place") or None,
        host=typed.get("host") or None,
    )


def _of_answer(bare: Decision, reader: _Reader, _: Occurrence | None) -> Decision:
    until = reader.day("until", needed=True)
    return replace(bare, window=days_of(until, until) if until else None)


def _of_gap(bare: Decision, reader: _Reader, one: Occurrence | None) -> Decision:
    gap = Gap(reader.typed["gap"])
    parts = reader.several("value")
    value = ",".join(parts) if parts and not reader.typed["value"] else reader.words("value", MOST_SHORT)
    if gap is Gap.CYCLE and parts:  # a unit that is chosen, and a year that may be typed
        value = ",".join((*parts, *filter(None, [reader.words("value", MOST_SHORT, needed=False)])))
    leg = one.leg if one and gap in BY_LEG else None
    return replace(bare, keys=(), obligation=one.obligation if one else None, leg=leg, gap=gap, value=value)


def _of_member(bare: Decision, reader: _Reader, one: Occurrence | None) -> Decision:
    return replace(
        bare,
        keys=(),
        obligation=one.obligation if one else None,
        leg=one.leg if one else None,
        party=reader.chosen("party"),
        cycle=reader.year("since"),
        after=reader.typed.get("after") or None,
    )


_FIELDS: Mapping[Verb, Callable[[Decision, _Reader, Occurrence | None], Decision]] = {
    Verb.CONFIRM: _of_days,
    Verb.PROPOSE: _of_days,
    Verb.POSTPONE: _of_days,
    Verb.HELD: _of_days,
    Verb.AWAIT_PARTNER: _of_answer,
    Verb.SKIP: lambda bare, reader, _: replace(bare, waits=reader.chosen("turn") == "waits"),
    Verb.SWAP: lambda bare, reader, _: replace(bare, keys=(*bare.keys, reader.chosen("other"))),
    Verb.HOST: lambda bare, reader, _: replace(bare, host=reader.chosen("party")),
    Verb.UNDO: lambda bare, reader, _: replace(bare, keys=(), target=int(reader.typed["number"])),
    Verb.SET: _of_gap,
    Verb.JOIN: _of_member,
    Verb.LEAVE: _of_member,
}
"""What each verb takes from its form; the others take nothing but the key."""
