"""A plan of as many events as a benchmark asks for, and a store that holds it, made by the product's own commands."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

COMMAND = Path(sys.executable).with_name("luanphien")
FIRST, YEARS = 2020, 10
PARTS = ("đầu", "trung tuần", "cuối")

HEAD = """plan: benchmark-{number}
owner: mttq-quang-tri
period: {first}-01-01/{last}-12-31
document:
  number: 06/KH-MTTQ-BTT
  date: 2019-10-03
  issuer: mttq-quang-tri
  title: {{vi: Kế hoạch hợp tác giữa Mặt trận hai bên biên giới, en: Cooperation plan of the Fronts}}
obligations:
"""
DUTY = """  - id: duty-{number}
    clauses: [II.{clause}]
    kind: event
    title: {{vi: Thăm hỏi tặng quà nhân dân biên giới lần {number}, en: Visit {number} to the people at the border}}
    rule: {{type: yearly, within: {part} tháng {month}}}
    lead: [mttq-quang-tri]
    partners: [{partner}]
    place: {partner}
"""
DUTIES = 100


def write_plans(folder: Path, events: int) -> None:
    """Plan files of `events` events: one a year for each duty, on two days somewhere in the year."""
    for number in range(0, events // YEARS, DUTIES):
        text = HEAD.format(number=number // DUTIES, first=FIRST, last=FIRST + YEARS - 1)
        for each in range(number, min(number + DUTIES, events // YEARS)):
            text += DUTY.format(
                number=each, clause=each + 1, month=each % 12 + 1, part=PARTS[each // 12 % 3],
                partner=("savannakhet", "salavan", "sekong")[each % 3],
            )  # fmt: skip
        (folder / f"benchmark-{number // DUTIES}.yaml").write_text(text, encoding="utf-8")


def run(folder: Path, *words: str) -> str:
    """One command in `folder`, whose plans it reads; what it printed."""
    done = subprocess.run(  # noqa: S603 - our own command
        [COMMAND, *words], cwd=folder, env=environment(folder), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def environment(folder: Path, **settings: str) -> dict[str, str]:
    """What commands in `folder` are told."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("LUANPHIEN_")}
    return own | {"LUANPHIEN_PLANS": str(folder / "plans"), "LC_ALL": "C.UTF-8", **settings}


def store(folder: Path, events: int) -> None:
    """A store of that many events in `folder`."""
    (folder / "plans").mkdir()
    write_plans(folder / "plans", events)
    run(folder, "sync")
