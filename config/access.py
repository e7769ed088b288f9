"""Which address is for whom: one table for all routes, and the gate in front of each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from http import HTTPStatus
from urllib.parse import quote, urlencode

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from calendars.catalogue import msg
from calendars.counter import GUARDS, READING, accepted
from calendars.desk import Desk
from calendars.framing import VIEWER, frame_of
from calendars.pages.signin import Word, word_page
from config.again import kept
from config.asking import ASKED, Asked, Asking
from config.office import office
from config.officers import Role
from config.remit import covers, remit_of
from config.words import tell
from scheduler.occurrence import Occurrence
from scheduler.plan import LANGUAGES

SHUT = ("/feeds/all.",)
"""Feeds that show everything, and so are shut where pages are."""

_FIRST = msg("sign in first: this installation shows its pages to officers alone")


class Access(StrEnum):
    """How an address is guarded."""

    FREE = "free"  # nobody is asked who they are
    PAGE = "page"  # free or not, as LUANPHIEN_PAGES says; who may not is led to the sign-in page
    DATA = "data"  # likewise, for programs; who may not is refused
    DOOR = "door"  # for everybody, and it is asked who it is
    DESK = "desk"  # for officers who are signed in


@dataclass(frozen=True, slots=True)
class Rule:
    """How an address is guarded, and from which role on officers may use it."""

    access: Access
    least: Role = Role.READER


_FREE, _PAGE, _DATA, _DOOR, _DESK = (Rule(access) for access in Access)

RULES: Mapping[str, Rule] = {
    "/": _PAGE,
    "/next": _PAGE,
    "/agreements": _PAGE,
    "/board": _PAGE,
    "/year": _PAGE,
    "/year/{year}": _PAGE,
    "/year/{year}/{month}": _PAGE,
    "/subscribe": _PAGE,
    "/o/{key:path}": _PAGE,
    "/o/{key:path}.ics": _DATA,
    "/next.json": _DATA,
    "/feeds/all.ics": _DATA,
    "/feeds/all.json": _DATA,
    "/feeds/s/{token}.ics": _FREE,
    "/feeds/s/{token}.json": _FREE,
    "/feeds/{slug}.ics": _FREE,
    "/feeds/{slug}.json": _FREE,
    "/feeds/{name:path}.json": _FREE,
    "/feeds/{name:path}": _FREE,
    "/r/{action}/{token}": _FREE,
    "/healthz": _FREE,
    "/metrics": _FREE,
    "/openapi.json": _FREE,
    "/robots.txt": _FREE,
    "/static/{name:path}": _FREE,
    "/sign-in": _DOOR,
    "/sign-in/elsewhere": _DOOR,
    "/sign-in/back": _DOOR,
    "/password/{token}": _DOOR,
    "/sign-out": _DESK,
    "/account": _DESK,
    "/today": _DESK,
    "/changes": Rule(Access.DESK, Role.OFFICER),
    "/changes.csv": Rule(Access.DESK, Role.OFFICER),
    "/decide": Rule(Access.DESK, Role.OFFICER),
    "/decide/{verb}": Rule(Access.DESK, Role.OFFICER),
    "/plans": _DESK,
    "/plans/new": Rule(Access.DESK, Role.OFFICER),
    "/plans/{id}": _DESK,
    "/plans/{id}/file": _DESK,
    "/plans/{id}/history": _DESK,
    "/plans/{id}/edit": Rule(Access.DESK, Role.OFFICER),
    "/plans/{id}/check": Rule(Access.DESK, Role.OFFICER),
    "/plans/{id}/proposals/{number}": Rule(Access.DESK, Role.OFFICER),
    "/plans/{id}/proposals/{number}/{act}": Rule(Access.DESK, Role.OFFICER),
    "/outbox": Rule(Access.DESK, Role.OFFICER),
    "/outbox/{id}": Rule(Access.DESK, Role.OFFICER),
    "/outbox/{id}/{act}": Rule(Access.DESK, Role.HEAD),
    "/people": Rule(Access.DESK, Role.OFFICER),
    "/people/new": Rule(Access.DESK, Role.HEAD),
    "/people/{id}": Rule(Access.DESK, Role.OFFICER),
    "/people/{id}/edit": Rule(Access.DESK, Role.HEAD),
    "/people/{id}/{act}": Rule(Access.DESK, Role.HEAD),
    "/links": Rule(Access.DESK, Role.OFFICER),
    "/links/new": Rule(Access.DESK, Role.HEAD),
    "/links/{id}": Rule(Access.DESK, Role.OFFICER),
    "/links/{id}/{act}": Rule(Access.DESK, Role.HEAD),
    "/{path:path}": _PAGE,
}
"""Every path there is, without its language."""

PLACES = ("/today", "/decide", "/plans", "/people", "/links", "/changes", "/outbox")
"""Pages for officers that pages lead to, if they may open them; layout.html has words for those every page leads to."""


def plain_path(path: str) -> str:
    """The path of a route without the language in front."""
    first, slash, rest = path.removeprefix("/").partition("/")
    return f"/{rest}" if first in LANGUAGES and (slash or not rest) else path


def guarded(routes: Iterable[BaseRoute], asking: Asking, desk: Desk, *, shut: bool) -> list[BaseRoute]:
    """The same routes, each behind its gate. `shut`: pages are for officers. Raises KeyError for one without a rule."""
    found: list[BaseRoute] = []
    for route in routes:
        if not isinstance(route, Route):
            raise TypeError(f"{route} has no path that a rule could name")
        rule = RULES[plain_path(route.path)]
        app = route.app if rule.access is Access.FREE else Gate(route.app, rule, asking, desk, shut=shut)
        found.append(Route(route.path, app, include_in_schema=False))
    return found


@dataclass(frozen=True, slots=True)
class Gate:
    """In front of one route: asks who it is, lets them through or says why not, and keeps their pages out of caches."""

    app: ASGIApp
    rule: Rule
    asking: Asking
    desk: Desk
    shut: bool

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or let the route answer."""
        request = Request(scope, receive)
        found = await self.asking.who(request)
        scope[ASKED], scope[VIEWER] = found, replace(found.viewer, places=_places(found), decides=self._decides(found))
        refused = self._refused(request, found)
        if refused is not None and found.officer is None and request.method not in READING:
            refused = await kept(request, self.desk, _lang(request, self.desk)) or refused
        if refused is not None:
            for name, value in GUARDS:
                refused.headers.setdefault(name, value)
            await refused(scope, receive, send)
            return
        own = found.officer is not None or self.rule.access in (Access.DOOR, Access.DESK)

        async def private(message: Message) -> None:
            if own and message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["Cache-Control"] = "no-store"
                headers["Referrer-Policy"] = "same-origin"  # else browsers send `Origin: null` with our own forms
                headers.add_vary_header("Cookie")
            await send(message)

        await self.app(scope, receive, private)

    def _decides(self, found: Asked) -> Callable[[Occurrence], bool]:
        """Whether they may decide on an occurrence: by their role, and by whose duty it is."""
        officer, database = found.officer, self.asking.porter.database

        def decides(one: Occurrence) -> bool:
            if officer is None or not officer.may(RULES["/decide"].least):
                return False
            with office(database, self.desk.today()) as desk:
                return covers(remit_of(desk, officer), one)

        return decides

    def _refused(self, request: Request, found: Asked) -> Response | None:
        access = self.rule.access
        if access is Access.DOOR or (access is not Access.DESK and not self.shut):
            return None
        if found.officer is not None:
            return None if found.officer.may(self.rule.least) else self._word(request, Word.ROLE)
        if access is Access.DATA:
            return PlainTextResponse(tell(_lang(request, self.desk), _FIRST) + "\n", HTTPStatus.FORBIDDEN)
        if request.method not in READING:
            return self._word(request, Word.OVER)
        lang, scope = _lang(request, self.desk), request.scope
        query = scope["query_string"].decode("latin-1")
        back = quote(scope["path"]) + (f"?{query}" if query else "")
        headers = {"Cache-Control": "no-store"}
        return RedirectResponse(f"/{lang}/sign-in?{urlencode({'next': back})}", HTTPStatus.SEE_OTHER, headers)

    def _word(self, request: Request, word: Word) -> Response:
        html = word_page(word, frame_of(self.desk, request, _lang(request, self.desk)))
        return HTMLResponse(html, HTTPStatus.FORBIDDEN, {"Cache-Control": "no-store"})


def _places(found: Asked) -> tuple[str, ...]:
    officer = found.officer
    return () if officer is None else tuple(path for path in PLACES if officer.may(RULES[path].least))


def _lang(request: Request, desk: Desk) -> str:
    """The language the path names, or the reader's."""
    first = request.url.path.removeprefix("/").partition("/")[0]
    return first if first in LANGUAGES else accepted(request.headers.get("accept-language", ""), desk.lang)
