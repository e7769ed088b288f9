"""Workers as processes of their own: the real dispatch, lease, outbox and composer over a pretended office.

One event for each of any number of bodies, so that each mail tells of one reminder; the records are made from their
keys, so that ten thousand cost nothing.
"""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from types import TracebackType
from typing import Any, Self

from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from config.database import Database, DatabaseError
from config.moved import closed
from config.steady import SteadyClock
from notifications.compose import compose
from notifications.desk import Desk
from notifications.dispatch import run_once
from notifications.outbox import enqueue
from notifications.reading import Study, read, read_all
from notifications.relay import Relay
from notifications.smtp import SmtpTransport
from notifications.tables import DELIVERY, DeliveryState
from notifications.transport import Parcel, Turn
from scheduler.occurrence import Record
from scheduler.plan import Directory
from tests.unit.notifications.samples import (
    DIRECTORY,
    HANOI,
    LETTERHEAD,
    LINKS,
    PARTIES,
    almanac,
    day_of_event,
    letter,
    office,
)

TODAY = date(2021, 9, 1)
MORNING = datetime(2021, 9, 1, 7, 30, tzinfo=HANOI).astimezone(UTC)
EVENT = TODAY + timedelta(days=30)
OVER = (DeliveryState.SENT, DeliveryState.DEAD, DeliveryState.EXPIRED, DeliveryState.QUARANTINED)
TICK = 0.2
"""Seconds between two rounds of a worker."""


class Bodies(Mapping[str, Any]):
    """Any number of bodies, `body-0` and so on, each with its address."""

    def __getitem__(self, ident: str) -> Any:
        if not ident.startswith("body-"):
            raise KeyError(ident)
        return office(ident, f"{ident}@quang-tri.example")

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


CROWD = Directory(parties=PARTIES, organisations=Bodies())


def event(number: int) -> Record:
    """The event that `body-<number>` prepares."""
    body = f"body-{number}"
    return day_of_event(EVENT, cycle=str(number), leads=(body,), owner=body)


def lookup(_session: Session, keys: Collection[str]) -> Mapping[str, Record]:
    """The events by their keys."""
    return {key: event(int(key.rpartition(".")[2])) for key in keys}


STUDY = Study(lookup=lookup, select=lambda *_: (), almanac=almanac(CROWD), links=LINKS, zone=HANOI)
reading, readings = partial(read, study=STUDY), partial(read_all, study=STUDY)
"""Mails read again, as the product does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Orders:
    """What a worker process is told. `since` is the monotonic second at which it was `MORNING`."""

    url: str
    port: int
    name: str
    lease: float
    since: float
    batch: int = 20
    connections: int = 4
    until_done: bool = True
    offset: Any = None  # seconds by which the clock on the wall is set, shared by all
    crash: tuple[str, int] | None = None
    hours: float = 0


def wall(orders: Orders) -> datetime:
    """What the clock on the wall says."""
    set_by = orders.offset.value if orders.offset is not None else 0.0
    return MORNING + timedelta(hours=orders.hours, seconds=time.monotonic() - orders.since + set_by)


def desk_of(orders: Orders, database: Database, steady: Callable[[Session], datetime]) -> Desk:
    """A worker's desk."""
    return Desk(
        write=database.write_beside,
        read=reading,
        read_all=readings,
        composer=partial(compose, letterhead=LETTERHEAD, directory=CROWD),
        transport=SmtpTransport(
            Relay("127.0.0.1", orders.port), connections=orders.connections, timeout=60, final_timeout=60
        ),
        return_path=lambda _delivery: f"{orders.name}@luanphien.example",
        buried=lambda *_: None,
        worker=orders.name,
        clock=lambda: wall(orders),
        jitter=lambda: 0.0,
        steady=steady,
        closed=closed,
        lease=timedelta(seconds=orders.lease),
        batch=orders.batch,
    )


def work(orders: Orders) -> None:
    """Send until nothing is left to send (`until_done`), or until SIGTERM; ends with 0."""
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    database = Database(orders.url)
    clock: SteadyClock | None = None
    while not stop.is_set():
        try:
            clock = clock or SteadyClock(database, lambda: wall(orders)).set_up()
            run_once(desk_of(orders, database, clock), stop.is_set)
            if orders.until_done and not waiting(database):
                break
        except (SQLAlchemyError, DatabaseError):
            database.close()
        stop.wait(TICK)
    database.close()


def waiting(database: Database) -> int:
    """How many mails have not come to an end."""
    with database.read() as session:
        left = select(func.count()).select_from(DELIVERY).where(DELIVERY.c.state.not_in(OVER))
        return int(session.execute(left).scalar_one())


def put(database: Database, numbers: range, now: datetime) -> None:
    """One mail for each of these bodies."""
    from notifications.due import due

    with database.write() as session:
        found = due((event(number) for number in numbers), almanac(CROWD), TODAY, TODAY)
        enqueue(session, list(found), TODAY, now)


def warm() -> bytes:
    """Read policy, words and templates once, so that the processes forked from this one have them."""
    return compose(letter(), LETTERHEAD, DIRECTORY)


WARM = warm()


# ---- failpoints ----


class Crashing:
    """A way out, and a store, in which the process dies at a chosen point: `("before", 3)` the third commit, `after`
    it, or `("dot", 0)`: once the relay has answered for a mail, before anybody knows.
    """

    def __init__(self, desk: Desk, crash: tuple[str, int]) -> None:
        self._write, self._way = desk.write, desk.transport
        self._where, self._at = crash
        self._commits = 0

    @contextmanager
    def write(self) -> Iterator[Session]:
        self._commits += 1
        mine = self._commits == self._at
        with self._write() as session:
            yield session
            if mine and self._where == "before":
                session.flush()
                os._exit(9)
        if mine and self._where == "after":
            os._exit(9)

    def __enter__(self) -> Self:
        self._way.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._way.__exit__(kind, error, trace)

    def room(self, waiting: int) -> int:
        return self._way.room(waiting)

    def take(self, parcel: Parcel) -> None:
        self._way.take(parcel)

    def turn(self, patience: float) -> Turn:
        turn = self._way.turn(patience)
        if self._where == "dot" and turn.answered:
            os._exit(9)
        return turn

    def finish(self, ident: str) -> None:
        self._way.finish(ident)

    def abandon(self, ident: str) -> None:
        self._way.abandon(ident)


def crash(orders: Orders) -> None:
    """One run that dies at `orders.crash`; ends with 0 if it never came there."""
    database = Database(orders.url)
    desk = desk_of(orders, database, lambda _session: wall(orders))
    if orders.crash is not None:
        point = Crashing(desk, orders.crash)
        desk = replace(desk, write=point.write, transport=point)
    run_once(desk)
    database.close()
