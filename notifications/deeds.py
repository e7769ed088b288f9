"""What people did to mail and to those who are written to, as lines of the trail.

A trail is never forgotten, so it holds of a person only what they are called here, their organisation, and which of
their fields were changed; no address, and nothing of what stood in a field.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from notifications.contacts import Contact, address_id
from notifications.tables import CONTACT, REMINDER
from scheduler.portions import asked
from scheduler.trail import Area, Deed, named, note

T = TypeVar("T")


def taken(
    session: Session, added: Sequence[Contact], changed: Sequence[tuple[Contact, Contact]], now: datetime, who: str
) -> None:
    """People were added and changed, in a line for each organisation (`_apart`)."""
    sides = [*((one, one) for one in added), *changed]
    new = {one.id for one in added}
    for offices, some in _apart(sides, lambda pair: (pair[0].organisation, pair[1].organisation)):
        fresh, others = (
            [after.id for _, after in some if after.id in new],
            [one for one in some if one[1].id not in new],
        )
        differ = {field for pair in others for field in differing(*pair)}
        told = {"added": named(fresh), "changed": named(after.id for _, after in others), "fields": sorted(differ)}
        action = "taken" if fresh and others else "added" if fresh else "changed"
        _note(session, action, offices, [after.id for _, after in some], told, now, who)


def removed(session: Session, gone: Sequence[Contact], now: datetime, who: str) -> None:
    """People were taken off the list, in a line for each organisation."""
    for offices, some in _apart(gone, lambda one: (one.organisation,)):
        idents = [one.id for one in some]
        _note(session, "removed", offices, idents, {"removed": named(idents)}, now, who)


def addressed(session: Session, action: str, address: str, now: datetime, who: str | None, why: str | None) -> None:
    """The office made sure of the address of this id, or lets mail go there again; nothing where its owner did.

    A line for each organisation whose people have the address; one where nobody has it.
    """
    if who is None:
        return
    columns = select(CONTACT.c.id, CONTACT.c.organisation, CONTACT.c.address)
    whose = [row for row in session.execute(columns.order_by(CONTACT.c.id)) if address_id(row.address) == address]
    told = {"why": why or ""}
    for offices, some in _apart(whose, lambda row: (row.organisation,)):
        _note(session, action, offices, [row.id for row in some], told, now, who)
    if not whose:
        _note(session, action, (), (), told, now, who)


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


def _apart(things: Iterable[T], offices: Callable[[T], Collection[str]]) -> Iterator[tuple[tuple[str, ...], list[T]]]:
    """Things by the organisations they concern, each in its order: no line tells one organisation of another's people.

    Who went from one organisation to another concerns both, in a line of their own.
    """
    found: dict[tuple[str, ...], list[T]] = {}
    for one in things:
        found.setdefault(tuple(sorted(set(offices(one)))), []).append(one)
    yield from sorted(found.items(), key=lambda item: item[0])


def _note(
    session: Session,
    action: str,
    offices: Collection[str],
    people: Collection[str],
    detail: Mapping[str, object],
    now: datetime,
    who: str,
) -> None:
    """One line about people of the same organisations."""
    idents = sorted(people)
    deed = Deed(
        at=now, who=who, area=Area.CONTACT, action=action, subject=idents[0] if len(idents) == 1 else "",
        detail=detail, about=(*offices, *idents),
    )  # fmt: skip
    note(session, deed)
