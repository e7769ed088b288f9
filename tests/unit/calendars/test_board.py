"""The board of turns: every cell of it, and every way to ask for it wrongly."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from calendars.catalogue import say
from calendars.desk import Desk, Upcoming
from calendars.pages.board import alerts
from calendars.query import PageFilters
from calendars.turnboard import Direction, board, column_of, direction_of
from calendars.yearquery import FIRST_YEAR, MOST_YEARS, YEARS_AHEAD, BoardQuestion, board_question, last_year
from config.office import YEARS_AHEAD as AS_FAR_AS_COMMANDS
from scheduler.anniversary import Anniversary, AnniversaryClass
from scheduler.occurrence import Flag, Occurrence, Status
from scheduler.plan import LANGUAGES, Kind
from scheduler.window import Precision, Window
from tests.unit.calendars.desks import Shelf
from tests.unit.calendars.pagetables import Tables
from tests.unit.calendars.samples import DIPLOMATIC, DIRECTORY, EXCHANGE, PROJECTED, YOUTH, record, year
from tests.unit.calendars.visitor import Visitor

TODAY = date(2022, 3, 1)
NARROWED = PageFilters((), (), (), "vi", {})

SALAVAN = replace(
    EXCHANGE, leg="salavan", host="salavan", place="salavan", travels=("quang-tri",), partners=("salavan",)
)
TALKS = replace(
    EXCHANGE,
    obligation="qt-border-talks",
    leg=None,
    kind=Kind.TALKS,
    title=replace(EXCHANGE.title, vi="Hội đàm biên giới", en="Border talks"),
    cycle="2022",
    window=year(2022),
    host=None,
    place=None,
    travels=(),
)
HELD_LATE = replace(
    TALKS,
    cycle="2021",
    window=Window.of(date(2022, 1, 6), date(2022, 1, 7), Precision.DAYS),
    status=Status.HELD,
    host="quang-tri",
    place="dong-ha",
    travels=("savannakhet",),
)
ELSEWHERE = replace(
    EXCHANGE,
    obligation="ag-takeo-exchange",
    leg=None,
    plan="an-giang-front-2020",
    owner="mttq-an-giang",
    cycle="2022",
    window=year(2022),
    status=Status.SKIPPED,
    host="an-giang",
    place="an-giang",
    travels=("takeo",),
    partners=("takeo",),
)


def visited(path: str, *occurrences: Occurrence, lang: str = "vi") -> httpx.Response:
    """A page over these occurrences, as seen on `TODAY`."""
    shelf = Shelf(records=[record(one) for one in occurrences])
    with Visitor(shelf.desk(lang, TODAY), shelf.feeds()) as client:
        return client.get(path)


def refused(path: str) -> tuple[int, str]:
    """How an address is refused in English: status, and the sentence that helps."""
    answer = visited(path)
    found = re.search(r'<section class="empty">.*?<p>(.*?)</p>', answer.text, re.DOTALL)
    return answer.status_code, found[1] if found else ""


def test_every_cell_of_the_board() -> None:
    page = visited("/vi/board?from=2021&to=2023", EXCHANGE, PROJECTED, SALAVAN, TALKS, HELD_LATE, ELSEWHERE, DIPLOMATIC)
    tables = Tables(page.text)
    assert tables.caption == "Bảng luân phiên chủ trì 2021–2023"
    assert tables.texts == [
        ["Đối tác", "2021", "2022 năm tròn", "2023"],
        ["Quảng Trị", "", "", ""],
        ["Savannakhet", ""],
        [
            "trao đổi đoàn Hội đàm công tác Mặt trận",
            "Quảng Trị : Hội đàm công tác Mặt trận, 2021 đón đoàn chưa ghi nhận kết quả",
            "",
            "Savannakhet : Hội đàm công tác Mặt trận, 2023 đi dự kiến theo chu kỳ",
        ],
        [
            "hội đàm Hội đàm biên giới",
            "Quảng Trị : Hội đàm biên giới, 2021 đón đoàn 6–7/1/2022 Đông Hà đã tổ chức",
            "chưa rõ bên chủ trì : Hội đàm biên giới, 2022 chưa chốt ngày",
            "",
        ],
        ["Salavan", ""],
        [
            "trao đổi đoàn Hội đàm công tác Mặt trận",
            "Salavan : Hội đàm công tác Mặt trận, 2021 đi chưa ghi nhận kết quả",
            "",
            "",
        ],
        ["An Giang", "", "", ""],
        ["Takeo", ""],
        [
            "trao đổi đoàn Hội đàm công tác Mặt trận",
            "",
            "An Giang : Hội đàm công tác Mặt trận, 2022 đón đoàn không tổ chức kỳ này",
            "",
        ],
    ]


def test_cells_lead_to_their_meeting_and_years_to_their_programme() -> None:
    tables = Tables(visited("/lo/board?from=2021&to=2022", EXCHANGE, TALKS).text)
    assert [[link for cell in row for link in cell.links] for row in tables.rows] == [
        ["/lo/year/2021", "/lo/year/2022"],
        [],
        [],
        ["/lo/o/qt-front-exchange.savannakhet.2021"],
        ["/lo/o/qt-border-talks.2022"],
    ]


def test_headers_say_what_they_head() -> None:
    tables = Tables(visited("/board?from=2021&to=2021", EXCHANGE).text)
    assert [[(cell.tag, cell.scope) for cell in row] for row in tables.rows] == [
        [("th", "col"), ("th", "col")],
        [("th", "rowgroup"), ("td", None)],
        [("th", "rowgroup"), ("td", None)],
        [("th", "row"), ("td", None)],
    ]


def test_the_wide_table_can_be_scrolled_by_keyboard_and_has_a_name() -> None:
    page = visited("/board", PROJECTED).text
    assert '<div class="board" role="region" aria-labelledby="board-caption" tabindex="0">' in page
    assert '<caption id="board-caption">' in page


def test_a_meeting_of_several_partners_stands_once_with_each() -> None:
    tables = Tables(visited("/en/board?from=2021&to=2022", YOUTH).text)
    open_year = "host not set : Three-province youth exchange 2020–2022 dates not set"
    assert tables.texts == [
        ["Partner", "2021", "2022", "year not set"],
        ["Quảng Trị", "", "", ""],
        ["Savannakhet", ""],
        ["delegation exchange Three-province youth exchange", "", "", open_year],
        ["Salavan", ""],
        ["delegation exchange Three-province youth exchange", "", "", open_year],
    ]


def test_partner_and_home_narrow_the_board_and_stay_chosen() -> None:
    everything = (EXCHANGE, SALAVAN, YOUTH, replace(ELSEWHERE, cycle="2021", window=year(2021)))
    by_partner = Tables(visited("/en/board?from=2021&to=2021&partner=salavan", *everything).text)
    by_home = Tables(visited("/en/board?from=2021&to=2021&home=an-giang&partner=", *everything).text)
    assert [row[0] for row in by_partner.texts if len(row) == 2] == ["Salavan"]
    assert [row[0] for row in by_home.texts] == [
        "Partner", "An Giang", "Takeo", "delegation exchange Front work talks",
    ]  # fmt: skip
    assert (by_partner.selected, by_home.selected) == (["salavan"], ["an-giang"])
    assert by_home.options == ["", "quang-tri", "an-giang", "", "savannakhet", "salavan", "takeo"]


def test_a_crowded_year_is_said_though_only_one_partner_is_shown() -> None:
    six = [replace(EXCHANGE, obligation=f"qt-{n}") for n in range(4)]
    six += [replace(SALAVAN, obligation=f"qt-{n}") for n in range(4, 6)]
    tables = Tables(visited("/en/board?from=2021&to=2022&partner=salavan", *six).text)
    assert tables.texts[1] == ["Quảng Trị", "crowded year: 6 meetings, 4 to host, 2 to travel to", ""]
    assert Tables(visited("/en/board?from=2021&to=2022", *six[1:]).text).texts[1] == ["Quảng Trị", "", ""]


def test_round_years_are_marked_and_explained() -> None:
    fifth = replace(DIPLOMATIC, anniversary=Anniversary(65, AnniversaryClass.FIFTH), cycle="2027")
    page = visited("/en/board?from=2022&to=2027", TALKS, DIPLOMATIC, fifth).text
    assert Tables(page).texts[0] == ["Partner", "2022 round year", "2023", "2024", "2025", "2026", "2027"]
    assert page.count('<section class="rounds"') == 1
    link = "/en/o/vn-la-diplomatic-relations.2022"
    assert f'<strong>2022</strong> <a href="{link}">Diplomatic relations Viet Nam – Laos: 60 years (round year)' in page


def test_the_board_begins_last_year_unless_asked_otherwise() -> None:
    spans = [
        ("", 2021, 2027),
        ("from=2019", 2019, 2025),
        ("to=2024", 2018, 2024),
        ("from=2021&to=2032", 2021, 2032),
        ("from=2072", 2072, 2072),
        ("to=1902", 1900, 1902),
    ]
    assert [(raw, *_span(raw)) for raw, _, _ in spans] == spans


def _span(raw: str) -> tuple[int, int]:
    asked = board_question(raw.encode(), "vi", TODAY)
    return asked.first, asked.last


@pytest.mark.parametrize(
    ("query", "status", "help_given"),
    [
        ("from=0", 400, "The year 0 is out of reach. Take one from 1900 to 2072."),
        ("to=99999", 400, "The year 99999 is out of reach. Take one from 1900 to 2072."),
        ("from=2023&to=2021", 400, "The years end in 2021, before they begin in 2023. Swap the two."),
        ("from=2021&to=2033", 400, "From 2021 to 2033 is too long: ask for at most 12 years."),
        ("from=abcd", 400, "“abcd” is not a year. Write it like 2027."),
        ("from=-2021", 400, "“-2021” is not a year. Write it like 2027."),
        ("from=٢٠٢١", 400, "“٢٠٢١” is not a year. Write it like 2027."),
        ("from=2021&from=2022", 400, "“from” may be given only once."),
        ("year=2021", 400, "“year” is not a filter here. Use: partner, home, from, to, page, lang."),
        ("partner=salavann", 404, "“salavann” is not known under “partner”. Did you mean “salavan”?"),
        ("home=hanoi", 404, None),
        ("from=" + "9" * 3000, 400, None),
    ],
)
def test_bad_addresses_are_answered_with_help(query: str, status: int, help_given: str | None) -> None:
    answered = refused(f"/en/board?{query}")
    assert answered[0] == status
    assert answered[1] == help_given if help_given else answered[1]


def test_an_empty_board_says_what_to_do() -> None:
    page = visited("/en/board?from=1950&to=1950", EXCHANGE).text
    assert "No meeting in these years matches" in page
    assert "<table>" not in page


def test_an_empty_store_says_what_to_do() -> None:
    shelf = Shelf(records=(), last_change=None)
    with Visitor(shelf.desk("en", TODAY), shelf.feeds()) as client:
        pages = [client.get(path).text for path in ("/en/board", "/en/year/2022", "/en/year/2022/03")]
    assert ["Nothing is stored yet" in page for page in pages] == [True] * 3


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_language_tells_the_two_ways_apart(lang: str) -> None:
    texts = Tables(visited(f"/{lang}/board?from=2021&to=2021", EXCHANGE, SALAVAN).text).texts
    assert say(lang, "receiving") in texts[3][1]
    assert say(lang, "travelling") in texts[5][1]


@pytest.mark.parametrize(
    ("host", "travels", "expected"),
    [
        ("quang-tri", ("savannakhet",), Direction.INBOUND),
        ("savannakhet", ("quang-tri",), Direction.OUTBOUND),
        ("quang-tri", ("quang-tri", "savannakhet"), Direction.OUTBOUND),  # we chair elsewhere
        ("savannakhet", ("savannakhet",), Direction.INBOUND),  # they chair at our place
        ("salavan", ("quang-tri", "savannakhet"), Direction.OUTBOUND),
        ("quang-tri", (), Direction.INBOUND),
        ("savannakhet", (), Direction.OUTBOUND),
        (None, ("savannakhet",), Direction.INBOUND),
        (None, (), Direction.OPEN),
        ("an-giang", ("savannakhet",), Direction.INBOUND),  # our country receives
        ("savannakhet", ("an-giang",), Direction.OUTBOUND),  # our country travels
    ],
)
def test_which_way_the_delegation_goes(host: str | None, travels: Sequence[str], expected: Direction) -> None:
    one = replace(EXCHANGE, host=host, travels=tuple(travels))
    assert direction_of(one, "quang-tri", DIRECTORY) is expected


@pytest.mark.parametrize(
    ("cycle", "window", "expected"),
    [
        ("2021", year(2023), 2021),  # postponed past the next cycle
        ("2021-q3", year(2021), 2021),
        ("2021-07-15", year(2021), 2021),
        ("once", year(2022), 2022),
        ("once", Window.of(date(2022, 12, 30), date(2023, 1, 2), Precision.DAYS), 2022),
        ("once", Window.of(date(2020, 1, 1), date(2022, 12, 31), Precision.PERIOD), None),
        ("unset", Window.of(None, None, Precision.PERIOD), None),
        ("qt-front-exchange.savannakhet.2021", year(2022), 2022),
    ],
)
def test_the_year_a_meeting_belongs_to(cycle: str, window: Window, expected: int | None) -> None:
    assert column_of(replace(EXCHANGE, cycle=cycle, window=window)) == expected


@given(st.lists(st.tuples(st.sampled_from(["2020", "2021", "2022", "2023", "unset"]), st.booleans()), max_size=8))
def test_every_meeting_of_the_years_stands_on_the_board_exactly_once(drawn: list[tuple[str, bool]]) -> None:
    window = Window.of(date(2020, 1, 1), date(2023, 12, 31), Precision.PERIOD)
    meetings = [
        replace(SALAVAN if leg else EXCHANGE, cycle=cycle, window=window if cycle == "unset" else year(int(cycle)))
        for cycle, leg in drawn
    ]
    shelf = Shelf()
    seen = [shelf.seen(record(one), TODAY) for one in meetings]
    found = board([*seen, *seen], BoardQuestion(2021, 2023, NARROWED), DIRECTORY)
    cells = [
        one.record.occurrence.key
        for block in found.blocks
        for pair in block.pairs
        for line in pair.lines
        for cell in line.cells
        for one in cell
    ]
    assert sorted(cells) == sorted({one.key for one in meetings if one.cycle != "2020"})


def test_pages_look_as_far_ahead_as_commands() -> None:
    assert YEARS_AHEAD == AS_FAR_AS_COMMANDS
    assert (FIRST_YEAR, last_year(TODAY), last_year(date(2149, 1, 1))) == (1900, 2072, 2150)
    assert MOST_YEARS == 12


def test_a_day_off_is_no_news_once_it_is_over() -> None:
    seen = [Upcoming(record(one), (Flag.DAY_OFF, Flag.MISSED), 0) for one in (EXCHANGE, HELD_LATE)]
    assert [alerts(one, "en") for one in seen] == [("falls on a day off", "missed"), ("missed",)]


def test_a_postponed_meeting_says_so_when_its_time_has_gone() -> None:
    texts = Tables(visited("/en/board?from=2021&to=2021", replace(EXCHANGE, status=Status.POSTPONED)).text).texts
    assert texts[3][1].endswith("receiving postponed no result recorded")


def test_the_board_reads_what_was_moved_out_of_its_year() -> None:
    shelf = Shelf(records=[record(HELD_LATE), record(replace(TALKS, cycle="2022", window=year(2025)))])
    desk: Desk = shelf.desk("vi", TODAY)
    with Visitor(desk, shelf.feeds()) as client:
        tables = Tables(client.get("/vi/board?from=2022&to=2022").text)
    assert tables.texts[-1][1] == "chưa rõ bên chủ trì : Hội đàm biên giới, 2022 trong năm 2025 chưa chốt ngày"
