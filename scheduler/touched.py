"""Which occurrences changes of the journal may have touched: those that look at the store again read no others."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlmodel import col

from scheduler.history import DECISION, DIRECTORY, HOLIDAYS, PLAN
from scheduler.occurrence import Selection, Status
from scheduler.plan import Kind
from scheduler.portions import asked
from scheduler.store import narrowed
from scheduler.tables import JournalRow, OccurrenceRow


@dataclass(frozen=True, slots=True)
class Since:
    """What was written after some line: the first time of it, and what the lines are about.

    `all`: the directory or the days off changed, on which anything may rest.
    """

    at: datetime | None
    plans: frozenset[str]
    obligations: frozenset[str]
    all: bool


def since(session: Session, line: int) -> Since:
    """What was written to the journal after this line."""
    columns = select(col(JournalRow.kind), col(JournalRow.subject), col(JournalRow.at))
    rows = session.execute(columns.where(col(JournalRow.id) > line)).all()
    return Since(
        min((at for _, _, at in rows), default=None),
        frozenset(subject for kind, subject, _ in rows if kind == PLAN),
        frozenset(subject for kind, subject, _ in rows if kind == DECISION),
        any(kind in (DIRECTORY, HOLIDAYS) for kind, _, _ in rows),
    )


def stamp_at(session: Session, line: int) -> str | None:
    """When this line was written and what it says, in short; None: there is none. An older store put back differs."""
    found = session.execute(
        select(col(JournalRow.at), col(JournalRow.digest)).where(col(JournalRow.id) == line)
    ).first()
    return None if found is None else f"{found[0].isoformat()}/{found[1]}"


def keys(session: Session, changes: Since, selection: Selection) -> frozenset[str]:
    """The occurrences of a selection that changed since, or may be looked at in another way."""
    if changes.at is None:
        return frozenset()
    query = narrowed(select(col(OccurrenceRow.key)), selection)
    queries = [query.where(col(OccurrenceRow.changed_at) >= changes.at)]
    queries += [query.where(col(OccurrenceRow.plan).in_(part)) for part in asked(changes.plans)]
    queries += [query.where(col(OccurrenceRow.obligation).in_(part)) for part in asked(changes.obligations)]
    return frozenset(key for each in queries for key in session.execute(each).scalars())


def confirmed(session: Session, kinds: Iterable[Kind], day: date) -> frozenset[str]:
    """The confirmed occurrences of these kinds that are not over on `day`."""
    query = narrowed(select(col(OccurrenceRow.key)), Selection(first=day, kinds=tuple(kinds)))
    rows = session.execute(query.where(col(OccurrenceRow.status) == Status.CONFIRMED.value))
    return frozenset(rows.scalars())
