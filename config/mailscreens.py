"""What the mail commands print."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import groupby
from typing import Any

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text as Styled

from calendars.headline import headline
from calendars.wording import day_words, name, weekday_words
from config.mailing import SENT_WORDS, Silence
from config.words import tell
from notifications.advice import UNTITLED, Titles, in_short
from notifications.desk import Outcome
from notifications.due import Reminder
from scheduler.occurrence import Record
from scheduler.plan import Directory, Text
from scheduler.workdays import OffName

Found = Iterable[tuple[Reminder, Record | None]]
"""Mails with what they are about; None for a digest."""


def preview_lines(
    found: Found, mails: int, directory: Directory, lang: str, span: tuple[date, date], called: Titles = UNTITLED
) -> Iterator[RenderableType]:
    """Mails by day and reader, with what each tells; steps of preparation chains by what they are `called`."""
    first, last = (day_words(day, lang) for day in span)
    heading = "Mails from {first} to {last}: {mails}"
    nothing = True
    yield Styled(tell(lang, heading, first=first, last=last, mails=mails), style="bold")
    for (day, address), group in groupby(found, key=lambda pair: (pair[0].send_on, pair[0].address)):
        yield Styled.assemble((day_words(day, lang), "bold"), f"  → {address or '—'}")
        for reminder, record in group:
            reader = name(reminder.organisation, directory, lang)
            if record is None:
                words = Styled.assemble(tell(lang, "the week and the month ahead"), (f"  ({reader})", "dim"))
            else:
                line = headline(record.occurrence, directory, lang)
                words = Styled.assemble(line, (f"  ({reader}; {in_short(reminder, lang, called)})", "dim"))
            yield Padding(words, (0, 0, 0, 4))
            nothing = False
    if nothing:
        yield Styled(tell(lang, "No mail goes out in these days"), style="dim")


def reminder_json(reminder: Reminder, record: Record | None, directory: Directory, lang: str) -> dict[str, Any]:
    """One slot as JSON; `state` pending is a mail, coalesced goes into the one that `into` names.

    `recipient` is an organisation, or `@` and the id of a person. `title` is null for a digest.
    """
    slot = reminder.slot
    return {
        "send_on": reminder.send_on.isoformat(),
        "to": reminder.address,
        "organisation": reminder.organisation,
        "role": reminder.role.value,
        "key": slot.occurrence,
        "step": slot.step,
        "counted_from": slot.counted_from.isoformat(),
        "title": headline(record.occurrence, directory, lang) if record else None,
        "state": reminder.state.value,
        "reason": reminder.reason.value if reminder.reason else None,
        "into": reminder.into.occurrence if reminder.into else None,
        "recipient": slot.recipient,
    }


def outcome_screen(outcome: Outcome, lang: str) -> RenderableType:
    """How many mails ended how, and what went wrong with each that was not sent."""
    lines = [
        Styled(tell(lang, words, count=count), style="bold" if field == "sent" else "yellow")
        for field, words in SENT_WORDS
        if (count := getattr(outcome, field)) or field == "sent"
    ]
    lines += [Styled(f"  ✗ {delivery}: {error}", style="red") for delivery, error in outcome.errors]
    return Group(*lines)


def silence_words(why: Silence, holiday: OffName | None, today: date, lang: str) -> str:
    """Why no mail went."""
    if why is Silence.NOTHING:
        return tell(lang, "No mail is waiting to go out today")
    day = weekday_words(today, lang)
    if holiday is None:
        return tell(lang, "Today is {day}; mail goes on working days", day=day)
    called = Text(holiday.vi, holiday.en, holiday.lo, holiday.km, holiday.th).in_(lang)
    return tell(lang, "Today is {day}, {holiday}; mail goes on working days", day=day, holiday=called)
