"""What people may do to a mail by hand, and why not. Takes part in the caller's transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, assert_never

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from notifications import audit, deeds, outbook
from notifications.due import Reason, State
from notifications.outbook import Envelope
from notifications.tables import DELIVERY, REMINDER, DeliveryState

RETRY_FOR = timedelta(days=1)
"""How long a mail whose deadline has passed is tried when a person asks for it again."""

_D, _R = DELIVERY.c, REMINDER.c

_IN_HANDS = (DeliveryState.CLAIMED, DeliveryState.TRANSMITTING)
_WAITING = (DeliveryState.PENDING, DeliveryState.RETRY, DeliveryState.IN_DOUBT)
_GIVEN_UP = (DeliveryState.DEAD, DeliveryState.QUARANTINED)
_LOST = (_R.state == State.EXPIRED) & (_R.reason == Reason.UNDELIVERABLE)


class Hand(StrEnum):
    """What a hand does to a mail."""

    RETRY = "retry"
    HOLD = "hold"
    RELEASE = "release"


class Refusal(StrEnum):
    """Why a mail stays as it is."""

    IN_HANDS = "in-hands"  # a worker holds it now
    SENT = "sent"
    ENDED = "ended"  # it has nothing left to say
    HELD = "held"  # it must be released first
    NOT_HELD = "not-held"
    GIVEN_UP = "given-up"  # it does not go anyway
    NOTHING_LEFT = "nothing-left"  # all it told has ended otherwise


NOTES = {
    Hand.RETRY: "sent again by hand",
    Hand.HOLD: "held by hand",
    Hand.RELEASE: "released by hand",
}
"""What the audit says of each; a reason stands behind it and a colon."""


@dataclass(frozen=True, slots=True)
class Done:
    """What a hand did to one mail: the mail as it is now, or why it stays as it was."""

    mail: Envelope
    refusal: Refusal | None = None


def retry(session: Session, mails: Iterable[str], who: str, now: datetime, reason: str = "") -> tuple[Done, ...]:
    """Let mails go now, by id: given up, put aside, or waiting for another try. Their attempts are counted anew.

    What had expired because they were given up is pending again. A mail that was never in doubt is written anew, with
    the same Message-ID; one that was goes with the same bytes. `reason` stands in the audit, here as below.
    """
    return _all(session, mails, Hand.RETRY, who, now, reason)


def hold(session: Session, mails: Iterable[str], who: str, now: datetime, reason: str = "") -> tuple[Done, ...]:
    """Keep mails that are waiting from going until they are released, by id."""
    return _all(session, mails, Hand.HOLD, who, now, reason)


def release(session: Session, mails: Iterable[str], who: str, now: datetime, reason: str = "") -> tuple[Done, ...]:
    """Let mails that were held go again, by id."""
    return _all(session, mails, Hand.RELEASE, who, now, reason)


def refusal(session: Session, mail: Envelope, hand: Hand) -> Refusal | None:
    """Why this hand would leave a mail as it is; None: it would not."""
    plain = _refusal(mail)
    match hand:
        case Hand.RELEASE:
            return None if plain is Refusal.HELD else plain or Refusal.NOT_HELD
        case Hand.HOLD:
            return plain or (Refusal.GIVEN_UP if mail.state in _GIVEN_UP else None)
        case Hand.RETRY:
            left = (_R.state == State.PENDING) | _LOST
            told = session.execute(select(_R.id).where(_R.delivery_id == mail.id, left).limit(1)).first()
            return plain or (None if told else Refusal.NOTHING_LEFT)
    assert_never(hand)


def after(mail: Envelope, hand: Hand) -> DeliveryState:
    """How a mail stands once this hand was not refused."""
    state: DeliveryState = DeliveryState.HELD if hand is Hand.HOLD else _anew(mail)["state"]
    return state


def hold_all(session: Session, why: str, now: datetime) -> int:
    """Keep every mail that waits from going until it is released; returns how many. `why` stands in their history."""
    waiting = update(DELIVERY).where(_D.state.in_(_WAITING)).values(state=DeliveryState.HELD)
    idents = session.execute(waiting.returning(_D.id)).scalars().all()
    audit.write(session, audit.DELIVERY, [(ident, DeliveryState.HELD, why) for ident in idents], now)
    return len(idents)


def _all(session: Session, mails: Iterable[str], hand: Hand, who: str, now: datetime, reason: str) -> tuple[Done, ...]:
    """Every mail, each as far as it may; together they are one line of the trail."""
    done = tuple(_done(session, mail, hand, who, now, reason) for mail in outbook.locked(session, mails))
    deeds.handled(session, hand.value, [one.mail.id for one in done if one.refusal is None], now, who, reason)
    return done


def _done(session: Session, mail: Envelope, hand: Hand, who: str, now: datetime, reason: str) -> Done:
    refused = refusal(session, mail, hand)
    if refused is not None:
        return Done(mail, refused)
    values: dict[str, Any] = {"state": after(mail, hand)}
    if hand is not Hand.HOLD:
        values |= _anew(mail) | {"next_try_at": now}
    if hand is Hand.RETRY:
        _revive(session, mail, _noted(hand, reason), who, now)
        late = mail.deadline is not None and mail.deadline <= now
        values |= {"attempt": 0, "crashes": 0} | ({"deadline": now + RETRY_FOR} if late else {})
    return Done(_changed(session, mail, values, _noted(hand, reason), who, now))


def _revive(session: Session, mail: Envelope, why: str, who: str, now: datetime) -> None:
    """What had expired because the mail was given up is pending again."""
    undeliverable = (_R.delivery_id == mail.id, _LOST)
    lost = session.execute(select(_R.id).where(*undeliverable).order_by(_R.id)).scalars().all()
    session.execute(update(REMINDER).where(*undeliverable).values(state=State.PENDING, reason=None))
    audit.write(session, audit.REMINDER, [(ident, State.PENDING, why) for ident in lost], now, who)


def _noted(hand: Hand, reason: str) -> str:
    return f"{NOTES[hand]}: {reason}" if reason else NOTES[hand]


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
    [changed] = outbook.locked(session, [mail.id])
    return changed
