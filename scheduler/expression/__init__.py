"""Date and cycle phrases of administrative Vietnamese, read into windows, cycles, terms and questions."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from scheduler.errors import ImpossibleDateError, UnknownPhraseError
from scheduler.expression.dates import iso_span
from scheduler.expression.days import Scene
from scheduler.expression.festivals import festival_window
from scheduler.expression.gather import gathered
from scheduler.expression.known import KNOWN
from scheduler.expression.letters import letters_of
from scheduler.expression.reading import (
    FIRST_YEAR,
    LAST_YEAR,
    Commemoration,
    Custom,
    Cycle,
    CycleUnit,
    Direction,
    Occasion,
    PhraseTooLongError,
    Pick,
    Question,
    Reading,
    Term,
    TermUnit,
    YearMissingError,
)
from scheduler.expression.scan import pieces_of
from scheduler.expression.settle import settle

__all__ = [
    "KNOWN",
    "LONGEST_PHRASE",
    "Commemoration",
    "Custom",
    "Cycle",
    "CycleUnit",
    "Direction",
    "Occasion",
    "PhraseTooLongError",
    "Pick",
    "Question",
    "Reading",
    "Term",
    "TermUnit",
    "YearMissingError",
    "festival_window",
    "read",
]

LONGEST_PHRASE = 500
"""Most characters a phrase may have, in NFC."""


def read(words: str, *, year: int | None = None, reading: Custom = Custom.CUSTOMARY) -> Reading:
    """Read `words`, with or without diacritics, in any case; or ISO days, FIRST/LAST with either end open.

    `year` is the year of days written without one; a year in the words wins. With a yearly cycle it gives the
    window of that year. Every phrase either reads or raises a LuanphienError:

    - UnknownPhraseError: not understood, or understood as several different windows;
    - ImpossibleDateError: a day, month, quarter or span no calendar has, or a year outside 1800 to 2200;
    - YearMissingError: days without a year, where neither `year` nor a yearly cycle helps;
    - PhraseTooLongError: more than `LONGEST_PHRASE` characters.
    """
    return _read(words, year, reading)


LUNAR_DAY = re.compile(r"\d.*\bam lich\b")
"""Days of the lunar calendar, which are not read; festivals by name are."""


@lru_cache(maxsize=4096)
def _read(words: str, year: int | None, custom: Custom) -> Reading:
    if len(unicodedata.normalize("NFC", words)) > LONGEST_PHRASE:
        raise PhraseTooLongError(words, LONGEST_PHRASE)
    letters = letters_of(words)
    if year is not None and not FIRST_YEAR <= year <= LAST_YEAR:
        raise ImpossibleDateError(words, str(year))
    if not letters.plain:
        raise UnknownPhraseError(words, None)
    window = iso_span(words, letters.plain)
    if window is not None:
        return Reading(words=words, window=window)
    found = settle(Scene(words, year, custom), gathered(words, pieces_of(words, letters)))
    if LUNAR_DAY.search(letters.plain):
        raise UnknownPhraseError(words, None)
    return found
