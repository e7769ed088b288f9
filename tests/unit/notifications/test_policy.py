from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from datetime import date

import pytest
import yaml

from notifications.policy import PolicyError, Purpose, Role, Step, policy_from
from scheduler.anniversary import Anniversary, AnniversaryClass, rank_of
from scheduler.occurrence import Status
from scheduler.plan import Kind
from scheduler.rules import Edge
from scheduler.window import Precision, Window
from scheduler.workdays import DaysOff
from tests.unit.notifications.samples import EXCHANGE, ROOT, packaged_policy

PACKAGED = yaml.safe_load((ROOT / "config" / "policies.yaml").read_text("utf-8"))
DAY = Window.day(date(2021, 10, 5))
YEAR = EXCHANGE.window


def _days(**changes: object) -> list[int]:
    return [step.days for step in packaged_policy().steps_for(replace(EXCHANGE, **changes))]


@pytest.mark.parametrize("kind", [Kind.EXCHANGE, Kind.TALKS, Kind.EVENT])
def test_meetings_and_events_by_whether_their_days_are_fixed(kind: Kind) -> None:
    assert _days(kind=kind, window=DAY) == [120, 90, 60, 30, 14, 7, 1]
    assert _days(kind=kind, window=YEAR) == [180, 120, 90, 60, 30, 14, 7]


@pytest.mark.parametrize(
    ("kind", "days"),
    [(Kind.TASK, [90, 30, 14, 7, 1]), (Kind.DEADLINE, [30, 14, 7, 1]), (Kind.REPORT, [30, 14, 7, 1])],
)
def test_duties_count_from_their_last_day(kind: Kind, days: list[int]) -> None:
    steps = packaged_policy().steps_for(replace(EXCHANGE, kind=kind, window=YEAR, status=Status.CONFIRMED))
    assert [step.days for step in steps] == days
    assert {(step.purpose, step.edge) for step in steps} == {(Purpose.FINISH, Edge.END)}


@pytest.mark.parametrize(("ordinal", "days"), [(60, [365, 180, 90, 30, 7]), (45, [180, 90, 30, 7]), (59, [30, 7])])
def test_anniversaries_by_class(ordinal: int, days: list[int]) -> None:
    mark = Anniversary(ordinal, rank_of(ordinal))
    assert _days(kind=Kind.ANNIVERSARY, anniversary=mark, window=DAY, status=Status.CONFIRMED) == days


def test_an_event_that_marks_an_anniversary_is_an_event() -> None:
    mark = Anniversary(90, AnniversaryClass.ROUND)
    assert _days(kind=Kind.EVENT, anniversary=mark, window=DAY) == [120, 90, 60, 30, 14, 7, 1]


def test_a_projected_turn_is_one_question_to_the_owner() -> None:
    projected = replace(EXCHANGE, status=Status.PROJECTED)
    steps = packaged_policy().steps_for(projected)
    assert steps == (Step(Purpose.DECIDE, 90, Edge.START, (Role.OWNER,)),)
    assert steps[0].falls_on(projected.window) == date(2020, 10, 3)


@pytest.mark.parametrize(
    "changes",
    [
        {"status": Status.HELD},
        {"status": Status.SKIPPED},
        {"status": Status.CANCELLED},
        {"kind": Kind.ONGOING},
        {"joint": "qt-talks.2021"},
    ],
)
def test_what_needs_nobody_has_no_steps(changes: dict[str, object]) -> None:
    assert _days(**changes) == []


def test_edges_and_audiences() -> None:
    fixed = packaged_policy().steps_for(
        replace(EXCHANGE, window=Window.of(date(2021, 10, 5), date(2021, 10, 8), Precision.DAYS))
    )
    undated = packaged_policy().steps_for(EXCHANGE)
    assert {step.edge for step in fixed} == {Edge.START}
    assert {step.edge for step in undated} == {Edge.END}
    assert undated[0].id == "fix-days-180"
    assert {step.days: step.audience for step in undated if step.days in (60, 30)} == {
        60: (Role.LEAD,),
        30: (Role.LEAD, Role.COORDINATING),
    }


def test_an_open_window_gives_no_day() -> None:
    steps = packaged_policy().steps_for(replace(EXCHANGE, window=Window(date(2021, 1, 1), None, Precision.PERIOD)))
    assert {step.falls_on(Window(date(2021, 1, 1), None, Precision.PERIOD)) for step in steps} == {None}


def test_reach_holds_every_step_that_goes_before_a_run_of_days_off() -> None:
    """365 days before 5/9/2022 is the Sunday after National Day, so that mail goes on 1/9/2021, 369 days before."""
    assert DaysOff().earlier(date(2021, 9, 5), ("VN",)) == date(2021, 9, 1)
    assert packaged_policy().reach == 365 + 31


def test_every_fault_is_named_at_once() -> None:
    bad = deepcopy(PACKAGED)
    bad["before"]["exchange"]["fixed"] = [30, "soon"]
    bad["before"]["task"] = [7, 7]
    bad["before"]["meeting"] = [1]
    bad["projected"] = -1
    del bad["coordinating_from"]
    with pytest.raises(PolicyError) as caught:
        policy_from(bad)
    assert {fault.path: fault.message for fault in caught.value.faults} == {
        ("before", "exchange", "fixed", 1): "must be a whole number of days, such as 30",
        ("before", "task"): "the same number of days stands twice; keep it once",
        ("before", "meeting"): "is not known here; remove it or mend its spelling",
        ("projected",): "must not be negative; 0 means the day itself",
        ("coordinating_from",): "is missing; write it as in the policies.yaml that comes with the product",
    }
    assert "before.task: the same number of days stands twice" in str(caught.value)


def test_days_may_be_written_in_any_order() -> None:
    other = deepcopy(PACKAGED)
    other["before"]["report"] = [1, 30, 7, 14]
    assert policy_from(other) == packaged_policy()
