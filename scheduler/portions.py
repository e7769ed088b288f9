"""Many things taken some at a time, so that neither memory nor a statement grows with them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

T = TypeVar("T")

ASKED = 500
"""Names asked for in one statement, and rows read together."""


def portions(items: Iterable[T], size: int) -> Iterator[tuple[T, ...]]:
    """The items in their order, `size` at a time, the last of them fewer; read as they are taken."""
    waiting = iter(items)
    while some := tuple(islice(waiting, size)):
        yield some


def asked(names: Iterable[str]) -> Iterator[tuple[str, ...]]:
    """Names by code point, as many at a time as are asked for in one statement."""
    return portions(sorted(names), ASKED)
