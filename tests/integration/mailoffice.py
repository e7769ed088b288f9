"""An office whose mail is sent: its rows, clock and database, and a real SMTP server to send to."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes
from email import policy as email_policy
from email.message import EmailMessage
from functools import partial
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope
from aiosmtpd.smtp import Session as Peer
from sqlalchemy import select
from sqlalchemy.orm import Session

from config.database import Database
from notifications.breaker import Circuit
from notifications.claiming import Claim
from notifications.compose import compose
from notifications.desk import Desk, Outcome
from notifications.dispatch import run_once
from notifications.due import due
from notifications.letters import AnyLetter
from notifications.outbox import Enqueued, enqueue
from notifications.reading import Reading, Study, read, read_all
from notifications.relay import Relay
from notifications.smtp import SmtpTransport
from notifications.tables import DELIVERY, MAIL_AUDIT, MAIL_BYTES, REMINDER
from notifications.transport import Transport
from scheduler.occurrence import Record
from scheduler.plan import Directory
from tests.unit.notifications.samples import (
    DIRECTORY,
    HANOI,
    LETTERHEAD,
    LINKS,
    almanac,
    day_of_event,
)

FRONT, AFFAIRS = "mttq-quang-tri", "so-ngoai-vu-quang-tri"
FRONT_MAIL, AFFAIRS_MAIL = "mttq@quang-tri.example", "songoaivu@quang-tri.example"
TODAY = date(2021, 9, 1)
MORNING = datetime(2021, 9, 1, 7, 30, tzinfo=HANOI).astimezone(UTC)
SENDER = "nhac-viec@luanphien.example"
LONG_AGO = date(2000, 1, 1)


@dataclass
class Office:
    """An office at work: its rows, its clock, its database."""

    database: Database
    records: dict[str, Record] = field(default_factory=dict)
    now: datetime = MORNING
    letters: list[AnyLetter] = field(default_factory=list)
    buried: list[tuple[str, str]] = field(default_factory=list)
    circuit: Circuit = field(default_factory=Circuit)

    def put(self, *records: Record) -> None:
        self.records |= {record.occurrence.key: record for record in records}

    def look(self, day: date = TODAY) -> Enqueued:
        """Put what is due on `day` into the outbox."""
        with self.database.write() as session:
            return enqueue(session, due(self.records.values(), almanac(), day, LONG_AGO), day, self.now)

    def send(self, transport: Transport, **changes: Any) -> Outcome:
        return run_once(replace(self.desk(transport), **changes))

    def desk(self, transport: Transport) -> Desk:
        return Desk(
            write=self.database.write,
            read=self.read,
            read_all=self.read_all,
            composer=self.compose,
            transport=transport,
            return_path=lambda _delivery: SENDER,
            buried=lambda _session, mail, why: self.buried.append((mail.address, why)),
            worker="worker-1",
            clock=lambda: self.now,
            jitter=lambda: 0.0,
            pause=lambda _seconds: None,
            circuit=self.circuit,
        )

    def study(self, directory: Directory) -> Study:
        return Study(
            lookup=self.lookup,
            select=lambda _session, _selection: self.records.values(),
            almanac=almanac(directory),
            links=LINKS,
            zone=HANOI,
        )

    def read(self, session: Session, mail: Claim, now: datetime, directory: Directory = DIRECTORY) -> Reading:
        return read(session, mail, now, self.study(directory))

    def read_all(
        self, session: Session, mails: Sequence[Claim], now: datetime, directory: Directory = DIRECTORY
    ) -> Mapping[str, Reading]:
        return read_all(session, mails, now, self.study(directory))

    def lookup(self, _session: Session, keys: Collection[str]) -> Mapping[str, Record]:
        return {key: self.records[key] for key in keys if key in self.records}

    def compose(self, letter: AnyLetter) -> bytes:
        self.letters.append(letter)
        return compose(letter, LETTERHEAD, DIRECTORY)

    def mails(self) -> list[tuple[str, str, int]]:
        """Address, state and attempts of every mail."""
        return self._rows(
            select(DELIVERY.c.address, DELIVERY.c.state, DELIVERY.c.attempt).order_by(
                DELIVERY.c.day, DELIVERY.c.address
            )
        )

    def slots(self) -> dict[tuple[str, str, str], tuple[str, str | None]]:
        """State and reason of every slot, by occurrence, step and reader."""
        r = REMINDER.c
        rows = self._rows(select(r.occurrence, r.step, r.recipient, r.state, r.reason))
        return {(row[0], row[1], row[2]): (row[3], row[4]) for row in rows}

    def message(self) -> tuple[bytes, str]:
        bytes_of = MAIL_BYTES.c.delivery_id == DELIVERY.c.id
        return self._rows(select(MAIL_BYTES.c.message, DELIVERY.c.message_id).where(bytes_of))[0]

    def audit(self, subject: str) -> list[str]:
        return [
            row[0]
            for row in self._rows(
                select(MAIL_AUDIT.c.state).where(MAIL_AUDIT.c.subject == subject).order_by(MAIL_AUDIT.c.id)
            )
        ]

    def _rows(self, query: Any) -> list[Any]:
        with self.database.read() as session:
            return [tuple(row) for row in session.execute(query)]


def compose_for(directory: Directory) -> Callable[[AnyLetter], bytes]:
    return partial(compose, letterhead=LETTERHEAD, directory=directory)


class Post:
    """A real SMTP server: what it took, and whom it refuses."""

    def __init__(self) -> None:
        self.envelopes: list[Envelope] = []
        self.peers: set[tuple[str, int]] = set()
        self.refuses: dict[str, str] = {}
        self.port = 0

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, _session: Peer, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if address not in self.refuses:
            envelope.rcpt_tos.append(address)
        return self.refuses.get(address, "250 ok")

    async def handle_DATA(self, _server: SMTP, session: Peer, envelope: Envelope) -> str:  # noqa: N802 - its name
        self.envelopes.append(envelope)
        self.peers.add(session.peer)
        return "250 taken"

    def way(self, connections: int = 4) -> SmtpTransport:
        return SmtpTransport(Relay("127.0.0.1", self.port), connections=connections, timeout=5, final_timeout=5)

    def mails(self) -> list[EmailMessage]:
        return [parsed(bytes(envelope.content or b"")) for envelope in self.envelopes]


def parsed(raw: bytes) -> EmailMessage:
    mail = message_from_bytes(raw, policy=email_policy.default)
    assert isinstance(mail, EmailMessage)
    return mail


def text_of(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def counts(**counts: int) -> Outcome:
    """An outcome with no errors; what is not named is 0."""
    names = ("sent", "retried", "dead", "in_doubt", "expired", "quarantined", "lost")
    return Outcome(**dict.fromkeys(names, 0) | counts)


def event(days: int, cycle: str = "2021", **changes: Any) -> Record:
    return day_of_event(TODAY + timedelta(days=days), cycle=cycle, **changes)
