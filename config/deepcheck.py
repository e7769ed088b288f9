"""`luanphien check --deep`: the plans of the files with what was decided, expanded some years ahead and looked over."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from config.holidayfile import days_off
from config.office import YEARS_AHEAD
from config.planfile import Library
from config.session import Job
from config.settle import Given
from config.world import World
from scheduler import history
from scheduler.amendment import Amendment
from scheduler.errors import TooFarError
from scheduler.occurrence import Occurrence
from scheduler.series import series_of
from scheduler.survey import Finding, Scene, survey


def deep_findings(job: Job, given: Given, library: Library, as_of: date) -> tuple[Finding, ...]:
    """What to look into in sound plans, as seen on `as_of`, to the end of the fifth year after it.

    Decisions are those of the store, if there is one; none is made. Raises HorizonError for a day more than 50 years
    ahead, DecisionError for a decision that no longer fits the files.
    """
    if as_of.year > job.today().year + YEARS_AHEAD:
        raise TooFarError(as_of, YEARS_AHEAD)
    off, _ = days_off(given.holidays)
    horizon = date(as_of.year + history.YEARS_AHEAD, 12, 31)
    world = World(library, off, "", (), series_of(library.plans), horizon, _decided(job))
    cache: dict[str, tuple[Occurrence, ...]] = {}
    occurrences = tuple(occurrence for ident in world.series for occurrence in world.occurrences(ident, cache))
    return survey(Scene(library.plans, occurrences, library.directory, off, as_of))


def _decided(job: Job) -> Mapping[str, tuple[Amendment, ...]]:
    if not job.database.begun:
        return {}
    with job.database.read() as session:
        return history.decisions(session)
