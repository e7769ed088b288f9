"""The web side: feeds for calendar apps, pages and JSON for people, as routes over a `Desk`."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from calendars import assets, kept
from calendars.boardroutes import Boards
from calendars.catalogue import msg
from calendars.counter import Address, Counter, refuse_json, refuse_text
from calendars.desk import Desk, Question, Upcoming, upcoming_json
from calendars.feedroutes import Feeds
from calendars.memory import Memory
from calendars.offers import Offers
from calendars.openapi import described
from calendars.pageroutes import Pages
from calendars.query import RefusalError
from calendars.subscriberoutes import Subscribing
from scheduler.plan import LANGUAGES

__all__ = ["Desk", "Question", "Upcoming", "routes", "upcoming_json"]

_NOTHING = msg("There is nothing at this address.")


def routes(desk: Desk, memory: Memory) -> list[BaseRoute]:
    """Every route of feeds and pages, for a Starlette or FastAPI application.

    They answer GET and HEAD only, set no cookie, and answer a bad address with 4xx and what to do about it. A page
    stands at its path in the reader's language, and under `/vi`, `/en`, `/lo`, `/km` in that one. Of feeds they put
    into `memory` what they answered, for the door in front (`memory.Door`).
    """
    pages, boards, feeds, hall = Pages(desk), Boards(desk), Feeds(desk, memory.feeds, memory), _Hall(desk)
    subscribing = Subscribing(desk, memory.feeds, Offers(desk))
    plain: tuple[Address, ...] = (*feeds.table(), *pages.data(), *hall.table())
    found: list[BaseRoute] = [Route(path, Counter(handler, refuse, desk.lang)) for path, handler, refuse in plain]
    for path, handler, refuse in (*pages.table(), *boards.table(), *subscribing.table()):
        found.append(Route(path, Counter(handler, refuse, desk.lang)))
        found += [Route(f"/{lang}{path}", Counter(handler, refuse, desk.lang, lang)) for lang in LANGUAGES]
    found += [Route(f"/{lang}", Counter(pages.next, pages.refuse, desk.lang, lang)) for lang in LANGUAGES]
    for lang in LANGUAGES:
        found.append(Route(f"/{lang}/{{path:path}}", Counter(hall.nothing, pages.refuse, desk.lang, lang)))
    return [*found, Route("/{path:path}", Counter(hall.nothing, pages.refuse, desk.lang))]


@dataclass(frozen=True, slots=True)
class _Hall:
    """What stands around pages and feeds."""

    desk: Desk

    def table(self) -> tuple[Address, ...]:
        """Addresses without a language."""
        return (
            ("/healthz", self.health, refuse_json),
            ("/openapi.json", self.openapi, refuse_json),
            ("/robots.txt", self.robots, refuse_text),
            ("/static/{name:path}", self.static, refuse_text),
        )

    async def health(self, _request: Request) -> Response:
        """Whether the store answers, and its revision."""
        revision = await run_in_threadpool(self.desk.revision)
        return JSONResponse({"status": "ok", "revision": revision}, headers={"Cache-Control": "no-store"})

    async def openapi(self, _request: Request) -> Response:
        """What programs can ask for."""
        return JSONResponse(described(self.desk.version), headers={"Cache-Control": "public, max-age=3600"})

    async def robots(self, _request: Request) -> Response:
        """Let everyone in: some calendar services obey robots.txt when they fetch a feed."""
        return PlainTextResponse("User-agent: *\nAllow: /\n")

    async def static(self, request: Request) -> Response:
        """Style sheets, scripts and the mark."""
        asset = assets.asset(request.path_params["name"])
        if asset is None:
            raise RefusalError(HTTPStatus.NOT_FOUND, _NOTHING)
        headers = {"ETag": asset.tag, "Cache-Control": "public, max-age=86400"}
        if kept.unchanged(request.headers.get("if-none-match"), None, asset.tag, None):
            return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
        return Response(asset.body, headers=headers, media_type=asset.media_type)

    async def nothing(self, _request: Request) -> Response:
        """A page that says so, for every other address."""
        raise RefusalError(HTTPStatus.NOT_FOUND, _NOTHING)
