"""People who are written to: whom they work for, how they want their mail, and whether it can reach them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType
from uuid import UUID, uuid5

from scheduler.plan import Directory
from scheduler.succession import heir_of

PERSON = "@"
"""What a recipient begins with that is a person; the id of an organisation never does."""

_NAMESPACE = UUID("27d6b1a0-58cc-5f0c-9a55-6c75616e7068")


class Rank(StrEnum):
    """Where a person stands in their organisation, from who does the work (*chuyên viên*) upwards."""

    SPECIALIST = "specialist"  # chuyên viên
    HEAD = "head"  # trưởng phòng
    DEPUTY_DIRECTOR = "deputy-director"  # phó giám đốc, phó thủ trưởng

    @property
    def above(self) -> tuple[Rank, ...]:
        """Those who are told when this one does not answer, nearest first."""
        return tuple(Rank)[tuple(Rank).index(self) + 1 :]


class Mails(StrEnum):
    """How a person has their scheduled mail: each on its day, or together at the beginning of the week."""

    SINGLE = "single"
    DIGEST = "digest"


class CalendarWay(StrEnum):
    """How events reach a person's calendar. One way only, so that none stands there twice (the UIDs are the same)."""

    FEED = "feed"  # by an address subscribed to
    INVITATIONS = "invitations"  # by mail (iMIP, RFC 6047)
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Quiet:
    """Days on which a person wants no mail: weekdays (Monday is 0), and spans of inclusive days."""

    weekdays: frozenset[int] = frozenset()
    spans: tuple[tuple[date, date], ...] = ()

    def covers(self, day: date) -> bool:
        """Whether `day` is quiet."""
        return day.weekday() in self.weekdays or any(first <= day <= last for first, last in self.spans)

    @property
    def longest(self) -> int:
        """No more days than this lie in a row in spans."""
        return sum((last - first).days + 1 for first, last in self.spans)


NEVER_QUIET = Quiet()


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """A person. `id` is of `[a-z0-9-]`, unique; `address` one mailbox in its ASCII form, without a name."""

    id: str
    name: str
    organisation: str
    rank: Rank
    address: str
    lang: str
    mails: Mails = Mails.SINGLE
    calendar: CalendarWay = CalendarWay.FEED
    quiet: Quiet = NEVER_QUIET

    @property
    def recipient(self) -> str:
        """The person as a recipient of mail."""
        return f"{PERSON}{self.id}"


@dataclass(frozen=True, slots=True)
class _Card:
    """Who can be reached on the days `first`..`last`, by body and rank, and by party with the body they work for."""

    first: date
    last: date
    directory: Directory
    ranks: Mapping[tuple[str, Rank], tuple[Contact, ...]]
    parties: Mapping[str, tuple[tuple[Contact, str], ...]]


@dataclass(frozen=True, slots=True)
class Roster:
    """Everyone who may be written to, and what is known of addresses, which are compared in small letters.

    `verified`: their owner followed the link. `closed`: their owner wants no more mail, or it came back too often.
    """

    contacts: Mapping[str, Contact] = field(default_factory=lambda: MappingProxyType({}))
    verified: frozenset[str] = frozenset()
    closed: frozenset[str] = frozenset()
    longest_silence: int = field(init=False, repr=False, compare=False)
    """Days of the longest spans in a row, at the most, on which somebody wants no mail; asked for every reminder."""
    _cards: list[_Card] = field(default_factory=list, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Count once."""
        longest = max((contact.quiet.longest for contact in self.contacts.values()), default=0)
        object.__setattr__(self, "longest_silence", longest)

    def named(self, recipient: str) -> Contact | None:
        """The person a recipient stands for; None for an organisation, and for who is not on the list any more."""
        return self.contacts.get(recipient.removeprefix(PERSON)) if recipient.startswith(PERSON) else None

    def people(self, organisation: str, rank: Rank, day: date, directory: Directory) -> tuple[Contact, ...]:
        """Who of this rank has the duties of `organisation` on `day` and can be reached, by id.

        A person of a body that has ended works for its successor.
        """
        return self._card(day, directory).ranks.get((organisation, rank), ())

    def of_party(self, party: str, day: date, directory: Directory) -> tuple[tuple[Contact, str], ...]:
        """Everyone who works for a party on `day` and can be reached, each with the body whose duties they have."""
        return self._card(day, directory).parties.get(party, ())

    def _card(self, day: date, directory: Directory) -> _Card:
        """The people in the order of their ids, filed once for the days until a body ends: many ask for a few each."""
        card = self._cards[0] if self._cards else None
        if card is None or not card.first <= day <= card.last or card.directory is not directory:
            ranks: dict[tuple[str, Rank], list[Contact]] = {}
            parties: dict[str, list[tuple[Contact, str]]] = {}
            for _, contact in sorted(self.contacts.items()):
                if self.reaches(contact):
                    heir = heir_of(contact.organisation, day, directory).organisation
                    ranks.setdefault((heir, contact.rank), []).append(contact)
                    body = directory.organisations.get(heir)
                    if body is not None:
                        parties.setdefault(body.party, []).append((contact, heir))
            ends = [body.until for body in directory.organisations.values() if body.until is not None]
            filed = _Card(
                max((end + timedelta(days=1) for end in ends if end < day), default=date.min),
                min((end for end in ends if end >= day), default=date.max),
                directory,
                {key: tuple(people) for key, people in ranks.items()},
                {key: tuple(people) for key, people in parties.items()},
            )
            self._cards[:] = [filed]
            return filed
        return card

    def reaches(self, contact: Contact) -> bool:
        """Whether mail may be sent to a person."""
        return folded(contact.address) in self.verified and self.open(contact.address)

    def open(self, address: str) -> bool:
        """Whether an address takes mail, as far as is known."""
        return folded(address) not in self.closed


NOBODY = Roster()


def folded(address: str) -> str:
    """An address as addresses are compared."""
    return address.lower()


@lru_cache(maxsize=4096)
def address_id(address: str) -> str:
    """32 hexadecimal digits that name an address (RFC 9562, version 5)."""
    return uuid5(_NAMESPACE, folded(address)).hex
