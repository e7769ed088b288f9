"""A duty that waits for another's days: one row until an officer sets them, the counted rows from then on."""

from __future__ import annotations

from datetime import date

import pytest

from config.database import Database
from config.office import office
from scheduler.amendment import Verb
from scheduler.errors import DecisionError
from scheduler.explain import Code
from scheduler.occurrence import Occurrence, Selection, flags_of
from scheduler.plan import Gap
from scheduler.window import Window
from tests.integration.desk import Hand
from tests.integration.town import FRONT_HEAD, TODAY, take

FESTIVAL = """  - id: le
    clauses: [II.4]
    kind: event
    title: {vi: Giao lưu ngày lễ}
    rule: {type: unset}
    lead: [mttq]
    partners: [savannakhet]
    to_set: [dates]
"""
YOUTH = """  - id: thanh-nien
    clauses: [II.5]
    kind: exchange
    title: {vi: Giao lưu thanh niên}
    rule: {type: rotation, every: 2}
    lead: [mttq]
    partners: [savannakhet]
    to_set: [first_year, order]
"""
PAPERS = """  - id: giay-to
    clauses: [III.1]
    kind: deadline
    title: {vi: Chuẩn bị giấy tờ}
    rule: {type: relative, to: [le, thanh-nien], before: end, days: 30}
    lead: [so-ngoai-vu]
"""

Told = dict[str, tuple[str, str, tuple[Gap, ...]]]
OPEN = ("tentative", "2022-12-31")


def papers(hand: Hand) -> Told:
    """Status, last day and what is to set of the papers, by cycle."""
    return {o.cycle: (o.status.value, str(o.window.last), o.to_set) for o in rows(hand) if o.obligation == "giay-to"}


def rows(hand: Hand) -> list[Occurrence]:
    """Everything that is stored."""
    with office(hand.database, hand.now.date()) as desk:
        return [record.occurrence for record in desk.listed(Selection())]


def test_the_row_waits_for_each_gap_and_goes_with_the_last(database: Database) -> None:
    take(database, FRONT_HEAD + FESTIVAL + YOUTH + PAPERS)
    hand = Hand(database)
    assert papers(hand) == {"unset": (*OPEN, (Gap.DATES, Gap.FIRST_YEAR))}
    hand.decide(Verb.SET, obligation="le", gap=Gap.DATES, value="2022-04-15")
    assert papers(hand) == {
        "le.once": ("confirmed", "2022-03-16", ()),
        "unset": (*OPEN, (Gap.FIRST_YEAR,)),
    }
    ruling = hand.decide(Verb.SET, obligation="thanh-nien", gap=Gap.FIRST_YEAR, value="2020")
    counted: Told = {
        "le.once": ("confirmed", "2022-03-16", ()),
        "thanh-nien.2020": ("confirmed", "2020-12-01", ()),
        "thanh-nien.2022": ("confirmed", "2022-12-01", ()),
    }
    assert papers(hand) == {**counted, "unset": ("cancelled", "2022-12-31", (Gap.FIRST_YEAR,))}
    hand.decide(Verb.UNDO, target=ruling.number)
    assert papers(hand) == {
        "le.once": ("confirmed", "2022-03-16", ()),
        "thanh-nien.2020": ("cancelled", "2020-12-01", ()),
        "thanh-nien.2022": ("cancelled", "2022-12-01", ()),
        "unset": (*OPEN, (Gap.FIRST_YEAR,)),
    }


def test_days_decided_on_the_open_row_itself_are_counted_from(database: Database) -> None:
    take(database, FRONT_HEAD + FESTIVAL + PAPERS.replace(", thanh-nien", ""))
    hand = Hand(database)
    hand.decide(Verb.CONFIRM, "le.unset", window=Window.day(date(2022, 4, 15)))
    assert papers(hand) == {
        "le.unset": ("confirmed", "2022-03-16", ()),
        "unset": ("cancelled", "2022-12-31", (Gap.DATES,)),
    }


def test_a_row_that_waits_is_not_late(database: Database) -> None:
    take(database, FRONT_HEAD + FESTIVAL + PAPERS.replace(", thanh-nien", ""))
    hand = Hand(database)
    [row] = [o for o in rows(hand) if o.obligation == "giay-to"]
    assert row.window.last is not None
    assert row.window.last > TODAY
    assert flags_of(row, date(2030, 1, 1), day_off=False) == ()


def test_it_says_what_it_waits_for(database: Database) -> None:
    take(database, FRONT_HEAD + FESTIVAL + YOUTH + PAPERS)
    hand = Hand(database)
    with office(database, hand.now.date()) as desk:
        facts = {fact.code: fact.fields for fact in desk.explained("giay-to.unset").facts}
    assert facts[Code.WAITS] == {"duties": ("le", "thanh-nien")}
    with pytest.raises(DecisionError, match="counted from le, thanh-nien"):
        hand.decide(Verb.SET, obligation="giay-to", gap=Gap.DATES, value="tháng 8/2021")
