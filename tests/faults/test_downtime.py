"""The office's machine was off: whatever was missed is accounted for, and everybody gets one late mail, not a flood."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from config.database import Database
from config.looking import look
from config.mailing import send_due
from config.telling import almanac_of
from tests.faults.calendar_of_mail import HANOI, At, Town

pytestmark = pytest.mark.xdist_group("downtime")
"""One process lives it, once."""

BEFORE = date(2022, 6, 13)
"""The last working day on which the machine ran: a Monday in the middle of a busy half year."""

PAUSES = {
    "12 s": timedelta(seconds=12),
    "2 h": timedelta(hours=2),
    "3 days": timedelta(days=3),
    "60 days": timedelta(days=60),
}


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Town:
    """An office that has been at work since March, and looked for mail every day up to the pause."""
    town = Town.begun(tmp_path_factory.mktemp("running"), date(2022, 3, 1))
    town.live(date(2022, 5, 30), BEFORE - timedelta(days=1))
    return town


def again(town: Town, folder: Path) -> Town:
    """The same office, in a copy of its store."""
    town.job.database.close()
    shutil.copytree(town.folder, folder)
    database = Database(f"sqlite:///{folder / 'store.db'}")
    return Town(At(database, town.job.now(), folder / "mail"), folder)


def moment(day: date, hour: int, minute: int = 0, second: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, second, tzinfo=HANOI).astimezone(UTC)


@pytest.mark.parametrize("pause", PAUSES)
def test_whatever_was_missed_is_accounted_for_and_nobody_is_flooded(
    running: Town, tmp_path: Path, pause: str, figures: Callable[[str, object], None]
) -> None:
    """The machine stops just before the mail of the day would go, its slots written and not one of them sent."""
    town, steady = again(running, tmp_path / "paused"), again(running, tmp_path / "steady")
    stopped = moment(BEFORE, 7, 30, 5)
    back = stopped + PAUSES[pause]
    town.job.__dict__["moment"] = stopped
    with town.job.database.write() as session:
        look(town.job, session, almanac_of(session, town.job))
    before = len(town.mails())
    town.job.__dict__["moment"] = back
    outcome = send_due(town.job)
    for number in range((back.astimezone(HANOI).date() - BEFORE).days + 1):
        steady.job.__dict__["moment"] = min(back, moment(BEFORE + timedelta(days=number), 8))
        send_due(steady.job)
    owed = _brought_forward(town, back)
    late = town.mails()[before:]
    figures(
        f"after {pause} of downtime",
        f"{len(late)} late mails for {len(owed)} readers, {len(town.slots())} slots accounted for, "
        f"{len(steady.slots())} without it",
    )
    assert outcome.sent == len(late)
    assert Counter(str(mail["To"]) for mail in late) == Counter(owed)
    assert _ended(town) == []
    assert {_named(slot) for slot in steady.slots()} - {_named(slot) for slot in town.slots()} == set(
        _never_needed(steady, town)
    )


def _brought_forward(town: Town, back: datetime) -> list[str]:
    """Everybody who has something to be told on the day the machine is back, each once."""
    day = back.astimezone(HANOI).date()
    return sorted({each.address for each in town.told() if each.sent_on == day})


def _ended(town: Town) -> list[Any]:
    """Slots that are past due and have no end: lost ones."""
    today = town.job.today()
    return [
        _named(slot)
        for slot in town.slots()
        if slot["state"] == "pending" and slot["send_on"] < today and slot["delivery_id"] is None
    ]


def _named(slot: Any) -> tuple[Any, ...]:
    return slot["occurrence"], slot["step"], slot["counted_from"], slot["repeat"], slot["recipient"]


def _never_needed(steady: Town, town: Town) -> list[tuple[Any, ...]]:
    """What only a machine that runs has: digests of weeks that have gone, and superiors told meanwhile."""
    known = {_named(slot) for slot in town.slots()}
    return [
        _named(slot)
        for slot in steady.slots()
        if _named(slot) not in known and slot["step"].partition("-")[0] in ("digest", "escalate")
    ]
