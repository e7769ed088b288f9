"""Sessions: who is signed in with which browser, and for how long. Takes part in the caller's transaction."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, or_, select, update
from sqlmodel import Session, col

from config.officerbook import officer_from
from config.officers import Officer
from config.tables import OfficerRow, SessionRow

NOTE_EVERY = timedelta(minutes=1)
"""The last use of a session is written down at most so often."""


@dataclass(frozen=True, slots=True)
class Lasting:
    """How long a session lasts: `idle` without use, and `whole` at the most."""

    idle: timedelta
    whole: timedelta

    def alive(self, begun: datetime, used: datetime, now: datetime) -> bool:
        """Whether a session still counts. A clock that was put back does not end it."""
        return now - used < self.idle and now - begun < self.whole


@dataclass(frozen=True, slots=True)
class Found:
    """Whose session it is. `stale`: its last use is to be written down."""

    officer: Officer
    stale: bool


def new_token() -> str:
    """The secret of a session: 256 random bits."""
    return secrets.token_urlsafe(32)


def begin(session: Session, officer: str, token: str, now: datetime, lasting: Lasting) -> None:
    """Begin a session; what is over, of anybody, is forgotten."""
    over = or_(col(SessionRow.begun_at) <= now - lasting.whole, col(SessionRow.used_at) <= now - lasting.idle)
    session.execute(delete(SessionRow).where(over))
    session.add(SessionRow(digest=_digest(token), officer=officer, begun_at=now, used_at=now))
    session.flush()


def found(session: Session, token: str, now: datetime, lasting: Lasting) -> Found | None:
    """Whose token it is; None when the session is over, or its officer may not sign in any more."""
    query = (
        select(SessionRow, OfficerRow)
        .join(OfficerRow, col(OfficerRow.id) == col(SessionRow.officer))
        .where(col(SessionRow.digest) == _digest(token), col(OfficerRow.closed_at).is_(None))
    )
    row = session.execute(query).first()
    if row is None or not lasting.alive(row[0].begun_at, row[0].used_at, now):
        return None
    return Found(officer_from(row[1]), stale=now - row[0].used_at >= NOTE_EVERY)


def note(session: Session, token: str, now: datetime) -> None:
    """Write down that a session was used."""
    mine = col(SessionRow.digest) == _digest(token)
    session.execute(update(SessionRow).where(mine, col(SessionRow.used_at) < now).values(used_at=now))


def end(session: Session, token: str) -> None:
    """End one session; of one that is over nothing."""
    session.execute(delete(SessionRow).where(col(SessionRow.digest) == _digest(token)))


def end_all(session: Session, officer: str) -> int:
    """End every session of an officer; returns how many there were."""
    return len(
        session.execute(
            delete(SessionRow).where(col(SessionRow.officer) == officer).returning(col(SessionRow.digest))
        ).all()
    )


def count(session: Session, officer: str, now: datetime, lasting: Lasting) -> int:
    """How many sessions of an officer there are."""
    alive = (col(SessionRow.begun_at) > now - lasting.whole, col(SessionRow.used_at) > now - lasting.idle)
    query = select(func.count()).select_from(SessionRow).where(col(SessionRow.officer) == officer, *alive)
    found: int = session.execute(query).scalar_one()
    return found


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()
