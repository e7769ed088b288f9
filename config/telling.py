"""What mail is made with, and who is told at once of a change: in the transaction of the change itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import partial

from sqlmodel import Session

from config import policyfile
from config.chainfile import load_chains
from config.holidayfile import days_off
from config.office import Office
from config.planfile import SourceFile
from config.session import Job
from notifications import people
from notifications.asks import Almanac
from notifications.due import Reminder
from notifications.notices import Noted, told
from notifications.outbox import enqueue_now
from notifications.policy import Policy
from scheduler import history, store
from scheduler.decided import decided
from scheduler.reconcile import Change


def almanac_of(session: Session, job: Job) -> Almanac:
    """What the day and the readers of a reminder depend on, as the store has it. Raises PolicyFileError."""
    lines = history.in_force(session, history.HOLIDAYS)
    off, _ = days_off(SourceFile("holidays.yaml", lines[0].text if lines else ""))
    office = Office(session, job.today())
    return Almanac(
        policy=load_policy(job),
        directory=store.directory_of(session),
        before=off.subtract_working_days,
        after=off.add_working_days,
        roster=people.roster(session),
        steps_of=office.steps_of(load_chains(job.settings.chains)),
    )


def load_policy(job: Job) -> Policy:
    """The policy in force. Raises PolicyFileError, naming every fault with its line."""
    return policyfile.load_policy(job.settings.policies)


def awaited(session: Session) -> Mapping[str, date]:
    """The last day of every occurrence on which the partner's answer is waited for."""
    found: dict[str, date] = {}
    for amendments in history.decisions(session).values():
        verdicts = decided(amendments).verdicts.items()
        found |= {key: verdict.awaiting for key, verdict in verdicts if verdict.awaiting is not None}
    return found


def tell_changes(
    job: Job, session: Session, changes: Sequence[Change], number: int, words: tuple[str, str] | None = None
) -> tuple[Reminder, ...]:
    """Put into the outbox what those must know whose duty changed, once for the journal's change `number`.

    `words`: who decided, and why. Returns what is told.
    """
    touched = [change for change in changes if change.before is not None]
    if not touched:
        return ()
    return _tell(session, touched, almanac_of(session, job), (job.today(), job.now()), number, words)


def _tell(
    session: Session,
    changes: Sequence[Change],
    almanac: Almanac,
    when: tuple[date, datetime],
    number: int,
    words: tuple[str, str] | None,
) -> tuple[Reminder, ...]:
    records = store.found(session, [change.after.key for change in changes])
    who, why = words or (None, None)
    noted = partial(Noted, who=who, why=why)
    notes = [noted(change, records[change.after.key].sequence) for change in changes if change.after.key in records]
    day, now = when
    reminders = tuple(told(notes, almanac, day))
    enqueue_now(session, reminders, f"change-{number}", day, now)
    return reminders
