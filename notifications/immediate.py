"""What is told at once, as letters: changes, invitations, addresses to be confirmed, and troubles of the mail."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from notifications.afresh import afresh
from notifications.contacts import address_id, folded
from notifications.due import Reason, State
from notifications.invitations import Sent, still
from notifications.lease import Content
from notifications.letters import (
    AccessLetter,
    ChangeLetter,
    Happened,
    InvitationLetter,
    Method,
    OfficeLetter,
    Told,
    Trouble,
    VerificationLetter,
)
from notifications.outbox import Ending
from notifications.policy import Purpose
from notifications.sheet import Reading, Sheet, head, nothing
from notifications.tokens import Action
from scheduler.occurrence import Record


def changes(sheet: Sheet) -> Reading:
    """What changed, of duties that are still there, as far as it was not taken back since."""
    changes: dict[Content, Told] = {}
    fallen: list[Ending] = []
    for content in sheet.pending:
        record = sheet.records.get(content.slot.occurrence)
        if record is None:
            fallen.append(Ending(content.id, State.EXPIRED, Reason.GONE))
            continue
        told = _told(content, record)
        if told is None:
            fallen.append(Ending(content.id, State.EXPIRED, Reason.MOVED))
        else:
            changes[content] = told
    if not changes:
        return Reading(None, (), tuple(fallen))
    spoken = tuple(changes)
    threads = {content.slot.occurrence for content in spoken}
    thread = sheet.thread(threads.pop()) if len(threads) == 1 else ()
    letter = ChangeLetter(**head(sheet, spoken[0]) | {"thread": thread}, changes=tuple(changes.values()))
    return Reading(letter, spoken, tuple(fallen))


def _told(content: Content, record: Record) -> Told | None:
    """A change as it was noted; told afresh where more has changed since. None: nothing of it is left."""
    detail = _detail(content)
    told = Told(
        record=record,
        recipient=content.organisation,
        happened=Happened(detail["happened"]),
        before=detail["before"],
        who=detail["who"],
        why=detail["why"],
    )
    return afresh(told) if record.sequence > content.slot.repeat else told


def invitation(sheet: Sheet) -> Reading:
    """An event for a calendar, or out of it, unless something newer is to be told."""
    content, *others = sheet.pending
    record = sheet.records.get(content.slot.occurrence)
    method = Method.REQUEST if content.slot.step == Purpose.INVITE else Method.CANCEL
    reader = content.slot.occurrence, content.slot.recipient
    newer = sheet.known.invited.get(reader) != Sent(method, content.slot.repeat)
    if record is None or newer or not still(record, content.slot, sheet.today):
        return nothing(sheet.pending, Reason.MOVED)
    letter = InvitationLetter(
        **head(sheet, content) | {"thread": sheet.thread(content.slot.occurrence)},
        record=record,
        method=method,
        update=reader in sheet.known.before,
    )
    return Reading(letter, (content, *others), ())


def verification(sheet: Sheet) -> Reading:
    """Asks for an address to be confirmed that is still the person's, unless it was confirmed meanwhile."""
    content, *others = sheet.pending
    contact = sheet.contact(content.slot)
    if contact is None or contact.address != sheet.mail.address:
        return nothing(sheet.pending, Reason.GONE)
    if folded(contact.address) in sheet.study.almanac.roster.verified:
        return nothing(sheet.pending, Reason.ANSWERED)
    links, ident = sheet.study.links, address_id(contact.address)
    url = links.address(Action.VERIFY, ident, sheet.mail.day, sheet.mail.lang)
    letter = VerificationLetter(**head(sheet, content), url=url)
    return Reading(letter, (content, *others), ())


def office(sheet: Sheet) -> Reading:
    """A trouble of the mail. Raises ValueError where its detail is not readable."""
    content, *others = sheet.pending
    record = sheet.records.get(content.slot.occurrence)
    letter = OfficeLetter(
        **head(sheet, content),
        trouble=Trouble(content.slot.step.removeprefix(f"{Purpose.OFFICE}-")),
        occurrence=record.occurrence if record else None,
        fields=_detail(content),
    )
    return Reading(letter, (content, *others), ())


def access(sheet: Sheet) -> Reading:
    """A link to set a password, while it works. Nobody can decline such mail. Raises ValueError as `office` does."""
    content, *others = sheet.pending
    detail = _detail(content)
    if sheet.now >= datetime.fromisoformat(detail["until"]):
        return nothing(sheet.pending, Reason.PAST)
    own = {"person": detail["name"], "unsubscribe": None}
    url = sheet.study.links.password(detail["link"], sheet.mail.lang)
    return Reading(AccessLetter(**head(sheet, content) | own, url=url), (content, *others), ())


def _detail(content: Content) -> dict[str, Any]:
    """What was written down with the slot. Raises ValueError when it is not readable, so that the mail is put aside."""
    values = json.loads(content.detail or "")
    if not isinstance(values, dict):
        raise ValueError(f"the detail of reminder {content.id} holds no fields")  # noqa: TRY004 - a stored text is wrong
    return values
