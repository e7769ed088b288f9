"""A bar is shown to whoever waits in a terminal, and to nobody else."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from config import progress
from config.progress import bar, watched


def shown(*, terminal: bool, quiet: bool = False, steps: int = 3) -> str:
    """What a bar writes."""
    screen = io.StringIO()
    console = Console(file=screen, force_terminal=terminal, width=60)
    with bar("Đang ghi tệp", quiet=quiet, console=console) as watch:
        assert list(watched(range(steps), steps, watch)) == list(range(steps))
    return screen.getvalue()


def test_what_takes_long_is_shown_in_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "LONG", 0.0)
    assert "Đang ghi tệp" in shown(terminal=True)
    assert "3/3" in shown(terminal=True)
    assert shown(terminal=False) == ""
    assert shown(terminal=True, quiet=True) == ""


def test_what_is_soon_done_shows_nothing() -> None:
    assert shown(terminal=True) == ""
