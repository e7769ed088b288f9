from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from notifications.advice import (
    by_when,
    in_short,
    may_be_done,
    may_be_moved,
    notices,
    purpose_words,
    titles,
    to_do,
    turn,
    why_you,
)
from notifications.due import Reminder, Slot
from notifications.letters import Item
from notifications.policy import Purpose, Role, purpose_of
from scheduler.anniversary import Anniversary, AnniversaryClass
from scheduler.occurrence import Record, Status
from scheduler.plan import Kind
from scheduler.window import Window
from tests.unit.notifications.mails import CONFIRMED, PERMISSION, REPORT, asked
from tests.unit.notifications.samples import DIRECTORY, item, record

DAY = Window.day(date(2021, 10, 5))
LAO = "neo-lao-savannakhet"
TODAY = replace(PERMISSION, day=date(2021, 9, 1))


def _mark(rank: AnniversaryClass, ordinal: int) -> Record:
    return record(kind=Kind.ANNIVERSARY, anniversary=Anniversary(ordinal, rank), window=DAY, host=None, travels=())


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (item(), "Đề xuất ngày với Savannakhet; thống nhất xong, cập nhật ngày vào lịch."),
        (item(recipient=LAO), "Trao đổi với Quảng Trị về ngày đón đoàn; thống nhất xong, cập nhật ngày vào lịch."),
        (item(record(host=None, travels=())), "Thống nhất bên chủ trì và ngày tổ chức, rồi cập nhật vào lịch."),
        (item(record(kind=Kind.EVENT, host=None, travels=())), "Chốt ngày thực hiện và cập nhật vào lịch."),
        (item(record(cycle="unset")), "Văn bản không nêu thời gian; đề nghị xác định thời gian và cập nhật vào lịch."),
        (
            item(record(window=DAY)),
            "Thống nhất chương trình với Savannakhet và chuẩn bị đón đoàn (hậu cần, phiên dịch, kinh phí).",
        ),
        (item(record(window=DAY), recipient=LAO), "Chuẩn bị đoàn đi Quảng Trị: thành phần, thủ tục cử đoàn, kinh phí."),
        (item(record(window=DAY, travels=(), partners=())), "Đã chốt ngày; đề nghị chuẩn bị thực hiện."),
        (item(record(kind=Kind.TASK)), "Hoàn thành đúng hạn; khi xong, bấm “Đã hoàn thành”."),
        (item(record(kind=Kind.REPORT)), "Gửi báo cáo đúng hạn; khi gửi xong, bấm “Đã hoàn thành”."),
        (
            item(record(kind=Kind.REPORT, cycle="unset")),
            "Văn bản không nêu thời gian; đề nghị xác định thời gian và cập nhật vào lịch.",
        ),
        (item(_mark(AnniversaryClass.ROUND, 60)), "Năm tròn, đề nghị chuẩn bị lễ kỷ niệm, chương trình và kinh phí."),
        (item(_mark(AnniversaryClass.FIFTH, 45)), "Chuẩn bị hoạt động kỷ niệm (thư, điện mừng, gặp gỡ)."),
        (
            item(record(status=Status.PROJECTED, agreement="thoa-thuan")),
            (
                "Lượt này nằm ngoài thời hạn của kế hoạch hoặc của thỏa thuận mà việc này dựa vào; đề nghị quyết định "
                "gia hạn văn bản đã hết hạn, xác nhận lượt này hoặc bỏ."
            ),
        ),
        (
            item(record(status=Status.PROJECTED, agreement=None)),
            "Lượt này nằm ngoài thời hạn kế hoạch; đề nghị quyết định gia hạn kế hoạch, xác nhận lượt này hoặc bỏ.",
        ),
        (
            asked(REPORT, Purpose.RENEW, date(2021, 8, 27)),
            "Xem xét việc gia hạn thỏa thuận và thông báo cho phía bạn đúng hạn.",
        ),
        (
            asked(REPORT, Purpose.OVERDUE, date(2021, 8, 27)),
            "Việc đã quá hạn; đề nghị hoàn thành ngay rồi bấm “Đã hoàn thành”, hoặc đề nghị ngày khác.",
        ),
        (
            asked(CONFIRMED, Purpose.RECORD, date(2021, 8, 27)),
            "Ghi kết quả (đã tổ chức, hoãn, không tổ chức kỳ này hoặc hủy).",
        ),
        (asked(CONFIRMED, Purpose.CHAIN, PERMISSION.day, prepares=PERMISSION), "Xin chủ trương đón đoàn"),
        (asked(CONFIRMED, Purpose.RECORD, PERMISSION.day, prepares=PERMISSION), "Xin chủ trương đón đoàn"),
        (
            item(REPORT, role=Role.COORDINATING, recipient="so-ngoai-vu-quang-tri"),
            "Phối hợp với Ủy ban MTTQ Việt Nam tỉnh Quảng Trị (đơn vị chủ trì): hoàn thành đúng hạn.",
        ),
        (
            item(record(kind=Kind.REPORT, cycle="unset"), role=Role.COORDINATING, recipient="so-ngoai-vu-quang-tri"),
            "Phối hợp với Ủy ban MTTQ Việt Nam tỉnh Quảng Trị (đơn vị chủ trì): chốt ngày.",
        ),
        (
            item(record(leads=()), role=Role.COORDINATING, recipient="so-ngoai-vu-quang-tri"),
            "Phối hợp với Ủy ban MTTQ Việt Nam tỉnh Quảng Trị (đơn vị chủ trì): chốt ngày.",
        ),
        (
            item(record(window=DAY), role=Role.COORDINATING, recipient=LAO),
            "Phối hợp với Ủy ban MTTQ Việt Nam tỉnh Quảng Trị (đơn vị chủ trì): chuẩn bị.",
        ),
        (
            item(record(window=DAY), role=Role.PARTNER, recipient=LAO),
            "Chuẩn bị đoàn đi Quảng Trị: thành phần, thủ tục cử đoàn, kinh phí.",
        ),
        (
            item(record(window=DAY, host="savannakhet", travels=("quang-tri",)), role=Role.PARTNER, recipient=LAO),
            "Phối hợp với Ủy ban MTTQ Việt Nam tỉnh Quảng Trị (đơn vị chủ trì): chuẩn bị.",
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
        (asked(REPORT, Purpose.RENEW, date(2021, 9, 30)), "Hạn chót", "Thứ Năm, 30/9/2021 (còn 29 ngày)"),
        (asked(REPORT, Purpose.OVERDUE, date(2021, 8, 27)), "Hạn chót", "Thứ Sáu, 27/8/2021 (đã qua 5 ngày)"),
        (asked(REPORT, Purpose.OVERDUE, date(2021, 8, 31)), "Hạn chót", "Thứ Ba, 31/8/2021 (đã qua 1 ngày)"),
        (
            asked(CONFIRMED, Purpose.RECORD, date(2021, 8, 27)),
            "Ngày cuối theo lịch",
            "Thứ Sáu, 27/8/2021 (đã qua 5 ngày)",
        ),
        (
            asked(CONFIRMED, Purpose.CHAIN, PERMISSION.day, prepares=PERMISSION),
            "Muộn nhất",
            "Thứ Sáu, 3/9/2021 (còn 2 ngày)",
        ),
        (item(record(window=Window.day(date(2021, 9, 1)))), "Bắt đầu", "Thứ Tư, 1/9/2021 (hôm nay)"),
        (asked(REPORT, Purpose.FINISH, date(2021, 9, 1)), "Hạn chót", "Thứ Tư, 1/9/2021 (hôm nay)"),
        (
            asked(REPORT, Purpose.RENEW, date(2021, 8, 30)),
            "Hạn chót",
            "Thứ Hai, 30/8/2021 (đã đến thời gian thực hiện)",
        ),
        (
            asked(CONFIRMED, Purpose.CHAIN, TODAY.day, prepares=TODAY),
            "Muộn nhất",
            "Thứ Tư, 1/9/2021 (hôm nay)",
        ),
        (
            item(record(status=Status.PROJECTED), counted_from=date(2021, 9, 1)),
            "Dự kiến bắt đầu",
            "Thứ Tư, 1/9/2021 (đã đến thời gian thực hiện)",
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
        (
            "chain-permission-7",
            date(2021, 9, 28),
            ("việc chuẩn bị, còn 7 ngày", "a step of the preparation, 7 days left"),
        ),
        ("overdue-3w", date(2021, 10, 8), ("quá hạn, đã qua 3 ngày", "overdue, 3 days ago")),
        ("record-1w", date(2021, 10, 6), ("ghi kết quả, đã qua 1 ngày", "record what happened, 1 day ago")),
        (
            "record-report-0",
            date(2021, 10, 5),
            ("ghi kết quả, hôm nay", "record what happened, today"),
        ),
        (
            "escalate-head-prepare-30",
            date(2021, 10, 1),
            ("chưa có phản hồi, báo cấp trên", "no answer yet: told to the superior"),
        ),
        ("digest", date(2021, 10, 4), ("lịch tuần và tháng tới", "the week and the month ahead")),
        ("changed", date(2021, 10, 4), ("báo thay đổi", "something changed")),
    ],
)
def test_a_reminder_in_short(step: str, send_on: date, words: tuple[str, str]) -> None:
    slot = Slot("doan.2021", step, date(2021, 10, 5), 0, LAO)
    reminder = Reminder(slot=slot, organisation=LAO, address="a@b.example", lang="lo", role=Role.LEAD, send_on=send_on)
    assert (in_short(reminder, "vi"), in_short(reminder, "en")) == words


@pytest.mark.parametrize(
    ("step", "words"),
    [
        ("chain-permission-7", ("việc chuẩn bị: Xin chủ trương đón đoàn", "to prepare: Ask for permission to receive")),
        ("record-permission-0", ("việc sau cuộc gặp: Xin chủ trương", "after the meeting: Ask for permission")),
        ("chain-gifts-7", ("việc chuẩn bị", "a step of the preparation")),
        ("record-1w", ("ghi kết quả", "record what happened")),
        ("escalate-head-chain-permission-7", ("chưa có phản hồi, báo cấp trên", "no answer yet")),
    ],
)
def test_a_step_of_a_chain_is_called_by_its_name(step: str, words: tuple[str, str]) -> None:
    called = titles([CONFIRMED], lambda _: (PERMISSION,))
    said = [purpose_words(CONFIRMED.occurrence.key, step, lang, called) for lang in ("vi", "en")]
    assert [whole.startswith(start) for whole, start in zip(said, words, strict=True)] == [True, True]


def test_a_step_of_a_chain_in_short() -> None:
    key = CONFIRMED.occurrence.key
    slot = Slot(key, "chain-permission-7", date(2021, 9, 3), 0, LAO)
    reminder = Reminder(
        slot=slot, organisation=LAO, address="a@b.example", lang="lo", role=Role.LEAD, send_on=date(2021, 8, 27)
    )
    called = titles([CONFIRMED], lambda _: (PERMISSION,))
    assert in_short(reminder, "vi", called) == "việc chuẩn bị: Xin chủ trương đón đoàn, còn 7 ngày"


@pytest.mark.parametrize("purpose", Purpose)
def test_every_purpose_is_said_in_short(purpose: Purpose) -> None:
    slot = Slot("doan.2021", f"{purpose}-7", date(2021, 10, 5), 0, LAO)
    reminder = Reminder(
        slot=slot, organisation=LAO, address="a@b.example", lang="lo", role=Role.LEAD, send_on=date(2021, 9, 28)
    )
    assert in_short(reminder, "lo") != in_short(reminder, "en") != in_short(reminder, "vi")


def test_the_id_of_a_step_tells_what_it_asks_for() -> None:
    assert [purpose_of(f"{purpose}-30") for purpose in Purpose] == list(Purpose)
    with pytest.raises(ValueError, match="no-such-step"):
        purpose_of("no-such-step-30")


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (item(), "phía ta chủ trì, đón đoàn Savannakhet"),
        (item(recipient=LAO), "Quảng Trị chủ trì, phía ta cử đoàn đi"),
        (item(record(host="savannakhet", travels=("quang-tri",))), "Savannakhet chủ trì, phía ta cử đoàn đi"),
        (item(record(place="savannakhet", travels=("quang-tri",))), None),
        (item(record(host=None)), None),
        (item(record(host="takeo", travels=("savannakhet",))), None),
        (item(recipient="unknown"), None),
    ],
)
def test_whose_turn_by_the_readers_side(asked: Item, words: str | None) -> None:
    assert turn(asked.record.occurrence, asked.recipient, DIRECTORY, "vi") == words


@pytest.mark.parametrize(
    ("asked", "end"),
    [
        (item(role=Role.LEAD), "được giao chủ trì việc cần làm này."),
        (item(role=Role.COORDINATING), "đơn vị chủ trì ghi ở dưới."),
        (item(role=Role.OWNER), "Đề nghị chuyển cho đơn vị đó."),
        (item(record(status=Status.PROJECTED), role=Role.OWNER), "cơ quan giữ kế hoạch."),
        (
            item(role=Role.OWNER, unreached=("so-ngoai-vu-quang-tri", "hai-quan")),
            "vì chưa có địa chỉ thư của Sở Ngoại vụ tỉnh Quảng Trị; hai-quan. Đề nghị chuyển cho đơn vị đó.",
        ),
        (item(role=Role.SUPERIOR), "lãnh đạo đơn vị được giao."),
        (item(role=Role.PARTNER), "đối tác."),
    ],
)
def test_why_you(asked: Item, end: str) -> None:
    assert why_you(asked, DIRECTORY, "vi").endswith(end)


UNANSWERED = "đã được nhắc việc này nhưng chưa phản hồi. Đề nghị ông/bà đôn đốc thực hiện."


@pytest.mark.parametrize(
    ("told", "words"),
    [
        (item(), ()),
        (
            item(role=Role.SUPERIOR, escalated=("Nguyễn Thị Lan", "Trần Văn Minh")),
            (f"Nguyễn Thị Lan, Trần Văn Minh {UNANSWERED}",),
        ),
        (
            item(role=Role.SUPERIOR, recipient="so-ngoai-vu-quang-tri"),
            (f"Sở Ngoại vụ tỉnh Quảng Trị {UNANSWERED}",),
        ),
        (asked(REPORT, Purpose.OVERDUE, date(2021, 8, 27), repeat=1), ()),
        (asked(REPORT, Purpose.OVERDUE, date(2021, 8, 27), repeat=3), ("Việc này đã được nhắc đến lần thứ 3.",)),
    ],
)
def test_what_stands_above(told: Item, words: tuple[str, ...]) -> None:
    assert notices(told, DIRECTORY, "vi") == words


@pytest.mark.parametrize(
    ("told", "done", "moved"),
    [
        (item(), False, True),
        (item(CONFIRMED), False, True),
        (item(REPORT), True, True),
        (item(REPORT, role=Role.OWNER), True, True),
        (item(REPORT, role=Role.SUPERIOR), True, True),
        (item(REPORT, role=Role.COORDINATING), False, True),
        (item(REPORT, role=Role.PARTNER), False, True),
        (item(record(kind=Kind.REPORT, cycle="unset")), True, False),
        (item(_mark(AnniversaryClass.ROUND, 60)), False, False),
        (item(record(status=Status.PROJECTED)), False, False),
        (item(record(status=Status.PROJECTED, kind=Kind.TASK)), False, False),
        (asked(REPORT, Purpose.OVERDUE, date(2021, 8, 27)), True, True),
        (asked(REPORT, Purpose.RENEW, date(2021, 8, 27)), True, False),
        (asked(CONFIRMED, Purpose.RECORD, date(2021, 8, 27)), False, False),
        (asked(CONFIRMED, Purpose.CHAIN, PERMISSION.day, prepares=PERMISSION), True, True),
        (asked(CONFIRMED, Purpose.RECORD, PERMISSION.day, prepares=PERMISSION), True, False),
    ],
)
def test_what_a_reader_may_answer(told: Item, done: bool, moved: bool) -> None:
    assert (may_be_done(told), may_be_moved(told)) == (done, moved)
