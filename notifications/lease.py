"""How a worker takes mails, holds them and gives them back, in the caller's transaction; times are passed in.

What it does with them in between is in `handover`. A worker whose lease ran out has lost its mails to whoever claims
next.

Leases run by a clock of their own (`steady`, `until`), which nobody sets: the database's, where it has one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, null, or_, select, update
from sqlalchemy.orm import Session

from notifications import audit
from notifications.due import Slot, State
from notifications.pace import STEADY, backoff
from notifications.policy import Role
from notifications.tables import DELIVERY, REMINDER, DeliveryState

CRASHES = 3
"""A mail that took so many workers down is poison, and is put aside alone."""

_TURNS = 0x6D61696C
"""Advisory lock of PostgreSQL for `take_turns`."""

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
    crashes: int = 0

    @property
    def suspect(self) -> bool:
        """Whether it was in the hands of a worker that was lost: it goes alone, so that the next loss is its own."""
        return self.crashes > 0


@dataclass(frozen=True, slots=True)
class Shard:
    """One of `of` parts of all mails, about equally large; `number` counts from 0. At most 256 parts."""

    number: int
    of: int

    def __post_init__(self) -> None:
        """Refuse what names no part."""
        if not 0 <= self.number < self.of <= _PARTS:
            raise ValueError(f"there is no part {self.number} of {self.of}")

    @property
    def beginnings(self) -> tuple[str, ...]:
        """How the ids of its mails begin: ids are digests, so every pair of digits is as frequent as any other."""
        return tuple(f"{pair:02x}" for pair in range(self.number, _PARTS, self.of))


_PARTS = 256
_BEGINNING = func.substr(_D.id, 1, 2)


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


def claim(
    session: Session, worker: str, now: datetime, limit: int, until: datetime, *, shard: Shard | None = None
) -> tuple[Claim, ...]:
    """Take up to `limit` mails whose time has come, longest waiting first, and hold them until `until`.

    They are to be sent in the order given: together, or one after another when they are `suspect`, which come last and
    never beside others. `shard` narrows the choice.

    Several workers may claim at once and never get the same mail (FOR UPDATE SKIP LOCKED; SQLite has one writer at a
    time). No mail waits longer than it was to wait when that was written, should the clock be set back meanwhile.
    """
    which = and_(_D.state.in_(_WAITING), _its_time(now), *_within(shard))
    values = {"state": DeliveryState.CLAIMED, "owner": worker, "lease_until": until, "attempt": _D.attempt + 1}
    taken = _take(session, and_(which, _D.crashes == 0), limit, values)
    taken = taken or _take(session, and_(which, _D.crashes > 0), limit, values)
    mails = tuple(sorted((Claim(worker, *row) for row in taken), key=lambda mail: (mail.day, mail.id)))
    audit.write(session, audit.DELIVERY, [(m.id, DeliveryState.CLAIMED, None) for m in mails], now, worker)
    return mails


def _take(session: Session, which: ColumnElement[bool], limit: int, values: dict[str, Any]) -> Sequence[Any]:
    ready = select(_D.id).where(which).order_by(_D.next_try_at, _D.id)
    chosen = ready.limit(limit).with_for_update(skip_locked=True).cte("chosen")
    taken = update(DELIVERY).where(_D.id.in_(select(chosen.c.id))).values(values)
    row = (_D.id, _D.address, _D.lang, _D.day, _D.attempt, _D.doubted, _D.message, _D.deadline, _D.crashes)
    return session.execute(taken.returning(*row)).all()


def shards_due(session: Session, now: datetime, of: int) -> tuple[int, ...]:
    """The numbers of those of `of` shards that have mails whose time has come."""
    due = select(_BEGINNING).where(_D.state.in_(_WAITING), _its_time(now)).distinct()
    return tuple(sorted({int(beginning, 16) % of for beginning in session.execute(due).scalars()}))


def take_turns(session: Session) -> None:
    """Wait until nobody else who calls this is in a transaction: for what is counted before it is taken."""
    if session.get_bind().dialect.name == "postgresql":  # SQLite has one writer anyhow
        session.execute(select(func.pg_advisory_xact_lock(_TURNS)))


def _within(shard: Shard | None) -> tuple[ColumnElement[bool], ...]:
    return () if shard is None or shard.of == 1 else (_BEGINNING.in_(shard.beginnings),)


def _its_time(now: datetime) -> ColumnElement[bool]:
    last = and_(_D.attempt >= STEADY, _D.next_try_at > now + backoff(STEADY, 1.0))
    longer = [and_(_D.attempt == attempt, _D.next_try_at > now + backoff(attempt, 1.0)) for attempt in range(1, STEADY)]
    at_once = and_(_D.attempt == 0, _D.next_try_at <= _D.created_at)
    return or_(_D.next_try_at <= now, at_once, *longer, last)


def recover(session: Session, now: datetime, steady: datetime, worker: str | None = None) -> int:
    """Take back the mails of workers whose lease ran out; returns how many were put aside as poison.

    So are those that an earlier run of `worker` left, which begins anew.

    In doubt: those whose final dot may have been written. Of mails that were read and written together any may be what
    took the worker down: all are suspect, and from then on go one by one. Quarantined: the one in the hands of a lost
    worker, when it has been that `CRASHES` times. What was only claimed beside it goes back untouched.
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
    """What lost workers had begun: mails at the relay; else all that went together, or the first of those that go in
    order.
    """
    for _, held in groupby(rows, key=lambda row: row.owner):
        mine = list(held)
        together = [row for row in mine if not row.crashes]
        yield from [row for row in mine if row.state == DeliveryState.TRANSMITTING] or together or mine[:1]


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


def release(session: Session, worker: str, now: datetime, undotted: Collection[str] = ()) -> int:
    """Give back, untouched, all that a worker claimed and did not begin; returns how many.

    `undotted` are mails marked as transmitting of which it is certain that their final dot was not written.
    """
    untouched = or_(_D.state == DeliveryState.CLAIMED, and_(_D.state.in_(_HELD), _D.id.in_(undotted)))
    return len(_take_back(session, now, and_(_D.owner == worker, untouched), _untouched()))


def _untouched() -> dict[str, Any]:
    """As before it was claimed; what no relay has seen is written anew next time."""
    unseen = and_(_D.attempt <= 1, _D.doubted.is_(False))
    back = {column.name: case((unseen, null()), else_=column) for column in (_D.message, _D.message_id)}
    state = case((unseen, DeliveryState.PENDING.value), else_=_BACK)
    return _FREE | back | {"state": state, "attempt": _D.attempt - 1}


def _take_back(session: Session, now: datetime, which: ColumnElement[bool], values: dict[str, Any]) -> list[str]:
    rows = session.execute(update(DELIVERY).where(which).values(values).returning(_D.id, _D.state)).all()
    audit.write(session, audit.DELIVERY, [(row.id, row.state, "taken back") for row in rows], now)
    return [row.id for row in rows]
