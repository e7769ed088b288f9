"""All that is stored of occurrences, for tests that compare whole stores."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlmodel import col

from scheduler.tables import OccurrenceRow


def fingerprints(session: Session) -> dict[str, tuple[str, int, datetime]]:
    """Everything stored of every occurrence, by key: content, sequence and time of the last change.

    After the content of one that calendars show no more stands a mark.
    """
    columns = select(
        col(OccurrenceRow.key), col(OccurrenceRow.content), col(OccurrenceRow.sequence), col(OccurrenceRow.changed_at),
        col(OccurrenceRow.gone),
    )  # fmt: skip
    rows = session.execute(columns)
    return {key: (content + "gone" * gone, sequence, at) for key, content, sequence, at, gone in rows}
