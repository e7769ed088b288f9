"""Which reminders are due: a plan of mail, computed from occurrences and a policy; what was sent is not known here."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from itertools import groupby
from uuid import UUID, uuid5

from notifications.audience import Recipient, recipients
from notifications.policy import Policy, Role, Step
from scheduler.occurrence import Occurrence, Record, Status
from scheduler.plan import Directory

MAIL = "mail"

Earlier = Callable[[date, tuple[str, ...]], date]
"""The day itself when it is a working day in all these countries (ISO 3166-1 alpha-2), else the last one before it.

`scheduler.workdays.DaysOff.earlier` is one."""

_NAMESPACE = UUID("6f0c1a52-6a43-5b0f-9f0e-6c75616e7068")


class State(StrEnum):
    """How a slot ends: sent, gone into another mail, or expired for a reason; until then it is pending."""

    PENDING = "pending"
    SENT = "sent"
    COALESCED = "coalesced"
    EXPIRED = "expired"


class Reason(StrEnum):
    """Why a slot was not sent by itself."""

    LATER_STEP = "later-step"  # coalesced: a later step of the same occurrence was due too
    SAME_DAY = "same-day"  # coalesced: the reader has one mail a day
    PAST = "past"  # the occurrence was over
    NO_ADDRESS = "no-address"  # neither the body nor the plan's owner has an address
    MOVED = "moved"  # other days, other steps or another sort of row by now
    JOINT = "joint"  # another meeting fulfils it
    GONE = "gone"  # no such occurrence any more
    HELD = "held"
    SKIPPED = "skipped"
    CANCELLED = "cancelled"
    UNDELIVERABLE = "undeliverable"  # its mail was given up


_OVER = {Status.HELD: Reason.HELD, Status.SKIPPED: Reason.SKIPPED, Status.CANCELLED: Reason.CANCELLED}


@dataclass(frozen=True, slots=True, order=True)
class Slot:
    """What makes a reminder one and the same. `repeat` counts repetitions of a step; `recipient` is an organisation."""

    occurrence: str
    step: str
    counted_from: date
    repeat: int
    recipient: str
    channel: str = MAIL

    @property
    def id(self) -> str:
        """32 hexadecimal digits that follow from the slot (RFC 9562, version 5)."""
        parts = (self.occurrence, self.step, self.counted_from, self.repeat, self.recipient, self.channel)
        return uuid5(_NAMESPACE, "\n".join(map(str, parts))).hex


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminder:
    """One step of one occurrence for one reader.

    `send_on` is a working day of the reader, never later than the step's own day. `into` is the slot that speaks for
    this one when it is coalesced, and may itself have gone into another. `address` is empty for reason no-address only.
    """

    slot: Slot
    address: str
    lang: str
    role: Role
    send_on: date
    state: State = State.PENDING
    reason: Reason | None = None
    into: Slot | None = None


@dataclass(frozen=True, slots=True)
class Almanac:
    """What the day a reminder goes depends on, beside the policy."""

    policy: Policy
    directory: Directory
    earlier: Earlier


def due(records: Iterable[Record], almanac: Almanac, today: date, since: date) -> Iterator[Reminder]:
    """Every slot due on or before `today` and how it ends if nothing was sent yet; an outbox knows what was.

    To one reader only the latest step of an occurrence that is not over is pending, and to one address only one
    reminder: the others are coalesced into it. On a reader's day off nothing is: what is due waits for the next working
    day. Of an occurrence that is over, slots from `since` on are expired as past; earlier ones are not mentioned.
    Readers are resolved as of `today`.
    """
    pending: list[Reminder] = []
    for record in records:
        missed = _past(record.occurrence, today)
        reached = [(r, m) for r, m in _planned(record.occurrence, almanac, today) if m.send_on <= today]
        for reader, mine in _grouped(reached, lambda reader, _: (reader.organisation,)):
            if missed:
                yield from (_expired(reminder, Reason.PAST) for reminder in mine if reminder.send_on >= since)
            elif reader.address is None:
                yield from (_expired(reminder, Reason.NO_ADDRESS) for reminder in mine)
            elif almanac.earlier(today, (reader.country,)) == today:
                pending.append(mine[-1])
                yield from _coalesced(mine[:-1], mine[-1].slot, Reason.LATER_STEP)
    yield from _one_a_day(pending, lambda _: today)


def between(records: Iterable[Record], almanac: Almanac, first: date, last: date) -> Iterator[Reminder]:
    """The slots to be sent on the inclusive days `first`..`last`, nothing having been missed before.

    Pending: the mails themselves; what is coalesced goes with one of them. Readers are resolved as of each step's day.
    """
    pending: list[Reminder] = []
    for record in records:
        inside = [(r, m) for r, m in _planned(record.occurrence, almanac, None) if first <= m.send_on <= last]
        for reader, mine in _grouped(inside, lambda reader, reminder: (reader.organisation, reminder.send_on)):
            if reader.address is None:
                yield from (_expired(reminder, Reason.NO_ADDRESS) for reminder in mine)
            else:
                pending.append(mine[-1])
                yield from _coalesced(mine[:-1], mine[-1].slot, Reason.LATER_STEP)
    yield from _one_a_day(pending, lambda reminder: reminder.send_on)


def standing(record: Record | None, slot: Slot, policy: Policy, today: date) -> Step | Reason:
    """The step a slot still asks for on `today`; else the reason why it must not be sent any more."""
    if record is None:
        return Reason.GONE
    occurrence = record.occurrence
    if occurrence.status in _OVER:
        return _OVER[occurrence.status]
    if occurrence.joint is not None:
        return Reason.JOINT
    if _past(occurrence, today):
        return Reason.PAST
    same = (step for step in policy.steps_for(occurrence) if step.id == slot.step)
    return next((step for step in same if step.counted_from(occurrence.window) == slot.counted_from), Reason.MOVED)


def _planned(occurrence: Occurrence, almanac: Almanac, day: date | None) -> Iterator[tuple[Recipient, Reminder]]:
    """Every step for every reader as of `day`, or of the step's own day where it is None; earliest step first."""
    for step in almanac.policy.steps_for(occurrence):
        origin, nominal = step.counted_from(occurrence.window), step.falls_on(occurrence.window)
        if origin is None or nominal is None:
            continue
        for reader in recipients(occurrence, step.audience, almanac.directory, day or nominal):
            yield (
                reader,
                Reminder(
                    slot=Slot(occurrence.key, step.id, origin, 0, reader.organisation),
                    address=reader.address or "",
                    lang=reader.lang,
                    role=reader.role,
                    send_on=almanac.earlier(nominal, (reader.country,)),
                ),
            )


def _grouped(
    planned: Iterable[tuple[Recipient, Reminder]], key: Callable[[Recipient, Reminder], Hashable]
) -> Iterator[tuple[Recipient, list[Reminder]]]:
    """Reminders by key, in order of first appearance, each group in its own order."""
    groups: dict[Hashable, tuple[Recipient, list[Reminder]]] = {}
    for reader, reminder in planned:
        groups.setdefault(key(reader, reminder), (reader, []))[1].append(reminder)
    yield from groups.values()


def _one_a_day(pending: Iterable[Reminder], day_of: Callable[[Reminder], date]) -> Iterator[Reminder]:
    """One reminder an address and day carries the mail, the most pressing; the others go into it."""

    def mailbag(reminder: Reminder) -> tuple[str, date]:
        return reminder.address, day_of(reminder)

    ordered = sorted(pending, key=lambda reminder: (mailbag(reminder), reminder.slot.counted_from, reminder.slot))
    for _, group in groupby(ordered, key=mailbag):
        carrier, *others = group
        yield carrier
        yield from _coalesced(others, carrier.slot, Reason.SAME_DAY)


def _coalesced(reminders: Iterable[Reminder], into: Slot, reason: Reason) -> Iterator[Reminder]:
    return (replace(reminder, state=State.COALESCED, reason=reason, into=into) for reminder in reminders)


def _expired(reminder: Reminder, reason: Reason) -> Reminder:
    return replace(reminder, state=State.EXPIRED, reason=reason)


def _past(occurrence: Occurrence, today: date) -> bool:
    return occurrence.window.last is not None and occurrence.window.last < today
