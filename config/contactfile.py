"""The file of people who are written to, into contacts and back; every fault with its line and the fix."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Annotated, Any

import yaml
from pydantic import Field, StringConstraints

from calendars.catalogue import msg
from config.daymodel import FIRST_YEAR, LAST_YEAR
from config.faults import Faults
from config.files import one_file
from config.guard import Path
from config.planfile import SourceFile, model_of
from config.planmodel import Id, Legible, Model
from config.settings import Language
from notifications.audience import HOME, language_of
from notifications.contacts import CalendarWay, Contact, Mails, Quiet, Rank
from notifications.errors import AddressError
from notifications.mime import mailbox
from scheduler.errors import Problem
from scheduler.plan import Directory

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
WORKING = frozenset(range(5))
MOST_PEOPLE = 2000
LONGEST_LOCAL = 64
"""Characters before the @ that every mail server takes (RFC 5321, 4.5.3.1.1)."""

LONGEST_QUIET = 366
"""Days of one quiet span; whoever wants no mail for longer is no reader."""

PersonId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=64)]
QuietDay = Annotated[str, StringConstraints(max_length=21)]

_SPAN = re.compile(r"(\d{4}-\d{2}-\d{2})(?:/(\d{4}-\d{2}-\d{2}))?", re.ASCII)

OWN_FIXES = {
    "start from a packaged plan; see `luanphien schema`": msg(
        "write contacts: and the people below it, as luanphien contacts export does"
    ),
    "remove it; `luanphien schema` lists the fields": msg(
        "remove it; the fields are name, organisation, rank, mail, lang, mails, calendar and quiet"
    ),
    "mend the setting, or unset it to use the packaged file": msg(
        "check the name of the file, and in which folder you are"
    ),
    "see `luanphien schema`": msg("write it as luanphien contacts export does"),
    "ids are like qt-front-exchange; it must match {pattern}": msg(
        "ids are small letters without marks, digits and hyphens, such as lan or nguyen-thi-lan"
    ),
}
"""Fixes that speak of plan files and settings, and what is said instead."""


class ContactModel(Model):
    """One person."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=200), Legible] = Field(description="Their name.")
    organisation: Id = Field(description="The organisation they work for.")
    rank: Rank = Field(default=Rank.SPECIALIST, description="specialist, head or deputy-director.")
    mail: Annotated[str, StringConstraints(max_length=320)] = Field(description="Their one address.")
    lang: Language | None = Field(default=None, description="vi, en, lo or km; else that of the organisation's side.")
    mails: Mails = Field(default=Mails.SINGLE, description="single, or digest: together at the beginning of the week.")
    calendar: CalendarWay = Field(default=CalendarWay.FEED, description="feed, invitations or none.")
    quiet: Annotated[list[QuietDay], Field(max_length=50)] = Field(default=[], description="Days without mail.")


class ContactsModel(Model):
    """Everyone, by id."""

    contacts: Annotated[dict[PersonId, ContactModel], Field(max_length=MOST_PEOPLE)] = Field(description="By id.")


def load_contacts(path: str, directory: Directory) -> tuple[tuple[Contact, ...], tuple[Problem, ...]]:
    """The people of the file at `path`, by id, or none of them and what is wrong."""
    file, unread = one_file(path)
    return contacts_from(file, directory) if file else ((), _own(unread))


def contacts_from(file: SourceFile, directory: Directory) -> tuple[tuple[Contact, ...], tuple[Problem, ...]]:
    """The people of a file, by id, or none of them and what is wrong."""
    problems: list[Problem] = []
    marked, model = model_of(file, ContactsModel, problems)
    if model is None:
        return (), _own(problems)
    faults = Faults(file.name, marked)
    found = [_contact(ident, entry, directory, faults) for ident, entry in sorted(model.contacts.items())]
    if faults.found:
        return (), tuple(sorted(faults.found, key=lambda problem: (problem.line, problem.column)))
    return tuple(contact for contact in found if contact is not None), ()


def contact_from(
    ident: str, fields: Mapping[str, Any], directory: Directory
) -> tuple[Contact | None, tuple[Problem, ...]]:
    """One person of fields as a file has them, checked as a file is."""
    found, problems = contacts_from(SourceFile("", _dumped({ident: dict(fields)})), directory)
    return (found[0] if found else None), problems


def yaml_of(contacts: Iterable[Contact]) -> str:
    """These people as a file, every field written out; reading it gives just these people, and the same file again."""
    return _dumped({c.id: fields_of(c) for c in sorted(contacts, key=lambda contact: contact.id)})


def fields_of(contact: Contact) -> dict[str, Any]:
    """A person as a file has them, in the order of its fields."""
    return {
        "name": contact.name,
        "organisation": contact.organisation,
        "rank": contact.rank.value,
        "mail": contact.address,
        "lang": contact.lang,
        "mails": contact.mails.value,
        "calendar": contact.calendar.value,
        "quiet": quiet_words(contact.quiet),
    }


def quiet_words(quiet: Quiet) -> list[str]:
    """Quiet days as a file has them: weekdays, then days and spans."""
    spans = (str(first) if first == last else f"{first}/{last}" for first, last in quiet.spans)
    return [*(WEEKDAYS[day] for day in sorted(quiet.weekdays)), *spans]


def _own(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    return tuple(replace(problem, fix=OWN_FIXES.get(problem.fix, problem.fix)) for problem in problems)


def _dumped(people: Mapping[str, Mapping[str, Any]]) -> str:
    return yaml.safe_dump(
        {"contacts": dict(people)}, allow_unicode=True, sort_keys=False, default_flow_style=None, width=10**9
    )


def _contact(ident: str, model: ContactModel, directory: Directory, faults: Faults) -> Contact | None:
    path: Path = ("contacts", ident)
    if ident in directory.organisations:
        message = msg("{ident} is the id of an organisation")
        faults.add(path, message, "give the person an id of their own, such as lan", ident=ident)
    body = directory.organisations.get(model.organisation)
    if body is None:
        faults.unknown((*path, "organisation"), "organisation", model.organisation, directory.organisations)
    _check_name((*path, "name"), model.name, faults)
    address = _address((*path, "mail"), model.mail, faults)
    quiet = _quiet((*path, "quiet"), model.quiet, faults)
    if body is None or address is None:
        return None
    party = directory.parties.get(body.party)
    return Contact(
        id=ident,
        name=model.name,
        organisation=model.organisation,
        rank=model.rank,
        address=address,
        lang=model.lang or language_of(party.country if party else HOME),
        mails=model.mails,
        calendar=model.calendar,
        quiet=quiet,
    )


def _check_name(path: Path, name: str, faults: Faults) -> None:
    """A name goes into mail headers, which is one line of words."""
    if "\n" in name:
        faults.add(path, "the name has more than one line", "write it on one line")
    if "=?" in name:
        faults.add(path, "the name holds =?, which mail programs take for a code", "write the name without it")


def _address(path: Path, text: str, faults: Faults) -> str | None:
    """One mailbox in its ASCII form; a host name in other letters is encoded (IDNA)."""
    local = text.rpartition("@")[0]
    try:
        found = mailbox(text)
    except AddressError:
        found = None
    if found is None or len(local) > LONGEST_LOCAL:
        if re.search(r"[,;]|@.*@", text):
            message = msg("{mail} is more than one address")
            faults.add(path, message, "write the one they read: each person has one address", mail=text)
        elif not local.isascii():
            message = msg("{mail} has letters before the @ that most mail servers refuse")
            faults.add(path, message, "ask for an address of plain letters, digits, dots and hyphens", mail=text)
        else:
            message = msg("{mail} is not an address that mail can go to")
            faults.add(path, message, "write it as lan@quang-tri.gov.vn", mail=text)
        return None
    if found.name or "<" in text or "=?" in text:
        message = msg("{mail} is more than an address")
        faults.add(path, message, "write the address alone, such as lan@quang-tri.gov.vn", mail=text)
    return found.address


def _quiet(path: Path, items: list[str], faults: Faults) -> Quiet:
    weekdays: set[int] = set()
    spans: set[tuple[date, date]] = set()
    for index, item in enumerate(items):
        if item in WEEKDAYS:
            weekdays.add(WEEKDAYS.index(item))
        elif (span := _span((*path, index), item, faults)) is not None:
            spans.add(span)
    if weekdays >= WORKING:
        message = msg("no working day is left on which mail may come")
        faults.add(path, message, "leave one of mon, tue, wed, thu and fri, or take the person off the list")
    return Quiet(frozenset(weekdays), tuple(sorted(spans)))


def _span(path: Path, item: str, faults: Faults) -> tuple[date, date] | None:
    found = _SPAN.fullmatch(item)
    if found is None:
        message = msg("{item} is not a quiet day")
        fix = msg("write mon, tue, wed, thu, fri, sat or sun, a day such as 2026-12-24, or FIRST/LAST")
        faults.add(path, message, fix, item=item)
        return None
    try:
        first, last = date.fromisoformat(found[1]), date.fromisoformat(found[2] or found[1])
    except ValueError:
        faults.add(path, "no calendar has the days {written}", "correct them", written=item)
        return None
    if first.year < FIRST_YEAR or last.year > LAST_YEAR:
        message = msg("{item} is not in the years {first} to {last}")
        faults.add(path, message, "correct the year", item=item, first=FIRST_YEAR, last=LAST_YEAR)
    elif last < first:
        faults.add(path, "{item} ends before it begins", "write the first day before the slash", item=item)
    elif (last - first).days >= LONGEST_QUIET:
        message = msg("{item} is longer than {most} days")
        faults.add(
            path, message, "write a shorter span, or take the person off the list", item=item, most=LONGEST_QUIET
        )
    else:
        return first, last
    return None
