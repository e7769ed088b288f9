"""How a worker shows that it is alive, and keeps what it holds while a relay takes its time."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from notifications.tables import WORKER

log = logging.getLogger(__name__)

IDLE = "waiting"
"""What a worker does between mails; else it is the id of the mail in its hands."""

FORGOTTEN = timedelta(days=1)
"""A worker that has not been heard of for so long is struck from the list."""

SLOWEST = timedelta(minutes=1)
"""Between two beats of a pulse."""

LONGEST = timedelta(hours=1)
"""A relay that has not finished with one mail after so long is not waited for: the lease is left to run out."""

_W = WORKER.c


def beat(session: Session, worker: str, now: datetime, doing: str = IDLE) -> bool:
    """Show that a worker is alive, and what it does; returns whether it was unknown before."""
    mine = update(WORKER).where(_W.name == worker).values(beat_at=now, doing=doing)
    if session.execute(mine.returning(_W.name)).first() is not None:
        return False
    session.execute(delete(WORKER).where(_W.beat_at < now - FORGOTTEN))
    session.execute(insert(WORKER).values(name=worker, started_at=now, beat_at=now, doing=doing))
    return True


def leave(session: Session, worker: str) -> None:
    """A worker goes in good order, and holds nothing."""
    session.execute(delete(WORKER).where(_W.name == worker))


def last_beat(session: Session, worker: str) -> datetime | None:
    """When a worker last showed that it is alive; None: it is unknown."""
    return session.execute(select(_W.beat_at).where(_W.name == worker)).scalar_one_or_none()


@dataclass(frozen=True, slots=True)
class Pulse:
    """Calls `renew` from a thread while something takes its time: every `interval`, at least each minute.

    After `LONGEST` it falls silent.
    """

    write: Callable[[], AbstractContextManager[Session]]
    renew: Callable[[Session], object]
    interval: timedelta

    @contextmanager
    def __call__(self) -> Iterator[None]:
        """While the block runs; from its end on, `renew` is not called any more."""
        done = threading.Event()
        thread = threading.Thread(target=self._run, args=(done,), name="pulse", daemon=True)
        thread.start()
        try:
            yield
        finally:
            done.set()
            thread.join()

    def _run(self, done: threading.Event) -> None:
        interval = min(self.interval, SLOWEST)
        for _ in range(int(LONGEST / interval)):
            if done.wait(interval.total_seconds()):
                return
            try:
                with self.write() as session:
                    self.renew(session)
            except SQLAlchemyError as error:
                log.warning("the lease could not be renewed, it is tried again: %s", error)
