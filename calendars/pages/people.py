"""The pages of people who are written to: plain values in, HTML out. No script."""

from __future__ import annotations

from dataclasses import dataclass, field

from calendars.pages.choices import Choice
from calendars.pages.frame import Frame, fill
from calendars.pages.outbox import Passed


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One person in short: `how` their address stands, and what to do about it. `trouble`: mail cannot reach it."""

    id: str
    name: str
    of: str
    address: str
    how: str
    trouble: bool
    fix: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Roll:
    """The people of one page, and what they were narrowed to. `nobodys`: whoever asks acts for no organisation."""

    people: tuple[Card, ...]
    words: str
    bodies: tuple[Choice, ...]
    states: tuple[Choice, ...]
    narrowed: bool
    may_add: bool
    nobodys: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One reminder to come: what it is about, where that stands, and why this person gets it."""

    title: str
    title_lang: str
    key: str | None
    why: str


@dataclass(frozen=True, slots=True)
class Day:
    """The reminders of one day."""

    when: str
    told: tuple[Told, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One person whole. `acts`: what may be done, by name and label; `stays`: why nothing.

    `span`: of which days the reminders are; `silent`: why there are none. `returned`: mails that came back, with what
    happened; `story`: what became of the address. `done`: what was just done.
    """

    card: Card
    facts: tuple[tuple[str, str], ...]
    acts: tuple[tuple[str, str], ...]
    stays: str | None
    span: str
    days: tuple[Day, ...]
    silent: str
    returned: tuple[Passed, ...]
    story: tuple[Passed, ...]
    done: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """What will happen to a person, asked before it does. `seen`: how they stand, as the form brings it back.

    `reasoned`: a reason is asked for, and has to be given.
    """

    card: Card
    name: str
    label: str
    gets: tuple[str, ...]
    reasoned: bool
    most: int
    seen: str
    seal: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Blank:
    """The form for a person. `ident` None: somebody new, whose id is asked for. `values` by field, `faults` likewise.

    `bodies` is empty where there are too many to choose from: then their id is typed.
    """

    ident: str | None
    title: str
    values: dict[str, str]
    faults: dict[str, str]
    bodies: tuple[Choice, ...]
    ranks: tuple[Choice, ...]
    langs: tuple[Choice, ...]
    mails: tuple[Choice, ...]
    calendars: tuple[Choice, ...]
    weekdays: tuple[Choice, ...]
    seen: str
    seal: str = field(repr=False)

    @property
    def base(self) -> str:
        """Where the form is sent."""
        return "/people/new" if self.ident is None else f"/people/{self.ident}/edit"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What saving would change, asked before it does: labels with what was and what will be.

    `kept`: the fields of the form.
    """

    blank: Blank
    rows: tuple[tuple[str, str | None, str], ...]
    notes: tuple[str, ...]
    kept: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """Why nothing was done, and where it goes on from there."""

    why: str
    path: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Gone:
    """Somebody who was taken off the list, and what brings them back."""

    name: str
    lines: str


def people_page(view: Roll, frame: Frame) -> str:
    """HTML of /people."""
    return fill("people.html", frame, view=view)


def person_page(view: Person, frame: Frame) -> str:
    """HTML of one person."""
    return fill("person.html", frame, view=view, base=f"/people/{view.card.id}")


def deed_page(view: Deed, frame: Frame) -> str:
    """HTML that says what will happen, with the form that does it."""
    return fill("person-act.html", frame, view=view, base=f"/people/{view.card.id}")


def blank_page(view: Blank, frame: Frame) -> str:
    """HTML of the form for a person."""
    return fill("person-form.html", frame, view=view)


def change_page(view: Change, frame: Frame) -> str:
    """HTML that says what saving changes."""
    return fill("person-change.html", frame, view=view)


def left_page(view: Left, frame: Frame) -> str:
    """HTML that says why nothing was done."""
    return fill("left.html", frame, view=view)


def gone_page(view: Gone, frame: Frame) -> str:
    """HTML that says who is off the list."""
    return fill("person-gone.html", frame, view=view)
