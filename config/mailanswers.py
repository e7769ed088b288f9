"""What `luanphien remind` answers: the mails to come, or how those sent now ended."""

from __future__ import annotations

import sys
from dataclasses import asdict
from datetime import date, timedelta

from config import mailing
from config.chainfile import load_chains
from config.mailscreens import outcome_screen, preview_screen, reminder_json, silence_words
from config.office import YEARS_AHEAD
from config.session import NOTHING, USAGE, Job, fail, write_json
from config.words import tell
from notifications.advice import titles
from scheduler.errors import EmptyStoreError, TooFarError

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
    found = mailing.preview(job, start, end)
    with job.office() as desk:
        directory = desk.directory()
        records = (record for _, record in found if record is not None)
        called = titles(records, desk.steps_of(load_chains(job.settings.chains)))
    if as_json:
        write_json([reminder_json(reminder, record, directory, job.lang) for reminder, record in found])
    else:
        job.console.print(preview_screen(found, directory, job.lang, (start, end), called))


def remind_once(job: Job, *, as_json: bool) -> None:
    """Send what is due; exits with 1 when a mail could not be sent."""
    with job.office() as desk:
        if not desk.revision:
            raise EmptyStoreError("the store holds no plan yet")
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
