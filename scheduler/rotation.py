"""Whose turn it is: the pure ledger of one line of turns, by arithmetic and by what people decided."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import cycle, repeat

from scheduler.amendment import PLAIN, Course, Move
from scheduler.quick import maker
from scheduler.rules import Leg


@dataclass(frozen=True, slots=True)
class Turn:
    """One cycle of a line of turns.

    `index`: turns after the first, from 0, not counting cycles whose turn waited. `host` None: not known. `members`:
    the parties that take turns in this cycle, in order; `position` is the place in them whose turn it is. `overlaid`:
    somebody named the host, or two cycles traded, so `host` need not be the one at `position`.
    """

    year: int
    index: int
    host: str | None
    members: tuple[str, ...] = ()
    position: int = 0
    overlaid: bool = False


_turn = maker(Turn)


def turns(leg: Leg, every: int, first: int, last: int, course: Course = PLAIN) -> Iterator[Turn]:
    """The turns of a leg with nominal years in `first`..`last`, in order; none before the leg's first year.

    Without decisions year = first_year + every·index and host = order[index mod number of hosts]. From the first
    decision on the ledger is walked: a turn that waits is taken in the next cycle and all later ones shift; a party
    that joins stands at the end, or after the one named, and is next when that one has just had its turn; one that
    leaves is passed over; named and traded hosts touch only their own cycles. A leg whose first year is not known has
    no turns.
    """
    if leg.first_year is None:
        return
    if course is PLAIN:
        yield from _arithmetic(leg.order, leg.first_year, every, _years(leg.first_year, every, first, last))
        return
    overlays = _overlays(leg, every, course)
    for turn in _plain(leg, every, first, last, course):
        if turn.year in overlays:
            yield Turn(turn.year, turn.index, overlays[turn.year], turn.members, turn.position, overlaid=True)
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
    for year in years:
        position = index % count
        yield _turn(year, index, hosts[position], order, position)
        index += 1


def _plain(leg: Leg, every: int, first: int, last: int, course: Course) -> Iterator[Turn]:
    """Turns before anybody named or traded a host."""
    base = leg.first_year or 0
    walked_from = course.first
    start = first if walked_from is None else min(first, walked_from)
    cycle = max(0, -(-(start - base) // every))
    ledger = _Ledger(leg.order, cycle % len(leg.order) if leg.order else 0, cycle)
    while (year := base + every * cycle) <= last:
        for move in course.moves:
            if year - every < move.cycle <= year or (cycle == 0 and move.cycle <= year):
                ledger = ledger.moved(move)
        if year >= first:
            yield Turn(year, ledger.index, ledger.host, ledger.members, ledger.position)
        if year not in course.waits:
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
        if move.leaves == (move.party not in self.members):
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


def _overlays(leg: Leg, every: int, course: Course) -> dict[int, str | None]:
    """Hosts named or traded, by year, in the order they were decided."""
    found: dict[int, str | None] = {}

    def host_in(year: int) -> str | None:
        if year in found:
            return found[year]
        return next((turn.host for turn in _plain(leg, every, year, year, course)), None)

    for overlay in course.overlays:
        year, other = overlay
        if isinstance(other, int):
            found[year], found[other] = host_in(other), host_in(year)
        else:
            found[year] = other
    return found
