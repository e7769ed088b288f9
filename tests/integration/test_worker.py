"""The loop that sends mail: its sign of life, the watch over it, its clock, and the command that runs it."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from config.database import Database
from config.session import Job
from config.settings import Settings
from config.steady import SteadyClock, since_boot
from config.worker import SILENT, Post, Rounds, mail_calls
from notifications.tables import WORKER
from scheduler.alarm import Daily, Every

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
PATIENCE = 60


@pytest.fixture
def job(database: Database, tmp_path: Path) -> Iterator[Job]:
    """An office with an empty store."""
    made = Job(Settings(database_url=database.url, mail_url=f"maildir:{tmp_path / 'mail'}"))
    yield made
    made.database.close()


def workers(database: Database) -> list[tuple[str, str]]:
    """Who is listed, and what they do."""
    with database.read() as session:
        rows = session.execute(select(WORKER.c.name, WORKER.c.doing).order_by(WORKER.c.started_at))
        return [(row.name, row.doing) for row in rows]


def until(reached: Callable[[], Any]) -> None:
    """Wait for something that another thread or process does."""
    ends = time.monotonic() + PATIENCE
    while not reached():
        assert time.monotonic() < ends
        time.sleep(0.05)


def quiet(database: Database) -> bool:
    """Whether nobody has shown a sign of life for a second."""
    with database.read() as session:
        before = session.execute(select(WORKER.c.beat_at)).scalars().all()
    time.sleep(1)
    with database.read() as session:
        return before == session.execute(select(WORKER.c.beat_at)).scalars().all()


def age(database: Database, by: timedelta) -> None:
    """Make every sign of life so much older."""
    with database.write() as session:
        for name, beat in session.execute(select(WORKER.c.name, WORKER.c.beat_at)).all():
            session.execute(update(WORKER).where(WORKER.c.name == name).values(beat_at=beat - by))


def test_the_loop_shows_that_it_is_alive_and_is_struck_from_the_list_when_it_ends(job: Job, database: Database) -> None:
    post = Post(job)
    post.start()
    until(lambda: workers(database))
    ((name, doing),) = workers(database)
    assert (name != job.worker, doing) == (True, "waiting")
    post.stop()
    assert workers(database) == []


def test_a_silent_loop_is_given_up_for_another(job: Job, database: Database, caplog: pytest.LogCaptureFixture) -> None:
    post = Post(job, seconds=3600)
    loop, made = post._engine, post._rounds.job.database
    post.start()
    try:
        until(lambda: workers(database))
        until(lambda: quiet(database))  # the first round has ended; the next comes in an hour
        [old] = workers(database)
        post.watch()
        age(database, SILENT + timedelta(seconds=1))
        post.watch()
        assert workers(database) == [old]
        with caplog.at_level(logging.ERROR, "config.worker"):
            post.watch()
        assert [record.levelname for record in caplog.records if record.name == "config.worker"] == ["ERROR"]
        until(lambda: len(workers(database)) == 2)
        post.watch()
    finally:
        post.stop()
        loop.stop()
    assert workers(database) == [old]
    assert made.engine.pool.checkedin() == made.engine.pool.checkedout() == 0  # type: ignore[attr-defined]  # a QueuePool


def test_the_daily_look_is_made_once_a_day(job: Job) -> None:
    rounds = Rounds(job)
    rounds.make(lambda: False)
    assert rounds.refreshed == job.today()
    rounds.refreshed = None
    rounds.make(lambda: True)
    assert rounds.refreshed == job.today()
    rounds.leave()


def test_the_alarm_rings_in_the_morning_and_after_midnight(job: Job) -> None:
    post = Post(job)
    calls = mail_calls(post)
    assert [(call.hour, call.minute) for call in calls if isinstance(call, Daily)] == [(0, 10), (7, 30)]
    assert [call.action for call in calls if isinstance(call, Every)] == [post.watch]


def test_leases_run_by_a_clock_that_nobody_sets(database: Database) -> None:
    wall, since = [NOW], [("one", 1000.0)]
    first, second = (SteadyClock(database, lambda: wall[0], since=lambda: since[0]).set_up() for _ in range(2))
    with database.read() as session:
        began = first(session)
    wall[0] += timedelta(hours=1)
    since[0] = ("one", 1010.0)
    late = SteadyClock(database, lambda: wall[0], since=lambda: since[0]).set_up()
    with database.read() as session:
        seen = {first(session), second(session), late(session)}
    if database.url.startswith("sqlite"):
        assert began == NOW
        assert seen == {NOW + timedelta(seconds=10)}
    else:
        assert all(abs(datetime.now(UTC) - at) < timedelta(minutes=1) for at in (began, *seen))


def test_after_a_boot_the_clock_counts_anew(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'store.db'}")
    for boot, seconds in (("one", 50.0), ("two", 5.0)):
        clock = SteadyClock(database, lambda: NOW, since=lambda: (boot, seconds)).set_up()  # noqa: B023 - used at once
        with database.read() as session:
            assert clock(session) == NOW
    moved = SteadyClock(database, lambda: NOW + timedelta(days=1), moved=True).set_up()
    unknown = SteadyClock(database, lambda: NOW + timedelta(days=2), since=lambda: None).set_up()
    with database.read() as session:
        assert [moved(session), unknown(session)] == [NOW + timedelta(days=1), NOW + timedelta(days=2)]
    database.close()


def test_this_machine_tells_how_long_it_has_run() -> None:
    first, second = since_boot(), since_boot()
    assert first is not None
    assert second is not None
    assert first[0] == second[0]
    assert 0 < first[1] <= second[1]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_command_sends_until_it_is_told_to_end(database: Database, tmp_path: Path, number: signal.Signals) -> None:
    settings = {"LUANPHIEN_DATABASE_URL": database.url, "LUANPHIEN_MAIL_URL": f"maildir:{tmp_path / 'mail'}"}
    command = [sys.executable, "-c", "from config.cli import main; main()", "worker"]
    environment = {**os.environ, **settings, "PYTHONPATH": str(ROOT), "LUANPHIEN_LANG": "en"}
    with (tmp_path / "said").open("wb") as said:
        process = subprocess.Popen(command, cwd=tmp_path, env=environment, stdout=said, stderr=subprocess.STDOUT)
        until(lambda: workers(database) or process.poll() is not None)
        process.send_signal(number)
        assert process.wait(PATIENCE) == 0
    assert workers(database) == []
    lines = (tmp_path / "said").read_text("utf-8").splitlines()
    assert [line for line in lines if "ERROR" in line or "Traceback" in line] == []
    assert "Sending mail as it falls due (Ctrl-C ends)" in lines
