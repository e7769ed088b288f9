"""What a worker works with, and how what it did is told."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy.orm import Session

from notifications.breaker import Circuit
from notifications.claiming import Claim, Shard
from notifications.letters import AnyLetter
from notifications.reading import Reading
from notifications.recording import Writer
from notifications.transport import Transport

Reader = Callable[[Session, Claim, datetime], Reading]
"""A mail as it is to be written now (`reading.read`, given what it needs). Called inside a transaction."""

BulkReader = Callable[[Session, Sequence[Claim], datetime], Mapping[str, Reading]]
"""The same for many mails at a time, by their ids."""

Composer = Callable[[AnyLetter], bytes]
"""`compose.compose`, given its letterhead and directory."""

Buried = Callable[[Session, Claim, str], None]
"""Told, inside the transaction, of each mail that is given up, and why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """All that a worker works with.

    `write` stores together what is done in its block, perhaps beside others; `write_alone` (None: `write`) is for what
    enters the outbox, and waits for whoever else does that. `read_all` may be None: then mails are read one by one.
    `worker` names the process, or the thread that works on its own. `return_path` gives the envelope sender of a
    delivery, by its id. `clock` gives aware times of the day; `steady` the time leases run by, which nobody sets (None:
    `clock`); `stopwatch` seconds that only measure; `jitter` numbers from 0 up to 1; `pause` waits so many seconds. At
    most `per_minute` mails go in a minute, whoever sends them (None: any number). At most `batch` are taken up at a
    time. With a `shard` only its mails are sent. `closed` tells, in the transaction of a claim, whether none may be
    taken up any more.
    """

    write: Writer
    read: Reader
    composer: Composer
    transport: Transport
    return_path: Callable[[str], str]
    buried: Buried
    worker: str
    clock: Callable[[], datetime]
    jitter: Callable[[], float]
    read_all: BulkReader | None = None
    write_alone: Writer | None = None
    steady: Callable[[Session], datetime] | None = None
    stopwatch: Callable[[], float] = time.monotonic
    pause: Callable[[float], object] = lambda seconds: threading.Event().wait(seconds)
    circuit: Circuit = field(default_factory=Circuit)
    per_minute: int | None = None
    lease: timedelta = timedelta(minutes=20)
    batch: int = 200
    closed: Callable[[Session], bool] = lambda _session: False
    shard: Shard | None = None

    def moment(self, session: Session) -> datetime:
        """Now, as leases count."""
        return self.steady(session) if self.steady else self.clock()


class Fate(StrEnum):
    """What became of one mail in this run."""

    SENT = "sent"
    RETRIED = "retried"
    DEAD = "dead"
    IN_DOUBT = "in_doubt"
    EXPIRED = "expired"
    QUARANTINED = "quarantined"
    LOST = "lost"  # another worker took it over


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How many mails ended how. `expired` had nothing left to say; `retried` and `in_doubt` go again later.

    `quarantined` wait until somebody has looked. `errors` pairs each mail that was not sent with what went wrong.
    """

    sent: int
    retried: int
    dead: int
    in_doubt: int
    expired: int
    quarantined: int
    lost: int
    errors: tuple[tuple[str, str], ...] = ()
