"""The drawing of the steps around a meeting: scaled by days, nothing on top of anything else."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calendars.pages.timeline import WIDTH, Dot, Timeline, timeline
from scheduler.window import Precision, Window
from tests.unit.calendars.samples import PERMISSION

MEETING = Window.of(date(2021, 10, 10), date(2021, 10, 12), Precision.DAYS)


def drawn(*days: date, window: Window = MEETING, today: date = date(2021, 9, 1)) -> Timeline:
    """The drawing of steps on these days, in English."""
    drawing = timeline([replace(PERMISSION, day=day, counted=day) for day in days], window, today, "en")
    assert drawing is not None
    return drawing


def test_steps_stand_where_their_days_are() -> None:
    drawing = drawn(date(2021, 9, 2), date(2021, 10, 2), date(2021, 10, 22), today=date(2021, 9, 12))
    assert drawing == Timeline(
        height=82,
        axis=48,
        dots=(
            Dot(1, 14, 30, "past", provisional=True),
            Dot(2, 213.2, 30, "next", provisional=True),
            Dot(3, 346, 30, "coming", provisional=True),
        ),
        bar=(266.3, 279.6),
        today=80.4,
        first="2 September 2021",
        last="22 October 2021",
        description="From 2 September 2021 to 22 October 2021; the numbers are those of the list below.",
        meeting="the time of the meeting: 10–12 October 2021",
        now="today, 12 September 2021",
        provisional=True,
    )


def test_without_steps_there_is_nothing_to_draw() -> None:
    assert timeline((), MEETING, date(2021, 9, 1), "vi") is None


@pytest.mark.parametrize(
    ("today", "seen", "first"),
    [
        (date(2021, 8, 25), True, "25 August 2021"),
        (date(2021, 7, 1), False, "2 September 2021"),
        (date(2022, 7, 1), False, "2 September 2021"),
    ],
)
def test_today_is_drawn_when_it_is_near(today: date, seen: bool, first: str) -> None:
    drawing = drawn(date(2021, 9, 2), today=today)
    assert (drawing.today is not None, drawing.first) == (seen, first)
    assert drawing.now.endswith("is not within this time") is not seen


def test_an_open_window_has_no_bar_and_one_day_still_has_a_width() -> None:
    day = date(2021, 9, 2)
    assert drawn(day, window=Window.of(None, None, Precision.PERIOD), today=day).bar is None
    alone = drawn(day, window=Window.day(day), today=day)
    assert (alone.dots[0].x, alone.bar) == (14, (14, 18))


@given(st.lists(st.integers(0, 400), min_size=1, max_size=12), st.integers(-500, 900))
def test_no_step_covers_another(offsets: list[int], today: int) -> None:
    start = date(2021, 1, 1)
    drawing = drawn(*(start + timedelta(days=count) for count in offsets), today=start + timedelta(days=today))
    places = [(dot.x, dot.y) for dot in drawing.dots]
    apart = [
        abs(x - other_x) >= 20 or abs(y - other_y) >= 20
        for index, (x, y) in enumerate(places)
        for other_x, other_y in places[index + 1 :]
    ]
    assert all(apart)
    assert all(0 <= x <= WIDTH and 10 <= y <= drawing.axis <= drawing.height for x, y in places)
