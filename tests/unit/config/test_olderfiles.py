"""Which files would take back what was edited on a page."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from config.olderfiles import first_back

LINES = st.lists(st.sampled_from("abcdefgh"), max_size=8, unique=True)
NEW = st.lists(st.sampled_from("uvwxyz"), max_size=3, unique=True)


def text(lines: list[str]) -> str:
    return "\n".join(lines) + "\n"


@given(LINES, LINES, NEW, st.integers(0, 8))
def test_a_file_made_from_what_is_in_force_is_never_refused(
    before: list[str], now: list[str], new: list[str], at: int
) -> None:
    assume(now)
    assert first_back(text(before), text(now), text(now[:at] + new + now[at:])) is None


@given(LINES, LINES, NEW, st.integers(0, 8))
def test_a_file_made_from_the_text_before_always_is(before: list[str], now: list[str], new: list[str], at: int) -> None:
    assume(set(before) != set(now))
    assert first_back(text(before), text(now), text(before[:at] + new + before[at:])) is not None


@pytest.mark.parametrize(
    ("file", "line"),
    [
        ("a\nb\n", 2),
        ("a\nx\n\n   b\n", 4),
        ("a\nB\nx\n", None),
        ("a\nC\n", None),
        ("x\n", None),
    ],
)
def test_the_line_it_names(file: str, line: int | None) -> None:
    """On the page b became B; whoever made it C began from either, and took nothing back."""
    assert first_back("a\nb\n", "a\nB\n", file) == line
