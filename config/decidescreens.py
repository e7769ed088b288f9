"""What a decision changes, for people and as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.console import Group, RenderableType
from rich.text import Text as Styled

from calendars.differences import moves
from calendars.headline import subject
from calendars.wording import day_words, name
from config.decide import Ruling
from config.words import UNCALLED, tell
from notifications.advice import Titles, in_short
from notifications.due import Reminder
from scheduler.amendment import decision_content
from scheduler.occurrence import Occurrence
from scheduler.plan import Directory

MOST_MAILS = 12


def ruling_screen(ruling: Ruling, directory: Directory, lang: str) -> RenderableType:
    """Whose turn and which days change, which mails; then whether it was stored."""
    lines: list[RenderableType] = []
    for change in ruling.changes:
        after = change.after
        lines.append(Styled.assemble((after.key, "bold"), f"  {subject(after, directory, lang)}"))
        lines += [Styled(f"    {move}", style="yellow") for move in moves(change, directory, lang)]
    lines += [_away(one, directory, lang) for one in ruling.away(directory)]
    if not ruling.changes:
        lines.append(Styled(tell(lang, "No occurrence changes"), style="dim"))
    lines += _mail_lines("−", ruling.no_more, ruling.called, lang, "red")
    lines += _mail_lines("+", ruling.instead, ruling.called, lang, "green")
    if ruling.cut:
        lines.append(Styled(tell(lang, "Of reminders, only those of the next two years are listed"), style="dim"))
    if ruling.told:
        who = ", ".join(dict.fromkeys(reminder.address for reminder in ruling.told))
        lines.append(Styled(tell(lang, "Told at once: {who}", who=who), style="cyan"))
    if ruling.number is None:
        lines.append(Styled(tell(lang, "Only shown; add --yes to store it"), style="bold"))
    else:
        heading = "Stored as decision {number}; luanphien decide undo {number} takes it back"
        lines.append(Styled(tell(lang, heading, number=ruling.number), style="bold green"))
    return Group(*lines)


def _away(one: Occurrence, directory: Directory, lang: str) -> RenderableType:
    message = (
        "{title}: {host} hosts by turn, but {place} is elsewhere; if another party hosts, name it (decide host, --host)"
    )
    host, place = (name(ident, directory, lang) for ident in (one.host or "", one.place or ""))
    title = subject(one, directory, lang)
    return Styled(tell(lang, message, title=title, host=host, place=place), style="bold yellow")


def ruling_json(ruling: Ruling) -> dict[str, Any]:
    """The same as JSON; `number` null: not stored."""
    return {
        "number": ruling.number,
        "decision": decision_content(ruling.decision),
        "changes": [
            {"key": change.after.key, "before": _side(change.before), "after": _side(change.after)}
            for change in ruling.changes
        ],
        "mails": {
            "no_more": [_mail(mail) for mail in ruling.no_more],
            "instead": [_mail(mail) for mail in ruling.instead],
            "told": sorted({mail.address for mail in ruling.told}),
        },
    }


def _mail_lines(sign: str, mails: tuple[Reminder, ...], called: Titles, lang: str, style: str) -> list[RenderableType]:
    ordered = sorted(mails, key=lambda mail: (mail.send_on, mail.address))
    lines: list[RenderableType] = [
        Styled(f"  {sign} ✉ {mail_words(mail, called, lang)}", style) for mail in ordered[:MOST_MAILS]
    ]
    if len(ordered) > MOST_MAILS:
        rest = tell(lang, "… and more mails: {more} (--json shows all)", more=len(ordered) - MOST_MAILS)
        lines.append(Styled(f"  {sign} ✉ {rest}", style))
    return lines


def mail_words(mail: Reminder, called: Titles, lang: str, subjects: Mapping[str, str] = UNCALLED) -> str:
    """A mail in short: the day it goes, to whom, and what it is about, by the title of its key where one is at hand."""
    about = subjects.get(mail.slot.occurrence, mail.slot.occurrence)
    return f"{day_words(mail.send_on, lang)}  {mail.address}  {about} ({in_short(mail, lang, called)})"


def _side(occurrence: Occurrence | None) -> dict[str, Any] | None:
    if occurrence is None:
        return None
    window = occurrence.window
    return {
        "start": window.start.isoformat() if window.start else None,
        "end": window.last.isoformat() if window.last else None,
        "status": occurrence.status.value,
        "host": occurrence.host,
        "place": occurrence.place,
        "travels": list(occurrence.travels),
        "with": occurrence.joint,
        "to_set": [gap.value for gap in occurrence.to_set],
    }


def _mail(mail: Reminder) -> dict[str, str]:
    return {
        "send_on": mail.send_on.isoformat(),
        "to": mail.address,
        "key": mail.slot.occurrence,
        "step": mail.slot.step,
    }
