"""An office in which people do things that the trail tells of, and somebody who changes what was written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from itertools import count
from typing import Any

from sqlalchemy import Connection, text
from sqlmodel import Session, SQLModel

from calendars import links
from calendars.eyes import Voice
from calendars.feedquery import FeedQuestion
from config import officerbook
from config.database import Database
from config.decide import decide
from config.officers import Officer, Role
from config.settle import refresh
from notifications import byhand, people
from notifications.contacts import Contact, Rank, address_id
from scheduler.amendment import Decision, Verb, days_of
from scheduler.occurrence import Selection
from scheduler.proving import Proof, proved
from tests.integration.desk import Still
from tests.integration.postroom import Postroom
from tests.integration.town import FRONT, NOON, PEOPLE, TODAY, take

LAN = Contact(
    id="lan",
    name="Nguyễn Thị Lan",
    organisation="mttq",
    rank=Rank.SPECIALIST,
    address="lan@quang-tri.example",
    lang="vi",
)
SEALED = ("trail", "trail_about", "trail_head", "journal")
"""Tables in which no change stays unseen."""


@dataclass
class Registry:
    """Does one thing after the other, each in a transaction of its own, a minute after the one before."""

    database: Database
    now: datetime = NOON
    steps: Iterator[int] = field(default_factory=lambda: count(1))

    def __post_init__(self) -> None:
        take(self.database, FRONT)
        self.mail = Postroom(self.database, NOON).put("hoi-dam.2021")
        self.link = "a0"
        with self.database.write() as session:
            links.create(session, self._link(self.link), "t" * 43, "lan")
            officerbook.add(session, self._officer("binh"), "văn phòng")

    def plan(self) -> None:
        take(self.database, FRONT.replace("Hội đàm", f"Hội đàm {next(self.steps)}"), now=self.now)

    def directory(self) -> None:
        told = PEOPLE.replace("{vi: Salavan}", f"{{vi: Salavan {next(self.steps)}}}")
        take(self.database, FRONT, people=told, now=self.now)

    def year(self) -> None:
        refresh(self.database, self.now, date(TODAY.year + next(self.steps), 1, 1))

    def decision(self) -> None:
        days = days_of(*[date(2022, 6, 1 + next(self.steps) % 28)] * 2)
        confirm = Decision(verb=Verb.CONFIRM, keys=("hoi-dam.2022",), window=days)
        assert decide(Still(self.database, self.now), confirm, "Lê Thị Lan", "công văn 12", apply=True).number

    def mail_held(self) -> None:
        with self.database.write_beside() as session:
            byhand.hold(session, [self.mail], "binh", self.now, "chờ")
            byhand.release(session, [self.mail], "binh", self.now)

    def contact(self) -> None:
        with self.database.write() as session:
            people.put(session, [replace(LAN, name=f"Lan {next(self.steps)}")], self.now, "binh")

    def address(self) -> None:
        with self.database.write() as session:
            people.put(session, [LAN], self.now, "binh")
            people.verified(session, address_id(LAN.address), self.now, why="gọi điện", who="binh")
            people.remove(session, ["lan"], self.now, "binh")

    def feed(self) -> None:
        with self.database.write() as session:
            links.rotate(session, self.link, f"{next(self.steps):043}", self.now, "binh")

    def officer(self) -> None:
        with self.database.write_beside() as session:
            officerbook.make_link(session, "binh", "lan", self.now)

    def do(self, name: str) -> None:
        """One of `ACTS`."""
        self.now += timedelta(minutes=1)
        getattr(self, name)()

    def proof(self) -> Proof:
        with self.database.read() as session:
            return proved(session)

    def _link(self, ident: str) -> links.Link:
        question = FeedQuestion(Selection(), Voice("vi"), alarms=False)
        return links.Link(ident, "Lịch Mặt trận", None, question, self.now, None)

    def _officer(self, ident: str) -> Officer:
        return Officer(
            id=ident, name="Trần Bình", address=f"{ident}@quang-tri.example", role=Role.HEAD, organisations=("mttq",),
            lang="vi", created_at=self.now,
        )  # fmt: skip


ACTS = ("plan", "directory", "year", "decision", "mail_held", "contact", "address", "feed", "officer")


@contextmanager
def by_force(database: Database) -> Iterator[Session]:
    """A session of somebody who owns the tables and puts aside what keeps them; nothing of it stays."""
    with Session(database.engine.execution_options(writes=True)) as session:
        connection = session.connection()
        unguarded(connection)
        yield session
        session.rollback()


def unguarded(connection: Connection) -> None:
    """Put aside what keeps lines from being changed, as who owns the tables can."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        return
    connection.execute(text("PRAGMA defer_foreign_keys=ON"))
    for table in ("trail", "trail_about"):
        for act in ("update", "delete"):
            connection.execute(text(f"DROP TRIGGER {table}_stays_{act}"))


def another(value: Any, kind: Any) -> Any:
    """A value of the same kind that is another one."""
    match value:
        case str():
            return ("y" if value.startswith("x") else "x") + value[1:]
        case int():
            return value + 1000
        case datetime():
            return value + timedelta(microseconds=1)
    return 7 if "INTEGER" in str(kind).upper() else "x"


def cells(database: Database) -> list[tuple[str, Mapping[str, Any], str]]:
    """Every cell of what is sealed: table, key of the row, column."""
    found = []
    with database.read() as session:
        for name in SEALED:
            table = SQLModel.metadata.tables[name]
            for row in session.execute(table.select().order_by(*table.primary_key.columns)).mappings():
                key = {column.name: row[column.name] for column in table.primary_key.columns}
                found += [(name, key, column.name) for column in table.columns]
    return found


def tampered(session: Session, table: str, key: Mapping[str, Any], column: str) -> None:
    """Another value in one cell."""
    rows = SQLModel.metadata.tables[table]
    here = [rows.c[name] == value for name, value in key.items()]
    value = session.execute(rows.select().where(*here)).mappings().one()[column]
    session.execute(rows.update().where(*here).values({column: another(value, rows.c[column].type)}))


def taken_out(session: Session, table: str, key: Mapping[str, Any]) -> None:
    """One row less."""
    rows = SQLModel.metadata.tables[table]
    session.execute(rows.delete().where(*[rows.c[name] == value for name, value in key.items()]))


def swapped(session: Session, table: str, one: Mapping[str, Any], other: Mapping[str, Any]) -> None:
    """Two rows change places: all that they hold, but their keys."""
    rows = SQLModel.metadata.tables[table]
    found = [
        session.execute(rows.select().where(*[rows.c[name] == value for name, value in key.items()])).mappings().one()
        for key in (one, other)
    ]
    for key, held in ((one, found[1]), (other, found[0])):
        values = {name: value for name, value in held.items() if name not in key}
        session.execute(rows.update().where(*[rows.c[name] == value for name, value in key.items()]).values(values))
