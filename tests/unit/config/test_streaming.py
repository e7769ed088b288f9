"""Answers written while they are made are those that would be written at once."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console
from rich.text import Text

from config.session import write_json
from config.streaming import AT_ONCE, Spool, stream_json, stream_screen

SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4), max_leaves=20
)


def printed(value: Any) -> str:
    """What `stream_json` prints of a value."""
    with pytest.MonkeyPatch.context() as patch:
        screen = io.StringIO()
        patch.setattr("sys.stdout", screen)
        stream_json(value)
    return screen.getvalue()


def at_once(value: Any) -> str:
    """What `write_json` prints of it."""
    with pytest.MonkeyPatch.context() as patch:
        screen = io.StringIO()
        patch.setattr("sys.stdout", screen)
        write_json(value)
    return screen.getvalue()


@given(VALUES)
def test_a_value_is_the_same_text(value: Any) -> None:
    assert printed(value) == at_once(value)


@given(st.lists(VALUES, max_size=5), st.dictionaries(st.text(), st.lists(VALUES, max_size=3), max_size=3))
def test_iterators_are_lists(items: list[Any], fields: dict[str, list[Any]]) -> None:
    assert printed(iter(items)) == at_once(items)
    assert printed({name: iter(value) for name, value in fields.items()}) == at_once(fields)
    assert printed({"a": {"b": iter(items)}, "c": items}) == at_once({"a": {"b": items}, "c": items})


def test_items_are_printed_as_they_come_and_counted(capsys: pytest.CaptureFixture[str]) -> None:
    seen: list[str] = []

    def items() -> Iterator[int]:
        yield 1
        seen.append(capsys.readouterr().out)
        yield 2

    assert stream_json(items()) == 2
    assert seen == ["[\n  1"]
    assert stream_json({"none": iter(())}) == 0


def test_what_fails_before_its_first_item_prints_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    def items() -> Iterator[int]:
        raise LookupError
        yield 1

    with pytest.raises(LookupError):
        stream_json(items())
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("count", [0, 1, AT_ONCE, 2 * AT_ONCE + 2])
def test_screens_are_printed_whole(count: int) -> None:
    screen = io.StringIO()
    assert stream_screen(Console(file=screen), (Text(f"dòng {number}") for number in range(count))) == count
    assert screen.getvalue().splitlines() == [f"dòng {number}" for number in range(count)]


def test_a_spool_gives_back_what_was_put() -> None:
    values = [{"tên": "Hướng Phùng\n", "days": [1, None]}, [], "x"]
    with Spool.open() as spool:
        for value in values:
            spool.put(value)
        assert (spool.count, list(spool), list(spool)) == (3, values, values)
        assert json.loads(printed({"all": iter(spool)})) == {"all": values}
