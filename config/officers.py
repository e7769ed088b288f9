"""Who may sign in: officers and their roles, as values, and what is wrong with one that was given.

The walk: a request → `asking` (whose session is it?) → `Officer | None`, `access` (may they?) → the page;
a form → `forms` (is it ours?) → `signin` (throttle, one hash, a new session) → a cookie and a redirect;
a command → `officeranswers` → `officerbook` (a row, a line of audit, sessions ended) → a link by mail or printed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from calendars.gate import shows, unprintable
from notifications.contacts import folded
from notifications.errors import AddressError
from notifications.mime import mailbox
from scheduler.errors import WordedError

MOST_NAME = 200
_IDENT = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?")


class Role(StrEnum):
    """What an officer may do, each more than the one before."""

    READER = "reader"  # reads
    OFFICER = "officer"  # acts for their organisations (chuyên viên)
    HEAD = "head"  # answers for them (lãnh đạo phòng)
    ADMIN = "admin"  # looks after the installation

    @property
    def rank(self) -> int:
        """Its place, from 0."""
        return list(Role).index(self)


ACTING = (Role.OFFICER, Role.HEAD)
"""Roles that act for organisations, and so need one."""


class OfficerError(WordedError):
    """An officer that cannot be made, changed or found."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Officer:
    """Somebody who may sign in. `id` is of `[a-z0-9-]`; `address` one mailbox in its ASCII form, without a name.

    `organisations` are those they act for, in the order given. `closed_at`: they may not sign in any more.
    """

    id: str
    name: str
    address: str
    role: Role
    organisations: tuple[str, ...]
    lang: str
    created_at: datetime
    closed_at: datetime | None = None

    @property
    def login(self) -> str:
        """Their address, as addresses are compared."""
        return folded(self.address)

    @property
    def signature(self) -> str:
        """How they sign what is read for years: their name, and the id that stays theirs."""
        return f"{self.name} ({self.id})"

    def may(self, least: Role) -> bool:
        """Whether they may do what this role may."""
        return self.role.rank >= least.rank


def checked(officer: Officer) -> Officer:
    """The officer with a clean name and the bare address. Raises OfficerError, naming the first fault."""
    if _IDENT.fullmatch(officer.id) is None:
        message = "{ident} is no id"
        raise OfficerError(message, "write 1 to 64 small letters, digits and hyphens, such as lan", ident=officer.id)
    name = " ".join(officer.name.split())
    if not shows(name) or len(name) > MOST_NAME or unprintable(name) is not None:
        raise OfficerError("the name is not one line of 1 to {most} characters", "give the name again", most=MOST_NAME)
    try:
        address = mailbox(officer.address).address
    except AddressError as error:
        message = "{address} is not one mail address"
        raise OfficerError(message, "write local@domain", address=officer.address[:MOST_NAME]) from error
    if officer.role in ACTING and not officer.organisations:
        message = "whoever has the role {role} acts for an organisation"
        raise OfficerError(message, "name it with --organisation", role=officer.role.value)
    organisations = tuple(dict.fromkeys(officer.organisations))
    return replace(officer, name=name, address=address, organisations=organisations)


def fields_of(officer: Officer) -> dict[str, Any]:
    """What is given of an officer, by field."""
    return {
        "name": officer.name,
        "mail": officer.address,
        "role": officer.role.value,
        "organisations": list(officer.organisations),
        "lang": officer.lang,
    }


def differences(before: Officer, after: Officer) -> Mapping[str, list[Any]]:
    """What differs between two states of an officer: by field, the old value and the new one."""
    return dict(_differing(fields_of(before), fields_of(after)))


def _differing(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[tuple[str, list[Any]]]:
    for name, old in before.items():
        if old != after[name]:
            yield name, [old, after[name]]
