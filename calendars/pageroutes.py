"""The pages: what each address of a page asks for, and the page that answers it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from http import HTTPStatus

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from calendars import feed, query
from calendars.catalogue import msg, say
from calendars.counter import Address, raw, refuse_json, refuse_text
from calendars.desk import Desk, Dossier, Question, upcoming_json
from calendars.framing import frame_of, page, refusal
from calendars.pages.agreements import agreements_page
from calendars.pages.occurrence import occurrence_page
from calendars.pages.upcoming import Found, Overview, ahead_and_past, by_partner, next_page
from calendars.query import NextQuestion, RefusalError
from calendars.search import search
from calendars.wording import kind_word, name
from scheduler.errors import EmptyStoreError
from scheduler.occurrence import Selection
from scheduler.plan import MEETINGS, Directory, Kind

_NOTHING = msg("There is nothing at this address.")
_TOO_MANY = msg("Only the next {count} duties were searched. Choose a partner or a kind to see more.")

MOST_SEARCHED = 5000
"""Duties that one search reads."""


@dataclass(frozen=True, slots=True)
class Pages:
    """The handlers of pages."""

    desk: Desk

    def table(self) -> tuple[Address, ...]:
        """Addresses that stand under every language, too (`/en/next`)."""
        return (
            ("/", self.next, self.refuse),
            ("/next", self.next, self.refuse),
            ("/agreements", self.agreements, self.refuse),
            ("/o/{key:path}.ics", self.event, refuse_text),
            ("/o/{key:path}", self.occurrence, self.refuse),
        )

    def data(self) -> tuple[Address, ...]:
        """What pages show, as JSON."""
        return (("/next.json", self.next_json, refuse_json),)

    async def next(self, request: Request) -> Response:
        """The page of what comes next, or of what a search finds."""
        answer = await run_in_threadpool(self._next, request)
        question, lang, directory = answer.asked.question, answer.asked.lang, answer.directory
        about = [name(partner, directory, lang) for partner in question.partners]
        about += [kind_word(kind, lang) for kind in question.kinds]
        if answer.asked.words:
            groups = ahead_and_past(answer.found, directory, lang, question.as_of)
        else:
            groups = by_partner(answer.found.ahead, directory, lang, question.as_of)
        overview = Overview(
            groups=groups,
            as_of=question.as_of,
            about=", ".join(about),
            words=answer.asked.words,
            left=answer.found.left,
            stored=answer.stored,
        )
        return page(next_page(overview, replace(frame_of(self.desk, request, lang), note=answer.found.note)))

    async def next_json(self, request: Request) -> Response:
        """The same as JSON: a list of occurrences with `flags` and `days_left`."""
        answer = await run_in_threadpool(self._next, request)
        shown = (*answer.found.ahead, *answer.found.past)
        found = [upcoming_json(upcoming, answer.asked.lang) for upcoming in shown]
        return JSONResponse(found, headers={"Cache-Control": "no-cache"})

    async def occurrence(self, request: Request) -> Response:
        """The page of one occurrence."""
        lang = query.page_lang(raw(request), request.state.lang)
        dossier, directory, today = await run_in_threadpool(self._found, request.path_params["key"])
        return page(occurrence_page(dossier, directory, frame_of(self.desk, request, lang), today))

    async def event(self, request: Request) -> Response:
        """One occurrence as a calendar of one event, to be kept."""
        lang = query.page_lang(raw(request), request.state.lang)
        key: str = request.path_params["key"]
        dossier, directory, _ = await run_in_threadpool(self._found, key)
        record = dossier.upcoming.record
        if record.occurrence.joint is not None:
            msgid = msg("It is one meeting with {key}, whose entry stands in calendars.")
            raise RefusalError(HTTPStatus.NOT_FOUND, msgid, key=record.occurrence.joint)
        try:
            body = feed.single(record, directory, lang, self.desk.base_url)
        except feed.NotInCalendarsError as error:
            msgid = msg("It has no day yet that a calendar could show.")
            raise RefusalError(HTTPStatus.NOT_FOUND, msgid) from error
        headers = {
            "Content-Disposition": f'attachment; filename="{key}.ics"',
            "Cache-Control": "no-cache",
            "Vary": "Accept-Language",
        }
        return Response(body, headers=headers, media_type="text/calendar; charset=utf-8")

    async def agreements(self, request: Request) -> Response:
        """The page of how every agreement stands."""
        day, lang = query.day_question(raw(request), request.state.lang, self.desk.today())
        found = await run_in_threadpool(self.desk.standings, day)
        directory = await run_in_threadpool(self.desk.directory)
        return page(agreements_page(found, directory, frame_of(self.desk, request, lang), day))

    def refuse(self, status: HTTPStatus, reason: str, lang: str) -> Response:
        """A refusal as a page."""
        return refusal(self.desk, status, reason, lang)

    def _next(self, request: Request) -> _Answer:
        asked = query.next_question(raw(request), request.state.lang, self.desk.today())
        directory = self.desk.directory()
        query.check_known("partner", asked.question.partners, directory.parties)
        try:
            found = self._searched(asked, directory) if asked.words else self._upcoming(asked.question)
        except EmptyStoreError:
            found = Found(())
        return _Answer(asked, directory, found, stored=self.desk.last_change() is not None)

    def _upcoming(self, question: Question) -> Found:
        wanted = Question(question.partners, question.kinds or MEETINGS, question.count, question.as_of)
        return Found(self.desk.upcoming(wanted))

    def _searched(self, asked: NextQuestion, directory: Directory) -> Found:
        """A search looks through duties of every kind, past ones too, unless a kind is asked for."""
        question, day = asked.question, asked.question.as_of
        wanted = Selection(partners=question.partners, kinds=question.kinds or tuple(Kind))
        records, note = self.desk.select(wanted, MOST_SEARCHED + 1), None
        if len(records) > MOST_SEARCHED:
            records = self.desk.select(replace(wanted, first=day), MOST_SEARCHED)
            note = say(asked.lang, _TOO_MANY, count=MOST_SEARCHED)
        found = search(asked.words, records, directory, day, question.count)
        return Found(self.desk.look(found.ahead, day), self.desk.look(found.past, day), found.left, note)

    def _found(self, key: str) -> tuple[Dossier, Directory, date]:
        today = self.desk.today()
        found = self.desk.find(key, today) if query.is_key(key) else None
        if found is None:
            raise RefusalError(HTTPStatus.NOT_FOUND, _NOTHING)
        return found, self.desk.directory(), today


@dataclass(frozen=True, slots=True)
class _Answer:
    """What was found, and all that is needed to say it."""

    asked: NextQuestion
    directory: Directory
    found: Found
    stored: bool
