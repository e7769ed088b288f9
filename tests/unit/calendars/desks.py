"""A desk over the samples, kept in memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

from calendars.desk import Desk, Dossier, Question, Upcoming
from calendars.feed import Block, block_of, with_kinds
from calendars.feeddesk import Basis, FeedDesk, Source, Tally
from calendars.feedquery import FeedQuestion, check_feed
from calendars.links import Link
from calendars.turnboard import home_of
from scheduler.errors import EmptyStoreError
from scheduler.explain import Code, Fact
from scheduler.occurrence import Record, Selection, flags_of
from scheduler.plan import Text
from scheduler.preparation import ChainStep, Step
from scheduler.standing import Standing
from scheduler.workdays import DaysOff
from tests.unit.calendars.samples import BASE, CHANGED, DIRECTORY, RECORDS

TODAY = date(2021, 9, 1)
PLANS = ("an-giang-front-2020", "quang-tri-front-2020", "quang-tri-laos-2020")


@dataclass
class Shelf:
    """Records in memory, and how often they were read."""

    records: Sequence[Record] = RECORDS
    revision: int = 7
    last_change: datetime | None = CHANGED
    facts: tuple[Fact, ...] = (Fact(Code.HOST_OPEN, {}),)
    agreements: tuple[Standing, ...] = ()
    reads: list[Selection] = field(default_factory=list)
    tally: Tally = field(default_factory=Tally)
    revoked: set[str] = field(default_factory=set)

    def select(self, selection: Selection) -> list[Record]:
        """What a store would answer."""
        self.reads.append(selection)
        return [record for record in self.records if selection.admits(record.occurrence)]

    def upcoming(self, question: Question) -> list[Upcoming]:
        """Everything of the kinds asked for that is not over."""
        wanted = Selection(first=question.as_of, partners=question.partners, kinds=question.kinds)
        found = [record for record in self.records if wanted.admits(record.occurrence)]
        return [self.seen(record, question.as_of) for record in found]

    def find(self, key: str, as_of: date) -> Dossier | None:
        """The record of this key."""
        for record in self.records:
            if record.occurrence.key == key:
                return Dossier(self.seen(record, as_of), self.facts)
        return None

    def chosen(self, selection: Selection, as_of: date) -> list[Upcoming]:
        """What a store would answer, as seen on a day."""
        return [self.seen(record, as_of) for record in self.select(selection)]

    def lines(self, selection: Selection) -> list[str]:
        """The duties that may give what a selection is about, whatever its days."""
        found = self.select(replace(selection, first=None, last=None))
        return sorted({record.occurrence.obligation for record in found})

    def turns(self, selection: Selection, idents: Sequence[str], as_of: date) -> list[Upcoming]:
        """What a selection admits of some duties, and what is stored of later days."""
        later = replace(selection, last=None)
        return [one for one in self.chosen(later, as_of) if one.record.occurrence.obligation in idents]

    def plans_of(self, homes: Sequence[str]) -> list[str]:
        """The plans of parties."""
        return sorted({record.occurrence.plan for record in self.records if self.home(record) in homes})

    def home(self, record: Record) -> str:
        """The party whose plan names it."""
        return home_of(record.occurrence, DIRECTORY)

    def seen(self, record: Record, as_of: date) -> Upcoming:
        """The record as seen on a day."""
        start = record.occurrence.window.start
        left = None if start is None else max(0, (start - as_of).days)
        return Upcoming(record, flags_of(record.occurrence, as_of, False), left)

    def feeds(self, *links: tuple[Link, str]) -> FeedDesk:
        """The desk that feeds are given; `links` with their names or tokens."""
        public = {key: link for link, key in links if link.slug is not None}
        secret = {key: link for link, key in links if link.slug is None}
        return FeedDesk(
            glance=lambda: self.version,
            look=lambda: self.version,
            public=lambda slug: None if slug in self.revoked else public.get(slug),
            secret=lambda token: None if token in self.revoked else secret.get(token),
            basis=self.basis,
            blocks=self.source,
            records=self.source,
            coming=self.blocks,
            edition="",
            since=datetime(2021, 1, 1, tzinfo=UTC),
            tally=self.tally,
        )

    @property
    def version(self) -> tuple[object, ...]:
        """Another one after every change."""
        return self.revision, id(self.records), self.last_change

    def basis(self, question: FeedQuestion) -> Basis:
        """One scope for all."""
        if self.last_change is None:
            raise EmptyStoreError("the store holds no plan yet")
        check_feed(question, DIRECTORY, PLANS)
        return Basis(str(self.revision), self.last_change)

    def source(self, question: FeedQuestion, known: str) -> Source:
        """What a feed and its twin are made of."""
        basis = self.basis(question)
        if basis.stamp == known:
            return Source(basis, DIRECTORY)
        records = self.select(with_kinds(question.selection))
        return Source(basis, DIRECTORY, self._rendered(records, question), records)

    def blocks(self, question: FeedQuestion) -> list[Block]:
        """What calendars show of the records asked for; each has one step, a week before."""
        return self._rendered(self.select(with_kinds(question.selection)), question)

    def _rendered(self, records: Sequence[Record], question: FeedQuestion) -> list[Block]:
        return [block_of(each, DIRECTORY, question.voice, BASE, self.steps) for each in records]

    def steps(self, record: Record) -> tuple[Step, ...]:
        """Gifts are prepared a week before everything that has a day."""
        start = record.occurrence.window.start
        if start is None:
            return ()
        day = start - timedelta(days=7)
        rule = ChainStep(id="gifts", title=Text("Chuẩn bị quà", en="Prepare the gifts"), days=7)
        return (Step(rule, day, day, record.occurrence.leads, provisional=False),)

    def desk(self, lang: str = "vi", today: date = TODAY) -> Desk:
        """The desk that the routes are given."""
        return Desk(
            revision=lambda: self.revision,
            last_change=lambda: self.last_change,
            directory=lambda: DIRECTORY,
            homes=lambda: sorted({self.home(record) for record in self.records}),
            plans_of=self.plans_of,
            exceeds=lambda selection, most: len(self.select(selection)) > most,
            select=lambda selection, most, skip: self.select(selection)[skip : skip + most],
            look=lambda records, day: [self.seen(record, day) for record in records],
            seen=lambda selection, day, most, skip: self.chosen(selection, day)[skip : skip + most],
            lines=self.lines,
            turns=self.turns,
            upcoming=self.upcoming,
            find=self.find,
            standings=lambda _day, most, skip: self.agreements[skip : skip + most],
            days_off=DaysOff,
            today=lambda: today,
            base_url=BASE,
            lang=lang,
            version="0.1.0",
        )
