"""Occurrences, rules and the directory in the database: applied changes in, selections out."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator
from dataclasses import asdict
from datetime import datetime
from types import MappingProxyType
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, delete, insert, select, update
from sqlalchemy.orm import Session
from sqlmodel import SQLModel, col

from scheduler.occurrence import Occurrence, Record, Selection, Status, content_of, from_content
from scheduler.plan import Directory, Organisation, Party, Place, Text
from scheduler.reconcile import Change
from scheduler.series import Series, anchors_of
from scheduler.tables import EdgeRow, ObligationRow, OccurrenceRow, ParticipationRow, WhoRow

PARTNER = "partner"
LEAD = "lead"
BESIDE = "coordinating"
CHUNK = 500

Query = TypeVar("Query", bound="Select[*tuple[Any, ...]]")


def stored_of(session: Session, obligation: str) -> dict[str, Occurrence]:
    """Every stored occurrence of one obligation, by key."""
    query = _records().where(col(OccurrenceRow.obligation) == obligation)
    return {record.occurrence.key: record.occurrence for record in _read(session, query)}


def find(session: Session, key: str) -> Record | None:
    """The occurrence with this key, or None."""
    return next(_read(session, _records().where(col(OccurrenceRow.key) == key)), None)


def found(session: Session, wanted: Collection[str]) -> dict[str, Record]:
    """The occurrences that have these keys, by key; unknown keys are left out."""
    records: dict[str, Record] = {}
    names = sorted(wanted)
    for start in range(0, len(names), CHUNK):
        query = _records().where(col(OccurrenceRow.key).in_(names[start : start + CHUNK]))
        records |= {record.occurrence.key: record for record in _read(session, query)}
    return records


def keys(session: Session) -> list[str]:
    """All keys, in order."""
    return list(session.execute(select(col(OccurrenceRow.key)).order_by(col(OccurrenceRow.key))).scalars())


def fingerprints(session: Session) -> dict[str, tuple[str, int, datetime]]:
    """Everything stored of every occurrence, by key: content, sequence and time of the last change.

    After the content of one that calendars show no more stands a mark.
    """
    columns = select(
        col(OccurrenceRow.key), col(OccurrenceRow.content), col(OccurrenceRow.sequence), col(OccurrenceRow.changed_at),
        col(OccurrenceRow.gone),
    )  # fmt: skip
    rows = session.execute(columns)
    return {key: (content + "gone" * gone, sequence, at) for key, content, sequence, at, gone in rows}


def chosen(session: Session, selection: Selection) -> Iterator[Record]:
    """The occurrences a selection admits, by first day (open ones last), last day and key; read in chunks."""
    return _read(session, in_order(narrowed(_records(), selection)))


def shown(session: Session, selection: Selection) -> Iterator[Record]:
    """The same without what calendars show no more (see `let_go`)."""
    alive = _records().where(col(OccurrenceRow.gone).is_(False))
    return _read(session, in_order(narrowed(alive, selection)))


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
    return session.execute(select(col(OccurrenceRow.key)).where(*_over(since)).limit(1)).first() is not None


def gone(session: Session) -> frozenset[str]:
    """Keys of what calendars show no more."""
    rows = session.execute(select(col(OccurrenceRow.key)).where(col(OccurrenceRow.gone).is_(True)))
    return frozenset(rows.scalars())


def let_go(session: Session, since: datetime) -> None:
    """Calendars show no more what was cancelled or skipped before `since`; a later change brings it back."""
    session.execute(update(OccurrenceRow).where(*_over(since)).values(gone=True))


def _over(since: datetime) -> tuple[ColumnElement[bool], ...]:
    off = col(OccurrenceRow.status).in_((Status.CANCELLED.value, Status.SKIPPED.value))
    return off, col(OccurrenceRow.changed_at) < since, col(OccurrenceRow.gone).is_(False)


def apply(session: Session, changes: Iterable[Change], now: datetime) -> None:
    """Write changes: a new occurrence starts at sequence 0, a changed one rises by one; both are stamped `now`."""
    for change in changes:
        after = change.after
        values = _row_values(after) | {"changed_at": now, "gone": False}
        if change.before is None:
            session.execute(insert(OccurrenceRow).values(sequence=0, **values))
        else:
            session.execute(delete(ParticipationRow).where(col(ParticipationRow.occurrence) == after.key))
            row = update(OccurrenceRow).where(col(OccurrenceRow.key) == after.key)
            session.execute(row.values(sequence=col(OccurrenceRow.sequence) + 1, **values))
        parts = [{"role": PARTNER, "who": who} for who in after.partners]
        parts += [{"role": LEAD, "who": who} for who in after.leads]
        parts += [{"role": BESIDE, "who": who} for who in after.coordinating]
        if parts:
            session.execute(insert(ParticipationRow), [part | {"occurrence": after.key} for part in parts])


def obligation_digests(session: Session) -> dict[str, str]:
    """Digest of every stored obligation, by id."""
    rows = session.execute(select(col(ObligationRow.id), col(ObligationRow.digest)))
    return {ident: digest for ident, digest in rows}  # noqa: C416 - a Row is not the pair dict() takes


def put_obligation(session: Session, series: Series, digest: str) -> None:
    """Store a series' rule (the newest plan's) and what it is counted from, in place of what was there."""
    segment = series[-1]
    obligation = segment.obligation
    drop_obligation(session, obligation.id)
    session.add(
        ObligationRow(
            id=obligation.id,
            plan=segment.plan.id,
            kind=obligation.kind.value,
            rule_type=type(obligation.rule).__name__,
            rule=canonical(asdict(obligation.rule)),
            digest=digest,
        )
    )
    session.add_all(EdgeRow(anchor=anchor, dependent=obligation.id) for anchor in sorted(anchors_of(series)))
    session.flush()


def end_obligation(session: Session, ident: str, digest: str) -> None:
    """Keep of a series that no plan asks for any more only what its occurrences were last brought to."""
    session.execute(update(ObligationRow).where(col(ObligationRow.id) == ident).values(digest=digest))
    session.execute(delete(EdgeRow).where(col(EdgeRow.dependent) == ident))


def drop_obligation(session: Session, ident: str) -> None:
    """Forget a series' rule; its occurrences stay."""
    session.execute(delete(ObligationRow).where(col(ObligationRow.id) == ident))
    session.execute(delete(EdgeRow).where(col(EdgeRow.dependent) == ident))


def put_directory(session: Session, directory: Directory) -> None:
    """Store who is who, in place of what was there."""
    session.execute(delete(WhoRow))
    shelves = (("party", directory.parties), ("place", directory.places), ("organisation", directory.organisations))
    rows = [
        {"id": ident, "shelf": shelf, "content": canonical(asdict(entry))}
        for shelf, entries in shelves
        for ident, entry in entries.items()
    ]
    if rows:
        session.execute(insert(WhoRow), rows)


def directory_of(session: Session) -> Directory:
    """Who is who, as stored."""
    shelves: dict[str, dict[str, Any]] = {"party": {}, "place": {}, "organisation": {}}
    columns = select(col(WhoRow.id), col(WhoRow.shelf), col(WhoRow.content)).order_by(col(WhoRow.id))
    for ident, shelf, content in session.execute(columns):
        values = json.loads(content)
        shelves[shelf][ident] = _entry(shelf, values)
    return Directory(*(MappingProxyType(shelves[shelf]) for shelf in ("party", "place", "organisation")))


def clear(session: Session) -> None:
    """Throw the projection away; the journal stays."""
    tables: tuple[type[SQLModel], ...] = (ParticipationRow, OccurrenceRow, EdgeRow, ObligationRow, WhoRow)
    for table in tables:
        session.execute(delete(table))


def canonical(value: object) -> str:
    """One JSON text for one value: sorted keys, no spaces, days as ISO text."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)


def _records() -> Select[str, int, datetime]:
    return select(col(OccurrenceRow.content), col(OccurrenceRow.sequence), col(OccurrenceRow.changed_at))


def _read(session: Session, query: Select[str, int, datetime]) -> Iterator[Record]:
    for content, sequence, changed_at in session.execute(query.execution_options(yield_per=CHUNK)):
        yield Record(from_content(json.loads(content)), sequence, changed_at)


def _row_values(occurrence: Occurrence) -> dict[str, Any]:
    return {
        "key": occurrence.key,
        "obligation": occurrence.obligation,
        "plan": occurrence.plan,
        "kind": occurrence.kind.value,
        "status": occurrence.status.value,
        "first": occurrence.window.start,
        "last": occurrence.window.last,
        "host": occurrence.host,
        "content": canonical(content_of(occurrence)),
    }


def _entry(shelf: str, values: dict[str, Any]) -> Party | Place | Organisation:
    values["name"] = Text(**values["name"])
    if shelf == "party":
        return Party(**values)
    if shelf == "place":
        return Place(**values)
    values["members"] = tuple(values["members"])
    values["until"] = None if values["until"] is None else datetime.fromisoformat(values["until"]).date()
    return Organisation(**values)
