"""The steps around a meeting as a drawing: values with places in it, which a template turns into SVG."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from calendars.catalogue import say
from calendars.wording import day_words, days
from scheduler.preparation import Step
from scheduler.window import ONE_DAY, Window

WIDTH = 360
_EDGE = 14
_TOP = 24
_LANE = 24
_APART = 22
_BELOW = 34
_REACH = 4
"""Today is drawn when it lies within the steps, or beyond them by at most this part of their time."""


@dataclass(frozen=True, slots=True)
class Dot:
    """A step, by its number in the list. `state`: past, next or coming; `provisional`: its day is not settled."""

    number: int
    x: float
    y: float
    state: str
    provisional: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """A drawing `WIDTH` units wide, scaled by days. `bar`: first and last place of the meeting's own time."""

    height: int
    axis: int
    dots: tuple[Dot, ...]
    bar: tuple[float, float] | None
    today: float | None
    first: str
    last: str
    description: str
    meeting: str
    now: str
    provisional: bool

    @property
    def width(self) -> int:
        """How wide it is."""
        return WIDTH

    @property
    def edges(self) -> tuple[int, int]:
        """Where its line begins and ends."""
        return _EDGE, WIDTH - _EDGE


@dataclass(frozen=True, slots=True)
class _Scale:
    """From days to places."""

    first: date
    last: date

    def at(self, day: date) -> float:
        """Where a day stands; days outside stand at the edge."""
        held = min(max(day, self.first), self.last)
        share = (held - self.first).days / max((self.last - self.first).days, 1)
        return round(_EDGE + share * (WIDTH - 2 * _EDGE), 1)

    def holds(self, day: date) -> bool:
        """Whether a day lies within."""
        return self.first <= day <= self.last


def timeline(steps: Sequence[Step], window: Window, today: date, lang: str) -> Timeline | None:
    """The drawing of the steps, numbered in the order given; None without any."""
    if not steps:
        return None
    scale = _scale(steps, window, today)
    lanes = _lanes(steps, scale)
    axis = _TOP + (max(lanes) + 1) * _LANE
    states = _states(steps, today)
    dots = tuple(
        Dot(index + 1, scale.at(step.day), axis - _LANE * (lane + 1) + 6, state, step.provisional)
        for index, (step, lane, state) in enumerate(zip(steps, lanes, states, strict=True))
    )
    first, last = day_words(scale.first, lang), day_words(scale.last, lang)
    seen = scale.holds(today)
    now = say(lang, "today, {day}", day=day_words(today, lang))
    return Timeline(
        height=axis + _BELOW,
        axis=axis,
        dots=dots,
        bar=_bar(window, scale),
        today=scale.at(today) if seen else None,
        first=first,
        last=last,
        description=say(
            lang, "From {first} to {last}; the numbers are those of the list below.", first=first, last=last
        ),
        meeting=say(lang, "the time of the meeting: {days}", days=days(window, lang)),
        now=now if seen else say(lang, "{now}, is not within this time", now=now),
        provisional=any(step.provisional for step in steps),
    )


def _scale(steps: Sequence[Step], window: Window, today: date) -> _Scale:
    known = [step.day for step in steps] + [day for day in (window.start, window.last) if day is not None]
    first, last = min(known), max(known)
    reach = (last - first) / _REACH
    if first - reach <= today <= last + reach:
        first, last = min(first, today), max(last, today)
    return _Scale(first, last if last > first else first + ONE_DAY)


def _lanes(steps: Sequence[Step], scale: _Scale) -> list[int]:
    """For each step the lowest lane in which it touches no other."""
    lanes = [0] * len(steps)
    ends: list[float] = []
    for index, step in sorted(enumerate(steps), key=lambda pair: (pair[1].day, pair[0])):
        place = scale.at(step.day)
        lane = next((lane for lane, end in enumerate(ends) if place - end >= _APART), len(ends))
        ends[lane : lane + 1] = [place]
        lanes[index] = lane
    return lanes


def _states(steps: Sequence[Step], today: date) -> list[str]:
    """Whether each step's day has passed; the nearest of the others is the next."""
    coming = min((step.day for step in steps if step.day >= today), default=None)
    return ["past" if step.day < today else "next" if step.day == coming else "coming" for step in steps]


def _bar(window: Window, scale: _Scale) -> tuple[float, float] | None:
    if window.start is None or window.last is None:
        return None
    return scale.at(window.start), max(scale.at(window.last), scale.at(window.start) + 4)
