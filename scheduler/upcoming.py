"""Who is next: the one resolver behind command line, JSON, page and mail."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date

from scheduler.occurrence import Record, Status
from scheduler.plan import Kind

GONE = (Status.CANCELLED, Status.SKIPPED)


def upcoming(
    records: Iterable[Record], as_of: date, count: int | None = None, partners: tuple[str, ...] = ()
) -> tuple[Record, ...]:
    """The next occurrences of every partner as seen on `as_of`: what ends first comes first, open ends last.

    `count` is per partner; None gives each partner the nearest of each kind. An occurrence several partners share
    stands once. `partners` limits whose turn is counted; empty means everyone's. What is over, joined to another
    meeting, cancelled or skipped is left out.
    """
    ahead = [record for record in records if is_ahead(record, as_of)]
    ahead.sort(key=_soonest)
    taken: Counter[tuple[str, Kind | None]] = Counter()
    chosen: list[Record] = []
    for record in ahead:
        occurrence = record.occurrence
        slot = occurrence.kind if count is None else None
        whose = [party for party in occurrence.partners if not partners or party in partners] or [""]
        waiting = [party for party in whose if taken[party, slot] < (count or 1)]
        if waiting:
            chosen.append(record)
            taken.update((party, slot) for party in whose)
    return tuple(chosen)


def days_left(record: Record, as_of: date) -> int | None:
    """Days until the window opens; 0 once it has begun; None when it has no first day."""
    start = record.occurrence.window.start
    return None if start is None else max(0, (start - as_of).days)


def is_ahead(record: Record, as_of: date) -> bool:
    """Whether an occurrence is still to come, or under way, as seen on `as_of`."""
    occurrence = record.occurrence
    if occurrence.joint is not None or occurrence.status in GONE:
        return False
    return occurrence.window.overlaps(as_of, None)


def _soonest(record: Record) -> tuple[bool, date, date, int, str]:
    occurrence = record.occurrence
    last, start = occurrence.window.last, occurrence.window.start
    return last is None, last or date.max, start or date.min, list(Kind).index(occurrence.kind), occurrence.key
