"""An address that leaves: how it is shown to whoever holds the link, whose it is, and who has its mail instead."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from notifications.audience import Audience, Recipient, recipients
from notifications.contacts import Contact, Roster, folded
from notifications.policy import Role
from scheduler.plan import Directory


@dataclass(frozen=True, slots=True)
class Holders:
    """Whose an address is: people, and organisations that give it as theirs, both by id."""

    people: tuple[Contact, ...]
    organisations: tuple[str, ...]

    @property
    def bodies(self) -> tuple[str, ...]:
        """Every organisation whose mail goes there, each once."""
        return tuple(dict.fromkeys((*self.organisations, *(contact.organisation for contact in self.people))))


def holders(address: str, roster: Roster, directory: Directory) -> Holders:
    """Whose an address is; addresses are compared in small letters."""
    own = folded(address)
    people = (contact for _, contact in sorted(roster.contacts.items()) if folded(contact.address) == own)
    bodies = (
        ident for ident, body in sorted(directory.organisations.items()) if body.mail and folded(body.mail) == own
    )
    return Holders(tuple(people), tuple(bodies))


def instead(address: str, roster: Roster, directory: Directory, day: date) -> tuple[Recipient, ...]:
    """Who has the mail of those whose address this is once it is closed, each once; nobody: the plans' owners."""
    closed = replace(roster, closed=roster.closed | {folded(address)})
    found: dict[str, Recipient] = {}
    for body in holders(address, roster, directory).bodies:
        for reader in recipients(Audience({Role.LEAD: (body,)}, ""), directory, closed, day):
            if reader.address is not None:
                found.setdefault(reader.recipient, reader)
    return tuple(found.values())


@dataclass(frozen=True, slots=True)
class Left:
    """What becomes of the mail of an address once it is closed.

    `others` have it instead; `owners`: of some of it the owners of plans have. `unheard`: bodies with duties that
    nobody else can be told of. `office`: some owner can be told that the address left.
    """

    others: tuple[Recipient, ...]
    owners: bool
    unheard: tuple[str, ...]
    office: bool


def left(address: str, roster: Roster, directory: Directory, day: date, owners: Mapping[str, Iterable[str]]) -> Left:
    """What becomes of the mail of an address. `owners`: who owns the plans that each of its bodies has duties in."""
    closed = replace(roster, closed=roster.closed | {folded(address)})

    def reached(body: str) -> bool:
        return any(each.address for each in recipients(Audience({Role.LEAD: (body,)}, ""), directory, closed, day))

    bodies = holders(address, roster, directory).bodies
    alone = {body: [reached(owner) for owner in owners[body]] for body in bodies if not reached(body)}
    return Left(
        others=instead(address, roster, directory, day),
        owners=any(any(heard) for heard in alone.values()),
        unheard=tuple(body for body, heard in alone.items() if not all(heard)),
        office=any(reached(owner) for body in bodies for owner in owners[body]),
    )


def named(address: str, roster: Roster, directory: Directory) -> dict[str, str]:
    """Whose an address is, as the fields of a mail to an office (`letters.OfficeLetter`); nobody's: itself alone."""
    held = holders(address, roster, directory)
    names = ", ".join(dict.fromkeys(contact.name for contact in held.people))
    fields = {"address": address, "name": names, "organisation": ",".join(held.bodies)}
    return {field: value for field, value in fields.items() if value}


def masked(address: str) -> str:
    """An address that its owner knows again and nobody else learns: `s…@quang-tri.example`."""
    local, _, domain = address.rpartition("@")
    return f"{local[:1]}…@{domain}"
