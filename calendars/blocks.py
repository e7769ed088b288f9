"""Rendered events kept in the database: an event is written once for each voice, until its occurrence changes."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from dateutil.relativedelta import relativedelta
from sqlalchemy import Select, and_, delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col

from calendars.eyes import Voice
from calendars.feed import Block, day_in_calendars
from calendars.sheets import month_of
from calendars.tables import BlockRow, SheetRow, VoiceRow
from calendars.wording import LONGEST_BAR
from scheduler.occurrence import Record, Selection
from scheduler.plan import Kind
from scheduler.quick import maker
from scheduler.store import Query, found, narrowed
from scheduler.tables import OccurrenceRow
from scheduler.window import ONE_DAY

Render = Callable[[Record], Block]

AT_ONCE = 1200
"""Blocks that are read at once: about as many as fit into a feed that is served."""

_LONGEST = ONE_DAY * LONGEST_BAR


@dataclass(frozen=True, slots=True)
class Found:
    """Blocks in no order, and those among them that had to be rendered."""

    blocks: tuple[Block, ...]
    fresh: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Kept:
    """Where a voice's blocks are; `sound` False: they are of another edition, and none counts."""

    name: str
    sound: bool


def edition_of(*parts: str) -> str:
    """One short text for everything rendered events rest on beside their occurrence."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def kept(session: Session, voice: Voice, edition: str) -> Kept:
    """What is kept of a voice in an edition."""
    name = name_of(voice)
    edited = session.connection().execute(select(col(VoiceRow.edition)).where(col(VoiceRow.name) == name)).scalar()
    return Kept(name, edited == edition)


def newest(session: Session, selection: Selection, shelf: Kept, render: Render, most: int) -> Found:
    """The last blocks by day of what a selection admits: all, or some more than `most` bytes of them.

    Occurrences are read from the last day backwards, and no further than needed: what was not read yet stands on no
    later day. Without what was cancelled too long ago to be shown.
    """
    parts: list[Found] = []
    query = _shown(select(_KEY, _SEQUENCE, _LAST), selection).order_by(_LAST.desc(), _KEY.desc()).limit(AT_ONCE)
    while True:
        rows = _rows(session, query.offset(len(parts) * AT_ONCE), shelf)
        parts.append(_blocks(session, rows, render))
        reached = min((last for _, _, last, _, _ in rows), default=date.min)
        enough = sum(len(block.body) for part in parts for block in part.blocks if block.day > reached) > most
        if enough or len(rows) < AT_ONCE:
            return Found(
                tuple(block for part in parts for block in part.blocks),
                tuple(block for part in parts for block in part.fresh),
            )


def coming(session: Session, selection: Selection, shelf: Kept, render: Render, today: date) -> Found:
    """The blocks of the first `AT_ONCE` occurrences, by their last day, that are not over today."""
    query = _shown(select(_KEY, _SEQUENCE), selection).where(today <= _LAST).order_by(_LAST, _KEY)
    return _blocks(session, _rows(session, query.limit(AT_ONCE), shelf), render)


def newest_keys(session: Session, selection: Selection, most: int) -> tuple[str, ...]:
    """The keys of what calendars show of a selection, from the last day backwards; at most so many."""
    query = _shown(select(_KEY), selection).order_by(_LAST.desc(), _KEY.desc()).limit(most)
    return tuple(session.execute(query).scalars())


def of_month(session: Session, selection: Selection, shelf: Kept, render: Render, month: date) -> Found:
    """The blocks that stand on the days of a month, `month` its first, by day and key; without those of no event."""
    end = month + relativedelta(months=1) - ONE_DAY
    query = _shown(select(_KEY, _SEQUENCE, _FIRST, _LAST), selection).where(_LAST.between(month, end + _LONGEST))
    rows = _rows(session, query, shelf)
    got = _blocks(session, [row for row in rows if month_of(day_in_calendars(row.first, row.last)) == month], render)
    shown = sorted((block for block in got.blocks if block.body), key=lambda block: (block.day, block.key))
    return Found(tuple(shown), got.fresh)


def months(session: Session) -> tuple[date, ...]:
    """The months that anything may stand in, each by its first day, from the first to the last."""
    ends = [session.execute(select(_LAST).where(_LAST.is_not(None)).order_by(way).limit(1)).scalar() for way in _WAYS]
    first, last = ends
    if first is None or last is None:
        return ()
    month, every = month_of(first - _LONGEST), []
    while month <= last:
        every.append(month)
        month += relativedelta(months=1)
    return tuple(every)


def keep(session: Session, blocks: Iterable[Block], voice: Voice, edition: str) -> None:
    """Write blocks; those of another edition are thrown away first. Of two writers either may win."""
    name = name_of(voice)
    if session.execute(select(col(VoiceRow.edition)).where(col(VoiceRow.name) == name)).scalar() != edition:
        session.execute(delete(SheetRow).where(col(SheetRow.voice) == name))
        session.execute(delete(BlockRow).where(col(BlockRow.voice) == name))
        session.execute(delete(VoiceRow).where(col(VoiceRow.name) == name))
        session.add(VoiceRow(name=name, edition=edition))
        session.flush()
    rows = [
        {"voice": name, "occurrence": block.key, "sequence": block.sequence, "day": block.day, "body": block.body}
        for block in blocks
    ]
    if not rows:
        return
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    statement = insert(BlockRow)
    changed = {column: statement.excluded[column] for column in ("sequence", "day", "body")}
    session.execute(statement.on_conflict_do_update(index_elements=["voice", "occurrence"], set_=changed), rows)


def name_of(voice: Voice) -> str:
    """What a voice is called in the store."""
    return f"{voice.lang}/{voice.eyes or ''}/{'steps' if voice.steps else ''}"


def _rows(session: Session, query: Select[*tuple[Any, ...]], shelf: Kept) -> Sequence[Any]:
    """What a query gives of occurrences, key and sequence first; behind it day and body, as far as a block is kept."""
    wanted, block = query.subquery(), BlockRow.__table__.c  # type: ignore[attr-defined]  # SQLModel hides it
    current = and_(
        block.occurrence == wanted.c.key,
        block.sequence == wanted.c.sequence,
        block.voice == (shelf.name if shelf.sound else ""),
    )
    joined = select(wanted, block.day, block.body).outerjoin_from(wanted, BlockRow.__table__, current)  # type: ignore[attr-defined]  # the same
    return session.connection().execute(joined).all()


def _blocks(session: Session, rows: Sequence[Any], render: Render) -> Found:
    """The blocks of rows; what is not kept of them is rendered."""
    blocks = tuple(_block(row[0], row[1], row[-2], row[-1]) for row in rows if row[-1] is not None)
    missing = [row[0] for row in rows if row[-1] is None]
    fresh = tuple(render(record) for record in found(session, missing).values()) if missing else ()
    return Found((*blocks, *fresh), fresh)


_block = maker(Block)
_KEY, _SEQUENCE = col(OccurrenceRow.key), col(OccurrenceRow.sequence)
_FIRST, _LAST = col(OccurrenceRow.first), col(OccurrenceRow.last)
_WAYS = (_LAST.asc(), _LAST.desc())


def _shown(query: Query, selection: Selection) -> Query:
    """A query over occurrences, narrowed to what calendars show of a selection.

    Kinds are looked at row by row: an index over them finds too many, and keeps the days from being read in order.
    """
    narrow = narrowed(query, replace(selection, kinds=())).where(col(OccurrenceRow.gone).is_(False), _LAST.is_not(None))
    return narrow.where((col(OccurrenceRow.kind) + "").in_([kind.value for kind in selection.kinds or Kind]))
