"""Policies as people write them: what is read, and what is refused, with the field and the fix."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from notifications.policy import Escalation, Lead, Overdue, Policy
from notifications.policyform import LONGEST, PolicyError, PolicyFault, policy_from
from scheduler.plan import Kind
from scheduler.preparation import Side
from scheduler.rules import Unit
from tests.unit.notifications.samples import ROOT, packaged_policy

PACKAGED = yaml.safe_load((ROOT / "config" / "policies.yaml").read_text("utf-8"))


def _with(value: object, *path: str) -> Policy:
    return policy_from(_changed(value, *path))


def _changed(value: object, *path: str) -> dict[str, Any]:
    changed: dict[str, Any] = deepcopy(PACKAGED)
    inner = changed
    for name in path[:-1]:
        inner = inner[name]
    inner[path[-1]] = value
    return changed


def _faults(values: dict[str, Any]) -> tuple[PolicyFault, ...]:
    with pytest.raises(PolicyError) as caught:
        policy_from(values)
    return caught.value.faults


def test_every_fault_is_named_at_once() -> None:
    bad = deepcopy(PACKAGED)
    bad["before"]["exchange"]["fixed"] = [30, "soon"]
    bad["before"]["task"] = [7, 7]
    bad["before"]["meeting"] = [1]
    bad["projected"] = -1
    del bad["coordinating_from"]
    with pytest.raises(PolicyError) as caught:
        policy_from(bad)
    soon = "write a number of days, such as 30, or of working days, such as 5w"
    assert {fault.path: (fault.code, fault.message) for fault in caught.value.faults} == {
        ("before", "exchange", "fixed", "hosting", 1): ("lead", soon),
        ("before", "exchange", "fixed", "travelling", 1): ("lead", soon),
        ("before", "task"): ("twice", "the same number of days stands twice; keep it once"),
        ("before", "meeting"): ("extra_forbidden", "is not known here; remove it or mend its spelling"),
        ("projected",): ("greater_than_equal", "must not be negative; 0 means the day itself"),
        ("coordinating_from",): ("missing", "is missing; write it as in the policies.yaml that comes with the product"),
    }
    assert "before.task: the same number of days stands twice" in str(caught.value)


def test_days_may_be_written_in_any_order() -> None:
    assert _with([1, 30, 7, 14], "before", "report") == packaged_policy()
    assert _with([20, 1, 5, 5], "after", "record") == packaged_policy()


def test_one_list_of_days_is_for_either_side() -> None:
    sides = {"hosting": [120, 90, 60, 30, 14, 7, 1], "travelling": [120, 90, 60, 30, 14, 7, 1]}
    assert _with(sides, "before", "event", "fixed") == packaged_policy()


def test_hosts_and_travellers_may_have_days_of_their_own() -> None:
    policy = _with({"hosting": ["20w", 7], "travelling": [45]}, "before", "talks", "fixed")
    hosting = (Lead(20, Unit.WORKING), Lead(7))
    assert policy.fixed[Kind.TALKS] == {Side.HOSTING: hosting, Side.TRAVELLING: (Lead(45),), Side.ANY: hosting}


def test_working_days_are_written_with_a_w() -> None:
    assert _with(["5w", 30, "5"], "before", "report").due[Kind.REPORT] == (Lead(30), Lead(5, Unit.WORKING), Lead(5))


def test_what_is_said_afterwards_and_to_whom() -> None:
    policy = packaged_policy()
    assert (policy.overdue, policy.record, policy.escalation) == (Overdue(3, 10), (1, 5, 20), Escalation(3, 6, 60))


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("w", "lead"),
        ("5W", "lead"),
        ("5 w", "lead"),
        ("-5w", "lead"),
        ("9999999w", "lead"),
        ("", "lead"),
        (f"{LONGEST + 1}w", "less_than_equal"),
        (LONGEST + 1, "less_than_equal"),
        (-1, "greater_than_equal"),
        (True, "model_type"),
        (None, "model_type"),
        (2.5, "model_type"),
        ([5], "model_type"),
    ],
)
def test_what_is_no_number_of_days(value: object, code: str) -> None:
    [fault] = _faults(_changed([value], "before", "report"))
    assert (fault.path, fault.code) == (("before", "report", 0), code)


@pytest.mark.parametrize("days", [[30, 30], ["5w", "05w"], [5, "5"]])
def test_the_same_days_twice(days: list[object]) -> None:
    [fault] = _faults(_changed(days, "before", "report"))
    assert (fault.path, fault.code) == (("before", "report"), "twice")


@pytest.mark.parametrize(
    ("value", "path"),
    [
        (0, ("after", "overdue", "every")),
        (-1, ("after", "overdue", "most")),
        (61, ("after", "overdue", "most")),
        (0, ("escalation", "head")),
        (0, ("escalation", "deputy_director")),
        (-1, ("escalation", "within")),
        ("30", ("coordinating_from",)),
        ([90], ("projected",)),
    ],
)
def test_numbers_that_cannot_be_used(value: object, path: tuple[str, ...]) -> None:
    assert [fault.path for fault in _faults(_changed(value, *path))] == [path]


def test_a_policy_that_is_empty_misses_everything() -> None:
    assert {(fault.path, fault.code) for fault in _faults({})} == {
        ((name,), "missing") for name in ("before", "after", "escalation", "coordinating_from", "projected")
    }


NUMBERS = st.integers(0, LONGEST)
WRITTEN = st.lists(NUMBERS | NUMBERS.map(lambda n: f"{n}w"), unique=True, max_size=8)


@given(WRITTEN)
def test_law_leads_are_read_back_as_written(days: list[int | str]) -> None:
    read = _with(days, "before", "preparation").preparation
    assert sorted(map(str, read)) == sorted(map(str, days))


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_law_nothing_but_a_policy_error_comes_of_nonsense(value: Any) -> None:
    for path in (("before",), ("before", "exchange", "fixed"), ("after", "record"), ("escalation",), ("projected",)):
        faults: tuple[PolicyFault, ...] = ()
        try:
            _with(value, *path)
        except PolicyError as error:
            faults = error.faults
        assert all(fault.path[: len(path)] == path for fault in faults)
