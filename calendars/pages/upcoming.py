"""The page that answers "who is next": a card for each exchange and talks ahead."""

from __future__ import annotations

from collections.abc import Iterable
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
    mark_words,
    name,
    names,
    next_steps,
    status_word,
    weekday_words,
)
from scheduler.occurrence import Flag
from scheduler.plan import MEETINGS, Directory


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One occurrence in words. `host` None: the card says nothing of a host; `state` names the style of its status."""

    key: str
    kind: str
    title: str
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


def next_page(cards: Iterable[Card], frame: Frame, as_of: date, *, stored: bool, about: str) -> str:
    """HTML of /next. `stored` is whether any plan is stored, `about` what was asked for, empty when all was."""
    day = say(frame.lang, "As of {day}", day=weekday_words(as_of, frame.lang))
    return fill("next.html", frame, cards=tuple(cards), day=day, stored=stored, about=about)


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
    return next_steps(upcoming.record.occurrence, lang)


def _time_left(upcoming: Upcoming, lang: str, as_of: date) -> str | None:
    window, left = upcoming.record.occurrence.window, upcoming.days_left
    if left is None or upcoming.record.occurrence.over or (window.last is not None and window.last < as_of):
        return None
    if left > 0 or window.last is None or window.length == 1:
        return days_left_words(left, lang)
    return days_to_end_words((window.last - as_of).days, lang)
