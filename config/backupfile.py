"""A backup as a file: lines of JSON under gzip, counted and summed, so that a file that was cut or changed is known.

The first line is the header, an object. Then comes each table: an object with its name, columns and their kinds, and a
line for each row, an array. The last line holds, for the header and each table, the SHA-256 of its lines, and how many
rows there are. `zcat` and any reader of JSON are enough to get everything out; docs/how-to/backup.en.md describes it.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from gzip import BadGzipFile, GzipFile
from json.encoder import JSONEncoder
from pathlib import Path
from typing import IO, Any

from isal import igzip

from calendars.catalogue import msg
from scheduler.errors import WordedError

FORMAT = 1
MARK = "luanphien-backup"
LEVEL = 2
"""Of igzip: about a third of what zlib takes for the same."""

Watch = Callable[[int, int], object]
Columns = Sequence[tuple[str, str]]

_encode = JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False).encode

SAME_AGAIN = msg("take another backup, or fetch this one again from where it is kept")


class BackupError(WordedError):
    """What stands in the way of a backup or a restore."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """What a backup says of itself: whose it is, the form of its tables (the migration they are at), and when it was.

    `database` is the kind it came from, `final`: nothing was done in that store afterwards.
    """

    version: str
    form: str
    moment: str
    database: str
    final: bool


@dataclass(frozen=True, slots=True)
class Section:
    """One table of a backup: its columns with their kinds, and its rows, to be read once and in turn."""

    table: str
    columns: tuple[tuple[str, str], ...]
    rows: Iterator[list[Any]]


@dataclass(frozen=True, slots=True)
class Sum:
    """How many rows a table has, and the SHA-256 of its lines."""

    rows: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Contents:
    """All that is known of a backup without keeping it."""

    header: Header
    sums: dict[str, Sum]


class Writer:
    """Writes a backup, part by part."""

    def __init__(self, out: GzipFile, header: Header) -> None:
        """Begin with the header."""
        self._out = out
        self._sums: dict[str, Sum] = {}
        self._header = hashlib.sha256()
        self._line({MARK: FORMAT, **asdict(header)}, self._header)
        self.contents = Contents(header, self._sums)

    def section(self, table: str, columns: Columns, rows: Iterable[Sequence[Any]]) -> None:
        """A table whole; the rows are taken as they come."""
        digest, count = hashlib.sha256(), 0
        self._line({"table": table, "columns": [list(column) for column in columns]}, digest)
        for row in rows:
            self._line(row, digest)
            count += 1
        self._sums[table] = Sum(count, digest.hexdigest())

    def end(self) -> None:
        """The line that everything before is checked by."""
        tables = {name: asdict(each) for name, each in self._sums.items()}
        self._out.write((_encode({"end": {"header": self._header.hexdigest(), "tables": tables}}) + "\n").encode())

    def _line(self, value: Any, digest: Any) -> None:
        line = (_encode(value) + "\n").encode()
        digest.update(line)
        self._out.write(line)


@contextmanager
def made(path: Path, header: Header) -> Iterator[Writer]:
    """A new backup, readable by its owner alone, that is there once the block ends, whole and on disk; else it is not.

    Raises BackupError when there is such a file already, or when it cannot be written.
    """
    refuse_existing(path)
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as raw:
            with _packed(raw) as packed:
                writer = Writer(packed, header)
                yield writer
                writer.end()
            raw.flush()
            os.fsync(raw.fileno())
        refuse_existing(path)
        beside.rename(path)
        _to_disk(path.parent)
    except OSError as error:
        raise not_written(path, error) from error
    finally:
        beside.unlink(missing_ok=True)


def _packed(raw: IO[bytes]) -> GzipFile:
    """A packer into this file, which names neither a file nor a time."""
    return igzip.IGzipFile("", "wb", LEVEL, raw, 0)  # type: ignore[no-untyped-call] # igzip has no types


def refuse_existing(path: Path) -> None:
    """Raises BackupError when there is a file of this name."""
    if path.exists():
        raise BackupError(msg("there is a file {path} already"), msg("name another one, or take it away"), path=path)


def _to_disk(folder: Path) -> None:
    """The folder's own entry survives a power cut too."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


class Reader:
    """Reads a backup part by part, and looks whether it is as it was written. Raises BackupError where it is not."""

    def __init__(self, path: Path, lines: Iterator[bytes]) -> None:
        """Read the header."""
        self.path = path
        self._lines = lines
        self._next = next(lines, b"")
        self._known: dict[str, Sum] = {}
        head = self._object()
        version = head.pop(MARK, None)
        if version is None:
            raise _not_a_backup(path)
        if version != FORMAT:
            what = msg("{path} is a backup of a form that this version does not know ({form})")
            raise BackupError(what, msg("restore it with a newer luanphien"), path=path, form=version)
        self._header = hashlib.sha256(self._next).hexdigest()
        try:
            self.header = Header(**head)
        except TypeError as error:
            raise changed(path) from error
        self._next = next(lines, b"")

    def sections(self) -> Iterator[Section]:
        """Each table in turn; its rows are read before the next is asked for. After the last the file was whole."""
        while "end" not in (head := self._object()):
            name, columns = self._named(head)
            rows = self._rows(name, hashlib.sha256(self._next))
            yield Section(name, columns, rows)
            for _ in rows:  # whoever did not want them has them summed all the same
                pass
        tables = {name: asdict(each) for name, each in self._known.items()}
        if head != {"end": {"header": self._header, "tables": tables}} or next(self._lines, None) is not None:
            raise changed(self.path)

    def contents(self) -> Contents:
        """What was read, once all sections were."""
        return Contents(self.header, dict(self._known))

    def _named(self, head: dict[str, Any]) -> tuple[str, tuple[tuple[str, str], ...]]:
        """Which table follows, and its columns."""
        name, columns = head.get("table"), head.get("columns")
        if not isinstance(name, str) or not isinstance(columns, list):
            raise changed(self.path)
        if not all(isinstance(each, list) and [*map(type, each)] == [str, str] for each in columns):
            raise changed(self.path)
        return name, tuple((column, kind) for column, kind in columns)

    def _rows(self, name: str, digest: Any) -> Iterator[list[Any]]:
        count = 0
        for line in self._lines:
            if not line.startswith(b"["):
                self._next = line
                break
            digest.update(line)
            count += 1
            yield self._value(line)
        else:
            self._next = b""
        self._known[name] = Sum(count, digest.hexdigest())

    def _object(self) -> dict[str, Any]:
        if not self._next:
            raise _cut_off(self.path)
        value = self._value(self._next)
        if not isinstance(value, dict):
            raise changed(self.path)
        return value

    def _value(self, line: bytes) -> Any:
        try:
            return json.loads(line)
        except ValueError as error:
            raise changed(self.path) from error


@contextmanager
def opened(path: Path, watch: Watch = lambda _done, _whole: None) -> Iterator[Reader]:
    """A backup to be read; `watch` is told how many bytes of it are done. Raises BackupError, and OSError."""
    with path.open("rb") as raw:
        if raw.read(2) != b"\x1f\x8b":
            raise _not_a_backup(path)
        raw.seek(0)
        whole = path.stat().st_size

        def lines() -> Iterator[bytes]:
            with GzipFile(fileobj=raw) as packed:
                for number, line in enumerate(packed):
                    yield line
                    if not number % 1000:
                        watch(raw.tell(), whole)

        try:
            yield Reader(path, lines())
        except EOFError as error:
            raise _cut_off(path) from error
        except (BadGzipFile, zlib.error, UnicodeDecodeError) as error:
            raise changed(path) from error


def looked_through(path: Path, watch: Watch = lambda _done, _whole: None) -> Contents:
    """Read a backup from end to end, and keep nothing. Raises BackupError when it is not whole, and OSError."""
    with opened(path, watch) as reader:
        for _ in reader.sections():
            pass
        return reader.contents()


def not_written(path: Path, error: OSError) -> BackupError:
    """The disk does not take the file."""
    what = msg("{path} cannot be written: {why}")
    fix = msg("make room, or name another folder; nothing of it was left behind")
    return BackupError(what, fix, path=path, why=error.strerror or error)


def changed(path: Path) -> BackupError:
    """The file is not as it was written."""
    return BackupError(msg("{path} is damaged: it is not as it was written"), SAME_AGAIN, path=path)


def _cut_off(path: Path) -> BackupError:
    return BackupError(msg("{path} is cut off: its end is missing"), SAME_AGAIN, path=path)


def _not_a_backup(path: Path) -> BackupError:
    fix = msg("give a file that luanphien backup has written")
    return BackupError(msg("{path} is not a backup of luanphien"), fix, path=path)
