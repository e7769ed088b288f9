"""Rendered events kept in the database: an event is written once for each voice, until its occurrence changes."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import and_, delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col

from calendars.eyes import Voice
from calendars.feed import Block
from calendars.tables import BlockRow, VoiceRow
from scheduler.occurrence import Selection
from scheduler.store import narrowed
from scheduler.tables import OccurrenceRow


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept of a selection, in no order, and the keys of what must be rendered first."""

    blocks: tuple[Block, ...]
    missing: tuple[str, ...]


def edition_of(*parts: str) -> str:
    """One short text for everything rendered events rest on beside their occurrence."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def kept(session: Session, selection: Selection, voice: Voice, edition: str) -> Kept:
    """The blocks of what a selection admits, without what was cancelled too long ago to be shown.

    A block of another edition, or of an occurrence as it was before a change, counts as missing.
    """
    name = _name(voice)
    sound = session.execute(select(col(VoiceRow.edition)).where(col(VoiceRow.name) == name)).scalar() == edition
    current = and_(
        col(BlockRow.occurrence) == col(OccurrenceRow.key),
        col(BlockRow.sequence) == col(OccurrenceRow.sequence),
        col(BlockRow.voice) == (name if sound else ""),
    )
    query = select(col(OccurrenceRow.key), col(BlockRow.sequence), col(BlockRow.day), col(BlockRow.body))
    query = narrowed(query.outerjoin(BlockRow, current).where(col(OccurrenceRow.gone).is_(False)), selection)
    blocks, missing = [], []
    for key, sequence, day, body in session.execute(query):
        if body is None:
            missing.append(key)
        else:
            blocks.append(Block(key, sequence, day, bytes(body)))
    return Kept(tuple(blocks), tuple(sorted(missing)))


def keep(session: Session, blocks: Iterable[Block], voice: Voice, edition: str) -> None:
    """Write blocks; those of another edition are thrown away first. Of two writers either may win."""
    name = _name(voice)
    if session.execute(select(col(VoiceRow.edition)).where(col(VoiceRow.name) == name)).scalar() != edition:
        session.execute(delete(VoiceRow).where(col(VoiceRow.name) == name))
        session.execute(delete(BlockRow).where(col(BlockRow.voice) == name))
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


def _name(voice: Voice) -> str:
    return f"{voice.lang}/{voice.eyes or ''}/{'steps' if voice.steps else ''}"
