"""Finding duties by the words people type: without diacritics in Latin letters, as they stand in Lao and Khmer."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from calendars.wording import kind_word
from scheduler.occurrence import Occurrence, Record
from scheduler.plan import LANGUAGES, Directory, Text

MOST_FOUND = 60
"""Duties shown of one search."""

_LATIN_MARKS = re.compile("[\u0300-\u036f]")
_WORDS = re.compile(r"[^\s,;:()“”\"'?!]+")


@dataclass(frozen=True, slots=True)
class Matches:
    """What a search found: ahead, soonest first; past, latest first; and how many more there are than are shown."""

    ahead: tuple[Record, ...]
    past: tuple[Record, ...]
    left: int = 0


def search(
    words: str,
    records: Iterable[Record],
    directory: Directory,
    as_of: date,
    count: int | None = None,
    most: int = MOST_FOUND,
) -> Matches:
    """Each duty that the words match, once, or `count` times: its nearest turns ahead, else its latest one.

    Over, cancelled or joined to another meeting is not ahead. At most `most` are given; the others are counted.
    """
    lines: dict[tuple[str, str | None], list[Record]] = {}
    for record in records:
        occurrence = record.occurrence
        if matches(words, occurrence, directory):
            lines.setdefault((occurrence.obligation, occurrence.leg), []).append(record)
    ahead: list[Record] = []
    past: list[Record] = []
    for turns in lines.values():
        turns.sort(key=_by_time)
        coming = [record for record in turns if _is_ahead(record.occurrence, as_of)]
        ahead += coming[: count or 1]
        past += [] if coming else turns[-1:]
    ahead.sort(key=_by_time)
    past.sort(key=_by_time, reverse=True)
    shown = tuple(ahead[:most])
    earlier = tuple(past[: most - len(shown)])
    return Matches(shown, earlier, len(ahead) + len(past) - len(shown) - len(earlier))


def plain(text: str) -> str:
    """`text` in small letters; Latin ones without their marks, so that "Biên giới" and "bien gioi" are the same."""
    letters = unicodedata.normalize("NFKD", text)
    folded = unicodedata.normalize("NFKD", letters.casefold().replace("đ", "d"))
    return _LATIN_MARKS.sub("", folded)


def matches(words: str, occurrence: Occurrence, directory: Directory) -> bool:
    """Whether every word typed stands in what is known of the occurrence: at the start of a word in Latin letters.

    Looked through: title, partners, host, place and leading bodies in every language, kind, key, clauses, document.
    """
    wanted, told = _WORDS.findall(plain(words)), _told(occurrence, directory)
    return bool(wanted) and all(_stands_in(word, told) for word in wanted)


def _is_ahead(occurrence: Occurrence, as_of: date) -> bool:
    return not occurrence.over and occurrence.joint is None and occurrence.window.overlaps(as_of, None)


def _by_time(record: Record) -> tuple[bool, date, date, str]:
    window = record.occurrence.window
    return window.last is None, window.last or date.max, window.start or date.min, record.occurrence.key


def _stands_in(word: str, told: str) -> bool:
    if not word[0].isascii() or not word[0].isalnum():
        return word in told
    return re.search(rf"(?<![0-9a-z]){re.escape(word)}", told) is not None


def _told(occurrence: Occurrence, directory: Directory) -> str:
    idents = (occurrence.host, occurrence.place, *occurrence.partners, *occurrence.travels)
    bodies = (*occurrence.leads, *occurrence.coordinating)
    texts = [occurrence.title, occurrence.document.title]
    texts += [directory.name_of(ident) for ident in dict.fromkeys((*idents, *bodies)) if ident]
    said = [words for text in texts for words in _all(text)]
    said += [kind_word(occurrence.kind, lang) for lang in LANGUAGES]
    said += [occurrence.key, *occurrence.clauses, occurrence.document.number or ""]
    return _plain_all(tuple(said))


def _all(text: Text) -> Iterator[str]:
    for words in (text.vi, text.en, text.lo, text.km, text.th):
        if words is not None:
            yield words


@lru_cache(maxsize=4096)
def _plain_all(said: Sequence[str]) -> str:
    """Kept, since the same few hundred duties are searched again and again."""
    return plain("\n".join(said))
