"""What `luanphien changes …` answers."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from typing import Any

from rich.console import RenderableType
from rich.text import Text as Styled

from calendars.trailwords import NO_TIME, act_words, area_words, why_words
from config.changesdesk import AT_ONCE, Narrowed, question_of
from config.changeswords import BREAKS, EMPTY, FIX, HEAD, HEADS, HEADS_FIX, WHOLE, numbers, proof_json
from config.outboxwords import moment_words
from config.session import NOTHING, USAGE, Job, fail, write_json
from config.streaming import stream_json, stream_screen
from config.words import tell
from scheduler import trailbook
from scheduler.plan import Directory
from scheduler.proving import Proof, proved
from scheduler.trail import Entry, moment
from scheduler.trailbook import Question, detail_of

_NOTED = re.compile(r"([1-9][0-9]{0,8}):([0-9a-f]{8,64})")


def list_(job: Job, asked: Narrowed, count: int, *, as_json: bool) -> None:
    """The newest lines, printed as they are read; exits with 1 when there is none."""
    if asked.first and asked.last and asked.last < asked.first:
        words = {"first": asked.first, "last": asked.last}
        fail(tell(job.lang, "--to {last} is before --from {first}", **words), "", USAGE)
    question = question_of(asked, job.settings.zone)
    with job.office() as desk:
        directory = desk.directory()
    if as_json:
        shown = stream_json(_json(entry) for entry in _entries(job, question, count))
    else:
        shown = stream_screen(job.console, (_screen(entry, job, directory) for entry in _entries(job, question, count)))
    if not shown:
        fix = tell(job.lang, "leave a filter out, or take more days")
        fail(tell(job.lang, "nothing was done like that"), fix, NOTHING)


def verify(job: Job, noted: str | None, *, as_json: bool) -> None:
    """Work out every seal again; exits with 1 when a line is not as it was written."""
    found = None
    if noted is not None:
        match = _NOTED.fullmatch(noted.strip().lower())
        if match is None:
            fix = tell(job.lang, "write it as luanphien changes verify prints it, such as 17:09ab12cd34ef5678")
            fail(tell(job.lang, "“{value}” is no seal", value=noted[:100]), fix, USAGE)
        found = int(match[1]), match[2]
    with job.database.read() as session:
        proof = proved(session, found)
    if as_json:
        write_json(proof_json(proof))
    elif proof.fault is None:
        _whole(job, proof)
    if proof.fault is not None and not as_json:
        fail(tell(job.lang, BREAKS[proof.fault], number=proof.number), tell(job.lang, FIX), NOTHING)
    if proof.fault is not None:
        sys.exit(NOTHING)


def _whole(job: Job, proof: Proof) -> None:
    if proof.head is None:
        job.console.print(tell(job.lang, EMPTY))
        return
    told = tell(job.lang, WHOLE, lines=proof.lines, journal=proof.journal)
    job.console.print(Styled(told, style="green"))
    if proof.heads:
        job.console.print(Styled(tell(job.lang, HEADS, numbers=numbers(proof.heads)), style="yellow"))
        job.console.print(Styled(f"  → {tell(job.lang, HEADS_FIX)}", style="green"))
    job.console.print(Styled(tell(job.lang, HEAD, head=proof.head.short)))


def _entries(job: Job, question: Question, count: int) -> Iterator[Entry]:
    """The newest lines, some at a time."""
    last, left = None, count
    while left:
        with job.database.read() as session:
            found = trailbook.before(session, question, last, min(left, AT_ONCE))
        if not found:
            return
        yield from found
        last, left = found[-1].number, left - len(found)


def _screen(entry: Entry, job: Job, directory: Directory) -> RenderableType:
    what = f"{area_words(entry.area, job.lang)}: {act_words(entry, directory, job.lang)}"
    when = moment_words(entry.at, job.settings.zone, job.lang) if entry.readable else NO_TIME
    told = Styled.assemble((f"{entry.number:>6}  ", "dim"), when, "  ", (entry.who, "bold"), "  ", what)
    if entry.subject:
        told.append(f"  {entry.subject}", style="cyan")
    if why := why_words(entry):
        told.append("  " + tell(job.lang, "reason: {why}", why=why), style="dim")
    return told


def _json(entry: Entry) -> dict[str, Any]:
    return {
        "number": entry.number,
        "at": moment(entry.at) if entry.readable else None,
        "readable": entry.readable,
        "who": entry.who,
        "area": entry.area,
        "action": entry.action,
        "subject": entry.subject,
        "about": list(entry.about),
        "change": entry.batch,
        "detail": dict(detail_of(entry)),
        "digest": entry.digest,
    }
