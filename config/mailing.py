"""Reminder mail of this installation: what is due goes into the outbox, and from there to the relay or Maildir."""

from __future__ import annotations

import os
import random
import secrets
import socket
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from calendars.catalogue import msg
from config.files import HOME
from config.guard import read_yaml
from config.holidayfile import days_off
from config.planfile import SourceFile
from config.session import Job
from config.tables import KeptRow
from notifications.compose import Letterhead, compose
from notifications.dispatch import Desk, Outcome, run_once
from notifications.due import Almanac, Reminder, State, between, due
from notifications.mime import mailbox
from notifications.outbox import enqueue
from notifications.policy import Policy, PolicyError, policy_from
from notifications.smtp import transport_for
from notifications.tables import REMINDER
from scheduler import history, store
from scheduler.errors import EmptyStoreError, LuanphienError
from scheduler.occurrence import Record, Selection
from scheduler.window import ONE_DAY

SECRET = "message-id-key"  # noqa: S105 - a name, not a value
SECRET_BYTES = 32


class PolicyFileError(LuanphienError):
    """A policy file that cannot be used; the message names each fault."""


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
    """The policy file. Raises PolicyFileError, naming every fault with its line."""
    path = Path(job.settings.policies) if job.settings.policies else HOME / "policies.yaml"
    try:
        marked, problems = read_yaml(path.read_text(encoding="utf-8"), str(path))
        if not problems:
            return policy_from(_numbers(marked.data))
    except (OSError, UnicodeDecodeError) as error:
        raise PolicyFileError(f"{path}: {error}") from error
    except PolicyError as error:
        raise PolicyFileError(f"{path}: {error}") from error
    raise PolicyFileError("; ".join(f"{p.file}:{p.line}: {p.message.format_map(p.fields)}" for p in problems))


def _numbers(value: Any) -> Any:
    """The same values with digits read as numbers; the guard keeps every scalar as text."""
    if isinstance(value, dict):
        return {key: _numbers(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_numbers(item) for item in value]
    return int(value) if isinstance(value, str) and value.isascii() and value.isdigit() else value


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
