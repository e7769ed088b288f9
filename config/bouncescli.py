"""`luanphien bounces …`: mail that came back."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from config import bounceanswers
from config.options import AsJson
from config.session import Job

app = typer.Typer(
    help="Thư bị trả lại. Mail that came back.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@app.callback()
def group() -> None:
    """Thư bị trả lại. Mail that came back."""


@app.command()
def read(
    place: Annotated[
        Path, typer.Argument(metavar="MAILDIR|FILE", help="Maildir, hoặc tệp thư. A Maildir, an mbox or one mail.")
    ],
    as_json: AsJson = False,
) -> None:
    """Đọc thư báo trả lại; địa chỉ bị trả 3 lần thì tạm ngừng. Read returned mail; three suspend an address."""
    bounceanswers.read(Job.start(), place, as_json=as_json)
