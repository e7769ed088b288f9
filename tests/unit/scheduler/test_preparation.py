"""Preparation chains: which one an occurrence has, and the days it gives."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.occurrence import Occurrence, Status
from scheduler.plan import Kind, Text
from scheduler.preparation import NO_CHAINS, Basis, Chains, ChainStep, Side, Step, Template, Way, chain, fitted, side_of
from scheduler.rules import Edge, Leg, Rotation, Unit
from scheduler.window import Precision, Window
from tests.unit.scheduler.samples import DAYS_OFF, duty, expanded, plan, span

VN = ("VN",)
EARLIER = partial(DAYS_OFF.subtract_working_days, countries=VN)
LATER = partial(DAYS_OFF.add_working_days, countries=VN)
LAW = Text("Quyết định 06/2020/QĐ-TTg, Điều 4")


def step(ident: str, days: int, **fields: object) -> ChainStep:
    """A step called by its id."""
    return ChainStep(id=ident, title=Text(ident), days=days, **fields)  # type: ignore[arg-type]


AFTER_END = {"way": Way.AFTER, "edge": Edge.END}
HOSTING = Template(
    "hosting",
    Side.HOSTING,
    (Kind.EXCHANGE, Kind.EVENT),
    (step("permission", 60, lead="owner"), step("gifts", 7), step("report", 10, unit=Unit.WORKING, **AFTER_END)),
)
TRAVELLING = Template("travelling", Side.TRAVELLING, (Kind.EXCHANGE, Kind.EVENT), (step("passports", 30),))
CONFERENCE = Template(
    "conference",
    Side.HOSTING,
    (),
    fitted((step("permission", 30, law=LAW), step("report", 15, law=LAW, **AFTER_END)), HOSTING.steps),
)
SETTLING = Template(
    "settling",
    Side.HOSTING,
    (),
    fitted((step("fix-days", 90, edge=Edge.END, while_open=True),), HOSTING.steps),
)
CHAINS: Chains = {template.id: template for template in (HOSTING, TRAVELLING, CONFERENCE, SETTLING)}

[VISIT] = expanded(
    plan(
        duty(
            Rotation(2, (Leg("savannakhet", 2021, ("quang-tri", "savannakhet")),)),
            partners=("savannakhet",),
            leads=("front", "office"),
        )
    ),
    horizon=date(2021, 12, 31),
)
"""Savannakhet comes to Quảng Trị in 2021, days not fixed."""

FIXED = replace(
    VISIT,
    window=span(date(2021, 9, 14), date(2021, 9, 16), Precision.DAYS),
    status=Status.CONFIRMED,
)


def steps_of(occurrence: Occurrence, chains: Chains = CHAINS, named: str | None = None) -> tuple[Step, ...]:
    """Its steps, for Quảng Trị."""
    return chain(occurrence, "quang-tri", chains, EARLIER, LATER, named)


def told(steps: tuple[Step, ...]) -> list[tuple[str, str, str, tuple[str, ...], bool]]:
    """Id, day counted, day, leads and whether provisional."""
    return [(s.rule.id, f"{s.counted}", f"{s.day}", s.leads, s.provisional) for s in steps]


def test_the_steps_of_a_visit_whose_days_are_fixed() -> None:
    assert told(steps_of(FIXED)) == [
        ("permission", "2021-07-16", "2021-07-16", ("front",), False),
        ("gifts", "2021-09-07", "2021-09-07", ("front", "office"), False),
        ("report", "2021-09-30", "2021-09-30", ("front", "office"), False),
    ]


def test_a_step_before_moves_earlier_off_days_off_and_one_after_later() -> None:
    # 7 days before 10/9 is 3/9, a holiday like the day before it; 15 days after is a Saturday.
    moved = replace(FIXED, window=span(date(2021, 9, 10), date(2021, 9, 10), Precision.DAY))
    found = {s.rule.id: (s.counted, s.day) for s in steps_of(moved, named="conference")}
    assert found == {
        "permission": (date(2021, 8, 11), date(2021, 8, 11)),
        "gifts": (date(2021, 9, 3), date(2021, 9, 1)),
        "report": (date(2021, 9, 25), date(2021, 9, 27)),
    }


def test_days_that_are_not_fixed_give_provisional_steps() -> None:
    assert told(steps_of(VISIT)) == [
        ("permission", "2020-11-02", "2020-11-02", ("front",), True),
        ("gifts", "2020-12-25", "2020-12-25", ("front", "office"), True),
        ("report", "2022-01-17", "2022-01-17", ("front", "office"), True),
    ]


@pytest.mark.parametrize(
    "status", [Status.PROJECTED, Status.TENTATIVE, Status.PROPOSED, Status.POSTPONED], ids=lambda status: status.value
)
def test_days_that_nobody_confirmed_are_provisional_too(status: Status) -> None:
    steps = steps_of(replace(FIXED, status=status))
    assert [(s.rule.id, s.provisional) for s in steps] == [("permission", True), ("gifts", True), ("report", True)]


def test_days_still_to_be_fixed_are_asked_for_first_by_their_last_day() -> None:
    # 2/10/2021, 90 days before 31/12/2021, is a Saturday.
    assert told(steps_of(VISIT, named="settling")) == [
        ("fix-days", "2021-10-02", "2021-10-01", ("front", "office"), False),
        ("permission", "2020-11-02", "2020-11-02", ("front",), True),
        ("gifts", "2020-12-25", "2020-12-25", ("front", "office"), True),
        ("report", "2022-01-17", "2022-01-17", ("front", "office"), True),
    ]


@pytest.mark.parametrize("status", Status, ids=lambda status: status.value)
def test_days_are_asked_for_until_they_are_confirmed_or_it_is_held(status: Status) -> None:
    asked = {
        fixed: [f"{s.counted}" for s in steps_of(replace(visit, status=status), named="settling") if s.rule.while_open]
        for fixed, visit in ((True, FIXED), (False, VISIT))
    }
    if status in (Status.HELD, Status.SKIPPED, Status.CANCELLED):
        assert asked == {True: [], False: []}
    elif status is Status.CONFIRMED:
        assert asked == {True: [], False: ["2021-10-02"]}
    else:
        assert asked == {True: ["2021-06-18"], False: ["2021-10-02"]}


def test_a_time_without_a_last_day_asks_for_no_days() -> None:
    begun = replace(VISIT, window=Window(date(2021, 1, 1), None, Precision.PERIOD))
    assert [s.rule.id for s in steps_of(begun, named="settling")] == ["permission", "gifts"]


def test_a_held_meeting_keeps_what_comes_after_it_counted_from_its_own_days() -> None:
    held = replace(FIXED, status=Status.HELD, window=span(date(2021, 12, 14), date(2021, 12, 15), Precision.DAYS))
    assert told(steps_of(held, named="settling")) == [
        ("report", "2021-12-29", "2021-12-29", ("front", "office"), False)
    ]
    assert told(steps_of(replace(held, window=VISIT.window))) == [
        ("report", "2022-01-17", "2022-01-17", ("front", "office"), True)
    ]


@pytest.mark.parametrize(
    "occurrence",
    [
        replace(FIXED, status=Status.HELD, joint="doan.salavan.2021"),
        replace(FIXED, status=Status.SKIPPED),
        replace(FIXED, status=Status.CANCELLED),
        replace(FIXED, joint="doan.salavan.2021"),
        replace(FIXED, cycle="unset"),
        replace(FIXED, host=None, travels=()),
        replace(FIXED, partners=()),
        replace(FIXED, kind=Kind.TASK),
        replace(FIXED, kind=Kind.TALKS),
    ],
    ids=[
        "held with another",
        "skipped",
        "cancelled",
        "joint",
        "unset",
        "no side",
        "nobody comes",
        "task",
        "kind without a chain",
    ],
)
def test_what_has_no_chain(occurrence: Occurrence) -> None:
    assert steps_of(occurrence) == ()


def test_without_templates_there_is_nothing() -> None:
    assert steps_of(FIXED, NO_CHAINS, "conference") == ()


@pytest.mark.parametrize(
    ("host", "travels", "side"),
    [
        ("quang-tri", ("savannakhet",), Side.HOSTING),
        ("savannakhet", ("quang-tri",), Side.TRAVELLING),
        ("quang-tri", ("quang-tri", "savannakhet"), Side.TRAVELLING),
        (None, ("quang-tri",), Side.TRAVELLING),
        ("savannakhet", ("savannakhet",), Side.HOSTING),
        ("savannakhet", ("salavan",), None),
        (None, (), None),
    ],
)
def test_the_side_is_what_the_home_party_does(host: str | None, travels: tuple[str, ...], side: Side | None) -> None:
    assert side_of(replace(FIXED, host=host, travels=travels), "quang-tri") == side


def test_who_travels_has_the_other_chain() -> None:
    away = replace(FIXED, host="savannakhet", place="savannakhet", travels=("quang-tri",))
    assert told(steps_of(away)) == [("passports", "2021-08-15", "2021-08-13", ("front", "office"), False)]


@pytest.mark.parametrize(
    ("named", "side", "first"),
    [
        ("conference", "quang-tri", ("permission", 30, Basis.LAW)),
        ("conference", "savannakhet", ("passports", 30, Basis.LOCAL)),
        ("no-such-chain", "quang-tri", ("permission", 60, Basis.LOCAL)),
        (None, "quang-tri", ("permission", 60, Basis.LOCAL)),
    ],
)
def test_a_named_chain_serves_where_it_fits_the_side(
    named: str | None, side: str, first: tuple[str, int, Basis]
) -> None:
    travels = ("savannakhet",) if side == "quang-tri" else ("quang-tri",)
    rule = steps_of(replace(FIXED, host=side, travels=travels), named=named)[0].rule
    assert (rule.id, rule.days, rule.basis) == first


def test_a_chain_of_any_side_serves_what_neither_hosts_nor_travels() -> None:
    nearby = replace(FIXED, host=None, travels=())
    both = {"both": Template("both", Side.ANY, (Kind.EXCHANGE,), (step("gifts", 7),))}
    assert told(steps_of(nearby, both)) == [("gifts", "2021-09-07", "2021-09-07", ("front", "office"), False)]


def test_a_named_chain_serves_even_without_a_partner() -> None:
    assert [s.rule.id for s in steps_of(replace(FIXED, partners=()), named="conference")] == [
        "permission",
        "gifts",
        "report",
    ]


def test_a_step_is_done_by_whom_the_chain_names() -> None:
    chains = {
        "own": Template("own", Side.ANY, (Kind.EXCHANGE,), (step("note", 5, lead="so-ngoai-vu"), step("gifts", 4)))
    }
    assert [s.leads for s in steps_of(replace(FIXED, leads=()), chains)] == [("so-ngoai-vu",), ("front",)]


def test_an_open_edge_gives_no_step() -> None:
    begun = replace(FIXED, window=Window(date(2021, 9, 14), None, Precision.PERIOD))
    assert [s.rule.id for s in steps_of(begun)] == ["permission", "gifts"]


def test_a_template_laid_over_another_replaces_steps_of_one_id() -> None:
    assert [(rule.id, rule.days, rule.basis) for rule in CONFERENCE.steps] == [
        ("permission", 30, Basis.LAW),
        ("gifts", 7, Basis.LOCAL),
        ("report", 15, Basis.LAW),
    ]


# ---- laws ----

DAYS = st.dates(date(2000, 1, 1), date(2060, 12, 31))
RULES = st.builds(
    step,
    st.just("step"),
    st.integers(1, 400),
    unit=st.sampled_from(Unit),
    edge=st.sampled_from(Edge),
    way=st.sampled_from(Way),
)
OPEN_TOO = st.builds(replace, RULES, while_open=st.booleans())
LENGTHS = st.integers(1, 400)
PATIENT = settings(deadline=None)  # the first look at a year fills the cache of days off


def only_step(rule: ChainStep, first: date, length: int) -> Step:
    """The step of a meeting on these days."""
    window = Window(first, first + timedelta(days=length), Precision.DAYS)
    [found] = steps_of(replace(FIXED, window=window), {"a": Template("a", Side.ANY, (Kind.EXCHANGE,), (rule,))})
    return found


@PATIENT
@given(RULES, DAYS, LENGTHS)
def test_a_step_before_is_never_later_than_counted_and_every_step_is_a_working_day(
    rule: ChainStep, first: date, length: int
) -> None:
    found = only_step(rule, first, length)
    assert DAYS_OFF.works(found.day, VN)
    if rule.way is Way.BEFORE:
        assert found.day <= found.counted
    else:
        assert found.day >= found.counted


@PATIENT
@given(RULES, DAYS, LENGTHS, st.integers(-1000, 1000))
def test_a_step_of_calendar_days_moves_with_the_meeting(rule: ChainStep, first: date, length: int, by: int) -> None:
    calendar = replace(rule, unit=Unit.CALENDAR)
    shift = timedelta(days=by)
    assert only_step(calendar, first + shift, length).counted == only_step(calendar, first, length).counted + shift


@PATIENT
@given(RULES, DAYS, LENGTHS, st.integers(0, 60))
def test_a_later_meeting_never_has_an_earlier_step(rule: ChainStep, first: date, length: int, by: int) -> None:
    assert only_step(rule, first, length).day <= only_step(rule, first + timedelta(days=by), length).day


@PATIENT
@given(st.lists(OPEN_TOO, max_size=8), DAYS, st.sampled_from(Status), st.booleans())
def test_steps_come_in_turn_and_none_is_lost(rules: list[ChainStep], first: date, status: Status, fixed: bool) -> None:
    named = tuple(replace(rule, id=f"step-{n}") for n, rule in enumerate(rules))
    window = Window(first, first + timedelta(days=1), Precision.DAY if fixed else Precision.MONTH)
    occurrence = replace(FIXED, window=window, status=status)
    found = steps_of(occurrence, {"a": Template("a", Side.ANY, (Kind.EXCHANGE,), named)})
    settled = fixed and status is Status.CONFIRMED
    expected = {
        Status.HELD: [rule.id for rule in named if rule.way is Way.AFTER and not rule.while_open],
        Status.SKIPPED: [],
        Status.CANCELLED: [],
    }.get(status, [rule.id for rule in named if not (rule.while_open and settled)])
    assert sorted(s.rule.id for s in found) == sorted(expected)
    assert [(s.provisional, s.day) for s in found] == sorted((s.provisional, s.day) for s in found)
