"""Occurrences and a directory made by hand, as the real plans give them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from types import MappingProxyType
from typing import Any

from scheduler.anniversary import Anniversary, AnniversaryClass
from scheduler.occurrence import Occurrence, Record, Status
from scheduler.plan import Directory, Document, Gap, Kind, Organisation, Party, Place, Text
from scheduler.preparation import ChainStep, Step, Way
from scheduler.rules import Edge
from scheduler.window import Precision, Window

BASE = "https://lich.example"
CHANGED = datetime(2021, 8, 31, 17, 30, tzinfo=UTC)


def _shelf(items: list[Any]) -> Mapping[str, Any]:
    return MappingProxyType({item.id: item for item in items})


DIRECTORY = Directory(
    parties=_shelf(
        [
            Party("quang-tri", Text("Quảng Trị", "Quảng Trị", "ກວາງຈິ", "ក្វាងទ្រី"), "VN"),
            Party("an-giang", Text("An Giang", "An Giang", "ອານຢາງ", "អានយ៉ាង"), "VN"),
            Party("savannakhet", Text("Savannakhet", "Savannakhet", "ສະຫວັນນະເຂດ", "សាវណ្ណខេត"), "LA"),
            Party("salavan", Text("Salavan", "Salavan", "ສາລະວັນ", "សាលាវ៉ាន់"), "LA"),
            Party("kampong-speu", Text("Kampong Speu", "Kampong Speu", None, "កំពង់ស្ពឺ"), "KH"),
            Party("takeo", Text("Takeo", "Takeo", None, "តាកែវ"), "KH"),
        ]
    ),
    places=_shelf([Place("dong-ha", Text("Đông Hà", "Đông Hà"), "quang-tri")]),
    organisations=_shelf(
        [
            Organisation(
                "mttq-quang-tri",
                Text("Ban Thường trực Ủy ban MTTQ Việt Nam tỉnh Quảng Trị", "Quảng Trị Fatherland Front Committee"),
                "quang-tri",
            ),
            Organisation(
                "mttq-an-giang",
                Text("Ban Thường trực Ủy ban MTTQ Việt Nam tỉnh An Giang", "An Giang Fatherland Front Committee"),
                "an-giang",
            ),
            Organisation("quan-su-an-giang", Text("Bộ Chỉ huy Quân sự tỉnh An Giang", "Military Command"), "an-giang"),
            Organisation(
                "so-ngoai-vu-quang-tri",
                Text("Sở Ngoại vụ tỉnh Quảng Trị", "Quảng Trị Department of Foreign Affairs"),
                "quang-tri",
            ),
        ]
    ),
)

FRONT_PAPER = Document(
    "06/KH-MTTQ-BTT",
    date(2019, 10, 3),
    "mttq-quang-tri",
    Text("Kế hoạch đối ngoại nhân dân giai đoạn 2020 – 2022", "People-to-people diplomacy plan 2020–2022"),
)
AN_GIANG_PAPER = Document(
    "12/KH-MTTQ",
    date(2020, 3, 20),
    "mttq-an-giang",
    Text("Kế hoạch đối ngoại nhân dân năm 2020", "People-to-people diplomacy plan 2020"),
)


def year(number: int) -> Window:
    """The whole of a year."""
    return Window.of(date(number, 1, 1), date(number, 12, 31), Precision.YEAR)


EXCHANGE = Occurrence(
    obligation="qt-front-exchange",
    leg="savannakhet",
    cycle="2021",
    plan="quang-tri-front-2020",
    kind=Kind.EXCHANGE,
    title=Text("Hội đàm công tác Mặt trận", "Front work talks"),
    clauses=("II.5", "III.2021.2"),
    window=year(2021),
    expression="Năm 2021",
    status=Status.TENTATIVE,
    host="quang-tri",
    place="quang-tri",
    travels=("savannakhet",),
    partners=("savannakhet",),
    leads=("mttq-quang-tri",),
    coordinating=(),
    owner="mttq-quang-tri",
    conditions=(),
    quantity=None,
    assumed=False,
    to_set=(),
    anniversary=None,
    document=FRONT_PAPER,
    agreement=None,
)

PROJECTED = replace(
    EXCHANGE,
    cycle="2023",
    clauses=("II.5",),
    window=year(2023),
    expression=None,
    status=Status.PROJECTED,
    host="savannakhet",
    place="savannakhet",
    travels=("quang-tri",),
)

GIFTS = replace(
    EXCHANGE,
    obligation="ag-kampong-speu-gifts",
    leg=None,
    cycle="once",
    plan="an-giang-front-2020",
    kind=Kind.EVENT,
    title=Text("Thăm, tặng quà, khám bệnh tại Kampong Speu", "Visit, gifts and medical check-ups in Kampong Speu"),
    clauses=("II.2",),
    window=Window.of(date(2020, 4, 21), date(2020, 4, 30), Precision.TEN_DAYS),
    expression="Dự kiến cuối tháng 4/2020",
    host=None,
    place="kampong-speu",
    travels=("an-giang",),
    partners=("kampong-speu",),
    leads=("mttq-an-giang",),
    coordinating=("quan-su-an-giang",),
    owner="mttq-an-giang",
    conditions=("nếu vận động được nguồn tài trợ", "có chủ trương của tỉnh cấp phép đoàn ra, đoàn vào"),
    quantity="300 phần quà x 500.000 đ",
    document=AN_GIANG_PAPER,
)

PREPARE = replace(
    GIFTS,
    obligation="ag-gifts-agree",
    cycle="ag-kampong-speu-gifts.once",
    kind=Kind.DEADLINE,
    title=Text("Thống nhất kế hoạch, số lượng, thời gian", "Agree plan, numbers and dates"),
    clauses=("III.1b",),
    window=Window.day(date(2020, 4, 20)),
    expression="(trước II.2)",
    status=Status.CONFIRMED,
    place=None,
    travels=(),
    conditions=(),
    quantity=None,
    assumed=True,
)

TASK = replace(
    PREPARE,
    obligation="qt-interns",
    cycle="2021",
    plan="quang-tri-laos-2020",
    kind=Kind.TASK,
    title=Text("Trao đổi cán bộ thực tập sinh với Savannakhet", "Intern exchange with Savannakhet"),
    window=year(2021),
    assumed=False,
)

DIPLOMATIC = replace(
    EXCHANGE,
    obligation="vn-la-diplomatic-relations",
    leg=None,
    cycle="2022",
    plan="quang-tri-laos-2020",
    kind=Kind.ANNIVERSARY,
    title=Text("Ngày thiết lập quan hệ ngoại giao Việt Nam – Lào", "Diplomatic relations Viet Nam – Laos"),
    clauses=("PLI.4a", "PLII.4a"),
    window=Window.day(date(2022, 9, 5)),
    expression="2022; (05/9/1962 - 05/9/2022)",
    status=Status.CONFIRMED,
    host=None,
    place=None,
    travels=(),
    partners=("savannakhet", "salavan"),
    anniversary=Anniversary(60, AnniversaryClass.ROUND),
)

YOUTH = replace(
    EXCHANGE,
    obligation="three-province-youth",
    leg=None,
    cycle="unset",
    plan="quang-tri-laos-2020",
    title=Text("Giao lưu hữu nghị thanh niên ba tỉnh", "Three-province youth exchange"),
    window=Window.of(date(2020, 1, 1), date(2022, 12, 31), Precision.PERIOD),
    host=None,
    place=None,
    travels=(),
    partners=("savannakhet", "salavan"),
    to_set=(Gap.FIRST_YEAR, Gap.ORDER),
)

ONGOING = replace(EXCHANGE, obligation="qt-publicity", leg=None, cycle="once", kind=Kind.ONGOING, host=None, place=None)


def record(occurrence: Occurrence, sequence: int = 0, changed_at: datetime = CHANGED) -> Record:
    """The occurrence as if stored."""
    return Record(occurrence, sequence, changed_at)


ALL = (EXCHANGE, PROJECTED, GIFTS, PREPARE, TASK, DIPLOMATIC, YOUTH, ONGOING)
RECORDS = tuple(record(occurrence) for occurrence in ALL)

CONFERENCES = Text("Quyết định 06/2020/QĐ-TTg, Điều 4", "Decision 06/2020/QĐ-TTg, article 4")
PERMISSION = Step(
    rule=ChainStep(id="permission", title=Text("Xin phép", "Ask for permission"), days=60),
    counted=date(2021, 7, 17),
    day=date(2021, 7, 16),
    leads=("mttq-quang-tri", "so-ngoai-vu-quang-tri"),
    provisional=True,
)
FIX_DAYS = Step(
    rule=ChainStep(
        id="fix-days",
        title=Text("Chốt ngày với phía bạn", "Fix the days with the partner"),
        days=90,
        edge=Edge.END,
        while_open=True,
    ),
    counted=date(2021, 10, 2),
    day=date(2021, 10, 1),
    leads=("so-ngoai-vu-quang-tri",),
    provisional=False,
)
CONFERENCE_REPORT = Step(
    rule=ChainStep(
        id="report",
        title=Text("Báo cáo kết quả hội nghị", "Report on the conference"),
        days=15,
        edge=Edge.END,
        way=Way.AFTER,
        law=CONFERENCES,
        condition=Text("chỉ khi …", "only where …"),
    ),
    counted=date(2021, 10, 1),
    day=date(2021, 10, 1),
    leads=("so-ngoai-vu-quang-tri",),
    provisional=False,
)
