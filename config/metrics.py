"""`/metrics`: figures of the mail store for a monitor."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from calendars.counter import Counter, refuse_text
from config.session import Job
from notifications import gauges


def metrics_routes(job: Job) -> list[BaseRoute]:
    """The address of the figures; none where the settings turn it off."""
    if job.settings.metrics == "off":
        return []

    async def answer(_request: Request) -> Response:
        body = await run_in_threadpool(_figures, job)
        return Response(body, headers={"Cache-Control": "no-store", "Content-Type": gauges.CONTENT_TYPE})

    return [Route("/metrics", Counter(answer, refuse_text, job.settings.lang))]


def _figures(job: Job) -> bytes:
    steady = job.steady  # before a session is open: the first process that asks writes down what it counts from
    with job.database.read() as session:
        figures = gauges.read(session, job.now(), steady(session))
    return gauges.exposition(figures)
