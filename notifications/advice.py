"""What a reminder asks of its reader: what to do now, by when, whose turn it is, and why this reader."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import assert_never

from calendars.wording import days_left_words, name, names, weekday_words
from notifications.due import Reminder
from notifications.policy import Purpose, Role, Step, purpose_of
from notifications.words import say
from scheduler.anniversary import AnniversaryClass
from scheduler.occurrence import UNSET, Occurrence, Record
from scheduler.plan import MEETINGS, Directory, Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One reminder of a mail: the occurrence as it stands, the step, the day it is counted from, and its reader."""

    record: Record
    step: Step
    counted_from: date
    recipient: str
    role: Role


@dataclass(frozen=True, slots=True)
class _Side:
    """What the reader's side does in a meeting, and the names of the others: its guests, or its host."""

    hosts: bool
    others: str


def to_do(item: Item, directory: Directory, lang: str) -> str:
    """What to do now, in one sentence."""
    purpose, occurrence = item.step.purpose, item.record.occurrence
    if purpose is Purpose.DECIDE:
        return say(lang, "It lies outside the term of the plan: renew the plan, confirm this turn, or drop it.")
    if purpose is Purpose.MARK:
        return _mark(occurrence, lang)
    if occurrence.cycle == UNSET:
        return say(lang, "The document sets no time for it: decide on one and record it.")
    if purpose is Purpose.FINISH:
        return _finish(occurrence, lang)
    side = _side(item, directory, lang)
    return _prepare(side, lang) if purpose is Purpose.PREPARE else _fix_days(side, occurrence, lang)


def by_when(item: Item, today: date, lang: str) -> tuple[str, str]:
    """The day that counts, as a label and a value: "Muộn nhất", "Thứ Sáu, 31/12/2021 (còn 30 ngày)"."""
    left = days_left_words((item.counted_from - today).days, lang)
    return _edge(item, lang), say(lang, "{day} ({left})", day=weekday_words(item.counted_from, lang), left=left)


def in_short(reminder: Reminder, lang: str) -> str:
    """What a reminder is for, and how long is left on the day it goes: "chốt ngày, còn 30 ngày"."""
    left = days_left_words((reminder.slot.counted_from - reminder.send_on).days, lang)
    return f"{_purpose(purpose_of(reminder.slot.step), lang)}, {left}"


def turn(item: Item, directory: Directory, lang: str) -> str | None:
    """Whose turn it is, seen from the reader's side; None where the reader's side neither hosts nor travels."""
    side = _side(item, directory, lang)
    if side is None:
        return None
    if side.hosts:
        return say(lang, "our side hosts and receives {guests}", guests=side.others)
    return say(lang, "{host} hosts, our side travels", host=side.others)


def why_you(item: Item, lang: str) -> str:
    """Why this reader was written to."""
    match item.role:
        case Role.LEAD:
            return say(lang, "You receive this as the lead organisation.")
        case Role.COORDINATING:
            return say(lang, "You receive this as a coordinating organisation.")
        case Role.OWNER if item.step.audience == (Role.OWNER,):
            return say(lang, "You receive this as the owner of the plan.")
        case Role.OWNER:
            return say(
                lang,
                "You receive this as the owner of the plan, since a body in charge has no mail address here. "
                "Please pass it on.",
            )
    assert_never(item.role)


def _purpose(purpose: Purpose, lang: str) -> str:
    match purpose:
        case Purpose.PREPARE:
            return say(lang, "get ready")
        case Purpose.FIX_DAYS:
            return say(lang, "fix the days")
        case Purpose.FINISH:
            return say(lang, "finish it in time")
        case Purpose.MARK:
            return say(lang, "mark the anniversary")
        case Purpose.DECIDE:
            return say(lang, "renew, confirm or drop it")
    assert_never(purpose)


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
    match item.step.purpose:
        case Purpose.PREPARE:
            return say(lang, "Begins")
        case Purpose.FIX_DAYS:
            return say(lang, "At the latest")
        case Purpose.FINISH:
            return say(lang, "At the latest" if item.record.occurrence.cycle == UNSET else "Due")
        case Purpose.MARK:
            return say(lang, "The day")
        case Purpose.DECIDE:
            return say(lang, "Would begin")
    assert_never(item.step.purpose)


def _side(item: Item, directory: Directory, lang: str) -> _Side | None:
    """None where nobody hosts, where the reader's side has no part, and where it hosts nobody."""
    occurrence, reader = item.record.occurrence, directory.organisations.get(item.recipient)
    if reader is None or occurrence.host is None:
        return None
    home = reader.party
    if home == occurrence.host:
        guests = [party for party in occurrence.travels or occurrence.partners if party != home]
        return _Side(hosts=True, others=names(guests, directory, lang)) if guests else None
    return _Side(hosts=False, others=name(occurrence.host, directory, lang)) if home in occurrence.travels else None
