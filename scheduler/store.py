"""Occurrences, rules and the directory in the database: applied changes in, selections out."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence
from contextlib import closing
from dataclasses import fields, is_dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any, TypeVar

from sqlalchemy import (
    ColumnElement,
    Select,
    func,
    literal_column,
    select,
)
from sqlalchemy.orm import Session
from sqlmodel import col

from scheduler.occurrence import Occurrence, Record, Selection, Status, from_content
from scheduler.plan import Directory, Organisation, Party, Place
from scheduler.plan import Text as Words
from scheduler.tables import ObligationRow, OccurrenceRow, ParticipationRow, SegmentRow, WhoRow

PARTNER = "partner"
LEAD = "lead"
BESIDE = "coordinating"
NOBODY = ""
"""Stands as the partner of what has none."""

CHUNK = 500

Query = TypeVar("Query", bound="Select[*tuple[Any, ...]]")


def stored(session: Session, obligations: Collection[str]) -> dict[str, dict[str, Occurrence]]:
    """Every stored occurrence of some obligations, by obligation and key."""
    found: dict[str, dict[str, Occurrence]] = {}
    for some in chunks(obligations):
        for record in read(session, records().where(col(OccurrenceRow.obligation).in_(some))):
            found.setdefault(record.occurrence.obligation, {})[record.occurrence.key] = record.occurrence
    return found


def find(session: Session, key: str) -> Record | None:
    """The occurrence with this key, or None."""
    return found(session, (key,)).get(key)


def found(session: Session, wanted: Collection[str]) -> dict[str, Record]:
    """The occurrences that have these keys, by key; unknown keys are left out."""
    known: dict[str, Record] = {}
    for some in chunks(wanted):
        query = records().where(col(OccurrenceRow.key).in_(some))
        known |= {record.occurrence.key: record for record in read(session, query)}
    return known


def count(session: Session) -> int:
    """How many occurrences there are."""
    number: int = session.execute(select(func.count()).select_from(OccurrenceRow)).scalar_one()
    return number


def keys(session: Session, start: str = "") -> list[str]:
    """All keys that begin so, in order."""
    named = col(OccurrenceRow.key).startswith(start, autoescape=True)
    return list(session.execute(select(col(OccurrenceRow.key)).where(named).order_by(col(OccurrenceRow.key))).scalars())


def chosen(session: Session, selection: Selection) -> Iterator[Record]:
    """The occurrences a selection admits, by first day (open ones last), last day and key; read in chunks."""
    return read(session, in_order(narrowed(records(), selection)))


def shown(session: Session, selection: Selection) -> Iterator[Record]:
    """The same without what calendars show no more (see `let_go`)."""
    alive = records().where(col(OccurrenceRow.gone).is_(False))
    return read(session, in_order(narrowed(alive, selection)))


def with_gaps(session: Session) -> Iterator[Record]:
    """The occurrences that leave something to be set; read in chunks."""
    none = '"to_set":[]'  # as `canonical` writes it; in a text the quotes would be escaped
    return read(session, records().where(~col(OccurrenceRow.content).contains(none)))


def narrowed(query: Query, selection: Selection) -> Query:
    """A query over occurrences, narrowed to what a selection admits."""
    if selection.last is not None:
        query = query.where((col(OccurrenceRow.first) <= selection.last) | col(OccurrenceRow.first).is_(None))
    if selection.first is not None:
        query = query.where((col(OccurrenceRow.last) >= selection.first) | col(OccurrenceRow.last).is_(None))
    if selection.kinds:
        query = query.where(col(OccurrenceRow.kind).in_([kind.value for kind in selection.kinds]))
    if selection.plans:
        query = query.where(col(OccurrenceRow.plan).in_(selection.plans))
    parts = (((PARTNER,), selection.partners), ((LEAD,), selection.leads), ((LEAD, BESIDE), selection.involving))
    for roles, who in parts:
        if who:
            part = select(col(ParticipationRow.occurrence)).where(
                col(ParticipationRow.role).in_(roles), col(ParticipationRow.who).in_(who)
            )
            query = query.where(col(OccurrenceRow.key).in_(part))
    return query


def in_order(query: Query) -> Query:
    """A query over occurrences by first day (open ones last), last day and key."""
    first, last = col(OccurrenceRow.first), col(OccurrenceRow.last)
    return query.order_by(first.is_(None), first, last.is_(None), last, col(OccurrenceRow.key))


def lingering(session: Session, since: datetime) -> bool:
    """Whether calendars still show something that was cancelled or skipped before `since`."""
    return session.execute(select(col(OccurrenceRow.key)).where(*over(since)).limit(1)).first() is not None


def gone(session: Session) -> frozenset[str]:
    """Keys of what calendars show no more."""
    rows = session.execute(select(col(OccurrenceRow.key)).where(col(OccurrenceRow.gone).is_(True)))
    return frozenset(rows.scalars())


def leaving(session: Session, since: datetime) -> Iterator[Record]:
    """What calendars still show although it was cancelled or skipped before `since`."""
    return read(session, records().where(*over(since)))


def over(since: datetime) -> tuple[ColumnElement[bool], ...]:
    """What calendars still show although it was cancelled or skipped before `since`."""
    off = col(OccurrenceRow.status).in_((Status.CANCELLED.value, Status.SKIPPED.value))
    return off, col(OccurrenceRow.changed_at) < since, col(OccurrenceRow.gone).is_(False)


def partnership() -> ColumnElement[bool]:
    """Whether a part is a partner's: said as it stands, since only so a database sees that it may use their index."""
    return col(ParticipationRow.role) == literal_column(f"'{PARTNER}'")


def obligations_of(session: Session, selection: Selection) -> frozenset[str]:
    """The obligations that may give what a selection admits by plan, kind and partner, whatever its days and bodies."""
    if selection.partners:
        part = ParticipationRow
        rows = select(col(OccurrenceRow.obligation)).join(part, col(part.occurrence) == col(OccurrenceRow.key))
        rows = rows.where(partnership(), col(part.who).in_(selection.partners))
        ident, kind = col(OccurrenceRow.obligation), col(part.kind)
    else:
        rows = select(col(ObligationRow.id))
        ident, kind = col(ObligationRow.id), col(ObligationRow.kind)
    if selection.kinds:
        rows = rows.where(kind.in_([kind.value for kind in selection.kinds]))
    if selection.plans:
        rows = rows.where(
            ident.in_(select(col(SegmentRow.obligation)).where(col(SegmentRow.plan).in_(selection.plans)))
        )
    return frozenset(session.execute(rows.distinct()).scalars())


def obligation_digests(session: Session, obligations: Collection[str] | None = None) -> dict[str, str]:
    """Digest of every stored obligation, by id; of some only, if given."""
    digests = select(col(ObligationRow.id), col(ObligationRow.digest))
    found: dict[str, str] = {}
    for some in [None] if obligations is None else chunks(obligations):
        query = digests if some is None else digests.where(col(ObligationRow.id).in_(some))
        found |= {ident: digest for ident, digest in session.execute(query)}  # noqa: C416 - a Row is not the pair dict() takes
    return found


def directory_of(session: Session) -> Directory:
    """Who is who, as stored."""
    shelves: dict[str, dict[str, Any]] = {"party": {}, "place": {}, "organisation": {}}
    columns = select(col(WhoRow.id), col(WhoRow.shelf), col(WhoRow.content)).order_by(col(WhoRow.id))
    for ident, shelf, content in session.execute(columns):
        values = json.loads(content)
        shelves[shelf][ident] = _entry(shelf, values)
    return Directory(*(MappingProxyType(shelves[shelf]) for shelf in ("party", "place", "organisation")))


def canonical(value: object) -> str:
    """One JSON text for one value: sorted keys, no spaces, values as their fields, days as ISO text."""
    return _ENCODER.encode(value)


def _plain(value: object) -> object:
    if is_dataclass(value):
        return {field.name: getattr(value, field.name) for field in fields(value)}
    return str(value)


_ENCODER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_plain)


def records() -> Select[str, int, datetime]:
    """The query that `read` reads."""
    return select(col(OccurrenceRow.content), col(OccurrenceRow.sequence), col(OccurrenceRow.changed_at))


def read(session: Session, query: Select[str, int, datetime]) -> Iterator[Record]:
    """The occurrences that a query of `records` finds, in chunks."""
    with closing(session.execute(query.execution_options(yield_per=CHUNK))) as rows:  # whoever stops half-way too
        for content, sequence, changed_at in rows:
            yield Record(from_content(json.loads(content)), sequence, changed_at)


def chunks(names: Collection[str]) -> Iterator[Sequence[str]]:
    """Names in order, as many together as are asked for in one statement."""
    ordered = sorted(names)
    return (ordered[start : start + CHUNK] for start in range(0, len(ordered), CHUNK))


def _entry(shelf: str, values: dict[str, Any]) -> Party | Place | Organisation:
    values["name"] = Words(**values["name"])
    if shelf == "party":
        return Party(**values)
    if shelf == "place":
        return Place(**values)
    values["members"] = tuple(values["members"])
    values["until"] = None if values["until"] is None else datetime.fromisoformat(values["until"]).date()
    return Organisation(**values)
