"""`luanphien changes …`: who did what, and whether anybody changed what was written of it."""

from __future__ import annotations

from typing import Annotated

import typer

from config import changesanswers
from config.changesdesk import Narrowed
from config.options import AsJson, From, To
from config.session import Job
from scheduler.trail import Area

app = typer.Typer(
    help="Nhật ký: ai đã làm gì, có ai sửa lại không. Who did what, and whether what was written was changed.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@app.command("list")
def list_(
    who: Annotated[str, typer.Option("--who", help="Ai làm; một phần tên cũng được. Who; part of a name.")] = "",
    key: Annotated[str, typer.Option(help="Khóa, kế hoạch, thư hoặc mã. Key, plan, mail or id.")] = "",
    area: Annotated[Area | None, typer.Option(help="Loại thay đổi. What it is about.")] = None,
    first: From = None,
    last: To = None,
    count: Annotated[int, typer.Option(min=1, max=100_000, help="Xem mấy dòng. How many to show.")] = 50,
    as_json: AsJson = False,
) -> None:
    """Ai đã làm gì, mới nhất trước. Who did what, the newest first."""
    asked = Narrowed(who=who.strip(), key=key.strip(), area=area, first=first, last=last)
    changesanswers.list_(Job.start(), asked, count, as_json=as_json)


@app.command()
def verify(
    noted: Annotated[
        str | None,
        typer.Option(metavar="LINE", help="Dấu đã ghi lại ở nơi khác, như 17:09ab…. A seal as it was noted elsewhere."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Tính lại mọi dấu niêm, chỉ ra dòng hỏng đầu tiên. Work out every seal again, and name the first broken line."""
    changesanswers.verify(Job.start(), noted, as_json=as_json)
