"""`luanphien worker`, and the mail side of `luanphien serve`: the loop that sends mail, and the watch over it."""

from __future__ import annotations

import logging
import signal
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from sqlalchemy.exc import SQLAlchemyError

from config.logs import set_up
from config.mailing import MORNING, check_ways, send_due
from config.session import Job, worker_name
from config.settle import refresh
from config.words import tell
from notifications import heartbeat
from scheduler.alarm import Alarm, Daily, Every, Loop

log = logging.getLogger(__name__)

LOOK_EVERY = 30
"""Seconds between two looks for mail that is due."""

WATCH_EVERY = 60
"""Seconds between two looks at the heartbeat."""

SILENT = timedelta(minutes=5)
"""A loop that has not shown itself for so long, twice in a row, is given up for a new one."""


@dataclass(slots=True)
class Rounds:
    """What one loop does each time: the daily look once a day, then the mail."""

    job: Job
    refreshed: date | None = None

    def make(self, stop: Callable[[], bool]) -> None:
        """One round. When the database fails its connections are let go, and the next round opens new ones."""
        try:
            self._beat()
            self._refresh()
            send_due(self.job, stop)
        except SQLAlchemyError:
            self.job.database.close()
            raise

    def leave(self) -> None:
        """Strike the worker from the list."""
        try:
            with self.job.database.write() as session:
                heartbeat.leave(session, self.job.worker)
        except SQLAlchemyError as error:
            log.warning("%s stays in the list of workers for a day: %s", self.job.worker, error)

    def _beat(self) -> None:
        steady = self.job.steady
        with self.job.database.write() as session:
            heartbeat.beat(session, self.job.worker, steady(session))

    def _refresh(self) -> None:
        today = self.job.today()
        if self.refreshed == today:
            return
        try:
            refresh(self.job.database, self.job.now(), today)
        except SQLAlchemyError:
            raise
        except Exception:
            log.exception("the daily look failed; the mail goes all the same")
        self.refreshed = today


class Post:
    """The mail of this process: a loop, whose sign of life is its row in the store and nothing else."""

    def __init__(self, job: Job, seconds: float = LOOK_EVERY) -> None:
        """It begins with `start`. Each loop has its own name as a worker, and its own connections."""
        self._job = job
        self._seconds = seconds
        self._silences = 0
        self._rounds, self._loop = self._new()

    def start(self) -> None:
        """Begin, with a round at once."""
        self._loop.start()

    def ring(self) -> None:
        """Make a round now."""
        self._loop.ring()

    def ask_to_stop(self) -> None:
        """End after the mail in hand."""
        self._loop.ask_to_stop()

    def stop(self) -> None:
        """End after the mail in hand, and wait for that."""
        self._loop.stop()
        self._rounds.leave()
        self._rounds.job.database.close()

    def watch(self) -> None:
        """Look for the loop's sign of life; put another in its place when there is none.

        A loop that still runs somewhere loses what it holds when its lease runs out, and ends when it can.
        """
        worker, steady = self._rounds.job.worker, self._job.steady
        with self._job.database.read() as session:  # the loop's own connections are closed by the loop alone
            seen, now = heartbeat.last_beat(session, worker), steady(session)
        self._silences = 0 if seen is not None and now - seen <= SILENT else self._silences + 1
        if self._silences < 2:
            return
        log.error("the mail loop %s has been silent since %s; another takes its place", worker, seen)
        self._loop.ask_to_stop()
        self._silences = 0
        self._rounds, self._loop = self._new()
        self._loop.start()

    def _new(self) -> tuple[Rounds, Loop]:
        rounds = Rounds(replace(self._job, worker=worker_name()))
        return rounds, Loop("mail", self._seconds, rounds.make, rounds.job.database.close)


def mail_calls(post: Post) -> tuple[Daily | Every, ...]:
    """What the alarm clock rings for: the day's first look, the morning's mail, and the watch over the loop."""
    return (
        Daily("refresh", 0, 10, post.ring),
        Daily("mail", MORNING.hour, MORNING.minute, post.ring),
        Every("watch", WATCH_EVERY, post.watch),
    )


def worker(job: Job) -> None:
    """Send mail until SIGTERM or SIGINT; then finish the mail in hand, and give back the rest.

    Raises LuanphienError when the store cannot be opened.
    """
    set_up()
    with job.office() as desk:
        if not desk.revision:
            job.console.print(tell(job.lang, "the store holds no plan yet"), style="yellow")
            job.console.print(tell(job.lang, "run luanphien sync"), style="green")
    check_ways(job)  # a sender or relay that cannot be used is said now, not every half minute in the log
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    post = Post(job)
    alarm = Alarm(job.settings.zone, mail_calls(post), (post,))
    job.console.print(tell(job.lang, "Sending mail as it falls due (Ctrl-C ends)"))
    alarm.start()
    ended.wait()
    alarm.stop()
    job.database.close()
