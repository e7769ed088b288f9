"""What differs between two texts: every line of both is accounted for, and what is shown is bounded."""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from difflib import SequenceMatcher
from types import FrameType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calendars.pages.textdiff import LONGEST, MOST_ROWS, MOST_STEPS, Block, Row, TextDiff, blocks_of, text_diff

LINES = st.lists(st.sampled_from("abcde"), max_size=30)
FEW = st.permutations("abcdefghij").map(list)
"""Lines that stand in both texts once."""


def shown(diff: TextDiff) -> list[str]:
    return [f"{row.sign}{row.text}" for row in diff.rows]


@pytest.mark.parametrize(
    ("before", "after", "rows", "counts"),
    [
        ("a", "a", [" a"], (0, 0)),
        ("", "", [" "], (0, 0)),
        ("a\nb\nc", "a\nx\nc", [" a", "-b", "+x", " c"], (1, 1)),
        ("a", "a\nb", [" a", "+b"], (1, 0)),
        ("1\n2\n3\n4\n5\n6\n7\n8\n9", "1\n2\n3\n4\nx\n6\n7\n8\n9",
         ["…", " 2", " 3", " 4", "-5", "+x", " 6", " 7", " 8", "…"], (1, 1)),
    ],
)  # fmt: skip
def test_lines(before: str, after: str, rows: list[str], counts: tuple[int, int]) -> None:
    diff = text_diff(before, after)
    assert (shown(diff) if before != after else [f" {before}"], (diff.added, diff.gone)) == (rows, counts)


def test_numbers_are_those_of_each_text() -> None:
    diff = text_diff("a\nb", "x\na\nb")
    assert diff.rows == (Row("+", None, 1, "x"), Row(" ", 1, 2, "a"), Row(" ", 2, 3, "b"))


@given(LINES, LINES)
def test_what_is_gone_and_new_makes_one_of_the_other(before: list[str], after: list[str]) -> None:
    diff = text_diff("\n".join(before), "\n".join(after))
    old, new = max(1, len(before)), max(1, len(after))
    assert old - diff.gone == new - diff.added
    for row in diff.rows:
        if row.before is not None:
            assert row.text == ("\n".join(before).split("\n"))[row.before - 1]
        if row.after is not None:
            assert row.text == ("\n".join(after).split("\n"))[row.after - 1]
    assert [row.sign for row in diff.rows].count("+") == diff.added
    assert [row.sign for row in diff.rows].count("-") == diff.gone


def test_what_is_long_is_cut_and_counted() -> None:
    diff = text_diff("", "\n".join(map(str, range(MOST_ROWS * 2))))
    assert (len(diff.rows), diff.added) == (MOST_ROWS, MOST_ROWS * 2)
    assert diff.more + MOST_ROWS == diff.added + diff.gone
    [row] = [row for row in text_diff("", "x" * 5000).rows if row.sign == "+"]
    assert len(row.text) == LONGEST + 1


def applied(blocks: Sequence[Block], old: Sequence[str], new: Sequence[str]) -> list[str]:
    """The old text with what differs put in; whatever is called equal is taken from the old one."""
    made: list[str] = []
    i = j = 0
    for tag, i1, i2, j1, j2 in blocks:
        assert (i1, j1) == (i, j), "nothing is left out, nothing comes twice"
        assert {"equal": i2 - i1 == j2 - j1 > 0, "replace": i1 < i2 and j1 < j2, "delete": i1 < i2 and j1 == j2,
                "insert": i1 == i2 and j1 < j2}[tag]  # fmt: skip
        made += old[i1:i2] if tag == "equal" else new[j1:j2]
        i, j = i2, j2
    assert (i, j) == (len(old), len(new))
    return made


@given(LINES | FEW, LINES | FEW, st.integers(0, 200))
def test_the_old_text_with_what_differs_is_the_new_one(before: list[str], after: list[str], most: int) -> None:
    """However few steps are taken."""
    assert applied(blocks_of(before, after, most), before, after) == after


@given(LINES, LINES)
def test_within_reach_it_is_what_the_standard_library_finds(before: list[str], after: list[str]) -> None:
    found = ["<", *before, "old", ">"], ["<<", *after, "new", ">>"]  # nothing is the same at both ends
    assert blocks_of(*found) == SequenceMatcher(None, *found).get_opcodes()


def test_a_line_that_both_have_once_is_found_however_far_away() -> None:
    old = [f"line {number}" for number in range(60_000)]
    new = [line if number % 2 else f"{line} changed" for number, line in enumerate(old)]
    diff = text_diff("\n".join(old), "\n".join(new))
    assert (diff.added, diff.gone) == (30_000, 30_000)
    rows = ["-line 0", "+line 0 changed", " line 1", "-line 2", "+line 2 changed", " line 3"]
    assert shown(diff)[:6] == rows


@contextmanager
def counted() -> Iterator[list[int]]:
    """How many steps the standard library takes: lines it looks at, and pairs of lines that are the same."""
    steps, looking = [0], SequenceMatcher.find_longest_match.__code__

    def look(frame: FrameType, event: str, _: object) -> None:
        if event == "call" and frame.f_code is looking:
            found = frame.f_locals
            matcher = found["self"]
            steps[0] += sum(1 + len(matcher.b2j.get(line, ())) for line in matcher.a[found["alo"] : found["ahi"]])

    sys.setprofile(look)
    try:
        yield steps
    finally:
        sys.setprofile(None)


CHANCE = random.Random(7)
NUMBERS = [f"{number:x}" for number in range(150_000)]
LARGE: dict[str, tuple[Sequence[str], Sequence[str]]] = {
    "every second line changed": (NUMBERS, [line if n % 2 else f"~{line}" for n, line in enumerate(NUMBERS)]),
    "scattered": (NUMBERS[:30_000], ["x" if CHANCE.random() < 0.07 else line for line in NUMBERS[:30_000]]),
    "any order": (NUMBERS, CHANCE.sample(NUMBERS, len(NUMBERS))),
    "backwards": (NUMBERS, NUMBERS[::-1]),
    "the same line": (["x", *["kind: task"] * 90_000, "y"], ["y", *["kind: task"] * 91_000, "x"]),
    "few lines": (CHANCE.choices("abcdefgh", k=400_000), CHANCE.choices("abcdefgh", k=400_000)),
    "turns": ([f"{n % 7000}" for n in range(60_000)], [f"{n % 7001}" for n in range(60_000)]),
    "short gaps": (
        [line for number in NUMBERS[:40_000] for line in (number, "a", "b", "c")],
        [line for number in NUMBERS[:40_000] for line in (number, "c", "a", "b", "b")],
    ),
}


@pytest.mark.parametrize("texts", LARGE.values(), ids=LARGE)
def test_the_largest_texts_take_a_bounded_number_of_steps(texts: tuple[list[str], list[str]]) -> None:
    """What is not counted here goes through each text some times; seconds stand in the room itself."""
    with counted() as steps:
        blocks = blocks_of(*texts)
    assert steps[0] <= 2 * MOST_STEPS
    assert applied(blocks, *texts) == list(texts[1])


def test_scattered_changes_are_told_one_by_one() -> None:
    old, new = LARGE["scattered"]
    diff = text_diff("\n".join(old), "\n".join(new))
    assert diff.added == diff.gone == sum(line == "x" for line in new) > 1000
