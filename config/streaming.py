"""Long answers written while they are made, so that memory does not grow with them."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from json.encoder import encode_basestring
from tempfile import TemporaryFile
from typing import IO, Any

from rich.console import Console, Group, RenderableType

AT_ONCE = 100
"""Parts of a screen that are laid out together."""


def stream_json(value: Any) -> int:
    """Print one JSON value, the same text as `session.write_json`; iterators in it are lists, written as they come.

    Returns how many items the first iterator had.
    """
    out = _Out()
    for part in _parts(value, "\n", out):
        sys.stdout.write(part)
    sys.stdout.write("\n")
    return out.counts[0] if out.counts else 0


def stream_screen(console: Console, parts: Iterable[RenderableType]) -> int:
    """Print parts of a screen one below the other as they come; returns how many there were."""
    count, waiting = 0, iter(parts)
    while some := tuple(islice(waiting, AT_ONCE if count else 1)):
        console.print(Group(*some), crop=False)  # whatever is longer than a line is meant to be
        count += len(some)
    return count


class _Out:
    """How many items each iterator had, in the order in which they began."""

    def __init__(self) -> None:
        self.counts: list[int] = []


def _parts(value: Any, newline: str, out: _Out) -> Iterator[str]:
    """The text of a value, in parts; `newline` begins a line at its depth."""
    if isinstance(value, Iterator):
        yield from _items(value, newline, out)
    elif _streams(value):
        deeper, before = newline + "  ", "{"
        for name, item in value.items():
            yield f"{before}{deeper}{encode_basestring(name)}: "
            yield from _parts(item, deeper, out)
            before = ","
        yield newline + "}"
    else:
        yield _text(value, newline)


def _streams(value: Any) -> bool:
    """Whether there are iterators in a value's fields."""
    return isinstance(value, dict) and any(isinstance(item, Iterator) or _streams(item) for item in value.values())


def _items(items: Iterator[Any], newline: str, out: _Out) -> Iterator[str]:
    place, deeper, before = len(out.counts), newline + "  ", "["
    out.counts.append(0)
    for item in items:
        yield before + deeper
        yield from _parts(item, deeper, out)
        out.counts[place] += 1
        before = ","
    yield newline + "]" if before == "," else "[]"


def _text(value: Any, newline: str) -> str:
    """As `json.dumps` with `indent=2` and letters as they are, which takes five times as long."""
    if isinstance(value, str):
        return encode_basestring(value)
    if value is None or value is True or value is False:
        return _SINGLE[value]
    if isinstance(value, dict) and value:
        deeper = newline + "  "
        items = [f"{_name(name)}: {_text(item, deeper)}" for name, item in value.items()]
        return f"{{{deeper}{f',{deeper}'.join(items)}{newline}}}"
    if isinstance(value, list | tuple):
        deeper = newline + "  "
        return f"[{deeper}{f',{deeper}'.join([_text(item, deeper) for item in value])}{newline}]" if value else "[]"
    return json.dumps(value, ensure_ascii=False)


_SINGLE = {None: "null", True: "true", False: "false"}


def _name(name: Any) -> str:
    return encode_basestring(name) if isinstance(name, str) else json.dumps({name: 0})[1:-4]


class Spool:
    """Values that wait on disk until they are printed: of what may yet fail nothing is printed before it is done."""

    def __init__(self, file: IO[str]) -> None:
        """Keep them in this file."""
        self._file = file
        self.count = 0

    @classmethod
    @contextmanager
    def open(cls) -> Iterator[Spool]:
        """An empty one; its file is gone when the block ends."""
        with TemporaryFile("w+", encoding="utf-8") as file:
            yield cls(file)

    def put(self, value: Any) -> None:
        """Keep one value, of what JSON can hold."""
        self._file.write(json.dumps(value, ensure_ascii=False) + "\n")
        self.count += 1

    def __iter__(self) -> Iterator[Any]:
        """All of them, in order."""
        self._file.seek(0)
        return map(json.loads, self._file)
