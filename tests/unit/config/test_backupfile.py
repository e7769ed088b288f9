"""A backup as a file: read as it was written, or refused, whatever became of it."""

from __future__ import annotations

import gzip
import json
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from config import backupfile
from config.backupfile import BackupError, Contents, Header

HEADER = Header(version="0.1.0", form="0006", moment="2026-11-22T02:00:00Z", database="sqlite", final=False)
TABLES: dict[str, tuple[tuple[tuple[str, str], ...], list[list[Any]]]] = {
    "journal": ((("id", "integer"), ("text", "text")), [[1, "Kế hoạch\n“một”"], [2, None], [3, "\u2028 \\ [ {"]]),
    "kept": ((("name", "text"), ("value", "text")), []),
    "mail_bytes": ((("delivery_id", "text"), ("message", "bytes")), [["a", "AAEC"]]),
}


def written(path: Path, tables: Any = None) -> Contents:
    with backupfile.made(path, HEADER) as writer:
        for name, (columns, rows) in (TABLES if tables is None else tables).items():
            writer.section(name, columns, rows)
    return writer.contents


def read(path: Path) -> tuple[Header, dict[str, Any]]:
    with backupfile.opened(path) as reader:
        return reader.header, {each.table: (each.columns, [*each.rows]) for each in reader.sections()}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("whole") / "b.gz"
    written(path)
    return path.read_bytes()


def test_it_is_read_as_it_was_written(tmp_path: Path) -> None:
    contents = written(tmp_path / "b.gz")
    assert read(tmp_path / "b.gz") == (HEADER, TABLES)
    assert backupfile.looked_through(tmp_path / "b.gz") == contents
    assert {name: each.rows for name, each in contents.sums.items()} == {"journal": 3, "kept": 0, "mail_bytes": 1}


def test_it_can_be_read_without_us(tmp_path: Path) -> None:
    written(tmp_path / "b.gz")
    lines = [json.loads(line) for line in gzip.decompress((tmp_path / "b.gz").read_bytes()).splitlines()]
    assert lines[0] == {
        "luanphien-backup": 1,
        "version": "0.1.0",
        "form": "0006",
        "moment": "2026-11-22T02:00:00Z",
        "database": "sqlite",
        "final": False,
    }
    assert lines[1:3] == [
        {"table": "journal", "columns": [["id", "integer"], ["text", "text"]]},
        [1, "Kế hoạch\n“một”"],
    ]
    assert set(lines[-1]["end"]) == {"header", "tables"}


def test_it_is_for_its_owner_alone_and_says_nothing_of_the_machine(tmp_path: Path, whole: bytes) -> None:
    written(tmp_path / "secret-name.gz")
    assert stat.S_IMODE((tmp_path / "secret-name.gz").stat().st_mode) == 0o600
    assert (tmp_path / "secret-name.gz").read_bytes() == whole  # neither name nor time in it


def test_what_is_not_finished_is_not_there(tmp_path: Path) -> None:
    rows = ([10 // number] for number in (2, 1, 0))
    with pytest.raises(ZeroDivisionError), backupfile.made(tmp_path / "b.gz", HEADER) as writer:
        writer.section("journal", (("id", "integer"),), rows)
    assert [*tmp_path.iterdir()] == []


def test_a_section_left_unread_is_summed_all_the_same(tmp_path: Path) -> None:
    contents = written(tmp_path / "b.gz")
    with backupfile.opened(tmp_path / "b.gz") as reader:
        for section in reader.sections():
            next(section.rows, None)
        assert reader.contents() == contents


def outcome(path: Path, content: bytes) -> object:
    """What reading gives: the rows, or that it is refused."""
    path.write_bytes(content)
    try:
        return read(path)
    except BackupError as error:
        return error.message


REFUSALS = {
    "{path} is damaged: it is not as it was written",
    "{path} is cut off: its end is missing",
    "{path} is not a backup of luanphien",
}


@settings(max_examples=1500, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_each_byte_changed_is_refused_or_equal(tmp_path: Path, whole: bytes, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(whole) - 1))
    flip = data.draw(st.integers(1, 255))
    changed = whole[:place] + bytes([whole[place] ^ flip]) + whole[place + 1 :]
    assert outcome(tmp_path / "b.gz", changed) in ((HEADER, TABLES), *REFUSALS)


@settings(max_examples=800, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_each_letter_changed_within_its_packing_is_refused(tmp_path: Path, whole: bytes, data: st.DataObject) -> None:
    """As if the packing were no safeguard."""
    plain = gzip.decompress(whole)
    place = data.draw(st.integers(0, len(plain) - 1))
    flip = data.draw(st.integers(1, 255))
    changed = plain[:place] + bytes([plain[place] ^ flip]) + plain[place + 1 :]
    found = outcome(tmp_path / "b.gz", gzip.compress(changed, 1))
    assert found in ("{path} is a backup of a form that this version does not know ({form})", *REFUSALS) or (
        # a blank more or less in the last line says the same
        found == (HEADER, TABLES) and place > plain.rindex(b"\n", 0, -1)
    )


def test_cut_anywhere_it_is_refused(tmp_path: Path, whole: bytes) -> None:
    for end in range(len(whole)):
        assert outcome(tmp_path / "b.gz", whole[:end]) in REFUSALS, end


def test_lines_left_out_are_missed(tmp_path: Path, whole: bytes) -> None:
    lines = gzip.decompress(whole).splitlines(keepends=True)
    for number in range(len(lines)):
        rest = b"".join(lines[:number] + lines[number + 1 :])
        assert outcome(tmp_path / "b.gz", gzip.compress(rest)) in REFUSALS, number
    for number in range(1, len(lines)):
        assert outcome(tmp_path / "b.gz", gzip.compress(b"".join(lines[:number]))) in REFUSALS, number
    assert outcome(tmp_path / "b.gz", gzip.compress(b"".join([*lines, b"[]\n"]))) in REFUSALS


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.binary(max_size=200))
@example(b"")
@example(b"\x1f\x8b")
def test_anything_else_is_no_backup(tmp_path: Path, content: bytes) -> None:
    assert outcome(tmp_path / "b.gz", content) in REFUSALS
    assert outcome(tmp_path / "b.gz", gzip.compress(content)) in REFUSALS


def test_a_later_form_of_file_is_said(tmp_path: Path, whole: bytes) -> None:
    later = gzip.decompress(whole).replace(b'"luanphien-backup":1', b'"luanphien-backup":2')
    (tmp_path / "b.gz").write_bytes(gzip.compress(later))
    with pytest.raises(BackupError, match=r"a form that this version does not know \(2\): restore it with a newer"):
        backupfile.looked_through(tmp_path / "b.gz")


FULL = """
import resource, sys
from pathlib import Path
from config import backupfile
from tests.unit.config.test_backupfile import HEADER
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
try:
    with backupfile.made(Path(sys.argv[1]), HEADER) as writer:
        import random
        chance = random.Random(1)
        writer.section("journal", (("text", "text"),), ([chance.randbytes(500).hex()] for _ in range(1000)))
except backupfile.BackupError as error:
    print(error.message, "|", error.fix)
"""


def test_without_room_nothing_is_left_behind(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", FULL, str(tmp_path / "b.gz")],
        cwd=Path(__file__).parents[3],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == (
        "{path} cannot be written: {why} | make room, or name another folder; nothing of it was left behind\n"
    )
    assert [*tmp_path.iterdir()] == []


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(BackupError, match="cannot be written: No such file or directory"):
        written(tmp_path / "none" / "b.gz")


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    """200 MB of rows in a process that has 50 MB more at most than it began with."""
    program = f"""
import resource, sys
from pathlib import Path
from config import backupfile
from tests.unit.config.test_backupfile import HEADER
row = ["x" * 1000]
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
with backupfile.made(Path({str(tmp_path / "b.gz")!r}), HEADER) as writer:
    writer.section("journal", (("text", "text"),), (row for _ in range(200_000)))
assert backupfile.looked_through(Path({str(tmp_path / "b.gz")!r})).sums["journal"].rows == 200_000
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=Path(__file__).parents[3], capture_output=True, text=True, check=True
    )
    assert int(done.stdout) < 50
