"""Which years a page is asked for: bounds that keep every answer short, refused with what to ask instead."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from http import HTTPStatus

from calendars.catalogue import msg
from calendars.query import PageFilters, RefusalError, page_filters

FIRST_YEAR, LAST_YEAR = 1900, 2150
YEARS_AHEAD = 50
"""How far ahead of today anyone may look."""

MOST_YEARS = 12
YEARS_BEFORE, YEARS_AFTER = 1, 5
"""What the board shows around the present year unless asked otherwise."""

_YEAR = re.compile(r"[0-9]{1,6}")
_MONTH = re.compile(r"0?[1-9]|1[0-2]")
_SHOWN = 60


@dataclass(frozen=True, slots=True)
class BoardQuestion:
    """The first and last year of the board, and what it is narrowed to."""

    first: int
    last: int
    filters: PageFilters


@dataclass(frozen=True, slots=True)
class YearQuestion:
    """The year of a programme, one month of it or all, and what it is narrowed to."""

    year: int
    month: int | None
    filters: PageFilters


def board_question(raw: bytes, lang: str, today: date) -> BoardQuestion:
    """Read what the board is asked for; one bound given brings the other as far away as usual. Raises RefusalError."""
    filters = page_filters(raw, lang, ("partner", "home"), ("from", "to"))
    asked = {name: _year(value, today, HTTPStatus.BAD_REQUEST) for name, value in filters.values.items()}
    length = YEARS_BEFORE + YEARS_AFTER
    first = asked.get("from", asked.get("to", today.year + YEARS_AFTER) - length)
    last = asked.get("to", first + length)
    if last < first:
        msgid = msg("The years end in {last}, before they begin in {first}. Swap the two.")
        raise RefusalError(HTTPStatus.BAD_REQUEST, msgid, first=first, last=last)
    if last - first >= MOST_YEARS:
        msgid = msg("From {first} to {last} is too long: ask for at most {most} years.")
        raise RefusalError(HTTPStatus.BAD_REQUEST, msgid, first=first, last=last, most=MOST_YEARS)
    return BoardQuestion(max(first, FIRST_YEAR), min(last, last_year(today)), filters)


def year_question(raw: bytes, lang: str, today: date, year: str, month: str | None = None) -> YearQuestion:
    """Read what a programme is asked for, its year and month from the path. Raises RefusalError."""
    number = _year(year, today, HTTPStatus.NOT_FOUND)
    filters = page_filters(raw, lang, ("partner", "home", "kind"))
    return YearQuestion(number, None if month is None else _month(month), filters)


def last_year(today: date) -> int:
    """The last year anyone may look at."""
    return min(LAST_YEAR, today.year + YEARS_AHEAD)


def _month(text: str) -> int:
    if not _MONTH.fullmatch(text):
        msgid = msg("“{value}” is not a month. Write it from 01 to 12.")
        raise RefusalError(HTTPStatus.NOT_FOUND, msgid, value=text[:_SHOWN])
    return int(text)


def _year(text: str, today: date, status: HTTPStatus) -> int:
    if not _YEAR.fullmatch(text):
        msgid = msg("“{value}” is not a year. Write it like 2027.")
        raise RefusalError(status, msgid, value=text[:_SHOWN])
    year, end = int(text), last_year(today)
    if not FIRST_YEAR <= year <= end:
        msgid = msg("The year {value} is out of reach. Take one from {first} to {last}.")
        raise RefusalError(status, msgid, value=text, first=FIRST_YEAR, last=end)
    return year
