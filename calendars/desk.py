"""What the web side is given by the caller: callables over the store, so that nothing here reaches up."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from scheduler.explain import Fact
from scheduler.lacking import Term
from scheduler.occurrence import Flag, Occurrence, Record, Selection, as_json
from scheduler.plan import Directory, Kind
from scheduler.preparation import Step
from scheduler.standing import Standing
from scheduler.workdays import DaysOff


@dataclass(frozen=True, slots=True)
class Upcoming:
    """An occurrence as seen on a day. `days_left` until it begins; 0 once it has begun, None when no day is known.

    `lacks`: the terms that must be renewed for it, where it was asked.
    """

    record: Record
    flags: tuple[Flag, ...]
    days_left: int | None
    lacks: tuple[Term, ...] = ()


@dataclass(frozen=True, slots=True)
class Dossier:
    """An occurrence as seen on a day, why it is so, the steps that prepare it, and the turns beside it on its line.

    `heir`: what stands in its place, where it gave way (`reconcile.Change.replaced`).
    """

    upcoming: Upcoming
    facts: Sequence[Fact]
    steps: Sequence[Step] = ()
    before: Occurrence | None = None
    after: Occurrence | None = None
    heir: Occurrence | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """Who is next? Empty tuples ask for every partner, and for exchanges and talks.

    `count` is per partner; None gives each partner the nearest of each kind.
    """

    partners: tuple[str, ...]
    kinds: tuple[Kind, ...]
    count: int | None
    as_of: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """The office behind the counter. Every callable may block and is called in a worker thread.

    `revision` is cheap and changes whenever anything stored changes; `last_change` is when that was, None while
    nothing is stored. `look`, `seen`, `turns`, `upcoming`, `find` and `standings` look from the day they are given.
    `exceeds` is cheap and tells whether more than so many are stored. `select` and `seen` read a selection by first
    day: at most as many as they are told, after passing over as many. `homes` are the parties that have plans,
    `plans_of` those plans. `lines` are the duties that may give what a selection is about, whatever its days, those of
    one home together; `turns` are what it admits of some of them, and what is stored of later days.
    `standings` are so many agreements by id, after passing over as many.

    For days after the stored years `select` and `seen` raise TooManyError where too many duties are asked for.
    """

    revision: Callable[[], int]
    last_change: Callable[[], datetime | None]
    directory: Callable[[], Directory]
    homes: Callable[[], Sequence[str]]
    plans_of: Callable[[Sequence[str]], Sequence[str]]
    exceeds: Callable[[Selection, int], bool]
    select: Callable[[Selection, int, int], Sequence[Record]]
    look: Callable[[Sequence[Record], date], Sequence[Upcoming]]
    seen: Callable[[Selection, date, int, int], Sequence[Upcoming]]
    lines: Callable[[Selection], Sequence[str]]
    turns: Callable[[Selection, Sequence[str], date], Sequence[Upcoming]]
    upcoming: Callable[[Question], Sequence[Upcoming]]
    find: Callable[[str, date], Dossier | None]
    standings: Callable[[date, int, int], Sequence[Standing]]
    days_off: Callable[[], DaysOff]
    today: Callable[[], date]
    base_url: str
    lang: str
    version: str


def upcoming_json(upcoming: Upcoming, lang: str) -> dict[str, Any]:
    """The public JSON of an occurrence, with `flags` and `days_left`."""
    flags = [flag.value for flag in upcoming.flags]
    return as_json(upcoming.record, lang) | {"flags": flags, "days_left": upcoming.days_left}
