"""Duties counted forward from another: the Civil Code's terms (articles 147 and 148.5)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.expression import Direction, Term, TermUnit, read
from scheduler.occurrence import Status
from scheduler.plan import Kind, Obligation, Stated
from scheduler.rules import Edge, Leg, Once, Relative, Rotation, Unit
from scheduler.window import Window
from tests.unit.scheduler.samples import DAYS_OFF, duty, expanded, plan, told, years

VN = ("VN",)


def after(
    days: int, edge: Edge = Edge.END, unit: Unit = Unit.CALENDAR, to: str = "hop", **fields: object
) -> Obligation:
    return duty(Relative((to,), days=days, unit=unit, after=edge), Kind.REPORT, "bao-cao", **fields)


def ends(term: Obligation, when: str) -> date | None:
    """The day a term ends that is counted from an event held `when`."""
    meeting = duty(Once(when), Kind.EVENT, "hop")
    found = {o.obligation: o.window for o in expanded(plan(meeting, term, period=None))}
    assert found["bao-cao"].length == 1
    return found["bao-cao"].last


CODE = [
    # event, the term, its last day
    ("2020-11-18", after(15), "2020-12-03"),
    ("2020-11-18", after(1), "2020-11-19"),
    ("2020-11-16/2020-11-18", after(15), "2020-12-03"),
    ("2020-11-16/2020-11-18", after(15, Edge.START), "2020-12-01"),
    # ends on a Saturday, then Sunday, then a working Monday
    ("2020-11-18", after(10), "2020-11-30"),
    # 1/5/2021 is a Saturday and a holiday, made up for on Monday 3/5
    ("2021-04-16", after(15), "2021-05-04"),
    # working days only: Tết 2022 is off from 31/1 to 4/2
    ("2022-01-28", after(5, unit=Unit.WORKING), "2022-02-11"),
    ("2021-06-02", after(5, unit=Unit.WORKING), "2021-06-09"),
    # the event itself on a day off: the count begins on the day after all the same
    ("2021-06-05", after(5, unit=Unit.WORKING), "2021-06-11"),
    ("2021-06-05", after(2), "2021-06-07"),
]


@pytest.mark.parametrize(("event", "term", "last"), CODE)
def test_the_first_day_is_not_counted_and_a_day_off_moves_the_end_later(
    event: str, term: Obligation, last: str
) -> None:
    assert ends(term, event) == date.fromisoformat(last)


def test_counted_back_a_day_off_still_moves_it_earlier() -> None:
    back = duty(Relative(("hop",), Edge.START, 30), Kind.DEADLINE, "bao-cao")
    assert ends(back, "2021-06-16") == date(2021, 5, 14)
    assert date(2021, 6, 15) - timedelta(days=30) == date(2021, 5, 16)


@given(
    st.dates(date(2015, 1, 1), date(2030, 12, 31)),
    st.integers(0, 20),
    st.integers(1, 200),
    st.sampled_from(Edge),
    st.sampled_from(Unit),
)
@settings(deadline=None)
def test_a_term_ends_on_a_working_day_never_before_the_plain_count(
    first: date, more: int, days: int, edge: Edge, unit: Unit
) -> None:
    last = first + timedelta(days=more)
    end = ends(after(days, edge, unit), f"{first}/{last}")
    event = first if edge is Edge.START else last
    assert end is not None
    assert DAYS_OFF.works(end, VN)
    assert end >= event + timedelta(days=days)
    term = Term(days, TermUnit(unit.value), Direction.AFTER)
    assert end == term.end(event, DAYS_OFF, VN)
    if unit is Unit.WORKING:
        counted = (event + timedelta(days=n) for n in range(1, (end - event).days + 1))
        assert sum(DAYS_OFF.works(day, VN) for day in counted) == days


@pytest.mark.parametrize(
    ("words", "rule"),
    [
        ("trong thời hạn 15 ngày kể từ ngày kết thúc", after(15)),
        ("trong vòng 5 ngày làm việc sau khi kết thúc", after(5, unit=Unit.WORKING)),
    ],
)
def test_a_rule_says_what_the_words_say(words: str, rule: Obligation) -> None:
    term = read(words).term
    assert term is not None
    assert ends(rule, "2022-01-28") == term.end(date(2022, 1, 28), DAYS_OFF, VN)


def test_each_turn_has_its_own_and_none_where_it_is_not_held() -> None:
    exchange = duty(
        Rotation(2, (Leg(None, 2020, ("savannakhet", "quang-tri")),)),
        stated=(Stated("2020", None, (), Window.day(date(2020, 6, 10))),),
    )
    found = told(expanded(plan(exchange, after(15, to="doan"))))
    assert {key: value for key, value in found.items() if key.startswith("bao-cao")} == {
        "bao-cao.doan.2020": (None, "confirmed", "2020-06-25"),
        # the window of 2022 is the whole year, and its term ends beyond the plan's period
        "bao-cao.doan.2022": (None, "projected", "2023-01-16"),
    }


def test_what_lies_beyond_the_period_by_its_event_is_not_given() -> None:
    meeting = duty(Once("2023-01-10"), Kind.EVENT, "hop")
    found = expanded(plan(meeting, after(15), period=years(2020, 2022)))
    assert [(o.key, o.status) for o in found] == [("hop.once", Status.CONFIRMED)]
