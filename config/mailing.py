"""Mail of this installation: what is due goes into the outbox, and from there to the relay or Maildir."""

from __future__ import annotations

import random
import secrets
from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import time
from enum import StrEnum
from functools import partial

from sqlmodel import Session

from calendars.catalogue import msg
from config.kept import SECRET, keep, kept
from config.looking import invite, invited, search, write
from config.moved import closed, refuse_handed_over
from config.session import Job
from config.telling import Failed, almanac_of, tell_owners
from notifications import verp
from notifications.asks import Almanac
from notifications.claiming import Claim, Shard
from notifications.compose import Composer, Letterhead
from notifications.desk import Desk, Outcome
from notifications.dispatch import run_once
from notifications.lease import contents
from notifications.letters import Trouble
from notifications.mime import mailbox
from notifications.policy import AT_ONCE, Purpose, purpose_of
from notifications.reading import Study, read, read_all
from notifications.smtp import transport_for
from notifications.tokens import Links
from scheduler import store
from scheduler.workdays import OffCode, OffName

SECRET_BYTES = 32
MORNING = time(7, 30)
"""When the scheduled mail of a day goes, where the office is."""


def never() -> bool:
    """Nobody asks to stop."""
    return False


def send_due(job: Job, stop: Callable[[], bool] = never, *, at_once: bool = False) -> Outcome:
    """Put what is due into the outbox and send it, until `stop`. Sending twice sends nothing twice.

    Scheduled mail of a day goes from 07:30 on; `at_once` does not wait for it. Raises MailUrlError or AddressError.
    """
    return send_waiting(job, write_due(job, at_once=at_once), stop)


def write_due(job: Job, *, at_once: bool = False) -> Almanac:
    """Put what is due into the outbox; returns what it was decided by.

    It is looked for while others may write, and nothing is written when there is nothing new. Raises HandedOverError.
    """
    with job.database.read() as session:
        refuse_handed_over(session)
        almanac = almanac_of(session, job)
        looks = at_once or job.now().astimezone(job.settings.zone).time() >= MORNING
        found = search(job, session, almanac) if looks else None
        asked = invited(job, session, almanac)
    if any(each is not None and each.new for each in (found, asked)):
        with job.database.write() as session:
            if found is not None:
                write(job, session, almanac, found)
            if asked is not None:
                invite(job, session, asked)
    return almanac


def send_waiting(job: Job, almanac: Almanac, stop: Callable[[], bool] = never, shard: Shard | None = None) -> Outcome:
    """Send what waits in the outbox and whose time has come, until `stop`; of a `shard` only, if one is given.

    Raises MailUrlError or AddressError.
    """
    return run_once(replace(desk_of(job, almanac), shard=shard), stop)


class Silence(StrEnum):
    """Why not one mail went."""

    DAY_OFF = "day-off"  # today is a day off at every plan's home; mail waits for the next working day
    NOTHING = "nothing-due"


def silence(job: Job, outcome: Outcome) -> tuple[Silence | None, OffName | None]:
    """Why nothing was done at all, with the holiday's name where it is one; None when something was."""
    if any(asdict(outcome).values()):
        return None, None
    with job.office() as desk:
        homes = desk.directory().countries(desk.homes())
        off = desk.days_off()
    reasons = [off.is_off(job.today(), (country,)) for country in homes]
    if not reasons or not all(reasons):
        return Silence.NOTHING, None
    names = (reason.name for found in reasons for reason in found if reason.code is OffCode.HOLIDAY)
    return Silence.DAY_OFF, next(names, None)


def letterhead_of(job: Job) -> Letterhead:
    """What all mails share. Raises AddressError when the sender is not one mailbox."""
    key = secret_of(job)
    return Letterhead(sender=mailbox(job.settings.mail_from), secret=key, links=Links(job.settings.base_url, key))


def check_ways(job: Job) -> None:
    """Raises MailUrlError or AddressError, naming the setting, when mail could not go."""
    mailbox(job.settings.mail_from)
    transport_for(job.settings.mail_url)


def desk_of(job: Job, almanac: Almanac) -> Desk:
    """All that a worker works with. Raises MailUrlError or AddressError."""
    letterhead = letterhead_of(job)
    study = Study(
        lookup=store.found,
        select=store.chosen,
        almanac=almanac,
        links=letterhead.links,
        zone=job.settings.zone,
    )
    return Desk(
        write=job.database.write_beside,
        write_alone=partial(job.database.write, even_handed_over=True),  # what becomes of mails in hand
        read=partial(read, study=study),
        read_all=partial(read_all, study=study),
        composer=Composer(letterhead, almanac.directory).compose,
        transport=transport_for(job.settings.mail_url, job.settings.mail_connections),
        return_path=return_path_of(job, letterhead.sender.address, letterhead.secret),
        buried=partial(_report, job=job, almanac=almanac),
        worker=job.worker,
        clock=job.now,
        jitter=random.random,
        steady=job.steady,
        closed=closed,
        circuit=job.circuit,
        lease=job.lease,
        per_minute=job.settings.mail_per_minute or None,
    )


def return_path_of(job: Job, sender: str, key: bytes) -> Callable[[str], str]:
    """The envelope sender of each mail, by its id: one of its own, or the sender's address as the settings say."""
    if job.settings.return_path == "plain":
        return lambda _mail: sender
    return partial(verp.return_path, sender, key)


def _report(session: Session, mail: Claim, error: str, *, job: Job, almanac: Almanac) -> None:
    """Tell the office of a mail that was given up. Of such a mail's own failure nobody is told: doctor shows it."""
    slots = [content.slot for content in contents(session, mail.id)]
    if any(purpose_of(slot.step) in AT_ONCE - {Purpose.CHANGED} for slot in slots):
        return
    tell_owners(job, session, almanac, Trouble.UNDELIVERABLE, Failed(mail.id, mail.address, error))


def secret_of(job: Job) -> bytes:
    """The key of Message-IDs, links and return paths: the setting, or one made once and kept in the store."""
    known = known_secret(job)
    if known is not None:
        return known
    with job.database.write() as session:
        value = kept(session, SECRET) or keep(session, SECRET, secrets.token_hex(SECRET_BYTES))
    return bytes.fromhex(value)


def known_secret(job: Job) -> bytes | None:
    """The same, without making one: None while there is none."""
    if job.settings.secret:
        return job.settings.secret.encode()
    with job.database.read() as session:
        value = kept(session, SECRET)
    return None if value is None else bytes.fromhex(value)


SENT_WORDS = (
    ("sent", msg("{count} mails sent")),
    ("retried", msg("{count} to be tried again")),
    ("in_doubt", msg("{count} in doubt, to be sent again with the same Message-ID")),
    ("dead", msg("{count} given up")),
    ("expired", msg("{count} had nothing left to say")),
    ("quarantined", msg("{count} put aside until somebody has looked at them")),
    ("lost", msg("{count} taken over by another worker")),
)
"""How an outcome is said, by its field."""
