"""The front page, one occurrence and the agreements over a real store with the packaged plans."""

from __future__ import annotations

from datetime import date

from calendars.desk import Desk
from calendars.search import search
from config.chainfile import load_chains
from config.database import Database
from config.web import desk_of
from scheduler.agreement import State
from scheduler.amendment import Verb
from scheduler.occurrence import Selection, Status
from scheduler.plan import Kind
from tests.integration.desk import Hand, Still

TODAY = date(2026, 11, 22)
LINE = "qt-front-exchange.savannakhet"


def opened(hand: Hand) -> Desk:
    """The desk of the web side on the day of the hand."""
    job = Still(hand.database, hand.now)
    return desk_of(job, load_chains(None))


def test_people_find_what_they_look_for(database: Database) -> None:
    desk = opened(Hand.with_plans(database))
    records = desk.select(Selection(kinds=tuple(Kind)), 10_000, 0)
    found = {
        words: search(words, records, desk.directory(), TODAY)
        for words in ("doan thanh nien", "lao bao", "hoi dam bien gioi", "Mặt trận Khăm Muồn", "ກວາງຈິ ສາລະວັນ")
    }
    shown = {words: [one.occurrence.key for one in (*one.ahead, *one.past)][:2] for words, one in found.items()}
    assert shown == {
        "doan thanh nien": ["qt-youth-exchange.unset"],
        "lao bao": ["ht-village-twinning-broadcast.once", "ht-village-twinning-content.once"],
        "hoi dam bien gioi": ["qt-border-talks-salavan.2026", "qt-border-talks-savannakhet.2026"],
        "Mặt trận Khăm Muồn": ["ha-tinh-khammouane-front-exchange.2026", "khammouane-new-rural-request.once"],
        "ກວາງຈິ ສາລະວັນ": ["qt-border-talks-salavan.2026", "qt-front-exchange.salavan.2027"],
    }


def test_a_turn_knows_those_beside_it(database: Database) -> None:
    hand = Hand.with_plans(database)
    hand.decide(Verb.SKIP, f"{LINE}.2025", waits=True)
    desk = opened(hand)
    beside = {}
    for year in (2019, 2027, 2031):
        found = desk.find(f"{LINE}.{year}", TODAY)
        assert found is not None
        beside[year] = [(turn.key, turn.host, turn.status) if turn else None for turn in (found.before, found.after)]
    assert beside == {
        2019: [None, (f"{LINE}.2021", "quang-tri", Status.TENTATIVE)],
        2027: [
            (f"{LINE}.2025", "quang-tri", Status.SKIPPED),
            (f"{LINE}.2029", "savannakhet", Status.PROJECTED),
        ],
        2031: [(f"{LINE}.2029", "savannakhet", Status.PROJECTED), None],
    }
    assert desk.find("../etc/passwd", TODAY) is None


def test_agreements_are_told_with_what_rests_on_them(database: Database) -> None:
    found = opened(Hand.with_plans(database)).standings(TODAY, 100, 0)
    assert [(one.agreement.id, one.health.state, [plan.id for plan in one.plans], len(one.ahead)) for one in found] == [
        ("ban-ghi-nho-mat-tran-an-giang-kandal-takeo", State.UNKNOWN, ["an-giang-front-2020"], 0),
        (
            "bien-ban-ghi-nho-mat-tran-ha-tinh-khammouane-2022",
            State.LAPSED,
            ["ha-tinh-khammouane-front-2022"],
            3,
        ),
        (
            "thoa-thuan-quang-tri-salavan-2020",
            State.LAPSED,
            ["quang-tri-front-2020", "quang-tri-laos-2020"],
            9,
        ),
        (
            "thoa-thuan-quang-tri-savannakhet-2020",
            State.LAPSED,
            ["quang-tri-front-2020", "quang-tri-laos-2020"],
            9,
        ),
    ]
