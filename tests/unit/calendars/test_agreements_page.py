"""Agreements as people read them: how each stands, and what rests on it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from types import MappingProxyType

import pytest

from calendars.agreementwords import agreement_details, state_words
from calendars.pages.agreements import Resting, Sheet, agreements_page, sheet_of
from scheduler.agreement import State
from scheduler.plan import LANGUAGES, Agreement, Extension, Plan, Text
from scheduler.standing import Standing, standings
from scheduler.window import Precision, Window
from tests.unit.calendars.reading import Reader, frame
from tests.unit.calendars.samples import DIRECTORY, EXCHANGE, FRONT_PAPER, PROJECTED, record

TODAY = date(2021, 9, 1)
NO_TITLES: Mapping[str, Text] = MappingProxyType({})
PACT = Agreement(
    id="thoa-thuan",
    title=Text("Thỏa thuận hợp tác", "Cooperation agreement"),
    parties=("quang-tri", "savannakhet"),
    signed=date(2017, 1, 5),
    term=Window.of(date(2017, 1, 1), date(2018, 12, 31), Precision.PERIOD),
    extension=Extension.TACIT,
    every=2,
    notice_days=90,
    successor="moi",
)
NEW = Agreement("moi", Text("Thỏa thuận <mới>"), ("quang-tri", "savannakhet"))
PLAN = Plan(
    id="mau", document=FRONT_PAPER, owner="mttq-quang-tri", home="quang-tri", period=None, agreements=(NEW, PACT)
)
RESTING = replace(EXCHANGE, agreement="thoa-thuan"), replace(PROJECTED, agreement="thoa-thuan", host=None)


def found() -> tuple[Standing, ...]:
    """Both agreements, by id: the new one, then the one renewed."""
    return standings((PLAN,), [record(one) for one in RESTING], TODAY)


def test_a_sheet_says_everything() -> None:
    new, old = found()
    titles = {"moi": NEW.title}
    assert sheet_of(old, titles, DIRECTORY, "en") == Sheet(
        id="thoa-thuan",
        title="Cooperation agreement",
        title_lang="en",
        state="tacitly-renewed",
        standing="In force, renewed tacitly",
        details=(
            ("Parties", "Quảng Trị, Savannakhet"),
            ("Signed", "5 January 2017"),
            ("Term", "2017–2018"),
            ("Renewal", "of itself, every 2 years"),
            ("Runs until", "31 December 2022"),
            ("Notice by", "2 October 2022"),
        ),
        successor=("moi", "Thỏa thuận <mới>"),
        plans=("People-to-people diplomacy plan 2020–2022 (No. 06/KH-MTTQ-BTT, dated 3 October 2019)",),
        resting=(
            Resting(EXCHANGE.key, "in 2021", "Front work talks – Savannakhet", "en", "Host: Quảng Trị · dates not set"),
            Resting(PROJECTED.key, "in 2023", "Front work talks – Savannakhet", "en", "Host: not set · projected"),
        ),
        wanting=None,
    )
    assert sheet_of(new, titles, DIRECTORY, "en").resting == ()


@pytest.mark.parametrize(
    ("agreement", "wanting"),
    [
        (replace(PACT, extension=Extension.NONE, successor=None), True),
        (replace(PACT, extension=Extension.NONE), False),
        (replace(PACT, successor=None), False),
    ],
)
def test_meetings_that_rest_on_what_has_ended_need_a_new_agreement(agreement: Agreement, wanting: bool) -> None:
    (standing,) = standings((replace(PLAN, agreements=(agreement,)),), [record(one) for one in RESTING], TODAY)
    said = "Meetings ahead still rest on it: a new agreement is needed."
    assert sheet_of(standing, NO_TITLES, DIRECTORY, "en").wanting == (said if wanting else None)


def test_a_successor_no_plan_describes_is_named_by_its_id() -> None:
    assert sheet_of(found()[1], NO_TITLES, DIRECTORY, "en").successor == ("moi", None)


@pytest.mark.parametrize(
    ("agreement", "renewal"),
    [
        (PACT, "of itself, every 2 years"),
        (replace(PACT, every=1), "of itself, every year"),
        (replace(PACT, extension=Extension.EXPRESS), "in writing"),
        (replace(PACT, extension=Extension.NONE), None),
    ],
)
def test_how_it_goes_on(agreement: Agreement, renewal: str | None) -> None:
    (standing,) = standings((replace(PLAN, agreements=(agreement,)),), (), TODAY)
    assert dict(agreement_details(standing, DIRECTORY, "en")).get("Renewal") == renewal


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_state_has_its_words(lang: str) -> None:
    assert len({state_words(state, lang) for state in State}) == len(State)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page(lang: str) -> None:
    page = agreements_page(found(), DIRECTORY, frame(lang, "/agreements"), TODAY)
    reader = Reader(page)
    assert reader.open == []
    assert state_words(State.TACITLY_RENEWED, lang) in reader.words
    assert [f"/{lang}/o/{one.key}" in reader.links for one in RESTING] == [True, True]
    assert "#moi" in reader.links
    assert 'id="moi"' in page
    assert "<mới>" not in page


def test_plans_without_agreements_say_what_to_do() -> None:
    words = Reader(agreements_page((), DIRECTORY, frame("en", "/agreements"), TODAY)).words
    assert "Add “agreements:” to a plan file and run “luanphien sync”." in words
