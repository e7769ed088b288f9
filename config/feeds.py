"""Feeds from the store: kept blocks where they are sound, rendered and kept where they are not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from importlib.metadata import version

from sqlalchemy import func, select
from sqlmodel import Session, col

from calendars import blocks, links, scopes
from calendars.eyes import Voice
from calendars.feed import (
    MOST_BYTES,
    Block,
    Subscription,
    assembled,
    block_of,
    no_steps,
    shown_in_calendars,
    with_kinds,
)
from calendars.feeddesk import Basis, FeedDesk, Source, Tally
from calendars.feedquery import FeedQuestion, check_feed, widened
from calendars.links import Link
from config.excerpt import people_of
from config.farther import check_reach
from config.office import Office
from config.session import Job
from config.watch import Watch
from scheduler import history, store
from scheduler.errors import EmptyStoreError
from scheduler.occurrence import Record, Selection
from scheduler.plan import Directory
from scheduler.preparation import Chains
from scheduler.tables import JournalRow

MOST_RECORDS = 5000
"""Occurrences in the JSON twin of a feed, the newest; about what a feed of 1 MB holds, several times over."""


def feed_desk(job: Job, chains: Chains, tally: Tally, watch: Watch) -> FeedDesk:
    """The store as feeds need it; every call looks once, in a session of its own."""
    return FeedDesk(
        glance=watch.glance,
        look=watch.look,
        public=lambda slug: _public(job, slug),
        secret=lambda token: _secret(job, token),
        basis=lambda question: _basis(job, question, chains),
        blocks=lambda question, known: served(job, question, chains, known, keep=True),
        records=lambda question, known: _records(job, question, chains, known),
        coming=lambda question: _coming(job, question, chains),
        edition=blocks.edition_of(repr(sorted(chains.items()))),
        since=job.now(),
        tally=tally,
    )


def feed_bytes(job: Job, question: FeedQuestion, chains: Chains, *, keep: bool = False) -> bytes:
    """The iCalendar bytes of a feed, the same as its address gives. Raises EmptyStoreError."""
    source = served(job, question, chains, keep=keep)
    return assembled(source.blocks, source.directory, subscription_of(job, question, source.basis.changed))


def subscription_of(job: Job, question: FeedQuestion, changed: datetime) -> Subscription:
    """What a feed is that is asked for by its filters."""
    return Subscription(
        lang=question.lang,
        base_url=job.settings.base_url,
        source=f"{job.settings.base_url}/feeds/all.ics?{question.query}",
        last_change=changed,
        about=question.about,
        alarms=question.alarms,
    )


@dataclass(frozen=True, slots=True)
class Ground:
    """One look at the store for one question: what is asked for, how it is said, and what it all rests on.

    `far`: days are asked for that no rows are kept for.
    """

    desk: Office
    voice: Voice
    selection: Selection
    directory: Directory
    edition: str
    basis: Basis
    far: bool
    base_url: str
    chains: Chains

    @property
    def session(self) -> Session:
        """The session of the look."""
        return self.desk.session

    @property
    def shelf(self) -> blocks.Kept:
        """The blocks that are kept."""
        return blocks.kept(self.session, self.voice, self.edition)

    def renderer(self) -> blocks.Render:
        """How an occurrence becomes a block."""
        steps_of = self.desk.steps_of(self.chains) if self.voice.steps else no_steps
        return lambda record: block_of(record, self.directory, self.voice, self.base_url, steps_of)

    def rendered(self, records: Iterable[Record]) -> tuple[Block, ...]:
        """The blocks of records."""
        render = self.renderer()
        return tuple(render(record) for record in records)


@contextmanager
def ground_of(job: Job, question: FeedQuestion, chains: Chains, *, checked: bool = False) -> Iterator[Ground]:
    """Look at the store for a question. Raises EmptyStoreError; `checked`: RefusalError too, for what nobody knows."""
    voice, base_url = question.voice, job.settings.base_url
    with job.office() as desk:
        session = desk.session
        if not desk.revision:
            raise EmptyStoreError("the store holds no plan yet")
        directory = desk.directory()
        if checked:
            check_feed(question, directory, desk.plan_ids() if question.selection.plans else ())
        selection = with_kinds(widened(question.selection, directory))
        far = (selection.first or selection.last) is not None and desk.beyond(selection)
        if far:
            check_reach(session, selection)
        edition, changed = _edition(session, base_url, voice, chains)
        scope = scopes.basis(session, selection)
        stamp = history.stamp(session) if far else scope.stamp
        last = desk.last_change() if far else scope.at or history.first_change(session)
        last = max(at for at in (last, changed) if at is not None)
        basis = Basis(f"{stamp}#{edition}", last)
        yield Ground(desk, voice, selection, directory, edition, basis, far, base_url, chains)


def served(job: Job, question: FeedQuestion, chains: Chains, known: str = "", *, keep: bool) -> Source:
    """What a served feed is made of: its newest blocks, somewhat more than fit; none where its stamp is `known`.

    With `keep`, what had to be rendered is kept for the next time, unless it has a fault.
    """
    with ground_of(job, question, chains, checked=keep) as ground:
        if ground.basis.stamp == known:
            return Source(ground.basis, ground.directory)
        if ground.far:
            shown = ground.rendered(_newest(ground.desk.in_calendars(ground.selection)))
            return Source(ground.basis, ground.directory, blocks=shown)
        found = blocks.newest(ground.session, ground.selection, ground.shelf, ground.renderer(), MOST_BYTES)
    if keep:
        keep_blocks(job, found.fresh, question.voice, ground.edition)
    return Source(ground.basis, ground.directory, blocks=found.blocks)


def keep_blocks(job: Job, fresh: Sequence[Block], voice: Voice, edition: str) -> None:
    """Keep what was rendered, unless somebody else is writing."""
    sound = [block for block in fresh if block.fault is None]
    if sound:
        with job.database.write_if_free() as session:
            if session is not None:
                blocks.keep(session, sound, voice, edition)


def note_fetches(job: Job, tally: Tally) -> None:
    """Write down who fetched which link since the last time."""
    counts = tally.drain()
    if not counts:
        return
    try:
        with job.database.write(even_handed_over=True) as session:  # a count more or less
            links.fetched(session, counts, job.now())
    except BaseException:
        tally.put_back(counts)
        raise


def _basis(job: Job, question: FeedQuestion, chains: Chains) -> Basis:
    with ground_of(job, question, chains, checked=True) as ground:
        return ground.basis


def _records(job: Job, question: FeedQuestion, chains: Chains, known: str) -> Source:
    with ground_of(job, question, chains, checked=True) as ground:
        if ground.basis.stamp == known:
            return Source(ground.basis, ground.directory)
        if ground.far:
            every = ground.desk.in_calendars(ground.selection)
            found = sorted(_newest(every), key=_by_day)
            complete = len(found) == len(every)
        else:
            newest = blocks.newest_keys(ground.session, ground.selection, MOST_RECORDS + 1)
            found = sorted(store.found(ground.session, newest[:MOST_RECORDS]).values(), key=_by_day)
            complete = len(newest) <= MOST_RECORDS
        shown = tuple(record for record in found if shown_in_calendars(record.occurrence))
        return Source(ground.basis, ground.directory, records=shown, complete=complete)


def _newest(records: Sequence[Record]) -> Sequence[Record]:
    """The `MOST_RECORDS` with the last days; several times as many as a feed of 1 MB holds."""
    if len(records) <= MOST_RECORDS:
        return records
    return sorted(records, key=_by_last_day)[-MOST_RECORDS:]


def _by_last_day(record: Record) -> tuple[date, str]:
    return record.occurrence.window.last or date.min, record.occurrence.key


def _by_day(record: Record) -> tuple[bool, date, date, str]:
    window = record.occurrence.window
    return window.start is None, window.start or date.min, window.last or date.max, record.occurrence.key


def _coming(job: Job, question: FeedQuestion, chains: Chains) -> Sequence[Block]:
    with ground_of(job, question, chains) as ground:
        if ground.far:
            return ground.rendered(ground.desk.in_calendars(ground.selection))
        found = blocks.coming(ground.session, ground.selection, ground.shelf, ground.renderer(), job.today())
    keep_blocks(job, found.fresh, question.voice, ground.edition)
    return found.blocks


def _public(job: Job, slug: str) -> Link | None:
    with job.database.read() as session:
        return links.by_slug(session, slug)


def _secret(job: Job, token: str) -> Link | None:
    with job.database.read() as session:
        return links.by_token(session, token)


@lru_cache(maxsize=1)
def _version() -> str:
    return version("luanphien")


def _edition(session: Session, base_url: str, voice: Voice, chains: Chains) -> tuple[str, datetime | None]:
    """What rendered events rest on beside their occurrences, and when its texts last changed.

    Names, addresses and our own words; for steps plans, holidays and chains too.
    """
    kinds = (history.DIRECTORY, history.PLAN, history.HOLIDAYS) if voice.steps else (history.DIRECTORY,)
    rules = sorted(history.digests(session, *kinds[1:]).items()) if voice.steps else ()
    texts = (*people_of(session).key, *(digest for _, digest in rules))
    steps = repr(sorted(chains.items())) if voice.steps else ""
    newest = select(func.max(col(JournalRow.id))).where(col(JournalRow.kind).in_(kinds)).scalar_subquery()
    last = select(col(JournalRow.at)).where(col(JournalRow.id) == newest)
    changed = session.connection().execute(last).scalar_one_or_none()
    return blocks.edition_of(_version(), base_url, steps, *texts), changed
