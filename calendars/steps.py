"""The steps that prepare a meeting, in words: when, what, who, and where the number of days comes from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from calendars.catalogue import msg, say
from calendars.gate import one_line
from calendars.wording import amount_words, day_words, names
from scheduler.plan import Directory
from scheduler.preparation import Step, Way
from scheduler.rules import Edge

_COUNTED = {
    (Way.BEFORE, Edge.START): msg("{count} before the first day"),
    (Way.BEFORE, Edge.END): msg("{count} before the last day"),
    (Way.AFTER, Edge.START): msg("{count} after the first day"),
    (Way.AFTER, Edge.END): msg("{count} after the last day"),
}
_LATEST = msg("{count} before the last day it may fall on")


@dataclass(frozen=True, slots=True)
class StepWords:
    """One step as it is read: its day, what is to be done, by whom, and why then."""

    day: str
    title: str
    leads: str
    why: str


@dataclass(frozen=True, slots=True)
class StepGroup:
    """Steps that are read together; `note` is what is to be said of them all, None: nothing."""

    note: str | None
    steps: tuple[StepWords, ...]


def steps_heading(steps: Iterable[Step], lang: str) -> str:
    """What the steps are, in a few words: nothing is prepared any more when all of them come after the meeting."""
    if all(step.rule.way is Way.AFTER for step in steps):
        return say(lang, "After the meeting")
    return say(lang, "Preparation")


def step_groups(steps: Sequence[Step], directory: Directory, lang: str) -> tuple[StepGroup, ...]:
    """The steps whose day stands, then the provisional ones under their note, in the order given; no group is empty."""
    note = say(lang, "Provisional: the exact days are not settled, so these are counted from the time known so far.")
    certain = tuple(step for step in steps if not step.provisional)
    provisional = tuple(step for step in steps if step.provisional)
    groups = ((None, certain), (note, provisional))
    return tuple(StepGroup(said, _words(part, directory, lang)) for said, part in groups if part)


def _words(steps: Iterable[Step], directory: Directory, lang: str) -> tuple[StepWords, ...]:
    return tuple(step_words(step, directory, lang) for step in steps)


def step_words(step: Step, directory: Directory, lang: str) -> StepWords:
    """One step in words."""
    return StepWords(
        day=day_words(step.day, lang),
        title=one_line(step.rule.title.in_(lang)),
        leads=one_line(names(step.leads, directory, lang)),
        why=_why(step, lang),
    )


def step_json(step: Step, lang: str) -> dict[str, Any]:
    """The public JSON of a step: words in `lang`, days as ISO dates."""
    rule = step.rule
    return {
        "id": rule.id,
        "title": rule.title.in_(lang),
        "day": step.day.isoformat(),
        "counted": step.counted.isoformat(),
        "days": rule.days,
        "unit": rule.unit.value,
        "way": rule.way.value,
        "edge": rule.edge.value,
        "leads": list(step.leads),
        "basis": rule.basis.value,
        "law": rule.law.in_(lang) if rule.law else None,
        "condition": rule.condition.in_(lang) if rule.condition else None,
        "while_open": rule.while_open,
        "provisional": step.provisional,
    }


def _why(step: Step, lang: str) -> str:
    rule = step.rule
    counted = _LATEST if rule.while_open and rule.edge is Edge.END else _COUNTED[rule.way, rule.edge]
    said = [say(lang, counted, count=amount_words(rule.days, rule.unit, lang))]
    if step.day != step.counted:
        said.append(say(lang, "{day} is a day off", day=day_words(step.counted, lang)))
    said.append(rule.law.in_(lang) if rule.law else say(lang, "local rule, to set"))
    if rule.condition:
        said.append(rule.condition.in_(lang))
    return one_line("; ".join(said))
