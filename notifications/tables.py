"""Tables of mail: reminders (slots and how they ended), deliveries (mails), an append-only audit of both, who is
written to, what they answered, and which workers are alive.

Rows are written by `outbox`, `lease`, `people`, `answers` and `heartbeat` alone; nothing here validates.
Times are aware UTC; days are local days of the office.
"""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import (
    BigInteger,
    ForeignKeyConstraint,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Table,
    UniqueConstraint,
    text,
)
from sqlmodel import Field, SQLModel

from scheduler.tables import code

DAILY = "daily"
"""Batch of the scheduled mail: one for an address and day. Other batches go at once and beside it."""


WAITING = "state IN ('pending', 'retry', 'in_doubt')"
"""Mails that are to go, and that nobody has in hand; said as in the index of these, which is found by that."""

HELD = "state IN ('claimed', 'transmitting')"
"""Mails in a worker's hands; likewise."""


def some_of(name: str, *columns: str, where: str) -> Index:
    """An index of some rows only."""
    return Index(name, *columns, sqlite_where=text(where), postgresql_where=text(where))


class DeliveryState(StrEnum):
    """Where a mail stands. Ends: sent, dead (given up), expired (nothing left to say), quarantined and held until a
    person says otherwise.
    """

    PENDING = "pending"
    CLAIMED = "claimed"  # a worker holds it
    TRANSMITTING = "transmitting"  # its final dot is about to be written, or has been
    SENT = "sent"
    RETRY = "retry"  # not accepted; tried again at `next_try_at`
    DEAD = "dead"
    IN_DOUBT = "in_doubt"  # perhaps accepted; sent again at `next_try_at` with the same bytes
    EXPIRED = "expired"
    QUARANTINED = "quarantined"  # poison: it cannot be written, or took three workers down; a person must look
    HELD = "held"  # a person stopped it, or a restore did


class DeliveryRow(SQLModel, table=True):
    """One mail to one address on one day. `batch` sets apart mails that need not share that day's one; the id follows
    from these three (`outbox.delivery_id`).

    `message_id`: it has its bytes (`MailBytesRow`). `doubted`: it was in doubt at some time, so its bytes never change
    again. `crashes` counts workers lost while they held it. After `deadline` it is not tried again; None: it is
    worth trying whenever it can be.
    """

    __tablename__ = "delivery"
    __table_args__ = (
        PrimaryKeyConstraint("id", name="pk_delivery"),
        # the id says it already; PostgreSQL would write it anew at every change of state
        UniqueConstraint("address", "day", "batch", name="uq_delivery_address_day_batch").ddl_if(dialect="sqlite"),
        some_of("ix_delivery_waiting", "next_try_at", "id", where=WAITING),
        some_of("ix_delivery_held", "owner", where=HELD),
        some_of("ix_delivery_sent", "sent_at", where="state = 'sent'"),
    )

    id: str = Field(primary_key=True, sa_type=code(32))
    address: str = Field(max_length=320)
    lang: str = Field(max_length=8)
    day: date
    batch: str = Field(max_length=64)
    state: str = Field(max_length=16)
    owner: str | None = Field(default=None, max_length=64)
    lease_until: datetime | None = None
    attempt: int = 0
    crashes: int = 0
    doubted: bool = False
    next_try_at: datetime
    message_id: str | None = Field(default=None, max_length=255)
    last_error: str | None = None
    deadline: datetime | None = None
    created_at: datetime
    sent_at: datetime | None = None


class MailBytesRow(SQLModel, table=True):
    """The exact bytes of a mail, which count as long as it has a Message-ID; in a table of their own, since a mail
    changes its state several times and its bytes once.
    """

    __tablename__ = "mail_bytes"
    __table_args__ = (
        PrimaryKeyConstraint("delivery_id", name="pk_mail_bytes"),
        ForeignKeyConstraint(["delivery_id"], ["delivery.id"], name="fk_mail_bytes_delivery_id"),
    )

    delivery_id: str = Field(sa_type=code(32))
    message: bytes


class ReminderRow(SQLModel, table=True):
    """One slot (`due.Slot`) and how it ended. `merged_into` is the slot that spoke for it when it was coalesced.

    `recipient` is an organisation or a person (`contacts.PERSON`), `organisation` whose duty it is. `detail` is JSON
    that only the mail needs, such as what was before a change.
    """

    __tablename__ = "reminder"
    __table_args__ = (
        PrimaryKeyConstraint("id", name="pk_reminder"),
        UniqueConstraint(
            "occurrence", "step", "counted_from", "repeat", "recipient", "channel", name="uq_reminder_slot"
        ),
        ForeignKeyConstraint(["delivery_id"], ["delivery.id"], name="fk_reminder_delivery_id"),
        Index("ix_reminder_delivery_id", "delivery_id"),
        Index("ix_reminder_state", "state"),
        some_of("ix_reminder_homeless", "occurrence", where="state = 'pending' AND delivery_id IS NULL"),
        some_of("ix_reminder_invited", "occurrence", where="channel = 'imip'"),
        some_of("ix_reminder_rising", "counted_from", where="role = 'lead'"),
    )

    id: str = Field(primary_key=True, sa_type=code(32))
    occurrence: str = Field(sa_type=code(255))
    step: str = Field(sa_type=code(128))
    counted_from: date
    repeat: int = 0
    recipient: str = Field(sa_type=code(255))
    organisation: str = Field(sa_type=code(255))
    channel: str = Field(max_length=16)
    address: str = Field(max_length=320)
    role: str = Field(max_length=16)
    send_on: date
    state: str = Field(max_length=16)
    reason: str | None = Field(default=None, max_length=32)
    merged_into: str | None = Field(default=None, max_length=32)
    delivery_id: str | None = Field(default=None, sa_type=code(32))
    detail: str | None = None


class MailAuditRow(SQLModel, table=True):
    """One change of state of a reminder or a delivery; never updated, never deleted."""

    __tablename__ = "mail_audit"
    __table_args__ = (
        PrimaryKeyConstraint("id", name="pk_mail_audit"),
        Index("ix_mail_audit_subject_id", "subject_id"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=BigInteger().with_variant(Integer(), "sqlite"))
    at: datetime
    subject: str = Field(max_length=16)
    subject_id: str = Field(sa_type=code(32))
    state: str = Field(max_length=16)
    detail: str | None = None
    worker: str | None = Field(default=None, max_length=64)


class ContactRow(SQLModel, table=True):
    """One person (`contacts.Contact`); `quiet` is JSON."""

    __tablename__ = "contact"

    id: str = Field(primary_key=True, sa_type=code(64))
    name: str = Field(max_length=200)
    organisation: str = Field(sa_type=code(255))
    rank: str = Field(max_length=32)
    address: str = Field(max_length=320)
    lang: str = Field(max_length=8)
    mails: str = Field(max_length=16)
    calendar: str = Field(max_length=16)
    quiet: str
    created_at: datetime


class MailboxRow(SQLModel, table=True):
    """What is known of one address, a person's or an organisation's; `id` follows from it (`contacts.address_id`).

    `hard_bounces` counts mails that came back for good since the last one that may have arrived.
    """

    __tablename__ = "mailbox"

    id: str = Field(primary_key=True, max_length=32)
    address: str = Field(unique=True, max_length=320)
    verified_at: datetime | None = None
    asked_at: datetime | None = None
    unsubscribed_at: datetime | None = None
    hard_bounces: int = 0
    suspended_at: datetime | None = None
    last_bounce: str | None = None


class AnswerRow(SQLModel, table=True):
    """What a reader answered to one reminder; the first answer of a kind stands (`answers`)."""

    __tablename__ = "answer"
    __table_args__ = (
        PrimaryKeyConstraint("reminder", "action", name="pk_answer"),
        Index("ix_answer_occurrence", "occurrence"),
    )

    reminder: str = Field(max_length=32)
    action: str = Field(max_length=16)
    occurrence: str = Field(sa_type=code(255))
    step: str = Field(sa_type=code(128))
    counted_from: date
    organisation: str = Field(sa_type=code(255))
    recipient: str = Field(sa_type=code(255))
    at: datetime
    words: str | None = None


class BounceRow(SQLModel, table=True):
    """One report that a mail came back; the same report read twice is one row. `status` is RFC 3463's."""

    __tablename__ = "bounce"

    id: str = Field(primary_key=True, max_length=32)
    delivery: str = Field(max_length=32)
    address: str = Field(max_length=320)
    action: str = Field(max_length=16)
    status: str = Field(max_length=16)
    said: str
    at: datetime


class WorkerRow(SQLModel, table=True):
    """One process that sends mail: when it last showed it was alive, by the database's clock where it has one."""

    __tablename__ = "worker"

    name: str = Field(primary_key=True, max_length=64)
    started_at: datetime
    beat_at: datetime
    doing: str = Field(max_length=64)


DELIVERY: Table = SQLModel.metadata.tables["delivery"]
MAIL_BYTES: Table = SQLModel.metadata.tables["mail_bytes"]
REMINDER: Table = SQLModel.metadata.tables["reminder"]
MAIL_AUDIT: Table = SQLModel.metadata.tables["mail_audit"]
CONTACT: Table = SQLModel.metadata.tables["contact"]
MAILBOX: Table = SQLModel.metadata.tables["mailbox"]
ANSWER: Table = SQLModel.metadata.tables["answer"]
BOUNCE: Table = SQLModel.metadata.tables["bounce"]
WORKER: Table = SQLModel.metadata.tables["worker"]
