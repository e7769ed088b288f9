"""What a policy asks for, by kind, side, class and status, before and after the day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.policy import AFTERWARDS, AT_ONCE, Lead, Overdue, Purpose, Role, Step, longest_first, purpose_of
from scheduler.anniversary import Anniversary, AnniversaryClass, rank_of
from scheduler.occurrence import UNSET, Status
from scheduler.plan import Kind
from scheduler.preparation import Side, Way
from scheduler.rules import Edge, Unit
from scheduler.window import Precision, Window
from scheduler.workdays import DaysOff
from tests.unit.notifications.samples import EXCHANGE, packaged_policy

DAY = Window.day(date(2021, 10, 5))
YEAR = EXCHANGE.window
MEETINGS = [Kind.EXCHANGE, Kind.TALKS, Kind.EVENT]
DUTIES = [Kind.TASK, Kind.DEADLINE, Kind.REPORT]


def _steps(side: Side | None = None, **changes: Any) -> tuple[Step, ...]:
    return packaged_policy().steps_for(replace(EXCHANGE, **changes), side)


def _days(side: Side | None = None, **changes: Any) -> list[str]:
    return [str(step.lead) for step in _steps(side, **changes)]


def _after(**changes: Any) -> list[tuple[str, int]]:
    return [(step.id, repeat) for repeat, step in packaged_policy().steps_after(replace(EXCHANGE, **changes))]


@pytest.mark.parametrize("kind", MEETINGS)
def test_meetings_and_events_by_whether_their_days_are_fixed(kind: Kind) -> None:
    assert _days(kind=kind, window=DAY) == ["120", "90", "60", "30", "14", "7", "1"]
    assert _days(kind=kind, window=YEAR) == ["180", "120", "90", "60", "30", "14", "7"]


@pytest.mark.parametrize(
    ("side", "days"),
    [(Side.HOSTING, ["20w", "1"]), (Side.TRAVELLING, ["30", "2w"]), (Side.ANY, ["20w", "1"]), (None, ["20w", "1"])],
)
def test_hosts_and_travellers_have_lists_of_their_own(side: Side | None, days: list[str]) -> None:
    hosting = (Lead(20, Unit.WORKING), Lead(1))
    sides = {Side.HOSTING: hosting, Side.TRAVELLING: (Lead(30), Lead(2, Unit.WORKING)), Side.ANY: hosting}
    policy = replace(packaged_policy(), fixed={Kind.EXCHANGE: sides})
    assert [str(step.lead) for step in policy.steps_for(replace(EXCHANGE, window=DAY), side)] == days


@pytest.mark.parametrize(
    ("kind", "days"),
    [
        (Kind.TASK, ["90", "30", "14", "7", "1"]),
        (Kind.DEADLINE, ["30", "14", "7", "1"]),
        (Kind.REPORT, ["30", "14", "7", "1"]),
    ],
)
def test_duties_count_from_their_last_day(kind: Kind, days: list[str]) -> None:
    steps = _steps(kind=kind, window=YEAR, status=Status.CONFIRMED)
    assert [str(step.lead) for step in steps] == days
    assert {(step.purpose, step.edge) for step in steps} == {(Purpose.FINISH, Edge.END)}


def test_the_renewal_of_an_agreement_counts_down_to_the_last_day_for_notice() -> None:
    notice = _steps(obligation="renew-vn-la", kind=Kind.DEADLINE, window=DAY, status=Status.CONFIRMED)
    assert [step.id for step in notice] == [f"renew-{days}" for days in (180, 90, 30, 14, 7, 1)]
    assert {(step.purpose, step.edge) for step in notice} == {(Purpose.RENEW, Edge.END)}


@pytest.mark.parametrize(
    ("ordinal", "days"), [(60, ["365", "180", "90", "30", "7"]), (45, ["180", "90", "30", "7"]), (59, ["30", "7"])]
)
def test_anniversaries_by_class(ordinal: int, days: list[str]) -> None:
    mark = Anniversary(ordinal, rank_of(ordinal))
    assert _days(kind=Kind.ANNIVERSARY, anniversary=mark, window=DAY, status=Status.CONFIRMED) == days


def test_an_event_that_marks_an_anniversary_is_an_event() -> None:
    mark = Anniversary(90, AnniversaryClass.ROUND)
    assert _days(kind=Kind.EVENT, anniversary=mark, window=DAY) == ["120", "90", "60", "30", "14", "7", "1"]


@pytest.mark.parametrize("kind", [*MEETINGS, *DUTIES, Kind.ANNIVERSARY])
def test_a_projected_turn_is_one_question_to_the_owner(kind: Kind) -> None:
    assert _steps(status=Status.PROJECTED, kind=kind) == (Step(Purpose.DECIDE, Lead(90), Edge.START, (Role.OWNER,)),)
    assert _after(status=Status.PROJECTED, kind=kind) == []


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
def test_what_needs_nobody_has_no_steps(changes: dict[str, Any]) -> None:
    assert _days(**changes) == []
    assert _after(**changes) == []


def test_edges_and_audiences() -> None:
    fixed = _steps(window=Window.of(date(2021, 10, 5), date(2021, 10, 8), Precision.DAYS))
    undated = _steps()
    assert {step.edge for step in fixed} == {Edge.START}
    assert {step.edge for step in undated} == {Edge.END}
    assert undated[0].id == "fix-days-180"
    assert {str(step.lead): step.audience for step in undated if step.lead.days in (60, 30)} == {
        "60": (Role.LEAD,),
        "30": (Role.LEAD, Role.COORDINATING),
    }
    assert {str(step.lead): step.audience for step in fixed if step.lead.days in (60, 30)} == {
        "60": (Role.LEAD,),
        "30": (Role.LEAD, Role.COORDINATING, Role.PARTNER),
    }


def test_an_open_window_gives_no_day() -> None:
    window = Window(date(2021, 1, 1), None, Precision.PERIOD)
    assert {step.counted_from(window) for step in _steps(window=window)} == {None}


@pytest.mark.parametrize("kind", DUTIES)
def test_what_is_overdue_is_said_again_and_again_and_then_no_more(kind: Kind) -> None:
    assert _after(kind=kind, window=DAY, status=Status.CONFIRMED) == [("overdue-3w", n) for n in range(1, 11)]
    never = replace(packaged_policy(), overdue=Overdue(3, 0))
    assert list(never.steps_after(replace(EXCHANGE, kind=kind, window=DAY))) == []


@pytest.mark.parametrize("kind", MEETINGS)
def test_what_became_of_a_meeting_is_asked_for_after_it(kind: Kind) -> None:
    assert _after(kind=kind, window=DAY) == [("record-1w", 0), ("record-5w", 0), ("record-20w", 0)]


def test_an_anniversary_is_never_overdue() -> None:
    assert _after(kind=Kind.ANNIVERSARY, window=DAY, status=Status.CONFIRMED) == []


@pytest.mark.parametrize("kind", [*MEETINGS, *DUTIES])
def test_a_duty_without_a_day_of_its_own_is_never_overdue(kind: Kind) -> None:
    assert _after(kind=kind, cycle=UNSET) == []


@pytest.mark.parametrize("kind", [*MEETINGS, *DUTIES])
def test_what_is_said_afterwards_goes_to_who_leads_in_working_days(kind: Kind) -> None:
    steps = [step for _, step in packaged_policy().steps_after(replace(EXCHANGE, kind=kind, window=DAY))]
    assert {(step.way, step.edge, step.audience, step.lead.unit) for step in steps} == {
        (Way.AFTER, Edge.END, (Role.LEAD,), Unit.WORKING)
    }
    assert {step.purpose for step in steps} <= AFTERWARDS


def test_reach_holds_every_step_that_goes_before_a_run_of_days_off() -> None:
    """365 days before 5/9/2022 is the Sunday after National Day, so that mail goes on 1/9/2021, 369 days before."""
    assert DaysOff().earlier(date(2021, 9, 5), ("VN",)) == date(2021, 9, 1)
    assert packaged_policy().reach == 365 + 31
    assert replace(packaged_policy(), renewal=(Lead(300, Unit.WORKING),)).reach == 600 + 31


def test_memory_holds_the_last_thing_said_of_what_is_past() -> None:
    assert packaged_policy().memory == 3 * 10 * 2 + 31
    assert replace(packaged_policy(), overdue=Overdue(3, 0)).memory == 20 * 2 + 31
    assert replace(packaged_policy(), overdue=Overdue(3, 0), record=()).memory == 31


def test_leads_come_in_the_order_of_their_days() -> None:
    leads = [Lead(5, Unit.WORKING), Lead(7), Lead(8), Lead(0), Lead(30)]
    assert [str(lead) for lead in longest_first(leads)] == ["30", "8", "5w", "7", "0"]


LEADS = st.builds(Lead, st.integers(0, 3650), st.sampled_from(Unit))
NAMES = st.from_regex(r"[a-z0-9]{1,8}(-[a-z0-9]{1,8}){0,3}", fullmatch=True)


@given(st.sampled_from(Purpose), LEADS, st.none() | NAMES)
def test_law_the_id_of_a_step_says_its_purpose(purpose: Purpose, lead: Lead, of: str | None) -> None:
    step = Step(purpose, lead, Edge.START, (Role.LEAD,), of=of)
    assert purpose_of(step.id) is purpose
    assert purpose_of(f"{Purpose.ESCALATE}-deputy-{step.id}") is Purpose.ESCALATE


@pytest.mark.parametrize("purpose", [*sorted(AT_ONCE), Purpose.DIGEST])
def test_what_has_no_lead_is_named_by_its_purpose_alone(purpose: Purpose) -> None:
    assert purpose_of(purpose) is purpose


@pytest.mark.parametrize("ident", ["", "prepared-30", "30", "fix", "digests", "Prepare-30"])
def test_what_is_not_the_id_of_a_step(ident: str) -> None:
    with pytest.raises(ValueError, match="is not the id of a step"):
        purpose_of(ident)
