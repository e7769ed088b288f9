"""Why an occurrence is what it is: codes and fields. `calendars.wording` says them in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Code(StrEnum):
    """What a fact is about. The fields of each are listed beside it."""

    DOCUMENT = "document"  # number|None, date|None, issuer, title: Text
    CLAUSES = "clauses"  # clauses: tuple[str, ...]
    WORDS = "words"  # words
    STATED = "stated"  # cycle, clauses: the text itself names this cycle
    ROTATION = "rotation"  # first_year, every, index, year: "2019 + 2·1 = 2021"
    TURN = "turn"  # index, order: tuple[party, ...], position (index mod len(order)), host
    YEARLY = "yearly"  # first_year, every, index, year
    ANNIVERSARY = "anniversary"  # origin: date, year, ordinal, rank: AnniversaryClass
    RELATIVE = "relative"  # anchor (a key), first, last, edge, days, unit, same: bool, day
    RECURRENCE = "recurrence"  # rrule, first: date, day: date
    WINDOW = "window"  # first|None, last|None, precision
    HOST_OPEN = "host-open"  # no fields: the text does not say who hosts
    TO_SET = "to-set"  # gaps: tuple[Gap, ...]
    PERIOD = "period"  # first|None, last|None, inside: bool
    AGREEMENT = "agreement"  # id, title: Text, first|None, last|None, inside: bool|None (None: term not stated)
    NO_AGREEMENT = "no-agreement"  # no fields
    HELD = "held"  # first, last, host|None: history the source reports
    ASSUMED = "assumed"  # no fields: not in the text
    NOTE = "note"  # note: a remark of the plan file
    STATUS = "status"  # status: Status, sequence, changed_at: datetime


@dataclass(frozen=True, slots=True)
class Fact:
    """One reason; `fields` as listed in `Code`, ids not yet turned into names."""

    code: Code
    fields: Mapping[str, object]
