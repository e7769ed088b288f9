"""One mail on the table: what is known of it, what all its letters have, and what becomes of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from typing import Any

from sqlalchemy.orm import Session

from notifications.asks import Almanac
from notifications.claiming import Claim
from notifications.contacts import Contact, address_id
from notifications.dossier import Dossier
from notifications.due import Reason, Slot, State
from notifications.lease import Content
from notifications.letters import AnyLetter
from notifications.outbox import Ending
from notifications.sentbook import Lookup
from notifications.standings import Standings
from notifications.tokens import Action, Links
from scheduler.occurrence import Record, Selection

Select = Callable[[Session, Selection], Iterable[Record]]
"""The occurrences that a selection admits."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A mail as it is to be written now: the letter, the slots it tells, in order, and those that fell out of it.

    `letter` None: nothing is left to say.
    """

    letter: AnyLetter | None
    told: tuple[Content, ...]
    fallen: tuple[Ending, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Study:
    """What mails are read with. `zone` says whose day it is. It is for one run: what it has worked out it keeps."""

    lookup: Lookup
    select: Select
    almanac: Almanac
    links: Links
    zone: tzinfo
    _standings: list[Standings] = field(default_factory=list, init=False, repr=False, compare=False)

    def standings(self, today: date) -> Standings:
        """How things stand on a day, as far as it was asked before."""
        if not self._standings or self._standings[0].today != today:
            self._standings[:] = [Standings(self.almanac, today)]
        return self._standings[0]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One mail on the table: its slots that wait, all that is known of it, and the moment it is read.

    `coming`: what the next weeks bring; asked for only where it is to be told.
    """

    study: Study
    mail: Claim
    now: datetime
    today: date
    pending: tuple[Content, ...]
    known: Dossier
    standings: Standings
    coming: Callable[[], tuple[Record, ...]]

    @property
    def records(self) -> Mapping[str, Record]:
        return self.known.records

    def contact(self, slot: Slot) -> Contact | None:
        return self.study.almanac.roster.named(slot.recipient)

    def thread(self, occurrence: str) -> tuple[str, ...]:
        """Message-IDs of the mails to the same address that told of an occurrence, oldest first."""
        return self.known.threads.get((occurrence, self.mail.address), ())


def head(sheet: Sheet, content: Content) -> dict[str, Any]:
    """What every letter has."""
    mail, contact = sheet.mail, sheet.contact(content.slot)
    links, ident = sheet.study.links, address_id(mail.address)
    return {
        "delivery": mail.id,
        "address": mail.address,
        "lang": mail.lang,
        "day": sheet.today,
        "written_at": sheet.now.astimezone(sheet.study.zone),
        "organisation": content.organisation,
        "person": contact.name if contact else None,
        "thread": (),
        "unsubscribe": links.address(Action.UNSUBSCRIBE, ident, mail.day, mail.lang),
    }


def nothing(pending: Iterable[Content], reason: Reason) -> Reading:
    """All of it has fallen, for one reason."""
    return Reading(None, (), tuple(Ending(content.id, State.EXPIRED, reason) for content in pending))
