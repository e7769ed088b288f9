"""The board and the programme of a year over a real store with the packaged plans."""

from __future__ import annotations

from datetime import date

from config.chainfile import load_chains
from config.database import Database
from config.office import office
from config.web import desk_of
from scheduler.amendment import Verb
from scheduler.occurrence import Selection
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
