"""The programme of a year and its months: every line, every day, and every way to ask wrongly."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calendars.assets import asset
from calendars.programme import Part, Place, countries_of, month_of, place_of, programme
from scheduler.occurrence import Occurrence, Status
from scheduler.plan import LANGUAGES, Kind
from scheduler.window import Precision, Window
from scheduler.workdays import DaysOff
from tests.unit.calendars.desks import Shelf
from tests.unit.calendars.pagetables import Tables
from tests.unit.calendars.samples import (
    DIPLOMATIC,
    DIRECTORY,
    EXCHANGE,
    GIFTS,
    ONGOING,
    PREPARE,
    PROJECTED,
    TASK,
    YOUTH,
    record,
    year,
)
from tests.unit.calendars.test_board import ELSEWHERE, refused, visited
from tests.unit.calendars.visitor import Visitor

TODAY = date(2022, 3, 1)
FIXED = replace(
    EXCHANGE,
    cycle="2022",
    window=Window.of(date(2022, 9, 5), date(2022, 9, 6), Precision.DAYS),
    status=Status.CONFIRMED,
    place="dong-ha",
)
WEEKDAYS = ("Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ Nhật")
FRONT = "Ban Thường trực Ủy ban MTTQ Việt Nam tỉnh Quảng Trị"


def span(first: date, last: date, precision: Precision = Precision.PERIOD) -> Window:
    """A window by its inclusive days."""
    return Window.of(first, last, precision)


def test_every_line_of_the_programme() -> None:
    task = replace(TASK, cycle="2022", window=year(2022))
    meeting = replace(EXCHANGE, cycle="2022", window=year(2022))
    tables = Tables(visited("/vi/year/2022", FIXED, DIPLOMATIC, task, meeting, ELSEWHERE, ONGOING).text)
    assert tables.caption == "Chương trình đối ngoại năm 2022"
    assert tables.texts == [
        ["TT", "Thời gian", "Nội dung", "Bên chủ trì và đoàn đi", "Đơn vị chủ trì", "Tình trạng"],
        ["tháng 9/2022"],
        [
            "1",
            "Thứ Hai, 5/9/2022",
            "ngày kỷ niệm Ngày thiết lập quan hệ ngoại giao Việt Nam – Lào 60 năm (năm tròn)",
            "",
            f"Đơn vị chủ trì {FRONT}",
            "đã chốt",
        ],
        [
            "2",
            "5–6/9/2022",
            "trao đổi đoàn Hội đàm công tác Mặt trận – Savannakhet",
            "Bên chủ trì Quảng Trị Đoàn đi Savannakhet Địa điểm Đông Hà",
            f"Đơn vị chủ trì {FRONT}",
            "đã chốt",
        ],
        ["Chưa chốt ngày"],
        [
            "3",
            "trong năm 2022",
            "trao đổi đoàn Hội đàm công tác Mặt trận – Savannakhet",
            "Bên chủ trì Quảng Trị Đoàn đi Savannakhet",
            f"Đơn vị chủ trì {FRONT}",
            "chưa chốt ngày",
        ],
        ["Thực hiện trong cả năm"],
        [
            "4",
            "trong năm 2022",
            "nhiệm vụ Trao đổi cán bộ thực tập sinh với Savannakhet",
            "",
            f"Đơn vị chủ trì {FRONT.replace('Quảng Trị', 'An Giang')} Đơn vị phối hợp Bộ Chỉ huy Quân sự tỉnh An Giang",
            "đang thực hiện",
        ],
        ["Bỏ qua hoặc đã hủy"],
        [
            "5",
            "trong năm 2022",
            "trao đổi đoàn Hội đàm công tác Mặt trận – Takeo",
            "Bên chủ trì An Giang Đoàn đi Takeo",
            f"Đơn vị chủ trì {FRONT}",
            "không tổ chức kỳ này",
        ],
    ]


def test_what_is_past_says_what_is_missing() -> None:
    tables = Tables(visited("/en/year/2020", GIFTS, PREPARE).text)
    assert [row[-1] for row in tables.texts[2:]] == ["in effect overdue", "dates not set no result recorded"]


def test_the_programme_of_one_home_says_whose_it_is() -> None:
    tables = Tables(visited("/en/year/2022?home=an-giang&kind=exchange", FIXED, ELSEWHERE, PREPARE).text)
    assert tables.caption == "Programme of external relations in 2022 of An Giang"
    assert [row[0] for row in tables.texts] == ["No.", "Skipped or cancelled", "1"]
    assert Tables(visited("/en/year/2022?partner=takeo", FIXED, ELSEWHERE).text).texts == tables.texts


def test_what_another_meeting_fulfils_is_left_out() -> None:
    assert "<table" not in visited("/year/2022", replace(FIXED, joint="qt-border-talks.2022")).text


def test_lines_lead_to_their_page_and_years_to_their_neighbours() -> None:
    page = visited("/km/year/2022?partner=savannakhet", FIXED).text
    assert Tables(page).rows[2][2].links == ["/km/o/qt-front-exchange.savannakhet.2022"]
    ways = [f'href="/km/year/{stop}?partner=savannakhet"' for stop in ("2021", "2023", "2022/01", "2022/12")]
    assert [way in page for way in ways] == [True] * 4


def test_at_the_bounds_no_link_leads_out() -> None:
    pages = {stop: visited(f"/en/year/{stop}").text for stop in ("1900", "2072", "1900/01", "2072/12")}
    out = ("/en/year/1899", "/en/year/2073", "/en/year/1899/12", "/en/year/2073/01")
    assert [way in page for page in pages.values() for way in out] == [False] * 16
    assert ("/en/year/1901" in pages["1900"], "/en/year/2072/11" in pages["2072/12"]) == (True, True)


def test_without_a_year_it_is_the_present_one() -> None:
    assert Tables(visited("/en/year", FIXED).text).caption == "Programme of external relations in 2022"


@pytest.mark.parametrize(
    ("path", "status", "help_given"),
    [
        ("/en/year/1899", 404, "The year 1899 is out of reach. Take one from 1900 to 2072."),
        ("/en/year/2073", 404, "The year 2073 is out of reach. Take one from 1900 to 2072."),
        ("/en/year/0", 404, "The year 0 is out of reach. Take one from 1900 to 2072."),
        ("/en/year/99999999", 404, "“99999999” is not a year. Write it like 2027."),
        ("/en/year/nam-nay", 404, "“nam-nay” is not a year. Write it like 2027."),
        ("/en/year/2022/13", 404, "“13” is not a month. Write it from 01 to 12."),
        ("/en/year/2022/0", 404, "“0” is not a month. Write it from 01 to 12."),
        ("/year/2022/01/05", 404, None),
        ("/en/year/2022?from=2021", 400, "“from” is not a filter here. Use: partner, home, kind, page, lang."),
        ("/en/year/2022?kind=visit", 400, None),
        ("/en/year/2022/03?home=nobody", 404, None),
    ],
)
def test_bad_addresses_are_answered_with_help(path: str, status: int, help_given: str | None) -> None:
    answered = refused(path)
    assert answered == (status, help_given or answered[1])


def test_every_day_of_a_month() -> None:
    exchange = "Hội đàm công tác Mặt trận – Savannakhet: Quảng Trị chủ trì tại Đông Hà"
    relations = "Ngày thiết lập quan hệ ngoại giao Việt Nam – Lào: 60 năm (năm tròn)"
    said = {
        1: "Thứ Năm 1 Quốc khánh (Việt Nam)",
        2: "Thứ Sáu 2 Quốc khánh (Việt Nam)",
        5: f"Thứ Hai 5 {relations} {exchange}",
        6: f"Thứ Ba 6 {exchange}",
    }
    days = [said.get(number, f"{WEEKDAYS[(number + 2) % 7]} {number}") for number in range(1, 31)]
    cells = ["", "", "", *days, "", ""]
    tables = Tables(visited("/vi/year/2022/09", FIXED, DIPLOMATIC).text)
    assert tables.texts == [list(WEEKDAYS), *(cells[n : n + 7] for n in range(0, 35, 7))]


def test_in_a_month_nothing_cancelled_stands_on_a_day() -> None:
    page = visited("/en/year/2022/09", replace(FIXED, status=Status.CANCELLED)).text
    assert "Nothing stands on a day of this month." in page


def test_a_month_says_what_has_no_day_yet() -> None:
    month = replace(GIFTS, window=span(date(2022, 4, 1), date(2022, 4, 30), Precision.MONTH))
    page = visited("/en/year/2022/04", month).text
    assert "In this month, no day chosen yet" in page
    assert "Nothing stands on a day of this month." in page
    assert Tables(page).caption == "Calendar of external relations, April 2022"


@pytest.mark.parametrize(
    ("lang", "expected"),
    [
        ("vi", ["Ngày Giỗ Tổ Hùng Vương (Việt Nam)", "Tết Bunpimay (Lào)"]),
        ("en", ["Hung Kings' Commemoration Day (Vietnam)", "Lao New Year's Day (Laos)"]),
        ("lo", ["ວັນລະນຶກກະສັດຮຸ່ງ (ຫວຽດນາມ)", "ບຸນປີໃໝ່ລາວ (ລາວ)"]),
        ("km", ["ទិវារំលឹកស្តេចហ៊ុង (វៀតណាម)", "បុណ្យចូលឆ្នាំឡាវ (ឡាវ)"]),
    ],
)
def test_holidays_of_both_sides_are_named(lang: str, expected: list[str]) -> None:
    texts = Tables(visited(f"/{lang}/year/2022/04", replace(FIXED, window=year(2022))).text).texts
    april = [cell for week in texts[1:] for cell in week if cell]
    assert [april[day - 1].split(f" {day} ", 1)[1] for day in (10, 14)] == expected


@pytest.mark.parametrize("lang", LANGUAGES)
def test_months_are_named_in_the_language_of_the_page(lang: str) -> None:
    page = visited(f"/{lang}/year/2022").text
    named = {"vi": "Tháng 4", "en": "April", "lo": "ເມສາ", "km": "មេសា"}
    assert f'<a href="/{lang}/year/2022/04">{named[lang]}</a>' in page


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        ([FIXED], ("VN", "LA")),
        ([ELSEWHERE], ("VN", "KH")),
        ([], ()),
        ([replace(FIXED, owner="nobody", partners=())], ()),
    ],
)
def test_whose_holidays_matter(found: list[Occurrence], expected: tuple[str, ...]) -> None:
    shelf = Shelf()
    assert countries_of([shelf.seen(record(one), TODAY) for one in found], DIRECTORY) == expected


QUARTER = span(date(2022, 7, 1), date(2022, 9, 30), Precision.QUARTER)
NEW_YEAR = span(date(2021, 12, 30), date(2022, 1, 2), Precision.DAYS)


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (FIXED, 9),
        (replace(FIXED, window=NEW_YEAR), 1),
        (replace(EXCHANGE, window=QUARTER), Part.OPEN),
        (replace(EXCHANGE, window=span(date(2022, 7, 1), date(2022, 7, 31), Precision.MONTH)), 7),
        (replace(TASK, window=QUARTER), 9),
        (replace(TASK, window=year(2022)), Part.THROUGHOUT),
        (replace(TASK, window=span(date(2022, 1, 1), date(2024, 6, 30))), Part.THROUGHOUT),
        (replace(TASK, window=span(date(2022, 11, 1), date(2023, 2, 28))), Part.THROUGHOUT),
        (replace(PREPARE, window=Window.day(date(2022, 12, 31))), 12),
        (replace(TASK, cycle="unset", status=Status.TENTATIVE), Part.OPEN),
        (replace(TASK, window=Window.of(None, None, Precision.PERIOD)), Part.OPEN),
        (replace(TASK, window=Window.of(None, date(2022, 5, 31), Precision.PERIOD)), Part.OPEN),
        (YOUTH, Part.OPEN),
        (replace(YOUTH, window=FIXED.window, status=Status.CONFIRMED), 9),
        (replace(FIXED, status=Status.SKIPPED), Part.DROPPED),
    ],
)
def test_where_it_stands(one: Occurrence, expected: Place) -> None:
    assert place_of(one, 2022) == expected


@st.composite
def occurrences(draw: st.DrawFn) -> Occurrence:
    """Something of any kind and status that touches 2022."""
    first = draw(st.dates(date(2020, 1, 1), date(2022, 12, 31)))
    last = draw(st.dates(max(first, date(2022, 1, 1)), date(2024, 12, 31)))
    return replace(
        EXCHANGE,
        obligation=f"o-{draw(st.integers(0, 10**6))}",
        window=span(first, last, draw(st.sampled_from(Precision))),
        kind=draw(st.sampled_from([kind for kind in Kind if kind is not Kind.ONGOING])),
        status=draw(st.sampled_from(Status)),
        cycle=draw(st.sampled_from(["2022", "unset"])),
    )


@given(st.lists(occurrences(), max_size=6, unique_by=lambda one: one.key))
def test_everything_stands_in_the_programme_exactly_once_and_months_come_first(drawn: list[Occurrence]) -> None:
    shelf = Shelf()
    found = programme([shelf.seen(record(one), TODAY) for one in drawn], 2022)
    keys = [one.record.occurrence.key for there in found.values() for one in there]
    assert sorted(keys) == sorted(one.key for one in drawn)
    order: list[Place] = [*range(1, 13), *Part]
    assert [order.index(place) for place in found] == sorted(order.index(place) for place in found)


@given(st.integers(1900, 2150), st.integers(1, 12))
def test_a_month_has_all_its_days_once_under_their_weekday(number: int, month: int) -> None:
    weeks = month_of((), number, month, DaysOff(), ()).weeks
    placed = [(day.day, column) for week in weeks for column, day in enumerate(week) if day]
    first = date(number, month, 1)
    assert placed == [(day, day.weekday()) for day in (first + timedelta(days=n) for n in range(len(placed)))]
    assert (placed[-1][0].month, (placed[-1][0] + timedelta(days=1)).day) == (month, 1)


def test_on_paper_it_is_a4_with_repeated_headings_and_no_navigation() -> None:
    found = asset("board.css")
    assert found is not None
    paper = found.body.decode().partition("@media print")[2]
    assert "size: A4 landscape" in found.body.decode()
    assert "display: table-header-group" in paper
    assert ".band, footer, .skip, .narrowing, .ways, .back { display: none; }" in paper


def test_the_style_sheet_of_boards_is_served() -> None:
    shelf = Shelf()
    with Visitor(shelf.desk(), shelf.feeds()) as client:
        answers = [client.get(path) for path in ("/static/board.css", "/year/2022")]
    assert answers[0].headers["content-type"] == "text/css; charset=utf-8"
    assert '<link rel="stylesheet" href="/static/board.css?v=0.1.0">' in answers[1].text


def test_projected_meetings_stand_without_a_day() -> None:
    texts = Tables(visited("/en/year/2023", PROJECTED).text).texts
    assert texts[1:] == [
        ["No day chosen yet"],
        [
            "1",
            "in 2023",
            "delegation exchange Front work talks – Savannakhet",
            "Host Savannakhet Travels Quảng Trị",
            "Lead Quảng Trị Fatherland Front Committee",
            "projected",
        ],
    ]
