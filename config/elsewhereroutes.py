"""The addresses officers go to an account elsewhere by, and come back: both are links, and both by GET.

The way there is a plain link, so that no form has to lead to another site. It gives a fresh cookie and changes nothing;
from another site's page it leads to our sign-in page first. Who comes back is let in by the cookie of the browser that
went (docs/adr/0020).
"""

from __future__ import annotations

import logging
import math
from dataclasses import dataclass, replace
from functools import partial
from http import HTTPStatus
from importlib.util import find_spec
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from calendars.counter import READING, Counter
from calendars.desk import Desk
from calendars.framing import frame_of, refusal
from calendars.pages.signin import Word, word_page
from config import elsewhere
from config.asking import Asking
from config.bindings import Stranger
from config.deskforms import local
from config.elsewhere import Identity, Journey, RefusedError, SilentError, UntrustedError, client_of, journey_of
from config.officerroutes import Reception, Ways
from config.session import USAGE, Job, fail
from config.signin import In, Wait
from config.words import tell
from scheduler.plan import LANGUAGES

if TYPE_CHECKING:
    from config.provider import Provider

log = logging.getLogger("officers")

LONGEST_CODE = 4000


def ways_of(job: Job) -> Ways:
    """How officers may sign in, as the settings say."""
    settings = job.settings
    return Ways(settings.passwords == "yes", None if client_of(settings) is None else settings.oidc_name or "")


def provider_of(job: Job) -> Provider | None:
    """The provider of this installation; None when it has none. Ends the command where the extra is not installed."""
    client = client_of(job.settings)
    if client is None:
        return None
    if find_spec("authlib") is None or find_spec("httpx") is None:
        what = tell(job.lang, "LUANPHIEN_OIDC_ISSUER needs Authlib and HTTPX, which are not installed")
        fail(what, tell(job.lang, "install them with luanphien: pip install 'luanphien[oidc]'"), USAGE)
    from config.provider import Provider  # noqa: PLC0415 - an extra that need not be installed

    return Provider(client)


def elsewhere_routes(asking: Asking, desk: Desk, provider: Provider | None) -> list[BaseRoute]:
    """The routes: the way there in the reader's language and under each, the way back at one address alone."""
    here = Passage(asking, desk, provider)
    refuse, told = partial(refusal, desk), Reception(asking, desk).told
    tongues: tuple[tuple[str, str | None], ...] = (("", None), *((f"/{lang}", lang) for lang in LANGUAGES))
    leave, back = told(here.leave), told(here.back)
    return [
        *(
            Route(f"{start}/sign-in/elsewhere", Counter(leave, refuse, desk.lang, own, READING))
            for start, own in tongues
        ),
        Route(elsewhere.BACK, Counter(back, refuse, desk.lang, None, ("GET",))),
    ]


@dataclass(frozen=True, slots=True)
class Passage:
    """The handlers. They answer behind their gates (`access`)."""

    asking: Asking
    desk: Desk
    provider: Provider | None

    async def leave(self, request: Request) -> Response:
        """On to the provider, with a cookie by which they come back; from another site's page to the sign-in page."""
        cookies, lang = self.asking.cookies, request.state.lang
        wanted = request.query_params.get("next", "")
        if self.provider is None:
            return self._word(request, Word.ALONE, HTTPStatus.NOT_FOUND)
        if not cookies.safe:
            return self._word(request, Word.PLAIN, HTTPStatus.FORBIDDEN)
        if request.headers.get("sec-fetch-site", "none") not in ("same-origin", "none"):
            path = local(wanted)
            query = f"?{urlencode({'next': path})}" if path else ""
            return RedirectResponse(f"/{lang}/sign-in{query}", HTTPStatus.SEE_OTHER)
        journey = elsewhere.begin(self.asking.porter.now(), lang, wanted)
        try:
            address = await self.provider.leave(journey)
        except SilentError as error:
            return self._silent(request, error)
        response = RedirectResponse(address, HTTPStatus.SEE_OTHER)
        cookies.give(response, cookies.journey, journey.cookie, int(elsewhere.JOURNEY_FOR.total_seconds()))
        return response

    async def back(self, request: Request) -> Response:
        """Who came back with the cookie they left with is signed in, or told that they are not; it is used up."""
        cookies, porter = self.asking.cookies, self.asking.porter
        if self.provider is None:
            return self._word(request, Word.ALONE, HTTPStatus.NOT_FOUND)
        journey = journey_of(cookies.read(request, cookies.journey, elsewhere.LONGEST_COOKIE), porter.now())
        request.state.lang = journey.lang if journey else request.state.lang
        if journey is None or not journey.goes_on(request.query_params.get("state", "")):
            return self._word(request, Word.AGAIN, HTTPStatus.FORBIDDEN)  # the cookie stays: this is of another window
        response = await self._come(request, self.provider, journey)
        cookies.take(response, cookies.journey)
        return response

    async def _come(self, request: Request, provider: Provider, journey: Journey) -> Response:
        given, code = request.query_params, request.query_params.get("code", "")
        if not 1 <= len(code) <= LONGEST_CODE or given.get("iss", provider.client.issuer) != provider.client.issuer:
            log.info("the provider let nobody in: %r", given.get("error", "")[:100])
            return self._word(request, Word.AGAIN, HTTPStatus.FORBIDDEN)
        client = request.client.host if request.client else ""
        wait = await run_in_threadpool(elsewhere.admitted, self.asking.porter, client)
        if wait is not None:
            return self._wait(request, wait)
        try:
            identity = await provider.meet(journey, code, self.asking.porter.now())
        except SilentError as error:
            return self._silent(request, error)
        except RefusedError as error:
            log.warning("nobody was signed in: %s", error)
            return self._word(request, Word.AGAIN, HTTPStatus.FORBIDDEN)
        except UntrustedError as error:
            log.warning("nobody was signed in: %s", error)
            return self._word(request, Word.UNTRUSTED, HTTPStatus.FORBIDDEN)
        return await self._let_in(request, journey, identity, client)

    async def _let_in(self, request: Request, journey: Journey, identity: Identity, client: str) -> Response:
        cookies = self.asking.cookies
        before = cookies.read(request, cookies.session)
        done = await run_in_threadpool(elsewhere.arrive, self.asking.porter, identity, client, before)
        match done:
            case In():
                response = RedirectResponse(journey.next or f"/{journey.lang}/today", HTTPStatus.SEE_OTHER)
                cookies.give(response, cookies.session, done.token)
                cookies.take(response, cookies.form)
                return response
            case Stranger():
                log.warning("the account %r was not let in: %s", identity.subject, done.value)
                return self._word(request, Word.STRANGER, HTTPStatus.FORBIDDEN)

    def _silent(self, request: Request, error: SilentError) -> Response:
        log.warning("the provider cannot be used: %s", error)
        response = self._word(request, Word.SILENT, HTTPStatus.SERVICE_UNAVAILABLE)
        response.headers["Retry-After"] = "60"
        return response

    def _wait(self, request: Request, wait: Wait) -> Response:
        seconds = math.ceil(wait.span.total_seconds())
        response = self._word(request, Word.WAIT, HTTPStatus.TOO_MANY_REQUESTS, minutes=-(-seconds // 60))
        response.headers["Retry-After"] = str(seconds)
        return response

    def _word(self, request: Request, word: Word, status: HTTPStatus, **fields: int) -> HTMLResponse:
        """A page that says it. Its links lead to the sign-in page in other languages, never on with a code."""
        frame = replace(frame_of(self.desk, request, request.state.lang), path="/sign-in", query=())
        return HTMLResponse(word_page(word, frame, **fields), status)
