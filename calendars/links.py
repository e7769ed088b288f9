"""The addresses people subscribe by: made, found by their secret, revoked, and how they are used."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import not_, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col

from calendars.feedquery import FeedQuestion, pairs_of, question_from
from calendars.tables import FetchRow, LinkRow
from scheduler import index, store, trail
from scheduler.errors import WordedError
from scheduler.trail import PRODUCT, Area, Deed

MOST_LABEL = 120
MOST_SLUG = 60
_NARROWING = ("partner", "lead", "involving", "plan")
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


def create(session: Session, link: Link, token: str | None, who: str = PRODUCT) -> None:
    """Store a link; `token` is its secret, None for a public one. Raises LinkError when its slug is taken.

    `who` stands in the trail, here as below.
    """
    if link.slug is not None and taken(session, link.slug):
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
    _note(session, link, "created", link.created_at, who)


def taken(session: Session, slug: str) -> bool:
    """Whether a public address was given already, or has a meaning of its own."""
    row = select(col(LinkRow.id)).where(col(LinkRow.slug) == slug)
    return slug in TAKEN or session.execute(row).first() is not None


def listed(session: Session) -> tuple[Link, ...]:
    """Every link, revoked ones too, in the order they were made."""
    fetches: dict[str, list[Fetches]] = {}
    for row in session.execute(select(FetchRow).order_by(col(FetchRow.last_at).desc())).scalars():
        fetches.setdefault(row.link, []).append(Fetches(row.client, row.count, row.first_at, row.last_at))
    rows = session.execute(select(LinkRow).order_by(col(LinkRow.created_at), col(LinkRow.id))).scalars()
    return tuple(_link(row, tuple(fetches.get(row.id, ()))) for row in rows)


def showing(session: Session, named: Collection[str], most: int) -> tuple[Link, ...]:
    """At most so many links in use that are narrowed to any of these names or to nobody, in the order they were made.

    Some of them may be narrowed further; who fetched them is not read.
    """
    content = col(LinkRow.content)
    narrowed = or_(*(content.contains(f'"{name}"', autoescape=True) for name in _NARROWING))
    meant = or_(not_(narrowed), *(content.contains(f'"{name}"', autoescape=True) for name in sorted(named)))
    query = select(LinkRow).where(col(LinkRow.revoked_at).is_(None), meant)
    rows = session.execute(query.order_by(col(LinkRow.created_at), col(LinkRow.id)).limit(most)).scalars()
    return tuple(_link(row) for row in rows)


def one(session: Session, ident: str) -> Link | None:
    """The link of this id, revoked or not."""
    row = session.get(LinkRow, ident)
    if row is None:
        return None
    last = select(FetchRow).where(col(FetchRow.link) == ident).order_by(col(FetchRow.last_at).desc())
    found = session.execute(last).scalars()
    return _link(row, tuple(Fetches(one.client, one.count, one.first_at, one.last_at) for one in found))


def state_of(session: Session, ident: str) -> tuple[str | None, datetime | None]:
    """What changes of a link: the digest of its secret, and when it was revoked."""
    row = session.get(LinkRow, ident)
    return (None, None) if row is None else (row.digest, row.revoked_at)


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


def revoke(session: Session, ident: str, now: datetime, who: str = PRODUCT) -> Link:
    """End a link for good: the name of a public one is never given again, lest it wake old subscribers.

    Raises LinkError when there is none, or it has ended.
    """
    link = _alive(session, ident)
    session.execute(update(LinkRow).where(col(LinkRow.id) == ident).values(revoked_at=now))
    _note(session, link, "revoked", now, who)
    return link


def rotate(session: Session, ident: str, token: str, now: datetime, who: str = PRODUCT) -> Link:
    """Give a secret link another secret; the old address is gone. Raises LinkError for a public one."""
    link = _alive(session, ident)
    if link.slug is not None:
        message = "{ident} is public: its address is no secret"
        raise LinkError(message, "revoke it, and create another one", ident=ident)
    session.execute(update(LinkRow).where(col(LinkRow.id) == ident).values(digest=digest_of(token)))
    _note(session, link, "rotated", now, who)
    return link


def fetched(session: Session, counts: Mapping[tuple[str, str], int], now: datetime) -> None:
    """Add what was fetched since the last time, by link and client; a link that is not there is passed over."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    known = set(session.execute(select(col(LinkRow.id))).scalars())
    for (link, client), count in sorted(item for item in counts.items() if item[0][0] in known):
        new = insert(FetchRow).values(link=link, client=client, count=count, first_at=now, last_at=now)
        more = {"count": col(FetchRow.count) + count, "last_at": now}
        session.execute(new.on_conflict_do_update(index_elements=["link", "client"], set_=more))


def _note(session: Session, link: Link, action: str, now: datetime, who: str) -> None:
    detail = {"label": link.label, "public": link.slug is not None}
    about = (link.id, *_concerned(session, link.question))
    deed = Deed(at=now, who=who, area=Area.FEED, action=action, subject=link.id, detail=detail, about=about)
    trail.note(session, deed)


def _concerned(session: Session, question: FeedQuestion) -> tuple[str, ...]:
    """The organisations that a feed names or speaks for, and the owners of its plans; one that names nobody: all."""
    chosen, eyes = question.selection, question.voice.eyes
    looking = (eyes,) if eyes is not None and eyes not in store.directory_of(session).parties else ()
    named = {*chosen.leads, *chosen.involving, *looking}
    if not (named or chosen.plans):
        return (trail.EVERYBODY,)
    return tuple(sorted(named | index.owners_of(session, chosen.plans)))


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
