"""What enters the mail store: reminders, and the mails they go into. Takes part in the caller's transaction."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NamedTuple
from uuid import UUID, uuid5

from sqlalchemy import Row, Table, and_, bindparam, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from notifications import audit
from notifications.due import Reason, Reminder, State
from notifications.tables import DAILY, DELIVERY, REMINDER, DeliveryState

CHUNK = 500
"""Ids asked for in one statement."""

SHORTEST = timedelta(days=3)
"""How long a scheduled mail is tried at the least, however soon the day comes that it speaks of."""

AT_ONCE_FOR = timedelta(days=14)
"""How long a mail that is sent at once is tried."""

_NAMESPACE = UUID("0b1f6bd6-31b8-5f0b-8f3e-6c75616e7068")

_TOLD = (Reason.SAME_DAY, Reason.UNDELIVERABLE)
_REWRITABLE = (DeliveryState.PENDING, DeliveryState.RETRY, DeliveryState.CLAIMED)
_UNTOUCHED = and_(DELIVERY.c.state == DeliveryState.PENDING, DELIVERY.c.message.is_(None))
_UNSENT = and_(DELIVERY.c.state.in_((DeliveryState.PENDING, DeliveryState.RETRY)), DELIVERY.c.doubted.is_(False))


@dataclass(frozen=True, slots=True)
class Enqueued:
    """How much was new: slots written, mails opened, and unsent slots that ended (moved, coalesced or past)."""

    reminders: int
    deliveries: int
    ended: int


class Ending(NamedTuple):
    """How an unsent slot ends; `merged_into` is the slot that speaks for it."""

    id: str
    state: State
    reason: Reason
    merged_into: str | None = None


def delivery_id(address: str, day: date, batch: str = DAILY) -> str:
    """32 hexadecimal digits that name the mail to an address on a day (RFC 9562, version 5)."""
    return uuid5(_NAMESPACE, f"{address}\n{day}\n{batch}").hex


def enqueue(session: Session, reminders: Iterable[Reminder], day: date, now: datetime) -> Enqueued:
    """Write the slots that `due.due` gave on `day`; those already known stay as they are. Calling twice adds nothing.

    - A pending slot goes into the address's mail of `day`. When that mail is already on its way, the slot waits,
      pending and without a mail, for a call on a later day: one mail a person and day.
    - Unsent slots of earlier days move into the new mail to the same address, and their old mail expires.
    - What is coalesced only because of the day is taken as pending: which slot carries the mail is settled on sending.
    - An unsent slot ends when a later step, the past or a moved date overtakes it.
    """
    given = {reminder.slot.id: reminder for reminder in reminders}
    values = {ident: _values(ident, reminder) for ident, reminder in given.items()}
    fresh = insert_new(session, REMINDER, list(values.values()))
    audit.write(session, audit.REMINDER, [(i, values[i]["state"], values[i]["reason"]) for i in fresh], now)
    rows = list(_unsent(session, {reminder.slot.occurrence for reminder in given.values()}))
    endings = tuple(_endings(rows, given))
    end(session, endings, now)
    homeless = (given[row.id] for row in rows if row.delivery_id is None and row.id in given)
    opened = _fill(session, [reminder for reminder in homeless if _mailable(reminder)], day, now)
    return Enqueued(reminders=len(fresh), deliveries=opened, ended=len(endings))


def enqueue_now(session: Session, reminders: Iterable[Reminder], batch: str, day: date, now: datetime) -> Enqueued:
    """Write what is told at once, in a mail of its own for each address: the mail of this `batch`.

    Slots already known stay as they are; a batch is used once. Calling twice adds nothing.
    """
    given = {reminder.slot.id: reminder for reminder in reminders}
    values = {ident: _values(ident, reminder) for ident, reminder in given.items()}
    fresh = insert_new(session, REMINDER, list(values.values()))
    audit.write(session, audit.REMINDER, [(i, values[i]["state"], values[i]["reason"]) for i in fresh], now)
    waiting = [given[ident] for ident in fresh if _mailable(given[ident])]
    langs = {reminder.address: reminder.lang for reminder in waiting}
    mails = {address: delivery_id(address, day, batch) for address in langs}
    deadline = _midnight(day) + AT_ONCE_FOR
    rows = [_mail(mails[a], a, langs[a], day, now) | {"batch": batch, "deadline": deadline} for a in sorted(mails)]
    opened = insert_new(session, DELIVERY, rows)
    audit.write(session, audit.DELIVERY, [(ident, DeliveryState.PENDING, None) for ident in opened], now)
    _join(session, [(r.slot.id, mails[r.address]) for r in waiting])
    return Enqueued(reminders=len(fresh), deliveries=len(opened), ended=0)


def readdress(session: Session, recipient: str, address: str) -> int:
    """Take what waits for a day's mail to a reader out of it, for the next mail to their new address; returns how much.

    What is on its way already goes to the old one.
    """
    waiting = select(DELIVERY.c.id).where(DELIVERY.c.batch == DAILY, _UNSENT)
    theirs = (REMINDER.c.recipient == recipient, REMINDER.c.state == State.PENDING)
    free = or_(REMINDER.c.delivery_id.is_(None), REMINDER.c.delivery_id.in_(waiting))
    moved = update(REMINDER).where(*theirs, free).values(address=address, delivery_id=None)
    return len(session.execute(moved.returning(REMINDER.c.id)).all())


def insert_new(session: Session, table: Table, rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """Insert what is not there yet (ON CONFLICT DO NOTHING); returns the ids of the rows that were new."""
    if not rows:
        return []
    make = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    statement = make(table).on_conflict_do_nothing().returning(table.c.id)
    return list(session.execute(statement, rows).scalars())


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
    for slots in _chunks([ending.id for ending in endings if ending.reason not in _TOLD]):
        left = (REMINDER.c.id.in_(slots), REMINDER.c.state != State.SENT)
        mails = select(REMINDER.c.delivery_id).where(*left)
        stale = (DELIVERY.c.id.in_(mails), DELIVERY.c.state.in_(_REWRITABLE), DELIVERY.c.doubted.is_(False))
        session.execute(update(DELIVERY).where(*stale).values(message=None, message_id=None))
        session.execute(update(REMINDER).where(*left).values(delivery_id=None))
    audit.write(session, audit.REMINDER, [(e.id, e.state, e.reason) for e in endings], now, worker)


def _mailable(reminder: Reminder) -> bool:
    return reminder.state is State.PENDING or reminder.reason is Reason.SAME_DAY


def _values(ident: str, reminder: Reminder) -> dict[str, Any]:
    slot, waits = reminder.slot, _mailable(reminder)
    return {
        "id": ident,
        "occurrence": slot.occurrence,
        "step": slot.step,
        "counted_from": slot.counted_from,
        "repeat": slot.repeat,
        "recipient": slot.recipient,
        "organisation": reminder.organisation,
        "channel": slot.channel,
        "address": reminder.address,
        "role": reminder.role,
        "send_on": reminder.send_on,
        "state": State.PENDING if waits else reminder.state,
        "reason": None if waits else reminder.reason,
        "merged_into": None if waits or reminder.into is None else reminder.into.id,
        "delivery_id": None,
        "detail": reminder.detail,
    }


def _unsent(session: Session, occurrences: Iterable[str]) -> Iterator[Row[Any]]:
    """Pending slots of these occurrences that no worker holds; their mails stay locked until the caller commits."""
    c = REMINDER.c
    for keys in _chunks(sorted(occurrences)):
        pending = select(REMINDER).where(c.occurrence.in_(keys), c.state == State.PENDING)
        mails = select(DELIVERY.c.id).where(_UNSENT, DELIVERY.c.id.in_(pending.with_only_columns(c.delivery_id)))
        locked = session.execute(mails.order_by(DELIVERY.c.id).with_for_update()).scalars().all()
        yield from session.execute(pending.where(or_(c.delivery_id.is_(None), c.delivery_id.in_(locked))))


def _endings(rows: Iterable[Row[Any]], given: Mapping[str, Reminder]) -> Iterator[Ending]:
    now_counted = {_nameplate(reminder.slot) for reminder in given.values()}
    for row in rows:
        reminder = given.get(row.id)
        if reminder is None and _nameplate(row) in now_counted:
            yield Ending(row.id, State.EXPIRED, Reason.MOVED)
        elif reminder is not None and reminder.reason is not None and not _mailable(reminder):
            yield Ending(row.id, reminder.state, reminder.reason, reminder.into.id if reminder.into else None)


def _nameplate(slot: Any) -> tuple[str, str, int, str, str]:
    """A slot without the day it is counted from."""
    return slot.occurrence, slot.step, slot.repeat, slot.recipient, slot.channel


def _fill(session: Session, waiting: Sequence[Reminder], day: date, now: datetime) -> int:
    """Put waiting slots, and unsent ones of earlier days, into each address's mail of `day`; returns mails opened."""
    langs = {reminder.address: reminder.lang for reminder in sorted(waiting, key=lambda r: r.slot, reverse=True)}
    mails = {address: delivery_id(address, day) for address in langs}
    deadlines: dict[str, date] = {}
    for reminder in waiting:
        last = max(day + SHORTEST, reminder.slot.counted_from)
        deadlines[reminder.address] = max(deadlines.get(reminder.address, last), last)
    rows = [_mail(mails[a], a, langs[a], day, now) | {"deadline": _midnight(deadlines[a])} for a in sorted(mails)]
    opened = insert_new(session, DELIVERY, rows)
    audit.write(session, audit.DELIVERY, [(ident, DeliveryState.PENDING, None) for ident in opened], now)
    ready: set[str] = set()
    for idents in _chunks(sorted(mails.values())):
        untouched = select(DELIVERY.c.id).where(DELIVERY.c.id.in_(idents), _UNTOUCHED).order_by(DELIVERY.c.id)
        ready.update(session.execute(untouched.with_for_update()).scalars())
    joining = [(r.slot.id, mails[r.address]) for r in waiting if mails[r.address] in ready]
    _join(session, joining)
    _supersede(session, {a: m for a, m in mails.items() if m in ready}, day, now)
    return len(opened)


def _mail(ident: str, address: str, lang: str, day: date, now: datetime) -> dict[str, Any]:
    return {
        "id": ident,
        "address": address,
        "lang": lang,
        "day": day,
        "batch": DAILY,
        "state": DeliveryState.PENDING,
        "attempt": 0,
        "crashes": 0,
        "doubted": False,
        "next_try_at": now,
        "created_at": now,
    }


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
    for addresses in _chunks(sorted(mails)):
        older = select(d.id, d.address).where(d.address.in_(addresses), d.batch == DAILY, d.day < day, _UNSENT)
        for row in session.execute(older.order_by(d.id).with_for_update()).all():
            left = (REMINDER.c.delivery_id == row.id, REMINDER.c.state == State.PENDING)
            session.execute(update(REMINDER).where(*left).values(delivery_id=mails[row.address]))
            session.execute(update(DELIVERY).where(d.id == row.id).values(state=DeliveryState.EXPIRED))
            audit.write(session, audit.DELIVERY, [(row.id, DeliveryState.EXPIRED, mails[row.address])], now)


def _chunks(values: Sequence[str]) -> Iterator[Sequence[str]]:
    return (values[start : start + CHUNK] for start in range(0, len(values), CHUNK))
