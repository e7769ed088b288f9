"""Rows given to the driver at once are those that SQLAlchemy reads back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select

from config.database import Database
from notifications import bulk
from notifications.tables import MAIL_AUDIT

WORDS = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=16) | st.sampled_from(
    ["\\N", "\\", "\t", "a\nb", "\r\n", "\\.", "\\t", '"', "'", ""]
)
COLUMNS = ("at", "subject", "subject_id", "state", "detail", "worker")
NOW = datetime(2026, 9, 8, 0, 30, 1, 5, tzinfo=UTC)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.tuples(WORDS, WORDS, WORDS, st.none() | WORDS, st.none() | WORDS), max_size=8))
def test_law_rows_come_back_as_they_were_given(database: Database, rows: list[tuple[str | None, ...]]) -> None:
    full = [(NOW + timedelta(days=number), *row) for number, row in enumerate(rows)]
    with database.write() as session:
        session.execute(delete(MAIL_AUDIT))
        bulk.insert(session, MAIL_AUDIT, COLUMNS, full)
        found = session.execute(select(*(MAIL_AUDIT.c[name] for name in COLUMNS)).order_by(MAIL_AUDIT.c.id))
        assert [tuple(row) for row in found] == full


def test_known_is_what_is_there(database: Database) -> None:
    with database.write() as session:
        assert bulk.known(session, MAIL_AUDIT, ()) == frozenset()
