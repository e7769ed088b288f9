"""What the installation keeps for itself: small values, who may sign in, and plans that somebody proposes.

Rows are written by `kept`, `officerbook`, `bindings`, `sessions`, `throttle` and `proposals` alone; values are checked
before they get here.
"""

from datetime import datetime

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Text,
    UniqueConstraint,
)
from sqlmodel import Field, SQLModel

from scheduler.tables import code

_OFFICER = code(64)


class KeptRow(SQLModel, table=True):
    """One value by name; the key of the Message-IDs is one."""

    __tablename__ = "kept"

    name: str = Field(primary_key=True)
    value: str


class OfficerRow(SQLModel, table=True):
    """Who may sign in (`officers.Officer`). `login` is the address as addresses are compared.

    `organisations`: ids joined by blanks. `password` is argon2id's own form; None: none was set yet.
    """

    __tablename__ = "officer"

    id: str = Field(primary_key=True, sa_type=_OFFICER)
    name: str = Field(max_length=200)
    address: str = Field(max_length=320)
    login: str = Field(unique=True, max_length=320)
    role: str = Field(max_length=16)
    organisations: str
    lang: str = Field(max_length=8)
    password: str | None = None
    created_at: datetime
    closed_at: datetime | None = None


class OfficerAuditRow(SQLModel, table=True):
    """What was done about an officer, when and by whom; append-only. `detail` is JSON."""

    __tablename__ = "officer_audit"
    __table_args__ = (
        PrimaryKeyConstraint("id", name="pk_officer_audit"),
        Index("ix_officer_audit_officer", "officer"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=BigInteger().with_variant(Integer(), "sqlite"))
    at: datetime
    officer: str = Field(sa_type=_OFFICER)
    who: str = Field(max_length=200)
    action: str = Field(max_length=16)
    detail: str


class SessionRow(SQLModel, table=True):
    """One officer signed in with one browser; of its token only the SHA-256 is kept."""

    __tablename__ = "officer_session"
    __table_args__ = (
        PrimaryKeyConstraint("digest", name="pk_officer_session"),
        ForeignKeyConstraint(["officer"], ["officer.id"], name="fk_officer_session_officer", ondelete="CASCADE"),
        Index("ix_officer_session_officer", "officer"),
    )

    digest: str = Field(max_length=64)
    officer: str = Field(sa_type=_OFFICER)
    begun_at: datetime
    used_at: datetime


class PasswordLinkRow(SQLModel, table=True):
    """A link by which an officer sets a password, until it is used, replaced or its hour is over: one each at most."""

    __tablename__ = "password_link"
    __table_args__ = (
        PrimaryKeyConstraint("officer", name="pk_password_link"),
        ForeignKeyConstraint(["officer"], ["officer.id"], name="fk_password_link_officer", ondelete="CASCADE"),
    )

    officer: str = Field(sa_type=_OFFICER)
    ident: str = Field(unique=True, max_length=32)
    until: datetime


class BindingRow(SQLModel, table=True):
    """An account elsewhere that opens what an officer may do (`bindings`): one each at most of an issuer."""

    __tablename__ = "officer_binding"
    __table_args__ = (
        PrimaryKeyConstraint("issuer", "subject", name="pk_officer_binding"),
        ForeignKeyConstraint(["officer"], ["officer.id"], name="fk_officer_binding_officer", ondelete="CASCADE"),
        UniqueConstraint("officer", "issuer", name="uq_officer_binding_officer"),
    )

    issuer: str = Field(sa_type=code(500))
    subject: str = Field(sa_type=code(255))
    officer: str = Field(sa_type=_OFFICER)
    bound_at: datetime


class TryRow(SQLModel, table=True):
    """How far ahead the tries of one slot are booked (`throttle`); there are no more rows than slots."""

    __tablename__ = "sign_in_try"

    slot: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    booked: datetime


class ProposalRow(SQLModel, table=True):
    """A plan's text given on a page, by whom, and what became of it (`proposals`).

    `text` is empty once the journal holds it, as its change `batch`, or it was withdrawn; `base` is the digest of the
    text that was in force when it was checked, empty: none.
    """

    __tablename__ = "proposal"
    __table_args__ = (
        PrimaryKeyConstraint("id", name="pk_proposal"),
        Index("ix_proposal_plan", "plan", "id"),
        Index("ix_proposal_state", "state", "id"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=BigInteger().with_variant(Integer(), "sqlite"))
    plan: str = Field(sa_type=code(80))
    text: str = Field(sa_column=Column(Text, nullable=False))
    digest: str = Field(max_length=64)
    base: str = Field(max_length=64)
    by: str = Field(max_length=64)
    at: datetime
    state: str = Field(max_length=16)
    by2: str | None = Field(default=None, max_length=64)
    at2: datetime | None = None
    reason: str = Field(max_length=300)
    batch: int | None = None
