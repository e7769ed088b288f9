"""A scheduled mail as its templates show it: a section for each item, and the look ahead; plain lines throughout."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from calendars.catalogue import say as say_of_calendars
from calendars.description import details, remarks
from calendars.feed import page_url
from calendars.gate import one_line
from calendars.headline import headline
from calendars.steps import step_words
from calendars.wording import day_words, days, name
from notifications.advice import by_when, may_be_done, may_be_moved, notices, to_do, turn, what_for, why_you
from notifications.heading import heading
from notifications.letters import Agenda, Item, ReminderLetter
from notifications.policy import Purpose
from notifications.tokens import Action, Links
from notifications.words import say
from scheduler.occurrence import Occurrence, Record
from scheduler.plan import Directory
from scheduler.succession import heir_of
from scheduler.window import Precision, Window

MANY = 3
"""A mail with more items tells of each only what is needed to act; the rest is on its page."""

MOST = 10
"""So many items have a section of their own; of more only a line is told, with the way to its page."""

_HOSTING = ("Host", "Place", "Travels")
_IN_SHORT = ("When", "Marks", "Host", "Travels", "Lead", "Coordinating", "Under")

Rows = tuple[tuple[str, str], ...]
"""Labels and values, or labels and links."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One item as the templates show it.

    `acknowledge` is the link of its button, `links` the words and addresses of the smaller ones. `command` may be
    copied, and is never broken.
    """

    notices: tuple[str, ...]
    title: str
    to_do: str
    edge: str
    day: str
    rows: Rows
    remarks: tuple[str, ...]
    command: str | None
    why: str
    url: str
    acknowledge: str | None
    links: Rows


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a look ahead."""

    when: str
    title: str
    url: str


@dataclass(frozen=True, slots=True)
class Other:
    """An item in one line: what it is, what it is for, and its day."""

    title: str
    purpose: str
    day: str
    url: str


@dataclass(frozen=True, slots=True)
class Ahead:
    """The lines of one part of a look ahead, under their heading."""

    heading: str
    lines: tuple[Line, ...]


def sections(letter: ReminderLetter, links: Links, directory: Directory) -> tuple[Section, ...]:
    """The first items of a mail, in its order; of many each in short."""
    short = len(letter.items) > MANY
    return tuple(_section(item, letter, links, directory, short=short) for item in letter.items[:MOST])


def others(letter: ReminderLetter, links: Links, directory: Directory) -> tuple[Other, ...]:
    """The items that have no section, each on one line."""
    return tuple(_other(item, letter, links, directory) for item in letter.items[MOST:])


def look_ahead(letter: ReminderLetter, links: Links, directory: Directory) -> tuple[Ahead, ...]:
    """The week and the rest of the month, or nothing where the mail has no agenda."""
    agenda, lang = letter.agenda, letter.lang
    if agenda is None:
        return ()
    week = say(lang, "This week ({days})", days=week_words(agenda, lang))
    month = say(lang, "After that, until {day}", day=day_words(agenda.last, lang))
    return (
        Ahead(week, _lines(agenda.week, lang, links, directory)),
        Ahead(month, _lines(agenda.month, lang, links, directory)),
    )


def week_words(agenda: Agenda, lang: str) -> str:
    """The days of the week that an agenda looks at."""
    return days(Window.of(agenda.first, agenda.week_ends, Precision.DAYS), lang)


def rows_of(
    occurrence: Occurrence, reader: str, directory: Directory, lang: str, only: Iterable[str] | None = None
) -> Iterator[tuple[str, str]]:
    """Whose turn it is by the reader's side, then everything known, or the `only` labels (English) that are wanted.

    Of what is over nobody is told that it is their turn. Of what another meeting fulfils nothing is said of who hosts:
    that is told of the other.
    """
    joint = occurrence.joint is not None
    whose = None if occurrence.over or joint else turn(occurrence, reader, directory, lang)
    if whose:
        yield say(lang, "Turn"), one_line(whose)
    wanted = None if only is None else {say_of_calendars(lang, label) for label in only}
    unsaid = {say_of_calendars(lang, label) for label in _HOSTING} if joint else set()
    for label, value in details(occurrence, directory, lang):
        if (wanted is None or label in wanted) and label not in unsaid:
            yield one_line(label), one_line(value, cap=2000)


def _section(item: Item, letter: ReminderLetter, links: Links, directory: Directory, *, short: bool) -> Section:
    occurrence, lang = item.record.occurrence, letter.lang
    edge, day = by_when(item, letter.day, lang)
    known = rows_of(occurrence, item.recipient, directory, lang, _IN_SHORT if short else None)
    return Section(
        notices=tuple(one_line(told, cap=1000) for told in notices(item, directory, lang)),
        title=heading(occurrence, directory, lang),
        to_do=one_line(to_do(item, directory, lang), cap=1000),
        edge=edge,
        day=day,
        rows=(*_preparing(item, directory, lang), *known),
        remarks=(*_how(item, letter.day, directory, lang), *(() if short else remarks(occurrence, lang))),
        command=recording(occurrence) if _records(item, letter.day, directory) else None,
        why=one_line(why_you(item, directory, lang), cap=1000),
        url=page_url(occurrence.key, links.base_url),
        acknowledge=_button(item, Action.ACKNOWLEDGE, letter, links),
        links=tuple(_small(item, letter, links)),
    )


def recording(occurrence: Occurrence) -> str:
    """The command that records that a meeting was held, to be mended and copied."""
    window = occurrence.window
    when = f"{window.start}/{window.last}" if window.fixed else "YYYY-MM-DD"
    return f'luanphien decide held {occurrence.key} --days {when} --why "…"'


def _preparing(item: Item, directory: Directory, lang: str) -> Iterator[tuple[str, str]]:
    """The step of the preparation: who does it, and where its day comes from."""
    if item.prepares is not None:
        words = step_words(item.prepares, directory, lang)
        yield say(lang, "Who does it"), words.leads
        yield say(lang, "Where this day comes from"), words.why


def _other(item: Item, letter: ReminderLetter, links: Links, directory: Directory) -> Other:
    occurrence, lang = item.record.occurrence, letter.lang
    return Other(
        title=heading(occurrence, directory, lang),
        purpose=what_for(item, lang),
        day=by_when(item, letter.day, lang)[1],
        url=page_url(occurrence.key, links.base_url),
    )


def _records(item: Item, day: date, directory: Directory) -> bool:
    """Whether the reader is of those who record what became of a meeting: the plan's owner, or its successor."""
    if item.step.purpose is not Purpose.RECORD or item.prepares is not None:
        return False
    owner = item.record.occurrence.owner
    return item.recipient in (owner, heir_of(owner, day, directory).organisation)


def _how(item: Item, day: date, directory: Directory, lang: str) -> Iterator[str]:
    occurrence = item.record.occurrence
    if item.prepares is not None and item.prepares.provisional:
        yield say(lang, "The days of the meeting are not settled yet; this day may move with them.")
    if item.prepares is None and item.step.purpose is Purpose.RECORD:
        if _records(item, day, directory):
            yield say(lang, "This is the command that records it:")
        else:
            owner = one_line(name(occurrence.owner, directory, lang))
            yield say(lang, "Tell {owner} what happened; they record it.", owner=owner)


def _button(item: Item, action: Action, letter: ReminderLetter, links: Links) -> str | None:
    return None if item.reminder is None else links.answer(action, item.reminder, letter.day, letter.lang)


def _small(item: Item, letter: ReminderLetter, links: Links) -> Iterator[tuple[str, str]]:
    offered = (
        (Action.DONE, say(letter.lang, "It is done"), may_be_done(item)),
        (Action.POSTPONE, say(letter.lang, "Ask for other days"), may_be_moved(item)),
    )
    for action, words, possible in offered:
        url = _button(item, action, letter, links) if possible else None
        if url is not None:
            yield words, url


def _lines(records: Iterable[Record], lang: str, links: Links, directory: Directory) -> tuple[Line, ...]:
    return tuple(
        Line(
            days(record.occurrence.window, lang),
            headline(record.occurrence, directory, lang),
            page_url(record.occurrence.key, links.base_url),
        )
        for record in records
    )
