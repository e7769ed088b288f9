"""Figures of the fault runs, printed at the end of the test run."""

from __future__ import annotations

from collections.abc import Callable

import pytest


@pytest.fixture
def figures(request: pytest.FixtureRequest, record_property: Callable[[str, object], None]) -> Callable[..., None]:
    """Note what a run came to; printed at the end, by `tests/conftest.py`."""

    def note(what: str, found: object) -> None:
        store = request.node.callspec.params.get("database", "") if hasattr(request.node, "callspec") else ""
        record_property("figures", f"{store + ': ' if store else ''}{what}: {found}")

    return note
