"""What was sent and what became of it: who has not answered, what calendars were told, what is done already."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta, tzinfo
from itertools import chain
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, literal_column, or_, select
from sqlalchemy.orm import Session

from notifications.answers import Answer, Matter, answers_of, covers
from notifications.asks import Almanac, Ask
from notifications.bulk import among, parted
from notifications.due import INVITATION, MAIL, Reason, Slot, State, standing, told_still
from notifications.escalation import Reached, beneath
from notifications.invitations import Sent
from notifications.letters import Method
from notifications.outbox import Ending, delivery_id
from notifications.policy import Purpose, Role
from notifications.tables import ANSWER, DELIVERY, REMINDER, DeliveryState
from notifications.tokens import Action
from scheduler.occurrence import Record

Lookup = Callable[[Session, Collection[str]], Mapping[str, Record]]
"""The occurrences that have these keys; unknown keys are left out."""

_R = REMINDER.c
_LEADS: ColumnElement[str] = literal_column(f"'{Role.LEAD}'")  # said in full: an index may be for these rows alone
_INVITES = _R.channel == literal_column(f"'{INVITATION}'")
_HOMELESS = and_(_R.state == literal_column(f"'{State.PENDING}'"), _R.delivery_id.is_(None))
_NEVER_RISE = (Purpose.DIGEST, Purpose.CHANGED, Purpose.VERIFY)
_GONE = (DeliveryState.SENT, DeliveryState.CLAIMED, DeliveryState.TRANSMITTING)
_CLOSING = (Action.ACKNOWLEDGE, Action.DONE, Action.POSTPONE)
_SLOT = (_R.occurrence, _R.step, _R.counted_from, _R.repeat, _R.recipient, _R.channel)


def reached(
    session: Session, since: date, zone: tzinfo, until: date = date.max, occurrences: Collection[str] | None = None
) -> tuple[Reached, ...]:
    """Reminders to those who lead that reached them, about the days `since`..`until`, and whether they were answered.

    Of these `occurrences` only, where they are named. What one of an organisation acknowledges, reports as done, or
    asks other days for, is answered for all of it.
    """
    told = or_(_R.state == State.SENT, and_(_R.state == State.COALESCED, _R.reason == Reason.SAME_DAY))
    query = (
        select(*_SLOT, _R.organisation, DELIVERY.c.sent_at, _R.id)
        .join(DELIVERY, DELIVERY.c.id == _R.delivery_id)
        .where(told, _R.role == _LEADS, _R.channel == MAIL, _R.counted_from.between(since, until))
        .where(DELIVERY.c.state == DeliveryState.SENT, _R.step.not_in(_NEVER_RISE))
    )
    rows = sorted(_rows(session, query, occurrences), key=lambda row: (row.sent_at, row.id))
    known = answered(session, {row.occurrence for row in rows})
    sent = (Reached(Slot(*row[:6]), row[6], row[7].astimezone(zone).date()) for row in rows)
    return tuple(replace(it, answered=True) if known.is_answered(it.slot, it.organisation) else it for it in sent)


def superiors(session: Session, occurrences: Collection[str]) -> Mapping[str, date]:
    """The day on which superiors were told of these occurrences, or were to be: by the id of their slot."""
    query = select(_R.id, _R.send_on).where(_R.step.like(f"{Purpose.ESCALATE}-%"))
    return {row.id: row.send_on for row in _rows(session, query, occurrences)}


@dataclass(frozen=True, slots=True)
class Answered:
    """What was answered about some occurrences: `given` by occurrence, `closed` each time by itself and whose duty."""

    given: Mapping[str, tuple[Answer, ...]]
    closed: frozenset[tuple[Slot, str]]

    def is_answered(self, slot: Slot, organisation: str) -> bool:
        """Whether somebody of an organisation has answered this reminder, or done what it asks for."""
        if slot.occurrence not in self.given:
            return False
        matter = Matter(slot.id, slot, organisation)
        return (replace(slot, recipient=""), organisation) in self.closed or any(
            covers(answer, matter, action) for answer in self.given[slot.occurrence] for action in _CLOSING
        )

    def is_done(self, slot: Slot, organisation: str) -> bool:
        """Whether what a reminder asks for was reported as done."""
        if slot.occurrence not in self.given:
            return False
        matter = Matter(slot.id, slot, organisation)
        return any(covers(answer, matter, Action.DONE) for answer in self.given[slot.occurrence])


def answered(session: Session, occurrences: Iterable[str]) -> Answered:
    """Every answer to reminders of these occurrences."""
    given: dict[str, list[Answer]] = {}
    for answer in answers_of(session, occurrences):
        given.setdefault(answer.occurrence, []).append(answer)
    closed = (_closed(session, keys) for keys in parted(given))
    return Answered({key: tuple(answers) for key, answers in given.items()}, frozenset(chain.from_iterable(closed)))


def is_answered(session: Session, slot: Slot, organisation: str) -> bool:
    """Whether somebody of an organisation has answered this reminder, or done what it asks for."""
    return answered(session, (slot.occurrence,)).is_answered(slot, organisation)


def is_done(session: Session, slot: Slot, organisation: str) -> bool:
    """Whether what a reminder asks for was reported as done."""
    return answered(session, (slot.occurrence,)).is_done(slot, organisation)


def _closed(session: Session, occurrences: Sequence[str]) -> Iterator[tuple[Slot, str]]:
    """What was answered, each time by itself, and whose duty it is; whoever answered it, whatever their rank."""
    query = select(*_SLOT, _R.organisation).join(ANSWER, ANSWER.c.reminder == _R.id)
    rows = session.execute(query.where(ANSWER.c.action.in_(_CLOSING), among(session, ANSWER.c.occurrence, occurrences)))
    return ((replace(beneath(Slot(*row[:6])), recipient=""), row[6]) for row in rows)


def strays(session: Session, lookup: Lookup, almanac: Almanac, today: date) -> tuple[Ending, ...]:
    """How those slots end that came too late for a day's mail, and that nothing asks for any more before the next."""
    rows = session.execute(select(_R.id, *_SLOT).where(_HOMELESS).order_by(_R.id)).all()
    if not rows:
        return ()
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


def ended(session: Session, idents: Collection[str]) -> frozenset[str]:
    """Which of these slots have gone, or ended otherwise."""
    over = select(_R.id).where(_R.id.in_(idents), _R.state != State.PENDING)
    return frozenset(session.execute(over).scalars())


def joinable(session: Session, day: date) -> frozenset[str]:
    """Occurrences of slots that wait without a mail, though the mail of `day` to their address takes more in."""
    c = DELIVERY.c
    rows = session.execute(select(_R.occurrence, _R.address).where(_HOMELESS).distinct()).all()
    mails = {delivery_id(address, day): address for _, address in rows}
    untouched = (c.state == DeliveryState.PENDING, c.message_id.is_(None))
    found = (
        session.execute(select(c.id).where(among(session, c.id, idents), *untouched)).scalars()
        for idents in parted(mails)
    )
    takes = {mails[ident] for ident in chain.from_iterable(found)}
    return frozenset(occurrence for occurrence, address in rows if address in takes)


def written_to(session: Session, occurrences: Collection[str]) -> Mapping[str, frozenset[Role]]:
    """In which roles somebody was written to about each of these occurrences, or may have been: by its key.

    A mail in a worker's hands counts, and one that may have arrived; one that waits is written as things stand when it
    goes. What an office is told about its mail does not count.
    """
    may_have_gone = or_(DELIVERY.c.state.in_(_GONE), DELIVERY.c.doubted)
    query = (
        select(_R.occurrence, _R.role)
        .join(DELIVERY, DELIVERY.c.id == _R.delivery_id)
        .where(may_have_gone, _R.channel == MAIL, _R.step.not_like(f"{Purpose.OFFICE}%"))
        .distinct()
    )
    found: dict[str, set[Role]] = {}
    for occurrence, role in _rows(session, query, occurrences):
        found.setdefault(occurrence, set()).add(Role(role))
    return {occurrence: frozenset(roles) for occurrence, roles in found.items()}


def homeless(session: Session) -> frozenset[str]:
    """Occurrences of slots that wait without a mail."""
    return frozenset(session.execute(select(_R.occurrence).where(_HOMELESS).distinct()).scalars())


def told_calendars(session: Session) -> frozenset[str]:
    """Events that some calendar was told of by mail."""
    return frozenset(session.execute(select(_R.occurrence).where(_INVITES).distinct()).scalars())


def invited(session: Session, occurrences: Collection[str] | None = None) -> Mapping[tuple[str, str], Sent]:
    """What each person's calendar was last told of each event, or will be once the mail that waits has gone.

    Of these `occurrences` only, where they are named. What could not be delivered counts as told: it is not tried again
    every day.
    """
    lives = or_(_R.state != State.EXPIRED, _R.reason == Reason.UNDELIVERABLE)
    query = (
        select(_R.occurrence, _R.recipient, _R.step, _R.repeat)
        .join(DELIVERY, DELIVERY.c.id == _R.delivery_id)
        .where(_INVITES, lives)
        .order_by(DELIVERY.c.created_at, _R.repeat)
    )
    found: dict[tuple[str, str], Sent] = {}
    for occurrence, recipient, step, sequence in _rows(session, query, occurrences):
        method = Method.REQUEST if step == Purpose.INVITE else Method.CANCEL
        found[occurrence, recipient] = Sent(method, sequence)
    return found


def invited_before(session: Session, occurrences: Collection[str]) -> frozenset[tuple[str, str]]:
    """Whose calendar was asked earlier to take these events in: occurrence and recipient."""
    query = select(_R.occurrence, _R.recipient).where(_INVITES, _R.step == Purpose.INVITE)
    sent = query.where(_R.state.in_((State.SENT, State.COALESCED)))
    return frozenset((occurrence, recipient) for occurrence, recipient in _rows(session, sent, occurrences))


def _rows(session: Session, query: Select[*tuple[Any, ...]], occurrences: Collection[str] | None) -> Iterator[Any]:
    """What a query finds; of these occurrences only, where they are named."""
    if occurrences is None:
        yield from session.execute(query)
        return
    for part in parted(occurrences):
        yield from session.execute(query.where(among(session, _R.occurrence, part)))
