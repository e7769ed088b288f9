"""The circuit breaker of one relay: who does not answer is left alone for a while, then asked with one mail."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

PATIENCE = 3
"""Failures in a row after which a relay is left alone."""

PAUSE = timedelta(minutes=2)
"""How long it is left alone before one mail asks again."""


@dataclass(frozen=True, slots=True)
class Breaker:
    """How a relay has answered lately: failures in a row, and when the last one was. It begins closed.

    A failure is the relay's own: no connection, no login, a connection broken off. A mail it refuses is an answer.
    """

    failures: int = 0
    failed_at: datetime | None = None

    @property
    def broken(self) -> bool:
        """Whether the relay is left alone, but for one mail now and then."""
        return self.failures >= PATIENCE

    def room(self, now: datetime) -> int | None:
        """How many mails may go now: None for any number (closed), 0 while open, then 1 (half open).

        A clock that has been set back opens nothing for longer than `PAUSE` from then.
        """
        if not self.broken or self.failed_at is None:
            return None
        waited = now - self.failed_at
        return 0 if timedelta(0) <= waited < PAUSE else 1

    def failed(self, now: datetime) -> Breaker:
        """After one more failure."""
        return Breaker(self.failures + 1, now)

    def answered(self) -> Breaker:
        """After an answer of any kind."""
        return Breaker()


@dataclass(slots=True)
class Circuit:
    """The breaker of a process's way out, kept from run to run."""

    breaker: Breaker = field(default_factory=Breaker)
