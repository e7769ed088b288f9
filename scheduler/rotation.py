"""Whose turn it is: the pure arithmetic of one line of turns."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from scheduler.rules import Leg


@dataclass(frozen=True, slots=True)
class Turn:
    """One cycle of a leg: nominal year, turns after the first (`index`, from 0), and who hosts (None: not known)."""

    year: int
    index: int
    host: str | None


def turns(leg: Leg, every: int, first: int, last: int) -> Iterator[Turn]:
    """The turns of a leg with nominal years in `first`..`last`, in order; none before the leg's first year.

    Year = first_year + every·index; host = order[index mod number of hosts]. A leg whose first year is not known has
    no turns.
    """
    if leg.first_year is None:
        return
    index = max(0, -(-(first - leg.first_year) // every))
    while (year := leg.first_year + every * index) <= last:
        yield Turn(year, index, leg.order[index % len(leg.order)] if leg.order else None)
        index += 1
