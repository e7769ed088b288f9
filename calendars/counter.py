"""What every address shares: methods, refusals, headers, and the language it answers in."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from http import HTTPStatus

from babel import negotiate_locale
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.types import Receive, Scope, Send

from calendars import query
from calendars.catalogue import msg, say
from calendars.query import RefusalError
from calendars.wording import day_words
from scheduler.errors import EmptyStoreError, TooFarError, TooManyError
from scheduler.plan import LANGUAGES

POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; font-src 'self'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)

GUARDS = (
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("Content-Security-Policy", POLICY),
)
"""Headers of every answer."""

ASKING = f"{POLICY}; connect-src 'self'"
"""The policy of a page whose script asks this server something."""

READING = ("GET", "HEAD")
"""What every address answers."""

_METHODS = msg("Only {methods} are answered here.")
_EMPTY = msg("Run “luanphien sync” on the server to load the plans, then open this page again.")
_TOO_FAR = msg("{day} is more than {years} years ahead. Take an earlier day.")
_TOO_MANY = msg(
    "Days after {after} are worked out for at most {most} duties at once, and here are {count}. "
    "Choose a partner, a home, a kind or a plan, or earlier days."
)
_WEIGHED = re.compile(r"\s*([A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*)\s*(?:;\s*q\s*=\s*([01](?:\.[0-9]{0,3})?)\s*)?")
_MOST_ACCEPTED = 20

Handler = Callable[[Request], Awaitable[Response]]
Refuse = Callable[[HTTPStatus, str, str], Response]
Address = tuple[str, Handler, Refuse]
"""A path, who answers it, and how a refusal there looks."""


@dataclass(frozen=True, slots=True)
class Counter:
    """One address, as an ASGI application. `tongue` is the language its path names, None: the reader's.

    It answers `methods`, and each other one with 405.
    """

    handler: Handler
    refuse: Refuse
    lang: str
    tongue: str | None = None
    methods: tuple[str, ...] = READING

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer; a bad address is answered with 4xx and what to do about it."""
        request = Request(scope, receive)
        request.state.lang = self.tongue or accepted(request.headers.get("accept-language", ""), self.lang)
        response = await self._answer(request)
        for name, value in GUARDS:
            response.headers.setdefault(name, value)
        if request.method == "HEAD":
            response.body = b""
        await response(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        lang = query.lang_of_refusal(raw(request), request.state.lang)
        if request.method not in self.methods:
            allowed = ", ".join(self.methods)
            response = self.refuse(HTTPStatus.METHOD_NOT_ALLOWED, say(lang, _METHODS, methods=allowed), lang)
            response.headers["Allow"] = allowed
            return response
        try:
            return await self.handler(request)
        except RefusalError as refusal:
            return self.refuse(refusal.status, refusal.said(lang), lang)
        except TooFarError as error:
            reason = say(lang, _TOO_FAR, day=error.day, years=error.years)
            return self.refuse(HTTPStatus.BAD_REQUEST, reason, lang)
        except TooManyError as error:
            return self.refuse(HTTPStatus.BAD_REQUEST, too_many(error, lang), lang)
        except EmptyStoreError:
            return self.refuse(HTTPStatus.SERVICE_UNAVAILABLE, say(lang, _EMPTY), lang)


def too_many(error: TooManyError, lang: str) -> str:
    """What cannot be shown, and how to see it."""
    return say(lang, _TOO_MANY, after=day_words(error.after, lang), most=error.most, count=error.count)


def accepted(header: str, default: str) -> str:
    """The language of ours that Accept-Language (RFC 9110, section 12.5.4) likes best; `default` when it names none."""
    weighed: list[tuple[float, int, str]] = []
    for part in header.split(",")[:_MOST_ACCEPTED]:
        found = _WEIGHED.fullmatch(part)
        weight = float(found[2] or 1) if found else 0.0
        if found and weight > 0:
            weighed.append((-weight, len(weighed), found[1].replace("-", "_")))
    return negotiate_locale([tag for _, _, tag in sorted(weighed)], LANGUAGES) or default


def raw(request: Request) -> bytes:
    """The query as it was sent."""
    sent: bytes = request.scope["query_string"]
    return sent


def refuse_text(status: HTTPStatus, reason: str, _lang: str) -> Response:
    """A refusal for programs that show text."""
    return PlainTextResponse(reason + "\n", status_code=status)


def refuse_json(status: HTTPStatus, reason: str, _lang: str) -> Response:
    """A refusal as JSON."""
    return JSONResponse({"error": reason}, status_code=status)
