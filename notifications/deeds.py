"""What people did to mail and to those who are written to, as lines of the trail.

A trail is never forgotten, so it holds of a person only what they are called here, their organisation, and which of
their fields were changed; no address, and nothing of what stood in a field.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import fields
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from notifications.contacts import Contact, address_id
from notifications.tables import CONTACT, REMINDER
from scheduler.portions import asked
from scheduler.trail import Area, Deed, named, note


def taken(
    session: Session, added: Sequence[Contact], changed: Sequence[tuple[Contact, Contact]], now: datetime, who: str
) -> None:
    """People were added and changed, in one line."""
    if not added and not changed:
        return
    differ = {field for pair in changed for field in differing(*pair)}
    told = {"added": named(one.id for one in added), "changed": named(after.id for _, after in changed)}
    sides = (*added, *(side for pair in changed for side in pair))
    action = "taken" if added and changed else "added" if added else "changed"
    _note(session, action, [(one.id, one.organisation) for one in sides], {**told, "fields": sorted(differ)}, now, who)


def removed(session: Session, gone: Sequence[Contact], now: datetime, who: str) -> None:
    """People were taken off the list."""
    if gone:
        whose = [(one.id, one.organisation) for one in gone]
        _note(session, "removed", whose, {"removed": named(ident for ident, _ in whose)}, now, who)


def addressed(session: Session, action: str, address: str, now: datetime, who: str | None, why: str | None) -> None:
    """The office made sure of the address of this id, or lets mail go there again; nothing where its owner did."""
    if who is None:
        return
    columns = select(CONTACT.c.id, CONTACT.c.organisation, CONTACT.c.address)
    whose = [row for row in session.execute(columns.order_by(CONTACT.c.id)) if address_id(row.address) == address]
    _note(session, action, [(row.id, row.organisation) for row in whose], {"why": why or ""}, now, who)


def handled(session: Session, action: str, mails: Collection[str], now: datetime, who: str, why: str) -> None:
    """Something was done to mails by hand, in one line."""
    if not mails:
        return
    told: set[tuple[str, str]] = set()
    for some in asked(mails):
        query = select(REMINDER.c.organisation, REMINDER.c.occurrence).where(REMINDER.c.delivery_id.in_(some))
        told.update((row[0], row[1]) for row in session.execute(query))
    offices, keys = sorted({office for office, _ in told}), sorted({key for _, key in told})
    ordered = sorted(mails)
    deed = Deed(
        at=now, who=who, area=Area.MAIL, action=action, subject=ordered[0] if len(ordered) == 1 else "",
        detail={"mails": named(ordered), "why": why}, about=(*offices, *ordered, *keys),
    )  # fmt: skip
    note(session, deed)


def differing(before: Contact, after: Contact) -> tuple[str, ...]:
    """The fields of a person that changed."""
    names = (field.name for field in fields(Contact))
    return tuple(name for name in names if getattr(before, name) != getattr(after, name))


def _note(
    session: Session, action: str, people: Iterable[tuple[str, str]], detail: dict[str, object], now: datetime, who: str
) -> None:
    """`people`: ids, each with an organisation."""
    told = tuple(people)
    idents, offices = sorted({ident for ident, _ in told}), sorted({office for _, office in told})
    deed = Deed(
        at=now, who=who, area=Area.CONTACT, action=action, subject=idents[0] if len(idents) == 1 else "",
        detail=detail, about=(*offices, *idents),
    )  # fmt: skip
    note(session, deed)
