"""The journal played again: what was settled comes out as it was, or a newer version reads the same texts anew."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import partial

from sqlmodel import Session

from config.database import Database
from config.excerpt import EXPANDED
from config.kept import keep
from config.projection import carried_out, note
from config.settle import SHOWN_AFTER_CANCELLING, Progress, is_refresh
from config.world import EXPANSION
from scheduler import history, index, store, writing


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What a rebuild found: how many occurrences, and the keys whose rows differ from those thrown away."""

    occurrences: int
    different: tuple[str, ...]


def rebuild(database: Database, progress: Progress | None = None) -> Rebuilt:
    """Throw the projection away and replay the journal, change by change, as it was made.

    Kept only when every row comes out as it was; `different` names the rows that do not, and then the old ones stay.
    """
    with database.write() as session:
        rebuilt = replayed(session, progress)
        if rebuilt.different:
            session.rollback()
        return rebuilt


def replayed(session: Session, progress: Progress | None = None) -> Rebuilt:
    """The same in the caller's transaction, who takes it back when a row is different."""
    writing.set_aside(session)
    writing.clear(session)
    index.clear(session)
    total = history.revision(session)
    for batch in history.batches(session):
        touch = note(session, batch.lines, batch.number, until=batch.number)
        shown = progress and partial(_part_of, batch.number, total, progress)
        for _ in carried_out(session, touch, batch.at, until=batch.number, progress=shown):
            pass
        if is_refresh(batch.lines):  # what is replayed comes out as it was, and so do the feeds
            writing.let_go(session, batch.at - SHOWN_AFTER_CANCELLING)
    if total:
        keep(session, EXPANDED, EXPANSION)
    different = writing.differing(session)
    return Rebuilt(store.count(session), different)


def read_anew(session: Session, now: datetime) -> int:
    """Bring rows that another version wrote, and that stand alone, to what this one reads into the texts.

    What they give readers anew rises in sequence; returns how many that are. Nobody is told.
    """
    writing.take_part_anew(session)
    touch = note(session, (), history.revision(session), anew=True)
    count = sum(len(changes) for changes in carried_out(session, touch, now))
    keep(session, EXPANDED, EXPANSION)
    return count


def _part_of(number: int, total: int, progress: Progress, done: int, whole: int) -> None:
    """How far the replay is, in hundredths of a change: the first may be a whole country."""
    progress((number - 1) * 100 + done * 100 // whole, total * 100)
