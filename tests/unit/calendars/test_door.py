"""The door in front of the feeds: what is answered from memory is byte for byte what the routes answer."""

from __future__ import annotations

import asyncio
from collections.abc import MutableMapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.types import Receive, Scope, Send

from calendars.http import routes
from calendars.memory import MOST_ADDRESSES, Door, Memory, Remembered
from calendars.standing import Conditions
from tests.unit.calendars.desks import Shelf
from tests.unit.calendars.test_feedroutes import PRIVATE, PUBLIC, SECRET

LINKS = ((PRIVATE, SECRET), (PUBLIC, "lich-cong-khai"))
Answer = tuple[int, list[tuple[bytes, bytes]], bytes]
TAG, SINCE = b"{tag}", b"{since}"


@dataclass
class House:
    """The routes, the door before them, and how often the door let somebody through."""

    shelf: Shelf
    passed: int = 0
    memory: Memory = field(init=False)

    def __post_init__(self) -> None:
        self.memory = Memory(self.shelf.feeds(*LINKS))
        rooms = Starlette(routes=routes(self.shelf.desk(), self.memory))

        async def counted(scope: Scope, receive: Receive, send: Send) -> None:
            self.passed += 1
            await rooms(scope, receive, send)

        self.rooms, self.door = rooms, Door(counted, self.memory)

    def ask(self, app: Any, target: str, headers: list[tuple[bytes, bytes]], method: str = "GET") -> Answer:
        """One request and its whole answer, as an ASGI server is given it."""
        path, _, query = target.partition("?")
        scope = {
            "type": "http", "method": method, "path": path, "raw_path": path.encode(), "query_string": query.encode(),
            "headers": [(b"host", b"lich.example"), *headers], "scheme": "http", "server": ("lich.example", 80),
            "client": ("127.0.0.1", 1), "root_path": "", "http_version": "1.1",
        }  # fmt: skip
        sent: list[MutableMapping[str, Any]] = []

        async def receive() -> MutableMapping[str, Any]:
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: MutableMapping[str, Any]) -> None:
            sent.append(message)

        asyncio.run(app(scope, receive, send))
        return sent[0]["status"], [tuple(pair) for pair in sent[0]["headers"]], b"".join(m["body"] for m in sent[1:])


ADDRESSES = (
    f"/feeds/s/{SECRET}.ics", f"/feeds/s/{SECRET}.json", "/feeds/lich-cong-khai.ics",
    "/feeds/lich-cong-khai.ics?nocache=7",
    "/feeds/all.ics", "/feeds/all.json?lang=en", "/feeds/all.ics?partner=savannakhet&eyes=savannakhet&steps=1&alarms=1",
)  # fmt: skip
HEADERS: tuple[list[tuple[bytes, bytes]], ...] = (
    [],
    [(b"accept-encoding", b"gzip, deflate")],
    [(b"accept-encoding", b"gzip;q=0")],
    [(b"if-none-match", TAG)],
    [(b"if-none-match", b"W/" + TAG)],
    [(b"if-none-match", b'"x", ' + TAG), (b"accept-encoding", b"identity")],
    [(b"if-none-match", TAG), (b"accept-encoding", b"gzip")],
    [(b"if-none-match", b"*")],
    [(b"if-none-match", b'"x"')],
    [(b"if-none-match", b'"x"'), (b"if-modified-since", SINCE)],
    [(b"if-modified-since", SINCE)],
    [(b"if-modified-since", b"rubbish")],
    [(b"if-modified-since", b"Tue, 31 Aug 2100 17:30:00 GMT")],
    [(b"if-none-match", b'"x"'), (b"if-none-match", TAG)],
    [(b"if-none-match", b"\xff")],
    [(b"accept-language", b"lo"), (b"user-agent", b"vdirsyncer/0.21")],
)


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_memory_answers_as_the_routes_do(address: str, method: str) -> None:
    house = House(Shelf())
    first = dict(house.ask(house.door, address, [])[1])
    house.passed = 0
    for sent in HEADERS:
        headers = [
            (name, value.replace(TAG, first[b"etag"]).replace(SINCE, first[b"last-modified"])) for name, value in sent
        ]
        slow, fast = (house.ask(app, address, headers, method) for app in (house.rooms, house.door))
        assert fast == slow
        assert fast[0] in (200, 304)
    assert house.passed == 0


@pytest.mark.parametrize(
    ("method", "address", "status"),
    [
        ("POST", f"/feeds/s/{SECRET}.ics", 405),
        ("GET", f"/feeds/s/{'x' * 43}.ics", 404),
        ("GET", "/feeds/lich-cong-khai.ics?lang=vi", 400),
        ("GET", "/feeds/all.ics?partner=nobody", 404),
        ("GET", "/feeds/", 404),
        ("GET", "/next", 200),
    ],
)
def test_everything_else_goes_through(method: str, address: str, status: int) -> None:
    house = House(Shelf())
    for _ in range(2):
        house.ask(house.door, f"/feeds/s/{SECRET}.ics", [])
        house.passed = 0
        answer = house.ask(house.door, address, [], method)
        assert (answer[0], house.passed) == (status, 1)
        assert answer == house.ask(house.rooms, address, [], method)


def test_fetches_from_memory_are_counted_too() -> None:
    house = House(Shelf())
    for _ in range(3):
        house.ask(house.door, f"/feeds/s/{SECRET}.ics", [(b"user-agent", b"vdirsyncer/0.21")])
    assert (house.passed, house.shelf.tally.drain()) == (1, {("a1b2c3d4", "vdirsyncer"): 3})


def test_nothing_is_answered_from_memory_once_the_store_has_changed() -> None:
    house = House(Shelf())
    before = house.ask(house.door, "/feeds/all.ics", [])
    house.shelf.records, house.shelf.revision = house.shelf.records[:2], 8
    after = house.ask(house.door, "/feeds/all.ics", [])
    assert (house.passed, after == before) == (2, False)
    assert house.ask(house.door, "/feeds/all.ics", []) == after == house.ask(house.rooms, "/feeds/all.ics", [])
    assert house.passed == 2


def test_a_revoked_link_is_gone_with_the_next_request() -> None:
    house = House(Shelf())
    house.ask(house.door, f"/feeds/s/{SECRET}.ics", [])
    house.shelf.revision, house.shelf.revoked = 8, {SECRET}
    assert house.ask(house.door, f"/feeds/s/{SECRET}.ics", [])[0] == 404


def test_what_is_remembered_is_bounded() -> None:
    house = House(Shelf())
    house.ask(house.door, "/feeds/all.ics", [])
    known = house.memory.get(("/feeds/all.ics", b""))
    assert isinstance(known, Remembered)
    for number in range(MOST_ADDRESSES):
        house.memory.put((f"/feeds/{number}.ics", b""), known)
    assert house.memory.get(("/feeds/all.ics", b"")) is None
    assert house.memory.get((f"/feeds/{MOST_ADDRESSES - 1}.ics", b"")) is known


def test_the_first_of_each_header_counts() -> None:
    headers = [(b"if-none-match", b"a"), (b"if-none-match", b"b"), (b"user-agent", b"x"), (b"user-agent", b"y")]
    assert Conditions.of(headers) == Conditions(b"a", None, b"", b"x")


def test_a_feed_is_compressed_once_for_each_change() -> None:
    house = House(Shelf())
    packed = [(b"accept-encoding", b"gzip")]
    house.ask(house.door, "/feeds/all.ics", packed)
    known = house.memory.get(("/feeds/all.ics", b""))
    assert known is not None
    held = house.memory.shelf.get(known.standing.stamp, known.standing.name)
    house.shelf.last_change = datetime(2021, 9, 2, tzinfo=UTC)  # somebody wrote, but nothing that this feed shows
    house.ask(house.door, "/feeds/all.ics", packed)
    assert house.passed == 2
    assert house.memory.shelf.get(known.standing.stamp, known.standing.name) is held
