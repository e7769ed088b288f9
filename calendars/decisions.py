"""What people decided, in the reader's language."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from calendars.catalogue import msg, say
from calendars.wording import day_words, days, gap_word, local_day, name, names
from scheduler.amendment import Decision, Verb
from scheduler.errors import ImpossibleDateError
from scheduler.expression import read
from scheduler.plan import Directory, Gap

_WHAT = {
    Verb.CONFIRM: msg("days fixed: {days}"),
    Verb.PROPOSE: msg("days proposed: {days}"),
    Verb.POSTPONE: msg("postponed, new days: {days}"),
    Verb.CANCEL: msg("cancelled"),
    Verb.HELD: msg("held: {days}"),
    Verb.DONE: msg("done"),
    Verb.SWAP: msg("trades turns with {other}"),
    Verb.HOST: msg("hosted by {host}"),
    Verb.JOIN: msg("{party} takes turns from {cycle}"),
    Verb.LEAVE: msg("{party} takes no more turns from {cycle}"),
    Verb.AWAIT_PARTNER: msg("waiting for the partner until {days}"),
    Verb.SET: msg("set: {gap} = {value}"),
    Verb.UNDO: msg("decision {target} taken back"),
}

UNITS: Mapping[str, str] = {
    "month": msg("every month"),
    "quarter": msg("every quarter"),
    "half": msg("every half year"),
    "year": msg("every year"),
}
"""How often a report comes."""

_ISO = re.compile(r"\d{4}-\d{2}-\d{2}(/\d{4}-\d{2}-\d{2})?", re.ASCII)
_NAMES = {
    Verb.CONFIRM: msg("Fix the days"),
    Verb.PROPOSE: msg("Propose days"),
    Verb.POSTPONE: msg("Postpone"),
    Verb.SKIP: msg("Skip this cycle"),
    Verb.CANCEL: msg("Cancel"),
    Verb.HELD: msg("Record as held"),
    Verb.DONE: msg("Record as done"),
    Verb.SWAP: msg("Trade turns"),
    Verb.HOST: msg("Name the host"),
    Verb.JOIN: msg("A party joins the rotation"),
    Verb.LEAVE: msg("A party leaves the rotation"),
    Verb.AWAIT_PARTNER: msg("Wait for the partner"),
    Verb.SET: msg("Set what the text leaves open"),
    Verb.UNDO: msg("Take a decision back"),
}


@dataclass(frozen=True, slots=True)
class DecisionWords:
    """One decision as it is read. `keys` are the occurrences it names."""

    number: int
    at: datetime
    day: str
    who: str
    what: str
    why: str
    keys: tuple[str, ...]


def decision_parts(fields: Mapping[str, object], directory: Directory, lang: str) -> DecisionWords:
    """One decision with its number, time, author, effect and reason, each by itself; `by` is what took it back."""
    decision, at, number = fields["decision"], fields["at"], fields["number"]
    if not isinstance(decision, Decision) or not isinstance(at, datetime) or not isinstance(number, int):
        raise TypeError("a decision, its number and its time are wanted")
    day = day_words(local_day(at), lang)
    who, why = str(fields["who"]), str(fields["why"])
    what = effect_words(decision, directory, lang)
    if "by" in fields:
        what = say(lang, "{what} (taken back by {by})", what=what, by=fields["by"])
    return DecisionWords(number, at, day, who, what, why, decision.keys)


def deed_words(verb: Verb, gap: Gap | None, lang: str) -> str:
    """What is done by a decision, as buttons and headings call it; `gap`: what is set."""
    return say(lang, "Set: {gap}", gap=gap_word(gap, lang)) if gap else say(lang, _NAMES[verb])


def decision_words(fields: Mapping[str, object], directory: Directory, lang: str) -> str:
    """One decision with its number, day, author and reason."""
    said = decision_parts(fields, directory, lang)
    return say(
        lang,
        "Decision {number}, {day}, {who}: {what}. Reason: {why}",
        number=said.number,
        day=said.day,
        who=said.who,
        what=said.what,
        why=said.why,
    )


def effect_words(decision: Decision, directory: Directory, lang: str) -> str:
    """What a decision does."""
    if decision.verb is Verb.SKIP:
        return say(lang, "skipped, the turn waits") if decision.waits else say(lang, "skipped, the turn passes")
    if decision.verb is Verb.POSTPONE and decision.window is None:
        return say(lang, "postponed, new days not known yet")
    return say(
        lang,
        _WHAT[decision.verb],
        days=days(decision.window, lang) if decision.window else "",
        other=", ".join(decision.keys),
        host=name(decision.host, directory, lang) if decision.host else "",
        party=name(decision.party, directory, lang) if decision.party else "",
        cycle=decision.cycle,
        gap=gap_word(decision.gap, lang) if decision.gap else "",
        value=_value_words(decision, directory, lang),
        target=decision.target,
    )


def _value_words(decision: Decision, directory: Directory, lang: str) -> str:
    """What is set: names in place of ids, how often it comes, days as people write them; words as they are."""
    value, parts = decision.value or "", [part.strip() for part in (decision.value or "").split(",")]
    if decision.gap in (Gap.ORDER, Gap.FIRST_HOST, Gap.LEAD, Gap.PLACE):
        return names(parts, directory, lang, "; " if decision.gap is Gap.LEAD else ", ")
    if decision.gap is Gap.CYCLE and parts[0] in UNITS:
        often = say(lang, UNITS[parts[0]])
        return say(lang, "{often}, from {year}", often=often, year=parts[1]) if len(parts) > 1 else often
    return _days_words(value, lang) if _ISO.fullmatch(value) else value


def _days_words(value: str, lang: str) -> str:
    try:
        window = read(value).window
    except ImpossibleDateError:
        return value
    return days(window, lang) if window else value
