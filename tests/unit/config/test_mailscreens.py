"""What the mail commands print: words for people, ids for programs."""

from __future__ import annotations

from datetime import date

import pytest
from rich.console import Console

from config.decide import Ruling
from config.decidescreens import ruling_json, ruling_screen
from config.mailscreens import preview_screen, reminder_json
from notifications.due import Reminder, State, between
from scheduler.amendment import Decision, Verb
from tests.unit.notifications.samples import DIRECTORY, almanac, record

FIRST, LAST = date(2021, 10, 1), date(2021, 10, 31)
NINETY = "fix-days-90"


def reminders() -> list[Reminder]:
    """The mails of October 2021 on the exchange of that year."""
    return list(between([record()], almanac(), FIRST, LAST))


def printed(screen: object) -> list[str]:
    """What a wide terminal shows."""
    console = Console(width=160, color_system=None)
    with console.capture() as capture:
        console.print(screen)
    return [line.rstrip() for line in capture.get().splitlines()]


@pytest.mark.parametrize(
    ("lang", "lines"),
    [
        (
            "vi",
            [
                "Thư nhắc từ 1/10/2021 đến 31/10/2021: 1",
                "1/10/2021  → mttq@quang-tri.example",
                (
                    "    CHƯA CHỐT NGÀY: Trao đổi đoàn đại biểu Mặt trận – Savannakhet: Quảng Trị chủ trì"
                    "  (Ủy ban MTTQ Việt Nam tỉnh Quảng Trị; chốt ngày, còn 91 ngày)"
                ),
            ],
        ),
        (
            "en",
            [
                "Mails from 1 October 2021 to 31 October 2021: 1",
                "1 October 2021  → mttq@quang-tri.example",
                (
                    "    DATE NOT SET: Exchange of Front delegations – Savannakhet: Quảng Trị hosts"
                    "  (Quảng Trị Fatherland Front Committee; fix the days, 91 days left)"
                ),
            ],
        ),
    ],
)
def test_the_preview_says_what_each_mail_is_for(lang: str, lines: list[str]) -> None:
    found = [(reminder, record()) for reminder in reminders()]
    assert printed(preview_screen(found, DIRECTORY, lang, (FIRST, LAST))) == lines


def test_programs_get_the_id_of_the_step() -> None:
    [reminder] = reminders()
    assert reminder.state is State.PENDING
    assert reminder_json(reminder, record(), DIRECTORY, "vi")["step"] == NINETY


def test_a_decision_says_what_each_mail_is_for_too() -> None:
    undo = Decision(verb=Verb.UNDO, target=1)
    ruling = Ruling(number=None, decision=undo, changes=(), no_more=tuple(reminders()), instead=())
    assert printed(ruling_screen(ruling, DIRECTORY, "en"))[1] == (
        "  − ✉ 1 October 2021  mttq@quang-tri.example  qt-front-exchange.savannakhet.2021 (fix the days, 91 days left)"
    )
    [mail] = ruling_json(ruling)["mails"]["no_more"]
    assert mail["step"] == NINETY
