"""Feeds by link, their JSON twins, and what their description promises."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Iterator, MutableMapping
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any, Never

import jsonschema
import pytest
from icalendar import Calendar
from starlette.applications import Starlette

from calendars.catalogue import say
from calendars.eyes import Voice
from calendars.feedquery import FeedQuestion, feed_question
from calendars.http import routes
from calendars.ical import ALARMS
from calendars.links import Link
from calendars.memory import Door, Memory
from calendars.openapi import described
from calendars.wording import day_words
from config.logs import Redacting
from scheduler.errors import TooManyError
from scheduler.occurrence import Selection
from scheduler.plan import LANGUAGES, Kind, Text
from tests.unit.calendars.desks import Shelf
from tests.unit.calendars.samples import BASE, EXCHANGE, record
from tests.unit.calendars.visitor import Visitor

SECRET = "s" * 43
EYES = Voice("lo", "savannakhet")
QUESTION = FeedQuestion(Selection(partners=("savannakhet",), kinds=(Kind.EXCHANGE,)), EYES)
MADE = datetime(2026, 11, 22, tzinfo=UTC)
PRIVATE = Link("a1b2c3d4", "Lịch của bạn", None, QUESTION, MADE, None)
PUBLIC = Link("e5f6a7b8", "Lịch công khai", "lich-cong-khai", QUESTION, MADE, None)


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture
def client(shelf: Shelf) -> Iterator[Visitor]:
    with Visitor(shelf.desk(), shelf.feeds((PRIVATE, SECRET), (PUBLIC, "lich-cong-khai"))) as visitor:
        yield visitor


def test_a_secret_feed_speaks_as_its_link_says(client: Visitor) -> None:
    answer = client.get(f"/feeds/s/{SECRET}.ics")
    calendar = Calendar.from_ical(answer.content)
    assert (str(calendar["X-WR-CALNAME"]), len(calendar.events)) == ("Lịch của bạn", 3)
    assert str(calendar["SOURCE"]) == f"{BASE}/feeds/s/{SECRET}.ics"
    assert "ຢ້ຽມຢາມ ກວາງຈິ" in str(calendar.events[0]["SUMMARY"])
    told = {name: answer.headers[name] for name in ("cache-control", "x-robots-tag", "content-disposition")}
    assert told == {
        "cache-control": "private, max-age=300, must-revalidate",
        "x-robots-tag": "noindex",
        "content-disposition": 'inline; filename="luanphien-a1b2c3d4.ics"',
    }
    again = client.get(f"/feeds/s/{SECRET}.ics", headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_a_public_feed_stands_at_a_readable_address(client: Visitor) -> None:
    answer = client.get("/feeds/lich-cong-khai.ics")
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "public, max-age=300, must-revalidate")
    assert "x-robots-tag" not in answer.headers


@pytest.mark.parametrize(
    "path",
    [
        f"/feeds/s/{'x' * 43}",
        "/feeds/s/short",
        f"/feeds/s/{'s' * 42}%00",
        "/feeds/s/lich-cong-khai",
        f"/feeds/{SECRET}",
        "/feeds/nobody",
        "/feeds/..%2f..%2fetc%2fpasswd",
        "/feeds/s/",
        f"/feeds/s/{'a' * 5000}",
    ],
)
def test_unknown_revoked_and_wrong_are_one_and_the_same_answer(client: Visitor, path: str) -> None:
    answers = [client.get(f"{path}.{form}") for form in ("ics", "json")]
    assert [(answer.status_code, answer.headers["content-type"]) for answer in answers] == [
        (404, "text/plain; charset=utf-8"),
        (404, "application/json"),
    ]
    assert answers[0].text == "Địa chỉ này không có gì để xem.\n"
    assert "etag" not in answers[0].headers


def test_a_link_takes_no_filters_of_its_reader(client: Visitor) -> None:
    answers = [client.get(f"/feeds/lich-cong-khai.ics?{query}") for query in ("partner=takeo", "lang=en", "nocache=7")]
    assert [answer.status_code for answer in answers] == [400, 400, 200]


def test_fetches_are_tallied_by_link_and_client(client: Visitor, shelf: Shelf) -> None:
    for agent in ("Google-Calendar-Importer", "Google-Calendar-Importer", "iOS/17 dataaccessd/1.0"):
        client.get(f"/feeds/s/{SECRET}.ics", headers={"User-Agent": agent})
    client.get("/feeds/lich-cong-khai.json", headers={"User-Agent": "vdirsyncer/0.21"})
    client.get("/feeds/all.ics", headers={"User-Agent": "vdirsyncer/0.21"})
    assert shelf.tally.drain() == {
        ("a1b2c3d4", "google"): 2, ("a1b2c3d4", "apple"): 1, ("e5f6a7b8", "vdirsyncer"): 1,
    }  # fmt: skip
    assert shelf.tally.drain() == {}


def test_a_post_to_a_feed_is_refused(client: Visitor) -> None:
    answer = client.request("POST", f"/feeds/s/{SECRET}.ics")
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD")


def test_steps_and_alarms_when_asked_for(client: Visitor) -> None:
    plain = Calendar.from_ical(client.get("/feeds/all.ics?kind=event").content)
    asked = Calendar.from_ical(client.get("/feeds/all.ics?kind=event&steps=1&alarms=1&lang=en").content)
    steps = [str(event["UID"]) for event in asked.events if "_" in str(event["UID"])]
    assert len(plain.events) == len(steps) > 0
    assert all(uid.endswith("_gifts@luanphien") for uid in steps)
    rings = [[-alarm.TRIGGER for alarm in event.walk("VALARM")] for event in asked.events]
    assert rings == [list(ALARMS)] * len(asked.events)
    assert [event.walk("VALARM") for event in plain.events] == [[]] * len(plain.events)


def test_a_title_that_looks_like_the_end_of_an_event_breaks_no_alarms(shelf: Shelf, client: Visitor) -> None:
    shelf.records = [record(replace(EXCHANGE, title=Text("Thăm hỏi END:VEVENT"))), *shelf.records]
    events = Calendar.from_ical(client.get("/feeds/all.ics?alarms=1").content).events
    assert [len(event.walk("VALARM")) for event in events] == [2] * len(events)
    assert any("END:VEVENT" in str(event["SUMMARY"]) for event in events)


def test_an_older_store_put_back_is_another_feed(shelf: Shelf, client: Visitor) -> None:
    first = client.get("/feeds/all.ics")
    shelf.records, shelf.revision, shelf.last_change = shelf.records[:2], 3, datetime(2021, 5, 1, tzinfo=UTC)
    later = {"If-Modified-Since": first.headers["last-modified"]}
    assert client.get("/feeds/all.ics", headers=later).status_code == 200
    shelf.revision = 7
    tag = {"If-None-Match": first.headers["etag"]}
    assert client.get("/feeds/all.ics", headers=tag).status_code == 304


def test_a_star_matches_only_what_is_there(client: Visitor) -> None:
    star = {"If-None-Match": "*"}
    assert client.get("/feeds/all.ics?partner=nobody", headers=star).status_code == 404
    assert client.get("/feeds/all.ics", headers=star).status_code == 304


def test_the_event_of_an_empty_feed_does_not_ring(client: Visitor) -> None:
    (event,) = Calendar.from_ical(client.get("/feeds/all.ics?alarms=1&from=2190-01-01").content).events
    assert event.walk("VALARM") == []


def test_the_twin_tells_the_same_events(client: Visitor) -> None:
    query = "partner=savannakhet&eyes=savannakhet&lang=en"
    twin = client.get(f"/feeds/all.json?{query}").json()
    events = Calendar.from_ical(client.get(f"/feeds/all.ics?{query}").content).events
    told = {entry["uid"]: (entry["summary"], entry["url"]) for entry in twin["occurrences"]}
    assert {str(event["UID"]): (str(event["SUMMARY"]), str(event["URL"])) for event in events} == told


@pytest.mark.parametrize("complete", [True, False])
def test_the_twin_says_whether_something_is_left_out(complete: bool) -> None:
    shelf = Shelf()
    source = replace(shelf.source(feed_question(b"", "en"), ""), complete=complete)
    feeds = replace(shelf.feeds(), records=lambda _question, _known: source)
    with Visitor(shelf.desk(), feeds) as client:
        assert client.get("/feeds/all.json").json()["complete"] is complete


@pytest.mark.parametrize("lang", LANGUAGES)
def test_days_of_too_many_duties_are_refused_with_what_to_do(lang: str) -> None:
    def refused(*_asked: object) -> Never:
        raise TooManyError(57_000, 1000, date(2031, 12, 31))

    shelf = Shelf()
    feeds = replace(shelf.feeds(), blocks=refused, records=refused, basis=refused)
    msgid = (
        "Days after {after} are worked out for at most {most} duties at once, and here are {count}. "
        "Choose a partner, a home, a kind or a plan, or earlier days."
    )
    told = say(lang, msgid, after=day_words(date(2031, 12, 31), lang), most=1000, count=57_000)
    with Visitor(replace(shelf.desk(), upcoming=refused), feeds) as client:
        for headers in ({}, {"If-None-Match": '"x"'}):
            feed = client.get(f"/feeds/all.ics?from=2040-01-01&lang={lang}", headers=headers)
            assert (feed.status_code, feed.text) == (400, told + "\n")
        twin = client.get(f"/feeds/all.json?from=2040-01-01&lang={lang}")
        assert (twin.status_code, twin.json()) == (400, {"error": told})
        page = client.get(f"/{lang}/next?as-of=2060-01-01")
        assert (page.status_code, told in page.text) == (400, True)


@pytest.mark.parametrize(
    "query", ["eyes=nobody", "involving=nobody", "steps=2", "alarms=yes", "eyes=quang-tri&eyes=takeo"]
)
def test_a_slip_of_the_pen_is_answered(client: Visitor, query: str) -> None:
    assert client.get(f"/feeds/all.ics?{query}").status_code in (400, 404)


@pytest.mark.parametrize(
    ("path", "schema"),
    [("/next.json", "Upcoming"), ("/feeds/all.json", "Feed"), ("/feeds/lich-cong-khai.json", "Feed"),
     ("/healthz", "Health"), ("/feeds/all.json?lang=x", "Error"), ("/feeds/none.json", "Error")],
)  # fmt: skip
def test_answers_are_as_described(client: Visitor, path: str, schema: str) -> None:
    document = client.get("/openapi.json").json()
    assert document == json.loads(json.dumps(described("0.1.0")))
    wanted = {"$ref": f"#/components/schemas/{schema}", "components": document["components"]}
    jsonschema.validate(client.get(path).json(), wanted)


@pytest.mark.parametrize(
    ("secret", "shown"),
    [
        (f"/feeds/s/{SECRET}.ics?lang=vi", "/feeds/s/…?lang=vi"),
        (f"/vi/r/unsubscribe/{'0a' * 35}", "/vi/r/unsubscribe/…"),
        (f"/r/ack/{'0a' * 35}?x=1", "/r/ack/…?x=1"),
    ],
)
def test_tokens_are_taken_out_of_logs(secret: str, shown: str) -> None:
    line = '127.0.0.1:5000 - "GET {} HTTP/1.1" 200'
    entry = logging.LogRecord("uvicorn.access", logging.INFO, "", 1, line.format(secret), None, None)
    assert Redacting("%(message)s").format(entry) == line.format(shown)


def test_ten_thousand_wrong_tokens_are_ten_thousand_equal_answers(shelf: Shelf) -> None:
    """Nothing is kept of a wrong token, and no answer tells it from a revoked one."""
    memory = Memory(shelf.feeds((PRIVATE, SECRET)))
    app = Door(Starlette(routes=routes(shelf.desk(), memory)), memory)
    answers: set[tuple[int, bytes]] = set()

    async def ask(token: str) -> None:
        scope = {
            "type": "http", "method": "GET", "path": f"/feeds/s/{token}.ics", "raw_path": b"", "query_string": b"",
            "headers": [], "scheme": "http", "server": ("lich.example", 80), "client": ("127.0.0.1", 1),
            "root_path": "", "http_version": "1.1", "app": app,
        }  # fmt: skip
        sent: list[MutableMapping[str, Any]] = []

        async def receive() -> MutableMapping[str, Any]:
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: MutableMapping[str, Any]) -> None:
            sent.append(message)

        await app(scope, receive, send)
        answers.add((sent[0]["status"], sent[1]["body"]))

    async def all_of_them() -> None:
        for number in range(10_000):
            await ask(f"{number:043d}")

    asyncio.run(all_of_them())
    assert answers == {(404, "Địa chỉ này không có gì để xem.\n".encode())}
    assert shelf.tally.drain() == {}
