"""Which account elsewhere is whose: bound at the first time, by an address the provider made sure of, and kept.

From then on only the account counts, so that a new address there changes nothing, and an address that was given to
somebody else opens nothing. Takes part in the caller's transaction.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col

from config import officerbook
from config.officerbook import Action
from config.officers import Officer, OfficerError
from config.tables import BindingRow
from notifications.contacts import folded
from notifications.errors import AddressError
from notifications.mime import mailbox

Account = tuple[str, str]
"""The issuer, and what it calls somebody."""


class Stranger(StrEnum):
    """Why an account opens nothing; for the log, never for whoever has it."""

    UNVERIFIED = "the provider gave no address that it made sure of"
    UNKNOWN = "no officer who may sign in has its address"
    OTHER = "the officer with its address is bound to another account"
    CLOSED = "its officer may not sign in any more"


@dataclass(frozen=True, slots=True)
class Binding:
    """An account, and since when it opens."""

    issuer: str
    subject: str
    bound_at: datetime


def let_in(session: Session, account: Account, address: str | None, now: datetime) -> Officer | Stranger:
    """Whose account it is. One that is nobody's yet is bound to the officer with its address, with a line of audit.

    Nobody else changes the officer until the caller commits.
    """
    owner = _owner(session, account)
    if owner is not None:
        officer = officerbook.locked(session, owner)
        if _owner(session, account) == owner:  # and was not unbound while we waited
            return officer if officer.closed_at is None else Stranger.CLOSED
    login = _login(address)
    if login is None:
        return Stranger.UNVERIFIED
    known = officerbook.credentials(session, login, lock=True)
    if known is None:
        return Stranger.UNKNOWN
    return known.officer if _bind(session, account, known.officer, now) else Stranger.OTHER


def of(session: Session, ident: str) -> tuple[Binding, ...]:
    """The accounts of an officer, in the order they were bound."""
    query = select(BindingRow).where(col(BindingRow.officer) == ident).order_by(
        col(BindingRow.bound_at), col(BindingRow.issuer)
    )  # fmt: skip
    return tuple(Binding(row.issuer, row.subject, row.bound_at) for row in session.execute(query).scalars())


def unbind(session: Session, ident: str, who: str, now: datetime) -> tuple[Officer, tuple[Binding, ...]]:
    """Let the accounts of an officer open nothing any more; the next one with their address is bound anew.

    Raises OfficerError when there is no such officer, or none is bound.
    """
    officer, bound = officerbook.locked(session, ident), of(session, ident)
    if not bound:
        fix = "it is bound when they sign in there for the first time"
        raise OfficerError("{ident} is bound to no account elsewhere", fix, ident=ident)
    session.execute(delete(BindingRow).where(col(BindingRow.officer) == ident))
    for each in bound:
        officerbook.write(session, ident, Action.UNBOUND, who, now, _detail((each.issuer, each.subject)))
    return officer, bound


def _bind(session: Session, account: Account, officer: Officer, now: datetime) -> bool:
    """Whether the account is theirs now; an officer has one account of an issuer, and an account one officer."""
    issuer, subject = account
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    values = {"issuer": issuer, "subject": subject, "officer": officer.id, "bound_at": now}
    done = session.execute(
        insert(BindingRow).values(values).on_conflict_do_nothing().returning(col(BindingRow.officer))
    ).scalar()
    if done is not None:
        officerbook.write(session, officer.id, Action.BOUND, officer.id, now, _detail(account))
        return True
    return _owner(session, account) == officer.id  # they came back twice at the same moment


def _owner(session: Session, account: Account) -> str | None:
    """The id of the officer it is bound to."""
    issuer, subject = account
    query = select(col(BindingRow.officer)).where(col(BindingRow.issuer) == issuer, col(BindingRow.subject) == subject)
    return session.execute(query).scalar()


def _detail(account: Account) -> dict[str, str]:
    return {"issuer": account[0], "subject": account[1]}


def _login(address: str | None) -> str | None:
    """An address as addresses of officers are compared."""
    try:
        return folded(mailbox(address).address) if address and "<" not in address else None
    except AddressError:
        return None
