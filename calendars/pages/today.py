"""The page of what needs an officer now: plain values in, HTML out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from urllib.parse import urlencode

from calendars.catalogue import say
from calendars.headline import subject
from calendars.pages.frame import Frame, fill
from calendars.todaylist import Matter, Part, Section, Today
from calendars.todaywords import Row, count_words, ended_words, heading, row_of, whose
from calendars.wording import days, language_of, weekday_words
from scheduler.plan import Directory


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One matter on the page. `rest` leads to what is not shown, None: all of it is. `ended` leads to agreements."""

    id: str
    heading: str
    words: str
    ended: str | None
    rows: tuple[Row, ...]
    rest: str | None


@dataclass(frozen=True, slots=True)
class Coming:
    """What comes next, in a line."""

    key: str
    when: str
    title: str
    title_lang: str


def today_page(today: Today, part: Part, directory: Directory, frame: Frame) -> str:
    """HTML of /today."""
    lang = frame.lang
    return fill(
        "today.html",
        frame,
        blocks=tuple(_block(section, part, directory, frame) for section in today.sections),
        quiet=today.quiet and today.stored and part.matter is None,
        stored=today.stored,
        alone=part.matter is not None,
        ahead=tuple(
            Coming(one.key, days(one.window, lang), subject(one, directory, lang), language_of(one.title, lang))
            for one in today.ahead
        ),
        day=say(lang, "As of {day}", day=weekday_words(today.day, lang)),
        whose=whose(today, directory, lang),
    )


def _block(section: Section, part: Part, directory: Directory, frame: Frame) -> Block:
    lang, matter = frame.lang, section.matter
    return Block(
        id=matter.value,
        heading=heading(matter, lang),
        words=count_words(section, lang),
        ended=ended_words(section, lang),
        rows=tuple(_allowed(row_of(matter, thing, directory, lang), frame) for thing in section.shown),
        rest=_rest(matter, frame) if section.left and part.matter is None else None,
    )


def _allowed(row: Row, frame: Frame) -> Row:
    """The same row with those ways alone that whoever looks may go."""
    places = frame.viewer.places if frame.viewer else ()
    return replace(row, ways=tuple(way for way in row.ways if f"/{way[1].split('/')[1]}" in places))


def _rest(matter: Matter, frame: Frame) -> str:
    return f"{frame.at('/today')}?{urlencode({'matter': matter.value, 'page': 2})}"
