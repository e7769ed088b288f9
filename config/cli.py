"""The command `luanphien`: parses, calls one function, prints, and exits with 0 ok, 1 nothing found, 2 wrong usage."""

from __future__ import annotations

import io
import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError
from rich.console import Console
from sqlalchemy.exc import SQLAlchemyError

from calendars.catalogue import msg
from calendars.eyes import Voice
from calendars.feedquery import FeedQuestion
from config import (
    agreements,
    answers,
    backupcli,
    bouncescli,
    changescli,
    contactcli,
    decidecli,
    feedcli,
    mailanswers,
    officercli,
    outboxcli,
    planscli,
    servecli,
    simulatecli,
    syncanswers,
    todaycli,
)
from config import turns as turnbook
from config.options import AsJson, AsOf, From, InLang, Involving, Lead, OfKind, OfPlan, Partner, Steps, To
from config.screens import error_screen
from config.session import NOTHING, USAGE, Job, fail
from config.settings import ALLOWED, PREFIX, UNSHOWN, language, shown
from config.words import error_words, tell
from scheduler.errors import EmptyStoreError, HorizonError, LuanphienError, UnknownKeyError

app = typer.Typer(
    name="luanphien",
    help="Đến lượt ai, việc gì đến hạn, phải báo cho ai. Whose turn it is, what is due, who must be told.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"auto_envvar_prefix": "LUANPHIEN", "help_option_names": ["-h", "--help"]},
)

for name, group in {
    "decide": decidecli, "feeds": feedcli, "plans": planscli, "outbox": outboxcli, "changes": changescli,
    "bounces": bouncescli, "contacts": contactcli, "officers": officercli,
}.items():  # fmt: skip
    app.add_typer(group.app, name=name)
app.command()(simulatecli.simulate)
app.command()(todaycli.today)


Paths = Annotated[list[Path] | None, typer.Argument(help="Tệp hoặc thư mục kế hoạch. Plan files or folders.")]
Retire = Annotated[list[str] | None, typer.Option(help="Kế hoạch thôi theo dõi. Plan to end; may be repeated.")]
Count = Annotated[int | None, typer.Option(min=1, max=100, help="Mấy lượt cho mỗi đối tác. Turns per partner.")]
Deep = Annotated[bool, typer.Option("--deep", help="Xét kỹ các năm tới. Look into the coming years too.")]
Preview = Annotated[bool, typer.Option("--preview", help="Chỉ xem. Show only; nothing is stored or sent.")]


@app.command()
def check(paths: Paths = None, deep: Deep = False, as_of: AsOf = None, as_json: AsJson = False) -> None:
    """Kiểm tra tệp kế hoạch: lỗi ở dòng nào, sửa thế nào. Check plan files; nothing is stored."""
    if as_of and not deep:
        raise typer.BadParameter("--as-of chỉ dùng với --deep / --as-of goes with --deep")
    answers.check(Job.start(), tuple(map(str, paths or ())), as_of, deep=deep, as_json=as_json)


@app.command()
def sync(
    preview: Preview = False,
    retire: Retire = None,
    older: planscli.Older = False,
    as_json: AsJson = False,
) -> None:
    """Nạp kế hoạch vào kho và cho xem thay đổi. Load plans into the store and show what changes."""
    syncanswers.sync(Job.start(), tuple(retire or ()), preview=preview, older=older, as_json=as_json)


@app.command("list")
def list_(
    first: From = None,
    last: To = None,
    partner: Partner = None,
    lead: Lead = None,
    kind: OfKind = None,
    plan: OfPlan = None,
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> None:
    """Liệt kê các việc trong khoảng ngày. List what falls in a span of days."""
    job = Job.start()
    answers.list_(job, job.selection(first, last, partner, lead, kind, plan), as_of, as_json=as_json)


@app.command("next")
def next_(
    partner: Partner = None,
    kind: OfKind = None,
    count: Count = None,
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> None:
    """Lượt tới: khi nào, ai chủ trì, ai đi, ai đầu mối. The next turns of every partner, in one screen."""
    answers.next_(Job.start(), tuple(partner or ()), tuple(kind or ()), count, as_of, as_json=as_json)


@app.command()
def turns(
    obligations: Annotated[
        list[str] | None, typer.Argument(help="Mã chuỗi việc; không ghi là tất cả. Obligations; none for all.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Sổ lượt: từng kỳ ai chủ trì, ai đi, vì sao. The ledger of turns: who hosts each cycle, who travels, why."""
    turnbook.turns(Job.start(), tuple(obligations or ()), as_json=as_json)


@app.command()
def explain(
    key: Annotated[str, typer.Argument(help="Khóa, như qt-front-exchange.savannakhet.2021. Key of an occurrence.")],
    as_json: AsJson = False,
) -> None:
    """Vì sao: văn bản, khoản mục, phép tính lượt. Why: document, clause, and the arithmetic of the turn."""
    answers.explain(Job.start(), key, as_json=as_json)


@app.command()
def feed(
    first: From = None,
    last: To = None,
    partner: Partner = None,
    lead: Lead = None,
    kind: OfKind = None,
    plan: OfPlan = None,
    lang: InLang = None,
    involving: Involving = None,
    eyes: Annotated[str | None, typer.Option(help="Nhìn từ phía ai. By whose eyes: party or organisation.")] = None,
    steps: Steps = False,
    alarms: Annotated[bool, typer.Option("--alarms", help="Có chuông nhắc. With alarms.")] = False,
    whole: Annotated[bool, typer.Option("--whole", help="Không giới hạn 1 MB. However large, not just 1 MB.")] = False,
) -> None:
    """In lịch iCalendar để đăng ký hoặc nhập vào ứng dụng lịch. Print the calendar as iCalendar."""
    job = Job.start()
    chosen = replace(job.selection(first, last, partner, lead, kind, plan), involving=tuple(involving or ()))
    question = FeedQuestion(chosen, Voice(lang or job.settings.lang, eyes, steps), alarms)
    job.known_feed(replace(question, selection=replace(chosen, plans=())))
    answers.feed(job, question, whole=whole)


@app.command()
def remind(
    preview: Preview = False,
    once: Annotated[bool, typer.Option("--once", help="Gửi các thư đến hạn. Send the mails that are due.")] = False,
    first: From = None,
    last: To = None,
    as_json: AsJson = False,
) -> None:
    """Thư nhắc: xem trước hoặc gửi. Reminder mail: preview it, or send what is due."""
    if preview == once:
        raise typer.BadParameter("chọn một: --preview hoặc --once / choose --preview or --once")
    job = Job.start()
    if preview:
        mailanswers.remind_preview(job, first, last, as_json=as_json)
    else:
        mailanswers.remind_once(job, as_json=as_json)


@app.command()
def schema() -> None:
    """In JSON Schema của tệp kế hoạch. Print the JSON Schema of plan files, for editors."""
    answers.schema()


@app.command()
def rebuild(as_json: AsJson = False) -> None:
    """Dựng lại các việc từ nhật ký và so từng dòng. Rebuild every occurrence from the journal and compare."""
    answers.rebuild(Job.start(), as_json=as_json)


for command in (servecli.serve, servecli.worker, backupcli.backup, backupcli.restore, backupcli.upgrade):
    app.command()(command)


@app.command()
def demo(
    no_serve: Annotated[bool, typer.Option("--no-serve", help="Không mở trang web. Do not serve at the end.")] = False,
    as_of: AsOf = None,
    folder: Annotated[Path, typer.Option(help="Thư mục làm việc. Folder the demo makes anew.")] = Path(
        "luanphien-demo"
    ),
) -> None:
    """Chạy thử cả việc chính trên năm kế hoạch thật. The main job on five real plans, from nothing."""
    from config.demo import run  # noqa: PLC0415 - as for serve

    run(Job.start(), folder, as_of, serve=not no_serve)


@app.command()
def doctor(
    no_network: Annotated[bool, typer.Option("--no-network", help="Không hỏi ra ngoài. Ask nothing outside.")] = False,
    as_json: AsJson = False,
) -> None:
    """Khám: cài đặt, kho, hộp thư, máy chủ thư, tên miền. Check all that mail needs to arrive, and what to do."""
    from config.doctor import examine  # noqa: PLC0415 - name servers and migrations take half a second to load

    examine(Job.start(), network=not no_network, as_json=as_json)


@app.command("agreements")
def agreements_(as_of: AsOf = None, as_json: AsJson = False) -> None:
    """Các thỏa thuận: còn hiệu lực không, đến bao giờ. Agreements: which are in force, and until when."""
    agreements.show(Job.start(), as_of, as_json=as_json)


def main() -> None:
    """Run the command and exit; what goes wrong is said in the reader's language, with the fix."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8")
    if any("\udc80" <= letter <= "\udcff" for word in sys.argv[1:] for letter in word):
        fail(tell(_lang(), "an argument is not text in UTF-8"), tell(_lang(), "type it again"), USAGE)
    try:
        app()
    except ValidationError as error:
        _settings_error(error)
    except (EmptyStoreError, UnknownKeyError) as error:
        fail(*error_words(error, _lang()), NOTHING)
    except HorizonError as error:
        fail(*error_words(error, _lang()), USAGE)
    except LuanphienError as error:
        fail(*error_words(error, _lang()), NOTHING)
    except SQLAlchemyError as error:
        why = (str(getattr(error, "orig", None) or error).splitlines() or [""])[0]
        fix = msg(
            "nothing of it was stored; look at the space and rights of its folder, or at the server, and run it again"
        )
        fail(tell(_lang(), "the store failed: {why}", why=why), tell(_lang(), fix), NOTHING)
    except OSError as error:
        what = tell(_lang(), "{path} cannot be used: {why}", path=error.filename or "", why=error.strerror or error)
        fail(what, tell(_lang(), "check the path, and who may write there"), NOTHING)


def _lang() -> str:
    return Job.start().lang


def _settings_error(error: ValidationError) -> None:
    """Every setting that is wrong: its variable, what stands there without secrets, and what may stand there."""
    lang, console = language(os.environ), Console(stderr=True, highlight=False)
    for fault in error.errors():
        field = str(fault["loc"][0])
        what = tell(lang, "“{value}” cannot be used", value="…" if field in UNSHOWN else shown(fault["input"]))
        error_screen(console, f"{PREFIX}{field.upper()}: {what}", tell(lang, ALLOWED[field]))
    sys.exit(USAGE)
