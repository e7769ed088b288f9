"""Tables of a page as a reader meets them: rows of cells, in words, with what is only heard in brackets."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser


@dataclass
class Cell:
    """A cell: its tag, what it heads (`scope`), its words, and where its links lead."""

    tag: str
    scope: str | None
    words: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """Its words in one line."""
        return " ".join(self.words)


class Tables(HTMLParser):
    """The only table of a page, the form fields beside it, and whether elements are closed in order."""

    VOID = ("meta", "link", "br", "path", "input")

    def __init__(self, page: str) -> None:
        super().__init__()
        self.caption = ""
        self.rows: list[list[Cell]] = []
        self.selected: list[str] = []
        self.options: list[str] = []
        self.classes: list[str] = []
        self.open: list[str] = []
        self.feed(page)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in self.VOID:
            self.open.append(tag)
        known = dict(attrs)
        self.classes += (known.get("class") or "").split()
        if tag == "tr":
            self.rows.append([])
        elif tag in ("th", "td"):
            self.rows[-1].append(Cell(tag, known.get("scope")))
        elif tag == "a" and self._cell and known.get("href"):
            self._cell.links.append(known["href"] or "")
        elif tag == "option":
            self.options.append(known.get("value") or "")
            self.selected += [known.get("value") or ""] if "selected" in known else []

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.VOID:
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        words = " ".join(data.split())
        if not words:
            return
        if "caption" in self.open:
            self.caption += words
        elif self._cell:
            self._cell.words.append(words)

    @property
    def _cell(self) -> Cell | None:
        return self.rows[-1][-1] if {"th", "td"} & set(self.open) else None

    @property
    def texts(self) -> list[list[str]]:
        """The words of every cell, row by row."""
        return [[cell.text for cell in row] for row in self.rows]
