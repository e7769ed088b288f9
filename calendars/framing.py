"""A page around its request: the frame it stands in, how it is answered, and what a refusal looks like."""

from __future__ import annotations

from http import HTTPStatus
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from calendars.catalogue import msg, say
from calendars.counter import raw
from calendars.desk import Desk
from calendars.pages.frame import Frame
from calendars.pages.refusal import refusal_page
from scheduler.plan import LANGUAGES

VIEWER = "luanphien.viewer"
"""Where a request holds its `Viewer`, if it was asked who looks."""

_NOT_FOUND = msg("Not found")
_TITLES = {
    HTTPStatus.BAD_REQUEST: msg("The address cannot be read"),
    HTTPStatus.METHOD_NOT_ALLOWED: msg("The address cannot be read"),
    HTTPStatus.SERVICE_UNAVAILABLE: msg("Nothing is stored yet"),
    HTTPStatus.FORBIDDEN: msg("This is for others to decide"),
    HTTPStatus.CONFLICT: msg("Nothing was changed"),
}


def frame_of(desk: Desk, request: Request, lang: str) -> Frame:
    """The frame of the page that was asked for."""
    pairs = parse_qsl(raw(request).decode("latin-1"))
    return Frame(
        lang=lang,
        path=unprefixed(request.url.path),
        base_url=desk.base_url,
        version=desk.version,
        year=desk.today().year,
        query=tuple(pair for pair in pairs if pair[0] != "lang"),
        viewer=request.scope.get(VIEWER),
    )


def page(html: str) -> Response:
    """A page, to be asked for anew each time, in the language of its address or of its reader."""
    return HTMLResponse(html, headers={"Cache-Control": "no-cache", "Vary": "Accept-Language"})


def refusal(desk: Desk, status: HTTPStatus, reason: str, lang: str) -> Response:
    """A refusal as a page."""
    html = refusal_page(say(lang, _TITLES.get(status, _NOT_FOUND)), reason, lost(desk, lang))
    return HTMLResponse(html, status_code=status)


def lost(desk: Desk, lang: str) -> Frame:
    """The frame of a page that stands in for one that is not there."""
    year = desk.today().year
    return Frame(lang=lang, path="/next", base_url=desk.base_url, version=desk.version, year=year, lost=True)


def unprefixed(path: str) -> str:
    """The path of a page without the language in front."""
    first, _, rest = path.removeprefix("/").partition("/")
    return f"/{rest}" if first in LANGUAGES else path
