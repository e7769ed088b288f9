"""The addresses behind a mail's links, as routes over a `Window`: GET shows, POST acts.

Whoever has the link may press its button: the token is the authority, and nobody is logged in. There is no cookie, so a
page of somebody else's that posts here brings no more than it knew: it would need the token (no CSRF without it).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import assert_never

from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from calendars.counter import READING, Counter
from calendars.framing import frame_of, lost
from calendars.pages.refusal import refusal_page
from notifications import answering, subscribing
from notifications.forms import FORM, MOST_BYTES, PARTS, Fields, UnreadableError, fields_of, one_click
from notifications.pages import Slip, slip_page
from notifications.tokens import Action, Pass
from notifications.window import Window
from notifications.words import say
from scheduler.plan import LANGUAGES

PATH = "/r/{action}/{token}"
_HEADERS = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex, nofollow", "Vary": "Accept-Language"}

_Answer = tuple[HTTPStatus, Slip] | None


def routes(window: Window) -> list[BaseRoute]:
    """The routes, in the reader's language and under each; to be mounted before those of the pages.

    They set no cookie, never redirect (RFC 8058, section 3.1), and are kept by nobody.
    """
    desk = _Desk(window)
    methods = (*READING, "POST")
    tongues: tuple[tuple[str, str | None], ...] = (("", None), *((f"/{lang}", lang) for lang in LANGUAGES))
    lang = window.desk.lang
    return [Route(f"{start}{PATH}", Counter(desk.answer, desk.refuse, lang, own, methods)) for start, own in tongues]


@dataclass(frozen=True, slots=True)
class _Desk:
    window: Window

    async def answer(self, request: Request) -> Response:
        """The page of a link; after POST, what was done."""
        lang: str = request.state.lang
        action = next((each for each in Action if each == request.path_params["action"]), None)
        if action is None:
            return self._unknown(lang)
        granted = await run_in_threadpool(self._granted, action, request.path_params["token"])
        if granted is None:
            return self._unknown(lang)
        if granted.expires < self.window.desk.today():
            return await self._expired(request, granted)
        if request.method != "POST":
            return await self._answered(request, granted, lambda: self._look(granted, lang))
        try:
            kinds = (FORM, PARTS) if action is Action.UNSUBSCRIBE else (FORM,)
            fields = fields_of(await body_of(request), request.headers.get("content-type", ""), kinds)
        except UnreadableError as error:
            return self._unreadable(error.status, lang)
        clicked = action is Action.UNSUBSCRIBE and one_click(fields)
        answer = await self._answered(request, granted, lambda: self._act(granted, fields, lang))
        return (
            PlainTextResponse(say(lang, "No more mail comes to this address.") + "\n", headers=_HEADERS)
            if clicked
            else answer
        )

    def refuse(self, status: HTTPStatus, reason: str, lang: str) -> Response:
        """A refusal as a page: another method, or a store that holds nothing yet."""
        return self._refusal(status, say(lang, "This cannot be answered"), reason, lang)

    def _granted(self, action: Action, token: str) -> Pass | None:
        return self.window.links().read(action, token)

    def _look(self, granted: Pass, lang: str) -> _Answer:
        match granted.action:
            case Action.ACKNOWLEDGE | Action.DONE | Action.POSTPONE:
                slip = answering.look(self.window, granted.action, granted.subject, lang)
            case Action.UNSUBSCRIBE | Action.VERIFY:
                slip = subscribing.look(self.window, granted.action, granted.subject, lang)
            case _:
                assert_never(granted.action)
        return None if slip is None else (HTTPStatus.OK, slip)

    def _act(self, granted: Pass, fields: Fields, lang: str) -> _Answer:
        match granted.action:
            case Action.ACKNOWLEDGE | Action.DONE | Action.POSTPONE:
                return answering.act(self.window, granted.action, granted.subject, fields, lang)
            case Action.UNSUBSCRIBE | Action.VERIFY:
                slip = subscribing.act(self.window, granted.action, granted.subject, fields, lang)
                return None if slip is None else (HTTPStatus.OK, slip)
            case _:
                assert_never(granted.action)

    async def _answered(self, request: Request, granted: Pass, ask: Callable[[], _Answer]) -> Response:
        found = await run_in_threadpool(ask)
        if found is None:
            return self._nobody(granted.action, request.state.lang)
        return self._page(request, *found)

    async def _expired(self, request: Request, granted: Pass) -> Response:
        lang: str = request.state.lang
        item = await run_in_threadpool(answering.item, self.window, granted.action, granted.subject, lang)
        where = (say(lang, "The page of the item shows how it stands now."),) if item else ()
        ends = say(lang, "Buttons in mails work for a limited time. For all else ask the office that wrote to you.")
        slip = Slip(title=say(lang, "This link has expired"), item=item, lines=(ends, *where))
        return self._page(request, HTTPStatus.GONE, slip)

    def _page(self, request: Request, status: HTTPStatus, slip: Slip) -> Response:
        # What mail programs and scanners add to an address is of no concern, and must not go on into links.
        frame = replace(frame_of(self.window.desk, request, request.state.lang), query=())
        return HTMLResponse(slip_page(slip, frame), status_code=status, headers=_HEADERS)

    def _unknown(self, lang: str) -> Response:
        reason = say(lang, "It is not whole, or was not made here. Copy it from the mail again.")
        return self._refusal(HTTPStatus.NOT_FOUND, say(lang, "This link is not known"), reason, lang)

    def _nobody(self, action: Action, lang: str) -> Response:
        if action not in (Action.UNSUBSCRIBE, Action.VERIFY):
            return self._unknown(lang)
        reason = say(lang, "No mail goes there. You need not do anything.")
        return self._refusal(HTTPStatus.NOT_FOUND, say(lang, "Nobody has this address here any more"), reason, lang)

    def _unreadable(self, status: HTTPStatus, lang: str) -> Response:
        reason = say(lang, "Nothing was recorded. Open the link from the mail and press its button.")
        return self._refusal(status, say(lang, "This cannot be read"), reason, lang)

    def _refusal(self, status: HTTPStatus, title: str, reason: str, lang: str) -> Response:
        html = refusal_page(title, reason, lost(self.window.desk, lang))
        return HTMLResponse(html, status_code=status, headers=_HEADERS)


async def body_of(request: Request) -> bytes:
    """What was sent, as far as it is no more than a form of ours. Raises UnreadableError."""
    found = bytearray()
    try:
        async for part in request.stream():
            found += part
            if len(found) > MOST_BYTES:
                raise UnreadableError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    except ClientDisconnect as error:
        raise UnreadableError(HTTPStatus.BAD_REQUEST) from error
    return bytes(found)
