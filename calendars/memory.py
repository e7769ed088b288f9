"""What a process remembers of feeds between requests, and the door at which most requests for feeds are answered."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass, field

from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Receive, Scope, Send

from calendars.clients import client_of
from calendars.counter import GUARDS, READING
from calendars.feeddesk import FeedDesk
from calendars.kept import Shelf
from calendars.standing import Conditions, Standing

MOST_ADDRESSES = 8192
FEEDS = "/feeds/"

_GUARDS = tuple((name.lower().encode(), value.encode()) for name, value in GUARDS)

Asked = tuple[str, bytes]
"""A path and a query."""


@dataclass(frozen=True, slots=True)
class Remembered:
    """How the feed at an address stood while the store had this version."""

    version: Hashable
    standing: Standing


@dataclass(slots=True)
class Memory:
    """How addresses stood when they were last asked for, and the feeds made for them. For one event loop."""

    feeds: FeedDesk
    shelf: Shelf = field(default_factory=Shelf)
    _addresses: OrderedDict[Asked, Remembered] = field(default_factory=OrderedDict)

    async def version(self) -> Hashable:
        """The store's version now (see `FeedDesk.glance`)."""
        version = self.feeds.glance()
        return await run_in_threadpool(self.feeds.look) if version is None else version

    def get(self, asked: Asked) -> Remembered | None:
        """How an address stood."""
        return self._addresses.get(asked)

    def put(self, asked: Asked, remembered: Remembered) -> None:
        """Remember how an address stands; the one remembered longest ago gives way."""
        self._addresses[asked] = remembered
        self._addresses.move_to_end(asked)
        if len(self._addresses) > MOST_ADDRESSES:
            self._addresses.popitem(last=False)


@dataclass(frozen=True, slots=True)
class Door:
    """In front of an application: it answers for feeds whose address it remembers while the store has not changed.

    Everything else goes through to the application, whose routes remember what they answered. Nothing is answered from
    memory before the store was asked whether anybody has written to it: a revoked link is gone with the next request.
    For paths that begin with one of `shut` it never answers.
    """

    app: ASGIApp
    memory: Memory
    shut: tuple[str, ...] = ()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer from memory, or let the application answer."""
        if scope["type"] == "http" and scope["path"].startswith(FEEDS) and scope["method"] in READING:
            if scope["path"].startswith(self.shut):
                await self.app(scope, receive, send)
                return
            known = self.memory.get((scope["path"], scope["query_string"]))
            if known is not None and await self._answered(known, scope, send):
                return
        await self.app(scope, receive, send)

    async def _answered(self, known: Remembered, scope: Scope, send: Send) -> bool:
        version = self.memory.feeds.glance()
        if version is None:
            version = await run_in_threadpool(self.memory.feeds.look)
        if version != known.version:
            return False
        standing = known.standing
        asked = Conditions.of(scope["headers"])
        reply = standing.reply(asked, self.memory.shelf)
        if reply.body is None:
            return False
        link = standing.order.link
        if link is not None:
            self.memory.feeds.tally.add(link.id, client_of(asked.user_agent.decode("latin-1")))
        headers = [*reply.headers, *_GUARDS]
        await send({"type": "http.response.start", "status": reply.status, "headers": headers})
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else reply.body})
        return True
