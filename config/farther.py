"""What lies after the stored years: expanded from the texts in the store, some obligations at a time."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Iterator
from datetime import date, datetime
from heapq import merge

from sqlmodel import Session

from config.drawer import Drawer, KeptFile
from config.excerpt import is_indexed, whole, world_around
from config.world import World
from scheduler import history, store
from scheduler.errors import TooManyError
from scheduler.occurrence import Occurrence, Record, Selection, content_of, from_content
from scheduler.portions import portions

AT_ONCE = 200
"""Obligations that are expanded together."""

HELD = 2_000
"""Records that are put in order in memory together."""

PAGE = 20
"""Records of an ordered run that are read back together."""

MOST_DUTIES = 1_000
"""Duties that are worked out beyond the stored years for a page or a feed: some seconds of work."""


def check_reach(session: Session, selection: Selection) -> None:
    """Raise TooManyError where a selection of days after the stored years may be about too many duties."""
    check_count(session, len(store.obligations_of(session, selection)))


def check_count(session: Session, count: int) -> None:
    """Raise TooManyError where there are more duties than are worked out at once."""
    if count > MOST_DUTIES:
        raise TooManyError(count, MOST_DUTIES, history.horizon(session) or date.min)


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


def in_order(records: Iterable[Record]) -> Iterator[Record]:
    """Records of one moment, none of which is stored, by first day (open ones last), last day and key.

    They are all read at once; most wait on disk until they are taken.
    """
    drawer = Drawer()
    runs: list[Iterable[Record]] = []
    for some in portions(records, HELD):
        run = sorted(some, key=by_day)
        if len(run) < HELD:  # the last of them
            runs.append(run)
            continue
        pages = [
            drawer.keep("", "\n".join(store.canonical(content_of(each.occurrence)) for each in part))
            for part in portions(run, PAGE)
        ]
        runs.append(_unfolded(pages, run[0].changed_at))
    return merge(*runs, key=by_day)


def by_day(record: Record) -> tuple[bool, date, bool, date, str]:
    """The order of a list: by first day (open ones last), last day and key."""
    window = record.occurrence.window
    start, last = window.start, window.last
    return start is None, start or date.min, last is None, last or date.max, record.occurrence.key


def _unfolded(pages: Iterable[KeptFile], at: datetime) -> Iterator[Record]:
    for page in pages:
        for line in page.text.split("\n"):
            yield Record(from_content(json.loads(line)), 0, at)


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
    for some in portions(names, AT_ONCE):
        yield world_around(session, some), some
