"""The mark of a store that was handed over to another database: from then on nothing enters it, and no mail goes.

Takes part in the caller's transaction.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, delete, func, select
from sqlalchemy.orm import Session
from sqlmodel import col

from calendars.catalogue import msg
from config.kept import keep, kept
from config.tables import KeptRow
from scheduler.errors import WordedError

HANDED_OVER = "handed-over"
"""Under this name stands the moment of it."""

MOVING_LOCK = 0x6C75616D
"""Advisory lock of PostgreSQL: who claims mails shares it, who hands the store over has it alone.

So no claim that did not see the mark is still under way once the mark is there.
"""


class HandedOverError(WordedError):
    """The store was handed over at this moment; what is written here would be lost."""

    def __init__(self, at: datetime) -> None:
        """Keep the moment."""
        message = msg("the store was handed over at {at}: nothing is written or sent here any more")
        fix = msg("work where it was restored; or take it back: luanphien backup --resume")
        super().__init__(message, fix, at=f"{at:%Y-%m-%d %H:%M} UTC")

    def __str__(self) -> str:
        """What happened alone: visitors are shown it too, and what to do is not for them."""
        return self.message.format_map(self.fields)


def handed_over(session: Session) -> datetime | None:
    """Since when the store is handed over; None: it is not."""
    value = kept(session, HANDED_OVER)
    return None if value is None else datetime.fromisoformat(value)


def refuse_handed_over(session: Session) -> None:
    """Raises HandedOverError when the store is handed over."""
    at = handed_over(session)
    if at is not None:
        raise HandedOverError(at)


def closed(session: Session) -> bool:
    """Whether no mail may be claimed any more. Until the transaction ends nobody can hand the store over."""
    if session.get_bind().dialect.name == "postgresql":  # SQLite has one writer anyhow
        session.execute(select(func.pg_advisory_xact_lock_shared(MOVING_LOCK)))
    return handed_over(session) is not None


def hand_over(session: Session, now: datetime) -> bool:
    """Put the mark there, once all claims under way are over; returns whether it was not there before."""
    _alone(session.connection())
    if handed_over(session) is not None:
        return False
    keep(session, HANDED_OVER, now.isoformat())
    return True


def take_back(session: Session) -> bool:
    """Take the mark away; returns whether it was there."""
    was = handed_over(session) is not None
    session.execute(delete(KeptRow).where(col(KeptRow.name) == HANDED_OVER))
    return was


def _alone(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(MOVING_LOCK)))
