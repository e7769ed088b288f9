"""A mail in a worker's hands, read again just before it goes: what of it still stands, and the letter that tells it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache

from sqlalchemy.orm import Session

from notifications.asks import Ask
from notifications.audience import unreached
from notifications.claiming import Claim
from notifications.contacts import Rank
from notifications.digest import AHEAD, agenda
from notifications.dossier import dossier
from notifications.due import Reason, State
from notifications.escalation import beneath, risen_to
from notifications.immediate import access, changes, invitation, office, verification
from notifications.lease import Content
from notifications.letters import Agenda, Item, ReminderLetter
from notifications.outbox import Ending
from notifications.policy import Purpose, Role, purpose_of
from notifications.sheet import Reading, Select, Sheet, Study, head, nothing
from scheduler.occurrence import Record, Selection
from scheduler.preparation import Way

__all__ = ["Reading", "Select", "Study", "read", "read_all"]


def read(session: Session, mail: Claim, now: datetime, study: Study) -> Reading:
    """Look at what a mail is about as it stands now. The caller ends what has fallen, and withdraws an empty mail."""
    return read_all(session, (mail,), now, study)[mail.id]


def read_all(session: Session, mails: Sequence[Claim], now: datetime, study: Study) -> Mapping[str, Reading]:
    """Look at what each of these mails is about as they all stand now, by their ids; the same as `read` of each.

    All is looked up in a few statements, whatever their number. Of two mails to one address neither knows of the other.
    Raises what `read` raises of the first that cannot be read: each is then to be read by itself.
    """
    known = dossier(session, {mail.id: mail.address for mail in mails}, study.lookup)
    today = now.astimezone(study.zone).date()
    standings = study.standings(today)

    @cache
    def coming() -> tuple[Record, ...]:
        return tuple(study.select(session, Selection(first=today, last=today + AHEAD)))

    sheets = (
        Sheet(study, mail, now, today, known.waiting.get(mail.id, ()), known, standings, coming) for mail in mails
    )
    return {sheet.mail.id: _read(sheet) for sheet in sheets}


def _read(sheet: Sheet) -> Reading:
    if not sheet.pending:
        return Reading(None, (), ())
    if not sheet.study.almanac.roster.open(sheet.mail.address):
        return nothing(sheet.pending, Reason.CLOSED)
    return _KINDS.get(purpose_of(sheet.pending[0].slot.step), _reminders)(sheet)


def _reminders(sheet: Sheet) -> Reading:
    told: dict[Content, Item] = {}
    fallen: list[Ending] = []
    weekly: list[Content] = []
    for content in sheet.pending:
        if content.slot.step == Purpose.DIGEST:
            weekly.append(content)
            continue
        found = _item(sheet, content)
        if isinstance(found, Item):
            told[content] = found
        else:
            fallen.append(Ending(content.id, State.EXPIRED, found))
    ahead = _ahead(sheet, weekly[0].organisation) if weekly else None
    if ahead is None:
        fallen += [Ending(digest.id, State.EXPIRED, Reason.PAST) for digest in weekly]
    spoken = (*told, *(weekly if ahead else ()))
    if not spoken:
        return Reading(None, (), tuple(fallen))
    items = _one_each(told.values())
    thread: tuple[str, ...] = ()
    if len(items) == 1 and ahead is None:
        thread = sheet.thread(items[0].record.occurrence.key)
    letter = ReminderLetter(**head(sheet, spoken[0]) | {"thread": thread}, items=items, agenda=ahead)
    return Reading(letter, spoken, tuple(fallen))


def _ahead(sheet: Sheet, organisation: str) -> Agenda | None:
    return agenda(sheet.coming(), organisation, sheet.study.almanac.directory, sheet.today)


def _item(sheet: Sheet, content: Content) -> Item | Reason:
    """What a slot still asks for, as the mail tells it; else why it has fallen."""
    base, record = beneath(content.slot), sheet.records.get(content.slot.occurrence)
    ask = sheet.standings.of(record, base)
    if not isinstance(ask, Ask) or record is None:
        return ask if isinstance(ask, Reason) else Reason.GONE
    if sheet.known.answered.is_done(base, content.organisation):
        return Reason.ANSWERED
    rises = base != content.slot
    if not rises and not sheet.standings.tells(ask, base.recipient):
        return Reason.MOVED
    if rises and sheet.known.answered.is_answered(base, content.organisation):
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
        escalated=_silent(sheet, content) if rises else (),
        unreached=_unreached(sheet, ask) if content.role is Role.OWNER else (),
    )


def _unreached(sheet: Sheet, ask: Ask) -> tuple[str, ...]:
    return unreached(ask.audience, sheet.study.almanac.directory, sheet.study.almanac.roster, sheet.today)


def _silent(sheet: Sheet, content: Content) -> tuple[str, ...]:
    """The names of those who were reminded and did not answer; of nobody known, none."""
    almanac, reached = sheet.study.almanac, risen_to(content.slot)
    below = (rank for rank in Rank if reached in rank.above)
    found = (almanac.roster.people(content.organisation, rank, sheet.today, almanac.directory) for rank in below)
    return tuple(contact.name for people in found for contact in people)


def _one_each(items: Iterable[Item]) -> tuple[Item, ...]:
    """Of each line of an occurrence the latest step, in the reader's strongest role, the most pressing day first."""
    best: dict[tuple[object, ...], Item] = {}
    for item in items:
        chain = item.prepares.rule.id if item.prepares else None
        line = item.record.occurrence.key, chain
        rival = best.setdefault(line, item)
        if (_how_late(item), -_PLACES[item.role]) > (_how_late(rival), -_PLACES[rival.role]):
            best[line] = item
    return tuple(best.values())


_PLACES = {role: place for place, role in enumerate(Role)}


def _how_late(item: Item) -> int:
    """Larger for the later of two steps of one line."""
    days = item.step.lead.days * max(1, item.repeat)
    return days if item.step.way is Way.AFTER else -days


_KINDS: Mapping[Purpose, Callable[[Sheet], Reading]] = {
    Purpose.CHANGED: changes,
    Purpose.INVITE: invitation,
    Purpose.UNINVITE: invitation,
    Purpose.VERIFY: verification,
    Purpose.OFFICE: office,
    Purpose.ACCESS: access,
}
"""How each purpose is read that is not scheduled."""
