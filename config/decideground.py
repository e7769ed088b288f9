"""What a decision on one occurrence stands on: who takes part, its line of turns, what stands beside it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from calendars.desk import Upcoming
from config.decide import joined_with, line_of
from config.excerpt import world_around
from config.likely import nearest_in
from config.office import Office
from config.remit import covers
from scheduler import store
from scheduler.amendment import Verb
from scheduler.attending import Bodies
from scheduler.diary import NOT_TO_COME
from scheduler.docket import Line
from scheduler.errors import UnknownKeyError
from scheduler.filling import FILLABLE
from scheduler.judging import CLOSED
from scheduler.occurrence import Occurrence, Record, Selection
from scheduler.offering import MET, offered
from scheduler.plan import MEETINGS, Directory, Gap
from scheduler.rotation import turns
from scheduler.window import Window
from scheduler.workdays import COUNTRIES, DaysOff, OffReason

MOST_BESIDE = 200
"""Occurrences around some days that are read."""

MOST_DAYS = 31
"""Days of a decision that are looked at for days off."""


@dataclass(frozen=True)
class Ground:
    """One occurrence and what stands around it, in one look at the store."""

    desk: Office
    record: Record
    remit: Bodies

    @classmethod
    def of(cls, desk: Office, key: str, remit: Bodies) -> Ground:
        """The ground of the occurrence of this key, for whoever has this remit. Raises UnknownKeyError."""
        record = store.find(desk.session, key)
        if record is None:
            raise UnknownKeyError(key, nearest_in(desk.session, key))
        return cls(desk, record, remit)

    @property
    def one(self) -> Occurrence:
        """The occurrence."""
        return self.record.occurrence

    @property
    def today(self) -> date:
        """The day one looks from."""
        return self.desk.today

    @cached_property
    def directory(self) -> Directory:
        """Who is who."""
        return self.desk.directory()

    @cached_property
    def off(self) -> DaysOff:
        """Days off."""
        return self.desk.days_off()

    @cached_property
    def line(self) -> Line | None:
        """Its line of turns; None where there is none, or its turns are not set."""
        line = line_of(self.desk.session, self.one)
        return line if line is not None and line.leg.order and line.leg.first_year is not None else None

    @cached_property
    def members(self) -> tuple[str, ...]:
        """Who takes turns in its cycle."""
        line, cycle = self.line, self.one.cycle
        if line is None or not (cycle.isascii() and cycle.isdecimal()):
            return ()
        year = int(cycle)
        return next((turn.members for turn in turns(line.leg, line.rule.every, year, year, line.course)), ())

    @cached_property
    def sides(self) -> tuple[str, ...]:
        """Who takes part, those at home first."""
        owner = self.directory.organisations.get(self.one.owner)
        home = (owner.party,) if owner else ()
        return tuple(dict.fromkeys((*home, *self.one.partners, *self.members)))

    @cached_property
    def countries(self) -> tuple[str, ...]:
        """Whose days off count."""
        return tuple(country for country in self.directory.countries(self.sides) if country in COUNTRIES)

    @property
    def verbs(self) -> tuple[Verb, ...]:
        """What may be decided."""
        mates = bool(self.mates) and self.one.host is not None and bool(self.members)
        return offered(self.one, self.today, members=len(self.members), mates=mates)

    @cached_property
    def gaps(self) -> tuple[Gap, ...]:
        """What the text in force leaves open, and a decision can fill."""
        ident = self.one.obligation
        series = world_around(self.desk.session, (ident,)).filled(ident)
        open_ = series[-1].obligation.to_set if series else ()
        return tuple(gap for gap in self.one.to_set if gap in open_ and gap in FILLABLE)

    @cached_property
    def mates(self) -> tuple[Occurrence, ...]:
        """Other turns of its line that are theirs and can trade hosts with it, which another hosts, by cycle."""
        stored = store.stored(self.desk.session, (self.one.obligation,)).get(self.one.obligation, {})
        line = (one for one in stored.values() if one.leg == self.one.leg and one.key != self.one.key)
        open_ = (one for one in line if one.host is not None and one.status not in CLOSED and covers(self.remit, one))
        return tuple(sorted((one for one in open_ if one.host != self.one.host), key=lambda one: one.cycle))

    @cached_property
    def companions(self) -> tuple[Occurrence, ...]:
        """Other meetings that may be one with it: those that are, then those of theirs and its plan, in its days.

        What is of the same cycle stands first.
        """
        window = self.one.window
        if self.one.kind not in MEETINGS:
            return ()
        asked = Selection(window.start, window.last, kinds=MEETINGS, plans=(self.one.plan,))
        found = {
            record.occurrence.key: record.occurrence
            for record in store.chosen(self.desk.session, asked, most=MOST_BESIDE)
            if covers(self.remit, record.occurrence)
        }
        open_ = [one for one in found.values() if one.key != self.one.key and not one.over and one.joint is None]
        own = {one.key for one in self.joined}
        others = sorted(open_, key=lambda one: (one.cycle != self.one.cycle, one.key))
        return (*self.joined, *(one for one in others if one.key not in own))

    @cached_property
    def joined(self) -> tuple[Occurrence, ...]:
        """The meetings that are one with it by now, whose event it carries, by key."""
        return joined_with(self.desk.session, self.one)

    def around(self, first: date, last: date) -> tuple[Upcoming, ...]:
        """What takes place in these days with the same partners, or under the same plan; itself too."""
        asked = [Selection(first, last, kinds=MET, plans=(self.one.plan,))]
        if self.one.partners:
            asked.append(Selection(first, last, kinds=MET, partners=self.one.partners))
        found = {
            record.occurrence.key: record
            for each in asked
            for record in store.chosen(self.desk.session, each, most=MOST_BESIDE)
        }
        kept = (record for record in found.values() if record.occurrence.joint is None)
        return tuple(self.desk.seen(record, self.today, self.directory, self.off) for record in kept)

    def resting(self, days: Window) -> Iterator[tuple[date, OffReason]]:
        """The days off among these days, on any side."""
        if days.start is None or days.last is None:
            return
        for number in range(min((days.last - days.start).days + 1, MOST_DAYS)):
            day = days.start + timedelta(days=number)
            for reason in self.off.is_off(day, self.countries):
                yield day, reason

    def clashing(self, days: Window) -> Iterator[Occurrence]:
        """What stands on any of these days already, and can be told to a day."""
        if days.start is None or days.last is None:
            return
        for upcoming in self.around(days.start, days.last):
            other = upcoming.record.occurrence
            if other.key != self.one.key and other.window.fixed and other.status not in NOT_TO_COME:
                yield other
