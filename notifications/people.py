"""The people who are written to, and what is known of each address. Takes part in the caller's transaction."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, delete, func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from notifications import audit, deeds
from notifications.contacts import CalendarWay, Contact, Mails, Quiet, Rank, Roster, address_id, folded
from notifications.outbox import readdress
from notifications.tables import BOUNCE, CONTACT, DELIVERY, MAILBOX, DeliveryState
from scheduler.plan import Directory
from scheduler.store import directory_of
from scheduler.trail import PRODUCT

MAILBOX_AUDIT = "mailbox"
"""Subject of the audit rows of addresses; they name an address by its id only."""

MOST_BOUNCES = 3
"""So many mails that came back for good, with none between them that may have arrived, suspend an address."""

MAY_RETURN_FOR = timedelta(days=5)
"""How long a relay may go on trying before it sends a mail back (RFC 5321, 4.5.4.1)."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of one address; of one that nothing happened to, nothing.

    `official`: the directory gives it to an organisation, so that it counts as verified.
    """

    address: str
    official: bool = False
    verified_at: datetime | None = None
    asked_at: datetime | None = None
    unsubscribed_at: datetime | None = None
    hard_bounces: int = 0
    suspended_at: datetime | None = None
    last_bounce: str | None = None

    @property
    def verified(self) -> bool:
        """Whether reminders may go there, unless it is closed."""
        return self.official or self.verified_at is not None

    @property
    def closed(self) -> bool:
        """Whether its owner wants no more mail, or it came back too often."""
        return self.unsubscribed_at is not None or self.suspended_at is not None


@dataclass(frozen=True, slots=True)
class Taken:
    """What `put` did, by id in order: people who are new, and people who changed, as they were and as they are."""

    added: tuple[Contact, ...]
    changed: tuple[tuple[Contact, Contact], ...]


def put(session: Session, contacts: Iterable[Contact], now: datetime, who: str = PRODUCT) -> Taken:
    """Add these people, and change those who are there under the same id; who is as given already stays untouched.

    A new address is unverified unless it was verified already, for somebody else or in the directory; what was known of
    the old one goes as in `remove`, and what waits to be mailed there goes to the new one. `who` stands in the trail.
    """
    taken = compared(listed(session), contacts)
    if taken.added:
        session.execute(CONTACT.insert(), [_values(contact) | {"created_at": now} for contact in taken.added])
    for before, contact in taken.changed:
        session.execute(update(CONTACT).where(CONTACT.c.id == contact.id).values(_values(contact)))
        if before.address != contact.address:
            readdress(session, contact.recipient, contact.address)
    _note(session, [contact.address for contact in (*taken.added, *(after for _, after in taken.changed))])
    _let_go(session, [before.address for before, after in taken.changed if before.address != after.address])
    deeds.taken(session, taken.added, taken.changed, now, who)
    return taken


def compared(known: Iterable[Contact], given: Iterable[Contact]) -> Taken:
    """What `put` would do with the people given, when these are known."""
    shelf = {contact.id: contact for contact in known}
    ordered = sorted(given, key=lambda contact: contact.id)
    return Taken(
        tuple(contact for contact in ordered if contact.id not in shelf),
        tuple((shelf[c.id], c) for c in ordered if c.id in shelf and shelf[c.id] != c),
    )


def remove(session: Session, idents: Collection[str], now: datetime, who: str = PRODUCT) -> tuple[Contact, ...]:
    """Forget these people, and what is known of addresses that nobody else has; returns who was there, by id.

    What stays is the record of mail: reminders, mails, answers and bounces as they were, and of an address whose owner
    wants no more mail, or that is suspended, just that: it would be written to again otherwise.
    """
    gone = tuple(contact for contact in listed(session) if contact.id in idents)
    session.execute(delete(CONTACT).where(CONTACT.c.id.in_([contact.id for contact in gone])))
    _let_go(session, [contact.address for contact in gone])
    deeds.removed(session, gone, now, who)
    return gone


def listed(session: Session) -> tuple[Contact, ...]:
    """Everyone, by id."""
    return tuple(_contact(row) for row in session.execute(select(CONTACT).order_by(CONTACT.c.id)).mappings())


def roster(session: Session) -> Roster:
    """Everyone, with what decides whether mail can reach them."""
    contacts = {contact.id: contact for contact in listed(session)}
    known = standings(session).items()
    return Roster(
        MappingProxyType(contacts),
        frozenset(address for address, standing in known if standing.verified),
        frozenset(address for address, standing in known if standing.closed),
    )


def standings(session: Session) -> Mapping[str, Standing]:
    """What is known of every address of a person or organisation, or that something happened to, by folded address."""
    official = _official(directory_of(session))
    found = {address: Standing(address, official=True) for address in official}
    for row in session.execute(select(MAILBOX)).mappings():
        found[row["address"]] = _standing(row, official)
    return MappingProxyType(found)


def standing(session: Session, address: str) -> Standing:
    """What is known of one address."""
    return standing_of(session, address_id(address)) or Standing(folded(address))


def standing_of(session: Session, ident: str) -> Standing | None:
    """What is known of the address of this id; None when nobody has such an address and nothing happened to it."""
    official = _official(directory_of(session))
    row = session.execute(select(MAILBOX).where(MAILBOX.c.id == ident)).mappings().first()
    if row is not None:
        return _standing(row, official)
    return next((Standing(address, official=True) for address in official if address_id(address) == ident), None)


def asked(session: Session, address: str, now: datetime, *, who: str | None = None) -> None:
    """A mail that asks to confirm this address is on its way; `who` wanted it."""
    _note(session, [address])
    _write(session, address_id(address), {"asked_at": now}, "asked", now, None, who)


def verified(session: Session, ident: str, now: datetime, *, why: str | None = None, who: str | None = None) -> bool:
    """The address of this id was confirmed: by its owner, or (`why`, `who`) by the office. Again changes nothing.

    Since mail to it arrives, bounces are counted anew; one that is closed stays as it is otherwise. False: there is no
    such address any more.
    """
    found = _noted(session, ident)
    returned = 0 if found is None or found.suspended_at is None else found.hard_bounces
    if found is not None and (found.verified_at is None or found.hard_bounces != returned):
        values = {"verified_at": found.verified_at or now, "hard_bounces": returned}
        _write(session, ident, values, "verified", now, why, who)
        deeds.addressed(session, "verified", ident, now, who, why)
    return found is not None


def unsubscribed(session: Session, ident: str, now: datetime) -> bool:
    """The owner of the address of this id wants no more mail. Again changes nothing. False: no such address."""
    found = _noted(session, ident)
    if found is not None and found.unsubscribed_at is None:
        _write(session, ident, {"unsubscribed_at": now}, "unsubscribed", now)
    return found is not None


def resubscribed(session: Session, ident: str, now: datetime) -> bool:
    """The owner of the address of this id wants mail again; one that is suspended stays so. False: no such address."""
    found = _noted(session, ident)
    if found is not None and found.unsubscribed_at is not None:
        _write(session, ident, {"unsubscribed_at": None}, "resubscribed", now)
    return found is not None


def bounced(session: Session, address: str, now: datetime, said: str) -> bool:
    """A mail to this address came back for good; `said`: why, in the words of the report.

    Call it before the report's own row is written. Returns whether this one suspended the address: the third, with no
    mail between them that may have arrived.
    """
    _note(session, [address])
    found = standing(session, address)
    count = (0 if _arrived_since_last(session, address, now) else found.hard_bounces) + 1
    suspends = count >= MOST_BOUNCES and found.suspended_at is None
    values: dict[str, Any] = {"hard_bounces": count, "last_bounce": said}
    state, more = ("suspended", {"suspended_at": now}) if suspends else ("bounced", {})
    _write(session, address_id(address), values | more, state, now)
    return suspends


def reopened(session: Session, address: str, now: datetime, *, why: str | None = None, who: str | None = None) -> bool:
    """The office lets mail go to a closed address again; bounces are counted anew. False: it was not closed."""
    if not standing(session, address).closed:
        return False
    ident, values = address_id(address), {"suspended_at": None, "unsubscribed_at": None, "hard_bounces": 0}
    _write(session, ident, values | {"last_bounce": None}, "reopened", now, why, who)
    deeds.addressed(session, "reopened", ident, now, who, why)
    return True


def _arrived_since_last(session: Session, address: str, now: datetime) -> bool:
    """Whether, after the last mail that came back, one went that has had time to come back and did not."""
    c, returned = DELIVERY.c, select(BOUNCE.c.delivery)
    mails: tuple[ColumnElement[bool], ...] = (func.lower(c.address) == folded(address), c.state == DeliveryState.SENT)
    last = session.execute(select(func.max(c.sent_at)).where(*mails, c.id.in_(returned))).scalar()
    if last is None:
        return False
    stayed = select(c.id).where(*mails, c.id.not_in(returned), c.sent_at > last, c.sent_at <= now - MAY_RETURN_FOR)
    return session.execute(stayed.limit(1)).first() is not None


def _noted(session: Session, ident: str) -> Standing | None:
    """As `standing_of`, and the address has a row."""
    found = standing_of(session, ident)
    if found is not None:
        _note(session, [found.address])
    return found


def _note(session: Session, addresses: Iterable[str]) -> None:
    """Give addresses rows, where they have none."""
    rows = [{"id": address_id(a), "address": a, "hard_bounces": 0} for a in sorted({folded(a) for a in addresses})]
    if rows:
        make = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
        session.execute(make(MAILBOX).on_conflict_do_nothing(), rows)


def _let_go(session: Session, addresses: Sequence[str]) -> None:
    """Forget open addresses that no person has any more."""
    left = {folded(address) for address in addresses} - {folded(contact.address) for contact in listed(session)}
    c = MAILBOX.c
    unused = (c.address.in_(sorted(left)), c.unsubscribed_at.is_(None), c.suspended_at.is_(None))
    session.execute(delete(MAILBOX).where(*unused))


def _write(
    session: Session,
    ident: str,
    values: Mapping[str, Any],
    state: str,
    now: datetime,
    why: str | None = None,
    who: str | None = None,
) -> None:
    session.execute(update(MAILBOX).where(MAILBOX.c.id == ident).values(dict(values)))
    audit.write(session, MAILBOX_AUDIT, [(ident, state, why)], now, who)


def _official(directory: Directory) -> frozenset[str]:
    return frozenset(folded(body.mail) for body in directory.organisations.values() if body.mail is not None)


def _standing(row: RowMapping, official: Collection[str]) -> Standing:
    values = {name: value for name, value in row.items() if name != "id"}
    return Standing(official=row["address"] in official, **values)


def _values(contact: Contact) -> dict[str, Any]:
    spans = [[first.isoformat(), last.isoformat()] for first, last in contact.quiet.spans]
    quiet = json.dumps({"weekdays": sorted(contact.quiet.weekdays), "spans": spans})
    return {
        "id": contact.id,
        "name": contact.name,
        "organisation": contact.organisation,
        "rank": contact.rank,
        "address": contact.address,
        "lang": contact.lang,
        "mails": contact.mails,
        "calendar": contact.calendar,
        "quiet": quiet,
    }


def _contact(row: RowMapping) -> Contact:
    quiet = json.loads(row["quiet"])
    spans = tuple((date.fromisoformat(first), date.fromisoformat(last)) for first, last in quiet["spans"])
    return Contact(
        id=row["id"],
        name=row["name"],
        organisation=row["organisation"],
        rank=Rank(row["rank"]),
        address=row["address"],
        lang=row["lang"],
        mails=Mails(row["mails"]),
        calendar=CalendarWay(row["calendar"]),
        quiet=Quiet(frozenset(quiet["weekdays"]), spans),
    )
