"""Tables of calendars: rendered events that are kept, what feeds rest on, and the links people subscribe by.

Rows are written by `blocks`, `sheets`, `scopes` and `links` alone; values are checked before they get here.
"""

from datetime import date, datetime

from sqlalchemy import ForeignKeyConstraint, PrimaryKeyConstraint
from sqlmodel import Field, SQLModel

from scheduler.tables import CODE, code


class VoiceRow(SQLModel, table=True):
    """One way calendars speak. `edition` is what its words rest on beside the occurrences: with another one, all of its
    blocks are made anew.
    """

    __tablename__ = "voice"

    name: str = Field(primary_key=True, sa_type=CODE)
    edition: str


class BlockRow(SQLModel, table=True):
    """The rendered events of one occurrence in one voice, as of its `sequence`; none where `body` is empty."""

    __tablename__ = "block"
    __table_args__ = (
        PrimaryKeyConstraint("voice", "occurrence", name="pk_block"),
        ForeignKeyConstraint(["voice"], ["voice.name"], name="fk_block_voice", ondelete="CASCADE"),
    )

    voice: str = Field(sa_type=CODE)
    occurrence: str = Field(sa_type=CODE)
    sequence: int
    day: date
    body: bytes


class SheetRow(SQLModel, table=True):
    """The rendered events of one month in one voice, those that a whole calendar shows, in order and in several pieces.

    `month` is its first day. It is thrown away with the first change of anything that stands on one of its days.
    """

    __tablename__ = "sheet"
    __table_args__ = (
        PrimaryKeyConstraint("month", "voice", "number", name="pk_sheet"),
        ForeignKeyConstraint(["voice"], ["voice.name"], name="fk_sheet_voice", ondelete="CASCADE"),
    )

    month: date
    voice: str = Field(sa_type=CODE)
    number: int
    body: bytes


class ScopeRow(SQLModel, table=True):
    """A part of all occurrences that a feed can be narrowed to; `revision` rises when anything in it changes.

    `mark` is the journal's stamp of the last change, `at` when that was.
    """

    __tablename__ = "scope"

    name: str = Field(primary_key=True, sa_type=CODE)
    revision: int
    mark: str
    at: datetime


class LinkRow(SQLModel, table=True):
    """One address people subscribe by: public by `slug`, or secret, of which only the SHA-256 is kept as `digest`."""

    __tablename__ = "feed_link"

    id: str = Field(primary_key=True, max_length=16)
    label: str = Field(max_length=200)
    slug: str | None = Field(default=None, unique=True, sa_type=code(80))
    digest: str | None = Field(default=None, unique=True, max_length=64)
    content: str
    created_at: datetime
    revoked_at: datetime | None = None


class FetchRow(SQLModel, table=True):
    """How often one kind of client has fetched a link's feed, and when last."""

    __tablename__ = "feed_fetch"
    __table_args__ = (
        PrimaryKeyConstraint("link", "client", name="pk_feed_fetch"),
        ForeignKeyConstraint(["link"], ["feed_link.id"], name="fk_feed_fetch_link", ondelete="CASCADE"),
    )

    link: str = Field(max_length=16)
    client: str = Field(max_length=32)
    count: int
    first_at: datetime
    last_at: datetime
