"""One run of a worker: mails whose time has come are looked at again, written, sent, and accounted for."""

from __future__ import annotations

import logging
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.parser import BytesHeaderParser
from enum import StrEnum

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from notifications import heartbeat, lease, pace
from notifications.breaker import Circuit
from notifications.errors import LeaseLostError, TransportError
from notifications.heartbeat import Pulse
from notifications.lease import Claim, Content
from notifications.letters import AnyLetter
from notifications.mime import mailbox
from notifications.outbox import end
from notifications.reading import Reading
from notifications.recording import Answer, Writer, of_the_database, record
from notifications.transport import Transport

log = logging.getLogger(__name__)

Reader = Callable[[Session, Claim, datetime], Reading]
"""A mail as it is to be written now (`reading.read`, given what it needs). Called inside a transaction."""

Composer = Callable[[AnyLetter], bytes]
"""`compose.compose`, given its letterhead and directory."""

Buried = Callable[[Session, Claim, str], None]
"""Told, inside the transaction, of each mail that is given up, and why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """All that a worker works with.

    `worker` names the process, or the thread that works on its own. `return_path` gives the envelope sender of a
    delivery, by its id. `clock` gives aware times of the day; `steady` the time leases run by, which nobody sets (None:
    `clock`); `jitter` numbers from 0 up to 1; `pause` waits so many seconds. At most `per_minute` mails go in a minute,
    whoever sends them (None: any number).
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
    steady: Callable[[Session], datetime] | None = None
    pause: Callable[[float], object] = lambda seconds: threading.Event().wait(seconds)
    circuit: Circuit = field(default_factory=Circuit)
    per_minute: int | None = None
    lease: timedelta = timedelta(minutes=20)
    batch: int = 20

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


@dataclass(slots=True)
class _Run:
    """One run. `undotted` is a mail that may be marked as transmitting, though its final dot surely is not written."""

    desk: Desk
    stop: Callable[[], bool]
    fates: Counter[Fate] = field(default_factory=Counter)
    errors: list[tuple[str, str]] = field(default_factory=list)
    passing: bool = False
    undotted: str | None = None

    def goes_on(self) -> bool:
        return not self.stop() and not self.desk.circuit.breaker.broken


def run_once(desk: Desk, stop: Callable[[], bool] = lambda: False) -> Outcome:
    """Send all that is due now, each mail by itself: none falls with another.

    No transaction is open while the relay is spoken to. Ends early, after the mail in hand, when asked to `stop` or
    when the breaker opens, and by raising when the database fails; what the worker held and had not begun is given
    back. What a relay has answered is written down first, however long the database takes to come back.
    """
    run = _Run(desk, stop)
    _arrive(run)
    with desk.transport:
        try:
            _work(run)
        except BaseException:
            with suppress(SQLAlchemyError):
                _leave(run)
            raise
        _leave(run)
    return Outcome(**{fate.value: run.fates[fate] for fate in Fate}, errors=tuple(run.errors))


def _arrive(run: _Run) -> None:
    """Show up, give back what an earlier run left claimed, and take back what lost workers held."""
    desk = run.desk
    with desk.write() as session:
        now, steady = desk.clock(), desk.moment(session)
        run.passing = heartbeat.beat(session, desk.worker, steady)
        lease.release(session, desk.worker, now)
        run.fates[Fate.QUARANTINED] += lease.recover(session, now, steady, desk.worker)


def _leave(run: _Run) -> None:
    """Give back what was not begun; who was not there before the run is gone after it."""
    desk = run.desk
    with desk.write() as session:
        lease.release(session, desk.worker, desk.clock(), run.undotted)
        if run.passing:
            heartbeat.leave(session, desk.worker)
        else:
            heartbeat.beat(session, desk.worker, desk.moment(session))


def _work(run: _Run) -> None:
    while not run.stop() and (mails := _claim(run.desk)):
        for mail in mails:
            fate, error = _handle(run, mail)
            run.fates[fate] += 1
            run.errors += [(mail.id, error)] if error else []
            if not run.goes_on():
                return


def _claim(desk: Desk) -> tuple[Claim, ...]:
    """As many mails as relay and pace admit now."""
    with desk.write() as session:
        now, steady = desk.clock(), desk.moment(session)
        rooms = [desk.batch, desk.circuit.breaker.room(steady)]
        if desk.per_minute is not None:
            rooms.append(pace.room(desk.per_minute, *lease.recently(session, now - pace.MINUTE), now))
        limit = min(room for room in rooms if room is not None)
        return lease.claim(session, desk.worker, now, limit, steady + desk.lease) if limit else ()


def _handle(run: _Run, mail: Claim) -> tuple[Fate, str | None]:
    desk = run.desk
    try:
        reading = _read_again(desk, mail)
        if reading is None:
            return Fate.LOST, None
        if (letter := reading.letter) is None:
            return Fate.EXPIRED, None
        # what was never tried, since the machine was off, still goes
        if mail.message is not None and mail.deadline is not None and desk.clock() >= mail.deadline:
            return _give_up(desk, mail, "its deadline is over")
        message = None if reading.fallen and not mail.doubted else mail.message
        if message is None:
            message = desk.composer(letter)
            if not _store(desk, mail, message):
                return Fate.LOST, None
        envelope = (desk.return_path(mail.id), mailbox(mail.address).address, message)
    except Exception as error:
        if of_the_database(error):
            raise
        return _put_aside(desk, mail, f"cannot be written: {type(error).__name__}: {error}")
    return _send(run, mail, envelope, reading.told)


def _read_again(desk: Desk, mail: Claim) -> Reading | None:
    """Look at what the mail is about as it stands now, and end what has fallen: over, cancelled, moved.

    A mail that has nothing left to say is withdrawn. None: the mail is no longer ours.
    """
    now = desk.clock()
    with desk.write() as session:
        steady = desk.moment(session)
        if mail.id not in lease.renew(session, desk.worker, steady + desk.lease):
            return None
        heartbeat.beat(session, desk.worker, steady, mail.id)
        reading = desk.read(session, mail, now)
        end(session, reading.fallen, now, desk.worker)
        if reading.letter is None and not lease.withdraw(session, mail, now):
            return None
    return reading


def _store(desk: Desk, mail: Claim, message: bytes) -> bool:
    ident = str(BytesHeaderParser().parsebytes(message)["Message-ID"])
    with desk.write() as session:
        return lease.store_message(session, mail, desk.moment(session) + desk.lease, message, ident)


def _send(run: _Run, mail: Claim, envelope: tuple[str, str, bytes], told: Sequence[Content]) -> tuple[Fate, str | None]:
    desk = run.desk

    def before_dot() -> None:
        run.undotted = mail.id
        with desk.write() as session:
            if not lease.mark_transmitting(session, mail, desk.clock(), desk.moment(session) + desk.lease):
                raise LeaseLostError("another worker has taken this mail over")
        run.undotted = None

    def hold(session: Session) -> None:
        steady = desk.moment(session)
        lease.renew(session, desk.worker, steady + desk.lease)
        heartbeat.beat(session, desk.worker, steady, mail.id)

    try:
        with Pulse(desk.write, hold, desk.lease / 4)():
            desk.transport.send(*envelope, before_dot)
    except LeaseLostError as error:
        return Fate.LOST, str(error)
    except TransportError as error:
        return _not_sent(desk, mail, error)
    desk.circuit.breaker = desk.circuit.breaker.answered()
    kept = _record(desk, lambda session: lease.complete(session, mail, desk.clock(), told))
    return (Fate.SENT if kept else Fate.LOST), None


def _not_sent(desk: Desk, mail: Claim, error: TransportError) -> tuple[Fate, str | None]:
    now, said = desk.clock(), str(error)
    broken = desk.circuit.breaker
    desk.circuit.breaker = broken.failed(_record(desk, desk.moment)) if error.relay else broken.answered()
    again = pace.again_at(mail.attempt, desk.jitter(), now, mail.deadline)
    if error.permanent or again is None:
        return _give_up(desk, mail, said if error.permanent else f"its deadline is over: {said}")
    if error.doubtful:
        kept, fate = _record(desk, lambda session: lease.doubt(session, mail, now, again, said)), Fate.IN_DOUBT
    else:
        kept, fate = _record(desk, lambda session: lease.retry_later(session, mail, now, again, said)), Fate.RETRIED
    return (fate if kept else Fate.LOST), said


def _give_up(desk: Desk, mail: Claim, error: str) -> tuple[Fate, str | None]:
    def bury(session: Session) -> bool:
        return lease.give_up(session, mail, desk.clock(), error)

    def bury_and_tell(session: Session) -> bool:
        kept = bury(session)
        if kept:
            desk.buried(session, mail, error)
        return kept

    try:
        kept = _record(desk, bury_and_tell)
    except Exception as trouble:
        if of_the_database(trouble):
            raise
        log.exception("the office could not be told that the mail %s is given up", mail.id)
        kept = _record(desk, bury)
    return (Fate.DEAD if kept else Fate.LOST), error


def _put_aside(desk: Desk, mail: Claim, error: str) -> tuple[Fate, str | None]:
    kept = _record(desk, lambda session: lease.quarantine(session, mail, desk.clock(), error))
    return (Fate.QUARANTINED if kept else Fate.LOST), error


def _record(desk: Desk, change: Callable[[Session], Answer]) -> Answer:
    return record(desk.write, desk.pause, change)
