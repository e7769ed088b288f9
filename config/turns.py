"""`luanphien turns`: whose turn it was and will be, line by line, and why."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from rich import box
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text as Styled

from calendars.turnwords import reason_words
from calendars.wording import name, names, status_of
from config.screens import STATUS_STYLE
from config.session import NOTHING, Job, fail
from config.streaming import stream_json, stream_screen
from config.words import tell
from scheduler.ledger import Entry
from scheduler.plan import Directory, Kind, Text

Book = tuple[str, Text, Kind, Sequence[Entry]]
"""An obligation's id, title and kind, and its ledger."""


def turns(job: Job, obligations: tuple[str, ...], *, as_json: bool) -> None:
    """Print the ledgers of the obligations named, else of all that have turns. Exits with 1 when there are none."""
    with job.office() as desk:
        books, directory = desk.books(obligations), desk.directory()
        if as_json:
            count = stream_json(_entry_json(entry, ident) for ident, _, _, entries in books for entry in entries)
        else:
            count = stream_screen(job.console, (_screen(book, directory, job.lang) for book in books))
    if not count:
        fail(tell(job.lang, "no duty has turns"), tell(job.lang, "luanphien list shows the duties there are"), NOTHING)


def _entry_json(entry: Entry, obligation: str) -> dict[str, Any]:
    return {
        "key": entry.key,
        "obligation": obligation,
        "leg": entry.leg,
        "cycle": entry.cycle,
        "year": entry.year,
        "host": entry.host,
        "travels": list(entry.travels),
        "status": entry.status.value,
        "reason": entry.reason.value,
    }


def _screen(book: Book, directory: Directory, lang: str) -> RenderableType:
    ident, title, kind, entries = book
    parts: list[RenderableType] = [Styled(title.in_(lang), style="bold"), Styled(ident, style="dim")]
    for leg, lines in groupby(entries, lambda entry: entry.leg):
        if leg is not None:
            parts.append(Padding(Styled(name(leg, directory, lang), style="bold cyan"), (0, 0, 0, 2)))
        parts.append(Padding(_table(tuple(lines), kind, directory, lang), (0, 0, 1, 2)))
    return Group(*parts)


def _table(entries: Sequence[Entry], kind: Kind, directory: Directory, lang: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1), pad_edge=False)
    headings = tell(lang, "Year"), tell(lang, "Host"), tell(lang, "Travels"), tell(lang, "Status"), tell(lang, "Why")
    for heading in headings:
        table.add_column(heading, overflow="fold")
    for entry in entries:
        host = name(entry.host, directory, lang) if entry.host else "—"
        status = Styled(status_of(entry.status, kind, lang), style=STATUS_STYLE[entry.status])
        travels = names(entry.travels, directory, lang) or "—"
        table.add_row(str(entry.year), host, travels, status, reason_words(entry.reason, lang))
    return table
