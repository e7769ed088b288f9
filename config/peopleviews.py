"""People on pages: as the pages have them, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import groupby

from calendars.catalogue import say
from calendars.headline import headline
from calendars.pages import peoplewords as words
from calendars.pages.choices import Choice
from calendars.pages.frame import TONGUES
from calendars.pages.outbox import Passed
from calendars.pages.outboxwords import trouble_words
from calendars.pages.people import Card, Day, Told
from calendars.wording import day_words, language_of, local_day, name, weekday_words
from config.contactfile import WEEKDAYS
from config.contactscreens import Mail, Room
from config.outboxscreens import Eyes
from config.outboxwords import moment_words
from notifications.advice import Titles, in_short, purpose_words
from notifications.contacts import Contact, Quiet, Rank
from notifications.diagnosis import diagnose
from notifications.due import State
from notifications.mailboxbook import Bounce, Step
from notifications.people import Standing
from notifications.shown import without_secrets
from scheduler.succession import heir_of

_CLOSED = ("unsubscribed", "suspended")
_WAITING = ("asked", "unasked")


def standing_of(found: Standing) -> tuple[str, date | None]:
    """How an address stands, by its name in `peoplewords`, and since when."""
    marks = (
        ("unsubscribed", found.unsubscribed_at),
        ("suspended", found.suspended_at),
        ("official", found.official or None),
        ("verified", found.verified_at),
        ("asked", found.asked_at),
    )
    standing, since = next(((mark, at) for mark, at in marks if at is not None), ("unasked", None))
    return standing, None if since is None or isinstance(since, bool) else local_day(since)


def stands_as(found: Standing, chosen: str) -> bool:
    """Whether an address stands as was chosen (`peoplewords.CHOICES`)."""
    standing = standing_of(found)[0]
    own = "closed" if standing in _CLOSED else "waiting" if standing in _WAITING else "open"
    return chosen in ("", own)


def card(contact: Contact, room: Room) -> Card:
    """One person in short."""
    found = room.standing(contact)
    standing, since = standing_of(found)
    rank = say(room.lang, words.RANKS[contact.rank])
    return Card(
        id=contact.id,
        name=contact.name,
        of=f"{body(contact, room)} · {rank}",
        address=contact.address,
        how=words.standing_words(standing, day_words(since, room.lang) if since else "", found.hard_bounces, room.lang),
        trouble=standing in _CLOSED,
        fix=say(room.lang, words.FIXES[standing]) if standing in words.FIXES else None,
    )


def body(contact: Contact, room: Room) -> str:
    """The organisation of a person, and who has its duties now."""
    heir = heir_of(contact.organisation, room.today, room.directory)
    own = name(contact.organisation, room.directory, room.lang)
    next_one = None
    if heir.organisation != contact.organisation:
        next_one = name(heir.organisation, room.directory, room.lang)
    return words.body_words(own, next_one, room.lang, known=heir.known)


def details(contact: Contact, room: Room) -> dict[str, str]:
    """What is given of a person, by field, in words."""
    lang = room.lang
    return {
        "id": contact.id,
        "name": contact.name,
        "organisation": body(contact, room),
        "rank": say(lang, words.RANKS[contact.rank]),
        "mail": contact.address,
        "lang": TONGUES[contact.lang],
        "mails": say(lang, words.MAILS[contact.mails]),
        "calendar": say(lang, words.CALENDARS[contact.calendar]),
        "quiet": quiet_words(contact.quiet, lang),
    }


def facts(contact: Contact, room: Room) -> tuple[tuple[str, str], ...]:
    """The same with labels, and how many mails came back."""
    told = details(contact, room)
    found = [(say(room.lang, label), told[field]) for field, label in words.FIELDS.items() if field != "name"]
    standing = room.standing(contact)
    if standing.last_bounce is not None:
        said = f"{standing.hard_bounces}: {without_secrets(standing.last_bounce)}"
        found.append((say(room.lang, words.CAME_BACK), said))
    return tuple(found)


def quiet_words(quiet: Quiet, lang: str) -> str:
    """Days without mail."""
    found = [words.weekday(day, lang) for day in sorted(quiet.weekdays)]
    found += [" – ".join(dict.fromkeys(day_words(day, lang) for day in span)) for span in quiet.spans]
    return ", ".join(found) or say(lang, words.NOTHING)


def ahead(mails: Iterable[Mail], room: Room, called: Titles) -> tuple[Day, ...]:
    """The reminders to come, by day."""
    going = [mail for mail in mails if mail[0].state is not State.EXPIRED]
    return tuple(
        Day(weekday_words(day, room.lang), tuple(_told(mail, room, called) for mail in group))
        for day, group in groupby(going, key=lambda mail: mail[0].send_on)
    )


def _told(mail: Mail, room: Room, called: Titles) -> Told:
    reminder, record = mail
    lang = room.lang
    if record is None:
        title = purpose_words(reminder.slot.occurrence, reminder.slot.step, lang)
        return Told(title=title, title_lang=lang, key=None, why="")
    one = record.occurrence
    return Told(
        title=headline(one, room.directory, lang),
        title_lang=language_of(one.title, lang),
        key=one.key,
        why=words.why_words(in_short(reminder, lang, called), reminder.role.value, lang),
    )


def silence(contact: Contact, room: Room) -> str:
    """Why no reminders are to come."""
    return say(room.lang, words.SILENCES.get(standing_of(room.standing(contact))[0], words.NO_REMINDERS))


def returned(bounces: Sequence[Bounce], eyes: Eyes) -> tuple[Passed, ...]:
    """Mails that came back: what happened, and the words of the server."""
    return tuple(
        Passed(
            when=moment_words(one.at, eyes.zone, eyes.lang),
            what=f"{trouble_words(diagnose(one.said), 'dead', eyes.lang)[0]} ({without_secrets(one.said)})",
        )
        for one in bounces
    )


def story(steps: Sequence[Step], eyes: Eyes) -> tuple[Passed, ...]:
    """What became of an address."""
    return tuple(Passed(when=moment_words(one.at, eyes.zone, eyes.lang), what=_passed(one, eyes.lang)) for one in steps)


def _passed(step: Step, lang: str) -> str:
    what = say(lang, words.PASSAGES[step.state]) if step.state in words.PASSAGES else step.state
    if step.why:
        fields = (say(lang, words.FIELDS[one]) if one in words.FIELDS else one for one in step.why.split(", "))
        why = ", ".join(fields) if step.state == "changed" else without_secrets(step.why)
        what = say(lang, "{label}: {value}", label=what, value=why)
    return f"{what} ({step.who})" if step.who else what


def in_order(people: Iterable[Contact], room: Room) -> list[Contact]:
    """By the name of their organisation, those who do the work first."""
    ranks = tuple(Rank)
    return sorted(
        people,
        key=lambda one: (
            name(one.organisation, room.directory, room.lang),
            one.organisation,
            ranks.index(one.rank),
            one.id,
        ),
    )


def bodies(offered: Iterable[str], chosen: str, room: Room, *, none: str | None = None) -> tuple[Choice, ...]:
    """Organisations to choose from, by name; first the words that stand for none of them."""
    named = sorted((name(one, room.directory, room.lang), one) for one in {*offered, *([chosen] if chosen else [])})
    first = (Choice("", none, not chosen),) if none is not None else ()
    return (*first, *(Choice(ident, label, ident == chosen) for label, ident in named))


def weekdays(chosen: Iterable[str], lang: str) -> tuple[Choice, ...]:
    """The days of the week to tick."""
    ticked = set(chosen)
    return tuple(Choice(day, words.weekday(number, lang), day in ticked) for number, day in enumerate(WEEKDAYS))
