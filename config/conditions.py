"""A change made under conditions: what must hold in its own transaction, before anything is written and at the end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlmodel import Session

from config.database import Database


def _fine(_: Session) -> None:
    pass


@dataclass(frozen=True, slots=True)
class Conditional:
    """A database whose next change is stored only if neither condition raises. They may write themselves.

    `before` is asked once the writer's lock is held, `after` when the change is done and not yet stored.
    """

    database: Database
    before: Callable[[Session], object] = _fine
    after: Callable[[Session], object] = _fine

    @contextmanager
    def write(self) -> Iterator[Session]:
        """As `Database.write`."""
        with self.database.write() as session:
            self.before(session)
            yield session
            self.after(session)
