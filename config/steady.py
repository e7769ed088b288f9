"""The time that leases run by: nobody sets it, and all processes on one store agree on it."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path

from sqlalchemy import delete
from sqlalchemy.orm import Session
from sqlmodel import col

from config.database import Database
from config.kept import keep, kept
from config.tables import KeptRow
from notifications.lease import database_clock

BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
ANCHOR = "clock-of-"
"""With the boot's id: when, by the clock on the wall, this machine was started."""

SinceBoot = tuple[str, float]


def since_boot() -> SinceBoot | None:
    """This boot's id, and the seconds since then; None where the system does not tell."""
    try:
        return BOOT_ID.read_text("ascii").strip(), time.clock_gettime(time.CLOCK_BOOTTIME)
    except (OSError, AttributeError):
        return None


class SteadyClock:
    """The database's clock where it has one. With SQLite, whose users share a machine, the seconds since its boot.

    Counted from a time that the first process kept in the store. `wall` is asked where there is no such count, and
    always when it is `moved`, for a look from another day.
    """

    def __init__(
        self,
        database: Database,
        wall: Callable[[], datetime],
        *,
        moved: bool = False,
        since: Callable[[], SinceBoot | None] = since_boot,
    ) -> None:
        """Nothing is read yet."""
        self._database = database
        self._wall = wall
        self._moved = moved
        self._since = since

    def __call__(self, session: Session) -> datetime:
        """Now, in UTC. On SQLite `set_up` must have been called outside of any session."""
        at = None if self._moved else database_clock(session)
        if at is not None:
            return at
        since = None if self._moved else self._since()
        return self._wall() if since is None else self._booted + timedelta(seconds=since[1])

    def set_up(self) -> SteadyClock:
        """Read, or keep, the time it counts from. Opens a session of its own; returns itself."""
        with self._database.read() as session:
            counts = not self._moved and database_clock(session) is None and self._since() is not None
        if counts:
            _ = self._booted
        return self

    @cached_property
    def _booted(self) -> datetime:
        since = self._since()
        if since is None:
            return self._wall()
        name = f"{ANCHOR}{since[0]}"
        with self._database.write(even_handed_over=True) as session:
            began = kept(session, name)
            if began is None:
                session.execute(delete(KeptRow).where(col(KeptRow.name).startswith(ANCHOR)))
                began = keep(session, name, (self._wall() - timedelta(seconds=since[1])).isoformat())
        return datetime.fromisoformat(began)


def read_only(session: Session, since: Callable[[], SinceBoot | None] = since_boot) -> datetime | None:
    """Now, as leases count, in a store that nothing may be written to; None: nobody has counted since this boot."""
    at = database_clock(session)
    boot = since()
    if at is not None or boot is None:
        return at
    began = kept(session, f"{ANCHOR}{boot[0]}")
    return None if began is None else datetime.fromisoformat(began) + timedelta(seconds=boot[1])
