"""Titles in calendars and mail: all that matters in one line."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calendars.headline import headline, subject
from scheduler.anniversary import Anniversary, AnniversaryClass
from scheduler.occurrence import Occurrence, Status
from scheduler.plan import LANGUAGES, Kind, Text
from scheduler.window import Precision, Window
from tests.unit.calendars.samples import (
    DIPLOMATIC,
    DIRECTORY,
    EXCHANGE,
    GIFTS,
    PREPARE,
    PROJECTED,
    TASK,
    YOUTH,
)

FIXED = replace(EXCHANGE, window=Window.of(date(2021, 12, 20), date(2021, 12, 22), Precision.DAYS))
FRONT = "Hội đàm công tác Mặt trận – Savannakhet: Quảng Trị chủ trì"


@pytest.mark.parametrize(
    ("occurrence", "expected"),
    [
        (EXCHANGE, f"CHƯA CHỐT NGÀY: {FRONT}"),
        (
            PROJECTED,
            "CHƯA CHỐT NGÀY: Hội đàm công tác Mặt trận – Savannakhet: Savannakhet chủ trì – dự kiến theo chu kỳ",
        ),
        (replace(FIXED, status=Status.CONFIRMED), FRONT),
        (replace(FIXED, status=Status.CANCELLED), f"HỦY: {FRONT}"),
        (replace(EXCHANGE, status=Status.CANCELLED), f"HỦY: {FRONT}"),
        (replace(EXCHANGE, status=Status.SKIPPED), f"KHÔNG TỔ CHỨC KỲ NÀY: {FRONT}"),
        (replace(FIXED, status=Status.POSTPONED), f"HOÃN: {FRONT}"),
        (replace(EXCHANGE, status=Status.POSTPONED), f"HOÃN: {FRONT} (chưa chốt ngày mới)"),
        (replace(FIXED, status=Status.PROJECTED), f"DỰ KIẾN THEO CHU KỲ: {FRONT}"),
        (replace(FIXED, status=Status.HELD), FRONT),
        (replace(EXCHANGE, status=Status.HELD), f"ĐÃ TỔ CHỨC: {FRONT}"),
        (
            replace(FIXED, status=Status.CONFIRMED, place="dong-ha"),
            "Hội đàm công tác Mặt trận – Savannakhet: Quảng Trị chủ trì tại Đông Hà",
        ),
        (
            YOUTH,
            "CHƯA CHỐT NGÀY: Giao lưu hữu nghị thanh niên ba tỉnh – Savannakhet, Salavan: chưa xác định bên chủ trì",
        ),
        (GIFTS, "Thăm, tặng quà, khám bệnh tại Kampong Speu"),
        (PREPARE, "Hạn: Thống nhất kế hoạch, số lượng, thời gian"),
        (replace(PREPARE, status=Status.HELD), "ĐÃ HOÀN THÀNH: Thống nhất kế hoạch, số lượng, thời gian"),
        (TASK, "HẠN CHÓT: Trao đổi cán bộ thực tập sinh với Savannakhet"),
        (
            replace(TASK, window=Window.of(None, date(2014, 5, 18), Precision.DAY), kind=Kind.DEADLINE),
            "HẠN CHÓT: Trao đổi cán bộ thực tập sinh với Savannakhet",
        ),
        (
            replace(TASK, kind=Kind.REPORT, cycle="unset", status=Status.TENTATIVE),
            "CHƯA CHỐT NGÀY: Trao đổi cán bộ thực tập sinh với Savannakhet",
        ),
        (
            replace(GIFTS, window=Window.of(date(2020, 6, 1), date(2020, 7, 15), Precision.DAYS)),
            "NGÀY CUỐI: Thăm, tặng quà, khám bệnh tại Kampong Speu",
        ),
        (DIPLOMATIC, "Ngày thiết lập quan hệ ngoại giao Việt Nam – Lào: 60 năm (năm tròn)"),
        (
            replace(DIPLOMATIC, status=Status.PROJECTED, anniversary=Anniversary(65, AnniversaryClass.FIFTH)),
            "Ngày thiết lập quan hệ ngoại giao Việt Nam – Lào: 65 năm (năm lẻ 5) – dự kiến theo chu kỳ",
        ),
        (
            replace(DIPLOMATIC, kind=Kind.EVENT, title=Text("Họp mặt 60 năm quan hệ ngoại giao")),
            "Họp mặt 60 năm quan hệ ngoại giao (năm tròn)",
        ),
        (
            replace(FIXED, status=Status.CONFIRMED, title=Text("Hội đàm cấp cao Quảng Trị – Savannakhet")),
            "Hội đàm cấp cao Quảng Trị – Savannakhet: Quảng Trị chủ trì",
        ),
    ],
)
def test_in_vietnamese(occurrence: Occurrence, expected: str) -> None:
    assert headline(occurrence, DIRECTORY, "vi") == expected


@pytest.mark.parametrize(
    ("lang", "expected"),
    [
        ("en", "DATE NOT SET: Front work talks – Savannakhet: Quảng Trị hosts"),
        ("lo", "ຍັງບໍ່ກຳນົດວັນ: Front work talks – Savannakhet: ກວາງຈິ ເປັນເຈົ້າພາບ"),
        ("km", "មិនទាន់កំណត់ថ្ងៃ៖ Front work talks – Savannakhet៖ ក្វាងទ្រី ធ្វើជាម្ចាស់ផ្ទះ"),
    ],
)
def test_in_other_languages(lang: str, expected: str) -> None:
    assert headline(EXCHANGE, DIRECTORY, lang) == expected


def test_a_title_too_long_gives_way_before_the_prefix_and_the_host() -> None:
    said = headline(replace(EXCHANGE, title=Text("dài " * 200)), DIRECTORY, "vi")
    assert said.startswith("CHƯA CHỐT NGÀY: dài dài")
    assert said.endswith("…: Quảng Trị chủ trì")
    assert len(said) <= 255


def test_a_title_that_names_the_partner_in_its_own_language_is_not_added_to() -> None:
    told = replace(EXCHANGE, title=Text("Hội đàm với Savannakhet", "Talks with Savannakhet", "ເຈລະຈາ"))
    said = [subject(told, DIRECTORY, lang) for lang in LANGUAGES]
    assert said == [
        "Hội đàm với Savannakhet",
        "Talks with Savannakhet",
        "ເຈລະຈາ – ສະຫວັນນະເຂດ",
        "Talks with Savannakhet",
    ]


def test_the_subject_has_no_status_and_no_host() -> None:
    assert subject(PROJECTED, DIRECTORY, "vi") == "Hội đàm công tác Mặt trận – Savannakhet"


@given(st.text(), st.sampled_from(LANGUAGES))
def test_any_title_becomes_one_short_line(title: str, lang: str) -> None:
    said = headline(replace(EXCHANGE, title=Text(title)), DIRECTORY, lang)
    assert 0 < len(said) <= 255
    assert len(said.splitlines()) == 1
    assert "\\" not in said
