"""Files of people, of which more are given than memory should hold."""

from __future__ import annotations

import gc
import tracemalloc
from pathlib import Path

import pytest

from config import files
from config.drawer import Drawer, KeptFile
from config.planfile import SourceFile, load_people, load_plans, plan_id

TEXTS = {"a.yaml": "plan: một\n", "b.yaml": "", "c.yaml": "plan: ສອງ\n# " + "x" * 5000, "d.yml": "plan: ba\r\n"}


def open_files() -> set[str]:
    """The files this process has open."""
    return {entry.name for entry in Path("/proc/self/fd").iterdir()}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in TEXTS.items():
        (tmp_path / name).write_text(text, encoding="utf-8", newline="")
    (tmp_path / "broken.yaml").write_bytes(b"plan: \xff\n")
    return tmp_path


def test_what_waits_on_disk_is_what_was_read(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    held = files.plan_files([str(folder)])
    monkeypatch.setattr(files, "MOST_HELD", 12)
    kept = files.plan_files([str(folder)])
    for name in TEXTS:
        (folder / name).write_text("plan: changed meanwhile\n", encoding="utf-8")
    assert [type(file) for file in kept.files] == [SourceFile, SourceFile, KeptFile, KeptFile]
    assert [(file.name, file.text) for file in kept.files] == [(file.name, file.text) for file in held.files]
    assert [file.text for file in kept.files] == list(TEXTS.values())
    assert kept.problems == held.problems
    assert [plan_id(file) for file in kept.files] == [plan_id(file) for file in held.files]


def test_kept_files_are_the_same_where_their_texts_are() -> None:
    drawer, other = Drawer(), Drawer()
    one, two, same = drawer.keep("a", "một"), drawer.keep("a", "hai"), other.keep("a", "một")
    assert (one == same, one == two, len({one, two, same})) == (True, False, 2)


def test_problems_of_kept_files_are_those_of_files_in_memory(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    people = load_people([])
    held = load_plans(people, files.plan_files([str(folder)]).files).problems
    monkeypatch.setattr(files, "MOST_HELD", 0)
    assert load_plans(people, files.plan_files([str(folder)]).files).problems == held != ()


def test_a_drawer_is_closed_with_the_last_of_its_files() -> None:
    before = open_files()
    file = Drawer().keep("a", "một")
    assert (file.text, len(open_files() - before) >= 1) == ("một", True)
    del file
    gc.collect()
    assert open_files() <= before


def test_many_files_are_not_held_in_memory(tmp_path: Path) -> None:
    for number in range(300):
        (tmp_path / f"{number:03}.yaml").write_text(f"plan: p{number}\n# " + "ộ" * 10_000, encoding="utf-8")
    tracemalloc.start()
    shelf = files.plan_files([str(tmp_path)])
    size, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert size < 3 * files.MOST_HELD < sum(len(file.text.encode()) for file in shelf.files)
