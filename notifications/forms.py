"""What the pages behind a mail's links are sent: forms read strictly, and what is wrong with them, as values."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from email.parser import BytesParser
from email.policy import HTTP
from enum import StrEnum
from http import HTTPStatus
from urllib.parse import parse_qsl

from calendars.gate import lines, unprintable
from calendars.query import FIRST_DAY, LAST_DAY, day_from
from notifications.answers import Wish
from scheduler.errors import LuanphienError

MOST_BYTES = 16 * 1024
"""No form of ours fills half of that, even in Lao."""

MOST_WORDS = 500
"""Characters of a reason or a note."""

FORM = "application/x-www-form-urlencoded"
PARTS = "multipart/form-data"
ONE_CLICK = ("List-Unsubscribe", "One-Click")

_MOST_FIELDS = 10

Fields = Mapping[str, str]


class UnreadableError(LuanphienError):
    """What was sent is no form of ours; `status` says how."""

    def __init__(self, status: HTTPStatus) -> None:
        """Keep it."""
        self.status = status
        super().__init__(f"{status.phrase}: open the link from the mail and press its button")


class Fault(StrEnum):
    """What is wrong with a field."""

    MISSING = "missing"
    TOO_LONG = "too-long"
    CONTROL = "control"  # it holds what is no text
    NO_DAY = "no-day"
    PAST = "past"
    REVERSED = "reversed"  # the last day lies before the first
    NO_FIRST = "no-first"  # a last day, and no first one


@dataclass(frozen=True, slots=True)
class Draft:
    """A form as it was filled in, fit to be shown again, and what is wrong with its fields (`why`, `first`, `last`)."""

    why: str = ""
    first: str = ""
    last: str = ""
    faults: Mapping[str, Fault] = field(default_factory=dict)


def fields_of(body: bytes, content_type: str, kinds: tuple[str, ...] = (FORM,), most: int = _MOST_FIELDS) -> Fields:
    """Fields by name, in UTF-8, each given once, at most so many. Raises UnreadableError for other kinds of body."""
    kind = content_type.partition(";")[0].strip().lower()
    if kind not in kinds:
        raise UnreadableError(HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
    try:
        pairs = _parts(body, content_type) if kind == PARTS else _pairs(body, most)
    except ValueError as error:
        raise UnreadableError(HTTPStatus.BAD_REQUEST) from error
    if len(dict(pairs)) < len(pairs):
        raise UnreadableError(HTTPStatus.BAD_REQUEST)
    return dict(pairs)


def one_click(fields: Fields) -> bool:
    """Whether a mail program sent this for its reader (RFC 8058, section 3.2)."""
    name, value = ONE_CLICK
    return fields.get(name) == value


def wish_from(fields: Fields, today: date) -> Wish | Draft:
    """The wish of a form, or the form with what is wrong with it."""
    why, faults = _words(fields.get("why", ""))
    if not why and not faults:
        faults = {"why": Fault.MISSING}
    typed = {name: fields.get(name, "").strip() for name in ("first", "last")}
    days = {name: day_from(text) for name, text in typed.items()}
    for name, text in typed.items():
        day = days[name]
        if text and (day is None or not FIRST_DAY <= day <= LAST_DAY):
            faults[name] = Fault.NO_DAY
        elif day is not None and day < today:
            faults[name] = Fault.PAST
    first, last = days["first"], days["last"]
    if last is not None and not typed["first"]:
        faults["first"] = Fault.NO_FIRST
    elif first is not None and last is not None and last < first:
        faults["last"] = Fault.REVERSED
    if faults:
        return Draft(lines(fields.get("why", "")), lines(typed["first"], 20), lines(typed["last"], 20), faults)
    return Wish(why, first, last)


def note_from(fields: Fields) -> str | Draft:
    """What a reader wrote beside "done", which may be nothing, or the form with what is wrong with it."""
    why, faults = _words(fields.get("why", ""))
    return Draft(lines(fields.get("why", "")), faults=faults) if faults else why


def _words(typed: str) -> tuple[str, dict[str, Fault]]:
    """A text as one line: what breaks lines in a form, and tabs, are blanks."""
    text = unicodedata.normalize("NFC", typed.replace("\r\n", "\n").replace("\t", " "))
    if unprintable(text) is not None:
        return "", {"why": Fault.CONTROL}
    line = " ".join(text.split())
    return (line, {"why": Fault.TOO_LONG}) if len(line) > MOST_WORDS else (line, {})


def _pairs(body: bytes, most: int) -> list[tuple[str, str]]:
    text = body.decode("ascii")
    return parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=most)


def _parts(body: bytes, content_type: str) -> list[tuple[str, str]]:
    """The fields of a form sent in parts (RFC 7578)."""
    head = f"Content-Type: {content_type}\r\n\r\n".encode("ascii")
    message = BytesParser(policy=HTTP).parsebytes(head + body)
    found = []
    for part in message.walk():
        name, content = part.get_param("name", header="content-disposition"), part.get_payload(decode=True)
        if isinstance(name, str) and isinstance(content, bytes):
            found.append((name, content.decode("utf-8")))
    return found
