"""Raw recurrence rules: dateutil's own answers, and none that runs away."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.errors import HorizonError
from scheduler.recurrence import recurrence_days, too_many
from scheduler.rules import Recurrence

parts = st.tuples(
    st.sampled_from(["YEARLY", "MONTHLY", "WEEKLY", "DAILY"]),
    st.integers(1, 5),
    st.sampled_from(["", ";BYMONTHDAY=15", ";BYMONTHDAY=31", ";BYDAY=FR", ";BYMONTH=2;BYMONTHDAY=29", ";COUNT=7"]),
)


@given(parts, st.dates(date(1960, 1, 1), date(2040, 12, 31)))
@settings(deadline=None, max_examples=60)
def test_days_are_those_of_dateutil(rule: tuple[str, int, str], first: date) -> None:
    text = f"FREQ={rule[0]};INTERVAL={rule[1]}{rule[2]}"
    last = date(first.year + 12, 12, 31)
    start = datetime(first.year, first.month, first.day)  # noqa: DTZ001 - days have no zone
    stop = datetime(last.year, 12, 31)  # noqa: DTZ001 - days have no zone
    oracle = [moment.date() for moment in rrulestr(text, dtstart=start).between(start, stop, inc=True)]
    assert list(recurrence_days(Recurrence(text, first), last)) == oracle


def test_until_is_inclusive() -> None:
    rule = Recurrence("FREQ=MONTHLY;BYMONTHDAY=15;UNTIL=20210415", date(2021, 1, 1))
    assert list(recurrence_days(rule, date(2030, 1, 1))) == [
        date(2021, 1, 15),
        date(2021, 2, 15),
        date(2021, 3, 15),
        date(2021, 4, 15),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "FREQ=HOURLY",
        "FREQ=SECONDLY",
        "nonsense",
        "FREQ=DAILY;COUNT=10001",
        "FREQ=DAILY;BYEASTER=0",
        "FREQ=DAILY;COUNT=x",
        "FREQ=YEARLY;BYMONTH=13",
        "FREQ=DAILY;INTERVAL=0",
        "",
        "FREQ=DAILY;UNTIL=never",
    ],
)
def test_what_is_refused(text: str) -> None:
    with pytest.raises(HorizonError):
        list(recurrence_days(Recurrence(text, date(2021, 1, 1)), date(2022, 1, 1)))


def test_none_of_many_days_is_left_out() -> None:
    daily = Recurrence("FREQ=DAILY", date(1990, 1, 1))
    assert len(list(recurrence_days(daily, date(2025, 12, 31)))) == 13149


@pytest.mark.parametrize(
    ("text", "last", "many"),
    [
        ("FREQ=DAILY", date(2017, 5, 18), False),
        ("FREQ=DAILY", date(2017, 5, 19), True),
        ("FREQ=DAILY;COUNT=10000", date(2090, 1, 1), False),
        ("FREQ=DAILY;UNTIL=20171231", date(2090, 1, 1), True),
        ("FREQ=WEEKLY;BYDAY=TU,FR", date(2040, 1, 1), False),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", date(2090, 1, 1), False),
    ],
)
def test_more_than_ten_thousand_days_are_too_many(text: str, last: date, many: bool) -> None:
    assert too_many(Recurrence(text, date(1990, 1, 1)), last) is many


def test_a_rule_that_never_matches_ends() -> None:
    never = Recurrence("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", date(2021, 1, 1))
    assert list(recurrence_days(never, date(2060, 1, 1))) == []
