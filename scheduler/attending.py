"""What some bodies must attend to, read by them: what they lead, and what the plans they own give."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, select, union
from sqlalchemy.orm import Mapped, Session
from sqlmodel import col

from scheduler import store
from scheduler.occurrence import OVER, Record
from scheduler.plan import Kind
from scheduler.tables import OccurrenceRow, ParticipationRow


@dataclass(frozen=True, slots=True)
class Bodies:
    """Who attends: organisations, and the plans they own."""

    organisations: frozenset[str]
    plans: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Of which kinds, and where the last day lies: before `before`, or not before `since`; and begun by `until`."""

    kinds: Sequence[Kind]
    before: date | None = None
    since: date | None = None
    until: date | None = None


def expected(session: Session, bodies: Bodies | None, span: Span, most: int) -> list[Record]:
    """What is still expected of them, the earliest last day first, open ones at the end; at most so many are read.

    `bodies` None: of anybody.
    """
    row = OccurrenceRow
    query = store.records().where(_expected())
    if span.until is not None:
        query = query.where(col(row.first) <= span.until)
    # of bodies, kinds and days are those of their parts: SQLite would else read all of a kind
    query = query.where(*([_theirs(bodies, span)] if bodies is not None else _within(row, span)))
    ordered = query.order_by(col(row.last).asc().nulls_last(), col(row.key)).limit(most)
    return list(store.read(session, ordered))


def open_gaps(session: Session, bodies: Bodies | None, most: int) -> list[Record]:
    """What is still expected of them and leaves something to be set, by key; at most so many are read."""
    query = store.records().where(_expected(), store.leaves_gaps())
    if bodies is not None:
        query = query.where(_theirs(bodies, Span(kinds=())))
    return list(store.read(session, query.order_by(col(OccurrenceRow.key)).limit(most)))


def _expected() -> ColumnElement[bool]:
    return col(OccurrenceRow.status).not_in([status.value for status in OVER])


def _theirs(bodies: Bodies, span: Span) -> ColumnElement[bool]:
    part, row = ParticipationRow, OccurrenceRow
    led = select(col(part.occurrence)).where(
        col(part.role) == store.LEAD, _among(col(part.who), bodies.organisations), *_within(part, span)
    )
    owned = select(col(row.key)).where(_among(col(row.plan), bodies.plans), *_within(row, span))
    return col(row.key).in_(union(led, owned))


def _within(row: type[OccurrenceRow | ParticipationRow], span: Span) -> Iterator[ColumnElement[bool]]:
    if span.kinds:
        yield col(row.kind).in_([kind.value for kind in span.kinds])
    if span.before is not None:
        yield col(row.last) < span.before
    if span.since is not None:
        yield (col(row.last) >= span.since) | col(row.last).is_(None)


def _among(column: Mapped[str], names: Collection[str]) -> ColumnElement[bool]:
    return column.in_(sorted(names))
