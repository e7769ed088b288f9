"""Faults of one file, gathered with their places and the fix."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass, field

from config.daymodel import FIRST_YEAR, LAST_YEAR
from config.guard import Marked, Path
from scheduler.errors import ImpossibleDateError, Problem, UnknownPhraseError
from scheduler.expression import PhraseTooLongError, YearMissingError, read
from scheduler.window import Window

MOST_DAYS = 50 * 366
"""Longest span a plan file may ask for, in days."""

UNKNOWN = {
    "party": "no party is called {ident}",
    "organisation": "no organisation is called {ident}",
    "obligation": "no obligation is called {ident}",
    "agreement": "the plan has no agreement called {ident}",
    "successor": "no agreement is called {ident}",
    "partner": "{ident} is not among the partners",
    "chain": "no preparation chain is called {ident}",
    "plan": "no other plan called {ident} has this series",
}
"""What may be missing, by sort."""


@dataclass(slots=True)
class Faults:
    """What is wrong in one file, each at its place."""

    file: str
    marked: Marked
    found: list[Problem] = field(default_factory=list)

    def add(self, path: Path, message: str, fix: str, **fields: object) -> None:
        """Note a fault at `path`; `message` and `fix` are catalogue ids with `{named}` places."""
        line, column = self.marked.at(path)
        self.found.append(Problem(self.file, line, column, ".".join(map(str, path)), message, fix, fields))

    def unknown(self, path: Path, what: str, ident: str, known: Iterable[str]) -> None:
        """Note an id that is not known as `what` (a key of `UNKNOWN`), with the nearest one that is."""
        near = difflib.get_close_matches(ident, sorted(known), n=1)
        if near:
            self.add(path, UNKNOWN[what], "did you mean {near}?", ident=ident, near=near[0])
        else:
            self.add(path, UNKNOWN[what], "use one that is there, or add it to the directory or the plan", ident=ident)

    def phrase(self, path: Path, words: str, year: int | None = None) -> Window | None:
        """Read date words; note why they cannot be read, or that they name no days or too many."""
        try:
            window = read(words, year=year).window
        except (UnknownPhraseError, ImpossibleDateError, YearMissingError, PhraseTooLongError) as error:
            self.add(path, error.message, error.fix, **error.fields)
            return None
        if window is not None and not all(
            FIRST_YEAR <= day.year <= LAST_YEAR for day in (window.start, window.last) if day is not None
        ):
            message = "the date words {words} are not in the years {first} to {last}"
            self.add(path, message, "correct the year", words=words, first=FIRST_YEAR, last=LAST_YEAR)
            return None
        if window is not None and window.length is not None and window.length > MOST_DAYS:
            self.add(path, "the span is longer than 50 years", "give a shorter one")
        return window
