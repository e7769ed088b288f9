"""The alarm clock: calls what it is given at set times. It knows nothing of what is due; the tables do."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import tzinfo
from typing import Protocol

from apscheduler.events import EVENT_JOB_ERROR, EVENT_JOB_MISSED, JobExecutionEvent
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Daily:
    """Call `action` every day at `hour`:`minute` of the alarm's zone."""

    name: str
    hour: int
    minute: int
    action: Callable[[], object]


@dataclass(frozen=True, slots=True)
class Every:
    """Call `action` every `seconds`, never twice at once."""

    name: str
    seconds: int
    action: Callable[[], object]


class Beside(Protocol):
    """What starts and stops with an alarm."""

    def start(self) -> None:
        """Begin, in a thread of its own."""

    def ask_to_stop(self) -> None:
        """Say that the end is near; returns at once."""

    def stop(self) -> None:
        """End, after what is running."""


class Loop:
    """Calls `action` again and again in a thread of its own, `seconds` after it has ended, by a clock nobody sets.

    The action is given a callable that says whether it should end. One that raises is logged, and called again.
    `at_the_end` is called by the same thread, once, when all is over.
    """

    def __init__(
        self,
        name: str,
        seconds: float,
        action: Callable[[Callable[[], bool]], object],
        at_the_end: Callable[[], object] = lambda: None,
    ) -> None:
        """Make ready; it runs only after `start`."""
        self._name = name
        self._seconds = seconds
        self._action = action
        self._at_the_end = at_the_end
        self._due = threading.Event()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        """Begin, with a call at once."""
        self._thread.start()

    def ring(self) -> None:
        """Call now, or once more after the call that is running."""
        self._due.set()

    def ask_to_stop(self) -> None:
        """Tell the action that is running to end, and call no more."""
        self._ended.set()
        self._due.set()

    def stop(self) -> None:
        """End, after the call that is running."""
        self.ask_to_stop()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        while not self._ended.is_set():
            self._due.clear()
            try:
                self._action(self._ended.is_set)
            except Exception:
                log.exception("%s failed and will be called again", self._name)
            if not self._ended.is_set():
                self._due.wait(self._seconds)
        self._at_the_end()


class Alarm:
    """APScheduler with its jobs in memory: nothing is lost with it, since every action asks the tables what is due.

    A call that was missed, by sleep or load, is made once as soon as possible. An action that raises is logged, and
    called again at its next time. `beside` start and stop with it.
    """

    def __init__(self, zone: tzinfo, calls: tuple[Daily | Every, ...], beside: tuple[Beside, ...] = ()) -> None:
        """Set the alarm; it rings only after `start`."""
        self._beside = beside
        self._scheduler = BackgroundScheduler(
            timezone=zone, job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        )
        self._scheduler.add_listener(_say_what_failed, EVENT_JOB_ERROR | EVENT_JOB_MISSED)
        for call in calls:
            trigger = (
                CronTrigger(hour=call.hour, minute=call.minute, timezone=zone)
                if isinstance(call, Daily)
                else IntervalTrigger(seconds=call.seconds, timezone=zone)
            )
            self._scheduler.add_job(call.action, trigger, id=call.name)

    def start(self) -> None:
        """Begin ringing, in a thread of its own."""
        for other in self._beside:
            other.start()
        self._scheduler.start()

    def stop(self) -> None:
        """End, after the calls that are running."""
        for other in self._beside:
            other.ask_to_stop()
        self._scheduler.shutdown(wait=True)
        for other in self._beside:
            other.stop()


def _say_what_failed(event: JobExecutionEvent) -> None:
    if event.code == EVENT_JOB_ERROR:
        log.error("%s failed and will be called again at its next time", event.job_id, exc_info=event.exception)
    else:
        log.warning("%s missed its time", event.job_id)
