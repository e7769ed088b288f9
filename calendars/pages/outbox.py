"""The pages of the outbox: plain values in, HTML out. No script."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from calendars.catalogue import say
from calendars.pages.choices import Choice
from calendars.pages.frame import Frame, fill


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One mail in short. `state` names the style of `how`; `what` went wrong, `fix` is what to do about it.

    `said`: the words of the server itself.
    """

    id: str
    address: str
    state: str
    how: str
    since: str
    trouble: bool
    what: str | None = None
    fix: str | None = None
    said: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """The mails of one page, and what they were narrowed to. `counts`: how many stand how."""

    counts: tuple[str, ...]
    states: tuple[Choice, ...]
    address: str
    mails: tuple[Entry, ...]
    narrowed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One thing a mail tells; `of` it: for whom, for what, and how it ended."""

    title: str
    title_lang: str
    of: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Passed:
    """One change of a mail: when, and what happened, by whom."""

    when: str
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """One mail whole. `words` None: not written yet. `acts`: what may be done, by name and label; `stays`: why nothing.

    `done`: what was just done to it.
    """

    entry: Entry
    facts: tuple[tuple[str, str], ...]
    tells: tuple[Told, ...]
    story: tuple[Passed, ...]
    words: str | None
    words_lang: str
    acts: tuple[tuple[str, str], ...]
    stays: str | None
    done: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """What will happen to a mail, asked before it does. `seen`: how it stands, as the form brings it back."""

    entry: Entry
    name: str
    label: str
    after: str
    gets: tuple[str, ...]
    most: int
    seen: str
    seal: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """Why nothing was done. `meanwhile`: what happened to the mail since its reader looked."""

    entry: Entry
    why: str
    meanwhile: Sequence[Passed] = ()


def outbox_page(view: Shelf, frame: Frame) -> str:
    """HTML of /outbox."""
    return fill("outbox.html", frame, view=view)


def mail_page(view: Mail, frame: Frame) -> str:
    """HTML of one mail."""
    return fill("mail.html", frame, view=view, base=f"/outbox/{view.entry.id}")


def act_page(view: Act, frame: Frame) -> str:
    """HTML that says what will happen, with the form that does it."""
    return fill("mail-act.html", frame, view=view, base=f"/outbox/{view.entry.id}")


def left_page(view: Left, frame: Frame) -> str:
    """HTML that says why nothing was done."""
    return fill("mail-left.html", frame, view=view, base=f"/outbox/{view.entry.id}")


def age_words(minutes: int, lang: str) -> str:
    """How old something is: in minutes, from two hours on in hours, from two days on in days."""
    if minutes < 2 * 60:
        return say(lang, "{count} min", count=max(0, minutes))
    hours = minutes // 60
    return say(lang, "{count} h", count=hours) if hours < 2 * 24 else say(lang, "{count} days", count=hours // 24)
