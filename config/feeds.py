"""Feeds from the store: kept blocks where they are sound, rendered and kept where they are not."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import version

from sqlmodel import Session

from calendars import blocks, links
from calendars.eyes import Voice
from calendars.feed import Block, Subscription, assembled, block_of, no_steps, shown_in_calendars, with_kinds
from calendars.feeddesk import FeedDesk, Tally
from calendars.feedquery import FeedQuestion, widened
from calendars.links import Link
from config.session import Job
from scheduler import history, store
from scheduler.occurrence import Record
from scheduler.preparation import Chains


def feed_desk(job: Job, chains: Chains, tally: Tally) -> FeedDesk:
    """The store as feeds need it; every call looks once, in a session of its own."""
    return FeedDesk(
        blocks=lambda question: feed_blocks(job, question, chains, keep=True),
        records=lambda question: _records(job, question),
        public=lambda slug: _public(job, slug),
        secret=lambda token: _secret(job, token),
        stamp=lambda: _stamp(job),
        edition=blocks.edition_of(repr(sorted(chains.items()))),
        since=job.now(),
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
            shown = desk.in_calendars(selection)
            return [block_of(record, directory, voice, base_url, steps_of) for record in shown]
        edition = _edition(desk.session, job, voice, chains)
        kept = blocks.kept(desk.session, selection, voice, edition)
        records = store.found(desk.session, kept.missing).values()
        fresh = [block_of(record, directory, voice, base_url, steps_of) for record in records]
    sound = [block for block in fresh if block.fault is None]
    if keep and sound:
        with job.database.write_if_free() as session:
            if session is not None:
                blocks.keep(session, sound, voice, edition)
    return [*kept.blocks, *fresh]


def note_fetches(job: Job, tally: Tally) -> None:
    """Write down who fetched which link since the last time."""
    counts = tally.drain()
    if not counts:
        return
    try:
        with job.database.write() as session:
            links.fetched(session, counts, job.now())
    except BaseException:
        tally.put_back(counts)
        raise


def _stamp(job: Job) -> str:
    with job.database.read() as session:
        return history.stamp(session)


def _records(job: Job, question: FeedQuestion) -> Sequence[Record]:
    with job.office() as desk:
        selection = with_kinds(widened(question.selection, desk.directory()))
        return [record for record in desk.in_calendars(selection) if shown_in_calendars(record.occurrence)]


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
