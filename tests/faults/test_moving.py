"""A store that moves to another database while hundreds of mails are going: nothing lost, nothing twice."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import select

from config.backup import back_up_finally
from config.database import Database
from config.restore import restore
from notifications.tables import DELIVERY
from tests.faults.crew import wall
from tests.faults.sizes import SIZES
from tests.faults.yard import PATIENCE, yard
from tests.integration.desk import Still

MOVED = 4
"""Of the mails of a run of kills so many times as many are moved."""


def test_a_store_that_moves_while_mail_goes_loses_and_repeats_nothing(
    database: Database, target: Database, tmp_path: Path, figures: Callable[[str, object], None]
) -> None:
    mails = SIZES.mails * MOVED
    with yard(database, tmp_path, stall=0.1) as run:  # slow, so that much is left however busy the machine is
        run.put(range(mails))
        began = time.monotonic()
        team = [run.start(run.orders(until_done=False, lease=30)) for _ in range(3)]
        while len(run.taken()) < mails // 10:
            time.sleep(0.05)
        contents = back_up_finally(Still(database, wall(run.orders())), tmp_path / "last.gz", 60)
        before = len(run.taken())
        restore(Still(target, wall(run.orders())), tmp_path / "last.gz")
        time.sleep(1)  # the old workers run on, and send nothing
        assert len(run.taken()) == before
        new = [run.start(run.orders(until_done=False, lease=30, url=target.url)) for _ in range(3)]
        _wait_until_sent(target, mails)
        for process in (*team, *new):
            process.terminate()
        codes = run.finish()
        left, copies = _states(database), Counter(mail["to"] for mail in run.taken())
    took = time.monotonic() - began
    account = {"mails": mails, "before": before, "lost": mails - len(copies), "repeated": sum(copies.values()) - mails}
    figures(f"moved to {target.engine.dialect.name} in {took:.0f} s", account)
    assert account == {"mails": mails, "before": before, "lost": 0, "repeated": 0}
    assert 0 < before < mails
    assert left == {"sent": before, "pending": mails - before}
    assert contents.header.final
    assert codes == [0] * 6


def _states(database: Database) -> dict[str, int]:
    with database.read() as session:
        return dict(Counter(session.execute(select(DELIVERY.c.state)).scalars()))


def _wait_until_sent(database: Database, mails: int) -> None:
    until = time.monotonic() + PATIENCE
    while _states(database) != {"sent": mails}:
        assert time.monotonic() < until, _states(database)
        time.sleep(0.2)
