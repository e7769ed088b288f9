"""What differs between two texts, line by line, as far as one can read it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

AROUND = 3
"""Lines that are the same, shown before and after those that differ."""

MOST_ROWS = 600
MOST_PAIRS = 500_000
"""Lines of one text that stand in the other too, counted with each: more take seconds to be put beside each other."""

LONGEST = 400

Block = tuple[str, int, int, int, int]


@dataclass(frozen=True, slots=True)
class Row:
    """One line: `sign` is + for new, - for gone, a blank for the same, … where lines are left out."""

    sign: str
    before: int | None
    after: int | None
    text: str


@dataclass(frozen=True, slots=True)
class TextDiff:
    """The rows that are shown, how many more there are, and how many lines are new and gone in all."""

    rows: tuple[Row, ...]
    more: int
    added: int
    gone: int


def text_diff(before: str, after: str) -> TextDiff:
    """What differs. Nothing is left out of the counts; of very long texts that differ much all lines count as new."""
    old, new = before.split("\n"), after.split("\n")
    blocks = list(_blocks(old, new))
    changed = [block for block in blocks if block[0] != "equal"]
    rows = list(_rows(blocks, old, new))
    return TextDiff(
        rows=tuple(rows[:MOST_ROWS]),
        more=max(0, len(rows) - MOST_ROWS),
        added=sum(end - start for *_, start, end in changed),
        gone=sum(end - start for _, start, end, *_ in changed),
    )


def _blocks(old: Sequence[str], new: Sequence[str]) -> Iterator[Block]:
    """As `SequenceMatcher.get_opcodes`; what both texts begin and end with is not looked at twice."""
    least = min(len(old), len(new))
    head = next((place for place in range(least) if old[place] != new[place]), least)
    rest = least - head
    tail = next((place for place in range(rest) if old[-1 - place] != new[-1 - place]), rest)
    inner, other = old[head : len(old) - tail], new[head : len(new) - tail]
    if head:
        yield "equal", 0, head, 0, head
    counts = Counter(other)
    if sum(counts[line] for line in inner) > MOST_PAIRS:
        yield "replace", head, head + len(inner), head, head + len(other)
    else:
        for tag, i1, i2, j1, j2 in SequenceMatcher(None, inner, other).get_opcodes():
            yield tag, i1 + head, i2 + head, j1 + head, j2 + head
    if tail:
        yield "equal", len(old) - tail, len(old), len(new) - tail, len(new)


def _rows(blocks: Sequence[Block], old: Sequence[str], new: Sequence[str]) -> Iterator[Row]:
    for number, (tag, i1, i2, j1, j2) in enumerate(blocks):
        if tag != "equal":
            yield from (Row("-", place + 1, None, _cut(old[place])) for place in range(i1, i2))
            yield from (Row("+", None, place + 1, _cut(new[place])) for place in range(j1, j2))
            continue
        first = i1 if number == 0 else i1 + AROUND
        last = i2 if number == len(blocks) - 1 else i2 - AROUND
        upper = range(i1, i1 if number == 0 else min(i2, first))
        lower = range(i2 if number == len(blocks) - 1 else max(upper.stop, last), i2)
        yield from (Row(" ", place + 1, place - i1 + j1 + 1, _cut(old[place])) for place in upper)
        if lower.start > upper.stop:
            yield Row("…", None, None, "")
        yield from (Row(" ", place + 1, place - i1 + j1 + 1, _cut(old[place])) for place in lower)


def _cut(line: str) -> str:
    return line if len(line) <= LONGEST else line[:LONGEST] + "…"
