"""The file of corrections to the holiday calendars, into overrides the scheduler's calendar takes."""

from __future__ import annotations

import datetime as dt
from types import MappingProxyType
from typing import Annotated, Literal

from pydantic import Field, RootModel

from config.planfile import SourceFile, model_of
from config.planmodel import Model, TextModel
from scheduler.errors import Problem
from scheduler.workdays import CountryOverrides, DaysOff, OffName, Overrides

Days = Annotated[list[dt.date], Field(max_length=1000)]


class CountryModel(Model):
    """Corrections for one country."""

    off: dict[dt.date, TextModel] = Field(default={}, description="Further days off, with their names.")
    work: Days = Field(default=[], description="Days worked although a Saturday, Sunday or holiday.")
    not_off: Days = Field(default=[], description="Holidays of the library that are none.")


class HolidaysModel(RootModel[dict[Literal["VN", "LA", "KH", "TH", "CN"], CountryModel]]):
    """Corrections by country."""


def days_off(file: SourceFile) -> tuple[DaysOff, tuple[Problem, ...]]:
    """The calendar of days off with a file's corrections; with problems, without them."""
    problems: list[Problem] = []
    if not file.text.strip():
        return DaysOff(), ()
    _, model = model_of(file, HolidaysModel, problems)
    if model is None:
        return DaysOff(), tuple(problems)
    try:
        countries: dict[str, CountryOverrides] = {country: _country(entry) for country, entry in model.root.items()}
        return DaysOff(Overrides(MappingProxyType(countries))), ()
    except ValueError as error:
        fix = "keep the day in one of them"
        problem = Problem(file.name, 1, 1, "", "a day is said to be two things: {why}", fix, {"why": str(error)})
        return DaysOff(), (problem,)


def _country(model: CountryModel) -> CountryOverrides:
    off = {day: OffName(name.vi, name.en, name.lo, name.km, name.th) for day, name in model.off.items()}
    return CountryOverrides(MappingProxyType(off), frozenset(model.work), frozenset(model.not_off))
