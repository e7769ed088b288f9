"""Duties counted from others that have no days yet wait for them, and say what is to be set."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.occurrence import Occurrence, Status
from scheduler.plan import Gap, Kind, Obligation
from scheduler.relative import awaited, gaps_of, named
from scheduler.rules import Edge, Leg, Once, Relative, Rotation, Unset, WholePeriod, Yearly
from scheduler.window import Precision, Window
from tests.unit.scheduler.samples import duty, expanded, expected, plan, span, told, years

PERIOD = years(2020, 2022)
OPEN = Window(None, None, Precision.PERIOD)
SAVANNAKHET = Leg("savannakhet", 2021, ("savannakhet", "quang-tri"))
SALAVAN = Leg("salavan", None, ("quang-tri", "salavan"))
ONE_SET = duty(Rotation(2, (SAVANNAKHET, SALAVAN)), to_set=(Gap.FIRST_YEAR, Gap.PLACE))


def festival(*gaps: Gap) -> Obligation:
    """An event whose days the text does not give."""
    return duty(Unset(), Kind.EVENT, "le", to_set=gaps)


def papers(*to: str, **fields: object) -> Obligation:
    """A deadline 30 days before these."""
    return duty(Relative(to, days=30), Kind.DEADLINE, "giay-to", **fields)


def waiting(*duties: Obligation) -> dict[str, tuple[str, tuple[Gap, ...]]]:
    """Status and what is to set of every row of the papers."""
    return {o.key: (o.status.value, o.to_set) for o in expanded(plan(*duties)) if o.obligation == "giay-to"}


@pytest.mark.parametrize("rule", [Relative(("le",)), Relative(("le",), Edge.END), Relative(("le",), same=True),
                                  Relative(("le",), days=15, after=Edge.END)])  # fmt: skip
@pytest.mark.parametrize("kind", [Kind.DEADLINE, Kind.TASK, Kind.REPORT, Kind.EVENT])
def test_what_is_counted_from_no_days_is_one_row_over_the_period(rule: Relative, kind: Kind) -> None:
    own = duty(rule, kind, "giay-to")
    for period, whole in ((PERIOD, PERIOD), (None, OPEN)):
        paper = plan(festival(Gap.DATES), own, period=period)
        found = [o for o in expanded(paper) if o.obligation == "giay-to"]
        assert found == [expected(paper, own, "unset", whole, to_set=(Gap.DATES,))]


@pytest.mark.parametrize(
    ("own", "gaps", "to_set"),
    [
        ((), (Gap.DATES,), (Gap.DATES,)),
        ((), (Gap.CYCLE, Gap.DEADLINE), (Gap.CYCLE, Gap.DEADLINE)),
        ((), (Gap.FIRST_YEAR, Gap.ORDER, Gap.PLACE), (Gap.FIRST_YEAR,)),
        ((Gap.LEAD,), (Gap.DATES,), (Gap.LEAD, Gap.DATES)),
        ((Gap.DEADLINE,), (Gap.CYCLE, Gap.DEADLINE), (Gap.DEADLINE, Gap.CYCLE)),
        ((), (Gap.PLACE,), (Gap.DATES,)),
    ],
)
def test_it_names_what_leaves_the_other_without_days(
    own: tuple[Gap, ...], gaps: tuple[Gap, ...], to_set: tuple[Gap, ...]
) -> None:
    assert waiting(festival(*gaps), papers("le", to_set=own)) == {"giay-to.unset": ("tentative", to_set)}


def test_of_several_lines_of_turns_only_the_one_not_set_is_waited_for() -> None:
    open_ = ("tentative", (Gap.FIRST_YEAR,))
    done = ("confirmed", ())
    assert waiting(ONE_SET, papers("doan")) == {"giay-to.doan.savannakhet.2021": done, "giay-to.unset": open_}
    assert waiting(ONE_SET, papers("doan.savannakhet.2021")) == {"giay-to.doan.savannakhet.2021": done}
    assert waiting(ONE_SET, papers("doan.salavan.2021")) == {"giay-to.unset": open_}
    assert waiting(ONE_SET, papers("doan.savannakhet.2022")) == {}
    assert waiting(ONE_SET, papers("doan.salavan.unset")) == {"giay-to.unset": open_}


def test_what_waits_for_what_waits_waits_too() -> None:
    last = duty(Relative(("giay-to",), days=5), Kind.TASK, "mau")
    assert told(expanded(plan(festival(Gap.DATES), papers("le"), last))) == {
        "giay-to.unset": (None, "tentative", "2020-01-01/2022-12-31"),
        "le.unset": (None, "tentative", "2020-01-01/2022-12-31"),
        "mau.unset": (None, "tentative", "2020-01-01/2022-12-31"),
    }


def test_once_the_days_are_set_the_derived_rows_come() -> None:
    decided = replace(festival(), rule=Once("2021-09-20"))
    assert told(expanded(plan(decided, papers("le")))) == {
        "giay-to.le.once": (None, "confirmed", "2021-08-20"),
        "le.once": (None, "confirmed", "2021-09-20"),
    }


def test_a_later_plan_does_not_wait_for_what_an_earlier_one_left_open() -> None:
    def term(ident: str, first: int, leg: Leg, *more: Obligation) -> tuple[Obligation, ...]:
        return (duty(Rotation(1, (leg,)), ident="doan", to_set=(Gap.FIRST_YEAR,)), *more)

    earlier = plan(*term("a", 2020, Leg(None, None, ("quang-tri", "salavan"))))
    later = plan(
        *term("b", 2023, Leg(None, 2023, ("quang-tri", "salavan")), papers("doan")),
        ident="ke-hoach-sau",
        period=years(2023, 2025),
    )
    found = [o.key for o in expanded(earlier, later, horizon=date(2025, 12, 31)) if o.kind is Kind.DEADLINE]
    assert found == ["giay-to.doan.2024", "giay-to.doan.2025"]


[ROW] = [o for o in expanded(plan(festival(Gap.DATES))) if o.key == "le.unset"]
FOUND = {"le": (ROW,)}
RULE = Relative(("le",))


@pytest.mark.parametrize(
    ("row", "counts", "waits"),
    [
        (ROW, False, True),
        (replace(ROW, host="salavan"), False, True),
        (replace(ROW, status=Status.CONFIRMED), False, True),
        (replace(ROW, status=Status.POSTPONED), False, True),
        (replace(ROW, status=Status.CONFIRMED, window=Window.day(date(2021, 9, 2))), True, False),
        (replace(ROW, status=Status.PROPOSED, window=Window.day(date(2021, 9, 2))), True, False),
        (replace(ROW, status=Status.CANCELLED), False, False),
        (replace(ROW, status=Status.SKIPPED), False, False),
        (replace(ROW, status=Status.HELD), False, False),
        (replace(ROW, cycle="once"), True, False),
        # a plan of six days fixes no day of what it leaves open
        (replace(ROW, window=span(date(2021, 9, 1), date(2021, 9, 6), Precision.DAYS)), False, True),
    ],
)
def test_it_waits_until_somebody_decides_on_days(row: Occurrence, counts: bool, waits: bool) -> None:
    assert (list(named(RULE, {"le": (row,)})), list(awaited(RULE, {"le": (row,)}))) == (
        [row] * counts,
        [row] * waits,
    )


@given(st.lists(st.lists(st.sampled_from(Gap), unique=True).map(tuple)))
def test_a_row_that_waits_always_says_what_for(rows: list[tuple[Gap, ...]]) -> None:
    gaps = gaps_of(replace(ROW, to_set=to_set) for to_set in rows)
    assert gaps != ()
    assert len(set(gaps)) == len(gaps)
    assert set(gaps) <= {Gap.FIRST_YEAR, Gap.CYCLE, Gap.DATES, Gap.DEADLINE}


# -- The period that begins inside a year.


def test_the_same_days_as_a_year_that_reaches_into_the_period_are_in_it() -> None:
    period = span(date(2020, 7, 1), date(2022, 6, 30))
    week = duty(Yearly(), Kind.EVENT, "tuan")
    share = duty(Relative(("tuan",), same=True), Kind.TASK, "viec")
    assert told(expanded(plan(week, share, period=period))) == {
        "tuan.2020": (None, "tentative", "2020-01-01/2020-12-31"),
        "tuan.2021": (None, "tentative", "2021-01-01/2021-12-31"),
        "tuan.2022": (None, "tentative", "2022-01-01/2022-12-31"),
        "viec.tuan.2020": (None, "confirmed", "2020-01-01/2020-12-31"),
        "viec.tuan.2021": (None, "confirmed", "2021-01-01/2021-12-31"),
        "viec.tuan.2022": (None, "confirmed", "2022-01-01/2022-12-31"),
    }


def test_the_whole_period_has_days_to_count_from() -> None:
    found = waiting(duty(WholePeriod(), Kind.TASK, "le"), papers("le"))
    assert found == {}
    assert waiting(duty(WholePeriod("tháng 3/2021"), Kind.TASK, "le"), papers("le")) == {
        "giay-to.le.once": ("confirmed", ())
    }
