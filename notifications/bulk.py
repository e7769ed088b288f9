"""Rows written many at a time, as the driver takes them: what SQLAlchemy does for each would cost more than the row.

Takes part in the caller's transaction. What is written must be new: a row that is there already is an error.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from functools import cache
from typing import Any

from sqlalchemy import ARRAY, ColumnElement, Dialect, String, Table, any_, func, literal, select
from sqlalchemy.orm import Session

from notifications.straight import driver

MANY = 5_000
"""Ids asked for in one statement."""

Convert = Callable[[Any], Any]


def known(session: Session, table: Table, idents: Collection[str]) -> frozenset[str]:
    """Which of these ids are there."""
    query = select(table.c.id)
    parts = (session.execute(query.where(among(session, table.c.id, part))).scalars() for part in parted(idents))
    return frozenset(ident for part in parts for ident in part)


def among(session: Session, column: ColumnElement[str], values: Collection[str]) -> ColumnElement[bool]:
    """Whether a column is one of these values, however many: they go to the database as one value, not as thousands."""
    if session.get_bind().dialect.name == "postgresql":
        return column == any_(literal(list(values), ARRAY(String)))
    given = func.json_each(literal(json.dumps(list(values)))).table_valued("value")
    return column.in_(select(given.c.value))


def insert(session: Session, table: Table, columns: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> None:
    """Write rows of these columns, in their order; the others have their defaults in the database."""
    names = ", ".join(columns)
    with driver(session) as speaks:
        converted = _converted(speaks.dialect, table, columns, rows)
        if speaks.dialect.name == "postgresql":
            with speaks.cursor.copy(f"COPY {table.name} ({names}) FROM STDIN") as copy:
                for row in converted:
                    copy.write_row(row)
        else:
            places = ", ".join("?" * len(columns))
            line = f"INSERT INTO {table.name} ({names}) VALUES ({places})"  # noqa: S608 - names
            speaks.cursor.executemany(line, converted)


def parted(values: Collection[str]) -> Iterator[list[str]]:
    """The values in order, as many at a time as one statement takes."""
    ordered = sorted(values)
    return (ordered[start : start + MANY] for start in range(0, len(ordered), MANY))


def _converted(
    dialect: Dialect, table: Table, columns: Sequence[str], rows: Iterable[tuple[Any, ...]]
) -> Iterator[tuple[Any, ...]]:
    """The rows as the driver takes them. Days and moments are few, and are converted once each."""
    converts = [(number, _converter(dialect, table.c[name].type)) for number, name in enumerate(columns)]
    needed = [(number, convert) for number, convert in converts if convert is not None]
    if not needed:
        yield from rows
        return
    for row in rows:
        values = list(row)
        for number, convert in needed:
            values[number] = convert(values[number])
        yield tuple(values)


def _converter(dialect: Dialect, kind: Any) -> Convert | None:
    convert = kind.dialect_impl(dialect).bind_processor(dialect)
    return None if convert is None else cache(convert)
