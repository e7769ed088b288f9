"""What differs between two texts: every line of both is accounted for, and what is shown is bounded."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calendars.pages.textdiff import LONGEST, MOST_ROWS, Row, TextDiff, text_diff

LINES = st.lists(st.sampled_from("abcde"), max_size=30)


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


def test_texts_of_the_largest_size_take_no_seconds() -> None:
    begun = time.process_time()
    same = ["kind: task"] * 100_000
    diff = text_diff("\n".join(["x", *same, "y"]), "\n".join(["y", *same, "x", *same[:1000]]))
    assert diff.added > diff.gone > 0
    text_diff(
        "\n".join(f"{number % 7000}" for number in range(60_000)),
        "\n".join(f"{number % 7001}" for number in range(60_000)),
    )
    assert time.process_time() - begun < 5
