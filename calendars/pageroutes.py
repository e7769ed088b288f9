"""The pages: what each address of a page asks for, and the page that answers it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from http import HTTPStatus
from urllib.parse import parse_qsl, urlencode

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from calendars import feed, query
from calendars.catalogue import msg, say
from calendars.counter import Address, raw, refuse_json, refuse_text
from calendars.desk import Desk, Dossier, Question, upcoming_json
from calendars.framing import frame_of, page, refusal
from calendars.pages.agreements import agreements_page
from calendars.pages.frame import Frame, Turning
from calendars.pages.occurrence import occurrence_page
from calendars.pages.upcoming import Found, Overview, Part, ahead_and_past, by_partner, next_page
from calendars.portion import check_page, ends, turned, turning
from calendars.query import FIRST_DAY, NextQuestion, RefusalError
from calendars.search import MOST_FOUND, search
from calendars.wording import day_words, kind_word, name
from scheduler.errors import EmptyStoreError
from scheduler.occurrence import Record, Selection
from scheduler.plan import MEETINGS, Directory, Kind

_NOTHING = msg("There is nothing at this address.")
_PART = msg(
    "Too much to search at once. Part {page}: {count} duties in the order of their first days, {first} – {last}, "
    "none that ended before {day}. The others are in other parts; choose a partner or a kind to search fewer."
)
_EARLIER = msg("Search from {day} on")

_AGREEMENTS = msg(
    "Too much for one page. Page {page} holds {count} agreements in the order of their ids; "
    "the others stand on other pages."
)

MOST_AGREEMENTS = 20
"""Agreements on one page."""

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
        answer = await run_in_threadpool(self._next, request, MOST_FOUND)
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
            whole=answer.found.part is None,
            stored=answer.stored,
        )
        frame = replace(frame_of(self.desk, request, lang), note=answer.found.note)
        if part := answer.found.part:
            ways = turning(frame, part.page, more=part.more)
            first = part.page == 1 and question.as_of.year > FIRST_DAY.year
            frame = replace(frame, turning=(_earlier(frame, question.as_of), *ways) if first else ways)
        return page(next_page(overview, frame))

    async def next_json(self, request: Request) -> Response:
        """The same as JSON: a list of occurrences with `flags` and `days_left`; of a search all that is found.

        Where a search looked through a part, a link (RFC 8288) leads to the next one.
        """
        answer = await run_in_threadpool(self._next, request, MOST_SEARCHED)
        shown, part = (*answer.found.ahead, *answer.found.past), answer.found.part
        found = [upcoming_json(upcoming, answer.asked.lang) for upcoming in shown]
        headers = {"Cache-Control": "no-cache"}
        if part and part.more:
            after = turned(request.url.path, parse_qsl(raw(request).decode("latin-1")), part.page + 1)
            headers["Link"] = f'<{after}>; rel="next"'
        return JSONResponse(found, headers=headers)

    async def occurrence(self, request: Request) -> Response:
        """The page of one occurrence."""
        lang = query.page_lang(raw(request), request.state.lang)
        dossier, directory, today = await run_in_threadpool(self._found, request.path_params["key"])
        frame, one = frame_of(self.desk, request, lang), dossier.upcoming.record.occurrence
        decides = frame.viewer is not None and await run_in_threadpool(frame.viewer.decides, one)
        return page(occurrence_page(dossier, directory, frame, today, decides=decides))

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
        """The page of how every agreement stands; of many a part, by id."""
        day, lang, part = query.day_question(raw(request), request.state.lang, self.desk.today())
        most = MOST_AGREEMENTS
        found = await run_in_threadpool(self.desk.standings, day, most + 1, (part - 1) * most)
        check_page(part, found)
        directory = await run_in_threadpool(self.desk.directory)
        frame = frame_of(self.desk, request, lang)
        if part > 1 or len(found) > most:
            note = say(lang, _AGREEMENTS, page=part, count=len(found[:most]))
            frame = replace(frame, note=note, turning=turning(frame, part, more=len(found) > most))
        return page(agreements_page(found[:most], directory, frame, day))

    def refuse(self, status: HTTPStatus, reason: str, lang: str) -> Response:
        """A refusal as a page."""
        return refusal(self.desk, status, reason, lang)

    def _next(self, request: Request, most: int) -> _Answer:
        asked = query.next_question(raw(request), request.state.lang, self.desk.today())
        directory = self.desk.directory()
        query.check_known("partner", asked.question.partners, directory.parties)
        try:
            found = self._searched(asked, directory, most) if asked.words else self._upcoming(asked)
        except EmptyStoreError:
            found = Found(())
        return _Answer(asked, directory, found, stored=self.desk.last_change() is not None)

    def _upcoming(self, asked: NextQuestion) -> Found:
        question = asked.question
        check_page(asked.page, ())
        wanted = Question(question.partners, question.kinds or MEETINGS, question.count, question.as_of)
        return Found(self.desk.upcoming(wanted))

    def _searched(self, asked: NextQuestion, directory: Directory, most: int) -> Found:
        """A search looks through duties of every kind, past ones too, unless a kind is asked for.

        Where these are too many it goes from the day one looks from, part by part.
        """
        question, day = asked.question, asked.question.as_of
        wanted = Selection(partners=question.partners, kinds=question.kinds or tuple(Kind))
        part: Part | None = None
        if asked.page == 1 and not self.desk.exceeds(wanted, MOST_SEARCHED):
            records = self.desk.select(wanted, MOST_SEARCHED, 0)
        else:
            ahead = replace(wanted, first=day)
            records = self.desk.select(ahead, MOST_SEARCHED + 1, (asked.page - 1) * MOST_SEARCHED)
            check_page(asked.page, records)
            part = Part(asked.page, more=len(records) > MOST_SEARCHED)
            records = records[:MOST_SEARCHED]
        found = search(asked.words, records, directory, day, question.count, most)
        note = _part_words(part, records, day, asked.lang) if part else None
        return Found(self.desk.look(found.ahead, day), self.desk.look(found.past, day), found.left, note, part)

    def _found(self, key: str) -> tuple[Dossier, Directory, date]:
        today = self.desk.today()
        found = self.desk.find(key, today) if query.is_key(key) else None
        if found is None:
            raise RefusalError(HTTPStatus.NOT_FOUND, _NOTHING)
        return found, self.desk.directory(), today


def _earlier(frame: Frame, day: date) -> Turning:
    """The same search from a year before on, which finds what is past as well."""
    since = date(day.year - 1, 1, 1)
    rest = [pair for pair in frame.query if pair[0] not in ("as-of", "as_of", "page")]
    asked = urlencode([*rest, ("as-of", since.isoformat())])
    words = say(frame.lang, _EARLIER, day=day_words(since, frame.lang))
    return Turning("prev", f"{frame.at(frame.path)}?{asked}", words)


def _part_words(part: Part, records: Sequence[Record], day: date, lang: str) -> str:
    """What was searched, and what was not."""
    first, last = ends([record.occurrence for record in records], lang)
    fields = {"first": first, "last": last, "day": day_words(day, lang)}
    return say(lang, _PART, page=part.page, count=len(records), **fields)


@dataclass(frozen=True, slots=True)
class _Answer:
    """What was found, and all that is needed to say it."""

    asked: NextQuestion
    directory: Directory
    found: Found
    stored: bool
