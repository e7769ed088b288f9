"""The scheduler's tables. Rows are written by `store` and `history` only; values are checked before they get here."""

from datetime import date, datetime

from sqlalchemy import Column, ForeignKeyConstraint, Index, PrimaryKeyConstraint, String, Text, false, text
from sqlmodel import Field, SQLModel


def code(length: int | None = None) -> String:
    """Text in the order of its code points on every database, whatever language a server was set up in."""
    return String(length).with_variant(String(length, collation="C"), "postgresql")


CODE = code()


class JournalRow(SQLModel, table=True):
    """One line of what people gave the product, append-only; everything else here is a projection of these lines.

    Lines of one change share `batch`. `kind` is plan, directory, holidays or refresh; `subject` a plan id, a file name
    or a day.
    """

    __tablename__ = "journal"
    __table_args__ = (Index("ix_journal_kind_subject", "kind", "subject", "id"), {"sqlite_autoincrement": True})

    id: int | None = Field(default=None, primary_key=True)
    batch: int = Field(index=True)
    at: datetime
    kind: str = Field(sa_type=CODE)
    subject: str = Field(sa_type=CODE)
    text: str = Field(sa_column=Column(Text, nullable=False))
    digest: str


class ObligationRow(SQLModel, table=True):
    """One series and its rule, as last expanded; `digest` tells whether it must be expanded again."""

    __tablename__ = "obligation"

    id: str = Field(primary_key=True)
    plan: str = Field(index=True)
    kind: str
    rule_type: str
    rule: str = Field(sa_column=Column(Text, nullable=False))
    digest: str


class EdgeRow(SQLModel, table=True):
    """A plan says that `dependent` rests on `anchor`: obligation ids; `renew-` and an agreement; `plan/` and a plan.

    `dependent` is empty where all that the plan says rests on it.
    """

    __tablename__ = "edge"

    anchor: str = Field(primary_key=True, sa_type=CODE)
    plan: str = Field(primary_key=True, sa_type=CODE, index=True)
    dependent: str = Field(primary_key=True, sa_type=CODE, index=True)


class SegmentRow(SQLModel, table=True):
    """One plan gives an obligation, or names an agreement (`renew-` and its id).

    `owner` is the plan's, `chain` prepares the obligation's meetings.
    """

    __tablename__ = "segment"

    obligation: str = Field(primary_key=True, sa_type=CODE)
    plan: str = Field(primary_key=True, sa_type=CODE, index=True)
    owner: str = Field(sa_type=CODE)
    chain: str | None = Field(default=None, sa_type=CODE)


class WhoRow(SQLModel, table=True):
    """One party, place or organisation of the directory in force, as JSON."""

    __tablename__ = "directory"

    id: str = Field(primary_key=True, sa_type=CODE)
    shelf: str
    content: str = Field(sa_column=Column(Text, nullable=False))


class OccurrenceRow(SQLModel, table=True):
    """One occurrence. `content` is its whole JSON; the other columns repeat what queries need. `last` is inclusive.

    `gone`: calendars show it no more, since it was cancelled long ago or replaced (`reconcile.Change`).
    """

    __tablename__ = "occurrence"
    __table_args__ = (
        Index("ix_occurrence_days", "first", "last"),
        Index("ix_occurrence_last", "last", "key", "kind", "gone", "sequence", "first"),
        Index("ix_occurrence_changed_at", "changed_at"),
    )

    key: str = Field(primary_key=True, sa_type=CODE)
    obligation: str = Field(index=True)
    plan: str = Field(index=True)
    kind: str = Field(index=True)
    status: str
    first: date | None
    last: date | None
    host: str | None
    content: str = Field(sa_column=Column(Text, nullable=False))
    sequence: int
    changed_at: datetime
    gone: bool = Field(default=False, sa_column_kwargs={"server_default": false()})


class ParticipationRow(SQLModel, table=True):
    """Who has what part in an occurrence: `role` is partner, lead or coordinating. `kind` and `last` are its own.

    An occurrence without partners has one of no name.
    """

    __tablename__ = "participation"
    __table_args__ = (
        Index("ix_participation_who", "who", "role"),
        Index(
            "ix_participation_next", "who", "kind", "last",
            sqlite_where=text("role = 'partner'"), postgresql_where=text("role = 'partner'"),
        ),
    )  # fmt: skip

    occurrence: str = Field(primary_key=True, foreign_key="occurrence.key", ondelete="CASCADE", sa_type=CODE)
    role: str = Field(primary_key=True)
    who: str = Field(primary_key=True)
    kind: str = Field(default="", sa_column_kwargs={"server_default": text("''")})
    last: date | None = None


class TrailRow(SQLModel, table=True):
    """One line of the trail (`trail.Entry`), append-only: the database refuses to change or delete one.

    `batch`: the change of the journal that it tells of.
    """

    __tablename__ = "trail"

    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    at: datetime
    who: str = Field(max_length=500)
    area: str = Field(max_length=16)
    action: str = Field(max_length=24)
    subject: str = Field(max_length=500)
    detail: str = Field(sa_column=Column(Text, nullable=False))
    batch: int | None = Field(default=None, index=True)
    previous: str = Field(max_length=64)
    digest: str = Field(max_length=64)


class TrailAboutRow(SQLModel, table=True):
    """What a line of the trail is found by: keys, obligations, plans, mails, people, organisations; append-only."""

    __tablename__ = "trail_about"
    __table_args__ = (
        PrimaryKeyConstraint("trail", "about", name="pk_trail_about"),
        ForeignKeyConstraint(["trail"], ["trail.number"], name="fk_trail_about_trail"),
        Index("ix_trail_about_about", "about", "trail"),
    )

    trail: int
    about: str = Field(sa_type=code(500))


class TrailHeadRow(SQLModel, table=True):
    """The last line of the trail: one row, held by whoever writes the next."""

    __tablename__ = "trail_head"

    id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    number: int
    digest: str = Field(max_length=64)
