"""What `luanphien officers …` answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session

from calendars.catalogue import msg
from config import bindings, officerbook, sessions
from config.mailing import secret_of
from config.officerbook import Action
from config.officers import Officer
from config.officerscreens import account_json, entry_lines, list_screen, officer_json, show_screen
from config.session import NOTHING, Job, fail, write_json
from config.signin import lasting_of
from config.words import tell
from notifications import people
from notifications.notices import Entry, access
from notifications.tokens import Links
from scheduler import history, store


@dataclass(frozen=True, slots=True)
class Link:
    """A link to set a password: its address where it is printed, None where it was put into the outbox."""

    url: str | None
    until: datetime
    address: str


def add(job: Job, ident: str, given: Mapping[str, Any], who: str, *, printed: bool, as_json: bool) -> None:
    """Enter an officer, and give them a link. Raises OfficerError."""
    links = _links(job)
    with job.database.write() as session:
        _known(job, session, given)
        officer = Officer(**{"organisations": (), **given}, id=ident, created_at=job.now())
        entered = officerbook.add(session, officer, who)
        link = _invite(job, session, entered, who, links, printed=printed)
    _print_link(
        job, entered, link, tell(job.lang, "added: {name} ({ident})", name=entered.name, ident=ident), as_json=as_json
    )


def list_(job: Job, *, as_json: bool) -> None:
    """Everyone; exits with 1 when there is nobody."""
    with job.database.read() as session:
        officers = officerbook.listed(session)
        directory = store.directory_of(session)
    if as_json:
        write_json([officer_json(officer) for officer in officers])
    elif officers:
        job.console.print(list_screen(officers, directory, job.lang))
    if not officers:
        fix = tell(job.lang, "add the first: luanphien officers add ID --name … --mail … --role admin")
        fail(tell(job.lang, "nobody may sign in yet"), fix, NOTHING)


def show(job: Job, ident: str, *, as_json: bool) -> None:
    """One officer, and what was done about them. Raises OfficerError."""
    with job.database.write() as session:  # the row is looked up as for a change, so that a slip is told alike
        officer = officerbook.locked(session, ident)
        lines = officerbook.lines(session, ident)
        count = sessions.count(session, ident, job.now(), lasting_of(job))
        has_password = officerbook.has_password(session, ident)
        accounts = bindings.of(session, ident)
        directory = store.directory_of(session)
    if as_json:
        history = [
            {"at": line.at.isoformat(), "who": line.who, "action": line.action, "detail": dict(line.detail)}
            for line in lines
        ]
        listed = [account_json(each) for each in accounts]
        known = {"password_set": has_password, "accounts": listed, "sessions": count, "history": history}
        write_json(officer_json(officer) | known)
        return
    job.console.print(
        show_screen(officer, lines, (has_password, len(accounts), count), directory, (job.settings.zone, job.lang))
    )


def change(job: Job, ident: str, given: Mapping[str, Any], who: str, *, as_json: bool) -> None:
    """Change what is given. Raises OfficerError."""
    with job.database.write() as session:
        _known(job, session, given)
        before, after = officerbook.change(session, ident, given, who, job.now())
    said = tell(job.lang, "changed: {name} ({ident})", name=after.name, ident=ident)
    if before == after:
        said = tell(job.lang, "there is nothing to change about {name} ({ident})", name=after.name, ident=ident)
    _say(job, after, said, {"changed": before != after}, as_json=as_json)


def close(job: Job, ident: str, who: str, *, as_json: bool) -> None:
    """Let an officer sign in no more, and end their sessions at once. Raises OfficerError."""
    with job.database.write() as session:
        officer = officerbook.close(session, ident, who, job.now())
        ended = sessions.end_all(session, ident)
    said = tell(
        job.lang, "closed: {name} ({ident}); sessions ended: {count}", name=officer.name, ident=ident, count=ended
    )
    undo = tell(job.lang, "undo: luanphien officers reopen {ident}", ident=ident)
    _say(job, officer, said, {"sessions_ended": ended}, undo, as_json=as_json)


def reopen(job: Job, ident: str, who: str, *, as_json: bool) -> None:
    """Let an officer sign in again. Raises OfficerError."""
    with job.database.write() as session:
        officer = officerbook.reopen(session, ident, who, job.now())
    said = tell(job.lang, "reopened: {name} ({ident})", name=officer.name, ident=ident)
    undo = tell(job.lang, "undo: luanphien officers close {ident}", ident=ident)
    _say(job, officer, said, {}, undo, as_json=as_json)


def reset(job: Job, ident: str, who: str, *, printed: bool, as_json: bool) -> None:
    """Give an officer a link to set a password; ends with 1 where none are taken. Raises OfficerError."""
    if job.settings.passwords == "no":
        fix = tell(job.lang, "officers sign in by their account elsewhere; LUANPHIEN_PASSWORDS=yes takes passwords too")
        fail(tell(job.lang, "no passwords are taken here"), fix, NOTHING)
    links = _links(job)
    with job.database.write() as session:
        officer = officerbook.locked(session, ident)
        if officer.closed_at is not None:
            fix = tell(job.lang, "bring them back: luanphien officers reopen {ident}", ident=ident)
            fail(tell(job.lang, "{ident} was closed already", ident=ident), fix, NOTHING)
        link = _invite(job, session, officer, who, links, printed=printed)
    said = tell(job.lang, "a link for {name} ({ident})", name=officer.name, ident=ident)
    _print_link(job, officer, link, said, as_json=as_json)


def sign_out(job: Job, ident: str, who: str, *, as_json: bool) -> None:
    """End every session of an officer. Raises OfficerError."""
    with job.database.write() as session:
        officer = officerbook.locked(session, ident)
        ended = sessions.end_all(session, ident)
        officerbook.write(session, ident, Action.SIGNED_OUT, who, job.now())
    said = tell(job.lang, "signed out: {name} ({ident}); sessions ended: {count}",
                name=officer.name, ident=ident, count=ended)  # fmt: skip
    _say(job, officer, said, {"sessions_ended": ended}, as_json=as_json)


def unbind(job: Job, ident: str, who: str, *, as_json: bool) -> None:
    """Let an officer's account elsewhere open nothing, and end their sessions. Raises OfficerError."""
    with job.database.write() as session:
        officer, bound = bindings.unbind(session, ident, who, job.now())
        ended = sessions.end_all(session, ident)
    said = tell(
        job.lang, "unbound: {name} ({ident}); sessions ended: {count}", name=officer.name, ident=ident, count=ended
    )
    hint = tell(
        job.lang, "at the next sign-in the account with the address {address} is bound", address=officer.address
    )
    more = {"sessions_ended": ended, "accounts": [account_json(each) for each in bound]}
    _say(job, officer, said, more, hint, as_json=as_json)


def _known(job: Job, session: Session, given: Mapping[str, Any]) -> None:
    """Refuse an organisation nobody knows, naming the nearest."""
    bodies = given.get("organisations", ())
    if not bodies:
        return
    directory = store.directory_of(session)
    if not directory.organisations:
        fail(tell(job.lang, "the store holds no plan yet"), tell(job.lang, "run luanphien sync"), NOTHING)
    job.known_bodies(bodies, directory)


def _links(job: Job) -> Links:
    """The maker of links; its key is made where there is none, before a session is open."""
    return Links(job.settings.base_url, secret_of(job))


def _invite(job: Job, session: Session, officer: Officer, who: str, links: Links, *, printed: bool) -> Link | None:
    """A link, put into the outbox; printed where it is asked for, or no mail goes out, or none to that address.

    None where no passwords are taken.
    """
    if job.settings.passwords == "no":
        return None
    shut = people.standing(session, officer.address).closed
    row = officerbook.make_link(session, officer.id, who, job.now())
    if printed or shut or not history.revision(session) or job.settings.mail_url.startswith("maildir:"):
        return Link(links.password(row.ident, officer.lang), row.until, officer.address)
    entry = Entry(
        link=row.ident,
        until=row.until,
        officer=officer.id,
        name=officer.name,
        address=officer.address,
        lang=officer.lang,
        organisation=officer.organisations[0] if officer.organisations else "",
    )
    access(session, entry, job.now())
    return Link(None, row.until, officer.address)


def _print_link(job: Job, officer: Officer, link: Link | None, said: str, *, as_json: bool) -> None:
    if as_json:
        made = {"link": link and link.url, "link_until": link and link.until.isoformat()}
        write_json(officer_json(officer) | made)
        return
    job.console.print(said, markup=False)
    if link is None:
        words = msg("they sign in by the account with the address {address}; no password is needed")
        job.console.print(tell(job.lang, words, address=officer.address), soft_wrap=True, markup=False)
        return
    for line in entry_lines(link.url, link.address, job.lang):
        job.console.print(line, soft_wrap=True)


def _say(
    job: Job, officer: Officer, said: str, more: Mapping[str, Any], undo: str | None = None, *, as_json: bool
) -> None:
    if as_json:
        write_json(officer_json(officer) | dict(more))
        return
    job.console.print(said, markup=False)
    if undo:
        job.console.print(undo, style="dim", markup=False)
