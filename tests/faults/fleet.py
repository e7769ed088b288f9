"""A fleet: the real `luanphien serve` and `luanphien worker --cluster` as processes, on the morning of a day in 2021.

Started as `python -m tests.faults.fleet SHIFT serve PORT` or `… SHIFT worker SECONDS`; settings are in the environment.
SHIFT are the seconds by which their clocks are moved. A mail is held for five seconds only.
"""

from __future__ import annotations

import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import cycle
from pathlib import Path
from urllib.error import HTTPError

from config.database import Database
from config.files import directory_files, holiday_file, plan_files
from config.server import serve
from config.session import Job
from config.settings import Settings
from config.settle import Given, sync
from config.worker import worker
from notifications.people import roster
from scheduler import store, writing
from scheduler.plan import Directory
from scheduler.reconcile import Change
from tests.faults.crew import MORNING, TODAY, Bodies, event
from tests.unit.notifications.samples import shelf

ROOT = Path(__file__).parents[2]
LEASE = timedelta(seconds=5)
CONNECTIONS = 4
"""Over how many connections a worker sends at once: so many mails can be at the relay when it is killed."""

GLANCE = 0.2
"""Seconds between two pages that a reader asks for."""

PATIENCE = 3600
BULK = 5_000

PAGES = (
    "/next?partner=savannakhet",
    "/feeds/all.ics?plan=quang-tri-front-2020",
    "/next.json",
    "/agreements",
    "/healthz",
)


def main(shift: float, what: str, number: str) -> None:
    """Be one of them; `number` is a server's port, and for a worker the seconds between two looks."""
    job = Job(Settings(), timedelta(seconds=shift), lease=LEASE)
    if what == "serve":
        serve(job, None, int(number), mail=False)
    else:
        worker(job, cluster=True, seconds=int(number))


def furnish(database: Database, mails: int) -> None:
    """The packaged plans, and so many events in thirty days, each prepared by a body of its own that has an address."""
    given = Given(plan_files(()).files, directory_files(None).files, holiday_file())
    assert not sync(database, given, MORNING - timedelta(days=200), TODAY - timedelta(days=200)).problems
    bodies = shelf(*(Bodies()[f"body-{number}"] for number in range(mails)))
    with database.write() as session:
        assert not roster(session).contacts
        known = store.directory_of(session)
        writing.put_directory(session, Directory(known.parties, known.places, {**known.organisations, **bodies}))
    for first in range(0, mails, BULK):
        with database.write() as session:
            numbers = range(first, min(first + BULK, mails))
            writing.apply(session, [Change(None, event(number).occurrence) for number in numbers], MORNING)


class Fleet:
    """Processes that are started, killed and replaced, and readers of their pages."""

    def __init__(self, database: Database, folder: Path, relay: int) -> None:
        self.folder = folder
        self.shift = (MORNING + timedelta(hours=1) - datetime.now(UTC)).total_seconds()
        self.chance = random.Random(20210901)
        self.ports = [free_port() for _ in range(3)]
        self.said: Counter[int] = Counter()
        self._settings = {
            "LUANPHIEN_DATABASE_URL": database.url,
            "LUANPHIEN_MAIL_URL": f"smtp://127.0.0.1:{relay}",
            "LUANPHIEN_MAIL_CONNECTIONS": str(CONNECTIONS),
            "LUANPHIEN_RETURN_PATH": "plain",
        }
        self._count = 0
        self._running: list[subprocess.Popen[bytes]] = []
        self._over = threading.Event()
        self._readers: list[threading.Thread] = []

    def start(self, *words: str) -> subprocess.Popen[bytes]:
        """One process; what it says is kept in a file."""
        self._count += 1
        environment = {**os.environ, **self._settings, "PYTHONPATH": str(ROOT)}
        command = [sys.executable, "-m", "tests.faults.fleet", str(self.shift), *words]
        with (self.folder / f"{self._count:03}-{words[0]}.log").open("wb") as log:
            process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=subprocess.STDOUT)
        self._running.append(process)
        return process

    def open_pages(self) -> None:
        """Three servers, each with a reader who asks again and again."""
        for port in self.ports:
            self.start("serve", str(port))
        until(lambda: all(self._answers(port) for port in self.ports))
        self._readers = [threading.Thread(target=self._read, args=(port,)) for port in self.ports]
        for reader in self._readers:
            reader.start()

    def strike(self, every: str, times: int, pause: float, going_on: Callable[[], bool]) -> int:
        """Three workers, which look `every` so many seconds; one killed at random and replaced, so many times or until
        it is over. Returns how often.
        """
        team = [self.start("worker", every) for _ in range(3)]
        until(going_on)
        for number in range(times):
            time.sleep(self.chance.uniform(0.1, pause))
            if not going_on():
                return number
            hit = self.chance.randrange(3)
            team[hit].kill()
            team[hit].wait(PATIENCE)
            team[hit] = self.start("worker", every)
        return times

    def end(self) -> list[int]:
        """Readers first; then SIGTERM to all that runs. What those ended with."""
        self._over.set()
        for reader in self._readers:
            reader.join(PATIENCE)
        alive = [process for process in self._running if process.poll() is None]
        for process in alive:
            process.send_signal(signal.SIGTERM)
        return [process.wait(PATIENCE) for process in alive]

    def kill(self) -> None:
        """Whatever still runs."""
        self._over.set()
        for process in self._running:
            process.kill()
            process.wait()

    def logs(self) -> str:
        """Lines of errors that the processes wrote."""
        lines = [line for path in sorted(self.folder.glob("*.log")) for line in path.read_text("utf-8").splitlines()]
        return "\n".join(line for line in lines if " ERROR " in line or line.startswith("Traceback"))

    def _read(self, port: int) -> None:
        for page in cycle(PAGES):
            self.said[asked(port, page)] += 1
            if self._over.wait(GLANCE):
                return

    def _answers(self, port: int) -> bool:
        assert all(process.poll() is None for process in self._running), "a server has ended"
        return asked(port, "/healthz") == 200


def asked(port: int, path: str) -> int:
    """The status of an answer; 0 without one."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=300) as answer:
            answer.read()
            return int(answer.status)
    except HTTPError as error:
        return error.code
    except OSError:
        return 0


def free_port() -> int:
    """A port of this machine that nobody listens on now."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def until(reached: Callable[[], bool]) -> None:
    """Wait for something that another process does."""
    ends = time.monotonic() + PATIENCE
    while not reached():
        assert time.monotonic() < ends
        time.sleep(0.3)


@contextmanager
def fleet(database: Database, folder: Path, relay: int) -> Iterator[Fleet]:
    """Processes over a store; whatever still runs at the end is ended."""
    made = Fleet(database, folder, relay)
    try:
        yield made
    finally:
        made.kill()


if __name__ == "__main__":
    main(float(sys.argv[1]), *sys.argv[2:])
