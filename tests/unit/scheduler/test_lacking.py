"""Which terms an occurrence lies outside of: what is projected lacks one, and what is in force lacks none."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings

from config.files import directory_files, holiday_file, plan_files
from config.world import read_world
from scheduler.amendment import days_of
from scheduler.lacking import Term, lacking, may_lack
from scheduler.occurrence import Occurrence, Status
from scheduler.plan import Agreement, Kind, Plan, Stated
from scheduler.rules import Leg, Once, Relative, Rotation
from scheduler.series import series_of
from scheduler.window import Window
from tests.unit.scheduler.samples import agreement, duty, expanded, plan, years
from tests.unit.scheduler.test_agreement import agreements
from tests.unit.scheduler.test_mould import shifted

LEG = Leg("savannakhet", 2019, ("savannakhet", "quang-tri"))
HORIZON = date(2030, 12, 31)
TURN = "doan.savannakhet.2027"
LAPSED = agreement("thoa-thuan", ("quang-tri", "savannakhet"), years(2020, 2022))
LONG = replace(LAPSED, term=years(2020, 2028))
PLAN, AGREEMENT = Term.PLAN, Term.AGREEMENT


def book(period: Window | None, *some: Agreement, stated: tuple[Stated, ...] = ()) -> Plan:
    return plan(duty(Rotation(2, (LEG,)), stated=stated), agreements=some, period=period)


def turn(one: Plan, key: str = TURN) -> Occurrence:
    return next(found for found in expanded(one, horizon=HORIZON) if found.key == key)


def lacks(one: Plan, occurrence: Occurrence | None = None) -> tuple[Term, ...]:
    return lacking(occurrence or turn(one), series_of([one])["doan"])


@pytest.mark.parametrize(
    ("period", "some", "expected"),
    [
        (years(2020, 2022), (LAPSED,), (PLAN, AGREEMENT)),
        (years(2020, 2028), (LAPSED,), (AGREEMENT,)),
        (years(2020, 2022), (LONG,), (PLAN,)),
        (years(2020, 2022), (), (PLAN,)),
        (years(2020, 2028), (LONG,), ()),
        (years(2020, 2028), (), ()),
        (None, (LAPSED,), (AGREEMENT,)),
        (years(2020, 2028), (replace(LAPSED, term=years(2029, 2031)),), (AGREEMENT,)),
        (Window(date(2020, 1, 1), date(2027, 3, 1), years(2020, 2022).precision),
         (replace(LAPSED, term=Window(date(2027, 9, 1), date(2030, 1, 1), years(2020, 2022).precision)),),
         (PLAN, AGREEMENT)),
    ],
)  # fmt: skip
def test_what_a_turn_lacks(period: Window | None, some: tuple[Agreement, ...], expected: tuple[Term, ...]) -> None:
    one = book(period, *some)
    assert lacks(one) == expected
    assert (turn(one).status is Status.PROJECTED) is bool(expected)


@given(agreements(), shifted)
@settings(deadline=None)
def test_what_is_projected_lacks_a_term_and_what_is_in_force_none(one: Agreement, period: Window) -> None:
    found = book(period, replace(one, parties=("quang-tri", "savannakhet")))
    series = series_of([found])
    for occurrence in expanded(found, horizon=HORIZON):
        alike = replace(occurrence, status=Status.POSTPONED)
        assert bool(lacking(alike, series[occurrence.obligation])) is (occurrence.status is Status.PROJECTED)


def test_so_on_the_packaged_plans() -> None:
    world = read_world(directory_files(None).files, plan_files([]).files, holiday_file(), date(2040, 12, 31), {})
    projected = 0
    for ident, series in world.series.items():
        for occurrence in world.occurrences(ident, {}):
            own, terms = occurrence.status is Status.PROJECTED, lacking(occurrence, series)
            assert bool(terms) is own or "." in occurrence.cycle
            assert may_lack(occurrence) in ((), terms)
            projected += own
    assert projected


def test_days_that_were_decided_on_lack_what_they_lie_outside_of() -> None:
    one = book(years(2020, 2028), replace(LAPSED, term=years(2020, 2027)))
    moved = replace(turn(one), status=Status.POSTPONED, window=days_of(date(2028, 3, 1), date(2028, 3, 3)))
    assert lacks(one, moved) == (AGREEMENT,)
    assert lacks(one, replace(moved, window=days_of(date(2029, 3, 1), date(2029, 3, 3)))) == (PLAN, AGREEMENT)
    for status, expected in (
        (Status.PROPOSED, (AGREEMENT,)), (Status.CONFIRMED, ()), (Status.CANCELLED, ()), (Status.HELD, ()),
    ):  # fmt: skip
        assert lacks(one, replace(moved, status=status)) == expected


def test_what_the_text_names_by_itself_lacks_nothing() -> None:
    stated = book(years(2020, 2022), LAPSED, stated=(Stated("2027", "savannakhet"),))
    once = plan(duty(Once("2027-06-15"), Kind.EVENT), agreements=(LAPSED,))
    for one, key in ((stated, TURN), (once, "doan.once")):
        assert lacks(one, replace(turn(one, key), status=Status.POSTPONED)) == ()


def test_whose_plan_is_gone_lacks_nothing_that_is_known() -> None:
    one = book(years(2020, 2022))
    assert lacking(turn(one), ()) == ()
    assert lacking(replace(turn(one), plan="khac"), series_of([one])["doan"]) == ()


def test_one_that_rests_on_no_agreement_is_known_to_lack_a_plan() -> None:
    papers = duty(Relative(("doan",)), Kind.DEADLINE, "giay-to")
    found = {each.key: each for each in expanded(plan(duty(Rotation(2, (LEG,))), papers), horizon=HORIZON)}
    assert [may_lack(found[key]) for key in (TURN, "doan.savannakhet.2021")] == [(PLAN,), ()]
    assert may_lack(replace(found[TURN], agreement="thoa-thuan")) == ()
    assert may_lack(replace(found["giay-to.doan.savannakhet.2021"], status=Status.PROJECTED)) == ()
