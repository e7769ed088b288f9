"""Whose turn it is: the pure ledger of one line of turns, by arithmetic and by what people decided."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import cycle, repeat
from typing import assert_never

from scheduler.course import PLAIN, Course, Move, Naming, Step, Trade, Wait
from scheduler.quick import maker
from scheduler.rules import Leg


class Reason(StrEnum):
    """Why somebody hosts a cycle."""

    ORDER = "order"  # the order of turns says so
    WAITED = "waited"  # so it does, shifted since an earlier turn waits
    TRADED = "traded"  # two cycles traded hosts
    NAMED = "named"  # the text or a decision names the host
    HELD = "held"  # it is recorded so
    OPEN = "open"  # nobody knows


@dataclass(frozen=True, slots=True)
class Turn:
    """One cycle of a line of turns.

    `index`: turns after the first, from 0, not counting cycles whose turn waited. `host` None: not known. `members`:
    the parties that take turns in this cycle, in order; `position` is the place in them whose turn it is. `host` need
    not be the one at `position`: `reason` says why.
    """

    year: int
    index: int
    host: str | None
    members: tuple[str, ...] = ()
    position: int = 0
    reason: Reason = Reason.ORDER


_turn = maker(Turn)


def turns(leg: Leg, every: int, first: int, last: int, course: Course = PLAIN) -> Iterator[Turn]:
    """The turns of a leg with nominal years in `first`..`last`, in order; none before the leg's first year.

    Without decisions year = first_year + every·index and host = order[index mod number of hosts]. From the first
    decision on the ledger is walked: a turn that waits is taken in the next cycle and all later ones shift; a party
    that joins stands at the end, or after the one named, and is next when that one has just had its turn; one that
    leaves is passed over, unless that would leave one side alone; named and traded hosts touch only their own cycles,
    and what was held stays as it was recorded. A leg whose first year is not known has no turns.
    """
    if leg.first_year is None:
        return
    if course is PLAIN:
        yield from _arithmetic(leg.order, leg.first_year, every, _years(leg.first_year, every, first, last))
        return
    named, held, waits = _named(course.steps, every), dict(course.held), course.waits
    for turn in _plain(leg, every, first, last, course):
        if turn.year in held:
            yield replace(turn, host=held[turn.year], reason=Reason.HELD)
        elif turn.year in named:
            yield _other(turn, named[turn.year], lambda year: _plain(leg, every, year, year, course))
        elif turn.host is not None and any(year < turn.year for year in waits):
            yield replace(turn, reason=Reason.WAITED)
        else:
            yield turn


def hosts(leg: Leg, every: int, first: int, last: int, course: Course = PLAIN) -> Iterator[tuple[int, str | None]]:
    """Year and host of each of `turns`."""
    if course is not PLAIN or leg.first_year is None:
        return ((turn.year, turn.host) for turn in turns(leg, every, first, last, course))
    years = _years(leg.first_year, every, first, last)
    if not leg.order:
        return zip(years, repeat(None))
    start = (years.start - leg.first_year) // every % len(leg.order)
    return zip(years, cycle(leg.order[start:] + leg.order[:start]))


def _years(base: int, every: int, first: int, last: int) -> range:
    """The years in `first`..`last` that have a turn, counted from `base`."""
    return range(base + every * max(0, -(-(first - base) // every)), last + 1, every)


def _arithmetic(order: tuple[str, ...], base: int, every: int, years: range) -> Iterator[Turn]:
    """Turns where nothing was decided."""
    count = len(order) or 1
    hosts: tuple[str | None, ...] = order or (None,)
    index = (years.start - base) // every
    reason = Reason.ORDER if order else Reason.OPEN
    for year in years:
        position = index % count
        yield _turn(year, index, hosts[position], order, position, reason)
        index += 1


def _plain(leg: Leg, every: int, first: int, last: int, course: Course) -> Iterator[Turn]:
    """Turns before anybody named or traded a host."""
    base = leg.first_year or 0
    waits = course.waits
    start = min([first, *waits, *(move.cycle for move in course.moves)])
    cycle = max(0, -(-(start - base) // every))
    ledger = _Ledger(leg.order, cycle % len(leg.order) if leg.order else 0, cycle)
    while (year := base + every * cycle) <= last:
        for move in course.moves:
            if year - every < move.cycle <= year or (cycle == 0 and move.cycle <= year):
                ledger = ledger.moved(move)
        if year >= first:
            reason = Reason.ORDER if ledger.host is not None else Reason.OPEN
            yield Turn(year, ledger.index, ledger.host, ledger.members, ledger.position, reason)
        if year not in waits:
            ledger = ledger.passed()
        cycle += 1


@dataclass(frozen=True, slots=True)
class _Ledger:
    """Who takes turns, and who is at the place whose turn it is."""

    members: tuple[str, ...]
    position: int
    index: int

    @property
    def host(self) -> str | None:
        return self.members[self.position] if self.members else None

    def passed(self) -> _Ledger:
        position = (self.position + 1) % len(self.members) if self.members else 0
        return _Ledger(self.members, position, self.index + 1)

    def moved(self, move: Move) -> _Ledger:
        if move.leaves == (move.party not in self.members) or (move.leaves and len(self.members) <= 2):
            return self
        if move.leaves:
            place = self.members.index(move.party)
            members = self.members[:place] + self.members[place + 1 :]
            position = self.position - (place < self.position)
            return _Ledger(members, position % len(members) if members else 0, self.index)
        place = self.members.index(move.after) + 1 if move.after in self.members else len(self.members)
        members = (*self.members[:place], move.party, *self.members[place:])
        behind = (self.position - 1) % len(self.members) if self.members else 0
        if move.after is not None and self.index > 0 and place == behind + 1:
            return _Ledger(members, place, self.index)
        return _Ledger(members, self.position + (place < self.position), self.index)


def _named(steps: tuple[Step, ...], every: int) -> dict[int, str | int]:
    """For each year that does not simply follow the walk its host, or the year whose turn of the walk it has.

    The steps are taken in the order they were decided. A wait shifts what was named and traded from its year on, too.
    """
    found: dict[int, str | int] = {}
    for step in steps:
        match step:
            case Trade(one, other):
                found[one], found[other] = found.get(other, other), found.get(one, one)
                found = {year: whose for year, whose in found.items() if whose != year}
            case Naming(year, host):
                found[year] = host
            case Wait(year):
                seen = {at: _shifted(whose, year, every) for at, whose in found.items()}
                found = {at: whose for at, whose in seen.items() if at <= year}
                found |= {at + every: whose for at, whose in seen.items() if at >= year}
            case _:
                assert_never(step)
    return found


def _shifted(whose: str | int, waiting: int, every: int) -> str | int:
    """A reference to a turn of the walk, once the turn of the year `waiting` is taken a cycle later."""
    return whose + every if isinstance(whose, int) and whose > waiting else whose


def _other(turn: Turn, whose: str | int, plain: Callable[[int], Iterator[Turn]]) -> Turn:
    """A turn somebody else has: a named host, or the one whose turn another year is in the walk."""
    if isinstance(whose, str):
        return replace(turn, host=whose, reason=Reason.NAMED)
    host = next((other.host for other in plain(whose)), None)
    return replace(turn, host=host, reason=Reason.TRADED if host is not None else Reason.OPEN)


def misfits(leg: Leg, course: Course) -> tuple[Move, ...]:
    """Moves that cannot be made when their cycle comes, in order.

    Entering a line one is in, or after somebody who is not in it; leaving one that one is not in, or that would be left
    with one host.
    """
    members, found = list(leg.order), []
    for move in course.moves:
        inside = move.party in members
        if move.leaves and inside and len(members) > 2:
            members.remove(move.party)
        elif not move.leaves and not inside and (move.after is None or move.after in members):
            members.append(move.party)
        else:
            found.append(move)
    return tuple(found)
