"""Calendar parsers of three languages, each giving the same rows: what a feed says, as that parser reads it."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import NoReturn

import pytest
import recurring_ical_events
from icalendar import Calendar

HERE = Path(__file__).parent
ROOT = HERE.parent.parent

Row = tuple[str, str, str, str, str]


@dataclass(frozen=True)
class Reading:
    """UID, first day, day after the last, title and description of every event; the two names of the calendar."""

    rows: tuple[Row, ...]
    names: tuple[str, str]


def by_icalendar(body: bytes) -> Reading:
    """Python: icalendar, expanded by recurring-ical-events."""
    calendar = Calendar.from_ical(body)
    query = recurring_ical_events.of(calendar)
    rows = [
        (
            str(event["UID"]),
            event.start.isoformat(),
            event.end.isoformat(),
            str(event["SUMMARY"]),
            str(event["DESCRIPTION"]),
        )
        for event in query.all()
    ]
    opened = [date.fromisoformat(first) for _, first, *_ in rows]
    assert all(query.at(day) for day in opened)
    return Reading(tuple(sorted(rows)), (str(calendar["X-WR-CALNAME"]), str(calendar["NAME"])))


def by_ical_js(folder: Path, body: bytes) -> Reading:
    """JavaScript: ical.js, the parser of Thunderbird."""
    node = shutil.which("node")
    package = Path(os.environ.get("LUANPHIEN_ICALJS") or ROOT / "node_modules" / "ical.js")
    module = package if package.is_file() else package / "dist" / "ical.js"
    if node is None or not module.is_file():
        missing(
            "ical.js needs node and `npm install --no-save ical.js` (or LUANPHIEN_ICALJS, the folder of the package)"
        )
    return _reading([str(node), str(HERE / "read.mjs"), str(module)], folder, body)


def by_libical(folder: Path, body: bytes) -> Reading:
    """C: libical, the parser of GNOME and Cyrus."""
    compiler, pkg_config = shutil.which("cc") or shutil.which("gcc"), shutil.which("pkg-config")
    flags = ["-lical"]
    if compiler is None:
        missing("libical needs a C compiler")
    if pkg_config:
        found = subprocess.run(
            [pkg_config, "--cflags", "--libs", "libical"], capture_output=True, text=True, check=False
        )
        flags = found.stdout.split() or flags
    program = folder / "read"
    command = [str(compiler), "-Wall", "-Wextra", "-Werror", "-o", str(program), str(HERE / "read.c"), *flags]
    built = subprocess.run(command, capture_output=True, text=True, check=False)
    if built.returncode and "libical/ical.h" in built.stderr:
        missing("libical needs its headers: apt-get install libical-dev")
    assert built.returncode == 0, built.stderr
    return _reading([str(program)], folder, body)


def missing(reason: str) -> NoReturn:
    """Skip where a tool is missing; in CI that is a failure."""
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


def _reading(command: list[str], folder: Path, body: bytes) -> Reading:
    file = folder / "feed.ics"
    file.write_bytes(body)
    done = subprocess.run([*command, str(file)], capture_output=True, check=False, timeout=60)
    assert (done.returncode, done.stderr) == (0, b"")
    *rows, last = [line.split("\t") for line in done.stdout.decode().removesuffix("\n").split("\n")]
    read = [(uid, start, stop, title, text.replace("\x1f", "\n")) for uid, start, stop, title, text in rows]
    return Reading(tuple(sorted(read)), (last[1], last[2]))
