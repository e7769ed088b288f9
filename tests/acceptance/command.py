"""The installed command, run as a user runs it: in a folder, with an environment of its own."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import pickle
import sqlite3
import subprocess
import sysconfig
from collections.abc import Iterator
from contextlib import contextmanager
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


@contextmanager
def alone(path: Path) -> Iterator[Path]:
    """Hold `path` against the other processes of the test run."""
    with path.with_name(f"{path.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield path


@dataclass
class Desk:
    """A folder in which the command runs. Answers to `ask` are kept beside it, for all processes of the test run."""

    folder: Path
    settings: dict[str, str] = field(default_factory=dict)

    def run(self, *words: str, **settings: str) -> Answer:
        """Run the command with these words; `settings` are LUANPHIEN_ variables."""
        done = subprocess.run(
            [COMMAND, *words],
            cwd=self.folder,
            env=self.environment(**settings),
            capture_output=True,
            timeout=PATIENCE,
            check=False,
        )
        return Answer(done.returncode, done.stdout, done.stderr.decode())

    def environment(self, **settings: str) -> dict[str, str]:
        """What a program is given: this machine's environment, and of our variables only these."""
        plain = {name: value for name, value in os.environ.items() if not name.startswith("LUANPHIEN_")}
        own = {f"LUANPHIEN_{name.upper()}": value for name, value in {**self.settings, **settings}.items()}
        return plain | own

    def ask(self, *words: str) -> Answer:
        """Run it once, by whichever process comes first; only for what changes nothing."""
        name = hashlib.sha256("\0".join(words).encode()).hexdigest()
        with alone(self.folder.with_name(f"{self.folder.name}.{name}")) as kept:
            if not kept.exists():
                kept.write_bytes(pickle.dumps(self.run(*words)))
        found: Answer = pickle.loads(kept.read_bytes())  # noqa: S301 - our own, of this run
        return found

    def store(self) -> list[str]:
        """Everything in the store, as SQL."""
        with sqlite3.connect(self.folder / "luanphien.db") as connection:
            dump = list(connection.iterdump())
        connection.close()
        return dump
