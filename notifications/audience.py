"""Who is written to: an occurrence's bodies, resolved through groups and successors to mail addresses."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from notifications.policy import Role
from scheduler.occurrence import Occurrence
from scheduler.plan import Directory, Organisation
from scheduler.succession import heir_of

HOME = "VN"
"""Country of a body that the directory does not know."""

_LANGUAGES = {"VN": "vi", "LA": "lo", "KH": "km"}


@dataclass(frozen=True, slots=True)
class Recipient:
    """A body that is told, and why. `address` None: it cannot be reached by mail, and there is nobody else to tell."""

    organisation: str
    address: str | None
    role: Role
    country: str

    @property
    def lang(self) -> str:
        """The language of its country; English where the product does not speak it."""
        return _LANGUAGES.get(self.country, "en")


def recipients(
    occurrence: Occurrence, roles: tuple[Role, ...], directory: Directory, day: date
) -> tuple[Recipient, ...]:
    """Who is told of `occurrence` on `day`, each body once, in its strongest role: leads, coordinating bodies, owner.

    A group stands for its members that have an address. A body past its last day stands for its successor, and so on.
    Where nobody with an address is left, and where nobody leads, the plan's owner is told instead.
    """
    found: dict[str, Recipient] = {}
    orphaned = False
    for role in Role:
        if role not in roles:
            continue
        bodies = _bodies(occurrence, role)
        orphaned = orphaned or (role is Role.LEAD and not bodies)
        for body in bodies:
            reached = tuple(_reachable(body, directory, day, frozenset()))
            orphaned = orphaned or not reached
            for organisation in reached:
                found.setdefault(organisation.id, _recipient(organisation, role, directory))
    if orphaned:
        owner = _owner(occurrence, directory, day)
        found.setdefault(owner.organisation, owner)
    return tuple(found.values())


def _bodies(occurrence: Occurrence, role: Role) -> tuple[str, ...]:
    match role:
        case Role.LEAD:
            return occurrence.leads
        case Role.COORDINATING:
            return occurrence.coordinating
        case Role.OWNER:
            return (occurrence.owner,)


def _reachable(ident: str, directory: Directory, day: date, seen: frozenset[str]) -> Iterator[Organisation]:
    """The living bodies with an address that `ident` stands for on `day`. A ring of successors or groups ends."""
    heir = heir_of(ident, day, directory)
    organisation = directory.organisations.get(heir.organisation)
    if organisation is None or not heir.known or organisation.id in seen:
        return
    seen |= {organisation.id}
    members = _each(organisation.members, directory, day, seen)
    if members:
        yield from members
    elif organisation.mail is not None:
        yield organisation


def _each(idents: Iterable[str], directory: Directory, day: date, seen: frozenset[str]) -> tuple[Organisation, ...]:
    return tuple(organisation for ident in idents for organisation in _reachable(ident, directory, day, seen))


def _owner(occurrence: Occurrence, directory: Directory, day: date) -> Recipient:
    organisation = next(_reachable(occurrence.owner, directory, day, frozenset()), None)
    if organisation is None:
        return Recipient(occurrence.owner, None, Role.OWNER, HOME)
    return _recipient(organisation, Role.OWNER, directory)


def _recipient(organisation: Organisation, role: Role, directory: Directory) -> Recipient:
    party = directory.parties.get(organisation.party)
    return Recipient(organisation.id, organisation.mail, role, party.country if party else HOME)
