"""Options that several commands have: what they are called, what may stand there, and what the help says."""

from __future__ import annotations

import getpass
from datetime import date
from typing import Annotated

import typer

from config.daymodel import day_typed
from config.settings import Language
from scheduler.plan import Kind


def day(text: str) -> date:
    """A day, written as 30/9/2021 or 2021-09-30."""
    found = day_typed(text)
    if found is None:
        raise no_day(text)
    return found


def no_day(text: str) -> typer.BadParameter:
    """What is said of words that are no day."""
    return typer.BadParameter(
        f"{text!r} không phải là ngày, hãy ghi như 30/9/2021 / is not a day; write it as 2021-09-30"
    )


AsJson = Annotated[bool, typer.Option("--json", help="In JSON. Print JSON.")]
From = Annotated[date | None, typer.Option("--from", parser=day, metavar="DAY", help="Từ ngày. First day, inclusive.")]
To = Annotated[date | None, typer.Option("--to", parser=day, metavar="DAY", help="Đến ngày. Last day, inclusive.")]
AsOf = Annotated[
    date | None, typer.Option(parser=day, metavar="DAY", help="Nhìn từ ngày. Seen from this day; else today.")
]
Partner = Annotated[list[str] | None, typer.Option(help="Đối tác (savannakhet …). Partner party; may be repeated.")]
Lead = Annotated[list[str] | None, typer.Option(help="Cơ quan chủ trì. Lead organisation; may be repeated.")]
Involving = Annotated[
    list[str] | None, typer.Option(help="Cơ quan chủ trì hoặc phối hợp. Organisation that leads or coordinates.")
]
OfKind = Annotated[list[Kind] | None, typer.Option(help="Loại việc. Kind of duty; may be repeated.")]
OfPlan = Annotated[list[str] | None, typer.Option(help="Kế hoạch. Plan id; may be repeated.")]
InLang = Annotated[Language | None, typer.Option(help="Ngôn ngữ. Language; default LUANPHIEN_LANG.")]
Steps = Annotated[bool, typer.Option("--steps", help="Cả các bước chuẩn bị. Preparation steps too.")]
Who = Annotated[
    str, typer.Option(envvar="LUANPHIEN_WHO", help="Ai ghi. Who recorded it.", default_factory=getpass.getuser)
]
