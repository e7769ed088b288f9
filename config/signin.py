"""Signing in, and setting a password: counted first, one hash whatever is true, and a new session or none."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from config import officerbook, sessions, throttle
from config.database import Database
from config.mailing import SECRET_BYTES, known_secret
from config.officerbook import Action
from config.officers import Officer
from config.passwords import Fault, Passwords, fault_of
from config.session import Job
from config.sessions import Lasting
from config.throttle import Kind
from notifications.contacts import folded
from notifications.tokens import Links


@dataclass(frozen=True, slots=True, kw_only=True)
class Porter:
    """What officers are let in with. `key` files tries; `links` reads the links that were mailed."""

    database: Database
    passwords: Passwords
    lasting: Lasting
    key: Callable[[], bytes]
    links: Callable[[], Links]
    now: Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class In:
    """Signed in: the token of the new session, to be kept by the browser alone."""

    officer: Officer
    token: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Wait:
    """Too many tries: how long until the next one."""

    span: timedelta


def porter_of(job: Job, passwords: Passwords | None = None) -> Porter:
    """The porter of this installation."""
    spare = secrets.token_bytes(SECRET_BYTES)  # while no key was made no link was, and tries count for this process

    def key() -> bytes:
        return known_secret(job) or spare

    return Porter(
        database=job.database,
        passwords=passwords or Passwords(),
        lasting=lasting_of(job),
        key=key,
        links=lambda: Links(job.settings.base_url, key()),
        now=job.now,
    )


def lasting_of(job: Job) -> Lasting:
    """How long sessions last, as the settings say."""
    return Lasting(timedelta(minutes=job.settings.session_idle), timedelta(hours=job.settings.session_hours))


def sign_in(porter: Porter, name: str, password: str, client: str, before: str | None) -> In | Wait | None:
    """Sign in by name and password from the address `client`; None when either is not right.

    The session `before`, of the same browser, ends. Whether the name is known changes nothing of what is worked out.
    """
    now, key = porter.now(), porter.key()
    with porter.database.read() as session:
        known = officerbook.credentials(session, name)
    names = {Kind.ACCOUNT: folded(name.strip()), Kind.ADDRESS: client}  # as typed: what belongs together is not told
    with porter.database.write_beside() as session:
        span = throttle.admit(session, key, names, now)
    if span:
        return Wait(span)
    kept = known.password if known else None
    if not porter.passwords.matches(kept, password) or known is None or kept is None:
        return None
    better = porter.passwords.kept(password) if porter.passwords.outdated(kept) else kept
    with porter.database.write_beside() as session:
        still = officerbook.credentials(session, known.officer.id, lock=True)
        if still is None or still.password != kept:
            return None
        if better != kept:
            officerbook.set_password(session, still.officer.id, better)
        throttle.forgive(session, key, names, now)
        if before is not None:
            sessions.end(session, before)
        token = sessions.new_token()
        sessions.begin(session, still.officer.id, token, now, porter.lasting)
    return In(still.officer, token)


def whose_link(porter: Porter, token: str) -> Officer | None:
    """Whose link to set a password it is; None when it works no more."""
    link = porter.links().read_entry(token)
    if link is None:
        return None
    with porter.database.read() as session:
        return officerbook.link_of(session, link, porter.now())


def set_password(porter: Porter, token: str, typed: str, again: str) -> Officer | Fault | None:
    """Set a password by a link, which is used up then, and end every session; None when the link works no more."""
    link = porter.links().read_entry(token)
    if link is None or whose_link(porter, token) is None:
        return None
    fault = fault_of(typed, again)
    if fault is not None:
        return fault
    kept, key, now = porter.passwords.kept(typed), porter.key(), porter.now()
    with porter.database.write_beside() as session:
        officer = officerbook.link_of(session, link, now, lock=True)
        if officer is None:
            return None
        officerbook.set_password(session, officer.id, kept)
        officerbook.drop_link(session, officer.id)
        sessions.end_all(session, officer.id)
        for name in (officer.id, officer.login):
            throttle.forgive(session, key, {Kind.ACCOUNT: name}, now)
        officerbook.write(session, officer.id, Action.PASSWORD, officer.id, now)
    return officer
