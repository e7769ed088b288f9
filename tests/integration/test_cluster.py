"""Workers of several machines: woken once, each shard handed out once, tables of their own, and nothing left behind."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from croniter import croniter
from sqlalchemy import select, text
from sqlmodel import SQLModel

from calendars.feeddesk import Tally
from config import worker as working
from config.cluster import Cluster, every
from config.clustertables import PREFIX, SCHEMA, alone, make_tables
from config.database import Database
from config.migrate import upgrade
from config.server import alarm_of
from config.session import USAGE, Job
from config.settings import Settings
from config.worker import LOOK_EVERY, TIMES, Post, Rounds, cluster_engine
from notifications.claiming import Shard
from notifications.tables import DELIVERY
from tests.integration.rows import differences
from tests.integration.test_migrations import alembic, schema
from tests.integration.test_worker import PATIENCE, until, workers
from tests.integration.town import FRONT_HEAD, PEOPLE, TODAY, VISIT, take
from tests.unit.notifications.samples import HANOI

ROOT = Path(__file__).parents[2]
MORNING = datetime(2021, 9, 1, 8, 30, tzinfo=HANOI)
BODIES = 24

pytestmark = pytest.mark.parametrize("database", ["postgresql"], indirect=True)


@dataclass(slots=True)
class Noted(Rounds):
    """Rounds that keep what they were asked for."""

    looks: int = 0
    sent: list[Shard] = field(default_factory=list)

    def prepare(self) -> None:
        self.looks += 1
        Rounds.prepare(self)

    def send(self, stop: Any, shard: Shard) -> None:
        self.sent.append(shard)
        Rounds.send(self, stop, shard)


@pytest.fixture
def jobs(database: Database, tmp_path: Path) -> Iterator[tuple[Job, Job]]:
    """Two machines that share a store, on the morning on which reminders of `visits` are due."""
    settings = Settings(database_url=database.url, mail_url=f"maildir:{tmp_path / 'mail'}")
    shift = MORNING - datetime.now(UTC)
    made = Job(settings, shift), Job(settings, shift)
    yield made
    for job in made:
        job.database.close()


def visits(database: Database) -> None:
    """A visit in thirty days by each of many bodies."""
    bodies = [f"co-quan-{number}" for number in range(BODIES)]
    people = "".join(
        f"  {body}: {{party: quang-tri, name: {{vi: {body}}}, mail: {body}@quang-tri.example}}\n" for body in bodies
    )
    rules = (
        VISIT.replace("tham", f"tham-{body}").replace("[mttq]", f"[{body}]").replace("II.7", f"II.{7 + number}")
        for number, body in enumerate(bodies)
    )
    plan = (FRONT_HEAD + "".join(rules)).replace("2021-09-20", str(TODAY + timedelta(days=30)))
    take(database, plan, people=PEOPLE + people)


def rows(database: Database, query: str, **values: Any) -> list[Any]:
    """What a query gives; the engine's tables are found by their names."""
    with database.engine.connect() as connection:
        connection.exec_driver_sql(f"SET LOCAL search_path = {SCHEMA}, public")
        return [tuple(row) for row in connection.execute(text(query), values)]


def waiting(database: Database) -> list[Any]:
    """The engine's jobs."""
    return rows(database, "SELECT task_name, args, status::text FROM procrastinate_jobs ORDER BY id")


def begun(database: Database) -> list[Any]:
    """What some worker has in its hands; what waits, the next one does."""
    return [job for job in waiting(database) if job[2] != "todo"]


# ---- tables ----


def test_three_that_start_at_once_make_the_tables_once(database: Database) -> None:
    ready = threading.Barrier(3)

    def make(_number: int) -> bool:
        mine = Database(database.url)
        with mine.read():
            ready.wait(PATIENCE)
        made = make_tables(mine)
        mine.close()
        return made

    with ThreadPoolExecutor(3) as pool:
        assert sorted(pool.map(make, range(3))) == [False, False, True]
    assert make_tables(database) is False
    assert waiting(database) == []


def test_migrations_do_not_see_the_tables_of_the_engine(database: Database) -> None:
    make_tables(database)
    with database.engine.connect() as connection:
        assert differences(connection) == []
        assert sorted(schema(connection)) == sorted([*SQLModel.metadata.tables, "alembic_version"])
    with database.engine.begin() as connection:
        command.downgrade(alembic(connection), "base")
        upgrade(connection)
    assert waiting(database) == []


def test_tables_of_another_version_stay_while_its_workers_live(database: Database) -> None:
    with database.engine.begin() as connection:
        for name, age in (("1_0_0", "2 days"), ("2_0_0", "1 minute")):
            connection.exec_driver_sql(f"CREATE SCHEMA {PREFIX}{name}")
            connection.exec_driver_sql(
                f"CREATE TABLE {PREFIX}{name}.procrastinate_workers AS SELECT now() - interval '{age}' last_heartbeat"
            )
    make_tables(database)
    found = rows(database, "SELECT nspname FROM pg_namespace WHERE starts_with(nspname, :p) ORDER BY 1", p=PREFIX)
    assert found == [(f"{PREFIX}2_0_0",), (SCHEMA,)]


def test_one_is_alone_and_out_of_it_when_its_connection_is(database: Database) -> None:
    other = Database(database.url)
    with alone(database) as mine, alone(other) as theirs:
        assert (mine, theirs) == (True, False)
    with alone(other) as theirs:
        assert theirs
    with pytest.raises(Exception, match="terminating"), alone(other):
        rows(database, "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'")
    with alone(database) as mine:
        assert mine
    other.close()


# ---- wake-ups and shards ----


def test_wake_ups_meet_every_time_of_one_machine(database: Database) -> None:
    for _, at in TIMES:
        moment = datetime(2026, 11, 23, at.hour, at.minute, at.second, tzinfo=UTC)
        assert croniter(every(LOOK_EVERY), moment - timedelta(seconds=1)).get_next(datetime) == moment
    ticks = croniter(every(LOOK_EVERY), datetime(2026, 11, 23, tzinfo=UTC))
    assert [(ticks.get_next(datetime)).second for _ in range(4)] == [30, 0, 30, 0]


def test_two_workers_are_woken_once(database: Database, jobs: tuple[Job, Job]) -> None:
    make_tables(database)
    rounds = [Noted(job) for job in jobs]
    engines = [Cluster(each, 2) for each in rounds]
    began = time.monotonic()
    for engine in engines:
        engine.start()
    until(lambda: sum(each.looks for each in rounds) >= 4)
    for engine in engines:
        engine.stop()
    ticks = (time.monotonic() - began) / 2 + 2
    assert sum(each.looks for each in rounds) <= ticks
    assert begun(database) == []


def test_a_shard_is_in_the_queue_once(database: Database, jobs: tuple[Job, Job]) -> None:
    make_tables(database)

    async def both() -> None:
        one, two = (Cluster(Rounds(job), LOOK_EVERY) for job in jobs)
        first, second = one._app(jobs[0], lambda: False), two._app(jobs[1], lambda: False)
        async with first.open_async(), second.open_async():
            for number in (3, 5, 3):
                await one._defer(first, Shard(number, 16))
                await two._defer(second, Shard(number, 16))

    asyncio.run(both())
    assert waiting(database) == [("send", {"of": 16, "number": number}, "todo") for number in (3, 5)]


def test_two_workers_send_each_mail_once(database: Database, jobs: tuple[Job, Job], tmp_path: Path) -> None:
    visits(database)
    rounds = [Noted(job) for job in jobs]
    engines = [Cluster(each, 2) for each in rounds]
    for engine in engines:
        engine.start()
    until(lambda: states(database) == ["sent"] * BODIES)
    for engine in engines:
        engine.stop()
    assert len(list((tmp_path / "mail" / "new").iterdir())) == BODIES
    assert len({shard for each in rounds for shard in each.sent}) > 1
    assert begun(database) == []
    assert rows(database, "SELECT id FROM procrastinate_workers") == []


def states(database: Database) -> list[str]:
    with database.read() as session:
        return list(session.execute(select(DELIVERY.c.state)).scalars())


def test_what_lost_workers_had_begun_is_cleared(database: Database, jobs: tuple[Job, Job]) -> None:
    make_tables(database)
    with database.engine.begin() as connection:
        connection.exec_driver_sql(f"SET LOCAL search_path = {SCHEMA}")
        connection.exec_driver_sql("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '1 h')")
        connection.exec_driver_sql(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, status, worker_id)"
            " SELECT 'luanphien', 'look', 'doing', unnest(ARRAY[id, NULL]) FROM procrastinate_workers"
        )
    engine = Cluster(Rounds(jobs[0]), 2)
    engine.start()
    until(lambda: not [job for job in waiting(database) if not job[1]])
    engine.stop()
    assert begun(database) == []
    assert rows(database, "SELECT id FROM procrastinate_workers") == []


@pytest.mark.filterwarnings("ignore:.*ServerCursor.*:ResourceWarning", "ignore:.*ServerCursor")
def test_a_worker_comes_back_when_the_database_does(
    database: Database, jobs: tuple[Job, Job], caplog: pytest.LogCaptureFixture
) -> None:
    rounds = Noted(jobs[0])
    engine = Cluster(rounds, 2)
    engine.start()
    until(lambda: rounds.looks)
    for _ in range(3):
        rows(database, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
                       " AND pid <> pg_backend_pid()")  # fmt: skip
        before = rounds.looks
        engine.ring()
        until(lambda before=before: rounds.looks > before + 1)  # type: ignore[misc]  # bound now
    engine.stop()
    assert rows(database, "SELECT id FROM procrastinate_workers WHERE last_heartbeat > now()") == []
    assert workers(database) == [(jobs[0].worker, "waiting")]
    caplog.clear()
    gc.collect()  # psycopg cannot close a cursor whose server is gone, and complains of it when it is thrown away


# ---- processes ----


def test_the_sign_of_life_is_there_while_it_waits_and_gone_afterwards(
    database: Database, jobs: tuple[Job, Job]
) -> None:
    post = Post(jobs[0], engine=cluster_engine(jobs[0]))
    post.start()
    until(lambda: workers(database))
    ((name, doing),) = workers(database)
    assert (name != jobs[0].worker, doing) == (True, "waiting")
    post.watch()
    post.stop()
    assert workers(database) == []


def test_a_server_without_mail_is_no_worker(database: Database, jobs: tuple[Job, Job]) -> None:
    alarm = alarm_of(jobs[0], Tally(), mail=False)
    alarm.start()
    time.sleep(1)
    assert workers(database) == []
    alarm.stop()


def test_sqlite_and_a_missing_extra_are_said(
    database: Database, jobs: tuple[Job, Job], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    on_a_file = jobs[0].elsewhere(database_url="sqlite:///x.db", lang="en")
    with pytest.raises(SystemExit) as ended:
        cluster_engine(on_a_file)
    said = " ".join(capsys.readouterr().err.split())
    assert (ended.value.code, "goes with PostgreSQL only" in said, "LUANPHIEN_DATABASE_URL" in said) == (
        USAGE,
        True,
        True,
    )
    monkeypatch.setattr(working, "find_spec", lambda _name: None)
    with pytest.raises(SystemExit) as ended:
        cluster_engine(jobs[0].elsewhere(lang="en"))
    assert ended.value.code == USAGE
    assert "pip install 'luanphien[cluster]'" in " ".join(capsys.readouterr().err.split())


def test_the_command_ends_in_good_order(database: Database, tmp_path: Path) -> None:
    settings = {"LUANPHIEN_DATABASE_URL": database.url, "LUANPHIEN_MAIL_URL": f"maildir:{tmp_path / 'mail'}"}
    line = [sys.executable, "-c", "from config.cli import main; main()", "worker", "--cluster"]
    environment = {**os.environ, **settings, "PYTHONPATH": str(ROOT), "LUANPHIEN_LANG": "en"}
    with (tmp_path / "said").open("wb") as said:
        process = subprocess.Popen(line, cwd=tmp_path, env=environment, stdout=said, stderr=subprocess.STDOUT)
        until(lambda: workers(database) or process.poll() is not None)
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) == 0
    lines = (tmp_path / "said").read_text("utf-8").splitlines()
    assert [line for line in lines if "ERROR" in line or "Traceback" in line] == []
    assert "Sending mail as it falls due (Ctrl-C ends)" in lines
    assert (workers(database), begun(database)) == ([], [])
    assert rows(database, "SELECT id FROM procrastinate_workers") == []
