"""Whole feeds kept in memory with their gzip, and the rules of conditional requests (RFC 9110, section 13)."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from functools import lru_cache

from isal import igzip

MOST_BYTES = 64_000_000
"""What the feeds kept in memory may take together."""

GZIP_LEVEL = 2
"""Of igzip: a seventeenth of the time of zlib's level 6, for a third more bytes."""


@dataclass(frozen=True, slots=True)
class KeptFeed:
    """One feed, plain and compressed."""

    plain: bytes
    packed: bytes

    @classmethod
    def of(cls, body: bytes) -> KeptFeed:
        """Compress once; the same body gives the same bytes."""
        return cls(body, igzip.compress(body, GZIP_LEVEL, mtime=0))


class Shelf:
    """The feeds last asked for, up to `most` bytes; each as of its own stamp. For one event loop."""

    def __init__(self, most: int = MOST_BYTES) -> None:
        """Start empty."""
        self._most = most
        self._size = 0
        self._feeds: OrderedDict[Hashable, tuple[str, KeptFeed]] = OrderedDict()

    def get(self, stamp: str, name: Hashable) -> KeptFeed | None:
        """The feed as of `stamp`, or None when it must be made."""
        found = self._feeds.get(name)
        if found is None or found[0] != stamp:
            return None
        self._feeds.move_to_end(name)
        return found[1]

    def stamp_of(self, name: Hashable) -> str:
        """The stamp of the feed that is kept; empty when there is none."""
        found = self._feeds.get(name)
        return found[0] if found else ""

    def put(self, stamp: str, name: Hashable, feed: KeptFeed) -> None:
        """Keep a feed in place of what it was before; those asked for longest ago give way."""
        if name in self._feeds:
            self._size -= _size(self._feeds.pop(name)[1])
        self._feeds[name] = stamp, feed
        self._size += _size(feed)
        while self._size > self._most and len(self._feeds) > 1:
            _, (_, gone) = self._feeds.popitem(last=False)
            self._size -= _size(gone)


def _size(feed: KeptFeed) -> int:
    return len(feed.plain) + len(feed.packed)


def entity_tag(parts: tuple[object, ...], *, packed: bool) -> str:
    """A strong ETag of all that decides the bytes; the compressed form has its own (RFC 9110, 8.8.3.3)."""
    digest = hashlib.sha256("\x1f".join(map(repr, parts)).encode()).hexdigest()[:32]
    return f'"{digest}-gzip"' if packed else f'"{digest}"'


@lru_cache(maxsize=256)
def takes_gzip(accept_encoding: str) -> bool:
    """Whether the reader accepts gzip (RFC 9110, 12.5.3); a weight of 0 refuses it."""
    weights: dict[str, float] = {}
    for item in accept_encoding.split(","):
        coding, *parameters = (part.strip().lower() for part in item.split(";"))
        weights[coding] = _weight(parameters)
    return weights.get("gzip", weights.get("x-gzip", weights.get("*", 0.0))) > 0


def unchanged(if_none_match: str | None, if_modified_since: str | None, tag: str, last_change: datetime | None) -> bool:
    """Whether the reader's copy still stands (RFC 9110, 13.1.3).

    If-Modified-Since counts only by itself, and only as the very moment that was sent: after an older store was put
    back a later moment says nothing.
    """
    if if_none_match is not None:
        given = [candidate.strip().removeprefix("W/") for candidate in if_none_match.split(",")]
        return tag in given or "*" in given
    if if_modified_since is None or last_change is None:
        return False
    since = _moment(if_modified_since)
    return since == last_change.replace(microsecond=0)


def http_date(moment: datetime) -> str:
    """A moment as HTTP writes it (RFC 9110, 5.6.7)."""
    return format_datetime(moment.astimezone(UTC), usegmt=True)


def _weight(parameters: list[str]) -> float:
    for parameter in parameters:
        if parameter.startswith("q="):
            try:
                return float(parameter[2:])
            except ValueError:
                return 0.0
    return 1.0


def _moment(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
