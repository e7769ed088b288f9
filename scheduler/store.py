"""Occurrences, rules and the directory in the database: applied changes in, selections out."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from contextlib import closing
from dataclasses import fields, is_dataclass
from datetime import date, datetime
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

from scheduler.occurrence import OVER, Occurrence, Record, Selection, Status, from_content
from scheduler.plan import Directory, Kind, Organisation, Party, Place
from scheduler.plan import Text as Words
from scheduler.portions import ASKED, asked
from scheduler.tables import ObligationRow, OccurrenceRow, ParticipationRow, SegmentRow, WhoRow

PARTNER = "partner"
LEAD = "lead"
BESIDE = "coordinating"
NOBODY = ""
"""Stands as the partner of what has none."""

Query = TypeVar("Query", bound="Select[*tuple[Any, ...]]")


def stored(session: Session, obligations: Collection[str]) -> dict[str, dict[str, Occurrence]]:
    """Every stored occurrence of some obligations, by obligation and key."""
    found: dict[str, dict[str, Occurrence]] = {}
    for some in asked(obligations):
        for record in read(session, records().where(col(OccurrenceRow.obligation).in_(some))):
            found.setdefault(record.occurrence.obligation, {})[record.occurrence.key] = record.occurrence
    return found


def find(session: Session, key: str) -> Record | None:
    """The occurrence with this key, or None."""
    return found(session, (key,)).get(key)


def found(session: Session, wanted: Collection[str]) -> dict[str, Record]:
    """The occurrences that have these keys, by key; unknown keys are left out."""
    known: dict[str, Record] = {}
    for some in asked(wanted):
        query = records().where(col(OccurrenceRow.key).in_(some))
        known |= {record.occurrence.key: record for record in read(session, query)}
    return known


def count(session: Session, selection: Selection | None = None) -> int:
    """How many occurrences there are; of those a selection admits, if one is given."""
    query = select(func.count()).select_from(OccurrenceRow)
    number: int = session.execute(narrowed(query, selection) if selection else query).scalar_one()
    return number


def keys(session: Session, start: str = "") -> list[str]:
    """All keys that begin so, in order."""
    named = col(OccurrenceRow.key).startswith(start, autoescape=True)
    return list(session.execute(select(col(OccurrenceRow.key)).where(named).order_by(col(OccurrenceRow.key))).scalars())


def chosen(session: Session, selection: Selection, skip: int = 0, most: int | None = None) -> Iterator[Record]:
    """The occurrences a selection admits, by first day (open ones last), last day and key; read in chunks.

    The first `skip` are passed over, and at most so many read.
    """
    query = in_order(narrowed(records(), selection))
    return read(session, query.offset(skip or None).limit(most))


def plans(session: Session, selection: Selection) -> frozenset[str]:
    """The plans of what a selection admits."""
    return frozenset(session.execute(narrowed(select(col(OccurrenceRow.plan)), selection).distinct()).scalars())


def exceeds(session: Session, selection: Selection, most: int) -> bool:
    """Whether a selection admits more than so many; no more of them are looked at."""
    beyond = narrowed(select(col(OccurrenceRow.key)), selection).offset(most).limit(1)
    return session.execute(beyond).first() is not None


def shown(session: Session, selection: Selection) -> Iterator[Record]:
    """The same without what calendars show no more (see `let_go`)."""
    alive = records().where(col(OccurrenceRow.gone).is_(False))
    return read(session, in_order(narrowed(alive, selection)))


def with_gaps(session: Session) -> Iterator[Record]:
    """The occurrences that leave something to be set; read in chunks."""
    return read(session, records().where(leaves_gaps()))


def leaves_gaps() -> ColumnElement[bool]:
    """Whether an occurrence leaves something to be set."""
    none = '"to_set":[]'  # as `canonical` writes it; in a text the quotes would be escaped
    return ~col(OccurrenceRow.content).contains(none)


def led(session: Session, first: date, last: date) -> tuple[Occurrence, ...]:
    """Some of what is still expected between two days, by key: one for each body that leads anything in a plan.

    And for each plan one that no body leads, if there is any.
    """
    row, part = OccurrenceRow, ParticipationRow
    leading = (col(part.occurrence) == col(row.key)) & (col(part.role) == LEAD)
    expected = col(row.status).not_in([status.value for status in OVER])
    one = select(func.min(col(row.key))).join(part, leading, isouter=True).where(expected)
    one = narrowed(one, Selection(first, last)).group_by(col(row.plan), col(part.who))
    known = found(session, set(session.execute(one).scalars()))
    return tuple(known[key].occurrence for key in sorted(known))


def narrowed(query: Query, selection: Selection) -> Query:
    """A query over occurrences, narrowed to what a selection admits.

    Where somebody's are asked for, kinds and last days are those of their parts: SQLite would else read all of a kind.
    """
    if selection.last is not None:
        query = query.where((col(OccurrenceRow.first) <= selection.last) | col(OccurrenceRow.first).is_(None))
    if selection.plans:
        query = query.where(col(OccurrenceRow.plan).in_(selection.plans))
    roles = (((PARTNER,), selection.partners), ((LEAD,), selection.leads), ((LEAD, BESIDE), selection.involving))
    asked_for = [(parts, who) for parts, who in roles if who]
    if not asked_for:
        return query.where(*_kinds_and_days(OccurrenceRow, selection))
    for parts, who in asked_for:
        part = select(col(ParticipationRow.occurrence)).where(
            col(ParticipationRow.role).in_(parts),
            col(ParticipationRow.who).in_(who),
            *_kinds_and_days(ParticipationRow, selection),
        )
        query = query.where(col(OccurrenceRow.key).in_(part))
    return query


def _kinds_and_days(row: type[OccurrenceRow | ParticipationRow], selection: Selection) -> Iterator[ColumnElement[bool]]:
    if selection.first is not None:
        yield (col(row.last) >= selection.first) | col(row.last).is_(None)
    others = [kind.value for kind in Kind if kind not in selection.kinds]
    if selection.kinds and (selection.plans or len(selection.kinds) > len(others)):  # lest SQLite take an index by kind
        yield col(row.kind).not_in(others)
    elif selection.kinds:
        yield col(row.kind).in_([kind.value for kind in selection.kinds])


def in_order(query: Query) -> Query:
    """A query over occurrences by first day (open ones last), last day and key."""
    first, last = col(OccurrenceRow.first).asc(), col(OccurrenceRow.last).asc()  # as an index has them: no sorting
    return query.order_by(first.nulls_last(), last.nulls_last(), col(OccurrenceRow.key))


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
    for some in [None] if obligations is None else asked(obligations):
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
    with closing(session.execute(query.execution_options(yield_per=ASKED))) as rows:  # whoever stops half-way too
        for content, sequence, changed_at in rows:
            yield Record(from_content(json.loads(content)), sequence, changed_at)


def _entry(shelf: str, values: dict[str, Any]) -> Party | Place | Organisation:
    values["name"] = Words(**values["name"])
    if shelf == "party":
        return Party(**values)
    if shelf == "place":
        return Place(**values)
    values["members"] = tuple(values["members"])
    values["until"] = None if values["until"] is None else datetime.fromisoformat(values["until"]).date()
    return Organisation(**values)
