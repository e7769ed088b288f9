"""Run every benchmark, one process after another, and print one table of all ratios."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from measure import Ratio, arguments, report

HERE = Path(__file__).parent
NOT_BENCHMARKS = {"measure.py", "postoffice.py", "run.py", "town.py"}


def main() -> None:
    """Exits with 1 when a target was missed or a benchmark failed."""
    parser = arguments(__doc__)
    parser.add_argument("names", nargs="*", help="only these benchmarks")
    given = parser.parse_args()
    found: list[Ratio] = []
    failed = []
    names = given.names or sorted(path.stem for path in HERE.glob("*.py") if path.name not in NOT_BENCHMARKS)
    with tempfile.TemporaryDirectory() as folder:
        for name in names:
            print(f"\n== {name}", flush=True)
            answer = Path(folder, f"{name}.json")
            command = [sys.executable, HERE / f"{name}.py", "--rounds", str(given.rounds), "--json", answer]
            subprocess.run(command, check=False)  # noqa: S603 - our own scripts; a missed target ends with 1
            if not answer.exists():
                failed.append(name)
                continue
            found += [Ratio(**values) for values in json.loads(answer.read_text(encoding="utf-8"))]
    print("\n== all")
    code = report(found, given.json)
    for name in failed:
        print(f"{name} gave no figures")
    sys.exit(1 if failed else code)


if __name__ == "__main__":
    main()
