"""Which reminders are due: a plan of mail, computed from occurrences and a policy; what was sent is not known here."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from itertools import groupby

from notifications.asks import Almanac, Ask, asks
from notifications.audience import Recipient, recipients
from notifications.idents import namer
from notifications.policy import Role
from scheduler.occurrence import Occurrence, Record, Status
from scheduler.preparation import Way
from scheduler.window import ONE_DAY

MAIL = "mail"
INVITATION = "imip"

_named = namer("6f0c1a52-6a43-5b0f-9f0e-6c75616e7068")


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
    MOVED = "moved"  # other days, steps or readers, or another sort of row by now
    JOINT = "joint"  # another meeting fulfils it
    GONE = "gone"  # no such occurrence any more
    HELD = "held"
    SKIPPED = "skipped"
    CANCELLED = "cancelled"
    ANSWERED = "answered"  # somebody acknowledged it, or did it
    CLOSED = "closed"  # the address takes no more mail
    UNDELIVERABLE = "undeliverable"  # its mail was given up


_OVER = {Status.HELD: Reason.HELD, Status.SKIPPED: Reason.SKIPPED, Status.CANCELLED: Reason.CANCELLED}


@dataclass(frozen=True, slots=True, order=True)
class Slot:
    """What makes a reminder one and the same. `repeat` counts repetitions of a step.

    `recipient` is an organisation or a person (`audience.Recipient`).
    """

    occurrence: str
    step: str
    counted_from: date
    repeat: int
    recipient: str
    channel: str = MAIL

    @property
    def id(self) -> str:
        """32 hexadecimal digits that follow from the slot (RFC 9562, version 5)."""
        about = f"{self.occurrence}\n{self.step}\n{self.counted_from}"
        return _named(f"{about}\n{self.repeat}\n{self.recipient}\n{self.channel}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminder:
    """One step of one occurrence for one reader.

    `organisation` is whose duty it is. `send_on` is a working day of the reader, never later than the step's own day.
    `into` is the slot that speaks for this one when it is coalesced, and may itself have gone into another. `address`
    is empty for reason no-address only. `detail` is JSON that only the mail needs.
    """

    slot: Slot
    organisation: str
    address: str
    lang: str
    role: Role
    send_on: date
    state: State = State.PENDING
    reason: Reason | None = None
    into: Slot | None = None
    detail: str | None = None


@dataclass(frozen=True, slots=True)
class Looked:
    """What was looked at before: on every day `first`..`last` what was due then, all else being as it is today.

    `but`: keys of occurrences that may have changed since the last of these days, or of which something still has to be
    put into a mail.
    """

    first: date
    last: date
    but: frozenset[str] = frozenset()

    def told(self, record: Record, since: date, reader: Recipient, almanac: Almanac) -> bool:
        """Whether what may be due to a reader from `since` on was found on one of these days: they worked on one.

        The days before an occurrence changed do not count, nor does that day itself, in whatever zone.
        """
        day = max(since, self.first, record.changed_at.date() + 2 * ONE_DAY)
        while day <= self.last and not almanac.works(day, reader):
            day += ONE_DAY
        return day <= self.last


def due(
    records: Iterable[Record], almanac: Almanac, today: date, since: date, looked: Looked | None = None
) -> Iterator[Reminder]:
    """Every slot due on or before `today` and how it ends if nothing was sent yet; an outbox knows what was.

    To one reader only the latest step of an occurrence that is not over is pending, and to one address only one
    reminder: the others are coalesced into it. On a reader's day off nothing is: what is due waits for the next working
    day. Of an occurrence that is over, slots from `since` on are expired as past; earlier ones are not mentioned, nor
    is what was past by `since` ever called overdue. Readers are resolved as of `today`.

    What was `looked` at before is left out, where it would be the same again.
    """
    pending: list[Reminder] = []
    readers: _Readers = {}
    for record in records:
        known = None if looked is None or record.occurrence.key in looked.but else looked
        missed = past(record.occurrence, today)
        worth = (ask for ask in asks(record, almanac) if _worth(ask, since) and almanac.may_be_due(ask, today))
        planned = _planned(record, worth, almanac, today, readers)
        reached = [entry for entry in planned if entry[2].send_on <= today]
        for ask, reader, mine, whole in _grouped(reached, lambda ask, reader, _: (reader.recipient, ask.line)):
            old = known is not None and whole <= known.last
            if missed and not ask.afterwards:
                if not (old and known is not None and past(record.occurrence, known.last)):
                    yield from (_expired(reminder, Reason.PAST) for reminder in mine if reminder.send_on >= since)
            elif reader.address is None:
                yield from (_expired(reminder, Reason.NO_ADDRESS) for reminder in mine if not old)
            elif almanac.works(today, reader) and not (known and known.told(record, whole, reader, almanac)):
                pending.append(mine[-1])
                yield from _coalesced(mine[:-1], mine[-1].slot, Reason.LATER_STEP)
    yield from one_a_day(pending, lambda _: today)


def between(records: Iterable[Record], almanac: Almanac, first: date, last: date) -> Iterator[Reminder]:
    """The slots to be sent on the inclusive days `first`..`last`, nothing having been missed before.

    Pending: the mails themselves; what is coalesced goes with one of them. Readers are resolved as of each step's day.
    What is not past by `first` is taken to be recorded in time.
    """
    pending: list[Reminder] = []
    readers: _Readers = {}
    for record in records:
        worth = (ask for ask in asks(record, almanac) if _may_fall(ask, almanac, first, last))
        planned = _planned(record, worth, almanac, None, readers)
        inside = [entry for entry in planned if first <= entry[2].send_on <= last]
        for _, reader, mine, _ in _grouped(inside, lambda ask, who, mail: (who.recipient, ask.line, mail.send_on)):
            if reader.address is None:
                yield from (_expired(reminder, Reason.NO_ADDRESS) for reminder in mine)
            else:
                pending.append(mine[-1])
                yield from _coalesced(mine[:-1], mine[-1].slot, Reason.LATER_STEP)
    yield from one_a_day(pending, lambda reminder: reminder.send_on)


def _may_fall(ask: Ask, almanac: Almanac, first: date, last: date) -> bool:
    """Whether any reader may have the mail of an ask on these days; cheap. What goes before a day never goes later."""
    early = ask.base < first if ask.step.way is Way.AFTER else ask.around >= first
    return early and almanac.may_be_due(ask, last)


def standing(record: Record | None, slot: Slot, almanac: Almanac, today: date) -> Ask | Reason:
    """What a slot still asks for on `today`; else the reason why it must not be sent any more."""
    if record is None:
        return Reason.GONE
    named = (slot.step, slot.counted_from, slot.repeat)
    same = (ask for ask in asks(record, almanac) if (ask.step.id, ask.counted_from, ask.repeat) == named)
    ask = next(same, None)
    if ask is not None and (ask.afterwards or not past(record.occurrence, today)):
        return ask
    return why_fallen(record.occurrence, today)


def told_still(ask: Ask, recipient: str, almanac: Almanac, today: date) -> bool:
    """Whether who was to be reminded of an ask still is on `today`: it may be somebody else's by now."""
    readers = recipients(ask.audience, almanac.directory, almanac.roster, today)
    return recipient in {reader.recipient for reader in readers}


def why_fallen(occurrence: Occurrence, today: date) -> Reason:
    """Why nothing is asked for any more that once was."""
    if occurrence.status in _OVER:
        return _OVER[occurrence.status]
    if occurrence.joint is not None:
        return Reason.JOINT
    return Reason.PAST if past(occurrence, today) else Reason.MOVED


def past(occurrence: Occurrence, today: date) -> bool:
    """Whether its last day has gone."""
    return occurrence.window.last is not None and occurrence.window.last < today


def one_a_day(pending: Iterable[Reminder], day_of: Callable[[Reminder], date]) -> Iterator[Reminder]:
    """One reminder an address and day carries the mail, the most pressing; the others go into it."""

    def mailbag(reminder: Reminder) -> tuple[str, date]:
        return reminder.address, day_of(reminder)

    ordered = sorted(pending, key=lambda reminder: (mailbag(reminder), reminder.slot.counted_from, reminder.slot))
    for _, group in groupby(ordered, key=mailbag):
        carrier, *others = group
        yield carrier
        yield from _coalesced(others, carrier.slot, Reason.SAME_DAY)


_Entry = tuple[Ask, Recipient, Reminder]
_Readers = dict[Hashable, tuple[Recipient, ...]]


def _planned(
    record: Record, worth: Iterable[Ask], almanac: Almanac, day: date | None, readers: _Readers
) -> Iterator[_Entry]:
    """Each ask for every reader as of `day`, or of the step's own day where it is None. `readers` is a memory."""
    for ask in worth:
        on = day or ask.around
        whom = ask.audience.named, on
        if whom not in readers:
            readers[whom] = recipients(ask.audience, almanac.directory, almanac.roster, on)
        for reader in readers[whom]:
            nominal = ask.falls_on(almanac, (reader.country,))
            yield ask, reader, reminder_of(record, ask, reader, almanac.sends(nominal, reader))


def reminder_of(record: Record, ask: Ask, reader: Recipient, send_on: date) -> Reminder:
    """The pending reminder of an ask for a reader."""
    return Reminder(
        slot=Slot(record.occurrence.key, ask.step.id, ask.counted_from, ask.repeat, reader.recipient),
        organisation=reader.organisation,
        address=reader.address or "",
        lang=reader.lang,
        role=reader.role,
        send_on=send_on,
    )


def _worth(ask: Ask, since: date) -> bool:
    """What was past before the store began is history: nobody is asked about it."""
    return not ask.afterwards or ask.base >= since


def _grouped(
    planned: Iterable[_Entry], key: Callable[[Ask, Recipient, Reminder], Hashable]
) -> Iterator[tuple[Ask, Recipient, list[Reminder], date]]:
    """Reminders by key, in order of first appearance, each group by day and then in its own order.

    With each the day from which on all of it may be due: what comes after a day is not asked for before, though a
    reader's week may begin earlier.
    """
    groups: dict[Hashable, tuple[Ask, Recipient, list[Reminder], list[date]]] = {}
    for ask, reader, reminder in planned:
        _, _, reminders, days = groups.setdefault(key(ask, reader, reminder), (ask, reader, [], []))
        reminders.append(reminder)
        days.append(max(reminder.send_on, ask.around) if ask.step.way is Way.AFTER else reminder.send_on)
    for ask, reader, reminders, days in groups.values():
        yield ask, reader, sorted(reminders, key=lambda reminder: reminder.send_on), max(days)


def _coalesced(reminders: Iterable[Reminder], into: Slot, reason: Reason) -> Iterator[Reminder]:
    return (replace(reminder, state=State.COALESCED, reason=reason, into=into) for reminder in reminders)


def _expired(reminder: Reminder, reason: Reason) -> Reminder:
    return replace(reminder, state=State.EXPIRED, reason=reason)
