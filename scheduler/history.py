"""The journal: what people gave the product, in order, never changed. The rest of the store can be rebuilt from it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from sqlalchemy import func, select
from sqlalchemy.orm import Session
from sqlmodel import col

from scheduler.tables import JournalRow

PLAN = "plan"
DIRECTORY = "directory"
HOLIDAYS = "holidays"
REFRESH = "refresh"
YEARS_AHEAD = 5


@dataclass(frozen=True, slots=True)
class Line:
    """One text given to the product: the newest of a kind and subject is in force."""

    kind: str
    subject: str
    text: str

    @property
    def digest(self) -> str:
        """SHA-256 of the text, hexadecimal."""
        return hashlib.sha256(self.text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Batch:
    """The lines of one change, and when it was made (UTC)."""

    at: datetime
    lines: tuple[Line, ...]


def revision(session: Session) -> int:
    """Number of the newest line; it rises with every change of anything stored. 0: the store is empty."""
    newest: int | None = session.execute(select(func.max(col(JournalRow.id)))).scalar_one()
    return newest or 0


def first_change(session: Session) -> datetime | None:
    """When the oldest line was written (UTC), or None."""
    oldest = select(col(JournalRow.at)).order_by(col(JournalRow.id)).limit(1)
    return session.execute(oldest).scalar_one_or_none()


def last_change(session: Session) -> datetime | None:
    """When the newest line was written (UTC), or None."""
    newest = select(col(JournalRow.at)).order_by(col(JournalRow.id).desc()).limit(1)
    return session.execute(newest).scalar_one_or_none()


def digests(session: Session) -> dict[tuple[str, str], str]:
    """Digest of the line in force for every (kind, subject)."""
    newest = select(func.max(col(JournalRow.id))).group_by(col(JournalRow.kind), col(JournalRow.subject))
    columns = select(col(JournalRow.kind), col(JournalRow.subject), col(JournalRow.digest))
    rows = session.execute(columns.where(col(JournalRow.id).in_(newest)))
    return {(kind, subject): digest for kind, subject, digest in rows}


def in_force(session: Session, *kinds: str) -> tuple[Line, ...]:
    """The newest line of every subject of these kinds, by kind and subject."""
    newest = select(func.max(col(JournalRow.id))).group_by(col(JournalRow.kind), col(JournalRow.subject))
    columns = select(col(JournalRow.kind), col(JournalRow.subject), col(JournalRow.text))
    query = columns.where(col(JournalRow.id).in_(newest), col(JournalRow.kind).in_(kinds))
    return tuple(Line(*row) for row in session.execute(query.order_by(col(JournalRow.kind), col(JournalRow.subject))))


def append(session: Session, lines: Iterable[Line], now: datetime) -> None:
    """Write the lines of one change. The caller holds the writer's lock."""
    batch = revision(session) + 1
    for line in lines:
        session.add(
            JournalRow(batch=batch, at=now, kind=line.kind, subject=line.subject, text=line.text, digest=line.digest)
        )
        session.flush()


def batches(session: Session) -> Iterator[Batch]:
    """Every change ever made, oldest first."""
    columns = select(
        col(JournalRow.batch), col(JournalRow.at), col(JournalRow.kind), col(JournalRow.subject), col(JournalRow.text)
    )
    rows = session.execute(columns.order_by(col(JournalRow.id)))
    for (_, at), group in groupby(rows, key=lambda row: (row[0], row[1])):
        yield Batch(at, tuple(Line(*row[2:]) for row in group))


def horizon_of(lines: Mapping[tuple[str, str], str] | Iterable[Line]) -> date | None:
    """Last day that rows are kept for: the end of the fifth year after the newest refresh; None before the first."""
    keys = lines if isinstance(lines, Mapping) else [(line.kind, line.subject) for line in lines]
    days = [date.fromisoformat(subject) for kind, subject in keys if kind == REFRESH]
    return date(max(days).year + YEARS_AHEAD, 12, 31) if days else None
