"""Plan files: what a sound one means, and what is said of each that is not: line, column, field, what, and the fix."""

from __future__ import annotations

import csv
import random
import re
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import MappingProxyType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calendars.catalogue import catalogue
from config.files import HOME, directory_files, plan_files
from config.guard import MAX_BYTES
from config.planfile import SourceFile, load, plan_id
from config.words import problem_json
from scheduler.errors import Problem
from scheduler.plan import (
    Agreement,
    Directory,
    Document,
    Gap,
    Kind,
    Obligation,
    Organisation,
    Party,
    Place,
    Plan,
    Stated,
    Text,
)
from scheduler.rules import (
    AnniversaryOf,
    Edge,
    Leg,
    Once,
    Ongoing,
    Periodic,
    PeriodUnit,
    Recurrence,
    Relative,
    Rotation,
    TurnMode,
    Unit,
    Unset,
    WholePeriod,
    Yearly,
)
from scheduler.window import Precision, Window
from tests.unit.scheduler.samples import expanded

DATA = Path(__file__).parents[2] / "data"
INVALID = DATA / "invalid"
TABLE = INVALID / "expected.tsv"
"""One line per problem: case (a file or a folder), file, line, column, field, message and fix in English."""

NAMELESS: dict[str, list[tuple[str, int, int, str]]] = {
    "clause-of-another-plan-twice": [("a.yaml", 13, 5, "obligations.0.clauses")],
    "clause-of-no-plan": [("clause-of-no-plan.yaml", 13, 15, "obligations.0.clauses.0")],
    "continues-each-other": [
        ("a.yaml", 18, 5, "obligations.0.continues"),
        ("b.yaml", 12, 5, "obligations.0.continues"),
    ],
    "empty-title": [("empty-title.yaml", 15, 13, "obligations.0.title.vi")],
    "held-on-no-day": [("held-on-no-day.yaml", 19, 14, "obligations.0.stated.once.held")],
    "leg-order-unknown-party": [
        ("leg-order-unknown-party.yaml", 16, 98, "obligations.0.rule.legs.savannakhet.order.1")
    ],
    "order-unknown-party": [("order-unknown-party.yaml", 16, 88, "obligations.0.rule.order.2")],
    "origin-is-a-number": [("origin-is-a-number.yaml", 16, 31, "obligations.0.rule.origin")],
    "period-without-start": [("period-without-start.yaml", 16, 5, "obligations.0.rule")],
    "relative-to-no-cycle": [("relative-to-no-cycle.yaml", 16, 33, "obligations.0.rule.to.0")],
    "stated-before-yearly": [("stated-before-yearly.yaml", 19, 7, "obligations.0.stated.2020")],
    "stated-leg-of-yearly": [("stated-leg-of-yearly.yaml", 19, 7, "obligations.0.stated.salavan.2021")],
    "stated-of-unset": [("stated-of-unset.yaml", 20, 7, "obligations.0.stated.2021")],
    "term-without-days": [("term-without-days.yaml", 14, 5, "agreements.0.term")],
    "within-names-a-year": [("within-names-a-year.yaml", 16, 26, "obligations.0.rule.within")],
}
"""Files that must be refused, and where; in whatever words."""

Row = tuple[str, int, int, str, str, str]


def expected() -> dict[str, list[Row]]:
    """The table, by case."""
    cases: dict[str, list[Row]] = {}
    with TABLE.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            problem = (row["file"], int(row["line"]), int(row["column"]), row["field"], row["message"], row["fix"])
            cases.setdefault(row["case"], []).append(problem)
    return cases


def path_of(case: str) -> Path:
    """A case's folder, or its file."""
    return INVALID / case if (INVALID / case).is_dir() else INVALID / f"{case}.yaml"


def problems_of(path: Path) -> list[Problem]:
    """What is said of a file or folder, read by itself."""
    shelf = plan_files([str(path)])
    return [*shelf.problems, *load((), shelf.files).problems]


def told(problem: Problem, lang: str) -> Row:
    """A problem as it is told in `lang`, the file by its bare name."""
    shown = problem_json(problem, lang)
    return (
        Path(problem.file).name,
        problem.line,
        problem.column,
        problem.field,
        str(shown["message"]),
        str(shown["fix"]),
    )


def test_every_invalid_file_is_in_the_table() -> None:
    files = {path.stem for path in INVALID.iterdir() if path != TABLE}
    assert sorted([*expected(), *NAMELESS]) == sorted(files)


@pytest.mark.parametrize("case", sorted(expected()))
def test_a_fault_is_told_with_its_place_and_its_fix(case: str) -> None:
    assert [told(problem, "en") for problem in problems_of(path_of(case))] == expected()[case]


@pytest.mark.parametrize("case", sorted(NAMELESS))
def test_what_cannot_be_meant_is_refused(case: str) -> None:
    assert [told(problem, "en")[:4] for problem in problems_of(path_of(case))] == NAMELESS[case]


@pytest.mark.parametrize("case", sorted(expected()))
def test_a_fault_is_told_in_vietnamese_too(case: str) -> None:
    known = catalogue("vi", "config")
    problems = problems_of(path_of(case))
    assert [words for p in problems for words in (p.message, p.fix) if words not in known] == []
    pairs = [(told(problem, "vi"), told(problem, "en")) for problem in problems]
    assert [vi[4:] for vi, en in pairs if vi[4] == en[4]] == []


ENGLISH = re.compile(r"\b(the|is|are|must|not|found|did|does|be|in|of|or)\b")
"""Words that no Vietnamese sentence has."""


def test_vietnamese_is_not_half_english() -> None:
    """What the library or an error of ours says inside a sentence is in the reader's language too."""
    told_so = {case: [told(problem, "vi")[4] for problem in problems_of(path_of(case))] for case in expected()}
    assert {case: said for case, said in told_so.items() if any(ENGLISH.search(words) for words in said)} == {}


def test_a_lunar_day_is_never_read_as_a_solar_one() -> None:
    text = (DATA / "valid" / "yearly.yaml").read_text(encoding="utf-8")
    lunar = text.replace("{type: yearly}", "{type: yearly, within: mùng 5 tháng 5 âm lịch}")
    library = load((), [SourceFile("yearly.yaml", lunar)])
    if library.problems:
        assert [problem.field for problem in library.problems] == ["obligations.0.rule.within"]
    else:
        rows = expanded(*library.plans, horizon=date(2022, 12, 31), directory=library.directory)
        days = {row.key: row.window.start for row in rows if row.obligation == "chuong-trinh"}
        assert days == {"chuong-trinh.2020": date(2020, 6, 25), "chuong-trinh.2021": date(2021, 6, 14),
                        "chuong-trinh.2022": date(2022, 6, 3)}  # fmt: skip


def noise(size: int) -> bytes:
    """Bytes without sense, always the same."""
    return random.Random(size).randbytes(size)


@pytest.mark.parametrize("size", [MAX_BYTES + 1, 1 << 20, 3_000_000])
def test_a_megabyte_of_noise_is_refused_by_its_size(tmp_path: Path, size: int) -> None:
    path = tmp_path / "on.yaml"
    path.write_bytes(noise(size))
    message = f"the file has {size} bytes, more than 1000000"
    assert [told(problem, "en") for problem in problems_of(path)] == [
        ("on.yaml", 1, 1, "", message, "split it into several files")
    ]


def test_less_noise_is_refused_as_text(tmp_path: Path) -> None:
    path = tmp_path / "on.yaml"
    path.write_bytes(noise(MAX_BYTES))
    assert [told(problem, "en") for problem in problems_of(path)] == [
        ("on.yaml", 1, 1, "", "the file is not UTF-8 text", "save it as UTF-8")
    ]


def test_a_megabyte_of_letters_is_refused_by_its_size() -> None:
    text = "ữ" * 400_000
    assert [told(problem, "vi") for problem in load((), [SourceFile("on.yaml", text)]).problems] == [
        ("on.yaml", 1, 1, "", "tệp có 1200000 byte, quá 1000000", "tách thành nhiều tệp")
    ]


def test_many_faults_are_told_without_waiting() -> None:
    text = "plan: a\n" + "".join(f"k{number}: 1\n" for number in range(1000))
    began = time.monotonic()
    problems = load((), [SourceFile("x.yaml", text)]).problems
    assert (len(problems), time.monotonic() - began < 5) == (1003, True)


def test_a_problem_in_one_file_leaves_the_others_readable() -> None:
    sound = DATA / "valid" / "once.yaml"
    files = [SourceFile("once.yaml", sound.read_text(encoding="utf-8")), SourceFile("xau.yaml", "plan: [\n")]
    library = load((), files)
    assert [(p.file, p.line, p.column) for p in library.problems] == [("xau.yaml", 2, 1)]
    assert library.plans == load((), files[:1]).plans
    assert [plan.id for plan in library.plans] == ["once"]


def test_with_a_faulty_directory_no_plan_is_trusted() -> None:
    plan = SourceFile("once.yaml", (DATA / "valid" / "once.yaml").read_text(encoding="utf-8"))
    bad = SourceFile("noi.yaml", "places:\n  lao-bao: {party: champasak, name: {vi: Lao Bảo}}\n")
    library = load([bad], [plan])
    assert library.plans == ()
    assert [told(problem, "en") for problem in library.problems] == [
        (
            "noi.yaml",
            2,
            13,
            "places.lao-bao.party",
            "no party is called champasak",
            "use one that is there, or add it to the directory or the plan",
        )
    ]


def test_problems_stand_in_the_order_of_the_files() -> None:
    text = "plan: a\nowner: x\ndocument: {issuer: y, title: {}}\nobligations: [{id: A}]\n"
    places = [(p.file, p.line, p.column, p.field) for p in load((), [SourceFile(n, text) for n in "ba"]).problems]
    assert places == sorted(places)
    assert {file for file, *_ in places} == {"a", "b"}


@pytest.mark.parametrize(
    ("text", "name"),
    [("plan: a\nowner: [\n", None), ("plan: a\n", "a"), ("plan: [a]\n", None), ("owner: a\n", None), ("- a\n", None)],
)
def test_the_name_a_file_gives_its_plan(text: str, name: str | None) -> None:
    assert plan_id(SourceFile("a.yaml", text)) == name


# -- What a sound file means.

PAPER = Document("01/KH-MTTQ", date(2019, 10, 3), "mttq-quang-tri", Text("Kế hoạch mẫu", "Sample plan"))
PERIOD = Window.of(date(2020, 1, 1), date(2022, 12, 31), Precision.PERIOD)
FRONT = ("mttq-quang-tri",)
PEOPLE = Directory(
    MappingProxyType(
        {
            "quang-tri": Party("quang-tri", Text("Quảng Trị", "Quảng Trị"), "VN"),
            "savannakhet": Party("savannakhet", Text("Savannakhet", lo="ສະຫວັນນະເຂດ"), "LA"),
            "salavan": Party("salavan", Text("Salavan"), "LA"),
        }
    ),
    MappingProxyType({"dong-ha": Place("dong-ha", Text("Đông Hà"), "quang-tri")}),
    MappingProxyType(
        {
            "mttq-quang-tri": Organisation(
                "mttq-quang-tri", Text("MTTQ tỉnh Quảng Trị"), "quang-tri", "mttq@quang-tri.example"
            ),
            "mat-tran-lao-salavan": Organisation("mat-tran-lao-salavan", Text("Mặt trận Lào tỉnh Salavan"), "salavan"),
        }
    ),
)


def a_plan(name: str, *obligations: Obligation, **changes: object) -> Plan:
    """The sample plan called `name` with these duties."""
    plan = Plan(
        id=name, document=PAPER, owner="mttq-quang-tri", home="quang-tri", period=PERIOD, obligations=obligations
    )
    return replace(plan, **changes)


VALID = {
    "rotation": a_plan(
        "rotation",
        Obligation(
            id="doan",
            clauses=("II.5",),
            kind=Kind.EXCHANGE,
            title=Text("Trao đổi đoàn", "Delegation exchange"),
            rule=Rotation(
                2,
                (
                    Leg("savannakhet", 2019, ("savannakhet", "quang-tri")),
                    Leg("salavan", 2019, ("quang-tri", "salavan")),
                ),
                TurnMode.TURN,
            ),
            words="02 năm/lần",
            leads=FRONT,
            partners=("savannakhet", "salavan"),
            counterparts=("mat-tran-lao-salavan",),
            agreement="thoa-thuan-salavan",
            stated=(
                Stated("2019", "savannakhet", ("III.1",)),
                Stated(
                    "2021",
                    "salavan",
                    ("III.2",),
                    Window.of(date(2021, 9, 20), date(2021, 9, 22), Precision.DAYS),
                    "quang-tri",
                    "dong-ha",
                ),
            ),
        ),
        Obligation(
            id="giao-luu",
            clauses=("II.6",),
            kind=Kind.TALKS,
            title=Text("Giao lưu ba tỉnh"),
            rule=Rotation(1, (Leg(None, 2020, ("salavan", "quang-tri", "savannakhet")),), within="tháng 6"),
            leads=FRONT,
            partners=("savannakhet", "salavan"),
        ),
        agreements=(
            Agreement(
                "thoa-thuan-salavan",
                Text("Thỏa thuận với Salavan"),
                ("quang-tri", "salavan"),
                date(2019, 8, 16),
                PERIOD,
            ),
        ),
    ),
    "yearly": a_plan(
        "yearly",
        Obligation(
            id="chuong-trinh",
            clauses=("III.1",),
            kind=Kind.TASK,
            title=Text("Đưa vào chương trình công tác"),
            rule=Yearly(),
            words="hàng năm",
            leads=FRONT,
            quantity="mỗi năm 2 cán bộ",
        ),
        Obligation(
            id="hoi-dam",
            clauses=("III.2",),
            kind=Kind.TALKS,
            title=Text("Hội đàm"),
            rule=Yearly(2, 2021, "quý II"),
            leads=FRONT,
            partners=("savannakhet",),
            host="quang-tri",
            place="dong-ha",
        ),
    ),
    "anniversary": a_plan(
        "anniversary",
        Obligation(
            id="ky-niem",
            clauses=("PLI.4a", "PLII.4a"),
            kind=Kind.ANNIVERSARY,
            title=Text("Kỷ niệm ngày thiết lập quan hệ ngoại giao"),
            rule=AnniversaryOf(date(1962, 9, 5)),
            leads=FRONT,
            partners=("savannakhet", "salavan"),
            runs_on=False,
        ),
        Obligation(
            id="ngay-truyen-thong",
            clauses=("PLI.5",),
            kind=Kind.ANNIVERSARY,
            title=Text("Ngày truyền thống"),
            rule=AnniversaryOf(date(1930, 11, 18), "trung tuần tháng 11"),
            leads=FRONT,
        ),
    ),
    "once": a_plan(
        "once",
        Obligation(
            id="tham-hoi",
            clauses=("II.2",),
            kind=Kind.EVENT,
            title=Text("Thăm, tặng quà"),
            rule=Once("Dự kiến cuối tháng 4/2020"),
            words="Dự kiến cuối tháng 4/2020",
            leads=FRONT,
            coordinating=FRONT,
            partners=("salavan",),
            place="salavan",
            conditions=("nếu vận động được nguồn tài trợ",),
            to_set=(Gap.PLACE,),
        ),
        Obligation(
            id="ky-ket",
            clauses=("II.3",),
            kind=Kind.DEADLINE,
            title=Text("Ký kết nghĩa"),
            rule=Once("trước ngày 22/12/2020", date(2020, 9, 20), date(1944, 12, 22)),
            leads=FRONT,
            assumed=True,
        ),
    ),
    "period": a_plan(
        "period",
        Obligation(
            id="dao-tao",
            clauses=("II.1",),
            kind=Kind.TASK,
            title=Text("Đào tạo tiếng Việt"),
            rule=WholePeriod(),
            leads=FRONT,
            partners=("savannakhet",),
            place="savannakhet",
            travels=("quang-tri",),
        ),
        Obligation(
            id="nghien-cuu",
            clauses=("II.2",),
            kind=Kind.TASK,
            title=Text("Nghiên cứu hành lang"),
            rule=WholePeriod("2021-01-01/2021-06-30"),
            leads=FRONT,
            note="Chỉ nửa năm.",
        ),
    ),
    "relative": a_plan(
        "relative",
        Obligation(
            id="chuan-bi",
            clauses=("III.1",),
            kind=Kind.DEADLINE,
            title=Text("Chuẩn bị giấy tờ"),
            rule=Relative(("tham-hoi", "hoi-nghi.once"), Edge.START, 5, Unit.WORKING),
            leads=FRONT,
        ),
        Obligation(
            id="tuyen-truyen",
            clauses=("III.2",),
            kind=Kind.TASK,
            title=Text("Tuyên truyền"),
            rule=Relative(("tham-hoi",), same=True),
            leads=FRONT,
        ),
        Obligation(
            id="bao-cao",
            clauses=("III.3",),
            kind=Kind.REPORT,
            title=Text("Báo cáo"),
            rule=Relative(("hoi-nghi",), Edge.END),
            leads=FRONT,
        ),
        Obligation(
            id="quyet-toan",
            clauses=("III.4",),
            kind=Kind.DEADLINE,
            title=Text("Quyết toán kinh phí"),
            rule=Relative(("hoi-nghi",), days=15, after=Edge.END),
            leads=FRONT,
        ),
        Obligation(
            id="tham-hoi",
            clauses=("II.2",),
            kind=Kind.EVENT,
            title=Text("Thăm hỏi"),
            rule=Once("tháng 7/2020"),
            leads=FRONT,
        ),
        Obligation(
            id="hoi-nghi",
            clauses=("II.3",),
            kind=Kind.EVENT,
            title=Text("Hội nghị"),
            rule=Once("2020-11-18"),
            leads=FRONT,
        ),
    ),
    "ongoing": a_plan(
        "ongoing",
        Obligation(
            id="tuyen-truyen",
            clauses=("II.1",),
            kind=Kind.ONGOING,
            title=Text("Tuyên truyền"),
            rule=Ongoing(),
            words="thường xuyên",
            leads=FRONT,
        ),
        Obligation(
            id="phoi-hop",
            clauses=("II.2",),
            kind=Kind.ONGOING,
            title=Text("Phối hợp"),
            rule=Ongoing("/2021-05-18"),
            to_set=(Gap.LEAD,),
        ),
        period=None,
    ),
    "rrule": a_plan(
        "rrule",
        Obligation(
            id="bao-cao-quy",
            clauses=("III.4",),
            kind=Kind.REPORT,
            title=Text("Báo cáo quý"),
            rule=Recurrence("FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=15", date(2019, 3, 15)),
            leads=FRONT,
        ),
    ),
    "periodic": a_plan(
        "periodic",
        Obligation(
            id="bao-cao-quy",
            clauses=("III.1",),
            kind=Kind.REPORT,
            title=Text("Báo cáo quý"),
            rule=Periodic(PeriodUnit.QUARTER),
            words="định kỳ hằng quý",
            leads=FRONT,
            stated=(Stated("2021-q3", None, ("III.2",), Window.day(date(2021, 9, 24))),),
        ),
        Obligation(
            id="bao-cao-thang",
            clauses=("III.3",),
            kind=Kind.REPORT,
            title=Text("Báo cáo tháng"),
            rule=Periodic(PeriodUnit.MONTH, 17, 2021),
            leads=FRONT,
        ),
    ),
    "unset": a_plan(
        "unset",
        Obligation(
            id="giao-luu-le-tet",
            clauses=("II.4b",),
            kind=Kind.EVENT,
            title=Text("Giao lưu nhân ngày lễ"),
            rule=Unset(),
            leads=FRONT,
            to_set=(Gap.DATES,),
        ),
        Obligation(
            id="thanh-nien",
            clauses=("II.14",),
            kind=Kind.EXCHANGE,
            title=Text("Giao lưu thanh niên"),
            rule=Rotation(2, (Leg(None, None, ()),)),
            leads=FRONT,
            partners=("savannakhet", "salavan"),
            to_set=(Gap.FIRST_YEAR, Gap.ORDER, Gap.FIRST_HOST),
        ),
    ),
}
"""What each file of tests/data/valid means."""


def test_every_valid_file_is_in_the_table() -> None:
    people = {"contacts"}  # no plan; see test_contactfile.py
    assert sorted(VALID) == sorted({path.stem for path in (DATA / "valid").iterdir()} - people)


@pytest.mark.parametrize("name", sorted(VALID))
def test_a_sound_file_is_its_plan(name: str) -> None:
    library = load((), plan_files([str(DATA / "valid" / f"{name}.yaml")]).files)
    assert (library.plans, library.directory, library.problems) == ((VALID[name],), PEOPLE, ())


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2025-06-30", date(2025, 6, 30)),
        ("2025", date(2025, 12, 31)),
        ("'2025'", date(2025, 12, 31)),
        ("25", "until is not a day of the calendar"),
        ("2025-06", "until is not a day of the calendar"),
        ("3025", "until is not in the years 1900 to 2150"),
    ],
)
def test_a_body_ends_on_a_day_or_in_a_year(written: str, day: date | str) -> None:
    people = "parties:\n  a: {country: VN, name: {vi: A}}\norganisations:\n"
    people += f"  so-a: {{party: a, name: {{vi: Sở}}, until: {written}}}\n"
    library = load([SourceFile("danh-ba.yaml", people)], ())
    told = [problem.message.format_map(problem.fields) for problem in library.problems]
    assert (told or [library.directory.organisations["so-a"].until]) == [day]


def test_the_directory_stands_without_plans() -> None:
    library = load(directory_files(None).files, ())
    assert (library.plans, library.problems) == ((), ())


# -- Series that go on in a later plan.

EARLIER = (DATA / "valid" / "rotation.yaml").read_text(encoding="utf-8")


def later(name: str, rule: str, more: str = "") -> SourceFile:
    """A later plan that continues the exchange of the sample."""
    text = f"""plan: {name}
owner: mttq-quang-tri
period: giai đoạn 2023 - 2025
document: {{issuer: mttq-quang-tri, title: {{vi: Kế hoạch sau}}}}
obligations:
  - id: giao-luu
    clauses: [I.1]
    kind: talks
    title: {{vi: Giao lưu ba tỉnh}}
    rule: {rule}
    lead: [mttq-quang-tri]
    partners: [savannakhet, salavan]
    continues: rotation
{more}"""
    return SourceFile(f"{name}.yaml", text)


@pytest.mark.parametrize("name", ["sau", "a-sau"])
@pytest.mark.parametrize(
    "rule",
    [
        "{type: rotation, every: 1, first_year: 2020, order: [salavan, quang-tri, savannakhet]}",
        "{type: rotation, every: 1, first_year: 2020}",
        "{type: rotation, every: 1}",
    ],
)
def test_a_later_plan_may_go_on_with_a_series(name: str, rule: str) -> None:
    library = load((), [SourceFile("rotation.yaml", EARLIER), later(name, rule)])
    assert [told(problem, "en") for problem in library.problems] == []
    assert [plan.id for plan in library.plans] == ["rotation", name]
    assert library.plans[1].obligations[0].continues == "rotation"


def test_a_series_that_goes_on_needs_hosts_from_somewhere() -> None:
    unknown = EARLIER.replace("order: [salavan, quang-tri, savannakhet], ", "").replace(
        "    partners: [savannakhet, salavan]\n", "    partners: [savannakhet, salavan]\n    to_set: [order]\n"
    )
    assert load((), [SourceFile("rotation.yaml", unknown)]).problems == ()
    library = load((), [SourceFile("rotation.yaml", unknown), later("sau", "{type: rotation, every: 1}")])
    assert [told(problem, "en") for problem in library.problems] == [
        (
            "sau.yaml",
            10,
            5,
            "obligations.0.rule",
            "the rotation names no hosts",
            "add `order: [HOST, HOST]`, or `to_set: [order]` when the text leaves it open",
        )
    ]


# -- Who may host, and how often.

JOINT = """plan: bien-gioi
owner: mttq-quang-tri
document: {issuer: mttq-quang-tri, title: {vi: Kế hoạch}}
parties:
  quang-tri: {country: VN, name: {vi: Quảng Trị}}
  viet-nam: {country: VN, name: {vi: Việt Nam}}
  laos: {country: LA, name: {vi: Lào}}
  salavan: {country: LA, name: {vi: Salavan}}
  mukdahan: {country: TH, name: {vi: Mukdahan}}
organisations:
  mttq-quang-tri: {party: quang-tri, name: {vi: MTTQ tỉnh Quảng Trị}}
  mat-tran-salavan: {party: salavan, name: {vi: Mặt trận Salavan}}
obligations:
  - id: hop
    clauses: [I.1]
    kind: talks
    title: {vi: Họp}
    rule: RULE
    lead: [mttq-quang-tri]
    partners: PARTNERS
"""


@pytest.mark.parametrize(
    ("order", "partners", "fault"),
    [
        ("[quang-tri, salavan]", "[salavan]", None),
        ("[quang-tri, salavan]", "[mat-tran-salavan]", None),
        ("[viet-nam, laos, salavan]", "[salavan]", None),
        ("[viet-nam, laos]", "[laos]", None),
        ("[quang-tri, mukdahan, salavan]", "[salavan]", "mukdahan takes no part in it"),
        ("[quang-tri, salavan, laos]", "[mukdahan, salavan]", "the partner mukdahan never hosts"),
    ],
)
def test_hosts_are_home_partners_or_their_countries(order: str, partners: str, fault: str | None) -> None:
    rule = f"{{type: rotation, every: 1, first_year: 2020, order: {order}}}"
    file = SourceFile("hop.yaml", JOINT.replace("RULE", rule).replace("PARTNERS", partners))
    assert [told(problem, "en")[4] for problem in load((), [file]).problems] == ([fault] if fault else [])


@pytest.mark.parametrize(
    ("rrule", "more", "refused"),
    [
        ("FREQ=DAILY", "", True),
        ("FREQ=DAILY", "runs_on: no", True),
        ("FREQ=DAILY;UNTIL=20301231", "", False),
        ("FREQ=DAILY;COUNT=10000", "", False),
        ("FREQ=WEEKLY;BYDAY=TU,FR", "", False),
        ("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "", True),
        ("FREQ=DAILY", "PERIOD", True),
        ("FREQ=DAILY", "PERIOD runs_on: no", False),
    ],
)
def test_a_recurrence_that_gives_too_many_days_in_its_time(rrule: str, more: str, refused: bool) -> None:
    """Its time ends with the plan's period, or runs 50 years: talks run on unless they say otherwise."""
    text = JOINT.replace("RULE", f"{{type: rrule, rrule: '{rrule}', first: 2021-01-01}}").replace(
        "PARTNERS", "[salavan]"
    )
    text = text.replace("document:", "period: 2021-01-01/2022-12-31\ndocument:") if "PERIOD" in more else text
    text += "    host: quang-tri\n" + "".join(f"    {line}\n" for line in [more.replace("PERIOD", "").strip()] if line)
    fields = [problem.field for problem in load((), [SourceFile("hop.yaml", text)]).problems]
    assert fields == (["obligations.0.rule.rrule"] if refused else [])


@pytest.mark.parametrize(
    ("origin", "sound"), [("1890-05-19", True), ("1800-01-01", True), ("1799-12-31", False), ("2151-01-01", False)]
)
def test_what_is_remembered_may_be_older_than_what_is_planned(origin: str, sound: bool) -> None:
    text = (DATA / "valid" / "anniversary.yaml").read_text(encoding="utf-8").replace("1962-09-05", origin)
    assert origin in text
    assert (load((), [SourceFile("a.yaml", text)]).problems == ()) is sound


# -- Laws.

PACKAGED = {path.name: path.read_text(encoding="utf-8") for path in sorted((HOME / "plans").glob("*.yaml"))}
PACKAGED_PEOPLE = directory_files(None).files


def speaks(problems: tuple[Problem, ...]) -> bool:
    """Whether every problem can be told in both languages."""
    return all(told(problem, lang)[4] and told(problem, lang)[5] for problem in problems for lang in ("vi", "en"))


NAMES = ("plan", "owner", "period", "obligations", "rule", "type", "rotation", "id", "to", "legs", "stated", "2020")
SIGNS = (
    "- ",
    ": ",
    "\n",
    "  ",
    "[",
    "]",
    "{",
    "}",
    "'",
    '"',
    "#",
    "&a",
    "*a",
    "<<",
    "!",
    "|",
    ">",
    "ữ",
    "\t",
    "~",
    ",",
)
words = st.sampled_from((*NAMES, *SIGNS))
anything = st.text(max_size=300) | st.lists(words, max_size=60).map("".join)


@given(anything)
@settings(deadline=None, max_examples=300)
def test_any_text_gives_a_plan_or_problems(text: str) -> None:
    file = SourceFile("x.yaml", text)
    library = load((), [file])
    assert bool(library.plans) != bool(library.problems)
    assert speaks(library.problems)
    assert speaks(load([file], ()).problems)


single = st.sampled_from(
    ["", "2020", "savannakhet", "tháng 6/2021", "once", "rotation", "yes", "-1", "2021-02-30", "a.b"]
)
inner_fields = st.sampled_from(["vi", "type", "id"])
values = st.recursive(
    single, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(inner_fields, inner, max_size=3), max_leaves=6
)


def as_yaml(value: object) -> str:
    """Flow YAML of a plain value."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {as_yaml(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(as_yaml(item) for item in value) + "]"
    return f"'{value}'"


FIELDS = ("id", "clauses", "kind", "title", "words", "lead", "partners", "host", "place", "travels", "conditions",
          "agreement", "note", "assumed", "to_set", "stated", "continues", "runs_on")  # fmt: skip
RULE_FIELDS = ("every", "first_year", "order", "legs", "by", "within", "origin", "when", "start", "marks", "to",
               "before", "after", "days", "unit", "same", "rrule", "first", "due_day")  # fmt: skip
TYPES = (
    "rotation",
    "yearly",
    "anniversary",
    "once",
    "period",
    "relative",
    "ongoing",
    "rrule",
    "periodic",
    "unset",
    "none",
)


@given(
    st.sampled_from(TYPES),
    st.dictionaries(st.sampled_from(RULE_FIELDS), values, max_size=4),
    st.dictionaries(st.sampled_from(FIELDS), values, max_size=5),
)
@settings(deadline=None, max_examples=100)
def test_any_fields_give_a_plan_or_problems(kind: str, rule: dict[str, object], fields: dict[str, object]) -> None:
    base: dict[str, object] = {"id": "viec", "clauses": ["I"], "kind": "task", "title": {"vi": "Việc"},
                               "lead": ["mttq-quang-tri"]}  # fmt: skip
    duty = base | fields | {"rule": {"type": kind} | rule}
    head = (DATA / "valid" / "period.yaml").read_text(encoding="utf-8").partition("obligations:")[0]
    library = load((), [SourceFile("x.yaml", f"{head}obligations: [{as_yaml(duty)}]\n")])
    assert bool(library.plans) != bool(library.problems)
    assert speaks(library.problems)


PARTIES = st.lists(
    st.sampled_from(["quang-tri", "savannakhet", "salavan", "champasak"]), min_size=2, max_size=3, unique=True
)
PHRASES = st.sampled_from([
    "tháng 6", "ngày 29/02", "cuối tháng 12", "quý II", "Tết Nguyên đán", "Bunpimay", "trước ngày 18/12 hằng năm",
    "tháng 6/2021", "2021", "2021-02-01/2021-03-15", "trước ngày 19/5/2022", "/2022-12-31", "thường xuyên",
    "từ năm 2021", "giai đoạn 2020 - 2022",
])  # fmt: skip
YEARS = st.integers(1995, 2025)
LEGS = st.fixed_dictionaries({"order": PARTIES}, optional={"first_year": YEARS})
RULES: dict[str, dict[str, st.SearchStrategy[object]]] = {
    "rotation": {"every": st.integers(1, 3), "first_year": YEARS, "order": PARTIES, "within": PHRASES,
                 "legs": st.fixed_dictionaries({"savannakhet": LEGS, "salavan": LEGS})},
    "yearly": {"every": st.integers(1, 3), "first_year": YEARS, "within": PHRASES},
    "anniversary": {"origin": st.dates(), "within": PHRASES},
    "once": {"when": PHRASES, "start": st.dates(), "marks": st.dates()},
    "period": {"when": PHRASES},
    "ongoing": {"when": PHRASES},
    "rrule": {"rrule": st.sampled_from(["FREQ=YEARLY", "FREQ=MONTHLY;BYMONTHDAY=31", "FREQ=YEARLY;UNTIL=20230101"]),
              "first": st.dates()},
    "relative": {"to": st.just(["khac"]), "before": st.sampled_from(["start", "end"]), "days": st.integers(0, 60),
                 "unit": st.sampled_from(["calendar", "working"]), "same": st.booleans()},
    "unset": {},
}  # fmt: skip
KINDS = st.sampled_from(["exchange", "talks", "anniversary", "event", "task", "deadline", "report", "ongoing"])
MORE: dict[str, st.SearchStrategy[object]] = {
    "host": st.sampled_from(["quang-tri", "salavan"]),
    "place": st.sampled_from(["dong-ha", "salavan"]),
    "partners": st.sampled_from([["savannakhet"], ["savannakhet", "mat-tran-lao-salavan"]]),
    "to_set": st.sampled_from([["first_year", "order", "first_host"], ["dates"]]),
    "runs_on": st.sampled_from(["yes", "no"]),
    "stated": st.fixed_dictionaries(
        {}, optional={year: st.fixed_dictionaries({}, optional={"held": PHRASES, "place": st.just("dong-ha")})
                      for year in ("2019", "2021", "once", "salavan.2021")}
    ),
}  # fmt: skip


@st.composite
def duties(draw: st.DrawFn, ident: str, kinds: tuple[str, ...] = tuple(RULES)) -> dict[str, object]:
    """The fields of a duty that may well be sound."""
    kind = draw(st.sampled_from(kinds))
    rule = draw(st.fixed_dictionaries({"type": st.just(kind)}, optional=RULES[kind]))
    base = {"id": ident, "clauses": [ident], "title": {"vi": "Việc"}, "lead": ["mttq-quang-tri"], "rule": rule}
    return base | draw(st.fixed_dictionaries({"kind": KINDS}, optional=MORE))


@given(
    st.sampled_from(["giai đoạn 2020 - 2022", "từ năm 2020", "/2022-12-31", "2020-07-01/2023-06-30", None]),
    duties("viec"),
    duties("khac", tuple(kind for kind in RULES if kind != "relative")),
)
@settings(deadline=None, max_examples=200, report_multiple_bugs=False)
def test_what_is_sound_can_be_expanded(period: str | None, duty: dict[str, object], other: dict[str, object]) -> None:
    head = (DATA / "valid" / "period.yaml").read_text(encoding="utf-8").partition("obligations:")[0]
    head = head.replace("period: giai đoạn 2020 - 2022\n", f"period: {period}\n" if period else "")
    library = load((), [SourceFile("x.yaml", f"{head}obligations: [{as_yaml(duty)}, {as_yaml(other)}]\n")])
    assert bool(library.plans) != bool(library.problems)
    keys = [o.key for o in expanded(*library.plans, horizon=date(2031, 12, 31), directory=library.directory)]
    assert keys == sorted(set(keys))


def edited(text: str) -> Iterator[str]:
    """The text with each line in turn left out, then doubled."""
    lines = text.splitlines(keepends=True)
    for number, line in enumerate(lines):
        yield "".join([*lines[:number], *lines[number + 1 :]])
        yield "".join([*lines[:number], line, *lines[number:]])


@pytest.mark.parametrize("name", [path.name for path in sorted((DATA / "valid").iterdir())])
def test_a_sample_that_lost_or_doubled_a_line_never_raises(name: str) -> None:
    text = (DATA / "valid" / name).read_text(encoding="utf-8")
    for variant in edited(text):
        library = load((), [SourceFile(name, variant)])
        assert bool(library.plans) != bool(library.problems)
        assert speaks(library.problems)


@given(st.data())
@settings(deadline=None, max_examples=60)
def test_a_packaged_plan_that_lost_or_doubled_a_line_never_raises(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(PACKAGED)))
    lines = PACKAGED[name].splitlines(keepends=True)
    number = data.draw(st.integers(0, len(lines) - 1))
    copies = data.draw(st.sampled_from([0, 2]))
    variant = "".join([*lines[:number], *lines[number : number + 1] * copies, *lines[number + 1 :]])
    library = load(PACKAGED_PEOPLE, [SourceFile(name, variant)])
    assert bool(library.plans) != bool(library.problems)
    assert speaks(library.problems)
