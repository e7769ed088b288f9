"""All that is stored of occurrences, and how a store differs from what the code means; for tests of whole stores."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, select
from sqlalchemy.orm import Session
from sqlmodel import SQLModel, col

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


def differences(connection: Connection) -> list[Any]:
    """What Alembic would still change, so that the tables are those that the code means for this database."""

    def meant(item: Any, *_: object) -> bool:
        only = getattr(item, "_ddl_if", None)  # SQLAlchemy itself asks it only when it makes the table
        return only is None or only.dialect == connection.dialect.name

    options = {"compare_type": True, "compare_server_default": True, "include_object": meant}
    return list(compare_metadata(MigrationContext.configure(connection, opts=options), SQLModel.metadata))
