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
    (Way.BEFORE, Edge.START): msg("{count} before it begins"),
    (Way.BEFORE, Edge.END): msg("{count} before it ends"),
    (Way.AFTER, Edge.START): msg("{count} after it begins"),
    (Way.AFTER, Edge.END): msg("{count} after it ends"),
}


@dataclass(frozen=True, slots=True)
class StepWords:
    """One step as it is read: its day, what is to be done, by whom, and why then."""

    day: str
    title: str
    leads: str
    why: str


def step_words(steps: Iterable[Step], directory: Directory, lang: str) -> tuple[StepWords, ...]:
    """One line for each step, in the order given."""
    return tuple(
        StepWords(
            day=day_words(step.day, lang),
            title=one_line(step.rule.title.in_(lang)),
            leads=one_line(names(step.leads, directory, lang)),
            why=_why(step, lang),
        )
        for step in steps
    )


def steps_note(steps: Sequence[Step], lang: str) -> str | None:
    """What is to be said of the whole chain while the meeting's own days are not fixed, else None."""
    if not any(step.provisional for step in steps):
        return None
    return say(lang, "Provisional: the days are not fixed, so these are counted from the time it must fall in.")


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
        "provisional": step.provisional,
    }


def _why(step: Step, lang: str) -> str:
    rule = step.rule
    said = [say(lang, _COUNTED[rule.way, rule.edge], count=amount_words(rule.days, rule.unit, lang))]
    if step.day != step.counted:
        said.append(say(lang, "{day} is a day off", day=day_words(step.counted, lang)))
    said.append(rule.law.in_(lang) if rule.law else say(lang, "local rule, to set"))
    if rule.condition:
        said.append(rule.condition.in_(lang))
    return one_line("; ".join(said))
