"""What `luanphien contacts …` answers."""

from __future__ import annotations

import difflib
import sys
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NoReturn

from rich.console import Console
from rich.text import Text as Styled
from sqlalchemy.orm import Session

from config.contactfile import contact_from, fields_of, load_contacts, yaml_of
from config.contactscreens import (
    Mail,
    Room,
    fields_json,
    people_lines,
    person_json,
    person_screen,
    taken_json,
    taken_screen,
)
from config.foreseeing import preview
from config.mailscreens import reminder_json
from config.screens import error_screen, problems_screen
from config.session import NOTHING, USAGE, Job, fail, write_json
from config.streaming import stream_json, stream_screen
from config.words import problem_json, tell
from notifications import people
from notifications.contacts import Contact, folded
from notifications.outbox import Enqueued
from notifications.people import Standing, Taken
from scheduler import history, store
from scheduler.errors import EmptyStoreError, Problem
from scheduler.plan import Directory

AHEAD = timedelta(days=90)
"""How far `contacts show` looks for mail."""

ASK_AGAIN = timedelta(hours=1)
"""Nobody is asked to confirm an address more often."""

Ask = Callable[[Session, Contact, datetime], Enqueued]
"""Enqueues the mail that asks a person to confirm their address (`notices.verification`)."""


def load(job: Job, path: str, ask: Ask, *, preview: bool, prune: bool, as_json: bool) -> None:
    """Take the people of a file into the store, or show what that would change; with faults nothing changes."""
    with job.database.read() if preview else job.database.write() as session:
        directory = _directory(session)
        given, problems = load_contacts(path, directory)
        if problems:
            _faults(job, problems, as_json=as_json)
        known = people.listed(session)
        named = {contact.id for contact in given}
        gone = tuple(contact for contact in known if prune and contact.id not in named)
        if gone and not given:
            what = tell(job.lang, "the file names nobody, so --prune would remove everyone")
            fail(what, tell(job.lang, "remove people by luanphien contacts remove"), USAGE)
        if preview:
            taken = people.compared(known, given)
        else:
            people.remove(session, {contact.id for contact in gone}, job.now(), job.who)
            taken = people.put(session, given, job.now(), job.who)
        asked = ask_for(session, _fresh(taken), job.now(), None if preview else ask)
        room = room_of(job, session, directory)
    if as_json:
        write_json(taken_json(taken, gone, asked, stored=not preview))
        return
    job.console.print(taken_screen(taken, gone, asked, room, preview=preview))
    if not preview:
        _bring_back(job, gone)


def export(job: Job) -> None:
    """Everyone, as a file that `load` takes; with nobody an empty one."""
    with job.database.read() as session:
        sys.stdout.write(yaml_of(people.listed(session)))


def list_(job: Job, organisation: str | None, *, as_json: bool) -> None:
    """Everyone, or those of one organisation; exits with 1 when there is nobody."""
    with job.database.read() as session:
        room = room_of(job, session, store.directory_of(session))
        chosen = people.listed(session)
    if organisation is not None:
        job.known_bodies([organisation], room.directory)
        chosen = tuple(contact for contact in chosen if contact.organisation == organisation)
    if as_json:
        stream_json(person_json(contact, room) for contact in chosen)
    elif chosen:
        stream_screen(job.console, people_lines(chosen, room))
    if not chosen:
        message = "nobody is in the list yet; mail goes to organisations only"
        if organisation is not None:
            message = "nobody of this organisation is in the list; mail goes to its own address"
        fix = tell(job.lang, "add somebody: luanphien contacts add ID --name … --organisation … --mail …")
        fail(tell(job.lang, message), fix, NOTHING)


def show(job: Job, ident: str, *, as_json: bool) -> None:
    """One person, how their address stands, and the mail they get in the next 90 days."""
    with job.database.read() as session:
        contact = found(job, session, ident)
        room = room_of(job, session, _directory(session))
    span = (room.today, room.today + AHEAD)
    coming = preview(job, *span, contact.address)
    mails: list[Mail] = [pair for pair in coming if pair[0].slot.recipient == contact.recipient]
    if as_json:
        told = [reminder_json(reminder, record, room.directory, job.lang) for reminder, record in mails]
        write_json(person_json(contact, room) | {"mail_to_come": told})
    else:
        job.console.print(person_screen(contact, room, mails, span))


def add(job: Job, ident: str, fields: Mapping[str, Any], ask: Ask, *, as_json: bool) -> None:
    """Add a person, and ask them to confirm their address."""
    with job.database.write() as session:
        directory = _directory(session)
        if any(contact.id == ident for contact in people.listed(session)):
            what = tell(job.lang, "somebody has the id {ident} already", ident=ident)
            fail(what, tell(job.lang, "change them: luanphien contacts change {ident} …", ident=ident), USAGE)
        _put(job, session, ident, fields, directory, ask, as_json=as_json)


def change(job: Job, ident: str, fields: Mapping[str, Any], ask: Ask, *, as_json: bool) -> None:
    """Change what is given of a person; a new address has to be confirmed."""
    with job.database.write() as session:
        before = found(job, session, ident)
        if not fields:
            what = tell(job.lang, "nothing is to be changed")
            fail(what, tell(job.lang, "say what: --name, --organisation, --mail, --rank, --lang …"), USAGE)
        _put(job, session, ident, fields_of(before) | dict(fields), _directory(session), ask, as_json=as_json)


def remove(job: Job, ident: str, *, as_json: bool) -> None:
    """Take a person off the list, and print what brings them back."""
    with job.database.write() as session:
        contact = found(job, session, ident)
        people.remove(session, {ident}, job.now(), job.who)
    if as_json:
        write_json({"removed": fields_json(contact), "yaml": yaml_of([contact])})
        return
    told = tell(job.lang, "{name} is off the list and gets no more mail", name=contact.name)
    job.console.print(Styled(told, style="bold"))
    _bring_back(job, (contact,))


def _put(
    job: Job,
    session: Session,
    ident: str,
    fields: Mapping[str, Any],
    directory: Directory,
    ask: Ask,
    *,
    as_json: bool,
) -> None:
    """Store one person and print what changed; ends with code 2 when something given cannot be used."""
    contact, problems = contact_from(ident, fields, directory)
    if contact is None:
        for problem in problems:
            said = problem_json(problem, job.lang)
            error_screen(Console(stderr=True, highlight=False), str(said["message"]), str(said["fix"]))
        sys.exit(USAGE)
    taken, asked = put_one(session, contact, job.now(), ask, by=job.who)
    room = room_of(job, session, directory)
    if as_json:
        write_json(taken_json(taken, (), asked, stored=True))
    else:
        job.console.print(taken_screen(taken, (), asked, room, preview=False))


def put_one(
    session: Session, contact: Contact, now: datetime, ask: Ask, *, by: str, who: str | None = None
) -> tuple[Taken, tuple[Contact, ...]]:
    """Store one person, and ask them to confirm an address they did not have; what changed, and who is asked.

    `by` stands in the trail, `who` in the record of mail.
    """
    taken = people.put(session, [contact], now, by)
    return taken, ask_for(session, _fresh(taken), now, ask, who=who)


def ask_for(
    session: Session, contacts: Iterable[Contact], now: datetime, ask: Ask | None, *, who: str | None = None
) -> tuple[Contact, ...]:
    """Ask those whose address has to be confirmed, once each address; returns whom. `ask` None: only say whom."""
    known, asked = people.standings(session), dict[str, Contact]()
    for contact in contacts:
        address = folded(contact.address)
        known_of = known.get(address, Standing(address))
        lately = known_of.asked_at is not None and now < known_of.asked_at + ASK_AGAIN
        if known_of.verified or known_of.closed or lately or address in asked:
            continue
        if ask is not None:
            if not ask(session, contact, now).reminders:
                continue
            people.asked(session, address, now, who=who)
        asked[address] = contact
    return tuple(asked.values())


def _fresh(taken: Taken) -> tuple[Contact, ...]:
    """Whoever has an address they did not have before."""
    moved = (after for before, after in taken.changed if folded(before.address) != folded(after.address))
    return (*taken.added, *moved)


def _directory(session: Session) -> Directory:
    if not history.revision(session):
        raise EmptyStoreError("the store holds no plan yet")
    return store.directory_of(session)


def room_of(job: Job, session: Session, directory: Directory) -> Room:
    """Where things are said of people: their addresses as they stand now."""
    return Room(directory, job.lang, job.today(), people.standings(session))


def found(job: Job, session: Session, ident: str) -> Contact:
    """The person of this id; ends with code 1 when there is none, naming the nearest."""
    contacts = {contact.id: contact for contact in people.listed(session)}
    if ident not in contacts:
        near = ", ".join(difflib.get_close_matches(ident, contacts, n=3, cutoff=0.5))
        fix = (
            tell(job.lang, "did you mean {near}?", near=near) if near else tell(job.lang, "see luanphien contacts list")
        )
        fail(tell(job.lang, "nobody in the list has the id {ident}", ident=ident), fix, NOTHING)
    return contacts[ident]


def _faults(job: Job, problems: Collection[Problem], *, as_json: bool) -> NoReturn:
    if as_json:
        write_json({"stored": False, "errors": [problem_json(problem, job.lang) for problem in problems]})
    else:
        job.console.print(problems_screen(problems, job.lang))
        told = tell(job.lang, "Nothing was stored; mend the files and run it again")
        job.console.print(Styled(told, style="bold red"))
    sys.exit(NOTHING)


def _bring_back(job: Job, gone: Sequence[Contact]) -> None:
    """Say how those who were removed come back."""
    if not gone:
        return
    hint = "To bring them back, give these lines to luanphien contacts load; addresses are confirmed anew:"
    job.console.print(Styled(tell(job.lang, hint), style="yellow"))
    sys.stdout.write(yaml_of(gone))
