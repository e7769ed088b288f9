"""What comes nearest for every partner, looked up partner by partner: a country has too much ahead to read it all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session
from sqlmodel import col

from scheduler import store
from scheduler.occurrence import Record
from scheduler.plan import MEETINGS, Kind
from scheduler.tables import OccurrenceRow, ParticipationRow
from scheduler.upcoming import is_ahead

SPARE = 20
"""Rows read at first beyond those wanted."""


def ahead(
    session: Session, as_of: date, kinds: Sequence[Kind], partners: Sequence[str], count: int
) -> dict[str, list[Record]]:
    """For every partner the `count` occurrences of each kind that end first on or after `as_of`; open ends last.

    "" stands for no partner at all. `partners`: of these only, if any. A partner with nothing ahead has an empty list.
    """
    everyone = partners or tuple(_everyone(session))
    return {who: [each for kind in kinds for each in _nearest(session, who, kind, as_of, count)] for who in everyone}


def wanting(records: Mapping[str, Iterable[Record]], found: Iterable[Record], count: int | None) -> tuple[str, ...]:
    """The partners that may have more to come than was found."""
    enough = count or len(MEETINGS)
    chosen = tuple(found)
    return tuple(who for who in records if sum(who in record.occurrence.partners for record in chosen) < enough)


def _everyone(session: Session) -> Iterator[str]:
    """Every partner there is, by id, each found from the one before by the index."""
    row = ParticipationRow
    query = select(func.min(col(row.who))).where(col(row.role) == store.PARTNER)
    who = session.execute(query).scalar_one()
    while who is not None:
        yield who
        who = session.execute(query.where(col(row.who) > who)).scalar_one()


def _nearest(session: Session, who: str, kind: Kind, as_of: date, count: int) -> list[Record]:
    part, row = ParticipationRow, OccurrenceRow
    mine = store.records().join(part, col(part.occurrence) == col(row.key))
    mine = mine.where(col(part.role) == store.PARTNER, col(part.who) == who, col(part.kind) == kind.value)
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
