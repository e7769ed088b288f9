"""What lies after the stored years: expanded from the texts in the store, some obligations at a time."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from datetime import date

from sqlmodel import Session

from config.excerpt import is_indexed, whole, world_around
from config.world import World
from scheduler import history, store
from scheduler.occurrence import Occurrence, Record, Selection

AT_ONCE = 200
"""Obligations that are expanded together."""


def farther(
    session: Session, selection: Selection, last: date, idents: Collection[str] | None = None
) -> Iterator[Record]:
    """What a selection admits after the stored years, up to the end of the year of `last`, in no order.

    `idents`: of these obligations only; None: of all that the selection may be about.
    """
    at = history.last_change(session)
    if at is None:
        return
    horizon = history.horizon(session) or date.min
    for world, some in _worlds(session, selection, idents):
        near = world.until(horizon)
        far = near.until(date(last.year, 12, 31))
        kept: dict[str, tuple[Occurrence, ...]] = {}
        cache: dict[str, tuple[Occurrence, ...]] = {}
        for ident in some:
            if ident in world.series:
                stored = {occurrence.key for occurrence in near.occurrences(ident, kept)}
                for occurrence in far.occurrences(ident, cache):
                    if occurrence.key not in stored and selection.admits(occurrence):
                        yield Record(occurrence, 0, at)


def far_record(session: Session, key: str, world: World, first: int, last: int) -> Record | None:
    """The occurrence of a key whose year is after `first`, up to `last`; None when the texts give none."""
    year = re.search(r"\.(\d{4})(?:-[^.]+)?$", key)
    ident = key.partition(".")[0]
    at = history.last_change(session)
    if year is None or at is None or ident not in world.series or not first < int(year[1]) <= last:
        return None
    far = world.until(date(int(year[1]), 12, 31)).occurrences(ident, {})
    return next((Record(occurrence, 0, at) for occurrence in far if occurrence.key == key), None)


def _worlds(
    session: Session, selection: Selection, idents: Collection[str] | None
) -> Iterator[tuple[World, Collection[str]]]:
    if not is_indexed(session):
        world = whole(session)
        yield world, world.series.keys() if idents is None else idents
        return
    names = sorted(store.obligations_of(session, selection) if idents is None else idents)
    for start in range(0, len(names), AT_ONCE):
        some = names[start : start + AT_ONCE]
        yield world_around(session, some), some
