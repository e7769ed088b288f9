"""Feeds from the store: kept blocks where they are sound, rendered and kept where they are not."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from importlib.metadata import version

from sqlalchemy.exc import OperationalError
from sqlmodel import Session

from calendars import blocks, links
from calendars.eyes import Voice
from calendars.feed import Block, Subscription, assembled, block_of, no_steps, with_kinds
from calendars.feeddesk import FeedDesk, Tally
from calendars.feedquery import FeedQuestion, widened
from calendars.links import Link
from config.session import Job
from scheduler import history, store
from scheduler.occurrence import Record
from scheduler.preparation import Chains

log = logging.getLogger(__name__)


def feed_desk(job: Job, chains: Chains, tally: Tally) -> FeedDesk:
    """The store as feeds need it; every call looks once, in a session of its own."""
    return FeedDesk(
        blocks=lambda question: feed_blocks(job, question, chains, keep=True),
        records=lambda question: _records(job, question),
        public=lambda slug: _public(job, slug),
        secret=lambda token: _secret(job, token),
        tally=tally,
    )


def feed_bytes(job: Job, question: FeedQuestion, chains: Chains, *, keep: bool = False) -> bytes:
    """The iCalendar bytes of a feed, the same as its address gives. Raises EmptyStoreError."""
    with job.office() as desk:
        directory, last_change = desk.directory(), desk.last_change()
    subscription = Subscription(
        lang=question.lang,
        base_url=job.settings.base_url,
        source=f"{job.settings.base_url}/feeds/all.ics?{question.query}",
        last_change=last_change,
        about=question.about,
        alarms=question.alarms,
    )
    return assembled(feed_blocks(job, question, chains, keep=keep), directory, subscription)


def feed_blocks(job: Job, question: FeedQuestion, chains: Chains, *, keep: bool) -> Sequence[Block]:
    """The blocks of a feed. With `keep`, what had to be rendered is kept for the next time, unless it has a fault."""
    voice, base_url = question.voice, job.settings.base_url
    with job.office() as desk:
        directory = desk.directory()
        selection = with_kinds(widened(question.selection, directory))
        steps_of = desk.steps_of(chains) if voice.steps else no_steps
        if desk.beyond(selection):
            return [block_of(record, directory, voice, base_url, steps_of) for record in desk.listed(selection)]
        edition = _edition(desk.session, job, voice, chains)
        kept = blocks.kept(desk.session, selection, voice, edition)
        records = store.found(desk.session, kept.missing).values()
        fresh = [block_of(record, directory, voice, base_url, steps_of) for record in records]
    sound = [block for block in fresh if block.fault is None]
    if keep and sound:
        try:
            with job.database.write() as session:
                blocks.keep(session, sound, voice, edition)
        except OperationalError as error:  # another writer holds the store: the feed is given all the same
            log.warning("rendered events were not kept: %s", error.orig)
    return [*kept.blocks, *fresh]


def note_fetches(job: Job, tally: Tally) -> None:
    """Write down who fetched which link since the last time."""
    counts = tally.drain()
    if counts:
        with job.database.write() as session:
            links.fetched(session, counts, job.now())


def _records(job: Job, question: FeedQuestion) -> Sequence[Record]:
    with job.office() as desk:
        selection = with_kinds(widened(question.selection, desk.directory()))
        if desk.beyond(selection):
            return desk.listed(selection)
        return list(store.shown(desk.session, selection))


def _public(job: Job, slug: str) -> Link | None:
    with job.database.read() as session:
        return links.by_slug(session, slug)


def _secret(job: Job, token: str) -> Link | None:
    with job.database.read() as session:
        return links.by_token(session, token)


def _edition(session: Session, job: Job, voice: Voice, chains: Chains) -> str:
    """What rendered events rest on beside their occurrences: names, addresses, our own words; for steps plans too."""
    kinds = (history.DIRECTORY, history.PLAN, history.HOLIDAYS) if voice.steps else (history.DIRECTORY,)
    texts = (digest for (kind, _), digest in sorted(history.digests(session).items()) if kind in kinds)
    steps = repr(sorted(chains.items())) if voice.steps else ""
    return blocks.edition_of(version("luanphien"), job.settings.base_url, steps, *texts)
