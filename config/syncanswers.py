"""What `luanphien sync` answers: files into the store, and what that changed."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from functools import partial
from typing import Any

from sqlmodel import Session

from config import settle
from config.chainfile import chain_problems
from config.checking import faults_of
from config.conditions import Conditional
from config.holidayfile import days_off
from config.olderfiles import OlderError, refuse_older
from config.policyfile import policy_of
from config.progress import bar
from config.screens import problems_screen, settled_screen
from config.session import NOTHING, Job
from config.streaming import Spool, stream_json
from config.sums import sort_of
from config.telling import tell_sync
from config.words import problem_json, tell
from scheduler.reconcile import Change


def sync(job: Job, retire: tuple[str, ...], *, preview: bool, older: bool = False, as_json: bool) -> None:
    """Take the plan files into the store, or show what that would change. `older`: those that were replaced as well."""
    with Spool.open() as spool:
        settled = _settled(job, retire, spool if as_json else None, preview=preview, older=older)
        if as_json:
            stream_json(_settled_json(settled, spool, job.lang))
    if not as_json and settled.problems:
        job.console.print(problems_screen(settled.problems, job.lang))
        job.console.print(tell(job.lang, "Nothing was stored; mend the files and run it again"), style="bold red")
    elif not as_json:
        with job.office() as desk:
            directory = desk.directory()
        job.console.print(settled_screen(settled, directory, job.lang, preview=preview))
    if settled.problems:
        sys.exit(NOTHING)


def _settled(job: Job, retire: tuple[str, ...], spool: Spool | None, *, preview: bool, older: bool) -> settle.Settled:
    """The files into the store; every change goes to the spool, if there is one."""
    given, plans, base = job.given(retire)
    others = (*policy_of(job.settings.policies)[1], *chain_problems(given.plans, job.settings.chains))
    problems = (*plans.problems, *base.problems, *others)
    if problems:
        return settle.Settled(problems=(*problems, *faults_of(given), *days_off(given.holidays)[1]))
    told, now, today = partial(_told, job, spool), job.now(), job.today()
    newer = Conditional(job.database, before=lambda session: refuse_older(session, given.plans))
    with bar(tell(job.lang, "Taking plans into the store"), quiet=spool is not None) as watch:
        try:
            return settle.sync(
                job.database if older else newer, given, now, today, preview=preview, tell=told, progress=watch
            )
        except OlderError as error:
            return settle.Settled(problems=error.problems)


def _told(job: Job, spool: Spool | None, session: Session, changes: Sequence[Change], number: int) -> None:
    """Tell whoever must know of these changes, and keep them to be printed."""
    if spool is not None:
        for change in changes:
            spool.put(_change_json(change))
    tell_sync(job, session, changes, number)


def _settled_json(settled: settle.Settled, spool: Spool, lang: str) -> dict[str, Any]:
    """What a sync did; all its changes, by duty while they are few, else as they were made."""
    shown = (_change_json(change) for change in settled.changes)
    return {
        "errors": [problem_json(problem, lang) for problem in settled.problems],
        "changes": iter(spool) if spool.count > len(settled.changes) else shown,
        "count": settled.count,
        "left_alone": list(settled.left_alone),
    }


def _change_json(change: Change) -> dict[str, Any]:
    after = change.after
    return {
        "change": sort_of(change),
        "key": after.key,
        "start": str(after.window.start) if after.window.start else None,
        "end": str(after.window.last) if after.window.last else None,
        "host": after.host,
        "status": after.status.value,
    }
