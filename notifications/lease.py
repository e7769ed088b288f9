"""How a worker holds mails it has claimed and gives them back, in the caller's transaction; times are passed in.

What it does with them in between is in `handover`. A worker whose lease ran out has lost its mails to whoever claims
next.

Leases run by a clock of their own (`steady`, `until`), which nobody sets: the database's, where it has one.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from typing import Any

from sqlalchemy import (
    Boolean,
    ColumnElement,
    and_,
    case,
    func,
    literal_column,
    null,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Session

from notifications import audit
from notifications.due import Slot, State
from notifications.policy import Role
from notifications.tables import DELIVERY, HELD, REMINDER, DeliveryState

CRASHES = 3
"""A mail that took so many workers down is poison, and is put aside alone."""

_HELD: ColumnElement[bool] = literal_column(HELD, Boolean)

_D = DELIVERY.c
_FREE: dict[str, Any] = {"owner": None, "lease_until": None}
_BACK = case(
    (_D.doubted, DeliveryState.IN_DOUBT.value),
    (_D.message_id.is_(None), DeliveryState.PENDING.value),
    else_=DeliveryState.RETRY.value,
)


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


def recover(session: Session, now: datetime, steady: datetime, worker: str | None = None) -> int:
    """Take back the mails of workers whose lease ran out; returns how many were put aside as poison.

    So are those that an earlier run of `worker` left, which begins anew.

    In doubt: those whose final dot may have been written. Of mails that were read and written together any may be what
    took the worker down: all are suspect, and from then on go one by one. Quarantined: the one in the hands of a lost
    worker, when it has been that `CRASHES` times. What was only claimed beside it goes back untouched.
    """
    lost = select(_D.id, _D.owner, _D.state, _D.crashes).where(_HELD, or_(_D.lease_until < steady, _D.owner == worker))
    rows = session.execute(lost.order_by(_D.owner, _D.day, _D.id).with_for_update()).all()
    return sum(_recover(session, now, owner, list(held)) for owner, held in groupby(rows, key=lambda row: row.owner))


def _recover(session: Session, now: datetime, owner: str, rows: Sequence[Any]) -> int:
    """Take back all that one lost worker held, in the order it was sent in."""
    begun = _in_hand(rows)
    poison = [row.id for row in begun if row.crashes >= CRASHES - 1]
    doubtful = [row.id for row in begun if row.state == DeliveryState.TRANSMITTING]
    crashed = _FREE | {"crashes": _D.crashes + 1, "next_try_at": now}
    doubted = or_(_D.doubted, _D.state == DeliveryState.TRANSMITTING)
    aside = {"state": DeliveryState.QUARANTINED, "doubted": doubted, "last_error": f"took {CRASHES} workers down"}
    fates = (
        (poison, crashed | aside),
        (doubtful, crashed | {"state": DeliveryState.IN_DOUBT, "doubted": True}),
        ([row.id for row in begun], crashed | {"state": _BACK}),
        ([row.id for row in rows], _untouched()),
    )
    for mails, values in fates:  # what met one fate is held no more
        _take_back(session, now, owner, and_(_HELD, _D.id.in_(mails)), values)
    return len(poison)


def _in_hand(rows: Sequence[Any]) -> Sequence[Any]:
    """What a lost worker had begun: mails at the relay; else all that went together, or the first of those that go in
    order.
    """
    together = [row for row in rows if not row.crashes]
    return [row for row in rows if row.state == DeliveryState.TRANSMITTING] or together or rows[:1]


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


def renew(session: Session, worker: str, until: datetime) -> frozenset[str]:
    """Hold all that a worker has in its hands until `until`; returns the ids it still holds."""
    mine = update(DELIVERY).where(_D.owner == worker, _HELD)
    return frozenset(session.execute(mine.values(lease_until=until).returning(_D.id)).scalars())


def release(session: Session, worker: str, now: datetime, undotted: Collection[str] = ()) -> int:
    """Give back, untouched, all that a worker claimed and did not begin; returns how many.

    `undotted` are mails marked as transmitting of which it is certain that their final dot was not written.
    """
    untouched = or_(_D.state == DeliveryState.CLAIMED, and_(_HELD, _D.id.in_(undotted)))
    return len(_take_back(session, now, worker, and_(_D.owner == worker, untouched), _untouched()))


def orphan(session: Session, now: datetime) -> int:
    """Take back all that anybody holds, in a store that was brought here from where they are; returns how many.

    In doubt: those whose final dot may have been written. What was only claimed goes back untouched.
    """
    held = session.execute(select(_D.owner).where(_HELD).distinct().order_by(_D.owner)).scalars().all()
    doubted = _FREE | {"state": DeliveryState.IN_DOUBT, "doubted": True, "next_try_at": now}
    count = 0
    for owner in held:
        mine = _D.owner == owner
        count += len(_take_back(session, now, owner, and_(mine, _D.state == DeliveryState.TRANSMITTING), doubted))
        count += len(_take_back(session, now, owner, and_(mine, _D.state == DeliveryState.CLAIMED), _untouched()))
    return count


def in_hands(session: Session) -> dict[str, int]:
    """How many mails each worker holds, by its name."""
    held = select(_D.owner, func.count()).where(_HELD).group_by(_D.owner).order_by(_D.owner)
    return {row.owner: row[1] for row in session.execute(held)}


def _untouched() -> dict[str, Any]:
    """As before it was claimed; what no relay has seen is written anew next time."""
    unseen = and_(_D.attempt <= 1, _D.doubted.is_(False))
    ident = case((unseen, null()), else_=_D.message_id)
    state = case((unseen, DeliveryState.PENDING.value), else_=_BACK)
    return _FREE | {"state": state, "attempt": _D.attempt - 1, "message_id": ident}


def _take_back(
    session: Session, now: datetime, owner: str, which: ColumnElement[bool], values: dict[str, Any]
) -> list[str]:
    """Change these mails, which `owner` held."""
    rows = session.execute(update(DELIVERY).where(which).values(values).returning(_D.id, _D.state)).all()
    audit.write(session, audit.DELIVERY, [(row.id, row.state, "taken back") for row in rows], now, owner)
    return [row.id for row in rows]
