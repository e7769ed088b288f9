"""`luanphien contacts …`: the people who are written to."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from config import addressanswers, contactanswers
from config.options import AsJson, Who
from config.session import Job
from config.settings import Language
from notifications.contacts import CalendarWay, Mails, Rank
from notifications.notices import verification

app = typer.Typer(
    help="Người nhận thư: ai, ở cơ quan nào, địa chỉ đã xác nhận chưa. The people who are written to.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

NO_QUIET = "none"
"""What is given for quiet days to have none."""

Ident = Annotated[str, typer.Argument(help="Mã người, như lan. Id of the person.")]
Name = Annotated[str, typer.Option(help="Họ tên. Name.")]
Organisation = Annotated[str, typer.Option(help="Cơ quan. Id of the organisation they work for.")]
Mail = Annotated[str, typer.Option(help="Địa chỉ thư, một mà thôi. The one address.")]
OfRank = Annotated[
    Rank | None, typer.Option("--rank", help="Chuyên viên, trưởng phòng, phó giám đốc. Rank; default specialist.")
]
InLang = Annotated[Language | None, typer.Option(help="Ngôn ngữ. Language; default that of their side.")]
HowMails = Annotated[
    Mails | None, typer.Option("--mails", help="Từng thư, hoặc gộp đầu tuần. One by one, or a weekly digest.")
]
HowCalendar = Annotated[
    CalendarWay | None,
    typer.Option("--calendar", help="Lịch: đăng ký, thư mời, không. By feed, invitations, or none."),
]
QuietDays = Annotated[
    list[str] | None,
    typer.Option("--quiet", metavar="DAY", help="Ngày không nhận thư: sat, 2026-12-20/2026-12-31; none là không có. "
                 "Days without mail; may be repeated; none for no such days."),
]  # fmt: skip
Why = Annotated[str, typer.Option(help="Lý do; được giữ lại. Why; kept for good.")]


@app.command()
def load(
    file: Annotated[Path, typer.Argument(help="Tệp danh sách người nhận. File of contacts.")],
    preview: Annotated[
        bool, typer.Option("--preview", help="Chỉ xem, không lưu. Show only; nothing is stored or sent.")
    ] = False,
    prune: Annotated[
        bool,
        typer.Option("--prune", allow_from_autoenv=False, help="Bỏ ai không có trong tệp. Remove who is not in it."),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Nạp người nhận từ tệp YAML; có lỗi thì không đổi gì. Add and change the people a file names."""
    contactanswers.load(Job.start(), str(file), verification, preview=preview, prune=prune, as_json=as_json)


@app.command()
def export() -> None:
    """In danh sách thành tệp YAML, nạp lại được. Print everyone as a file that load takes."""
    contactanswers.export(Job.start())


@app.command("list")
def list_(
    organisation: Annotated[str | None, typer.Option(help="Chỉ cơ quan này. Only those of this organisation.")] = None,
    as_json: AsJson = False,
) -> None:
    """Ai nhận thư, thư có tới được không. Who is written to, and whether mail reaches them."""
    contactanswers.list_(Job.start(), organisation, as_json=as_json)


@app.command()
def show(ident: Ident, as_json: AsJson = False) -> None:
    """Một người: địa chỉ ra sao, 90 ngày tới nhận thư gì. One person, their address, and their mail of 90 days."""
    contactanswers.show(Job.start(), ident, as_json=as_json)


@app.command()
def add(
    ident: Ident, name: Name, organisation: Organisation, mail: Mail, rank: OfRank = None, lang: InLang = None,
    mails: HowMails = None, calendar: HowCalendar = None, quiet: QuietDays = None, as_json: AsJson = False,
) -> None:  # fmt: skip
    """Thêm một người và gửi thư xin xác nhận địa chỉ. Add a person, and ask them to confirm their address."""
    given = _given(name, organisation, mail, rank, lang, mails, calendar, quiet)
    contactanswers.add(Job.start(), ident, given, verification, as_json=as_json)


@app.command()
def change(
    ident: Ident,
    name: Annotated[str | None, typer.Option(help="Họ tên. Name.")] = None,
    organisation: Annotated[str | None, typer.Option(help="Cơ quan. Id of the organisation they work for.")] = None,
    mail: Annotated[str | None, typer.Option(help="Địa chỉ mới; phải xác nhận lại. A new address.")] = None,
    rank: OfRank = None, lang: InLang = None, mails: HowMails = None, calendar: HowCalendar = None,
    quiet: QuietDays = None, as_json: AsJson = False,
) -> None:  # fmt: skip
    """Sửa thông tin của một người; địa chỉ mới phải xác nhận. Change a person; a new address is confirmed anew."""
    given = _given(name, organisation, mail, rank, lang, mails, calendar, quiet)
    contactanswers.change(Job.start(), ident, given, verification, as_json=as_json)


@app.command()
def remove(ident: Ident, as_json: AsJson = False) -> None:
    """Bỏ một người khỏi danh sách; in ra cách lấy lại. Take a person off the list; prints how to bring them back."""
    contactanswers.remove(Job.start(), ident, as_json=as_json)


@app.command()
def verify(
    ident: Ident,
    who: Who,
    by_hand: Annotated[
        bool, typer.Option("--by-hand", help="Cơ quan đã tự kiểm tra. The office made sure itself, by telephone.")
    ] = False,
    why: Annotated[str | None, typer.Option(help="Kiểm tra thế nào, với --by-hand. How it made sure.")] = None,
    as_json: AsJson = False,
) -> None:
    """Gửi lại thư xin xác nhận, hoặc tự xác nhận. Ask again to confirm the address, or record that it is right."""
    if by_hand != (why is not None):
        raise typer.BadParameter("--by-hand đi cùng --why / --by-hand and --why go together")
    if why is None:
        addressanswers.verify(Job.start(), ident, verification, as_json=as_json)
    else:
        addressanswers.verify_by_hand(Job.start(), ident, why, who, as_json=as_json)


@app.command()
def reopen(ident: Ident, why: Why, who: Who, as_json: AsJson = False) -> None:
    """Gửi thư lại tới địa chỉ đã ngừng. Let mail go again to an address that was closed."""
    addressanswers.reopen(Job.start(), ident, why, who, as_json=as_json)


def _given(
    name: str | None,
    organisation: str | None,
    mail: str | None,
    rank: Rank | None,
    lang: Language | None,
    mails: Mails | None,
    calendar: CalendarWay | None,
    quiet: list[str] | None,
) -> dict[str, Any]:
    """What was given, as a file has it."""
    days = None if not quiet else [] if quiet == [NO_QUIET] else quiet
    words = {"name": name, "organisation": organisation, "rank": rank and rank.value, "mail": mail, "lang": lang}
    how = {"mails": mails and mails.value, "calendar": calendar and calendar.value, "quiet": days}
    return {field: value for field, value in {**words, **how}.items() if value is not None}
