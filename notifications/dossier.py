"""All that a batch of mails is read from, looked up together: what they say, what it is about, what came before it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from notifications import sentbook
from notifications.bulk import among, parted
from notifications.due import INVITATION, Slot, State
from notifications.invitations import Sent
from notifications.lease import Content
from notifications.policy import Role
from notifications.sentbook import Answered, Lookup
from notifications.tables import DELIVERY, REMINDER, DeliveryState
from scheduler.occurrence import Record

_R, _D = REMINDER.c, DELIVERY.c

Reader = tuple[str, str]
"""An occurrence, and an address or a recipient."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier:
    """What is known of some mails at one moment. What it does not name is not there.

    `waiting`: the slots of each mail that wait, the most pressing first. `threads`: Message-IDs of the mails to an
    address that told of an occurrence, oldest first. `invited`: what each calendar was last told of an event, or will
    be; `before`: whose calendar was asked to take it in earlier.
    """

    waiting: Mapping[str, tuple[Content, ...]]
    records: Mapping[str, Record]
    answered: Answered
    threads: Mapping[Reader, tuple[str, ...]]
    invited: Mapping[Reader, Sent]
    before: frozenset[Reader]


def dossier(session: Session, mails: Mapping[str, str], lookup: Lookup) -> Dossier:
    """Look up what these mails need; `mails` gives the address of each, by its id."""
    waiting = _waiting(session, mails)
    slots = [content.slot for contents in waiting.values() for content in contents]
    keys = {slot.occurrence for slot in slots}
    events = {slot.occurrence for slot in slots if slot.channel == INVITATION}
    return Dossier(
        waiting=waiting,
        records=lookup(session, keys),
        answered=sentbook.answered(session, keys),
        threads=_threads(session, keys, set(mails.values())),
        invited=sentbook.invited(session, events),
        before=sentbook.invited_before(session, events),
    )


def _waiting(session: Session, mails: Collection[str]) -> dict[str, tuple[Content, ...]]:
    columns = (_R.delivery_id, _R.id, _R.role, _R.organisation, _R.detail, _R.occurrence, _R.step, _R.counted_from)
    query = select(*columns, _R.repeat, _R.recipient, _R.channel).where(_R.state == State.PENDING)
    ordered = query.order_by(_R.counted_from, _R.occurrence, _R.step, _R.recipient)
    found: dict[str, list[Content]] = {}
    for idents in parted(mails):
        for mail, ident, role, organisation, detail, *slot in session.execute(
            ordered.where(among(session, _R.delivery_id, idents))
        ):
            content = Content(ident, Slot(*slot), Role(role), State.PENDING, organisation, detail)
            found.setdefault(mail, []).append(content)
    return {mail: tuple(contents) for mail, contents in found.items()}


def _threads(
    session: Session, occurrences: Collection[str], addresses: Collection[str]
) -> dict[Reader, tuple[str, ...]]:
    told = (_R.state.in_((State.SENT, State.COALESCED)), _D.state == DeliveryState.SENT, _D.message_id.is_not(None))
    query = select(_R.occurrence, _D.address, _D.sent_at, _D.id, _D.message_id).distinct()
    query = query.join(DELIVERY, _D.id == _R.delivery_id).where(*told, among(session, _D.address, addresses))
    parts = (query.where(among(session, _R.occurrence, keys)) for keys in parted(occurrences))
    rows = [row for part in parts for row in session.execute(part)]
    found: dict[Reader, list[str]] = {}
    for occurrence, address, _, _, ident in sorted(rows, key=lambda row: row[2:4]):
        found.setdefault((occurrence, address), []).append(ident)
    return {reader: tuple(idents) for reader, idents in found.items()}
