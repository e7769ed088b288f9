"""What differs between two texts, line by line, as far as one can read it.

How long it takes is bounded by how long the texts are, whatever stands in them. Seconds on one core, for texts of
half a megabyte to a whole one:

    160,000 lines of their own, every second changed    0.6
    150,000 lines of their own, in any other order      0.5
    160,000 lines that a few others stand between       0.5
    a million empty lines against half a million        0.1
    30,000 lines of plans, 2,000 changed here and there 0.1
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import accumulate, islice

AROUND = 3
"""Lines that are the same, shown before and after those that differ."""

MOST_ROWS = 600
MOST_STEPS = 600_000
"""Lines, and pairs of lines that are the same, that are looked at to put two texts beside each other as they read best.

Twice as many at most: once for the whole, and once between the lines that each text has only once.
"""

BEGINNING = 20
"""Steps that it takes to begin, however short what is looked at."""

LONGEST = 400

Block = tuple[str, int, int, int, int]
"""As in `SequenceMatcher.get_opcodes`: what it is, and from where to where in the old text and in the new."""

Match = tuple[int, int, int]
"""So many lines from here in the old text are those from there in the new: here, there, how many."""


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
    """What differs. Nothing is left out of the counts.

    Of texts that differ much, lines that both have may count as gone and new, where neither text has them only once.
    """
    old, new = before.split("\n"), after.split("\n")
    blocks = blocks_of(old, new)
    changed = [block for block in blocks if block[0] != "equal"]
    parts = list(_parts(blocks))
    return TextDiff(
        rows=tuple(islice(_rows(parts, old, new), MOST_ROWS)),
        more=max(0, sum(len(lines) for _, lines, _ in parts) - MOST_ROWS),
        added=sum(end - start for *_, start, end in changed),
        gone=sum(end - start for _, start, end, *_ in changed),
    )


def blocks_of(old: Sequence[str], new: Sequence[str], most: int = MOST_STEPS) -> list[Block]:
    """All lines of both texts in their order: what is equal, and what stands in place of what in between.

    As `SequenceMatcher.get_opcodes` has it where so many steps suffice, but for what both begin and end with, which is
    not looked at. Where they do not, first lines that each text has once are put beside each other.
    """
    least = min(len(old), len(new))
    head = next((place for place in range(least) if old[place] != new[place]), least)
    rest = least - head
    tail = next((place for place in range(rest) if old[-1 - place] != new[-1 - place]), rest)
    inner = _matches(old[head : len(old) - tail], new[head : len(new) - tail], most)
    found = [(0, 0, head), *((i + head, j + head, size) for i, j, size in inner)]
    return list(_between([*found, (len(old) - tail, len(new) - tail, tail)]))


def _between(matches: Sequence[Match]) -> Iterator[Block]:
    """Matches in their order, those that follow on each other as one, and what lies between them."""
    i, j, same = 0, 0, 0
    for old, new, size in [*matches, (-1, -1, 0)]:
        if (old, new) == (i, j):
            i, j, same = old + size, new + size, same + size
            continue
        if same:
            yield "equal", i - same, i, j - same, j
        if old < 0:
            return
        yield "replace" if old > i and new > j else "delete" if old > i else "insert", i, old, j, new
        i, j, same = old + size, new + size, size


def _matches(old: Sequence[str], new: Sequence[str], most: int) -> list[Match]:
    """What both have, in order."""
    whole, _ = _nearest(old, new, most)
    if whole is not None:
        return whole
    found, left, here, there = list[Match](), most, 0, 0
    for i, j, size in [*_anchored(old, new), (len(old), len(new), 0)]:
        more, left = _nearest(old[here:i], new[there:j], left)
        found += [(here + first, there + second, many) for first, second, many in more or ()]
        found.append((i, j, size))
        here, there = i + size, j + size
    return found


def _nearest(old: Sequence[str], new: Sequence[str], most: int) -> tuple[list[Match] | None, int]:
    """As `SequenceMatcher.get_matching_blocks`, in so many steps at most; None: they are not enough. And those left."""
    if not old or not new:
        return [], most
    left = most - BEGINNING - len(old) - len(new)
    if left < 0:
        return None, most
    matcher, found = SequenceMatcher(None, old, new), list[Match]()
    same = matcher.b2j  # type: ignore[attr-defined]  # documented, and not in its stubs
    steps = [0, *accumulate(1 + len(same.get(line, ())) for line in old)]
    waiting = [(0, len(old), 0, len(new))]
    while waiting:
        i1, i2, j1, j2 = waiting.pop()
        if steps[i2] - steps[i1] > left:
            return None, left
        left -= steps[i2] - steps[i1]
        i, j, size = matcher.find_longest_match(i1, i2, j1, j2)
        if size:
            found.append((i, j, size))
            near = (i1, i, j1, j), (i + size, i2, j + size, j2)
            waiting += [one for one in near if one[0] < one[1] and one[2] < one[3]]
    return sorted(found), left


def _anchored(old: Sequence[str], new: Sequence[str]) -> list[Match]:
    """Lines that each text has once, as many as stand in the same order, each with the same lines around it."""
    counts, others = Counter(old), Counter(new)
    place = {line: j for j, line in enumerate(new) if others[line] == 1 and counts[line] == 1}
    pairs = _rising([(i, place[line]) for i, line in enumerate(old) if line in place])
    found: list[Match] = []
    here = there = 0
    for i, j in pairs:
        if i < here:
            continue  # the one before reaches over it
        start, size = 0, 1
        while i - start > here and j - start > there and old[i - start - 1] == new[j - start - 1]:
            start += 1
        while i + size < len(old) and j + size < len(new) and old[i + size] == new[j + size]:
            size += 1
        found.append((i - start, j - start, start + size))
        here, there = i + size, j + size
    return found


def _rising(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Of pairs whose first numbers rise, the most whose second ones do too."""
    ends: list[int] = []
    last: list[int] = []
    before: list[int] = []
    for number, (_, j) in enumerate(pairs):
        at = bisect_left(ends, j)
        before.append(last[at - 1] if at else -1)
        if at == len(ends):
            ends.append(j)
            last.append(number)
        else:
            ends[at], last[at] = j, number
    found, number = list[tuple[int, int]](), last[-1] if last else -1
    while number >= 0:
        found.append(pairs[number])
        number = before[number]
    return found[::-1]


def _parts(blocks: Sequence[Block]) -> Iterator[tuple[str, range, int]]:
    """What is shown: a sign, which lines, and by how much the number in the other text is higher."""
    for number, (tag, i1, i2, j1, j2) in enumerate(blocks):
        if tag != "equal":
            yield "-", range(i1, i2), 0
            yield "+", range(j1, j2), 0
            continue
        upper = range(i1, i1 if number == 0 else min(i2, i1 + AROUND))
        lower = range(i2 if number == len(blocks) - 1 else max(upper.stop, i2 - AROUND), i2)
        yield " ", upper, j1 - i1
        yield "…", range(lower.start > upper.stop), 0
        yield " ", lower, j1 - i1


def _rows(parts: Sequence[tuple[str, range, int]], old: Sequence[str], new: Sequence[str]) -> Iterator[Row]:
    for sign, lines, further in parts:
        for place in lines:
            match sign:
                case "+":
                    yield Row("+", None, place + 1, _cut(new[place]))
                case "-":
                    yield Row("-", place + 1, None, _cut(old[place]))
                case " ":
                    yield Row(" ", place + 1, place + further + 1, _cut(old[place]))
                case _:
                    yield Row("…", None, None, "")


def _cut(line: str) -> str:
    return line if len(line) <= LONGEST else line[:LONGEST] + "…"
