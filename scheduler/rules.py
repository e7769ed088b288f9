"""The closed set of rules an obligation can follow. Values only; `expand` says what each one gives."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

DUE_DAY = 25
"""Day of a period's last month by which a province reports to the Government (Decree 09/2019/ND-CP)."""


class Edge(StrEnum):
    """Which end of another occurrence's window a relative duty is counted from."""

    START = "start"
    END = "end"


class Unit(StrEnum):
    """How the days of a relative duty are counted (Civil Code, article 147: the first day is not counted)."""

    CALENDAR = "calendar"
    WORKING = "working"


class PeriodUnit(StrEnum):
    """How long a report looks back (*kỳ báo cáo*: Decree 09/2019/ND-CP; nine months is no period of it)."""

    MONTH = "month"
    QUARTER = "quarter"
    HALF = "half"
    YEAR = "year"


class TurnMode(StrEnum):
    """What a plain cancellation does to later hosts.

    `CALENDAR`: nothing. `TURN`: the cancelled host takes the next cycle and all later ones shift.
    """

    CALENDAR = "calendar"
    TURN = "turn"


@dataclass(frozen=True, slots=True)
class Leg:
    """One line of turns. `partner` names the leg in keys, None when an obligation has only one.

    `order` lists the hosts (*bên chủ trì*), the host of `first_year` first. `first_year` None or `order` empty:
    the text leaves it open.
    """

    partner: str | None
    first_year: int | None
    order: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rotation:
    """Every `every` years, hosts by turns (*luân phiên chủ trì*).

    `within` are date words inside the year, None for the whole year.
    """

    every: int
    legs: tuple[Leg, ...]
    by: TurnMode = TurnMode.CALENDAR
    within: str | None = None


@dataclass(frozen=True, slots=True)
class Yearly:
    """Every `every` years from `first_year`, inside the date words `within`.

    `first_year` None: the first year of the plan's period. `within` None: the whole year.
    """

    every: int = 1
    first_year: int | None = None
    within: str | None = None


@dataclass(frozen=True, slots=True)
class AnniversaryOf:
    """Every year on the day of `origin`, or inside the date words `within` where the plan gives them."""

    origin: date
    within: str | None = None


@dataclass(frozen=True, slots=True)
class Once:
    """One window, in date words or ISO days.

    `start` is given where the words state only the end; `marks` is the origin of the day an event celebrates.
    """

    when: str
    start: date | None = None
    marks: date | None = None


@dataclass(frozen=True, slots=True)
class WholePeriod:
    """One duty over the plan's period, or over the date words `when`."""

    when: str | None = None


@dataclass(frozen=True, slots=True)
class Relative:
    """A duty for each occurrence of the obligations `to`, or for the one occurrence whose key stands there.

    With `same`, the anchor's own window. Else one day. Counted back: with edge start, the last day before the window
    opens, less `days`; with edge end, the last day itself, less `days`. A day off moves it earlier, never later; only
    the anchor's own last day (edge end, 0 days) stays where it is.

    With `after`, counted forward, and `before` is not looked at: the `days`-th day after the first (start) or the last
    day (end) of the window, which is itself not counted; a term that ends on a day off runs to the next working day
    (Civil Code, articles 147 and 148.5).
    """

    to: tuple[str, ...]
    before: Edge = Edge.START
    days: int = 0
    unit: Unit = Unit.CALENDAR
    same: bool = False
    after: Edge | None = None


@dataclass(frozen=True, slots=True)
class Renewal:
    """The day by which each term of an agreement asks for notice of its renewal or ending."""

    agreement: str


@dataclass(frozen=True, slots=True)
class Ongoing:
    """Tracked, never in a calendar. `when` None: the plan's period."""

    when: str | None = None


@dataclass(frozen=True, slots=True)
class Recurrence:
    """A raw recurrence rule (RFC 5545 3.3.10) from `first`; nothing below daily."""

    rrule: str
    first: date


@dataclass(frozen=True, slots=True)
class Periodic:
    """A report for every month, quarter, half year or year (Decree 09/2019/ND-CP).

    It is due on day `due_day` of the period's last month, or on the last day of a shorter month. `first_year` None: the
    first year of the plan's period.
    """

    unit: PeriodUnit
    due_day: int = DUE_DAY
    first_year: int | None = None


@dataclass(frozen=True, slots=True)
class Unset:
    """The text gives no year, cycle or day: one row over the plan's period until an officer sets it."""


Rule = (
    Rotation
    | Yearly
    | AnniversaryOf
    | Once
    | WholePeriod
    | Relative
    | Renewal
    | Ongoing
    | Recurrence
    | Periodic
    | Unset
)
