"""The web side as a calendar client, a person and an attacker see it."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import NoReturn

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from scheduler.errors import EmptyStoreError, TooFarError
from scheduler.occurrence import Selection
from scheduler.plan import LANGUAGES, Kind
from tests.unit.calendars.desks import Shelf
from tests.unit.calendars.samples import EXCHANGE, PROJECTED, RECORDS, record
from tests.unit.calendars.visitor import Visitor

FEED = "/feeds/all.ics"


@dataclass
class Visit:
    """A client and what stands behind the counter."""

    client: Visitor
    shelf: Shelf


@pytest.fixture
def visit() -> Iterator[Visit]:
    """A fresh office for each test."""
    shelf = Shelf()
    with Visitor(shelf.desk(), shelf.feeds()) as client:
        yield Visit(client, shelf)


def uids(body: bytes) -> list[str]:
    """The UIDs of a feed, in order."""
    return [str(event["UID"]).removesuffix("@luanphien") for event in Calendar.from_ical(body).events]


def test_the_feed_and_its_headers(visit: Visit) -> None:
    answer = visit.client.get(FEED)
    headers = {name: value for name, value in answer.headers.items() if name not in ("etag", "content-length")}
    assert answer.status_code == 200
    assert headers == {
        "content-type": "text/calendar; charset=utf-8",
        "vary": "Accept-Encoding",
        "cache-control": "public, max-age=300, must-revalidate",
        "last-modified": "Tue, 31 Aug 2021 17:30:00 GMT",
        "content-disposition": 'inline; filename="luanphien-vi.ics"',
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
        "content-security-policy": (
            "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; "
            "font-src 'self'; base-uri 'none'; form-action 'self'; "
            "frame-ancestors 'none'"
        ),
    }
    assert uids(answer.content) == [
        "ag-gifts-agree.ag-kampong-speu-gifts.once",
        "ag-kampong-speu-gifts.once",
        "qt-front-exchange.savannakhet.2021",
        "vn-la-diplomatic-relations.2022",
        "three-province-youth.unset",
        "qt-front-exchange.savannakhet.2023",
    ]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("kind=task", ["qt-interns.2021"]),
        ("kind=anniversary&kind=task", ["qt-interns.2021", "vn-la-diplomatic-relations.2022"]),
        ("partner=salavan", ["vn-la-diplomatic-relations.2022", "three-province-youth.unset"]),
        (
            "lead=mttq-an-giang&from=2020-04-21",
            ["ag-kampong-speu-gifts.once"],
        ),
        ("plan=an-giang-front-2020&to=2020-04-20", ["ag-gifts-agree.ag-kampong-speu-gifts.once"]),
        ("kind=ongoing", ["nothing-yet"]),
    ],
)
def test_filters(visit: Visit, query: str, expected: list[str]) -> None:
    assert uids(visit.client.get(f"{FEED}?{query}").content) == expected


@pytest.mark.parametrize("lang", LANGUAGES)
def test_each_language(visit: Visit, lang: str) -> None:
    answer = visit.client.get(f"{FEED}?lang={lang}")
    assert f"PRODID:-//luanphien//luanphien//{lang.upper()}\r\n" in answer.text
    assert f"SOURCE;VALUE=URI:https://lich.example/feeds/all.ics?lang={lang}\r\n" in answer.text


def test_an_unchanged_feed_is_304_without_body_and_is_not_made_again(visit: Visit) -> None:
    first = visit.client.get(FEED)
    again = visit.client.get(FEED, headers={"if-none-match": f'"old", {first.headers["etag"]}'})
    since = visit.client.get(FEED, headers={"if-modified-since": first.headers["last-modified"]})
    assert [(answer.status_code, answer.content) for answer in (again, since)] == [(304, b""), (304, b"")]
    assert again.headers["etag"] == first.headers["etag"]
    assert len(visit.shelf.reads) == 1


def test_a_known_tag_is_304_even_after_a_restart_without_reading_the_store(visit: Visit) -> None:
    tag = visit.client.get(FEED).headers["etag"]
    fresh = Shelf()
    with Visitor(fresh.desk(), fresh.feeds()) as client:
        answer = client.get(FEED, headers={"if-none-match": tag})
    assert (answer.status_code, fresh.reads) == (304, [])


def test_if_none_match_outweighs_if_modified_since(visit: Visit) -> None:
    headers = {"if-none-match": '"old"', "if-modified-since": "Fri, 01 Jan 2100 00:00:00 GMT"}
    assert visit.client.get(FEED, headers=headers).status_code == 200


def test_a_change_gives_a_new_tag_and_new_events(visit: Visit) -> None:
    tag = visit.client.get(FEED).headers["etag"]
    visit.shelf.records = (record(replace(EXCHANGE, cycle="2025")),)
    visit.shelf.revision += 1
    answer = visit.client.get(FEED, headers={"if-none-match": tag})
    assert (answer.status_code, uids(answer.content)) == (200, ["qt-front-exchange.savannakhet.2025"])


def test_the_tag_differs_by_filter_and_language_and_not_by_their_order(visit: Visit) -> None:
    queries = ("", "lang=lo", "kind=talks", "partner=takeo", "from=2020-01-01", "to=2020-01-01")
    tags = [visit.client.get(f"{FEED}?{query}").headers["etag"] for query in queries]
    assert len(set(tags)) == len(queries)
    orders = ("partner=takeo&partner=salavan&lang=vi", "lang=vi&partner=salavan&partner=takeo")
    assert len({visit.client.get(f"{FEED}?{query}").headers["etag"] for query in orders}) == 1


def test_head_is_get_without_body(visit: Visit) -> None:
    for path in (FEED, "/next", "/next.json", f"/o/{EXCHANGE.key}", "/healthz", "/robots.txt", "/static/style.css"):
        full, head = visit.client.get(path), visit.client.head(path)
        assert (head.status_code, head.headers, head.content) == (200, full.headers, b"")


def test_gzip_has_its_own_tag(visit: Visit) -> None:
    plain = visit.client.get(FEED)
    packed, raw = visit.client.raw(FEED, {"accept-encoding": "gzip"})
    assert gzip.decompress(raw) == plain.content
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.headers["etag"] != plain.headers["etag"]
    headers = {"accept-encoding": "gzip", "if-none-match": packed.headers["etag"]}
    assert visit.client.get(FEED, headers=headers).status_code == 304


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "PROPFIND"])
def test_other_methods_are_405(visit: Visit, method: str) -> None:
    for path in (FEED, "/next", "/next.json"):
        answer = visit.client.request(method, path)
        assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD")


@pytest.mark.parametrize(
    ("query", "status", "expected"),
    [
        (
            "color=red",
            400,
            (
                "“color” is not a filter here. "
                "Use: partner, lead, involving, kind, plan, from, to, lang, eyes, steps, alarms."
            ),
        ),
        ("from=2020-13-01", 400, "“2020-13-01” is not a day. Write it like 2026-12-31."),
        ("from=20200101", 400, "“20200101” is not a day. Write it like 2026-12-31."),
        ("from=0000-01-01", 400, "“0000-01-01” is not a day. Write it like 2026-12-31."),
        ("to=99999-01-01", 400, "“99999-01-01” is not a day. Write it like 2026-12-31."),
        ("to=9999-12-31", 400, "The day 9999-12-31 is out of reach. Take one from 1900-01-01 to 2199-12-31."),
        (
            "from=2021-02-01&to=2021-01-01",
            400,
            "The span ends on 2021-01-01, before it starts on 2021-02-01. Swap the two days.",
        ),
        ("from=2021-02-01&from=2021-02-02", 400, "“from” may be given only once."),
        ("kind=talk", 400, "“talk” is not known under “kind”. Did you mean “talks”?"),
        ("partner=", 400, "“partner” is empty. Give it a value or leave it out."),
        ("partner=Quảng Trị", 404, "“Quảng Trị” is not known under “partner”. Did you mean “quang-tri”?"),
        ("partner=savanakhet", 404, "“savanakhet” is not known under “partner”. Did you mean “savannakhet”?"),
        ("lead=mttq-quangtri", 404, "“mttq-quangtri” is not known under “lead”. Did you mean “mttq-quang-tri”?"),
        (
            "plan=xyz",
            404,
            "“xyz” is not known under “plan”. Use: an-giang-front-2020, quang-tri-front-2020, quang-tri-laos-2020.",
        ),
        (
            f"partner={'a' * 2100}",
            400,
            "The address is too long: at most 2048 characters may follow the question mark.",
        ),
        ("partner=%0d%0aSet-Cookie:x%00%ff", 404, "“Set-Cookie:x\N{REPLACEMENT CHARACTER}” is not known under"),
    ],
)
def test_a_bad_address_is_answered_with_what_to_do(visit: Visit, query: str, status: int, expected: str) -> None:
    answer = visit.client.get(f"{FEED}?lang=en&{query}")
    assert (answer.status_code, answer.headers["content-type"]) == (status, "text/plain; charset=utf-8")
    assert answer.text.startswith(expected)


def test_a_bad_language_is_refused_in_the_language_of_the_office(visit: Visit) -> None:
    answer = visit.client.get(f"{FEED}?lang=klingon")
    assert (answer.status_code, answer.text) == (
        400,
        "“klingon” không có trong “lang”. Dùng: vi, en, lo, km.\n",
    )


def test_every_feed_that_is_not_there_gets_the_same_answer(visit: Visit) -> None:
    answers = [visit.client.get(f"/feeds/{name}") for name in ("x.ics", "0123abcd.ics", "../next", "all.ics/x")]
    assert {(answer.status_code, answer.text) for answer in answers[:2]} == {(404, "Địa chỉ này không có gì để xem.\n")}
    assert answers[3].status_code == 404


def test_before_anything_is_stored_a_feed_says_what_to_do() -> None:
    empty = Shelf(records=(), last_change=None)
    with Visitor(empty.desk(), empty.feeds()) as client:
        answer = client.get(f"{FEED}?lang=en")
    assert (answer.status_code, answer.text) == (
        503,
        "Run “luanphien sync” on the server to load the plans, then open this page again.\n",
    )


def test_an_event_that_cannot_be_written_is_logged_and_the_rest_are_served(
    visit: Visit, caplog: pytest.LogCaptureFixture
) -> None:
    bad = record(replace(EXCHANGE, obligation="bad id"), changed_at=datetime(2021, 1, 1, tzinfo=UTC))
    visit.shelf.records = (*RECORDS, bad)
    assert len(uids(visit.client.get(FEED).content)) == 6
    faults = "the UID is not of the form key@domain; the link is not a plain http or https URL"
    assert [entry.message for entry in caplog.records if entry.name == "calendars.feedroutes"] == [
        f"left out of the feed: bad id.savannakhet.2021: {faults}"
    ]


def language(answer: httpx.Response) -> str:
    """The language a page says it is in."""
    found = re.search(r'<html lang="([a-z]+)">', answer.text)
    return found[1] if found else "none"


def test_the_front_door_is_what_comes_next(visit: Visit) -> None:
    answers = [visit.client.get(path) for path in ("/", "/next", "/lo", "/lo/", "/en/next", "/next?lang=km")]
    assert [(answer.status_code, language(answer)) for answer in answers] == [
        (200, "vi"), (200, "vi"), (200, "lo"), (200, "lo"), (200, "en"), (200, "km"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("header", "lang"),
    [
        ("en", "en"),
        ("lo-LA, en;q=0.5", "lo"),
        ("de, km;q=0.3, en;q=0.8", "en"),
        ("fr-FR, de;q=0.9", "vi"),
        ("en;q=0", "vi"),
        ("*", "vi"),
        (";;;,q=,en;q=x", "vi"),
        ("en," * 5000, "en"),
    ],
)
def test_a_page_is_in_the_language_the_reader_likes_best(visit: Visit, header: str, lang: str) -> None:
    answer = visit.client.get("/next", headers={"Accept-Language": header})
    assert (language(answer), answer.headers["vary"]) == (lang, "Accept-Language")
    assert language(visit.client.get("/lo/next", headers={"Accept-Language": header})) == "lo"


def test_any_other_address_is_404_with_a_way_back(visit: Visit) -> None:
    answers = [visit.client.get(path) for path in ("/nowhere", "/fr/next", "/en/nowhere", "/.git/config")]
    assert [(answer.status_code, 'class="button" href="/' in answer.text) for answer in answers] == [(404, True)] * 4


def test_next_json_lists_occurrences_with_flags_and_days_left(visit: Visit) -> None:
    found = visit.client.get("/next.json").json()
    assert [(one["key"], one["flags"], one["days_left"]) for one in found] == [
        ("qt-front-exchange.savannakhet.2021", [], 0),
        ("qt-front-exchange.savannakhet.2023", [], 487),
        ("three-province-youth.unset", [], 0),
    ]
    assert found[0]["title"] == "Hội đàm công tác Mặt trận"
    assert visit.client.get("/next.json?lang=en").json()[0]["title"] == "Front work talks"


@pytest.mark.parametrize("name", ["as-of", "as_of"])
def test_next_looks_from_the_day_asked_for(visit: Visit, name: str) -> None:
    found = visit.client.get(f"/next.json?{name}=2022-12-31&partner=savannakhet&kind=exchange&count=2").json()
    assert [(one["key"], one["days_left"]) for one in found] == [
        ("qt-front-exchange.savannakhet.2023", 1),
        ("three-province-youth.unset", 0),
    ]


@pytest.mark.parametrize(
    "query", ["count=0", "count=x", "count=51", "count=1&count=2", "kind=x", "from=2020-01-01", "as-of=x", "lang="]
)
def test_next_refuses_what_it_does_not_understand(visit: Visit, query: str) -> None:
    page, data = visit.client.get(f"/next?{query}"), visit.client.get(f"/next.json?{query}")
    assert (page.status_code, page.headers["content-type"]) == (400, "text/html; charset=utf-8")
    assert (data.status_code, list(data.json())) == (400, ["error"])


def test_next_names_the_nearest_partner(visit: Visit) -> None:
    answer = visit.client.get("/next.json?partner=salavn&lang=en")
    assert answer.json() == {"error": "“salavn” is not known under “partner”. Did you mean “salavan”?"}
    assert answer.status_code == 404


def test_a_day_beyond_the_horizon_is_refused(visit: Visit) -> None:
    def far(_question: object) -> list[object]:
        raise TooFarError(date(2150, 1, 1), 50)

    desk = replace(visit.shelf.desk(), upcoming=far)
    with Visitor(desk, Shelf().feeds()) as client:
        answer = client.get("/next.json?as-of=2150-01-01")
    assert (answer.status_code, answer.json()) == (
        400,
        {"error": "2150-01-01 còn hơn 50 năm nữa mới đến. Hãy chọn ngày sớm hơn."},
    )


def test_an_empty_store_gives_a_page_that_says_what_to_do() -> None:
    def nothing(_question: object) -> NoReturn:
        raise EmptyStoreError

    desk = replace(Shelf(records=(), last_change=None).desk(), upcoming=nothing, find=lambda _key, _day: nothing(_key))
    with Visitor(desk, Shelf().feeds()) as client:
        page, data, one = client.get("/next"), client.get("/next.json"), client.get("/o/x.2021")
    assert (page.status_code, data.status_code, data.json(), one.status_code) == (200, 200, [], 503)
    assert "luanphien sync" in one.text
    assert "luanphien sync" in page.text


def test_the_page_of_an_occurrence(visit: Visit) -> None:
    page = visit.client.get(f"/o/{PROJECTED.key}?lang=lo")
    assert page.status_code == 200
    assert '<html lang="lo">' in page.text
    assert "ເອກະສານບໍ່ໄດ້ລະບຸເຈົ້າພາບ." in page.text


@pytest.mark.parametrize("key", ["nobody.2021", "..%2f..%2fetc%2fpasswd", "%00", "a" * 300, "<script>", ""])
def test_a_key_that_is_not_there_is_404_with_a_way_back(visit: Visit, key: str) -> None:
    answer = visit.client.get(f"/o/{key}")
    assert (answer.status_code, 'class="button" href="/vi/"' in answer.text) == (404, True)
    assert "<script>" not in answer.text


def test_pages_set_no_cookie_and_take_nothing_from_elsewhere(visit: Visit) -> None:
    for path in ("/next", f"/o/{EXCHANGE.key}", "/o/none"):
        answer = visit.client.get(path)
        assert "set-cookie" not in answer.headers
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
        assert "<script" not in answer.text
        assert " style=" not in answer.text


def test_small_things(visit: Visit) -> None:
    health = visit.client.get("/healthz")
    robots = visit.client.get("/robots.txt")
    style = visit.client.get("/static/style.css?v=0.1.0")
    again = visit.client.get("/static/style.css", headers={"if-none-match": style.headers["etag"]})
    assert health.json() == {"status": "ok", "revision": 7}
    assert robots.text == "User-agent: *\nAllow: /\n"
    assert (style.status_code, style.headers["content-type"]) == (200, "text/css; charset=utf-8")
    assert again.status_code == 304
    assert visit.client.get("/static/mark.svg").headers["content-type"] == "image/svg+xml"
    assert visit.client.get("/static/%2e%2e/http.py").status_code == 404


def test_the_store_is_asked_for_the_kinds_a_feed_shows(visit: Visit) -> None:
    visit.client.get(f"{FEED}?from=2020-01-01&to=2020-12-31&partner=takeo")
    visit.client.get(f"{FEED}?kind=task")
    kinds = (Kind.EXCHANGE, Kind.TALKS, Kind.ANNIVERSARY, Kind.EVENT, Kind.DEADLINE, Kind.REPORT)
    assert visit.shelf.reads == [
        Selection(date(2020, 1, 1), date(2020, 12, 31), ("takeo",), (), kinds, ()),
        Selection(kinds=(Kind.TASK,)),
    ]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150, deadline=None)
@given(
    st.sampled_from((FEED, "/next", "/next.json", "/", f"/o/{EXCHANGE.key}")),
    st.lists(
        st.tuples(
            st.sampled_from(("partner", "lead", "kind", "plan", "from", "to", "lang", "count", "as-of")) | st.text(),
            st.text(max_size=30) | st.sampled_from(("2021-01-01", "vi", "3", "talks", "salavan")),
        ),
        max_size=4,
    ),
)
def test_no_query_whatever_breaks_it(visit: Visit, path: str, query: list[tuple[str, str]]) -> None:
    assert visit.client.get(path, params=query).status_code in (200, 307, 400, 404)
