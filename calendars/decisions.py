"""What people decided, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from calendars.catalogue import msg, say
from calendars.wording import day_words, days, gap_word, local_day, name
from scheduler.amendment import Decision, Verb
from scheduler.plan import Directory

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


def decision_words(fields: Mapping[str, object], directory: Directory, lang: str) -> str:
    """One decision with its number, day, author and reason."""
    decision, at = fields["decision"], fields["at"]
    if not isinstance(decision, Decision) or not isinstance(at, datetime):
        raise TypeError("a decision and its time are wanted")
    return say(
        lang,
        "Decision {number}, {day}, {who}: {what}. Reason: {why}",
        number=fields["number"],
        day=day_words(local_day(at), lang),
        who=fields["who"],
        what=_what(decision, directory, lang),
        why=fields["why"],
    )


def _what(decision: Decision, directory: Directory, lang: str) -> str:
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
        value=decision.value,
        target=decision.target,
    )
