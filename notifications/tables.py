"""Tables of mail: reminders (slots and how they ended), deliveries (mails), and an append-only audit of both.

Rows are written by `outbox` and `lease` alone; nothing here validates (SQLModel table models do not).
Times are aware UTC; days are local days of the office.
"""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import BigInteger, ForeignKeyConstraint, Index, Integer, PrimaryKeyConstraint, Table, UniqueConstraint
from sqlmodel import Field, SQLModel

from scheduler.tables import code

DAILY = "daily"
"""Batch of the scheduled mail: one for an address and day."""


class DeliveryState(StrEnum):
    """Where a mail stands. Ends: sent, dead (given up), expired (nothing left to say)."""

    PENDING = "pending"
    CLAIMED = "claimed"  # a worker holds it
    TRANSMITTING = "transmitting"  # its final dot is about to be written, or has been
    SENT = "sent"
    RETRY = "retry"  # not accepted; tried again at `next_try_at`
    DEAD = "dead"
    IN_DOUBT = "in_doubt"  # perhaps accepted; sent again at `next_try_at` with the same bytes
    EXPIRED = "expired"


class DeliveryRow(SQLModel, table=True):
    """One mail to one address on one day. `batch` sets apart mails that need not share that day's one.

    `doubted`: it was in doubt at some time, so its bytes never change again. `crashes` counts workers lost while
    they held it.
    """

    __tablename__ = "delivery"
    __table_args__ = (
        PrimaryKeyConstraint("id", name="pk_delivery"),
        UniqueConstraint("address", "day", "batch", name="uq_delivery_address_day_batch"),
        Index("ix_delivery_state_next_try_at", "state", "next_try_at"),
    )

    id: str = Field(primary_key=True, max_length=32)
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
    message: bytes | None = None
    message_id: str | None = Field(default=None, max_length=255)
    last_error: str | None = None
    created_at: datetime
    sent_at: datetime | None = None


class ReminderRow(SQLModel, table=True):
    """One slot (`due.Slot`) and how it ended. `merged_into` is the slot that spoke for it when it was coalesced."""

    __tablename__ = "reminder"
    __table_args__ = (
        PrimaryKeyConstraint("id", name="pk_reminder"),
        UniqueConstraint(
            "occurrence", "step", "counted_from", "repeat", "recipient", "channel", name="uq_reminder_slot"
        ),
        ForeignKeyConstraint(["delivery_id"], ["delivery.id"], name="fk_reminder_delivery_id"),
        Index("ix_reminder_delivery_id", "delivery_id"),
        Index("ix_reminder_state", "state"),
    )

    id: str = Field(primary_key=True, max_length=32)
    occurrence: str = Field(sa_type=code(255))
    step: str = Field(sa_type=code(64))
    counted_from: date
    repeat: int = 0
    recipient: str = Field(sa_type=code(255))
    channel: str = Field(max_length=16)
    address: str = Field(max_length=320)
    role: str = Field(max_length=16)
    send_on: date
    state: str = Field(max_length=16)
    reason: str | None = Field(default=None, max_length=32)
    merged_into: str | None = Field(default=None, max_length=32)
    delivery_id: str | None = Field(default=None, max_length=32)


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
    subject_id: str = Field(max_length=32)
    state: str = Field(max_length=16)
    detail: str | None = None
    worker: str | None = Field(default=None, max_length=64)


DELIVERY: Table = DeliveryRow.__table__  # type: ignore[attr-defined]
REMINDER: Table = ReminderRow.__table__  # type: ignore[attr-defined]
MAIL_AUDIT: Table = MailAuditRow.__table__  # type: ignore[attr-defined]
