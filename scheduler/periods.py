"""Periods of reports (*kỳ báo cáo*): what each one covers, and when it is due (Decree 09/2019/ND-CP).

Data closes on the 14th of a period's last month, and the next period's begins on the 15th, so that every day is in one
period of a kind. Nine months is no period of the decree.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from scheduler.rules import PeriodUnit
from scheduler.window import Precision, Window

OPENS, CLOSES = 15, 14
"""Day of the month before a period, and of its last month, on which its data begins and ends."""

_MONTHS = {PeriodUnit.MONTH: 1, PeriodUnit.QUARTER: 3, PeriodUnit.HALF: 6, PeriodUnit.YEAR: 12}


@dataclass(frozen=True, slots=True)
class Period:
    """The `number`-th month, quarter or half, from 1, of a year; or the year itself, number 1."""

    unit: PeriodUnit
    year: int
    number: int

    @property
    def cycle(self) -> str:
        """Its name in keys: `2021-07`, `2021-q3`, `2021-h1`, `2021`."""
        match self.unit:
            case PeriodUnit.MONTH:
                return f"{self.year}-{self.number:02}"
            case PeriodUnit.YEAR:
                return str(self.year)
            case _:
                return f"{self.year}-{self.unit[0]}{self.number}"

    @property
    def span(self) -> Window:
        """The calendar's own month, quarter, half or year."""
        opening = date(self.year, self._last_month - _MONTHS[self.unit] + 1, 1)
        return Window.of(opening, self.due(31), Precision(self.unit.value))

    @property
    def data(self) -> Window:
        """The days its figures cover: from the 15th of the month before to the 14th of its last month."""
        before = self._last_month - _MONTHS[self.unit]
        opening = date(self.year, before, OPENS) if before else date(self.year - 1, 12, OPENS)
        return Window.of(opening, date(self.year, self._last_month, CLOSES), Precision.DAYS)

    def due(self, day: int) -> date:
        """Day `day` of its last month, or the last day of a shorter month. A stated day: it never moves."""
        longest = calendar.monthrange(self.year, self._last_month)[1]
        return date(self.year, self._last_month, min(day, longest))

    @property
    def _last_month(self) -> int:
        return self.number * _MONTHS[self.unit]


def periods_of(unit: PeriodUnit, first: int, last: int) -> Iterator[Period]:
    """The periods of the years `first`..`last`, in order."""
    for year in range(first, last + 1):
        for number in range(1, 12 // _MONTHS[unit] + 1):
            yield Period(unit, year, number)


def period_named(unit: PeriodUnit, cycle: str) -> Period | None:
    """The period of a kind that is called `cycle`, or None."""
    year = int(cycle[:4]) if cycle[:4].isdecimal() else 0
    return next((period for period in periods_of(unit, year, year) if period.cycle == cycle), None)
