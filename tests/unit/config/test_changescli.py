"""`luanphien changes …` in a terminal: words for people, JSON for programs, and codes that say how it ended."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from calendars.trailwords import AREAS
from config.changeswords import BREAKS
from scheduler import trailbook
from scheduler.proving import Break
from scheduler.trail import Area
from scheduler.trailbook import Question
from tests.unit.docs.terminal import Terminal

MORNING = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
KEY = "qt-front-exchange.savannakhet.2027"
PERSON = "--name 'Trần Bình' --organisation mttq-quang-tri --mail binh@x.example"


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    terminal = Terminal(tmp_path, MORNING)
    terminal.run("export LUANPHIEN_LANG=en LUANPHIEN_WHO=lan")
    terminal.run("luanphien sync")
    return terminal


def by_force(terminal: Terminal, *statements: str) -> None:
    """Write past the product, and past what keeps the trail."""
    with closing(sqlite3.connect(terminal.folder / "luanphien.db")) as store:
        for statement in ("DROP TRIGGER trail_stays_update", "DROP TRIGGER trail_stays_delete", *statements):
            store.execute(statement)
        store.commit()


def told(terminal: Terminal, options: str = "") -> list[tuple[Any, ...]]:
    """Who, area, action and subject of the lines, the newest first."""
    lines = json.loads(terminal.run(f"luanphien changes list --json {options}"))
    return [(line["who"], line["area"], line["action"], line["subject"]) for line in lines]


def test_who_works_in_the_terminal_stands_in_each_line(terminal: Terminal) -> None:
    terminal.run("export LUANPHIEN_WHO=binh")
    terminal.run(f"luanphien decide cancel {KEY} --why 'công văn 12' --who 'Lê Thị Lan' --yes")
    terminal.run(f"luanphien contacts add binh {PERSON}")
    terminal.run("luanphien contacts change binh --rank head")
    terminal.run("luanphien contacts verify binh --by-hand --why 'gọi điện'")
    terminal.run("luanphien contacts remove binh")
    made = json.loads(terminal.run("luanphien feeds create --label 'Lịch chung' --json"))["id"]
    terminal.run(f"luanphien feeds rotate {made}")
    terminal.run(f"luanphien feeds revoke {made}")
    terminal.run("luanphien officers add huong --name 'Lê Hương' --mail huong@x.example --role admin --print")
    assert told(terminal)[::-1] == [
        ("lan", "plan", "given", ""),
        ("Lê Thị Lan", "decision", "cancel", KEY),
        ("binh", "contact", "added", "binh"),
        ("binh", "contact", "changed", "binh"),
        ("binh", "contact", "verified", "binh"),
        ("binh", "contact", "removed", "binh"),
        ("binh", "feed", "created", made),
        ("binh", "feed", "rotated", made),
        ("binh", "feed", "revoked", made),
        ("binh", "officer", "added", "huong"),
        ("binh", "officer", "invited", "huong"),
    ]
    assert told(terminal, "--key binh --count 2") == [
        ("binh", "contact", "removed", "binh"), ("binh", "contact", "verified", "binh")
    ]  # fmt: skip
    assert told(terminal, "--who thị --area decision --from 2026-11-23 --to 2026-11-23") == [
        ("Lê Thị Lan", "decision", "cancel", KEY)
    ]  # fmt: skip


def test_a_line_for_people_and_for_programs(terminal: Terminal) -> None:
    terminal.run(f"luanphien decide cancel {KEY} --why 'công văn 12' --yes")
    shown = " ".join(terminal.run("luanphien changes list --area decision").split())
    assert shown == f"2 23 November 2026 09:00 lan Decisions: cancelled {KEY} reason: công văn 12"
    [line] = json.loads(terminal.run("luanphien changes list --area decision --json"))
    assert {name: value for name, value in line.items() if name not in ("detail", "digest")} == {
        "number": 2,
        "at": "2026-11-23T02:00:00.000000+00:00",
        "who": "lan",
        "area": "decision",
        "action": "cancel",
        "subject": KEY,
        "about": ["qt-front-exchange", KEY],
        "change": line["detail"]["journal"]["first"],
        "readable": True,
    }


@pytest.mark.parametrize(
    ("line", "code", "words"),
    [
        ("luanphien changes list --who nobody", 1, "nothing was done like that"),
        ("luanphien changes list --from 2026-02-30", 2, "is not a day"),
        ("luanphien changes list --from 2026-02-03 --to 2026-02-01", 2, "is before --from"),
        ("luanphien changes list --area x", 2, "Invalid value"),
        ("luanphien changes list --count 0", 2, "Invalid value"),
        ("luanphien changes verify --noted x", 2, "is no seal"),
        ("luanphien changes verify --noted 1:x", 2, "is no seal"),
        ("luanphien changes verify --noted 0:0123456789abcdef", 2, "is no seal"),
        ("luanphien changes verify --noted 9:0123456789abcdef", 1, "line 9 is not the one that was noted"),
    ],
)
def test_what_cannot_be_answered(terminal: Terminal, line: str, code: int, words: str) -> None:
    printed = " ".join(terminal.run(line).split())
    assert (terminal.code, words in printed) == (code, True), printed


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ("--why ' ' --who lan", "the field why is missing → say it with --why"),
        ("--why '\u200b\u200d' --who lan", "the field why is missing → say it with --why"),
        ("--why x --who '\u200d'", "the field who is missing → say it with --who"),
        (f"--why {'x' * 501} --who lan", "why is longer than 500 characters → shorten it"),
        ("--why 'a\x07' --who lan", "the text holds the control character U+0007 → type the text again without it"),
    ],
    ids=["blank", "joiners", "nobody", "long", "bell"],
)
def test_who_and_why_are_words(terminal: Terminal, options: str, words: str) -> None:
    before = told(terminal)
    printed = " ".join(terminal.run(f"luanphien decide cancel {KEY} {options} --yes").split())
    assert (words in printed, told(terminal) == before) == (True, True), printed


def test_the_seal_is_printed_and_compared(terminal: Terminal) -> None:
    shown = terminal.run("luanphien changes verify")
    head = json.loads(terminal.run("luanphien changes verify --json"))["head"]
    short = f"{head['number']}:{head['digest'][:16]}"
    assert (terminal.code, f"the last line is {short}; note it" in shown) == (0, True)
    terminal.run(f"luanphien decide cancel {KEY} --why x --yes")
    terminal.run(f"luanphien changes verify --noted {short}")
    assert terminal.code == 0


def test_the_first_broken_line_is_named(terminal: Terminal) -> None:
    terminal.run(f"luanphien decide cancel {KEY} --why x --yes")
    by_force(terminal, "UPDATE trail SET who = 'ai' WHERE number = 2")
    printed = " ".join(terminal.run("luanphien changes verify").split())
    assert (terminal.code, "✗ line 2 is not as it was written" in printed) == (1, True)
    assert "compare it with the last backup" in printed
    proof = json.loads(terminal.run("luanphien changes verify --json"))
    assert (terminal.code, proof["whole"], proof["broken"]) == (1, False, {"what": "line", "number": 2})
    found = json.loads(terminal.run("luanphien doctor --no-network --json"))["findings"]
    assert [(one["level"], one["what"][:28]) for one in found if one["check"] == "trail"] == [
        ("broken", "line 2 is not as it was writ")
    ]


@pytest.mark.parametrize("journal", ["{}", "[]", "7", '{"last": "x"}', '{"last": null}', '{"last": [1]}'])
def test_a_line_sealed_anew_by_somebody_who_knows_how_is_named(terminal: Terminal, journal: str) -> None:
    """Neither command ends in an error of Python's."""
    with terminal.database().read() as session:
        [entry] = trailbook.listed(session, Question(), 9)
    forged = replace(entry, detail=f'{{"journal":{journal}}}')
    sealed = f"digest = '{forged.seal}'"
    by_force(terminal, f"UPDATE trail SET detail = '{forged.detail}', {sealed}", f"UPDATE trail_head SET {sealed}")  # noqa: S608 - of ours
    proof = json.loads(terminal.run("luanphien changes verify --json"))
    assert (terminal.code, proof["broken"]) == (1, {"what": "journal", "number": 1})
    found = json.loads(terminal.run("luanphien doctor --no-network --json"))["findings"]
    assert [(one["level"], one["what"][:25]) for one in found if one["check"] == "trail"] == [
        ("broken", "what line 1 tells of stan")
    ]


@pytest.mark.parametrize(
    ("cell", "value"), [("at", "'x'"), ("at", "7"), ("who", "x'00ff'"), ("detail", "x'7b7d'"), ("batch", "'x'")]
)
def test_a_line_that_nobody_can_read_is_named_and_listed(terminal: Terminal, cell: str, value: str) -> None:
    terminal.run(f"luanphien decide cancel {KEY} --why x --yes")
    terminal.run(f"luanphien contacts add binh {PERSON}")
    by_force(terminal, f"UPDATE trail SET {cell} = {value} WHERE number = 2")  # noqa: S608 - of ours
    proof = json.loads(terminal.run("luanphien changes verify --json"))
    assert (terminal.code, proof["broken"]) == (1, {"what": "line", "number": 2})
    lines = json.loads(terminal.run("luanphien changes list --json"))
    assert [(line["number"], line["readable"]) for line in lines] == [(3, True), (2, False), (1, True)]
    assert lines[1]["at"] is None
    shown = " ".join(terminal.run("luanphien changes list").split())
    assert (terminal.code, "this line cannot be read any more" in shown) == (0, True)


@pytest.mark.parametrize("statement", ["DELETE FROM trail_head", "UPDATE trail_head SET number = 0, digest = 'x'"])
def test_a_lost_head_is_named_also_once_work_went_on(terminal: Terminal, statement: str) -> None:
    by_force(terminal, statement)
    terminal.run(f"luanphien decide cancel {KEY} --why x --yes")
    printed = " ".join(terminal.run("luanphien changes verify").split())
    assert (terminal.code, "lost or changed before these lines: 2. Lines that" in printed) == (0, True), printed
    assert json.loads(terminal.run("luanphien changes verify --json"))["heads"] == [2]
    found = json.loads(terminal.run("luanphien doctor --no-network --json"))["findings"]
    assert [(one["level"], one["what"][:27]) for one in found if one["check"] == "trail"] == [
        ("warning", "the note of the last line w")
    ]
    assert "the note of the last line was lost; work went on after line 1" in " ".join(
        terminal.run("luanphien changes list --area store").split()
    )


def test_a_changed_text_of_the_journal_is_named(terminal: Terminal) -> None:
    by_force(terminal, "UPDATE journal SET text = text || ' ' WHERE id = 3")
    printed = " ".join(terminal.run("luanphien changes verify").split())
    assert (terminal.code, "what line 1 tells of stands otherwise in the journal" in printed) == (1, True)


def test_a_store_in_which_nothing_was_done(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path, MORNING)
    terminal.run("export LUANPHIEN_LANG=en")
    assert (terminal.run("luanphien changes verify").strip(), terminal.code) == ("the trail has no lines yet", 0)
    assert (terminal.run("luanphien changes list --json").startswith("[]\n"), terminal.code) == (True, 1)


def test_there_are_words_for_everything() -> None:
    assert set(AREAS) == set(Area)
    assert set(BREAKS) == set(Break)
