"""A mail in a worker's hands, read again just before it goes: what of it still stands, and the letter that tells it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Any

from sqlalchemy.orm import Session

from notifications import lease, sentbook
from notifications.asks import Almanac, Ask
from notifications.audience import unreached
from notifications.contacts import Contact, Rank, address_id
from notifications.digest import AHEAD, agenda
from notifications.due import Reason, Slot, State, standing, told_still
from notifications.escalation import beneath, risen_to
from notifications.invitations import still
from notifications.lease import Claim, Content
from notifications.letters import (
    Agenda,
    AnyLetter,
    ChangeLetter,
    Happened,
    InvitationLetter,
    Item,
    Method,
    OfficeLetter,
    ReminderLetter,
    Told,
    Trouble,
    VerificationLetter,
)
from notifications.outbox import Ending
from notifications.policy import Purpose, Role, purpose_of
from notifications.sentbook import Lookup
from notifications.tokens import Action, Links
from scheduler.occurrence import Record, Selection
from scheduler.preparation import Way

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
    """What mails are read with. `zone` says whose day it is."""

    lookup: Lookup
    select: Select
    almanac: Almanac
    links: Links
    zone: tzinfo


@dataclass(frozen=True, slots=True)
class _Page:
    """One mail on the table: its slots that wait, what they are about, and the moment it is read."""

    session: Session
    study: Study
    mail: Claim
    now: datetime
    pending: tuple[Content, ...]
    records: Mapping[str, Record]

    @property
    def today(self) -> date:
        return self.now.astimezone(self.study.zone).date()

    def contact(self, slot: Slot) -> Contact | None:
        return self.study.almanac.roster.named(slot.recipient)


def read(session: Session, mail: Claim, now: datetime, study: Study) -> Reading:
    """Look at what a mail is about as it stands now. The caller ends what has fallen, and withdraws an empty mail."""
    pending = tuple(content for content in lease.contents(session, mail.id) if content.state is State.PENDING)
    records = study.lookup(session, {content.slot.occurrence for content in pending})
    page = _Page(session, study, mail, now, pending, records)
    if not pending:
        return Reading(None, (), ())
    purpose = purpose_of(pending[0].slot.step)
    if not study.almanac.roster.open(mail.address):
        return _nothing(pending, Reason.CLOSED)
    return _KINDS.get(purpose, _reminders)(page)


def _reminders(page: _Page) -> Reading:
    told: dict[Content, Item] = {}
    fallen: list[Ending] = []
    weekly: list[Content] = []
    for content in page.pending:
        if content.slot.step == Purpose.DIGEST:
            weekly.append(content)
            continue
        found = _item(page, content)
        if isinstance(found, Item):
            told[content] = found
        else:
            fallen.append(Ending(content.id, State.EXPIRED, found))
    ahead = _ahead(page, weekly[0].organisation) if weekly else None
    if ahead is None:
        fallen += [Ending(digest.id, State.EXPIRED, Reason.PAST) for digest in weekly]
    spoken = (*told, *(weekly if ahead else ()))
    if not spoken:
        return Reading(None, (), tuple(fallen))
    items = _one_each(told.values())
    thread: tuple[str, ...] = ()
    if len(items) == 1 and ahead is None:
        thread = lease.thread(page.session, page.mail.address, items[0].record.occurrence.key)
    letter = ReminderLetter(**_head(page, spoken[0]) | {"thread": thread}, items=items, agenda=ahead)
    return Reading(letter, spoken, tuple(fallen))


def _ahead(page: _Page, organisation: str) -> Agenda | None:
    coming = page.study.select(page.session, Selection(first=page.today, last=page.today + AHEAD))
    return agenda(coming, organisation, page.study.almanac.directory, page.today)


def _item(page: _Page, content: Content) -> Item | Reason:
    """What a slot still asks for, as the mail tells it; else why it has fallen."""
    base, record = beneath(content.slot), page.records.get(content.slot.occurrence)
    ask = standing(record, base, page.study.almanac, page.today)
    if not isinstance(ask, Ask) or record is None:
        return ask if isinstance(ask, Reason) else Reason.GONE
    if sentbook.is_done(page.session, base, content.organisation):
        return Reason.ANSWERED
    rises = base != content.slot
    if not rises and not told_still(ask, base.recipient, page.study.almanac, page.today):
        return Reason.MOVED
    if rises and sentbook.is_answered(page.session, base, content.organisation):
        return Reason.ANSWERED
    return Item(
        record=record,
        step=ask.step,
        counted_from=ask.counted_from,
        recipient=content.organisation,
        role=content.role,
        reminder=content.id,
        repeat=ask.repeat,
        prepares=ask.prepares,
        escalated=_silent(page, content) if rises else (),
        unreached=_unreached(page, ask) if content.role is Role.OWNER else (),
    )


def _unreached(page: _Page, ask: Ask) -> tuple[str, ...]:
    return unreached(ask.audience, page.study.almanac.directory, page.study.almanac.roster, page.today)


def _silent(page: _Page, content: Content) -> tuple[str, ...]:
    """The names of those who were reminded and did not answer; of nobody known, none."""
    almanac, reached = page.study.almanac, risen_to(content.slot)
    below = (rank for rank in Rank if reached in rank.above)
    found = (almanac.roster.people(content.organisation, rank, page.today, almanac.directory) for rank in below)
    return tuple(contact.name for people in found for contact in people)


def _one_each(items: Iterable[Item]) -> tuple[Item, ...]:
    """Of each line of an occurrence the latest step, in the reader's strongest role, the most pressing day first."""
    best: dict[tuple[object, ...], Item] = {}
    roles = list(Role)
    for item in items:
        chain = item.prepares.rule.id if item.prepares else None
        line = item.record.occurrence.key, chain
        rival = best.setdefault(line, item)
        if (_how_late(item), -roles.index(item.role)) > (_how_late(rival), -roles.index(rival.role)):
            best[line] = item
    return tuple(best.values())


def _how_late(item: Item) -> int:
    """Larger for the later of two steps of one line."""
    days = item.step.lead.days * max(1, item.repeat)
    return days if item.step.way is Way.AFTER else -days


def _changes(page: _Page) -> Reading:
    changes: dict[Content, Told] = {}
    fallen: list[Ending] = []
    for content in page.pending:
        record = page.records.get(content.slot.occurrence)
        if record is None:
            fallen.append(Ending(content.id, State.EXPIRED, Reason.GONE))
            continue
        detail = _detail(content)
        changes[content] = Told(
            record=record,
            recipient=content.organisation,
            happened=Happened(detail["happened"]),
            before=detail["before"],
            who=detail["who"],
            why=detail["why"],
        )
    if not changes:
        return Reading(None, (), tuple(fallen))
    spoken = tuple(changes)
    threads = {content.slot.occurrence for content in spoken}
    thread = lease.thread(page.session, page.mail.address, threads.pop()) if len(threads) == 1 else ()
    letter = ChangeLetter(**_head(page, spoken[0]) | {"thread": thread}, changes=tuple(changes.values()))
    return Reading(letter, spoken, tuple(fallen))


def _invitation(page: _Page) -> Reading:
    content, *others = page.pending
    record = page.records.get(content.slot.occurrence)
    newer = sentbook.overtaken(page.session, content.slot)
    if record is None or newer or not still(record, content.slot, page.today):
        return _nothing(page.pending, Reason.MOVED)
    method = Method.REQUEST if content.slot.step == Purpose.INVITE else Method.CANCEL
    thread = lease.thread(page.session, page.mail.address, content.slot.occurrence)
    known = sentbook.invited_before(page.session, content.slot)
    letter = InvitationLetter(**_head(page, content) | {"thread": thread}, record=record, method=method, update=known)
    return Reading(letter, (content, *others), ())


def _verification(page: _Page) -> Reading:
    content, *others = page.pending
    contact = page.contact(content.slot)
    if contact is None or contact.address != page.mail.address:
        return _nothing(page.pending, Reason.GONE)
    links, ident = page.study.links, address_id(contact.address)
    url = links.address(Action.VERIFY, ident, page.mail.day, page.mail.lang)
    letter = VerificationLetter(**_head(page, content), url=url)
    return Reading(letter, (content, *others), ())


def _office(page: _Page) -> Reading:
    content, *others = page.pending
    record = page.records.get(content.slot.occurrence)
    letter = OfficeLetter(
        **_head(page, content),
        trouble=Trouble(content.slot.step.removeprefix(f"{Purpose.OFFICE}-")),
        occurrence=record.occurrence if record else None,
        fields=_detail(content),
    )
    return Reading(letter, (content, *others), ())


def _head(page: _Page, content: Content) -> dict[str, Any]:
    """What every letter has."""
    mail, contact = page.mail, page.contact(content.slot)
    links, ident = page.study.links, address_id(mail.address)
    return {
        "delivery": mail.id,
        "address": mail.address,
        "lang": mail.lang,
        "day": page.today,
        "written_at": page.now.astimezone(page.study.zone),
        "organisation": content.organisation,
        "person": contact.name if contact else None,
        "thread": (),
        "unsubscribe": links.address(Action.UNSUBSCRIBE, ident, mail.day, mail.lang),
    }


def _nothing(pending: Iterable[Content], reason: Reason) -> Reading:
    return Reading(None, (), tuple(Ending(content.id, State.EXPIRED, reason) for content in pending))


def _detail(content: Content) -> dict[str, Any]:
    """What was written down with the slot. Raises ValueError when it is not readable, so that the mail is put aside."""
    values = json.loads(content.detail or "")
    if not isinstance(values, dict):
        raise ValueError(f"the detail of reminder {content.id} holds no fields")  # noqa: TRY004 - a stored text is wrong
    return values


_KINDS: Mapping[Purpose, Callable[[_Page], Reading]] = {
    Purpose.CHANGED: _changes,
    Purpose.INVITE: _invitation,
    Purpose.UNINVITE: _invitation,
    Purpose.VERIFY: _verification,
    Purpose.OFFICE: _office,
}
"""How each purpose is read that is not scheduled."""
