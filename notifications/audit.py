"""The append-only record of what became of every reminder and mail."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import insert
from sqlalchemy.orm import Session

from notifications.tables import MAIL_AUDIT

REMINDER = "reminder"
DELIVERY = "delivery"


def write(
    session: Session,
    subject: str,
    changes: Iterable[tuple[str, str, str | None]],
    at: datetime,
    worker: str | None = None,
) -> None:
    """Record changes of state: id, new state, and why. In the transaction of the change itself."""
    rows = [
        {"at": at, "subject": subject, "subject_id": ident, "state": state, "detail": detail, "worker": worker}
        for ident, state, detail in changes
    ]
    if rows:
        session.execute(insert(MAIL_AUDIT), rows)
