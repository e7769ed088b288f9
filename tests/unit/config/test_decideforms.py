"""What the forms of decisions come to: whatever is typed is a decision or a fault beside a field, never an error."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from calendars.gate import unprintable
from config.decideforms import read
from config.decidepapers import FORMS
from scheduler.amendment import Verb, days_of
from scheduler.plan import Gap
from scheduler.rules import Unset
from tests.unit.scheduler.samples import duty, expected, plan, year

DUTY = duty(Unset())
ONE = expected(plan(DUTY), DUTY, "2021", year(2021), leg="salavan")
SEAL = "0" * 64
WORDS = st.text(max_size=60) | st.sampled_from(
    ["2021-09-30", "30/9/2021", "2021-02-30", "2026", "passes", "a.2021", ""]
)


def paper(verb: Verb, **typed: Any) -> Any:
    named = {"number": "7"} if verb is Verb.UNDO else {"key": ONE.key}
    return FORMS[verb].model_validate(
        {"seal": SEAL, **named, **({"gap": "dates"} if verb is Verb.SET else {}), **typed}
    )


@given(st.sampled_from(list(Verb)), st.data())
def test_a_form_is_a_decision_or_has_faults(verb: Verb, data: st.DataObject) -> None:
    names = [name for name in FORMS[verb].model_fields if name not in ("seal", "step", "seen", "key", "number", "gap")]
    typed = data.draw(st.fixed_dictionaries({}, optional=dict.fromkeys(names, WORDS)))
    try:
        sent = paper(verb, **typed)
    except ValidationError:
        return
    draft = read(verb, sent, None if verb is Verb.UNDO else ONE)
    assert (draft.decision is None) == bool(draft.faults)
    assert set(draft.faults) <= {"why", "value", *names}
    assert all("\n" not in text and unprintable(text) is None for text in (draft.why, draft.typed["why"]))
    if draft.decision is not None:
        assert draft.decision.verb is verb
        assert draft.why


@given(st.dates(date(1900, 1, 1), date(2199, 12, 31)))
def test_days_are_read_as_sent_and_as_written(day: date) -> None:
    for text in (day.isoformat(), f"{day.day}/{day.month}/{day.year}", f" {day:%d.%m}.{day.year} "):
        draft = read(Verb.PROPOSE, paper(Verb.PROPOSE, first=text, why="x"), ONE)
        assert draft.decision is not None
        assert draft.decision.window == days_of(day, day)
        assert draft.typed["first"] == day.isoformat()


@pytest.mark.parametrize(
    "text", ["1899-12-31", "2200-01-01", "2021-13-01", "31/2/2021", "5/9", "2021-09", "9-5-21", "٢٠٢١-٠٩-٠١"]
)
def test_what_is_no_day(text: str) -> None:
    draft = read(Verb.PROPOSE, paper(Verb.PROPOSE, first=text, why="x"), ONE)
    assert (draft.decision, draft.faults) == (None, {"first": "no-day"})


@pytest.mark.parametrize(
    ("gap", "typed", "value"),
    [
        (Gap.ORDER, {"value1": "salavan", "value2": "quang-tri"}, "salavan,quang-tri"),
        (Gap.ORDER, {"value1": "salavan", "value3": "quang-tri"}, "salavan,quang-tri"),
        (Gap.LEAD, {"value1": "mttq", "value2": "so-ngoai-vu"}, "mttq,so-ngoai-vu"),
        (Gap.CYCLE, {"value1": "half"}, "half"),
        (Gap.CYCLE, {"value1": "half", "value": "2027"}, "half,2027"),
        (Gap.DATES, {"value": "  tháng 6/2027 "}, "tháng 6/2027"),
        (Gap.FIRST_YEAR, {"value": "2027"}, "2027"),
        (Gap.PLACE, {}, None),
    ],
)
def test_what_is_set(gap: Gap, typed: dict[str, str], value: str | None) -> None:
    draft = read(Verb.SET, paper(Verb.SET, gap=gap, why="x", **typed), ONE)
    assert (draft.decision.value if draft.decision else None) == value
    assert draft.faults == ({} if value else {"value": "missing"})
