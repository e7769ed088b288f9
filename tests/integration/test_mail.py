"""Mail from outbox to mailbox: real databases, a real SMTP server, servers that misbehave, a real Maildir."""

from __future__ import annotations

import mailbox as stdlib_mailbox
import socket
import ssl
import threading
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes
from email import policy as email_policy
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP as SmtpServer
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword
from aiosmtpd.smtp import Session as Peer
from sqlalchemy import select
from sqlalchemy.orm import Session

from config.database import Database
from notifications import lease
from notifications.compose import Letter, compose
from notifications.dispatch import Desk, Outcome, backoff, run_once
from notifications.due import Reason, State, due
from notifications.errors import LeaseLostError, TransportError
from notifications.outbox import Enqueued, enqueue
from notifications.smtp import MaildirTransport, MailUrlError, Relay, SmtpTransport, Transport, transport_for
from notifications.tables import DELIVERY, MAIL_AUDIT, REMINDER
from scheduler.occurrence import Record, Status
from scheduler.window import Window
from tests.unit.notifications.samples import (
    DIRECTORY,
    HANOI,
    LETTERHEAD,
    almanac,
    day_of_event,
    packaged_policy,
    record,
)

TODAY = date(2021, 9, 1)
MORNING = datetime(2021, 9, 1, 7, 30, tzinfo=HANOI).astimezone(UTC)
SENDER = "nhac-viec@luanphien.example"
FRONT = "mttq@quang-tri.example"
LONG_AGO = date(2000, 1, 1)


@dataclass
class Office:
    """An office at work: its rows, its clock, its database."""

    database: Database
    records: dict[str, Record] = field(default_factory=dict)
    now: datetime = MORNING
    letters: list[Letter] = field(default_factory=list)

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
            lookup=self.lookup,
            policy=packaged_policy(),
            composer=self.compose,
            transport=transport,
            sender=SENDER,
            worker="worker-1",
            clock=lambda: self.now,
            zone=HANOI,
            jitter=lambda: 0.0,
        )

    def lookup(self, session: Session, keys: Collection[str]) -> Mapping[str, Record]:
        return {key: self.records[key] for key in keys if key in self.records}

    def compose(self, letter: Letter) -> bytes:
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
        return self._rows(select(DELIVERY.c.message, DELIVERY.c.message_id))[0]

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


@pytest.fixture
def office(database: Database) -> Office:
    return Office(database)


class Relayed:
    """What a real SMTP server took."""

    def __init__(self) -> None:
        self.envelopes: list[Envelope] = []
        self.peers: set[tuple[str, int]] = set()

    async def handle_DATA(self, server: SmtpServer, session: Peer, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        self.envelopes.append(envelope)
        self.peers.add(session.peer)
        return "250 taken"


@pytest.fixture
def relay() -> Iterator[tuple[Relayed, SmtpTransport]]:
    taken = Relayed()
    controller = Controller(taken, hostname="127.0.0.1", port=0)
    controller.start()
    try:
        port = controller.server.sockets[0].getsockname()[1]
        yield taken, SmtpTransport(Relay("127.0.0.1", port), timeout=5, final_timeout=5)
    finally:
        controller.stop()


def test_a_reminder_reaches_a_real_server_once(office: Office, relay: tuple[Relayed, SmtpTransport]) -> None:
    taken, transport = relay
    office.put(
        record(), day_of_event(TODAY + timedelta(days=30), cycle="2021", coordinating=("so-ngoai-vu-quang-tri",))
    )
    assert office.look() == Enqueued(reminders=11, deliveries=2, ended=0)
    assert office.send(transport) == Outcome(sent=2, retried=0, dead=0, in_doubt=0, expired=0, lost=0)
    assert [(e.mail_from, e.rcpt_tos) for e in taken.envelopes] == [
        (SENDER, [FRONT]),
        (SENDER, ["songoaivu@quang-tri.example"]),
    ]
    assert len(taken.peers) == 1
    mail = message_from_bytes(bytes(taken.envelopes[0].content or b""), policy=email_policy.default)
    assert [part.get_content_type() for part in mail.walk() if not part.is_multipart()] == [
        "text/plain",
        "text/html",
        "text/calendar",
    ]
    assert mail["Subject"] == "Nhắc việc ngày 1/9/2021: 2 việc"
    assert office.look() == Enqueued(reminders=0, deliveries=0, ended=0)
    assert office.send(transport) == Outcome(sent=0, retried=0, dead=0, in_doubt=0, expired=0, lost=0)
    assert len(taken.envelopes) == 2
