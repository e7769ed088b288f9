"""How a feed stands, and what is answered to a request for it: headers made once, conditions looked at each time."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus

from calendars.feedquery import FeedQuestion
from calendars.kept import Shelf, entity_tag, http_date, takes_gzip, unchanged
from calendars.links import Link

TYPES = {"ics": "text/calendar; charset=utf-8", "json": "application/json"}

Headers = tuple[tuple[bytes, bytes], ...]


@dataclass(frozen=True, slots=True)
class Order:
    """One feed asked for: what, at which path, in which form (ics or json), and the link it came by, if any."""

    question: FeedQuestion
    path: str
    form: str
    link: Link | None = None

    @property
    def file_name(self) -> str:
        """What a browser would save it as."""
        named = self.link.slug or self.link.id if self.link else self.question.lang
        return f"luanphien-{named}.{self.form}"

    @property
    def name(self) -> str:
        """One short text for what is asked."""
        return hashlib.sha256(repr(self).encode()).hexdigest()

    @property
    def secret(self) -> bool:
        """Whether its address is one."""
        return self.link is not None and self.link.slug is None


@dataclass(frozen=True, slots=True)
class Conditions:
    """What a request says of the reader's copy and of what the reader can read; the first of each header counts."""

    none_match: bytes | None = None
    modified_since: bytes | None = None
    accept_encoding: bytes = b""
    user_agent: bytes = b""

    @property
    def any(self) -> bool:
        """Whether the reader has a copy and asks whether it still stands."""
        return self.none_match is not None or self.modified_since is not None

    @classmethod
    def of(cls, headers: Iterable[tuple[bytes, bytes]]) -> Conditions:
        """Read them from headers as ASGI gives them, names in small letters."""
        none_match = since = None
        accepted = agent = None
        for name, value in headers:
            if name == b"if-none-match" and none_match is None:
                none_match = value
            elif name == b"if-modified-since" and since is None:
                since = value
            elif name == b"accept-encoding" and accepted is None:
                accepted = value
            elif name == b"user-agent" and agent is None:
                agent = value
        return cls(none_match, since, accepted or b"", agent or b"")


@dataclass(frozen=True, slots=True)
class Reply:
    """What is answered; `body` None: the whole feed in the form the headers say, which must be made first."""

    status: HTTPStatus
    headers: Headers
    body: bytes | None = b""


@dataclass(frozen=True, slots=True)
class _Form:
    """One content coding of a feed: its tag, and its headers without and with a body."""

    tag: str
    sent: bytes
    same: Headers
    whole: Headers


@dataclass(frozen=True, slots=True)
class Standing:
    """A feed as of one stamp: `changed` is its last change, to the second; `name` stands for what was asked."""

    order: Order
    name: str
    stamp: str
    changed: datetime
    plain: _Form
    packed: _Form

    @classmethod
    def of(cls, order: Order, stamp: str, changed: datetime, rest: tuple[str, ...]) -> Standing:
        """`rest`: whatever else decides the bytes, for all feeds alike."""
        changed = changed.replace(microsecond=0)
        plain, packed = (_form(order, (stamp, order, *rest), changed, packed=packed) for packed in (False, True))
        return cls(order, order.name, stamp, changed, plain, packed)

    def reply(self, asked: Conditions, shelf: Shelf) -> Reply:
        """What is answered to a request; with no body where it is wanted and does not stand on the shelf."""
        packed = takes_gzip(asked.accept_encoding.decode("latin-1"))
        form = self.packed if packed else self.plain
        if asked.none_match == form.sent or self._unchanged(asked, form.tag):
            return Reply(HTTPStatus.NOT_MODIFIED, form.same)
        held = shelf.get(self.stamp, self.name)
        if held is None:
            return Reply(HTTPStatus.OK, form.whole, None)
        body = held.packed if packed else held.plain
        return Reply(HTTPStatus.OK, (*form.whole[:-1], (b"content-length", b"%d" % len(body)), form.whole[-1]), body)

    def _unchanged(self, asked: Conditions, tag: str) -> bool:
        if asked.none_match is None and asked.modified_since is None:
            return False
        none_match = None if asked.none_match is None else asked.none_match.decode("latin-1")
        since = None if asked.modified_since is None else asked.modified_since.decode("latin-1")
        return unchanged(none_match, since, tag, self.changed)


def _form(order: Order, parts: tuple[object, ...], changed: datetime, *, packed: bool) -> _Form:
    tag = entity_tag(parts, packed=packed)
    sharing = "private" if order.secret else "public"
    same = {"etag": tag, "vary": "Accept-Encoding", "cache-control": f"{sharing}, max-age=300, must-revalidate"}
    if order.secret:
        same["x-robots-tag"] = "noindex"
    same["last-modified"] = http_date(changed)
    whole = same | {"content-disposition": f'inline; filename="{order.file_name}"'}
    if packed:
        whole["content-encoding"] = "gzip"
    whole["content-type"] = TYPES[order.form]
    return _Form(tag, tag.encode(), _raw(same), _raw(whole))


def _raw(headers: dict[str, str]) -> Headers:
    return tuple((name.encode("latin-1"), value.encode("latin-1")) for name, value in headers.items())
