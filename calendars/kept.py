"""Whole feeds kept in memory with their gzip, and the rules of conditional requests (RFC 9110, section 13)."""

from __future__ import annotations

import gzip
import hashlib
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime

MOST_FEEDS = 128
GZIP_LEVEL = 6


@dataclass(frozen=True, slots=True)
class KeptFeed:
    """One feed of one revision, plain and compressed; `last_change` is to the second."""

    plain: bytes
    packed: bytes
    last_change: datetime

    @classmethod
    def of(cls, body: bytes, last_change: datetime) -> KeptFeed:
        """Compress once; the same body gives the same bytes."""
        packed = gzip.compress(body, GZIP_LEVEL, mtime=0)
        return cls(body, packed, last_change.astimezone(UTC).replace(microsecond=0))


class Shelf:
    """The feeds last asked for, at most `most`; those of an older revision are thrown away. For one event loop."""

    def __init__(self, most: int = MOST_FEEDS) -> None:
        """Start empty."""
        self._most = most
        self._revision: Hashable = None
        self._feeds: OrderedDict[Hashable, KeptFeed] = OrderedDict()

    def get(self, revision: Hashable, question: Hashable) -> KeptFeed | None:
        """The feed as of `revision`, or None when it must be made."""
        if revision != self._revision or question not in self._feeds:
            return None
        self._feeds.move_to_end(question)
        return self._feeds[question]

    def put(self, revision: Hashable, question: Hashable, feed: KeptFeed) -> None:
        """Keep a feed; the one asked for longest ago gives way."""
        if revision != self._revision:
            self._feeds.clear()
            self._revision = revision
        self._feeds[question] = feed
        if len(self._feeds) > self._most:
            self._feeds.popitem(last=False)


def entity_tag(parts: tuple[object, ...], *, packed: bool) -> str:
    """A strong ETag of all that decides the bytes; the compressed form has its own (RFC 9110, 8.8.3.3)."""
    digest = hashlib.sha256("\x1f".join(map(repr, parts)).encode()).hexdigest()[:32]
    return f'"{digest}-gzip"' if packed else f'"{digest}"'


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
