"""The page of one occurrence: what it says first, what was decided, and what stands beside it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from calendars.desk import Dossier, Upcoming
from calendars.pages.occurrence import occurrence_page
from scheduler.amendment import Decision, Verb, days_of
from scheduler.explain import Code, Fact
from scheduler.occurrence import Occurrence, Status
from tests.unit.calendars.reading import Reader, frame
from tests.unit.calendars.samples import DIPLOMATIC, DIRECTORY, EXCHANGE, ONGOING, PROJECTED, record

TODAY = date(2021, 9, 1)


def decided(number: int, decision: Decision, why: str = "Công văn 12") -> Fact:
    """A decision as `explain` tells it."""
    fields = {"number": number, "at": datetime(2021, 8, 30, 18, 5, tzinfo=UTC), "who": "Lan Hương", "why": why}
    return Fact(Code.DECIDED, fields | {"decision": decision})


def sheet(occurrence: Occurrence, *facts: Fact, **beside: Occurrence) -> str:
    """The page of an occurrence, in English."""
    dossier = Dossier(Upcoming(record(occurrence), (), 0), facts, **beside)
    return occurrence_page(dossier, DIRECTORY, frame("en", f"/o/{occurrence.key}"), TODAY)


CANCEL = Decision(verb=Verb.CANCEL, keys=(EXCHANGE.key,))
PROPOSED_DAYS = days_of(date(2021, 11, 2), date(2021, 11, 4))


@pytest.mark.parametrize(
    ("occurrence", "facts", "notice"),
    [
        (EXCHANGE, (), None),
        (replace(EXCHANGE, status=Status.CANCELLED), (decided(3, CANCEL),), "Cancelled: it does not take place."),
        (replace(EXCHANGE, status=Status.CANCELLED), (), "Cancelled: no plan asks for it any more."),
        (replace(EXCHANGE, status=Status.SKIPPED), (), "Skipped: it does not take place in this cycle."),
        (replace(EXCHANGE, status=Status.POSTPONED), (), "Postponed: the new days are not known yet."),
        (replace(EXCHANGE, status=Status.POSTPONED, window=PROPOSED_DAYS), (), "Postponed to 2–4 November 2021."),
    ],
)
def test_what_does_not_take_place_says_so_first(
    occurrence: Occurrence, facts: tuple[Fact, ...], notice: str | None
) -> None:
    words = Reader(sheet(occurrence, *facts)).words
    first = words.index("All that is ahead") + 1
    assert words[first] == (notice or "delegation exchange")


def test_what_was_decided_is_a_list_with_times() -> None:
    skip = Decision(verb=Verb.SKIP, keys=("qt-front-exchange.savannakhet.2019",), waits=True)
    confirm = Decision(verb=Verb.CONFIRM, keys=(EXCHANGE.key,), window=PROPOSED_DAYS)
    page = sheet(EXCHANGE, decided(3, skip), decided(4, confirm), Fact(Code.HOST_OPEN, {}))
    reader = Reader(page)
    first = reader.words.index("What was decided")
    assert reader.words[first + 1 : first + 11] == [
        "skipped, the turn waits", "Reason: Công văn 12", "31 August 2021 01:05", "· Lan Hương · decision 3 ·",
        "qt-front-exchange.savannakhet.2019",
        "days fixed: 2–4 November 2021", "Reason: Công văn 12", "31 August 2021 01:05", "· Lan Hương · decision 4",
        "Why this day and this host",
    ]  # fmt: skip
    assert '<time datetime="2021-08-30T18:05:00+00:00">' in page
    assert "/en/o/qt-front-exchange.savannakhet.2019" in reader.links
    assert not any(words.startswith("Decision 3") for words in reader.words)


def test_the_turns_beside_it_are_linked() -> None:
    reader = Reader(sheet(EXCHANGE, before=replace(EXCHANGE, cycle="2019", host=None), after=PROJECTED))
    first = reader.words.index("Previous turn")
    assert reader.words[first : first + 6] == [
        "Previous turn", "2019", "Host: not set · dates not set", "Next turn", "2023", "Host: Savannakhet · projected",
    ]  # fmt: skip
    assert [f"/en/o/qt-front-exchange.savannakhet.{year}" in reader.links for year in (2019, 2023)] == [True, True]
    assert "Previous turn" not in Reader(sheet(DIPLOMATIC)).words


@pytest.mark.parametrize(
    ("occurrence", "offered"),
    [
        (EXCHANGE, True),
        (ONGOING, False),
        (replace(EXCHANGE, joint=PROJECTED.key), False),
        (replace(EXCHANGE, status=Status.SKIPPED), False),
    ],
)
def test_what_stands_in_calendars_can_be_added_to_one(occurrence: Occurrence, offered: bool) -> None:
    assert (f"/en/o/{occurrence.key}.ics" in Reader(sheet(occurrence)).links) is offered


def test_a_joint_meeting_leads_to_the_one_that_carries_it() -> None:
    reader = Reader(sheet(replace(EXCHANGE, joint=PROJECTED.key)))
    assert f"/en/o/{PROJECTED.key}" in reader.links
    assert "One meeting with:" in reader.words


def test_an_agreement_is_linked_where_one_is_named() -> None:
    assert "/en/agreements#thoa-thuan" in Reader(sheet(replace(EXCHANGE, agreement="thoa-thuan"))).links
