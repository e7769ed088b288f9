"""The outbox as people see it. Takes part in the caller's transaction."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, RowMapping, case, func, select
from sqlalchemy.orm import Session

from notifications import audit
from notifications.due import State
from notifications.tables import DELIVERY, MAIL_AUDIT, MAIL_BYTES, REMINDER, DeliveryState

HELD_BY_RESTORE = "held by restore"
"""Stands in the history of mails that are kept from going since they may have gone after a backup was made."""

_D, _R, _A = DELIVERY.c, REMINDER.c, MAIL_AUDIT.c

TROUBLED = (
    DeliveryState.QUARANTINED,
    DeliveryState.DEAD,
    DeliveryState.IN_DOUBT,
    DeliveryState.RETRY,
    DeliveryState.HELD,
)
"""States that somebody may have to look at, the gravest first."""

_ORDER = (
    *TROUBLED,
    DeliveryState.TRANSMITTING,
    DeliveryState.CLAIMED,
    DeliveryState.PENDING,
    DeliveryState.SENT,
    DeliveryState.EXPIRED,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """One mail, its bytes left out. `owner` and `lease_until`: the worker that holds it, and until when."""

    id: str
    address: str
    lang: str
    day: date
    batch: str
    state: DeliveryState
    owner: str | None
    lease_until: datetime | None
    attempt: int
    crashes: int
    doubted: bool
    next_try_at: datetime
    message_id: str | None
    last_error: str | None
    deadline: datetime | None
    created_at: datetime
    sent_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One reminder of a mail: what it is about, for whom, and how it ended."""

    id: str
    occurrence: str
    step: str
    counted_from: date
    recipient: str
    organisation: str
    role: str
    state: State
    reason: str | None


@dataclass(frozen=True, slots=True)
class Passage:
    """One change of a mail, as it was written down. `state` may be a word beside the states, such as returned."""

    at: datetime
    state: str
    detail: str | None
    worker: str | None


def counts(session: Session, of: Collection[str] = ()) -> dict[DeliveryState, int]:
    """How many mails are in each state, the gravest first; states without mail are left out. `of` as in `listed`."""
    query = select(_D.state, func.count()).where(*_told_for(of)).group_by(_D.state)
    found: dict[str, int] = {row[0]: row[1] for row in session.execute(query)}
    return {state: found[state] for state in _ORDER if state in found}


def listed(
    session: Session,
    states: Collection[str],
    address: str | None,
    limit: int,
    *,
    skip: int = 0,
    of: Collection[str] = (),
) -> tuple[tuple[Envelope, ...], int]:
    """The mails in these states (none given: in all) to this address, and how many there are beyond these.

    What is in trouble stands first, the gravest before the others; then the newest. `skip`: so many are passed over.
    `of`: only mails that tell something for one of these organisations; none given: all.
    """
    chosen = [*_told_for(of), *([_D.state.in_(states)] if states else [])]
    if address is not None:
        chosen.append(func.lower(_D.address) == address.lower())
    rank = case({state.value: number for number, state in enumerate(_ORDER)}, value=_D.state)
    query = select(*_COLUMNS).where(*chosen).order_by(rank, _D.created_at.desc(), _D.id).limit(limit).offset(skip)
    total = session.execute(select(func.count()).select_from(DELIVERY).where(*chosen)).scalar_one()
    mails = tuple(_envelope(row) for row in session.execute(query).mappings())
    return mails, max(0, total - skip - len(mails))


def one(session: Session, mail: str, of: Collection[str] = ()) -> Envelope | None:
    """The mail with this id, if it tells something for one of these organisations; none given: whatever it tells."""
    query = select(*_COLUMNS).where(_D.id == mail, *_told_for(of))
    row = session.execute(query).mappings().first()
    return None if row is None else _envelope(row)


def beginning(session: Session, prefix: str) -> tuple[Envelope, ...]:
    """The mails whose id begins so, by id; at most 10."""
    query = select(*_COLUMNS).where(_D.id.startswith(prefix.lower(), autoescape=True)).order_by(_D.id).limit(10)
    return tuple(_envelope(row) for row in session.execute(query).mappings())


def in_states(session: Session, states: Collection[str]) -> tuple[Envelope, ...]:
    """Every mail in these states, by id."""
    query = select(*_COLUMNS).where(_D.state.in_(states)).order_by(_D.id)
    return tuple(_envelope(row) for row in session.execute(query).mappings())


def lines(session: Session, mails: Collection[str]) -> Mapping[str, tuple[Line, ...]]:
    """What mails tell, the most pressing first, ended or not; by the mail's id."""
    columns = (
        _R.id, _R.occurrence, _R.step, _R.counted_from, _R.recipient, _R.organisation, _R.role, _R.state, _R.reason
    )  # fmt: skip
    ordered = (_R.counted_from, _R.occurrence, _R.step, _R.recipient)
    found: dict[str, list[Line]] = {mail: [] for mail in mails}
    query = select(_R.delivery_id, *columns).where(_R.delivery_id.in_(list(mails))).order_by(*ordered)
    for row in session.execute(query).mappings():
        values = dict(row)
        found[values.pop("delivery_id")].append(Line(**values | {"state": State(values["state"])}))
    return {mail: tuple(told) for mail, told in found.items()}


def passages(session: Session, mail: str) -> tuple[Passage, ...]:
    """Every change of a mail, oldest first."""
    query = select(_A.at, _A.state, _A.detail, _A.worker).where(_A.subject == audit.DELIVERY, _A.subject_id == mail)
    return tuple(Passage(*row) for row in session.execute(query.order_by(_A.id)))


def raw(session: Session, mail: str) -> bytes | None:
    """The exact bytes of a mail; None while it has not been written."""
    written = select(MAIL_BYTES.c.message).join(DELIVERY, _D.id == MAIL_BYTES.c.delivery_id)
    return session.execute(written.where(_D.id == mail, _D.message_id.is_not(None))).scalar_one_or_none()


def held_for(session: Session, why: str) -> tuple[str, ...]:
    """Ids of the mails that `hold_all` holds for this reason, and nobody has touched since."""
    last = select(func.max(_A.id)).where(_A.subject == audit.DELIVERY, _A.subject_id == _D.id)
    said = select(_A.detail).where(_A.id == last.correlate(DELIVERY).scalar_subquery()).scalar_subquery()
    query = select(_D.id).where(_D.state == DeliveryState.HELD, said == why).order_by(_D.id)
    return tuple(session.execute(query).scalars())


def locked(session: Session, mails: Iterable[str]) -> Sequence[Envelope]:
    """The mails of these ids, by id, none of which a worker can take before the transaction ends."""
    query = select(*_COLUMNS).where(_D.id.in_(list(mails))).order_by(_D.id).with_for_update()
    return [_envelope(row) for row in session.execute(query).mappings()]


def _told_for(organisations: Collection[str]) -> list[ColumnElement[bool]]:
    """That a mail tells something for one of them; none given: nothing is asked."""
    told = select(_R.delivery_id).where(_R.organisation.in_(list(organisations)), _R.delivery_id.is_not(None))
    return [_D.id.in_(told)] if organisations else []


_COLUMNS = [_D[name] for name in Envelope.__dataclass_fields__]


def _envelope(row: RowMapping) -> Envelope:
    return Envelope(**{**row, "state": DeliveryState(row["state"])})
