"""A change that waited while more changed says nothing that is not so any more."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from notifications.afresh import afresh
from notifications.letters import Happened, Told
from notifications.notices import differences, happened_to
from scheduler.occurrence import Occurrence, Record, Status
from scheduler.reconcile import Change
from scheduler.window import Window
from tests.unit.notifications.samples import AFFAIRS, CHANGED, EXCHANGE, FRONT

DAYS, OTHER = Window.day(date(2021, 10, 5)), Window.day(date(2021, 10, 12))
EVENT = replace(EXCHANGE, status=Status.CONFIRMED, window=DAYS, coordinating=())
OPEN = EXCHANGE.window
OFF, SKIPPED, POSTPONED, HELD = ({"status": status} for status in (
    Status.CANCELLED, Status.SKIPPED, Status.POSTPONED, Status.HELD
))  # fmt: skip
MOVED, HOST, LEADS = {"window": OTHER}, {"host": "savannakhet"}, {"leads": (AFFAIRS.id,)}


def noted(before: Occurrence, then: Occurrence, now: Occurrence) -> Told | None:
    """The change from `before` to `then`, read once it stands as `now`; None where it was none."""
    happened = happened_to(Change(before, then), mailed=True)
    if happened is None:
        return None
    return Told(
        record=Record(now, 9, CHANGED),
        recipient=FRONT.id,
        happened=happened,
        before=differences(before, then),
        who="Lan",
        why="bão",
    )


@pytest.mark.parametrize(
    ("first", "second", "happened", "before"),
    [
        (OFF, {"status": Status.CONFIRMED}, None, {}),
        (SKIPPED, {"status": Status.CONFIRMED}, None, {}),
        (MOVED, {"window": DAYS}, None, {}),
        (HOST, {"host": "quang-tri"}, None, {}),
        (MOVED | HOST, {"host": "quang-tri"}, Happened.MOVED, {"days": "2021-10-05/2021-10-05/day"}),
        (MOVED, HOST, Happened.MOVED, {"days": "2021-10-05/2021-10-05/day"}),
        (HOST, MOVED, Happened.REASSIGNED, {"host": "quang-tri"}),
        (MOVED, OFF, None, {}),
        (HOST, OFF, None, {}),
        (LEADS, OFF, Happened.REASSIGNED, {"leads": FRONT.id}),
        (LEADS, HELD, None, {}),
        (MOVED, POSTPONED | {"window": OPEN}, None, {}),
        (HOST, POSTPONED | {"window": OPEN}, Happened.REASSIGNED, {"host": "quang-tri"}),
        (OFF, POSTPONED | {"window": OPEN}, None, {}),
        (OFF, {"title": EXCHANGE.title}, Happened.CANCELLED, {"status": "confirmed"}),
        (POSTPONED | {"window": OPEN}, OFF, None, {}),
        ({"joint": "talks.2021"}, {"title": EXCHANGE.title}, Happened.MOVED, {"joint": ""}),
        ({"joint": "talks.2021"}, {"joint": None}, None, {}),
        ({"joint": "talks.2021"} | MOVED, {"joint": None}, Happened.MOVED, {"days": "2021-10-05/2021-10-05/day"}),
        ({"joint": "talks.2021"}, OFF, None, {}),
    ],
)
def test_what_is_left_of_a_change(
    first: dict[str, Any], second: dict[str, Any], happened: Happened | None, before: Mapping[str, str]
) -> None:
    then = replace(EVENT, **first)
    told = noted(EVENT, then, replace(then, **second))
    assert told is not None
    left = afresh(told)
    assert (left and left.happened, left.before if left else {}) == (happened, before)


@st.composite
def occurrences(draw: st.DrawFn) -> Occurrence:
    return replace(
        EVENT,
        status=draw(st.sampled_from(Status)),
        window=draw(st.sampled_from([DAYS, OTHER, OPEN])),
        leads=draw(st.sampled_from([(), (FRONT.id,), (AFFAIRS.id, FRONT.id)])),
        host=draw(st.sampled_from([None, "quang-tri", "savannakhet"])),
        place=draw(st.sampled_from([None, "dong-ha"])),
    )


@settings(deadline=None)
@given(occurrences(), occurrences(), occurrences())
def test_law_nothing_is_told_that_is_not_so(before: Occurrence, then: Occurrence, now: Occurrence) -> None:
    told = noted(before, then, now)
    if told is None:
        return
    at_once = replace(told, record=replace(told.record, occurrence=then))
    assert afresh(at_once) == at_once
    left = afresh(told)
    if left is None:
        return
    off = {
        Happened.CANCELLED: Status.CANCELLED,
        Happened.SKIPPED: Status.SKIPPED,
        Happened.POSTPONED: Status.POSTPONED,
    }
    assert left.happened not in off or now.status is off[left.happened]
    assert left.happened is not Happened.RESTORED or not now.over
    assert left.happened is not Happened.FIXED or now.window.fixed
    assert left.before == {} or left.before.items() <= told.before.items()
    changed = differences(before, now)
    assert left.before.items() <= changed.items()
