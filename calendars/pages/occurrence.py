"""The page of one occurrence: everything known about it, what was decided, what prepares it, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from calendars.catalogue import say
from calendars.decisions import DecisionWords, decision_parts
from calendars.description import further_details, remarks
from calendars.desk import Dossier
from calendars.differences import REPLACED
from calendars.headline import headline, subject
from calendars.pages.frame import Frame, fill
from calendars.pages.timeline import timeline
from calendars.pages.upcoming import card_of
from calendars.reasons import explain_lines
from calendars.steps import step_groups, steps_heading
from calendars.wording import INDOCHINA, days, name, status_word
from scheduler.amendment import Decision, Verb
from scheduler.explain import Code, Fact
from scheduler.occurrence import UNSET, Occurrence, Status
from scheduler.plan import MEETINGS, Directory, Kind
from scheduler.upcoming import GONE

_DECIDED = (Code.DECIDED, Code.WITHDRAWN)


@dataclass(frozen=True, slots=True)
class Beside:
    """The turn before or after: which one, and how it stands."""

    key: str
    cycle: str
    how: str


def occurrence_page(dossier: Dossier, directory: Directory, frame: Frame, today: date, *, decides: bool = False) -> str:
    """HTML of /o/KEY as seen on `today`: its title in calendars and mail, all details, what is to be done, and why.

    `decides`: whoever looks may decide on it.
    """
    upcoming, lang = dossier.upcoming, frame.lang
    occurrence = upcoming.record.occurrence
    heir = _heir(occurrence, dossier, directory, lang)
    apart = (*_DECIDED, Code.TO_SET) if heir else _DECIDED
    reasons = [fact for fact in dossier.facts if fact.code not in apart]
    return fill(
        "occurrence.html",
        frame,
        card=card_of(upcoming, directory, lang, today),
        headline=subject(occurrence, directory, lang) if heir else headline(occurrence, directory, lang),
        notice=None if heir else _notice(occurrence, dossier.facts, lang),
        heir=heir,
        joint=occurrence.joint,
        decides=decides,
        agreement=occurrence.agreement,
        details=further_details(replace(occurrence, to_set=()) if heir else occurrence, directory, lang),
        remarks=remarks(occurrence, lang, upcoming.lacks),
        history=_history(dossier.facts, directory, lang),
        reasons=explain_lines(reasons, directory, lang, occurrence.kind),
        chain_heading=steps_heading(dossier.steps, lang),
        chain=step_groups(dossier.steps, directory, lang),
        drawing=timeline(dossier.steps, occurrence.window, today, lang),
        event=f"/o/{occurrence.key}.ics" if _stands_in_calendars(occurrence) else None,
        partner=occurrence.partners[0] if len(occurrence.partners) == 1 else None,
        before=_beside(dossier.before, directory, lang),
        after=_beside(dossier.after, directory, lang),
    )


def _stands_in_calendars(occurrence: Occurrence) -> bool:
    """Whether it has an event of its own that one may want: not what is called off, tracked only, open or joined."""
    if occurrence.joint is not None or occurrence.status in GONE or occurrence.kind is Kind.ONGOING:
        return False
    return occurrence.window.last is not None


def _heir(occurrence: Occurrence, dossier: Dossier, directory: Directory, lang: str) -> tuple[str, str, str] | None:
    """Why it gave way, and to what: the key and the days of this."""
    heir = dossier.heir
    if heir is None or _was_cancelled(occurrence, dossier.facts):
        return None
    days_of = f"{headline(heir, directory, lang)} · {days(heir.window, lang)}"
    return say(lang, REPLACED[occurrence.cycle == UNSET]), heir.key, days_of


def _notice(occurrence: Occurrence, facts: Sequence[Fact], lang: str) -> str | None:
    """What must be known before anything else is read: that it does not take place, or not on its days."""
    match occurrence.status:
        case Status.CANCELLED if not _was_cancelled(occurrence, facts):
            return say(lang, "Cancelled: no plan asks for it any more.")
        case Status.CANCELLED:
            return say(lang, "Cancelled: it does not take place.")
        case Status.SKIPPED:
            return say(lang, "Skipped: it does not take place in this cycle.")
        case Status.POSTPONED if occurrence.window.fixed:
            return say(lang, "Postponed to {days}.", days=days(occurrence.window, lang))
        case Status.POSTPONED:
            return say(lang, "Postponed: the new days are not known yet.")
        case _:
            return None


def _was_cancelled(occurrence: Occurrence, facts: Sequence[Fact]) -> bool:
    """Whether people cancelled it, rather than the plan that no longer names it."""
    decisions = [fact.fields["decision"] for fact in facts if fact.code is Code.DECIDED]
    return any(
        isinstance(decision, Decision) and decision.verb is Verb.CANCEL and occurrence.key in decision.keys
        for decision in decisions
    )


def _history(facts: Sequence[Fact], directory: Directory, lang: str) -> tuple[tuple[DecisionWords, str, str], ...]:
    """Every decision with its moment, for programs and for people, oldest first."""
    said = [decision_parts(fact.fields, directory, lang) for fact in facts if fact.code in _DECIDED]
    return tuple((one, one.at.isoformat(), f"{one.day} {one.at.astimezone(INDOCHINA):%H:%M}") for one in said)


def _beside(occurrence: Occurrence | None, directory: Directory, lang: str) -> Beside | None:
    if occurrence is None:
        return None
    status = status_word(occurrence, lang)
    cycle = occurrence.cycle if occurrence.cycle.isdecimal() else days(occurrence.window, lang)
    if occurrence.kind not in MEETINGS:
        return Beside(occurrence.key, cycle, status)
    host = name(occurrence.host, directory, lang) if occurrence.host else say(lang, "not set")
    said = say(lang, "{label}: {value}", label=say(lang, "Host"), value=host)
    return Beside(occurrence.key, cycle, f"{said} · {status}")
