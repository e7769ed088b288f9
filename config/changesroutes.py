"""The addresses of changes: a page of who did what, and the same as a table."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import partial
from http import HTTPStatus

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Route

from calendars.catalogue import say
from calendars.counter import Counter
from calendars.desk import Desk
from calendars.framing import frame_of, refusal
from calendars.gate import unprintable
from calendars.pages.changes import changes_page
from calendars.pages.outboxwords import NO_NUMBER
from calendars.portion import check_page, turning
from calendars.query import RefusalError, day_in
from calendars.trailwords import CUT, NO_AREA, NO_ORDER, NO_WORDS
from config.asking import Asking, officer_of
from config.changesdesk import MOST_KEY, MOST_WHO, ON_PAGE, Narrowed, question_of, seen_by, table_of, trail_of
from config.officerroutes import Reception
from config.officers import Officer
from config.session import Job
from scheduler.plan import LANGUAGES
from scheduler.trail import Area
from scheduler.trailbook import Question

_PAGE = re.compile(r"[1-9][0-9]{0,5}")


def changes_routes(job: Job, asking: Asking, desk: Desk) -> list[BaseRoute]:
    """The routes, in the reader's language and under each."""
    here, refuse = _Registry(job, desk), partial(refusal, desk)
    told = Reception(asking, desk).told
    tongues: tuple[tuple[str, str | None], ...] = (("", None), *((f"/{lang}", lang) for lang in LANGUAGES))
    return [
        Route(f"{start}{path}", Counter(told(answer), refuse, desk.lang, own))
        for path, answer in (("/changes", here.changes), ("/changes.csv", here.table))
        for start, own in tongues
    ]


@dataclass(frozen=True, slots=True)
class _Registry:
    """The handlers. They answer behind their gates (`access`)."""

    job: Job
    desk: Desk

    async def changes(self, request: Request) -> Response:
        """One page of lines, the newest first."""
        officer, narrowed, number = officer_of(request), _narrowed(request), _page(request)
        frame = frame_of(self.desk, request, request.state.lang)
        view, whole = await run_in_threadpool(trail_of, self.job, officer, narrowed, number, frame)
        check_page(number, view.lines)
        passed = (number - 1) * ON_PAGE
        last = passed + len(view.lines)
        if last < whole or number > 1:
            note = say(frame.lang, CUT, first=passed + 1, last=last, count=whole)
            frame = replace(frame, note=note, turning=turning(frame, number, more=last < whole))
        return HTMLResponse(changes_page(view, frame))

    async def table(self, request: Request) -> Response:
        """All of them as CSV, sent while it is read."""
        officer, narrowed = officer_of(request), _narrowed(request)
        headers = {"Content-Disposition": 'attachment; filename="luanphien-changes.csv"'}
        kind = "text/csv; charset=utf-8"
        if request.method == "HEAD":
            return Response(headers=headers, media_type=kind)
        question = await run_in_threadpool(self._asked, officer, narrowed)
        return StreamingResponse(table_of(self.job, question, request.state.lang), headers=headers, media_type=kind)

    def _asked(self, officer: Officer, narrowed: Narrowed) -> Question:
        with self.job.office() as desk:
            return seen_by(desk, officer, question_of(narrowed, self.job.settings.zone))


def _narrowed(request: Request) -> Narrowed:
    """What is asked for; what a form sends empty is not. Raises RefusalError."""
    given = {name: value.strip() for name, value in request.query_params.items() if value.strip()}
    who, key, area = given.get("who", ""), given.get("key", ""), given.get("area", "")
    for words, most in ((who, MOST_WHO), (key, MOST_KEY)):
        if len(words) > most or unprintable(words) is not None or "\n" in words:
            raise RefusalError(HTTPStatus.BAD_REQUEST, NO_WORDS)
    if area and area not in list(Area):
        raise RefusalError(HTTPStatus.BAD_REQUEST, NO_AREA)
    days: dict[str, tuple[str, ...]] = {name: (given[name],) for name in ("from", "to") if name in given}
    first, last = day_in(days, "from"), day_in(days, "to")
    if first is not None and last is not None and last < first:
        raise RefusalError(HTTPStatus.BAD_REQUEST, NO_ORDER)
    return Narrowed(who=who, key=key, area=Area(area) if area else None, first=first, last=last)


def _page(request: Request) -> int:
    page = request.query_params.get("page", "1")
    if _PAGE.fullmatch(page) is None:
        raise RefusalError(HTTPStatus.BAD_REQUEST, NO_NUMBER)
    return int(page)
