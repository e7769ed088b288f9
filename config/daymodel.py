"""Days and years as the fields of files hold them: written as people do, in years that can be meant."""

from __future__ import annotations

import datetime as dt
import re
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema
from pydantic_core import PydanticCustomError


def day_typed(text: str) -> dt.date | None:
    """A day as date fields send it, or as people write it: 2026-09-05 or 5/9/2026; None: it is none."""
    year_first = re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})", text, re.ASCII)
    day_first = re.fullmatch(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})", text, re.ASCII)
    parts = year_first.groups() if year_first else day_first.groups()[::-1] if day_first else None
    try:
        return dt.date(*map(int, parts)) if parts else None
    except ValueError:
        return None


def span_typed(text: str) -> tuple[dt.date, dt.date] | None:
    """One day, or the first and the last of several, with a stroke between; None: it is neither."""
    for cut in [len(text), *(place for place, letter in enumerate(text) if letter in "/-–")]:
        first, last = day_typed(text[:cut].strip()), day_typed((text[cut + 1 :] or text[:cut]).strip())
        if first is not None and last is not None:
            return first, last
    return None


def _as_written(value: object) -> object:
    """A day is written as people do, never as a number of seconds."""
    if isinstance(value, str) and not ISO_DAY.fullmatch(value):
        raise PydanticCustomError("date_parsing", "not a day")
    return value


def _last_of_year(value: object) -> object:
    """A year alone stands for its last day: what ended on a day not known is gone for certain after its year."""
    return f"{value}-12-31" if isinstance(value, str) and re.fullmatch("[0-9]{4}", value) else value


def _within(first: int) -> AfterValidator:
    """Days of the years `first` to LAST_YEAR; others are slips of the pen."""

    def check(day: dt.date) -> dt.date:
        if not first <= day.year <= LAST_YEAR:
            raise PydanticCustomError("day_out_of_range", "out of range", {"first": first, "last": LAST_YEAR})
        return day

    return AfterValidator(check)


FIRST_YEAR, LAST_YEAR = 1900, 2150
"""Years of the days a file may name."""

FIRST_ORIGIN = 1800
"""Year of the oldest day that is remembered."""

DAY_OR_YEAR = "^[0-9]{4}(-[0-9]{2}-[0-9]{2})?$"
ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
Day = Annotated[dt.date, BeforeValidator(_as_written), _within(FIRST_YEAR)]
LastDay = Annotated[Day, BeforeValidator(_last_of_year), WithJsonSchema({"type": "string", "pattern": DAY_OR_YEAR})]
Origin = Annotated[dt.date, BeforeValidator(_as_written), _within(FIRST_ORIGIN)]
Year = Annotated[int, Field(ge=FIRST_YEAR, le=LAST_YEAR)]
