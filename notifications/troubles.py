"""What an office is told about its mail: what happened, what to do about it, and the command to copy."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import assert_never

from calendars.catalogue import say as say_of_calendars
from calendars.feed import page_url
from calendars.gate import one_line
from calendars.wording import days, names
from notifications.heading import heading
from notifications.letters import OfficeLetter, Trouble
from notifications.words import say
from scheduler.amendment import days_of
from scheduler.occurrence import Occurrence
from scheduler.plan import Directory
from scheduler.window import Window

_DAYS = re.compile(r"(\d{4}-\d\d-\d\d)(?:/(\d{4}-\d\d-\d\d))?")
_HARMLESS = frozenset(" .,;:()/–-")


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A trouble as the templates show it. `titles`: what the reader was not told. `command` may be copied as it is."""

    subject: str
    happened: str
    to_do: tuple[str, ...]
    rows: tuple[tuple[str, str], ...]
    titles: tuple[str, ...]
    command: str | None
    url: str | None


def report(letter: OfficeLetter, base_url: str, directory: Directory) -> Report:
    """The words for a trouble."""
    lang, occurrence = letter.lang, letter.occurrence
    fields = {name: one_line(value, cap=1000) for name, value in letter.fields.items() if name != "titles"}
    bodies = filter(None, fields.get("organisation", "").split(","))
    fields["organisation"] = one_line(names(bodies, directory, lang, "; "), cap=1000)
    whom = fields.get("name") or fields["organisation"] or fields.get("address", "")
    asked = letter.trouble is Trouble.ASKED and occurrence is not None
    return Report(
        subject=_subject(letter, whom, directory),
        happened=_happened(letter.trouble, whom, lang),
        to_do=tuple(_to_do(letter.trouble, lang)),
        rows=tuple(_rows(letter, fields, directory)),
        titles=tuple(filter(None, map(one_line, letter.fields.get("titles", "").splitlines()))),
        command=postponing(occurrence, fields) if asked and occurrence else None,
        url=page_url(occurrence.key, base_url) if occurrence else None,
    )


def postponing(occurrence: Occurrence, fields: Mapping[str, str]) -> str:
    """The command that grants other days. It can be pasted into any shell: a reader's words are stripped for it."""
    window = _window(fields.get("days", ""))
    when = f"--days {window.start}/{window.last} " if window else ""
    plain = (character if _harmless(character) else " " for character in fields.get("why", ""))
    why = " ".join("".join(plain).split()) or "…"
    return f'luanphien decide postpone {occurrence.key} {when}--why "{why}"'


def _harmless(character: str) -> bool:
    """Whether it means nothing between double quotes: letters with their marks, digits, and a few signs."""
    return character in _HARMLESS or unicodedata.category(character)[0] in "LMN"


def _subject(letter: OfficeLetter, whom: str, directory: Directory) -> str:
    lang, occurrence = letter.lang, letter.occurrence
    match letter.trouble:
        case Trouble.UNDELIVERABLE:
            return say(lang, "A mail could not be delivered: {whom}", whom=whom)
        case Trouble.SUSPENDED:
            return say(lang, "Please telephone, mail comes back: {whom}", whom=whom)
        case Trouble.ASKED if occurrence is not None:
            return say(lang, "Other days are asked for: {title}", title=heading(occurrence, directory, lang))
        case Trouble.ASKED:
            return say(lang, "Other days are asked for: {title}", title=whom)
        case Trouble.LEFT:
            return say(lang, "No more mail wanted: {whom}", whom=whom)
    assert_never(letter.trouble)


def _happened(trouble: Trouble, whom: str, lang: str) -> str:
    match trouble:
        case Trouble.UNDELIVERABLE:
            return say(lang, "A mail to {whom} was refused for good. They do not know what stands below.", whom=whom)
        case Trouble.SUSPENDED:
            return say(lang, "Three mails to {whom} came back. No more mail is sent there.", whom=whom)
        case Trouble.ASKED:
            return say(lang, "{whom} asks for other days. Nothing has been changed yet.", whom=whom)
        case Trouble.LEFT:
            return say(lang, "{whom} wants no more mail. Their duties stay; nobody reminds them now.", whom=whom)
    assert_never(trouble)


def _to_do(trouble: Trouble, lang: str) -> Iterator[str]:
    match trouble:
        case Trouble.UNDELIVERABLE | Trouble.SUSPENDED:
            yield say(lang, "Tell them by telephone.")
            yield say(
                lang,
                "Ask for the right address, and record it: a person's with “luanphien contacts change”, an "
                "organisation's in the file organisations.yaml, followed by “luanphien sync”.",
            )
            if trouble is Trouble.SUSPENDED:
                yield say(lang, "If it was right after all, let mail go there again: “luanphien contacts reopen”.")
        case Trouble.ASKED:
            yield say(lang, "Decide, agree it with the partner, and answer them.")
        case Trouble.LEFT:
            yield say(
                lang, "Agree with their organisation who is told instead, and record it: “luanphien contacts add”."
            )
        case _:
            assert_never(trouble)


def _rows(letter: OfficeLetter, fields: Mapping[str, str], directory: Directory) -> Iterator[tuple[str, str]]:
    lang, occurrence = letter.lang, letter.occurrence
    if occurrence is not None:
        yield say(lang, "What"), heading(occurrence, directory, lang)
        if letter.trouble is Trouble.ASKED:
            yield say_of_calendars(lang, "When"), days(occurrence.window, lang)
    window = _window(fields.get("days", ""))
    labels = (
        ("organisation", say(lang, "Organisation")),
        ("name", say(lang, "Name")),
        ("address", say(lang, "Address")),
        ("days", say(lang, "Days asked for")),
        ("why", say(lang, "Why")),
        ("error", say(lang, "What the mail server said")),
    )
    for field, label in labels:
        if fields.get(field):
            yield label, days(window, lang) if window and field == "days" else fields[field]


def _window(text: str) -> Window | None:
    """Days as `FIRST` or `FIRST/LAST`; None for anything else a reader may have written."""
    found = _DAYS.fullmatch(text)
    try:
        return days_of(date.fromisoformat(found[1]), date.fromisoformat(found[2] or found[1])) if found else None
    except ValueError:
        return None
