"""One run of a worker: mails whose time has come are looked at again, written, sent, and accounted for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from email.parser import BytesHeaderParser
from enum import StrEnum

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from notifications import lease
from notifications.advice import Item
from notifications.compose import Letter
from notifications.due import Reason, State, standing
from notifications.errors import LeaseLostError, TransportError
from notifications.lease import Claim, Content
from notifications.mime import mailbox
from notifications.outbox import Ending, end
from notifications.policy import Policy, Role
from notifications.transport import Transport
from scheduler.occurrence import Record

Writer = Callable[[], AbstractContextManager[Session]]
"""A session whose changes are stored together when its block ends, and not at all when it raises."""

Lookup = Callable[[Session, Collection[str]], Mapping[str, Record]]
"""The occurrences that have these keys; unknown keys are left out."""

Composer = Callable[[Letter], bytes]
"""`compose.compose`, given its letterhead and directory."""

FIRST_BACKOFF, LAST_BACKOFF = timedelta(minutes=5), timedelta(minutes=50)


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """All that a worker works with.

    `clock` gives aware times, `zone` says whose day it is, `jitter` numbers from 0 up to 1. `lease` must outlast the
    longest wait for one relay (its final dot: ten minutes), since it is renewed before every mail.
    """

    write: Writer
    lookup: Lookup
    policy: Policy
    composer: Composer
    transport: Transport
    sender: str
    worker: str
    clock: Callable[[], datetime]
    zone: tzinfo
    jitter: Callable[[], float]
    lease: timedelta = timedelta(minutes=20)
    batch: int = 20


class Fate(StrEnum):
    """What became of one mail in this run."""

    SENT = "sent"
    RETRIED = "retried"
    DEAD = "dead"
    IN_DOUBT = "in_doubt"
    EXPIRED = "expired"
    LOST = "lost"  # another worker took it over


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How many mails ended how. `expired` had nothing left to say; `retried` and `in_doubt` go again later.

    `errors` pairs each mail that was not sent with what went wrong.
    """

    sent: int
    retried: int
    dead: int
    in_doubt: int
    expired: int
    lost: int
    errors: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class _Reading:
    """A mail as it is to be written now: what it tells, and whether something has fallen out of it."""

    letter: Letter
    told: tuple[Content, ...]
    changed: bool


def run_once(desk: Desk) -> Outcome:
    """Send all that is due now, each mail by itself: none falls with another.

    No transaction is open while the relay is spoken to. Only an error of the database ends a run early; what the
    worker held and had not begun is given back.
    """
    fates: Counter[Fate] = Counter()
    errors: list[tuple[str, str]] = []
    with desk.write() as session:
        fates[Fate.DEAD] += lease.recover(session, desk.clock())
    try:
        with desk.transport:
            while mails := _claim(desk):
                for mail in mails:
                    fate, error = _handle(desk, mail)
                    fates[fate] += 1
                    errors += [(mail.id, error)] if error else []
    except BaseException:
        with suppress(SQLAlchemyError), desk.write() as session:
            lease.release(session, desk.worker, desk.clock())
        raise
    return Outcome(**{fate.value: fates[fate] for fate in Fate}, errors=tuple(errors))


def backoff(attempt: int, jitter: float) -> timedelta:
    """How long to wait after the `attempt`-th try: 5 minutes doubled each time, up to 50, and up to a third more."""
    base = min(FIRST_BACKOFF * (1 << min(attempt - 1, 10)), LAST_BACKOFF)
    return base * (1 + jitter / 3)


def _claim(desk: Desk) -> tuple[Claim, ...]:
    with desk.write() as session:
        return lease.claim(session, desk.worker, desk.clock(), desk.batch, desk.lease)


def _handle(desk: Desk, mail: Claim) -> tuple[Fate, str | None]:
    try:
        reading = _read_again(desk, mail)
        if isinstance(reading, Fate):
            return reading, None
        message = mail.message
        if message is None or (reading.changed and not mail.doubted):
            message = desk.composer(reading.letter)
            if not _store(desk, mail, message):
                return Fate.LOST, None
        recipient = mailbox(mail.address).address
    except SQLAlchemyError:
        raise
    except Exception as error:  # noqa: BLE001 - whatever is wrong with one mail must not stop the others
        return _give_up(desk, mail, f"cannot be written: {type(error).__name__}: {error}")
    return _send(desk, mail, recipient, message, reading.told)


def _read_again(desk: Desk, mail: Claim) -> _Reading | Fate:
    """Look at what the mail is about as it stands now, and end what has fallen: over, cancelled, moved."""
    now = desk.clock()
    local = now.astimezone(desk.zone)
    with desk.write() as session:
        if mail.id not in lease.renew(session, desk.worker, now + desk.lease):
            return Fate.LOST
        pending = [content for content in lease.contents(session, mail.id) if content.state is State.PENDING]
        records = desk.lookup(session, {content.slot.occurrence for content in pending})
        told, fallen = _judge(pending, records, desk.policy, local.date())
        end(session, fallen, now, desk.worker)
        if not told:
            lease.withdraw(session, mail, now)
            return Fate.EXPIRED
        items = _one_each(told.values())
        thread = lease.thread(session, mail.address, items[0].record.occurrence.key) if len(items) == 1 else ()
    letter = Letter(
        delivery=mail.id,
        address=mail.address,
        lang=mail.lang,
        day=local.date(),
        written_at=local,
        items=items,
        thread=thread,
    )
    return _Reading(letter, tuple(told), changed=bool(fallen))


def _judge(
    contents: Iterable[Content], records: Mapping[str, Record], policy: Policy, today: date
) -> tuple[dict[Content, Item], list[Ending]]:
    """What still stands, in order, and what has fallen."""
    told: dict[Content, Item] = {}
    fallen: list[Ending] = []
    for content in contents:
        slot, record = content.slot, records.get(content.slot.occurrence)
        step = standing(record, slot, policy, today)
        if record is None or isinstance(step, Reason):
            reason = step if isinstance(step, Reason) else Reason.GONE
            fallen.append(Ending(content.id, State.EXPIRED, reason))
        else:
            told[content] = Item(
                record=record, step=step, counted_from=slot.counted_from, recipient=slot.recipient, role=content.role
            )
    return told, fallen


def _one_each(items: Iterable[Item]) -> tuple[Item, ...]:
    """Each occurrence once, in its latest step and the reader's strongest role."""
    best: dict[str, Item] = {}
    roles = list(Role)
    for item in items:
        key = item.record.occurrence.key
        rival = best.setdefault(key, item)
        if (item.step.days, roles.index(item.role)) < (rival.step.days, roles.index(rival.role)):
            best[key] = item
    return tuple(best.values())


def _store(desk: Desk, mail: Claim, message: bytes) -> bool:
    ident = str(BytesHeaderParser().parsebytes(message)["Message-ID"])
    with desk.write() as session:
        return lease.store_message(session, mail, desk.clock() + desk.lease, message, ident)


def _send(desk: Desk, mail: Claim, recipient: str, message: bytes, told: Sequence[Content]) -> tuple[Fate, str | None]:
    def before_dot() -> None:
        now = desk.clock()
        with desk.write() as session:
            if not lease.mark_transmitting(session, mail, now, now + desk.lease):
                raise LeaseLostError("another worker has taken this mail over")

    try:
        desk.transport.send(desk.sender, recipient, message, before_dot)
    except LeaseLostError as error:
        return Fate.LOST, str(error)
    except TransportError as error:
        return _not_sent(desk, mail, error)
    with desk.write() as session:
        kept = lease.complete(session, mail, desk.clock(), told)
    return (Fate.SENT, None) if kept else (Fate.LOST, "sent, but another worker had taken it over")


def _not_sent(desk: Desk, mail: Claim, error: TransportError) -> tuple[Fate, str | None]:
    if error.permanent:
        return _give_up(desk, mail, str(error))
    now = desk.clock()
    again_at = now + backoff(mail.attempt, desk.jitter())
    with desk.write() as session:
        if error.doubtful:
            kept = lease.doubt(session, mail, now, again_at, str(error))
        else:
            kept = lease.retry_later(session, mail, now, again_at, str(error))
    fate = Fate.IN_DOUBT if error.doubtful else Fate.RETRIED
    return (fate if kept else Fate.LOST), str(error)


def _give_up(desk: Desk, mail: Claim, error: str) -> tuple[Fate, str | None]:
    with desk.write() as session:
        kept = lease.give_up(session, mail, desk.clock(), error)
    return (Fate.DEAD if kept else Fate.LOST), error
