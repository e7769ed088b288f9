"""The append-only record of what became of every reminder and mail."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.orm import Session

from notifications import bulk
from notifications.straight import driver
from notifications.tables import MAIL_AUDIT

REMINDER = "reminder"
DELIVERY = "delivery"

MANY = 50
"""From so many rows on they are written in bulk."""

_COLUMNS = ("at", "subject", "subject_id", "state", "detail", "worker")
_NOTE = f"INSERT INTO mail_audit ({', '.join(_COLUMNS)}) VALUES (?, ?, ?, ?, ?, ?)"  # noqa: S608 - names


def write(
    session: Session,
    subject: str,
    changes: Iterable[tuple[str, str, str | None]],
    at: datetime,
    worker: str | None = None,
) -> None:
    """Record changes of state: id, new state, and why. In the transaction of the change itself."""
    write_all(session, ((subject, *change) for change in changes), at, worker)


def write_all(
    session: Session, changes: Iterable[tuple[str, str, str, str | None]], at: datetime, worker: str | None = None
) -> None:
    """The same for changes of several subjects, each with its own."""
    said = ((of, ident, str(state), None if detail is None else str(detail)) for of, ident, state, detail in changes)
    rows = [(at, *change, worker) for change in said]
    if len(rows) >= MANY:
        bulk.insert(session, MAIL_AUDIT, _COLUMNS, rows)
    elif rows:
        with driver(session) as speaks:
            moment = speaks.moment(at)
            speaks.run_each(_NOTE, [(moment, *row[1:]) for row in rows])
