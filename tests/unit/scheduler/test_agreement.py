"""Agreements through time: one state on every day, and what rests on them follows it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import islice, pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.agreement import CARRYING, Health, State, carries, health, linked, notices
from scheduler.explain import Code, explain
from scheduler.occurrence import Record, Status
from scheduler.plan import Agreement, Extension, Kind, Plan, Stated, Text
from scheduler.rules import Leg, Once, Rotation, Yearly
from scheduler.series import series_of
from scheduler.window import Precision, Window
from tests.unit.scheduler.samples import agreement, duty, expanded, plan, span, told, years

BOTH = ("quang-tri", "savannakhet")
END = date(2022, 12, 31)
FROM_NOW_ON = span(date(2020, 1, 1), None)
NOTICE = date(2022, 10, 2)


def paper(term: Window | None = years(2020, 2022), **fields: Any) -> Agreement:  # noqa: B008 - a frozen value
    """An agreement of Quảng Trị and Savannakhet, for three years unless said otherwise."""
    return replace(agreement("thoa-thuan", BOTH, term), **fields)


PLAIN = paper()
TACIT = paper(extension=Extension.TACIT, every=3)
WATCHED = paper(notice_days=90)
TACIT_WATCHED = replace(TACIT, notice_days=90)
LEAP = paper(span(date(2020, 3, 1), date(2024, 2, 29)), extension=Extension.TACIT, every=1)
SUCCEEDED = paper(successor="moi", replaced=date(2022, 7, 1), notice_days=90)
SUCCEEDED_LATE = paper(successor="moi", replaced=date(2023, 7, 1), notice_days=90)
TACIT_SUCCEEDED = replace(TACIT_WATCHED, successor="moi", replaced=date(2024, 7, 1))


@pytest.mark.parametrize(
    ("one", "day", "stands"),
    [
        (PLAIN, date(2019, 12, 31), Health(State.NOT_YET, END)),
        (PLAIN, date(2020, 1, 1), Health(State.IN_FORCE, END)),
        (PLAIN, END, Health(State.IN_FORCE, END)),
        (PLAIN, date(2023, 1, 1), Health(State.LAPSED, END)),
        (paper(extension=Extension.EXPRESS), date(2023, 1, 1), Health(State.LAPSED, END)),
        (paper(None), date(2023, 1, 1), Health(State.UNKNOWN)),
        (paper(None, successor="moi", replaced=date(2023, 1, 1)), date(2022, 12, 31), Health(State.UNKNOWN)),
        (paper(None, successor="moi", replaced=date(2023, 1, 1)), date(2023, 1, 1), Health(State.SUPERSEDED, END)),
        (paper(FROM_NOW_ON), date(2019, 12, 31), Health(State.NOT_YET)),
        (paper(FROM_NOW_ON), date(2099, 1, 1), Health(State.IN_FORCE)),
        (paper(span(None, END)), date(1999, 1, 1), Health(State.IN_FORCE, END)),
        (WATCHED, date(2022, 10, 1), Health(State.IN_FORCE, END, NOTICE)),
        (WATCHED, NOTICE, Health(State.NOTICE_OPEN, END, NOTICE)),
        (WATCHED, END, Health(State.NOTICE_OPEN, END, NOTICE)),
        (WATCHED, date(2023, 1, 1), Health(State.LAPSED, END, NOTICE)),
        (TACIT, END, Health(State.IN_FORCE, END)),
        (TACIT, date(2023, 1, 1), Health(State.TACITLY_RENEWED, date(2025, 12, 31), renewals=1)),
        (TACIT, date(2031, 12, 31), Health(State.TACITLY_RENEWED, date(2031, 12, 31), renewals=3)),
        (TACIT, date.max, Health(State.TACITLY_RENEWED, date.max, renewals=2659)),
        (TACIT_WATCHED, date(2025, 10, 2), Health(State.NOTICE_OPEN, date(2025, 12, 31), date(2025, 10, 2), 1)),
        (LEAP, date(2024, 3, 1), Health(State.TACITLY_RENEWED, date(2025, 2, 28), renewals=1)),
        (LEAP, date(2028, 2, 29), Health(State.TACITLY_RENEWED, date(2028, 2, 29), renewals=4)),
        (SUCCEEDED, date(2022, 6, 30), Health(State.IN_FORCE, date(2022, 6, 30))),
        (SUCCEEDED, date(2022, 7, 1), Health(State.SUPERSEDED, date(2022, 6, 30))),
        (SUCCEEDED_LATE, END, Health(State.NOTICE_OPEN, END, NOTICE)),
        (SUCCEEDED_LATE, date(2023, 6, 30), Health(State.LAPSED, END, NOTICE)),
        (SUCCEEDED_LATE, date(2023, 7, 1), Health(State.SUPERSEDED, END)),
        (TACIT_SUCCEEDED, date(2024, 6, 30), Health(State.TACITLY_RENEWED, date(2024, 6, 30), renewals=1)),
        (TACIT_SUCCEEDED, date(2024, 7, 1), Health(State.SUPERSEDED, date(2024, 6, 30))),
    ],
)
def test_health_on_a_day(one: Agreement, day: date, stands: Health) -> None:
    assert health(one, day) == stands


@pytest.mark.parametrize(
    ("one", "found"),
    [
        (PLAIN, []),
        (paper(None, notice_days=90), []),
        (paper(FROM_NOW_ON, notice_days=90), []),
        (WATCHED, [(END, NOTICE)]),
        (
            TACIT_WATCHED,
            [(END, NOTICE), (date(2025, 12, 31), date(2025, 10, 2)), (date(2028, 12, 31), date(2028, 10, 2))],
        ),
        (SUCCEEDED, []),
        (SUCCEEDED_LATE, [(END, NOTICE)]),
        (TACIT_SUCCEEDED, [(END, NOTICE)]),
        (paper(span(None, date(1, 1, 5)), notice_days=90), [(date(1, 1, 5), date(1, 1, 1))]),
    ],
)
def test_notices_of_an_agreement(one: Agreement, found: list[tuple[date, date]]) -> None:
    assert list(islice(notices(one), 3)) == found


def test_notices_end_with_the_calendar() -> None:
    last = paper(span(date(9990, 1, 1), date(9998, 12, 31)), extension=Extension.TACIT, every=5, notice_days=1)
    assert list(notices(last)) == [(date(9998, 12, 31), date(9998, 12, 30)), (date.max, date(9999, 12, 30))]


def test_a_successor_begins_with_its_term_else_on_the_day_it_was_signed() -> None:
    dated = replace(paper(years(2023, 2027)), id="moi")
    signed = Agreement("ky", Text("ky"), BOTH, date(2023, 5, 9))
    silent = Agreement("khong-ngay", Text("khong-ngay"), BOTH)
    old = [
        replace(PLAIN, id=f"cu-{n}", successor=successor)
        for n, successor in enumerate(("moi", "ky", "khong-ngay", "x"))
    ]
    here, there = plan(agreements=tuple(old)), plan(ident="sau", agreements=(dated, signed, silent))
    found = linked([here, there])
    assert [a.replaced for a in found[0].agreements] == [date(2023, 1, 1), date(2023, 5, 9), None, None]
    assert found[1] == there
    assert linked(found) == found


# What rests on an agreement


def exchange(*agreements: Agreement, period: Window | None = None, **fields: Any) -> Plan:
    """A yearly exchange with Savannakhet from 2020 on."""
    rule = Rotation(1, (Leg(None, 2020, BOTH),))
    return plan(duty(rule, partners=("savannakhet",), **fields), period=period, agreements=agreements)


def statuses(one: Plan) -> dict[str, Status]:
    """Status by cycle."""
    return {o.cycle: o.status for o in expanded(one) if o.obligation == "doan"}


IN, OUT = Status.TENTATIVE, Status.PROJECTED


@pytest.mark.parametrize(
    ("one", "found"),
    [
        (PLAIN, [IN, IN, IN, OUT, OUT, OUT, OUT]),
        (TACIT, [IN] * 7),
        (replace(TACIT, replaced=date(2024, 1, 1)), [IN, IN, IN, IN, OUT, OUT, OUT]),
        (paper(years(2021, 2022)), [OUT, IN, IN, OUT, OUT, OUT, OUT]),
        (paper(None), [IN] * 7),
        (paper(None, replaced=date(2024, 1, 1)), [IN] * 4 + [OUT] * 3),
        (SUCCEEDED, [IN, IN, IN, OUT, OUT, OUT, OUT]),
    ],
)
def test_turns_are_in_force_while_the_agreement_carries_them(one: Agreement, found: list[Status]) -> None:
    assert list(statuses(exchange(one)).values()) == found


def test_what_the_text_states_stays_after_a_lapse() -> None:
    stated = Stated("2024", clauses=("III.2024",))
    assert statuses(exchange(PLAIN, stated=(stated,))) == {
        "2020": IN, "2021": IN, "2022": IN, "2023": OUT, "2024": IN, "2025": OUT, "2026": OUT,
    }  # fmt: skip
    once = plan(duty(Once("tháng 6/2024"), partners=("savannakhet",)), period=None, agreements=(PLAIN,))
    assert statuses(once) == {"once": IN}


def test_the_plan_s_period_still_counts_beside_a_renewed_agreement() -> None:
    assert statuses(exchange(TACIT, period=years(2020, 2023))) == {
        "2020": IN, "2021": IN, "2022": IN, "2023": IN, "2024": OUT, "2025": OUT, "2026": OUT,
    }  # fmt: skip


def test_of_several_agreements_the_one_that_ends_first_is_rested_on() -> None:
    joint = replace(PLAIN, id="b-ket-thuc")
    assert {o.agreement for o in expanded(exchange(TACIT, joint))} == {"b-ket-thuc"}
    replaced = replace(TACIT, replaced=date(2021, 7, 1))
    assert {o.agreement for o in expanded(exchange(replaced, joint))} == {"thoa-thuan"}


# Renewals


def test_a_renewal_is_a_deadline_on_the_desk_of_the_plan() -> None:
    one = plan(period=years(2020, 2022), agreements=(TACIT_WATCHED,))
    found = expanded(one)
    assert told(found) == {
        "renew-thoa-thuan.2022": (None, "confirmed", "2022-09-30"),  # 2/10/2022 is a Sunday
        "renew-thoa-thuan.2025": (None, "confirmed", "2025-10-02"),
    }
    first = found[0]
    assert (first.kind, first.leads, first.owner, first.partners) == (
        Kind.DEADLINE,
        ("front",),
        "front",
        ("savannakhet",),
    )
    assert (first.clauses, first.agreement, first.plan, first.to_set) == ((), "thoa-thuan", "ke-hoach", ())
    assert first.title == Text("Thông báo gia hạn hoặc chấm dứt: thoa-thuan", "Notice of renewal or ending: thoa-thuan")


def test_an_agreement_without_a_notice_window_asks_for_nothing() -> None:
    assert expanded(plan(agreements=(PLAIN, replace(TACIT, id="b"), replace(SUCCEEDED, id="c")))) == ()


def test_one_agreement_of_two_plans_is_renewed_once_under_the_first_by_id() -> None:
    here, there = plan(ident="b-sau", agreements=(WATCHED,)), plan(ident="a-truoc", agreements=(WATCHED,))
    assert [(o.key, o.plan) for o in expanded(here, there)] == [("renew-thoa-thuan.2022", "a-truoc")]


def test_what_was_due_before_the_plan_began_is_not_asked_for() -> None:
    old = paper(years(2011, 2013), extension=Extension.TACIT, every=3, notice_days=30)
    assert [o.cycle for o in expanded(plan(period=years(2020, 2022), agreements=(old,)))] == ["2022", "2025"]
    assert [o.cycle for o in expanded(plan(period=None, agreements=(old,)))] == ["2013", "2016", "2019", "2022", "2025"]


def test_a_notice_may_fall_in_the_year_before_the_term_ends() -> None:
    one = paper(span(date(2020, 2, 1), date(2023, 1, 31)), notice_days=90)
    assert told(expanded(plan(agreements=(one,)))) == {"renew-thoa-thuan.2023": (None, "confirmed", "2022-11-02")}


def test_renewals_reach_as_far_as_the_horizon() -> None:
    one = plan(agreements=(TACIT_WATCHED,))
    assert [o.cycle for o in expanded(one, horizon=date(2031, 12, 31))] == ["2022", "2025", "2028", "2031"]


# Why


def facts_of(one: Plan, key: str) -> dict[Code, dict[str, object]]:
    """What is told of an occurrence, by code."""
    occurrence = next(o for o in expanded(one) if o.key == key)
    now = Record(occurrence, 0, datetime(2026, 1, 1, tzinfo=UTC))
    return {fact.code: dict(fact.fields) for fact in explain(now, series_of([one])[occurrence.obligation], None)}


def test_the_reason_of_a_renewal_is_the_end_of_the_term() -> None:
    facts = facts_of(plan(agreements=(TACIT_WATCHED,)), "renew-thoa-thuan.2025")
    assert facts[Code.RELATIVE] == {
        "anchor": "thoa-thuan", "edge": "end", "days": 90, "unit": "calendar", "same": False, "forward": False,
        "first": None, "last": date(2025, 12, 31), "day": date(2025, 10, 2),
    }  # fmt: skip
    assert Code.CLAUSES not in facts
    assert Code.PERIOD not in facts


DOAN = duty(Yearly(), Kind.TALKS, host="savannakhet", partners=("savannakhet",))


@pytest.mark.parametrize(
    ("one", "cycle", "inside", "state", "ends"),
    [
        (PLAIN, "2021", True, State.IN_FORCE, END),
        (PLAIN, "2023", False, State.LAPSED, END),
        (TACIT, "2024", True, State.TACITLY_RENEWED, date(2025, 12, 31)),
        (replace(TACIT, replaced=date(2023, 1, 1)), "2024", False, State.SUPERSEDED, END),
        (paper(None), "2024", None, State.UNKNOWN, None),
    ],
)
def test_an_explanation_says_how_the_agreement_stands(
    one: Agreement, cycle: str, inside: bool | None, state: State, ends: date | None
) -> None:
    fact = facts_of(exchange(one), f"doan.{cycle}")[Code.AGREEMENT]
    assert (fact["inside"], fact["state"], fact["ends"]) == (inside, state, ends)


def test_an_explanation_names_the_agreement_of_its_days() -> None:
    old = paper(successor="moi")
    new = replace(agreement("moi", BOTH, span(date(2023, 7, 1), date(2025, 12, 31))), successor="sau")
    [book] = linked([plan(DOAN, period=span(date(2021, 7, 1), date(2023, 12, 31)), agreements=(old, new))])
    told_of = {}
    for cycle in ("2021", "2022", "2023", "2024", "2026"):
        facts = facts_of(book, f"doan.{cycle}")
        stands = facts[Code.AGREEMENT]
        told_of[cycle] = (facts[Code.PERIOD]["inside"], stands["id"], stands["inside"], stands["state"])
    assert told_of == {
        "2021": (True, "thoa-thuan", True, State.IN_FORCE),
        "2022": (True, "thoa-thuan", True, State.IN_FORCE),
        "2023": (True, "moi", True, State.IN_FORCE),
        "2024": (False, "moi", True, State.IN_FORCE),
        "2026": (False, "moi", False, State.LAPSED),
    }


# Laws

DAYS = st.dates(date(2000, 1, 1), date(2060, 12, 31))
LENGTHS = st.integers(1, 4000)


@st.composite
def agreements(draw: st.DrawFn) -> Agreement:
    """Any agreement a plan file can describe."""
    start, length = draw(DAYS), draw(LENGTHS)
    last = start + timedelta(days=length)
    term = draw(st.sampled_from((None, span(start, last), span(None, last), span(start, None))))
    ends = term is not None and term.last is not None
    tacit = ends and draw(st.booleans())
    return paper(
        term,
        extension=Extension.TACIT if tacit else draw(st.sampled_from((Extension.NONE, Extension.EXPRESS))),
        every=draw(st.integers(1, 10)) if tacit else None,
        notice_days=draw(st.none() | st.integers(1, 3660)) if ends else None,
        replaced=draw(st.none() | DAYS),
    )


@given(agreements(), DAYS)
def test_health_is_one_state_that_fits_its_days(one: Agreement, day: date) -> None:
    stands = health(one, day)
    carried = carries(one, day)
    assert carried == (None if stands.state is State.UNKNOWN else stands.state in CARRYING)
    if carried and stands.ends is not None:
        assert day <= stands.ends
    if stands.state in (State.LAPSED, State.SUPERSEDED) and stands.ends is not None:
        assert stands.ends < day
    if stands.state is State.NOTICE_OPEN:
        assert stands.notice is not None
        assert stands.notice <= day
    if one.replaced is not None:
        assert (stands.state is State.SUPERSEDED) == (day >= one.replaced)
    if one.last is not None and day > one.last:
        assert not carried


@given(agreements(), DAYS, DAYS)
def test_once_over_an_agreement_stays_over(one: Agreement, day: date, other: date) -> None:
    early, late = sorted((day, other))
    if health(one, early).state in (State.LAPSED, State.SUPERSEDED):
        assert carries(one, late) is False


@given(st.integers(1, 10), DAYS, LENGTHS, DAYS)
def test_a_tacit_renewal_covers_every_day_after_the_first_end(every: int, start: date, length: int, day: date) -> None:
    last = start + timedelta(days=length)
    one = paper(span(start, last), extension=Extension.TACIT, every=every)
    if day > last:
        stands = health(one, day)
        assert stands.state is State.TACITLY_RENEWED
        assert stands.ends is not None
        assert day <= stands.ends
        assert stands.ends.year == last.year + every * stands.renewals
        before = health(one, stands.ends + timedelta(days=1))
        assert before.renewals == stands.renewals + 1


@given(agreements())
def test_every_notice_lies_before_its_end_and_every_end_in_a_year_of_its_own(one: Agreement) -> None:
    found = list(islice(notices(one), 20))
    assert all(notice < ends for ends, notice in found)
    assert all(a.year < b.year for (a, _), (b, _) in pairwise(found))


@given(DAYS, st.sampled_from((1, 2, 3)), st.booleans())
def test_a_lapse_changes_no_earlier_occurrence(last: date, every: int, by_turn: bool) -> None:
    rule = Rotation(every, (Leg(None, 2001, BOTH),)) if by_turn else Yearly(every, 2001, "tháng 6")
    duties = duty(rule, partners=("savannakhet",))
    start = date(1999, 1, 1)
    open_ended, ended = (
        expanded(plan(duties, period=None, agreements=(paper(span(start, end)),)), horizon=date(2070, 12, 31))
        for end in (None, last)
    )
    assert [o.key for o in open_ended] == [o.key for o in ended]
    for before, after in zip(open_ended, ended, strict=True):
        assert before.window.start is not None
        if before.window.start <= last:
            assert after == before
        else:
            assert after == replace(before, status=Status.PROJECTED)


@given(agreements())
def test_what_a_plan_gives_does_not_depend_on_where_one_looks_from(one: Agreement) -> None:
    near = expanded(plan(agreements=(one,)), horizon=date(2040, 12, 31))
    far = expanded(plan(agreements=(one,)), horizon=date(2050, 12, 31))
    assert [o for o in far if o in near] == list(near)
    assert all(o.window.precision is Precision.DAY for o in far)
