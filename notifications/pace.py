"""How fast mail goes, and how patiently: mails a minute, and how long a mail waits until it is tried again."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

MINUTE = timedelta(minutes=1)
FIRST_WAIT, LAST_WAIT = timedelta(minutes=5), timedelta(minutes=50)
STEADY = 5
"""From this attempt on waits no longer grow."""


def room(per_minute: int, gone: Iterable[datetime], held: int, now: datetime) -> int:
    """How many mails may be taken up now, so that no minute ever sees more than `per_minute` go.

    `gone` are the times of mails that went, `held` those that somebody has taken up. What seems to have gone in the
    future, since the clock was set back, does not count.
    """
    lately = sum(now - MINUTE < at <= now for at in gone)
    return max(0, per_minute - lately - held)


def backoff(attempt: int, jitter: float) -> timedelta:
    """How long to wait after the `attempt`-th try: 5 minutes doubled each time, up to 50, and up to a third more."""
    base = min(FIRST_WAIT * (1 << min(attempt - 1, STEADY)), LAST_WAIT)
    return base * (1 + jitter / 3)


def again_at(attempt: int, jitter: float, now: datetime, deadline: datetime | None) -> datetime | None:
    """When to look at a mail again after its `attempt`-th try, at its deadline at the latest; None: that is over."""
    if deadline is None:
        return now + backoff(attempt, jitter)
    return min(now + backoff(attempt, jitter), deadline) if now < deadline else None
