"""Months of a whole calendar as they are read out: rendered events joined once, until something in them changes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import closing
from datetime import date

from sqlalchemy import delete, insert, select
from sqlmodel import Session, col

from calendars.tables import SheetRow

PIECE = 256_000
"""About how many bytes are read and written at once."""


def month_of(day: date) -> date:
    """The first day of its month."""
    return day.replace(day=1)


def throw_away(session: Session, days: Iterable[date]) -> None:
    """What stands on these days has changed, in every voice."""
    months = {month_of(day) for day in days}
    if months:
        session.execute(delete(SheetRow).where(col(SheetRow.month).in_(sorted(months))))


def kept(session: Session, voice: str) -> frozenset[date]:
    """The months that are kept in a voice."""
    months = select(col(SheetRow.month)).where(col(SheetRow.voice) == voice, col(SheetRow.number) == 0)
    return frozenset(session.execute(months).scalars())


def keep(session: Session, voice: str, month: date, bodies: Sequence[bytes]) -> None:
    """Keep a month's events, in their order; a month without any too. The caller holds the writer's lock."""
    session.execute(delete(SheetRow).where(col(SheetRow.month) == month, col(SheetRow.voice) == voice))
    pieces = list(joined(bodies)) or [b""]
    rows = [{"month": month, "voice": voice, "number": number, "body": body} for number, body in enumerate(pieces)]
    session.execute(insert(SheetRow), rows)


def read(session: Session, voice: str, months: Collection[date]) -> Iterator[bytes]:
    """The pieces of kept months, in order; read one by one."""
    if not months:
        return
    query = select(col(SheetRow.body)).where(
        col(SheetRow.voice) == voice, col(SheetRow.month) >= min(months), col(SheetRow.month) <= max(months)
    )
    ordered = query.order_by(col(SheetRow.month), col(SheetRow.number))
    with closing(session.execute(ordered.execution_options(yield_per=4))) as rows:
        for (body,) in rows:
            if body:
                yield bytes(body)


def joined(bodies: Iterable[bytes]) -> Iterator[bytes]:
    """Rendered events joined into pieces of some size, none cut in two."""
    piece: list[bytes] = []
    size = 0
    for body in bodies:
        piece.append(body)
        size += len(body)
        if size >= PIECE:
            yield b"".join(piece)
            piece, size = [], 0
    if piece:
        yield b"".join(piece)
