"""The web side: feeds for calendar apps, pages and JSON for people, as routes over a `Desk`."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from http import HTTPStatus
from urllib.parse import parse_qsl

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import Receive, Scope, Send

from calendars import assets, feed, kept, query
from calendars.catalogue import msg, say
from calendars.desk import Desk, Dossier, Question, Upcoming, upcoming_json
from calendars.pages.frame import Frame
from calendars.pages.occurrence import occurrence_page
from calendars.pages.refusal import refusal_page
from calendars.pages.upcoming import card_of, next_page
from calendars.query import RefusalError
from calendars.wording import kind_word, name
from scheduler.errors import EmptyStoreError, HorizonError
from scheduler.plan import MEETINGS, Directory

__all__ = ["Desk", "Question", "Upcoming", "routes", "upcoming_json"]

log = logging.getLogger(__name__)

FEED_PATH = "/feeds/all.ics"
POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)

_EMPTY = msg("Run “luanphien sync” on the server to load the plans, then open this page again.")
_NOTHING = msg("There is nothing at this address.")

Handler = Callable[[Request], Awaitable[Response]]
Refuse = Callable[[HTTPStatus, str, str], Response]


def routes(desk: Desk) -> list[BaseRoute]:
    """Every route of feeds and pages, for a Starlette or FastAPI application.

    They answer GET and HEAD only, set no cookie, and answer a bad address with 4xx and what to do about it.
    """
    office = _Office(desk)
    table: tuple[tuple[str, Handler, Refuse], ...] = (
        (FEED_PATH, office.feed, _refuse_text),
        ("/next", office.next, office.refuse_page),
        ("/next.json", office.next_json, _refuse_json),
        ("/o/{key:path}", office.occurrence, office.refuse_page),
        ("/healthz", office.health, _refuse_json),
        ("/robots.txt", office.robots, _refuse_text),
        ("/static/{name:path}", office.static, _refuse_text),
        ("/feeds/{name:path}", office.nothing, _refuse_text),
        ("/", office.home, _refuse_text),
    )
    return [Route(path, _Counter(handler, refuse, desk.lang)) for path, handler, refuse in table]


@dataclass(frozen=True, slots=True)
class _Counter:
    """One address, as an ASGI application: methods, refusals and headers that all answers share."""

    handler: Handler
    refuse: Refuse
    lang: str

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        response = await self._answer(request)
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["Content-Security-Policy"] = POLICY
        if request.method == "HEAD":
            response.body = b""
        await response(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        lang = query.lang_of_refusal(_raw(request), self.lang)
        if request.method not in ("GET", "HEAD"):
            reason = say(lang, "Only GET and HEAD are answered here.")
            response = self.refuse(HTTPStatus.METHOD_NOT_ALLOWED, reason, lang)
            response.headers["Allow"] = "GET, HEAD"
            return response
        try:
            return await self.handler(request)
        except RefusalError as refusal:
            return self.refuse(refusal.status, refusal.said(lang), lang)
        except HorizonError as error:
            return self.refuse(HTTPStatus.BAD_REQUEST, str(error), lang)
        except EmptyStoreError:
            return self.refuse(HTTPStatus.SERVICE_UNAVAILABLE, say(lang, _EMPTY), lang)


@dataclass(frozen=True, slots=True)
class _Office:
    """The handlers, and the feeds kept between requests."""

    desk: Desk
    shelf: kept.Shelf = field(default_factory=kept.Shelf)
    making: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def feed(self, request: Request) -> Response:
        """All-day events as text/calendar; an unchanged feed costs one look at the revision."""
        question = query.feed_question(_raw(request), self.desk.lang)
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

    async def next(self, request: Request) -> Response:
        """The page of what comes next."""
        answer = await run_in_threadpool(self._next, request)
        cards = [card_of(upcoming, answer.directory, answer.lang, answer.question.as_of) for upcoming in answer.found]
        question, lang = answer.question, answer.lang
        about = [name(partner, answer.directory, lang) for partner in question.partners]
        about += [kind_word(kind, lang) for kind in question.kinds]
        frame = self._frame(request, lang)
        page = next_page(cards, frame, question.as_of, stored=answer.stored, about=", ".join(about))
        return HTMLResponse(page, headers={"Cache-Control": "no-cache"})

    async def next_json(self, request: Request) -> Response:
        """The same as JSON: a list of occurrences with `flags` and `days_left`."""
        answer = await run_in_threadpool(self._next, request)
        found = [upcoming_json(upcoming, answer.lang) for upcoming in answer.found]
        return JSONResponse(found, headers={"Cache-Control": "no-cache"})

    async def occurrence(self, request: Request) -> Response:
        """The page of one occurrence."""
        lang = query.page_lang(_raw(request), self.desk.lang)
        key: str = request.path_params["key"]
        found = await run_in_threadpool(self._found, key)
        if found is None:
            raise RefusalError(HTTPStatus.NOT_FOUND, _NOTHING)
        dossier, directory, today = found
        page = occurrence_page(dossier, directory, self._frame(request, lang), today)
        return HTMLResponse(page, headers={"Cache-Control": "no-cache"})

    async def health(self, _request: Request) -> Response:
        """Whether the store answers, and its revision."""
        revision = await run_in_threadpool(self.desk.revision)
        return JSONResponse({"status": "ok", "revision": revision}, headers={"Cache-Control": "no-store"})

    async def robots(self, _request: Request) -> Response:
        """Let everyone in: some calendar services obey robots.txt when they fetch a feed."""
        return PlainTextResponse("User-agent: *\nAllow: /\n")

    async def static(self, request: Request) -> Response:
        """The style sheet and the mark."""
        asset = assets.asset(request.path_params["name"])
        if asset is None:
            raise RefusalError(HTTPStatus.NOT_FOUND, _NOTHING)
        headers = {"ETag": asset.tag, "Cache-Control": "public, max-age=86400"}
        if kept.unchanged(request.headers.get("if-none-match"), None, asset.tag, None):
            return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
        return Response(asset.body, headers=headers, media_type=asset.media_type)

    async def home(self, request: Request) -> Response:
        """The front door leads to what comes next."""
        lang = query.page_lang(_raw(request), self.desk.lang)
        return RedirectResponse(f"/next?lang={lang}" if request.url.query else "/next")

    async def nothing(self, _request: Request) -> Response:
        """The same answer for every feed that is not there."""
        raise RefusalError(HTTPStatus.NOT_FOUND, _NOTHING)

    def refuse_page(self, status: HTTPStatus, reason: str, lang: str) -> Response:
        """A refusal as a page."""
        unread = status is HTTPStatus.BAD_REQUEST
        title = say(lang, "The address cannot be read") if unread else say(lang, "Not found")
        frame = Frame(lang=lang, path="/next", base_url=self.desk.base_url, version=self.desk.version)
        return HTMLResponse(refusal_page(title, reason, frame), status_code=status)

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

    def _next(self, request: Request) -> _Answer:
        asked, lang = query.next_question(_raw(request), self.desk.lang, self.desk.today())
        question = Question(asked.partners, asked.kinds or MEETINGS, asked.count, asked.as_of)
        directory = self.desk.directory()
        query.check_known("partner", question.partners, directory.parties)
        try:
            found = self.desk.upcoming(question)
        except EmptyStoreError:
            found = ()
        return _Answer(asked, lang, directory, found, stored=self.desk.last_change() is not None)

    def _found(self, key: str) -> tuple[Dossier, Directory, date] | None:
        if not query.is_key(key):
            return None
        today = self.desk.today()
        found = self.desk.find(key, today)
        return None if found is None else (found, self.desk.directory(), today)

    def _frame(self, request: Request, lang: str) -> Frame:
        pairs = parse_qsl(_raw(request).decode("latin-1"))
        return Frame(
            lang=lang,
            path=request.url.path,
            base_url=self.desk.base_url,
            version=self.desk.version,
            query=tuple(pair for pair in pairs if pair[0] != "lang"),
        )


@dataclass(frozen=True, slots=True)
class _Answer:
    """Who is next, and all that is needed to say it."""

    question: Question
    lang: str
    directory: Directory
    found: Sequence[Upcoming]
    stored: bool


def _raw(request: Request) -> bytes:
    raw: bytes = request.scope["query_string"]
    return raw


def _refuse_text(status: HTTPStatus, reason: str, _lang: str) -> Response:
    return PlainTextResponse(reason + "\n", status_code=status)


def _refuse_json(status: HTTPStatus, reason: str, _lang: str) -> Response:
    return JSONResponse({"error": reason}, status_code=status)
