"""`luanphien plans`, and files that are older than the store."""

from __future__ import annotations

import json
import re
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from config.files import HOME
from tests.unit.docs.terminal import Terminal

MORNING = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
FRONT = "quang-tri-front-2020"


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    """A folder with one plan of its own in the store, in English."""
    (tmp_path / "plans").mkdir()
    shutil.copy(HOME / "plans" / f"{FRONT}.yaml", tmp_path / "plans")
    terminal = Terminal(tmp_path, MORNING, {"LUANPHIEN_LANG": "en", "LUANPHIEN_PLANS": "plans"})
    run(terminal, "sync")
    return terminal


def run(terminal: Terminal, line: str, code: int = 0) -> str:
    printed = terminal.run(f"luanphien {line}")
    assert (terminal.code, printed) == (code, printed)
    return " ".join(printed.split())


def edit(terminal: Terminal, text: str) -> str:
    """Another text in the file; what stood there."""
    path = terminal.folder / "plans" / f"{FRONT}.yaml"
    before = path.read_text("utf-8")
    path.write_text(text, "utf-8")
    return before


def test_the_texts_of_a_plan_and_their_history(terminal: Terminal) -> None:
    assert FRONT in run(terminal, "plans list")
    [plan] = json.loads(terminal.run("luanphien plans list --json"))
    assert (plan["plan"], plan["owner"], plan["start"], plan["end"]) == (
        FRONT, "mttq-quang-tri", "2020-01-01", "2022-12-31"
    )  # fmt: skip
    first = edit(terminal, "# sửa\n" + (HOME / "plans" / f"{FRONT}.yaml").read_text("utf-8"))
    run(terminal, "sync")
    assert terminal.run(f"luanphien plans show {FRONT} --revision 1") == first
    assert terminal.run(f"luanphien plans show {FRONT}") == "# sửa\n" + first
    told = run(terminal, f"plans history {FRONT}")
    assert (told.startswith("2 "), "from files" in told) == (True, True)
    rows = json.loads(terminal.run(f"luanphien plans history {FRONT} --json"))
    assert [(row["revision"], row["by"], row["bytes"], row["ended"]) for row in rows] == [
        (2, None, len(("# sửa\n" + first).encode()), False), (1, None, len(first.encode()), False)
    ]  # fmt: skip


def test_what_is_not_there(terminal: Terminal) -> None:
    assert "did you mean quang-tri-front-2020?" in run(terminal, "plans show quang-tri-frnt-2020", 1)
    assert "luanphien plans list names them" in run(terminal, "plans history x", 1)
    assert f"the plan {FRONT} has 1 revisions" in run(terminal, f"plans show {FRONT} --revision 2", 1)


def test_a_text_that_was_replaced_is_not_brought_back_unless_asked_for(terminal: Terminal) -> None:
    newer = "# sửa\n" + (HOME / "plans" / f"{FRONT}.yaml").read_text("utf-8")
    first = edit(terminal, newer)
    run(terminal, "sync")
    edit(terminal, first)
    for words in ("sync", "sync --preview"):
        told = run(terminal, words, 1)
        assert f"an earlier text of the plan {FRONT}, which was replaced by a newer one in the store" in told
        assert f"luanphien plans show {FRONT} > plans/{FRONT}.yaml" in told
        assert "sync --older" in told
    [error] = json.loads(terminal.run("luanphien sync --json"))["errors"]
    assert (terminal.code, error["field"]) == (1, "plan")
    assert terminal.run(f"luanphien plans show {FRONT}") == newer
    run(terminal, "sync --older")
    assert terminal.run(f"luanphien plans show {FRONT}") == first
    run(terminal, "sync")
    edit(terminal, newer + "# và nữa\n")
    run(terminal, "sync")


def test_the_last_plan_may_be_retired(terminal: Terminal) -> None:
    kept = (terminal.folder / "plans" / f"{FRONT}.yaml").rename(terminal.folder / "giu.yaml")
    assert "there is no plan file here" in run(terminal, "sync", 1)
    run(terminal, f"sync --retire {FRONT}")
    assert "taken away" in run(terminal, f"plans history {FRONT}")
    kept.rename(terminal.folder / "plans" / f"{FRONT}.yaml")
    run(terminal, "sync")
    run(terminal, f"plans show {FRONT}")


def test_a_plan_that_has_ended_may_be_brought_back(terminal: Terminal) -> None:
    other = terminal.folder / "plans" / "khac.yaml"
    shutil.copy(HOME / "plans" / "an-giang-front-2020.yaml", other)
    kept = (terminal.folder / "plans" / f"{FRONT}.yaml").rename(terminal.folder / "giu.yaml")
    run(terminal, f"sync --retire {FRONT}")
    assert "was taken away with this revision" in run(terminal, f"plans show {FRONT}", 1)
    assert "taken away" in run(terminal, f"plans history {FRONT}")
    kept.rename(terminal.folder / "plans" / f"{FRONT}.yaml")
    run(terminal, "sync")
    run(terminal, f"plans show {FRONT}")


def test_what_another_meeting_fulfils_is_said(terminal: Terminal) -> None:
    keys = [f"qt-front-exchange.{leg}.2027" for leg in ("savannakhet", "salavan")]
    run(terminal, f"decide confirm {' '.join(keys)} --days 2027-09-14 --why x --yes")
    assert [f"One meeting with: {keys[0]}" in run(terminal, f"explain {key}") for key in keys] == [False, True]


@pytest.mark.parametrize(
    ("verb", "place", "hosts"),
    [
        ("confirm", "dong-ha", ["Salavan"]),
        ("confirm", "salavan", ["Quảng Trị"]),
        ("held", "dong-ha", ["Salavan"]),
        ("held", "dong-ha --host quang-tri", []),
    ],
)
def test_who_hosts_elsewhere_is_asked_about(terminal: Terminal, verb: str, place: str, hosts: list[str]) -> None:
    keys = [f"qt-front-exchange.{leg}.2021" for leg in ("savannakhet", "salavan")]
    shown = run(terminal, f"decide {verb} {' '.join(keys)} --days 2021-12-28 --place {place} --why x")
    assert re.findall(r": ([^:]+) hosts by turn, but", shown) == hosts
