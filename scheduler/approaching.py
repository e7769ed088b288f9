"""What comes nearest for every partner, looked up partner by partner: a country has too much ahead to read it all."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import Select
from sqlalchemy.orm import Session
from sqlmodel import col

from scheduler import store
from scheduler.occurrence import Record
from scheduler.plan import Kind
from scheduler.tables import OccurrenceRow, ParticipationRow
from scheduler.upcoming import is_ahead

SPARE = 20
"""Rows read at first beyond those wanted."""


def ahead(
    session: Session, as_of: date, kinds: Sequence[Kind], partners: Sequence[str], count: int
) -> dict[str, list[Record]]:
    """For every partner the `count` occurrences of each kind that end first on or after `as_of`; open ends last.

    "" stands for no partner at all. A partner with nothing ahead has an empty list.
    """
    return {who: [each for kind in kinds for each in _nearest(session, who, kind, as_of, count)] for who in partners}


def wanting(
    records: Mapping[str, Collection[Record]], kinds: Iterable[Kind], count: int | None
) -> dict[Kind, tuple[str, ...]]:
    """The partners of whom more may come than was found, by kind; None has the nearest of each kind, else so many."""
    found: dict[Kind, tuple[str, ...]] = {}
    for kind in kinds:
        some = tuple(who for who, theirs in records.items() if _wants(theirs, kind, count))
        if some:
            found[kind] = some
    return found


def _wants(theirs: Collection[Record], kind: Kind, count: int | None) -> bool:
    if count is not None:
        return len(theirs) < count
    return not any(record.occurrence.kind is kind for record in theirs)


def _nearest(session: Session, who: str, kind: Kind, as_of: date, count: int) -> list[Record]:
    part, row = ParticipationRow, OccurrenceRow
    mine = store.records().join(part, col(part.occurrence) == col(row.key))
    mine = mine.where(store.partnership(), col(part.who) == who, col(part.kind) == kind.value)
    first, key = col(row.first).asc().nulls_first(), col(row.key)
    dated = mine.where(col(part.last) >= as_of).order_by(col(part.last), first, key)
    open_ = mine.where(col(part.last).is_(None)).order_by(first, key)
    found = _taken(session, dated, as_of, count)
    return found if len(found) == count else [*found, *_taken(session, open_, as_of, count - len(found))]


def _taken(session: Session, query: Select[str, int, datetime], as_of: date, count: int) -> list[Record]:
    """The first `count` of a query that are ahead; a few rows more are read, since some may be off."""
    most = count + SPARE
    while True:
        rows = list(store.read(session, query.limit(most)))
        found = [record for record in rows if is_ahead(record, as_of)]
        if len(found) >= count or len(rows) < most:
            return found[:count]
        most *= 4
