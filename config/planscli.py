"""`luanphien plans …`: the texts of plans as the store has them."""

from __future__ import annotations

from typing import Annotated

import typer

from config import plansanswers
from config.session import Job

app = typer.Typer(
    help="Văn bản kế hoạch trong kho: xem, lấy ra, lịch sử. The texts of plans in the store, and their history.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

AsJson = Annotated[bool, typer.Option("--json", help="In JSON. Print JSON.")]
Ident = Annotated[str, typer.Argument(help="Mã kế hoạch. Id of a plan.")]
Older = Annotated[
    bool, typer.Option("--older", help="Nạp cả tệp cũ hơn kho. Bring back texts that were replaced since.")
]


@app.command("list")
def list_(as_json: AsJson = False) -> None:
    """Các kế hoạch trong kho. The plans in the store."""
    plansanswers.list_(Job.start(), as_json=as_json)


@app.command()
def show(
    ident: Ident,
    revision: Annotated[int | None, typer.Option(min=1, help="Lần sửa thứ mấy. Which revision; else the last.")] = None,
) -> None:
    """In nguyên văn bản kế hoạch. Print the text of a plan as it was given."""
    plansanswers.show(Job.start(), ident, revision)


@app.command()
def history(ident: Ident, as_json: AsJson = False) -> None:
    """Các lần sửa: khi nào, ai, dài bao nhiêu. Every revision: when, by whom, how long."""
    plansanswers.history(Job.start(), ident, as_json=as_json)
