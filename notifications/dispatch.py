"""One run of a worker: mails whose time has come are looked at again, written, sent, and accounted for."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from contextlib import suppress

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from notifications import handover, heartbeat, lease
from notifications.accounting import Account
from notifications.desk import Desk, Fate, Outcome
from notifications.preparing import Ready
from notifications.supply import Run, freshen, supply
from notifications.transport import Turn

log = logging.getLogger(__name__)

LONGEST_WAIT = 0.05
"""Seconds that a mail which is ready waits for others at the most."""


def run_once(desk: Desk, stop: Callable[[], bool] = lambda: False) -> Outcome:
    """Send all that is due now, each mail by itself: none falls with another.

    No transaction is open while the relay is spoken to. Ends early, after the mails in hand, when asked to `stop` or
    when the breaker opens, and by raising when the database fails; what the worker held and had not begun is given
    back. What a relay has answered is written down first, however long the database takes to come back.
    """
    run = Run(desk, stop, Account(desk))
    _arrive(run)
    with desk.transport:
        try:
            _work(run)
        except BaseException:
            with suppress(SQLAlchemyError):
                _leave(run)
            raise
        _leave(run)
    return run.account.outcome


def _arrive(run: Run) -> None:
    """Show up, give back what an earlier run left claimed, and take back what lost workers held."""
    desk = run.desk
    with desk.write() as session:
        now, steady = desk.clock(), desk.moment(session)
        run.passing = heartbeat.beat(session, desk.worker, steady)
        lease.release(session, desk.worker, now)
        run.account.fates[Fate.QUARANTINED] += lease.recover(session, now, steady, desk.worker)
    run.beat_at = desk.stopwatch() + _interval(desk)


def _leave(run: Run) -> None:
    """Give back what was not begun; who was not there before the run is gone after it."""
    desk = run.desk
    with desk.write() as session:
        lease.release(session, desk.worker, desk.clock(), run.undotted)
        if run.passing:
            heartbeat.leave(session, desk.worker)
        else:
            heartbeat.beat(session, desk.worker, desk.moment(session))


def _work(run: Run) -> None:
    """Turn after turn: mails go to connections, and what has happened there is written down."""
    try:
        while True:
            supply(run)
            _hand_over(run)
            if not run.hand:
                return
            _take_turn(run)
    except SQLAlchemyError:
        _wait_for_answers(run)
        raise


def _hand_over(run: Run) -> None:
    """Give as many mails to the connections as these take."""
    freshen(run)
    if not run.waiting or not run.goes_on():
        return
    for _ in range(run.desk.transport.room(len(run.waiting))):
        ready = run.waiting.popleft()
        run.hand[ready.mail.id] = ready
        run.desk.transport.take(ready.parcel)


def _take_turn(run: Run) -> None:
    """Whatever has happened on all connections since the last turn is written down in one transaction.

    Only then are final dots written, and the next mails begin right behind them.
    """
    turn = _gather(run)
    taken = _come_back(run, turn)
    marked = _write_down(run, [ident for ident in turn.ready if ident in run.hand], taken)
    if not run.refused:  # else it is first counted whether the relay is to be left alone
        _hand_over(run)
    for ident in turn.ready:
        if ident in marked:
            run.desk.transport.finish(ident)
        else:
            _give_up_dot(run, ident)
    _refused(run)


def _gather(run: Run) -> Turn:
    """What happens on the connections until one has a mail ready, and then for as long as it takes to write that down.

    So connections that are about as fast as each other share a transaction. A mail in hand alone waits for nobody.
    """
    desk = run.desk
    turn = desk.transport.turn(_beat(run))
    until = desk.stopwatch() + run.took
    while turn.ready and len(turn.ready) + len(turn.answered) + len(turn.returned) < len(run.hand):
        left = until - desk.stopwatch()
        if left <= 0:
            break
        more = desk.transport.turn(left)
        turn = Turn(turn.ready + more.ready, turn.answered + more.answered, turn.returned + more.returned)
    return turn


def _come_back(run: Run, turn: Turn) -> list[Ready]:
    """Mails that are answered leave the hand, those that were not begun wait again, before all others.

    Returns those that were taken; the others are in `refused`.
    """
    for ident in reversed(turn.returned):
        if ident in run.hand:
            run.waiting.appendleft(run.hand.pop(ident))
    answers = [(run.hand.pop(ident), error) for ident, error in turn.answered if ident in run.hand]
    run.refused += [(ready, error) for ready, error in answers if error is not None]
    return [ready for ready, error in answers if error is None]


def _refused(run: Run) -> None:
    """What relays did not take is written down, each by itself."""
    while run.refused:
        ready, error = run.refused.pop(0)
        run.account.not_sent(ready.mail, error)
        run.broke = run.desk.circuit.breaker.broken


def _write_down(run: Run, ready: Sequence[str], taken: Sequence[Ready]) -> frozenset[str]:
    """Mails that were taken are sent, those whose final dots are next are marked; returns the ids of these.

    Once there is something that only this process knows, it is tried until the store takes it.
    """
    desk, account = run.desk, run.account
    if not ready and not taken:
        return frozenset()

    def change(session: Session) -> tuple[frozenset[str], frozenset[str]]:
        now, until = desk.clock(), desk.moment(session) + desk.lease
        told = [(done.mail, done.told) for done in taken]
        return handover.account(session, desk.worker, told, ready, now, until)

    began = desk.stopwatch()
    run.undotted = tuple(ready)
    if taken:
        desk.circuit.breaker = desk.circuit.breaker.answered()
        sent, marked = account.record(change)
    else:
        with desk.write() as session:
            sent, marked = change(session)
    run.undotted = ()
    run.took = min(desk.stopwatch() - began, LONGEST_WAIT)
    for done in taken:
        account.note(done.mail, Fate.SENT if done.mail.id in sent else Fate.LOST)
    return marked


def _give_up_dot(run: Run, ident: str) -> None:
    """A mail that another worker has taken over, or whose connection is gone, does not get its dot."""
    run.desk.transport.abandon(ident)
    ready = run.hand.pop(ident, None)
    if ready is not None:
        run.account.note(ready.mail, Fate.LOST, "another worker has taken this mail over")


def _wait_for_answers(run: Run) -> None:
    """The store has failed: no dot is written any more, but what relays answer to those that are is written down."""
    for ident in run.undotted:
        run.desk.transport.abandon(ident)
        run.hand.pop(ident, None)
    undotted = run.undotted
    _refused(run)
    while run.hand:
        turn = run.desk.transport.turn(_beat(run))
        for ident in turn.ready:
            run.desk.transport.abandon(ident)
            run.hand.pop(ident, None)
        _write_down(run, (), _come_back(run, turn))
        _refused(run)
    run.undotted = undotted


def _beat(run: Run) -> float:
    """Hold what is in hand while relays take their time; returns the seconds until that has to be done again."""
    desk, now = run.desk, run.desk.stopwatch()
    if now >= run.beat_at:
        run.beat_at = now + _interval(desk)
        try:
            with desk.write() as session:
                steady = desk.moment(session)
                lease.renew(session, desk.worker, steady + desk.lease)
                heartbeat.beat(session, desk.worker, steady, next(iter(run.hand), heartbeat.IDLE))
        except SQLAlchemyError as error:
            log.warning("the lease could not be renewed, it is tried again: %s", error)
    return run.beat_at - now


def _interval(desk: Desk) -> float:
    return min(desk.lease / 4, heartbeat.SLOWEST).total_seconds()
