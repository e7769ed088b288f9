"""What the feeds are given by the caller: callables over the store, and a tally of who fetched."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock

from calendars.feed import Block
from calendars.feedquery import FeedQuestion
from calendars.links import Link
from scheduler.occurrence import Record
from scheduler.plan import Directory


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


@dataclass(frozen=True, slots=True)
class Basis:
    """All that a feed rests on in the store: another `stamp` when its bytes may be others; `changed`: since when."""

    stamp: str
    changed: datetime


@dataclass(frozen=True, slots=True)
class Source:
    """What a feed is made of, as of one moment: its blocks, or for its JSON twin its records.

    `complete`: no record that the feed is about is left out.
    """

    basis: Basis
    directory: Directory
    blocks: Sequence[Block] = ()
    records: Sequence[Record] = ()
    complete: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedDesk:
    """The store as feeds need it. Every callable but `glance` may block and is called in a worker thread.

    `glance`: a value that is another one after every change of the store by anyone, at once and without blocking; None
    when it cannot be told so. Always called from the same thread. `look` tells it in any case.
    `basis`, `blocks`, `records`: a question's; they raise EmptyStoreError, or RefusalError for what nobody knows. The
    last two read nothing more where the basis still has the stamp given.
    `coming`: the blocks of what is not over. `public` and `secret`: the link of a name or a token, None where there is
    none or it was revoked. `edition` stands for what feeds rest on beside the store, `since` is when that was read.
    """

    glance: Callable[[], Hashable | None]
    look: Callable[[], Hashable]
    public: Callable[[str], Link | None]
    secret: Callable[[str], Link | None]
    basis: Callable[[FeedQuestion], Basis]
    blocks: Callable[[FeedQuestion, str], Source]
    records: Callable[[FeedQuestion, str], Source]
    coming: Callable[[FeedQuestion], Sequence[Block]]
    edition: str
    since: datetime
    tally: Tally
