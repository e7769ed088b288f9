"""What was sent and what became of it: who has not answered, what calendars were told, what is done already."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from datetime import date, timedelta, tzinfo

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from notifications.answers import Answer, Matter, answers_of, covers, standing_answer
from notifications.asks import Almanac, Ask
from notifications.due import INVITATION, MAIL, Reason, Slot, State, standing, told_still
from notifications.escalation import Reached, beneath
from notifications.invitations import Sent
from notifications.letters import Method
from notifications.outbox import Ending
from notifications.policy import Purpose, Role
from notifications.tables import ANSWER, DELIVERY, REMINDER, DeliveryState
from notifications.tokens import Action
from scheduler.occurrence import Record

Lookup = Callable[[Session, Collection[str]], Mapping[str, Record]]
"""The occurrences that have these keys; unknown keys are left out."""

_R = REMINDER.c
_CLOSING = (Action.ACKNOWLEDGE, Action.DONE, Action.POSTPONE)
_SLOT = (_R.occurrence, _R.step, _R.counted_from, _R.repeat, _R.recipient, _R.channel)


def reached(session: Session, since: date, zone: tzinfo) -> tuple[Reached, ...]:
    """Reminders to those who lead that reached them, about days from `since` on, and whether they were answered.

    What one of an organisation acknowledges, reports as done, or asks other days for, is answered for all of it.
    """
    told = or_(_R.state == State.SENT, and_(_R.state == State.COALESCED, _R.reason == Reason.SAME_DAY))
    rows = session.execute(
        select(*_SLOT, _R.organisation, DELIVERY.c.sent_at)
        .join(DELIVERY, DELIVERY.c.id == _R.delivery_id)
        .where(told, _R.role == Role.LEAD, _R.channel == MAIL, _R.counted_from >= since)
        .where(
            DELIVERY.c.state == DeliveryState.SENT, _R.step.not_in((Purpose.DIGEST, Purpose.CHANGED, Purpose.VERIFY))
        )
        .order_by(DELIVERY.c.sent_at, _R.id)
    ).all()
    given: dict[str, list[Answer]] = {}
    for answer in answers_of(session, {row.occurrence for row in rows}):
        given.setdefault(answer.occurrence, []).append(answer)
    closed = _closed(session, _R.counted_from >= since)
    sent = (Reached(Slot(*row[:6]), row[6], row[7].astimezone(zone).date()) for row in rows)
    return tuple(
        replace(each, answered=_line(each) in closed or _answered(given.get(each.slot.occurrence, ()), _matter(each)))
        for each in sent
    )


def is_answered(session: Session, slot: Slot, organisation: str) -> bool:
    """Whether somebody of an organisation has answered this reminder, or done what it asks for."""
    matter = Matter(slot.id, slot, organisation)
    closed = _closed(session, _R.occurrence == slot.occurrence)
    return (replace(slot, recipient=""), organisation) in closed or _answered(
        answers_of(session, (slot.occurrence,)), matter
    )


def _closed(session: Session, which: ColumnElement[bool]) -> frozenset[tuple[Slot, str]]:
    """What was answered, each time by itself, and whose duty it is; whoever answered it, whatever their rank."""
    answered = select(*_SLOT, _R.organisation).join(ANSWER, ANSWER.c.reminder == _R.id)
    rows = session.execute(answered.where(ANSWER.c.action.in_(_CLOSING), which))
    return frozenset((replace(beneath(Slot(*row[:6])), recipient=""), row[6]) for row in rows)


def _line(sent: Reached) -> tuple[Slot, str]:
    return replace(sent.slot, recipient=""), sent.organisation


def is_done(session: Session, slot: Slot, organisation: str) -> bool:
    """Whether what a reminder asks for was reported as done."""
    return standing_answer(session, Matter(slot.id, slot, organisation), Action.DONE) is not None


def strays(session: Session, lookup: Lookup, almanac: Almanac, today: date) -> tuple[Ending, ...]:
    """How those slots end that came too late for a day's mail, and that nothing asks for any more before the next."""
    homeless = (_R.state == State.PENDING, _R.delivery_id.is_(None))
    rows = session.execute(select(_R.id, *_SLOT).where(*homeless).order_by(_R.id)).all()
    records = lookup(session, {row.occurrence for row in rows})
    monday = today - timedelta(days=today.weekday())
    ended = []
    for ident, *parts in rows:
        slot = Slot(*parts)
        base, digest = beneath(slot), slot.step == Purpose.DIGEST
        found = standing(records.get(slot.occurrence), base, almanac, today)
        if isinstance(found, Ask):
            superior = almanac.roster.named(slot.recipient) if base != slot else None
            found = found if superior or told_still(found, slot.recipient, almanac, today) else Reason.MOVED
        if isinstance(found, Reason) and (not digest or slot.counted_from < monday):
            ended.append(Ending(ident, State.EXPIRED, Reason.PAST if digest else found))
    return tuple(ended)


def _answered(given: Iterable[Answer], matter: Matter) -> bool:
    return any(covers(answer, matter, action) for answer in given for action in _CLOSING)


def _matter(sent: Reached) -> Matter:
    return Matter(sent.slot.id, sent.slot, sent.organisation)


def ended(session: Session, idents: Collection[str]) -> frozenset[str]:
    """Which of these slots have gone, or ended otherwise."""
    over = select(_R.id).where(_R.id.in_(idents), _R.state != State.PENDING)
    return frozenset(session.execute(over).scalars())


def invited(session: Session) -> Mapping[tuple[str, str], Sent]:
    """What each person's calendar was last told of each event, or will be once the mail that waits has gone.

    What could not be delivered counts as told: it is not tried again every day.
    """
    return _invited(session)


def overtaken(session: Session, slot: Slot) -> bool:
    """Whether a calendar was, or will be, told something newer than this invitation."""
    method = Method.REQUEST if slot.step == Purpose.INVITE else Method.CANCEL
    same = (_R.occurrence == slot.occurrence, _R.recipient == slot.recipient)
    last = _invited(session, *same).get((slot.occurrence, slot.recipient))
    return last != Sent(method, slot.repeat)


def _invited(session: Session, *which: ColumnElement[bool]) -> Mapping[tuple[str, str], Sent]:
    lives = or_(_R.state != State.EXPIRED, _R.reason == Reason.UNDELIVERABLE)
    rows = session.execute(
        select(_R.occurrence, _R.recipient, _R.step, _R.repeat)
        .join(DELIVERY, DELIVERY.c.id == _R.delivery_id)
        .where(_R.channel == INVITATION, lives, *which)
        .order_by(DELIVERY.c.created_at, _R.repeat)
    )
    found: dict[tuple[str, str], Sent] = {}
    for occurrence, recipient, step, sequence in rows:
        method = Method.REQUEST if step == Purpose.INVITE else Method.CANCEL
        found[occurrence, recipient] = Sent(method, sequence)
    return found


def invited_before(session: Session, slot: Slot) -> bool:
    """Whether the person of an invitation was invited to the same event before."""
    same = (_R.occurrence == slot.occurrence, _R.recipient == slot.recipient, _R.channel == INVITATION)
    earlier = (_R.state.in_((State.SENT, State.COALESCED)), _R.step == Purpose.INVITE)
    return session.execute(select(_R.id).where(*same, *earlier).limit(1)).first() is not None
