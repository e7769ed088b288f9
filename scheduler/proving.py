"""Whether the trail is as it was written: every digest worked out again, and the journal compared with its lines.

Whoever can write the whole store can write a whole new trail. That shows only to somebody who noted the head elsewhere
(`noted`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import chain
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session
from sqlmodel import col

from scheduler.tables import JournalRow, TrailAboutRow, TrailHeadRow, TrailRow
from scheduler.trail import HEAD_CHANGED, HEAD_LOST, NOTHING, Area, Entry, Head, JournalSum
from scheduler.trailbook import COLUMNS, detail_of, read

AT_ONCE = 200
"""Lines of the trail that are in memory together."""

TEXTS_AT_ONCE = 20
"""Lines of the journal; a text may have a megabyte."""


class Break(StrEnum):
    """What is wrong at the first line that is not as it was written."""

    GAP = "gap"  # a line is missing before it
    LINE = "line"  # it was changed, or what it is found by
    CHAIN = "chain"  # the line before it is another one than when it was written
    JOURNAL = "journal"  # the lines of the journal that it seals are others, or fewer, or more
    UNSEALED = "unsealed"  # the journal holds lines that nothing in the trail tells of
    HEAD = "head"  # lines were cut off at the end, or the head is lost
    LOOSE = "loose"  # something is filed under lines that are not there
    NOTED = "noted"  # the line whose digest was noted is another one


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What was found. `number`: the first line that is broken; for `UNSEALED` the change of the journal.

    `heads`: lines before which the head was lost or another one. Nothing is broken there, but lines that stood just
    before may be gone without a trace.
    """

    lines: int
    journal: int
    head: Head | None
    fault: Break | None = None
    number: int | None = None
    heads: tuple[int, ...] = ()

    @property
    def whole(self) -> bool:
        """Whether everything is as it was written."""
        return self.fault is None


def proved(session: Session, noted: tuple[int, str] | None = None) -> Proof:
    """Go through trail and journal from the beginning; stops at the first line that is not as it was written.

    `noted`: number and beginning of the digest of a line, as somebody wrote them down.
    """
    found, last, journal = Proof(lines=0, journal=0, head=None), Head(0, NOTHING), _Journal(session)
    try:
        for entry in entries(session):
            fault = _fault_of(entry, last, journal)
            if fault is None and noted is not None and noted[0] == entry.number:
                fault = None if entry.digest.startswith(noted[1]) else Break.NOTED
            if fault is not None:
                return replace(found, fault=fault, number=entry.number)
            last = Head(entry.number, entry.digest)
            heads = (entry.number,) if entry.action in (HEAD_LOST, HEAD_CHANGED) and entry.area == Area.STORE else ()
            found = Proof(lines=entry.number, journal=journal.taken, head=last, heads=(*found.heads, *heads))
        return _ended(session, found, last, journal, noted)
    except (ValueError, TypeError, LookupError, AttributeError):  # SQLite keeps whatever somebody puts into a column
        return replace(found, fault=Break.LINE, number=last.number + 1)


def _ended(session: Session, found: Proof, last: Head, journal: _Journal, noted: tuple[int, str] | None) -> Proof:
    """What only shows at the end."""
    left = journal.next_batch
    if left is not None:
        return replace(found, fault=Break.UNSEALED, number=left)
    heads = [tuple(row) for row in session.execute(select(*(col(c) for c in _HEAD)))]
    if heads != ([(1, last.number, last.digest)] if last.number else []):
        return replace(found, fault=Break.HEAD, number=last.number + 1)
    loose = select(func.min(col(TrailAboutRow.trail))).where(
        (col(TrailAboutRow.trail) > last.number) | (col(TrailAboutRow.trail) < 1)
    )
    number: int | None = session.execute(loose).scalar_one()
    if number is not None:
        return replace(found, fault=Break.LOOSE, number=number)
    if noted is not None and noted[0] > last.number:
        return replace(found, fault=Break.NOTED, number=noted[0])
    return found


_HEAD = (TrailHeadRow.id, TrailHeadRow.number, TrailHeadRow.digest)


def entries(session: Session) -> Iterator[Entry]:
    """Every line, the oldest first, read as they are taken."""
    query, last = select(*COLUMNS).order_by(col(TrailRow.number)).limit(AT_ONCE), None
    while found := read(session, query if last is None else query.where(col(TrailRow.number) > last)):
        last = found[-1].number
        yield from found


def _fault_of(entry: Entry, last: Head, journal: _Journal) -> Break | None:
    if entry.number != last.number + 1:
        return Break.GAP
    if not entry.readable or entry.seal != entry.digest:
        return Break.LINE
    if entry.previous != last.digest:
        return Break.CHAIN
    told = detail_of(entry).get("journal")
    if told is None:
        return None
    until = told.get("last") if isinstance(told, dict) else None
    return None if isinstance(until, int) and journal.take(until).detail == told else Break.JOURNAL


class _Journal:
    """The journal, read once from its beginning while the trail goes by."""

    def __init__(self, session: Session) -> None:
        self._rows: Iterator[Any] = _journal(session)
        self.taken = 0

    @property
    def next_batch(self) -> int | None:
        """The change that the next line belongs to; None at the end."""
        row = next(self._rows, None)
        if row is None:
            return None
        self._rows = chain([row], self._rows)
        return int(row.batch)

    def take(self, until: int) -> JournalSum:
        """What the next lines come to, up to the change of this number, with the digests that their texts have."""
        told = JournalSum()
        while (batch := self.next_batch) is not None and batch <= until:
            ident, _, at, kind, subject, digest, text = next(self._rows)
            digest = digest if hashlib.sha256(text.encode()).hexdigest() == digest else ""
            told.add(ident, batch, at, kind, subject, digest)
            self.taken += 1
        return told


def _journal(session: Session) -> Iterator[Any]:
    """Its lines in their order, some at a time."""
    row, last = JournalRow, None
    columns = (row.id, row.batch, row.at, row.kind, row.subject, row.digest, row.text)
    query = select(*(col(column) for column in columns)).order_by(col(row.id)).limit(TEXTS_AT_ONCE)
    while rows := session.execute(query if last is None else query.where(col(row.id) > last)).all():
        last = rows[-1].id
        yield from rows
