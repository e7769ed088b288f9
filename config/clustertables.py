"""The tables of Procrastinate: in a PostgreSQL schema of their own, made by the first worker that needs them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from importlib.metadata import version

from procrastinate.schema import SchemaManager
from sqlalchemy import Connection, column, func, select, table, text
from sqlalchemy.engine import make_url

from config.database import Database

PREFIX = "luanphien_engine_"
SCHEMA = PREFIX + version("procrastinate").replace(".", "_")
"""One schema for each version of the engine, so that workers of two versions run beside each other during an upgrade.
No job has to be carried over: the next wake-up looks at our tables and makes what is needed."""

MAKING_LOCK = 0x6C756165
WAKING_LOCK = 0x6C756177

STALE_HOURS = 24
"""The tables of another version go when none of its workers has been heard of for so long."""


OPTIONS = f"-c search_path={SCHEMA}"
"""How a connection of the engine's finds its tables, as libpq takes it."""


def address_of(url: str) -> str:
    """The store's database, as libpq takes it."""
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


def make_tables(database: Database) -> bool:
    """Make the engine's tables unless they are there, whole or not at all; returns whether they were made.

    Any number of workers may call it at once. Raises DatabaseError, and SQLAlchemyError where the database's user may
    not make a schema.
    """
    with database.engine.connect() as connection:
        if _there(connection):
            return False
    with database.engine.begin() as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": MAKING_LOCK})
        if _there(connection):
            return False
        for stale in _stale(connection):
            connection.exec_driver_sql(f"DROP SCHEMA {stale} CASCADE")
        connection.exec_driver_sql(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}")
        connection.exec_driver_sql(f"SET LOCAL search_path = {SCHEMA}")
        cursor = connection.connection.cursor()
        cursor.execute(SchemaManager.get_schema())  # many statements, which SQLAlchemy's own cursor does not take
        cursor.close()
        return True


@contextmanager
def alone(database: Database) -> Iterator[bool]:
    """Whether nobody else is inside this block, on any machine. Who dies inside is out of it at once."""
    with database.engine.connect() as connection:
        held = connection.execution_options(isolation_level="AUTOCOMMIT")
        mine = bool(held.execute(text("SELECT pg_try_advisory_lock(:lock)"), {"lock": WAKING_LOCK}).scalar())
        try:
            yield mine
        finally:
            if mine:
                held.execute(text("SELECT pg_advisory_unlock(:lock)"), {"lock": WAKING_LOCK})


def _there(connection: Connection) -> bool:
    # not to_regclass: what a connection remembers of names may be older than the lock it has just got
    tables = text("SELECT count(*) FROM pg_tables WHERE schemaname = :schema AND tablename = 'procrastinate_jobs'")
    return bool(connection.execute(tables, {"schema": SCHEMA}).scalar())


def _stale(connection: Connection) -> list[str]:
    """Schemas of other versions whose workers are all gone."""
    others = connection.execute(
        text("SELECT nspname FROM pg_namespace WHERE starts_with(nspname, :prefix) AND nspname <> :mine"),
        {"prefix": PREFIX, "mine": SCHEMA},
    ).scalars()
    return [name for name in others if not _lives(connection, name)]


def _lives(connection: Connection, schema: str) -> bool:
    workers = table("procrastinate_workers", column("last_heartbeat"), schema=schema)
    since = func.now() - timedelta(hours=STALE_HOURS)
    return bool(connection.execute(select(func.count()).where(workers.c.last_heartbeat > since)).scalar())
