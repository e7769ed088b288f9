"""A desk over the samples, kept in memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from calendars.desk import Desk, Dossier, Question, Upcoming
from scheduler.explain import Code, Fact
from scheduler.occurrence import Record, Selection, flags_of
from tests.unit.calendars.samples import BASE, CHANGED, DIRECTORY, RECORDS

TODAY = date(2021, 9, 1)


@dataclass
class Shelf:
    """Records in memory, and how often they were read."""

    records: Sequence[Record] = RECORDS
    revision: int = 7
    last_change: datetime | None = CHANGED
    facts: tuple[Fact, ...] = (Fact(Code.HOST_OPEN, {}),)
    reads: list[Selection] = field(default_factory=list)

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

    def seen(self, record: Record, as_of: date) -> Upcoming:
        """The record as seen on a day."""
        start = record.occurrence.window.start
        left = None if start is None else max(0, (start - as_of).days)
        return Upcoming(record, flags_of(record.occurrence, as_of, False), left)

    def desk(self, lang: str = "vi", today: date = TODAY) -> Desk:
        """The desk that the routes are given."""
        return Desk(
            revision=lambda: self.revision,
            last_change=lambda: self.last_change,
            directory=lambda: DIRECTORY,
            plans=lambda: ("an-giang-front-2020", "quang-tri-front-2020", "quang-tri-laos-2020"),
            select=self.select,
            upcoming=self.upcoming,
            find=self.find,
            today=lambda: today,
            base_url=BASE,
            lang=lang,
            version="0.1.0",
        )
