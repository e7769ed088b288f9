"""Descriptions: a line for each thing an officer asks."""

from __future__ import annotations

from dataclasses import replace

import pytest

from calendars.description import describe, remarks
from calendars.eyes import Voice
from scheduler.lacking import Term
from scheduler.plan import Gap
from tests.unit.calendars.samples import DIRECTORY, EXCHANGE, GIFTS, PREPARE, PROJECTED, YOUTH, record


def test_everything_known_stands_in_order() -> None:
    assert describe(record(GIFTS), DIRECTORY, Voice("vi"), "https://lich.example/o/x").splitlines() == [
        "Thời gian: 21–30/4/2020",
        "Tình trạng: chưa chốt ngày",
        "Địa điểm: Kampong Speu",
        "Đoàn đi: An Giang",
        "Đối tác: Kampong Speu",
        "Đơn vị chủ trì: Ban Thường trực Ủy ban MTTQ Việt Nam tỉnh An Giang",
        "Đơn vị phối hợp: Bộ Chỉ huy Quân sự tỉnh An Giang",
        "Điều kiện: nếu vận động được nguồn tài trợ; có chủ trương của tỉnh cấp phép đoàn ra, đoàn vào",
        "Số lượng, kinh phí: 300 phần quà x 500.000 đ",
        "Căn cứ: mục II.2, Kế hoạch đối ngoại nhân dân năm 2020 (số 12/KH-MTTQ, ngày 20/3/2020)",
        "Cơ quan ban hành: Ban Thường trực Ủy ban MTTQ Việt Nam tỉnh An Giang",
        "Nguyên văn: “Dự kiến cuối tháng 4/2020”",
        "Chi tiết: https://lich.example/o/x",
    ]


def test_a_projected_turn_says_what_that_means() -> None:
    assert describe(record(PROJECTED), DIRECTORY, Voice("en"), "https://lich.example/o/x").splitlines() == [
        "When: in 2023",
        "Status: projected",
        "Host: Savannakhet",
        "Travels: Quảng Trị",
        "Partners: Savannakhet",
        "Lead: Quảng Trị Fatherland Front Committee",
        "Under: clause II.5, People-to-people diplomacy plan 2020–2022 (No. 06/KH-MTTQ-BTT, dated 3 October 2019)",
        "Issued by: Quảng Trị Fatherland Front Committee",
        "Outside the term of the plan: counted on by the cycle; it needs a new plan.",
        "Calendars show it on the last day of this time.",
        "Page: https://lich.example/o/x",
    ]


@pytest.mark.parametrize(
    ("lacks", "agreement", "said"),
    [
        ((), "thoa-thuan", "Outside the term of the plan or of the agreement it rests on"),
        ((Term.AGREEMENT,), "thoa-thuan", "Outside the term of the agreement it rests on"),
        ((Term.PLAN,), "thoa-thuan", "Outside the term of the plan"),
        ((Term.PLAN, Term.AGREEMENT), "thoa-thuan", "Outside the terms of the plan and of the agreement it rests on"),
        ((), None, "Outside the term of the plan"),
    ],
)
def test_what_a_projected_turn_lies_outside_of(lacks: tuple[Term, ...], agreement: str | None, said: str) -> None:
    [told] = remarks(replace(PROJECTED, agreement=agreement), "en", lacks)
    assert told.partition(":")[0] == said
    assert remarks(EXCHANGE, "en", lacks) == []


def test_what_is_assumed_and_what_is_open_is_said() -> None:
    assumed = describe(record(PREPARE), DIRECTORY, Voice("vi"), "https://lich.example/o/x").splitlines()
    still_open = describe(record(YOUTH), DIRECTORY, Voice("vi"), "https://lich.example/o/x").splitlines()
    assert "Có chi tiết suy luận, văn bản không ghi rõ." in assumed
    assert "Còn phải xác định: năm đầu tiên, thứ tự luân phiên chủ trì" in still_open
    assert "Bên chủ trì: chưa xác định" in still_open


def test_an_occurrence_without_clauses_cites_its_document() -> None:
    bare = replace(PREPARE, clauses=(), to_set=(Gap.SUCCESSOR,))
    assert "Under: People-to-people diplomacy plan 2020 (No. 12/KH-MTTQ, dated 20 March 2020)" in describe(
        record(bare), DIRECTORY, Voice("en"), "https://lich.example/o/x"
    )


def test_a_line_break_in_a_value_cannot_become_a_control_character() -> None:
    told = describe(record(replace(GIFTS, quantity="1\r\n2\x07")), DIRECTORY, Voice("vi"), "https://lich.example/o/x")
    assert "\r" not in told
    assert "\x07" not in told
