"""The engine of several machines is an extra: without it everything else goes on as before."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[3]
PACKAGES = ("scheduler", "calendars", "notifications", "config")


def imported(path: Path) -> Iterator[str]:
    """The packages a module asks for."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name.partition(".")[0] for name in node.names)
        if isinstance(node, ast.ImportFrom) and node.module:
            yield node.module.partition(".")[0]


def test_only_its_own_rooms_ask_for_the_engine() -> None:
    files = [path for package in PACKAGES for path in (ROOT / package).rglob("*.py")]
    asking = {path.stem for path in files if not {"procrastinate", "psycopg_pool"}.isdisjoint(imported(path))}
    assert asking == {"cluster", "clustertables"}


def test_nobody_asks_for_these_rooms_before_they_are_needed() -> None:
    begun = [
        node.module
        for path in (ROOT / "config").glob("*.py")
        if not path.stem.startswith("cluster")
        for node in ast.parse(path.read_text("utf-8")).body
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("config.cluster")
    ]
    assert begun == []
