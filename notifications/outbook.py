"""The outbox as people see it, and what they may do to it by hand. Takes part in the caller's transaction."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, case, func, select, update
from sqlalchemy.orm import Session

from notifications import audit
from notifications.due import Reason, State
from notifications.tables import DELIVERY, MAIL_AUDIT, MAIL_BYTES, REMINDER, DeliveryState

RETRY_FOR = timedelta(days=1)
"""How long a mail whose deadline has passed is tried when a person asks for it again."""

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
_IN_HANDS = (DeliveryState.CLAIMED, DeliveryState.TRANSMITTING)
_WAITING = (DeliveryState.PENDING, DeliveryState.RETRY, DeliveryState.IN_DOUBT)
_GIVEN_UP = (DeliveryState.DEAD, DeliveryState.QUARANTINED)


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


class Refusal(StrEnum):
    """Why a mail stays as it is."""

    IN_HANDS = "in-hands"  # a worker holds it now
    SENT = "sent"
    ENDED = "ended"  # it has nothing left to say
    HELD = "held"  # it must be released first
    NOT_HELD = "not-held"
    GIVEN_UP = "given-up"  # it does not go anyway
    NOTHING_LEFT = "nothing-left"  # all it told has ended otherwise


@dataclass(frozen=True, slots=True)
class Done:
    """What a hand did to one mail: the mail as it is now, or why it stays as it was."""

    mail: Envelope
    refusal: Refusal | None = None


def counts(session: Session) -> dict[DeliveryState, int]:
    """How many mails are in each state, the gravest first; states without mail are left out."""
    found: dict[str, int] = {
        row[0]: row[1] for row in session.execute(select(_D.state, func.count()).group_by(_D.state))
    }
    return {state: found[state] for state in _ORDER if state in found}


def listed(
    session: Session,
    states: Collection[str],
    address: str | None,
    limit: int,
    organisations: Collection[str] | None = None,
) -> tuple[tuple[Envelope, ...], int]:
    """The mails in these states (none given: in all) to this address, and how many there are beyond `limit`.

    Of these `organisations` only, where they are named: mails that tell of a duty of theirs. What is in trouble
    stands first, the gravest before the others; then the newest.
    """
    chosen: list[ColumnElement[bool]] = [_D.state.in_(states)] if states else []
    if address is not None:
        chosen.append(func.lower(_D.address) == address.lower())
    if organisations is not None:
        theirs = select(_R.id).where(_R.delivery_id == _D.id, _R.organisation.in_(sorted(organisations)))
        chosen.append(theirs.exists())
    rank = case({state.value: number for number, state in enumerate(_ORDER)}, value=_D.state)
    query = select(*_COLUMNS).where(*chosen).order_by(rank, _D.created_at.desc(), _D.id).limit(limit)
    total = session.execute(select(func.count()).select_from(DELIVERY).where(*chosen)).scalar_one()
    mails = tuple(_envelope(row) for row in session.execute(query).mappings())
    return mails, total - len(mails)


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


def retry(session: Session, mails: Iterable[str], who: str, now: datetime) -> tuple[Done, ...]:
    """Let mails go now, by id: given up, put aside, or waiting for another try. Their attempts are counted anew.

    What had expired because they were given up is pending again. A mail that was never in doubt is written anew, with
    the same Message-ID; one that was goes with the same bytes.
    """
    return tuple(_retry(session, mail, who, now) for mail in _locked(session, mails))


def hold(session: Session, mails: Iterable[str], who: str, now: datetime) -> tuple[Done, ...]:
    """Keep mails that are waiting from going until they are released, by id."""
    values = {"state": DeliveryState.HELD}
    return tuple(
        Done(mail, refusal) if refusal else Done(_changed(session, mail, values, "held by hand", who, now))
        for mail in _locked(session, mails)
        for refusal in (_refusal(mail) or (Refusal.GIVEN_UP if mail.state in _GIVEN_UP else None),)
    )


def release(session: Session, mails: Iterable[str], who: str, now: datetime) -> tuple[Done, ...]:
    """Let mails that were held go again, by id."""
    return tuple(
        Done(_changed(session, mail, _anew(mail) | {"next_try_at": now}, "released by hand", who, now))
        if mail.state is DeliveryState.HELD
        else Done(mail, _refusal(mail) or Refusal.NOT_HELD)
        for mail in _locked(session, mails)
    )


def hold_all(session: Session, why: str, now: datetime) -> int:
    """Keep every mail that waits from going until it is released; returns how many. `why` stands in their history."""
    waiting = update(DELIVERY).where(_D.state.in_(_WAITING)).values(state=DeliveryState.HELD)
    idents = session.execute(waiting.returning(_D.id)).scalars().all()
    audit.write(session, audit.DELIVERY, [(ident, DeliveryState.HELD, why) for ident in idents], now)
    return len(idents)


def held_for(session: Session, why: str) -> tuple[str, ...]:
    """Ids of the mails that `hold_all` holds for this reason, and nobody has touched since."""
    last = select(func.max(_A.id)).where(_A.subject == audit.DELIVERY, _A.subject_id == _D.id)
    said = select(_A.detail).where(_A.id == last.correlate(DELIVERY).scalar_subquery()).scalar_subquery()
    query = select(_D.id).where(_D.state == DeliveryState.HELD, said == why).order_by(_D.id)
    return tuple(session.execute(query).scalars())


def _retry(session: Session, mail: Envelope, who: str, now: datetime) -> Done:
    refusal = _refusal(mail)
    if refusal is not None:
        return Done(mail, refusal)
    mine = _R.delivery_id == mail.id
    undeliverable = (mine, _R.state == State.EXPIRED, _R.reason == Reason.UNDELIVERABLE)
    lost = session.execute(select(_R.id).where(*undeliverable).order_by(_R.id)).scalars().all()
    left = session.execute(select(_R.id).where(mine, _R.state == State.PENDING).limit(1)).first()
    if not lost and left is None:
        return Done(mail, Refusal.NOTHING_LEFT)
    session.execute(update(REMINDER).where(*undeliverable).values(state=State.PENDING, reason=None))
    audit.write(session, audit.REMINDER, [(ident, State.PENDING, "sent again by hand") for ident in lost], now, who)
    late = mail.deadline is not None and mail.deadline <= now
    values = {"attempt": 0, "crashes": 0, "next_try_at": now} | ({"deadline": now + RETRY_FOR} if late else {})
    return Done(_changed(session, mail, _anew(mail) | values, "sent again by hand", who, now))


def _anew(mail: Envelope) -> dict[str, Any]:
    """Waiting again: unchanged where the relay may have had it, else to be written as things stand now."""
    if mail.doubted:
        return {"state": DeliveryState.IN_DOUBT}
    return {"state": DeliveryState.PENDING, "message_id": None}


def _refusal(mail: Envelope) -> Refusal | None:
    """Why nobody may touch a mail."""
    if mail.state in _IN_HANDS:
        return Refusal.IN_HANDS
    if mail.state is DeliveryState.SENT:
        return Refusal.SENT
    if mail.state is DeliveryState.EXPIRED:
        return Refusal.ENDED
    return Refusal.HELD if mail.state is DeliveryState.HELD else None


def _changed(
    session: Session, mail: Envelope, values: Mapping[str, Any], why: str, who: str, now: datetime
) -> Envelope:
    session.execute(update(DELIVERY).where(_D.id == mail.id).values(dict(values)))
    audit.write(session, audit.DELIVERY, [(mail.id, values["state"], why)], now, who)
    return _envelope(session.execute(select(*_COLUMNS).where(_D.id == mail.id)).mappings().one())


def _locked(session: Session, mails: Iterable[str]) -> Sequence[Envelope]:
    """The mails of these ids, by id, none of which a worker can take before the transaction ends."""
    query = select(*_COLUMNS).where(_D.id.in_(list(mails))).order_by(_D.id).with_for_update()
    return [_envelope(row) for row in session.execute(query).mappings()]


_COLUMNS = [_D[name] for name in Envelope.__dataclass_fields__]


def _envelope(row: RowMapping) -> Envelope:
    return Envelope(**{**row, "state": DeliveryState(row["state"])})
