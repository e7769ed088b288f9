"""The page of changes: who did what, the newest first. Plain values in, HTML out. No script."""

from __future__ import annotations

from dataclasses import dataclass

from calendars.pages.choices import Choice
from calendars.pages.frame import Frame, fill


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of the trail. `subject` is what it is about, with its `title` if it has one; `href`: its page.

    `by` and `of` show what else this person did, and what else was done to this. `undo`: where it can be taken back.
    """

    number: int
    when: str
    area: str
    what: str
    who: str
    by: str
    subject: str
    of: str | None = None
    href: str | None = None
    title: str | None = None
    title_lang: str = ""
    why: str = ""
    undo: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Trail:
    """One page of lines, and what they were narrowed to. `head`: the last line of all, as it is noted elsewhere."""

    lines: tuple[Line, ...]
    areas: tuple[Choice, ...]
    who: str
    key: str
    first: str
    last: str
    narrowed: bool
    table: str
    head: str | None


def changes_page(view: Trail, frame: Frame) -> str:
    """HTML of /changes."""
    return fill("changes.html", frame, view=view)
