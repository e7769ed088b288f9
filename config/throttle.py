"""How often somebody may try to sign in: counts in the store, so that several processes count together.

A try books a span of time for its account and for its address; whoever has booked too far ahead waits (the generic cell
rate algorithm). The table never has more rows than slots: names and addresses are filed by a keyed hash, which nobody
outside can aim. It bears a list of names or of passwords tried from one address, one account tried from many, and names
that do not exist, which count like those that do. It does not bear a flood from very many addresses: to fill the slots
takes more tries than this machine can hash, but each costs a hash. Whoever goes on trying a name makes its owner wait.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from ipaddress import ip_address, ip_network

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col

from config.tables import TryRow

SLOTS = 65_536
"""For each kind."""


class Kind(StrEnum):
    """Whose tries are counted."""

    ACCOUNT = "account"
    ADDRESS = "address"


@dataclass(frozen=True, slots=True)
class Limit:
    """So many tries at once, and then one each time `every` has passed."""

    tries: int
    every: timedelta

    @property
    def reach(self) -> timedelta:
        """How far ahead may be booked."""
        return self.every * self.tries


LIMITS: Mapping[Kind, Limit] = {
    Kind.ACCOUNT: Limit(5, timedelta(minutes=3)),
    Kind.ADDRESS: Limit(30, timedelta(seconds=30)),
}
"""An office behind one address is many people."""


def after_try(booked: datetime | None, now: datetime, limit: Limit) -> datetime:
    """Up to when is booked once there was another try."""
    return max(booked or now, now) + limit.every


def wait(booked: datetime | None, now: datetime, limit: Limit) -> timedelta:
    """How long until another try fits; nothing when it does."""
    return max(after_try(booked, now, limit) - limit.reach - now, timedelta(0))


def after_success(kind: Kind, booked: datetime, limit: Limit) -> datetime | None:
    """Up to when is booked once a try was right: an address gets that one back, an account all."""
    return None if kind is Kind.ACCOUNT else booked - limit.every


def slot(key: bytes, kind: Kind, name: str) -> int:
    """The slot of an account's name or of an address; of an IPv6 address its network of /64 counts."""
    filed = _network(name) if kind is Kind.ADDRESS else name
    digest = hmac.digest(key, f"luanphien try\n{kind}\n{filed}".encode(errors="replace"), "sha256")
    return int.from_bytes(digest[:8]) % SLOTS + SLOTS * list(Kind).index(kind)


def admit(session: Session, key: bytes, names: Mapping[Kind, str], now: datetime) -> timedelta:
    """Count a try before it is made, so that many at once are counted too; takes part in the caller's transaction.

    Returns how long to wait; then nothing was counted.
    """
    slots = _slots(key, names)
    _make(session, slots, now)
    booked = _booked(session, slots)
    longest = max(wait(booked[number], now, LIMITS[kind]) for number, kind in slots)
    if longest:
        return longest
    for number, kind in slots:
        _book(session, number, after_try(booked[number], now, LIMITS[kind]))
    return timedelta(0)


def forgive(session: Session, key: bytes, names: Mapping[Kind, str], now: datetime) -> None:
    """A try was right after all."""
    slots = _slots(key, names)
    _make(session, slots, now)
    booked = _booked(session, slots)
    for number, kind in slots:
        _book(session, number, after_success(kind, booked[number], LIMITS[kind]) or now)


def _slots(key: bytes, names: Mapping[Kind, str]) -> list[tuple[int, Kind]]:
    """In their order, so that two who lock the same never wait for each other."""
    return sorted((slot(key, kind, name), kind) for kind, name in names.items())


def _make(session: Session, slots: Iterable[tuple[int, Kind]], now: datetime) -> None:
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    for number, _ in slots:
        session.execute(insert(TryRow).values(slot=number, booked=now).on_conflict_do_nothing())


def _booked(session: Session, slots: Iterable[tuple[int, Kind]]) -> dict[int, datetime]:
    """How far each is booked; the rows stay locked until the caller commits."""
    query = select(col(TryRow.slot), col(TryRow.booked)).where(col(TryRow.slot).in_([number for number, _ in slots]))
    return {row[0]: row[1] for row in session.execute(query.order_by(col(TryRow.slot)).with_for_update())}


def _book(session: Session, number: int, until: datetime) -> None:
    session.execute(update(TryRow).where(col(TryRow.slot) == number).values(booked=until))


def _network(address: str) -> str:
    """What counts as one address; what is none (a socket's name) as it stands."""
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if found.version == 4:
        return str(found)
    mapped = found.ipv4_mapped
    return str(mapped) if mapped else str(ip_network((int(found), 64), strict=False).network_address)
