"""What enters the mail store: reminders, and the mails they go into. Takes part in the caller's transaction."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Row, and_, bindparam, or_, select, update
from sqlalchemy.orm import Session

from notifications import audit, bulk
from notifications.due import Reason, Reminder, State
from notifications.idents import namer
from notifications.tables import DAILY, DELIVERY, REMINDER, DeliveryState

MANY = 2_000
"""For more occurrences or addresses all that waits is looked through, rather than each looked for."""

SHORTEST = timedelta(days=3)
"""How long a scheduled mail is tried at the least, however soon the day comes that it speaks of."""

AT_ONCE_FOR = timedelta(days=14)
"""How long a mail that is sent at once is tried."""

_named = namer("0b1f6bd6-31b8-5f0b-8f3e-6c75616e7068")

_TOLD = (Reason.SAME_DAY, Reason.UNDELIVERABLE)
_REWRITABLE = (DeliveryState.PENDING, DeliveryState.RETRY, DeliveryState.CLAIMED)
_UNTOUCHED = and_(DELIVERY.c.state == DeliveryState.PENDING, DELIVERY.c.message_id.is_(None))
_UNSENT = and_(DELIVERY.c.state.in_((DeliveryState.PENDING, DeliveryState.RETRY)), DELIVERY.c.doubted.is_(False))


@dataclass(frozen=True, slots=True)
class Enqueued:
    """How much was new: slots written, mails opened, and unsent slots that ended (moved, coalesced or past).

    `held`: occurrences of which a slot was in a worker's hands; what became of it was not looked at.
    """

    reminders: int
    deliveries: int
    ended: int
    held: frozenset[str] = frozenset()


class Ending(NamedTuple):
    """How an unsent slot ends; `merged_into` is the slot that speaks for it."""

    id: str
    state: State
    reason: Reason
    merged_into: str | None = None


def delivery_id(address: str, day: date, batch: str = DAILY) -> str:
    """32 hexadecimal digits that name the mail to an address on a day (RFC 9562, version 5)."""
    return _named(f"{address}\n{day}\n{batch}")


def enqueue(session: Session, reminders: Iterable[Reminder], day: date, now: datetime) -> Enqueued:
    """Write the slots that `due.due` gave on `day`; those already known stay as they are. Calling twice adds nothing.

    - A pending slot goes into the address's mail of `day`. When that mail is already on its way, the slot waits,
      pending and without a mail, for a call on a later day: one mail a person and day.
    - Unsent slots of earlier days move into the new mail to the same address, and their old mail expires.
    - What is coalesced only because of the day is taken as pending: which slot carries the mail is settled on sending.
    - An unsent slot ends when a later step, the past or a moved date overtakes it.

    The caller holds the writer's lock, so that what is not there stays so.
    """
    given = {reminder.slot.id: reminder for reminder in reminders}
    fresh = _fresh(session, given)
    rows, held = _unsent(session, {reminder.slot.occurrence for reminder in given.values()})
    endings = tuple(_endings(rows, given))
    end(session, endings, now)
    homeless = [given[row.id] for row in rows if row.delivery_id is None and row.id in given]
    waiting = [reminder for reminder in (*homeless, *fresh.values()) if _mailable(reminder)]
    opened, ready = _open(session, waiting, day, now)
    _write(session, fresh, ready, now)
    _join(session, [(r.slot.id, ready[r.address]) for r in homeless if _mailable(r) and r.address in ready])
    _supersede(session, ready, day, now)
    return Enqueued(reminders=len(fresh), deliveries=opened, ended=len(endings), held=held)


def enqueue_now(session: Session, reminders: Iterable[Reminder], batch: str, day: date, now: datetime) -> Enqueued:
    """Write what is told at once, in a mail of its own for each address: the mail of this `batch`.

    Slots already known stay as they are; a batch is used once. Calling twice adds nothing.
    """
    given = {reminder.slot.id: reminder for reminder in reminders}
    fresh = _fresh(session, given)
    langs = {reminder.address: reminder.lang for reminder in fresh.values() if _mailable(reminder)}
    mails = {address: delivery_id(address, day, batch) for address in langs}
    there = bulk.known(session, DELIVERY, mails.values())
    deadline = _midnight(day) + AT_ONCE_FOR
    new = (address for address in sorted(mails) if mails[address] not in there)
    rows = [_mail(mails[address], address, langs[address], day, now, deadline, batch) for address in new]
    _post(session, rows, now)
    _write(session, fresh, mails, now)
    return Enqueued(reminders=len(fresh), deliveries=len(rows), ended=0)


def readdress(session: Session, recipient: str, address: str) -> int:
    """Take what waits for a day's mail to a reader out of it, for the next mail to their new address; returns how much.

    What is on its way already goes to the old one.
    """
    waiting = select(DELIVERY.c.id).where(DELIVERY.c.batch == DAILY, _UNSENT)
    theirs = (REMINDER.c.recipient == recipient, REMINDER.c.state == State.PENDING)
    free = or_(REMINDER.c.delivery_id.is_(None), REMINDER.c.delivery_id.in_(waiting))
    moved = update(REMINDER).where(*theirs, free).values(address=address, delivery_id=None)
    return len(session.execute(moved.returning(REMINDER.c.id)).all())


def end(session: Session, endings: Sequence[Ending], now: datetime, worker: str | None = None) -> None:
    """Write how unsent slots end. A slot that has ended already stays as it is.

    A slot that ends untold leaves its mail, which then has to be written anew unless it was ever in doubt.
    """
    if not endings:
        return
    pending = (REMINDER.c.id == bindparam("slot"), REMINDER.c.state == State.PENDING)
    values: dict[str, Any] = {
        "state": bindparam("to"),
        "reason": bindparam("because"),
        "merged_into": bindparam("into"),
    }
    session.execute(
        update(REMINDER).where(*pending).values(values),
        [{"slot": e.id, "to": e.state, "because": e.reason, "into": e.merged_into} for e in endings],
    )
    for slots in bulk.parted([ending.id for ending in endings if ending.reason not in _TOLD]):
        left = (bulk.among(session, REMINDER.c.id, slots), REMINDER.c.state != State.SENT)
        mails = select(REMINDER.c.delivery_id).where(*left)
        stale = (DELIVERY.c.id.in_(mails), DELIVERY.c.state.in_(_REWRITABLE), DELIVERY.c.doubted.is_(False))
        session.execute(update(DELIVERY).where(*stale).values(message_id=None))
        session.execute(update(REMINDER).where(*left).values(delivery_id=None))
    audit.write(session, audit.REMINDER, [(e.id, e.state, e.reason) for e in endings], now, worker)


def _mailable(reminder: Reminder) -> bool:
    return reminder.state is State.PENDING or reminder.reason is Reason.SAME_DAY


def _fresh(session: Session, given: Mapping[str, Reminder]) -> dict[str, Reminder]:
    """Those whose slots are not known yet."""
    there = bulk.known(session, REMINDER, given)
    return {ident: reminder for ident, reminder in given.items() if ident not in there}


def _write(session: Session, fresh: Mapping[str, Reminder], mails: Mapping[str, str], now: datetime) -> None:
    """Write new slots, those that are to be told in the mail to their address, if there is one."""
    if fresh:
        bulk.insert(session, REMINDER, _COLUMNS, (_row(ident, each, mails) for ident, each in fresh.items()))
        audit.write(session, audit.REMINDER, ((ident, *_state(each)) for ident, each in fresh.items()), now)


_COLUMNS = (
    "id", "occurrence", "step", "counted_from", "repeat", "recipient", "organisation", "channel", "address", "role",
    "send_on", "state", "reason", "merged_into", "delivery_id", "detail",
)  # fmt: skip


def _row(ident: str, reminder: Reminder, mails: Mapping[str, str]) -> tuple[Any, ...]:
    slot, into = reminder.slot, reminder.into
    waits = _mailable(reminder)
    return (
        ident,
        slot.occurrence,
        str(slot.step),
        slot.counted_from,
        slot.repeat,
        slot.recipient,
        reminder.organisation,
        slot.channel,
        reminder.address,
        reminder.role.value,
        reminder.send_on,
        *_state(reminder),
        None if waits or into is None else into.id,
        mails.get(reminder.address) if waits else None,
        reminder.detail,
    )


def _state(reminder: Reminder) -> tuple[str, str | None]:
    if _mailable(reminder):
        return State.PENDING.value, None
    return reminder.state.value, None if reminder.reason is None else reminder.reason.value


def _unsent(session: Session, occurrences: Collection[str]) -> tuple[list[Row[Any]], frozenset[str]]:
    """Pending slots of these occurrences that no worker holds, and the occurrences of those that one does.

    The mails of the former stay locked until the caller commits.
    """
    c = REMINDER.c
    every = select(REMINDER).where(c.state == State.PENDING)
    some = (every.where(bulk.among(session, c.occurrence, keys)) for keys in bulk.parted(occurrences))
    free: list[Row[Any]] = []
    held: set[str] = set()
    for pending in some if len(occurrences) <= MANY else (every,):
        mails = select(DELIVERY.c.id).where(_UNSENT, DELIVERY.c.id.in_(pending.with_only_columns(c.delivery_id)))
        locked = set(session.execute(mails.order_by(DELIVERY.c.id).with_for_update()).scalars())
        for row in session.execute(pending.execution_options(yield_per=bulk.MANY)):
            if row.occurrence not in occurrences:
                continue
            if row.delivery_id is None or row.delivery_id in locked:
                free.append(row)
            else:
                held.add(row.occurrence)
    return free, frozenset(held)


def _endings(rows: Sequence[Row[Any]], given: Mapping[str, Reminder]) -> Iterator[Ending]:
    now_counted = {_nameplate(reminder.slot) for reminder in given.values()} if rows else set()
    for row in rows:
        reminder = given.get(row.id)
        if reminder is None and _nameplate(row) in now_counted:
            yield Ending(row.id, State.EXPIRED, Reason.MOVED)
        elif reminder is not None and reminder.reason is not None and not _mailable(reminder):
            yield Ending(row.id, reminder.state, reminder.reason, reminder.into.id if reminder.into else None)


def _nameplate(slot: Any) -> tuple[str, str, int, str, str]:
    """A slot without the day it is counted from."""
    return slot.occurrence, slot.step, slot.repeat, slot.recipient, slot.channel


def _open(session: Session, waiting: Iterable[Reminder], day: date, now: datetime) -> tuple[int, dict[str, str]]:
    """Each address's mail of `day`; returns how many are new, and those that take more in, by address."""
    first: dict[str, Reminder] = {}
    lasts: dict[str, date] = {}
    for reminder in waiting:
        address, last = reminder.address, max(day + SHORTEST, reminder.slot.counted_from)
        if address not in first or reminder.slot < first[address].slot:
            first[address] = reminder
        lasts[address] = max(lasts.get(address, last), last)
    mails = {address: delivery_id(address, day) for address in sorted(first)}
    busy = set(bulk.known(session, DELIVERY, mails.values()))
    new = [a for a, ident in mails.items() if ident not in busy]
    _post(session, [_mail(mails[a], a, first[a].lang, day, now, _midnight(lasts[a])) for a in new], now)
    for idents in bulk.parted(busy):
        untouched = (
            select(DELIVERY.c.id).where(bulk.among(session, DELIVERY.c.id, idents), _UNTOUCHED).order_by(DELIVERY.c.id)
        )
        busy -= set(session.execute(untouched.with_for_update()).scalars())
    return len(new), {address: ident for address, ident in mails.items() if ident not in busy}


_MAIL = (
    "id", "address", "lang", "day", "batch", "state", "attempt", "crashes", "doubted", "next_try_at", "created_at",
    "deadline",
)  # fmt: skip


def _mail(
    ident: str, address: str, lang: str, day: date, now: datetime, deadline: datetime, batch: str = DAILY
) -> tuple[Any, ...]:
    return ident, address, lang, day, batch, DeliveryState.PENDING.value, 0, 0, False, now, now, deadline


def _post(session: Session, rows: Sequence[tuple[Any, ...]], now: datetime) -> None:
    """Open new mails."""
    if not rows:
        return
    bulk.insert(session, DELIVERY, _MAIL, rows)
    audit.write(session, audit.DELIVERY, [(row[0], DeliveryState.PENDING.value, None) for row in rows], now)


def _midnight(day: date) -> datetime:
    """The end of a day, roughly: the mail's deadline need not know the reader's zone."""
    return datetime.combine(day + timedelta(days=1), time(), UTC)


def _join(session: Session, joining: Sequence[tuple[str, str]]) -> None:
    if joining:
        statement = update(REMINDER).where(REMINDER.c.id == bindparam("slot")).values(delivery_id=bindparam("mail"))
        session.execute(statement, [{"slot": slot, "mail": mail} for slot, mail in joining])


def _supersede(session: Session, mails: Mapping[str, str], day: date, now: datetime) -> None:
    """Empty earlier unsent mails into today's, so that a relay's long silence ends in one mail, not in a flood."""
    d = DELIVERY.c
    every = select(d.id, d.address).where(d.batch == DAILY, d.day < day, _UNSENT).order_by(d.id).with_for_update()
    some = (every.where(bulk.among(session, d.address, part)) for part in bulk.parted(mails))
    for older in some if len(mails) <= MANY else (every,):
        for row in session.execute(older).all():
            if row.address not in mails:
                continue
            left = (REMINDER.c.delivery_id == row.id, REMINDER.c.state == State.PENDING)
            session.execute(update(REMINDER).where(*left).values(delivery_id=mails[row.address]))
            session.execute(update(DELIVERY).where(d.id == row.id).values(state=DeliveryState.EXPIRED))
            audit.write(session, audit.DELIVERY, [(row.id, DeliveryState.EXPIRED, mails[row.address])], now)
