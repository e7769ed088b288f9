"""Small values the installation keeps for itself, by name; takes part in the caller's transaction."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlmodel import col

from config.tables import KeptRow

SECRET = "message-id-key"  # noqa: S105 - a name, not a value
"""The key of Message-IDs, links and return paths, hexadecimal."""


def kept(session: Session, name: str) -> str | None:
    """The value of this name, if one was kept."""
    return session.execute(select(col(KeptRow.value)).where(col(KeptRow.name) == name)).scalar_one_or_none()


def keep(session: Session, name: str, value: str) -> str:
    """Keep a value under a name, instead of what was there; returns it."""
    session.merge(KeptRow(name=name, value=value))
    return value
