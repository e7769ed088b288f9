"""From stored occurrences to calendars: which ones are shown, on which days, and how they look."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from calendars.catalogue import msg, say
from calendars.description import describe
from calendars.eyes import Voice, is_meant
from calendars.headline import headline, subject
from calendars.ical import Entry, EventStatus, Header, Rendered, bound, ends, event_bytes, render, with_alarms
from calendars.steps import step_words
from calendars.wording import is_long, kind_word, local_day, names
from scheduler.errors import WordedError
from scheduler.occurrence import UID_DOMAIN, Occurrence, Record, Selection, Status
from scheduler.plan import Directory, Kind
from scheduler.preparation import Step
from scheduler.window import ONE_DAY, Precision, Window

FEED_KINDS = (Kind.EXCHANGE, Kind.TALKS, Kind.ANNIVERSARY, Kind.EVENT, Kind.DEADLINE, Kind.REPORT)
"""What a feed shows unless asked otherwise; tasks stand in calendars only when asked for."""

MOST_BYTES = 1_000_000
"""Calendar services refuse larger feeds; beyond it the oldest events are left out."""

HEADER_BYTES = 4_000
"""What the calendar itself may need beside its events."""

_HOW_OFTEN = msg(
    "Calendar apps fetch this feed every few hours (some only once a day). A change made today may show tomorrow; "
    "those in charge are told of it by mail at once."
)
_OFF = (Status.CANCELLED, Status.SKIPPED)
_OPEN = (Status.PROJECTED, Status.TENTATIVE, Status.PROPOSED, Status.POSTPONED)

StepsOf = Callable[[Record], Sequence[Step]]
"""The steps that prepare an occurrence."""


class NotInCalendarsError(WordedError):
    """An occurrence that no calendar can show, since it has no last day or is tracked only."""

    def __init__(self, key: str) -> None:
        """Keep the key as a field."""
        self.key = key
        super().__init__("{key} has no day that a calendar could show", "set its days first", key=key)


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """What one feed is: its language, where it and its pages are found, which `about` it is narrowed to.

    `label` is its name, where it has one of its own. `last_change` is when anything stored last changed: the day on
    which an empty feed explains itself.
    """

    lang: str
    base_url: str
    source: str
    last_change: datetime
    about: tuple[str, ...] = ()
    label: str | None = None
    alarms: bool = False


@dataclass(frozen=True, slots=True)
class Block:
    """What calendars show of one occurrence: its rendered VEVENTs, and the day they stand on.

    `body` is empty where no calendar can show it; `fault` then says what is wrong with it, None: nothing. `sequence` is
    the occurrence's own: a block of another one is of no use any more.
    """

    key: str
    sequence: int
    day: date
    body: bytes
    fault: str | None = None


def no_steps(_record: Record) -> Sequence[Step]:
    """For calendars that do not show the steps that prepare a meeting."""
    return ()


def with_kinds(selection: Selection) -> Selection:
    """The selection as feeds read it: without a kind asked for, what a feed shows by default."""
    return selection if selection.kinds else replace(selection, kinds=FEED_KINDS)


def calendar(
    records: Iterable[Record], directory: Directory, subscription: Subscription, voice: Voice, steps_of: StepsOf
) -> Rendered:
    """The feed of `records`: never without an event, and the same bytes for the same values."""
    blocks = [block_of(record, directory, voice, subscription.base_url, steps_of) for record in records]
    faults = tuple((block.key, block.fault) for block in blocks if block.fault is not None)
    return Rendered(assembled(blocks, directory, subscription), faults)


def assembled(blocks: Iterable[Block], directory: Directory, subscription: Subscription) -> bytes:
    """A feed from its blocks: by day and key, the oldest left out where it would grow too large.

    It is never without an event.
    """
    bodies = [body for _, _, body in sorted((block.day, block.key, block.body) for block in blocks if block.body)]
    if subscription.alarms:
        words = say(subscription.lang, "Reminder")
        bodies = [with_alarms(body, words) for body in bodies]
    size, first = HEADER_BYTES, len(bodies)
    while first and (size := size + len(bodies[first - 1])) <= MOST_BYTES:
        first -= 1
    bodies = bodies[first:] or [event_bytes(_nothing_yet(subscription))]
    return bound(_header(directory, subscription, trimmed=first > 0), bodies)


def unbroken(pieces: Iterable[bytes], directory: Directory, subscription: Subscription) -> Iterator[bytes]:
    """A feed piece by piece, however large, from rendered events in their order; never without an event."""
    begin, end = ends(_header(directory, subscription, trimmed=False))
    yield begin
    words, empty = say(subscription.lang, "Reminder"), True
    for piece in pieces:
        empty = False
        yield with_alarms(piece, words) if subscription.alarms else piece
    if empty:
        yield event_bytes(_nothing_yet(subscription))
    yield end


def _header(directory: Directory, subscription: Subscription, *, trimmed: bool) -> Header:
    lang = subscription.lang
    told = [say(lang, _HOW_OFTEN)]
    if trimmed:
        told.append(say(lang, "The oldest events are left out, since calendar services refuse larger feeds."))
    return Header(
        name=subscription.label or calendar_name(subscription.about, directory, lang),
        description=" ".join(told),
        lang=lang,
        source=subscription.source,
    )


def calendar_name(about: Iterable[str], directory: Directory, lang: str) -> str:
    """What a feed is called that has no name of its own: whom it is `about` stands in it."""
    title, narrowed = say(lang, "Foreign affairs calendar"), names(about, directory, lang)
    return f"{title} – {narrowed}" if narrowed else title


def single(record: Record, directory: Directory, lang: str, base_url: str) -> bytes:
    """A calendar of one event, to go with a mail. Raises NotInCalendarsError when it has no day to stand on."""
    entry = entry_of(record, directory, Voice(lang), base_url)
    if entry is None:
        raise NotInCalendarsError(record.occurrence.key)
    header = Header(name=entry.summary, description=say(lang, "Exchanges, talks and deadlines"), lang=lang)
    return render(header, (entry,)).body


def entries(records: Iterable[Record], directory: Directory, voice: Voice, base_url: str) -> Iterator[Entry]:
    """What calendars show of `records`, in their order; see `block_of` for what is left out."""
    for record in records:
        shown = shown_in_calendars(record.occurrence)
        entry = entry_of(record, directory, voice, base_url) if shown else None
        if entry is not None:
            yield entry


def block_of(record: Record, directory: Directory, voice: Voice, base_url: str, steps_of: StepsOf) -> Block:
    """What calendars show of one occurrence, and of the steps that prepare it where the voice asks for them.

    Nothing of what is only tracked, of what has no last day, and of what another meeting fulfils.
    """
    occurrence = record.occurrence
    entry = entry_of(record, directory, voice, base_url) if occurrence.joint is None else None
    if entry is None:
        return Block(occurrence.key, record.sequence, date.max, b"")
    steps = _step_entries(record, entry, steps_of(record), directory, voice) if voice.steps else ()
    try:
        body = b"".join(event_bytes(event) for event in (entry, *steps))
    except (AssertionError, TypeError, ValueError) as fault:
        return Block(occurrence.key, record.sequence, entry.start, b"", str(fault))
    return Block(occurrence.key, record.sequence, entry.start, body)


def entry_of(record: Record, directory: Directory, voice: Voice, base_url: str) -> Entry | None:
    """One occurrence as an all-day event, or None when no calendar can show it.

    For a party that travels on fixed days the time is not free, nor for an organisation that has a part in it.
    """
    occurrence = record.occurrence
    days = _shown(occurrence)
    if days is None or days.start is None or days.stop is None:
        return None
    url, party = page_url(occurrence.key, base_url), voice.party(directory)
    away = occurrence.status in (Status.CONFIRMED, Status.HELD) and occurrence.window.fixed
    return Entry(
        uid=occurrence.uid,
        start=days.start,
        stop=days.stop,
        summary=headline(occurrence, directory, voice.lang, party),
        description=describe(record, directory, voice, url),
        url=url,
        status=_status(occurrence.status),
        categories=(kind_word(occurrence.kind, voice.lang),),
        sequence=record.sequence,
        changed_at=record.changed_at,
        busy=away and party in occurrence.travels and is_meant(voice, occurrence, directory),
    )


def _step_entries(
    record: Record, entry: Entry, steps: Sequence[Step], directory: Directory, voice: Voice
) -> Iterator[Entry]:
    """An event for each step, under a UID of its own that follows the occurrence's."""
    occurrence, lang = record.occurrence, voice.lang
    for step in steps:
        words = step_words(step, directory, lang)
        about = {"step": words.title, "title": subject(occurrence, directory, lang)}
        told = [
            say(lang, "{label}: {value}", label=say(lang, "Lead"), value=words.leads),
            words.why,
            say(lang, "{label}: {value}", label=say(lang, "Page"), value=entry.url),
        ]
        yield replace(
            entry,
            uid=f"{occurrence.key}_{step.rule.id}@{UID_DOMAIN}",
            start=step.day,
            stop=step.day + ONE_DAY,
            summary=say(lang, "PREPARE: {step} – {title}", **about),
            description="\n".join(told),
            status=EventStatus.TENTATIVE if step.provisional else EventStatus.CONFIRMED,
            categories=(say(lang, "Preparation"),),
            busy=False,
        )


def page_url(key: str, base_url: str) -> str:
    """Where the page of an occurrence is."""
    return f"{base_url.rstrip('/')}/o/{key}"


def shown_in_calendars(occurrence: Occurrence) -> bool:
    """Whether an occurrence has an event of its own: it has a last day, and no other meeting fulfils it."""
    return occurrence.joint is None and _shown(occurrence) is not None


def shown_on(occurrence: Occurrence) -> date | None:
    """The first day calendars show an occurrence on; None where they do not."""
    days = _shown(occurrence)
    return days.start if days else None


def day_in_calendars(first: date | None, last: date) -> date:
    """The first day calendars show a window on, given by its first and last day."""
    return last if first is None or is_long(Window.of(first, last, Precision.PERIOD)) else first


def _shown(occurrence: Occurrence) -> Window | None:
    window = occurrence.window
    if window.last is None or occurrence.kind is Kind.ONGOING:
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
