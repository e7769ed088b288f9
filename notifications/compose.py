"""A mail: its words, its headers and what goes with it, as the exact bytes that go out (RFC 5322, RFC 3834)."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from email.utils import format_datetime
from functools import lru_cache
from typing import Any, TypeVar, assert_never

from calendars.catalogue import say as say_of_calendars
from calendars.eyes import Voice
from calendars.feed import entries, page_url
from calendars.ical import Header, render
from calendars.wording import day_words
from notifications.blanks import GREETING, UNSUBSCRIBE, BlankLinks, Form, filled, form_of, mark
from notifications.changes import gravest_first, news
from notifications.heading import greeting, heading
from notifications.invite import invitation
from notifications.letters import (
    AccessLetter,
    AnyLetter,
    ChangeLetter,
    InvitationLetter,
    Item,
    Letter,
    OfficeLetter,
    ReminderLetter,
    VerificationLetter,
)
from notifications.mime import Mailbox, Part, addressed, bound, identifiers, leaf, link, mailbox, words
from notifications.policy import Role
from notifications.sections import look_ahead, others, rows_of, sections, week_words
from notifications.tokens import Action, Links
from notifications.troubles import report
from notifications.typeset import typeset
from scheduler.occurrence import Record
from scheduler.plan import Directory

_LINKS = 10

Made = TypeVar("Made")


@dataclass(frozen=True, slots=True, kw_only=True)
class Letterhead:
    """What all mails share. `secret` keys the Message-IDs; every address in a mail begins with that of `links`."""

    sender: Mailbox
    secret: bytes = field(repr=False)
    links: Links


@dataclass(frozen=True, slots=True)
class _Draft:
    """What is particular to a kind of mail.

    `follows`: it goes on with the thread it is given. `records`: what stands in the calendar that goes with it.
    """

    folder: str
    values: Mapping[str, Any]
    follows: bool = False
    records: tuple[Record, ...] = ()


@dataclass(frozen=True, slots=True)
class _Wording:
    """A mail as all its readers have it: the words with blanks, and its attachments as they stand in it."""

    form: Form
    attached: tuple[bytes, ...]
    follows: bool


def _told(item: Item) -> Hashable:
    """All of an item that its words depend on: of the reminder only whether it can be answered."""
    about = item.record, item.step, item.counted_from, item.recipient, item.role, item.reminder is None
    return *about, item.repeat, item.prepares, item.escalated, item.unreached


def message_id(letterhead: Letterhead, delivery: str) -> str:
    """The Message-ID of a delivery: the same however often it is composed or sent (RFC 5322, 3.6.4)."""
    digest = hmac.digest(letterhead.secret, delivery.encode(), "sha256").hex()
    return f"<{digest[:40]}@{letterhead.sender.domain}>"


def compose(letter: AnyLetter, letterhead: Letterhead, directory: Directory) -> bytes:
    """The whole mail. The same values give the same bytes.

    A mail about one occurrence goes on with that occurrence's thread, a reminder under the same subject each time; a
    mail about several begins one of its own. Raises AddressError or HeaderError when something must not stand in a
    header, NotInCalendarsError for an invitation to what has no day, jinja2.TemplateError for a broken template.
    """
    return Composer(letterhead, directory).compose(letter)


@dataclass(frozen=True, slots=True)
class Composer:
    """Writes many mails, the same as `compose` each. What several readers are told alike is worded once.

    At most `most` wordings are kept, the oldest goes first; each is kept by all it depends on.
    """

    letterhead: Letterhead
    directory: Directory
    most: int = 500
    _wordings: dict[Hashable, _Wording] = field(default_factory=dict, init=False, repr=False, compare=False)
    _files: dict[Hashable, tuple[bytes, ...]] = field(default_factory=dict, init=False, repr=False, compare=False)

    def compose(self, letter: AnyLetter) -> bytes:
        """The whole mail (`compose`)."""
        wording = self._wording(letter)
        text, html = filled(wording.form, self._own(letter, wording.form))
        headers = tuple(_headers(letter, self.letterhead, wording.form.subject, follows=wording.follows))
        parts = [leaf(Part("text/plain", text)), leaf(Part("text/html", html))]
        if isinstance(letter, InvitationLetter):
            base_url = self.letterhead.links.base_url
            parts.append(leaf(invitation(letter, self.letterhead.sender, base_url, self.directory)))
        return bound(headers, parts, wording.attached)

    def _wording(self, letter: AnyLetter) -> _Wording:
        if not isinstance(letter, ReminderLetter):
            return self._worded(letter)
        items = tuple(map(_told, letter.items))
        key = letter.lang, letter.day, letter.unsubscribe is None, letter.agenda, items
        return _kept(self._wordings, key, lambda: self._worded(_blank(letter)), self.most)

    def _worded(self, letter: AnyLetter) -> _Wording:
        links, secret = self.letterhead.links, self.letterhead.secret
        draft = _draft(letter, BlankLinks(links.base_url, secret), self.directory)
        attached = self._attached(letter, draft.records)
        common = {
            "greeting": mark(secret, GREETING),
            "attached": bool(attached),
            "unsubscribe": None if letter.unsubscribe is None else mark(secret, UNSUBSCRIBE),
            "page": say_of_calendars(letter.lang, "Page"),
        }
        written = typeset(draft.folder, letter.lang, {**common, **draft.values})
        return _Wording(form_of(written, secret), attached, draft.follows)

    def _attached(self, letter: AnyLetter, records: tuple[Record, ...]) -> tuple[bytes, ...]:
        def files() -> tuple[bytes, ...]:
            return tuple(map(leaf, _calendar(letter, records, self.letterhead.links.base_url, self.directory)))

        return _kept(self._files, (letter.lang, letter.day, records), files, self.most) if records else ()

    def _own(self, letter: AnyLetter, form: Form) -> dict[str, str]:
        """What is this reader's own, by the names of the blanks."""
        own = {GREETING: greeting(letter, self.directory), UNSUBSCRIBE: letter.unsubscribe or ""}
        if isinstance(letter, ReminderLetter):
            for name in form.blanks - own.keys():
                action, _, number = name.rpartition("-")
                reminder = letter.items[int(number)].reminder or ""
                own[name] = self.letterhead.links.answer(Action(action), reminder, letter.day, letter.lang)
        return own


def _blank(letter: ReminderLetter) -> ReminderLetter:
    """The same with its reminders named by their places, so that their links are blanks."""
    items = (replace(i, reminder=None if i.reminder is None else str(n)) for n, i in enumerate(letter.items))
    return replace(letter, items=tuple(items))


def _kept(shelf: dict[Hashable, Made], key: Hashable, make: Callable[[], Made], most: int) -> Made:
    """What was made for this key, or is now; of more than `most` the oldest is thrown away."""
    found = shelf.get(key)
    if found is None:
        found = shelf[key] = make()
        if len(shelf) > most:
            del shelf[next(iter(shelf))]
    return found


def _draft(letter: AnyLetter, links: Links, directory: Directory) -> _Draft:
    match letter:
        case ReminderLetter():
            return _reminder(letter, links, directory)
        case ChangeLetter():
            return _change(letter, links.base_url, directory)
        case InvitationLetter():
            return _invitation(letter, links.base_url, directory)
        case VerificationLetter():
            return _Draft(folder="verification", values={"url": letter.url})
        case AccessLetter():
            return _Draft(folder="access", values={"url": letter.url})
        case OfficeLetter():
            return _Draft(folder="office", values={"report": report(letter, links.base_url, directory)})
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
    follows = len(letter.items) == 1 and letter.agenda is None
    return _Draft("reminder", values, follows=follows, records=tuple(item.record for item in letter.items))


def _change(letter: ChangeLetter, base_url: str, directory: Directory) -> _Draft:
    changes = gravest_first(letter.changes)
    values = {
        "changes": tuple(news(told, letter.day, base_url, directory, letter.lang) for told in changes),
        "count": len(letter.changes),
        "day": day_words(letter.day, letter.lang),
    }
    return _Draft("change", values, follows=len(letter.changes) == 1, records=tuple(told.record for told in changes))


def _invitation(letter: InvitationLetter, base_url: str, directory: Directory) -> _Draft:
    occurrence = letter.record.occurrence
    values = {
        "title": heading(occurrence, directory, letter.lang),
        "method": letter.method.value,
        "update": letter.update,
        "rows": tuple(rows_of(occurrence, letter.organisation, directory, letter.lang)),
        "url": page_url(occurrence.key, base_url),
    }
    return _Draft("invitation", values, follows=True)


def _headers(letter: Letter, letterhead: Letterhead, subject: str, *, follows: bool) -> Iterator[tuple[str, str]]:
    yield "Date", _date(letter.written_at)
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


@lru_cache(maxsize=256)
def _date(moment: datetime) -> str:
    return format_datetime(moment)


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
