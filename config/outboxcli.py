"""`luanphien outbox …`: mails on their way."""

from __future__ import annotations

import getpass
from typing import Annotated

import typer

from config import outboxanswers
from config.options import AsJson
from config.session import Job
from notifications.tables import DeliveryState

app = typer.Typer(
    help="Hộp thư đi: xem, gửi lại, giữ lại. The outbox: see mails, send them again, hold them.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

Ident = Annotated[str, typer.Argument(help="Mã thư, vài chữ đầu cũng đủ. Id of a mail; its beginning is enough.")]
Idents = Annotated[list[str], typer.Argument(help="Mã thư, vài chữ đầu cũng đủ. Ids; their beginnings are enough.")]
Who = Annotated[str, typer.Option(envvar="LUANPHIEN_WHO", help="Ai làm. Who does it.", default_factory=getpass.getuser)]


@app.command("list")
def list_(
    state: Annotated[
        list[DeliveryState] | None, typer.Option(help="Trạng thái. State of the mails; may be repeated.")
    ] = None,
    address: Annotated[str | None, typer.Option(help="Gửi tới địa chỉ nào. To this address.")] = None,
    count: Annotated[int, typer.Option(min=1, max=1000, help="Xem mấy thư. How many to show.")] = 50,
    as_json: AsJson = False,
) -> None:
    """Các thư, thư có trục trặc trước. The mails, those in trouble first."""
    outboxanswers.list_(Job.start(), tuple(state or ()), address, count, as_json=as_json)


@app.command()
def show(
    ident: Ident,
    raw: Annotated[bool, typer.Option("--raw", help="In nguyên thư đã lưu. Print the stored mail as it is.")] = False,
    as_json: AsJson = False,
) -> None:
    """Một thư: gửi ai, nói gì, đã qua những bước nào, lỗi gì. One mail whole: to whom, what, and what became of it."""
    outboxanswers.show(Job.start(), ident, raw=raw, as_json=as_json)


@app.command()
def retry(
    who: Who,
    idents: Annotated[list[str] | None, typer.Argument(help="Mã thư. Ids; their beginnings are enough.")] = None,
    dead: Annotated[bool, typer.Option("--dead", help="Mọi thư đã thôi gửi. All that were given up.")] = False,
    quarantined: Annotated[
        bool, typer.Option("--quarantined", help="Mọi thư để riêng. All that were put aside.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Gửi lại ngay. Send again now; attempts are counted anew."""
    states = ((DeliveryState.DEAD,) if dead else ()) + ((DeliveryState.QUARANTINED,) if quarantined else ())
    outboxanswers.retry(Job.start(), tuple(idents or ()), states, who, as_json=as_json)


@app.command()
def hold(idents: Idents, who: Who, as_json: AsJson = False) -> None:
    """Giữ lại, không gửi cho đến khi thả ra. Keep mails from going until they are released."""
    outboxanswers.hold(Job.start(), tuple(idents), who, as_json=as_json)


@app.command()
def release(
    who: Who,
    idents: Annotated[list[str] | None, typer.Argument(help="Mã thư. Ids; their beginnings are enough.")] = None,
    restored: Annotated[
        bool, typer.Option("--restored", help="Mọi thư mà restore giữ lại. All that a restore holds back.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Thả thư đã giữ. Let held mails go."""
    outboxanswers.release(Job.start(), tuple(idents or ()), who, restored=restored, as_json=as_json)
