"""What a phrase is made of, and how a piece is recognised: one row of a table is a pattern and its builder."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from scheduler.expression.festivals import Festival
from scheduler.expression.letters import Letters
from scheduler.expression.reading import CycleUnit, Direction, Pick, Question, TermUnit
from scheduler.window import Precision


@dataclass(frozen=True, slots=True)
class Point:
    """A day whose year the words may leave out; `day` may be LAST_DAY."""

    year: int | None
    month: int
    day: int


@dataclass(frozen=True, slots=True)
class Span:
    """Days from `first` to `last`, both included. `strict` is the one day the Civil Code makes of them.

    `asks` fall away where the Civil Code decides.
    """

    first: Point
    last: Point
    precision: Precision
    strict: Point | None = None
    asks: tuple[Question, ...] = ()
    written: str = ""


class Side(StrEnum):
    """Where days lie as seen from a span: *trước, chậm nhất, từ, sau, đến*, a dash."""

    BEFORE = "before"
    BY_BEFORE = "by-before"
    BY = "by"
    FROM = "from"
    AFTER = "after"
    TO = "to"
    DASH = "dash"


@dataclass(frozen=True, slots=True)
class Bound:
    """A side of the span or occasion that follows."""

    side: Side


@dataclass(frozen=True, slots=True)
class Recurs:
    """Comes again; `unit` None where the words do not say how often."""

    unit: CycleUnit | None
    every: int = 1
    times: int = 1


@dataclass(frozen=True, slots=True)
class Rotates:
    """Hosts alternate."""


@dataclass(frozen=True, slots=True)
class MonthDay:
    """A day of a month not named; 31 is the last."""

    day: int


@dataclass(frozen=True, slots=True)
class Weekday:
    """A day of the week, Monday 0."""

    number: int


@dataclass(frozen=True, slots=True)
class QuarterMonth:
    """A month of every quarter, 1 to 3."""

    number: int


@dataclass(frozen=True, slots=True)
class Picked:
    """A part of what is named."""

    pick: Pick


@dataclass(frozen=True, slots=True)
class Counted:
    """A term; `since` is the day of its event where written."""

    amount: int
    unit: TermUnit
    direction: Direction
    event: str | None
    since: Point | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Feast:
    """An occasion. `side` None: the day itself; `near`: some days up to it.

    `origin` and `day` are the days written; `ordinal` the number of years written; `year` a year written beside.
    """

    words: str
    side: Side | None = None
    near: bool = False
    ordinal: int | None = None
    origin: Point | None = None
    day: Point | None = None
    festival: Festival | None = None
    festivals: tuple[str, ...] = ()
    year: int | None = None


@dataclass(frozen=True, slots=True)
class Condition:
    """Words of a condition, as written."""

    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """What is said of the whole. `frees`: other words may stand after it, up to the next `;`.

    `asks` hold unless some days or a cycle are named.
    """

    tentative: bool = False
    ongoing: bool = False
    frees: bool = False
    asks: tuple[Question, ...] = ()


@dataclass(frozen=True, slots=True)
class Filler:
    """Words that say nothing of time."""


Piece = (
    Span
    | Bound
    | Recurs
    | Rotates
    | MonthDay
    | Weekday
    | QuarterMonth
    | Picked
    | Counted
    | Feast
    | Condition
    | Remark
    | Filler
)

Builder = Callable[[re.Match[str], Letters], tuple[Piece, ...]]
"""Makes pieces of a match in `Letters.plain`; none at all when the words, looked at closely, are something else."""


@dataclass(frozen=True, slots=True)
class Row:
    """A pattern and its builder. `bare`: digits alone may match, which free text does not mean as days."""

    pattern: re.Pattern[str]
    build: Builder
    bare: bool = False


_END = r"(?![0-9a-z])(?! ?/ ?[0-9])"


def row(pattern: str, build: Builder, *, bare: bool = False) -> Row:
    """A row whose pattern must end where a word or a number ends."""
    return Row(re.compile(f"(?:{pattern}){_END}"), build, bare)


def fixed(*pieces: Piece) -> Builder:
    """A builder that always gives the same pieces."""
    return lambda _match, _letters: pieces


def year_tail(group: str = "year") -> str:
    """Pattern of an optional year after a day, month or quarter."""
    return rf"(?:(?: ?[/-] ?|,? (?:trong |cua )?nam )(?P<{group}>[0-9]{{4}}))?"


def number(digits: str | None) -> int | None:
    """A matched number, or None."""
    return None if digits is None else int(digits)
