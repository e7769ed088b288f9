"""The deep check: what is worth looking into, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.anniversary import AnniversaryClass
from scheduler.occurrence import Occurrence, Status
from scheduler.plan import Agreement, Extension, Gap, Kind, Plan, Stated, Text
from scheduler.reciprocity import Balance, balances
from scheduler.rules import AnniversaryOf, Leg, Once, Recurrence, Rotation, Unset, Yearly
from scheduler.survey import Finding, Matter, Scene, Severity, survey
from scheduler.window import Window
from scheduler.workdays import OffCode
from tests.unit.scheduler.samples import DAYS_OFF, DIRECTORY, agreement, duty, expanded, plan, span, years

NOW = date(2024, 3, 1)
TITLE = Text("Việc")
BOTH = ("quang-tri", "savannakhet")


def scene(*plans: Plan, as_of: date = NOW, horizon: date = date(2029, 12, 31)) -> Scene:
    """What the plans give, seen on a day."""
    return Scene(plans, expanded(*plans, horizon=horizon), DIRECTORY, DAYS_OFF, as_of)


def found(code: Matter, *plans: Plan, **where: date) -> list[dict[str, Any]]:
    """The fields of every finding on one matter."""
    return [dict(finding.fields) for finding in survey(scene(*plans, **where)) if finding.code is code]


def exchange(first: int, ident: str = "doan", order: tuple[str, ...] = BOTH, every: int = 1, **fields: Any) -> Any:
    """An exchange with Savannakhet."""
    return duty(Rotation(every, (Leg(None, first, order),)), ident=ident, partners=("savannakhet",), **fields)


def meeting(when: str, ident: str, kind: Kind = Kind.EVENT, **fields: Any) -> Any:
    """One meeting on fixed days."""
    return duty(Once(when), kind, ident, partners=("savannakhet",), host="quang-tri", **fields)


def test_plans_in_order_give_no_warning() -> None:
    calm = plan(exchange(2024), period=years(2024, 2026), agreements=(agreement("mo", BOTH, years(2024, 2099)),))
    assert survey(scene(calm)) == ()


# Cycles without a host


def test_turns_ahead_without_a_host_stand_together_for_each_line() -> None:
    legs = (Leg("savannakhet", 2023, ()), Leg("salavan", 2024, ("quang-tri", "salavan")), Leg("sekong", None, ()))
    open_ = duty(Rotation(2, legs), partners=("savannakhet", "salavan", "sekong"), to_set=(Gap.ORDER,))
    assert found(Matter.NO_HOST, plan(open_, period=None)) == [
        {"obligation": "doan", "leg": "savannakhet", "title": TITLE, "cycles": ("2025", "2027", "2029")}
    ]


def test_what_is_over_needs_no_host() -> None:
    held = duty(
        Yearly(1, 2024), Kind.TALKS, stated=(Stated("2025", held=Window.day(date(2025, 3, 3)), host=None),),
        to_set=(Gap.FIRST_HOST,),
    )  # fmt: skip
    assert [f["cycles"] for f in found(Matter.NO_HOST, plan(held, period=years(2024, 2026)))] == [
        ("2024", "2026", "2027", "2028", "2029")
    ]


# Crowded years


def test_a_year_with_six_meetings_is_crowded() -> None:
    six = [exchange(2025, f"doan-{n}", BOTH if n < 2 else BOTH[::-1], every=5) for n in range(6)]
    assert found(Matter.OVERLOAD, plan(*six, period=None)) == [
        {"party": "quang-tri", "year": 2025, "count": 6, "hosting": 2, "travelling": 4}
    ]
    assert found(Matter.OVERLOAD, plan(*six[:5], period=None)) == []


def test_the_number_that_makes_a_year_crowded_can_be_said() -> None:
    two = scene(plan(exchange(2025, "a", every=50), exchange(2025, "b", every=50), period=None))
    crowded = [f.fields["year"] for f in survey(two, crowded=2) if f.code is Matter.OVERLOAD]
    assert crowded == [2025]


def test_a_meeting_counts_in_the_year_it_takes_place_and_a_cancelled_one_not_at_all() -> None:
    late = Stated("2024", held=span(date(2025, 1, 6), date(2025, 1, 7)))
    base = scene(plan(exchange(2024, every=50, stated=(late,)), exchange(2025, "b", every=50), period=None))
    assert [f.fields["year"] for f in survey(base, crowded=2) if f.code is Matter.OVERLOAD] == [2025]
    dropped = tuple(replace(o, status=Status.CANCELLED) if o.obligation == "b" else o for o in base.occurrences)
    assert [f for f in survey(replace(base, occurrences=dropped), crowded=2) if f.code is Matter.OVERLOAD] == []


def test_years_gone_by_are_not_crowded() -> None:
    six = [exchange(2020, f"doan-{n}", every=50) for n in range(6)]
    assert found(Matter.OVERLOAD, plan(*six, period=None)) == []


# Clashes


def test_two_gatherings_of_one_organisation_on_the_same_days_clash() -> None:
    one, other = meeting("5-8/6/2024", "a"), meeting("7-9/6/2024", "b", Kind.TALKS)
    elsewhere = meeting("5-8/6/2024", "c", leads=("department",))
    assert found(Matter.CLASH, plan(one, other, elsewhere, period=years(2024, 2024))) == [
        {
            "organisation": "front", "first": date(2024, 6, 7), "last": date(2024, 6, 8),
            "keys": ("a.once", "b.once"), "titles": (TITLE, TITLE),
        }
    ]  # fmt: skip


@pytest.mark.parametrize(
    "other",
    [
        meeting("9/6/2024", "b"),  # the next day
        meeting("tháng 6/2024", "b"),  # not fixed yet
        duty(Once("6/6/2024"), Kind.DEADLINE, "b"),  # nobody has to be anywhere
    ],
)
def test_what_does_not_clash(other: Any) -> None:
    assert found(Matter.CLASH, plan(meeting("5-8/6/2024", "a"), other, period=years(2024, 2024))) == []


def test_coordinating_counts_for_a_clash_and_two_anniversaries_do_not() -> None:
    visit = meeting("5-8/9/2024", "tham", leads=("department",), coordinating=("front",))
    days = [duty(AnniversaryOf(date(1962, 9, 5)), Kind.ANNIVERSARY, name) for name in ("ky-niem-a", "ky-niem-b")]
    pairs = [f["keys"] for f in found(Matter.CLASH, plan(visit, *days, period=years(2024, 2024)))]
    assert pairs == [("ky-niem-a.2024", "tham.once"), ("ky-niem-b.2024", "tham.once")]


def test_a_joint_meeting_does_not_clash_with_itself() -> None:
    base = scene(plan(meeting("5/6/2024", "a"), meeting("5/6/2024", "b"), period=years(2024, 2024)))
    joint = tuple(replace(o, joint="a.once") if o.key == "b.once" else o for o in base.occurrences)
    assert Matter.CLASH not in {finding.code for finding in survey(replace(base, occurrences=joint))}


# Days off


def test_fixed_days_and_deadlines_on_a_day_off_of_either_side_are_named() -> None:
    new_year = meeting("14-15/4/2025", "tham")
    report = duty(Once("2/9/2025"), Kind.REPORT, "bao-cao", partners=())
    told = found(Matter.DAY_OFF, plan(new_year, report, period=years(2024, 2026)))
    assert [(f["key"], f["days"], f["parties"], f["reason"]) for f in told] == [
        ("bao-cao.once", (date(2025, 9, 2),), ("quang-tri",), OffCode.HOLIDAY),
        ("tham.once", (date(2025, 4, 14), date(2025, 4, 15)), ("savannakhet",), OffCode.HOLIDAY),
    ]
    assert "Quốc khánh" in told[0]["name"].vi


def test_of_anniversaries_only_a_round_one_is_said_to_fall_on_a_day_off() -> None:
    treaty = duty(AnniversaryOf(date(1977, 7, 18)), Kind.ANNIVERSARY, "hiep-uoc", partners=())
    told = found(Matter.DAY_OFF, plan(treaty, period=None), horizon=date(2033, 12, 31))
    assert [(f["key"], f["name"].vi) for f in told] == [("hiep-uoc.2027", "Chủ nhật")]


def test_an_open_duty_s_borrowed_last_day_is_no_conflict() -> None:
    open_ = duty(Unset(), Kind.REPORT, "bao-cao", to_set=(Gap.CYCLE,))
    assert found(Matter.DAY_OFF, plan(open_, period=years(2022, 2028))) == []  # 31/12/2028 is a Sunday


# Anniversaries


TREATY = duty(AnniversaryOf(date(1977, 7, 18)), Kind.ANNIVERSARY, "hiep-uoc")
RELATIONS = duty(AnniversaryOf(date(1962, 9, 5)), Kind.ANNIVERSARY, "quan-he")
FRONT = duty(AnniversaryOf(date(1930, 11, 18)), Kind.ANNIVERSARY, "mat-tran")


def test_2027_is_heavy() -> None:
    treaty = {"title": TITLE, "ordinal": 50, "rank": AnniversaryClass.ROUND, "day": date(2027, 7, 18)}
    relations = {"title": TITLE, "ordinal": 65, "rank": AnniversaryClass.FIFTH, "day": date(2027, 9, 5)}
    assert found(Matter.HEAVY_YEAR, plan(TREATY, RELATIONS, FRONT, period=None)) == [
        {"year": 2027, "marks": (treaty, relations)}
    ]


def test_one_origin_in_two_duties_is_one_anniversary() -> None:
    again = duty(Once("5/9/2027", marks=date(1962, 9, 5)), Kind.EVENT, "le-ky-niem")
    assert found(Matter.HEAVY_YEAR, plan(RELATIONS, again, period=None)) == []
    both = found(Matter.HEAVY_YEAR, plan(TREATY, RELATIONS, again, period=None))
    assert [mark["ordinal"] for mark in both[0]["marks"]] == [50, 65]


def test_an_event_that_marks_an_anniversary_counts() -> None:
    event = duty(Once("tháng 11/2025", marks=date(1930, 11, 18)), Kind.EVENT, "le-ky-niem")
    party = duty(AnniversaryOf(date(1955, 3, 22)), Kind.ANNIVERSARY, "dang-nhan-dan")
    heavy = found(Matter.HEAVY_YEAR, plan(event, party, period=None))
    assert [(f["year"], [mark["ordinal"] for mark in f["marks"]]) for f in heavy] == [(2025, [70, 95])]


# Still to set


def test_what_is_still_to_set_stands_once_for_each_duty() -> None:
    talks = duty(Yearly(1, 2020), Kind.TALKS, "hoi-dam", to_set=(Gap.FIRST_HOST,))
    report = duty(Unset(), Kind.REPORT, "bao-cao", to_set=(Gap.CYCLE, Gap.DEADLINE))
    done = meeting("5/6/2020", "xong", to_set=(Gap.PLACE,), stated=(Stated("once", held=Window.day(date(2020, 6, 5))),))
    assert found(Matter.TO_SET, plan(talks, report, done)) == [
        {"obligation": "bao-cao", "plan": "ke-hoach", "title": TITLE, "gaps": (Gap.CYCLE, Gap.DEADLINE)},
        {"obligation": "hoi-dam", "plan": "ke-hoach", "title": TITLE, "gaps": (Gap.FIRST_HOST,)},
    ]


# Agreements


def paper(term: Window | None, **fields: Any) -> Agreement:
    return replace(agreement("thoa-thuan", BOTH, term), **fields)


@pytest.mark.parametrize(
    ("one", "ends"),
    [
        (paper(years(2023, 2024)), date(2024, 12, 31)),
        (paper(span(None, date(2025, 3, 1))), date(2025, 3, 1)),
        (paper(span(None, date(2025, 3, 2))), None),
        (paper(span(None, NOW), extension=Extension.EXPRESS, notice_days=30), NOW),
        (paper(years(2023, 2024), extension=Extension.TACIT, every=1), None),
        (paper(years(2023, 2024), successor="moi", replaced=date(2025, 1, 1)), None),
        (paper(years(2023, 2024), successor="moi", replaced=date(2025, 6, 1)), date(2024, 12, 31)),
        (paper(years(2025, 2025)), None),
        (paper(years(2020, 2022)), None),
        (paper(None), None),
    ],
)
def test_an_agreement_that_ends_within_a_year_with_nothing_to_follow(one: Agreement, ends: date | None) -> None:
    told = found(Matter.LAPSING, plan(period=None, agreements=(one,)))
    assert [f["ends"] for f in told] == ([] if ends is None else [ends])


def test_an_agreement_that_has_ended_while_meetings_rest_on_it() -> None:
    old = paper(years(2020, 2022), successor="moi", replaced=date(2024, 1, 1))
    turns = exchange(2020, every=2)
    keys = ("doan.2024", "doan.2026", "doan.2028")
    last = date(2022, 12, 31)
    for one, after in ((paper(years(2020, 2022)), None), (old, "moi")):
        assert found(Matter.LAPSED, plan(turns, period=None, agreements=(one,))) == [
            {"agreement": "thoa-thuan", "title": one.title, "ended": last, "successor": after, "keys": keys}
        ]
    assert found(Matter.LAPSED, plan(duty(Once("tháng 6/2024"), Kind.TASK), period=None, agreements=(old,))) == []
    assert found(Matter.LAPSED, plan(turns, agreements=(old,)), as_of=date(2022, 6, 1)) == []


# Reciprocity


def test_hosts_are_counted_as_they_were_and_as_they_were_due() -> None:
    turns = exchange(2019, order=("savannakhet", "quang-tri"), every=2, stated=(
        Stated("2021", held=Window.day(date(2022, 1, 5)), host="savannakhet"),
    ))  # fmt: skip
    one = plan(turns, period=None)
    assert balances(expanded(one), {"ke-hoach": "quang-tri"}, NOW) == (
        Balance("quang-tri", "savannakhet", hosted=0, visited=3, unrecorded=2),
    )
    (note,) = found(Matter.RECIPROCITY, one)
    assert (note["outstanding"], note["owing"]) == (3, "quang-tri")


@pytest.mark.parametrize(
    ("status", "counted"),
    [
        (Status.HELD, 1),
        (Status.CONFIRMED, 1),
        (Status.PROJECTED, 1),
        (Status.POSTPONED, 0),
        (Status.SKIPPED, 0),
        (Status.CANCELLED, 0),
    ],
)
def test_what_was_not_carried_out_does_not_count(status: Status, counted: int) -> None:
    (one,) = expanded(plan(exchange(2022, every=50), period=None))
    rows = [replace(one, status=status)]
    assert [b.hosted for b in balances(rows, {"ke-hoach": "quang-tri"}, NOW)] == [1] * counted


def test_meetings_of_several_count_for_each_and_joint_ones_once() -> None:
    both = ("savannakhet", "salavan")
    three = duty(
        Rotation(2, (Leg(None, 2022, ("salavan", "quang-tri", "savannakhet")),)), ident="thanh-nien", partners=both
    )
    talks = duty(Yearly(1, 2023), Kind.TALKS, "hoi-dam", partners=both, to_set=(Gap.FIRST_HOST,))
    rows = [o for o in expanded(plan(three, talks, period=None)) if o.cycle in ("2022", "2023")]
    homes = {"ke-hoach": "quang-tri"}
    assert balances(rows, homes, NOW) == (
        Balance("quang-tri", "salavan", visited=1, unknown=1, unrecorded=2),
        Balance("quang-tri", "savannakhet", elsewhere=1, unknown=1, unrecorded=2),
    )
    joint = [replace(o, joint="thanh-nien.2022") if o.obligation == "hoi-dam" else o for o in rows]
    assert [(b.visited, b.elsewhere, b.unknown) for b in balances(joint, homes, NOW)] == [(0, 0, 1), (0, 0, 1)]


def test_a_balance_that_is_even_owes_nothing() -> None:
    assert (Balance("a", "b", 2, 2).outstanding, Balance("a", "b", 2, 2).owing) == (0, None)
    assert (Balance("a", "b", 3, 1).outstanding, Balance("a", "b", 3, 1).owing) == (2, "b")


# The whole


def test_findings_come_in_the_order_of_matters_with_their_weight() -> None:
    several = plan(
        exchange(2020),
        duty(Yearly(1, 2024), Kind.TALKS, "hoi-dam", to_set=(Gap.FIRST_HOST,)),
        TREATY,
        RELATIONS,
        meeting("2/9/2024", "tham"),
        period=None,
        agreements=(paper(years(2020, 2022)), replace(paper(years(2023, 2024)), id="khac")),
    )
    told = survey(scene(several))
    order = list(Matter)
    assert [f.code for f in told] == sorted((f.code for f in told), key=order.index)
    assert {f.code: f.severity for f in told} == {
        Matter.NO_HOST: Severity.WARNING,
        Matter.DAY_OFF: Severity.WARNING,
        Matter.HEAVY_YEAR: Severity.NOTE,
        Matter.TO_SET: Severity.NOTE,
        Matter.LAPSING: Severity.WARNING,
        Matter.LAPSED: Severity.WARNING,
        Matter.RECIPROCITY: Severity.NOTE,
    }


def carried(findings: Iterable[Finding]) -> set[object]:
    return {f.fields["key"] for f in findings if f.code is Matter.DAY_OFF}


@given(st.dates(date(2020, 1, 1), date(2028, 1, 1)), st.integers(0, 400))
def test_what_a_later_look_still_warns_of_an_earlier_one_did_too(day: date, later: int) -> None:
    weekly = duty(Recurrence("FREQ=WEEKLY;INTERVAL=3;COUNT=60", date(2021, 1, 2)), Kind.DEADLINE, "han")
    one = plan(weekly, exchange(2020), period=None, agreements=(paper(years(2020, 2026)),))
    early, late = (survey(scene(one, as_of=when)) for when in (day, day + timedelta(days=later)))
    assert carried(late) <= carried(early)


@given(st.dates(date(2018, 1, 1), date(2029, 12, 31)))
def test_every_meeting_carried_out_is_counted_once(day: date) -> None:
    rows: list[Occurrence] = list(expanded(plan(exchange(2019), exchange(2020, "b", every=2), period=None)))
    past = [o for o in rows if o.window.last and o.window.last < day]
    counted = balances(rows, {"ke-hoach": "quang-tri"}, day)
    assert sum(b.hosted + b.visited + b.elsewhere + b.unknown for b in counted) == len(past)
