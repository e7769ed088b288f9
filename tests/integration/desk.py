"""A store with the packaged plans, and a hand that decides on it, for tests."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from config.database import Database
from config.decide import Ruling, decide
from config.files import directory_files, holiday_file, plan_files
from config.office import Office, office
from config.session import Job
from config.settings import Settings
from config.settle import Given, sync
from scheduler import history
from scheduler.amendment import Amendment, Decision, Verb, days_of
from scheduler.occurrence import Occurrence
from tests.integration.rows import fingerprints


class Still(Job):
    """A run whose clock stands where the test put it, on the test's own database."""

    def __init__(self, database: Database, now: datetime) -> None:
        super().__init__(Settings(_env_file=None), timedelta(0))
        self.__dict__["database"] = database
        self.__dict__["moment"] = now

    def now(self) -> datetime:
        moment: datetime = self.__dict__["moment"]
        return moment


@dataclass
class Hand:
    """Decides on a store; every decision a minute after the one before."""

    database: Database
    now: datetime = field(default=datetime(2026, 11, 22, 2, 0, tzinfo=UTC))

    @classmethod
    def with_plans(cls, database: Database, *paths: str) -> Hand:
        hand = cls(database)
        given = Given(plan_files(paths).files, directory_files(None).files, holiday_file())
        settled = sync(database, given, hand.now, hand.now.date())
        assert settled.problems == ()
        return hand

    def decide(self, verb: Verb, *names: str, apply: bool = True, **fields: Any) -> Ruling:
        self.now += timedelta(minutes=1)
        decision = Decision(verb=verb, keys=names, **fields)
        return decide(Still(self.database, self.now), decision, "Lê Thị Lan Hương", "theo công văn", apply=apply)

    def look(self, key: str) -> Occurrence:
        with office(self.database, self.now.date()) as desk:
            return desk.explained(key).record.occurrence

    def hosts(self, line: str, *years: int) -> dict[int, str | None]:
        return {year: self.look(f"{line}.{year}").host for year in years}

    def amendments(self, ident: str) -> tuple[Amendment, ...]:
        with self.database.read() as session:
            return history.decisions(session)[ident]

    def rows(self) -> dict[str, tuple[str, int, datetime]]:
        with self.database.read() as session:
            return fingerprints(session)


def days(first: str, last: str | None = None) -> Any:
    return days_of(date.fromisoformat(first), date.fromisoformat(last or first))


__all__ = ["Hand", "Office", "Still", "days"]
