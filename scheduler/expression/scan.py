"""Words into pieces, from left to right; nothing may be left over."""

from __future__ import annotations

import re

from scheduler.expression.bounds import BOUNDS, CONDITIONS, FILLERS, REMARKS
from scheduler.expression.cycles import CYCLES, MONTH_DAYS
from scheduler.expression.dates import DATES
from scheduler.expression.known import unknown
from scheduler.expression.letters import Letters
from scheduler.expression.occasions import OCCASIONS
from scheduler.expression.pieces import Filler, Piece, Remark, Row
from scheduler.expression.terms import TERMS

ROWS: tuple[Row, ...] = (*REMARKS, *TERMS, *CYCLES, *OCCASIONS, *DATES, *MONTH_DAYS, *BOUNDS, *CONDITIONS, *FILLERS)
"""Everything known, in the order it is tried."""

_BETWEEN = " ,:.()…\"'“”‘’-"
_WORD = re.compile(r"[^ ;,()]+")
# Among free words these mean time only with their own diacritics: "quy" beside quý, "nam" beside năm.
_SPELLED = {
    "den": ("đến",),
    "du": ("dự",),
    "hang": ("hằng", "hàng"),
    "het": ("hết",),
    "khi": ("khi",),
    "moi": ("mỗi",),
    "nam": ("năm",),
    "neu": ("nếu",),
    "ngay": ("ngày",),
    "quy": ("quý", "quí"),
    "thang": ("tháng",),
    "tu": ("từ", "tư"),
}


def pieces_of(phrase: str, letters: Letters) -> list[Piece]:
    """The pieces of a phrase, in order, fillers left out. Raises UnknownPhraseError at the first word not known.

    After words such as *tiếp tục* others may stand up to the next `;`; of these only what is about time is kept.
    """
    pieces: list[Piece] = []
    place, free = 0, False
    while place < len(letters.plain):
        if letters.plain[place] == ";":
            place, free = place + 1, False
            continue
        found, place = _next(letters, place, free=free)
        if found is not None:
            free = free or any(isinstance(piece, Remark) and piece.frees for piece in found)
            pieces += [piece for piece in found if not isinstance(piece, Filler)]
        elif letters.plain[place] in _BETWEEN:
            place += 1
        elif free and (word := _WORD.match(letters.plain, place)):
            place = word.end()
        else:
            raise unknown(phrase)
    return pieces


def _next(letters: Letters, place: int, *, free: bool) -> tuple[tuple[Piece, ...] | None, int]:
    """The pieces that begin at `place` and where they end; None when no row knows them."""
    for line in ROWS:
        match = line.pattern.match(letters.plain, place)
        if match is None or match.end() == place or (free and not _meant(line, match, letters)):
            continue
        if found := line.build(match, letters):
            return found, match.end()
    return None, place


def _meant(line: Row, match: re.Match[str], letters: Letters) -> bool:
    """Whether a match among free words is about time: no bare figures, and its first two words spelled so."""
    if line.bare and match[0][0].isdigit():
        return False
    if not letters.marked:
        return True
    written = letters.as_written(match.start(), match.end()).lower().split()[:2]
    return all(
        short not in _SPELLED or long in _SPELLED[short] for short, long in zip(match[0].split(), written, strict=False)
    )
