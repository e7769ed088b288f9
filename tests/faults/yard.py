"""Where fault runs happen: a sink, a store, workers that are started and ended, and the account of what came of it."""

from __future__ import annotations

import json
import multiprocessing
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sqlalchemy import select

from config.database import Database
from notifications.tables import DELIVERY
from tests.faults import crew
from tests.faults.crew import Orders
from tests.faults.sizes import SIZES

ROOT = Path(__file__).parents[2]
PATIENCE = 600
WORKERS = multiprocessing.get_context("forkserver")
WORKERS.set_forkserver_preload(["tests.faults.crew"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What came of a run: mails, those no relay ever took, those it took again and whether all of these are marked as
    doubtful, and mails that came with different bytes or Message-IDs.

    `per_worker`: of the copies that were followed by another, the most that one process sent, at most one over each of
    its connections.
    """

    mails: int
    lost: int
    repeated: int
    per_worker: int
    repeats_in_doubt: bool
    different: int
    states: dict[str, int]


class Yard:
    """One run. `note` receives the figures that are printed at the end."""

    def __init__(self, database: Database, folder: Path, port: int) -> None:
        self.database = database
        self.notes = folder / "sink.jsonl"
        self.port = port
        self.since = time.monotonic()
        self.chance = random.Random(20210901)
        self._count = 0
        self._running: list[Any] = []

    def orders(self, **more: Any) -> Orders:
        """For the next worker."""
        self._count += 1
        given = {"lease": 5.0, "name": f"worker-{self._count}", "since": self.since, "port": self.port}
        return Orders(**{"url": self.database.url, **given, **more})

    def start(self, orders: Orders, work: Callable[[Orders], None] = crew.work) -> Any:
        """A worker as a process of its own."""
        process = WORKERS.Process(target=work, args=(orders,), name=orders.name)
        process.start()
        self._running.append(process)
        return process

    def put(self, numbers: range, orders: Orders | None = None) -> None:
        """Mails to send, by the clock that a worker with these orders has."""
        crew.put(self.database, numbers, crew.wall(orders or self.orders()))

    def finish(self) -> list[int]:
        """Wait until all workers have ended; what they ended with."""
        codes = []
        for process in self._running:
            process.join(PATIENCE)
            codes.append(process.exitcode)
            process.close()
        self._running.clear()
        return codes

    def strike(self, number: signal.Signals, times: int, orders: Callable[[], Orders], crew_size: int = 4) -> None:
        """Keep so many workers running while a signal hits one of them at random, `times` times."""
        team = [self.start(orders()) for _ in range(crew_size)]
        for _ in range(times):
            time.sleep(self.chance.uniform(0.05, SIZES.pause))
            hit = self.chance.randrange(crew_size)
            if team[hit].pid is not None and team[hit].is_alive():
                os.kill(team[hit].pid, number)
            team[hit].join(PATIENCE)
            team[hit] = self.start(orders())

    def wait_until_sent(self, mails: int) -> None:
        """Wait until so many mails are sent; fails when a worker has ended by itself, or nothing happens for long."""
        until = time.monotonic() + PATIENCE
        while self.account().states != {"sent": mails}:
            assert all(process.is_alive() for process in self._running), "a worker has ended"
            assert time.monotonic() < until, self.account()
            time.sleep(0.2)

    def taken(self) -> list[dict[str, Any]]:
        """What the sink has noted."""
        return [json.loads(line) for line in self.notes.read_text("ascii").splitlines()]

    def account(self) -> Account:
        """What came of it."""
        columns = (DELIVERY.c.address, DELIVERY.c.doubted, DELIVERY.c.state)
        with self.database.read() as session:
            rows = session.execute(select(*columns)).all()
        taken = self.taken()
        copies = Counter(mail["to"] for mail in taken)
        kinds = Counter(to for to, _id, _sum in {(mail["to"], mail["id"], mail["sum"]) for mail in taken})
        doubted = {row.address for row in rows if row.doubted}
        again = {to for to, count in copies.items() if count > 1}
        return Account(
            mails=len(rows),
            lost=sum(row.address not in copies for row in rows),
            repeated=sum(copies.values()) - len(copies),
            per_worker=max(Counter(_doubled(taken)).values(), default=0),
            repeats_in_doubt=again <= doubted,
            different=sum(count > 1 for count in kinds.values()),
            states=dict(Counter(row.state for row in rows)),
        )


def _doubled(taken: list[dict[str, Any]]) -> Iterator[str]:
    """The worker of each copy that was followed by another one."""
    last: dict[str, str] = {}
    for mail in taken:
        if mail["to"] in last:
            yield last[mail["to"]]
        last[mail["to"]] = mail["by"]


def clean(account: Account, mails: int, repeated: int = 0, connections: int = 1) -> Account:
    """The account of a run in which everything went as it should, with so many repeats, no two over one connection."""
    return replace(
        account,
        mails=mails,
        lost=0,
        repeated=repeated,
        per_worker=min(repeated, connections, account.per_worker),
        repeats_in_doubt=True,
        different=0,
        states={"sent": mails},
    )


@contextmanager
def yard(database: Database, folder: Path, stall: float = 0.0) -> Iterator[Yard]:
    """A run on a store; whatever still runs at the end is ended."""
    sink = subprocess.Popen(
        [sys.executable, "-m", "tests.faults.sink", str(folder / "sink.jsonl"), str(stall)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert sink.stdout is not None
    made = Yard(database, folder, int(sink.stdout.readline()))
    try:
        yield made
    finally:
        for process in made._running:
            process.kill()
            process.join()
        sink.kill()
        sink.wait()
        sink.stdout.close()
