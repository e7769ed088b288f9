"""Rounds, medians and ratios: every benchmark measures its cases side by side in one run."""

from __future__ import annotations

import argparse
import gc
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from time import perf_counter, process_time

ROUNDS = 5

Clock = Callable[[], float]


@dataclass(frozen=True, slots=True)
class Ratio:
    """One line of the table: what was done, how it stands to what, and what was to be reached.

    `at_most` False: the larger the better. `note` is said beside it, such as a figure that is no ratio.
    """

    work: str
    beside: str
    reached: float
    target: float
    at_most: bool = False
    note: str = ""

    @property
    def good(self) -> bool:
        """Whether the target was reached."""
        return self.reached <= self.target if self.at_most else self.reached >= self.target

    def __str__(self) -> str:
        """One row in Markdown."""
        sign, mark = "≤" if self.at_most else "≥", "" if self.good else " **missed**"
        return f"| {self.work} | {self.beside} | {sign} {self.target:g} | {self.reached:.3g}{mark} | {self.note} |"


def seconds(
    cases: Mapping[str, Callable[[], object]], rounds: int = ROUNDS, clock: Clock = perf_counter
) -> dict[str, float]:
    """Median seconds of each case; every round runs each of them once, one after another.

    As in timeit nothing is collected while a case runs, and all that can be is before.
    """
    taken: dict[str, list[float]] = {name: [] for name in cases}
    for _ in range(rounds):
        for name, case in cases.items():
            gc.collect()
            gc.disable()
            begin = clock()
            try:
                case()
            finally:
                taken[name].append(clock() - begin)
                gc.enable()
    return {name: median(times) for name, times in taken.items()}


def arguments(description: str | None) -> argparse.ArgumentParser:
    """What every benchmark can be told."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--json", type=Path, help="write the ratios to this file too")
    return parser


def report(ratios: list[Ratio], path: Path | None) -> int:
    """Print the ratios as a table, write them to `path` if given; the exit code: 1 when one was missed."""
    print("\n| work | beside | to reach | reached | |\n| --- | --- | --- | --- | --- |")
    for ratio in ratios:
        print(ratio)
    if path is not None:
        path.write_text(json.dumps([asdict(ratio) for ratio in ratios], ensure_ascii=False, indent=1), encoding="utf-8")
    return 0 if all(ratio.good for ratio in ratios) else 1


__all__ = ["ROUNDS", "Ratio", "arguments", "process_time", "report", "seconds"]
