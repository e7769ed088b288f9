"""The door over a real store: nothing is answered from memory once anybody has written, on each database."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime

import httpx
import pytest

from calendars import links
from calendars.eyes import Voice
from calendars.feeddesk import Tally
from calendars.feedquery import FeedQuestion
from calendars.links import Link
from calendars.memory import Door
from config.database import Database
from config.watch import Watch
from config.web import application
from scheduler.amendment import Verb
from scheduler.occurrence import Selection
from tests.integration.desk import Hand, Still, days

TOKEN = "t" * 43
NOON = datetime(2026, 11, 22, 5, 0, tzinfo=UTC)
SECRET = f"/feeds/s/{TOKEN}.ics"


@pytest.fixture
def hand(database: Database) -> Hand:
    hand = Hand.with_plans(database)
    with database.write() as session:
        for ident, partner, slug in (("a1", "savannakhet", None), ("b2", "takeo", "takeo")):
            question = FeedQuestion(Selection(partners=(partner,)), Voice("vi"))
            links.create(session, Link(ident, partner, slug, question, NOON, None), None if slug else TOKEN)
    return hand


class Caller:
    """Asks the application as it is served."""

    def __init__(self, hand: Hand) -> None:
        self.tally = Tally()
        self.door: Door = application(Still(hand.database, hand.now), None, self.tally)
        self.runner = asyncio.Runner()
        transport = httpx.ASGITransport(app=self.door)
        self.client = httpx.AsyncClient(transport=transport, base_url="http://lich.example")

    def get(self, path: str, tag: str = "") -> httpx.Response:
        return self.runner.run(self.client.get(path, headers={"If-None-Match": tag} if tag else {}))

    def close(self) -> None:
        self.runner.run(self.client.aclose())
        self.runner.close()


@pytest.fixture
def caller(hand: Hand) -> Iterator[Caller]:
    found = Caller(hand)
    yield found
    found.close()


@pytest.fixture
def other(hand: Hand) -> Iterator[Database]:
    """The same store, opened by somebody else."""
    database = Database(hand.database.url)
    yield database
    database.close()


def test_a_revoked_link_answers_no_more(hand: Hand, caller: Caller, other: Database) -> None:
    tag = caller.get(SECRET).headers["etag"]
    assert [caller.get(SECRET, tag).status_code for _ in range(3)] == [304, 304, 304]
    with other.write() as session:
        links.revoke(session, "a1", NOON)
    assert caller.get(SECRET, tag).status_code == 404
    assert caller.tally.drain() == {("a1", "other"): 4}


def test_a_decision_makes_the_feeds_new_that_show_it_and_no_other(hand: Hand, caller: Caller) -> None:
    tags = {path: caller.get(path).headers["etag"] for path in (SECRET, "/feeds/takeo.ics", "/feeds/all.ics")}
    hand.decide(Verb.CONFIRM, "qt-front-exchange.savannakhet.2027", window=days("2027-09-14", "2027-09-16"))
    answers = {path: caller.get(path, tag) for path, tag in tags.items()}
    assert {path: answer.status_code for path, answer in answers.items()} == {
        SECRET: 200, "/feeds/takeo.ics": 304, "/feeds/all.ics": 200,
    }  # fmt: skip
    assert b"DTSTART;VALUE=DATE:20270914" in answers[SECRET].content
    assert answers["/feeds/takeo.ics"].headers["etag"] == tags["/feeds/takeo.ics"]


def test_what_somebody_else_writes_is_seen_at_once(hand: Hand, other: Database) -> None:
    watch = Watch(hand.database)

    def version() -> object:
        return watch.look() if hand.database.url.startswith("postgresql") else watch.glance()

    before = version()
    assert version() == before is not None
    with other.write_if_free() as session:
        assert session is not None
        links.rotate(session, "a1", "n" * 43, NOON)
    after = version()
    assert after != before
    with other.write() as session:
        links.rotate(session, "a1", TOKEN, NOON)
        session.rollback()
    if hand.database.url.startswith("sqlite"):
        assert (version(), watch.look() == watch.look()) == (after, False)
    else:
        assert watch.glance() is None
    watch.close()
