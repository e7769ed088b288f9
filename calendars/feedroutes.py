"""The feeds: an address asks for a calendar, and gets it from what is kept."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, field
from http import HTTPStatus

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from calendars import feed, kept, query
from calendars.catalogue import msg
from calendars.counter import Address, raw, refuse_text
from calendars.desk import Desk
from calendars.query import RefusalError
from scheduler.errors import EmptyStoreError

log = logging.getLogger(__name__)

FEED_PATH = "/feeds/all.ics"

_NOTHING = msg("There is nothing at this address.")


@dataclass(frozen=True, slots=True)
class Feeds:
    """The handlers of feeds, and the feeds kept between requests."""

    desk: Desk
    shelf: kept.Shelf = field(default_factory=kept.Shelf)
    making: asyncio.Lock = field(default_factory=asyncio.Lock)

    def table(self) -> tuple[Address, ...]:
        """Addresses of feeds; they have no language in their path, since calendar apps keep them for years."""
        return (
            (FEED_PATH, self.feed, refuse_text),
            ("/feeds/{name:path}", self.nothing, refuse_text),
        )

    async def feed(self, request: Request) -> Response:
        """All-day events as text/calendar; an unchanged feed costs one look at the revision."""
        question = query.feed_question(raw(request), self.desk.lang)
        revision = await run_in_threadpool(self.desk.revision)
        packed = kept.takes_gzip(request.headers.get("accept-encoding", ""))
        tag = kept.entity_tag((revision, question, self.desk.base_url, self.desk.version), packed=packed)
        held = self.shelf.get(revision, question)
        none_match = request.headers.get("if-none-match")
        headers = {"ETag": tag, "Vary": "Accept-Encoding", "Cache-Control": "public, max-age=300, must-revalidate"}
        if held is None and none_match is not None and kept.unchanged(none_match, None, tag, None):
            return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
        if held is None:
            held = await self._made(revision, question)
        headers["Last-Modified"] = kept.http_date(held.last_change)
        if kept.unchanged(none_match, request.headers.get("if-modified-since"), tag, held.last_change):
            return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
        headers["Content-Disposition"] = f'inline; filename="luanphien-{question.lang}.ics"'
        if packed:
            headers["Content-Encoding"] = "gzip"
        body = held.packed if packed else held.plain
        return Response(body, headers=headers, media_type="text/calendar; charset=utf-8")

    async def nothing(self, _request: Request) -> Response:
        """The same answer for every feed that is not there."""
        raise RefusalError(HTTPStatus.NOT_FOUND, _NOTHING)

    async def _made(self, revision: int, question: query.FeedQuestion) -> kept.KeptFeed:
        async with self.making:
            held = self.shelf.get(revision, question)
            if held is None:
                held = await run_in_threadpool(self._make, question)
                self.shelf.put(revision, question, held)
            return held

    def _make(self, question: query.FeedQuestion) -> kept.KeptFeed:
        last_change = self.desk.last_change()
        if last_change is None:
            raise EmptyStoreError
        directory = self.desk.directory()
        query.check_feed(question, directory, self.desk.plans())
        subscription = feed.Subscription(
            lang=question.lang,
            base_url=self.desk.base_url,
            source=f"{self.desk.base_url.rstrip('/')}{FEED_PATH}?{question.query}",
            last_change=last_change,
            about=(*question.selection.partners, *question.selection.leads),
        )
        records = self.desk.select(feed.with_kinds(question.selection))
        rendered = feed.calendar(records, directory, subscription)
        for uid, fault in rendered.faults:
            log.error("left out of the feed: %s: %s", uid, fault)
        return kept.KeptFeed.of(rendered.body, last_change)
