"""A whole calendar, however large: kept months are read out as they are, and memory holds one month at most."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from datetime import date
from itertools import groupby
from typing import BinaryIO

from sqlmodel import Session

from calendars import blocks, sheets
from calendars.feed import Block, unbroken, with_kinds
from calendars.feedquery import FeedQuestion
from config.feeds import Ground, ground_of, subscription_of
from config.session import Job
from scheduler.occurrence import Record, Selection
from scheduler.preparation import Chains

Progress = Callable[[int, int], object]
"""Told how many months are done, of how many."""


def write_whole(job: Job, question: FeedQuestion, chains: Chains, out: BinaryIO) -> None:
    """Write all events of a feed, as of one moment, without the bound that served feeds have.

    Nobody who writes to the store waits for a slow reader of `out`: the calendar is read into a file before. What is
    not kept is rendered; `prepare` comes first where that should be kept. Raises EmptyStoreError.
    """
    with tempfile.TemporaryFile() as spool:
        for piece in whole(job, question, chains):
            spool.write(piece)
        spool.seek(0)
        shutil.copyfileobj(spool, out, sheets.PIECE)


def whole(job: Job, question: FeedQuestion, chains: Chains) -> Iterator[bytes]:
    """The pieces of the calendar, as of one moment; the store is read as they are taken, so take them at once."""
    with ground_of(job, question, chains) as ground:
        subscription = subscription_of(job, question, ground.basis.changed)
        yield from unbroken(_pieces(ground), ground.directory, subscription)


def prepare(job: Job, question: FeedQuestion, chains: Chains, progress: Progress | None = None) -> None:
    """Render and keep month by month what is not kept yet, unless somebody else is writing. Raises EmptyStoreError."""
    with ground_of(job, question, chains) as ground:
        if ground.far:
            return
        every = blocks.months(ground.session)
        done = sheets.kept(ground.session, ground.shelf.name) if ground.shelf.sound and _is_plain(ground) else ()
    missing = [month for month in every if month not in done]
    for number, month in enumerate(missing, 1):
        with ground_of(job, question, chains) as ground:
            found = blocks.of_month(ground.session, ground.selection, ground.shelf, ground.renderer(), month)
        if found.fresh or _is_plain(ground):
            with job.database.write_if_free() as session:
                if session is not None:
                    _keep(session, ground, month, found.fresh)
        if progress is not None:
            progress(number, len(missing))


def _keep(session: Session, ground: Ground, month: date, fresh: tuple[Block, ...]) -> None:
    """Keep what was rendered; of a whole calendar the month too, if nothing has changed since it was read."""
    sound = [block for block in fresh if block.fault is None]
    blocks.keep(session, sound, ground.voice, ground.edition)
    if _is_plain(ground):
        shelf = blocks.kept(session, ground.voice, ground.edition)
        now = blocks.of_month(session, ground.selection, shelf, _unseen, month)
        if not now.fresh:
            sheets.keep(session, shelf.name, month, [block.body for block in now.blocks])


def _unseen(record: Record) -> Block:
    """In place of a block that is not kept."""
    return Block(record.occurrence.key, record.sequence, date.max, b"")


def _pieces(ground: Ground) -> Iterator[bytes]:
    """Rendered events in their order, joined into pieces; what is kept of whole months as it stands."""
    if ground.far:
        shown = ground.rendered(ground.desk.in_calendars(ground.selection))
        ordered = sorted((block for block in shown if block.body), key=lambda block: (block.day, block.key))
        yield from sheets.joined(block.body for block in ordered)
        return
    shelf, render = ground.shelf, ground.renderer()
    done = sheets.kept(ground.session, shelf.name) if shelf.sound and _is_plain(ground) else frozenset()
    for are_kept, run in groupby(blocks.months(ground.session), lambda month: month in done):
        if are_kept:
            yield from sheets.read(ground.session, shelf.name, tuple(run))
            continue
        for month in run:
            found = blocks.of_month(ground.session, ground.selection, shelf, render, month)
            yield from sheets.joined(block.body for block in found.blocks)


def _is_plain(ground: Ground) -> bool:
    """Whether nothing is left out of what a calendar shows by default."""
    return ground.selection == with_kinds(Selection())
