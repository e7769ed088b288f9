from __future__ import annotations

from datetime import date

import pytest

from notifications.advice import Item, by_when, in_short, to_do, turn, why_you
from notifications.due import Reminder, Slot
from notifications.policy import Purpose, Role, purpose_of
from scheduler.anniversary import Anniversary, AnniversaryClass
from scheduler.occurrence import Record, Status
from scheduler.plan import Kind
from scheduler.window import Window
from tests.unit.notifications.samples import DIRECTORY, item, record

DAY = Window.day(date(2021, 10, 5))
LAO = "neo-lao-savannakhet"


def _mark(rank: AnniversaryClass, ordinal: int) -> Record:
    return record(kind=Kind.ANNIVERSARY, anniversary=Anniversary(ordinal, rank), window=DAY, host=None, travels=())


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (item(), "Đề xuất ngày với Savannakhet; thống nhất xong thì ghi lại."),
        (item(recipient=LAO), "Trao đổi với Quảng Trị về ngày đón đoàn; thống nhất xong thì ghi lại."),
        (item(record(host=None, travels=())), "Thống nhất bên chủ trì và ngày, rồi ghi lại."),
        (item(record(kind=Kind.EVENT, host=None, travels=())), "Chốt ngày và ghi lại."),
        (item(record(cycle="unset")), "Văn bản không định thời gian: hãy quyết định và ghi lại."),
        (
            item(record(window=DAY)),
            "Thống nhất chương trình với Savannakhet và chuẩn bị đón đoàn (hậu cần, phiên dịch, kinh phí).",
        ),
        (item(record(window=DAY), recipient=LAO), "Chuẩn bị đoàn đi Quảng Trị: thành phần, thủ tục cử đoàn, kinh phí."),
        (item(record(window=DAY, travels=(), partners=())), "Ngày đã rõ: chuẩn bị thực hiện."),
        (item(record(kind=Kind.TASK)), "Hoàn thành đúng hạn và ghi là đã hoàn thành."),
        (item(record(kind=Kind.REPORT)), "Gửi báo cáo đúng hạn và ghi là đã hoàn thành."),
        (item(record(kind=Kind.REPORT, cycle="unset")), "Văn bản không định thời gian: hãy quyết định và ghi lại."),
        (item(_mark(AnniversaryClass.ROUND, 60)), "Năm tròn: chuẩn bị lễ kỷ niệm, chương trình và kinh phí."),
        (item(_mark(AnniversaryClass.FIFTH, 45)), "Chuẩn bị hoạt động kỷ niệm (thư, điện mừng, gặp gỡ)."),
        (
            item(record(status=Status.PROJECTED)),
            "Việc này nằm ngoài thời hạn kế hoạch: hãy gia hạn kế hoạch, xác nhận lượt này, hoặc bỏ.",
        ),
    ],
)
def test_what_to_do_now(asked: Item, words: str) -> None:
    assert to_do(asked, DIRECTORY, "vi") == words


@pytest.mark.parametrize(
    ("asked", "label", "day"),
    [
        (item(), "Muộn nhất", "Thứ Sáu, 31/12/2021 (còn 121 ngày)"),
        (item(record(window=DAY)), "Bắt đầu", "Thứ Ba, 5/10/2021 (còn 34 ngày)"),
        (item(record(kind=Kind.TASK)), "Hạn chót", "Thứ Sáu, 31/12/2021 (còn 121 ngày)"),
        (item(record(kind=Kind.TASK, cycle="unset")), "Muộn nhất", "Thứ Sáu, 31/12/2021 (còn 121 ngày)"),
        (item(_mark(AnniversaryClass.OTHER, 59)), "Ngày kỷ niệm", "Thứ Ba, 5/10/2021 (còn 34 ngày)"),
        (
            item(record(status=Status.PROJECTED)),
            "Dự kiến bắt đầu",
            "Thứ Sáu, 1/1/2021 (đã đến thời gian thực hiện)",
        ),
    ],
)
def test_by_when(asked: Item, label: str, day: str) -> None:
    assert by_when(asked, date(2021, 9, 1), "vi") == (label, day)


@pytest.mark.parametrize(
    ("step", "send_on", "words"),
    [
        ("prepare-30", date(2021, 9, 3), ("chuẩn bị, còn 32 ngày", "get ready, 32 days left")),
        ("fix-days-1", date(2021, 10, 4), ("chốt ngày, còn 1 ngày", "fix the days, 1 day left")),
        ("finish-7", date(2021, 9, 28), ("hoàn thành đúng hạn, còn 7 ngày", "finish it in time, 7 days left")),
        ("mark-30", date(2021, 9, 5), ("chuẩn bị kỷ niệm, còn 30 ngày", "mark the anniversary, 30 days left")),
        (
            "decide-0",
            date(2021, 10, 5),
            ("gia hạn, xác nhận hoặc bỏ, đã đến thời gian thực hiện", "renew, confirm or drop it, the time has come"),
        ),
    ],
)
def test_a_reminder_in_short(step: str, send_on: date, words: tuple[str, str]) -> None:
    slot = Slot("doan.2021", step, date(2021, 10, 5), 0, LAO)
    reminder = Reminder(slot=slot, address="a@b.example", lang="lo", role=Role.LEAD, send_on=send_on)
    assert (in_short(reminder, "vi"), in_short(reminder, "en")) == words


def test_the_id_of_a_step_tells_what_it_asks_for() -> None:
    assert [purpose_of(f"{purpose}-30") for purpose in Purpose] == list(Purpose)
    with pytest.raises(ValueError, match="no-such-step"):
        purpose_of("no-such-step-30")


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (item(), "phía ta chủ trì, đón Savannakhet"),
        (item(recipient=LAO), "Quảng Trị chủ trì, phía ta đi"),
        (item(record(host="savannakhet", travels=("quang-tri",))), "Savannakhet chủ trì, phía ta đi"),
        (item(record(place="savannakhet", travels=("quang-tri",))), None),
        (item(record(host=None)), None),
        (item(record(host="takeo", travels=("savannakhet",))), None),
        (item(recipient="unknown"), None),
    ],
)
def test_whose_turn_by_the_readers_side(asked: Item, words: str | None) -> None:
    assert turn(asked, DIRECTORY, "vi") == words


@pytest.mark.parametrize(
    ("asked", "end"),
    [
        (item(role=Role.LEAD), "đơn vị chủ trì."),
        (item(role=Role.COORDINATING), "đơn vị phối hợp."),
        (item(role=Role.OWNER), "Đề nghị chuyển tiếp."),
        (item(record(status=Status.PROJECTED), role=Role.OWNER), "cơ quan giữ kế hoạch."),
    ],
)
def test_why_you(asked: Item, end: str) -> None:
    assert why_you(asked, "vi").endswith(end)
