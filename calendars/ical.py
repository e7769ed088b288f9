"""Entries to iCalendar bytes (RFC 5545, RFC 7986). The same entries give the same bytes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache

from icalendar import Alarm, Calendar, vDuration, vText, vUri

from calendars.contentline import content_lines, escaped
from calendars.gate import lines, one_line
from scheduler.errors import WordedError

REFRESH = timedelta(hours=6)
ZONE = "Asia/Ho_Chi_Minh"
URL_CAP = 2000
DESCRIPTION_CAP = 8000

_UID = re.compile(r"[A-Za-z0-9._-]{1,250}@[a-z0-9.-]{1,50}")
_URL = re.compile(r"https?://[!-~]+")
_COLOR = re.compile(r"[a-z]{3,30}")
_HEX = re.compile(r"#[0-9A-F]{6}")
_ESCAPED = re.compile(r"\s*[,;]\s*")
_END = b"END:VCALENDAR\r\n"
_EVENT_END = b"\r\nEND:VEVENT\r\n"
_NAMELESS = "-"
_CANCELLED = b"\r\nSTATUS:CANCELLED\r\n"

ALARMS = (timedelta(days=6, hours=16, minutes=30), timedelta(hours=16, minutes=30))
"""How long before the midnight its day begins with an event is rung for."""


class OptimisedInterpreterError(WordedError):
    """Python runs with -O, under which the iCalendar library lets line breaks through into other properties."""

    def __init__(self) -> None:
        """Say how to go on."""
        super().__init__("calendars cannot be written under python -O", "start Python without -O and PYTHONOPTIMIZE")


class EventStatus(StrEnum):
    """STATUS of a VEVENT (RFC 5545 3.8.1.11)."""

    CONFIRMED = "CONFIRMED"
    TENTATIVE = "TENTATIVE"
    CANCELLED = "CANCELLED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One all-day event. `stop` is the day after its last day; `changed_at` is aware.

    `busy` is for someone truly away; otherwise the time stays free.
    """

    uid: str
    start: date
    stop: date
    summary: str
    description: str
    url: str
    status: EventStatus
    categories: tuple[str, ...]
    sequence: int
    changed_at: datetime
    busy: bool = False


@dataclass(frozen=True, slots=True)
class Color:
    """A colour twice: as a CSS name (RFC 7986 5.9) and, for Apple, as #RRGGBB."""

    name: str
    code: str


TEAL = Color("teal", "#008080")


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """The calendar itself. With `source`, the address it is subscribed at, it says how often to come back."""

    name: str
    description: str
    lang: str
    color: Color = TEAL
    source: str | None = None


@dataclass(frozen=True, slots=True)
class Rendered:
    """A whole calendar, and the UID and fault of every entry that was left out of it because it is bad."""

    body: bytes
    faults: tuple[tuple[str, str], ...] = ()


def render(header: Header, entries: Iterable[Entry], otherwise: Entry | None = None) -> Rendered:
    """A VCALENDAR of `entries` by first day and UID; with no good one, of `otherwise` (RFC 5545 3.6 asks for one).

    An entry that is bad is left out and reported; the rest stand. No METHOD, no UID on the calendar (a client would
    store the feed as one item), no VTIMEZONE since every event is all-day. Raises OptimisedInterpreterError under -O.
    """
    if not __debug__:
        raise OptimisedInterpreterError
    blocks: dict[str, bytes] = {}
    faults: list[tuple[str, str]] = []
    for entry in sorted(entries, key=_by_day):
        if entry.uid in blocks:
            faults.append((one_line(entry.uid), "the UID is given twice"))
            continue
        try:
            blocks[entry.uid] = event_bytes(entry)
        except (AssertionError, TypeError, ValueError) as fault:
            faults.append((one_line(entry.uid), str(fault)))
    if not blocks and otherwise is not None:
        blocks[otherwise.uid] = event_bytes(otherwise)
    return Rendered(bound(header, blocks.values()), tuple(faults))


def bound(header: Header, blocks: Iterable[bytes]) -> bytes:
    """A VCALENDAR around rendered events, in their order."""
    begin, end = ends(header)
    return b"".join((begin, *blocks, end))


def ends(header: Header) -> tuple[bytes, bytes]:
    """What stands before and after the events of a VCALENDAR."""
    return _calendar(header), _END


def with_alarms(block: bytes, words: str) -> bytes:
    """Rendered events, each with an alarm at half past seven a week and a day before its day (RFC 5545 3.6.6).

    What was cancelled rings no more.
    """
    events = block.split(_EVENT_END)
    alarm = b"".join(_alarm(words, before) for before in ALARMS).removesuffix(b"\r\n")
    rung = (event if _CANCELLED in event else event + b"\r\n" + alarm for event in events[:-1])
    return b"".join(event + _EVENT_END for event in rung) + events[-1]


def _alarm(words: str, before: timedelta) -> bytes:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", one_line(words))
    alarm.add("trigger", -before)
    return bytes(alarm.to_ical())


def _calendar(header: Header) -> bytes:
    """All but its end; icalendar writes it once for what calendars have in common, and the name is put in."""
    common, name = _common(replace(header, name=_NAMELESS)), escaped(_bare(one_line(header.name)))
    for prop in ("NAME", "X-WR-CALNAME"):
        nameless, named = content_lines([(prop, _NAMELESS)]), content_lines([(prop, name)])
        common = common.replace(b"\r\n" + nameless, b"\r\n" + named)
    return common


@lru_cache(maxsize=64)
def _common(header: Header) -> bytes:
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", f"-//luanphien//luanphien//{header.lang.upper()}")
    calendar.add("calscale", "GREGORIAN")
    for prop, text in _naming(header):
        calendar[prop] = vText(text)
    if header.source is not None:
        _subscription(calendar, header.source)
    return bytes(calendar.to_ical()).removesuffix(_END)


def _naming(header: Header) -> Iterator[tuple[str, str]]:
    name, description = _bare(one_line(header.name)), _bare(one_line(header.description, 1000))
    yield "NAME", name
    yield "X-WR-CALNAME", name
    yield "DESCRIPTION", description
    yield "X-WR-CALDESC", description
    yield "X-WR-TIMEZONE", ZONE
    if _COLOR.fullmatch(header.color.name) and _HEX.fullmatch(header.color.code):
        yield "COLOR", header.color.name
        yield "X-APPLE-CALENDAR-COLOR", header.color.code


def _bare(text: str) -> str:
    """Text with nothing to escape: parsers disagree on whether NAME and the X- properties are escaped at all."""
    return _ESCAPED.sub(" · ", text)


def _subscription(calendar: Calendar, source: str) -> None:
    if not _good_url(source):
        raise ValueError("the address of a feed must be a plain http or https URL without blanks")
    interval, address = vDuration(REFRESH), vUri(source)
    interval.params["VALUE"] = "DURATION"
    address.params["VALUE"] = "URI"
    calendar["REFRESH-INTERVAL"] = interval
    calendar["X-PUBLISHED-TTL"] = vDuration(REFRESH)
    calendar["SOURCE"] = address


def event_bytes(entry: Entry) -> bytes:
    """One VEVENT with its line ends, the same for the same entry. Raises ValueError that says what is wrong with it."""
    faults = list(_faults(entry))
    if faults:
        raise ValueError("; ".join(faults))
    return content_lines(_properties(entry))


def _properties(entry: Entry) -> Iterator[tuple[str, str]]:
    """In the order in which icalendar writes them."""
    changed = f"{entry.changed_at.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    yield "BEGIN", "VEVENT"
    yield "SUMMARY", escaped(one_line(entry.summary))
    yield "DTSTART;VALUE=DATE", f"{entry.start:%Y%m%d}"
    yield "DTEND;VALUE=DATE", f"{entry.stop:%Y%m%d}"
    yield "DTSTAMP", changed
    yield "UID", entry.uid
    yield "SEQUENCE", str(entry.sequence)
    if entry.categories:
        yield "CATEGORIES", ",".join(escaped(one_line(category)) for category in entry.categories)
    yield "DESCRIPTION", escaped(lines(entry.description, DESCRIPTION_CAP))
    yield "LAST-MODIFIED", changed
    yield "STATUS", entry.status.value
    yield "TRANSP", "OPAQUE" if entry.busy else "TRANSPARENT"
    yield "URL", entry.url
    yield "X-MICROSOFT-CDO-BUSYSTATUS", _busy_word(entry)
    yield "END", "VEVENT"


def _busy_word(entry: Entry) -> str:
    if entry.busy:
        return "OOF"
    return "TENTATIVE" if entry.status is EventStatus.TENTATIVE else "FREE"


def _faults(entry: Entry) -> Iterator[str]:
    if not _UID.fullmatch(entry.uid):
        yield "the UID is not of the form key@domain"
    if isinstance(entry.start, datetime) or isinstance(entry.stop, datetime):
        yield "the event must last whole days"
    elif entry.stop <= entry.start:
        yield "the event ends before it starts"
    if entry.changed_at.tzinfo is None:
        yield "the time of the last change has no time zone"
    if entry.sequence < 0:
        yield "the sequence is negative"
    if not _good_url(entry.url):
        yield "the link is not a plain http or https URL"
    if not one_line(entry.summary):
        yield "the title is empty"


def _good_url(url: str) -> bool:
    return len(url) <= URL_CAP and _URL.fullmatch(url) is not None


def _by_day(entry: Entry) -> tuple[str, str]:
    return entry.start.isoformat(), entry.uid
