"""Plan, directory and holiday files on disk: which ones, and their text or what keeps it from being read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from calendars.catalogue import msg
from config.drawer import Drawer
from config.guard import MAX_BYTES, too_large
from config.planfile import SourceFile
from scheduler.errors import Problem

HOME = Path(__file__).parent
SUFFIXES = (".yaml", ".yml")

MOST_HELD = 1_000_000
"""Bytes of texts of one shelf that are kept in memory; the others wait on disk."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """Files of one sort, and the problems with those that could not be read."""

    files: tuple[SourceFile, ...]
    problems: tuple[Problem, ...]


@dataclass(slots=True)
class _Filling:
    """A shelf being filled."""

    files: list[SourceFile] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    held: int = 0
    drawer: Drawer | None = None

    def put(self, name: str, text: str) -> None:
        """One file more; in memory while there is room."""
        self.held += len(text)
        if self.held <= MOST_HELD:
            self.files.append(SourceFile(name, text))
            return
        self.drawer = self.drawer or Drawer()
        self.files.append(self.drawer.keep(name, text))


def plan_files(paths: Iterable[str], *, bare: bool = False) -> Shelf:
    """The plan files in these files and folders; none given: the packaged ones. `bare`: a folder may hold none."""
    return _shelf([Path(path) for path in paths] or [HOME / "plans"], bare=bare)


def directory_files(folder: str | None) -> Shelf:
    """The directory files of a folder; None: the packaged one."""
    path = Path(folder) if folder else HOME / "directory"
    if any(_yaml_in(path)):
        return _shelf([path])
    message = msg("there is no directory file here") if path.exists() else msg("there is no such file or folder")
    fix = "let LUANPHIEN_DIRECTORY name a folder of .yaml files, or unset it to use the packaged directory"
    return Shelf((), (Problem(str(path), 1, 1, "", message, fix),))


def holiday_file() -> SourceFile:
    """The packaged corrections to the holiday calendars."""
    return SourceFile("holidays.yaml", (HOME / "holidays.yaml").read_text(encoding="utf-8"))


def one_file(path: str) -> tuple[SourceFile | None, tuple[Problem, ...]]:
    """The file at `path`, or what keeps it from being read."""
    shelf = _Filling()
    if Path(path).is_file():
        _take(Path(path), shelf)
    else:
        message = msg("there is no such file")
        shelf.problems.append(
            Problem(path, 1, 1, "", message, "mend the setting, or unset it to use the packaged file")
        )
    return (shelf.files[0] if shelf.files else None), tuple(shelf.problems)


def _shelf(paths: list[Path], *, bare: bool = False) -> Shelf:
    shelf = _Filling()
    for path in paths:
        found = list(_yaml_in(path))
        if not found and not (bare and path.is_dir()):
            message = msg("there is no plan file here") if path.exists() else msg("there is no such file or folder")
            shelf.problems.append(Problem(str(path), 1, 1, "", message, "give a folder of .yaml files, or a file"))
        for file in found:
            _take(file, shelf)
    return Shelf(tuple(shelf.files), tuple(shelf.problems))


def _yaml_in(path: Path) -> Iterator[Path]:
    if path.is_dir():
        yield from sorted(item for item in path.iterdir() if item.suffix in SUFFIXES and item.is_file())
    elif path.is_file():
        yield path


def _take(path: Path, shelf: _Filling) -> None:
    """Read one file, never more of it than a plan may hold."""
    try:
        with path.open("rb") as stream:
            raw = stream.read(MAX_BYTES + 1)
    except OSError as error:
        why = {"why": error.strerror or type(error).__name__}
        shelf.problems.append(
            Problem(str(path), 1, 1, "", "the file cannot be read: {why}", "check its permissions", why)
        )
        return
    if len(raw) > MAX_BYTES:
        shelf.problems.append(too_large(str(path), path.stat().st_size))
        return
    text = decoded(str(path), raw)
    if isinstance(text, Problem):
        shelf.problems.append(text)
    else:
        shelf.put(str(path), text)


def decoded(name: str, raw: bytes) -> str | Problem:
    """The text of a file, or where it is none."""
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        column = error.start - raw.rfind(b"\n", 0, error.start)
        return Problem(name, line, column, "", "the file is not UTF-8 text", "save it as UTF-8")
