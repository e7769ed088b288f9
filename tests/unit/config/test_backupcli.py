"""`luanphien backup`, `restore` and `upgrade` in a terminal, and the drill of the page on backups."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.integration.postroom import Postroom
from tests.unit.docs.pages import DOCS, blocks
from tests.unit.docs.terminal import MORNING, Terminal, as_one_line, lines, same

KEY = "qt-front-exchange.savannakhet.2027"


def mail(terminal: Terminal, name: str = "luanphien.db") -> str:
    database = terminal.database(name)
    ident = Postroom(database, MORNING).put(KEY)
    database.close()
    return ident


def test_there_and_back(terminal: Terminal) -> None:
    waiting = mail(terminal)
    [said] = lines(terminal.run("luanphien backup b.gz"))
    rows, _, rest = said.removeprefix("b.gz: ").partition(" ")
    assert (said.startswith("b.gz: "), rest.startswith("rows as of 23 November 2026 09:0"), terminal.code) == (
        True,
        True,
        0,
    )
    terminal.run("export LUANPHIEN_DATABASE_URL=sqlite:///new.db")
    printed = lines(terminal.run("luanphien restore b.gz"))
    assert printed[0].startswith(f"{rows} rows as of 23 November 2026 09:0")
    assert printed[1] == "210 occurrences replayed, each as it was"
    assert printed[-2:] == [
        "  → look through them: luanphien outbox list --state held",
        "  → let them go: luanphien outbox release --restored",
    ]
    shown = " ".join(terminal.run(f"luanphien outbox show {waiting}").split())
    assert "held by restore, since it may have gone after the backup was made" in shown
    assert "State: held until it is released" in shown
    terminal.run("luanphien outbox release --restored")
    assert json.loads(terminal.run("luanphien outbox list --json"))["counts"].keys() == {"pending"}


def test_json(terminal: Terminal) -> None:
    mail(terminal)
    (terminal.folder / "kept").mkdir()
    answer = json.loads(terminal.run("luanphien backup kept --json"))
    assert list(answer) == ["file", "version", "form", "moment", "database", "final", "tables"]
    assert (answer["file"], answer["database"], answer["final"]) == (
        f"kept/luanphien-{answer['moment'].replace('-', '').replace(':', '')}.jsonl.gz",
        "sqlite",
        False,
    )
    assert answer["tables"]["delivery"]["rows"] == 1
    terminal.run("export LUANPHIEN_DATABASE_URL=sqlite:///new.db")
    restored = json.loads(terminal.run(f"luanphien restore {answer['file']} --json --send"))
    del answer["file"]
    trail = restored.pop("trail")
    assert restored == answer | {"occurrences": 210, "different": [], "taken_back": 0, "held": 0}
    assert (trail["whole"], trail["broken"], trail["heads"]) == (True, None, [])
    assert json.loads(terminal.run("luanphien upgrade --json")) == {
        "was": answer["form"],
        "now": answer["form"],
        "backup": None,
    }
    assert json.loads(terminal.run("luanphien backup --resume --json")) == {"resumed": False}


def test_a_trail_that_somebody_changed_is_told_of_and_comes_back(terminal: Terminal) -> None:
    with closing(sqlite3.connect(terminal.folder / "luanphien.db")) as store:
        store.execute("DROP TRIGGER trail_stays_update")
        store.execute("UPDATE trail SET who = 'ai' WHERE number = 1")
        store.commit()
    terminal.run("luanphien backup b.gz")
    terminal.run("export LUANPHIEN_DATABASE_URL=sqlite:///new.db")
    printed = lines(terminal.run("luanphien restore b.gz"))
    told = "The store is restored, but its record of who did what is not as it was written: line 1 is not as it was"
    assert (terminal.code, printed[2].startswith(told)) == (0, True), printed
    assert printed[3] == "  → compare it with an earlier backup; luanphien changes verify tells it again"
    assert json.loads(terminal.run("luanphien next --json")) != []
    terminal.run("export LUANPHIEN_DATABASE_URL=sqlite:///third.db")
    trail = json.loads(terminal.run("luanphien restore b.gz --json"))["trail"]
    assert (terminal.code, trail["whole"], trail["broken"]) == (0, False, {"what": "line", "number": 1})


def test_a_head_that_was_lost_once_is_told_of_by_a_restore(terminal: Terminal) -> None:
    with closing(sqlite3.connect(terminal.folder / "luanphien.db")) as store:
        store.execute("DELETE FROM trail_head")
        store.commit()
    terminal.run(f"luanphien decide cancel {KEY} --why x --yes")
    terminal.run("luanphien backup b.gz")
    terminal.run("export LUANPHIEN_DATABASE_URL=sqlite:///new.db")
    printed = terminal.run("luanphien restore b.gz")
    assert "was lost or changed before these lines: 2. Lines that stood there may be gone" in as_one_line(printed)


def test_handing_over(terminal: Terminal) -> None:
    assert lines(terminal.run("luanphien backup --final last.gz"))[1:] == [
        "This store is handed over: no mail goes from it, and nothing enters it.",
        "  → point LUANPHIEN_DATABASE_URL to the new store, and run luanphien restore last.gz",
        "  → to work on here instead: luanphien backup --resume",
    ]
    for command in ("sync", "remind --once", f"decide skip {KEY} --waits --why x --yes", "rebuild"):
        printed = " ".join(terminal.run(f"luanphien {command}").split())
        assert (terminal.code, "the store was handed over at 2026-11-23 02:0" in printed) == (1, True), command
        assert "take it back: luanphien backup --resume" in printed
    assert "the store was handed over at" in " ".join(terminal.run("luanphien doctor --no-network").split())
    assert (terminal.run("luanphien next") != "", terminal.code) == (True, 0)
    assert lines(terminal.run("luanphien backup --resume")) == [
        "The store works again. What was restored from its last backup must not send mail."
    ]
    assert lines(terminal.run("luanphien backup --resume")) == ["The store was not handed over; nothing has changed."]
    terminal.run("luanphien sync")
    assert terminal.code == 0


@pytest.mark.parametrize(
    ("command", "code", "words"),
    [
        ("backup", 2, "give a file, or --resume alone"),
        ("backup x.gz --resume", 2, "give a file, or --resume alone"),
        ("backup --final --resume", 2, "give a file, or --resume alone"),
        ("backup luanphien.db", 1, "there is a file luanphien.db already"),
        ("backup none/x.gz", 1, "none/x.gz cannot be written: No such file or directory"),
        ("restore none.gz", 1, "none.gz cannot be used: No such file or directory"),
        ("restore luanphien.db", 1, "luanphien.db is not a backup of luanphien"),
        ("upgrade --backup x.gz --no-backup", 2, "choose --backup or --no-backup"),
        ("outbox release", 2, "give the beginning of an id, or --restored"),
    ],
)
def test_what_cannot_be_done_says_so(terminal: Terminal, command: str, code: int, words: str) -> None:
    printed = as_one_line(terminal.run(f"luanphien {command}"))
    assert (terminal.code, words in printed) == (code, True), printed


def test_a_store_that_holds_something_is_left_alone(terminal: Terminal) -> None:
    terminal.run("luanphien backup b.gz")
    printed = terminal.run("luanphien restore b.gz")
    assert (terminal.code, "the store is not empty, and nothing in it is overwritten" in printed) == (1, True)


@pytest.mark.parametrize(("page", "lang"), [("backup.en.md", "en"), ("backup.md", "vi")])
def test_the_drill_is_as_the_page_shows_it(tmp_path: Path, page: str, lang: str) -> None:
    terminal = Terminal(tmp_path, MORNING)
    terminal.run(f"export LUANPHIEN_LANG={lang}")
    [drill] = [block for block in blocks(DOCS / "how-to" / page) if block.info == "console"]
    for part in drill.text.split("$ ")[1:]:
        command, _, shown = part.partition("\n")
        printed = terminal.run(command)
        assert (terminal.code, same(shown, printed)) == (0, True), printed
