"""What is shown to come is what comes: the preview of a day against the mails of that day."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from config.decide import decide
from config.foreseeing import preview
from config.mailing import send_due
from notifications.contacts import folded
from notifications.due import State
from notifications.policy import Role
from scheduler.amendment import Decision, Verb, days_of
from tests.faults.calendar_of_mail import Town


@pytest.fixture
def town(tmp_path: Path) -> Town:
    return Town.begun(tmp_path, date(2022, 12, 1))


@pytest.mark.parametrize("first", [date(2022, 12, 1), date(2023, 1, 9), date(2025, 2, 20)])
def test_what_one_address_is_shown_is_its_part_of_the_whole(town: Town, first: date) -> None:
    """Through groups, bodies that have ended, owners told in others' place, partners, and an office with people."""
    town.job.stand(date(2022, 12, 1))
    for number, year in enumerate((2023, 2025), 1):
        day = days_of(date(year, 3, 10 * number), date(year, 3, 10 * number))
        meeting = Decision(verb=Verb.CONFIRM, keys=(f"qt-front-exchange.savannakhet.{year}",), window=day)
        decide(town.job, meeting, "Lan", "theo công văn", apply=True)
    whole = list(preview(town.job, first, first + timedelta(days=120)))
    addresses = {reminder.address for reminder, _ in whole} | set(town.contacts())
    assert len(addresses) >= 10
    told = {reminder.address for reminder, _ in whole if reminder.role is Role.PARTNER}
    assert told == {"khamla@savannakhet.example"}
    for address in addresses:
        mine = [(reminder, record) for reminder, record in whole if folded(reminder.address) == folded(address)]
        assert list(preview(town.job, first, first + timedelta(days=120), address.upper())) == mine


def shown(town: Town, day: date) -> set[tuple[str, str, str]]:
    return {
        (reminder.address, reminder.slot.occurrence, reminder.slot.step)
        for reminder, _ in preview(town.job, day, day)
        if reminder.state in (State.PENDING, State.COALESCED)
    }


@pytest.mark.parametrize("day", [date(2022, 12, 1), date(2022, 12, 16), date(2023, 1, 9)])
def test_a_days_preview_is_what_is_sent_that_day(town: Town, day: date) -> None:
    """The first day, a Friday that has what falls on the Saturday, and a day on which much is overdue."""
    first = date(2022, 12, 1)
    if day > first:
        town.live(first, date.fromordinal(day.toordinal() - 1))
    town.job.stand(day)
    expected = shown(town, day)
    assert expected
    before = len(town.told())
    send_due(town.job)
    sent = {(told.address, told.occurrence, told.step) for told in town.told()[before:]}
    assert {each for each in sent if not each[2].startswith("escalate")} == expected
    assert shown(town, day) == set()


def test_what_is_overdue_is_shown_before_it_is_said(town: Town) -> None:
    town.live(date(2022, 12, 1), date(2023, 1, 2))
    steps = {reminder.slot.step for reminder, _ in preview(town.job, date(2023, 1, 3), date(2023, 1, 20))}
    assert "overdue-3w" in steps
