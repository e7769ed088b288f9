"""A backup of one moment of the store; or its last, after which nothing is done there any more."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from sqlmodel import Session

from calendars.catalogue import msg
from config import backupfile, backuprows, migrate
from config.backupfile import BackupError, Contents, Header
from config.backuprows import AT_ONCE
from config.database import Database
from config.moved import hand_over, take_back
from config.progress import Watch, unwatched
from config.session import Job
from notifications import lease
from scheduler.errors import EmptyStoreError

GLANCE = 0.2
"""Seconds between two looks whether mails are still in hand."""


def back_up(
    database: Database, path: Path, now: datetime, watch: Watch = unwatched, *, final: bool = False
) -> Contents:
    """Write all that a store holds at one moment into a new file; returns what is in it.

    Others go on writing meanwhile. Raises BackupError, EmptyStoreError, and SQLAlchemyError; then there is no file.
    """
    backupfile.refuse_existing(path)
    if not database.begun:
        raise EmptyStoreError
    try:
        with database.long_look(path.parent) as session:
            return _written(session, path, now, watch, final=final)
    except OSError as error:
        raise backupfile.not_written(path, error) from error


def _written(session: Session, path: Path, now: datetime, watch: Watch, *, final: bool) -> Contents:
    connection = session.connection()
    whole, done = sum(backuprows.counted(connection).values()), 0
    with backupfile.made(path, _header(session, now, final=final)) as writer:
        for name in backuprows.TABLES:
            table = backuprows.table_of(connection, name)
            if table is None:  # this form of the store does not have it yet
                continue
            rows = backuprows.rows_of(connection, table)
            writer.section(name, backuprows.columns_of(table), _watched(rows, done, whole, watch))
            done += writer.contents.sums[name].rows
    return writer.contents


def _watched(rows: Iterator[list[Any]], done: int, whole: int, watch: Watch) -> Iterator[list[Any]]:
    for count, row in enumerate(rows, done + 1):
        yield row
        if not count % AT_ONCE or count == whole:
            watch(count, whole)


def _header(session: Session, now: datetime, *, final: bool) -> Header:
    connection = session.connection()
    moment = lease.database_clock(session) or now
    return Header(
        version=version("luanphien"),
        form=migrate.form_of(connection) or "",
        moment=moment.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat() + "Z",
        database=connection.dialect.name,
        final=final,
    )


def back_up_finally(job: Job, path: Path, patience: float, watch: Watch = unwatched) -> Contents:
    """Hand the store over: no mail is taken up and nothing enters it any more; then back it up.

    Waits until no mail is in anybody's hands, `patience` seconds at most; `watch` is told how many no longer
    are, then how many rows are written. When it fails, the store is as it was. Raises BackupError.
    """
    backupfile.refuse_existing(path)
    steady = job.steady
    with job.database.write(even_handed_over=True) as session:
        fresh = hand_over(session, job.now())
    try:
        _wait(job.database, job.now, steady, patience, watch)
        return back_up(job.database, path, job.now(), watch, final=True)
    except BaseException:
        if fresh:
            resume(job)
        raise


def resume(job: Job) -> bool:
    """Work goes on in a store that was handed over; returns whether it was."""
    with job.database.write(even_handed_over=True) as session:
        return take_back(session)


def _wait(
    database: Database,
    now: Callable[[], datetime],
    steady: Callable[[Session], datetime],
    patience: float,
    watch: Watch,
) -> None:
    """Until all mails in hand have come to an end; those of lost workers are taken back when their leases end."""
    until, pause, most = time.monotonic() + patience, threading.Event(), 0
    while True:
        with database.write_beside() as session:
            lease.recover(session, now(), steady(session))
            held = lease.in_hands(session)
        count = sum(held.values())
        if not count:
            return
        if time.monotonic() >= until:
            what = msg("mails are still in the hands of {workers}: {count}")
            fix = msg("end these workers, or wait until their leases end after 20 minutes, and try again")
            raise BackupError(what, fix, workers=", ".join(held), count=count)
        most = max(most, count)
        watch(most - count, most)
        pause.wait(GLANCE)
