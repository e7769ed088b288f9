"""The web application: pages, feeds and JSON over the store."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import date, datetime
from importlib.metadata import version

from fastapi import FastAPI

from calendars.desk import Desk, Dossier, Question, Upcoming
from calendars.http import routes
from config.chainfile import load_chains
from config.session import Job
from scheduler import history, store
from scheduler.alarm import Alarm
from scheduler.errors import UnknownKeyError
from scheduler.occurrence import Record, Selection
from scheduler.plan import Directory
from scheduler.preparation import Chains


def application(job: Job, alarm: Alarm | None) -> FastAPI:
    """The application; `alarm` rings while it runs."""

    @asynccontextmanager
    async def life(_: FastAPI) -> AsyncIterator[None]:
        if alarm:
            alarm.start()
        yield
        if alarm:
            alarm.stop()
        job.database.close()

    return FastAPI(
        title="luanphien",
        version=version("luanphien"),
        routes=routes(desk_of(job)),
        lifespan=life,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
    )


def desk_of(job: Job) -> Desk:
    """The store behind the web side; every call looks once, in a session of its own. Chains are read at the start."""
    chains = load_chains(job.settings.chains)
    return Desk(
        revision=lambda: _revision(job),
        last_change=lambda: _last_change(job),
        directory=lambda: _directory(job),
        plans=lambda: _plans(job),
        select=lambda selection: _select(job, selection),
        upcoming=lambda question: _upcoming(job, question),
        find=lambda key, day: _find(job, key, day, chains),
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
    with job.database.read() as session:
        return store.directory_of(session)


def _plans(job: Job) -> Sequence[str]:
    with job.database.read() as session:
        return [line.subject for line in history.in_force(session, history.PLAN) if line.text]


def _select(job: Job, selection: Selection) -> Sequence[Record]:
    with job.office() as desk:
        return desk.listed(selection)


def _upcoming(job: Job, question: Question) -> Sequence[Upcoming]:
    with job.office() as desk:
        found = desk.next_ones(question.as_of, question.partners, question.kinds, question.count)
        directory, off = desk.directory(), desk.days_off()
        return [desk.seen(record, question.as_of, directory, off) for record in found]


def _find(job: Job, key: str, day: date, chains: Chains) -> Dossier | None:
    with job.office() as desk:
        try:
            found = desk.explained(key, chains)
        except UnknownKeyError:
            return None
        return Dossier(desk.seen(found.record, day, desk.directory(), desk.days_off()), found.facts, found.steps)
