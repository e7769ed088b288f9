"""What the lines of the trail tell, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from calendars.catalogue import msg, say
from calendars.decisions import effect_words
from scheduler.amendment import decision_from
from scheduler.history import YEARS_AHEAD
from scheduler.plan import Directory
from scheduler.trail import HEAD_CHANGED, HEAD_LOST, Area, Entry
from scheduler.trailbook import detail_of

AREAS: Mapping[str, str] = {
    Area.DECISION: msg("Decisions"),
    Area.PLAN: msg("Plans"),
    Area.DIRECTORY: msg("Directory"),
    Area.HOLIDAYS: msg("Days off"),
    Area.REFRESH: msg("New years"),
    Area.MAIL: msg("Mail by hand"),
    Area.CONTACT: msg("People written to"),
    Area.FEED: msg("Addresses of feeds"),
    Area.OFFICER: msg("Officers"),
    Area.STORE: msg("The trail itself"),
}
"""What lines are about."""

_ACTS: Mapping[tuple[str, str], str] = {
    (Area.MAIL, "retry"): msg("sent again by hand"),
    (Area.MAIL, "hold"): msg("held by hand"),
    (Area.MAIL, "release"): msg("released by hand"),
    (Area.CONTACT, "verified"): msg("address confirmed by the office"),
    (Area.CONTACT, "reopened"): msg("mail may go to the address again"),
    (Area.FEED, "created"): msg("address made"),
    (Area.FEED, "rotated"): msg("address given another secret"),
    (Area.FEED, "revoked"): msg("address ended for good"),
    (Area.OFFICER, "added"): msg("officer added"),
    (Area.OFFICER, "changed"): msg("officer changed"),
    (Area.OFFICER, "closed"): msg("may sign in no more"),
    (Area.OFFICER, "reopened"): msg("may sign in again"),
    (Area.OFFICER, "invited"): msg("link to set a password made"),
    (Area.OFFICER, "password"): msg("password set"),
    (Area.OFFICER, "signed-out"): msg("signed out everywhere"),
}

_TEXTS: Mapping[str, str] = {
    "plan": msg("plans taken in: {names}"),
    "no plan": msg("plans ended: {names}"),
    "directory": msg("directory files taken in: {names}"),
    "no directory": msg("directory files taken away: {names}"),
    "holidays": msg("days off taken in"),
    "added": msg("people added: {names}"),
    "changed": msg("people changed: {names}"),
    "removed": msg("people removed: {names}"),
}
"""Parts of a detail that name things."""

_FIELDS: Mapping[str, str] = {
    "name": msg("name"),
    "organisation": msg("organisation"),
    "organisations": msg("organisations"),
    "rank": msg("rank"),
    "role": msg("role"),
    "address": msg("mail address"),
    "mail": msg("mail address"),
    "lang": msg("language"),
    "mails": msg("how mail is sent"),
    "calendar": msg("how the calendar is sent"),
    "quiet": msg("quiet days"),
}

OF_ALL = msg("everything")
COLUMNS = (
    msg("Line"), msg("Time"), msg("Person"), msg("What it is about"), msg("What was done"), msg("About"), msg("Reason"),
    msg("Found by"), msg("Seal"),
)  # fmt: skip
"""Heads of the table."""

CUT = msg("Changes {first} – {last} of {count}; the others stand on other pages.")
CUT_TABLE = msg("Only the newest {most} lines are here. Choose days to see older ones.")
NO_AREA = msg("There is nothing of this name that changes are about. Choose one from the list.")
NO_WORDS = msg("This cannot be searched for. Type it again.")
NO_ORDER = msg("The last day is before the first.")

_BEGUN = msg("the trail begins, and seals the journal up to here (lines: {count})")
_HEADS: Mapping[tuple[str, str], str] = {
    (Area.STORE, HEAD_LOST): msg("the note of the last line was lost; work went on after line {number}"),
    (Area.STORE, HEAD_CHANGED): msg("the note of the last line had been changed; work went on after line {number}"),
}
_SPOILT = msg("this line cannot be read any more: somebody changed it")
NO_TIME = "–"
"""In place of the time of a line that cannot be read."""

_PROPOSING: Mapping[str, str] = {
    "proposed": msg("{plan}: a new text proposed (proposal {number})"),
    "refused": msg("{plan}: proposal {number} by {by} refused"),
    "withdrawn": msg("{plan}: proposal {number} withdrawn"),
}
_APPROVED = msg("proposed by {by} (proposal {number})")
_YEARS = msg("turns worked out up to the end of {year}")
_SEVERAL = msg("{what} (mails: {count})")
_SHOWN = 5


def area_words(area: str, lang: str) -> str:
    """What a line is about, in a word or two."""
    return say(lang, AREAS[area]) if area in AREAS else area


def act_words(entry: Entry, directory: Directory, lang: str) -> str:
    """What was done. A line that nobody can read any more is given as it stands."""
    detail = detail_of(entry)
    if not entry.readable:
        return say(lang, _SPOILT)
    if entry.area == Area.DECISION:
        return _decided(entry, detail, directory, lang)
    if (entry.area, entry.action) in _HEADS:
        return say(lang, _HEADS[entry.area, entry.action], number=_count(detail.get("after"), "number"))
    if entry.area == Area.STORE:
        return say(lang, _BEGUN, count=_count(detail.get("journal"), "lines"))
    said = "; ".join(_parts(entry, detail, lang))
    return said or entry.action


def why_words(entry: Entry) -> str:
    """The reason that was given, empty without one."""
    return str(detail_of(entry).get("why") or "")


def _decided(entry: Entry, detail: Mapping[str, Any], directory: Directory, lang: str) -> str:
    try:
        return effect_words(decision_from(detail["decision"]), directory, lang)
    except (AttributeError, KeyError, TypeError, ValueError):
        return entry.action


def _parts(entry: Entry, detail: Mapping[str, Any], lang: str) -> Iterator[str]:
    known = _ACTS.get((entry.area, entry.action))
    if known is not None:
        count = _count(detail.get("mails"), "count")
        what = say(lang, known)
        what = say(lang, _SEVERAL, what=what, count=count) if count > 1 else what
        label = detail.get("label")
        yield say(lang, "{label}: {value}", label=label, value=what) if label else what
    for name, words in _TEXTS.items():
        if _count(detail.get(name), "count"):
            yield say(lang, words, names=_names(detail[name]))
    yield from _proposed(entry, detail.get("proposal"), lang)
    day = _day(detail.get("refresh"))
    if day is not None:
        yield say(lang, _YEARS, year=day.year + YEARS_AHEAD)
    fields = [say(lang, _FIELDS[name]) for name in _list(detail.get("fields")) if name in _FIELDS]
    if fields:
        yield ", ".join(dict.fromkeys(fields))


def _proposed(entry: Entry, told: object, lang: str) -> Iterator[str]:
    """What was done to a proposal, or whose was approved."""
    if isinstance(told, Mapping) and entry.area == Area.PLAN:
        words = _PROPOSING.get(entry.action, _APPROVED)
        yield say(lang, words, plan=entry.subject, number=_count(told, "number"), by=str(told.get("by", "")))


def _names(part: Mapping[str, Any]) -> str:
    first, count = _list(part.get("first"))[:_SHOWN], _count(part, "count")
    return ", ".join(first) + (f" … ({count})" if count > len(first) else "")


def _list(part: object) -> list[str]:
    return [str(name) for name in part] if isinstance(part, list) else []


def _count(part: object, name: str) -> int:
    found = part.get(name) if isinstance(part, Mapping) else None
    return found if isinstance(found, int) else 0


def _day(part: object) -> date | None:
    first = _list(part.get("first")) if isinstance(part, Mapping) else []
    try:
        return date.fromisoformat(first[0]) if first else None
    except ValueError:
        return None
