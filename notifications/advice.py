"""What a reminder asks of its reader: what to do now, by when, whose turn it is, and why this reader."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType
from typing import assert_never

from calendars.catalogue import msg
from calendars.gate import one_line
from calendars.wording import DUTIES, days_left_words, name, names, weekday_words
from notifications.due import Reminder
from notifications.letters import Item
from notifications.policy import AFTERWARDS, AT_ONCE, Purpose, Role, chain_step, purpose_of
from notifications.words import say
from scheduler import preparation
from scheduler.anniversary import AnniversaryClass
from scheduler.lacking import may_lack
from scheduler.occurrence import UNSET, Occurrence, Record
from scheduler.plan import MEETINGS, Directory, Kind, Text

_IN_SHORT = {
    Purpose.PREPARE: msg("get ready"),
    Purpose.FIX_DAYS: msg("fix the days"),
    Purpose.FINISH: msg("finish it in time"),
    Purpose.RENEW: msg("settle the renewal of the agreement"),
    Purpose.MARK: msg("mark the anniversary"),
    Purpose.DECIDE: msg("renew, confirm or drop it"),
    Purpose.CHAIN: msg("a step of the preparation"),
    Purpose.OVERDUE: msg("overdue"),
    Purpose.RECORD: msg("record what happened"),
    Purpose.ESCALATE: msg("no answer yet: told to the superior"),
    Purpose.DIGEST: msg("the week and the month ahead"),
    Purpose.CHANGED: msg("something changed"),
    Purpose.INVITE: msg("an entry for the calendar"),
    Purpose.UNINVITE: msg("an entry to be taken out of the calendar"),
    Purpose.VERIFY: msg("confirm the address"),
    Purpose.OFFICE: msg("about the mail itself"),
    Purpose.ACCESS: msg("set a password"),
}

_BEGINS = msg("Begins")
_EDGES = {
    Purpose.FIX_DAYS: msg("At the latest"),
    Purpose.FINISH: msg("Due"),
    Purpose.RENEW: msg("Due"),
    Purpose.MARK: msg("The day"),
    Purpose.DECIDE: msg("Would begin"),
    Purpose.OVERDUE: msg("Was due"),
    Purpose.RECORD: msg("Its last day"),
}
"""What the day is called that a step is counted from."""


IN_CHARGE = frozenset({Role.LEAD, Role.OWNER, Role.SUPERIOR})
"""Who can say of a duty that it is done; coordinating bodies and partners help whoever leads it."""

Titles = Mapping[tuple[str, str], Text]
"""What steps of preparation chains are called, by the key of the occurrence and the id of the step."""

UNTITLED: Titles = MappingProxyType({})

_OF_CHAIN = {
    Purpose.CHAIN: msg("to prepare: {step}"),
    Purpose.RECORD: msg("after the meeting: {step}"),
}
_OUTSIDE_PLAN = msg("It lies outside the term of the plan: renew the plan, confirm this turn, or drop it.")
_OUTSIDE = msg(
    "It lies outside the term of the plan or of the agreement it rests on: renew what has ended, confirm this turn, "
    "or drop it."
)


@dataclass(frozen=True, slots=True)
class _Side:
    """What a reader's side does in a meeting, and the names of the others: its guests, or its host."""

    hosts: bool
    others: str


def to_do(item: Item, directory: Directory, lang: str) -> str:
    """What to do now, in one sentence."""
    if item.prepares is not None:
        return item.prepares.rule.title.in_(lang)
    if item.role not in IN_CHARGE:
        return _help(item, directory, lang)
    return _whatever_it_is(item, lang) or _of_its_kind(item, directory, lang)


def _of_its_kind(item: Item, directory: Directory, lang: str) -> str:
    occurrence, purpose = item.record.occurrence, item.step.purpose
    if purpose is Purpose.MARK:
        return _mark(occurrence, lang)
    if occurrence.cycle == UNSET:
        return say(lang, "The document sets no time for it: decide on one and record it.")
    if purpose is Purpose.FINISH:
        return _finish(occurrence, lang)
    side = _side(occurrence, item.recipient, directory, lang)
    return _fix_days(side, occurrence, lang) if purpose is Purpose.FIX_DAYS else _prepare(side, lang)


def by_when(item: Item, today: date, lang: str) -> tuple[str, str]:
    """The day that counts, as a label and a value: "Muộn nhất", "Thứ Sáu, 31/12/2021 (còn 30 ngày)"."""
    if item.prepares is not None:
        label, day, left = say(lang, "At the latest"), item.prepares.day, (item.prepares.day - today).days
    else:
        label, day, left = _edge(item, lang), item.counted_from, (item.counted_from - today).days
    words = _left(left, item.step.purpose, lang, late=item.prepares is not None)
    return label, say(lang, "{day} ({left})", day=weekday_words(day, lang), left=words)


def titles(records: Iterable[Record], steps_of: Callable[[Record], Iterable[preparation.Step]]) -> Titles:
    """What the steps that prepare or follow these occurrences are called."""
    return {(record.occurrence.key, step.rule.id): step.rule.title for record in records for step in steps_of(record)}


def purpose_words(occurrence: str, step: str, lang: str, called: Titles = UNTITLED) -> str:
    """What a step asks for: "chốt ngày"; of a chain, its step by name if `called` has it: "việc chuẩn bị: …".

    Raises ValueError when no step has such an id.
    """
    purpose, title = purpose_of(step), called.get((occurrence, chain_step(step) or ""))
    if title is not None:
        return say(lang, _OF_CHAIN[purpose], step=one_line(title.in_(lang)))
    return say(lang, _IN_SHORT[purpose])


def what_for(item: Item, lang: str) -> str:
    """What an item asks for, in as few words."""
    step = item.prepares
    called = {(item.record.occurrence.key, step.rule.id): step.rule.title} if step else UNTITLED
    ident = replace(item.step, of=step.rule.id).id if step else item.step.id
    return purpose_words(item.record.occurrence.key, ident, lang, called)


def in_short(reminder: Reminder, lang: str, called: Titles = UNTITLED) -> str:
    """What a reminder is for, and how long is left on the day it goes: "chốt ngày, còn 30 ngày"."""
    slot = reminder.slot
    purpose, words = purpose_of(slot.step), purpose_words(slot.occurrence, slot.step, lang, called)
    if purpose in AT_ONCE or purpose in (Purpose.DIGEST, Purpose.ESCALATE):
        return words
    return f"{words}, {_left((slot.counted_from - reminder.send_on).days, purpose, lang)}"


def turn(occurrence: Occurrence, reader: str, directory: Directory, lang: str) -> str | None:
    """Whose turn it is, seen from the side of an organisation; None where its side neither hosts nor travels."""
    side = _side(occurrence, reader, directory, lang)
    if side is None:
        return None
    if side.hosts:
        return say(lang, "our side hosts and receives {guests}", guests=side.others)
    return say(lang, "{host} hosts, our side travels", host=side.others)


def notices(item: Item, directory: Directory, lang: str) -> tuple[str, ...]:
    """What stands above everything else: who had it before and did not answer, and how often it was said."""
    told = []
    if item.role is Role.SUPERIOR:
        asked = ", ".join(item.escalated) or name(item.recipient, directory, lang)
        told.append(say(lang, "{names} had this reminder and did not answer. Please see that it is done.", names=asked))
    if item.step.purpose is Purpose.OVERDUE and item.repeat > 1:
        told.append(say(lang, "This is reminder number {count} about it.", count=item.repeat))
    return tuple(told)


def why_you(item: Item, directory: Directory, lang: str) -> str:
    """Why this reader was written to."""
    match item.role:
        case Role.LEAD:
            return say(lang, "It is for you to do.")
        case Role.COORDINATING:
            return say(lang, "You help with it; who leads it stands below.")
        case Role.OWNER:
            return _why_owner(item, directory, lang)
        case Role.SUPERIOR:
            return say(lang, "You receive this because those in charge work under you.")
        case Role.PARTNER:
            return say(lang, "You receive this as a partner.")
    assert_never(item.role)


def _why_owner(item: Item, directory: Directory, lang: str) -> str:
    if item.step.audience == (Role.OWNER,):
        return say(lang, "You receive this as the owner of the plan.")
    if item.unreached:
        return say(
            lang,
            "You receive this as the owner of the plan, since there is no mail address here of {bodies}. "
            "Please pass it on.",
            bodies=names(item.unreached, directory, lang, "; "),
        )
    return say(
        lang,
        "You receive this as the owner of the plan, since a body in charge has no mail address here. "
        "Please pass it on.",
    )


def may_be_done(item: Item) -> bool:
    """Whether the reader is in charge and can say that it is done: a step, or a duty that is done, not met for."""
    duty = item.record.occurrence.kind in DUTIES and item.step.purpose is not Purpose.DECIDE
    return item.role in IN_CHARGE and (item.prepares is not None or duty)


def may_be_moved(item: Item) -> bool:
    """Whether the reader can ask for other days: it has days, and they are still to come or were missed."""
    occurrence = item.record.occurrence
    fixed = occurrence.kind is Kind.ANNIVERSARY or occurrence.undated
    return not fixed and item.step.purpose not in (Purpose.DECIDE, Purpose.RENEW, Purpose.RECORD)


def _help(item: Item, directory: Directory, lang: str) -> str:
    """What one does who does not lead it. A partner that travels has its own delegation to prepare."""
    occurrence, purpose = item.record.occurrence, item.step.purpose
    leads = names(occurrence.leads or (occurrence.owner,), directory, lang, "; ")
    side = _side(occurrence, item.recipient, directory, lang)
    if purpose is Purpose.PREPARE and item.role is Role.PARTNER and side is not None and not side.hosts:
        return _prepare(side, lang)
    what = _IN_SHORT[Purpose.FIX_DAYS if occurrence.cycle == UNSET else purpose]
    return say(lang, "Help {leads}, who lead it: {what}.", leads=leads, what=say(lang, what))


def _whatever_it_is(item: Item, lang: str) -> str | None:
    """What to do where the purpose alone says it, or nearly."""
    purpose = item.step.purpose
    if purpose is Purpose.DECIDE:
        return say(lang, _OUTSIDE_PLAN if may_lack(item.record.occurrence) else _OUTSIDE)
    if purpose is Purpose.RENEW:
        return say(lang, "Settle whether the agreement goes on, and tell the partner in time.")
    if purpose is Purpose.OVERDUE:
        return say(lang, "It is overdue: finish it and record it as done, or ask for other days.")
    if purpose is Purpose.RECORD:
        return say(lang, "Record what happened: held, postponed, skipped or cancelled.")
    return None


def _mark(occurrence: Occurrence, lang: str) -> str:
    mark = occurrence.anniversary
    if mark is not None and mark.rank is AnniversaryClass.ROUND:
        return say(lang, "Round year: prepare the ceremony, its programme and budget.")
    return say(lang, "Prepare how the day will be marked.")


def _finish(occurrence: Occurrence, lang: str) -> str:
    if occurrence.kind is Kind.REPORT:
        return say(lang, "Send the report in time and record it as done.")
    return say(lang, "Finish it in time and record it as done.")


def _prepare(side: _Side | None, lang: str) -> str:
    if side is None:
        return say(lang, "The days are known: get ready.")
    if side.hosts:
        return say(lang, "Agree the programme with {guests} and prepare to receive them.", guests=side.others)
    return say(lang, "Prepare our delegation to {host}: members, permission to travel, budget.", host=side.others)


def _fix_days(side: _Side | None, occurrence: Occurrence, lang: str) -> str:
    if occurrence.host is None and occurrence.kind in MEETINGS:
        return say(lang, "Agree who hosts and on which days, and record both.")
    if side is None:
        return say(lang, "Fix the days and record them.")
    if side.hosts:
        return say(lang, "Propose days to {guests}, and record them once agreed.", guests=side.others)
    return say(lang, "Ask {host} which days suit, and record them once agreed.", host=side.others)


def _edge(item: Item, lang: str) -> str:
    purpose = item.step.purpose
    if purpose is Purpose.FINISH and item.record.occurrence.cycle == UNSET:
        return say(lang, "At the latest")
    return say(lang, _EDGES.get(purpose, _BEGINS))


def _left(count: int, purpose: Purpose, lang: str, *, late: bool = False) -> str:
    """How long is left; `late`: what is past is said to be. What lies outside its plan has a time, and no day."""
    if count < 0 and (late or purpose in AFTERWARDS):
        return _ago(-count, lang)
    if count == 0 and purpose is not Purpose.DECIDE:
        return say(lang, "today")
    return days_left_words(count, lang)


def _ago(count: int, lang: str) -> str:
    return say(lang, "1 day ago") if count == 1 else say(lang, "{count} days ago", count=count)


def _side(occurrence: Occurrence, reader: str, directory: Directory, lang: str) -> _Side | None:
    """None where nobody hosts, where the reader's side has no part, and where it hosts nobody."""
    organisation = directory.organisations.get(reader)
    if organisation is None or occurrence.host is None:
        return None
    home = organisation.party
    if home == occurrence.host:
        guests = [party for party in occurrence.travels or occurrence.partners if party != home]
        return _Side(hosts=True, others=names(guests, directory, lang)) if guests else None
    return _Side(hosts=False, others=name(occurrence.host, directory, lang)) if home in occurrence.travels else None
