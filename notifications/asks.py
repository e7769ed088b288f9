"""What a policy wants said of an occurrence: each step with the day it is counted from, its day, and its audience."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from notifications.audience import Audience, Recipient, audience_of
from notifications.contacts import NOBODY, Roster
from notifications.policy import AFTERWARDS, MONTH, Policy, Purpose, Role, Step
from scheduler import preparation
from scheduler.occurrence import Occurrence, Record, Status
from scheduler.plan import Directory
from scheduler.preparation import Side, Way, side_of
from scheduler.rules import Edge, Unit
from scheduler.window import ONE_DAY

Mover = Callable[[date, int, tuple[str, ...]], date]
"""(day, n, countries) → the working day n working days away (ISO 3166-1 alpha-2); n = 0: the day itself or the nearest.

`scheduler.workdays.DaysOff.subtract_working_days` and `add_working_days` are two."""

_WEEK = 7
"""Days by which the mail of a whole week goes earlier, at the most."""

StepsOf = Callable[[Record], tuple[preparation.Step, ...]]
"""What prepares an occurrence, and what follows it."""


def no_steps(_record: Record) -> tuple[preparation.Step, ...]:
    """Nothing prepares it."""
    return ()


@dataclass(frozen=True, slots=True)
class Almanac:
    """What the day and the readers of a reminder depend on, beside the policy. `before` goes back, `after` forward.

    `chains` is what `steps_of` was made with.
    """

    policy: Policy
    directory: Directory
    before: Mover
    after: Mover
    roster: Roster = NOBODY
    steps_of: StepsOf = no_steps
    chains: preparation.Chains | None = None

    def works(self, day: date, reader: Recipient) -> bool:
        """Whether scheduled mail may reach this reader on `day`."""
        return self.before(day, 0, (reader.country,)) == day and not reader.quiet.covers(day)

    def sends(self, nominal: date, reader: Recipient) -> date:
        """The day a reader has the mail of a step that falls on `nominal`: never later, on a day they work.

        Who wants one mail a week has it on the first day they work in that week.
        """
        day = self._earlier(nominal, reader)
        if not reader.digest:
            return day
        monday = day - timedelta(days=day.weekday())
        return next(
            each for each in (monday + ONE_DAY * n for n in range(7)) if each == day or self.works(each, reader)
        )

    def may_be_due(self, ask: Ask, today: date) -> bool:
        """Whether any reader may have the mail of an ask by `today`; cheap, and never wrong about one who may."""
        if ask.step.way is Way.AFTER:
            return ask.around <= today
        slack = _WEEK + MONTH + self.roster.longest_silence
        return ask.around - timedelta(days=slack + ask.step.lead.days) <= today

    def _earlier(self, day: date, reader: Recipient) -> date:
        while not self.works(day, reader):
            day = self.before(day, 0, (reader.country,)) if not reader.quiet.covers(day) else day - ONE_DAY
        return day


@dataclass(frozen=True, slots=True)
class Ask:
    """One thing to be said of an occurrence. `counted_from` names it; the step's days are counted from `base`.

    `repeat` counts from 1 what is said again and again. `prepares`: the step of the chain it is about.
    """

    step: Step
    counted_from: date
    base: date
    audience: Audience
    repeat: int = 0
    prepares: preparation.Step | None = None

    @property
    def afterwards(self) -> bool:
        """Whether it speaks of something past."""
        return self.step.purpose in AFTERWARDS

    @property
    def line(self) -> tuple[str, str | None]:
        """What the later of two asks for one reader makes the earlier one needless for."""
        purpose = self.step.purpose if self.afterwards or self.step.of else ""
        return purpose, self.step.of

    def falls_on(self, almanac: Almanac, countries: tuple[str, ...]) -> date:
        """The day of the step, working day or not."""
        lead, count = self.step.lead, max(1, self.repeat)
        if self.step.way is Way.AFTER:
            return almanac.after(self.base, lead.days * count, countries)
        if lead.unit is Unit.WORKING:
            return almanac.before(self.base, lead.days, countries)
        return self.base - timedelta(days=lead.days)

    @property
    def around(self) -> date:
        """About the day of the step, whatever the country: the day its readers are looked up for."""
        days = timedelta(days=self.step.lead.days * max(1, self.repeat))
        return self.base + days if self.step.way is Way.AFTER else self.base - days


def asks(record: Record, almanac: Almanac) -> Iterator[Ask]:
    """All that is to be said of an occurrence as it stands: on its way, of its chain, and afterwards; earliest first.

    Of a held one only what its chain asks for after it.
    """
    occurrence = record.occurrence
    for step in almanac.policy.steps_for(occurrence, _side(occurrence, almanac.directory)):
        origin = step.counted_from(occurrence.window)
        if origin is not None:
            yield Ask(step, origin, origin, audience_of(occurrence, step.audience))
    yield from _of_chain(record, almanac)
    for repeat, step in almanac.policy.steps_after(occurrence):
        origin = step.counted_from(occurrence.window)
        if origin is not None:
            yield Ask(step, origin, origin, audience_of(occurrence, step.audience), repeat)


def _of_chain(record: Record, almanac: Almanac) -> Iterator[Ask]:
    """What prepares it is asked for once its days are settled; what follows it, once it was held.

    A step that asks for the days themselves is the policy's own `fix-days`.
    """
    held = record.occurrence.status is Status.HELD
    purpose = Purpose.RECORD if held else Purpose.CHAIN
    for prepared in almanac.steps_of(record):
        rule = prepared.rule
        if prepared.provisional or rule.while_open or (rule.way is Way.AFTER) is not held:
            continue
        whom = Audience({Role.LEAD: prepared.leads}, record.occurrence.owner)
        for lead in almanac.policy.preparation:
            step = Step(purpose, lead, Edge.START, (Role.LEAD,), Way.BEFORE, rule.id)
            yield Ask(step, prepared.day, prepared.day, whom, prepares=prepared)


def _side(occurrence: Occurrence, directory: Directory) -> Side | None:
    """What the side of the plan's owner does."""
    owner = directory.organisations.get(occurrence.owner)
    return side_of(occurrence, owner.party) if owner else None
