"""Workers that are killed, told to stop, or run beside each other: nothing lost, and twice only what is marked."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from config.database import Database
from tests.faults.sizes import SIZES
from tests.faults.yard import Account, clean, yard

Figures = Callable[[str, object], None]


@pytest.mark.parametrize("connections", [1, 4])
def test_killed_workers_lose_nothing(database: Database, tmp_path: Path, figures: Figures, connections: int) -> None:
    """Whoever is killed leaves at most one mail in doubt on each of its connections."""
    with yard(database, tmp_path, stall=0.02) as run:
        run.put(range(SIZES.mails))
        began = time.monotonic()
        run.strike(signal.SIGKILL, SIZES.kills, lambda: run.orders(connections=connections))
        run.finish()
        account = run.account()
    figures(f"{SIZES.kills} kills of 4 workers, {connections} connections each, {_rate(account, began)}", account)
    assert account.repeated <= SIZES.kills * connections
    assert account == clean(account, SIZES.mails, account.repeated, connections)


def test_workers_told_to_stop_lose_and_repeat_nothing(database: Database, tmp_path: Path, figures: Figures) -> None:
    with yard(database, tmp_path) as run:
        run.put(range(SIZES.term_mails))
        began = time.monotonic()
        run.strike(signal.SIGTERM, SIZES.terms, run.orders)
        codes = run.finish()
        account = run.account()
    figures(f"{SIZES.terms} SIGTERMs to 4 workers, {_rate(account, began)}", account)
    assert account == clean(account, SIZES.term_mails)
    assert codes == [0] * (SIZES.terms + 4)


@pytest.mark.parametrize(("database", "workers"), SIZES.crews, indirect=["database"])
def test_workers_beside_each_other_repeat_nothing(
    database: Database, tmp_path: Path, figures: Figures, workers: int
) -> None:
    with yard(database, tmp_path) as run:
        # a lease long enough for a busy machine: what happens when it runs out is another run's subject
        team = [run.start(run.orders(until_done=False, lease=30)) for _ in range(workers)]
        mails, began = 0, time.monotonic()
        while time.monotonic() - began < SIZES.seconds:
            run.put(range(mails, mails + 10))
            mails += 10
            time.sleep(0.1)
        run.wait_until_sent(mails)
        for process in team:
            process.terminate()
        codes = run.finish()
        account = run.account()
    figures(f"{workers} workers beside each other for {SIZES.seconds:g} s, {_rate(account, began)}", account)
    assert account == clean(account, mails)
    assert codes == [0] * workers


def test_relays_that_stall_longer_than_the_lease_get_nothing_twice(
    database: Database, tmp_path: Path, figures: Figures
) -> None:
    with yard(database, tmp_path, stall=4.0) as run:
        run.put(range(SIZES.stalls))
        for _ in range(4):
            run.start(run.orders(lease=2.0, batch=1))
        run.finish()
        account = run.account()
    figures(f"a relay that stalls 4 s, leases of 2 s, {SIZES.stalls} mails", account)
    assert account == clean(account, SIZES.stalls)


def _rate(account: Account, began: float) -> str:
    took = time.monotonic() - began
    return f"{account.mails} mails in {took:.0f} s"
