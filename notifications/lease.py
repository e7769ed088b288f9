"""How a worker takes mails, holds them and gives them back, in the caller's transaction; times are passed in.

Every step after `claim` is fenced: it does nothing, and says so by returning False, unless the worker still holds the
mail. A worker whose lease ran out has lost it to whoever claims next.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Update, and_, case, select, update
from sqlalchemy.orm import Session

from notifications import audit
from notifications.due import Reason, Slot, State
from notifications.outbox import Ending, end
from notifications.policy import Role
from notifications.tables import DELIVERY, REMINDER, DeliveryState

CRASHES = 3
"""A mail that was lost with its worker so often is poison, and is put aside alone."""

_WAITING = (DeliveryState.PENDING, DeliveryState.RETRY, DeliveryState.IN_DOUBT)
_HELD = (DeliveryState.CLAIMED, DeliveryState.TRANSMITTING)

_D = DELIVERY.c
_BACK = case(
    (_D.doubted, DeliveryState.IN_DOUBT.value),
    (_D.message.is_(None), DeliveryState.PENDING.value),
    else_=DeliveryState.RETRY.value,
)


@dataclass(frozen=True, slots=True)
class Claim:
    """A mail in a worker's hands. `message` is None until it has been composed.

    `doubted`: it was in doubt before, so its bytes never change again.
    """

    worker: str
    id: str
    address: str
    lang: str
    day: date
    attempt: int
    doubted: bool
    message: bytes | None


@dataclass(frozen=True, slots=True)
class Content:
    """One slot put into a mail. It may have ended since."""

    id: str
    slot: Slot
    role: Role
    state: State


def claim(session: Session, worker: str, now: datetime, limit: int, lease: timedelta) -> tuple[Claim, ...]:
    """Take up to `limit` mails whose time has come, longest waiting first.

    Several workers may claim at once and never get the same mail (FOR UPDATE SKIP LOCKED; SQLite has one writer at a
    time).
    """
    ready = select(_D.id).where(_D.state.in_(_WAITING), _D.next_try_at <= now).order_by(_D.next_try_at, _D.id)
    chosen = ready.limit(limit).with_for_update(skip_locked=True).cte("chosen")
    taken = session.execute(
        update(DELIVERY)
        .where(_D.id.in_(select(chosen.c.id)))
        .values(state=DeliveryState.CLAIMED, owner=worker, lease_until=now + lease, attempt=_D.attempt + 1)
        .returning(_D.id, _D.address, _D.lang, _D.day, _D.attempt, _D.doubted, _D.message)
    )
    mails = tuple(sorted((Claim(worker, *row) for row in taken), key=lambda mail: (mail.day, mail.id)))
    audit.write(session, audit.DELIVERY, [(m.id, DeliveryState.CLAIMED, None) for m in mails], now, worker)
    return mails


def recover(session: Session, now: datetime) -> int:
    """Take back the mails of workers whose lease ran out; returns how many were put aside as poison.

    In doubt: those whose final dot may have been written. Dead: those that were lost `CRASHES` times.
    """
    lost = and_(_D.state.in_(_HELD), _D.lease_until < now)
    again = {"crashes": _D.crashes + 1, "owner": None, "lease_until": None, "next_try_at": now}
    error = f"lost with its worker {CRASHES} times"
    poison = _take_back(session, now, and_(lost, _D.crashes >= CRASHES - 1), again | _dead(error))
    for ident in poison:
        _bury(session, ident, now)
    doubtful = and_(lost, _D.state == DeliveryState.TRANSMITTING)
    _take_back(session, now, doubtful, again | {"state": DeliveryState.IN_DOUBT, "doubted": True})
    _take_back(session, now, lost, again | {"state": _BACK})
    return len(poison)


def contents(session: Session, delivery: str) -> tuple[Content, ...]:
    """What was put into a mail, the most pressing first, ended or not."""
    r = REMINDER.c
    rows = session.execute(
        select(r.id, r.role, r.state, r.occurrence, r.step, r.counted_from, r.repeat, r.recipient, r.channel)
        .where(r.delivery_id == delivery)
        .order_by(r.counted_from, r.occurrence, r.step, r.recipient)
    )
    return tuple(Content(row.id, Slot(*row[3:]), Role(row.role), State(row.state)) for row in rows)


def thread(session: Session, address: str, occurrence: str) -> tuple[str, ...]:
    """Message-IDs of the mails to an address that told of an occurrence, oldest first."""
    r = REMINDER.c
    told = select(r.delivery_id).where(r.occurrence == occurrence, r.state.in_((State.SENT, State.COALESCED)))
    sent = select(_D.message_id).where(_D.address == address, _D.state == DeliveryState.SENT, _D.id.in_(told))
    return tuple(session.execute(sent.order_by(_D.sent_at, _D.id)).scalars())


def renew(session: Session, worker: str, until: datetime) -> frozenset[str]:
    """Hold all that a worker has claimed and not begun until `until`; returns the ids it still holds."""
    mine = update(DELIVERY).where(_D.owner == worker, _D.state == DeliveryState.CLAIMED)
    return frozenset(session.execute(mine.values(lease_until=until).returning(_D.id)).scalars())


def store_message(session: Session, mail: Claim, until: datetime, message: bytes, message_id: str) -> bool:
    """Keep the exact bytes of a claimed mail, and hold it until `until`."""
    return _hold(session, mail, {"message": message, "message_id": message_id, "lease_until": until})


def mark_transmitting(session: Session, mail: Claim, now: datetime, until: datetime) -> bool:
    """Note that the final dot is about to be written, and hold the mail until `until`."""
    return _hold(session, mail, {"state": DeliveryState.TRANSMITTING, "lease_until": until}) and _note(
        session, mail, DeliveryState.TRANSMITTING, now
    )


def complete(session: Session, mail: Claim, now: datetime, told: Sequence[Content]) -> bool:
    """The relay took the mail: its first slot is sent, the others are coalesced into that one."""
    if not _let_go(session, mail, {"state": DeliveryState.SENT, "sent_at": now, "last_error": None}):
        return False
    first, *others = told
    session.execute(update(REMINDER).where(REMINDER.c.id == first.id).values(state=State.SENT))
    audit.write(session, audit.REMINDER, [(first.id, State.SENT, None)], now, mail.worker)
    merged = [Ending(other.id, State.COALESCED, Reason.SAME_DAY, first.id) for other in others]
    end(session, merged, now, mail.worker)
    return _note(session, mail, DeliveryState.SENT, now)


def retry_later(session: Session, mail: Claim, now: datetime, again_at: datetime, error: str) -> bool:
    """The relay did not take the mail; the same bytes go again at `again_at`."""
    state = DeliveryState.IN_DOUBT if mail.doubted else DeliveryState.RETRY
    released = _let_go(session, mail, {"state": state, "next_try_at": again_at, "last_error": error})
    return released and _note(session, mail, state, now, error)


def doubt(session: Session, mail: Claim, now: datetime, again_at: datetime, error: str) -> bool:
    """The relay may have taken the mail: the same bytes, so the same Message-ID, go again at `again_at`."""
    values = {"state": DeliveryState.IN_DOUBT, "doubted": True, "next_try_at": again_at, "last_error": error}
    return _let_go(session, mail, values) and _note(session, mail, DeliveryState.IN_DOUBT, now, error)


def give_up(session: Session, mail: Claim, now: datetime, error: str) -> bool:
    """The mail will never be taken: it is dead, and its slots expire as undeliverable."""
    if not _let_go(session, mail, _dead(error)):
        return False
    _bury(session, mail.id, now)
    return _note(session, mail, DeliveryState.DEAD, now, error)


def withdraw(session: Session, mail: Claim, now: datetime) -> bool:
    """The mail has nothing left to say."""
    return _let_go(session, mail, {"state": DeliveryState.EXPIRED}) and _note(session, mail, DeliveryState.EXPIRED, now)


def release(session: Session, worker: str, now: datetime) -> int:
    """Give back, untouched, all that a worker claimed and did not begin; returns how many."""
    mine = and_(_D.owner == worker, _D.state == DeliveryState.CLAIMED)
    return len(_take_back(session, now, mine, {"state": _BACK, "owner": None, "lease_until": None}))


def _dead(error: str) -> dict[str, Any]:
    return {"state": DeliveryState.DEAD, "last_error": error}


def _hold(session: Session, mail: Claim, values: dict[str, Any]) -> bool:
    mine = (_D.id == mail.id, _D.owner == mail.worker, _D.state == DeliveryState.CLAIMED)
    return _changed(session, update(DELIVERY).where(*mine).values(values))


def _let_go(session: Session, mail: Claim, values: dict[str, Any]) -> bool:
    mine = (_D.id == mail.id, _D.owner == mail.worker, _D.state.in_(_HELD))
    freed = values | {"owner": None, "lease_until": None}
    return _changed(session, update(DELIVERY).where(*mine).values(freed))


def _changed(session: Session, statement: Update) -> bool:
    return session.execute(statement.returning(_D.id)).first() is not None


def _note(session: Session, mail: Claim, state: DeliveryState, now: datetime, detail: str | None = None) -> bool:
    audit.write(session, audit.DELIVERY, [(mail.id, state, detail)], now, mail.worker)
    return True


def _take_back(session: Session, now: datetime, which: ColumnElement[bool], values: dict[str, Any]) -> list[str]:
    rows = session.execute(update(DELIVERY).where(which).values(values).returning(_D.id, _D.state)).all()
    audit.write(session, audit.DELIVERY, [(row.id, row.state, "taken back") for row in rows], now)
    return [row.id for row in rows]


def _bury(session: Session, delivery: str, now: datetime) -> None:
    r = REMINDER.c
    left = session.execute(select(r.id).where(r.delivery_id == delivery, r.state == State.PENDING)).scalars()
    end(session, [Ending(ident, State.EXPIRED, Reason.UNDELIVERABLE) for ident in left], now)
