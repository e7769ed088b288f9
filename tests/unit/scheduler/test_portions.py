"""Many things some at a time: nothing lost, nothing twice, nothing read before it is wanted."""

from __future__ import annotations

from itertools import count

from hypothesis import given
from hypothesis import strategies as st

from scheduler.portions import ASKED, asked, portions


@given(st.lists(st.integers()), st.integers(1, 7))
def test_portions_are_full_but_the_last_and_together_are_the_whole(items: list[int], size: int) -> None:
    found = list(portions(items, size))
    assert [item for some in found for item in some] == items
    assert all(len(some) == size for some in found[:-1])
    assert all(found)


def test_no_more_is_read_than_is_taken() -> None:
    endless = portions(count(), 3)
    assert (next(endless), next(endless)) == ((0, 1, 2), (3, 4, 5))


def test_names_are_asked_for_in_order() -> None:
    names = [f"n{number:04}" for number in range(ASKED + 1)]
    assert list(asked(reversed(names))) == [tuple(names[:ASKED]), (names[-1],)]
    assert list(asked(frozenset())) == []
