"""What is noted of many reminders and mails at once is a line for each."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select

from config.database import Database
from notifications import audit
from notifications.tables import MAIL_AUDIT

NOW = datetime(2026, 9, 8, 0, 30, 1, 5, tzinfo=UTC)
COLUMNS = ("at", "subject", "subject_id", "state", "detail", "worker")
STATES = st.sampled_from(("sent", "pending", "transmitting"))
DETAILS = st.none() | st.sampled_from(("", "taken back", 'it\'s 550 "no", said the relay\n', "Hà Nội"))


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    changes=st.lists(
        st.tuples(st.sampled_from((audit.REMINDER, audit.DELIVERY)), st.uuids(), STATES, DETAILS),
        max_size=12,
        unique_by=lambda change: change[1],
    ),
    worker=st.none() | st.just("worker-1"),
)
def test_law_every_change_is_a_line(
    database: Database, changes: list[tuple[str, UUID, str, str | None]], worker: str | None
) -> None:
    given_ = [(subject, ident.hex, state, detail) for subject, ident, state, detail in changes]
    with database.write() as session:
        session.execute(delete(MAIL_AUDIT))
        audit.write_all(session, given_, NOW, worker)
        found = session.execute(select(*(MAIL_AUDIT.c[name] for name in COLUMNS)))
        lines = [tuple(row) for row in found]
    expected = [(NOW, subject, ident, state, detail, worker) for subject, ident, state, detail in given_]
    assert sorted(lines, key=lambda line: line[2]) == sorted(expected, key=lambda line: line[2])


def test_lines_of_one_kind_stand_in_the_order_they_were_given(database: Database) -> None:
    idents = [f"{number:032x}" for number in (3, 1, 2)]
    with database.write() as session:
        audit.write(session, audit.DELIVERY, [(ident, "sent", None) for ident in idents], NOW)
        noted = select(MAIL_AUDIT.c.subject_id).order_by(MAIL_AUDIT.c.id)
        assert list(session.execute(noted).scalars()) == idents
