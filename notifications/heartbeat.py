"""How a worker shows that it is alive."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from notifications.tables import WORKER

IDLE = "waiting"
"""What a worker does between mails; else it is the id of a mail in its hands."""

FORGOTTEN = timedelta(days=1)
"""A worker that has not been heard of for so long is struck from the list."""

SLOWEST = timedelta(minutes=1)
"""Between two beats, while relays take their time."""

_W = WORKER.c


def beat(session: Session, worker: str, now: datetime, doing: str = IDLE) -> bool:
    """Show that a worker is alive, and what it does; returns whether it was unknown before."""
    mine = update(WORKER).where(_W.name == worker).values(beat_at=now, doing=doing)
    if session.execute(mine.returning(_W.name)).first() is not None:
        return False
    session.execute(delete(WORKER).where(_W.beat_at < now - FORGOTTEN))
    session.execute(insert(WORKER).values(name=worker, started_at=now, beat_at=now, doing=doing))
    return True


def leave(session: Session, worker: str) -> None:
    """A worker goes in good order, and holds nothing."""
    session.execute(delete(WORKER).where(_W.name == worker))


def last_beat(session: Session, worker: str) -> datetime | None:
    """When a worker last showed that it is alive; None: it is unknown."""
    return session.execute(select(_W.beat_at).where(_W.name == worker)).scalar_one_or_none()


def since(session: Session, moment: datetime) -> tuple[str, ...]:
    """The workers that have shown themselves since then, by name."""
    return tuple(session.execute(select(_W.name).where(_W.beat_at > moment).order_by(_W.name)).scalars())
