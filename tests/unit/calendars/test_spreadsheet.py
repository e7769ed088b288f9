"""No cell of a table is taken for a formula, and every cell comes out as it went in."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calendars.spreadsheet import FORMULAS, guarded, line


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        ("", ""),
        ("công văn 12", "công văn 12"),
        ("12", "12"),
        ("2026-11-22", "2026-11-22"),
        ("a=1", "a=1"),
        ("=1+1", "'=1+1"),
        ("+84 233", "'+84 233"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\tx", "'\tx"),
        ("\rx", "'\rx"),
        ("\n=x", "'\n=x"),
        (" =1", "' =1"),
        ("\u00a0=1", "'\u00a0=1"),
        ("\u3000＝1", "'\u3000＝1"),
        ("＝1", "'＝1"),
        ("'=1", "'=1"),
        ("a\0b", "a\ufffdb"),
    ],
)
def test_a_cell(cell: str, shown: str) -> None:
    assert guarded(cell) == shown


def test_a_line_has_its_quotes() -> None:
    assert line(["a", 'b "c"', "d\ne", "=f"]) == '"a","b ""c""","d\ne","\'=f"\r\n'


@given(st.lists(st.text(st.characters(exclude_categories=("Cs",))), min_size=1, max_size=5))
def test_whatever_a_cell_holds(cells: list[str]) -> None:
    [read] = csv.reader(io.StringIO(line(cells), newline=""), strict=True)
    assert read == [guarded(cell) for cell in cells]
    assert [cell for cell in read if cell.lstrip().startswith(FORMULAS)] == []
