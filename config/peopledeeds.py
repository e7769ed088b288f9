"""What officers do about people on pages: the same as the commands do, and who did it is written down."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import assert_never

from sqlmodel import Session

from config.contactanswers import ASK_AGAIN, ask_for, put_one
from config.contactfile import fields_of
from notifications import audit, people
from notifications.contacts import Contact, address_id
from notifications.notices import verification
from notifications.people import MAILBOX_AUDIT, Standing


class Deed(StrEnum):
    """What can be done about a person, apart from changing their details."""

    ASK = "ask"
    CONFIRM = "confirm"
    REOPEN = "reopen"
    REMOVE = "remove"

    @property
    def reasoned(self) -> bool:
        """Whether it needs a reason: the office answers for the address then."""
        return self in (Deed.CONFIRM, Deed.REOPEN)


class Bar(StrEnum):
    """Why an address stays as it is."""

    CLOSED = "closed"
    VERIFIED = "verified"
    LATELY = "lately"
    OPEN = "open"
    OTHERS = "others"


def bar(deed: Deed, standing: Standing, now: datetime, *, shared: bool) -> Bar | None:
    """Why it cannot be done; None: it can."""
    match deed:
        case Deed.REMOVE:
            return None
        case Deed.REOPEN:
            return Bar.OPEN if not standing.closed else Bar.OTHERS if shared else None
        case Deed.ASK | Deed.CONFIRM:
            if standing.closed or standing.verified:
                return Bar.CLOSED if standing.closed else Bar.VERIFIED
            if deed is Deed.ASK and minutes_left(standing, now) > 0:
                return Bar.LATELY
            return Bar.OTHERS if shared else None
        case _:
            assert_never(deed)


def minutes_left(standing: Standing, now: datetime) -> int:
    """How long nobody may be asked again."""
    if standing.asked_at is None:
        return 0
    return -int(-(standing.asked_at + ASK_AGAIN - now).total_seconds() // 60)


def do(session: Session, deed: Deed, contact: Contact, now: datetime, who: str, why: str) -> bool:
    """Do it; False: nothing came of it, since an hour has not passed everywhere that counts."""
    match deed:
        case Deed.ASK:
            return bool(ask_for(session, [contact], now, verification, who=who))
        case Deed.CONFIRM:
            return people.verified(session, address_id(contact.address), now, why=why, who=who)
        case Deed.REOPEN:
            return people.reopened(session, contact.address, now, why=why, who=who)
        case Deed.REMOVE:
            people.remove(session, {contact.id}, now, who)
            _note(session, contact, "removed", None, now, who)
            return True
        case _:
            assert_never(deed)


def save(session: Session, contact: Contact, before: Contact | None, now: datetime, who: str) -> bool:
    """Store a person as given; whether they are asked to confirm their address."""
    _, asked = put_one(session, contact, now, verification, by=who, who=who)
    if before is None:
        _note(session, contact, "added", None, now, who)
    else:
        _note(session, contact, "changed", ", ".join(changed(before, contact)), now, who)
    return bool(asked)


def changed(before: Contact, after: Contact) -> list[str]:
    """The fields that differ."""
    old, new = fields_of(before), fields_of(after)
    return [field for field in old if old[field] != new[field]]


def _note(session: Session, contact: Contact, state: str, what: str | None, now: datetime, who: str) -> None:
    """Write down who did it, under the id of the address alone: whoever is removed is forgotten."""
    audit.write(session, MAILBOX_AUDIT, [(address_id(contact.address), state, what)], now, who)
