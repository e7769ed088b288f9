"""Whether anybody has written to the store since the last look: the cheapest question a database answers."""

from __future__ import annotations

import sqlite3
from collections.abc import Hashable
from dataclasses import dataclass
from functools import cached_property

from sqlalchemy import text
from sqlalchemy.engine import make_url

from config.database import Database


@dataclass(frozen=True)
class Watch:
    """A value of the store that is another one after every change, by whichever process.

    SQLite counts the commits of others for each connection (`PRAGMA data_version`), so this one has a connection of its
    own that never writes. PostgreSQL is asked which transactions are to be seen: while these are the same, nothing was
    committed. It takes a round trip, and hence a thread; LISTEN would save it, but a notice may come after the
    request it should have stopped.
    """

    database: Database

    def glance(self) -> Hashable | None:
        """The value, without waiting for anyone; None when it cannot be told so. Always from the same thread."""
        connection = self._connection
        if connection is None:
            return None
        try:
            version: tuple[int] = connection.execute("PRAGMA data_version").fetchone()
        except sqlite3.OperationalError:
            return None  # somebody is just writing
        return version

    def look(self) -> Hashable:
        """What tells one state from all others where `glance` does not; for any thread."""
        if self._path is not None:
            return object()  # nothing may be concluded from it
        with self.database.engine.connect() as connection:
            return str(connection.execute(text("SELECT pg_current_snapshot()::text")).scalar_one())

    def close(self) -> None:
        """Let the connection go."""
        connection = self.__dict__.pop("_connection", None)
        if connection is not None:
            connection.close()

    @cached_property
    def _path(self) -> str | None:
        url = make_url(self.database.url)
        return url.database or "" if url.get_backend_name() == "sqlite" else None

    @cached_property
    def _connection(self) -> sqlite3.Connection | None:
        if self._path is None:
            return None
        _ = self.database.engine  # makes the file, where there is none yet
        return sqlite3.connect(self._path, timeout=0, isolation_level=None, check_same_thread=False)
