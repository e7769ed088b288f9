"""What is wrong with a trail that is not as it was written, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from calendars.catalogue import msg
from scheduler.proving import Break, Proof

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
HEADS = msg(
    "the note of the last line was lost or changed before these lines: {numbers}. Lines that stood there may be gone"
)
HEADS_FIX = msg("compare the lines before them with the last backup, or with a seal that was noted elsewhere")
"""What a trail says whose lines are whole, but whose head was not once."""

RESTORED = msg("The store is restored, but its record of who did what is not as it was written: {what}")
RESTORED_HEADS = msg("The store is restored; of its record of who did what: {what}")
RESTORED_FIX = msg("compare it with an earlier backup; luanphien changes verify tells it again")
"""What a restore says of such a trail."""

WHOLE = msg("every line is as it was written: {lines}; lines of the journal compared: {journal}")
HEAD = msg("the last line is {head}; note it where nobody can change it together with the store")
EMPTY = msg("the trail has no lines yet")

_SHOWN = 5


def numbers(lines: Sequence[int]) -> str:
    """The newest of these lines, the oldest first."""
    return ("… " if len(lines) > _SHOWN else "") + ", ".join(map(str, lines[-_SHOWN:]))


def proof_json(proof: Proof) -> dict[str, Any]:
    """What was found, for programs."""
    return {
        "whole": proof.whole,
        "lines": proof.lines,
        "journal": proof.journal,
        "head": None if proof.head is None else {"number": proof.head.number, "digest": proof.head.digest},
        "heads": list(proof.heads),
        "broken": None if proof.fault is None else {"what": proof.fault.value, "number": proof.number},
    }
