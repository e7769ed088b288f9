"""The board and the programme of a year over a real store with the packaged plans."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

import pytest

from calendars import boardroutes
from calendars.eyes import Voice
from calendars.feeddesk import Tally
from calendars.feedquery import FeedQuestion
from config import farther
from config.chainfile import load_chains
from config.database import Database
from config.excerpt import EXPANDED
from config.feeds import feed_desk, ground_of
from config.files import directory_files, holiday_file
from config.kept import keep
from config.lines import lines_of, plans_of
from config.office import office
from config.settle import Given, sync
from config.watch import Watch
from config.web import desk_of
from scheduler import index
from scheduler.amendment import Verb
from scheduler.errors import TooManyError
from scheduler.occurrence import Selection
from scheduler.plan import MEETINGS
from tests.integration.desk import Hand, Still, days
from tests.unit.calendars.desks import Shelf
from tests.unit.calendars.pagetables import Tables
from tests.unit.calendars.visitor import Visitor

LINE = "qt-front-exchange.savannakhet"


def page(hand: Hand, path: str) -> Tables:
    """The table of a page on the day of the hand."""
    with Visitor(desk_of(Still(hand.database, hand.now), load_chains(None)), Shelf().feeds()) as client:
        answer = client.get(path)
    assert answer.status_code == 200, answer.text
    return Tables(answer.text)


def turns(tables: Tables, title: str) -> list[list[str]]:
    """Who hosts on the lines of this title, cell by cell."""
    rows = [row for row in tables.rows if title in row[0].text]
    return [[cell.words[0] if cell.words else "" for cell in row[1:]] for row in rows]


def test_what_the_plans_say(database: Database) -> None:
    hand = Hand.with_plans(database)
    tables = page(hand, "/vi/board?from=2019&to=2026&home=quang-tri")
    assert turns(tables, "công tác Mặt trận") == [
        ["Quảng Trị", "", "Salavan", "", "Quảng Trị", "", "Salavan", "", ""],
        ["Savannakhet", "", "Quảng Trị", "", "Savannakhet", "", "Quảng Trị", "", ""],
    ]
    assert tables.texts[0] == [
        "Đối tác", "2019", "2020", "2021", "2022 năm tròn", "2023", "2024", "2025", "2026", "chưa xác định năm",
    ]  # fmt: skip
    beyond_the_stored_years = page(hand, "/en/board?from=2041&to=2044&partner=khammouane")
    assert turns(beyond_the_stored_years, "Front talks of Hà Tĩnh") == [["", "Hà Tĩnh", "", "Khammouane"]]


def test_what_people_decided(database: Database) -> None:
    hand = Hand.with_plans(database)
    hand.decide(Verb.SKIP, f"{LINE}.2027", waits=True)
    hand.decide(Verb.HELD, "qt-border-talks-salavan.2023", window=days("2024-01-06"), host="quang-tri", place="dong-ha")
    waiting = page(hand, "/vi/board?from=2027&to=2031&partner=savannakhet")
    assert turns(waiting, "công tác Mặt trận") == [["Savannakhet", "", "Savannakhet", "", "Quảng Trị"]]
    late = page(hand, "/vi/board?from=2023&to=2023&partner=salavan")
    talks = next(row for row in late.texts if "biên giới" in row[0])
    assert talks[1].endswith("đón đoàn 6/1/2024 Đông Hà đã tổ chức")


def test_the_programme_of_a_year(database: Database) -> None:
    hand = Hand.with_plans(database)
    tables = page(hand, "/vi/year/2020")
    keys = [link.removeprefix("/vi/o/") for row in tables.rows for cell in row for link in cell.links]
    with office(database, hand.now.date()) as desk:
        listed = desk.listed(Selection(date(2020, 1, 1), date(2020, 12, 31)))
    assert sorted(keys) == sorted(record.occurrence.key for record in listed)
    assert [row[0] for row in tables.texts if len(row) == 1] == [
        "tháng 4/2020", "tháng 5/2020", "tháng 6/2020", "tháng 7/2020", "tháng 9/2020", "tháng 11/2020",
        "tháng 12/2020", "Chưa chốt ngày", "Thực hiện trong cả năm",
    ]  # fmt: skip
    april = page(hand, "/en/year/2027/04").texts[1:]
    assert [cell for week in april for cell in week if "(" in cell] == [
        "Wednesday 14 Lao New Year's Day (Laos)",
        "Thursday 15 Lao New Year's Day (Laos)",
        "Friday 16 Hung Kings' Commemoration Day (Vietnam) Lao New Year's Day (Laos)",
        "Friday 30 Liberation Day/Reunification Day (Vietnam)",
    ]


def walked(client: Visitor, path: str) -> list[str]:
    """The page at this address and all that its links for going on lead to."""
    found = [client.get(path).text]
    while onward := re.search(r'<a href="([^"]+)" rel="next">(?:Page|Trang)', found[-1]):
        found.append(client.get(onward[1].replace("&amp;", "&")).text)
    return found


@pytest.mark.parametrize("narrow", ["", "&home=ha-tinh", "&partner=salavan", "&home=quang-tri&partner=savannakhet"])
@pytest.mark.parametrize("years", ["from=2019&to=2027", "from=2022&to=2023", "from=2041&to=2044"])
def test_a_board_by_lines_shows_what_the_whole_one_shows(
    database: Database, monkeypatch: pytest.MonkeyPatch, years: str, narrow: str
) -> None:
    hand = Hand.with_plans(database)
    hand.decide(Verb.HELD, "qt-border-talks-salavan.2023", window=days("2024-01-06"), host="quang-tri", place="dong-ha")
    whole = {tuple(row) for row in page(hand, f"/en/board?{years}{narrow}").texts if len(row) > 2}
    monkeypatch.setattr(boardroutes, "MOST_ON_BOARD", 3)
    monkeypatch.setattr(boardroutes, "LINES_ON_BOARD", 2)
    with Visitor(desk_of(Still(hand.database, hand.now), load_chains(None)), Shelf().feeds()) as client:
        parts = [Tables(text).texts for text in walked(client, f"/en/board?{years}{narrow}")]
    shown = {without_loads(row) for part in parts for row in part if len(row) > 2 and row[0] != "Partner"}
    assert shown == {without_loads(row) for row in whole if row[0] != "Partner"}
    assert len(parts) > 1 or "ha-tinh" in narrow


def without_loads(row: Sequence[str]) -> tuple[str, ...]:
    """A row of a board without how crowded its years are, and without the column of no year, where that is empty."""
    cells = ["" if "crowded" in cell else cell for cell in row]
    while cells[-1] == "":
        cells.pop()
    return tuple(cells)


def test_a_programme_by_pages_shows_what_the_whole_one_shows(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    hand = Hand.with_plans(database)
    with Visitor(desk_of(Still(hand.database, hand.now), load_chains(None)), Shelf().feeds()) as client:
        for path in (
            "/en/year/2021",
            "/en/year/2045",
            "/en/year/2021?home=an-giang",
            "/en/year/2021/6?partner=salavan",
        ):
            monkeypatch.setattr(boardroutes, "MOST_IN_YEAR", 500)
            whole = set(re.findall(r'href="/en/o/([^"]+)"', client.get(path).text))
            monkeypatch.setattr(boardroutes, "MOST_IN_YEAR", 3)
            parts = [re.findall(r'href="/en/o/([^"]+)"', text) for text in walked(client, path)]
            assert whole - {key for part in parts for key in part} == set()


def test_lines_stand_by_home_and_plan(database: Database) -> None:
    hand = Hand.with_plans(database)
    with office(database, hand.now.date()) as desk:
        everyone = lines_of(desk, Selection(kinds=MEETINGS))
        ours = plans_of(desk, ("ha-tinh",))
        theirs = lines_of(desk, Selection(kinds=MEETINGS, plans=ours))
        directory, plans = desk.directory(), list(desk.plans())
        assert plans_of(desk, ("laos",)) == ()
    homes = {item.id: plan.home for plan in plans for item in plan.obligations if item.kind in MEETINGS}
    assert ours == tuple(sorted(plan.id for plan in plans if plan.home == "ha-tinh"))
    assert sorted(everyone) == sorted(homes)
    assert [homes[ident] for ident in everyone] == sorted(map(homes.get, everyone), key=list(directory.parties).index)
    assert theirs == tuple(ident for ident in everyone if homes[ident] == "ha-tinh")


def test_an_older_store_is_read_by_its_texts(database: Database) -> None:
    hand = Hand.with_plans(database)
    with office(database, hand.now.date()) as desk:
        indexed = (
            plans_of(desk, ("quang-tri",)),
            lines_of(desk, Selection(kinds=MEETINGS, plans=("an-giang-front-2020",))),
        )
    with database.write() as session:
        index.clear(session)
        keep(session, EXPANDED, "older")
    with office(database, hand.now.date()) as desk:
        older = (
            plans_of(desk, ("quang-tri",)),
            lines_of(desk, Selection(kinds=MEETINGS, plans=("an-giang-front-2020",))),
        )
    assert older == indexed


def test_what_is_too_much_to_work_out_is_refused(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    hand = Hand.with_plans(database)
    monkeypatch.setattr(farther, "MOST_DUTIES", 30)
    job = Still(hand.database, hand.now)
    desk = desk_of(job, load_chains(None))
    with Visitor(desk, Shelf().feeds()) as client:
        year, board = client.get("/en/year/2040"), client.get("/en/board?from=2040&to=2041")
        narrow, near = client.get("/en/year/2040?partner=khammouane"), client.get("/en/year/2031")
    told = "Days after 31 December 2031 are worked out for at most 30 duties at once"
    assert [told in answer.text for answer in (year, board, narrow, near)] == [True, False, False, False]
    assert [answer.status_code for answer in (year, board, narrow, near)] == [200] * 4
    assert "/en/o/ha-tinh-khammouane-front-exchange.2040" in narrow.text
    for far in (Selection(first=date(2040, 1, 1)), Selection(last=date(2033, 1, 1))):
        question = FeedQuestion(far, Voice("en"))
        with pytest.raises(TooManyError), ground_of(job, question, {}):
            pass
    few = FeedQuestion(Selection(first=date(2040, 1, 1), partners=("khammouane",)), Voice("en"))
    with ground_of(job, few, {}) as ground:
        assert ground.far
    with office(database, hand.now.date()) as still:
        assert still.next_ones(date(2026, 11, 22)) != []
        monkeypatch.setattr(farther, "MOST_DUTIES", 3)
        with pytest.raises(TooManyError, match="after 2031-12-31 are worked out for at most 3 duties at once"):
            still.next_ones(date(2060, 1, 1))


def test_what_an_ended_plan_left_is_on_some_page_of_its_home(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    hand = Hand.with_plans(database)
    files = directory_files(None).files
    given = Given((), files, holiday_file(), retire=("quang-tri-front-2020",))
    assert sync(database, given, hand.now, hand.now.date()).problems == ()
    whole = page(hand, "/en/board?from=2021&to=2027&home=quang-tri").texts
    year = page(hand, "/en/year/2027?home=quang-tri").texts
    monkeypatch.setattr(boardroutes, "MOST_ON_BOARD", 3)
    monkeypatch.setattr(boardroutes, "LINES_ON_BOARD", 4)
    monkeypatch.setattr(boardroutes, "MOST_IN_YEAR", 6)
    with Visitor(desk_of(Still(hand.database, hand.now), load_chains(None)), Shelf().feeds()) as client:
        boards = [Tables(text).texts for text in walked(client, "/en/board?from=2021&to=2027&home=quang-tri")]
        years = [Tables(text).texts for text in walked(client, "/en/year/2027?home=quang-tri")]
    gone = [row for row in whole if "cancelled" in " ".join(row)]
    assert gone != []
    assert [
        row for row in gone if without_loads(row) not in [without_loads(one) for part in boards for one in part]
    ] == []
    wanted = {tuple(row[1:]) for row in year if len(row) > 1}
    assert wanted - {tuple(row[1:]) for part in years for row in part if len(row) > 1} == set()


@pytest.mark.parametrize("last", [None, date(2035, 12, 31)])
def test_a_twin_that_leaves_something_out_says_so(
    database: Database, monkeypatch: pytest.MonkeyPatch, last: date | None
) -> None:
    hand = Hand.with_plans(database)
    job = Still(hand.database, hand.now)
    question = FeedQuestion(Selection(last=last), Voice("en"))
    watch = Watch(job.database)
    feeds = feed_desk(job, {}, Tally(), watch)
    every = feeds.records(question, "")
    kept = len(feeds.blocks(question, "").blocks)
    monkeypatch.setattr("config.feeds.MOST_RECORDS", 5)
    some = feeds.records(question, "")
    assert (every.complete, some.complete) == (True, False)
    newest = sorted(every.records, key=lambda record: (record.occurrence.window.last, record.occurrence.key))[-5:]
    assert [record.occurrence.key for record in some.records] == [
        record.occurrence.key for record in every.records if record in newest
    ]
    shown = feeds.blocks(question, "").blocks
    far = {record.occurrence.key for record in newest} if last else None
    assert far is None or {block.key for block in shown} == far
    assert far is not None or len(shown) == kept
    watch.close()
