"""A worker that dies at every step it can die at, and what the next one makes of it."""

from __future__ import annotations

import os
import signal
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import select

from config.database import Database
from notifications.tables import DELIVERY
from tests.faults import crew
from tests.faults.yard import Yard, clean, yard

COMMITS = ("arrive", "claim", "read", "store", "mark", "complete", "claim", "leave")
"""What one worker with one mail writes, in order."""

TWICE = {("dot", 0), ("before", 6)}
"""Where the relay has the mail, and nothing says so."""

DOUBTED = TWICE | {("after", 5)}
"""Where the relay may have it, for all that the next worker knows."""


def test_a_worker_may_die_at_any_step(
    database: Database, tmp_path: Path, figures: Callable[[str, object], None]
) -> None:
    points = [(where, at) for at in range(1, len(COMMITS) + 1) for where in ("before", "after")] + [("dot", 0)]
    with yard(database, tmp_path) as run:
        for number, point in enumerate(points):
            run.put(range(number, number + 1))
            assert _one(run, crash=point, hours=number) == 9, point
            assert _one(run, hours=number + 0.5) == 0, point
        assert _one(run, crash=("before", len(COMMITS)), hours=len(points)) == 0, "more commits than are known"
        account = run.account()
        copies = Counter(mail["to"] for mail in run.taken())
    figures(f"{len(points)} failpoints", account)
    assert account == clean(account, len(points), len(TWICE))
    assert {points[_number(to)] for to, count in copies.items() if count > 1} == TWICE
    assert {points[_number(to)] for to in _doubted(database)} == DOUBTED


def test_a_worker_may_die_while_the_relay_takes_its_time(
    database: Database, tmp_path: Path, figures: Callable[[str, object], None]
) -> None:
    with yard(database, tmp_path, stall=1.0) as run:
        run.put(range(1))
        worker = run.start(run.orders(lease=1200), crew.crash)
        while not run.notes.read_text("ascii"):
            assert worker.is_alive()
            time.sleep(0.01)
        os.kill(worker.pid, signal.SIGKILL)
        assert run.finish() == [-9]
        assert _one(run, hours=0.5) == 0
        account = run.account()
    figures("a kill between the dot and its answer", account)
    assert account == clean(account, 1, 1)


def _one(run: Yard, hours: float, crash: tuple[str, int] | None = None) -> int:
    """One run of a worker at an hour of the day; what it ended with."""
    run.start(run.orders(lease=1200, hours=hours, crash=crash), crew.crash)
    [code] = run.finish()
    return code


def _number(address: str) -> int:
    return int(address.partition("@")[0].removeprefix("body-"))


def _doubted(database: Database) -> list[str]:
    with database.read() as session:
        return list(session.execute(select(DELIVERY.c.address).where(DELIVERY.c.doubted)).scalars())
