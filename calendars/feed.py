"""From stored occurrences to calendars: which ones are shown, on which days, and how they look."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from calendars.catalogue import say
from calendars.description import describe
from calendars.headline import headline
from calendars.ical import Entry, EventStatus, Header, Rendered, render
from calendars.wording import is_long, kind_word, local_day
from scheduler.errors import LuanphienError
from scheduler.occurrence import UID_DOMAIN, Record, Selection, Status
from scheduler.plan import Directory, Kind
from scheduler.window import ONE_DAY, Window

FEED_KINDS = (Kind.EXCHANGE, Kind.TALKS, Kind.ANNIVERSARY, Kind.EVENT, Kind.DEADLINE, Kind.REPORT)
"""What a feed shows unless asked otherwise; tasks stand in calendars only when asked for."""

_OFF = (Status.CANCELLED, Status.SKIPPED)
_OPEN = (Status.PROJECTED, Status.TENTATIVE, Status.PROPOSED, Status.POSTPONED)


class NotInCalendarsError(LuanphienError):
    """An occurrence that no calendar can show, since it has no last day or is tracked only."""

    def __init__(self, key: str) -> None:
        """Keep the key as a field."""
        self.key = key
        super().__init__(f"{key} has no day that a calendar could show; set its days first")


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """What one feed is: its language, where it and its pages are found, which `about` it is narrowed to.

    `last_change` is when anything stored last changed: the day on which an empty feed explains itself.
    """

    lang: str
    base_url: str
    source: str
    last_change: datetime
    about: tuple[str, ...] = ()


def with_kinds(selection: Selection) -> Selection:
    """The selection as feeds read it: without a kind asked for, what a feed shows by default."""
    return selection if selection.kinds else replace(selection, kinds=FEED_KINDS)


def calendar(records: Iterable[Record], directory: Directory, subscription: Subscription) -> Rendered:
    """The feed of `records`: never without an event, and the same bytes for the same values."""
    lang = subscription.lang
    subject = ", ".join(directory.name_of(ident).in_(lang) for ident in subscription.about)
    title = say(lang, "Foreign affairs calendar")
    header = Header(
        name=f"{title} – {subject}" if subject else title,
        description=say(
            lang,
            "Calendar apps fetch this feed every few hours (some only once a day). Urgent changes are sent by mail.",
        ),
        lang=lang,
        source=subscription.source,
    )
    return render(header, entries(records, directory, lang, subscription.base_url), _nothing_yet(subscription))


def single(record: Record, directory: Directory, lang: str, base_url: str) -> bytes:
    """A calendar of one event, to go with a mail. Raises NotInCalendarsError when it has no day to stand on."""
    entry = entry_of(record, directory, lang, base_url)
    if entry is None:
        raise NotInCalendarsError(record.occurrence.key)
    header = Header(name=entry.summary, description=say(lang, "Exchanges, talks and deadlines"), lang=lang)
    return render(header, (entry,)).body


def entries(records: Iterable[Record], directory: Directory, lang: str, base_url: str) -> Iterator[Entry]:
    """What calendars show of `records`, in their order.

    Left out: what is only tracked, what has no last day, and what another meeting fulfils (its first key stands).
    """
    for record in records:
        if record.occurrence.joint is None:
            entry = entry_of(record, directory, lang, base_url)
            if entry is not None:
                yield entry


def entry_of(record: Record, directory: Directory, lang: str, base_url: str) -> Entry | None:
    """One occurrence as an all-day event, or None when no calendar can show it."""
    occurrence = record.occurrence
    days = _shown(occurrence.window)
    if days is None or days.start is None or days.stop is None or occurrence.kind is Kind.ONGOING:
        return None
    url = page_url(occurrence.key, base_url)
    return Entry(
        uid=occurrence.uid,
        start=days.start,
        stop=days.stop,
        summary=headline(occurrence, directory, lang),
        description=describe(record, directory, lang, url),
        url=url,
        status=_status(occurrence.status),
        categories=(kind_word(occurrence.kind, lang),),
        sequence=record.sequence,
        changed_at=record.changed_at,
    )


def page_url(key: str, base_url: str) -> str:
    """Where the page of an occurrence is."""
    return f"{base_url.rstrip('/')}/o/{key}"


def _shown(window: Window) -> Window | None:
    if window.last is None:
        return None
    return Window.day(window.last) if is_long(window) else window


def _status(status: Status) -> EventStatus:
    if status in _OFF:
        return EventStatus.CANCELLED
    return EventStatus.TENTATIVE if status in _OPEN else EventStatus.CONFIRMED


def _nothing_yet(subscription: Subscription) -> Entry:
    lang, day = subscription.lang, local_day(subscription.last_change)
    return Entry(
        uid=f"nothing-yet@{UID_DOMAIN}",
        start=day,
        stop=day + ONE_DAY,
        summary=say(lang, "No event in this calendar yet"),
        description=say(lang, "The subscription works. Events appear as soon as a plan gives some that match."),
        url=f"{subscription.base_url.rstrip('/')}/next",
        status=EventStatus.CONFIRMED,
        categories=(),
        sequence=0,
        changed_at=subscription.last_change,
    )
