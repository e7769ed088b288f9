"""`luanphien officers …`: who may sign in."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from config import officeranswers
from config.officers import Role
from config.options import AsJson, Who
from config.session import Job
from config.settings import Language

app = typer.Typer(
    help="Người được đăng nhập: vai trò, cơ quan, mật khẩu, phiên. Who may sign in.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

Ident = Annotated[str, typer.Argument(help="Mã người, như lan. Id of the officer.")]
Name = Annotated[str, typer.Option(help="Họ tên. Name.")]
Mail = Annotated[str, typer.Option(help="Địa chỉ thư, một mà thôi. The one address.")]
OfRole = Annotated[Role, typer.Option(help="Vai trò: đọc, cán bộ, lãnh đạo, quản trị. Role.")]
Organisations = Annotated[
    list[str] | None,
    typer.Option("--organisation", help="Cơ quan mà người đó thay mặt; có thể lặp lại. Organisation they act for."),
]
InLang = Annotated[Language | None, typer.Option(help="Ngôn ngữ thư; nếu không là LUANPHIEN_LANG. Language of mail.")]
Printed = Annotated[
    bool, typer.Option("--print", help="In đường dẫn, không gửi thư. Print the link instead of mailing it.")
]


@app.command()
def add(
    ident: Ident, name: Name, mail: Mail, role: OfRole, who: Who, organisation: Organisations = None,
    lang: InLang = None, printed: Printed = False, as_json: AsJson = False,
) -> None:  # fmt: skip
    """Thêm một người và gửi đường dẫn để đặt mật khẩu. Add an officer, and send them a link to set a password."""
    job = Job.start()
    given = _given(name, mail, role, organisation, lang or job.settings.lang)
    officeranswers.add(job, ident, given, who, printed=printed, as_json=as_json)


@app.command("list")
def list_(as_json: AsJson = False) -> None:
    """Ai được đăng nhập. Who may sign in."""
    officeranswers.list_(Job.start(), as_json=as_json)


@app.command()
def show(ident: Ident, as_json: AsJson = False) -> None:
    """Một người, và mọi thay đổi về người đó. One officer, and all that was done about them."""
    officeranswers.show(Job.start(), ident, as_json=as_json)


@app.command()
def change(
    ident: Ident, who: Who,
    name: Annotated[str | None, typer.Option(help="Họ tên. Name.")] = None,
    mail: Annotated[str | None, typer.Option(help="Địa chỉ thư. Address.")] = None,
    role: Annotated[Role | None, typer.Option(help="Vai trò. Role.")] = None,
    organisation: Organisations = None, lang: InLang = None, as_json: AsJson = False,
) -> None:  # fmt: skip
    """Sửa thông tin của một người; cơ quan cho vào thay cho cơ quan cũ. Change an officer."""
    given = _given(name, mail, role, organisation, lang)
    if not given:
        raise typer.BadParameter("hãy nêu điều cần sửa / say what to change")
    officeranswers.change(Job.start(), ident, given, who, as_json=as_json)


@app.command()
def close(ident: Ident, who: Who, as_json: AsJson = False) -> None:
    """Không cho đăng nhập nữa; mọi phiên kết thúc ngay. Let somebody sign in no more; their sessions end at once."""
    officeranswers.close(Job.start(), ident, who, as_json=as_json)


@app.command()
def reopen(ident: Ident, who: Who, as_json: AsJson = False) -> None:
    """Cho đăng nhập lại, với mật khẩu cũ. Undo close: they sign in with the password they had."""
    officeranswers.reopen(Job.start(), ident, who, as_json=as_json)


@app.command()
def reset(ident: Ident, who: Who, printed: Printed = False, as_json: AsJson = False) -> None:
    """Gửi đường dẫn để đặt mật khẩu mới. Send a link to set another password; the old one works until then."""
    officeranswers.reset(Job.start(), ident, who, printed=printed, as_json=as_json)


@app.command("sign-out")
def sign_out(ident: Ident, who: Who, as_json: AsJson = False) -> None:
    """Kết thúc mọi phiên của một người. End every session of an officer."""
    officeranswers.sign_out(Job.start(), ident, who, as_json=as_json)


@app.command()
def unbind(ident: Ident, who: Who, as_json: AsJson = False) -> None:
    """Gỡ tài khoản nơi khác khỏi một người; mọi phiên kết thúc ngay. Unbind the account elsewhere an officer uses."""
    officeranswers.unbind(Job.start(), ident, who, as_json=as_json)


def _given(
    name: str | None, mail: str | None, role: Role | None, organisations: list[str] | None, lang: str | None
) -> dict[str, Any]:
    """What was given, by the fields of an officer."""
    bodies = None if organisations is None else tuple(organisations)
    fields = {"name": name, "address": mail, "role": role, "organisations": bodies, "lang": lang}
    return {field: value for field, value in fields.items() if value is not None}
