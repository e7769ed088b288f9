"""Occurrences of every kind, status and length, drawn for laws."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

from scheduler.occurrence import Record, Status
from scheduler.plan import Kind
from scheduler.window import Precision, Window
from tests.unit.notifications.samples import CHANGED, EXCHANGE


@st.composite
def records(
    draw: st.DrawFn, days: st.SearchStrategy[date], longest: int, least: int = 0, most: int = 6, **fields: Any
) -> list[Record]:
    """From `least` to `most` occurrences that begin on one of `days` and last no more than `longest` days longer.

    `fields`: strategies of further fields.
    """
    drawn = []
    for number in range(draw(st.integers(least, most))):
        first = draw(days)
        last = first + timedelta(days=draw(st.integers(0, longest)))
        changed = replace(
            EXCHANGE,
            cycle=str(number),
            kind=draw(st.sampled_from(Kind)),
            status=draw(st.sampled_from(Status)),
            window=Window.of(first, last, draw(st.sampled_from(Precision))),
            **{name: draw(values) for name, values in fields.items()},
        )
        drawn.append(Record(changed, 0, CHANGED))
    return drawn
