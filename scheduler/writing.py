"""What changes in the scheduler's tables: occurrences, rules and the directory, in bulk."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnClause,
    bindparam,
    delete,
    except_,
    insert,
    literal_column,
    select,
    text,
    update,
)
from sqlalchemy.orm import Session
from sqlmodel import SQLModel, col

from scheduler.occurrence import Occurrence, content_of
from scheduler.plan import Directory
from scheduler.portions import ASKED, asked, portions
from scheduler.reconcile import Change
from scheduler.series import Segment, Series
from scheduler.store import BESIDE, LEAD, NOBODY, PARTNER, canonical, over, read, records
from scheduler.tables import ObligationRow, OccurrenceRow, ParticipationRow, WhoRow


def let_go(session: Session, since: datetime) -> None:
    """Calendars show no more what was cancelled or skipped before `since`; a later change brings it back."""
    session.execute(update(OccurrenceRow).where(*over(since)).values(gone=True))


def apply(session: Session, changes: Sequence[Change], now: datetime) -> None:
    """Write changes: a new occurrence starts at sequence 0, a changed one rises by one; both are stamped `now`.

    Calendars show no more what was replaced.
    """
    stamp = {"changed_at": now}
    fresh = stamp | {"gone": False, "sequence": 0}
    new = [_row_values(change.after) | fresh for change in changes if change.before is None]
    old = [change for change in changes if change.before is not None]
    _insert(session, OccurrenceRow, new)
    for some in asked([change.after.key for change in old]):
        session.execute(delete(ParticipationRow).where(col(ParticipationRow.occurrence).in_(some)))
    _rewrite(session, old, stamp)
    _insert(session, ParticipationRow, [part for change in changes for part in _parts(change.after)])


def _rewrite(session: Session, old: Sequence[Change], stamp: Mapping[str, Any]) -> None:
    """Write occurrences over what was there, each one sequence higher."""
    if old:
        row = update(OccurrenceRow).where(col(OccurrenceRow.key) == bindparam("slot"))
        names = ("plan", "kind", "status", "first", "last", "host", "content", "gone")
        columns: dict[str, BindParameter[Any]] = {name: bindparam(f"new_{name}") for name in names}
        values = [_row_values(change.after) | {"gone": change.replaced} for change in old]
        session.connection().execute(
            row.values(sequence=col(OccurrenceRow.sequence) + 1, **stamp, **columns),
            [{"slot": each["key"]} | {f"new_{name}": each[name] for name in columns} for each in values],
        )


def _parts(occurrence: Occurrence) -> Iterator[dict[str, Any]]:
    common = {"occurrence": occurrence.key, "kind": occurrence.kind.value, "last": occurrence.window.last}
    roles = ((PARTNER, occurrence.partners or (NOBODY,)), (LEAD, occurrence.leads), (BESIDE, occurrence.coordinating))
    return (common | {"role": role, "who": who} for role, bodies in roles for who in bodies)


def _insert(session: Session, table: type[SQLModel], rows: Sequence[dict[str, Any]]) -> None:
    if rows:  # past the ORM, which would look at each row
        session.connection().execute(insert(SQLModel.metadata.tables[str(table.__tablename__)]), rows)


def take_part_anew(session: Session) -> None:
    """Write down again who has what part in the occurrences that are there."""
    session.execute(delete(ParticipationRow))
    for some in portions(read(session, records()), ASKED):
        _insert(session, ParticipationRow, [part for record in some for part in _parts(record.occurrence)])


def put_obligations(session: Session, rules: Sequence[tuple[Series, str]]) -> None:
    """Store the rules of series (the newest plan's) with their digests, in place of what was there."""
    for some in asked([series[-1].obligation.id for series, _ in rules]):
        session.execute(delete(ObligationRow).where(col(ObligationRow.id).in_(some)))
    _insert(session, ObligationRow, [_rule_values(series[-1], digest) for series, digest in rules])


def end_obligations(session: Session, digests: Mapping[str, str]) -> None:
    """Keep of series that no plan asks for any more only what their occurrences were last brought to."""
    for ident, digest in digests.items():
        session.execute(update(ObligationRow).where(col(ObligationRow.id) == ident).values(digest=digest))


def _rule_values(segment: Segment, digest: str) -> dict[str, Any]:
    obligation = segment.obligation
    return {
        "id": obligation.id,
        "plan": segment.plan.id,
        "kind": obligation.kind.value,
        "rule_type": type(obligation.rule).__name__,
        "rule": canonical(asdict(obligation.rule)),
        "digest": digest,
    }


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


def clear(session: Session) -> None:
    """Throw the projection away; the journal stays."""
    tables: tuple[type[SQLModel], ...] = (ParticipationRow, OccurrenceRow, ObligationRow, WhoRow)
    for table in tables:
        session.execute(delete(table))


ASIDE = ("key", "content", "sequence", "changed_at")
"""What is compared of an occurrence; what calendars show no more follows from it, and may follow otherwise by now."""


def set_aside(session: Session) -> None:
    """Copy every occurrence, to be compared with what it will be (see `differing`)."""
    kept = "CREATE TEMPORARY TABLE aside AS SELECT key, content, sequence, changed_at FROM occurrence"
    session.execute(text(kept))


def differing(session: Session) -> tuple[str, ...]:
    """Keys of the occurrences that are not as they were when they were set aside, which is forgotten; by key."""
    found: set[str] = set()
    for one, other in (("occurrence", "aside"), ("aside", "occurrence")):
        columns: list[ColumnClause[Any]] = [literal_column(name) for name in ASIDE]
        alone = except_(select(*columns).select_from(text(one)), select(*columns).select_from(text(other))).subquery()
        found.update(session.execute(select(alone.c.key)).scalars())
    session.execute(text("DROP TABLE aside"))
    return tuple(sorted(found))


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
