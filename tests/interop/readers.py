"""Independent calendar parsers in three languages, each giving the same rows: what a feed says, as it reads it."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from functools import partial
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import NoReturn

import pytest
import recurring_ical_events
from icalendar import Calendar

HERE = Path(__file__).parent
NODE_MODULES = Path(os.environ.get("LUANPHIEN_NODE_MODULES") or HERE.parent.parent / "node_modules")

Row = tuple[str, str, str, str, str]


@dataclass(frozen=True)
class Reading:
    """UID, first day, day after the last, title and description of every event; both names of the calendar."""

    rows: tuple[Row, ...]
    names: tuple[str, str]

    @classmethod
    def of(cls, rows: Iterable[tuple[str, date, date, str, str]], *names: str) -> Reading:
        """The rows in order; a parser that tells one name only has two that are alike."""
        found = [(uid, start.isoformat(), stop.isoformat(), title, text) for uid, start, stop, title, text in rows]
        return cls(tuple(sorted(found)), (names[0], names[-1]))


Reader = Callable[[Path, bytes], Reading]
"""Reads a calendar. The folder is for the reader's own files; given again, it spares the reader work."""


def by_icalendar(_: Path, body: bytes) -> Reading:
    """Python: icalendar, expanded by recurring-ical-events."""
    calendar = Calendar.from_ical(body)
    query = recurring_ical_events.of(calendar)
    rows = [
        (str(event["UID"]), event.start, event.end, str(event["SUMMARY"]), str(event["DESCRIPTION"]))
        for event in query.all()
    ]
    assert all(query.at(start) for _, start, *_ in rows)
    return Reading.of(rows, str(calendar["X-WR-CALNAME"]), str(calendar["NAME"]))


def by_vobject(_: Path, body: bytes) -> Reading:
    """Python: vobject, the parser of Radicale."""
    calendar = _package("vobject").readOne(body.decode())
    rows = [
        tuple(event.contents[name][0].value for name in ("uid", "dtstart", "dtend", "summary", "description"))
        for event in calendar.vevent_list
    ]
    return Reading.of(rows, *(calendar.contents[name][0].value for name in ("x-wr-calname", "name")))


def by_ics(_: Path, body: bytes) -> Reading:
    """Python: ics, which reads by a formal grammar."""
    calendar = _package("ics").Calendar(body.decode())
    assert all(event.all_day for event in calendar.events)
    rows = [
        (event.uid, event.begin.date(), event.end.date(), event.name, event.description) for event in calendar.events
    ]
    names = {line.name: line.value for line in calendar.extra if line.name in {"X-WR-CALNAME", "NAME"}}
    return Reading.of(rows, names["X-WR-CALNAME"], names["NAME"])


def by_ical(_: Path, body: bytes) -> Reading:
    """Python: ical, the parser of Home Assistant."""
    calendar = _package("ical.calendar_stream").IcsCalendarStream.calendar_from_ics(body.decode())
    rows = [(event.uid, event.dtstart, event.dtend, event.summary, event.description) for event in calendar.events]
    named = next(line.value for line in calendar.extras if line.name == "x-wr-calname")
    return Reading.of(rows, named, *calendar.name)


def by_node(script: str, module: str, folder: Path, body: bytes) -> Reading:
    """JavaScript: the script of this folder that reads with a package of npm; the days are those in Vietnam."""
    node, path = shutil.which("node"), NODE_MODULES / module
    if node is None or not path.is_file():
        package = module.partition("/")[0]
        missing(f"{package} needs node, npm and `make npm` (or LUANPHIEN_NODE_MODULES, the folder it is in)")
    return _told([str(node), str(HERE / script), str(path)], folder, body)


def by_libical(folder: Path, body: bytes) -> Reading:
    """C: libical, the parser of GNOME and Cyrus."""
    program = folder / "read-libical"
    if not program.exists():
        _compile(program)
    return _told([str(program)], folder, body)


READERS: dict[str, Reader] = {
    "icalendar": by_icalendar,
    "vobject": by_vobject,
    "ics": by_ics,
    "ical": by_ical,
    "ical.js": partial(by_node, "read-ical-js.mjs", "ical.js/dist/ical.js"),
    "node-ical": partial(by_node, "read-node-ical.mjs", "node-ical/node-ical.js"),
    "ts-ics": partial(by_node, "read-ts-ics.mjs", "ts-ics/dist/index.js"),
    "libical": by_libical,
}
"""Every reader by the name of its parser; no two share code that reads."""


def missing(reason: str) -> NoReturn:
    """Skip where a tool is missing; in CI that is a failure."""
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


def _package(name: str) -> ModuleType:
    try:
        return import_module(name)
    except ModuleNotFoundError as error:
        missing(f"{error.name} is not installed: make install")


def _compile(program: Path) -> None:
    compiler, pkg_config = shutil.which("cc") or shutil.which("gcc"), shutil.which("pkg-config")
    flags = ["-lical"]
    if compiler is None:
        missing("libical needs a C compiler")
    if pkg_config:
        found = subprocess.run(
            [pkg_config, "--cflags", "--libs", "libical"], capture_output=True, text=True, check=False
        )
        flags = found.stdout.split() or flags
    source = str(HERE / "read-libical.c")
    command = [str(compiler), "-Wall", "-Wextra", "-Werror", "-o", str(program), source, *flags]
    built = subprocess.run(command, capture_output=True, text=True, check=False)
    if built.returncode and "libical/ical.h" in built.stderr:
        missing("libical needs its headers: apt-get install libical-dev")
    assert built.returncode == 0, built.stderr


def _told(command: list[str], folder: Path, body: bytes) -> Reading:
    file = folder / "feed.ics"
    file.write_bytes(body)
    abroad = {**os.environ, "TZ": "Asia/Ho_Chi_Minh"}
    done = subprocess.run([*command, str(file)], capture_output=True, check=False, timeout=60, env=abroad)
    assert (done.returncode, done.stderr) == (0, b"")
    *rows, last = [line.split("\t") for line in done.stdout.decode().removesuffix("\n").split("\n")]
    read = [
        (uid, date.fromisoformat(start), date.fromisoformat(stop), title, text.replace("\x1f", "\n"))
        for uid, start, stop, title, text in rows
    ]
    return Reading.of(read, *last[1:])
