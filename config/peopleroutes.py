"""The addresses of people who are written to: GET shows them and what an act will do, POST does it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import partial
from http import HTTPStatus

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Route

from calendars.counter import READING, Counter
from calendars.desk import Desk
from calendars.framing import frame_of, refusal
from calendars.gate import shows, unprintable
from calendars.pages import peoplewords as words
from calendars.pages.outboxwords import NO_NUMBER
from calendars.pages.signin import Word
from calendars.query import MOST_WORDS, RefusalError
from config.again import check_seal
from config.asking import Asking, asked, seal
from config.deskforms import DeedForm, FormError, form
from config.officerroutes import Reception
from config.peopledeeds import Deed
from config.peopledesk import Registry
from config.peopleforms import PersonForm
from config.peoplesight import Asked
from config.session import Job
from scheduler.plan import LANGUAGES

_IDENT = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_PAGE = re.compile(r"[1-9][0-9]{0,5}")
_LONGEST = 64


def people_routes(job: Job, asking: Asking, desk: Desk) -> list[BaseRoute]:
    """The routes, in the reader's language and under each."""
    here, refuse = Front(Registry(job), desk), partial(refusal, desk)
    told = Reception(asking, desk).told
    tongues: tuple[tuple[str, str | None], ...] = (("", None), *((f"/{lang}", lang) for lang in LANGUAGES))
    found: list[BaseRoute] = []
    for path, answer, methods in (
        ("/people", here.people, READING),
        ("/people/new", here.edit, (*READING, "POST")),
        ("/people/{id}", here.person, READING),
        ("/people/{id}/edit", here.edit, (*READING, "POST")),
        ("/people/{id}/{act}", here.act, (*READING, "POST")),
    ):
        handler = told(answer)
        found += [Route(f"{start}{path}", Counter(handler, refuse, desk.lang, own, methods)) for start, own in tongues]
    return found


@dataclass(frozen=True, slots=True)
class Front:
    """The handlers. They answer behind their gates (`access`)."""

    registry: Registry
    desk: Desk

    async def people(self, request: Request) -> Response:
        """The people of their organisations."""
        who = self._asked(request)
        wanted = _wanted(request)
        return HTMLResponse(await run_in_threadpool(self.registry.listed, who, *wanted))

    async def person(self, request: Request) -> Response:
        """One person, and the reminders to come."""
        return HTMLResponse(await run_in_threadpool(self.registry.show, self._asked(request), _ident(request)))

    async def edit(self, request: Request) -> Response:
        """The form for somebody new, or for somebody known; what it changes; after the second POST, it is saved."""
        who = self._asked(request)
        ident = _ident(request) if "id" in request.path_params else None
        if request.method != "POST":
            return HTMLResponse(await run_in_threadpool(self.registry.blank, who, ident))
        sent = await form(request, PersonForm, self.desk.base_url)
        check_seal(asked(request), sent, sent.seal)
        match sent.step:
            case "back":
                return HTMLResponse(await run_in_threadpool(self.registry.blank, who, ident, sent))
            case "look":
                return HTMLResponse(*await run_in_threadpool(self.registry.look, who, ident, sent))
            case "save":
                return HTMLResponse(*await run_in_threadpool(self.registry.save, who, ident, sent))

    async def act(self, request: Request) -> Response:
        """What an act will do; after POST, what became of it."""
        who, ident = self._asked(request), _ident(request)
        if request.path_params["act"] not in list(Deed):
            raise RefusalError(HTTPStatus.NOT_FOUND, words.NO_DEED)
        deed = Deed(request.path_params["act"])
        if request.method != "POST":
            return HTMLResponse(*await run_in_threadpool(self.registry.ask, who, ident, deed))
        sent = await form(request, DeedForm, self.desk.base_url)
        check_seal(asked(request), sent, sent.seal)
        if deed.reasoned and not shows(sent.reason):
            raise FormError(Word.UNREADABLE, HTTPStatus.BAD_REQUEST)
        return HTMLResponse(*await run_in_threadpool(self.registry.do, who, ident, deed, sent))

    def _asked(self, request: Request) -> Asked:
        who = asked(request)
        if who.officer is None or who.token is None:
            raise FormError(Word.OVER, HTTPStatus.FORBIDDEN)
        frame = frame_of(self.desk, request, request.state.lang)
        if request.method == "POST" and "id" in request.path_params:
            frame = replace(frame, path=f"/people/{_ident(request)}")  # so that another language shows the person
        return Asked(who.officer, seal(who.token), frame)


def _ident(request: Request) -> str:
    ident: str = request.path_params["id"]
    if len(ident) > _LONGEST or _IDENT.fullmatch(ident) is None:
        raise RefusalError(HTTPStatus.NOT_FOUND, words.NO_PERSON)
    return ident


def _wanted(request: Request) -> tuple[str, str, str, int]:
    """Words, organisation, state and page that are asked for. Raises RefusalError."""
    given = request.query_params
    typed, body, page = given.get("q", "").strip(), given.get("organisation", ""), given.get("page", "1")
    plain = all(unprintable(one) is None and "\n" not in one for one in (typed, body))
    if len(typed) > MOST_WORDS or len(body) > 255 or not plain or given.get("state", "") not in words.CHOICES:
        raise RefusalError(HTTPStatus.BAD_REQUEST, words.NO_CHOICE)
    if _PAGE.fullmatch(page) is None:
        raise RefusalError(HTTPStatus.BAD_REQUEST, NO_NUMBER)
    return typed, body, given.get("state", ""), int(page)
