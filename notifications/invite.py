"""An event as an invitation that calendar programs act on (iMIP, RFC 6047; the iTIP methods of RFC 5546)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC

from icalendar import Calendar, Component, Event, vCalAddress

from calendars.eyes import Voice
from calendars.feed import NotInCalendarsError, entry_of
from calendars.gate import one_line
from calendars.ical import EventStatus, OptimisedInterpreterError, event_bytes
from notifications.letters import InvitationLetter, Method
from notifications.mime import Mailbox, Part, mailbox
from scheduler.plan import Directory


def invitation(letter: InvitationLetter, organizer: Mailbox, base_url: str, directory: Directory) -> Part:
    """The text/calendar part of an invitation, its `method` that of the calendar in it (RFC 6047, section 2.4).

    One event under the UID and SEQUENCE of the occurrence; the organizer is who sends the mail, the one attendee who
    receives it. DTSTAMP is when the mail is written, so that of two of one SEQUENCE the later counts (RFC 5546, 2.1.5).
    Raises NotInCalendarsError for an occurrence without a day, AddressError for an address that is not one mailbox,
    OptimisedInterpreterError under -O.
    """
    if not __debug__:
        raise OptimisedInterpreterError
    event = _event(letter, base_url, directory)
    event.DTSTAMP = letter.written_at.astimezone(UTC)
    event.add("organizer", _person(organizer))
    event.add("attendee", _attendee(letter))
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", f"-//luanphien//luanphien//{letter.lang.upper()}")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", letter.method.value)
    calendar.add_component(event)
    return Part(f"text/calendar; method={letter.method}", bytes(calendar.to_ical()))


def _event(letter: InvitationLetter, base_url: str, directory: Directory) -> Component:
    entry = entry_of(letter.record, directory, Voice(letter.lang, letter.organisation), base_url)
    if entry is None:
        raise NotInCalendarsError(letter.record.occurrence.key)
    if letter.method is Method.CANCEL:
        entry = replace(entry, status=EventStatus.CANCELLED, busy=False)
    return Event.from_ical(event_bytes(entry))


def _attendee(letter: InvitationLetter) -> vCalAddress:
    attendee = _person(Mailbox(letter.person or "", mailbox(letter.address).address))
    if letter.method is Method.REQUEST:
        attendee.params["PARTSTAT"] = "NEEDS-ACTION"
        attendee.params["ROLE"] = "REQ-PARTICIPANT"
        attendee.params["RSVP"] = "TRUE"
    return attendee


def _person(box: Mailbox) -> vCalAddress:
    """A calendar address; a name has no double quotes, which a parameter cannot hold (RFC 5545, section 3.2)."""
    person = vCalAddress(f"mailto:{box.address}")
    name = one_line(box.name).replace('"', "'")
    if name:
        person.params["CN"] = name
    return person
