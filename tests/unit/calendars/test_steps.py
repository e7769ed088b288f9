"""Steps of a preparation in words and as JSON."""

from __future__ import annotations

from dataclasses import replace

import pytest

from calendars.catalogue import say
from calendars.steps import StepGroup, StepWords, step_groups, step_json, steps_heading
from scheduler.plan import LANGUAGES
from scheduler.preparation import Way
from scheduler.rules import Edge, Unit
from tests.unit.calendars.samples import CONFERENCE_REPORT, DIRECTORY, FIX_DAYS, PERMISSION


def test_a_step_in_vietnamese_and_english() -> None:
    certain, provisional = step_groups((FIX_DAYS, CONFERENCE_REPORT, PERMISSION), DIRECTORY, "vi")
    assert certain == StepGroup(
        None,
        (
            StepWords(
                day="1/10/2021",
                title="Chốt ngày với phía bạn",
                leads="Sở Ngoại vụ tỉnh Quảng Trị",
                why=(
                    "90 ngày trước ngày cuối có thể thực hiện; 2/10/2021 là ngày nghỉ; "
                    "số ngày gợi ý, cơ quan cần quy định"
                ),
            ),
            StepWords(
                day="1/10/2021",
                title="Báo cáo kết quả hội nghị",
                leads="Sở Ngoại vụ tỉnh Quảng Trị",
                why="15 ngày sau ngày kết thúc; Quyết định 06/2020/QĐ-TTg, Điều 4; chỉ khi …",
            ),
        ),
    )
    assert provisional == StepGroup(
        "Tạm tính: chưa có ngày chính thức, nên đếm từ khoảng thời gian đã biết.",
        (
            StepWords(
                day="16/7/2021",
                title="Xin phép",
                leads="Ban Thường trực Ủy ban MTTQ Việt Nam tỉnh Quảng Trị, Sở Ngoại vụ tỉnh Quảng Trị",
                why="60 ngày trước ngày bắt đầu; 17/7/2021 là ngày nghỉ; số ngày gợi ý, cơ quan cần quy định",
            ),
        ),
    )
    told = step_groups((FIX_DAYS, CONFERENCE_REPORT, PERMISSION), DIRECTORY, "en")
    assert [(group.note, [one.why for one in group.steps]) for group in told] == [
        (
            None,
            [
                "90 days before the last day it may fall on; 2 October 2021 is a day off; local rule, to set",
                "15 days after the last day; Decision 06/2020/QĐ-TTg, article 4; only where …",
            ],
        ),
        (
            "Provisional: the exact days are not settled, so these are counted from the time known so far.",
            ["60 days before the first day; 17 July 2021 is a day off; local rule, to set"],
        ),
    ]


@pytest.mark.parametrize(
    ("way", "edge", "days", "unit", "said"),
    [
        (Way.BEFORE, Edge.START, 1, Unit.CALENDAR, "1 day before the first day"),
        (Way.BEFORE, Edge.END, 2, Unit.CALENDAR, "2 days before the last day"),
        (Way.AFTER, Edge.START, 1, Unit.WORKING, "1 working day after the first day"),
        (Way.AFTER, Edge.END, 5, Unit.WORKING, "5 working days after the last day"),
    ],
)
def test_how_a_step_is_counted(way: Way, edge: Edge, days: int, unit: Unit, said: str) -> None:
    rule = replace(CONFERENCE_REPORT.rule, way=way, edge=edge, days=days, unit=unit, law=None, condition=None)
    [group] = step_groups((replace(CONFERENCE_REPORT, rule=rule),), DIRECTORY, "en")
    assert group.steps[0].why == f"{said}; local rule, to set"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_note_is_said_of_provisional_steps_only(lang: str) -> None:
    notes = [group.note for group in step_groups((CONFERENCE_REPORT, PERMISSION), DIRECTORY, lang)]
    assert notes[0] is None
    assert notes[1]
    assert len(notes) == 2
    assert [group.note for group in step_groups((CONFERENCE_REPORT,), DIRECTORY, lang)] == [None]
    assert step_groups((), DIRECTORY, lang) == ()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_heading_says_whether_there_is_anything_to_prepare(lang: str) -> None:
    assert steps_heading((CONFERENCE_REPORT, PERMISSION), lang) == say(lang, "Preparation")
    assert steps_heading((CONFERENCE_REPORT,), lang) == say(lang, "After the meeting")


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
        "while_open": False,
        "provisional": False,
    }
    plain = step_json(PERMISSION, "vi")
    assert (plain["basis"], plain["law"], plain["condition"], plain["provisional"]) == ("local", None, None, True)
    assert step_json(FIX_DAYS, "vi")["while_open"] is True
