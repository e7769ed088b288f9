"""`luanphien worker`, and the mail side of `luanphien serve`: the loop that sends mail, and the watch over it."""

from __future__ import annotations

import logging
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from importlib.util import find_spec
from typing import Protocol

from sqlalchemy.exc import SQLAlchemyError

from config.logs import set_up
from config.mailing import MORNING, check_ways, send_waiting, write_due
from config.moved import HandedOverError, handed_over
from config.session import USAGE, Job, fail, worker_name
from config.settle import refresh
from config.telling import almanac_of
from config.words import error_words, tell
from notifications import claiming, heartbeat, lease
from notifications.asks import Almanac
from scheduler.alarm import Alarm, Daily, Every, Loop

log = logging.getLogger(__name__)

LOOK_EVERY = 30
"""Seconds between two looks for mail that is due."""

TIMES = (("refresh", time(0, 10)), ("mail", MORNING))
"""When else it is looked, where the office is: the day's first look, and the morning's mail."""

WATCH_EVERY = 60
"""Seconds between two looks at the heartbeat."""

SILENT = timedelta(minutes=5)
"""A loop that has not shown itself for so long, twice in a row, is given up for a new one."""


@dataclass(slots=True)
class Rounds:
    """What a worker does, whatever calls it: the daily look once a day, what is due into the outbox, then the mail."""

    job: Job
    refreshed: date | None = None
    rests: bool = False

    def make(self, stop: Callable[[], bool]) -> None:
        """One round: all that is due now, until `stop`."""
        with self._opening_anew():
            almanac = self._prepared()
            if almanac is not None:
                send_waiting(self.job, almanac, stop)

    def prepare(self) -> None:
        """The first half of a round: what is due stands in the outbox."""
        with self._opening_anew():
            self._prepared()

    def shards(self, of: int) -> tuple[claiming.Shard, ...]:
        """Which of so many shards of the outbox have mail whose time has come, that of lost workers taken back."""
        steady = self.job.steady
        with self._opening_anew(), self.job.database.write_beside() as session:
            if handed_over(session) is not None:
                return ()
            lease.recover(session, self.job.now(), steady(session))
            return tuple(claiming.Shard(number, of) for number in claiming.shards_due(session, self.job.now(), of))

    def send(self, stop: Callable[[], bool], shard: claiming.Shard) -> None:
        """The second half of a round, for one shard, until `stop`."""
        with self._opening_anew():
            with self.job.database.read() as session:
                almanac = almanac_of(session, self.job)
            send_waiting(self.job, almanac, stop, shard=shard)

    def beat(self) -> None:
        """Show that the worker is alive, and waits."""
        steady = self.job.steady
        with self.job.database.write_beside() as session:
            heartbeat.beat(session, self.job.worker, steady(session))

    def leave(self) -> None:
        """Strike the worker from the list."""
        try:
            with self.job.database.write_beside() as session:
                heartbeat.leave(session, self.job.worker)
        except SQLAlchemyError as error:
            log.warning("%s stays in the list of workers for a day: %s", self.job.worker, error)

    def _prepared(self) -> Almanac | None:
        """What is due stands in the outbox; None: the store was handed over, and nothing is done in it."""
        self.beat()
        try:
            self._refresh()
            almanac = write_due(self.job)
        except HandedOverError as error:
            if not self.rests:
                log.warning("%s", error)
            self.rests = True
            return None
        if self.rests:
            log.warning("the store was taken back: mail is sent from it again")
        self.rests = False
        return almanac

    @contextmanager
    def _opening_anew(self) -> Iterator[None]:
        """When the database fails its connections are let go, and the next call opens new ones."""
        try:
            yield
        except SQLAlchemyError:
            self.job.database.close()
            raise

    def _refresh(self) -> None:
        today = self.job.today()
        if self.refreshed == today:
            return
        try:
            refresh(self.job.database, self.job.now(), today)
        except (SQLAlchemyError, HandedOverError):
            raise
        except Exception:
            log.exception("the daily look failed; the mail goes all the same")
        self.refreshed = today


class Engine(Protocol):
    """What has rounds made: a loop on one machine, a queue of jobs on several."""

    def start(self) -> None:
        """Begin, in a thread of its own."""

    def ring(self) -> None:
        """Have a round made now; returns at once."""

    def ask_to_stop(self) -> None:
        """End after the mail in hand; returns at once."""

    def stop(self) -> None:
        """End after the mail in hand, and wait for that."""


def looping(rounds: Rounds, seconds: float) -> Loop:
    """The engine of one machine: a round, then `seconds` of rest."""
    return Loop("mail", seconds, rounds.make, rounds.job.database.close)


class Post:
    """The mail of this process: an engine, whose sign of life is its row in the store and nothing else."""

    def __init__(
        self, job: Job, seconds: float = LOOK_EVERY, engine: Callable[[Rounds, float], Engine] = looping
    ) -> None:
        """It begins with `start`. Each engine has its own name as a worker, and its own connections."""
        self._job = job
        self._seconds = seconds
        self._make = engine
        self._silences = 0
        self._rounds, self._engine = self._new()

    def start(self) -> None:
        """Begin, with a round at once."""
        self._engine.start()

    def ring(self) -> None:
        """Have a round made now."""
        self._engine.ring()

    def ask_to_stop(self) -> None:
        """End after the mail in hand."""
        self._engine.ask_to_stop()

    def stop(self) -> None:
        """End after the mail in hand, and wait for that."""
        self._engine.stop()
        self._rounds.leave()
        self._rounds.job.database.close()

    def watch(self) -> None:
        """Look for the engine's sign of life; put another in its place when there is none.

        One that still runs somewhere loses what it holds when its lease runs out, and ends when it can.
        """
        worker, steady = self._rounds.job.worker, self._job.steady
        with self._job.database.read() as session:  # the engine's own connections are closed by it alone
            seen, now = heartbeat.last_beat(session, worker), steady(session)
        self._silences = 0 if seen is not None and now - seen <= SILENT else self._silences + 1
        if self._silences < 2:
            return
        log.error("the mail loop %s has been silent since %s; another takes its place", worker, seen)
        self._engine.ask_to_stop()
        self._silences = 0
        self._rounds, self._engine = self._new()
        self._engine.start()

    def _new(self) -> tuple[Rounds, Engine]:
        rounds = Rounds(replace(self._job, worker=worker_name()))
        return rounds, self._make(rounds, self._seconds)


def mail_calls(post: Post) -> tuple[Daily | Every, ...]:
    """What the alarm clock rings for: the day's first look, the morning's mail, and the watch over the loop."""
    return *(Daily(name, at.hour, at.minute, post.ring) for name, at in TIMES), watching(post)


def watching(post: Post) -> Every:
    """The watch over an engine."""
    return Every("watch", WATCH_EVERY, post.watch)


def cluster_engine(job: Job) -> Callable[[Rounds, float], Engine]:
    """The engine of several machines, its tables made; ends the command where that cannot be."""
    if not job.settings.database_url.startswith("postgresql"):
        what = tell(job.lang, "several machines need a store they can all reach: --cluster goes with PostgreSQL only")
        fix = tell(job.lang, "set LUANPHIEN_DATABASE_URL=postgresql://USER@HOST/NAME, or leave --cluster out")
        fail(what, fix, USAGE)
    if find_spec("procrastinate") is None:
        what = tell(job.lang, "--cluster needs Procrastinate, which is not installed")
        fail(what, tell(job.lang, "install it with luanphien: pip install 'luanphien[cluster]'"), USAGE)
    from config.cluster import Cluster  # noqa: PLC0415 - an extra that need not be installed
    from config.clustertables import make_tables  # noqa: PLC0415 - as above

    make_tables(job.database)  # what the database's user may not do is said now
    return Cluster


def say_how_it_stands(job: Job) -> None:
    """Say at the start what keeps a store from giving anything: it holds no plan yet, or was handed over."""
    with job.office() as desk:
        at = handed_over(desk.session)
        if not desk.revision:
            job.console.print(tell(job.lang, "the store holds no plan yet"), style="yellow")
            job.console.print(tell(job.lang, "run luanphien sync"), style="green")
    if at is not None:
        what, fix = error_words(HandedOverError(at), job.lang)
        job.console.print(what, style="yellow")
        job.console.print(fix, style="green")


def worker(job: Job, *, cluster: bool = False, seconds: float = LOOK_EVERY) -> None:
    """Send mail until SIGTERM or SIGINT; then finish the mail in hand, and give back the rest. Looks all `seconds`.

    `cluster`: with the workers of other machines, woken and shared out by Procrastinate; ends the command where that
    cannot be. Raises LuanphienError when the store cannot be opened.
    """
    set_up()
    say_how_it_stands(job)
    check_ways(job)  # a sender or relay that cannot be used is said now, not every half minute in the log
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    post = Post(job, seconds, engine=cluster_engine(job) if cluster else looping)
    alarm = Alarm(job.settings.zone, (watching(post),) if cluster else mail_calls(post), (post,))
    job.console.print(tell(job.lang, "Sending mail as it falls due (Ctrl-C ends)"))
    alarm.start()
    ended.wait()
    alarm.stop()
    job.database.close()
