"""A mail: its words, its headers and what goes with it, as the exact bytes that go out (RFC 5322, RFC 3834)."""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from email.utils import format_datetime
from typing import Any, assert_never

from calendars.catalogue import say as say_of_calendars
from calendars.eyes import Voice
from calendars.feed import entries, page_url
from calendars.ical import Header, render
from calendars.wording import day_words
from notifications.changes import gravest_first, news
from notifications.heading import greeting, heading
from notifications.invite import invitation
from notifications.letters import (
    AnyLetter,
    ChangeLetter,
    InvitationLetter,
    Letter,
    OfficeLetter,
    ReminderLetter,
    VerificationLetter,
)
from notifications.mime import Mailbox, Part, addressed, identifiers, link, mailbox, message, words
from notifications.policy import Role
from notifications.sections import look_ahead, others, rows_of, sections, week_words
from notifications.tokens import Links
from notifications.troubles import report
from notifications.typeset import typeset
from scheduler.occurrence import Record
from scheduler.plan import Directory

_LINKS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Letterhead:
    """What all mails share. `secret` keys the Message-IDs; every address in a mail begins with that of `links`."""

    sender: Mailbox
    secret: bytes = field(repr=False)
    links: Links


@dataclass(frozen=True, slots=True, kw_only=True)
class _Draft:
    """What is particular to a kind of mail.

    `follows`: it goes on with the thread it is given. `invites` stands last among the alternatives of the text.
    """

    folder: str
    values: Mapping[str, Any]
    follows: bool = False
    attached: tuple[Part, ...] = ()
    invites: tuple[Part, ...] = ()


def message_id(letterhead: Letterhead, delivery: str) -> str:
    """The Message-ID of a delivery: the same however often it is composed or sent (RFC 5322, 3.6.4)."""
    digest = hmac.new(letterhead.secret, delivery.encode(), "sha256").hexdigest()
    return f"<{digest[:40]}@{letterhead.sender.domain}>"


def compose(letter: AnyLetter, letterhead: Letterhead, directory: Directory) -> bytes:
    """The whole mail. The same values give the same bytes.

    A mail about one occurrence goes on with that occurrence's thread, a reminder under the same subject each time; a
    mail about several begins one of its own. Raises AddressError or HeaderError when something must not stand in a
    header, NotInCalendarsError for an invitation to what has no day, jinja2.TemplateError for a broken template.
    """
    draft = _draft(letter, letterhead, directory)
    common = {
        "greeting": greeting(letter, directory),
        "attached": bool(draft.attached),
        "unsubscribe": letter.unsubscribe,
        "page": say_of_calendars(letter.lang, "Page"),
    }
    written = typeset(draft.folder, letter.lang, {**common, **draft.values})
    headers = tuple(_headers(letter, letterhead, written.subject, follows=draft.follows))
    bodies = (Part("text/plain", written.text), Part("text/html", written.html), *draft.invites)
    return message(headers, bodies, draft.attached)


def _draft(letter: AnyLetter, letterhead: Letterhead, directory: Directory) -> _Draft:
    base_url = letterhead.links.base_url
    match letter:
        case ReminderLetter():
            return _reminder(letter, letterhead.links, directory)
        case ChangeLetter():
            return _change(letter, base_url, directory)
        case InvitationLetter():
            return _invitation(letter, letterhead, directory)
        case VerificationLetter():
            return _Draft(folder="verification", values={"url": letter.url})
        case OfficeLetter():
            return _Draft(folder="office", values={"report": report(letter, base_url, directory)})
    assert_never(letter)


def _reminder(letter: ReminderLetter, links: Links, directory: Directory) -> _Draft:
    values = {
        "sections": sections(letter, links, directory),
        "others": others(letter, links, directory),
        "count": len(letter.items),
        "rises": all(item.role is Role.SUPERIOR for item in letter.items),
        "ahead": look_ahead(letter, links, directory),
        "week": week_words(letter.agenda, letter.lang) if letter.agenda else None,
    }
    records = (item.record for item in letter.items)
    return _Draft(
        folder="reminder",
        values=values,
        follows=len(letter.items) == 1 and letter.agenda is None,
        attached=tuple(_calendar(letter, records, links.base_url, directory)),
    )


def _change(letter: ChangeLetter, base_url: str, directory: Directory) -> _Draft:
    changes = gravest_first(letter.changes)
    values = {
        "changes": tuple(news(told, letter.day, base_url, directory, letter.lang) for told in changes),
        "count": len(letter.changes),
        "day": day_words(letter.day, letter.lang),
    }
    records = (told.record for told in changes)
    return _Draft(
        folder="change",
        values=values,
        follows=len(letter.changes) == 1,
        attached=tuple(_calendar(letter, records, base_url, directory)),
    )


def _invitation(letter: InvitationLetter, letterhead: Letterhead, directory: Directory) -> _Draft:
    occurrence, base_url = letter.record.occurrence, letterhead.links.base_url
    values = {
        "title": heading(occurrence, directory, letter.lang),
        "method": letter.method.value,
        "update": letter.update,
        "rows": tuple(rows_of(occurrence, letter.organisation, directory, letter.lang)),
        "url": page_url(occurrence.key, base_url),
    }
    asked = invitation(letter, letterhead.sender, base_url, directory)
    return _Draft(folder="invitation", values=values, follows=True, invites=(asked,))


def _headers(letter: Letter, letterhead: Letterhead, subject: str, *, follows: bool) -> Iterator[tuple[str, str]]:
    yield "Date", format_datetime(letter.written_at)
    yield "Message-ID", identifiers([message_id(letterhead, letter.delivery)])
    yield "From", addressed(letterhead.sender)
    yield "To", addressed(mailbox(letter.address))
    yield "Subject", words(subject, "Subject")
    if letter.thread and follows:
        yield "In-Reply-To", identifiers(letter.thread[:1])
        recent = letter.thread[max(1, len(letter.thread) - _LINKS) :]
        yield "References", identifiers([letter.thread[0], *recent])
    yield "Auto-Submitted", "auto-generated"
    yield "X-Auto-Response-Suppress", "OOF, AutoReply"
    yield "Content-Language", letter.lang
    if letter.unsubscribe is not None:
        yield "List-Unsubscribe", link(letter.unsubscribe)
        yield "List-Unsubscribe-Post", "List-Unsubscribe=One-Click"


def _calendar(letter: Letter, records: Iterable[Record], base_url: str, directory: Directory) -> Iterator[Part]:
    """One .ics with the events of the mail, to be imported by hand: no METHOD, so that nobody is asked to answer."""
    each = {record.occurrence.key: record for record in records}
    events = tuple(entries(each.values(), directory, Voice(letter.lang), base_url))
    if not events:
        return
    header = Header(
        name=events[0].summary if len(events) == 1 else day_words(letter.day, letter.lang),
        description=say_of_calendars(letter.lang, "Exchanges, talks and deadlines"),
        lang=letter.lang,
    )
    stem = next(iter(each)) if len(each) == 1 else f"luanphien-{letter.day}"
    yield Part("text/calendar", render(header, events).body, f"{stem}.ics")
