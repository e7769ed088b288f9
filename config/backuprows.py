"""What a backup holds of a store: which tables, and their rows as JSON and back, the same from every database."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from functools import partial
from typing import Any

from sqlalchemy import (
    Boolean,
    Connection,
    Date,
    DateTime,
    Integer,
    LargeBinary,
    MetaData,
    Select,
    String,
    Table,
    collate,
    func,
    inspect,
    select,
    text,
)
from sqlalchemy.types import TypeEngine
from sqlmodel import Session

from config.moved import HANDED_OVER
from config.steady import ANCHOR
from notifications import bulk
from scheduler.portions import portions

TABLES = (
    "journal",
    "kept",
    "occurrence",
    "scope",
    "feed_link",
    "feed_fetch",
    "contact",
    "mailbox",
    "delivery",
    "mail_bytes",
    "reminder",
    "answer",
    "bounce",
    "mail_audit",
    "officer",
    "officer_audit",
    "officer_binding",
    "proposal",
    "trail",
    "trail_about",
    "trail_head",
)
"""What people gave and what happened, in the order in which rows can be written. Occurrences follow from the journal;
they are here so that what the journal gives can be compared, and calendars never go back.
"""

MADE_ANEW = frozenset({
    "obligation", "edge", "segment", "directory", "participation", "voice", "block", "sheet", "worker",
    "officer_session", "password_link", "sign_in_try",
})  # fmt: skip
"""What follows from the rest, belongs to the machine that it was on, or lets somebody in for a while."""

NUMBERED = ("journal", "mail_audit", "officer_audit", "proposal")
"""Tables whose rows the database numbers by itself."""

AT_ONCE = 500
"""Rows that are in memory together."""

KINDS: tuple[tuple[type[TypeEngine[Any]], str], ...] = (
    (LargeBinary, "bytes"),
    (Boolean, "boolean"),
    (DateTime, "moment"),
    (Date, "day"),
    (Integer, "integer"),
    (String, "text"),
)

Convert = Callable[[Any], Any]


def table_of(connection: Connection, name: str) -> Table | None:
    """A table in the form it has here; None: there is none in this form of the store."""
    return Table(name, MetaData(), autoload_with=connection, resolve_fks=False) if _there(connection, name) else None


def _there(connection: Connection, name: str) -> bool:
    return inspect(connection).has_table(name)


def columns_of(table: Table) -> tuple[tuple[str, str], ...]:
    """Names and kinds of a table's columns."""
    return tuple((column.name, _kind(column.type)) for column in table.columns)


def _kind(type_: TypeEngine[Any]) -> str:
    return next(kind for known, kind in KINDS if isinstance(type_, known))


def counted(connection: Connection) -> dict[str, int]:
    """How many rows each table has that a backup holds."""
    tables = [table for name in TABLES if (table := table_of(connection, name)) is not None]
    return {table.name: connection.execute(_chosen(select(func.count()), table)).scalar_one() for table in tables}


def rows_of(connection: Connection, table: Table) -> Iterator[list[Any]]:
    """The rows of a table as JSON has them, by key, in the order of code points; read as they are taken."""
    converts = [_OUT.get(kind) for _, kind in columns_of(table)]
    key = [_ordered(connection, column) for column in table.primary_key.columns]
    query = _chosen(select(table), table).order_by(*key)
    streamed = connection.execution_options(stream_results=True, yield_per=AT_ONCE).execute(query)
    for row in streamed:
        yield [
            value if value is None or convert is None else convert(value)
            for value, convert in zip(row, converts, strict=True)
        ]


def _chosen(query: Select[Any], table: Table) -> Select[Any]:
    """Without what belongs to the machine."""
    if table.name != "kept":
        return query.select_from(table)
    name = table.c.name
    return query.select_from(table).where(name != HANDED_OVER, ~name.startswith(ANCHOR, autoescape=True))


def _ordered(connection: Connection, column: Any) -> Any:
    if connection.dialect.name == "postgresql" and isinstance(column.type, String):
        return collate(column, "C")
    return column


def is_empty(connection: Connection) -> bool:
    """Whether the store holds nothing that a backup would."""
    return not any(counted(connection).values())


def put(session: Session, table: Table, columns: Sequence[tuple[str, str]], rows: Iterable[list[Any]]) -> None:
    """Write rows of a backup into a table of the same columns. Raises ValueError and TypeError for what is none."""
    if sorted(columns) != sorted(columns_of(table)):
        raise ValueError(f"{table.name} has other columns")
    names = [name for name, _ in columns]
    converts = [_IN.get(kind) for _, kind in columns]
    for some in portions(rows, AT_ONCE):
        bulk.insert(session, table, names, [tuple(_read(row, converts)) for row in some])


def _read(row: Sequence[Any], converts: Sequence[Convert | None]) -> Iterator[Any]:
    for value, convert in zip(row, converts, strict=True):
        yield value if value is None or convert is None else convert(value)


def go_on_counting(connection: Connection) -> None:
    """Where the database counts rows by itself, the next has the number after the last."""
    if connection.dialect.name != "postgresql":
        return
    for name in filter(partial(_there, connection), NUMBERED):
        counter = f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), max(id)) FROM {name} HAVING max(id) > 0"  # noqa: S608 - names of ours
        connection.execute(text(counter))


def _moment(value: datetime) -> str:
    aware = value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
    return aware.replace(tzinfo=None).isoformat() + "Z"


_OUT: dict[str, Convert] = {
    "bytes": lambda value: b64encode(value).decode("ascii"),
    "day": date.isoformat,
    "moment": _moment,
}
_IN: dict[str, Convert] = {
    "bytes": lambda value: b64decode(value, validate=True),
    "day": date.fromisoformat,
    "moment": datetime.fromisoformat,
}
