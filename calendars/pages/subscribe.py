"""The page for subscribing: a form for what the calendar shows, and its address as every program wants it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from calendars.catalogue import msg, say
from calendars.feed import FEED_KINDS
from calendars.feedquery import FeedQuestion
from calendars.pages.frame import TONGUES, Frame, fill
from calendars.preview import Shown
from calendars.subscribequery import OFFERED
from calendars.turnboard import in_order
from calendars.ways import Reach, Ways
from calendars.wording import days, kind_word, language_of, name
from scheduler.plan import LANGUAGES, Directory

_UNREACHED = {
    Reach.MACHINE: msg(
        "This address leads only to the machine the server runs on; Google and Outlook cannot reach it. "
        "Set LUANPHIEN_BASE_URL to the address by which others reach the server."
    ),
    Reach.NETWORK: msg(
        "This address leads only into the office network; Google and Outlook fetch from outside and cannot reach it."
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """The feed asked for: its language, its addresses and from where they are reached, what it shows next, and the
    command that makes a secret link to the same. `next` None: nothing is stored yet.
    """

    lang: str
    ways: Ways
    reach: Reach
    next: tuple[Shown, ...] | None
    command: str


@dataclass(frozen=True, slots=True)
class Offer:
    """Whom the form offers: partners, everyone by whose eyes one may look, and organisations that have a duty."""

    partners: frozenset[str]
    parties: frozenset[str]
    bodies: frozenset[str]


@dataclass(frozen=True, slots=True)
class Option:
    """One choice of a form, in words of the language `lang`."""

    value: str
    label: str
    chosen: bool
    lang: str


@dataclass(frozen=True, slots=True)
class Group:
    """Choices under one heading."""

    label: str
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """Every choice there is, with what is chosen."""

    partners: tuple[Option, ...]
    bodies: tuple[Group, ...]
    kinds: tuple[Option, ...]
    tongues: tuple[Option, ...]
    eyes: tuple[Group, ...]
    steps: bool
    alarms: bool


@dataclass(frozen=True, slots=True)
class Client:
    """A calendar program: how one subscribes in it, with links that do it, and how often it looks for changes."""

    name: str
    links: tuple[tuple[str, str], ...]
    how: str
    how_often: str


def subscribe_page(calendar: Calendar, form: Form, frame: Frame) -> str:
    """HTML of the page."""
    lang = frame.lang
    shown = [(days(event.days, lang), event.title) for event in calendar.next or ()]
    return fill(
        "subscribe.html",
        frame,
        calendar=calendar,
        form=form,
        clients=clients_of(calendar.ways, lang),
        shown=shown,
        spoken_in=calendar.lang,
        warning=warning_of(calendar.reach, lang),
    )


def warning_of(reach: Reach, lang: str) -> str | None:
    """What is said where others cannot reach the server."""
    return say(lang, _UNREACHED[reach]) if reach in _UNREACHED else None


def form_of(question: FeedQuestion, offer: Offer, directory: Directory, lang: str) -> Form:
    """The form as its reader left it; what was chosen is offered in any case."""
    chosen, voice = question.selection, question.voice
    eyes = (voice.eyes,) if voice.eyes else ()
    kinds = chosen.kinds or FEED_KINDS
    bodies = offer.bodies.union(chosen.involving)
    parties = offer.parties.union(chosen.partners, (one for one in eyes if one in directory.parties))
    looking = bodies.union(one for one in eyes if one in directory.organisations)
    group = Group(say(lang, "Parties"), _named(in_order(parties, directory), eyes, directory, lang))
    return Form(
        partners=_named(in_order(offer.partners.union(chosen.partners), directory), chosen.partners, directory, lang),
        bodies=_by_party(bodies, chosen.involving, directory, lang),
        kinds=tuple(Option(kind.value, kind_word(kind, lang), kind in kinds, lang) for kind in OFFERED),
        tongues=tuple(Option(each, TONGUES[each], each == voice.lang, each) for each in LANGUAGES),
        eyes=(group, *_by_party(looking, eyes, directory, lang)),
        steps=voice.steps,
        alarms=question.alarms,
    )


def _named(idents: Iterable[str], chosen: Sequence[str], directory: Directory, lang: str) -> tuple[Option, ...]:
    return tuple(
        Option(ident, name(ident, directory, lang), ident in chosen, language_of(directory.name_of(ident), lang))
        for ident in idents
    )


def _by_party(bodies: Iterable[str], chosen: Sequence[str], directory: Directory, lang: str) -> tuple[Group, ...]:
    """Organisations under the party they are of, both in the order of the directory."""
    known = set(bodies)
    of: dict[str, list[str]] = {}
    for body in directory.organisations.values():
        if body.id in known:
            of.setdefault(body.party, []).append(body.id)
    return tuple(
        Group(name(party, directory, lang), _named(of[party], chosen, directory, lang))
        for party in in_order(of, directory)
    )


def clients_of(ways: Ways, lang: str) -> tuple[Client, ...]:
    """Every program, with the links that add a feed there."""
    outlook = (
        (say(lang, "Add to Outlook.com"), ways.outlook),
        (say(lang, "Add to Outlook for work or school"), ways.outlook_work),
    )
    return (
        Client(
            "Google Calendar",
            ((say(lang, "Add to Google Calendar"), ways.google),),
            say(lang, "In a browser on a computer; after that the phone shows it, too."),
            say(lang, "every 4 to 24 hours; nobody can change that"),
        ),
        Client(
            "Outlook",
            outlook,
            say(lang, "Sign in and confirm."),
            say(lang, "every 3 to 24 hours; nobody can change that"),
        ),
        Client(
            "Apple Calendar (iPhone, iPad, Mac)",
            ((say(lang, "Open in the calendar app"), ways.webcal),),
            say(lang, "Or scan the code with the camera."),
            say(lang, "as set on the device: on a Mac for each calendar, on an iPhone or iPad for all of them"),
        ),
        Client(
            "Thunderbird",
            (),
            say(lang, "New calendar, on the network: paste the address."),
            say(lang, "as set for the calendar; every 30 minutes unless changed"),
        ),
        Client(
            "Android (ICSx5)",
            (),
            say(lang, "Install ICSx5, then scan the code or paste the address there."),
            say(lang, "as set in the app"),
        ),
    )
