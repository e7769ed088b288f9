"""An installation whose clock the test moves day by day: real store, real plans, ten people, mail into a Maildir."""

from __future__ import annotations

import mailbox
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from config.contactfile import load_contacts
from config.database import Database
from config.decide import decide
from config.files import directory_files, holiday_file, plan_files
from config.mailing import send_due
from config.settle import Given, sync
from notifications import answers, people
from notifications.contacts import Contact, address_id
from notifications.desk import Outcome
from notifications.due import State
from notifications.tables import DELIVERY, REMINDER
from notifications.tokens import Action
from scheduler import store
from scheduler.amendment import Decision, Verb
from tests.integration.desk import Still

CONTACTS = Path(__file__).parents[1] / "data" / "valid" / "contacts.yaml"
HANOI = ZoneInfo("Asia/Ho_Chi_Minh")


class At(Still):
    """A run on the morning of the day the test stands at."""

    def __init__(self, database: Database, now: datetime, mail: Path) -> None:
        super().__init__(database, now)
        settings = self.settings.model_copy(update={"mail_url": f"maildir:{mail}"})
        object.__setattr__(self, "settings", settings)

    def stand(self, day: date, hour: int = 8) -> None:
        self.__dict__["moment"] = datetime.combine(day, time(hour), HANOI).astimezone(UTC)


@dataclass(frozen=True)
class Told:
    """One slot of a mail that was sent, as the store has it."""

    mail: str
    batch: str
    address: str
    sent_on: date
    occurrence: str
    step: str
    counted_from: date
    recipient: str


@dataclass
class Town:
    """An office with everything: five plans, ten people who confirmed their addresses, and what is decided on a day."""

    job: At
    folder: Path
    decisions: dict[date, list[Decision]] = field(default_factory=dict)
    outcomes: list[Outcome] = field(default_factory=list)

    @classmethod
    def begun(cls, folder: Path, first: date) -> Town:
        """The store as it is on the day before the first."""
        database = Database(f"sqlite:///{folder / 'store.db'}")
        before = datetime.combine(first - timedelta(days=1), time(9), HANOI).astimezone(UTC)
        given = Given(plan_files(()).files, directory_files(None).files, holiday_file())
        settled = sync(database, given, before, first - timedelta(days=1))
        assert settled.problems == ()
        town = cls(At(database, before, folder / "mail"), folder)
        with database.write() as session:
            contacts, problems = load_contacts(str(CONTACTS), store.directory_of(session))
            assert problems == ()
            people.put(session, contacts, before)
            for contact in contacts:
                people.verified(session, address_id(contact.address), before)
        return town

    def live(self, first: date, last: date, every: Callable[[date], bool] = lambda _: True) -> None:
        """Live through the days; on those `every` admits, mail is looked for."""
        for number in range((last - first).days + 1):
            day = first + timedelta(days=number)
            self.job.stand(day)
            for decision in self.decisions.get(day, ()):
                decide(self.job, decision, "Lê Thị Lan Hương", "theo công văn", apply=True)
            if every(day):
                self.outcomes.append(send_due(self.job))

    def acknowledge(self, wanted: Callable[[Told], bool]) -> int:
        """Somebody answers what they were told."""
        with self.job.database.write() as session:
            given = 0
            for ident in [ident for ident, each in self._sent(session) if wanted(each)]:
                matter = answers.matter_of(session, ident)
                assert matter is not None
                given += answers.take(session, matter, Action.ACKNOWLEDGE, self.job.now()).fresh
        return given

    def told(self) -> list[Told]:
        """Everything that was told, by mail."""
        with self.job.database.read() as session:
            return [each for _, each in self._sent(session)]

    def slots(self) -> list[Mapping[str, Any]]:
        """Every slot there ever was."""
        with self.job.database.read() as session:
            return [dict(row) for row in session.execute(select(REMINDER)).mappings()]

    def contacts(self) -> dict[str, Contact]:
        """People by address."""
        with self.job.database.read() as session:
            return {contact.address: contact for contact in people.listed(session)}

    def mails(self) -> list[EmailMessage]:
        """The mails as the Maildir has them, in the order in which they were written."""
        folder = mailbox.Maildir(self.folder / "mail", create=True)
        raw = (folder.get_bytes(key) for key in folder.iterkeys())
        found = [message_from_bytes(each, policy=policy.default) for each in raw]
        return sorted(found, key=lambda mail: (mail["Date"].datetime, mail["Message-ID"]))

    def _sent(self, session: Any) -> list[tuple[str, Told]]:
        r, d = REMINDER.c, DELIVERY.c
        rows = session.execute(
            select(r.id, d.id, d.batch, d.address, d.sent_at, r.occurrence, r.step, r.counted_from, r.recipient)
            .join(DELIVERY, d.id == r.delivery_id)
            .where(d.state == "sent", r.state.in_((State.SENT, State.COALESCED)))
            .order_by(d.sent_at, d.id, r.id)
        )
        return [(row[0], Told(row[1], row[2], row[3], row[4].astimezone(HANOI).date(), *row[5:])) for row in rows]


def deciding(verb: Verb, *keys: str, **fields: Any) -> Decision:
    return Decision(verb=verb, keys=keys, **fields)
