"""Reports whose cycle a person sets, and reports beyond the stored years, from the plan to the explanation."""

from __future__ import annotations

from datetime import date

import pytest

from config.database import Database
from config.office import office
from scheduler.amendment import Verb
from scheduler.errors import DecisionError, UnknownKeyError
from scheduler.explain import Code
from scheduler.occurrence import Occurrence, Selection
from scheduler.plan import Gap, Kind
from tests.integration.desk import Hand
from tests.integration.town import FRONT_HEAD, TODAY, take

QUARTERLY = """  - id: bao-cao
    clauses: [III.1]
    kind: report
    title: {vi: Báo cáo quý}
    rule: {type: periodic, unit: quarter}
    lead: [mttq]
    runs_on: yes
"""


def reports(hand: Hand, obligation: str) -> list[Occurrence]:
    """The stored reports of an obligation, by first day."""
    with office(hand.database, hand.now.date()) as desk:
        records = desk.listed(Selection(kinds=(Kind.REPORT,)))
    return [record.occurrence for record in records if record.occurrence.obligation == obligation]


def test_a_cycle_that_is_set_gives_every_report_of_the_period(database: Database) -> None:
    hand = Hand.with_plans(database)
    hand.decide(Verb.SET, obligation="qt-laos-report", gap=Gap.CYCLE, value="half")
    assert [(o.cycle, o.status.value, str(o.window.last), o.to_set) for o in reports(hand, "qt-laos-report")] == [
        ("unset", "cancelled", "2022-12-31", (Gap.CYCLE,)),
        ("2020-h1", "confirmed", "2020-06-25", ()),
        ("2020-h2", "confirmed", "2020-12-25", ()),
        ("2021-h1", "confirmed", "2021-06-25", ()),
        ("2021-h2", "confirmed", "2021-12-25", ()),
        ("2022-h1", "confirmed", "2022-06-25", ()),
        ("2022-h2", "confirmed", "2022-12-25", ()),
    ]
    with office(database, hand.now.date()) as desk:
        facts = {fact.code: fact.fields for fact in desk.explained("qt-laos-report.2021-h1").facts}
    assert facts[Code.PERIODIC] == {
        "first": date(2021, 1, 1), "last": date(2021, 6, 30), "precision": "half",
        "opens": date(2020, 12, 15), "closes": date(2021, 6, 14), "due_day": 25, "day": date(2021, 6, 25),
    }  # fmt: skip


def test_undoing_it_leaves_the_cycle_open_again(database: Database) -> None:
    hand = Hand.with_plans(database)
    before = {o.key: o for o in reports(hand, "qt-laos-report")}
    ruling = hand.decide(Verb.SET, obligation="qt-laos-report", gap=Gap.CYCLE, value="quarter")
    hand.decide(Verb.UNDO, target=ruling.number)
    after = {o.key: o for o in reports(hand, "qt-laos-report") if o.status.value != "cancelled"}
    assert after == before


def test_a_plan_without_a_period_needs_the_first_year(database: Database) -> None:
    hand = Hand.with_plans(database)
    with pytest.raises(DecisionError, match="give the first year too: year,YEAR"):
        hand.decide(Verb.SET, obligation="ht-village-twinning-report", gap=Gap.CYCLE, value="year")
    hand.decide(Verb.SET, obligation="ht-village-twinning-report", gap=Gap.CYCLE, value="year,2030")
    found = [o for o in reports(hand, "ht-village-twinning-report") if o.cycle != "unset"]
    assert [(o.cycle, str(o.window.start)) for o in found] == [("2030", "2030-12-25"), ("2031", "2031-12-25")]


def test_a_report_beyond_the_stored_years_is_explained(database: Database) -> None:
    take(database, FRONT_HEAD + QUARTERLY)
    with office(database, TODAY) as desk:
        far = desk.explained("bao-cao.2050-q3")
        assert far.record.occurrence.window.last == date(2050, 9, 25)
        assert Code.PERIODIC in {fact.code for fact in far.facts}
        for key in ("bao-cao.2050-q5", "bao-cao.2050", "bao-cao.2090-q1"):
            with pytest.raises(UnknownKeyError):
                desk.explained(key)
