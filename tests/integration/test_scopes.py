"""What a feed rests on: the laws of its tag under whatever decisions, and a whole calendar read out of the store."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel import select

from calendars import blocks, feed, sheets
from calendars.eyes import Voice
from calendars.feed import MOST_BYTES, block_of, no_steps
from calendars.feedquery import FeedQuestion
from calendars.scopes import scopes_for, scopes_of
from calendars.tables import ScopeRow, SheetRow
from config.database import Database
from config.feeds import feed_bytes, ground_of, served, subscription_of
from config.files import directory_files, holiday_file, plan_files
from config.replay import rebuild
from config.settle import SHOWN_AFTER_CANCELLING, Given, refresh, sync
from config.wholefeed import prepare, whole, write_whole
from scheduler import store
from scheduler.amendment import Verb
from scheduler.errors import DecisionError
from scheduler.occurrence import Selection
from scheduler.plan import Kind
from scheduler.preparation import NO_CHAINS
from tests.integration.desk import Hand, Still, days

SAVANNAKHET, SALAVAN = "qt-front-exchange.savannakhet", "qt-front-exchange.salavan"
ALL = FeedQuestion(Selection(), Voice("vi"))
QUESTIONS = (
    ALL,
    FeedQuestion(Selection(partners=("savannakhet",)), Voice("en")),
    FeedQuestion(Selection(partners=("takeo", "kandal")), Voice("vi")),
    FeedQuestion(Selection(leads=("mttq-quang-tri",)), Voice("vi", "mttq-quang-tri")),
    FeedQuestion(Selection(involving=("so-ngoai-vu-quang-tri",)), Voice("lo")),
    FeedQuestion(Selection(plans=("quang-tri-front-2020",), partners=("salavan",)), Voice("km")),
    FeedQuestion(Selection(plans=("an-giang-front-2020",)), Voice("vi")),
    FeedQuestion(Selection(partners=("mukdahan",), last=date(1990, 1, 1)), Voice("vi")),
    FeedQuestion(Selection(kinds=(Kind.TALKS,)), Voice("vi"), alarms=True),
)

LAWFUL = (QUESTIONS[0], QUESTIONS[1], QUESTIONS[2], QUESTIONS[4], QUESTIONS[5])


@pytest.fixture
def hand(database: Database) -> Hand:
    return Hand.with_plans(database)


@contextmanager
def office_of_its_own(folder: Path) -> Iterator[Hand]:
    """A store for one example of Hypothesis."""
    database = Database(f"sqlite:///{folder}/store.db")
    try:
        yield Hand.with_plans(database)
    finally:
        database.close()


def stands(hand: Hand, question: FeedQuestion) -> tuple[str, bytes]:
    """The stamp of a feed, and its bytes."""
    source = served(Still(hand.database, hand.now), question, NO_CHAINS, keep=True)
    subscription = subscription_of(Still(hand.database, hand.now), question, source.basis.changed)
    return source.basis.stamp, feed.assembled(source.blocks, source.directory, subscription)


def keys(hand: Hand, question: FeedQuestion) -> dict[str, tuple[str, int]]:
    """Content and sequence of everything in the scopes that a question rests on."""
    with ground_of(Still(hand.database, hand.now), question, NO_CHAINS) as ground:
        names = set(scopes_for(ground.selection))
        return {
            record.occurrence.key: (repr(record.occurrence), record.sequence)
            for record in store.chosen(ground.session, Selection())
            if not names.isdisjoint(scopes_of(record.occurrence))
        }


DECISIONS: tuple[tuple[Verb, tuple[str, ...], dict[str, Any]], ...] = (
    (Verb.CONFIRM, (f"{SAVANNAKHET}.2027",), {"window": days("2027-09-14", "2027-09-16")}),
    (Verb.CONFIRM, (f"{SALAVAN}.2027",), {"window": days("2027-05-04")}),
    (Verb.POSTPONE, (f"{SAVANNAKHET}.2027",), {"window": days("2028-03-01")}),
    (Verb.POSTPONE, (f"{SALAVAN}.2029",), {}),
    (Verb.CANCEL, (f"{SAVANNAKHET}.2027",), {}),
    (Verb.SWAP, (f"{SALAVAN}.2027", f"{SALAVAN}.2029"), {}),
    (Verb.HELD, (f"{SAVANNAKHET}.2025",), {"window": days("2025-05-05")}),
    (Verb.CONFIRM, (f"{SAVANNAKHET}.2029", f"{SALAVAN}.2029"), {"window": days("2029-07-01")}),
    (Verb.UNDO, (), {}),
)


@settings(max_examples=5)
@given(st.lists(st.sampled_from(DECISIONS), min_size=1, max_size=3))
def test_a_feed_has_another_tag_when_its_bytes_changed_and_only_when_its_scopes_did(
    tmp_path_factory: pytest.TempPathFactory, taken: list[tuple[Verb, tuple[str, ...], dict[str, Any]]]
) -> None:
    with office_of_its_own(tmp_path_factory.mktemp("luat")) as hand:
        before = {question: (*stands(hand, question), keys(hand, question)) for question in LAWFUL}
        target = 0
        for verb, names, fields in taken:
            try:
                ruling = hand.decide(verb, *names, **(fields if verb is not Verb.UNDO else {"target": target}))
            except DecisionError:
                continue
            target = ruling.number or 0
            for question in LAWFUL:
                stamp, body = stands(hand, question)
                rest = keys(hand, question)
                old_stamp, old_body, old_rest = before[question]
                assert (stamp != old_stamp) == (rest != old_rest), question
                assert body == old_body or stamp != old_stamp, question
                assert body == anew(hand, question)
                before[question] = stamp, body, rest


def anew(hand: Hand, question: FeedQuestion) -> bytes:
    """The bytes of a feed, every event rendered from its row."""
    job = Still(hand.database, hand.now)
    with ground_of(job, question, NO_CHAINS) as ground:
        records = ground.desk.in_calendars(ground.selection)
        made = [block_of(each, ground.directory, ground.voice, ground.base_url, no_steps) for each in records]
        return feed.assembled(made, ground.directory, subscription_of(job, question, ground.basis.changed))


def test_what_leaves_calendars_raises_its_scopes(hand: Hand) -> None:
    hand.decide(Verb.CANCEL, f"{SAVANNAKHET}.2027")
    savannakhet, takeo = QUESTIONS[1], QUESTIONS[2]
    before = {question: stands(hand, question)[0] for question in (savannakhet, takeo)}
    later = hand.now + SHOWN_AFTER_CANCELLING + timedelta(days=1)
    refresh(hand.database, later, later.date())
    after = {question: stands(hand, question)[0] for question in (savannakhet, takeo)}
    assert (after[savannakhet] != before[savannakhet], after[takeo]) == (True, before[takeo])


def test_a_change_of_the_directory_makes_every_feed_new(hand: Hand) -> None:
    before = [stands(hand, question)[0] for question in QUESTIONS]
    files = directory_files(None).files
    text = files[0].text.replace("mttq@", "mat-tran@", 1)
    renamed = (type(files[0])(files[0].name, text), *files[1:])
    assert text != files[0].text
    now = hand.now + timedelta(minutes=1)
    settled = sync(hand.database, Given(plan_files(()).files, renamed, holiday_file()), now, now.date())
    assert settled.problems == ()
    after = [stands(hand, question)[0] for question in QUESTIONS]
    assert [old != new for old, new in zip(before, after, strict=True)] == [True] * len(QUESTIONS)


def test_an_older_store_put_back_has_other_tags_after_another_change(tmp_path: Path) -> None:
    stamps = []
    for window in ("2027-09-14", "2027-10-14"):
        (tmp_path / window).mkdir()
        with office_of_its_own(tmp_path / window) as hand:
            hand.decide(Verb.CONFIRM, f"{SAVANNAKHET}.2027", window=days(window))
            stamps.append(stands(hand, QUESTIONS[1])[0])
    assert stamps[0] != stamps[1]


def test_a_rebuild_leaves_every_tag(hand: Hand) -> None:
    hand.decide(Verb.POSTPONE, f"{SAVANNAKHET}.2027")
    before = [stands(hand, question) for question in QUESTIONS]
    assert rebuild(hand.database).different == ()
    assert [stands(hand, question) for question in QUESTIONS] == before


def test_a_decision_that_is_only_shown_raises_nothing(hand: Hand) -> None:
    with hand.database.read() as session:
        before = session.execute(select(ScopeRow.name, ScopeRow.revision)).all()
    hand.decide(Verb.POSTPONE, f"{SAVANNAKHET}.2027", apply=False)
    with hand.database.read() as session:
        assert session.execute(select(ScopeRow.name, ScopeRow.revision)).all() == before


@pytest.mark.parametrize(
    ("selection", "scopes"),
    [
        (Selection(), ("all",)),
        (Selection(kinds=(Kind.TALKS,), first=date(2027, 1, 1)), ("all",)),
        (Selection(partners=("a", "b")), ("partner/a", "partner/b")),
        (Selection(partners=("a", "b"), involving=("c",)), ("body/c",)),
        (Selection(leads=("a",), plans=("p",)), ("plan/p",)),
    ],
)
def test_a_feed_rests_on_the_fewest_scopes(selection: Selection, scopes: tuple[str, ...]) -> None:
    assert scopes_for(selection) == scopes


class TestTheNewest:
    @pytest.mark.parametrize("most", [0, 3_000, 20_000, 60_000, 10_000_000])
    def test_what_is_chosen_holds_the_newest_that_fit(
        self, hand: Hand, most: int, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(blocks, "AT_ONCE", 7)
        with ground_of(Still(hand.database, hand.now), ALL, NO_CHAINS) as ground:
            every = blocks.newest(ground.session, ground.selection, ground.shelf, ground.renderer(), MOST_BYTES)
            some = blocks.newest(ground.session, ground.selection, ground.shelf, ground.renderer(), most)
        ordered = sorted((block for block in every.blocks if block.body), key=lambda block: (block.day, block.key))
        size, fitting = 0, []
        for block in reversed(ordered):
            size += len(block.body)
            fitting.append(block)
            if size > most:
                break
        assert set(fitting) <= set(some.blocks)
        assert most < 60_000 or len(some.blocks) == len(every.blocks) or size > most
        assert most > 3_000 or len(some.blocks) < len(every.blocks)


class TestAWholeCalendar:
    @pytest.mark.parametrize("question", [ALL, QUESTIONS[1], QUESTIONS[7], QUESTIONS[8]])
    def test_it_is_the_feed(self, hand: Hand, question: FeedQuestion) -> None:
        job = Still(hand.database, hand.now)
        expected = feed_bytes(job, question, NO_CHAINS)
        for prepared in (False, True, True):
            if prepared:
                prepare(job, question, NO_CHAINS)
            out = io.BytesIO()
            write_whole(job, question, NO_CHAINS, out)
            assert out.getvalue() == expected

    def test_a_change_throws_the_touched_months_away_and_no_other(self, hand: Hand) -> None:
        job = Still(hand.database, hand.now)
        told: list[tuple[int, int]] = []
        prepare(job, ALL, NO_CHAINS, lambda done, whole_of: told.append((done, whole_of)))
        assert told == [(number, len(told)) for number in range(1, len(told) + 1)]
        before = self._kept(hand)
        hand.decide(Verb.CONFIRM, f"{SAVANNAKHET}.2027", window=days("2027-09-14", "2027-09-16"))
        assert before - self._kept(hand) == {date(2027, 9, 1), date(2027, 12, 1)}
        assert b"".join(whole(job, ALL, NO_CHAINS)) == feed_bytes(job, ALL, NO_CHAINS)
        told.clear()
        prepare(job, ALL, NO_CHAINS, lambda done, whole_of: told.append((done, whole_of)))
        assert told == [(1, 2), (2, 2)]
        assert b"".join(whole(job, ALL, NO_CHAINS)) == feed_bytes(job, ALL, NO_CHAINS)

    def test_another_address_makes_it_anew(self, hand: Hand) -> None:
        job, other = Still(hand.database, hand.now), Still(hand.database, hand.now)
        object.__setattr__(other, "settings", job.settings.model_copy(update={"base_url": "https://lich.example"}))
        prepare(job, ALL, NO_CHAINS)
        assert b"".join(whole(other, ALL, NO_CHAINS)) == feed_bytes(other, ALL, NO_CHAINS)
        prepare(other, ALL, NO_CHAINS)
        assert b"".join(whole(other, ALL, NO_CHAINS)) == feed_bytes(other, ALL, NO_CHAINS)

    def _kept(self, hand: Hand) -> frozenset[date]:
        with hand.database.read() as session:
            return sheets.kept(session, "vi//")

    def test_pieces_are_read_in_order(self, hand: Hand, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sheets, "PIECE", 500)
        job = Still(hand.database, hand.now)
        prepare(job, ALL, NO_CHAINS)
        with hand.database.read() as session:
            assert max(session.execute(select(SheetRow.number)).scalars()) > 1
        assert b"".join(whole(job, ALL, NO_CHAINS)) == feed_bytes(job, ALL, NO_CHAINS)
