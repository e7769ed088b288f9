"""What a change of texts does to occurrences, in words: whose turn changes first, then what moves, ends and begins."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from calendars.catalogue import msg, say
from calendars.differences import REPLACED
from calendars.headline import subject
from calendars.wording import days, gap_word, language_of, name, names, status_word
from scheduler.occurrence import UNSET, Occurrence, content_of
from scheduler.plan import Directory
from scheduler.reconcile import Change

SHOWN = 40
"""Occurrences that are shown one by one."""

_WORDS = {
    "turn": msg("another host"),
    "moved": msg("other days"),
    "ended": msg("is cancelled"),
    "changed": msg("changes"),
    "added": msg("new"),
}
"""What becomes of an occurrence, in the order in which it is shown."""

_COUNTS = {
    "turn": msg("{count} with another host"),
    "moved": msg("{count} on other days"),
    "ended": msg("{count} cancelled"),
    "changed": msg("{count} changed otherwise"),
    "added": msg("{count} new"),
}
_NONE = "—"
_SHOWN_APART = {"start", "end", "expression", "precision"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What becomes of one occurrence. `sort` names the style; `details`: what differs, as label, before, after."""

    sort: str
    how: str
    key: str
    title: str
    title_lang: str
    when: str
    details: tuple[tuple[str, str, str], ...]
    others: bool


@dataclass(frozen=True, slots=True)
class Effect:
    """What a text would do, or has done: how many of each sort, the first of them, and how many more there are."""

    counts: tuple[str, ...]
    lines: tuple[Line, ...]
    more: int


def effect_of(
    changes: Sequence[Change], count: int, counts: Mapping[str, int], directory: Directory, lang: str
) -> Effect:
    """The effect of `changes`, the first of `count`; `counts`: how many of each sort there are (`sort_of`)."""
    order = list(_WORDS)
    shown = sorted(changes, key=lambda one: (order.index(sort_of(one)), one.after.window.start is None, _day(one)))[
        :SHOWN
    ]
    return Effect(
        counts=tuple(say(lang, words, count=counts[sort]) for sort, words in _COUNTS.items() if counts.get(sort)),
        lines=tuple(_line(change, directory, lang) for change in shown),
        more=count - len(shown),
    )


def sort_of(change: Change) -> str:
    """What becomes of an occurrence: `turn`, `moved`, `ended`, `changed` or `added`."""
    if change.before is None:
        return "added"
    if change.dropped:
        return "ended"
    if change.before.host != change.after.host:
        return "turn"
    return "moved" if change.moved else "changed"


def _day(change: Change) -> str:
    return str(change.after.window.start or "9999")


def _line(change: Change, directory: Directory, lang: str) -> Line:
    before, after, sort = change.before, change.after, sort_of(change)
    now = days(after.window, lang)
    when = now if before is None or before.window == after.window else f"{days(before.window, lang)} → {now}"
    told = before is not None and sort != "ended" and not change.replaced
    details = tuple(_details(before, after, directory, lang)) if before is not None and told else ()
    others = told and not details and sort == "changed"
    return Line(
        sort=sort,
        how=say(lang, REPLACED[after.cycle == UNSET] if change.replaced else _WORDS[sort]),
        key=after.key,
        title=subject(after, directory, lang),
        title_lang=language_of(after.title, lang),
        when=when,
        details=details,
        others=others,
    )


def _details(before: Occurrence, after: Occurrence, directory: Directory, lang: str) -> Iterator[tuple[str, str, str]]:
    old, new = content_of(before), content_of(after)
    changed = {field for field in old.keys() | new.keys() if old.get(field) != new.get(field)} - _SHOWN_APART
    for field, label in _LABELS.items():
        if field in changed:
            pair = tuple(_said(one, field, directory, lang) or _NONE for one in (before, after))
            if pair[0] != pair[1]:
                yield say(lang, label), pair[0], pair[1]


def _said(one: Occurrence, field: str, directory: Directory, lang: str) -> str:  # noqa: PLR0911 - one return per field
    match field:
        case "title":
            return one.title.in_(lang)
        case "status":
            return status_word(one, lang)
        case "host":
            return name(one.host, directory, lang) if one.host else say(lang, "not set")
        case "place":
            return name(one.place, directory, lang) if one.place else ""
        case "to_set":
            return ", ".join(gap_word(gap, lang) for gap in one.to_set)
        case "travels" | "leads" | "coordinating" | "partners":
            return names(getattr(one, field), directory, lang)
        case _:
            return one.plan


_LABELS = {
    "host": msg("Host"),
    "title": msg("What"),
    "status": msg("Status"),
    "place": msg("Place"),
    "travels": msg("Travels"),
    "leads": msg("Lead"),
    "coordinating": msg("Coordinating"),
    "partners": msg("Partners"),
    "to_set": msg("Still to set"),
    "plan": msg("Plan"),
}
