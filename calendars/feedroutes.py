"""The feeds: an address asks for a calendar or its JSON twin, and gets it from what is kept."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from calendars import feed, kept
from calendars.catalogue import msg
from calendars.clients import client_of
from calendars.counter import Address, Handler, raw, refuse_json, refuse_text
from calendars.desk import Desk
from calendars.feeddesk import FeedDesk
from calendars.feedquery import FeedQuestion, check_feed, feed_question, filters_in
from calendars.links import Link
from calendars.query import RefusalError
from calendars.twin import twin
from scheduler.errors import EmptyStoreError

log = logging.getLogger(__name__)

FEED_PATH = "/feeds/all"

_NOTHING = msg("There is nothing at this address.")
_OWN_FILTERS = msg("This address has its own filters and takes no others. Leave out what follows the question mark.")
_SLUG = re.compile(r"[a-z0-9-]{1,80}")
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
_TYPES = {"ics": "text/calendar; charset=utf-8", "json": "application/json"}


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


@dataclass(frozen=True, slots=True)
class Feeds:
    """The handlers of feeds, and the feeds kept between requests."""

    desk: Desk
    feeds: FeedDesk
    shelf: kept.Shelf = field(default_factory=kept.Shelf)
    making: asyncio.Lock = field(default_factory=asyncio.Lock)

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
            return await self._answer(request, Order(question, f"{FEED_PATH}.{form}?{question.query}", form))

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
            link = await run_in_threadpool(find, named) if shape.fullmatch(named) else None
            if link is None:
                raise RefusalError(HTTPStatus.NOT_FOUND, _NOTHING)
            if filters_in(raw(request)):
                raise RefusalError(HTTPStatus.BAD_REQUEST, _OWN_FILTERS)
            response = await self._answer(request, Order(link.question, request.url.path, form, link))
            self.feeds.tally.add(link.id, client_of(request.headers.get("user-agent", "")))
            return response

        return answer

    async def nothing(self, _request: Request) -> Response:
        """The same answer for every feed that is not there."""
        raise RefusalError(HTTPStatus.NOT_FOUND, _NOTHING)

    async def _answer(self, request: Request, order: Order) -> Response:
        """A kept feed; an unchanged one costs one look at the revision."""
        stamp = await run_in_threadpool(self.feeds.stamp)
        packed = kept.takes_gzip(request.headers.get("accept-encoding", ""))
        tag = kept.entity_tag((stamp, order, self.desk.base_url, self.desk.version, self.feeds.edition), packed=packed)
        secret = order.link is not None and order.link.slug is None
        sharing = "private" if secret else "public"
        headers = {"ETag": tag, "Vary": "Accept-Encoding", "Cache-Control": f"{sharing}, max-age=300, must-revalidate"}
        if secret:
            headers["X-Robots-Tag"] = "noindex"
        held = self.shelf.get(stamp, order)
        none_match = request.headers.get("if-none-match")
        if held is None and none_match not in (None, "*") and kept.unchanged(none_match, None, tag, None):
            return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
        if held is None:
            held = await self._made(stamp, order)
        changed = max(held.last_change, self.feeds.since)
        headers["Last-Modified"] = kept.http_date(changed)
        if kept.unchanged(none_match, request.headers.get("if-modified-since"), tag, changed):
            return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
        headers["Content-Disposition"] = f'inline; filename="{order.file_name}"'
        if packed:
            headers["Content-Encoding"] = "gzip"
        return Response(held.packed if packed else held.plain, headers=headers, media_type=_TYPES[order.form])

    async def _made(self, stamp: str, order: Order) -> kept.KeptFeed:
        async with self.making:
            held = self.shelf.get(stamp, order)
            if held is None:
                held = await run_in_threadpool(self._make, order)
                self.shelf.put(stamp, order, held)
            return held

    def _make(self, order: Order) -> kept.KeptFeed:
        last_change = self.desk.last_change()
        if last_change is None:
            raise EmptyStoreError
        directory, question = self.desk.directory(), order.question
        check_feed(question, directory, self.desk.plans())
        subscription = feed.Subscription(
            lang=question.lang,
            base_url=self.desk.base_url,
            source=f"{self.desk.base_url.rstrip('/')}{order.path}",
            last_change=last_change,
            about=question.about,
            label=order.link.label if order.link else None,
            alarms=question.alarms,
        )
        if order.form == "json":
            body = twin(self.feeds.records(question), directory, subscription, question.voice)
            return kept.KeptFeed.of(body, last_change)
        return kept.KeptFeed.of(feed.assembled(self._sound(question), directory, subscription), last_change)

    def _sound(self, question: FeedQuestion) -> list[feed.Block]:
        """The blocks of a feed; what could not be written is left out and logged."""
        blocks = self.feeds.blocks(question)
        for block in blocks:
            if block.fault is not None:
                log.error("left out of the feed: %s: %s", block.key, block.fault)
        return list(blocks)
