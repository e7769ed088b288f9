"""`luanphien today`: what needs an officer now, as the page says it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text as Styled

from calendars.catalogue import say
from calendars.headline import subject
from calendars.todaylist import Matter, Part, Section, Thing, Today
from calendars.todaywords import count_words, ended_words, heading, row_of, whose
from calendars.wording import day_words, days
from config import officerbook
from config.officers import Officer
from config.session import Job, write_json
from config.todaydesk import today_of
from scheduler.plan import Directory


def today(job: Job, ident: str | None, *, whole: bool, as_json: bool) -> None:
    """What needs one officer, or anybody; nothing is an answer too. Raises OfficerError."""
    officer = _officer(job, ident) if ident else None
    found = today_of(job, officer, Part(most=None) if whole else None)
    with job.office() as desk:
        directory = desk.directory()
    if as_json:
        write_json(_json(found, officer, directory, job.settings.lang))
    else:
        for line in _lines(found, directory, job.lang):
            job.console.print(line, soft_wrap=isinstance(line, Styled))  # a command that is wrapped cannot be copied


def _officer(job: Job, ident: str) -> Officer:
    with job.database.write() as session:  # looked up as for a change, so that a slip is told alike
        return officerbook.locked(session, ident)


def _json(found: Today, officer: Officer | None, directory: Directory, lang: str) -> dict[str, Any]:
    return {
        "day": found.day.isoformat(),
        "officer": officer.id if officer else None,
        "organisations": None if found.bodies is None else list(found.bodies),
        "sections": [_section_json(section, directory, lang) for section in found.sections],
        "ahead": [one.key for one in found.ahead],
    }


def _section_json(section: Section, directory: Directory, lang: str) -> dict[str, Any]:
    things = [_thing_json(section.matter, thing, directory, lang) for thing in section.shown]
    return {"matter": section.matter.value, "count": section.count, "exact": section.whole, "things": things}


def _thing_json(matter: Matter, thing: Thing, directory: Directory, lang: str) -> dict[str, Any]:
    row = row_of(matter, thing, directory, lang)
    return {
        "title": row.title,
        "path": row.path,
        "when": row.when,
        "facts": dict(row.facts),
        "since": thing.since.isoformat() if thing.since else None,
        "to_do": row.todo,
        "commands": list(row.commands),
    }


def _lines(found: Today, directory: Directory, lang: str) -> Iterator[RenderableType]:
    yield Styled.assemble((say(lang, "To do now"), "bold"), f"  {day_words(found.day, lang)}")
    yield Styled(whose(found, directory, lang), style="dim")
    if not found.stored:
        yield Styled(say(lang, "Nothing is stored yet"), style="yellow")
    elif found.quiet:
        yield Styled(say(lang, "Nothing needs you now"), style="green")
        for one in found.ahead:
            yield Styled(f"  {days(one.window, lang)}  {subject(one, directory, lang)}")
    for section in found.sections:
        yield Group(Styled(), Styled(heading(section.matter, lang), style="bold"))
        yield Styled(f"  {count_words(section, lang)}", style="dim")
        if ended := ended_words(section, lang):
            yield Styled(f"  {ended}", style="yellow")
        for thing in section.shown:
            yield from _block(section.matter, thing, directory, lang)
        if section.left:
            yield Styled(f"  {say(lang, 'the others')}: luanphien today --all", style="yellow")


def _block(matter: Matter, thing: Thing, directory: Directory, lang: str) -> Iterator[RenderableType]:
    row = row_of(matter, thing, directory, lang)
    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="dim", no_wrap=True)
    grid.add_column(overflow="fold")
    grid.add_row(say(lang, "When"), row.when)
    for label, value in row.facts:
        grid.add_row(label, value)
    if row.todo:
        grid.add_row(say(lang, "To do"), row.todo)
    yield Group(Padding(Styled(row.title, style="bold"), (0, 0, 0, 2)), Padding(grid, (0, 0, 0, 4)))
    yield from (Styled(f"    → {line}", style="green") for line in row.commands)
