"""The installed command, run as a user runs it: in a folder, with an environment of its own."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sysconfig
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

COMMAND = Path(sysconfig.get_path("scripts")) / "luanphien"
PATIENCE = 120


@dataclass(frozen=True)
class Answer:
    """What a command printed, and how it ended."""

    code: int
    raw: bytes
    err: str

    @property
    def out(self) -> str:
        return self.raw.decode()

    @property
    def said(self) -> str:
        """Everything it said, whatever the width of the terminal."""
        return " ".join(f"{self.out} {self.err}".split())

    @property
    def json(self) -> Any:
        return json.loads(self.raw)


@dataclass
class Desk:
    """A folder in which the command runs. `ask` remembers answers; only for what changes nothing."""

    folder: Path
    settings: dict[str, str] = field(default_factory=dict)
    answers: dict[tuple[str, ...], Answer] = field(default_factory=dict)

    def run(self, *words: str, **settings: str) -> Answer:
        """Run the command with these words; `settings` are LUANPHIEN_ variables."""
        plain = {name: value for name, value in os.environ.items() if not name.startswith("LUANPHIEN_")}
        own = {f"LUANPHIEN_{name.upper()}": value for name, value in {**self.settings, **settings}.items()}
        done = subprocess.run(
            [COMMAND, *words], cwd=self.folder, env=plain | own, capture_output=True, timeout=PATIENCE, check=False
        )
        return Answer(done.returncode, done.stdout, done.stderr.decode())

    def ask(self, *words: str) -> Answer:
        """Run it once, and remember the answer."""
        if words not in self.answers:
            self.answers[words] = self.run(*words)
        return self.answers[words]

    def store(self) -> list[str]:
        """Everything in the store, as SQL."""
        with sqlite3.connect(self.folder / "luanphien.db") as connection:
            dump = list(connection.iterdump())
        connection.close()
        return dump
