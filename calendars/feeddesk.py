"""What the feeds are given by the caller: callables over the store, and a tally of who fetched."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock

from calendars.feed import Block
from calendars.feedquery import FeedQuestion
from calendars.links import Link
from scheduler.occurrence import Record


@dataclass(frozen=True, slots=True)
class Tally:
    """How often links were fetched since they were last written down, by link and kind of client. For any thread."""

    counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    lock: Lock = field(default_factory=Lock)

    def add(self, link: str, client: str) -> None:
        """One fetch more."""
        with self.lock:
            self.counts[link, client] += 1

    def put_back(self, counts: Mapping[tuple[str, str], int]) -> None:
        """What was taken could not be written down."""
        with self.lock:
            self.counts.update(counts)

    def drain(self) -> Mapping[tuple[str, str], int]:
        """What came together; the tally starts anew."""
        with self.lock:
            taken = dict(self.counts)
            self.counts.clear()
        return taken


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedDesk:
    """The store as feeds need it. Every callable may block and is called in a worker thread.

    `blocks` and `records`: what a question asks for. `public` and `secret`: the link of a name or a token, None where
    there is none or it was revoked. `stamp` is cheap and another one whenever anything stored is; `edition` stands for
    what feeds rest on beside the store, `since` is when that was read.
    """

    blocks: Callable[[FeedQuestion], Sequence[Block]]
    records: Callable[[FeedQuestion], Sequence[Record]]
    public: Callable[[str], Link | None]
    secret: Callable[[str], Link | None]
    stamp: Callable[[], str]
    edition: str
    since: datetime
    tally: Tally
