"""The journal: what people gave the product, in order, never changed. The rest of the store can be rebuilt from it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from sqlalchemy import func, select
from sqlalchemy.orm import Session
from sqlmodel import col

from scheduler.amendment import Amendment, Decision, decision_content, decision_from
from scheduler.tables import JournalRow

PLAN = "plan"
DIRECTORY = "directory"
HOLIDAYS = "holidays"
REFRESH = "refresh"
DECISION = "decision"
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
    """The lines of one change, its number, and when it was made (UTC)."""

    number: int
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


def stamp(session: Session) -> str:
    """A short text that is another one whenever anything given is, also after an older store was put back."""
    columns = select(col(JournalRow.id), col(JournalRow.at), col(JournalRow.digest))
    newest = session.execute(columns.order_by(col(JournalRow.id).desc()).limit(1)).first()
    return "" if newest is None else "/".join(map(str, newest))


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


def append(session: Session, lines: Iterable[Line], now: datetime) -> int:
    """Write the lines of one change and give its number. The caller holds the writer's lock."""
    batch = revision(session) + 1
    for line in lines:
        session.add(
            JournalRow(batch=batch, at=now, kind=line.kind, subject=line.subject, text=line.text, digest=line.digest)
        )
        session.flush()
    return batch


def decisions(session: Session, *obligations: str) -> dict[str, tuple[Amendment, ...]]:
    """Every decision ever taken, by the obligations it touches, in order; those of `obligations` only, if named."""
    row = JournalRow
    columns = select(col(row.subject), col(row.batch), col(row.at), col(row.text)).where(col(row.kind) == DECISION)
    if obligations:
        columns = columns.where(col(row.subject).in_(obligations))
    found: dict[str, list[Amendment]] = {}
    for subject, number, at, text in session.execute(columns.order_by(col(row.id))):
        found.setdefault(subject, []).append(amendment_of(number, at, text))
    return {subject: tuple(amendments) for subject, amendments in found.items()}


def decision_line(obligation: str, who: str, why: str, decision: Decision) -> Line:
    """A decision as a line of the journal, one for each obligation it touches."""
    text = {"who": who, "why": why, "decision": decision_content(decision)}
    return Line(DECISION, obligation, json.dumps(text, ensure_ascii=False, sort_keys=True))


def amendment_of(number: int, at: datetime, text: str) -> Amendment:
    """Read a decision's line back."""
    values = json.loads(text)
    return Amendment(number, at, values["who"], values["why"], decision_from(values["decision"]))


def batches(session: Session) -> Iterator[Batch]:
    """Every change ever made, oldest first."""
    columns = select(
        col(JournalRow.batch), col(JournalRow.at), col(JournalRow.kind), col(JournalRow.subject), col(JournalRow.text)
    )
    rows = session.execute(columns.order_by(col(JournalRow.id)))
    for (number, at), group in groupby(rows, key=lambda row: (row[0], row[1])):
        yield Batch(number, at, tuple(Line(*row[2:]) for row in group))


def horizon_of(lines: Mapping[tuple[str, str], str] | Iterable[Line]) -> date | None:
    """Last day that rows are kept for: the end of the fifth year after the newest refresh; None before the first."""
    keys = lines if isinstance(lines, Mapping) else [(line.kind, line.subject) for line in lines]
    days = [date.fromisoformat(subject) for kind, subject in keys if kind == REFRESH]
    return date(max(days).year + YEARS_AHEAD, 12, 31) if days else None
