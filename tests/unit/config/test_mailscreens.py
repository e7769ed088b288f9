"""What the mail commands print: words for people, ids for programs."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from rich.console import Console, Group

from config.decide import Ruling
from config.decidescreens import MOST_MAILS, ruling_json, ruling_screen
from config.mailscreens import preview_lines, reminder_json
from notifications.due import Reminder, State, between
from scheduler.amendment import Decision, Verb
from scheduler.plan import Text
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
    assert printed(Group(*preview_lines(found, len(found), DIRECTORY, lang, (FIRST, LAST)))) == lines


def test_programs_get_the_id_of_the_step() -> None:
    [reminder] = reminders()
    assert reminder.state is State.PENDING
    assert reminder_json(reminder, record(), DIRECTORY, "vi")["step"] == NINETY


CALLED = {("doan.2021", "gifts"): Text("Chuẩn bị quà tặng", "Prepare the gifts")}


def test_steps_of_the_preparation_are_named() -> None:
    [reminder] = reminders()
    mail = replace(reminder, slot=replace(reminder.slot, occurrence="doan.2021", step="chain-gifts-7"))
    preview = printed(Group(*preview_lines([(mail, record())], 1, DIRECTORY, "vi", (FIRST, LAST), CALLED)))
    assert "; việc chuẩn bị: Chuẩn bị quà tặng, còn 91 ngày)" in " ".join(line.strip() for line in preview)
    undo = Decision(verb=Verb.UNDO, target=1)
    ruling = Ruling(number=None, decision=undo, changes=(), no_more=(), instead=(mail,), called=CALLED)
    assert printed(ruling_screen(ruling, DIRECTORY, "en"))[1] == (
        "  + ✉ 1 October 2021  mttq@quang-tri.example  doan.2021 (to prepare: Prepare the gifts, 91 days left)"
    )


def test_a_decision_says_what_each_mail_is_for_too() -> None:
    undo = Decision(verb=Verb.UNDO, target=1)
    ruling = Ruling(number=None, decision=undo, changes=(), no_more=tuple(reminders()), instead=())
    assert printed(ruling_screen(ruling, DIRECTORY, "en"))[1] == (
        "  − ✉ 1 October 2021  mttq@quang-tri.example  qt-front-exchange.savannakhet.2021 (fix the days, 91 days left)"
    )
    [mail] = ruling_json(ruling)["mails"]["no_more"]
    assert mail["step"] == NINETY


@pytest.mark.parametrize(
    ("lang", "rest"),
    [("vi", "  − ✉ … và 1 thư nữa (--json cho xem hết)"), ("en", "  − ✉ … and more mails: 1 (--json shows all)")],
)
def test_of_many_mails_the_number_of_the_rest_is_told(lang: str, rest: str) -> None:
    [mail] = reminders()
    undo = Decision(verb=Verb.UNDO, target=1)
    ruling = Ruling(number=None, decision=undo, changes=(), no_more=(mail,) * (MOST_MAILS + 1), instead=())
    lines = printed(ruling_screen(ruling, DIRECTORY, lang))
    assert [line for line in lines if "✉ …" in line] == [rest]
