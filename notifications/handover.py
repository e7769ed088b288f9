"""What is written down of mails in a worker's hands, from their bytes to their end; in the caller's transaction.

Every step is fenced: it does nothing, and says so, unless the worker still holds the mail.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Update, select, update
from sqlalchemy.orm import Session

from notifications import audit
from notifications.claiming import Claim
from notifications.due import Reason, State
from notifications.lease import Content
from notifications.outbox import Ending, end
from notifications.straight import driver
from notifications.tables import DELIVERY, REMINDER, DeliveryState

_D = DELIVERY.c
_HELD = (DeliveryState.CLAIMED, DeliveryState.TRANSMITTING)
_FREE: dict[str, Any] = {"owner": None, "lease_until": None}

Written = tuple[Claim, bytes, str]
"""A mail, its bytes and their Message-ID."""

Told = tuple[Claim, Sequence[Content]]
"""A mail, and the slots it tells, the one that speaks for the others first."""

_MARK = """
UPDATE delivery SET state = 'transmitting', lease_until = :until
WHERE id AMONG :mails AND owner = :worker AND state IN ('claimed', 'transmitting') RETURNING id
"""
_SENT = """
UPDATE delivery SET state = 'sent', sent_at = :now, last_error = NULL, owner = NULL, lease_until = NULL
WHERE id AMONG :mails AND owner = :worker AND state IN ('claimed', 'transmitting') RETURNING id
"""
_TOLD = "UPDATE reminder SET state = 'sent' WHERE id AMONG :slots"
_NAME = """
UPDATE delivery SET message_id = ?, lease_until = ? WHERE id = ? AND owner = ? AND state = 'claimed'
"""
_STORE = """
INSERT INTO mail_bytes (delivery_id, message) VALUES (?, ?)
ON CONFLICT (delivery_id) DO UPDATE SET message = excluded.message
"""


def store_messages(session: Session, worker: str, written: Sequence[Written], until: datetime) -> frozenset[str]:
    """Keep the exact bytes of claimed mails, and hold these until `until`; returns the ids of those still held."""
    if not written:
        return frozenset()
    asked = frozenset(mail.id for mail, _, _ in written)
    with driver(session) as speaks:
        held_until = speaks.moment(until)
        named = speaks.run_each(_NAME, [(ident, held_until, mail.id, worker) for mail, _, ident in written])
        kept = asked if named == len(asked) else _claimed(session, worker, asked)
        speaks.run_each(_STORE, [(mail.id, message) for mail, message, _ in written if mail.id in kept])
    return kept


def _claimed(session: Session, worker: str, mails: Collection[str]) -> frozenset[str]:
    held = select(_D.id).where(_D.id.in_(mails), _D.owner == worker, _D.state == DeliveryState.CLAIMED)
    return frozenset(session.execute(held).scalars())


def mark_transmitting(
    session: Session, worker: str, mails: Collection[str], now: datetime, until: datetime
) -> frozenset[str]:
    """Note that final dots are about to be written, and hold the mails until `until`; the ids of those still held."""
    return account(session, worker, (), mails, now, until)[1]


def complete(session: Session, worker: str, mails: Sequence[Told], now: datetime) -> frozenset[str]:
    """The relay took the mails: of each the first slot is sent, the others are coalesced into that one.

    Also when the lease has run out meanwhile, as long as nobody has claimed the mail since. Returns the ids of those
    that are sent, and the same again when called again.
    """
    return account(session, worker, mails, (), now, now)[0]


def account(
    session: Session, worker: str, taken: Sequence[Told], ready: Collection[str], now: datetime, until: datetime
) -> tuple[frozenset[str], frozenset[str]]:
    """`complete` what was taken and `mark_transmitting` what is ready, in as few statements as if it were one mail."""
    sent = marked = late = frozenset[str]()
    with driver(session) as speaks:
        given = {"worker": worker, "now": speaks.moment(now), "until": speaks.moment(until)}
        if taken:
            sent = frozenset(speaks.run(_SENT, given | {"mails": [mail.id for mail, _ in taken]}))
            late = frozenset(m.id for m, _ in taken if m.id not in sent and _sent_late(session, m, now))
        fresh = [told for told in taken if told[0].id in sent or told[0].id in late]
        firsts = [told[0].id for _, told in fresh if told]
        if firsts:
            speaks.run(_TOLD, {"slots": firsts})
        if ready:
            marked = frozenset(speaks.run(_MARK, given | {"mails": list(ready)}))
    merged = [Ending(other.id, State.COALESCED, Reason.SAME_DAY, told[0].id) for _, told in fresh for other in told[1:]]
    end(session, merged, now, worker)
    notes: list[tuple[str, str, str, str | None]] = [(audit.REMINDER, ident, State.SENT, None) for ident in firsts]
    notes += [(audit.DELIVERY, mail.id, DeliveryState.SENT, None) for mail, _ in fresh]
    notes += [(audit.DELIVERY, ident, DeliveryState.TRANSMITTING, None) for ident in ready if ident in marked]
    audit.write_all(session, notes, now, worker)
    again = {mail.id for mail, _ in taken if mail.id not in sent | late and _is_sent(session, mail)}
    return sent | late | again, marked


def _sent_late(session: Session, mail: Claim, now: datetime) -> bool:
    doubtful = (DeliveryState.IN_DOUBT, DeliveryState.QUARANTINED)
    missed = (_D.id == mail.id, _D.state.in_(doubtful), _D.attempt == mail.attempt)
    values = {"state": DeliveryState.SENT, "sent_at": now, "last_error": None} | _FREE
    return _changed(session, update(DELIVERY).where(*missed).values(values))


def _is_sent(session: Session, mail: Claim) -> bool:
    known = (_D.id == mail.id, _D.state == DeliveryState.SENT, _D.attempt == mail.attempt)
    return session.execute(select(_D.id).where(*known)).first() is not None


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


def _let_go(session: Session, mail: Claim, values: dict[str, Any]) -> bool:
    mine = (_D.id == mail.id, _D.owner == mail.worker, _D.state.in_(_HELD))
    return _changed(session, update(DELIVERY).where(*mine).values(values | _FREE))


def _changed(session: Session, statement: Update) -> bool:
    return session.execute(statement.returning(_D.id)).first() is not None


def _note(session: Session, mail: Claim, state: DeliveryState, now: datetime, detail: str | None = None) -> bool:
    audit.write(session, audit.DELIVERY, [(mail.id, state, detail)], now, mail.worker)
    return True


def _bury(session: Session, delivery: str, now: datetime) -> None:
    r = REMINDER.c
    left = session.execute(select(r.id).where(r.delivery_id == delivery, r.state == State.PENDING)).scalars()
    end(session, [Ending(ident, State.EXPIRED, Reason.UNDELIVERABLE) for ident in left], now)
