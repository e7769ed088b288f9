"""What `luanphien bounces read` answers: which mails came back, and which addresses take no more."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text as Styled
from sqlmodel import Session

from calendars.catalogue import msg
from config.mailing import secret_of
from config.outboxscreens import SHORT
from config.outboxwords import IGNORED, fault_words
from config.returnedmail import mails
from config.session import NOTHING, Job, fail, write_json
from config.telling import Failed, almanac_of, tell_owners
from config.words import tell
from notifications import bounces, returns
from notifications.bounces import Action, Ignored
from notifications.letters import Trouble
from notifications.returns import Returned

AT_ONCE = 100
"""Mails that are written down in one transaction."""

ACTIONS = {
    Action.FAILED: msg("came back"),
    Action.DELAYED: msg("is late; the mail server goes on trying"),
    Action.DELIVERED: msg("has arrived"),
    Action.RELAYED: msg("was handed on"),
    Action.EXPANDED: msg("was handed on to a list"),
}

Found = tuple[str, Returned | Ignored]
"""The name a mail lies under, and what came of it."""


def read(job: Job, place: Path, *, as_json: bool) -> None:
    """Read what came back and write it down; what was read before changes nothing. No report is an answer too."""
    key = secret_of(job)
    found: list[Found] = []
    try:
        for some in _portions(place):
            found += _recorded(job, [(name, bounces.read(raw, key)) for name, raw in some])
    except OSError as error:
        what = tell(job.lang, "{place} cannot be read: {why}", place=place, why=error.strerror or error)
        fail(what, tell(job.lang, "name a Maildir, an mbox or a file with one mail"), NOTHING)
    if as_json:
        write_json(_json(found))
    else:
        job.console.print(_screen(found, job.lang))


def _portions(place: Path) -> Iterator[list[tuple[str, bytes]]]:
    some: list[tuple[str, bytes]] = []
    for mail in mails(place):
        some.append(mail)
        if len(some) == AT_ONCE:
            yield some
            some = []
    if some:
        yield some


def _recorded(job: Job, read_now: Sequence[tuple[str, bounces.Report | Ignored]]) -> list[Found]:
    with job.database.write() as session:
        office = partial(_tell_office, job, session)
        return [
            (name, one if isinstance(one, Ignored) else returns.record(session, one, job.now(), office))
            for name, one in read_now
        ]


def _tell_office(job: Job, session: Session, mail: str, address: str, said: str) -> None:
    """Tell those whose duties the mail was about that its address takes no more."""
    tell_owners(job, session, almanac_of(session, job), Trouble.SUSPENDED, Failed(mail, address, said))


def _screen(found: Sequence[Found], lang: str) -> RenderableType:
    reports = [(name, one) for name, one in found if isinstance(one, Returned)]
    ignored = Counter(one for _, one in found if isinstance(one, Ignored))
    heading = "{mails} mails read, {reports} reports"
    lines: list[RenderableType] = [Styled(tell(lang, heading, mails=len(found), reports=len(reports)), style="bold")]
    for _, returned in reports:
        lines += _entry(returned, lang)
    lines += [
        Styled(f"  {tell(lang, 'left alone: {count}, {why}', count=count, why=tell(lang, IGNORED[why]))}", "dim")
        for why, count in sorted(ignored.items())
    ]
    return Group(*lines)


def _entry(returned: Returned, lang: str) -> Iterator[RenderableType]:
    report = returned.report
    words = Styled.assemble((report.delivery[:SHORT], "dim"), f"  {returned.address}  ")
    words.append(tell(lang, ACTIONS[report.action]), "red" if report.hard else "yellow")
    yield words.append(f"  ({report.status} {report.said})".replace(" )", ")"), "dim")
    if returned.suspended:
        told = msg("The third in a row: no more mail goes there, and the office is told to telephone")
        yield Padding(Styled(tell(lang, told), style="bold red"), (0, 0, 0, 4))
    elif report.action is Action.FAILED:
        yield Padding(Styled(f"→ {fault_words(f'{report.status} {report.said}', lang)[1]}", "green"), (0, 0, 0, 4))


def _json(found: Sequence[Found]) -> dict[str, Any]:
    reports = [(name, one) for name, one in found if isinstance(one, Returned)]
    return {
        "read": len(found),
        "reports": [
            {
                "file": name,
                "mail": one.report.delivery,
                "to": one.address,
                "action": one.report.action.value,
                "status": one.report.status,
                "said": one.report.said,
                "hard": one.report.hard,
                "suspended": one.suspended,
            }
            for name, one in reports
        ],
        "ignored": [{"file": name, "because": one.value} for name, one in found if isinstance(one, Ignored)],
    }
