"""The addresses of feeds with an address of their own: GET shows them and what an act will do, POST does it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import partial
from http import HTTPStatus
from urllib.parse import parse_qsl

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Route

from calendars.counter import READING, Counter, raw
from calendars.desk import Desk
from calendars.feeddesk import FeedDesk
from calendars.framing import frame_of, refusal
from calendars.gate import unprintable
from calendars.offers import Offers
from calendars.pages import linkwords as words
from calendars.pages.outboxwords import NO_NUMBER
from calendars.pages.signin import Word
from calendars.query import MOST_CHARACTERS, RefusalError
from calendars.subscribequery import wish
from config.again import check_seal
from config.asking import Asking, asked, seal
from config.deskforms import DeedForm, FormError, form
from config.linkdesk import Change, LinkForm, Order, Stock
from config.officerroutes import Reception
from config.peoplesight import Asked
from config.session import Job
from scheduler.plan import LANGUAGES

_IDENT = re.compile(r"[a-z0-9-]{1,16}")
_PAGE = re.compile(r"[1-9][0-9]{0,5}")
_OWN = ("label", "public", "slug")


def link_routes(job: Job, asking: Asking, desk: Desk, feeds: FeedDesk) -> list[BaseRoute]:
    """The routes, in the reader's language and under each."""
    here, refuse = Stall(Stock(job, feeds, Offers(desk)), desk), partial(refusal, desk)
    told = Reception(asking, desk).told
    tongues: tuple[tuple[str, str | None], ...] = (("", None), *((f"/{lang}", lang) for lang in LANGUAGES))
    found: list[BaseRoute] = []
    for path, answer, methods in (
        ("/links", here.links, READING),
        ("/links/new", here.new, (*READING, "POST")),
        ("/links/{id}", here.link, READING),
        ("/links/{id}/{act}", here.act, (*READING, "POST")),
    ):
        handler = told(answer)
        found += [Route(f"{start}{path}", Counter(handler, refuse, desk.lang, own, methods)) for start, own in tongues]
    return found


@dataclass(frozen=True, slots=True)
class Stall:
    """The handlers. They answer behind their gates (`access`)."""

    stock: Stock
    desk: Desk

    async def links(self, request: Request) -> Response:
        """The feeds they see."""
        page = request.query_params.get("page", "1")
        if _PAGE.fullmatch(page) is None:
            raise RefusalError(HTTPStatus.BAD_REQUEST, NO_NUMBER)
        return HTMLResponse(await run_in_threadpool(self.stock.listed, self._asked(request), int(page)))

    async def link(self, request: Request) -> Response:
        """One feed."""
        return HTMLResponse(await run_in_threadpool(self.stock.show, self._asked(request), _ident(request)))

    async def new(self, request: Request) -> Response:
        """The form for a feed, with what it would hold; after POST, it is made."""
        who = self._asked(request)
        if request.method != "POST":
            order = _order(request)
            return HTMLResponse(await run_in_threadpool(self.stock.blank, who, order))
        sent = await form(request, LinkForm, self.desk.base_url)
        check_seal(asked(request), sent, sent.seal)
        who = replace(who, frame=replace(who.frame, path=f"/links/{sent.ident}", query=()))
        return HTMLResponse(*await run_in_threadpool(self.stock.make, who, sent))

    async def act(self, request: Request) -> Response:
        """What an act will do; after POST, what became of it."""
        who, ident = self._asked(request), _ident(request)
        if request.path_params["act"] not in list(Change):
            raise RefusalError(HTTPStatus.NOT_FOUND, words.NO_DEED)
        change = Change(request.path_params["act"])
        if request.method != "POST":
            return HTMLResponse(*await run_in_threadpool(self.stock.ask, who, ident, change))
        sent = await form(request, DeedForm, self.desk.base_url)
        check_seal(asked(request), sent, sent.seal)
        who = replace(who, frame=replace(who.frame, path=f"/links/{ident}"))
        return HTMLResponse(*await run_in_threadpool(self.stock.do, who, ident, change, sent.seen))

    def _asked(self, request: Request) -> Asked:
        who = asked(request)
        if who.officer is None or who.token is None:
            raise FormError(Word.OVER, HTTPStatus.FORBIDDEN)
        return Asked(who.officer, seal(who.token), frame_of(self.desk, request, request.state.lang))


def _ident(request: Request) -> str:
    ident: str = request.path_params["id"]
    if _IDENT.fullmatch(ident) is None:
        raise RefusalError(HTTPStatus.NOT_FOUND, words.NO_LINK)
    return ident


def _order(request: Request) -> Order:
    """What the form asks for. Raises RefusalError."""
    sent = raw(request)
    own = b"&".join(pair for pair in sent.split(b"&") if _name(pair) in _OWN)
    rest = b"&".join(pair for pair in sent.split(b"&") if _name(pair) not in _OWN)
    given = dict(parse_qsl(own[:MOST_CHARACTERS].decode("latin-1"), keep_blank_values=True))
    if any(unprintable(value) is not None or "\n" in value for value in given.values()):
        raise RefusalError(HTTPStatus.BAD_REQUEST, words.FAULTS["label"])
    wished = wish(rest, request.state.lang)
    return Order(
        question=wished.question,
        label=given["label"].strip() if "label" in given else None,
        public=given.get("public") == "yes",
        slug=given.get("slug", "").strip(),
    )


def _name(pair: bytes) -> str:
    return pair.partition(b"=")[0].decode("latin-1")
