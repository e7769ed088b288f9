"""Reminder mail of this installation: what is due goes into the outbox, and from there to the relay or Maildir."""

from __future__ import annotations

import os
import random
import secrets
import socket
from collections.abc import Iterable
from dataclasses import asdict, replace
from datetime import date, timedelta
from enum import StrEnum
from functools import partial

from sqlalchemy import select
from sqlmodel import Session, col

from calendars.catalogue import msg
from config import policyfile
from config.holidayfile import days_off
from config.planfile import SourceFile
from config.session import Job
from config.tables import KeptRow
from notifications.compose import Letterhead, compose
from notifications.dispatch import Desk, Outcome, run_once
from notifications.due import Almanac, Reminder, State, between, due
from notifications.mime import mailbox
from notifications.outbox import enqueue
from notifications.policy import Policy
from notifications.smtp import transport_for
from notifications.tables import REMINDER
from scheduler import history, store
from scheduler.errors import EmptyStoreError
from scheduler.occurrence import Record, Selection
from scheduler.window import ONE_DAY
from scheduler.workdays import OffCode, OffName

SECRET = "message-id-key"  # noqa: S105 - a name, not a value
SECRET_BYTES = 32


def send_due(job: Job) -> Outcome:
    """Put what is due today into the outbox and send it. Sending twice sends nothing twice."""
    today = job.today()
    with job.database.write() as session:
        almanac = almanac_of(session, load_policy(job))
        began = history.first_change(session)
        since = began.astimezone(job.settings.zone).date() if began else today
        records = _records(session, almanac.policy, since, today)
        enqueue(session, list(due(records, almanac, today, since)), today, job.now())
    return run_once(_desk(job, almanac))


class Silence(StrEnum):
    """Why not one mail went."""

    DAY_OFF = "day-off"  # today is a day off at every plan's home; mail waits for the next working day
    NOTHING = "nothing-due"


def silence(job: Job, outcome: Outcome) -> tuple[Silence | None, OffName | None]:
    """Why nothing was done at all, with the holiday's name where it is one; None when something was."""
    if any(asdict(outcome).values()):
        return None, None
    with job.office() as desk:
        homes = desk.directory().countries(plan.home for plan in desk.plans())
        off = desk.days_off()
    reasons = [off.is_off(job.today(), (country,)) for country in homes]
    if not reasons or not all(reasons):
        return Silence.NOTHING, None
    names = (reason.name for found in reasons for reason in found if reason.code is OffCode.HOLIDAY)
    return Silence.DAY_OFF, next(names, None)


def preview(job: Job, first: date, last: date) -> list[tuple[Reminder, Record]]:
    """The mails that would go out on the days `first`..`last`, by day and address; what is coalesced with them too.

    Raises EmptyStoreError.
    """
    with job.database.read() as session:
        if not history.revision(session):
            raise EmptyStoreError("the store holds no plan yet")
        almanac = almanac_of(session, load_policy(job))
        today = job.today()
        records = {r.occurrence.key: r for r in _records(session, almanac.policy, min(first, today), last)}
        late = _late(session, job, almanac, list(records.values())) if first <= today <= last else ()
    spans = [(first, min(last, today - ONE_DAY)), (max(first, today + ONE_DAY), last)] if late else [(first, last)]
    coming = (mail for start, end in spans if start <= end for mail in between(records.values(), almanac, start, end))
    found = (*late, *coming)
    ordered = sorted(found, key=lambda reminder: (reminder.send_on, reminder.address, reminder.slot))
    return [(reminder, records[reminder.slot.occurrence]) for reminder in ordered]


def _late(session: Session, job: Job, almanac: Almanac, records: list[Record]) -> tuple[Reminder, ...]:
    """What `send_due` would send now: today's own, and what was missed before and not yet accounted for."""
    today = job.today()
    known = {str(ident) for ident in session.execute(select(REMINDER.c.id)).scalars()}
    found = due(records, almanac, today, today)
    return tuple(
        replace(mail, send_on=today) for mail in found if mail.state is State.PENDING and mail.slot.id not in known
    )


def almanac_of(session: Session, policy: Policy) -> Almanac:
    """What the day of a reminder depends on, as the store has it."""
    lines = history.in_force(session, history.HOLIDAYS)
    off, _ = days_off(SourceFile("holidays.yaml", lines[0].text if lines else ""))
    return Almanac(policy, store.directory_of(session), off.earlier)


def load_policy(job: Job) -> Policy:
    """The policy in force. Raises PolicyFileError, naming every fault with its line."""
    return policyfile.load_policy(job.settings.policies)


def _records(session: Session, policy: Policy, first: date, last: date) -> Iterable[Record]:
    """Every occurrence that may have a step between the two days, or was over by then."""
    return list(store.chosen(session, Selection(first=first, last=last + timedelta(days=policy.reach + 1))))


def _desk(job: Job, almanac: Almanac) -> Desk:
    settings = job.settings
    sender = mailbox(settings.mail_from)
    letterhead = Letterhead(sender=sender, secret=_secret(job), base_url=settings.base_url)
    return Desk(
        write=job.database.write,
        lookup=store.found,
        policy=almanac.policy,
        composer=partial(compose, letterhead=letterhead, directory=almanac.directory),
        transport=transport_for(settings.mail_url),
        sender=sender.address,
        worker=f"{socket.gethostname()[:24]}-{os.getpid()}-{secrets.token_hex(4)}",
        clock=job.now,
        zone=settings.zone,
        jitter=random.random,
    )


def _secret(job: Job) -> bytes:
    """The key of the Message-IDs: the setting, or one made once and kept in the store."""
    if job.settings.secret:
        return job.settings.secret.encode()
    with job.database.write() as session:
        kept = session.execute(select(col(KeptRow.value)).where(col(KeptRow.name) == SECRET)).scalar_one_or_none()
        if kept is None:
            kept = secrets.token_hex(SECRET_BYTES)
            session.add(KeptRow(name=SECRET, value=kept))
    return bytes.fromhex(kept)


SENT_WORDS = (
    ("sent", msg("{count} mails sent")),
    ("retried", msg("{count} to be tried again")),
    ("in_doubt", msg("{count} in doubt, to be sent again with the same Message-ID")),
    ("dead", msg("{count} given up")),
    ("expired", msg("{count} had nothing left to say")),
    ("lost", msg("{count} taken over by another worker")),
)
"""How an outcome is said, by its field."""
