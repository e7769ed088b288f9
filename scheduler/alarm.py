"""The alarm clock: calls what it is given at set times. It knows nothing of what is due; the tables do."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import tzinfo

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


class Alarm:
    """APScheduler with its jobs in memory: nothing is lost with it, since every action asks the tables what is due.

    A call that was missed, by sleep or load, is made once as soon as possible. An action that raises is logged, and
    called again at its next time.
    """

    def __init__(self, zone: tzinfo, calls: tuple[Daily | Every, ...]) -> None:
        """Set the alarm; it rings only after `start`."""
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
        self._scheduler.start()

    def stop(self) -> None:
        """End, after the call that is running."""
        self._scheduler.shutdown(wait=True)


def _say_what_failed(event: JobExecutionEvent) -> None:
    if event.code == EVENT_JOB_ERROR:
        log.error("%s failed and will be called again at its next time", event.job_id, exc_info=event.exception)
    else:
        log.warning("%s missed its time", event.job_id)
