"""The clock on the wall is set back and forward an hour while workers send: nothing late, nothing twice."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from config.database import Database
from tests.faults.sizes import SIZES
from tests.faults.yard import WORKERS, clean, yard

LATE = 30.0
"""Seconds that a mail may be late."""


def test_a_clock_that_is_set_makes_nothing_late_or_twice(
    database: Database, tmp_path: Path, figures: Callable[[str, object], None]
) -> None:
    offset = WORKERS.Value("d", 0.0)
    jumps = (0.0, -3600.0, 0.0, 3600.0, 0.0)
    put: dict[str, float] = {}
    with yard(database, tmp_path, stall=0.1) as run:
        orders = [run.orders(until_done=False, offset=offset, lease=30) for _ in range(4)]
        team = [run.start(each) for each in orders]
        for jump in jumps:
            began = time.monotonic()
            while time.monotonic() - began < SIZES.seconds:
                numbers = range(len(put), len(put) + 5)
                run.put(numbers, orders[0])
                put |= {f"body-{number}@quang-tri.example": time.monotonic() for number in numbers}
                time.sleep(0.2)
                offset.value = jump
        run.wait_until_sent(len(put))
        for process in team:
            process.terminate()
        codes = run.finish()
        account = run.account()
        late = max(mail["at"] - put[mail["to"]] for mail in run.taken())
    figures(f"a clock set back and forward an hour, at most {late:.1f} s late", account)
    assert account == clean(account, len(put))
    assert late <= LATE
    assert codes == [0] * 4
