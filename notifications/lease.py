"""How a worker takes mails, holds them and gives them back, in the caller's transaction; times are passed in.

Every step after `claim` is fenced: it does nothing, and says so by returning False, unless the worker still holds the
mail. A worker whose lease ran out has lost it to whoever claims next.

Leases run by a clock of their own (`steady`, `until`), which nobody sets: the database's, where it has one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, Update, and_, case, func, or_, select, update
from sqlalchemy.orm import Session

from notifications import audit
from notifications.due import Reason, Slot, State
from notifications.outbox import Ending, end
from notifications.pace import STEADY, backoff
from notifications.policy import Role
from notifications.tables import DELIVERY, REMINDER, DeliveryState

CRASHES = 3
"""A mail that took so many workers down is poison, and is put aside alone."""

_WAITING = (DeliveryState.PENDING, DeliveryState.RETRY, DeliveryState.IN_DOUBT)
_HELD = (DeliveryState.CLAIMED, DeliveryState.TRANSMITTING)

_D = DELIVERY.c
_FREE: dict[str, Any] = {"owner": None, "lease_until": None}
_BACK = case(
    (_D.doubted, DeliveryState.IN_DOUBT.value),
    (_D.message.is_(None), DeliveryState.PENDING.value),
    else_=DeliveryState.RETRY.value,
)


@dataclass(frozen=True, slots=True)
class Claim:
    """A mail in a worker's hands. `message` is None until it has been composed.

    `doubted`: it was in doubt before, so its bytes never change again. After `deadline` it is not sent any more.
    """

    worker: str
    id: str
    address: str
    lang: str
    day: date
    attempt: int
    doubted: bool
    message: bytes | None
    deadline: datetime | None


@dataclass(frozen=True, slots=True)
class Content:
    """One slot put into a mail, and whose duty it is about. It may have ended since."""

    id: str
    slot: Slot
    role: Role
    state: State
    organisation: str
    detail: str | None


def database_clock(session: Session) -> datetime | None:
    """The database's own time, in UTC; None where it has no clock of its own (SQLite)."""
    if session.get_bind().dialect.name != "postgresql":
        return None
    at: datetime = session.execute(select(func.clock_timestamp())).scalar_one()
    return at.astimezone(UTC)


def claim(session: Session, worker: str, now: datetime, limit: int, until: datetime) -> tuple[Claim, ...]:
    """Take up to `limit` mails whose time has come, longest waiting first, and hold them until `until`.

    They are to be sent in the order given.

    Several workers may claim at once and never get the same mail (FOR UPDATE SKIP LOCKED; SQLite has one writer at a
    time). No mail waits longer than it was to wait when that was written, should the clock be set back meanwhile.
    """
    ready = select(_D.id).where(_D.state.in_(_WAITING), _its_time(now)).order_by(_D.next_try_at, _D.id)
    chosen = ready.limit(limit).with_for_update(skip_locked=True).cte("chosen")
    taken = session.execute(
        update(DELIVERY)
        .where(_D.id.in_(select(chosen.c.id)))
        .values(state=DeliveryState.CLAIMED, owner=worker, lease_until=until, attempt=_D.attempt + 1)
        .returning(_D.id, _D.address, _D.lang, _D.day, _D.attempt, _D.doubted, _D.message, _D.deadline)
    )
    mails = tuple(sorted((Claim(worker, *row) for row in taken), key=lambda mail: (mail.day, mail.id)))
    audit.write(session, audit.DELIVERY, [(m.id, DeliveryState.CLAIMED, None) for m in mails], now, worker)
    return mails


def _its_time(now: datetime) -> ColumnElement[bool]:
    last = and_(_D.attempt >= STEADY, _D.next_try_at > now + backoff(STEADY, 1.0))
    longer = [and_(_D.attempt == attempt, _D.next_try_at > now + backoff(attempt, 1.0)) for attempt in range(1, STEADY)]
    at_once = and_(_D.attempt == 0, _D.next_try_at <= _D.created_at)
    return or_(_D.next_try_at <= now, at_once, *longer, last)


def recover(session: Session, now: datetime, steady: datetime, worker: str | None = None) -> int:
    """Take back the mails of workers whose lease ran out; returns how many were put aside as poison.

    So are those that an earlier run of `worker` left, which begins anew.

    In doubt: those whose final dot may have been written. Quarantined: the one in the hands of a lost worker, when it
    has been that `CRASHES` times. What was only claimed beside it goes back untouched.
    """
    lost = select(_D.id, _D.owner, _D.state, _D.crashes).where(
        _D.state.in_(_HELD), or_(_D.lease_until < steady, _D.owner == worker)
    )
    rows = session.execute(lost.order_by(_D.owner, _D.day, _D.id).with_for_update()).all()
    begun = list(_in_hand(rows))
    poison = [row.id for row in begun if row.crashes >= CRASHES - 1]
    doubtful = [row.id for row in begun if row.state == DeliveryState.TRANSMITTING]
    crashed = _FREE | {"crashes": _D.crashes + 1, "next_try_at": now}
    doubted = or_(_D.doubted, _D.state == DeliveryState.TRANSMITTING)
    aside = {"state": DeliveryState.QUARANTINED, "doubted": doubted, "last_error": f"took {CRASHES} workers down"}
    _take_back(session, now, _D.id.in_(poison), crashed | aside)
    held = _D.state.in_(_HELD)
    _take_back(
        session, now, and_(held, _D.id.in_(doubtful)), crashed | {"state": DeliveryState.IN_DOUBT, "doubted": True}
    )
    _take_back(session, now, and_(held, _D.id.in_([row.id for row in begun])), crashed | {"state": _BACK})
    _take_back(session, now, and_(held, _D.id.in_([row.id for row in rows])), _untouched())
    return len(poison)


def _in_hand(rows: Iterable[Any]) -> Iterator[Any]:
    """What lost workers had begun: mails at the relay, else the first of what they held, since they go in order."""
    for _, held in groupby(rows, key=lambda row: row.owner):
        mine = list(held)
        yield from [row for row in mine if row.state == DeliveryState.TRANSMITTING] or mine[:1]


def contents(session: Session, delivery: str) -> tuple[Content, ...]:
    """What was put into a mail, the most pressing first, ended or not."""
    r = REMINDER.c
    rows = session.execute(
        select(
            r.id,
            r.role,
            r.state,
            r.organisation,
            r.detail,
            r.occurrence,
            r.step,
            r.counted_from,
            r.repeat,
            r.recipient,
            r.channel,
        )
        .where(r.delivery_id == delivery)
        .order_by(r.counted_from, r.occurrence, r.step, r.recipient)
    )
    return tuple(
        Content(row.id, Slot(*row[5:]), Role(row.role), State(row.state), row.organisation, row.detail) for row in rows
    )


def thread(session: Session, address: str, occurrence: str) -> tuple[str, ...]:
    """Message-IDs of the mails to an address that told of an occurrence, oldest first."""
    r = REMINDER.c
    told = select(r.delivery_id).where(r.occurrence == occurrence, r.state.in_((State.SENT, State.COALESCED)))
    sent = select(_D.message_id).where(_D.address == address, _D.state == DeliveryState.SENT, _D.id.in_(told))
    return tuple(session.execute(sent.order_by(_D.sent_at, _D.id)).scalars())


def renew(session: Session, worker: str, until: datetime) -> frozenset[str]:
    """Hold all that a worker has in its hands until `until`; returns the ids it still holds."""
    mine = update(DELIVERY).where(_D.owner == worker, _D.state.in_(_HELD))
    return frozenset(session.execute(mine.values(lease_until=until).returning(_D.id)).scalars())


def recently(session: Session, since: datetime) -> tuple[tuple[datetime, ...], int]:
    """When mails were sent after `since`, and how many are in some worker's hands now."""
    gone = session.execute(select(_D.sent_at).where(_D.state == DeliveryState.SENT, _D.sent_at > since)).scalars()
    held = select(func.count()).select_from(DELIVERY).where(_D.state.in_(_HELD))
    return tuple(gone), session.execute(held).scalar_one()


def store_message(session: Session, mail: Claim, until: datetime, message: bytes, message_id: str) -> bool:
    """Keep the exact bytes of a claimed mail, and hold it until `until`."""
    return _hold(session, mail, {"message": message, "message_id": message_id, "lease_until": until})


def mark_transmitting(session: Session, mail: Claim, now: datetime, until: datetime) -> bool:
    """Note that the final dot is about to be written, and hold the mail until `until`."""
    return _hold(session, mail, {"state": DeliveryState.TRANSMITTING, "lease_until": until}) and _note(
        session, mail, DeliveryState.TRANSMITTING, now
    )


def complete(session: Session, mail: Claim, now: datetime, told: Sequence[Content]) -> bool:
    """The relay took the mail: its first slot is sent, the others are coalesced into that one.

    Also when the lease has run out meanwhile, as long as nobody has claimed the mail since. True again when called
    again.
    """
    ours = and_(_D.owner == mail.worker, _D.state.in_(_HELD))
    doubtful = (DeliveryState.IN_DOUBT, DeliveryState.QUARANTINED)
    missed = and_(_D.state.in_(doubtful), _D.attempt == mail.attempt)
    values = {"state": DeliveryState.SENT, "sent_at": now, "last_error": None} | _FREE
    if not _changed(session, update(DELIVERY).where(_D.id == mail.id, or_(ours, missed)).values(values)):
        known = (_D.id == mail.id, _D.state == DeliveryState.SENT, _D.attempt == mail.attempt)
        return session.execute(select(_D.id).where(*known)).first() is not None
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
    if not _let_go(session, mail, {"state": DeliveryState.DEAD, "last_error": error}):
        return False
    _bury(session, mail.id, now)
    return _note(session, mail, DeliveryState.DEAD, now, error)


def quarantine(session: Session, mail: Claim, now: datetime, error: str) -> bool:
    """The mail cannot be written: it is put aside alone, until a person has looked. Its slots wait with it."""
    values = {"state": DeliveryState.QUARANTINED, "last_error": error}
    return _let_go(session, mail, values) and _note(session, mail, DeliveryState.QUARANTINED, now, error)


def withdraw(session: Session, mail: Claim, now: datetime) -> bool:
    """The mail has nothing left to say."""
    return _let_go(session, mail, {"state": DeliveryState.EXPIRED}) and _note(session, mail, DeliveryState.EXPIRED, now)


def release(session: Session, worker: str, now: datetime, undotted: str | None = None) -> int:
    """Give back, untouched, all that a worker claimed and did not begin; returns how many.

    `undotted` is a mail marked as transmitting of which it is certain that its final dot was not written.
    """
    untouched = or_(_D.state == DeliveryState.CLAIMED, and_(_D.state.in_(_HELD), _D.id == undotted))
    return len(_take_back(session, now, and_(_D.owner == worker, untouched), _untouched()))


def _untouched() -> dict[str, Any]:
    return _FREE | {"state": _BACK, "attempt": _D.attempt - 1}


def _hold(session: Session, mail: Claim, values: dict[str, Any]) -> bool:
    mine = (_D.id == mail.id, _D.owner == mail.worker, _D.state == DeliveryState.CLAIMED)
    return _changed(session, update(DELIVERY).where(*mine).values(values))


def _let_go(session: Session, mail: Claim, values: dict[str, Any]) -> bool:
    mine = (_D.id == mail.id, _D.owner == mail.worker, _D.state.in_(_HELD))
    return _changed(session, update(DELIVERY).where(*mine).values(values | _FREE))


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
