"""A bar on standard error for what takes longer than a second; nothing where nobody watches."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from time import monotonic
from typing import TypeVar

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

LONG = 1.0
"""Seconds after which somebody who waits is shown how far it is."""

Watch = Callable[[int, int], None]
"""Told how much is done, of how much; another whole begins the bar anew."""

T = TypeVar("T")


def unwatched(_done: int, _whole: int) -> None:
    """Nobody watches."""


@contextmanager
def bar(what: str, *, quiet: bool = False, console: Console | None = None) -> Iterator[Watch]:
    """Show how far `what` has got while the block runs, once it has taken a second, in a terminal only.

    The block prints nothing itself: that would run into the bar. `quiet`: never show it, as beside JSON.
    """
    screen = console or Console(stderr=True)
    if quiet or not screen.is_terminal:
        yield unwatched
        return
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    shown = Progress(*columns, console=screen, transient=True)
    task, began = shown.add_task(what, total=None), monotonic()

    def watch(done: int, whole: int) -> None:
        shown.update(task, completed=done, total=whole)
        if not shown.live.is_started and monotonic() - began >= LONG:
            shown.start()

    try:
        yield watch
    finally:
        if shown.live.is_started:
            shown.stop()


@contextmanager
def waiting(what: str, *, quiet: bool = False) -> Iterator[None]:
    """Say that `what` goes on while the block runs, of which nobody knows how much there is; in a terminal only."""
    screen = Console(stderr=True)
    if quiet or not screen.is_terminal:
        yield
        return
    with screen.status(what):
        yield


def watched(items: Iterable[T], whole: int, watch: Watch) -> Iterator[T]:
    """The same items, `watch` told as each was dealt with."""
    for done, item in enumerate(items, 1):
        yield item
        watch(done, whole)
