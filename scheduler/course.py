"""What decisions do to one line of turns: who enters and leaves, what waits, trades or is named, in order."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Move:
    """A party enters (`after` None: at the end) or leaves a line of turns from the nominal year `cycle` on."""

    cycle: int
    party: str
    leaves: bool
    after: str | None = None


@dataclass(frozen=True, slots=True)
class Wait:
    """The cycle of a year is not carried out; its host takes the next one and all later ones shift."""

    year: int


@dataclass(frozen=True, slots=True)
class Trade:
    """The cycles of two years trade hosts."""

    one: int
    other: int


@dataclass(frozen=True, slots=True)
class Naming:
    """The host of one year, as the text or a decision names it."""

    year: int
    host: str


Step = Wait | Trade | Naming


@dataclass(frozen=True, slots=True)
class Course:
    """What text and decisions come to on one line of turns.

    `moves` by cycle; `steps` in the order they were decided, what the text names first; `held`: years recorded as held
    with their hosts, which no step changes.
    """

    moves: tuple[Move, ...] = ()
    steps: tuple[Step, ...] = ()
    held: tuple[tuple[int, str], ...] = ()

    @property
    def waits(self) -> frozenset[int]:
        """Years whose turn waits."""
        return frozenset(step.year for step in self.steps if isinstance(step, Wait))


PLAIN = Course()
