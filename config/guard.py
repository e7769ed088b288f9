"""YAML from people, read under guard: plain text values with their places, and every fault with its line."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

from calendars.gate import unprintable
from scheduler.errors import Problem

MAX_BYTES = 1_000_000
MAX_NODES = 100_000
MAX_DEPTH = 30
MAX_SCALAR = 5_000
NULLS = frozenset({"", "~", "null", "Null", "NULL"})

HALF_CHARACTER = re.compile("[\ud800-\udfff]")

Path = tuple[str | int, ...]
Place = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Marked:
    """Plain values (mappings, lists, text, None) and where each stands: path → (line, column), from 1."""

    data: Any
    places: Mapping[Path, Place]

    def at(self, path: Path) -> Place:
        """Place of the value at `path`, or of the nearest value around it."""
        known: Path = ()
        for step in path:
            if (*known, step) in self.places:
                known = (*known, step)
        return self.places.get(known, (1, 1))


@dataclass(slots=True)
class _Frame:
    path: Path
    container: dict[str, Any] | list[Any]
    key: str | None = None


@dataclass(slots=True)
class _Builder:
    """Builds plain values from parser events, without recursion."""

    file: str
    root: Any = None
    places: dict[Path, Place] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    frames: list[_Frame] = field(default_factory=list)
    nodes: int = 0

    def fault(self, event: yaml.Event, message: str, fix: str, **fields: object) -> None:
        line, column = _place(event)
        name = ".".join(map(str, self.path_for_next()))
        self.problems.append(Problem(self.file, line, column, name, message=message, fix=fix, fields=fields))

    def path_for_next(self) -> Path:
        if not self.frames:
            return ()
        frame = self.frames[-1]
        step = len(frame.container) if isinstance(frame.container, list) else frame.key
        return frame.path if step is None else (*frame.path, step)

    def add(self, value: Any, event: yaml.Event) -> None:
        path = self.path_for_next()
        self.places.setdefault(path, _place(event))
        if not self.frames:
            self.root = value
            return
        frame = self.frames[-1]
        if isinstance(frame.container, list):
            frame.container.append(value)
        elif frame.key is not None:
            frame.container[frame.key] = value
            frame.key = None

    def scalar(self, event: yaml.ScalarEvent) -> None:
        text = unicodedata.normalize("NFC", event.value)
        frame = self.frames[-1] if self.frames else None
        if frame is not None and isinstance(frame.container, dict) and frame.key is None:
            self.key(frame, text, event)
            return
        if len(text) > MAX_SCALAR:
            self.fault(event, "a text of {length} characters is too long", "shorten it to {most}",
                       length=len(text), most=MAX_SCALAR)  # fmt: skip
        if (bad := unprintable(text)) is not None:
            self.fault(event, "the text holds the control character {code}", "type the text again without it", code=bad)
        plain = event.style in (None, "")
        self.add(None if plain and text in NULLS else text, event)

    def key(self, frame: _Frame, text: str, event: yaml.ScalarEvent) -> None:
        if text == "<<":
            self.fault(event, "merge keys (<<) are not read", "write the fields out")
        if (bad := unprintable(text)) is not None or "\n" in text:
            message, fix = "the text holds the control character {code}", "type the text again without it"
            self.fault(event, message, fix, code=bad or "U+000A")
        if text in frame.container:
            self.fault(event, "the key {key} stands twice", "keep one of the two", key=text)
        frame.key = text
        self.places[(*frame.path, text)] = _place(event)


def read_yaml(text: str, file: str) -> tuple[Marked, list[Problem]]:
    """Read YAML into plain values; never raises for what the file holds. With problems the values may be partial.

    Refused: over 1 MB, over 100,000 nodes, nesting over 30, aliases, anchors, merge keys, tags, duplicate keys, a
    second document, control characters. Every scalar stays text; dates and numbers are the reader's business.
    """
    size = len(text.encode("utf-8", "surrogatepass"))
    if size > MAX_BYTES:
        return Marked(None, {}), [too_large(file, size)]
    builder = _Builder(file)
    if (found := HALF_CHARACTER.search(text)) is not None:
        half = found.start()
        line, column = text[:half].count("\n") + 1, half - text.rfind("\n", 0, half)
        message, fix = "the text holds the control character {code}", "type the text again without it"
        return Marked(None, {}), [Problem(file, line, column, "", message, fix, {"code": f"U+{ord(text[half]):04X}"})]
    try:
        for event in yaml.parse(text, Loader=yaml.CSafeLoader):
            if not _take(builder, event):
                break
    except yaml.YAMLError as error:
        builder.problems.append(_syntax_problem(error, file, text))
    return Marked(builder.root, builder.places), builder.problems


def top_word(text: str, name: str, *, whole: bool = True) -> str | None:
    """The word under one key of the outermost mapping, read no farther than to it; None: there is none to be read.

    For texts that were found sound before: nothing else is looked at. `whole` False: the text is only the beginning
    of one, and a word that may go on behind it is none.
    """
    depth, key = 0, None
    try:
        for event in yaml.parse(text, Loader=yaml.CSafeLoader):
            if isinstance(event, yaml.SequenceStartEvent) and not depth:
                return None
            if isinstance(event, yaml.CollectionStartEvent):
                depth += 1
            elif isinstance(event, yaml.CollectionEndEvent):
                depth, key = depth - 1, None
            elif isinstance(event, yaml.ScalarEvent) and depth == 1:
                if key == name:
                    end = event.end_mark.index if event.end_mark else len(text)
                    return str(event.value) if whole or end + 1 < len(text) else None
                key = event.value if key is None else None
    except yaml.YAMLError:
        return None
    return None


def too_large(file: str, size: int) -> Problem:
    """What is said of a file of `size` bytes, more than are read."""
    fields = {"size": size, "most": MAX_BYTES}
    return Problem(file, 1, 1, "", "the file has {size} bytes, more than {most}", "split it into several files", fields)


def _take(builder: _Builder, event: yaml.Event) -> bool:
    """Take one event; False ends the reading."""
    if isinstance(event, yaml.NodeEvent):
        builder.nodes += 1
        if builder.nodes > MAX_NODES:
            builder.fault(event, "the file has more than {most} values", "split it into several files", most=MAX_NODES)
            return False
        if isinstance(event, yaml.AliasEvent) or event.anchor:
            builder.fault(event, "anchors and aliases (& and *) are not read", "write the value out where it is needed")
            return False
        if getattr(event, "tag", None) not in (None, "!"):
            builder.fault(event, "tags (!) are not read", "remove the tag")
            return False
    if isinstance(event, yaml.ScalarEvent):
        builder.scalar(event)
    elif isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
        return _open(builder, event)
    elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
        builder.frames.pop()
    elif isinstance(event, yaml.DocumentStartEvent) and builder.nodes:
        builder.fault(event, "a file holds one document", "remove the part from the line --- on")
        return False
    return True


def _open(builder: _Builder, event: yaml.CollectionStartEvent) -> bool:
    if len(builder.frames) >= MAX_DEPTH:
        builder.fault(event, "the values are nested deeper than {most} levels", "write them flat", most=MAX_DEPTH)
        return False
    frame = builder.frames[-1] if builder.frames else None
    if frame is not None and isinstance(frame.container, dict) and frame.key is None:
        builder.fault(event, "a key must be a word", "write the key as plain text")
        return False
    path = builder.path_for_next()
    container: dict[str, Any] | list[Any] = {} if isinstance(event, yaml.MappingStartEvent) else []
    builder.add(container, event)
    builder.frames.append(_Frame(path, container))
    return True


def _place(event: yaml.Event) -> Place:
    mark = event.start_mark
    return (mark.line + 1, mark.column + 1) if mark else (1, 1)


def _syntax_problem(error: yaml.YAMLError, file: str, text: str) -> Problem:
    marks = [getattr(error, "problem_mark", None), getattr(error, "context_mark", None)]
    if "end of stream" in str(getattr(error, "problem", "")):
        marks.reverse()
    mark = marks[0] or marks[1]
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    if isinstance(error, yaml.reader.ReaderError):
        before = text.encode("utf-8", "surrogatepass")[: error.position].decode("utf-8", "replace")
        line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
    return Problem(
        file,
        line,
        column,
        "",
        message="the file is not well-formed YAML here",
        fix="check indentation, colons and quotes on this line and the one before",
    )
