"""Days as the command line and the forms of pages take them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from config.daymodel import span_typed
from config.decidecli import app

DAYS = st.dates(date(1900, 1, 1), date(2150, 12, 31))
Written = Callable[[date], str]
WRITTEN: st.SearchStrategy[Written] = st.sampled_from([date.isoformat, lambda day: f"{day.day}/{day.month}/{day.year}"])


@given(DAYS, DAYS, WRITTEN, WRITTEN, st.sampled_from(["/", " / ", "-", " – "]))
def test_two_days_are_told_apart_however_they_are_written(
    first: date, last: date, one: Written, other: Written, stroke: str
) -> None:
    assert span_typed(one(first)) == (first, first)
    assert span_typed(f"{one(first)}{stroke}{other(last)}") == (first, last)


@pytest.mark.parametrize("text", ["", "10", "10/5", "10/5/29", "31/2/2027", "10/5/2029/11", "/10/5/2029", "2029-05"])
def test_no_day(text: str) -> None:
    assert span_typed(text) is None


@pytest.mark.parametrize(
    ("days", "words"),
    [
        ("31/2/2027", "'31/2/2027' không phải là ngày, hãy ghi như 30/9/2021"),
        ("10/5/29", "'10/5/29' không phải là ngày"),
        ("10/5/2029/1/5/2029", "'10/5/2029/1/5/2029': ngày cuối trước ngày đầu"),
    ],
)
def test_all_that_was_typed_is_named_where_it_is_no_day(days: str, words: str) -> None:
    ran = CliRunner().invoke(app, ["confirm", "qt-x.2029", "--days", days, "--why", "x", "--who", "lan"])
    assert ran.exit_code == 2
    assert words in " ".join(ran.output.split())
