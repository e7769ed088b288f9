"""A fleet on one PostgreSQL: workers are killed at random and replaced, and pages and feeds answer all the time."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from config.cluster import Cluster
from config.database import Database
from config.session import Job
from config.settings import Settings
from config.worker import Rounds
from tests.faults.crew import waiting
from tests.faults.fleet import CONNECTIONS, fleet, furnish, until
from tests.faults.sizes import SIZES
from tests.faults.test_database import _kill, _revive, _server
from tests.faults.yard import clean, yard


@dataclass(slots=True)
class Counted(Rounds):
    """Rounds that count how often it was looked for mail."""

    looks: int = 0

    def prepare(self) -> None:
        self.looks += 1
        Rounds.prepare(self)


def lines(notes: Path) -> int:
    """How many mails the relay has noted."""
    return notes.read_bytes().count(b"\n")


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_a_fleet_whose_workers_are_killed_loses_nothing(
    database: Database, tmp_path: Path, figures: Callable[[str, object], None]
) -> None:
    furnish(database, SIZES.fleet_mails)
    almost = SIZES.fleet_mails * 0.95
    with yard(database, tmp_path, stall=SIZES.fleet_stall) as run, fleet(database, tmp_path, run.port) as ships:
        ships.open_pages()
        began = time.monotonic()
        kills = ships.strike(
            str(SIZES.fleet_every), SIZES.fleet_kills, SIZES.fleet_pause, lambda: 0 < lines(run.notes) < almost
        )
        until(lambda: waiting(database) == 0)
        took = time.monotonic() - began
        codes = ships.end()
        account = run.account()
        told = {mail["to"] for mail in run.taken()}
    rate = f"{account.mails / took:.0f} mails/s"
    figures(f"3 serve and 3 worker --cluster, {kills} kills, {took:.0f} s, {rate}", account)
    figures("answers of the three servers meanwhile, by status", dict(ships.said))
    assert {f"body-{number}@quang-tri.example" for number in range(SIZES.fleet_mails)} <= told
    assert account == replace(clean(account, account.mails, account.repeated), per_worker=account.per_worker)
    assert account.repeated <= kills * CONNECTIONS
    assert set(ships.said) == {200}
    assert sorted(codes) == [-signal.SIGTERM] * 3 + [0] * 3  # uvicorn ends in good order, then by the signal
    assert ships.logs() == ""


def test_a_worker_of_a_fleet_outlives_its_database(tmp_path: Path, figures: Callable[[str, object], None]) -> None:
    with _server() as server:
        job = Job(Settings(database_url=server.get_uri(), mail_url=f"maildir:{tmp_path}"))
        rounds = Counted(job)
        engine = Cluster(rounds, 2)
        engine.start()
        for _ in range(2):
            until(lambda before=rounds.looks: rounds.looks > before)  # type: ignore[misc]  # bound now
            _kill(server)
            time.sleep(3)
            _revive(server)
        began = time.monotonic()
        until(lambda before=rounds.looks: rounds.looks > before)  # type: ignore[misc]  # as above
        figures("seconds from a restart of PostgreSQL to the next look", f"{time.monotonic() - began:.0f}")
        engine.stop()
        job.database.close()
