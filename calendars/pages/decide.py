"""The pages on which officers decide: what may be decided, its form, what it changes. Plain values in, HTML out."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from calendars.differences import Move
from calendars.pages.choices import Choice
from calendars.pages.frame import Frame, fill
from calendars.pages.year import Sheet


class Widget(StrEnum):
    """What a field is filled in with."""

    LINE = "line"
    DAY = "day"
    NUMBER = "number"
    SELECT = "select"
    RADIO = "radio"
    CHECKS = "checks"  # each choice is a field of its own, called by the name and a number from 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field of a form. `fault` is what is wrong with it; `most` characters; `needed`: it may not stay empty."""

    name: str
    label: str
    widget: Widget
    value: str = ""
    choices: tuple[Choice, ...] = ()
    hint: str | None = None
    fault: str | None = None
    most: int | None = None
    needed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """The occurrence a page is about. `source` is the clause it rests on, `words` what it says of the time."""

    key: str
    title: str
    title_lang: str
    when: str
    host: str | None
    status: str
    source: str
    words: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """Something that may be decided: where its form is, what it is called, and what it means."""

    path: str
    label: str
    meaning: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """A decision that stands, or was taken back. `undo` leads to the form that takes it back; None: it cannot be."""

    what: str
    said: str
    undo: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Menu:
    """All that may be decided on one occurrence. `none` says why nothing may, `joint` is where it is decided on."""

    about: About
    ways: tuple[Way, ...]
    none: str | None = None
    joint: str | None = None
    history: tuple[Past, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """Why a decision cannot be taken, and what to do; `lang` is the language it is said in.

    `past`: what was decided that stands in its way, in the reader's language; `undo`: the number it is taken back by.
    """

    what: str
    fix: str
    lang: str
    past: str = ""
    undo: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """The form of one decision. `hidden` goes with it as it is; `sheet` is a `month` around its days.

    `months`: those before and after, as the form asks for them, and their labels. Not `open`: it cannot be filled in,
    for the reason that `trouble` gives.
    """

    name: str
    label: str
    meaning: str
    about: About | None
    facts: tuple[tuple[str, str], ...] = ()
    fields: tuple[Field, ...]
    hidden: tuple[tuple[str, str], ...]
    seal: str = field(repr=False)
    trouble: Trouble | None = None
    sheet: Sheet | None = None
    month: str = ""
    months: tuple[tuple[str, str], ...] = ()
    back: str = "/today"
    open: bool = True

    @property
    def faulty(self) -> bool:
        """Whether something is wrong with a field."""
        return any(one.fault for one in self.fields)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """One occurrence that a decision changes, and how."""

    key: str
    title: str
    title_lang: str
    moves: tuple[Move, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What a decision changes. `number`: it is stored under it; None: it is only shown, and `hidden` saves it.

    `stale`: it would do another thing than was looked at; `meanwhile`: what others decided since. `no_more` are mails
    that would go, `instead` those that go in their place, `told` who is told at once; `more_…` were left out.
    `cut`: mails change that go later than any that are listed.
    `again`: it was stored before.
    """

    name: str
    label: str
    about: About | None
    why: str
    shifts: tuple[Shift, ...]
    warnings: tuple[str, ...]
    no_more: tuple[str, ...]
    instead: tuple[str, ...]
    more_shifts: int
    more_no_more: int
    more_instead: int
    told: tuple[str, ...]
    feeds: tuple[str, ...]
    more_feeds: int
    hidden: tuple[tuple[str, str], ...] = ()
    seal: str = field(default="", repr=False)
    stale: bool = False
    meanwhile: tuple[str, ...] = ()
    number: int | None = None
    again: bool = False
    cut: bool = False
    back: str = "/today"


def menu_page(view: Menu, frame: Frame) -> str:
    """HTML of /decide."""
    return fill("decide.html", frame, view=view)


def deed_page(view: Deed, frame: Frame) -> str:
    """HTML of the form of one decision."""
    return fill("decide-form.html", frame, view=view, widgets=Widget)


def effect_page(view: Effect, frame: Frame) -> str:
    """HTML that says what a decision changes, or has changed."""
    return fill("decide-effect.html", frame, view=view)
