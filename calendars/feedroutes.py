"""The feeds: an address asks for a calendar or its JSON twin, and gets it from what is kept."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from http import HTTPStatus
from weakref import WeakValueDictionary

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from calendars import feed, kept
from calendars.catalogue import msg
from calendars.clients import client_of
from calendars.counter import Address, Handler, raw, refuse_json, refuse_text
from calendars.desk import Desk
from calendars.feeddesk import Basis, FeedDesk, Source
from calendars.feedquery import feed_question, filters_in
from calendars.links import Link
from calendars.memory import Memory, Remembered
from calendars.query import RefusalError
from calendars.standing import Conditions, Order, Reply, Standing
from calendars.twin import twin

log = logging.getLogger(__name__)

FEED_PATH = "/feeds/all"

_NOTHING = msg("There is nothing at this address.")
_OWN_FILTERS = msg("This address has its own filters and takes no others. Leave out what follows the question mark.")
_SLUG = re.compile(r"[a-z0-9-]{1,80}")
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")


@dataclass(frozen=True, slots=True)
class Feeds:
    """The handlers of feeds, and what is kept between requests: feeds made, and how each address stood."""

    desk: Desk
    feeds: FeedDesk
    memory: Memory
    making: WeakValueDictionary[str, asyncio.Lock] = field(default_factory=WeakValueDictionary)

    def table(self) -> tuple[Address, ...]:
        """Addresses of feeds; they have no language in their path, since calendar apps keep them for years."""
        found: list[Address] = []
        for form, refuse in (("ics", refuse_text), ("json", refuse_json)):
            found += [
                (f"{FEED_PATH}.{form}", self._open(form), refuse),
                (f"/feeds/s/{{token}}.{form}", self._secret(form), refuse),
                (f"/feeds/{{slug}}.{form}", self._public(form), refuse),
            ]
        rest: tuple[Address, ...] = (
            ("/feeds/{name:path}.json", self.nothing, refuse_json),
            ("/feeds/{name:path}", self.nothing, refuse_text),
        )
        return (*found, *rest)

    def _open(self, form: str) -> Handler:
        """Whatever the filters of the address ask for."""

        async def answer(request: Request) -> Response:
            question = feed_question(raw(request), self.desk.lang)
            order = Order(question, f"{FEED_PATH}.{form}?{question.query}", form)
            version, asked = await self.memory.version(), Conditions.of(request.headers.raw)
            basis = await run_in_threadpool(self.feeds.basis, question) if asked.any else None
            return await self._answer(request, asked, order, version, basis)

        return answer

    def _secret(self, form: str) -> Handler:
        """The feed of a secret link."""
        return self._linked(form, "token", _TOKEN, self.feeds.secret)

    def _public(self, form: str) -> Handler:
        """The feed of a public link."""
        return self._linked(form, "slug", _SLUG, self.feeds.public)

    def _linked(
        self, form: str, field_name: str, shape: re.Pattern[str], find: Callable[[str], Link | None]
    ) -> Handler:
        """The feed of a link; unknown, revoked and wrong ones get one and the same answer."""

        async def answer(request: Request) -> Response:
            named: str = request.path_params[field_name]
            if not shape.fullmatch(named):
                raise RefusalError(HTTPStatus.NOT_FOUND, _NOTHING)
            own_filters = bool(filters_in(raw(request)))
            version, asked = await self.memory.version(), Conditions.of(request.headers.raw)

            def looked() -> tuple[Link, Basis | None]:
                link = find(named)
                if link is None:
                    raise RefusalError(HTTPStatus.NOT_FOUND, _NOTHING)
                if own_filters:
                    raise RefusalError(HTTPStatus.BAD_REQUEST, _OWN_FILTERS)
                return link, self.feeds.basis(link.question) if asked.any else None

            link, basis = await run_in_threadpool(looked)
            order = Order(link.question, request.url.path, form, link)
            return await self._answer(request, asked, order, version, basis)

        return answer

    async def nothing(self, _request: Request) -> Response:
        """The same answer for every feed that is not there."""
        raise RefusalError(HTTPStatus.NOT_FOUND, _NOTHING)

    async def _answer(
        self, request: Request, asked: Conditions, order: Order, version: Hashable, basis: Basis | None
    ) -> Response:
        """A kept feed. Where the reader has a copy its `basis` tells whether that still stands, and nothing is made."""
        standing = await self._made(order) if basis is None else self._standing(order, basis)
        reply = standing.reply(asked, self.memory.shelf)
        if reply.body is None:
            standing = await self._made(order)
            reply = standing.reply(asked, self.memory.shelf)
        self.memory.put((request.scope["path"], raw(request)), Remembered(version, standing))
        if order.link is not None:
            self.feeds.tally.add(order.link.id, client_of(asked.user_agent.decode("latin-1")))
        return _response(reply)

    def _standing(self, order: Order, basis: Basis) -> Standing:
        rest = (self.desk.base_url, self.desk.version, self.feeds.edition)
        return Standing.of(order, basis.stamp, max(basis.changed, self.feeds.since), rest)

    async def _made(self, order: Order) -> Standing:
        """How a feed stands; as it stands it is on the shelf. Made once for all who wait for it."""
        name, shelf = order.name, self.memory.shelf
        async with self.making.setdefault(name, asyncio.Lock()):
            known = shelf.stamp_of(name)
            source, held = await run_in_threadpool(self._make, order, known)
            if held is not None:
                shelf.put(source.basis.stamp, name, held)
            return self._standing(order, source.basis)

    def _make(self, order: Order, known: str) -> tuple[Source, kept.KeptFeed | None]:
        """A feed, None where it is as it was under the stamp that is known."""
        question, read = order.question, self.feeds.records if order.form == "json" else self.feeds.blocks
        source = read(question, known)
        if source.basis.stamp == known:
            return source, None
        subscription = feed.Subscription(
            lang=question.lang,
            base_url=self.desk.base_url,
            source=f"{self.desk.base_url.rstrip('/')}{order.path}",
            last_change=source.basis.changed,
            about=question.about,
            label=order.link.label if order.link else None,
            alarms=question.alarms,
        )
        if order.form == "json":
            body = twin(source, subscription, question.voice)
            return source, kept.KeptFeed.of(body)
        for block in source.blocks:  # what could not be written is left out
            if block.fault is not None:
                log.error("left out of the feed: %s: %s", block.key, block.fault)
        return source, kept.KeptFeed.of(feed.assembled(source.blocks, source.directory, subscription))


def _response(reply: Reply) -> Response:
    response = Response(status_code=reply.status)
    response.raw_headers = list(reply.headers)
    response.body = reply.body or b""
    return response
