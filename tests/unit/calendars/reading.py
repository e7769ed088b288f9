"""Reading pages: their words and links, and the frame they stand in."""

from __future__ import annotations

from html.parser import HTMLParser

from calendars.pages.frame import Frame
from tests.unit.calendars.samples import BASE


class Reader(HTMLParser):
    """The words of a page, its links, and whether its elements are closed in order."""

    VOID = ("meta", "link", "br", "input")

    def __init__(self, page: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.links: list[str] = []
        self.open: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.links += [value for name, value in attrs if name == "href" and tag == "a" and value]
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.VOID:
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.words.append(data.strip())


def frame(lang: str = "vi", path: str = "/next", query: tuple[tuple[str, str], ...] = ()) -> Frame:
    """A frame on the sample server."""
    return Frame(lang=lang, path=path, base_url=BASE, version="0.1.0", year=2021, query=query)
