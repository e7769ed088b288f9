"""A reminder mail: subject, text, HTML and the calendar entry, as the exact bytes that go out (RFC 5322, RFC 3834)."""

from __future__ import annotations

import hmac
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from email.utils import format_datetime
from functools import cache, partial
from textwrap import wrap

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from calendars.catalogue import say as say_of_calendars
from calendars.description import details, remarks
from calendars.eyes import Voice
from calendars.feed import entries, page_url
from calendars.gate import one_line
from calendars.headline import subject as subject_of
from calendars.ical import Header, render
from calendars.wording import day_words, name
from notifications.advice import Item, by_when, to_do, turn, why_you
from notifications.mime import Mailbox, Part, addressed, identifiers, link, mailbox, message, words
from notifications.words import say
from scheduler.plan import Directory

WIDTH = 76
"""Columns of the text part; only a word longer than that stands out (RFC 5322, 2.1.1 asks for 78 at most)."""

MANY = 3
"""A mail with more items tells of each only what is needed to act; the rest is on its page."""

_IN_SHORT = ("When", "Marks", "Host", "Travels", "Lead", "Under")
_LINKS = 10
_YEAR = re.compile(r"\d{4}\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Letterhead:
    """What all mails share. `secret` keys the Message-IDs; links begin with `base_url`."""

    sender: Mailbox
    secret: bytes = field(repr=False)
    base_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One mail to write: `items` for one address, the most pressing first, at least one.

    `day` is the reader's, days left are counted from it; `written_at` is aware and becomes the Date. `thread` holds the
    Message-IDs of earlier mails about the one item, oldest first. `unsubscribe` is an opaque URL that acts on POST.
    """

    delivery: str
    address: str
    lang: str
    day: date
    written_at: datetime
    items: tuple[Item, ...]
    thread: tuple[str, ...] = ()
    unsubscribe: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One item as the templates show it; every value is one line of plain text."""

    title: str
    to_do: str
    edge: str
    day: str
    rows: tuple[tuple[str, str], ...]
    remarks: tuple[str, ...]
    why: str
    url: str


def message_id(letterhead: Letterhead, delivery: str) -> str:
    """The Message-ID of a delivery: the same however often it is composed or sent (RFC 5322, 3.6.4)."""
    digest = hmac.new(letterhead.secret, delivery.encode(), "sha256").hexdigest()
    return f"<{digest[:40]}@{letterhead.sender.domain}>"


def compose(letter: Letter, letterhead: Letterhead, directory: Directory) -> bytes:
    """The whole mail. The same values give the same bytes.

    A mail about one occurrence goes on with that occurrence's thread, under the same subject; a mail about several
    begins one of its own. Raises AddressError or HeaderError when something must not stand in a header.
    """
    lang = letter.lang
    attached = tuple(_calendar(letter, letterhead, directory))
    sections = tuple(_section(item, letter, letterhead, directory) for item in letter.items)
    values = {
        "lang": lang,
        "sections": sections,
        "count": len(sections),
        "day": day_words(letter.day, lang),
        "organisation": one_line(name(letter.items[0].recipient, directory, lang)),
        "attached": bool(attached),
        "unsubscribe": letter.unsubscribe,
        "say": partial(say, lang),
        "pair": lambda label, value: say_of_calendars(lang, "{label}: {value}", label=label, value=value),
        "page": say_of_calendars(lang, "Page"),
    }
    written = {kind: _templates().get_template(f"reminder/{kind}").render(values) for kind in _FILES}
    headers = tuple(_headers(letter, letterhead, " ".join(written["subject.txt"].split())))
    alternatives = [
        Part("text/plain", _crlf(written["body.txt"])),
        Part("text/html", _crlf(written["body.html"])),
    ]
    return message(headers, alternatives, attached)


_FILES = ("subject.txt", "body.txt", "body.html")


def _headers(letter: Letter, letterhead: Letterhead, subject: str) -> Iterator[tuple[str, str]]:
    yield "Date", format_datetime(letter.written_at)
    yield "Message-ID", identifiers([message_id(letterhead, letter.delivery)])
    yield "From", addressed(letterhead.sender)
    yield "To", addressed(mailbox(letter.address))
    yield "Subject", words(subject, "Subject")
    if letter.thread and len(letter.items) == 1:
        yield "In-Reply-To", identifiers(letter.thread[:1])
        recent = letter.thread[max(1, len(letter.thread) - _LINKS) :]
        yield "References", identifiers([letter.thread[0], *recent])
    yield "Auto-Submitted", "auto-generated"
    yield "X-Auto-Response-Suppress", "OOF, AutoReply"
    yield "Content-Language", letter.lang
    if letter.unsubscribe is not None:
        yield "List-Unsubscribe", link(letter.unsubscribe)
        yield "List-Unsubscribe-Post", "List-Unsubscribe=One-Click"


def _section(item: Item, letter: Letter, letterhead: Letterhead, directory: Directory) -> Section:
    occurrence, lang = item.record.occurrence, letter.lang
    edge, day = by_when(item, letter.day, lang)
    short = {say_of_calendars(lang, label) for label in _IN_SHORT} if len(letter.items) > MANY else None
    whose = turn(item, directory, lang)
    rows = [(say(lang, "Turn"), whose)] if whose else []
    rows += [row for row in details(occurrence, directory, lang) if short is None or row[0] in short]
    return Section(
        title=_title(item, directory, lang),
        to_do=one_line(to_do(item, directory, lang), cap=1000),
        edge=edge,
        day=day,
        rows=tuple((one_line(label), one_line(value, cap=2000)) for label, value in rows),
        remarks=() if short else tuple(remarks(occurrence, lang)),
        why=why_you(item, lang),
        url=page_url(occurrence.key, letterhead.base_url),
    )


def _title(item: Item, directory: Directory, lang: str) -> str:
    """Title and year: all that never changes about an occurrence, so that its thread keeps one subject."""
    occurrence = item.record.occurrence
    title, year = subject_of(occurrence, directory, lang), _YEAR.match(occurrence.cycle)
    return f"{title} ({year[0]})" if year and year[0] not in title else title


def _calendar(letter: Letter, letterhead: Letterhead, directory: Directory) -> Iterator[Part]:
    """One .ics with the events of the mail, to be imported by hand: no METHOD, so that nobody is asked to answer."""
    records = {item.record.occurrence.key: item.record for item in letter.items}
    events = tuple(entries(records.values(), directory, Voice(letter.lang), letterhead.base_url))
    if not events:
        return
    header = Header(
        name=events[0].summary if len(events) == 1 else day_words(letter.day, letter.lang),
        description=say_of_calendars(letter.lang, "Exchanges, talks and deadlines"),
        lang=letter.lang,
    )
    stem = letter.items[0].record.occurrence.key if len(records) == 1 else f"luanphien-{letter.day}"
    yield Part("text/calendar", render(header, events).body, f"{stem}.ics")


@cache
def _templates() -> Environment:
    environment = Environment(
        loader=PackageLoader("notifications"),
        undefined=StrictUndefined,
        autoescape=select_autoescape(("html",), default=False),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["wrapped"] = _wrapped
    return environment


def _wrapped(text: str, indent: str = "") -> str:
    """Lines of at most `WIDTH` columns, broken at blanks only: Lao and Khmer have few, addresses none."""
    lines = wrap(
        text, WIDTH, initial_indent="", subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    )
    return "\n".join(lines)


def _crlf(text: str) -> bytes:
    return ("\r\n".join(line.rstrip() for line in text.strip().splitlines()) + "\r\n").encode()
