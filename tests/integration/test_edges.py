"""Where the command meets days off, weekends, edited plans, and keys as long as a table holds."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from itertools import pairwise
from pathlib import Path

import pytest
from sqlalchemy import select

from config import mailing
from config.database import Database
from config.settle import sync
from config.togethercheck import LONGEST_KEY
from notifications.tables import REMINDER
from scheduler import store
from tests.integration.desk import Still
from tests.integration.town import FRONT_HEAD, given
from tests.unit.docs.terminal import ROOT, Terminal

MORNING = {
    "saturday": datetime(2021, 9, 4, 2, 0, tzinfo=UTC),
    "holiday": datetime(2021, 9, 2, 2, 0, tzinfo=UTC),
    "monday": datetime(2021, 9, 6, 2, 0, tzinfo=UTC),
}


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder whose store has the five plans since long before."""
    folder = tmp_path_factory.mktemp("nha")
    assert Terminal(folder, datetime(2021, 1, 4, 2, 0, tzinfo=UTC)).run("luanphien sync --json")
    return folder


@pytest.mark.parametrize(
    ("day", "lang", "said"),
    [
        ("saturday", "vi", "Hôm nay là Thứ Bảy, 4/9/2021; thư chỉ gửi vào ngày làm việc"),
        ("saturday", "en", "Today is Saturday, 4 September 2021; mail goes on working days"),
        ("saturday", "km", "Today is Saturday, 4 September 2021; mail goes on working days"),
        ("holiday", "vi", "Hôm nay là Thứ Năm, 2/9/2021, Quốc khánh; thư chỉ gửi vào ngày làm việc"),
        ("holiday", "en", "Today is Thursday, 2 September 2021, National Day; mail goes on working days"),
    ],
)
def test_on_a_day_off_it_is_said_why_no_mail_goes(town: Path, day: str, lang: str, said: str) -> None:
    terminal = Terminal(town, MORNING[day], {"LUANPHIEN_LANG": lang})
    counted = "Đã gửi 0 thư" if lang == "vi" else "0 mails sent"
    assert " ".join(terminal.run("luanphien remind --once").split()) == f"{counted} {said}"
    nothing = {
        "sent": 0,
        "retried": 0,
        "dead": 0,
        "in_doubt": 0,
        "expired": 0,
        "quarantined": 0,
        "lost": 0,
        "errors": [],
    }
    assert json.loads(terminal.run("luanphien remind --once --json")) == nothing | {"reason": "day-off"}
    assert terminal.code == 0


def test_on_a_working_day_mail_goes_and_then_none_is_waiting(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path, MORNING["monday"], {"LUANPHIEN_LANG": "en"})
    terminal.run("luanphien sync")
    first = json.loads(terminal.run("luanphien remind --once --json"))
    again = json.loads(terminal.run("luanphien remind --once --json"))
    assert (first["sent"] > 0, first["reason"]) == (True, None)
    assert (again["sent"], again["reason"]) == (0, "nothing-due")
    assert terminal.run("luanphien remind --once") == "0 mails sent\nNo mail is waiting to go out today\n"


@pytest.mark.parametrize("day", ["2021-09-04", "2021-09-02"])
def test_the_demo_on_a_day_off_ends_well_and_says_so(tmp_path: Path, day: str) -> None:
    terminal = Terminal(tmp_path, MORNING["monday"], {"LUANPHIEN_LANG": "en"})
    screen = terminal.run(f"luanphien demo --no-serve --as-of {day}")
    assert (terminal.code, "mail goes on working days" in " ".join(screen.split())) == (0, True)
    assert "The same question today" in screen


def test_the_mails_of_the_demo_are_files_to_open(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path, MORNING["monday"], {"LUANPHIEN_LANG": "en"})
    screen = " ".join(terminal.run("luanphien demo --no-serve").split())
    letters = sorted((tmp_path / "luanphien-demo" / "thu").iterdir())
    assert f"{len(letters)} mails sent" in screen
    assert [letter.name for letter in letters if f"{letter.name} " not in screen] == []
    assert "To read a mail, open its file in luanphien-demo/thu with a mail program" in screen
    assert [letter for letter in letters if b"Subject:" not in letter.read_bytes()] == []


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (
            "  - id: qt-front-exchange\n",
            "  - id: qt-front-exchange\n    quantity: 5 người\n",
            ["Quantity: — → 5 người"],
        ),
        (
            "  - id: qt-front-exchange\n",
            "  - id: qt-front-exchange\n    coordinating: [so-ngoai-vu-quang-tri]\n",
            ["Coordinate: — → Department of Foreign Affairs, Quảng Trị Province"],
        ),
    ],
)
def test_what_a_sync_changes_beside_the_days_is_named(tmp_path: Path, before: str, after: str, said: list[str]) -> None:
    text = (ROOT / "config" / "plans" / "quang-tri-front-2020.yaml").read_text(encoding="utf-8")
    assert before in text
    plan = tmp_path / "plan.yaml"
    plan.write_text(text, encoding="utf-8")
    terminal = Terminal(tmp_path, MORNING["monday"], {"LUANPHIEN_LANG": "en", "LUANPHIEN_PLANS": str(plan)})
    terminal.run("luanphien sync")
    plan.write_text(text.replace(before, after, 1), encoding="utf-8")
    screen = terminal.run("luanphien sync")
    told = [line.strip() for line in screen.splitlines() if line.startswith("    ")]
    assert sorted(set(told)) == said
    for line in screen.splitlines():
        one, arrow, other = line.partition(" → ")
        assert not arrow or one.rpartition(": ")[2].strip() != other.strip()


def a_long_line(meeting: str) -> str:
    """Duties each counted from the next, with the longest ids; the last from a meeting every October."""
    ids = [*(letter * 80 for letter in "zyx"), meeting]
    duties = [
        f"""  - id: {ident}
    clauses: [II.{number}]
    kind: task
    title: {{vi: Việc}}
    rule: {{type: relative, to: [{anchor}]}}
    lead: [mttq]
"""
        for number, (ident, anchor) in enumerate(pairwise(ids))
    ]
    last = f"""  - id: {meeting}
    clauses: [II.9]
    kind: event
    title: {{vi: Gặp}}
    rule: {{type: rrule, rrule: FREQ=YEARLY, first: 2021-10-05}}
    lead: [mttq]
"""
    return FRONT_HEAD + "".join(duties) + last


def test_a_key_as_long_as_the_columns_goes_through_the_store_and_the_mail(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The longest key that check lets pass."""
    monkeypatch.chdir(tmp_path)
    longest = f"{'z' * 80}.{'y' * 80}.{'x' * 80}.w.2021-10-05"
    assert len(longest) == LONGEST_KEY == REMINDER.c.occurrence.type.length
    assert sync(database, given(a_long_line("w")), MORNING["monday"], date(2021, 9, 6)).problems == ()
    with database.read() as session:
        assert store.find(session, longest) is not None
    assert mailing.send_due(Still(database, MORNING["monday"])).sent == 1
    with database.read() as session:
        assert longest in set(session.execute(select(REMINDER.c.occurrence)).scalars())


def test_a_longer_key_is_refused_in_the_file(database: Database) -> None:
    settled = sync(database, given(a_long_line("ww")), MORNING["monday"], date(2021, 9, 6))
    assert [(problem.line, problem.field) for problem in settled.problems] == [(6, "obligations.0.id")]
    with database.read() as session:
        assert store.keys(session) == []
