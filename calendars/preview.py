"""What a feed shows next: read back from the very events it is made of."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from icalendar import Event

from calendars.feed import Block
from scheduler.window import Precision, Window

_EVENT = re.compile(rb"BEGIN:VEVENT\r\n.*?END:VEVENT\r\n", re.DOTALL)
_START = re.compile(rb"^DTSTART;VALUE=DATE:(\d{8})\r$", re.MULTILINE)
_END = re.compile(rb"^DTEND;VALUE=DATE:(\d{8})\r$", re.MULTILINE)
_CANCELLED = b"\r\nSTATUS:CANCELLED\r\n"


@dataclass(frozen=True, slots=True)
class Shown:
    """An event as a calendar shows it: the days it stands on, and its title."""

    days: Window
    title: str


def coming(blocks: Iterable[Block], today: date, count: int) -> tuple[Shown, ...]:
    """The next `count` events of a feed that are not over today, by day; what was cancelled is passed over."""
    return tuple(_shown(event) for _, event in sorted(_ahead(blocks, today))[:count])


def number_ahead(blocks: Iterable[Block], today: date) -> int:
    """How many there are of those."""
    return len(_ahead(blocks, today))


def _ahead(blocks: Iterable[Block], today: date) -> list[tuple[bytes, bytes]]:
    after = today.strftime("%Y%m%d").encode()
    ahead: list[tuple[bytes, bytes]] = []
    for block in blocks:
        for event in _EVENT.findall(block.body):
            start, end = _START.search(event), _END.search(event)
            if start and end and end[1] > after and _CANCELLED not in event:
                ahead.append((start[1], event))
    return ahead


def _shown(text: bytes) -> Shown:
    event = Event.from_ical(text)
    start, stop = event.decoded("DTSTART"), event.decoded("DTEND")
    precision = Precision.DAY if (stop - start).days == 1 else Precision.DAYS
    return Shown(Window(start, stop, precision), str(event["SUMMARY"]))
