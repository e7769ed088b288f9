"""Draws next.svg beside this file: the screen of `luanphien next --as-of 2021-09-01`, in Vietnamese.

Run it after a change of the screen: `.venv/bin/python docs/img/draw.py`.
"""

# ruff: noqa: INP001 - a script, not a package

from __future__ import annotations

import re
import tempfile
from datetime import date
from io import StringIO
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import SVG_EXPORT_THEME

from config import settle
from config.screens import next_screen
from config.session import Job
from config.settings import Settings

AS_OF = date(2021, 9, 1)
COLUMNS = 124
LANG = "vi"
PICTURE = Path(__file__).with_name("next.svg")

_FROM_ELSEWHERE = re.compile(r"@font-face \{.*?\}\s*|<!--.*?-->\s*", re.DOTALL)
"""Fonts of another host, and a comment."""
_FONTS = "Consolas, Menlo, 'Cascadia Mono', 'Noto Sans Mono', 'Fira Code', monospace"
"""Fonts that have the Vietnamese letters, on the systems people have."""


def picture() -> str:
    """The screen as SVG: the five packaged plans in a fresh store. The same code gives the same text."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'luanphien.db'}"
        job = Job(Settings.model_construct(**_packaged() | {"database_url": url, "lang": LANG}))
        given, _, _ = job.given()
        settle.sync(job.database, given, job.now(), AS_OF)
        with job.office() as desk:
            directory, off = desk.directory(), desk.days_off()
            seen = [desk.seen(record, AS_OF, directory, off) for record in desk.next_ones(AS_OF)]
        job.database.close()
    console = Console(record=True, width=COLUMNS, file=StringIO(), force_terminal=True, highlight=False)
    console.print(next_screen(seen, directory, LANG, AS_OF))
    svg = console.export_svg(title=f"luanphien next --as-of {AS_OF}", theme=SVG_EXPORT_THEME, unique_id="next")
    return _FROM_ELSEWHERE.sub("", svg).replace("Fira Code, monospace", _FONTS)


def _packaged() -> dict[str, object]:
    """Every setting as it is when no variable is set."""
    return {name: field.default for name, field in Settings.model_fields.items()}


if __name__ == "__main__":
    PICTURE.write_text(picture(), encoding="utf-8")
