"""A list of any length on the screen, laid out line by line: a tenth of what a table of rich's takes for each row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import zip_longest

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions
from rich.segment import Segment
from rich.text import Text as Styled

from calendars.desk import Upcoming
from calendars.headline import subject
from calendars.wording import days, mark_words, name
from config.screens import status
from config.words import tell
from scheduler.plan import Directory

WHEN_WIDTH = 16
BETWEEN = "  "


@dataclass(frozen=True, slots=True)
class Row:
    """Days beside title, host and status, each folded in its own column; the key below, whole, on one line.

    What rich prints of it has no blanks at the end of a line.
    """

    when: Styled
    beside: tuple[Styled, ...]
    key: Styled

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[Segment]:
        """Its lines, for rich."""
        left = _folded(self.when, WHEN_WIDTH, console)
        width = max(options.max_width - WHEN_WIDTH - len(BETWEEN), 1)
        right = [line for words in self.beside for line in _folded(words, width, console)]
        for when, words in zip_longest(left, right):
            if when is not None:
                yield from _segments(when, console)
            if words is not None:
                yield Segment(" " * (WHEN_WIDTH - cell_len(when.plain) if when else WHEN_WIDTH) + BETWEEN)
                yield from _segments(words, console)
            yield Segment.line()
        yield Segment(BETWEEN)
        yield from _segments(self.key, console)
        yield Segment.line()


def list_lines(seen: Iterable[Upcoming], directory: Directory, lang: str) -> Iterator[Row]:
    """Occurrences: days beside title, host and status; the key on a line of its own, whole, to be copied."""
    for item in seen:
        occurrence = item.record.occurrence
        what = Styled(subject(occurrence, directory, lang), end="")
        if occurrence.anniversary:
            what.append(f" · {mark_words(occurrence.anniversary, lang)}", style="bold")
        how = Styled(end="")
        if occurrence.host:
            how.append(f"{tell(lang, 'Host')}: {name(occurrence.host, directory, lang)} · ")
        how.append_text(status(item, lang))
        when = Styled(days(occurrence.window, lang), style="bold", end="")
        yield Row(when, (what, how), Styled(occurrence.key, style="dim", end=""))


def _segments(line: Styled, console: Console) -> Iterable[Segment]:
    """One line in its styles; by itself `render` leaves out that of the whole where no part has one."""
    return Segment.apply_style(line.render(console), console.get_style(line.style))


def _folded(words: Styled, width: int, console: Console) -> Iterable[Styled]:
    """The lines of some words in a column."""
    if cell_len(words.plain) <= width:
        return (words,)
    lines = words.wrap(console, width, overflow="fold")
    for line in lines:
        line.end = ""
        line.rstrip()
    return lines
