"""Why: every fact becomes a sentence in every language."""

from __future__ import annotations

from datetime import date

import pytest

from calendars.reasons import explain_lines
from scheduler.agreement import State
from scheduler.amendment import Decision, Verb
from scheduler.anniversary import AnniversaryClass
from scheduler.explain import Code, Fact
from scheduler.occurrence import Status
from scheduler.plan import LANGUAGES, Gap, Kind, Rest, Text
from scheduler.rotation import Reason
from scheduler.rules import Edge, Unit
from scheduler.window import Precision
from scheduler.workdays import OffCode
from tests.unit.calendars.samples import CHANGED, DIRECTORY, FRONT_PAPER

START = {"anchor": "gifts.once", "first": date(2020, 4, 21), "last": date(2020, 4, 30), "same": False, "forward": False}
QUARTER = {
    "first": date(2021, 7, 1),
    "last": date(2021, 9, 30),
    "precision": Precision.QUARTER,
    "opens": date(2021, 6, 15),
    "closes": date(2021, 9, 14),
}
TERM = {"first": date(2022, 1, 1), "last": date(2024, 12, 31)}
MEMO = {"id": "memo-2022", "title": Text("Biên bản ghi nhớ 2022–2024", "Memorandum 2022–2024")}
PAPER = {
    "number": FRONT_PAPER.number,
    "date": FRONT_PAPER.date,
    "issuer": FRONT_PAPER.issuer,
    "title": FRONT_PAPER.title,
}

CASES: list[tuple[Code, dict[str, object], str]] = [
    (Code.WAITS, {"duties": ("hoi-dam", "doan")}, "Tính theo hoi-dam, doan, việc này chưa có ngày."),
    (
        Code.DOCUMENT,
        PAPER,
        (
            "Theo văn bản: Kế hoạch đối ngoại nhân dân giai đoạn 2020 – 2022 (số 06/KH-MTTQ-BTT, ngày 3/10/2019), "
            "Ban Thường trực Ủy ban MTTQ Việt Nam tỉnh Quảng Trị."
        ),
    ),
    (Code.CLAUSES, {"clauses": ("II.5", "III.2021.1")}, "Tại mục II.5, III.2021.1."),
    (Code.WORDS, {"words": "02 năm/lần"}, "Nguyên văn về thời gian: “02 năm/lần”."),
    (Code.STATED, {"cycle": "2021", "clauses": ("III.2021.1",)}, "Văn bản nêu rõ kỳ 2021 (mục III.2021.1)."),
    (Code.STATED, {"cycle": "2021", "clauses": ()}, "Văn bản nêu rõ kỳ 2021."),
    (
        Code.ROTATION,
        {"first_year": 2019, "every": 2, "index": 1, "year": 2021},
        "2 năm một lần: 2019 + 2·1 = 2021.",
    ),
    (
        Code.TURN,
        {"index": 1, "order": ("savannakhet", "quang-tri"), "position": 1, "host": "quang-tri", "reason": Reason.ORDER},
        "Lượt thứ 2 (thứ tự: Savannakhet → Quảng Trị): Quảng Trị chủ trì.",
    ),
    (
        Code.TURN,
        {
            "index": 1,
            "order": ("savannakhet", "quang-tri"),
            "position": 1,
            "host": "savannakhet",
            "reason": Reason.TRADED,
        },
        "Lượt thứ 2 (thứ tự: Savannakhet → Quảng Trị): Savannakhet chủ trì. Lý do: đổi lượt với kỳ khác.",
    ),
    (
        Code.TURN,
        {
            "index": 1,
            "order": ("savannakhet", "quang-tri"),
            "position": 1,
            "host": "quang-tri",
            "reason": Reason.WAITED,
        },
        (
            "Lượt thứ 2 (thứ tự: Savannakhet → Quảng Trị): Quảng Trị chủ trì. "
            "Lý do: theo thứ tự luân phiên, chậm lại một kỳ do một lượt trước được giữ lại."
        ),
    ),
    (
        Code.TURN,
        {"index": 1, "order": ("savannakhet", "quang-tri"), "position": 1, "host": None, "reason": Reason.OPEN},
        "Lượt thứ 2 (thứ tự: Savannakhet → Quảng Trị): chưa xác định bên chủ trì.",
    ),
    (Code.YEARLY, {"first_year": 2020, "every": 1, "index": 2, "year": 2022}, "Hằng năm: 2020 + 2 = 2022."),
    (
        Code.ANNIVERSARY,
        {"origin": date(1962, 9, 5), "year": 2022, "ordinal": 60, "rank": AnniversaryClass.ROUND},
        "Tính từ 5/9/1962: 2022 − 1962 = 60 năm (năm tròn; Nghị định 145/2013, khoản 1 Điều 3).",
    ),
    (
        Code.RELATIVE,
        START | {"edge": Edge.START, "days": 0, "unit": Unit.CALENDAR, "day": date(2020, 4, 20)},
        (
            "Ngày cuối cùng trước khi gifts.once bắt đầu vào 21/4/2020: 20/4/2020; "
            "nếu là ngày nghỉ thì chuyển lên ngày làm việc liền trước."
        ),
    ),
    (
        Code.RELATIVE,
        START | {"edge": Edge.START, "days": 30, "unit": Unit.WORKING, "day": date(2020, 3, 9)},
        (
            "Ngày cuối cùng trước khi gifts.once bắt đầu vào 21/4/2020, trừ 30 ngày làm việc: 9/3/2020; "
            "nếu là ngày nghỉ thì chuyển lên ngày làm việc liền trước."
        ),
    ),
    (
        Code.RELATIVE,
        START | {"edge": Edge.END, "days": 0, "unit": Unit.CALENDAR, "day": date(2020, 4, 30)},
        "Ngày cuối của gifts.once: 30/4/2020.",
    ),
    (
        Code.RELATIVE,
        START | {"edge": Edge.END, "days": 1, "unit": Unit.WORKING, "day": date(2020, 4, 29)},
        (
            "Ngày cuối của gifts.once (30/4/2020), trừ 1 ngày làm việc: 29/4/2020; "
            "nếu là ngày nghỉ thì chuyển lên ngày làm việc liền trước."
        ),
    ),
    (
        Code.RELATIVE,
        START | {"same": True, "edge": Edge.START, "days": 0, "unit": Unit.CALENDAR, "day": date(2020, 4, 30)},
        "Cùng thời gian với gifts.once (21–30/4/2020).",
    ),
    (
        Code.RELATIVE,
        START | {"edge": Edge.START, "forward": True, "days": 15, "unit": Unit.CALENDAR, "day": date(2020, 5, 6)},
        (
            "15 ngày kể từ khi gifts.once bắt đầu vào 21/4/2020, không tính ngày đó: 6/5/2020; thời hạn kết thúc vào "
            "ngày nghỉ thì kéo đến ngày làm việc tiếp theo (Bộ luật Dân sự, Điều 147 và 148)."
        ),
    ),
    (
        Code.RELATIVE,
        START | {"edge": Edge.END, "forward": True, "days": 5, "unit": Unit.WORKING, "day": date(2020, 5, 11)},
        (
            "5 ngày làm việc kể từ ngày cuối của gifts.once (30/4/2020), không tính ngày đó: 11/5/2020; thời hạn kết "
            "thúc vào ngày nghỉ thì kéo đến ngày làm việc tiếp theo (Bộ luật Dân sự, Điều 147 và 148)."
        ),
    ),
    (
        Code.PERIODIC,
        QUARTER | {"due_day": 25, "day": date(2021, 9, 25)},
        (
            "Kỳ báo cáo: quý III/2021; số liệu từ 15/6/2021 đến 14/9/2021; gửi chậm nhất 25/9/2021, ngày 25 của tháng "
            "cuối kỳ (Nghị định 09/2019)."
        ),
    ),
    (
        Code.PERIODIC,
        QUARTER | {"due_day": 17, "day": date(2021, 9, 17)},
        (
            "Kỳ báo cáo: quý III/2021; số liệu từ 15/6/2021 đến 14/9/2021 (Nghị định 09/2019); gửi chậm nhất 17/9/2021 "
            "theo kế hoạch."
        ),
    ),
    (
        Code.RECURRENCE,
        {"rrule": "FREQ=MONTHLY", "first": date(2020, 1, 25), "day": date(2020, 3, 25)},
        "Quy tắc lặp FREQ=MONTHLY từ 25/1/2020 cho ngày 25/3/2020.",
    ),
    (
        Code.WINDOW,
        {"first": date(2021, 1, 1), "last": date(2021, 12, 31), "precision": Precision.YEAR},
        "Khoảng thời gian: trong năm 2021.",
    ),
    (Code.MOVES, {"way": Rest.EARLIER}, "Nếu là ngày nghỉ thì chuyển về ngày làm việc liền trước."),
    (Code.MOVES, {"way": Rest.LATER}, "Nếu là ngày nghỉ thì chuyển sang ngày làm việc liền sau."),
    (
        Code.DAY_OFF,
        {
            "days": (date(2021, 6, 5), date(2021, 6, 12)),
            "parties": ("quang-tri", "savannakhet"),
            "off": OffCode.WEEKEND,
            "name": Text("Thứ Bảy", "Saturday"),
        },
        "Ngày nghỉ của Quảng Trị, Savannakhet: 5/6/2021, 12/6/2021 (Thứ Bảy).",
    ),
    (Code.HOST_OPEN, {}, "Văn bản không nêu bên chủ trì."),
    (Code.TO_SET, {"gaps": (Gap.ORDER, Gap.DATES)}, "Còn phải xác định: thứ tự luân phiên chủ trì, ngày cụ thể."),
    (Code.PERIOD, TERM | {"inside": True}, "Trong thời hạn của kế hoạch (2022–2024)."),
    (Code.PERIOD, TERM | {"inside": False}, "Ngoài thời hạn của kế hoạch (2022–2024)."),
    (
        Code.AGREEMENT,
        MEMO | TERM | {"inside": True},
        "Dựa trên: Biên bản ghi nhớ 2022–2024 (2022–2024), còn hiệu lực vào thời gian đó.",
    ),
    (
        Code.AGREEMENT,
        MEMO | TERM | {"inside": False},
        "Dựa trên: Biên bản ghi nhớ 2022–2024 (2022–2024), không có hiệu lực vào thời gian đó.",
    ),
    (
        Code.AGREEMENT,
        MEMO | {"first": None, "last": None, "inside": None},
        "Dựa trên: Biên bản ghi nhớ 2022–2024; không ghi thời hạn.",
    ),
    (
        Code.AGREEMENT,
        MEMO | TERM | {"inside": True, "state": State.TACITLY_RENEWED, "ends": date(2027, 12, 31)},
        "Dựa trên: Biên bản ghi nhớ 2022–2024 (2022–2024), tự động gia hạn đến 31/12/2027.",
    ),
    (
        Code.AGREEMENT,
        MEMO | TERM | {"inside": False, "state": State.SUPERSEDED, "ends": date(2024, 12, 31)},
        "Dựa trên: Biên bản ghi nhớ 2022–2024; vào thời gian đó đã có thỏa thuận khác thay thế.",
    ),
    (Code.NO_AGREEMENT, {}, "Kế hoạch không nêu thỏa thuận nào làm cơ sở."),
    (
        Code.HELD,
        {"first": date(2022, 9, 20), "last": date(2022, 9, 20), "host": "quang-tri"},
        "Văn bản cho biết đã tổ chức: 20/9/2022; Quảng Trị chủ trì.",
    ),
    (
        Code.HELD,
        {"first": date(2022, 9, 20), "last": date(2022, 9, 20), "host": None},
        "Văn bản cho biết đã tổ chức: 20/9/2022.",
    ),
    (Code.ASSUMED, {}, "Có chi tiết suy luận, văn bản không ghi rõ."),
    (Code.NOTE, {"note": "năm suy ra từ bài báo"}, "Ghi chú: năm suy ra từ bài báo"),
    (
        Code.DECIDED,
        {"number": 7, "at": CHANGED, "who": "Lan Hương", "why": "dịch", "decision": Decision(verb=Verb.CANCEL)},
        "Ghi nhận số 7, ngày 1/9/2021, Lan Hương: đã hủy. Lý do: dịch",
    ),
    (
        Code.WITHDRAWN,
        {"number": 7, "at": CHANGED, "who": "Lan", "why": "nhầm", "decision": Decision(verb=Verb.CANCEL), "by": 8},
        "Ghi nhận số 7, ngày 1/9/2021, Lan: đã hủy (đã rút lại bằng ghi nhận số 8). Lý do: nhầm",
    ),
    (
        Code.STATUS,
        {"status": Status.TENTATIVE, "sequence": 0, "changed_at": CHANGED},
        "Tình trạng: chưa chốt ngày; ghi ngày 1/9/2021, từ đó chưa thay đổi.",
    ),
    (
        Code.STATUS,
        {"status": Status.POSTPONED, "sequence": 3, "changed_at": CHANGED},
        "Tình trạng: đã hoãn; thay đổi lần 3, ghi ngày 1/9/2021.",
    ),
]


@pytest.mark.parametrize(("code", "fields", "expected"), CASES)
def test_in_vietnamese(code: Code, fields: dict[str, object], expected: str) -> None:
    assert explain_lines([Fact(code, fields)], DIRECTORY, "vi") == (expected,)


def test_the_word_for_a_status_depends_on_the_kind() -> None:
    fact = Fact(Code.STATUS, {"status": Status.CONFIRMED, "sequence": 0, "changed_at": CHANGED})
    said = [explain_lines([fact], DIRECTORY, "en", kind) for kind in (Kind.DEADLINE, Kind.TALKS)]
    assert said == [
        ("Status: in effect; recorded on 1 September 2021, unchanged since.",),
        ("Status: confirmed; recorded on 1 September 2021, unchanged since.",),
    ]


def test_every_code_is_said() -> None:
    assert {code for code, _, _ in CASES} == set(Code)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_in_every_language_all_fields_are_filled_in(lang: str) -> None:
    said = explain_lines([Fact(code, fields) for code, fields, _ in CASES], DIRECTORY, lang)
    assert [line for line in said if "{" in line or not line.strip()] == []
    assert len(said) == len(CASES)


def test_the_arithmetic_reads_alike_in_every_language() -> None:
    fact = Fact(Code.ROTATION, {"first_year": 2019, "every": 2, "index": 1, "year": 2021})
    assert all("2019 + 2·1 = 2021" in explain_lines([fact], DIRECTORY, lang)[0] for lang in LANGUAGES)
