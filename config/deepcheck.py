"""`luanphien check --deep`: the plans of the files with what was decided, expanded some years ahead and looked over."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
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
from scheduler.survey import Finding, Scene, Survey


class DeepCheck:
    """What to look into in sound plans, as seen on a day, to the end of the fifth year after it.

    Decisions are those of the store, if there is one; none is made. Raises HorizonError for a day more than 50 years
    ahead.
    """

    def __init__(self, job: Job, given: Given, as_of: date) -> None:
        """Look from `as_of`."""
        if as_of.year > job.today().year + YEARS_AHEAD:
            raise TooFarError(as_of, YEARS_AHEAD)
        self._off, _ = days_off(given.holidays)
        self._horizon = date(as_of.year + history.YEARS_AHEAD, 12, 31)
        self._decided = _decided(job)
        self._survey = Survey(as_of)

    @property
    def ties(self) -> Iterator[tuple[str, ...]]:
        """Obligations that decisions speak of together."""
        for ident, amendments in self._decided.items():
            yield ident, *(key.partition(".")[0] for each in amendments for key in each.decision.keys)

    def take(self, library: Library) -> None:
        """Look at the plans of one library. Raises DecisionError for a decision that no longer fits the files."""
        series = series_of(library.plans)
        world = World(library, self._off, "", (), series, self._horizon, self._decided)
        cache: dict[str, tuple[Occurrence, ...]] = {}
        occurrences = tuple(occurrence for ident in world.series for occurrence in world.occurrences(ident, cache))
        self._survey.take(Scene(library.plans, occurrences, library.directory, self._off, self._survey.as_of))

    def findings(self) -> Iterator[Finding]:
        """Everything found in all of them."""
        return self._survey.findings()


def _decided(job: Job) -> Mapping[str, tuple[Amendment, ...]]:
    if not job.database.begun:
        return {}
    with job.database.read() as session:
        return history.decisions(session)
