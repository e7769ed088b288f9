"""A pulse beats while something takes its time, goes on after a failure, and is silent afterwards."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

from notifications.heartbeat import LONGEST, Pulse

QUICK = timedelta(milliseconds=20)


class Store:
    """A store that counts what is stored in it."""

    def __init__(self, path: Path) -> None:
        self.engine = create_engine(f"sqlite:///{path / 'store.db'}")
        self.beaten = threading.Semaphore(0)
        with self.write() as session:
            session.execute(text("CREATE TABLE beats (n INTEGER)"))

    @contextmanager
    def write(self) -> Iterator[Session]:
        with Session(self.engine) as session, session.begin():
            yield session

    def beat(self, session: Session) -> None:
        session.execute(text("INSERT INTO beats VALUES (1)"))
        self.beaten.release()

    def beats(self) -> int:
        with Session(self.engine) as session:
            return int(session.execute(text("SELECT count(*) FROM beats")).scalar_one())


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = Store(tmp_path)
    yield made
    made.engine.dispose()


def test_it_beats_while_something_runs_and_not_after(store: Store) -> None:
    with Pulse(store.write, store.beat, QUICK)():
        for _ in range(3):
            assert store.beaten.acquire(timeout=10)
    beats = store.beats()
    assert beats >= 3
    threading.Event().wait(0.2)
    assert store.beats() == beats


def test_it_goes_on_after_a_failure(store: Store, caplog: pytest.LogCaptureFixture) -> None:
    tries: list[int] = []

    def renew(session: Session) -> None:
        tries.append(1)
        if len(tries) == 1:
            session.execute(text("INSERT INTO no_such_table VALUES (1)"))
        store.beat(session)

    with caplog.at_level(logging.WARNING, "notifications.heartbeat"), Pulse(store.write, renew, QUICK)():
        assert store.beaten.acquire(timeout=10)
    assert [record.levelname for record in caplog.records if record.name == "notifications.heartbeat"] == ["WARNING"]
    assert store.beats() >= 1


def test_what_ends_soon_costs_no_beat(store: Store) -> None:
    with Pulse(store.write, store.beat, LONGEST)():
        pass
    assert store.beats() == 0


def test_what_fails_under_it_fails(store: Store) -> None:
    with pytest.raises(ValueError, match="hỏng"), Pulse(store.write, store.beat, QUICK)():
        raise ValueError("hỏng")
    assert not [thread for thread in threading.enumerate() if thread.name == "pulse"]
