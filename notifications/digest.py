"""Monday's look ahead for those who want one mail a week: what the week brings, and the month."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from notifications.asks import Almanac
from notifications.audience import person
from notifications.contacts import Mails
from notifications.due import Reminder, Slot
from notifications.letters import Agenda
from notifications.policy import Purpose, Role
from scheduler.occurrence import Occurrence, Record, Status
from scheduler.plan import Directory, Kind
from scheduler.succession import circles_of, heir_of

AHEAD = timedelta(days=30)
"""How far a digest looks."""

DIGEST = "digest"
"""What stands for an occurrence in the slots of digests."""


@dataclass(frozen=True, slots=True)
class Ahead:
    """Which bodies have something to look ahead to on `today`, as occurrences go by; these are not kept."""

    directory: Directory
    today: date
    bodies: set[str] = field(default_factory=set)

    def watch(self, records: Iterable[Record]) -> Iterator[Record]:
        """The same records, each looked at on its way."""
        for record in records:
            day = _day(record.occurrence)
            if day is not None and self.today <= day <= self.today + AHEAD:
                self.bodies.update(_now(body, day, self.directory) for body in _bodies(record.occurrence))
            yield record


def digests(records: Iterable[Record], almanac: Almanac, today: date) -> Iterator[Reminder]:
    """The digests due on `today`: one a person and week, on the first day they work in it or the next; none is empty.

    `records` are those that may fall into the next 30 days.
    """
    ahead = Ahead(almanac.directory, today)
    for _ in ahead.watch(records):
        pass
    yield from weekly(ahead, almanac)


def weekly(ahead: Ahead, almanac: Almanac) -> Iterator[Reminder]:
    """The same, of what was looked at on its way."""
    today = ahead.today
    monday = today - timedelta(days=today.weekday())
    groups: dict[str, set[str]] = {}
    for body in almanac.directory.organisations.values():
        for member in body.members:
            groups.setdefault(member, set()).add(body.id)
    for contact in almanac.roster.contacts.values():
        if contact.mails is not Mails.DIGEST or not almanac.roster.reaches(contact):
            continue
        organisation = heir_of(contact.organisation, today, almanac.directory).organisation
        reader = person(contact, organisation, Role.LEAD, almanac.directory)
        busy = organisation in ahead.bodies or not ahead.bodies.isdisjoint(groups.get(organisation, ()))
        if busy and almanac.works(today, reader):
            yield Reminder(
                slot=Slot(DIGEST, Purpose.DIGEST, monday, 0, reader.recipient),
                organisation=organisation,
                address=contact.address,
                lang=contact.lang,
                role=Role.LEAD,
                send_on=today,
            )


def agenda(records: Iterable[Record], organisation: str, directory: Directory, today: date) -> Agenda | None:
    """What an organisation leads or coordinates from `today` to Sunday, and then to the 30th day; None for nothing.

    By day: a meeting stands on its first, one whose days are open and a deadline on its last.
    """
    sunday = today + timedelta(days=6 - today.weekday())
    circles = set(circles_of(organisation, directory))
    found = sorted(
        (day, record.occurrence.key, record)
        for record in records
        if (day := _day(record.occurrence)) is not None
        and today <= day <= today + AHEAD
        and circles & {_now(body, day, directory) for body in _bodies(record.occurrence)}
    )
    if not found:
        return None
    return Agenda(
        first=today,
        week_ends=sunday,
        last=today + AHEAD,
        week=tuple(record for day, _, record in found if day <= sunday),
        month=tuple(record for day, _, record in found if day > sunday),
    )


def _now(body: str, day: date, directory: Directory) -> str:
    return heir_of(body, day, directory).organisation


def _bodies(occurrence: Occurrence) -> tuple[str, ...]:
    return (*occurrence.leads, *occurrence.coordinating) or (occurrence.owner,)


def _day(occurrence: Occurrence) -> date | None:
    """The day it stands on; None for what gives no reason to look."""
    silent = occurrence.over or occurrence.joint is not None or occurrence.status is Status.PROJECTED
    if silent or occurrence.kind is Kind.ONGOING or occurrence.undated:
        return None
    meets = occurrence.window.fixed and occurrence.kind in (Kind.EXCHANGE, Kind.TALKS, Kind.EVENT, Kind.ANNIVERSARY)
    return occurrence.window.start if meets else occurrence.window.last
