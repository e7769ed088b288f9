"""Whose calendar gets an event by mail, and whose loses it again: invitations to those who asked for them (iMIP)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from notifications.asks import Almanac
from notifications.audience import Recipient, audience_of, recipients
from notifications.contacts import CalendarWay
from notifications.due import INVITATION, Reminder, Slot, past
from notifications.letters import Method
from notifications.policy import Purpose, Role
from scheduler.occurrence import Record, Status
from scheduler.plan import Kind

INVITED = frozenset({Kind.EXCHANGE, Kind.TALKS, Kind.EVENT})
"""Kinds of events that people attend."""


@dataclass(frozen=True, slots=True)
class Sent:
    """The last that a person's calendar was told of an event, and the SEQUENCE it had then."""

    method: Method
    sequence: int


def invitations(
    records: Iterable[Record], sent: Mapping[tuple[str, str], Sent], almanac: Almanac, today: date
) -> Iterator[Reminder]:
    """What calendars must be told: an event that is confirmed, changed, or off; `sent` by occurrence and recipient.

    Only people who asked for invitations are invited, and only to what they lead or coordinate. Nothing past is told.
    """
    for record in records:
        key, readers = record.occurrence.key, {}
        if past(record.occurrence, today):
            continue
        if _takes_place(record):
            readers = {reader.recipient: reader for reader in _invited(record, almanac, today)}
        for recipient, reader in readers.items():
            last = sent.get((key, recipient))
            if last is None or last.method is Method.CANCEL or last.sequence < record.sequence:
                yield _reminder(record, Purpose.INVITE, reader, today)
        for (occurrence, recipient), last in sent.items():
            if occurrence == key and recipient not in readers and last.method is Method.REQUEST:
                gone = _known(recipient, almanac)
                if gone is not None:
                    yield _reminder(record, Purpose.UNINVITE, gone, today)


def still(record: Record | None, slot: Slot, today: date) -> bool:
    """Whether an invitation that waits still says what stands."""
    if record is None or record.sequence != slot.repeat or past(record.occurrence, today):
        return False
    return _takes_place(record) or slot.step == Purpose.UNINVITE


def _takes_place(record: Record) -> bool:
    occurrence = record.occurrence
    settled = occurrence.status is Status.CONFIRMED and occurrence.window.fixed and occurrence.joint is None
    return settled and occurrence.kind in INVITED


def _invited(record: Record, almanac: Almanac, today: date) -> Iterator[Recipient]:
    whom = audience_of(record.occurrence, (Role.LEAD, Role.COORDINATING))
    for reader in recipients(whom, almanac.directory, almanac.roster, today):
        contact = almanac.roster.named(reader.recipient)
        if contact is not None and contact.calendar is CalendarWay.INVITATIONS:
            yield reader


def _known(recipient: str, almanac: Almanac) -> Recipient | None:
    """A person who was invited before, if they can still be written to."""
    contact = almanac.roster.named(recipient)
    if contact is None or not almanac.roster.reaches(contact):
        return None
    return Recipient(
        recipient=recipient,
        organisation=contact.organisation,
        address=contact.address,
        role=Role.LEAD,
        country="",
        lang=contact.lang,
    )


def _reminder(record: Record, purpose: Purpose, reader: Recipient, today: date) -> Reminder:
    return Reminder(
        slot=Slot(record.occurrence.key, purpose, today, record.sequence, reader.recipient, INVITATION),
        organisation=reader.organisation,
        address=reader.address or "",
        lang=reader.lang,
        role=reader.role,
        send_on=today,
    )
