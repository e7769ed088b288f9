"""Officers in the store, and what was done about each. Takes part in the caller's transaction.

They are no part of a plan: the journal does not hold them, and `rebuild` leaves them alone. Nobody is ever deleted.
"""

from __future__ import annotations

import difflib
import json
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import delete, or_, select, update
from sqlmodel import Session, col

from config.officers import Officer, OfficerError, Role, checked, differences, fields_of
from config.tables import OfficerAuditRow, OfficerRow, PasswordLinkRow
from notifications.contacts import folded
from scheduler import trail
from scheduler.trail import Area, Deed

LINK_FOR = timedelta(hours=1)
"""How long a link to set a password works."""


class Action(StrEnum):
    """What was done about an officer."""

    ADDED = "added"
    CHANGED = "changed"
    CLOSED = "closed"
    REOPENED = "reopened"
    INVITED = "invited"  # a link to set a password was made
    PASSWORD = "password"  # noqa: S105 - a word of the audit: they set one
    SIGNED_OUT = "signed-out"  # all their sessions were ended
    BOUND = "bound"  # they signed in by an account elsewhere, which is theirs from then on
    UNBOUND = "unbound"  # it opens nothing any more


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the audit."""

    at: datetime
    officer: str
    who: str
    action: str
    detail: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Credentials:
    """An officer who may sign in, and what is kept of their password; None: none was set."""

    officer: Officer
    password: str | None


def add(session: Session, officer: Officer, who: str) -> Officer:
    """Enter an officer. Raises OfficerError when something is wrong with them, or id or address is taken."""
    entered = checked(officer)
    if session.get(OfficerRow, entered.id) is not None:
        message = "somebody has the id {ident} already"
        raise OfficerError(message, "change them: luanphien officers change {ident} …", ident=entered.id)
    _check_free(session, entered)
    session.add(OfficerRow(id=entered.id, created_at=entered.created_at, **_columns(entered)))
    session.flush()
    write(session, entered.id, Action.ADDED, who, entered.created_at, fields_of(entered))
    return entered


def change(session: Session, ident: str, given: Mapping[str, Any], who: str, now: datetime) -> tuple[Officer, Officer]:
    """Change the fields that are given; returns the officer before and after. Raises OfficerError.

    With another address a link that is on its way to the old one ends.
    """
    before = locked(session, ident)
    after = checked(replace(before, **given))
    if after == before:
        return before, after
    _check_free(session, after)
    session.execute(update(OfficerRow).where(col(OfficerRow.id) == ident).values(**_columns(after)))
    if after.login != before.login:
        drop_link(session, ident)
    write(session, ident, Action.CHANGED, who, now, differences(before, after))
    return before, after


def close(session: Session, ident: str, who: str, now: datetime) -> Officer:
    """Let an officer sign in no more. Raises OfficerError when they are not there, or closed already."""
    officer = locked(session, ident)
    if officer.closed_at is not None:
        message = "{ident} was closed already"
        raise OfficerError(message, "bring them back: luanphien officers reopen {ident}", ident=ident)
    session.execute(update(OfficerRow).where(col(OfficerRow.id) == ident).values(closed_at=now))
    drop_link(session, ident)
    write(session, ident, Action.CLOSED, who, now)
    return replace(officer, closed_at=now)


def reopen(session: Session, ident: str, who: str, now: datetime) -> Officer:
    """Let an officer sign in again, with the password they had. Raises OfficerError when they are not closed."""
    officer = locked(session, ident)
    if officer.closed_at is None:
        raise OfficerError("{ident} is not closed", "there is nothing to do", ident=ident)
    session.execute(update(OfficerRow).where(col(OfficerRow.id) == ident).values(closed_at=None))
    write(session, ident, Action.REOPENED, who, now)
    return replace(officer, closed_at=None)


def listed(session: Session) -> tuple[Officer, ...]:
    """Everyone, by id, closed ones too."""
    rows = session.execute(select(OfficerRow).order_by(col(OfficerRow.id))).scalars()
    return tuple(officer_from(row) for row in rows)


def signatures(session: Session, idents: Iterable[str | None]) -> dict[str | None, str]:
    """How these officers sign; whom nobody knows goes by the id alone, and nobody by nothing."""
    wanted = set(idents)
    query = select(OfficerRow).where(col(OfficerRow.id).in_(wanted - {None}))
    known = {row.id: officer_from(row).signature for row in session.execute(query).scalars()}
    return {ident: known.get(ident or "", ident or "") for ident in wanted}


def locked(session: Session, ident: str) -> Officer:
    """One officer, whom nobody else changes until the caller commits. Raises OfficerError, naming the nearest."""
    row = session.execute(select(OfficerRow).where(col(OfficerRow.id) == ident).with_for_update()).scalar()
    if row is None:
        known = list(session.execute(select(col(OfficerRow.id)).order_by(col(OfficerRow.id))).scalars())
        near = ", ".join(difflib.get_close_matches(ident, known, n=3, cutoff=0.5) or known[:8])
        if near:
            raise OfficerError("no officer has the id {ident}", "did you mean {near}?", ident=ident, near=near)
        fix = "add the first: luanphien officers add ID --name … --mail … --role admin"
        raise OfficerError("no officer has the id {ident}", fix, ident=ident)
    return officer_from(row)


def credentials(session: Session, name: str, *, lock: bool = False) -> Credentials | None:
    """Who signs in by this name, their id or their address; None when nobody may."""
    typed = name.strip()
    query = select(OfficerRow).where(
        or_(col(OfficerRow.id) == typed, col(OfficerRow.login) == folded(typed)), col(OfficerRow.closed_at).is_(None)
    )
    row = session.execute(query.with_for_update() if lock else query).scalar()
    return None if row is None else Credentials(officer_from(row), row.password)


def set_password(session: Session, ident: str, kept: str) -> None:
    """Keep a password instead of what was there."""
    session.execute(update(OfficerRow).where(col(OfficerRow.id) == ident).values(password=kept))


def has_password(session: Session, ident: str) -> bool:
    """Whether an officer has set one."""
    return session.execute(select(col(OfficerRow.password)).where(col(OfficerRow.id) == ident)).scalar() is not None


def make_link(session: Session, ident: str, who: str, now: datetime) -> PasswordLinkRow:
    """A link by which an officer sets a password; an earlier one ends."""
    drop_link(session, ident)
    row = PasswordLinkRow(officer=ident, ident=secrets.token_hex(16), until=now + LINK_FOR)
    session.add(row)
    session.flush()
    write(session, ident, Action.INVITED, who, now)
    return row


def link_of(session: Session, link: str, now: datetime, *, lock: bool = False) -> Officer | None:
    """Whose link it is; None when it was used or replaced, its hour is over, or they may not sign in."""
    query = (
        select(OfficerRow)
        .join(PasswordLinkRow, col(PasswordLinkRow.officer) == col(OfficerRow.id))
        .where(
            col(PasswordLinkRow.ident) == link, col(PasswordLinkRow.until) > now, col(OfficerRow.closed_at).is_(None)
        )
    )
    row = session.execute(query.with_for_update() if lock else query).scalar()
    return None if row is None else officer_from(row)


def drop_link(session: Session, ident: str) -> None:
    """End an officer's link, if there is one."""
    session.execute(delete(PasswordLinkRow).where(col(PasswordLinkRow.officer) == ident))


def lines(session: Session, ident: str) -> tuple[Line, ...]:
    """What was done about an officer, the oldest first."""
    query = select(OfficerAuditRow).where(col(OfficerAuditRow.officer) == ident).order_by(col(OfficerAuditRow.id))
    return tuple(
        Line(row.at, row.officer, row.who, row.action, json.loads(row.detail))
        for row in session.execute(query).scalars()
    )


def write(
    session: Session, ident: str, action: Action, who: str, now: datetime, detail: Mapping[str, Any] | None = None
) -> None:
    """Add a line to the audit, and one to the trail, which names what changed and not what it was changed to."""
    written = json.dumps(dict(detail or {}), ensure_ascii=False)
    session.add(OfficerAuditRow(at=now, officer=ident, who=who[:200], action=action.value, detail=written))
    session.flush()
    row = session.execute(
        select(col(OfficerRow.role), col(OfficerRow.organisations)).where(col(OfficerRow.id) == ident)
    )
    role, organisations = row.one()
    told = {"role": role, "fields": sorted(detail or {}) if action is Action.CHANGED else []}
    about = (*organisations.split(), ident)
    deed = Deed(at=now, who=who, area=Area.OFFICER, action=action.value, subject=ident, detail=told, about=about)
    trail.note(session, deed)


def officer_from(row: OfficerRow) -> Officer:
    """The officer of a row."""
    return Officer(
        id=row.id,
        name=row.name,
        address=row.address,
        role=Role(row.role),
        organisations=tuple(row.organisations.split()),
        lang=row.lang,
        created_at=row.created_at,
        closed_at=row.closed_at,
    )


def _check_free(session: Session, officer: Officer) -> None:
    """Raises OfficerError when somebody else signs in by this id or address."""
    taken = select(col(OfficerRow.id)).where(col(OfficerRow.login) == officer.login, col(OfficerRow.id) != officer.id)
    other = session.execute(taken).scalar()
    if other is not None:
        message = "{other} has the address {address} already"
        fix = "give another one, or change theirs: luanphien officers change {other} --mail …"
        raise OfficerError(message, fix, other=other, address=officer.address)


def _columns(officer: Officer) -> dict[str, Any]:
    return {
        "name": officer.name,
        "address": officer.address,
        "login": officer.login,
        "role": officer.role.value,
        "organisations": " ".join(officer.organisations),
        "lang": officer.lang,
    }
