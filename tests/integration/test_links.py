"""Links and kept blocks on a real store: secrets, revoking, what is rendered again and what is not."""

from __future__ import annotations

import sqlite3
from datetime import UTC, date, datetime, timedelta

import pytest
from icalendar import Calendar, Event
from sqlmodel import select

from calendars import blocks, links
from calendars.clients import client_of
from calendars.eyes import Voice
from calendars.feeddesk import Tally
from calendars.feedquery import FeedQuestion
from calendars.links import Link, LinkError, slug_of
from calendars.tables import BlockRow, LinkRow
from config.database import Database
from config.feeds import feed_bytes, note_fetches, served
from config.replay import rebuild
from config.settle import SHOWN_AFTER_CANCELLING, refresh
from scheduler import history
from scheduler.amendment import Verb
from scheduler.occurrence import Selection
from scheduler.plan import Kind
from scheduler.preparation import NO_CHAINS
from tests.integration.desk import Hand, Still, days

NOON = datetime(2026, 11, 22, 5, 0, tzinfo=UTC)
SAVANNAKHET = "qt-front-exchange.savannakhet"
ALL = FeedQuestion(Selection(), Voice("vi"))
TOKEN = "t" * 43


@pytest.fixture
def hand(database: Database) -> Hand:
    return Hand.with_plans(database)


def link(ident: str, slug: str | None = None) -> Link:
    eyes = Voice("lo", "savannakhet", steps=True)
    question = FeedQuestion(Selection(partners=("savannakhet",), kinds=(Kind.TALKS,)), eyes, alarms=True)
    return Link(ident, "Lịch của bạn", slug, question, NOON, None)


class TestLinks:
    def test_only_the_digest_of_a_secret_is_kept(self, database: Database) -> None:
        with database.write() as session:
            links.create(session, link("a1"), TOKEN)
        with database.read() as session:
            (row,) = session.execute(select(LinkRow)).scalars()
            assert TOKEN not in repr(row.model_dump())
            assert links.by_token(session, TOKEN) == link("a1")
            assert links.by_token(session, TOKEN[:-1] + "x") is None

    def test_revoked_and_rotated_links_answer_no_more(self, database: Database) -> None:
        with database.write() as session:
            links.create(session, link("a1"), TOKEN)
            links.create(session, link("b2", "lich-ban"), None)
        with database.write() as session:
            links.rotate(session, "a1", "n" * 43)
            assert (links.by_token(session, TOKEN), links.by_token(session, "n" * 43)) == (None, link("a1"))
            links.revoke(session, "a1", NOON)
            links.revoke(session, "b2", NOON)
            assert (links.by_token(session, "n" * 43), links.by_slug(session, "lich-ban")) == (None, None)

    def test_what_cannot_be_done_says_why(self, database: Database) -> None:
        with database.write() as session:
            links.create(session, link("b2", "lich-ban"), None)
            for slug in ("lich-ban", "all", "s"):
                with pytest.raises(LinkError, match="taken"):
                    links.create(session, link("c3", slug), None)
            with pytest.raises(LinkError, match="public"):
                links.rotate(session, "b2", TOKEN)
            links.revoke(session, "b2", NOON)
            with pytest.raises(LinkError, match="already"):
                links.revoke(session, "b2", NOON)
            with pytest.raises(LinkError, match="taken"):
                links.create(session, link("c4", "lich-ban"), None)
            with pytest.raises(LinkError, match="no feed"):
                links.revoke(session, "zz", NOON)

    def test_fetches_are_counted_by_client(self, database: Database) -> None:
        job, tally = Still(database, NOON), Tally()
        with database.write() as session:
            links.create(session, link("a1"), TOKEN)
        for client in ("google", "google", "apple"):
            tally.add("a1", client)
        note_fetches(job, tally)
        tally.add("a1", "google")
        note_fetches(Still(database, NOON + timedelta(hours=1)), tally)
        with database.read() as session:
            (one,) = links.listed(session)
        assert [(f.client, f.count, f.first_at, f.last_at) for f in one.fetches] == [
            ("google", 3, NOON, NOON + timedelta(hours=1)), ("apple", 1, NOON, NOON),
        ]  # fmt: skip


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("Google-Calendar-Importer", "google"),
        ("Microsoft Office/16.0 (Microsoft Outlook 16.0)", "outlook"),
        ("iOS/17.5 (21F90) dataaccessd/1.0", "apple"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Thunderbird/140.0", "thunderbird"),
        ("vdirsyncer/0.21", "vdirsyncer"),
        ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140", "browser"),
        ("", "other"),
        ("\x00" * 100_000, "other"),
    ],
)
def test_clients_are_known_by_what_they_say(said: str, kind: str) -> None:
    assert client_of(said) == kind


@pytest.mark.parametrize(
    ("label", "slug"),
    [("Lịch Mặt trận tỉnh Quảng Trị", "lich-mat-tran-tinh-quang-tri"), ("Đoàn ra", "doan-ra"), ("ລາວ", "")],
)
def test_slugs_are_readable(label: str, slug: str) -> None:
    assert slug_of(label) == slug


class TestBlocks:
    def rows(self, hand: Hand) -> dict[tuple[str, str], tuple[int, bytes]]:
        with hand.database.read() as session:
            found = session.execute(select(BlockRow)).scalars()
            return {(row.voice, row.occurrence): (row.sequence, row.body) for row in found}

    def test_an_event_is_rendered_once_and_again_when_it_changes(self, hand: Hand) -> None:
        job = Still(hand.database, hand.now)
        first = feed_bytes(job, ALL, NO_CHAINS, keep=True)
        kept = self.rows(hand)
        assert feed_bytes(job, ALL, NO_CHAINS, keep=True) == first
        assert self.rows(hand) == kept
        key = f"{SAVANNAKHET}.2027"
        hand.decide(Verb.CONFIRM, key, window=days("2027-09-14", "2027-09-16"))
        second = feed_bytes(job, ALL, NO_CHAINS, keep=True)
        changed = {name for name, row in self.rows(hand).items() if row != kept[name]}
        assert changed == {("vi//", key)}
        assert b"DTSTART;VALUE=DATE:20270914" in second
        assert second != first

    def test_kept_blocks_are_what_rendering_gives(self, hand: Hand) -> None:
        job = Still(hand.database, hand.now)
        fresh = sorted(served(job, ALL, NO_CHAINS, keep=True).blocks, key=lambda block: block.key)
        again = sorted(served(job, ALL, NO_CHAINS, keep=True).blocks, key=lambda block: block.key)
        assert fresh == again
        assert len(fresh) > 90

    def test_a_command_that_prints_a_feed_writes_nothing(self, hand: Hand) -> None:
        job = Still(hand.database, hand.now)
        printed = feed_bytes(job, ALL, NO_CHAINS)
        assert self.rows(hand) == {}
        assert feed_bytes(job, ALL, NO_CHAINS, keep=True) == printed

    def test_another_address_makes_all_blocks_anew(self, hand: Hand) -> None:
        job = Still(hand.database, hand.now)
        feed_bytes(job, ALL, NO_CHAINS, keep=True)
        with hand.database.read() as session:
            assert not blocks.kept(session, Voice("vi"), "another edition").sound
        elsewhere = Still(hand.database, hand.now)
        object.__setattr__(elsewhere, "settings", job.settings.model_copy(update={"base_url": "https://lich.example"}))
        found = served(elsewhere, ALL, NO_CHAINS, keep=True)
        assert len(found.blocks) > 90
        assert {b"https://lich.example/o/" in block.body for block in found.blocks if block.body} == {True}
        assert {b"https://lich.example/o/" in body for _, body in self.rows(hand).values() if body} == {True}

    def test_a_rebuild_gives_the_same_bytes(self, hand: Hand) -> None:
        job = Still(hand.database, hand.now)
        hand.decide(Verb.POSTPONE, f"{SAVANNAKHET}.2027")
        before = feed_bytes(job, ALL, NO_CHAINS, keep=True)
        assert rebuild(hand.database).different == ()
        with hand.database.write() as session:
            for row in session.execute(select(BlockRow)).scalars():
                session.delete(row)
        assert feed_bytes(job, ALL, NO_CHAINS, keep=True) == before

    def test_a_store_that_is_being_written_still_gives_the_feed(self, hand: Hand) -> None:
        if not hand.database.url.startswith("sqlite"):
            return
        job = Still(hand.database, hand.now)
        expected = feed_bytes(job, FeedQuestion(Selection(), Voice("en")), NO_CHAINS, keep=True)
        writer = sqlite3.connect(hand.database.url.removeprefix("sqlite:///"), isolation_level=None)
        writer.execute("BEGIN IMMEDIATE")
        try:
            assert feed_bytes(job, FeedQuestion(Selection(), Voice("en")), NO_CHAINS, keep=True) == expected
        finally:
            writer.execute("ROLLBACK")
            writer.close()


@pytest.mark.parametrize(
    ("verb", "keys", "fields", "status", "start"),
    [
        (Verb.CONFIRM, (2027,), {"window": days("2027-09-14", "2027-09-16")}, "CONFIRMED", date(2027, 9, 14)),
        (Verb.POSTPONE, (2027,), {"window": days("2028-03-01")}, "TENTATIVE", date(2028, 3, 1)),
        (Verb.CANCEL, (2027,), {}, "CANCELLED", date(2027, 12, 31)),
        (Verb.SWAP, (2027, 2029), {}, "TENTATIVE", date(2027, 12, 31)),
        (Verb.HELD, (2025,), {"window": days("2025-05-05")}, "CONFIRMED", date(2025, 5, 5)),
    ],
)
def test_a_decision_keeps_the_uid_and_raises_the_sequence(
    hand: Hand, verb: Verb, keys: tuple[int, ...], fields: dict[str, object], status: str, start: date
) -> None:
    def events() -> dict[str, Event]:
        body = feed_bytes(Still(hand.database, hand.now), ALL, NO_CHAINS, keep=True)
        return {str(event["UID"]): event for event in Calendar.from_ical(body).events}

    before = events()
    hand.decide(verb, *(f"{SAVANNAKHET}.{key}" for key in keys), **fields)
    after = events()
    uid = f"{SAVANNAKHET}.{keys[0]}@luanphien"
    assert set(before) == set(after)
    assert (after[uid]["SEQUENCE"], after[uid].start, str(after[uid]["STATUS"])) == (1, start, status)
    assert after[uid]["LAST-MODIFIED"].dt == after[uid]["DTSTAMP"].dt == hand.now
    untouched = set(before) - {f"{SAVANNAKHET}.{key}@luanphien" for key in keys}
    assert {uid: before[uid].to_ical() for uid in untouched} == {uid: after[uid].to_ical() for uid in untouched}


def test_one_look_sees_one_moment(hand: Hand) -> None:
    if hand.database.url.startswith("sqlite"):
        return  # there a writer waits for those who look
    with hand.database.read() as session:
        before = history.stamp(session)
        hand.decide(Verb.CANCEL, f"{SAVANNAKHET}.2027")
        assert history.stamp(session) == before
    with hand.database.read() as session:
        assert history.stamp(session) != before


def test_what_can_wait_does_not_wait_for_another_writer(hand: Hand) -> None:
    with hand.database.write(), hand.database.write_if_free() as second:
        assert second is None
    with hand.database.write_if_free() as third:
        assert third is not None


class TestLeavingCalendars:
    def test_what_was_cancelled_leaves_after_sixty_days(self, hand: Hand) -> None:
        key = f"{SAVANNAKHET}.2027"
        hand.decide(Verb.CANCEL, key)
        then = hand.now + SHOWN_AFTER_CANCELLING

        def shown(now: datetime) -> bool:
            return f"UID:{key}@luanphien".encode() in feed_bytes(Still(hand.database, now), ALL, NO_CHAINS, keep=True)

        refresh(hand.database, then, then.date())
        assert shown(then)
        later = then + timedelta(days=1)
        refresh(hand.database, later, later.date())
        assert not shown(later)
        assert rebuild(hand.database).different == ()
        assert not shown(later)
        assert hand.look(key).status.value == "cancelled"

    def test_neither_does_it_come_back_beyond_the_kept_years(self, hand: Hand) -> None:
        key = f"{SAVANNAKHET}.2027"
        hand.decide(Verb.CANCEL, key)
        later = hand.now + SHOWN_AFTER_CANCELLING + timedelta(days=1)
        refresh(hand.database, later, later.date())
        far = FeedQuestion(Selection(last=date(2035, 1, 1)), Voice("vi"))
        body = feed_bytes(Still(hand.database, later), far, NO_CHAINS)
        assert (f"UID:{key}@".encode() in body, f"UID:{SAVANNAKHET}.2033@".encode() in body) == (False, True)

    def test_a_later_decision_brings_it_back(self, hand: Hand) -> None:
        key = f"{SAVANNAKHET}.2027"
        ruling = hand.decide(Verb.CANCEL, key)
        later = hand.now + SHOWN_AFTER_CANCELLING + timedelta(days=1)
        refresh(hand.database, later, later.date())
        hand.now = later
        hand.decide(Verb.UNDO, target=ruling.number)
        assert f"UID:{key}@luanphien".encode() in feed_bytes(Still(hand.database, later), ALL, NO_CHAINS, keep=True)
        assert rebuild(hand.database).different == ()

    def test_a_day_without_anything_to_let_go_is_not_recorded(self, hand: Hand) -> None:
        before = hand.rows()
        tomorrow = hand.now + timedelta(days=1)
        refresh(hand.database, tomorrow, tomorrow.date())
        with hand.database.read() as session:
            revision = history.revision(session)
        refresh(hand.database, tomorrow, tomorrow.date())
        with hand.database.read() as session:
            assert history.revision(session) == revision
        assert hand.rows() == before
