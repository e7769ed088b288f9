"""A plan's text looked over beside what the store holds, which is only read: quickly, while somebody types."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from sqlmodel import Session

from config.guard import read_yaml
from config.planfile import SourceFile, load, outline_of
from config.revisions import base_of
from config.settle import Given
from scheduler import history, index
from scheduler.errors import Problem

MOST_BESIDE = 50
"""Plans that a text is looked over beside while somebody types; saving looks at all."""

_WORD = re.compile(r"(?<![\w-])[a-z0-9][a-z0-9-]{0,79}(?![\w-])", re.ASCII)
"""What may be an id."""

Around = Mapping[tuple[str, str], str]
"""Digests of directory and holidays in force."""


def surroundings(session: Session, file: SourceFile) -> tuple[Given, Around]:
    """A plan file with directory and holidays as they are in force, and the digests of these."""
    directory = tuple(
        SourceFile(line.subject, line.text) for line in history.in_force(session, history.DIRECTORY) if line.text
    )
    holidays = history.in_force(session, history.HOLIDAYS)
    days = SourceFile("holidays.yaml", holidays[0].text if holidays else "")
    return Given((file,), directory, days), history.digests(session, history.DIRECTORY, history.HOLIDAYS)


def quick_faults(session: Session, file: SourceFile) -> tuple[Problem, ...]:
    """What is wrong with a plan file, as far as the plans near it tell. Nothing is written, nobody waits."""
    given, _ = surroundings(session, file)
    lines = history.in_force(session, history.PLAN, subjects=_near(session, file))
    others = [SourceFile(line.subject, line.text) for line in lines if line.text]
    return tuple(each for each in load(given.directory, [file, *others]).problems if each.file == file.name)


def _near(session: Session, file: SourceFile) -> list[str]:
    """The plans to read beside a text: first what it needs, then what needs it, then whom else it might have meant."""
    outline = outline_of(file)
    names = {index.WHO + word for word in _WORD.findall(file.text)}
    gives = {name for name, _ in outline.gives} if outline else set()
    rests = {anchor for anchor, _ in outline.edges} if outline else set()
    found = sorted(index.givers(session, names | gives | rests)) + sorted(index.referring(session, gives | rests))
    found += index.with_entries(session)
    return [plan for plan in dict.fromkeys(found) if outline is None or plan != outline.plan][:MOST_BESIDE]


def wrong_name(session: Session, file: SourceFile, plan: str | None, ident: str | None) -> Iterator[Problem]:
    """Where a text names itself after another plan than it is for; `plan` None: it is to be new."""
    if ident is None:
        return
    line, column = read_yaml(file.text, file.name)[0].at(("plan",))
    if plan is None and base_of(session, ident):
        message = "the store has a plan called {ident} already"
        fix = "open that plan and edit it there, or write another name"
        yield Problem(file.name, line, column, "plan", message, fix, {"ident": ident})
    elif plan is not None and ident != plan:
        message = "this page is for the plan {plan}, and the text names {ident}"
        fix = "write {plan} here; a plan of another name is begun as a new one"
        yield Problem(file.name, line, column, "plan", message, fix, {"plan": plan, "ident": ident})
