"""The append-only record of what became of every reminder and mail."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.orm import Session

from notifications.straight import driver

REMINDER = "reminder"
DELIVERY = "delivery"

_NOTE = """
INSERT INTO mail_audit (at, subject, subject_id, state, detail, worker)
SELECT :at, :subject, value, :state, :detail, :worker FROM EACH :idents
"""


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
    """The same for changes of several subjects, each with its own; no subject changes twice in one call.

    What changes alike is written in one statement, since the database makes lines faster than it is told them.
    """
    alike: dict[tuple[str, str, str | None], list[str]] = {}
    for subject, ident, state, detail in changes:
        alike.setdefault((subject, str(state), None if detail is None else str(detail)), []).append(ident)
    if not alike:
        return
    with driver(session) as speaks:
        said = {"at": speaks.moment(at), "worker": worker}
        for (subject, state, detail), idents in alike.items():
            values = {"subject": subject, "state": state, "detail": detail, "idents": idents}
            speaks.run(_NOTE, said | values)
