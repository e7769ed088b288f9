"""The address of what needs an officer now."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from calendars import query
from calendars.counter import Counter, raw
from calendars.desk import Desk
from calendars.framing import frame_of, page, refusal
from calendars.pages.today import today_page
from calendars.portion import check_page, turning
from calendars.todaylist import Matter, Part, Today
from config.asking import officer_of
from config.officers import Officer
from config.session import Job
from config.todaydesk import matters_of, today_of
from scheduler.plan import LANGUAGES, Directory


def today_routes(job: Job, desk: Desk) -> list[BaseRoute]:
    """The route, in the reader's language and under each."""
    handler, refuse = _Here(job, desk).today, partial(refusal, desk)
    tongues: tuple[tuple[str, str | None], ...] = (("", None), *((f"/{lang}", lang) for lang in LANGUAGES))
    return [Route(f"{start}/today", Counter(handler, refuse, desk.lang, own)) for start, own in tongues]


@dataclass(frozen=True, slots=True)
class _Here:
    """The handler. It answers behind its gate (`access`)."""

    job: Job
    desk: Desk

    async def today(self, request: Request) -> Response:
        """What needs whoever is signed in; of one matter a part, if it is asked for."""
        officer = officer_of(request)
        lang, matter, number = query.part_question(raw(request), request.state.lang, matters_of(officer))
        part = Part(Matter(matter) if matter else None, number)
        found, directory = await run_in_threadpool(self._found, officer, part)
        frame = frame_of(self.desk, request, lang)
        if part.matter is None:
            check_page(number, ())
        else:
            [section] = found.sections
            check_page(number, section.shown)
            frame = replace(frame, turning=turning(frame, number, more=section.left > 0))
        return page(today_page(found, part, directory, frame))

    def _found(self, officer: Officer, part: Part) -> tuple[Today, Directory]:
        with self.job.office() as desk:
            directory = desk.directory()
        return today_of(self.job, officer, part), directory
