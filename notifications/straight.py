"""Statements for the driver as they stand: for the few that run for every mail, where SQLAlchemy's own work on a
statement would cost more than the database's. They take part in the session's transaction like all others.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Dialect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from notifications.tables import DELIVERY

_AMONG = re.compile(r"AMONG :(\w+)")
_EACH = re.compile(r"EACH :(\w+)")
_NAME = re.compile(r":(\w+)")
_MOMENT = DELIVERY.c.created_at.type
"""All moments are stored alike."""


@dataclass(frozen=True, slots=True)
class Driver:
    """Speaks to the database in the words of its driver."""

    cursor: Any
    dialect: Dialect

    def run(self, text: str, values: Mapping[str, Any]) -> list[str]:
        """Run a statement with `:names` for values; what it returns, if anything: one text a row.

        `column AMONG :names` admits what is in a list, however long, and `FROM EACH :names` gives its items in order,
        each as `value`. Values are texts, lists of ids, and moments as `moment` gives them.
        """
        listed = ",".join if self.dialect.name == "postgresql" else json.dumps  # psycopg looks at every item of a list
        given = {n: listed(v) if isinstance(v, list) else v for n, v in values.items()}
        self.cursor.execute(_spoken(self.dialect.name, text), given)
        return [row[0] for row in self.cursor.fetchall()] if self.cursor.description else []

    def run_each(self, text: str, rows: Sequence[tuple[Any, ...]]) -> int:
        """Run a statement with a `?` for each value of a row, once for each row; how many rows it changed in all."""
        self.cursor.executemany(_spoken(self.dialect.name, text), rows)
        return int(self.cursor.rowcount)

    def moment(self, value: datetime) -> Any:
        """An aware moment as it is stored."""
        return _moment(value, self.dialect)


@contextmanager
def driver(session: Session) -> Iterator[Driver]:
    """The driver, in the session's transaction; what goes wrong is said as SQLAlchemy says it."""
    connection = session.connection()
    dialect = connection.dialect
    cursor: Any = connection.connection.cursor()
    try:
        yield Driver(cursor, dialect)
    except dialect.loaded_dbapi.Error as error:
        raise DBAPIError.instance(None, None, error, dialect.loaded_dbapi.Error, dialect=dialect) from error
    finally:
        cursor.close()


@lru_cache(64)
def _spoken(dialect: str, text: str) -> str:
    """The statement in the words of psycopg (`%(name)s`, `%s`) or sqlite3 (`:name`, `?`)."""
    if dialect == "postgresql":
        lists = _AMONG.sub(r"= ANY(string_to_array(:\1, ','))", text)
        lists = _EACH.sub(r"unnest(string_to_array(:\1, ',')) AS given (value)", lists)
        return _NAME.sub(r"%(\1)s", lists).replace("?", "%s")
    return _EACH.sub(r"json_each(:\1)", _AMONG.sub(r"IN (SELECT value FROM json_each(:\1))", text))


@lru_cache(256)
def _moment(value: datetime, dialect: Dialect) -> Any:
    written = _MOMENT.dialect_impl(dialect).bind_processor(dialect)
    return value if written is None else written(value)
