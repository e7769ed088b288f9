"""The alarm clock rings: in time, never twice at once, and again after an action that failed."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta, timezone

import pytest

from scheduler.alarm import Alarm, Daily, Every, Loop

PATIENCE = 10


class Bell:
    """Remembers when it was rung, and by how many at once."""

    def __init__(self, lasts: float = 0) -> None:
        self.lasts = lasts
        self.times: list[float] = []
        self.at_once = self.most_at_once = 0
        self.ended = 0
        self.changed = threading.Condition()

    def ring(self) -> None:
        with self.changed:
            self.times.append(time.monotonic())
            self.at_once += 1
            self.most_at_once = max(self.most_at_once, self.at_once)
            self.changed.notify_all()
        time.sleep(self.lasts)
        with self.changed:
            self.at_once -= 1
            self.ended += 1
            self.changed.notify_all()

    def fail(self) -> None:
        self.ring()
        raise ValueError("hỏng")

    def wait(self, count: int) -> None:
        """Until it was rung `count` times."""
        with self.changed:
            assert self.changed.wait_for(lambda: len(self.times) >= count, PATIENCE)


@contextmanager
def ringing(*calls: Daily | Every, zone: timezone = UTC) -> Iterator[Alarm]:
    """An alarm while it runs."""
    alarm = Alarm(zone, calls)
    alarm.start()
    try:
        yield alarm
    finally:
        alarm.stop()


def just_before(hour: int, minute: int, seconds: float) -> timezone:
    """A zone in which it is `seconds` before the given time."""
    wanted = datetime.now(UTC).replace(hour=hour, minute=minute, second=0, microsecond=0) - timedelta(seconds=seconds)
    offset = (wanted - datetime.now(UTC)) % timedelta(days=1)
    return timezone(offset if offset < timedelta(hours=23) else offset - timedelta(days=1))


def test_it_rings_only_once_started() -> None:
    bell = Bell()
    alarm = Alarm(UTC, (Every("chuông", 1, bell.ring),))
    time.sleep(1.2)
    assert bell.times == []
    alarm.start()
    bell.wait(1)
    alarm.stop()
    rung = len(bell.times)
    time.sleep(1.2)
    assert len(bell.times) == rung


def test_it_rings_every_second_and_after_a_failure_again(caplog: pytest.LogCaptureFixture) -> None:
    good, bad = Bell(), Bell()
    with (
        caplog.at_level(logging.ERROR, "scheduler.alarm"),
        ringing(Every("tốt", 1, good.ring), Every("hỏng", 1, bad.fail)),
    ):
        good.wait(2)
        bad.wait(2)
    assert 0.8 < good.times[1] - good.times[0] < 2
    said = [(record.levelname, record.getMessage()) for record in caplog.records if record.name == "scheduler.alarm"]
    assert set(said) == {("ERROR", "hỏng failed and will be called again at its next time")}
    assert caplog.records[0].exc_info is not None


def test_it_never_rings_twice_at_once_and_stop_waits_for_the_last() -> None:
    bell = Bell(lasts=1.5)
    with ringing(Every("chậm", 1, bell.ring)):
        bell.wait(2)
    assert (bell.most_at_once, bell.ended, bell.at_once) == (1, len(bell.times), 0)


def test_it_rings_daily_at_its_hour_in_its_zone() -> None:
    now, other = Bell(), Bell()
    zone = just_before(0, 10, 1)
    with ringing(Daily("sáng", 0, 10, now.ring), Daily("sau", 0, 12, other.ring), zone=zone):
        now.wait(1)
        time.sleep(0.3)
    assert (len(now.times), other.times) == (1, [])


def test_calls_missed_while_asleep_are_made_once() -> None:
    bell = Bell()
    with ringing(Every("ngủ", 1, bell.ring)) as alarm:
        bell.wait(1)
        alarm._scheduler.pause()
        time.sleep(3.2)
        before = len(bell.times)
        woken = time.monotonic()
        alarm._scheduler.resume()
        bell.wait(before + 1)
        time.sleep(0.2)
        assert len([at for at in bell.times if woken <= at < woken + 0.2]) == 1


@contextmanager
def going_round(bell: Bell, seconds: float, fails: bool = False) -> Iterator[Loop]:
    """A loop while it runs."""
    loop = Loop("vòng", seconds, lambda _stop: bell.fail() if fails else bell.ring())
    loop.start()
    try:
        yield loop
    finally:
        loop.stop()


def test_a_loop_calls_at_once_and_again_and_again() -> None:
    bell = Bell(lasts=0.05)
    with going_round(bell, 0.1):
        bell.wait(3)
    assert (bell.most_at_once, bell.at_once) == (1, 0)
    assert bell.times[1] - bell.times[0] > 0.1
    rung = len(bell.times)
    time.sleep(0.3)
    assert len(bell.times) == rung


def test_a_loop_that_is_rung_calls_now_and_never_twice_at_once() -> None:
    bell = Bell(lasts=0.2)
    with going_round(bell, 60) as loop:
        bell.wait(1)
        loop.ring()
        loop.ring()
        bell.wait(2)
    assert (len(bell.times), bell.most_at_once) == (2, 1)


def test_a_loop_goes_on_after_a_failure_and_says_so(caplog: pytest.LogCaptureFixture) -> None:
    bell = Bell()
    with caplog.at_level(logging.ERROR, "scheduler.alarm"), going_round(bell, 0.05, fails=True):
        bell.wait(3)
    said = {(record.levelname, record.getMessage()) for record in caplog.records if record.name == "scheduler.alarm"}
    assert said == {("ERROR", "vòng failed and will be called again")}


def test_what_runs_is_told_that_the_end_is_near() -> None:
    begun, told = threading.Event(), []

    def action(stop: Callable[[], bool]) -> None:
        begun.set()
        while not stop():
            time.sleep(0.01)
        told.append(stop())

    alarm = Alarm(UTC, (), (Loop("vòng", 60, action),))
    alarm.start()
    assert begun.wait(PATIENCE)
    alarm.stop()
    assert told == [True]


def test_a_loop_that_never_began_can_be_ended() -> None:
    bell = Bell()
    Loop("vòng", 1, lambda _stop: bell.ring()).stop()
    assert bell.times == []
