"""`luanphien today`: its options."""

from __future__ import annotations

from typing import Annotated

import typer

from config import todayanswers
from config.options import AsJson
from config.session import Job


def today(
    officer: Annotated[str | None, typer.Option(help="Mã người. Id of an officer; without it, everybody's.")] = None,
    whole: Annotated[bool, typer.Option("--all", help="Không chỉ 20 việc mỗi mục. Not only 20 of each.")] = False,
    as_json: AsJson = False,
) -> None:
    """Việc cần làm ngay: quá hạn, chốt ngày, để ngỏ, chưa ghi, thỏa thuận, thư. What needs an officer now."""
    todayanswers.today(Job.start(), officer, whole=whole, as_json=as_json)
