"""The form for a person: from what was typed to a contact, from a contact to the form, and what saving changes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field

from calendars.catalogue import say
from calendars.pages import peoplewords as words
from calendars.pages.choices import Choice
from calendars.pages.frame import TONGUES
from calendars.pages.people import Blank, Change
from config import peopleviews as views
from config.contactfile import WEEKDAYS, contact_from, fields_of
from config.contactscreens import Room
from config.deskforms import SEEN, Form, Line
from config.peopledeeds import changed
from config.peoplesight import Sight
from notifications.contacts import Contact, folded
from scheduler.plan import LANGUAGES

MOST_CHOICES = 300
"""Organisations that a list offers; of more the id is typed."""

RESERVED = "new"
"""An id whose page would be that of the form."""

Tick = Literal["yes"] | None

_OWN = ("seal", "seen", "step")
_DAY = r"(\d{1,2})/(\d{1,2})/(\d{4})"
_SPAN = re.compile(rf"{_DAY}(?:\s*[-–]\s*{_DAY})?")
_EMPTY = {"id": "", "name": "", "organisation": "", "rank": "specialist", "mail": "", "lang": "", "mails": "single",
          "calendar": "feed", "away": ""}  # fmt: skip


class PersonForm(Form):
    """A person as typed; whether it can be used is told beside each field. `step`: what the button asks for."""

    seal: Annotated[Line, Field(max_length=100)]
    seen: Annotated[str, Field(pattern=SEEN)]
    step: Literal["look", "save", "back"]
    id: Annotated[Line, Field(max_length=64)] = ""
    name: Annotated[Line, Field(max_length=200)]
    organisation: Annotated[Line, Field(max_length=255)]
    rank: Annotated[Line, Field(max_length=32)]
    mail: Annotated[Line, Field(max_length=320)]
    lang: Annotated[Line, Field(max_length=8)] = ""
    mails: Annotated[Line, Field(max_length=16)]
    calendar: Annotated[Line, Field(max_length=16)]
    mon: Tick = None
    tue: Tick = None
    wed: Tick = None
    thu: Tick = None
    fri: Tick = None
    sat: Tick = None
    sun: Tick = None
    away: Annotated[Line, Field(max_length=1500)] = ""


@dataclass(frozen=True, slots=True)
class Read:
    """What a form comes to: a contact, or faults by field, as message ids."""

    contact: Contact | None
    faults: Mapping[str, str]


def read(sent: PersonForm, ident: str, sight: Sight) -> Read:
    """The person a form gives under this id, checked as the command checks one."""
    faults: dict[str, str] = {}
    spans = _spans(sent.away)
    fields: dict[str, Any] = {
        "name": sent.name.strip(),
        "organisation": sent.organisation.strip(),
        "rank": sent.rank,
        "mail": sent.mail.strip(),
        "lang": sent.lang or None,
        "mails": sent.mails,
        "calendar": sent.calendar,
        "quiet": [*ticked(sent), *(spans or ())],
    }
    contact, problems = contact_from(ident, fields, sight.directory)
    for problem in problems:
        faults.setdefault(_field(problem.field, ident), problem.message)
    found = {field: words.FAULTS[field] for field in faults}
    if "quiet" in found and not set(WEEKDAYS[:5]) <= set(ticked(sent)):
        found["away"] = words.FAULTS["away"]
        del found["quiet"]
    if spans is None:
        found["away"] = words.FAULTS["away"]
    if ident == RESERVED:
        found["id"] = words.FAULTS["id"]
    elif ident in sight.directory.organisations:
        found["id"] = words.FAULTS["taken"]
    if contact is not None and not sight.covers(contact.organisation):
        found["organisation"] = words.FAULTS["organisation"]
    return Read(None if found else contact, found)


def ticked(sent: PersonForm) -> list[str]:
    """The days of the week that were ticked."""
    return [day for day in WEEKDAYS if getattr(sent, day) == "yes"]


def typed(sent: PersonForm) -> tuple[dict[str, str], list[str]]:
    """What was typed, by field, and the days of the week that were ticked."""
    return {field: getattr(sent, field) for field in _EMPTY}, ticked(sent)


def filled(contact: Contact | None, own: str) -> tuple[dict[str, str], list[str]]:
    """The form as it is shown first: of somebody of their `own` organisation, or with what is known of a person."""
    if contact is None:
        return _EMPTY | {"organisation": own}, []
    plain = {field: value for field, value in fields_of(contact).items() if field in _EMPTY}
    spans = (
        "-".join(dict.fromkeys(f"{day.day}/{day.month}/{day.year}" for day in span)) for span in contact.quiet.spans
    )
    away = ", ".join(spans).replace("-", " - ")
    return _EMPTY | plain | {"id": contact.id, "away": away}, [WEEKDAYS[day] for day in contact.quiet.weekdays]


def blank(
    given: tuple[dict[str, str], list[str]],
    faults: Mapping[str, str],
    ident: str | None,
    offered: Iterable[str],
    room: Room,
) -> Blank:
    """The form, without its seal."""
    values, days = given
    lang, bodies = room.lang, set(offered)
    few = len(bodies) <= MOST_CHOICES
    return Blank(
        ident=ident,
        title=say(lang, words.ANEW if ident is None else words.CHANGING),
        values=values,
        faults={field: say(lang, msgid) for field, msgid in faults.items()},
        bodies=views.bodies(bodies, values["organisation"], room) if few else (),
        ranks=_choices(words.RANKS, values["rank"], lang),
        langs=(
            *((Choice("", say(lang, words.OWN_SIDE), not values["lang"]),) if ident is None else ()),
            *(Choice(one, TONGUES[one], one == values["lang"]) for one in LANGUAGES),
        ),
        mails=_choices(words.MAILS, values["mails"], lang),
        calendars=_choices(words.CALENDARS, values["calendar"], lang),
        weekdays=views.weekdays(days, lang),
        seen="",
        seal="",
    )


def change(
    form: Blank, sent: PersonForm, contact: Contact, before: Contact | None, room: Room, notes: tuple[str, ...]
) -> Change:
    """What saving changes."""
    after = views.details(contact, room)
    rows: tuple[tuple[str, str | None, str], ...]
    if before is None:
        rows = tuple((say(room.lang, label), None, after[field]) for field, label in words.FIELDS.items())
    else:
        old = views.details(before, room)
        differing = changed(before, contact)
        rows = tuple(
            (say(room.lang, label), old[field], after[field])
            for field, label in words.FIELDS.items()
            if field in differing
        )
    kept = tuple(
        (field, value) for field, value in sent.model_dump().items() if field not in _OWN and isinstance(value, str)
    )
    told = notes if rows else (say(room.lang, words.NOTE_SAME),)
    return Change(blank=form, rows=rows, notes=told, kept=kept)


def notes(
    contact: Contact, before: Contact | None, everyone: Iterable[Contact], sight: Sight, room: Room
) -> tuple[str, ...]:
    """What comes of it beside: who else has the address, and whether mail goes there."""
    lang, address = room.lang, contact.address
    others = [one for one in everyone if one.id != contact.id and folded(one.address) == folded(address)]
    seen = [one.name for one in others if sight.covers(one.organisation)]
    told = [say(lang, words.NOTE_ALSO, names=", ".join(seen))] if seen else []
    told += [say(lang, words.NOTE_OTHERS)] if len(seen) < len(others) else []
    if before is not None and folded(before.address) == folded(address):
        return tuple(told)
    standing = room.standing(contact)
    if standing.closed:
        told.append(say(lang, words.NOTE_CLOSED, address=address))
    else:
        told.append(say(lang, words.NOTE_KNOWN if standing.verified else words.NOTE_ASK, address=address))
    if before is not None:
        told.append(say(lang, words.NOTE_WAITING, address=before.address))
    return tuple(told)


def sealed_with(form: Blank, seen: str, secret: str) -> Blank:
    """The form with what it brings back."""
    return replace(form, seen=seen, seal=secret)


def _choices(table: Mapping[str, str], chosen: str, lang: str) -> tuple[Choice, ...]:
    return tuple(Choice(value, say(lang, label), value == chosen) for value, label in table.items())


def _field(path: str, ident: str) -> str:
    """The field of the form that a fault of the file is about."""
    head = path.removeprefix(f"contacts.{ident}").removeprefix(".").partition(".")[0]
    return head if head in words.FAULTS else "id"


def _spans(text: str) -> list[str] | None:
    """Days as typed, as a file has them; None: they cannot be read."""
    found = []
    for part in filter(None, (one.strip() for one in re.split(r"[,;]", text))):
        match = _SPAN.fullmatch(part)
        if match is None:
            return None
        numbers = match.groups()
        try:
            days = [date(int(y), int(m), int(d)) for d, m, y in (numbers[:3], numbers[3:]) if y is not None]
        except ValueError:
            return None
        found.append("/".join(day.isoformat() for day in days))
    return found
