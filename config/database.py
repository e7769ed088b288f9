"""The database: opened with the settings that lose nothing, and brought to the newest form on first use."""

from __future__ import annotations

import errno
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlmodel import Session

from config.migrate import NewerStoreError, is_current, upgrade
from config.moved import refuse_handed_over
from scheduler import trail
from scheduler.errors import LuanphienError

WRITER_LOCK = 0x6C75616E
"""Advisory lock of PostgreSQL that writers hold, so that changes enter the journal one after another."""

PATIENCE = 10_000
"""Milliseconds that a writer of SQLite waits for another."""

SAFE_WAL = (3, 51, 3)
"""SQLite before this can lose a checkpoint when several processes write in WAL mode; there the journal is DELETE."""


class DatabaseError(LuanphienError):
    """The database cannot be opened; `url` is without its password."""

    def __init__(self, url: str, why: str) -> None:
        """Keep both as fields."""
        self.url = url
        self.why = why.splitlines()[0] if why else ""
        super().__init__(f"{url} cannot be opened: {self.why}")


@dataclass(frozen=True)
class Database:
    """One database. Sessions are short: never held across the network."""

    url: str

    @cached_property
    def engine(self) -> Engine:
        """The engine, its tables in their newest form. Raises DatabaseError, or NewerStoreError."""
        engine = _engine(self.url)
        try:
            with engine.connect() as connection:
                current = is_current(connection)
            if not current:
                with engine.execution_options(writes=True).begin() as connection:
                    _lock(connection)
                    upgrade(connection)
        except DBAPIError as error:
            engine.dispose()
            raise DatabaseError(make_url(self.url).render_as_string(hide_password=True), str(error.orig)) from error
        except NewerStoreError:
            engine.dispose()
            raise
        return engine

    @cached_property
    def _writing(self) -> Engine:
        return self.engine.execution_options(writes=True)

    @property
    def begun(self) -> bool:
        """Whether there is a store already; asking makes none."""
        if make_url(self.url).get_backend_name() == "sqlite" and not Path(make_url(self.url).database or "").is_file():
            return False
        engine = _engine(self.url)
        with engine.connect() as connection:
            begun = connection.dialect.has_table(connection, "journal")
        engine.dispose()
        return begun

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session that sees one moment, whatever others write meanwhile, and writes nothing."""
        engine = self.engine
        if engine.dialect.name == "postgresql":
            engine = engine.execution_options(isolation_level="REPEATABLE READ")
        with Session(engine) as session:
            yield session
            session.rollback()

    @contextmanager
    def as_it_is(self) -> Iterator[Session]:
        """As `read`, but of tables in whatever form they have; there must be some (`begun`). Raises DatabaseError."""
        engine = _engine(self.url)
        if engine.dialect.name == "postgresql":
            engine = engine.execution_options(isolation_level="REPEATABLE READ")
        try:
            with Session(engine) as session:
                yield session
                session.rollback()
        finally:
            engine.dispose()

    @contextmanager
    def long_look(self, folder: Path) -> Iterator[Session]:
        """As `as_it_is`, for a look that takes minutes: writers do not wait for its end.

        They would with a rollback journal of SQLite; there a copy is looked at, which stands in `folder` meanwhile.
        Raises OSError when there is no room for it.
        """
        path = make_url(self.url).database or ""
        if make_url(self.url).get_backend_name() != "sqlite" or _journal(path) == "wal":
            with self.as_it_is() as session:
                yield session
            return
        copy = folder / f".{Path(path).name}.{secrets.token_hex(4)}"
        copy.touch(mode=0o600, exist_ok=False)
        try:
            _copy(path, copy)
            with Database(f"sqlite:///{copy}").as_it_is() as session:
                yield session
        finally:
            copy.unlink(missing_ok=True)

    @contextmanager
    def write(self, *, even_handed_over: bool = False) -> Iterator[Session]:
        """A session whose changes are stored together when the block ends, and not at all when it raises.

        Raises HandedOverError when the store was handed over, unless what is written may be lost.
        """
        with Session(self._writing) as session, session.begin():
            _lock(session.connection())
            if not even_handed_over:
                refuse_handed_over(session)
            yield session
            trail.seal(session)

    @contextmanager
    def write_beside(self) -> Iterator[Session]:
        """As `write`, but without waiting for those who change the journal: for rows that no such change needs still.

        On PostgreSQL several may write so at a time; whoever does locks the rows it takes. SQLite has one writer.
        """
        with Session(self._writing) as session, session.begin():
            yield session
            trail.seal(session)

    @contextmanager
    def write_if_free(self) -> Iterator[Session | None]:
        """As `write`, but without waiting for another writer: None while there is one. For what can be done later."""
        engine = self.engine.execution_options(writes=True, waits=False)
        with Session(engine) as session:
            try:
                connection = session.connection()
                free = _free(connection)
            except OperationalError:
                free = False
            if not free:
                yield None
                return
            yield session
            trail.seal(session)
            session.commit()

    def close(self) -> None:
        """Let all connections go."""
        if "engine" in self.__dict__:
            self.engine.dispose()


def _free(connection: Connection) -> bool:
    """Take the writer's lock if nobody holds it; on SQLite it was taken when the transaction began."""
    if connection.dialect.name != "postgresql":
        return True
    lock = text("SELECT pg_try_advisory_xact_lock(:lock)")
    return bool(connection.execute(lock, {"lock": WRITER_LOCK}).scalar())


def _lock(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": WRITER_LOCK})


def _plain(path: str) -> sqlite3.Connection:
    return sqlite3.connect(path, timeout=PATIENCE / 1000)


def _copy(path: str, copy: Path) -> None:
    """All pages of one moment."""
    with closing(_plain(path)) as store, closing(_plain(str(copy))) as beside:
        try:
            store.backup(beside)
        except sqlite3.Error as error:
            raise OSError(errno.EIO, str(error), str(copy)) from error


def _journal(path: str) -> str:
    with closing(_plain(path)) as connection:
        return str(connection.execute("PRAGMA journal_mode").fetchone()[0])


def _engine(url: str) -> Engine:
    parsed = make_url(url)
    if parsed.get_backend_name() == "postgresql":
        return create_engine(parsed.set(drivername="postgresql+psycopg"), pool_pre_ping=True)
    engine = create_engine(parsed)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: sqlite3.Connection, _: object) -> None:
    """Foreign keys, patience with other writers, and nothing acknowledged before it is on disk."""
    connection.isolation_level = None
    journal = "WAL" if sqlite3.sqlite_version_info >= SAFE_WAL else "DELETE"
    for pragma in ("foreign_keys=ON", f"busy_timeout={PATIENCE}", "synchronous=FULL", f"journal_mode={journal}"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    """Writers take their lock at once, so that two of them never deadlock half-way."""
    options = connection.get_execution_options()
    waits = options.get("waits", True)
    if not waits:
        connection.exec_driver_sql("PRAGMA busy_timeout=0")
    try:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if options.get("writes", False) else "BEGIN")
    finally:
        if not waits:
            connection.exec_driver_sql(f"PRAGMA busy_timeout={PATIENCE}")
