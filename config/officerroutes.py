"""The addresses officers sign in and out by, set a password by, and see who they are: GET shows, POST acts."""

from __future__ import annotations

import logging
import math
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from functools import partial
from http import HTTPStatus
from typing import TypeVar

import anyio
from sqlalchemy.exc import OperationalError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from calendars.counter import READING, Counter
from calendars.desk import Desk
from calendars.framing import VIEWER, frame_of, refusal
from calendars.pages.frame import Viewer
from calendars.pages.signin import (
    Account,
    NewPassword,
    SignIn,
    Word,
    account_page,
    password_page,
    sign_in_page,
    word_page,
)
from calendars.wording import name as name_of
from config import officerbook, sessions
from config.again import held_up
from config.asking import Asking, asked, new_secret, seal, sealed
from config.deskforms import FormError, PasswordForm, SignInForm, SignOutForm, form, local
from config.officerbook import Action
from config.officers import Officer, Role
from config.passwords import LEAST, MOST, Fault
from config.signin import In, Wait, set_password, sign_in, whose_link
from notifications import people
from notifications.contacts import folded
from scheduler.plan import LANGUAGES

log = logging.getLogger("officers")

HASHES = 2
"""Passwords that a process hashes at a time: each takes 64 MiB."""

Made = TypeVar("Made")


@dataclass(frozen=True, slots=True)
class Ways:
    """How one may sign in: by password, and by an account elsewhere (the words of its button; empty: our own)."""

    passwords: bool = True
    elsewhere: str | None = None


def officer_routes(asking: Asking, desk: Desk, ways: Ways) -> list[BaseRoute]:
    """The routes, in the reader's language and under each."""
    here = Reception(asking, desk, ways)
    refuse = partial(refusal, desk)
    tongues: tuple[tuple[str, str | None], ...] = (("", None), *((f"/{lang}", lang) for lang in LANGUAGES))
    found: list[BaseRoute] = []
    for path, answer, methods in (
        ("/sign-in", here.sign_in, (*READING, "POST")),
        ("/sign-out", here.sign_out, ("POST",)),
        ("/account", here.account, READING),
        ("/password/{token}", here.password, (*READING, "POST")),
    ):
        handler = here.told(answer)
        found += [Route(f"{start}{path}", Counter(handler, refuse, desk.lang, own, methods)) for start, own in tongues]
    return found


@dataclass(frozen=True, slots=True)
class Reception:
    """The handlers. They answer behind their gates (`access`)."""

    asking: Asking
    desk: Desk
    ways: Ways = Ways()
    _hashing: anyio.CapacityLimiter = field(default_factory=lambda: anyio.CapacityLimiter(HASHES))

    def told(self, answer: Callable[[Request], Awaitable[Response]]) -> Callable[[Request], Awaitable[Response]]:
        """The same handler; a form that is none of ours, or cannot be stored, is answered with a page that says so."""

        async def answering(request: Request) -> Response:
            try:
                return await answer(request)
            except FormError as error:
                token = asked(request).token or ""
                again = held_up(request, self.desk, request.state.lang, error.typed, token) if error.typed else None
                return again or self._word(request, error.word, error.status)
            except OperationalError as error:  # said without its statement, which may hold what is kept of a password
                log.warning("an officer's form could not be written down: %s", error.orig)
                response = self._word(request, Word.BUSY, HTTPStatus.SERVICE_UNAVAILABLE)
                response.headers["Retry-After"] = "60"
                return response

        return answering

    async def sign_in(self, request: Request) -> Response:
        """The form; after POST, signed in and on the way back to where one came from."""
        cookies = self.asking.cookies
        if not cookies.safe:
            return self._word(request, Word.PLAIN, HTTPStatus.FORBIDDEN)
        secret = cookies.read(request, cookies.form)
        if request.method != "POST":
            return self._form(request, secret, SignIn(seal="", next=local(request.query_params.get("next", "")) or ""))
        sent = await form(request, SignInForm, self.desk.base_url)
        self._check_passwords()
        if not sealed(secret, sent.seal):
            raise FormError(Word.SEAL, HTTPStatus.FORBIDDEN)
        client = request.client.host if request.client else ""
        before = cookies.read(request, cookies.session)
        done = await self._hashed(lambda: sign_in(self.asking.porter, sent.name, sent.password, client, before))
        back = local(sent.next) or f"/{request.state.lang}/today"
        match done:
            case In():
                response: Response = RedirectResponse(back, HTTPStatus.SEE_OTHER)
                cookies.give(response, cookies.session, done.token)
                cookies.take(response, cookies.form)
                return response
            case Wait():
                seconds = math.ceil(done.span.total_seconds())
                view = SignIn(seal="", next=sent.next, name=sent.name, problem=Word.WAIT, minutes=-(-seconds // 60))
                response = self._form(request, secret, view, HTTPStatus.TOO_MANY_REQUESTS)
                response.headers["Retry-After"] = str(seconds)
                return response
            case None:
                view = SignIn(seal="", next=sent.next, name=sent.name, problem=Word.WRONG)
                return self._form(request, secret, view, HTTPStatus.FORBIDDEN)

    async def sign_out(self, request: Request) -> Response:
        """End this session, or all of theirs."""
        who = asked(request)
        sent = await form(request, SignOutForm, self.desk.base_url)
        if who.officer is None or who.token is None or not sealed(who.token, sent.seal):
            raise FormError(Word.SEAL, HTTPStatus.FORBIDDEN)
        officer, token = who.officer, who.token
        await run_in_threadpool(self._end, officer, None if sent.everywhere else token)
        request.scope[VIEWER] = Viewer()
        response = self._word(request, Word.EVERYWHERE if sent.everywhere else Word.OUT, HTTPStatus.OK)
        self.asking.cookies.take(response, self.asking.cookies.session)
        return response

    async def account(self, request: Request) -> Response:
        """Who they are here."""
        officer = asked(request).officer
        if officer is None:
            raise FormError(Word.OVER, HTTPStatus.FORBIDDEN)
        lang: str = request.state.lang
        count = await run_in_threadpool(self._sessions, officer)
        directory = await run_in_threadpool(self.desk.directory)
        view = Account(
            ident=officer.id,
            name=officer.name,
            address=officer.address,
            role=officer.role.value,
            organisations=tuple(name_of(one, directory, lang) for one in officer.organisations),
            sessions=count,
            reminded=await run_in_threadpool(self._reminded, officer),
        )
        return HTMLResponse(account_page(view, frame_of(self.desk, request, lang)))

    async def password(self, request: Request) -> Response:
        """The form behind a link; after POST, what became of it. Looking does not use the link up."""
        if not self.asking.cookies.safe:
            return self._word(request, Word.PLAIN, HTTPStatus.FORBIDDEN)
        self._check_passwords()
        token: str = request.path_params["token"]
        officer = await run_in_threadpool(whose_link, self.asking.porter, token)
        if officer is None:
            return self._word(request, Word.LINK, HTTPStatus.GONE)
        if request.method != "POST":
            return self._new_password(request, officer, None)
        sent = await form(request, PasswordForm, self.desk.base_url)
        done = await self._hashed(lambda: set_password(self.asking.porter, token, sent.password, sent.again))
        if done is None:
            return self._word(request, Word.LINK, HTTPStatus.GONE)
        if isinstance(done, Fault):
            return self._new_password(request, officer, done)
        request.scope[VIEWER] = Viewer()
        response = self._word(request, Word.SET, HTTPStatus.OK)
        self.asking.cookies.take(response, self.asking.cookies.session)
        return response

    def _check_passwords(self) -> None:
        """Raises FormError where none are taken."""
        if not self.ways.passwords:
            raise FormError(Word.SHUT, HTTPStatus.FORBIDDEN)

    async def _hashed(self, work: Callable[[], Made]) -> Made:
        return await anyio.to_thread.run_sync(work, limiter=self._hashing)

    def _form(
        self, request: Request, secret: str | None, view: SignIn, status: HTTPStatus = HTTPStatus.OK
    ) -> HTMLResponse:
        """The sign-in form, bound to this browser by a cookie."""
        bound = secret or new_secret()
        sealed_view = replace(view, seal=seal(bound), elsewhere=self.ways.elsewhere, passwords=self.ways.passwords)
        response = HTMLResponse(sign_in_page(sealed_view, frame_of(self.desk, request, request.state.lang)), status)
        if secret is None:
            self.asking.cookies.give(response, self.asking.cookies.form, bound)
        return response

    def _new_password(self, request: Request, officer: Officer, fault: Fault | None) -> HTMLResponse:
        view = NewPassword(name=officer.name, login=officer.id, least=LEAST, most=MOST, fault=fault and fault.value)
        html = password_page(view, frame_of(self.desk, request, request.state.lang))
        return HTMLResponse(html, HTTPStatus.OK if fault is None else HTTPStatus.BAD_REQUEST)

    def _word(self, request: Request, word: Word, status: int) -> HTMLResponse:
        return HTMLResponse(word_page(word, frame_of(self.desk, request, request.state.lang)), status)

    def _end(self, officer: Officer, token: str | None) -> None:
        porter = self.asking.porter
        with porter.database.write_beside() as session:
            if token is not None:
                sessions.end(session, token)
                return
            officerbook.locked(session, officer.id)
            sessions.end_all(session, officer.id)
            officerbook.write(session, officer.id, Action.SIGNED_OUT, officer.id, porter.now())

    def _reminded(self, officer: Officer) -> str | None:
        """Who they are among those who are written to, if they may look at it."""
        if not officer.may(Role.OFFICER):
            return None
        with self.asking.porter.database.read() as session:
            known = people.listed(session)
        return next((one.id for one in known if folded(one.address) == officer.login), None)

    def _sessions(self, officer: Officer) -> int:
        porter = self.asking.porter
        with porter.database.read() as session:
            return sessions.count(session, officer.id, porter.now(), porter.lasting)
