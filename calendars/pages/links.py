"""The pages of feeds that people subscribe to by an address of their own: plain values in, HTML out. No script."""

from __future__ import annotations

from dataclasses import dataclass, field

from calendars.pages.frame import Frame, fill
from calendars.pages.subscribe import Client, Form
from calendars.ways import Ways


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One feed in short. `how`: its address is secret, public or revoked (`over`). `used`: when it was last."""

    id: str
    label: str
    how: str
    over: bool
    scope: str
    used: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """The feeds of one page."""

    feeds: tuple[Card, ...]
    may_add: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Adding:
    """The ways to add a feed to a calendar; `warning` where others cannot reach the server."""

    ways: Ways
    clients: tuple[Client, ...]
    warning: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """One feed whole. `fetches`: which programs fetched it, and when. `adding` None: its address is not kept here.

    `acts`: what may be done, by name and label; `stays`: why nothing. `done`: what was just done.
    """

    card: Card
    facts: tuple[tuple[str, str], ...]
    fetches: tuple[str, ...]
    adding: Adding | None
    acts: tuple[tuple[str, str], ...]
    stays: str | None
    secret: bool
    done: str | None = None
    shown_once: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A feed that could be made: its address, what it holds, and the fields that make it.

    `kept` is what the form brings back.
    """

    label: str
    address: str
    facts: tuple[tuple[str, str], ...]
    number: int
    shown: tuple[tuple[str, str], ...]
    spoken_in: str
    kept: tuple[tuple[str, str], ...] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Blank:
    """The form for a feed. `bound`: it has to be of an organisation. `faults` by field."""

    form: Form
    label: str
    public: bool
    slug: str
    bound: bool
    faults: dict[str, str]
    most: int
    draft: Draft | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """What will happen to a feed, asked before it does. `anew`: who has to subscribe anew, or loses it."""

    card: Card
    name: str
    label: str
    gets: tuple[str, ...]
    anew: tuple[str, ...]
    seen: str
    seal: str = field(repr=False)


def links_page(view: Shelf, frame: Frame) -> str:
    """HTML of /links."""
    return fill("links.html", frame, view=view)


def link_page(view: Feed, frame: Frame) -> str:
    """HTML of one feed."""
    return fill("link.html", frame, view=view, base=f"/links/{view.card.id}")


def blank_page(view: Blank, frame: Frame) -> str:
    """HTML of the form for a feed, with what it would hold."""
    return fill("link-new.html", frame, view=view)


def deed_page(view: Deed, frame: Frame) -> str:
    """HTML that says what will happen, with the form that does it."""
    return fill("link-act.html", frame, view=view, base=f"/links/{view.card.id}")
