"""Pages of a store that holds more than a page can show: the first ones, and how to see fewer."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from calendars import boardroutes, pageroutes, subscriberoutes
from calendars.catalogue import say
from scheduler.plan import LANGUAGES
from tests.unit.calendars.desks import Shelf
from tests.unit.calendars.samples import DIRECTORY
from tests.unit.calendars.visitor import Visitor


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> Iterator[Visitor]:
    monkeypatch.setattr(boardroutes, "MOST_IN_YEAR", 2)
    monkeypatch.setattr(boardroutes, "MOST_ON_BOARD", 2)
    monkeypatch.setattr(pageroutes, "MOST_SEARCHED", 2)
    monkeypatch.setattr(subscriberoutes, "MOST_READ", 2)
    shelf = Shelf()
    with Visitor(shelf.desk(), shelf.feeds()) as visitor:
        yield visitor


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("path", ["/year/2021", "/board?from=2019&to=2024"])
def test_a_page_shows_the_first_and_says_so(client: Visitor, path: str, lang: str) -> None:
    answer = client.get(f"/{lang}{path}")
    told = say(lang, "Only the first {count} duties are shown. Choose a partner to see fewer.", count=2)
    assert (answer.status_code, told in answer.text) == (200, True)


def test_a_search_says_how_far_it_looked(client: Visitor) -> None:
    told = "Only the next 2 duties were searched. Choose a partner or a kind to see more."
    assert told in client.get("/en/next?q=dai+bieu").text


def test_a_month_is_read_alone_where_the_year_holds_too_much(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(boardroutes, "MOST_IN_YEAR", 2)
    shelf = Shelf()
    with Visitor(shelf.desk(), shelf.feeds()) as client:
        assert client.get("/en/year/2021/2").status_code == 200
    assert [(asked.first, asked.last) for asked in shelf.reads] == [
        (date(2021, 1, 1), date(2021, 12, 31)), (date(2021, 2, 1), date(2021, 2, 28)),
    ]  # fmt: skip


def test_a_page_narrowed_to_a_partner_reads_only_theirs(client: Visitor) -> None:
    assert "Only the first" not in client.get("/en/year/2021?partner=takeo").text


def test_the_form_offers_everybody(client: Visitor) -> None:
    text = client.get("/en/subscribe").text
    assert [party for party in DIRECTORY.parties if f'value="{party}"' not in text] == []
