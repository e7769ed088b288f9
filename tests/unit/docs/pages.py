"""The pages of the documentation, taken apart: blocks, tables, links and command lines."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[3]
DOCS = ROOT / "docs"
PAGES = (ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted(DOCS.rglob("*.md")))

_FENCE = re.compile(r"^```(?P<info>[^\n`]*)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
_INLINE = re.compile(r"`(luanphien [^`]+)`", re.DOTALL)
_LINK = re.compile(r"!?\[[^\]]*\]\((?P<target>[^)\s]+)\)")
_HEADING = re.compile(r"^#+ +(?P<words>.+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block: the words after the fence, its text, and the line it begins on."""

    page: Path
    line: int
    info: str
    text: str


def text_of(name: str) -> str:
    """A page by its name below docs."""
    return (DOCS / name).read_text(encoding="utf-8")


def blocks(page: Path) -> list[Block]:
    """The fenced blocks of a page, in order."""
    text = page.read_text(encoding="utf-8")
    return [
        Block(page, text.count("\n", 0, match.start()) + 2, match["info"].strip(), match["body"])
        for match in _FENCE.finditer(text)
    ]


def prose(page: Path) -> str:
    """A page without its fenced blocks."""
    return _FENCE.sub("", page.read_text(encoding="utf-8"))


def command_lines(page: Path) -> Iterator[str]:
    """Every `luanphien …` of a page, from its shell blocks and its prose; redirections are left out."""
    lines = [line for block in blocks(page) if block.info in ("sh", "console") for line in block.text.splitlines()]
    found = [line.removeprefix("$ ") for line in lines] + [" ".join(m.split()) for m in _INLINE.findall(prose(page))]
    for line in found:
        if line.startswith("luanphien ") and "…" not in line:
            yield line.partition(" > ")[0]


def words_of(line: str) -> list[str]:
    """The arguments of a command line, without the command."""
    return shlex.split(line)[1:]


def links(page: Path) -> list[str]:
    """Targets of the links and pictures of a page, those to other hosts left out."""
    targets = [match["target"] for match in _LINK.finditer(prose(page))]
    return [target for target in targets if not target.startswith(("http://", "https://"))]


def anchors(page: Path) -> set[str]:
    """The names under which the headings of a page are linked to."""
    names = (match["words"] for match in _HEADING.finditer(prose(page)))
    return {re.sub(r"[^\w\- ]", "", name.lower()).replace(" ", "-") for name in names}


def section(text: str, heading: str) -> str:
    """What stands below a heading, up to the next heading of its level or a higher one."""
    match = re.search(rf"^(?P<level>#+) {re.escape(heading)}$", text, re.MULTILINE)
    assert match is not None, f"there is no heading {heading!r}"
    rest = text[match.end() :]
    stop = re.search(rf"^#{{1,{len(match['level'])}}} ", rest, re.MULTILINE)
    return rest[: stop.start()] if stop else rest


def tables(text: str) -> list[list[dict[str, str]]]:
    """The tables of a text; each row by the headings of its columns."""
    found: list[list[dict[str, str]]] = []
    for match in re.finditer(r"(?:^\|.*\|\n)+", text, re.MULTILINE):
        heading, _, *rows = [
            [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in match[0].splitlines()
        ]
        found.append([dict(zip(heading, row, strict=True)) for row in rows])
    return found


def code(cell: str) -> str:
    """What stands between backticks in a cell; the cell itself when nothing does."""
    match = re.search(r"`([^`]*)`", cell)
    return match[1] if match else cell
