from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from notifications.changes import News, Turned, gravest_first, news
from notifications.letters import Happened, Told
from scheduler.occurrence import UNSET, Record, Status
from scheduler.plan import Directory
from scheduler.window import Precision, Window
from tests.unit.notifications.mails import CONFIRMED, REPORT, told
from tests.unit.notifications.samples import (
    AFFAIRS,
    DIRECTORY,
    FRONT,
    LAO_FRONT,
    PARTIES,
    day_of_event,
    office,
    record,
    shelf,
)

TODAY = date(2021, 9, 1)
TERM = Window.of(date(2020, 1, 1), date(2022, 12, 31), Precision.PERIOD)
OCTOBER = Window.of(date(2021, 10, 1), date(2021, 10, 31), Precision.MONTH)
FRONTS, AFFAIRS_ID, LAO = "mttq-quang-tri", "so-ngoai-vu-quang-tri", "neo-lao-savannakhet"


def _news(change: Told, lang: str = "vi", directory: Directory = DIRECTORY) -> News:
    return news(change, TODAY, "https://lich.example", directory, lang)


def _status(status: Status) -> Record:
    return record(status=status, window=CONFIRMED.occurrence.window)


@pytest.mark.parametrize(
    ("change", "prefix", "happened"),
    [
        (
            told(_status(Status.CANCELLED), Happened.CANCELLED),
            "HỦY: ",
            "Việc này đã hủy. Không cần chuẩn bị gì thêm.",
        ),
        (
            told(_status(Status.SKIPPED), Happened.SKIPPED),
            "KHÔNG TỔ CHỨC KỲ NÀY: ",
            "Kỳ này không tổ chức. Không cần chuẩn bị gì thêm.",
        ),
        (
            told(_status(Status.POSTPONED), Happened.POSTPONED),
            "HOÃN: ",
            "Việc này hoãn sang ngày khác. Đề nghị điều chỉnh việc chuẩn bị theo ngày mới.",
        ),
        (
            told(record(window=OCTOBER), before={"days": "2020-01-01/2022-12-31/period"}),
            "Thay đổi: ",
            "Đã rõ việc này làm vào lúc nào; ngày cụ thể chưa chốt.",
        ),
        (
            told(record(window=TERM), before={"days": "2020-01-01/2021-12-31/period"}),
            "Thay đổi: ",
            "Việc này đổi ngày. Đề nghị điều chỉnh việc chuẩn bị theo ngày mới.",
        ),
        (
            told(record(status=Status.POSTPONED), Happened.POSTPONED),
            "HOÃN: ",
            "Việc này hoãn, chưa có ngày mới. Đề nghị dừng chuẩn bị cho ngày cũ.",
        ),
        (
            told(CONFIRMED, Happened.RESTORED),
            "Vẫn thực hiện: ",
            "Việc này vẫn được thực hiện. Đề nghị tiếp tục chuẩn bị.",
        ),
        (
            told(CONFIRMED, Happened.REASSIGNED, before={"host": "savannakhet"}),
            "Thay đổi: ",
            "Bên chủ trì đã thay đổi.",
        ),
        (
            told(CONFIRMED, Happened.REASSIGNED, before={"host": "savannakhet", "leads": ""}),
            "Thay đổi: ",
            "Việc này được phân công lại.",
        ),
        (
            told(before={"days": "2021-09-28/2021-10-01/days", "place": ""}),
            "Thay đổi: ",
            "Việc này đổi ngày. Đề nghị điều chỉnh việc chuẩn bị theo ngày mới.",
        ),
        (
            told(happened=Happened.FIXED, before={"days": "2021-01-01/2021-12-31/year"}),
            "Đã chốt ngày: ",
            "Việc này đã chốt ngày. Đề nghị chuẩn bị theo ngày này.",
        ),
        (
            told(_status(Status.PROPOSED), before={"days": "2021-01-01/2021-12-31/year"}),
            "Thay đổi: ",
            "Việc này mới có ngày đề xuất, chưa chốt.",
        ),
        (
            told(before={"place": "savannakhet"}),
            "Thay đổi: ",
            "Việc này đổi địa điểm. Đề nghị điều chỉnh việc chuẩn bị theo địa điểm mới.",
        ),
        (
            told(record(joint="talks.2021")),
            "Thay đổi: ",
            "Việc này gộp vào một cuộc gặp khác, không tổ chức riêng.",
        ),
        (told(), "Thay đổi: ", "Việc này lại được tổ chức riêng."),
        (
            told(record(joint="talks.2021"), before={"days": "2021-01-01/2021-12-31/year", "joint": ""}),
            "Thay đổi: ",
            "Việc này gộp vào một cuộc gặp khác, không tổ chức riêng.",
        ),
        (
            told(before={"days": "2021-09-28/2021-10-01/days", "joint": "talks.2021"}),
            "Thay đổi: ",
            "Việc này lại được tổ chức riêng.",
        ),
        (
            told(_status(Status.PROJECTED), Happened.RESTORED, before={"status": "skipped"}),
            "Vẫn thực hiện: ",
            "Việc này lại dự kiến thực hiện theo chu kỳ, chưa chốt gì.",
        ),
    ],
)
def test_what_happened(change: Told, prefix: str, happened: str) -> None:
    said = _news(change)
    assert said.subject == f"{prefix}Trao đổi đoàn đại biểu Mặt trận – Savannakhet (2021)"
    assert said.happened == happened


def test_what_had_days_and_is_open_again() -> None:
    said = _news(told(record(cycle=UNSET, window=TERM), before={"days": "2021-10-01/2021-10-31/month"}))
    assert said.happened == "Việc này lại chưa chốt ngày. Đề nghị dừng việc chuẩn bị theo ngày cũ."
    assert [(one.label, one.before, one.after) for one in said.turned] == [
        ("Thời gian", "tháng 10/2021", "chưa có ngày mới")
    ]


@pytest.mark.parametrize(
    ("before", "reader", "meaning"),
    [
        ({}, FRONTS, ()),
        ({"leads": AFFAIRS_ID}, FRONTS, ("Từ nay quý cơ quan chủ trì việc này.",)),
        ({"leads": AFFAIRS_ID}, AFFAIRS_ID, ("Quý cơ quan không còn chủ trì việc này.",)),
        (
            {"leads": AFFAIRS_ID, "coordinating": ""},
            AFFAIRS_ID,
            ("Quý cơ quan không còn chủ trì việc này.", "Từ nay quý cơ quan phối hợp việc này."),
        ),
        ({"coordinating": f"{FRONTS},{AFFAIRS_ID}", "leads": ""}, FRONTS, ("Từ nay quý cơ quan chủ trì việc này.",)),
        ({"coordinating": f"{LAO},{AFFAIRS_ID}"}, LAO, ("Quý cơ quan không còn phối hợp việc này.",)),
        ({"leads": f"{FRONTS},{AFFAIRS_ID}"}, FRONTS, ()),
        ({"host": "savannakhet"}, FRONTS, ("Từ nay: phía ta chủ trì, đón đoàn Savannakhet.",)),
        ({"host": "savannakhet"}, LAO, ("Từ nay: Quảng Trị chủ trì, phía ta cử đoàn đi.",)),
    ],
)
def test_what_it_means_for_the_reader(before: dict[str, str], reader: str, meaning: tuple[str, ...]) -> None:
    assert _news(told(happened=Happened.REASSIGNED, before=before, recipient=reader)).meaning == meaning


def test_groups_and_successors_stand_for_their_bodies() -> None:
    """The plan names a group, and a body that has ended: their member and their heir have the duty."""
    old = office("so-cu", None, until=date(2021, 1, 1), successor=AFFAIRS_ID)
    group = office("cac-so", None, members=(FRONTS,))
    directory = Directory(parties=PARTIES, organisations=shelf(FRONT, AFFAIRS, LAO_FRONT, old, group))
    of = record(leads=("so-cu",), coordinating=("cac-so",))
    lead = told(of, Happened.REASSIGNED, before={"leads": LAO, "coordinating": LAO}, recipient=AFFAIRS_ID)
    member = told(of, Happened.REASSIGNED, before={"leads": LAO, "coordinating": LAO}, recipient=FRONTS)
    assert _news(lead, directory=directory).meaning == ("Từ nay quý cơ quan chủ trì việc này.",)
    assert _news(member, directory=directory).meaning == ("Từ nay quý cơ quan phối hợp việc này.",)


def test_old_and_new_of_every_field_in_their_order() -> None:
    before = {
        "coordinating": "",
        "leads": f"{AFFAIRS_ID},{LAO}",
        "place": "",
        "host": "savannakhet",
        "status": "tentative",
        "days": "2021-01-01/2021-12-31/year",
    }
    assert _news(told(happened=Happened.REASSIGNED, before=before)).turned == (
        Turned("Thời gian", "trong năm 2021", "5–8/10/2021"),
        Turned("Tình trạng", "chưa chốt ngày", "đã chốt"),
        Turned("Bên chủ trì", "Savannakhet", "Quảng Trị"),
        Turned("Địa điểm", "chưa xác định", "Quảng Trị"),
        Turned(
            "Đơn vị chủ trì",
            "Sở Ngoại vụ tỉnh Quảng Trị; neo-lao-savannakhet",
            "Ủy ban MTTQ Việt Nam tỉnh Quảng Trị",
        ),
        Turned("Đơn vị phối hợp", "chưa xác định", "Sở Ngoại vụ tỉnh Quảng Trị"),
    )


@pytest.mark.parametrize(("window", "after"), [(None, "chưa có ngày mới"), (Window.day(date(2022, 3, 1)), "1/3/2022")])
def test_postponed_without_new_days_shows_no_period(window: Window | None, after: str) -> None:
    off = record(status=Status.POSTPONED, window=window or record().occurrence.window)
    said = _news(told(off, Happened.POSTPONED, before={"days": "2022-10-27/2022-10-28/days", "status": "confirmed"}))
    assert said.turned == (
        Turned("Thời gian", "27–28/10/2022", after),
        Turned("Tình trạng", "đã chốt", "đã hoãn"),
    )
    assert "Thời gian" not in dict(said.rows)


def test_the_gravest_change_comes_first_and_what_hangs_on_a_meeting_after_it() -> None:
    late, early = (told(day_of_event(date(2021, month, 1), cycle=str(month))) for month in (12, 2))
    off = told(_status(Status.CANCELLED), Happened.CANCELLED)
    ask = told(day_of_event(date(2021, 11, 1), obligation="permission", cycle=late.record.occurrence.key))
    both = replace(late, recipient=AFFAIRS_ID)
    settled = told(day_of_event(date(2021, 12, 30), cycle="13"), Happened.FIXED)
    assert gravest_first([ask, late, early, both, settled, off]) == (off, settled, early, late, both, ask)


def test_what_stands_above_is_not_said_again() -> None:
    said = _news(told(before={"days": "2021-09-28//period", "host": "savannakhet"}))
    assert said.turned[0] == Turned("Thời gian", "từ 28/9/2021", "5–8/10/2021")
    assert [label for label, _ in said.rows][:3] == ["Lượt", "Tình trạng", "Đoàn đi"]


@pytest.mark.parametrize(
    ("given", "grounds"),
    [
        ({}, (("Lý do", "trùng lễ Boun Ok Phansa"), ("Người quyết định", "Lê Văn Hùng"))),
        ({"why": None, "who": None}, (("Lý do", "văn bản kế hoạch được sửa đổi"),)),
        ({"why": ""}, (("Người quyết định", "Lê Văn Hùng"),)),
    ],
)
def test_why_and_by_whom(given: dict[str, str | None], grounds: tuple[tuple[str, str], ...]) -> None:
    assert _news(told(**given)).grounds == grounds


def test_of_what_is_off_nobody_is_told_that_it_is_their_turn() -> None:
    off = _news(
        told(_status(Status.CANCELLED), Happened.CANCELLED, before={"status": "confirmed", "host": "savannakhet"})
    )
    assert off.meaning == ()
    assert "Lượt" not in dict(off.rows)


@pytest.mark.parametrize("before", [{"days": "2021-09-28"}, {"days": "x/y/days"}, {"status": "off"}])
def test_what_cannot_be_read_is_an_error(before: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r".+"):
        _news(told(REPORT, before=before))


def test_of_a_turn_that_another_meeting_fulfils_nothing_is_said_of_who_hosts() -> None:
    alone, joint = (_news(told(record(joint=key), before={"host": "savannakhet"})) for key in (None, "talks.2021"))
    assert alone.meaning == ("Từ nay: phía ta chủ trì, đón đoàn Savannakhet.",)
    assert joint.meaning == ()
    hosting = {"Lượt", "Bên chủ trì", "Đoàn đi", "Địa điểm"}
    labels = [{label for label, _ in _news(told(record(joint=key))).rows} for key in (None, "talks.2021")]
    assert labels[0] & hosting == {"Lượt", "Bên chủ trì", "Đoàn đi"}
    assert labels[0] - labels[1] == {"Lượt", "Bên chủ trì", "Đoàn đi"}
