"""`luanphien feeds …`: addresses people subscribe by."""

from __future__ import annotations

from typing import Annotated

import typer

from calendars.eyes import Voice
from calendars.feedquery import FeedQuestion
from config import feedanswers
from config.options import AsJson, InLang, Involving, OfKind, OfPlan, Steps
from config.session import Job
from scheduler.occurrence import Selection

app = typer.Typer(
    help="Địa chỉ đăng ký lịch: tạo, xem, thu hồi, đổi. Addresses people subscribe by.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

Ident = Annotated[str, typer.Argument(help="Mã trong danh sách. Id, as listed.")]


@app.command()
def create(
    label: Annotated[str, typer.Option(help="Tên lịch, như người đăng ký thấy. Name of the calendar.")],
    partner: Annotated[list[str] | None, typer.Option(help="Đối tác. Partner; may be repeated.")] = None,
    lead: Annotated[list[str] | None, typer.Option(help="Cơ quan chủ trì. Lead organisation.")] = None,
    involving: Involving = None,
    kind: OfKind = None,
    plan: OfPlan = None,
    lang: InLang = None,
    eyes: Annotated[
        str | None, typer.Option(help="Nhìn từ phía bên hay cơ quan nào. By whose eyes: a party or an organisation.")
    ] = None,
    steps: Steps = False,
    alarms: Annotated[bool, typer.Option("--alarms", help="Chuông trước 7 và 1 ngày. With alarms.")] = False,
    public: Annotated[bool, typer.Option("--public", help="Địa chỉ công khai. A public, readable address.")] = False,
    slug: Annotated[str | None, typer.Option(help="Phần cuối địa chỉ công khai. End of a public address.")] = None,
    as_json: AsJson = False,
) -> None:  # fmt: skip
    """Tạo địa chỉ đăng ký; địa chỉ riêng chỉ hiện một lần. Make an address; a secret one is shown once."""
    if slug is not None and not public:
        raise typer.BadParameter("--slug chỉ dùng với --public / --slug goes with --public")
    job = Job.start()
    chosen = job.selection(None, None, partner, lead, kind, plan)
    selection = Selection(
        partners=chosen.partners, leads=chosen.leads, kinds=chosen.kinds, plans=chosen.plans,
        involving=tuple(involving or ()),
    )  # fmt: skip
    question = FeedQuestion(selection, Voice(lang or job.settings.lang, eyes, steps), alarms)
    feedanswers.create(job, label, question, public=public, slug=slug, as_json=as_json)


@app.command("list")
def list_(as_json: AsJson = False) -> None:
    """Các địa chỉ, ai đã lấy, lần cuối khi nào. The addresses, and who fetched them when."""
    feedanswers.list_(Job.start(), as_json=as_json)


@app.command()
def revoke(ident: Ident, as_json: AsJson = False) -> None:
    """Thu hồi một địa chỉ; không lấy lại được. Revoke an address, for good."""
    feedanswers.revoke(Job.start(), ident, as_json=as_json)


@app.command()
def rotate(ident: Ident, as_json: AsJson = False) -> None:
    """Đổi địa chỉ riêng; địa chỉ cũ hết dùng. Give a secret address another secret; the old one ends."""
    feedanswers.rotate(Job.start(), ident, as_json=as_json)
