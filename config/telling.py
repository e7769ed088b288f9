"""What mail is made with, and who is told at once of a change: in the transaction of the change itself."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session

from config import policyfile
from config.chainfile import load_chains
from config.office import Office
from config.session import Job
from notifications import people, sentbook
from notifications.asks import Almanac
from notifications.due import Reminder
from notifications.lease import contents
from notifications.leaving import named
from notifications.letters import Trouble
from notifications.notices import Noted, office, told
from notifications.outbox import enqueue_now
from notifications.policy import Policy
from scheduler import history, store
from scheduler.decided import decided
from scheduler.reconcile import Change, by_duty


def almanac_of(session: Session, job: Job) -> Almanac:
    """What the day and the readers of a reminder depend on, as the store has it. Raises PolicyFileError."""
    desk = Office(session, job.today())
    off, chains = desk.days_off(), load_chains(job.settings.chains)
    return Almanac(
        policy=load_policy(job),
        directory=desk.directory(),
        before=off.subtract_working_days,
        after=off.add_working_days,
        roster=people.roster(session),
        steps_of=desk.steps_of(chains),
        chains=chains,
    )


def load_policy(job: Job) -> Policy:
    """The policy in force. Raises PolicyFileError, naming every fault with its line."""
    return policyfile.load_policy(job.settings.policies)


def awaited(session: Session, obligations: Collection[str]) -> Mapping[str, date]:
    """The last day of every occurrence of these obligations on which the partner's answer is waited for."""
    found: dict[str, date] = {}
    for amendments in history.decisions(session, obligations).values():
        verdicts = decided(amendments).verdicts.items()
        found |= {key: verdict.awaiting for key, verdict in verdicts if verdict.awaiting is not None}
    return found


def tell_sync(job: Job, session: Session, changes: Sequence[Change], number: int) -> None:
    """Put into the outbox who must know of what files have just changed, by the directory as it is now."""
    if any(change.before is not None for change in changes):
        tell_changes(session, changes, almanac_of(session, job), (job.today(), job.now()), number)


def tell_changes(
    session: Session,
    changes: Sequence[Change],
    almanac: Almanac,
    when: tuple[date, datetime],
    number: int,
    words: tuple[str | None, str | None] = (None, None),
) -> tuple[Reminder, ...]:
    """Put into the outbox what those must know whose duty changed, once for the journal's change `number`.

    `words`: who decided, and why. Returns what is told.
    """
    day, now = when
    touched = [change for change in by_duty(changes, day) if change.before is not None]
    records = store.found(session, [change.after.key for change in touched])
    notes = [
        Noted(change, records[change.after.key].sequence, *words) for change in touched if change.after.key in records
    ]
    mailed = sentbook.written_to(session, {key for change in touched for key in change.keys})
    reminders = tuple(told(notes, almanac, day, mailed))
    enqueue_now(session, reminders, f"change-{number}", day, now)
    return reminders


@dataclass(frozen=True, slots=True)
class Failed:
    """A mail that did not arrive: its id, where it was to go, and what was said of it."""

    mail: str
    address: str
    said: str


def tell_owners(job: Job, session: Session, almanac: Almanac, trouble: Trouble, failed: Failed) -> None:
    """Tell the owners of what a mail was about that its address did not get it, at once: they can telephone.

    Of a mail about no occurrence, those whose reader it was.
    """
    told_of = contents(session, failed.mail)
    records = store.found(session, {content.slot.occurrence for content in told_of})
    owners = {record.occurrence.owner for record in records.values()} or {each.organisation for each in told_of}
    titles = "\n".join(record.occurrence.title.in_(job.settings.lang) for record in records.values())
    whose = named(failed.address, almanac.roster, almanac.directory)
    for owner in sorted(owners):
        office(session, trouble, owner, whose | {"error": failed.said, "titles": titles}, almanac, job.now())
