"""Anniversaries: which one it is in a year, and its class by Decree 145/2013, article 3.1."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class AnniversaryClass(StrEnum):
    """Round year (*năm tròn*: ends in 0), fifth year (*năm lẻ 5*: ends in 5), other (*năm khác*)."""

    ROUND = "tron"
    FIFTH = "le-5"
    OTHER = "khac"


@dataclass(frozen=True, slots=True)
class Anniversary:
    """The `ordinal`-th return of an origin day, and its class."""

    ordinal: int
    rank: AnniversaryClass


def rank_of(ordinal: int) -> AnniversaryClass:
    """Class of the `ordinal`-th anniversary (Decree 145/2013, article 3.1)."""
    if ordinal % 10 == 0:
        return AnniversaryClass.ROUND
    if ordinal % 5 == 0:
        return AnniversaryClass.FIFTH
    return AnniversaryClass.OTHER


def anniversary_in(origin: date, year: int) -> Anniversary | None:
    """The anniversary of `origin` that falls in `year`, or None in the year of origin and before."""
    ordinal = year - origin.year
    return Anniversary(ordinal, rank_of(ordinal)) if ordinal > 0 else None


def day_in(origin: date, year: int) -> date:
    """The day of the anniversary in `year`; 29 February is kept on 28 February in a common year."""
    if (origin.month, origin.day) == (2, 29) and not _is_leap(year):
        return date(year, 2, 28)
    return origin.replace(year=year)


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
