"""Tables for spreadsheet programs: lines of CSV (RFC 4180) whose cells no program takes for a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

MARK = "\ufeff"
"""Stands before the first line: without it Excel reads the letters in the code page of its country."""

FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What makes a cell a formula when it begins so, after blanks too (OWASP, CSV injection)."""


def guarded(cell: str) -> str:
    """A cell as text: with an apostrophe in front where it would be worked out, so that it is seen as it is."""
    plain = cell.replace("\0", "\ufffd")
    return f"'{plain}" if plain.startswith(FORMULAS) or plain.lstrip().startswith(FORMULAS) else plain


def line(cells: Iterable[str]) -> str:
    """One line, each cell guarded and in quotes."""
    out = io.StringIO()
    csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerow([guarded(cell) for cell in cells])
    return out.getvalue()
