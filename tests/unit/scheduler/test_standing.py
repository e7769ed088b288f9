"""How agreements stand, with the plans that name them and the meetings that rest on them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from scheduler.agreement import Health, State
from scheduler.occurrence import Status
from scheduler.plan import Agreement, Plan, Text
from scheduler.standing import Standing, standings
from scheduler.window import Precision, Window
from tests.unit.calendars.samples import EXCHANGE, FRONT_PAPER, PROJECTED, record

TODAY = date(2021, 9, 1)
TERM = Window.of(date(2020, 1, 1), date(2022, 12, 31), Precision.PERIOD)
ONE = Agreement("b-one", Text("Một"), ("quang-tri", "savannakhet"), term=TERM)
OTHER = Agreement("a-other", Text("Hai"), ("quang-tri", "salavan"))


def plan(ident: str, *agreements: Agreement) -> Plan:
    """A plan that names these agreements."""
    return Plan(
        id=ident, document=FRONT_PAPER, owner="mttq-quang-tri", home="quang-tri", period=None, agreements=agreements
    )


def test_each_agreement_stands_once_by_id() -> None:
    second, first = plan("second", ONE), plan("first", ONE, OTHER)
    resting = record(replace(EXCHANGE, agreement="b-one"))
    over = record(replace(EXCHANGE, agreement="b-one", cycle="2020", status=Status.HELD))
    free = record(PROJECTED)
    assert standings((second, first), [resting, over, free], TODAY) == (
        Standing(OTHER, Health(State.UNKNOWN), (first,), ()),
        Standing(ONE, Health(State.IN_FORCE, date(2022, 12, 31)), (first, second), (resting,)),
    )


def test_plans_without_agreements_have_none() -> None:
    assert standings((plan("bare"),), [record(EXCHANGE)], TODAY) == ()
