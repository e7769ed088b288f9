"""What `luanphien remind` answers: the mails to come, or how those sent now ended."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from datetime import date, timedelta

from config import mailing
from config.chainfile import load_chains
from config.foreseeing import Mail, foreseen, with_records
from config.mailscreens import outcome_screen, preview_lines, reminder_json, silence_words
from config.office import YEARS_AHEAD
from config.progress import bar, waiting
from config.session import NOTHING, USAGE, Job, fail, write_json
from config.streaming import stream_json, stream_screen
from config.words import tell
from notifications.advice import titles
from notifications.due import State
from notifications.policy import chain_step
from scheduler.errors import EmptyStoreError, TooFarError
from scheduler.occurrence import Record
from scheduler.plan import Text
from scheduler.preparation import Step

PREVIEW = timedelta(days=30)
"""How far `remind --preview` looks unless asked."""


def remind_preview(job: Job, first: date | None, last: date | None, *, as_json: bool) -> None:
    """The mails that would go out, by day; the next 30 days unless asked. None at all is an answer too."""
    start = first or job.today()
    end = last or start + min(PREVIEW, date.max - start)
    if end < start:
        fail(tell(job.lang, "--to {last} is before --from {first}", first=start, last=end), "", USAGE)
    if end.year > job.today().year + YEARS_AHEAD:
        raise TooFarError(end, YEARS_AHEAD)
    with job.office() as desk:
        with bar(tell(job.lang, "Looking for mails"), quiet=as_json) as watch:
            reminders = foreseen(desk.session, job, start, end, watch=watch)
        directory, found = desk.directory(), with_records(desk.session, reminders)
        if as_json:
            stream_json(reminder_json(reminder, record, directory, job.lang) for reminder, record in found)
            return
        mails = sum(reminder.state is State.PENDING for reminder in reminders)
        called: dict[tuple[str, str], Text] = {}
        named = _named(found, desk.steps_of(load_chains(job.settings.chains)), called)
        stream_screen(job.console, preview_lines(named, mails, directory, job.lang, (start, end), called))


def _named(
    found: Iterable[Mail], steps_of: Callable[[Record], Iterable[Step]], called: dict[tuple[str, str], Text]
) -> Iterator[Mail]:
    """The same mails; with each of them `called` has what the steps of its chain are called."""
    for reminder, record in found:
        called.clear()
        if record is not None and chain_step(reminder.slot.step):
            called.update(titles([record], steps_of))
        yield reminder, record


def remind_once(job: Job, *, as_json: bool) -> None:
    """Send what is due; exits with 1 when a mail could not be sent."""
    with job.office() as desk:
        if not desk.revision:
            raise EmptyStoreError("the store holds no plan yet")
    with waiting(tell(job.lang, "Sending what is due"), quiet=as_json):
        outcome = mailing.send_due(job, at_once=True)
    why, name = mailing.silence(job, outcome)
    if as_json:
        write_json(asdict(outcome) | {"reason": why})
    else:
        job.console.print(outcome_screen(outcome, job.lang))
        if why:
            job.console.print(silence_words(why, name, job.today(), job.lang), style="yellow")
    if outcome.dead or outcome.retried or outcome.in_doubt:
        sys.exit(NOTHING)
