"""Who is written to: an occurrence's bodies, resolved through groups, successors and people to mail addresses."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from notifications.contacts import NEVER_QUIET, Contact, Mails, Quiet, Rank, Roster
from notifications.policy import Role
from scheduler.occurrence import Occurrence
from scheduler.plan import Directory, Organisation
from scheduler.succession import heir_of

HOME = "VN"
"""Country of a body that the directory does not know."""

_ROLES, _RANKS = tuple(Role), tuple(Rank)
"""In order, and walked through faster than the enumerations themselves."""

_LANGUAGES = {"VN": "vi", "LA": "lo", "KH": "km"}


def language_of(country: str) -> str:
    """The language of a country (ISO 3166-1 alpha-2); English where the product does not speak it."""
    return _LANGUAGES.get(country, "en")


def country_of(ident: str, directory: Directory) -> str:
    """The country of an organisation; `HOME` of one the directory does not know."""
    organisation = directory.organisations.get(ident)
    party = directory.parties.get(organisation.party) if organisation else None
    return party.country if party else HOME


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """Who is told, and why: a person, or an organisation at its own address.

    `recipient` names them for good, `organisation` is whose duty it is. `address` None: it cannot be reached by mail,
    and there is nobody else to tell. `digest`: scheduled mail goes at the beginning of the week.
    """

    recipient: str
    organisation: str
    address: str | None
    role: Role
    country: str
    lang: str
    quiet: Quiet = NEVER_QUIET
    digest: bool = False


@dataclass(frozen=True, slots=True)
class Audience:
    """Bodies by what they have to do with a duty, its owner, who is told where nobody else can be, and its partners."""

    bodies: Mapping[Role, tuple[str, ...]]
    owner: str
    partners: tuple[str, ...] = ()

    @property
    def named(self) -> Hashable:
        """The same for the same audience."""
        return tuple(self.bodies.items()), self.owner, self.partners


def audience_of(occurrence: Occurrence, roles: tuple[Role, ...]) -> Audience:
    """The bodies of an occurrence that have one of these roles."""
    every = {
        Role.LEAD: occurrence.leads,
        Role.COORDINATING: occurrence.coordinating,
        Role.OWNER: (occurrence.owner,),
    }
    partners = occurrence.partners if Role.PARTNER in roles else ()
    return Audience({role: every[role] for role in roles if role in every}, occurrence.owner, partners)


def recipients(audience: Audience, directory: Directory, roster: Roster, day: date) -> tuple[Recipient, ...]:
    """Who is told on `day`, each once, in their strongest role: leads, coordinating bodies, owner, then partners.

    A group stands for its members that can be reached. A body past its last day stands for its successor, and so on.
    For a body stand the people of its lowest rank who can be reached, else its own address. Where nobody is left, and
    where nobody leads, the plan's owner is told instead. Of a partner only people on the list of contacts are told.
    """
    found: dict[str, Recipient] = {}
    orphaned = False
    for role in _ROLES:
        if role not in audience.bodies:
            continue
        bodies = audience.bodies[role]
        orphaned = orphaned or (role is Role.LEAD and not bodies)
        for body in bodies:
            reached = tuple(_readers(body, role, directory, roster, day))
            orphaned = orphaned or not reached
            for reader in reached:
                found.setdefault(reader.recipient, reader)
    if orphaned:
        for reader in _owners(audience.owner, directory, roster, day):
            found.setdefault(reader.recipient, reader)
    for reader in _partners(audience.partners, directory, roster, day):
        found.setdefault(reader.recipient, reader)
    return tuple(found.values())


def unreached(audience: Audience, directory: Directory, roster: Roster, day: date) -> tuple[str, ...]:
    """The bodies that lead or help and cannot be written to on `day`, so that the plan's owner is told instead."""
    told = ((body, role) for role in (Role.LEAD, Role.COORDINATING) for body in audience.bodies.get(role, ()))
    missing = (body for body, role in told if not any(True for _ in _readers(body, role, directory, roster, day)))
    return tuple(dict.fromkeys(missing))


def person(contact: Contact, organisation: str, role: Role, directory: Directory) -> Recipient:
    """A person as the reader of what `organisation` has to do."""
    return Recipient(
        recipient=contact.recipient,
        organisation=organisation,
        address=contact.address,
        role=role,
        country=country_of(organisation, directory),
        lang=contact.lang,
        quiet=contact.quiet,
        digest=contact.mails is Mails.DIGEST,
    )


def _readers(ident: str, role: Role, directory: Directory, roster: Roster, day: date) -> Iterator[Recipient]:
    """Everyone who is told of a duty of `ident`."""
    for organisation in _reachable(ident, directory, roster, day, frozenset()):
        people = _people(organisation.id, roster, day, directory)
        if people:
            yield from (person(contact, organisation.id, role, directory) for contact in people)
        else:
            yield _office(organisation, role, directory)


def _reachable(
    ident: str, directory: Directory, roster: Roster, day: date, seen: frozenset[str]
) -> Iterator[Organisation]:
    """The living bodies that `ident` stands for on `day` and can be reached. A ring of successors or groups ends."""
    heir = heir_of(ident, day, directory)
    organisation = directory.organisations.get(heir.organisation)
    if organisation is None or not heir.known or organisation.id in seen:
        return
    seen |= {organisation.id}
    members = _each(organisation.members, directory, roster, day, seen)
    if members:
        yield from members
    elif _people(organisation.id, roster, day, directory) or _open(organisation, roster):
        yield organisation


def _each(
    idents: Iterable[str], directory: Directory, roster: Roster, day: date, seen: frozenset[str]
) -> tuple[Organisation, ...]:
    return tuple(found for ident in idents for found in _reachable(ident, directory, roster, day, seen))


def _people(organisation: str, roster: Roster, day: date, directory: Directory) -> tuple[Contact, ...]:
    """The people of the lowest rank that can be reached there."""
    ranked = (roster.people(organisation, rank, day, directory) for rank in _RANKS)
    return next((people for people in ranked if people), ())


def _open(organisation: Organisation, roster: Roster) -> bool:
    return organisation.mail is not None and roster.open(organisation.mail)


def _owners(ident: str, directory: Directory, roster: Roster, day: date) -> tuple[Recipient, ...]:
    reached = tuple(_readers(ident, Role.OWNER, directory, roster, day))
    if reached:
        return reached
    nobody = Recipient(
        recipient=ident, organisation=ident, address=None, role=Role.OWNER, country=HOME, lang=language_of(HOME)
    )
    return (nobody,)


def _partners(parties: tuple[str, ...], directory: Directory, roster: Roster, day: date) -> Iterator[Recipient]:
    found = (each for party in dict.fromkeys(parties) for each in roster.of_party(party, day, directory))
    for contact, heir in sorted(found, key=lambda each: each[0].id):
        yield person(contact, heir, Role.PARTNER, directory)


def _office(organisation: Organisation, role: Role, directory: Directory) -> Recipient:
    country = country_of(organisation.id, directory)
    return Recipient(
        recipient=organisation.id,
        organisation=organisation.id,
        address=organisation.mail,
        role=role,
        country=country,
        lang=language_of(country),
    )
