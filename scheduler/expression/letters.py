"""Words stripped for comparison: no diacritics, lower case, plain dashes and single spaces."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

MINUS = "\N{MINUS SIGN}"


@dataclass(frozen=True, slots=True)
class Letters:
    """A phrase as `written` (in NFC), and `plain`; `places` maps each plain character to its place in `written`."""

    written: str
    plain: str
    places: tuple[int, ...]

    def as_written(self, start: int, stop: int) -> str:
        """The written words behind `plain[start:stop]`, trimmed; empty for an empty slice."""
        if start >= stop:
            return ""
        return self.written[self.places[start] : self.places[stop - 1] + 1].strip()

    @property
    def marked(self) -> bool:
        """Whether the phrase is written with diacritics."""
        return any(char.isalpha() and _bare(char) != char.lower() for char in self.written)


def letters_of(words: str) -> Letters:
    """Strip `words`. The result is the same for NFC and NFD, with and without diacritics, in any case."""
    written = unicodedata.normalize("NFC", words)
    plain: list[str] = []
    places: list[int] = []
    for place, char in enumerate(written):
        for letter in _bare(char):
            if letter != " " or (plain and plain[-1] != " "):
                plain.append(letter)
                places.append(place)
    if plain and plain[-1] == " ":
        del plain[-1], places[-1]
    return Letters(written, "".join(plain), tuple(places))


def _bare(char: str) -> str:
    if char in "đĐðÐ":
        return "d"
    category = unicodedata.category(char)
    if category == "Pd" or char == MINUS:
        return "-"
    if category == "Cf":
        return ""
    if char.isspace():
        return " "
    return "".join(c for c in unicodedata.normalize("NFD", char.lower()) if not unicodedata.combining(c))
