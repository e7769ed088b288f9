"""`luanphien decide …`: one command a verb; each shows its effect and stores it only with --yes."""

from __future__ import annotations

import getpass
from datetime import date
from typing import Annotated

import typer

from config.daymodel import span_typed
from config.decide import decide
from config.decidescreens import ruling_json, ruling_screen
from config.options import AsJson, day, no_day
from config.session import USAGE, Job, fail, write_json
from config.words import tell
from scheduler.amendment import Decision, Verb, days_of
from scheduler.plan import Gap
from scheduler.window import Window

app = typer.Typer(
    help="Ghi quyết định: chốt ngày, hoãn, đã tổ chức, đổi lượt … Record what people decided; shows the effect first.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


def _days(text: str) -> Window:
    """FIRST or FIRST/LAST, inclusive, each as 30/9/2021 or 2021-09-30."""
    found = span_typed(text)
    if found is None:
        raise no_day(text)
    if found[1] < found[0]:
        raise typer.BadParameter(f"{text!r}: ngày cuối trước ngày đầu / the last day is before the first")
    try:
        return days_of(*found)
    except (ValueError, OverflowError) as error:
        raise typer.BadParameter(str(error)) from None


Key = Annotated[str, typer.Argument(help="Mã việc. Key of an occurrence.")]
Keys = Annotated[list[str], typer.Argument(help="Mã việc; họp chung thì nhiều mã. Keys; several for a joint meeting.")]
Days = Annotated[Window, typer.Option(parser=_days, metavar="DAY[/DAY]", help="Ngày, hoặc từ/đến. Days, inclusive.")]
NewDays = Annotated[
    Window | None, typer.Option(parser=_days, metavar="DAY[/DAY]", help="Ngày mới, nếu đã biết. New days, if known.")
]
Place = Annotated[str | None, typer.Option(help="Nơi tổ chức. Where: a party or a place.")]
Actual = Annotated[str | None, typer.Option(help="Bên thực tế chủ trì, nếu khác. Who hosted, if it was another.")]
Obligation = Annotated[str, typer.Argument(help="Mã chuỗi việc. Id of the obligation.")]
Party = Annotated[str, typer.Argument(help="Bên. Party.")]
Since = Annotated[int, typer.Option("--from", metavar="YEAR", help="Từ kỳ năm nào. Nominal year it holds from.")]
Leg = Annotated[str | None, typer.Option(help="Nhánh (đối tác), nếu có nhiều. Leg, where there are several.")]
After = Annotated[str | None, typer.Option(help="Đứng sau bên nào. Stands after this party; else at the end.")]
Why = Annotated[str, typer.Option(help="Lý do. Why; kept for good.")]
Who = Annotated[
    str, typer.Option(envvar="LUANPHIEN_WHO", help="Người quyết định. Who decided.", default_factory=getpass.getuser)
]
Yes = Annotated[
    bool, typer.Option("--yes", allow_from_autoenv=False, help="Lưu thật. Store it; without this it is only shown.")
]
WhatIf = Annotated[bool, typer.Option("--what-if", help="Chỉ xem, không bao giờ lưu. Show only, never store.")]


@app.command()
def confirm(
    keys: Keys, days: Days, why: Why, who: Who, place: Place = None,
    yes: Yes = False, what_if: WhatIf = False, as_json: AsJson = False,
) -> None:  # fmt: skip
    """Chốt ngày. Fix the days."""
    _run(Decision(verb=Verb.CONFIRM, keys=tuple(keys), window=days, place=place), who, why, yes, what_if, as_json)


@app.command()
def propose(
    key: Key, days: Days, why: Why, who: Who, place: Place = None,
    yes: Yes = False, what_if: WhatIf = False, as_json: AsJson = False,
) -> None:  # fmt: skip
    """Đề xuất ngày. Propose days."""
    _run(Decision(verb=Verb.PROPOSE, keys=(key,), window=days, place=place), who, why, yes, what_if, as_json)


@app.command()
def postpone(
    key: Key, why: Why, who: Who, days: NewDays = None,
    yes: Yes = False, what_if: WhatIf = False, as_json: AsJson = False,
) -> None:  # fmt: skip
    """Hoãn; bên chủ trì và năm danh nghĩa giữ nguyên. Postpone; host and nominal year stay."""
    _run(Decision(verb=Verb.POSTPONE, keys=(key,), window=days), who, why, yes, what_if, as_json)


@app.command()
def skip(
    key: Key, why: Why, who: Who,
    passes: Annotated[bool, typer.Option("--passes", help="Lượt qua đi. The turn passes.")] = False,
    waits: Annotated[bool, typer.Option("--waits", help="Lượt chờ sang kỳ sau. The turn waits.")] = False,
    yes: Yes = False, what_if: WhatIf = False, as_json: AsJson = False,
) -> None:  # fmt: skip
    """Bỏ kỳ này; lượt qua đi hay chờ. Skip a cycle; its turn passes or waits."""
    if passes == waits:
        raise typer.BadParameter("chọn một: --passes hoặc --waits / choose --passes or --waits")
    _run(Decision(verb=Verb.SKIP, keys=(key,), waits=waits), who, why, yes, what_if, as_json)


@app.command()
def cancel(key: Key, why: Why, who: Who, yes: Yes = False, what_if: WhatIf = False, as_json: AsJson = False) -> None:
    """Hủy. Cancel; what it does to later hosts the plan's rule says."""
    _run(Decision(verb=Verb.CANCEL, keys=(key,)), who, why, yes, what_if, as_json)


@app.command()
def held(
    keys: Keys, days: Days, why: Why, who: Who, place: Place = None, host: Actual = None,
    yes: Yes = False, what_if: WhatIf = False, as_json: AsJson = False,
) -> None:  # fmt: skip
    """Đã tổ chức: ngày thật, nơi thật. Record that it was held, when and where."""
    decision = Decision(verb=Verb.HELD, keys=tuple(keys), window=days, place=place, host=host)
    _run(decision, who, why, yes, what_if, as_json)


@app.command()
def done(key: Key, why: Why, who: Who, yes: Yes = False, what_if: WhatIf = False, as_json: AsJson = False) -> None:
    """Đã làm xong một nhiệm vụ, hạn hay báo cáo. A task, deadline or report is done."""
    _run(Decision(verb=Verb.DONE, keys=(key,)), who, why, yes, what_if, as_json)


@app.command()
def swap(
    one: Key, other: Key, why: Why, who: Who, yes: Yes = False, what_if: WhatIf = False, as_json: AsJson = False
) -> None:
    """Hai kỳ đổi bên chủ trì cho nhau. Two cycles trade hosts."""
    _run(Decision(verb=Verb.SWAP, keys=(one, other)), who, why, yes, what_if, as_json)


@app.command()
def host(
    key: Key, party: Party, why: Why, who: Who, yes: Yes = False, what_if: WhatIf = False, as_json: AsJson = False
) -> None:
    """Bên chủ trì của riêng một kỳ. Name the host of one cycle."""
    _run(Decision(verb=Verb.HOST, keys=(key,), host=party), who, why, yes, what_if, as_json)


@app.command()
def join(
    obligation: Obligation, party: Party, since: Since, why: Why, who: Who, leg: Leg = None, after: After = None,
    yes: Yes = False, what_if: WhatIf = False, as_json: AsJson = False,
) -> None:  # fmt: skip
    """Một bên tham gia luân phiên. A party enters the rotation."""
    decision = Decision(verb=Verb.JOIN, obligation=obligation, leg=leg, party=party, cycle=since, after=after)
    _run(decision, who, why, yes, what_if, as_json)


@app.command()
def leave(
    obligation: Obligation, party: Party, since: Since, why: Why, who: Who, leg: Leg = None,
    yes: Yes = False, what_if: WhatIf = False, as_json: AsJson = False,
) -> None:  # fmt: skip
    """Một bên thôi luân phiên. A party leaves the rotation."""
    decision = Decision(verb=Verb.LEAVE, obligation=obligation, leg=leg, party=party, cycle=since)
    _run(decision, who, why, yes, what_if, as_json)


@app.command("await-partner")
def await_partner(
    key: Key,
    until: Annotated[date, typer.Option(parser=day, metavar="DAY", help="Chờ đến ngày. Until this day.")],
    why: Why, who: Who, yes: Yes = False, what_if: WhatIf = False, as_json: AsJson = False,
) -> None:  # fmt: skip
    """Đang chờ phía bạn trả lời. Waiting for the partner's answer."""
    decision = Decision(verb=Verb.AWAIT_PARTNER, keys=(key,), window=_days(until.isoformat()))
    _run(decision, who, why, yes, what_if, as_json)


@app.command("set")
def set_(
    obligation: Obligation,
    gap: Annotated[Gap, typer.Argument(help="Điều văn bản để ngỏ. What the text leaves open.")],
    value: Annotated[str, typer.Argument(help="Giá trị; nhiều thì cách nhau dấu phẩy. Value; several with commas.")],
    why: Why, who: Who, leg: Leg = None, yes: Yes = False, what_if: WhatIf = False, as_json: AsJson = False,
) -> None:  # fmt: skip
    """Chốt điều văn bản để ngỏ. Set what the text leaves open."""
    _run(Decision(verb=Verb.SET, obligation=obligation, leg=leg, gap=gap, value=value), who, why, yes, what_if, as_json)


@app.command()
def undo(
    number: Annotated[int, typer.Argument(help="Số của quyết định. Number of the decision.")],
    why: Why, who: Who, yes: Yes = False, what_if: WhatIf = False, as_json: AsJson = False,
) -> None:  # fmt: skip
    """Rút lại một quyết định. Take a decision back."""
    _run(Decision(verb=Verb.UNDO, target=number), who, why, yes, what_if, as_json)


def _run(decision: Decision, who: str, why: str, yes: bool, what_if: bool, as_json: bool) -> None:
    """Show the effect; store it with --yes."""
    job = Job.start()
    if yes and what_if:
        fail(tell(job.lang, "--yes and --what-if exclude each other"), tell(job.lang, "give one of them"), USAGE)
    ruling = decide(job, decision, who, why, apply=yes)
    with job.office() as desk:
        directory = desk.directory()
    if as_json:
        write_json(ruling_json(ruling))
    else:
        job.console.print(ruling_screen(ruling, directory, job.lang))
