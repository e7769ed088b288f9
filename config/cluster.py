"""`luanphien worker --cluster`: Procrastinate wakes the workers of all machines and shares out what is due among them.

Its jobs say only “look” and “this shard”; what is due, to whom and how far it is, stands in our tables. A job that is
lost, fails or is made twice costs nothing: the next wake-up finds what is left.
"""

from __future__ import annotations

import asyncio
import math
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import TypeVar

from procrastinate import App, PsycopgConnector
from procrastinate.exceptions import AlreadyEnqueued, ConnectorException
from procrastinate.jobs import Status

from config.clustertables import OPTIONS, address_of, alone, make_tables
from config.session import Job
from config.worker import Rounds
from notifications.claiming import Shard
from scheduler.alarm import Loop

QUEUE = "luanphien"
SHARDS = 16
"""Into how many shards what is due is divided: so many workers can be busy at once."""

TURN = 60
"""Seconds after which a worker lets go of a shard, after the mail in hand, and puts it into the queue again.

So wake-ups and other shards get their turn.
"""

STALLED = 300
"""Seconds without a sign of life after which a worker of the engine is struck off, and its job deleted.

There is no hurry: such a job keeps nothing from being done.
"""

AGAIN = 2
"""Seconds before the engine is started again that failed, as it does whenever the database is restarted."""

GLANCE = 0.2
"""Seconds between two times it is asked whether to end."""

BEAT = 30
"""Seconds between two signs of life of a worker that has nothing to do."""

Answer = TypeVar("Answer")


def every(seconds: float) -> str:
    """A cron line, with seconds, for what happens all so many seconds (a part of a minute), from the full minute on.

    So every full minute is met, and with it the times of `worker.TIMES` in any time zone.
    """
    return f"* * * * * */{int(seconds)}"


class Cluster(Loop):
    """Makes rounds when the engine says so, for as long as the engine runs; one that fails is started again.

    A process has one job in its hands at a time, and ends after the mail in hand: the rest of the shard is given back.
    """

    def __init__(self, rounds: Rounds, seconds: float) -> None:
        """Make ready; it runs only after `start`."""
        super().__init__("engine", AGAIN, self._run_engine, rounds.job.database.close)
        self._rounds = rounds
        self._every = seconds
        self._rung = threading.Event()
        self._busy = False
        self._shown = -math.inf

    def ring(self) -> None:
        """Have a look made now, by whoever is free."""
        self._rung.set()

    def _run_engine(self, stop: Callable[[], bool]) -> None:
        try:
            asyncio.run(self._work(stop))
        except Exception:
            self._rounds.job.database.close()
            raise

    async def _work(self, stop: Callable[[], bool]) -> None:
        """Work until asked to end, or until the engine gives up."""
        job = self._rounds.job
        await asyncio.to_thread(make_tables, job.database)
        app = self._app(job, stop)
        async with app.open_async():
            running = asyncio.create_task(
                app.run_worker_async(
                    queues=[QUEUE],
                    concurrency=1,
                    delete_jobs="always",
                    install_signal_handlers=False,
                    stalled_worker_timeout=STALLED,
                )
            )
            while not running.done() and not stop():
                await self._show_life()
                await self._answer(app)
                await asyncio.wait({running}, timeout=GLANCE)
            running.cancel()  # it ends after the job in hand, which has been asked to stop
            with suppress(asyncio.CancelledError):
                await running

    async def _answer(self, app: App) -> None:
        if self._rung.is_set():
            self._rung.clear()
            with suppress(AlreadyEnqueued):
                await app.configure_task("look").defer_async(timestamp=int(time.time()))

    def _app(self, job: Job, stop: Callable[[], bool]) -> App:
        where, how = address_of(job.settings.database_url), {"options": OPTIONS}
        app = App(connector=PsycopgConnector(conninfo=where, kwargs=how, min_size=1, max_size=4))

        @app.periodic(cron=every(self._every))
        @app.task(name="look", queue=QUEUE, queueing_lock="look", priority=1)
        async def look(timestamp: int) -> None:  # noqa: ARG001 - the engine gives it to whatever is periodic
            await self._look(app)

        @app.task(name="send", queue=QUEUE)
        async def send(number: int, of: int) -> None:
            await self._send(app, Shard(number, of), stop)

        return app

    async def _look(self, app: App) -> None:
        """Put what is due into the outbox, and a job for each shard of it into the queue. One worker at a time does."""
        shards = await self._do(self._shards)
        if shards is None:
            return
        await self._clear(app)
        for shard in shards:
            await self._defer(app, shard)

    def _shards(self) -> tuple[Shard, ...] | None:
        with alone(self._rounds.job.database) as mine:
            if not mine:
                return None
            self._rounds.prepare()
            return self._rounds.shards(SHARDS)

    async def _send(self, app: App, shard: Shard, stop: Callable[[], bool]) -> None:
        over = time.monotonic() + TURN
        await self._do(partial(self._rounds.send, lambda: stop() or time.monotonic() > over, shard))
        if time.monotonic() > over:
            await self._defer(app, shard)

    async def _defer(self, app: App, shard: Shard) -> None:
        """Put a shard into the queue, unless it waits there."""
        with suppress(AlreadyEnqueued):
            lock = f"send-{shard.number}-{shard.of}"
            await app.configure_task("send", queueing_lock=lock).defer_async(number=shard.number, of=shard.of)

    async def _clear(self, app: App) -> None:
        """Delete what lost workers had begun."""
        jobs = app.job_manager
        await jobs.prune_stalled_workers(STALLED)
        for job in await jobs.get_stalled_jobs(seconds_since_heartbeat=STALLED):
            with suppress(ConnectorException):  # another worker was faster
                await jobs.finish_job(job, Status.FAILED, delete_job=True)

    async def _show_life(self) -> None:
        """While it has nothing to do; while it has, the job itself does."""
        if not self._busy and time.monotonic() - self._shown > BEAT:
            await asyncio.to_thread(self._rounds.beat)
            self._shown = time.monotonic()

    async def _do(self, work: Callable[[], Answer]) -> Answer:
        """Work that waits for database and relay, in a thread; meanwhile it shows by itself that it is alive."""
        self._busy = True
        try:
            return await asyncio.to_thread(work)
        finally:
            self._busy = False
