"""From rules to occurrences: every rule, series that go on, what is in force, and the laws that always hold."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.anniversary import Anniversary, AnniversaryClass
from scheduler.occurrence import Occurrence, Status
from scheduler.plan import MEETINGS, Gap, Kind, Obligation, Plan, Stated
from scheduler.rules import (
    AnniversaryOf,
    Edge,
    Leg,
    Once,
    Ongoing,
    Periodic,
    PeriodUnit,
    Recurrence,
    Relative,
    Rotation,
    Rule,
    Unit,
    Unset,
    WholePeriod,
    Yearly,
)
from scheduler.window import Precision, Window
from tests.unit.scheduler.samples import agreement, duty, expanded, expected, plan, span, told, written, year, years

SAVANNAKHET = Leg("savannakhet", 2019, ("savannakhet", "quang-tri"))
SALAVAN = Leg("salavan", 2019, ("quang-tri", "salavan"))
TWO_LEGS = Rotation(2, (SAVANNAKHET, SALAVAN))
THREE_HOSTS = Rotation(2, (Leg(None, 2022, ("salavan", "quang-tri", "savannakhet")),))
PERIOD = years(2020, 2022)


def day(text: str) -> date:
    return date.fromisoformat(text)


# -- Rotation.


def test_two_legs_in_opposite_phase() -> None:
    stated = (
        Stated("2019", "savannakhet", ("III.2019.1",)),
        Stated("2019", "salavan", ("III.2019.2",)),
        Stated("2021", "salavan", ("III.2021.1",)),
        Stated("2021", "savannakhet", ("III.2021.2",)),
    )
    exchange = duty(TWO_LEGS, words="02 năm/lần", stated=stated)
    front = plan(exchange)

    def turn(leg: str, number: int, host: str, *clauses: str) -> Occurrence:
        return expected(
            front,
            exchange,
            str(number),
            year(number),
            leg=leg,
            clauses=("II.5", *clauses),
            status=Status.TENTATIVE if clauses else Status.PROJECTED,
            host=host,
            place=host,
            travels=(leg if host == "quang-tri" else "quang-tri",),
            partners=(leg,),
        )

    assert expanded(front) == (
        turn("salavan", 2019, "quang-tri", "III.2019.2"),
        turn("salavan", 2021, "salavan", "III.2021.1"),
        turn("salavan", 2023, "quang-tri"),
        turn("salavan", 2025, "salavan"),
        turn("savannakhet", 2019, "savannakhet", "III.2019.1"),
        turn("savannakhet", 2021, "quang-tri", "III.2021.2"),
        turn("savannakhet", 2023, "savannakhet"),
        turn("savannakhet", 2025, "quang-tri"),
    )


def test_three_hosts_in_turn_and_all_the_others_travel() -> None:
    found = expanded(plan(duty(THREE_HOSTS), period=years(2022, 2024)), horizon=date(2030, 12, 31))
    assert [(o.key, o.host, o.place, o.travels, o.status.value) for o in found] == [
        ("doan.2022", "salavan", "salavan", ("quang-tri", "savannakhet"), "tentative"),
        ("doan.2024", "quang-tri", "quang-tri", ("savannakhet", "salavan"), "tentative"),
        ("doan.2026", "savannakhet", "savannakhet", ("quang-tri", "salavan"), "projected"),
        ("doan.2028", "salavan", "salavan", ("quang-tri", "savannakhet"), "projected"),
        ("doan.2030", "quang-tri", "quang-tri", ("savannakhet", "salavan"), "projected"),
    ]


def test_a_rotation_within_a_month() -> None:
    exchange = duty(replace(THREE_HOSTS, every=1, within="tháng 6"))
    assert [
        (o.key, written(o.window), o.window.precision) for o in expanded(plan(exchange), horizon=day("2023-01-01"))
    ] == [
        ("doan.2022", "2022-06-01/2022-06-30", Precision.MONTH),
        ("doan.2023", "2023-06-01/2023-06-30", Precision.MONTH),
    ]


def test_what_the_text_says_of_one_cycle_wins() -> None:
    held = span(day("2021-09-20"), day("2021-09-21"), Precision.DAYS)
    stated = (Stated("2021", "salavan", ("III.2",), held, "quang-tri", "dong-ha"),)
    exchange = duty(Rotation(2, (SALAVAN,)), stated=stated)
    front = plan(exchange)
    assert expanded(front, horizon=day("2022-12-31")) == (
        expected(
            front,
            exchange,
            "2021",
            held,
            leg="salavan",
            clauses=("II.5", "III.2"),
            status=Status.HELD,
            host="quang-tri",
            place="dong-ha",
            travels=("salavan",),
            partners=("salavan",),
        ),
    )


def test_the_host_travels_too_when_the_place_is_elsewhere() -> None:
    stated = (Stated("2022", place="dong-ha"),)
    found = expanded(plan(duty(THREE_HOSTS, stated=stated)), horizon=day("2022-12-31"))
    assert [(o.host, o.place, o.travels) for o in found] == [("salavan", "dong-ha", ("savannakhet", "salavan"))]


def test_nothing_is_guessed_where_the_text_is_silent() -> None:
    gaps = (Gap.FIRST_YEAR, Gap.ORDER)
    youth = duty(Rotation(2, (Leg(None, None, ()),)), to_set=gaps)
    without_order = duty(Rotation(2, (Leg(None, 2021, ()),)), ident="hoi-dam", to_set=(Gap.ORDER,))
    book = plan(youth, without_order)
    assert expanded(book, horizon=day("2023-12-31")) == (
        expected(book, youth, "unset", PERIOD),
        expected(book, without_order, "2021", year(2021)),
        expected(book, without_order, "2023", year(2023), status=Status.PROJECTED),
    )


def test_each_leg_without_a_first_year_is_one_row() -> None:
    legs = (Leg("savannakhet", None, ("savannakhet", "quang-tri")), SALAVAN)
    found = expanded(plan(duty(Rotation(2, legs), to_set=(Gap.FIRST_YEAR,))), horizon=day("2022-12-31"))
    assert [(o.key, o.host, o.partners, o.status.value) for o in found] == [
        ("doan.salavan.2021", "salavan", ("salavan",), "tentative"),
        ("doan.savannakhet.unset", None, ("savannakhet",), "tentative"),
    ]


# -- The other rules.


def test_yearly_over_the_period_and_within_a_quarter() -> None:
    programme = duty(Yearly(), Kind.TASK, "chuong-trinh")
    talks = duty(Yearly(2, 2020, "quý II"), Kind.TALKS, "hoi-dam", host="quang-tri", place="dong-ha")
    assert told(expanded(plan(programme, talks), horizon=day("2025-12-31"))) == {
        "chuong-trinh.2020": (None, "confirmed", "2020-01-01/2020-12-31"),
        "chuong-trinh.2021": (None, "confirmed", "2021-01-01/2021-12-31"),
        "chuong-trinh.2022": (None, "confirmed", "2022-01-01/2022-12-31"),
        "hoi-dam.2020": ("quang-tri", "tentative", "2020-04-01/2020-06-30"),
        "hoi-dam.2022": ("quang-tri", "tentative", "2022-04-01/2022-06-30"),
        "hoi-dam.2024": ("quang-tri", "projected", "2024-04-01/2024-06-30"),
    }


def test_yearly_without_a_period_runs_to_the_horizon() -> None:
    found = expanded(plan(duty(Yearly(3, 2020), Kind.TASK), period=None), horizon=day("2027-06-30"))
    assert told(found) == {
        "doan.2020": (None, "confirmed", "2020-01-01/2020-12-31"),
        "doan.2023": (None, "confirmed", "2023-01-01/2023-12-31"),
        "doan.2026": (None, "confirmed", "2026-01-01/2026-12-31"),
    }


def test_anniversaries_every_year_on_the_day_or_in_the_plans_window() -> None:
    relations = duty(AnniversaryOf(day("1962-09-05")), Kind.ANNIVERSARY, "quan-he")
    front_day = duty(AnniversaryOf(day("1930-11-18"), "trung tuần tháng 11"), Kind.ANNIVERSARY, "ngay-mat-tran")
    found = expanded(plan(relations, front_day), horizon=day("2023-12-31"))
    assert [(o.key, o.status.value, written(o.window), o.anniversary) for o in found] == [
        ("ngay-mat-tran.2020", "confirmed", "2020-11-11/2020-11-20", Anniversary(90, AnniversaryClass.ROUND)),
        ("ngay-mat-tran.2021", "confirmed", "2021-11-11/2021-11-20", Anniversary(91, AnniversaryClass.OTHER)),
        ("ngay-mat-tran.2022", "confirmed", "2022-11-11/2022-11-20", Anniversary(92, AnniversaryClass.OTHER)),
        ("ngay-mat-tran.2023", "projected", "2023-11-11/2023-11-20", Anniversary(93, AnniversaryClass.OTHER)),
        ("quan-he.2020", "confirmed", "2020-09-05", Anniversary(58, AnniversaryClass.OTHER)),
        ("quan-he.2021", "confirmed", "2021-09-05", Anniversary(59, AnniversaryClass.OTHER)),
        ("quan-he.2022", "confirmed", "2022-09-05", Anniversary(60, AnniversaryClass.ROUND)),
        ("quan-he.2023", "projected", "2023-09-05", Anniversary(61, AnniversaryClass.OTHER)),
    ]


def test_an_anniversary_begins_the_year_after() -> None:
    found = expanded(
        plan(duty(AnniversaryOf(day("2020-02-29")), Kind.ANNIVERSARY), period=None), horizon=day("2024-12-31")
    )
    assert [(o.cycle, written(o.window), o.anniversary and o.anniversary.ordinal) for o in found] == [
        ("2021", "2021-02-28", 1),
        ("2022", "2022-02-28", 2),
        ("2023", "2023-02-28", 3),
        ("2024", "2024-02-29", 4),
    ]


@pytest.mark.parametrize(
    ("rule", "kind", "window", "precision", "status"),
    [
        (Once("tháng 7/2020"), Kind.TASK, "2020-07-01/2020-07-31", Precision.MONTH, "confirmed"),
        (Once("dự kiến cuối tháng 4/2020"), Kind.EVENT, "2020-04-21/2020-04-30", Precision.TEN_DAYS, "tentative"),
        (Once("2021-09-20"), Kind.EVENT, "2021-09-20", Precision.DAY, "confirmed"),
        (Once("2021-09-20/2021-09-22"), Kind.EVENT, "2021-09-20/2021-09-22", Precision.DAYS, "confirmed"),
        (Once("dự kiến ngày 20/9/2021"), Kind.EVENT, "2021-09-20", Precision.DAY, "tentative"),
        (Once("2022"), Kind.TALKS, "2022-01-01/2022-12-31", Precision.YEAR, "tentative"),
        (Once("2030"), Kind.EVENT, "2030-01-01/2030-12-31", Precision.YEAR, "tentative"),
    ],
)
def test_once(rule: Once, kind: Kind, window: str, precision: Precision, status: str) -> None:
    found = expanded(plan(duty(rule, kind)), horizon=day("2021-12-31"))
    assert [(o.key, written(o.window), o.window.precision, o.status.value) for o in found] == [
        ("doan.once", window, precision, status)
    ]


def test_a_deadline_with_no_stated_start_is_its_last_day() -> None:
    alone = duty(Once("trước ngày 19/5/2014"), Kind.DEADLINE, "ky-ket")
    begun = duty(Once("trước ngày 19/5/2014", day("2013-12-22")), Kind.DEADLINE, "trien-khai")
    assert told(expanded(plan(alone, begun, period=None))) == {
        "ky-ket.once": (None, "confirmed", "2014-05-18"),
        "trien-khai.once": (None, "confirmed", "2013-12-22/2014-05-18"),
    }


def test_an_event_may_mark_an_anniversary() -> None:
    conference = duty(Once("trung tuần tháng 11/2020", marks=day("1930-11-18")), Kind.EVENT)
    assert [o.anniversary for o in expanded(plan(conference))] == [Anniversary(90, AnniversaryClass.ROUND)]


def test_a_duty_over_the_period_or_part_of_it() -> None:
    whole, part = duty(WholePeriod(), Kind.TASK, "a"), duty(WholePeriod("2021-01-01/2021-06-30"), Kind.TASK, "b")
    assert told(expanded(plan(whole, part))) == {
        "a.once": (None, "confirmed", "2020-01-01/2022-12-31"),
        "b.once": (None, "confirmed", "2021-01-01/2021-06-30"),
    }


def test_ongoing_duties_may_be_open() -> None:
    duties = (
        duty(Ongoing(), Kind.ONGOING, "a"),
        duty(Ongoing("thường xuyên"), Kind.ONGOING, "b"),
        duty(Ongoing("/2013-12-21"), Kind.ONGOING, "c"),
    )
    found = {o.key: written(o.window) for o in expanded(plan(*duties))}
    assert found == {"a.once": "2020-01-01/2022-12-31", "b.once": "../..", "c.once": "../2013-12-21"}
    assert [written(o.window) for o in expanded(plan(duties[0], period=None))] == ["../.."]


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind is not Kind.ONGOING])
def test_an_unset_duty_is_one_tentative_row_whatever_its_kind(kind: Kind) -> None:
    unset = duty(Unset(), kind, to_set=(Gap.CYCLE,))
    with_period, without = plan(unset), plan(unset, period=None)
    assert expanded(with_period) == (expected(with_period, unset, "unset", PERIOD),)
    assert expanded(without) == (expected(without, unset, "unset", Window(None, None, Precision.PERIOD)),)


def test_a_raw_recurrence_gives_its_days_inside_the_period() -> None:
    rule = Recurrence("FREQ=MONTHLY;INTERVAL=6;BYMONTHDAY=31", day("2019-01-31"))
    assert told(expanded(plan(duty(rule, Kind.REPORT)))) == {
        "doan.2020-01-31": (None, "confirmed", "2020-01-31"),
        "doan.2020-07-31": (None, "confirmed", "2020-07-31"),
        "doan.2021-01-31": (None, "confirmed", "2021-01-31"),
        "doan.2021-07-31": (None, "confirmed", "2021-07-31"),
        "doan.2022-01-31": (None, "confirmed", "2022-01-31"),
        "doan.2022-07-31": (None, "confirmed", "2022-07-31"),
    }


def test_a_recurrence_that_runs_on_is_projected() -> None:
    rule = Recurrence("FREQ=YEARLY", day("2021-10-10"))
    found = expanded(plan(duty(rule, Kind.TALKS, host="salavan")), horizon=day("2024-06-30"))
    assert told(found) == {
        "doan.2021-10-10": ("salavan", "confirmed", "2021-10-10"),
        "doan.2022-10-10": ("salavan", "confirmed", "2022-10-10"),
        "doan.2023-10-10": ("salavan", "projected", "2023-10-10"),
    }


# -- Relative duties.

VISIT = duty(Once("cuối tháng 4/2020"), Kind.EVENT, "tham")  # 21/4/2020, a Tuesday
HOUSES = duty(Once("tháng 6/2020"), Kind.EVENT, "nha")  # 1/6/2020, a Monday


@pytest.mark.parametrize(
    ("rule", "days"),
    [
        (Relative(("tham",)), {"doan.tham.once": "2020-04-20"}),
        (Relative(("nha",)), {"doan.nha.once": "2020-05-29"}),
        (Relative(("tham", "nha")), {"doan.tham.once": "2020-04-20", "doan.nha.once": "2020-05-29"}),
        (Relative(("tham",), days=1), {"doan.tham.once": "2020-04-17"}),
        (Relative(("tham",), days=5, unit=Unit.WORKING), {"doan.tham.once": "2020-04-13"}),
        (Relative(("nha",), days=1, unit=Unit.WORKING), {"doan.nha.once": "2020-05-29"}),
        (Relative(("tham",), Edge.END), {"doan.tham.once": "2020-04-30"}),
        (Relative(("tham",), Edge.END, 1), {"doan.tham.once": "2020-04-29"}),
        (Relative(("tham",), Edge.END, 4), {"doan.tham.once": "2020-04-24"}),
        (Relative(("tham",), same=True), {"doan.tham.once": "2020-04-21/2020-04-30"}),
        (Relative(("tham.once",)), {"doan.tham.once": "2020-04-20"}),
    ],
)
def test_a_duty_counted_from_another(rule: Relative, days: dict[str, str]) -> None:
    deadline = duty(rule, Kind.DEADLINE)
    found = [o for o in expanded(plan(VISIT, HOUSES, deadline)) if o.obligation == "doan"]
    assert {o.key: written(o.window) for o in found} == days
    assert {o.status for o in found} == {Status.CONFIRMED}


def test_a_relative_duty_ends_with_the_plan_but_its_anchor_runs_on() -> None:
    talks = duty(Yearly(1, 2021), Kind.TALKS, "hoi-dam", host="salavan")
    papers = duty(Relative(("hoi-dam",), days=30), Kind.DEADLINE, "giay-to")
    report = duty(Relative(("hoi-dam",), Edge.END), Kind.REPORT, "bao-cao", runs_on=True)
    assert told(expanded(plan(talks, papers, report), horizon=day("2023-12-31"))) == {
        "bao-cao.hoi-dam.2021": (None, "confirmed", "2021-12-31"),
        "bao-cao.hoi-dam.2022": (None, "confirmed", "2022-12-31"),
        "bao-cao.hoi-dam.2023": (None, "projected", "2023-12-31"),
        "giay-to.hoi-dam.2021": (None, "confirmed", "2020-12-01"),
        "giay-to.hoi-dam.2022": (None, "confirmed", "2021-12-01"),
        "hoi-dam.2021": ("salavan", "tentative", "2021-01-01/2021-12-31"),
        "hoi-dam.2022": ("salavan", "tentative", "2022-01-01/2022-12-31"),
        "hoi-dam.2023": ("salavan", "projected", "2023-01-01/2023-12-31"),
    }


def test_one_cycle_may_be_named_by_its_key() -> None:
    relations = duty(AnniversaryOf(day("1962-09-05")), Kind.ANNIVERSARY, "quan-he")
    papers = duty(Relative(("quan-he.2022",)), Kind.DEADLINE, "ke-hoach-ky-niem")
    found = [o for o in expanded(plan(relations, papers)) if o.kind is Kind.DEADLINE]
    assert told(found) == {"ke-hoach-ky-niem.quan-he.2022": (None, "confirmed", "2022-08-31")}


def test_a_duty_may_be_counted_from_one_that_is_counted() -> None:
    first = duty(Relative(("tham",), days=10), Kind.DEADLINE, "xin-phep")
    second = duty(Relative(("xin-phep",), days=10), Kind.DEADLINE, "du-thao")
    found = [o for o in expanded(plan(VISIT, first, second)) if o.kind is Kind.DEADLINE]
    assert told(found) == {
        "du-thao.xin-phep.tham.once": (None, "confirmed", "2020-03-30"),
        "xin-phep.tham.once": (None, "confirmed", "2020-04-10"),
    }


def test_a_leg_of_a_rotation_is_an_anchor_by_its_key() -> None:
    exchange = duty(TWO_LEGS)
    papers = duty(Relative(("doan.salavan.2021",), days=7), Kind.DEADLINE, "giay-to")
    found = [o for o in expanded(plan(exchange, papers)) if o.kind is Kind.DEADLINE]
    assert told(found) == {"giay-to.doan.salavan.2021": (None, "confirmed", "2020-12-24")}


# -- In force or projected.


@pytest.mark.parametrize(
    ("kind", "cycles"),
    [
        (Kind.EXCHANGE, ["2020", "2021", "2022", "2023", "2024"]),
        (Kind.TALKS, ["2020", "2021", "2022", "2023", "2024"]),
        (Kind.ANNIVERSARY, ["2020", "2021", "2022", "2023", "2024"]),
        (Kind.EVENT, ["2020", "2021", "2022"]),
        (Kind.TASK, ["2020", "2021", "2022"]),
        (Kind.DEADLINE, ["2020", "2021", "2022"]),
        (Kind.REPORT, ["2020", "2021", "2022"]),
    ],
)
def test_after_the_period_only_meetings_and_anniversaries_run_on(kind: Kind, cycles: list[str]) -> None:
    def found(**fields: Any) -> list[str]:
        return [o.cycle for o in expanded(plan(duty(Yearly(), kind, **fields)), horizon=day("2024-12-31"))]

    assert found(host="salavan") == cycles
    assert found(host="salavan", runs_on=True) == ["2020", "2021", "2022", "2023", "2024"]
    assert found(host="salavan", runs_on=False) == ["2020", "2021", "2022"]


def test_a_task_that_runs_on_is_projected_after_the_period() -> None:
    found = expanded(plan(duty(Yearly(), Kind.TASK, runs_on=True)), horizon=day("2023-12-31"))
    assert [(o.cycle, o.status.value) for o in found] == [
        ("2020", "confirmed"),
        ("2021", "confirmed"),
        ("2022", "confirmed"),
        ("2023", "projected"),
    ]


def test_a_duty_in_the_period_but_outside_its_agreement_is_projected() -> None:
    term = agreement("thoa-thuan", ("quang-tri", "savannakhet", "salavan"), years(2020, 2021))
    found = expanded(plan(duty(Yearly(), Kind.TALKS, host="salavan"), agreements=(term,)), horizon=day("2022-12-31"))
    assert [(o.cycle, o.status.value, o.agreement) for o in found] == [
        ("2020", "tentative", "thoa-thuan"),
        ("2021", "tentative", "thoa-thuan"),
        ("2022", "projected", "thoa-thuan"),
    ]


def test_what_the_text_states_is_in_force_even_outside_the_period() -> None:
    stated = (Stated("2019", "savannakhet"), Stated("2023", "savannakhet"))
    found = expanded(plan(duty(Rotation(2, (SAVANNAKHET,)), stated=stated)), horizon=day("2025-12-31"))
    assert told(found) == {
        "doan.savannakhet.2019": ("savannakhet", "tentative", "2019-01-01/2019-12-31"),
        "doan.savannakhet.2021": ("quang-tri", "tentative", "2021-01-01/2021-12-31"),
        "doan.savannakhet.2023": ("savannakhet", "tentative", "2023-01-01/2023-12-31"),
        "doan.savannakhet.2025": ("quang-tri", "projected", "2025-01-01/2025-12-31"),
    }


def test_turns_before_the_period_are_counted_but_not_listed() -> None:
    found = expanded(
        plan(duty(Rotation(2, (Leg(None, 2013, ("savannakhet", "quang-tri", "salavan")),)))), horizon=day("2023-01-01")
    )
    assert told(found) == {
        "doan.2021": ("quang-tri", "tentative", "2021-01-01/2021-12-31"),
        "doan.2023": ("salavan", "projected", "2023-01-01/2023-12-31"),
    }


# -- Agreements.

WITH_SAVANNAKHET = agreement("savannakhet", ("quang-tri", "savannakhet"), years(2020, 2021))
WITH_SALAVAN = agreement("salavan", ("quang-tri", "salavan"), years(2020, 2022))
WITH_BOTH = agreement("ca-hai", ("quang-tri", "savannakhet", "salavan"), years(2020, 2024))
OPEN_ENDED = agreement("khong-thoi-han", ("quang-tri", "savannakhet", "salavan"), None)


@pytest.mark.parametrize(
    ("agreements", "partners", "named", "expected_id"),
    [
        ((WITH_SAVANNAKHET, WITH_SALAVAN), ("savannakhet",), None, "savannakhet"),
        ((WITH_SAVANNAKHET, WITH_SALAVAN), ("salavan",), None, "salavan"),
        ((WITH_SALAVAN, WITH_SAVANNAKHET), ("savannakhet", "salavan"), None, "savannakhet"),
        ((WITH_SAVANNAKHET, WITH_SALAVAN, WITH_BOTH), ("savannakhet", "salavan"), None, "ca-hai"),
        ((WITH_BOTH, WITH_SALAVAN), ("salavan",), None, "salavan"),
        ((OPEN_ENDED, WITH_BOTH), ("salavan",), None, "ca-hai"),
        ((OPEN_ENDED,), ("salavan",), None, "khong-thoi-han"),
        ((WITH_SAVANNAKHET, WITH_SALAVAN), ("savannakhet", "sekong"), None, None),
        ((WITH_SAVANNAKHET,), ("salavan",), None, None),
        ((WITH_SAVANNAKHET,), (), None, None),
        ((WITH_SAVANNAKHET, WITH_SALAVAN), ("savannakhet", "sekong"), "savannakhet", "savannakhet"),
        ((WITH_SAVANNAKHET,), ("savannakhet",), "mat", None),
        ((), ("savannakhet",), None, None),
    ],
)
def test_the_agreement_a_duty_rests_on(
    agreements: tuple[Any, ...], partners: tuple[str, ...], named: str | None, expected_id: str | None
) -> None:
    book = plan(duty(Yearly(), Kind.TASK, partners=partners, agreement=named), agreements=agreements)
    found = book.agreement_for(partners, named)
    assert (found.id if found else None) == expected_id
    assert {o.agreement for o in expanded(book)} == {expected_id}


def test_each_leg_rests_on_its_own_agreement() -> None:
    book = plan(duty(replace(TWO_LEGS, every=1)), agreements=(WITH_SAVANNAKHET, WITH_SALAVAN))
    found = expanded(book, horizon=day("2022-12-31"))
    assert [(o.key, o.agreement, o.status.value) for o in found] == [
        ("doan.salavan.2020", "salavan", "tentative"),
        ("doan.salavan.2021", "salavan", "tentative"),
        ("doan.salavan.2022", "salavan", "tentative"),
        ("doan.savannakhet.2020", "savannakhet", "tentative"),
        ("doan.savannakhet.2021", "savannakhet", "tentative"),
        ("doan.savannakhet.2022", "savannakhet", "projected"),
    ]


# -- Series that go on in a later plan.


def going_on(rule: Rule, **fields: Any) -> Plan:
    """The plan of 2023–2025, which goes on with the series."""
    return plan(
        duty(rule, continues="ke-hoach", clauses=("I.1",), **fields), ident="ke-hoach-sau", period=years(2023, 2025)
    )


@pytest.mark.parametrize(
    "legs",
    [
        (SAVANNAKHET, SALAVAN),
        (replace(SAVANNAKHET, order=()), replace(SALAVAN, order=())),
        (Leg("savannakhet", None, ()), Leg("salavan", None, ())),
    ],
)
def test_turns_go_on_in_the_later_plan(legs: tuple[Leg, ...]) -> None:
    earlier = plan(duty(TWO_LEGS))
    for plans in ((earlier, going_on(Rotation(2, legs))), (going_on(Rotation(2, legs)), earlier)):
        found = expanded(*plans, horizon=day("2027-12-31"))
        assert [(o.key, o.host, o.plan, o.clauses, o.status.value) for o in found] == [
            ("doan.salavan.2021", "salavan", "ke-hoach", ("II.5",), "tentative"),
            ("doan.salavan.2023", "quang-tri", "ke-hoach-sau", ("I.1",), "tentative"),
            ("doan.salavan.2025", "salavan", "ke-hoach-sau", ("I.1",), "tentative"),
            ("doan.salavan.2027", "quang-tri", "ke-hoach-sau", ("I.1",), "projected"),
            ("doan.savannakhet.2021", "quang-tri", "ke-hoach", ("II.5",), "tentative"),
            ("doan.savannakhet.2023", "savannakhet", "ke-hoach-sau", ("I.1",), "tentative"),
            ("doan.savannakhet.2025", "quang-tri", "ke-hoach-sau", ("I.1",), "tentative"),
            ("doan.savannakhet.2027", "savannakhet", "ke-hoach-sau", ("I.1",), "projected"),
        ]


def test_years_between_two_plans_stay_with_the_earlier_one() -> None:
    later = plan(duty(Yearly(), Kind.TALKS, host="salavan"), ident="ke-hoach-sau", period=years(2025, 2026))
    found = expanded(plan(duty(Yearly(), Kind.TALKS, host="quang-tri")), later)
    assert [(o.cycle, o.plan, o.host, o.status.value) for o in found] == [
        ("2020", "ke-hoach", "quang-tri", "tentative"),
        ("2021", "ke-hoach", "quang-tri", "tentative"),
        ("2022", "ke-hoach", "quang-tri", "tentative"),
        ("2023", "ke-hoach", "quang-tri", "projected"),
        ("2024", "ke-hoach", "quang-tri", "projected"),
        ("2025", "ke-hoach-sau", "salavan", "tentative"),
        ("2026", "ke-hoach-sau", "salavan", "tentative"),
    ]


def test_reports_go_on_from_one_term_to_the_next_in_the_middle_of_a_year() -> None:
    quarterly = duty(Recurrence("FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=15", day("2022-01-15")), Kind.REPORT)
    earlier = plan(quarterly, period=span(day("2022-01-01"), day("2023-06-30")))
    later = plan(quarterly, ident="ke-hoach-sau", period=span(day("2023-07-01"), day("2024-03-31")))
    assert [(o.cycle, o.plan) for o in expanded(earlier, later)] == [
        ("2022-01-15", "ke-hoach"),
        ("2022-04-15", "ke-hoach"),
        ("2022-07-15", "ke-hoach"),
        ("2022-10-15", "ke-hoach"),
        ("2023-01-15", "ke-hoach"),
        ("2023-04-15", "ke-hoach"),
        ("2023-07-15", "ke-hoach-sau"),
        ("2023-10-15", "ke-hoach-sau"),
        ("2024-01-15", "ke-hoach-sau"),
    ]


def test_a_relative_duty_goes_on_with_its_anchor() -> None:
    def both(ident: str, period: Window, days: int) -> Plan:
        talks = duty(Yearly(), Kind.TALKS, "hoi-dam", host="salavan")
        return plan(talks, duty(Relative(("hoi-dam",), Edge.END, days), Kind.REPORT), ident=ident, period=period)

    found = expanded(
        both("ke-hoach", years(2021, 2022), 0), both("ke-hoach-sau", years(2023, 2024), 1), horizon=day("2024-12-31")
    )
    assert [(o.key, o.plan, written(o.window)) for o in found if o.kind is Kind.REPORT] == [
        ("doan.hoi-dam.2021", "ke-hoach", "2021-12-31"),
        ("doan.hoi-dam.2022", "ke-hoach", "2022-12-31"),
        ("doan.hoi-dam.2023", "ke-hoach-sau", "2023-12-29"),
        ("doan.hoi-dam.2024", "ke-hoach-sau", "2024-12-30"),
    ]


def test_a_clause_of_another_plan_stands_with_the_plans_name() -> None:
    exchange = duty(Once("2022"), clauses=("II.5", "ke-hoach-tinh/PLI.3"))
    assert [o.clauses for o in expanded(plan(exchange))] == [("II.5", "ke-hoach-tinh/PLI.3")]


def test_a_clause_named_twice_stands_once() -> None:
    stated = (Stated("once", None, ("III.1", "II.5")),)
    assert [o.clauses for o in expanded(plan(duty(Once("2022"), stated=stated)))] == [("II.5", "III.1")]


# -- Laws.

PARTIES = ("quang-tri", "savannakhet", "salavan", "sekong")
horizons = st.dates(date(2019, 1, 1), date(2045, 12, 31))
first_years = st.none() | st.integers(2005, 2030)
orders = st.just(()) | st.lists(st.sampled_from(PARTIES), min_size=2, max_size=4, unique=True).map(tuple)
withins = st.sampled_from([None, "tháng 6", "quý II", "cuối tháng 12", "ngày 29/02", "trước ngày 18/12"])
legs = st.one_of(
    st.builds(lambda first, order: (Leg(None, first, order),), first_years, orders),
    st.builds(
        lambda a, b, c, d: (Leg("savannakhet", a, b), Leg("salavan", c, d)), first_years, orders, first_years, orders
    ),
)
rotations = st.builds(
    lambda every, legs, within: Rotation(every, legs, within=within), st.integers(1, 5), legs, withins
)


@st.composite
def rotating(draw: st.DrawFn) -> Obligation:
    """An exchange by turns that says what it leaves open."""
    rule = draw(rotations)
    gaps = [Gap.FIRST_YEAR] if any(leg.first_year is None for leg in rule.legs) else []
    gaps += [Gap.ORDER] if any(not leg.order for leg in rule.legs) else []
    return duty(rule, draw(st.sampled_from(MEETINGS)), to_set=tuple(gaps), runs_on=draw(st.none() | st.booleans()))


periods = st.builds(lambda first, more: years(first, first + more), st.integers(2010, 2030), st.integers(0, 6))
simple_rules = st.one_of(
    st.builds(Yearly, st.integers(1, 4), st.none() | st.integers(2010, 2030), withins),
    st.builds(AnniversaryOf, st.dates(date(1900, 1, 1), date(2025, 12, 31)), withins),
    st.builds(Periodic, st.sampled_from(PeriodUnit), st.integers(15, 31), st.none() | st.integers(2010, 2030)),
    st.sampled_from([Once("tháng 7/2020"), Once("trước ngày 19/5/2024"), WholePeriod(), Ongoing(), Unset()]),
    st.builds(
        Recurrence,
        st.sampled_from(["FREQ=YEARLY", "FREQ=MONTHLY;INTERVAL=5;BYMONTHDAY=31", "FREQ=YEARLY;COUNT=3"]),
        st.dates(date(2010, 1, 1), date(2030, 12, 31)),
    ),
)
relatives = st.builds(
    lambda days, edge, unit, same, after: Relative(("doan",), edge, days, unit, same, after),
    st.integers(0, 60),
    st.sampled_from(Edge),
    st.sampled_from(Unit),
    st.booleans(),
    st.none() | st.sampled_from(Edge),
)


@st.composite
def books(draw: st.DrawFn) -> Plan:
    """A plan with an exchange, something else, and something counted from each."""
    kinds = st.sampled_from(Kind)
    runs_on = st.none() | st.booleans()
    relative = draw(relatives)
    return plan(
        draw(rotating()),
        duty(draw(simple_rules), draw(kinds), "khac", host="quang-tri", runs_on=draw(runs_on)),
        duty(relative, Kind.DEADLINE, "truoc-doan", runs_on=draw(runs_on)),
        duty(replace(relative, to=("khac", "truoc-doan")), Kind.REPORT, "truoc-khac", runs_on=draw(runs_on)),
        period=draw(periods),
    )


@given(rotating(), periods | st.none(), horizons)
@settings(deadline=None)
def test_every_cycle_has_one_host_or_none_and_a_word_for_it(
    exchange: Obligation, period: Window | None, horizon: date
) -> None:
    rule = exchange.rule
    assert isinstance(rule, Rotation)
    hosts = {leg.partner: leg.order for leg in rule.legs}
    for occurrence in expanded(plan(exchange, period=period), horizon=horizon):
        if occurrence.host is None:
            assert occurrence.to_set != ()
        else:
            assert occurrence.host in hosts[occurrence.leg]
            assert occurrence.host == occurrence.place
            assert sorted({*occurrence.travels, occurrence.host}) == sorted(
                {"quang-tri", *occurrence.partners, occurrence.host}
            )
            assert occurrence.host not in occurrence.travels


@given(books(), horizons)
@settings(deadline=None)
def test_expanding_twice_gives_the_same_and_every_key_once(book: Plan, horizon: date) -> None:
    found = expanded(book, horizon=horizon)
    assert expanded(book, horizon=horizon) == found
    keys = [occurrence.key for occurrence in found]
    assert keys == sorted(set(keys))


@given(books(), horizons, horizons)
@settings(deadline=None)
def test_a_later_horizon_only_adds(book: Plan, one: date, other: date) -> None:
    near, far = (expanded(book, horizon=horizon) for horizon in sorted((one, other)))
    assert [occurrence for occurrence in far if occurrence.key in {o.key for o in near}] == list(near)


@given(rotating(), st.integers(2015, 2035), st.integers(1, 5), horizons)
@settings(deadline=None)
def test_cutting_a_plan_in_two_changes_no_turn(exchange: Obligation, middle: int, more: int, horizon: date) -> None:
    whole = plan(exchange, period=years(2010, middle + more))
    halves = (
        plan(exchange, period=years(2010, middle - 1)),
        plan(exchange, ident="ke-hoach-sau", period=years(middle, middle + more)),
    )
    dated = [(o.key, o.window, o.host) for o in expanded(whole, horizon=horizon) if o.cycle != "unset"]
    assert [(o.key, o.window, o.host) for o in expanded(*halves, horizon=horizon) if o.cycle != "unset"] == dated
