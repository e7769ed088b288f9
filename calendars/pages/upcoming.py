"""The page that answers "who is next": a card for each exchange and talks ahead."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from calendars.catalogue import say
from calendars.description import source_words
from calendars.desk import Upcoming
from calendars.headline import subject
from calendars.pages.frame import Frame, fill
from calendars.wording import (
    days,
    days_left_words,
    days_to_end_words,
    flag_word,
    kind_word,
    language_of,
    mark_words,
    name,
    names,
    next_steps,
    status_word,
    weekday_words,
)
from scheduler.occurrence import Flag, Status
from scheduler.plan import MEETINGS, Directory


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One occurrence in words. `host` None: the card says nothing of a host; `state` names the style of its status."""

    key: str
    kind: str
    title: str
    title_lang: str
    when: str
    days_left: str | None
    state: str
    status: str
    flags: tuple[str, ...]
    mark: str | None
    host: str | None
    host_known: bool
    travels: str | None
    place: str | None
    leads: str | None
    source: str
    steps: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """Which part was searched where there is too much for one search, and whether others follow."""

    page: int
    more: bool


@dataclass(frozen=True, slots=True)
class Found:
    """What was found: ahead, past, how many more match than are shown; and what was searched, if it was not all."""

    ahead: Sequence[Upcoming]
    past: Sequence[Upcoming] = ()
    left: int = 0
    note: str | None = None
    part: Part | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """Cards that are read together; `only` is the id of the one partner they are about, None: several or nobody."""

    heading: str
    only: str | None
    cards: tuple[Card, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """What the front page shows: `about` is what it is narrowed to, `words` were searched for, `left` not shown.

    `whole`: everything was looked through.
    """

    groups: tuple[Group, ...]
    as_of: date
    about: str = ""
    words: str = ""
    left: int = 0
    stored: bool = True
    whole: bool = True


def next_page(overview: Overview, frame: Frame) -> str:
    """HTML of the front page: who is next with each partner, or what a search found."""
    lang = frame.lang
    day = say(lang, "As of {day}", day=weekday_words(overview.as_of, lang))
    found = sum(len(group.cards) for group in overview.groups) + overview.left
    left = say(lang, "{count} more match. Add a word to narrow the search.", count=overview.left)
    return fill(
        "next.html",
        frame,
        page=overview,
        day=day,
        found=say(lang, "1 found") if found == 1 else say(lang, "{count} found", count=found),
        left=left if overview.left else None,
        kept=tuple(pair for pair in frame.query if pair[0] in ("partner", "kind", "as-of", "as_of")),
    )


def by_partner(seen: Iterable[Upcoming], directory: Directory, lang: str, as_of: date) -> tuple[Group, ...]:
    """A group for each partner, or for those that meet together, in the order in which they first come."""
    sorted_out: dict[tuple[str, ...], list[Card]] = {}
    for one in seen:
        cards = sorted_out.setdefault(one.record.occurrence.partners, [])
        cards.append(card_of(one, directory, lang, as_of))
    return tuple(
        Group(
            names(partners, directory, lang) or say(lang, "No partner named"),
            partners[0] if len(partners) == 1 else None,
            tuple(cards),
        )
        for partners, cards in sorted_out.items()
    )


def ahead_and_past(found: Found, directory: Directory, lang: str, as_of: date) -> tuple[Group, ...]:
    """What a search found: what is ahead, and what is past; neither group is empty."""
    groups = ((say(lang, "Ahead"), found.ahead), (say(lang, "Past, or not ahead"), found.past))
    return tuple(
        Group(heading, None, tuple(card_of(one, directory, lang, as_of) for one in part))
        for heading, part in groups
        if part
    )


def card_of(upcoming: Upcoming, directory: Directory, lang: str, as_of: date) -> Card:
    """What a card says of one occurrence on the day `as_of`."""
    occurrence = upcoming.record.occurrence
    host = name(occurrence.host, directory, lang) if occurrence.host else None
    if host is None and occurrence.kind in MEETINGS:
        host = say(lang, "not set")
    elsewhere = occurrence.place is not None and occurrence.place != occurrence.host
    return Card(
        key=occurrence.key,
        kind=kind_word(occurrence.kind, lang),
        title=subject(occurrence, directory, lang),
        title_lang=language_of(occurrence.title, lang),
        when=days(occurrence.window, lang),
        days_left=_time_left(upcoming, lang, as_of),
        state=occurrence.status.value,
        status=status_word(occurrence, lang),
        flags=tuple(flag_word(flag, lang) for flag in upcoming.flags),
        mark=mark_words(occurrence.anniversary, lang) if occurrence.anniversary else None,
        host=host,
        host_known=occurrence.host is not None,
        travels=names(occurrence.travels, directory, lang) or None,
        place=name(occurrence.place, directory, lang) if elsewhere and occurrence.place else None,
        leads=names(occurrence.leads, directory, lang, "; ") or None,
        source=source_words(occurrence, lang),
        steps=_steps(upcoming, lang),
    )


def _steps(upcoming: Upcoming, lang: str) -> tuple[str, ...]:
    if Flag.UNRECORDED in upcoming.flags or Flag.OVERDUE in upcoming.flags:
        return (say(lang, "record what came of it"),)
    return next_steps(upcoming.record.occurrence, lang, upcoming.lacks)


def _time_left(upcoming: Upcoming, lang: str, as_of: date) -> str | None:
    occurrence, left = upcoming.record.occurrence, upcoming.days_left
    window = occurrence.window
    if left is None or occurrence.over or (window.last is not None and window.last < as_of):
        return None
    if occurrence.status is Status.POSTPONED and not window.fixed:
        return None  # put off without new days: the old ones are nothing to count down to
    if left > 0 or window.last is None or window.length == 1:
        return days_left_words(left, lang)
    return days_to_end_words((window.last - as_of).days, lang)
