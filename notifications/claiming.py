"""How workers take mails whose time has come, in the caller's transaction; times are passed in.

What becomes of a claim is in `lease` and `handover`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Boolean, ColumnElement, and_, bindparam, func, literal_column, or_, select, update
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import ReturningUpdate

from notifications.bulk import among
from notifications.pace import STEADY, backoff
from notifications.tables import DELIVERY, HELD, MAIL_BYTES, WAITING, DeliveryState
from scheduler.quick import maker

_TURNS = 0x6D61696C
"""Advisory lock of PostgreSQL for `take_turns`."""

_D = DELIVERY.c
_WAITING: ColumnElement[bool] = literal_column(WAITING, Boolean)
_HELD: ColumnElement[bool] = literal_column(HELD, Boolean)


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


_claim = maker(Claim)


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


def claim(
    session: Session, worker: str, now: datetime, limit: int, until: datetime, *, shard: Shard | None = None
) -> tuple[Claim, ...]:
    """Take up to `limit` mails whose time has come, longest waiting first, and hold them until `until`.

    They are to be sent in the order given: together, or one after another when they are `suspect`, which come last and
    never beside others. `shard` narrows the choice.

    Nothing is noted of it: a claim says nothing of a mail yet. Several workers may claim at once and never get the same
    mail (FOR UPDATE SKIP LOCKED; SQLite has one writer at a time). No mail waits longer than it was to wait when that
    was written, should the clock be set back meanwhile.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(_LIGHTLY)
    given = _moments(now) | {"limit": limit, "worker": worker, "until": until}
    taken = session.execute(_taking(shard, suspects=False), given).all()
    taken = taken or session.execute(_taking(shard, suspects=True), given).all()
    known = _bytes(session, [row.id for row in taken if row.message_id is not None])
    return tuple(sorted((_claimed(worker, row, known) for row in taken), key=lambda mail: (mail.day, mail.id)))


def _claimed(worker: str, row: Any, known: Mapping[str, bytes]) -> Claim:
    ident, address, lang, day, attempt, doubted, deadline, crashes, _ = row
    return _claim(worker, ident, address, lang, day, attempt, doubted, known.get(ident), deadline, crashes)


_LIGHTLY = select(func.set_config("enable_sort", "off", True), func.set_config("synchronous_commit", "off", True))  # noqa: FBT003 - for this transaction alone
"""For PostgreSQL. Mails are taken as they stand in the index of what waits: of a table whose rows have all just changed
their state it knows no better than to read and sort them all. And a claim need not be on disk before it counts: what is
written next of its mails puts it there, and if it is lost before, so is the worker's right to send them.
"""


@lru_cache(1024)
def _taking(shard: Shard | None, *, suspects: bool) -> ReturningUpdate[Any]:
    which = (_WAITING, _ITS_TIME, *_within(shard), _D.crashes > 0 if suspects else _D.crashes == 0)
    ready = select(_D.id).where(*which).order_by(_D.next_try_at, _D.id).limit(bindparam("limit"))
    ready = ready.with_hint(DELIVERY, "INDEXED BY ix_delivery_waiting", "sqlite")
    chosen = ready.with_for_update(skip_locked=True).cte("chosen")
    values = {"owner": bindparam("worker"), "lease_until": bindparam("until"), "attempt": _D.attempt + 1}
    taken = update(DELIVERY).where(_D.id.in_(select(chosen.c.id))).values(state=DeliveryState.CLAIMED, **values)
    row = (_D.id, _D.address, _D.lang, _D.day, _D.attempt, _D.doubted, _D.deadline, _D.crashes, _D.message_id)
    return taken.returning(*row)


def _bytes(session: Session, mails: Collection[str]) -> dict[str, bytes]:
    """What was composed of these mails, by their ids."""
    if not mails:
        return {}
    b = MAIL_BYTES.c
    found = session.execute(select(b.delivery_id, b.message).where(among(session, b.delivery_id, mails)))
    return {row.delivery_id: row.message for row in found}


def shards_due(session: Session, now: datetime, of: int) -> tuple[int, ...]:
    """The numbers of those of `of` shards that have mails whose time has come."""
    due = select(_BEGINNING).where(_WAITING, _ITS_TIME).distinct()
    return tuple(sorted({int(beginning, 16) % of for beginning in session.execute(due, _moments(now)).scalars()}))


def take_turns(session: Session) -> None:
    """Wait until nobody else who calls this is in a transaction: for what is counted before it is taken."""
    if session.get_bind().dialect.name == "postgresql":  # SQLite has one writer anyhow
        session.execute(select(func.pg_advisory_xact_lock(_TURNS)))


def _within(shard: Shard | None) -> tuple[ColumnElement[bool], ...]:
    return () if shard is None or shard.of == 1 else (_BEGINNING.in_(shard.beginnings),)


_ITS_TIME = or_(
    _D.next_try_at <= bindparam("now"),
    and_(_D.attempt == 0, _D.next_try_at <= _D.created_at),
    *(and_(_D.attempt == tried, _D.next_try_at > bindparam(f"after_{tried}")) for tried in range(1, STEADY)),
    and_(_D.attempt >= STEADY, _D.next_try_at > bindparam(f"after_{STEADY}")),
)


def _moments(now: datetime) -> dict[str, Any]:
    """Now, and the latest moment for which a mail may wait after each of its tries."""
    return {"now": now} | {f"after_{tried}": now + backoff(tried, 1.0) for tried in range(1, STEADY + 1)}


def recently(session: Session, since: datetime) -> tuple[tuple[datetime, ...], int]:
    """When mails were sent after `since`, and how many are in some worker's hands now."""
    gone = session.execute(select(_D.sent_at).where(_D.state == DeliveryState.SENT, _D.sent_at > since)).scalars()
    held = select(func.count()).select_from(DELIVERY).where(_HELD)
    return tuple(gone), session.execute(held).scalar_one()
