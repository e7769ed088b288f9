"""The addresses of pages: search, one event for a calendar, agreements, and what is refused."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import NoReturn
from urllib.parse import quote

import pytest
from icalendar import Calendar

from calendars.pageroutes import MOST_AGREEMENTS
from scheduler.agreement import Health, State
from scheduler.errors import EmptyStoreError
from scheduler.occurrence import Status
from scheduler.plan import Agreement, Text
from scheduler.standing import Standing
from tests.unit.calendars.desks import TODAY, Shelf
from tests.unit.calendars.samples import DIPLOMATIC, EXCHANGE, GIFTS, ONGOING, PROJECTED, RECORDS, TASK, YOUTH, record
from tests.unit.calendars.test_agreements_page import RESTING, found
from tests.unit.calendars.visitor import Visitor

JOINT = replace(EXCHANGE, cycle="2025", joint=EXCHANGE.key)


@pytest.fixture
def visitor() -> Iterator[Visitor]:
    """Somebody before a desk with samples, a joint meeting and two agreements."""
    shelf = Shelf(records=(*RECORDS, record(JOINT)), agreements=found())
    with Visitor(shelf.desk(), shelf.feeds()) as client:
        yield client


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("q=mat+tran", [EXCHANGE.key, ONGOING.key]),
        ("q=thanh+nien", [YOUTH.key]),
        ("q=THANH+NIÊN&lang=lo", [YOUTH.key]),
        ("q=mttq&kind=event", [GIFTS.key]),
        ("q=mttq&partner=salavan", [YOUTH.key, DIPLOMATIC.key]),
        ("q=savannakhet&kind=exchange&count=2", [EXCHANGE.key, YOUTH.key, PROJECTED.key]),
        ("q=thuc+tap+sinh", [TASK.key]),
        ("q=thiet+lap+quan+he&as-of=2022-12-01", [DIPLOMATIC.key]),
        ("q=zzz", []),
    ],
)
def test_a_search_finds_duties_of_every_kind(visitor: Visitor, query: str, expected: list[str]) -> None:
    listed = [one["key"] for one in visitor.get(f"/next.json?{query}").json()]
    page = visitor.get(f"/?{query}").text
    assert sorted(listed) == sorted(expected)
    assert [f'/o/{key}"' in page for key in expected] == [True] * len(expected)


def test_a_search_with_nothing_typed_is_the_front_page(visitor: Visitor) -> None:
    plain, blank = visitor.get("/next.json"), visitor.get("/next.json?q=+")
    assert (blank.status_code, blank.json()) == (200, plain.json())


def test_too_many_words_are_refused(visitor: Visitor) -> None:
    answer = visitor.get(f"/?lang=en&q={'a' * 101}")
    assert (answer.status_code, "Search with at most 100 characters." in answer.text) == (400, True)
    assert visitor.get(f"/?q={quote('đ' * 100)}").status_code == 200


def test_words_pass_the_gate_for_text(visitor: Visitor) -> None:
    page = visitor.get("/?lang=en&q=a%00%0d%0ab%e2%80%aec<script>").text
    assert "Search: a bc&lt;script&gt;" in page


def test_one_event_for_a_calendar(visitor: Visitor) -> None:
    answer = visitor.get(f"/o/{EXCHANGE.key}.ics")
    lao = visitor.get(f"/lo/o/{EXCHANGE.key}.ics")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/calendar; charset=utf-8")
    assert answer.headers["content-disposition"] == f'attachment; filename="{EXCHANGE.key}.ics"'
    (event,) = Calendar.from_ical(answer.content).events
    assert (str(event["UID"]), str(event["URL"])) == (EXCHANGE.uid, f"https://lich.example/o/{EXCHANGE.key}")
    assert Calendar.from_ical(lao.content).events[0]["UID"] == event["UID"]
    assert lao.text != answer.text


@pytest.mark.parametrize(
    ("path", "status", "reason"),
    [
        (f"/o/{JOINT.key}.ics", 404, f"It is one meeting with {EXCHANGE.key}, whose entry stands in calendars.\n"),
        (f"/o/{ONGOING.key}.ics", 404, "It has no day yet that a calendar could show.\n"),
        ("/o/nobody.2021.ics", 404, "There is nothing at this address.\n"),
        ("/o/..%2f..%2fetc%2fpasswd.ics", 404, "There is nothing at this address.\n"),
        ("/o/.ics", 404, "There is nothing at this address.\n"),
        (f"/o/{EXCHANGE.key}.ics?x=1", 400, "“x” is not a filter here. Use: lang.\n"),
    ],
)
def test_an_event_that_is_not_there_says_why(visitor: Visitor, path: str, status: int, reason: str) -> None:
    answer = visitor.get(f"/en{path}")
    assert (answer.status_code, answer.text) == (status, reason)


@pytest.mark.parametrize("key", ["%2e%2e/next", "%2e%2e/%2e%2e/etc/passwd", "x/%2e%2e", "%2e", "A.2021", "x y", "%00"])
def test_a_key_that_leads_elsewhere_is_a_page_that_says_so(visitor: Visitor, key: str) -> None:
    answer = visitor.get(f"/en/o/{quote(key, safe='%')}")
    assert (answer.status_code, answer.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert "There is nothing at this address." in answer.text


def test_a_refusal_claims_no_address(visitor: Visitor) -> None:
    page = visitor.get("/en/nowhere").text
    assert [mark in page for mark in ('rel="canonical"', "hreflang", "og:url", "noindex")] == [False, True, False, True]
    assert 'rel="alternate" hreflang' not in page


def test_the_page_of_agreements(visitor: Visitor) -> None:
    page, lao = visitor.get("/agreements").text, visitor.get("/lo/agreements").text
    assert "Còn hiệu lực, đã tự động gia hạn" in page
    assert 'href="/vi/agreements" aria-current="page"' in page
    assert [f'href="/lo/o/{one.key}"' in lao for one in RESTING] == [True, True]


def test_agreements_are_seen_from_the_day_asked_for() -> None:
    days = []

    def standings(day: object, _most: int, _skip: int) -> tuple[()]:
        days.append(day)
        return ()

    shelf = Shelf()
    with Visitor(replace(shelf.desk(), standings=standings), shelf.feeds()) as client:
        statuses = [
            client.get(path).status_code
            for path in ("/agreements", "/agreements?as-of=2027-01-01", "/agreements?as-of=x", "/agreements?partner=x")
        ]
    assert (statuses, [str(day) for day in days]) == ([200, 200, 400, 400], [str(TODAY), "2027-01-01"])


def test_many_agreements_stand_on_several_pages() -> None:
    one = Agreement("a", Text("A"), ("quang-tri", "savannakhet"))
    many = tuple(replace(one, id=f"a-{number:03}", successor="a-030") for number in range(2 * MOST_AGREEMENTS + 1))
    shelf = Shelf(agreements=tuple(Standing(each, Health(State.UNKNOWN), (), ()) for each in many))
    with Visitor(shelf.desk(), shelf.feeds()) as client:
        pages = [
            client.get(f"/en/agreements{query}") for query in ("", "?page=2&as-of=2021-09-01", "?page=3", "?page=4")
        ]
    assert [page.status_code for page in pages] == [200, 200, 200, 404]
    shown = [re.findall(r'<li id="(a-\d+)"', page.text) for page in pages]
    ids = [each.id for each in many]
    assert shown[:3] == [ids[:MOST_AGREEMENTS], ids[MOST_AGREEMENTS : 2 * MOST_AGREEMENTS], ids[2 * MOST_AGREEMENTS :]]
    links = [re.findall(r'<a href="([^"]*)" rel="(?:prev|next)"', page.text.replace("&amp;", "&")) for page in pages]
    assert [sorted(set(some)) for some in links[:3]] == [
        ["/en/agreements?page=2"],
        ["/en/agreements?as-of=2021-09-01&page=1", "/en/agreements?as-of=2021-09-01&page=3"],
        ["/en/agreements?page=2"],
    ]
    assert "Page 3 holds 1 agreements in the order of their ids" in pages[2].text
    assert ['href="#a-030"' in page.text for page in pages[:3]] == [False, True, False]


def test_few_agreements_stand_on_one_page(visitor: Visitor) -> None:
    assert "Too much for one page" not in visitor.get("/en/agreements").text


def test_a_cancelled_meeting_says_so_on_its_page() -> None:
    shelf = Shelf(records=(record(replace(EXCHANGE, status=Status.CANCELLED)),))
    with Visitor(shelf.desk(), shelf.feeds()) as client:
        page = client.get(f"/en/o/{EXCHANGE.key}").text
    assert "Cancelled: no plan asks for it any more." in page


def test_a_refusal_is_titled_by_what_is_wrong() -> None:
    def nothing(_day: object, _most: int, _skip: int) -> NoReturn:
        raise EmptyStoreError

    shelf = Shelf()
    with Visitor(replace(shelf.desk(), standings=nothing), shelf.feeds()) as client:
        pages = [client.get(path) for path in ("/en/agreements", "/en/agreements?x=1", "/en/agreements/x")]
    titles = [re.findall(r"<h1>(.*)</h1>", page.text) for page in pages]
    assert [page.status_code for page in pages] == [503, 400, 404]
    assert titles == [["Nothing is stored yet"], ["The address cannot be read"], ["Not found"]]
