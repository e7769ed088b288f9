"""Writing down what only this process knows, however long the database takes to come back."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import TypeVar

from sqlalchemy.exc import DataError, IntegrityError, ProgrammingError, SQLAlchemyError, StatementError
from sqlalchemy.orm import Session

log = logging.getLogger(__name__)

Writer = Callable[[], AbstractContextManager[Session]]
"""A session whose changes are stored together when its block ends, and not at all when it raises."""

AGAIN = 1.0
"""Seconds between two tries."""

Answer = TypeVar("Answer")


def of_the_database(error: Exception) -> bool:
    """Whether it is the database that fails, and not what was given to it."""
    given = isinstance(error, (DataError, IntegrityError)) or type(error) is StatementError
    return isinstance(error, SQLAlchemyError) and not given


def record(write: Writer, pause: Callable[[float], object], change: Callable[[Session], Answer]) -> Answer:
    """Make a change, again and again until the database takes it; only the end of the process stops it.

    A commit whose answer is lost is made again too, so `change` must bear that. Raises what trying again cannot mend.
    """
    while True:
        try:
            with write() as session:
                return change(session)
        except ProgrammingError:
            raise
        except SQLAlchemyError as error:
            if not of_the_database(error):
                raise
            log.warning("the store does not take what became of a mail, it is tried again: %s", error)
        pause(AGAIN)
