"""The addresses people subscribe by: made, found by their secret, revoked, and how they are used."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col

from calendars.feedquery import FeedQuestion, pairs_of, question_from
from calendars.tables import FetchRow, LinkRow
from scheduler.errors import WordedError

MOST_LABEL = 120
MOST_SLUG = 60
TAKEN = frozenset({"all", "s"})
"""Words of addresses that have a meaning of their own."""


class LinkError(WordedError):
    """A link that cannot be made or found."""


@dataclass(frozen=True, slots=True)
class Fetches:
    """How often one kind of client has fetched a feed, and when first and last."""

    client: str
    count: int
    first_at: datetime
    last_at: datetime


@dataclass(frozen=True, slots=True)
class Link:
    """One address. `slug` None: it is secret. `fetches` by client, the latest first."""

    id: str
    label: str
    slug: str | None
    question: FeedQuestion
    created_at: datetime
    revoked_at: datetime | None
    fetches: tuple[Fetches, ...] = ()


def slug_of(label: str) -> str:
    """A readable name for an address: small letters without marks, digits and hyphens; empty when none are left."""
    letters = unicodedata.normalize("NFD", label.casefold().replace("đ", "d"))
    return re.sub(r"[^a-z0-9]+", "-", letters.encode("ascii", "ignore").decode()).strip("-")[:MOST_SLUG].strip("-")


def digest_of(token: str) -> str:
    """What is kept of a secret."""
    return hashlib.sha256(token.encode()).hexdigest()


def create(session: Session, link: Link, token: str | None) -> None:
    """Store a link; `token` is its secret, None for a public one. Raises LinkError when its slug is taken."""
    if link.slug is not None:
        taken = select(col(LinkRow.id)).where(col(LinkRow.slug) == link.slug)
        if link.slug in TAKEN or session.execute(taken).first() is not None:
            message = "the address {slug} is taken"
            raise LinkError(message, "choose another label, or rename it with --slug", slug=link.slug)
    session.add(
        LinkRow(
            id=link.id,
            label=link.label,
            slug=link.slug,
            digest=digest_of(token) if token else None,
            content=json.dumps(pairs_of(link.question)),
            created_at=link.created_at,
        )
    )
    session.flush()


def listed(session: Session) -> tuple[Link, ...]:
    """Every link, revoked ones too, in the order they were made."""
    fetches: dict[str, list[Fetches]] = {}
    for row in session.execute(select(FetchRow).order_by(col(FetchRow.last_at).desc())).scalars():
        fetches.setdefault(row.link, []).append(Fetches(row.client, row.count, row.first_at, row.last_at))
    rows = session.execute(select(LinkRow).order_by(col(LinkRow.created_at), col(LinkRow.id))).scalars()
    return tuple(_link(row, tuple(fetches.get(row.id, ()))) for row in rows)


def by_slug(session: Session, slug: str) -> Link | None:
    """The public link of this name; None when there is none or it was revoked."""
    row = session.execute(select(LinkRow).where(col(LinkRow.slug) == slug)).scalar()
    return _link(row) if row is not None and row.revoked_at is None else None


def by_token(session: Session, token: str) -> Link | None:
    """The secret link of this token; None when there is none or it was revoked."""
    digest = digest_of(token)
    row = session.execute(select(LinkRow).where(col(LinkRow.digest) == digest)).scalar()
    known = row is not None and hmac.compare_digest(row.digest or "", digest)
    return _link(row) if row is not None and known and row.revoked_at is None else None


def revoke(session: Session, ident: str, now: datetime) -> Link:
    """End a link for good: the name of a public one is never given again, lest it wake old subscribers.

    Raises LinkError when there is none, or it has ended.
    """
    link = _alive(session, ident)
    session.execute(update(LinkRow).where(col(LinkRow.id) == ident).values(revoked_at=now))
    return link


def rotate(session: Session, ident: str, token: str) -> Link:
    """Give a secret link another secret; the old address is gone. Raises LinkError for a public one."""
    link = _alive(session, ident)
    if link.slug is not None:
        message = "{ident} is public: its address is no secret"
        raise LinkError(message, "revoke it, and create another one", ident=ident)
    session.execute(update(LinkRow).where(col(LinkRow.id) == ident).values(digest=digest_of(token)))
    return link


def fetched(session: Session, counts: Mapping[tuple[str, str], int], now: datetime) -> None:
    """Add what was fetched since the last time, by link and client; a link that is not there is passed over."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    known = set(session.execute(select(col(LinkRow.id))).scalars())
    for (link, client), count in sorted(item for item in counts.items() if item[0][0] in known):
        new = insert(FetchRow).values(link=link, client=client, count=count, first_at=now, last_at=now)
        more = {"count": col(FetchRow.count) + count, "last_at": now}
        session.execute(new.on_conflict_do_update(index_elements=["link", "client"], set_=more))


def _alive(session: Session, ident: str) -> Link:
    row = session.get(LinkRow, ident)
    if row is None:
        raise LinkError("no feed has the id {ident}", "luanphien feeds list shows them", ident=ident)
    if row.revoked_at is not None:
        raise LinkError("{ident} was revoked already", "create another one", ident=ident)
    return _link(row)


def _link(row: LinkRow, fetches: tuple[Fetches, ...] = ()) -> Link:
    pairs = [(name, value) for name, value in json.loads(row.content)]
    question = question_from(pairs)
    return Link(row.id, row.label, row.slug, question, row.created_at, row.revoked_at, fetches)
