"""What a worker sends next: mails are claimed, put together where they may be, and prepared."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from notifications import claiming, pace
from notifications.accounting import Account
from notifications.claiming import Claim
from notifications.desk import Desk
from notifications.errors import TransportError
from notifications.preparing import Ready, prepare

FRESH = 10.0
"""Seconds after which a mail that has been read again, and still waits for a connection, is read once more."""


@dataclass(slots=True)
class Run:
    """One run: mails that are claimed, those that are written and wait for a connection, and those in hand there.

    `undotted` may be marked as transmitting, though their final dots surely are not written. `more`: as many mails were
    claimed as was asked for, so that there may be others. `broke`: the breaker has opened in this run.
    `took`: seconds of the last transaction of a turn.
    """

    desk: Desk
    stop: Callable[[], bool]
    account: Account
    claimed: deque[Claim] = field(default_factory=deque)
    waiting: deque[Ready] = field(default_factory=deque)
    hand: dict[str, Ready] = field(default_factory=dict)
    refused: list[tuple[Ready, TransportError]] = field(default_factory=list)
    undotted: tuple[str, ...] = ()
    more: bool = False
    broke: bool = False
    took: float = 0.0
    passing: bool = False
    beat_at: float = 0.0

    def goes_on(self) -> bool:
        """Whether another mail may begin."""
        return not self.stop() and not self.broke


def supply(run: Run) -> None:
    """Have mails that wait for a connection, as long as there are any."""
    while not run.waiting and run.goes_on():
        if not run.claimed:
            if run.hand and (not run.more or run.desk.circuit.breaker.broken):
                return
            run.claimed.extend(_claim(run))
        lot = lot_of(run)
        if not lot:
            return
        tried = frozenset(mail.id for mail in lot if mail.message is not None)
        run.waiting.extend(prepare(run.account, lot, tried))


def lot_of(run: Run) -> list[Claim]:
    """The mails that can be read together now: a suspect by itself, and of several to one address only the first.

    So each mail knows of those that went to its reader before, and they come in order.
    """
    if run.claimed and run.claimed[0].suspect:
        return [] if run.hand else [run.claimed.popleft()]
    met = {ready.mail.address for ready in run.hand.values()}
    lot: list[Claim] = []
    for _ in range(len(run.claimed)):
        mail = run.claimed.popleft()
        (run.claimed if mail.address in met else lot).append(mail)
        met.add(mail.address)
    return lot


def _claim(run: Run) -> tuple[Claim, ...]:
    """As many mails as relay and pace admit now; none from a store that is closed."""
    desk = run.desk
    with desk.write() as session:
        if desk.closed(session):
            run.more = False
            return ()
        now, steady = desk.clock(), desk.moment(session)
        rooms = [desk.batch, desk.circuit.breaker.room(steady)]
        if desk.per_minute is not None:
            claiming.take_turns(session)
            rooms.append(pace.room(desk.per_minute, *claiming.recently(session, now - pace.MINUTE), now))
        limit = min(room for room in rooms if room is not None)
        until = steady + desk.lease
        claimed = claiming.claim(session, desk.worker, now, limit, until, shard=desk.shard) if limit else ()
    run.more = bool(claimed) and len(claimed) == limit
    return claimed


def freshen(run: Run) -> None:
    """Mails that have waited for long are read once more; what has fallen meanwhile waits no longer."""
    if run.waiting and run.desk.stopwatch() - run.waiting[0].read_at > FRESH:
        stale = list(run.waiting)
        run.waiting.clear()
        tried = frozenset(ready.mail.id for ready in stale if ready.tried)
        run.waiting.extend(prepare(run.account, [ready.mail for ready in stale], tried))
