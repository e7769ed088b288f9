"""Pages of a store that holds more than a page can show: what is shown is whole, and everything is on some page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calendars import boardroutes, offers, pageroutes
from calendars.catalogue import say
from scheduler.errors import TooManyError
from scheduler.occurrence import Occurrence, Record, Selection, Status
from scheduler.plan import LANGUAGES, Kind
from scheduler.survey import CROWDED
from scheduler.window import Precision, Window
from tests.unit.calendars.desks import Shelf
from tests.unit.calendars.pagetables import Tables
from tests.unit.calendars.samples import CHANGED, DIRECTORY, EXCHANGE, GIFTS
from tests.unit.calendars.visitor import Visitor

HOSTS = {"quang-tri": EXCHANGE, "an-giang": GIFTS}


@st.composite
def occurrences(draw: st.DrawFn) -> Occurrence:
    """Meetings, events and deadlines of two homes, some of which take place in another year than theirs."""
    line, home = draw(st.integers(0, 4)), draw(st.sampled_from(sorted(HOSTS)))
    cycle = draw(st.integers(2019, 2023))
    start = date(draw(st.integers(cycle, cycle + 1)), draw(st.integers(1, 12)), draw(st.integers(1, 27)))
    last, precision = draw(st.sampled_from([(start, Precision.DAY), (date(start.year, 12, 31), Precision.PERIOD)]))
    return replace(
        HOSTS[home],
        obligation=f"{home}-{line}",
        leg=None,
        cycle=str(cycle),
        kind=(Kind.EXCHANGE, Kind.TALKS, Kind.EVENT, Kind.DEADLINE)[line % 4],
        status=draw(st.sampled_from([Status.CONFIRMED, Status.TENTATIVE, Status.CANCELLED])),
        window=Window.of(start, last, precision),
        partners=(("savannakhet", "salavan")[line % 2],),
    )


stores = st.lists(occurrences(), min_size=1, max_size=14, unique_by=lambda one: one.key).map(
    lambda found: [Record(one, 0, CHANGED) for one in sorted(found, key=lambda one: (str(one.window.start), one.key))]
)


@contextmanager
def opened(records: list[Record], most: int | None) -> Iterator[Visitor]:
    """The pages over these records, that show at most so many on one."""
    many = 10_000 if most is None else most
    limits = [
        patch.object(module, name, many)
        for module, name in [
            (boardroutes, "MOST_IN_YEAR"), (boardroutes, "MOST_ON_BOARD"), (boardroutes, "LINES_ON_BOARD"),
            (pageroutes, "MOST_SEARCHED"),
        ]
    ]  # fmt: skip
    shelf = Shelf(records)
    with limits[0], limits[1], limits[2], limits[3], Visitor(shelf.desk(), shelf.feeds()) as client:
        yield client


def pages(client: Visitor, path: str) -> list[str]:
    """The page at this address and all that its links for going on lead to."""
    found = [client.get(path).text]
    while onward := re.search(r'<a href="([^"]+)" rel="next">Page', found[-1]):
        found.append(client.get(onward[1].replace("&amp;", "&")).text)
    return found


def cells(page: str) -> dict[tuple[str, str], frozenset[str]]:
    """What stands on a board for each duty in each column: its keys; every duty has every column."""
    tables = Tables(page)
    labels = [cell.text.split(" ")[0] for cell in tables.rows[0]] if tables.rows else []
    found: dict[tuple[str, str], frozenset[str]] = {}
    for row in tables.rows[1:]:
        keys = [frozenset(link.rpartition("/o/")[2] for link in cell.links) for cell in row[1:]]
        duties = {key.rpartition(".")[0] for some in keys for key in some}
        for duty in duties:
            found |= {(duty, label): some for label, some in zip(labels[1:], keys, strict=True)}
    return found


def keys_on(page: str) -> list[str]:
    """The keys a page leads to, in its main part."""
    return re.findall(r'href="/en/o/([^"]+)"', page)


@settings(max_examples=40, deadline=None)
@given(stores, st.integers(1, 6), st.sampled_from(["", "&partner=salavan", "&home=an-giang", "&from=2021&to=2021"]))
def test_no_cell_of_a_board_is_empty_that_holds_something(records: list[Record], most: int, narrow: str) -> None:
    path = f"/en/board?{narrow.removeprefix('&')}" if "from" in narrow else f"/en/board?from=2019&to=2023{narrow}"
    with opened(records, None) as client:
        whole = cells(client.get(path).text)
    with opened(records, most) as client:
        parts = pages(client, path)
    shown = [cells(page) for page in parts]
    assert [{at: keys for at, keys in part.items() if keys != whole.get(at, frozenset())} for part in shown] == [
        {} for _ in parts
    ]
    assert {at for part in shown for at, keys in part.items() if keys} == {at for at, keys in whole.items() if keys}
    assert not whole or all("No meeting in these years matches" not in page for page in parts)


@settings(max_examples=40, deadline=None)
@given(stores, st.integers(1, 6), st.sampled_from(["", "?partner=salavan", "?home=an-giang", "?kind=talks"]))
def test_every_duty_of_a_year_and_of_a_month_is_on_some_page(records: list[Record], most: int, narrow: str) -> None:
    for path in (f"/en/year/2021{narrow}", f"/en/year/2021/12{narrow}"):
        with opened(records, None) as client:
            whole = client.get(path).text
        with opened(records, most) as client:
            parts = pages(client, path)
        missing = sorted(set(keys_on(whole)) - {key for part in parts for key in keys_on(part)})
        assert (path, missing) == (path, [])
        assert keys_on(whole) == [] or all("Nothing in this year matches" not in part for part in parts)
        calendars = [part for part in parts if 'class="month"' in part]
        assert [keys_on(part) for part in calendars] == [keys_on(whole) for _ in calendars]
        assert all("Nothing stands on a day" not in part or "Nothing stands on a day" in whole for part in parts)


@settings(max_examples=40, deadline=None)
@given(stores, st.integers(1, 6))
def test_every_match_ahead_is_in_some_part_of_a_search(records: list[Record], most: int) -> None:
    path = "/en/next?q=front&as-of=2019-01-01"
    with opened(records, None) as client:
        whole, listed = client.get(path).text, client.get(path.replace("/en/next", "/next.json")).json()
    with opened(records, most) as client:
        parts = pages(client, path)
        answer = client.get(path.replace("/en/next", "/next.json"))
        found = answer.json()
        while onward := re.fullmatch(r'<([^>]+)>; rel="next"', answer.headers.get("link", "")):
            answer = client.get(onward[1])
            found += answer.json()
    assert set(keys_on(whole)) - {key for part in parts for key in keys_on(part)} == set()
    assert {one["key"] for one in listed} - {one["key"] for one in found} == set()
    assert len(parts) == 1 or all("Nothing was found for" not in part for part in parts)


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> Iterator[Visitor]:
    monkeypatch.setattr(boardroutes, "MOST_IN_YEAR", 2)
    monkeypatch.setattr(boardroutes, "MOST_ON_BOARD", 2)
    monkeypatch.setattr(boardroutes, "LINES_ON_BOARD", 1)
    monkeypatch.setattr(pageroutes, "MOST_SEARCHED", 2)
    monkeypatch.setattr(offers, "MOST_READ", 2)
    shelf = Shelf()
    with Visitor(shelf.desk(), shelf.feeds()) as visitor:
        yield visitor


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_board_of_some_lines_says_so(client: Visitor, lang: str) -> None:
    text = client.get(f"/{lang}/board?from=2019&to=2024").text
    msgid = "How crowded a year is, and which anniversaries make it round, is not worked out for so many."
    assert say(lang, msgid) in text
    assert say(lang, "Page {page}, after this one", page=2) in text
    assert [party for party in DIRECTORY.parties if f'<option value="{party}"' not in text] == []


def test_a_programme_says_which_part_it_shows(client: Visitor) -> None:
    assert (
        "Too much for one page. Page 1 holds 2 duties in the order of their first days, 1 January 2021 – "
        "1 January 2021; the others stand on other pages. Choose a home or a partner to see fewer."
    ) in client.get("/en/year/2021").text


@pytest.mark.parametrize(
    "path", ["/en/board?page=90", "/en/year/2021?page=90", "/en/next?q=x&page=90", "/en/next?page=2"]
)
def test_a_page_after_the_last_is_not_there(client: Visitor, path: str) -> None:
    number = re.findall(r"page=(\d+)", path)[0]
    answer = client.get(path)
    assert (answer.status_code, f"There is no page {number} here. Begin with the first." in answer.text) == (404, True)


def test_a_search_says_what_it_looked_through(client: Visitor) -> None:
    text = client.get("/en/next?q=zebra").text
    assert "Part 1: 2 duties in the order of their first days" in text
    assert "none that ended before 1 September 2021" in text
    assert "Nothing was found in this part for “zebra”" in text
    assert 'href="/en/next?q=zebra&amp;as-of=2020-01-01" rel="prev">Search from 1 January 2020 on' in text


def test_a_month_is_read_alone_where_the_year_holds_too_much(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(boardroutes, "MOST_IN_YEAR", 2)
    shelf = Shelf()
    with Visitor(shelf.desk(), shelf.feeds()) as client:
        assert 'class="month"' in client.get("/en/year/2020/7").text
    spans = [(asked.first, asked.last) for asked in shelf.reads]
    assert spans[-1] == (date(2020, 7, 1), date(2020, 7, 31))


def test_the_form_offers_everybody(client: Visitor) -> None:
    text = client.get("/en/subscribe").text
    assert [party for party in DIRECTORY.parties if f'value="{party}"' not in text] == []


@pytest.mark.parametrize("path", ["/en/year/2060", "/en/year/2060/3"])
def test_days_too_many_to_work_out_are_not_nothing(path: str) -> None:
    def refused(selection: Selection, _day: date, _most: int, _skip: int) -> list[None]:
        raise TooManyError(57_000, 2000, date(2031, 12, 31))

    shelf = Shelf()
    with Visitor(replace(shelf.desk(), seen=refused), shelf.feeds()) as client:
        answer = client.get(path)
    assert answer.status_code == 200
    assert (
        "Days after 31 December 2031 are worked out for at most 2000 duties at once, and here are 57000." in answer.text
    )
    assert 'class="month"' not in answer.text
    assert "Nothing" not in answer.text


def test_a_home_without_plans_has_nothing(client: Visitor) -> None:
    year, board = client.get("/en/year/2021?home=takeo").text, client.get("/en/board?home=takeo").text
    assert ("Nothing in this year matches" in year, "Too much" in year) == (True, False)
    assert ("No meeting in these years matches" in board, "Too much" in board) == (True, False)


def test_a_page_is_numbered_through_and_leads_to_other_years_at_their_first_page(client: Visitor) -> None:
    text = client.get("/en/year/2021?page=2&kind=exchange&kind=task&kind=event&kind=anniversary").text
    assert re.findall(r'class="number">(\d+)<', text)[:1] == ["3"]
    assert [
        href for href in re.findall(r'href="(/en/year/[^"]+)"', text) if "page=" in href and "2021?" not in href
    ] == []


def test_a_year_is_not_said_to_be_crowded_or_not_where_not_everything_was_read() -> None:
    records = [Record(replace(EXCHANGE, obligation=f"duty-{number}"), 0, CHANGED) for number in range(CROWDED * 2)]
    with opened(records, None) as client:
        assert "crowded year: " in client.get("/en/board?from=2021&to=2021").text
    with opened(records, CROWDED + 1) as client:
        assert ["crowded year: " in page for page in pages(client, "/en/board?from=2021&to=2021")] == [False, False]
