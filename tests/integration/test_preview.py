"""What is shown to come is what comes: the preview of a day against the mails of that day."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from config.mailing import preview, send_due
from notifications.due import State
from tests.faults.calendar_of_mail import Town


@pytest.fixture
def town(tmp_path: Path) -> Town:
    return Town.begun(tmp_path, date(2022, 12, 1))


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
