"""Whose people an officer sees and answers for, and how one look at the list finds them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from http import HTTPStatus

from calendars.pages import peoplewords as words
from calendars.pages.frame import Frame
from calendars.query import RefusalError
from config.contactscreens import Room
from config.deskforms import seen
from config.office import Office
from config.officers import Officer
from config.remit import sight_of
from notifications import people
from notifications.contacts import Contact, folded
from scheduler.attending import Bodies
from scheduler.errors import EmptyStoreError
from scheduler.plan import Directory
from scheduler.succession import heir_of


@dataclass(frozen=True, slots=True)
class Sight:
    """Whose people an officer sees and answers for. `bodies` None: everybody's."""

    bodies: Bodies | None
    directory: Directory
    today: date

    def covers(self, organisation: str) -> bool:
        """Whether it is one of theirs, or one of theirs has its duties now."""
        if self.bodies is None:
            return True
        heir = heir_of(organisation, self.today, self.directory).organisation
        return not self.bodies.organisations.isdisjoint((organisation, heir))

    @property
    def nobodys(self) -> bool:
        """Whether they act for no organisation, and so for nobody."""
        return self.bodies is not None and not self.bodies.organisations

    def shares(self, contact: Contact, everyone: Iterable[Contact]) -> bool:
        """Whether somebody, or an organisation, that is not theirs has the same address."""
        address = folded(contact.address)
        people_of = {one.organisation for one in everyone if folded(one.address) == address}
        bodies_of = {
            body.id for body in self.directory.organisations.values() if body.mail and folded(body.mail) == address
        }
        return not all(self.covers(one) for one in people_of | bodies_of)


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asks, the seal their forms carry, and the frame their page stands in."""

    officer: Officer
    seal: str = field(repr=False)
    frame: Frame

    @property
    def lang(self) -> str:
        """Their language."""
        return self.frame.lang


@dataclass(frozen=True, slots=True)
class View:
    """What one look found: everyone, whom the officer sees, and how things are said."""

    everyone: Mapping[str, Contact]
    sight: Sight
    room: Room

    def one(self, officer: Officer, ident: str) -> Contact:
        """A person whom they see: of their organisations, or themselves. Raises RefusalError."""
        found = self.everyone.get(ident)
        if found is None or not (self.sight.covers(found.organisation) or folded(found.address) == officer.login):
            raise RefusalError(HTTPStatus.NOT_FOUND, words.NO_PERSON)
        return found

    def kept(self, ident: str) -> Contact:
        """A person they answer for. Raises RefusalError."""
        found = self.everyone.get(ident)
        if found is None or not self.sight.covers(found.organisation):
            raise RefusalError(HTTPStatus.NOT_FOUND, words.NO_PERSON)
        return found

    def stands(self, contact: Contact | None) -> str:
        """How a person stands, so that every change shows."""
        return seen(contact, self.room.standing(contact) if contact else None)

    def shared(self, contact: Contact) -> bool:
        """Whether somebody, or an organisation, that is not theirs has the same address."""
        return self.sight.shares(contact, self.everyone.values())


def view_of(desk: Office, who: Asked, *, stored: bool = False) -> View:
    """Everyone, and whom they see. Raises EmptyStoreError for a store without plans, if it has to be `stored`."""
    if stored and not desk.revision:
        raise EmptyStoreError("the store holds no plan yet")
    directory = desk.directory()
    sight = Sight(sight_of(desk, who.officer), directory, desk.today)
    everyone = {one.id: one for one in people.listed(desk.session)}
    return View(everyone, sight, Room(directory, who.lang, desk.today, people.standings(desk.session)))
