"""A terminal over the five plans, which are read once for all who only want them to be there."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.docs.terminal import MORNING, Terminal


@pytest.fixture(scope="session")
def stored(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A store with the five plans."""
    terminal = Terminal(tmp_path_factory.mktemp("nap"), MORNING)
    terminal.run("luanphien sync")
    assert terminal.code == 0
    return (terminal.folder / "luanphien.db").read_bytes()


@pytest.fixture
def terminal(tmp_path: Path, stored: bytes) -> Terminal:
    """A folder with the five plans, in English; Hương is at the keyboard."""
    (tmp_path / "luanphien.db").write_bytes(stored)
    return Terminal(tmp_path, MORNING, {"LUANPHIEN_LANG": "en", "LUANPHIEN_WHO": "Hương"})
