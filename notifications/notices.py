"""What is told at once: changes to those whose duty changed, addresses to confirm, and what an office must look at."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from hashlib import sha256
from types import MappingProxyType

from sqlalchemy.orm import Session

from notifications.asks import Almanac
from notifications.audience import Audience, Recipient, audience_of, recipients
from notifications.contacts import Contact, folded
from notifications.due import Reminder, Slot, past
from notifications.letters import Happened, Trouble
from notifications.outbox import Enqueued, enqueue_now
from notifications.policy import Purpose, Role
from scheduler.occurrence import Occurrence, Status
from scheduler.reconcile import Change
from scheduler.window import Window

VERIFY = "verify"
OFFICE = "office"
ACCESS = "access"
"""What stands for an occurrence in slots that are about none."""

NOTHING: Mapping[str, Collection[Role]] = MappingProxyType({})
"""Nobody was written to about anything."""

_OVER = {
    Status.CANCELLED: Happened.CANCELLED,
    Status.SKIPPED: Happened.SKIPPED,
    Status.POSTPONED: Happened.POSTPONED,
}


@dataclass(frozen=True, slots=True)
class Noted:
    """A change that was stored: the SEQUENCE it gave the row, and the decision behind it, None for a plan's text."""

    change: Change
    sequence: int
    who: str | None = None
    why: str | None = None


def told(
    notes: Iterable[Noted], almanac: Almanac, day: date, mailed: Mapping[str, Collection[Role]] = NOTHING
) -> Iterator[Reminder]:
    """Who is told on `day` of what has changed: those who have the duty now, and those who had it.

    Coordinating bodies only from as many days before as they are reminded at all. Nobody is told of what is new, held,
    past, projected beyond its plan, or changed in words alone. But who leads, helps or owns what they were written to
    about is told of its changes all the same: `mailed` has the roles in which somebody was, by the key.
    """
    for note in notes:
        before, after = note.change.before, note.change.after
        known = {role for key in note.change.keys for role in mailed.get(key, ())}
        happened = happened_to(note.change, mailed=bool(known))
        if before is None or happened is None or (past(before, day) and past(after, day)):
            continue
        detail = {"happened": happened, "before": differences(before, after), "who": note.who, "why": note.why}
        written = json.dumps(detail, ensure_ascii=False, sort_keys=True)
        seen: set[str] = set()
        for occurrence in (after, before):
            whom = audience_of(occurrence, _roles(before, after, almanac, day, known))
            for reader in recipients(whom, almanac.directory, almanac.roster, day):
                if reader.address is None or reader.recipient in seen:
                    continue
                seen.add(reader.recipient)
                yield Reminder(
                    slot=Slot(after.key, Purpose.CHANGED, day, note.sequence, reader.recipient),
                    organisation=reader.organisation,
                    address=reader.address,
                    lang=reader.lang,
                    role=reader.role,
                    send_on=day,
                    detail=written,
                )


def happened_to(change: Change, *, mailed: bool = False) -> Happened | None:
    """What a change means to those who have the duty; None when it means nothing to them.

    What is projected beyond its plan means something only where somebody was written to about it: `mailed`.
    """
    before, after = change.before, change.after
    silent = (Status.HELD,) if mailed else (Status.HELD, Status.PROJECTED)
    if before is None or before.status in silent or after.status in silent:
        return None
    if after.status is not before.status and after.status in _OVER:
        return _OVER[after.status]
    if after.over:
        return None
    if before.over:
        return Happened.RESTORED
    if (before.host, before.leads, before.coordinating) != (after.host, after.leads, after.coordinating):
        return Happened.REASSIGNED
    return _other_days(before, after)


def _other_days(before: Occurrence, after: Occurrence) -> Happened | None:
    if after.status is Status.POSTPONED and before.window.fixed is not after.window.fixed:
        return Happened.POSTPONED  # once more to no days yet, or to these
    if _settled(after) and not _settled(before) and after.joint is None:
        return Happened.FIXED
    moved = (before.window, before.place, before.joint) != (after.window, after.place, after.joint)
    return Happened.MOVED if moved else None


def _settled(occurrence: Occurrence) -> bool:
    """Whether its days are known, and agreed."""
    return occurrence.window.fixed and occurrence.status is not Status.PROPOSED


def differences(before: Occurrence, after: Occurrence) -> Mapping[str, str]:
    """The old values of what changed, as `letters.Told` has them."""
    old, new = _fields(before), _fields(after)
    return {name: value for name, value in old.items() if value != new[name]}


def office(
    session: Session,
    trouble: Trouble,
    owner: str,
    fields: Mapping[str, str],
    almanac: Almanac,
    now: datetime,
    occurrence: str = OFFICE,
) -> Enqueued:
    """Tell the people of `owner`, at once, of something about mail. The same trouble of one day is told once.

    Nobody is told at the address it is about (`fields["address"]`) while there is another; of a wish then its own.
    """
    day = now.date()
    written = json.dumps(dict(fields), ensure_ascii=False, sort_keys=True)
    about = "-".join(filter(None, (Purpose.OFFICE, trouble)))
    reminders = [
        Reminder(
            slot=Slot(occurrence, about, day, _number(written), reader.recipient),
            organisation=reader.organisation,
            address=reader.address or "",
            lang=reader.lang,
            role=Role.OWNER,
            send_on=day,
            detail=written,
        )
        for reader in _others(owner, trouble, folded(fields.get("address", "")), almanac, day)
    ]
    return enqueue_now(session, reminders, f"{about}-{_number(f'{occurrence}{written}')}", day, now)


def _others(owner: str, trouble: Trouble, about: str, almanac: Almanac, day: date) -> tuple[Recipient, ...]:
    """Who is told of a trouble: the lowest rank of the owner's people beside `about`, or the owner's own address."""
    whom = Audience({Role.OWNER: (owner,)}, owner)
    contacts = {ident: each for ident, each in almanac.roster.contacts.items() if folded(each.address) != about}
    people = recipients(whom, almanac.directory, replace(almanac.roster, contacts=contacts), day)
    others = tuple(reader for reader in people if reader.address and folded(reader.address) != about)
    if others or trouble is not Trouble.ASKED:
        return others
    everybody = recipients(whom, almanac.directory, almanac.roster, day)
    return tuple(reader for reader in everybody if reader.address)


def verification(session: Session, contact: Contact, now: datetime) -> Enqueued:
    """Ask a person to confirm their address. At most one such mail an hour to an address."""
    reminder = Reminder(
        slot=Slot(VERIFY, Purpose.VERIFY, now.date(), _number(f"{contact.address} {now.hour}"), contact.recipient),
        organisation=contact.organisation,
        address=contact.address,
        lang=contact.lang,
        role=Role.LEAD,
        send_on=now.date(),
    )
    return enqueue_now(session, [reminder], f"{VERIFY}-{now.hour}-{reminder.slot.id[:16]}", now.date(), now)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A link by which an officer sets a password: its id, until when it works, and whose it is.

    `organisation` is empty for who acts for none.
    """

    link: str
    until: datetime
    officer: str
    name: str
    address: str
    lang: str
    organisation: str


def access(session: Session, entry: Entry, now: datetime) -> Enqueued:
    """Send an officer the link to set a password. What is written down of it is its id, which opens nothing alone."""
    detail = {"link": entry.link, "until": entry.until.isoformat(), "name": entry.name}
    reminder = Reminder(
        slot=Slot(ACCESS, Purpose.ACCESS, now.date(), _number(entry.link), f"officer:{entry.officer}"),
        organisation=entry.organisation,
        address=entry.address,
        lang=entry.lang,
        role=Role.OWNER,
        send_on=now.date(),
        detail=json.dumps(detail, ensure_ascii=False, sort_keys=True),
    )
    return enqueue_now(session, [reminder], f"{ACCESS}-{entry.link[:16]}", now.date(), now)


def _roles(
    before: Occurrence, after: Occurrence, almanac: Almanac, day: date, mailed: Collection[Role]
) -> tuple[Role, ...]:
    """In which roles bodies are told: those who lead, those who help while it is near, and who was written to before.

    Of what is projected beyond its plan the last alone.
    """
    days = [window.start or window.last for window in (before.window, after.window)]
    near = any(each is not None and (each - day).days <= almanac.policy.coordinating_from for each in days)
    own = (Role.LEAD, Role.COORDINATING) if near else (Role.LEAD,)
    told = mailed if Status.PROJECTED in (before.status, after.status) else (*own, *mailed)
    return tuple(role for role in (Role.LEAD, Role.COORDINATING, Role.OWNER) if role in told)


def _fields(occurrence: Occurrence) -> dict[str, str]:
    return {
        "days": _days(occurrence.window),
        "host": occurrence.host or "",
        "place": occurrence.place or "",
        "leads": ",".join(occurrence.leads),
        "coordinating": ",".join(occurrence.coordinating),
        "status": occurrence.status.value,
        "joint": occurrence.joint or "",
    }


def _days(window: Window) -> str:
    ends = (day.isoformat() if day else "" for day in (window.start, window.last))
    return "/".join((*ends, window.precision.value))


def _number(text: str) -> int:
    """A number that follows from a text, small enough for a column of integers."""
    return int.from_bytes(sha256(text.encode()).digest()[:4], "big") >> 1


__all__ = [
    "ACCESS",
    "OFFICE",
    "VERIFY",
    "Entry",
    "Noted",
    "access",
    "differences",
    "happened_to",
    "office",
    "told",
    "verification",
]
