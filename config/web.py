"""The web application: pages, feeds and JSON over the store."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from datetime import date, datetime
from http import HTTPStatus
from importlib.metadata import version
from typing import TYPE_CHECKING

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute

from calendars.desk import Desk, Dossier, Question, Upcoming
from calendars.feeddesk import Tally
from calendars.http import routes
from calendars.memory import Door, Memory
from config.access import SHUT, guarded
from config.accesslog import Logged
from config.answering import window_of
from config.asking import Asking, Cookies
from config.chainfile import load_chains
from config.changesroutes import changes_routes
from config.decideroutes import decide_routes
from config.elsewhereroutes import elsewhere_routes, provider_of, ways_of
from config.farther import check_reach
from config.feeds import feed_desk, note_fetches
from config.lacks import with_lacks
from config.lines import lines_of, plans_of, turns_of
from config.linkroutes import link_routes
from config.metrics import metrics_routes
from config.moved import HandedOverError
from config.officerroutes import officer_routes
from config.outboxroutes import outbox_routes
from config.passwords import Passwords
from config.peopleroutes import people_routes
from config.planroutes import plan_routes
from config.session import Job
from config.signin import porter_of
from config.standings import agreement_ids, standings_of
from config.todayroutes import today_routes
from config.watch import Watch
from notifications.http import routes as answer_routes
from scheduler import history, store
from scheduler.alarm import Alarm
from scheduler.errors import UnknownKeyError
from scheduler.lacking import WAITING
from scheduler.occurrence import UNSET, Occurrence, Record, Selection, Status
from scheduler.plan import Directory
from scheduler.preparation import Chains
from scheduler.standing import Standing
from scheduler.workdays import DaysOff

if TYPE_CHECKING:
    from config.provider import Provider


def application(job: Job, alarm: Alarm | None, tally: Tally, passwords: Passwords | None = None) -> Door:
    """The application; `alarm` rings while it runs, `tally` counts who fetches. Chains are read at the start."""
    chains, watch = load_chains(job.settings.chains), Watch(job.database)
    memory = Memory(feed_desk(job, chains, tally, watch))
    desk = desk_of(job, chains)

    @asynccontextmanager
    async def life(_: FastAPI) -> AsyncIterator[None]:
        if alarm:
            alarm.start()
        yield
        if alarm:
            alarm.stop()
        note_fetches(job, tally)
        watch.close()
        job.database.close()

    provider = provider_of(job)
    asking = Asking(porter_of(job, passwords), Cookies.of(job.settings.base_url))
    shut = job.settings.pages == "signed-in"
    rooms = FastAPI(
        title="luanphien",
        version=version("luanphien"),
        routes=guarded(_addresses(job, asking, desk, memory, provider), asking, desk, shut=shut),
        exception_handlers={HandedOverError: _moving},
        lifespan=life,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
    )
    return Door(Logged(rooms), memory, SHUT if shut else ())


def _addresses(job: Job, asking: Asking, desk: Desk, memory: Memory, provider: Provider | None) -> list[BaseRoute]:
    return [
        *metrics_routes(job),
        *answer_routes(window_of(job, desk)),
        *officer_routes(asking, desk, ways_of(job)),
        *elsewhere_routes(asking, desk, provider),
        *today_routes(job, desk),
        *plan_routes(job, asking, desk),
        *changes_routes(job, asking, desk),
        *outbox_routes(job, asking, desk),
        *people_routes(job, asking, desk),
        *link_routes(job, asking, desk, memory.feeds),
        *decide_routes(job, asking, desk),
        *routes(desk, memory),
    ]


async def _moving(_request: Request, error: Exception) -> Response:
    """What is sent to a store that was handed over would be lost: it is to be sent again, to the one that follows."""
    return PlainTextResponse(f"503 {error}\n", HTTPStatus.SERVICE_UNAVAILABLE, {"Retry-After": "600"})


def desk_of(job: Job, chains: Chains) -> Desk:
    """The store behind the web side; every call looks once, in a session of its own."""
    return Desk(
        revision=lambda: _revision(job),
        last_change=lambda: _last_change(job),
        directory=lambda: _directory(job),
        homes=lambda: _homes(job),
        plans_of=lambda homes: _plans_of(job, homes),
        exceeds=lambda selection, most: _exceeds(job, selection, most),
        select=lambda selection, most, skip: _select(job, selection, most, skip),
        look=lambda records, day: _look_closely(job, records, day),
        seen=lambda selection, day, most, skip: _look(job, _select(job, selection, most, skip), day),
        lines=lambda selection: _lines(job, selection),
        turns=lambda selection, idents, day: _turns(job, selection, idents, day),
        upcoming=lambda question: _upcoming(job, question),
        find=lambda key, day: _find(job, key, day, chains),
        standings=lambda day, most, skip: _standings(job, day, most, skip),
        days_off=lambda: _days_off(job),
        today=job.today,
        base_url=job.settings.base_url,
        lang=job.settings.lang,
        version=version("luanphien"),
    )


def _revision(job: Job) -> int:
    with job.database.read() as session:
        return history.revision(session)


def _last_change(job: Job) -> datetime | None:
    with job.database.read() as session:
        return history.last_change(session)


def _directory(job: Job) -> Directory:
    with job.office() as desk:
        return desk.directory()


def _days_off(job: Job) -> DaysOff:
    with job.office() as desk:
        return desk.days_off()


def _homes(job: Job) -> Sequence[str]:
    with job.office() as desk:
        return desk.homes()


def _plans_of(job: Job, homes: Sequence[str]) -> Sequence[str]:
    with job.office() as desk:
        return plans_of(desk, homes)


def _lines(job: Job, selection: Selection) -> Sequence[str]:
    with job.office() as desk:
        return lines_of(desk, selection)


def _turns(job: Job, selection: Selection, idents: Sequence[str], day: date) -> Sequence[Upcoming]:
    with job.office() as desk:
        directory, off = desk.directory(), desk.days_off()
        return [desk.seen(record, day, directory, off) for record in turns_of(desk, selection, idents)]


def _exceeds(job: Job, selection: Selection, most: int) -> bool:
    with job.office() as desk:
        return desk.exceeds(selection, most)


def _select(job: Job, selection: Selection, most: int, skip: int) -> Sequence[Record]:
    with job.office() as desk:
        if desk.beyond(selection):
            check_reach(desk.session, selection)
        return list(desk.listing(selection, skip, most))


def _look(job: Job, records: Sequence[Record], day: date) -> Sequence[Upcoming]:
    with job.office() as desk:
        directory, off = desk.directory(), desk.days_off()
        return [desk.seen(record, day, directory, off) for record in records]


def _look_closely(job: Job, records: Sequence[Record], day: date) -> Sequence[Upcoming]:
    """The same with the terms that each lacks, for cards."""
    seen = _look(job, records, day)
    with job.office() as desk:
        return with_lacks(desk, seen)


def _upcoming(job: Job, question: Question) -> Sequence[Upcoming]:
    with job.office() as desk:
        found = desk.next_ones(question.as_of, question.partners, question.kinds, question.count)
        directory, off = desk.directory(), desk.days_off()
        return with_lacks(desk, [desk.seen(record, question.as_of, directory, off) for record in found])


def _find(job: Job, key: str, day: date, chains: Chains) -> Dossier | None:
    with job.office() as desk:
        try:
            found = desk.explained(key, chains)
        except UnknownKeyError:
            return None
        one = found.record.occurrence
        line = store.stored(desk.session, (one.obligation,)).get(one.obligation, {}).values()
        seen = desk.seen(found.record, day, desk.directory(), desk.days_off())
        [seen] = with_lacks(desk, [seen], WAITING)
        return Dossier(seen, found.facts, found.steps, *_beside(one, line), _heir(one, line, day))


def _beside(one: Occurrence, duty: Iterable[Occurrence]) -> tuple[Occurrence | None, Occurrence | None]:
    """The cycles before and after this one on the same line, as stored; what stands for open days is not in it."""
    line = [other for other in duty if other.leg == one.leg and UNSET not in (other.cycle, one.cycle)]
    before = [other for other in line if other.cycle < one.cycle]
    after = [other for other in line if other.cycle > one.cycle]
    return max(before, key=_cycle, default=None), min(after, key=_cycle, default=None)


def _heir(one: Occurrence, duty: Iterable[Occurrence], day: date) -> Occurrence | None:
    """What its duty goes on with when it was cancelled: the first that is not past by `day`, if any."""
    if one.status is not Status.CANCELLED:
        return None
    others = [other for other in duty if not other.over and (other.cycle == UNSET) is not (one.cycle == UNSET)]
    last = {other.key: other.window.last or date.max for other in others}
    ahead = [other for other in others if last[other.key] >= day]
    return min(ahead or others, key=lambda other: (last[other.key], other.key), default=None)


def _cycle(occurrence: Occurrence) -> str:
    return occurrence.cycle


def _standings(job: Job, day: date, most: int, skip: int) -> Sequence[Standing]:
    with job.office() as desk:
        return list(standings_of(desk, day, agreement_ids(desk)[skip : skip + most]))
