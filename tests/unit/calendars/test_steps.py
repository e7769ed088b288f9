"""Steps of a preparation in words and as JSON."""

from __future__ import annotations

from dataclasses import replace

import pytest

from calendars.steps import StepWords, step_json, step_words, steps_note
from scheduler.plan import LANGUAGES
from scheduler.preparation import Way
from scheduler.rules import Edge, Unit
from tests.unit.calendars.samples import CONFERENCE_REPORT, DIRECTORY, PERMISSION


def test_a_step_in_vietnamese_and_english() -> None:
    assert step_words((PERMISSION, CONFERENCE_REPORT), DIRECTORY, "vi") == (
        StepWords(
            day="16/7/2021",
            title="Xin phép",
            leads="Ban Thường trực Ủy ban MTTQ Việt Nam tỉnh Quảng Trị, Sở Ngoại vụ tỉnh Quảng Trị",
            why="60 ngày trước ngày bắt đầu; 17/7/2021 là ngày nghỉ; quy định của cơ quan, cần chốt",
        ),
        StepWords(
            day="1/10/2021",
            title="Báo cáo kết quả hội nghị",
            leads="Sở Ngoại vụ tỉnh Quảng Trị",
            why="15 ngày sau ngày kết thúc; Quyết định 06/2020/QĐ-TTg, Điều 4; chỉ khi …",
        ),
    )
    assert [one.why for one in step_words((PERMISSION, CONFERENCE_REPORT), DIRECTORY, "en")] == [
        "60 days before it begins; 17 July 2021 is a day off; local rule, to set",
        "15 days after it ends; Decision 06/2020/QĐ-TTg, article 4; only where …",
    ]


@pytest.mark.parametrize(
    ("way", "edge", "days", "unit", "said"),
    [
        (Way.BEFORE, Edge.START, 1, Unit.CALENDAR, "1 day before it begins"),
        (Way.BEFORE, Edge.END, 2, Unit.CALENDAR, "2 days before it ends"),
        (Way.AFTER, Edge.START, 1, Unit.WORKING, "1 working day after it begins"),
        (Way.AFTER, Edge.END, 5, Unit.WORKING, "5 working days after it ends"),
    ],
)
def test_how_a_step_is_counted(way: Way, edge: Edge, days: int, unit: Unit, said: str) -> None:
    rule = replace(CONFERENCE_REPORT.rule, way=way, edge=edge, days=days, unit=unit, law=None, condition=None)
    [words] = step_words((replace(CONFERENCE_REPORT, rule=rule),), DIRECTORY, "en")
    assert words.why == f"{said}; local rule, to set"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_note_is_said_while_days_are_not_fixed(lang: str) -> None:
    assert steps_note((PERMISSION, CONFERENCE_REPORT), lang)
    assert steps_note((CONFERENCE_REPORT,), lang) is None
    assert steps_note((), lang) is None


def test_the_json_of_a_step() -> None:
    assert step_json(CONFERENCE_REPORT, "en") == {
        "id": "report",
        "title": "Report on the conference",
        "day": "2021-10-01",
        "counted": "2021-10-01",
        "days": 15,
        "unit": "calendar",
        "way": "after",
        "edge": "end",
        "leads": ["so-ngoai-vu-quang-tri"],
        "basis": "law",
        "law": "Decision 06/2020/QĐ-TTg, article 4",
        "condition": "only where …",
        "provisional": False,
    }
    plain = step_json(PERMISSION, "vi")
    assert (plain["basis"], plain["law"], plain["condition"], plain["provisional"]) == ("local", None, None, True)
