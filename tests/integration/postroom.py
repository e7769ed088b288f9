"""An outbox for tests: mails put in, taken by a worker and ended, with the functions that do so in service."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import select

from config.database import Database
from notifications import claiming, handover, lease
from notifications.claiming import Claim
from notifications.due import Reminder, Slot
from notifications.outbox import delivery_id, enqueue_now
from notifications.policy import Role
from notifications.tables import MAIL_AUDIT, REMINDER

DAY = date(2021, 9, 1)
NOW = datetime(2021, 9, 1, 0, 30, tzinfo=UTC)
LEASE = timedelta(minutes=20)
FRONT = "mttq-quang-tri"
MAIL = "mttq@quang-tri.example"


@dataclass
class Postroom:
    """Puts one mail an occurrence into the outbox; the clock stands where the test puts it."""

    database: Database
    now: datetime = NOW

    def put(self, occurrence: str, address: str = MAIL, step: str = "prepare-30", office: str = FRONT) -> str:
        """A mail that tells an office one thing; its id."""
        slot = Slot(occurrence, step, DAY, 0, office)
        reminder = Reminder(slot=slot, organisation=office, address=address, lang="vi", role=Role.LEAD, send_on=DAY)
        with self.database.write() as session:
            enqueue_now(session, [reminder], f"at-{occurrence}", DAY, self.now)
        return delivery_id(address, DAY, f"at-{occurrence}")

    def claim(self, worker: str = "worker-1") -> Claim:
        """The next mail in a worker's hands."""
        with self.database.write() as session:
            [mail] = claiming.claim(session, worker, self.now, 1, self.now + LEASE)
        return mail

    def written(self) -> Claim:
        """The next mail in a worker's hands, its bytes stored and its final dot about to be written."""
        mail = self.claim()
        with self.database.write() as session:
            written = (mail, b"Subject: x\r\n\r\nx\r\n", f"<{mail.id}@x.example>")
            assert handover.store_messages(session, mail.worker, [written], self.now + LEASE)
            assert handover.mark_transmitting(session, mail.worker, [mail.id], self.now, self.now + LEASE)
        return mail

    def sent(self) -> None:
        """The next mail is taken by the relay."""
        mail = self.written()
        with self.database.write() as session:
            told = lease.contents(session, mail.id)
            assert handover.complete(session, mail.worker, [(mail, told)], self.now)

    def dead(self, error: str = "RCPT was refused: 550 no such user") -> None:
        """The next mail is refused for good."""
        mail = self.written()
        with self.database.write() as session:
            assert handover.give_up(session, mail, self.now, error)

    def doubted(self) -> None:
        """The relay does not say whether it took the next mail."""
        mail = self.written()
        with self.database.write() as session:
            error = "relay.example:25 did not answer the final dot: timed out"
            assert handover.doubt(session, mail, self.now, self.now + timedelta(minutes=5), error)

    def slots(self) -> dict[str, tuple[str, str | None]]:
        """State and reason of every slot, by occurrence."""
        r = REMINDER.c
        with self.database.read() as session:
            return {row[0]: (row[1], row[2]) for row in session.execute(select(r.occurrence, r.state, r.reason))}

    def audit(self, subject: str, ident: str) -> list[tuple[Any, ...]]:
        """State, detail and who of every change of one thing, oldest first."""
        a = MAIL_AUDIT.c
        mine = select(a.state, a.detail, a.worker).where(a.subject == subject, a.subject_id == ident)
        with self.database.read() as session:
            return [tuple(row) for row in session.execute(mine.order_by(a.id))]
