"""A terminal for the tutorial: its commands run for real, in a folder of their own, on one fixed day."""

from __future__ import annotations

import io
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import policy
from email.parser import BytesParser
from pathlib import Path
from unittest.mock import patch

from config import cli
from config.database import Database
from config.session import Job
from config.settings import Settings

ROOT = Path(__file__).parents[3]
WIDTH = 80
MORNING = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
"""A Monday at nine in the office."""


@dataclass(slots=True)
class Terminal:
    """A shell that knows `cd`, `export` and `luanphien`; everything else goes to `sh`. `now` is the time in it."""

    folder: Path
    now: datetime
    variables: dict[str, str] = field(default_factory=dict)
    code: int = 0

    def run(self, line: str) -> str:
        """What a command prints, standard error included; its exit code is in `code`."""
        words = shlex.split(line)
        if words[0] == "cd":
            self.folder = (self.folder / words[1]).resolve()
            return ""
        if words[0] == "export":
            for pair in words[1:]:
                name, _, value = pair.partition("=")
                self.variables[name] = value
            return ""
        if words[0] == "luanphien" and ">" not in words:
            return self._luanphien(words)
        if words[0] == "luanphien":
            target = words.index(">")
            (self.folder / words[target + 1]).write_text(self._luanphien(words[:target]), encoding="utf-8")
            return ""
        done = subprocess.run(["sh", "-c", line], cwd=self.folder, capture_output=True, text=True, check=False)
        self.code = done.returncode
        return done.stdout + done.stderr

    def database(self, name: str = "luanphien.db") -> Database:
        """A store in the folder; the caller closes it."""
        return Database(f"sqlite:///{self.folder / name}")

    def mails(self) -> list[str]:
        """The text of every mail in the Maildir."""
        files = sorted((self.folder / "luanphien-mail" / "new").iterdir())
        read = [BytesParser(policy=policy.default).parsebytes(file.read_bytes()) for file in files]
        return [part.get_content() for mail in read if (part := mail.get_body(("plain",)))]

    def edit(self, file: str, diff: str) -> None:
        """Make the edit a unified hunk shows: its lines with - and blank become those with + and blank."""
        path = self.folder / file
        before = "".join(f"{line[1:]}\n" for line in diff.splitlines() if line[:1] in ("-", " "))
        after = "".join(f"{line[1:]}\n" for line in diff.splitlines() if line[:1] in ("+", " "))
        text = path.read_text(encoding="utf-8")
        assert text.count(before) == 1, f"{file} has not this once:\n{before}"
        path.write_text(text.replace(before, after), encoding="utf-8")

    def _luanphien(self, words: list[str]) -> str:
        shift, self.code = self.now - datetime.now(UTC), 0
        out = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True)
        jobs: list[Job] = []

        def start(_: type[Job]) -> Job:
            jobs.append(Job(Settings(), shift))
            return jobs[-1]

        with (
            _environment(self.variables | {"COLUMNS": str(WIDTH)}),
            _folder(self.folder),
            patch.object(Job, "start", classmethod(start)),
            patch.object(sys, "argv", words),
            redirect_stdout(out),
            redirect_stderr(out),
        ):
            try:
                cli.main()
            except SystemExit as end:
                self.code = end.code if isinstance(end.code, int) else 1
            finally:
                for job in jobs:
                    job.database.close()
            out.flush()
        return out.buffer.getvalue().decode()  # type: ignore[attr-defined]


def lines(printed: str) -> list[str]:
    """What was printed, without the blanks at the ends of lines."""
    return [line.rstrip() for line in printed.splitlines()]


def as_one_line(printed: str) -> str:
    """What was printed, however it was broken into lines and framed."""
    return " ".join(printed.replace("│", "").split())


def same(shown: str, printed: str) -> bool:
    """Whether what a page shows is what was printed: a line `…` stands for any lines, `…` inside one for any words."""
    pattern = ""
    for line in shown.splitlines():
        if line.strip() == "…":
            pattern += r"(?:.*\n)*?"
        else:
            pattern += ".*".join(re.escape(part) for part in line.rstrip().split("…")) + r"\n"
    clean = "".join(f"{line}\n" for line in lines(printed))
    return re.fullmatch(pattern, clean) is not None


@contextmanager
def _environment(variables: Mapping[str, str]) -> Iterator[None]:
    own = {name: value for name, value in os.environ.items() if not name.startswith("LUANPHIEN_")}
    with patch.dict(os.environ, own | dict(variables), clear=True):
        yield


@contextmanager
def _folder(path: Path) -> Iterator[None]:
    before = Path.cwd()
    os.chdir(path)
    try:
        yield
    finally:
        os.chdir(before)
