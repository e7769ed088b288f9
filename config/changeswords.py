"""What is wrong with a trail that is not as it was written, in words."""

from __future__ import annotations

from collections.abc import Mapping

from calendars.catalogue import msg
from scheduler.proving import Break

BREAKS: Mapping[Break, str] = {
    Break.GAP: msg("line {number} does not follow the line before it: lines between them are missing"),
    Break.LINE: msg("line {number} is not as it was written: it was changed, or what it is found by"),
    Break.CHAIN: msg("the line before line {number} is another one than when line {number} was written"),
    Break.JOURNAL: msg(
        "what line {number} tells of stands otherwise in the journal: that was changed, or lines removed"
    ),
    Break.UNSEALED: msg(
        "the journal holds change {number}, which no line tells of: it was put in, or its line removed"
    ),
    Break.HEAD: msg("from line {number} on lines were cut off at the end, or the note of the last line was changed"),
    Break.LOOSE: msg("something is filed under line {number}, which is not there"),
    Break.NOTED: msg("line {number} is not the one that was noted: the trail was written anew, or cut off"),
}
"""By what broke; `number` is the first line, or the change of the journal."""

FIX = msg(
    "somebody wrote into the database past the product: compare it with the last backup, and ask who may write there"
)
WHOLE = msg("every line is as it was written: {lines}; lines of the journal compared: {journal}")
HEAD = msg("the last line is {head}; note it where nobody can change it together with the store")
EMPTY = msg("the trail has no lines yet")
