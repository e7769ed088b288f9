"""The pages: what each address of a page asks for, and the page that answers it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from http import HTTPStatus
from urllib.parse import parse_qsl

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from calendars import query
from calendars.catalogue import msg, say
from calendars.counter import Address, raw, refuse_json
from calendars.desk import Desk, Dossier, Question, Upcoming, upcoming_json
from calendars.pages.frame import Frame
from calendars.pages.occurrence import occurrence_page
from calendars.pages.refusal import refusal_page
from calendars.pages.upcoming import card_of, next_page
from calendars.query import RefusalError
from calendars.wording import kind_word, name
from scheduler.errors import EmptyStoreError
from scheduler.plan import LANGUAGES, MEETINGS, Directory

_NOTHING = msg("There is nothing at this address.")


@dataclass(frozen=True, slots=True)
class Pages:
    """The handlers of pages."""

    desk: Desk

    def table(self) -> tuple[Address, ...]:
        """Addresses that stand under every language, too (`/en/next`)."""
        return (
            ("/", self.next, self.refuse),
            ("/next", self.next, self.refuse),
            ("/o/{key:path}", self.occurrence, self.refuse),
        )

    def data(self) -> tuple[Address, ...]:
        """What pages show, as JSON."""
        return (("/next.json", self.next_json, refuse_json),)

    async def next(self, request: Request) -> Response:
        """The page of what comes next."""
        answer = await run_in_threadpool(self._next, request)
        cards = [card_of(upcoming, answer.directory, answer.lang, answer.question.as_of) for upcoming in answer.found]
        question, lang = answer.question, answer.lang
        about = [name(partner, answer.directory, lang) for partner in question.partners]
        about += [kind_word(kind, lang) for kind in question.kinds]
        frame = self._frame(request, lang)
        return _page(next_page(cards, frame, question.as_of, stored=answer.stored, about=", ".join(about)))

    async def next_json(self, request: Request) -> Response:
        """The same as JSON: a list of occurrences with `flags` and `days_left`."""
        answer = await run_in_threadpool(self._next, request)
        found = [upcoming_json(upcoming, answer.lang) for upcoming in answer.found]
        return JSONResponse(found, headers={"Cache-Control": "no-cache"})

    async def occurrence(self, request: Request) -> Response:
        """The page of one occurrence."""
        lang = query.page_lang(raw(request), request.state.lang)
        key: str = request.path_params["key"]
        found = await run_in_threadpool(self._found, key)
        if found is None:
            raise RefusalError(HTTPStatus.NOT_FOUND, _NOTHING)
        dossier, directory, today = found
        return _page(occurrence_page(dossier, directory, self._frame(request, lang), today))

    def refuse(self, status: HTTPStatus, reason: str, lang: str) -> Response:
        """A refusal as a page."""
        unread = status is HTTPStatus.BAD_REQUEST
        title = say(lang, "The address cannot be read") if unread else say(lang, "Not found")
        frame = Frame(lang=lang, path="/next", base_url=self.desk.base_url, version=self.desk.version)
        return HTMLResponse(refusal_page(title, reason, frame), status_code=status)

    def _next(self, request: Request) -> _Answer:
        asked, lang = query.next_question(raw(request), request.state.lang, self.desk.today())
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
        pairs = parse_qsl(raw(request).decode("latin-1"))
        return Frame(
            lang=lang,
            path=unprefixed(request.url.path),
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


def unprefixed(path: str) -> str:
    """The path of a page without the language in front."""
    first, _, rest = path.removeprefix("/").partition("/")
    return f"/{rest}" if first in LANGUAGES else path


def _page(html: str) -> Response:
    return HTMLResponse(html, headers={"Cache-Control": "no-cache", "Vary": "Accept-Language"})
