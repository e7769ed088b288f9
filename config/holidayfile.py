"""The file of corrections to the holiday calendars, into overrides the scheduler's calendar takes."""

from __future__ import annotations

from datetime import date
from types import MappingProxyType
from typing import Annotated, Literal

from pydantic import Field, RootModel

from config.daymodel import Day
from config.faults import Faults
from config.guard import Path
from config.planfile import SourceFile, model_of
from config.planmodel import Model, TextModel
from scheduler.errors import Problem
from scheduler.workdays import CountryOverrides, DaysOff, OffName, Overrides

Days = Annotated[list[Day], Field(max_length=1000)]


class CountryModel(Model):
    """Corrections for one country."""

    off: dict[Day, TextModel] = Field(default={}, description="Further days off, with their names.")
    work: Days = Field(default=[], description="Days worked although a Saturday, Sunday or holiday.")
    not_off: Days = Field(default=[], description="Holidays of the library that are none.")


class HolidaysModel(RootModel[dict[Literal["VN", "LA", "KH", "TH", "CN"], CountryModel]]):
    """Corrections by country."""


def days_off(file: SourceFile) -> tuple[DaysOff, tuple[Problem, ...]]:
    """The calendar of days off with a file's corrections; with problems, without them."""
    problems: list[Problem] = []
    if not file.text.strip():
        return DaysOff(), ()
    marked, model = model_of(file, HolidaysModel, problems)
    if model is None:
        return DaysOff(), tuple(problems)
    faults = Faults(file.name, marked)
    for country, entry in model.root.items():
        _check_once_each((country,), entry, faults)
    if faults.found:
        return DaysOff(), tuple(faults.found)
    countries: dict[str, CountryOverrides] = {country: _country(entry) for country, entry in model.root.items()}
    return DaysOff(Overrides(MappingProxyType(countries))), ()


def _check_once_each(path: Path, model: CountryModel, faults: Faults) -> None:
    """A day is one thing only."""
    shelves: dict[str, dict[date, str | int]] = {
        "off": {day: day.isoformat() for day in model.off},
        "work": {day: index for index, day in enumerate(model.work)},
        "not_off": {day: index for index, day in enumerate(model.not_off)},
    }
    seen: set[date] = set()
    for shelf, days in shelves.items():
        for day, step in days.items():
            if day in seen:
                message = "{day} stands in two of off, work and not_off"
                faults.add((*path, shelf, step), message, "keep the day in one of them", day=day)
        seen |= days.keys()


def _country(model: CountryModel) -> CountryOverrides:
    off = {day: OffName(name.vi, name.en, name.lo, name.km, name.th) for day, name in model.off.items()}
    return CountryOverrides(MappingProxyType(off), frozenset(model.work), frozenset(model.not_off))
