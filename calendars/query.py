"""What an address asks for: its query read strictly, so that a slip of the pen is answered and never ignored."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from http import HTTPStatus
from urllib.parse import parse_qsl

from calendars.catalogue import msg, say
from calendars.desk import Question
from calendars.gate import one_line
from scheduler.errors import LuanphienError
from scheduler.plan import LANGUAGES, Kind

MOST_CHARACTERS = 2048
MOST_COUNT = 50
MOST_WORDS = 100
MOST_PAGES = 9999
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2199, 12, 31)

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_KEY = re.compile(r"[a-z0-9][a-z0-9.-]{0,249}")
_SHOWN = 60
_KINDS = tuple(kind.value for kind in Kind)


class RefusalError(LuanphienError):
    """An address that cannot be followed; `said` puts the reason and the remedy into the reader's language."""

    def __init__(self, status: HTTPStatus, msgid: str, **fields: object) -> None:
        """Keep the message id and its fields."""
        self.status = status
        self.msgid = msgid
        self.fields = {key: one_line(str(value), 500) for key, value in fields.items()}
        super().__init__(self.said("en"))

    def said(self, lang: str) -> str:
        """The reason in `lang`."""
        return say(lang, self.msgid, **self.fields)


@dataclass(frozen=True, slots=True)
class PageFilters:
    """What a page of many is narrowed to, in which language; `values` are the page's own fields, each given once.

    `page` counts from 1, where there is too much for one.
    """

    partners: tuple[str, ...]
    homes: tuple[str, ...]
    kinds: tuple[Kind, ...]
    lang: str
    values: Mapping[str, str]
    page: int = 1


@dataclass(frozen=True, slots=True)
class NextQuestion:
    """Who is next, in which language, and the words to search for; empty when none were typed.

    `page` counts from 1, where there is too much for one search.
    """

    question: Question
    lang: str
    words: str
    page: int = 1


def next_question(raw: bytes, lang: str, today: date) -> NextQuestion:
    """Read the filters of "who is next", the language, and the words of a search. Raises RefusalError."""
    asked = read_query(raw, ("partner", "kind", "count", "as-of", "as_of", "q", "page", "lang"))
    question = Question(
        partners=ordered(asked.get("partner", ())),
        kinds=kinds_in(asked),
        count=_count(asked),
        as_of=day_in(asked, "as-of") or day_in(asked, "as_of") or today,
    )
    return NextQuestion(question, lang_in(asked, lang), _words(asked), _page(asked))


def day_question(raw: bytes, lang: str, today: date) -> tuple[date, str, int]:
    """Read the day one looks from, the language, and which page of many. Raises RefusalError."""
    asked = read_query(raw, ("as-of", "as_of", "page", "lang"))
    return day_in(asked, "as-of") or day_in(asked, "as_of") or today, lang_in(asked, lang), _page(asked)


def page_filters(raw: bytes, lang: str, filters: Sequence[str], own: Sequence[str] = ()) -> PageFilters:
    """Read those of `partner`, `home` and `kind` a page takes, and fields of its `own`. Raises RefusalError.

    A field that a form sends empty is not given.
    """
    sent = b"&".join(pair for pair in raw.split(b"&") if not pair.endswith(b"="))
    asked = read_query(sent, (*filters, *own, "page", "lang"))
    return PageFilters(
        partners=ordered(asked.get("partner", ())),
        homes=ordered(asked.get("home", ())),
        kinds=kinds_in(asked),
        lang=lang_in(asked, lang),
        values={name: value for name in own if (value := only(asked, name)) is not None},
        page=_page(asked),
    )


def part_question(raw: bytes, lang: str, matters: Sequence[str]) -> tuple[str, str | None, int]:
    """Read the language, one of some matters if it is asked for alone, and which page of it. Raises RefusalError."""
    asked = read_query(raw, ("matter", "page", "lang"))
    matter = only(asked, "matter")
    check_known("matter", (matter,) if matter else (), matters)
    return lang_in(asked, lang), matter, _page(asked)


def page_lang(raw: bytes, lang: str) -> str:
    """The language asked for, on a page that takes nothing else. Raises RefusalError."""
    return lang_in(read_query(raw, ("lang",)), lang)


def lang_of_refusal(raw: bytes, lang: str) -> str:
    """The language to refuse in: the one asked for where it can be made out, else `lang`; never raises."""
    found = re.search(rb"(?:^|&)lang=(vi|en|lo|km)(?:&|$)", raw[:MOST_CHARACTERS])
    return found[1].decode() if found else lang


def is_key(text: str) -> bool:
    """Whether `text` could be the key of an occurrence."""
    return _KEY.fullmatch(text) is not None


def check_known(field: str, asked: Iterable[str], known: Iterable[str]) -> None:
    """Raise RefusalError, not found, for the first of `asked` that is not `known`, naming the one most like it."""
    names = sorted(known)
    for value in asked:
        if value not in names:
            raise _unknown(field, value, names, HTTPStatus.NOT_FOUND)


def read_query(raw: bytes, known: Sequence[str]) -> Mapping[str, tuple[str, ...]]:
    """Names and values of a query, each one of `known`. Raises RefusalError for any other, and for an empty one."""
    if len(raw) > MOST_CHARACTERS:
        msgid = msg("The address is too long: at most {most} characters may follow the question mark.")
        raise RefusalError(HTTPStatus.BAD_REQUEST, msgid, most=MOST_CHARACTERS)
    asked: dict[str, tuple[str, ...]] = {}
    for name, value in parse_qsl(raw.decode("latin-1"), keep_blank_values=True):
        if name not in known:
            msgid = msg("“{name}” is not a filter here. Use: {known}.")
            raise RefusalError(HTTPStatus.BAD_REQUEST, msgid, name=_short(name), known=", ".join(known))
        if not value.strip() and name == "q":
            continue  # a search form sent with nothing typed
        if not value.strip():
            msgid = msg("“{name}” is empty. Give it a value or leave it out.")
            raise RefusalError(HTTPStatus.BAD_REQUEST, msgid, name=name)
        asked[name] = (*asked.get(name, ()), value.strip())
    return asked


def only(asked: Mapping[str, tuple[str, ...]], name: str) -> str | None:
    """The value of a field that may be given once. Raises RefusalError."""
    values = asked.get(name, ())
    if len(values) > 1:
        raise RefusalError(HTTPStatus.BAD_REQUEST, msg("“{name}” may be given only once."), name=name)
    return values[0] if values else None


def _words(asked: Mapping[str, tuple[str, ...]]) -> str:
    text = only(asked, "q")
    if text is not None and len(text) > MOST_WORDS:
        msgid = msg("“{name}” is too long. Search with at most {most} characters.")
        raise RefusalError(HTTPStatus.BAD_REQUEST, msgid, name="q", most=MOST_WORDS)
    return "" if text is None else one_line(text, MOST_WORDS)


def day_in(asked: Mapping[str, tuple[str, ...]], name: str) -> date | None:
    """The day a field names. Raises RefusalError."""
    text = only(asked, name)
    if text is None:
        return None
    day = day_from(text)
    if day is None:
        msgid = msg("“{value}” is not a day. Write it like 2026-12-31.")
        raise RefusalError(HTTPStatus.BAD_REQUEST, msgid, value=_short(text))
    if not FIRST_DAY <= day <= LAST_DAY:
        msgid = msg("The day {value} is out of reach. Take one from {first} to {last}.")
        raise RefusalError(HTTPStatus.BAD_REQUEST, msgid, value=day, first=FIRST_DAY, last=LAST_DAY)
    return day


def day_from(text: str) -> date | None:
    """The day `text` writes as YYYY-MM-DD; None when it writes none."""
    if not _DAY.fullmatch(text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _count(asked: Mapping[str, tuple[str, ...]]) -> int | None:
    return _number(asked, "count", MOST_COUNT)


def _page(asked: Mapping[str, tuple[str, ...]]) -> int:
    return _number(asked, "page", MOST_PAGES) or 1


def _number(asked: Mapping[str, tuple[str, ...]], name: str, most: int) -> int | None:
    text = only(asked, name)
    if text is None:
        return None
    if not re.fullmatch(r"[0-9]{1,4}", text) or not 1 <= int(text) <= most:
        msgid = msg("“{name}” must be a whole number from 1 to {most}.")
        raise RefusalError(HTTPStatus.BAD_REQUEST, msgid, name=name, most=most)
    return int(text)


def kinds_in(asked: Mapping[str, tuple[str, ...]]) -> tuple[Kind, ...]:
    """The kinds asked for, in their own order. Raises RefusalError."""
    for value in asked.get("kind", ()):
        if value not in _KINDS:
            raise _unknown("kind", value, _KINDS, HTTPStatus.BAD_REQUEST)
    return tuple(kind for kind in Kind if kind.value in asked.get("kind", ()))


def lang_in(asked: Mapping[str, tuple[str, ...]], default: str) -> str:
    """The language asked for. Raises RefusalError."""
    lang = only(asked, "lang")
    if lang is None:
        return default
    if lang not in LANGUAGES:
        raise _unknown("lang", lang, LANGUAGES, HTTPStatus.BAD_REQUEST)
    return lang


def _unknown(field: str, value: str, known: Sequence[str], status: HTTPStatus) -> RefusalError:
    nearest = get_close_matches(_plain(value), known, n=1, cutoff=0.6)
    if nearest:
        msgid = msg("“{value}” is not known under “{name}”. Did you mean “{nearest}”?")
        return RefusalError(status, msgid, value=_short(value), name=field, nearest=nearest[0])
    msgid = msg("“{value}” is not known under “{name}”. Use: {known}.")
    return RefusalError(status, msgid, value=_short(value), name=field, known=", ".join(known))


def _plain(value: str) -> str:
    """`value` as an id would be written: small letters without marks, blanks as hyphens."""
    letters = unicodedata.normalize("NFD", value[:_SHOWN].casefold().replace("đ", "d"))
    return "".join(letter for letter in letters if not unicodedata.combining(letter)).replace(" ", "-")


def _short(value: str) -> str:
    return one_line(value, _SHOWN)


def ordered(values: Iterable[str]) -> tuple[str, ...]:
    """Each value once, in order, so that two addresses that ask for the same are equal."""
    return tuple(sorted(set(values)))
