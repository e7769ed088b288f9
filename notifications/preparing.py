"""Mails just before they go: read again together, written, and their bytes kept."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from sqlalchemy.orm import Session

from notifications import handover, heartbeat, lease
from notifications.accounting import Account
from notifications.claiming import Claim
from notifications.desk import Desk, Fate
from notifications.lease import Content
from notifications.letters import AnyLetter, ChangeLetter, Item, ReminderLetter, Told
from notifications.mime import mailbox, written_at
from notifications.outbox import end
from notifications.reading import Reading
from notifications.recording import of_the_database
from notifications.transport import Parcel

_IDENT = re.compile(rb"^Message-ID: (<[^<>\r\n]+>)\r\n", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Ready:
    """A mail that can go: what it tells, its envelope and bytes, and when it was read, by the desk's stopwatch.

    `tried`: it had its bytes before this run, so a relay may know it.
    """

    mail: Claim
    told: Sequence[Content]
    parcel: Parcel
    read_at: float
    tried: bool


def prepare(account: Account, mails: Sequence[Claim], tried: frozenset[str]) -> list[Ready]:
    """Read mails again as things stand now, and write those that have something to say, in the order given.

    What has fallen is ended, an empty mail withdrawn. A mail that cannot be read or written is put aside alone; none
    falls with another. `tried` are those that had their bytes before this run. Raises what the database raises.
    """
    desk = account.desk
    read_at = desk.stopwatch()
    try:
        readings = _read_again(account, mails)
    except Exception as error:
        if of_the_database(error):
            raise
        if len(mails) == 1:
            account.put_aside(mails[0], _cannot(error))
            return []
        return [ready for mail in mails for ready in prepare(account, [mail], tried)]
    written: list[handover.Written] = []
    found: list[Ready] = []
    for mail in mails:
        reading = readings.get(mail.id)
        if reading is None or reading.letter is None:
            continue
        # what was never tried, since the machine was off, still goes
        if mail.id in tried and mail.deadline is not None and desk.clock() >= mail.deadline:
            account.give_up(mail, "its deadline is over")
            continue
        try:
            message = mail.message if mail.doubted or not (reading.fallen or _stale(reading.letter, mail)) else None
            if message is None:
                message = desk.composer(reading.letter)
                written.append((mail, message, _ident(message)))
            parcel = Parcel(mail.id, _ascii(desk.return_path(mail.id)), _recipient(mail.address), message)
            found.append(Ready(replace(mail, message=message), reading.told, parcel, read_at, mail.id in tried))
        except Exception as error:
            if of_the_database(error):
                raise
            account.put_aside(mail, _cannot(error))
    return _store(account, found, written)


def _read_again(account: Account, mails: Sequence[Claim]) -> Mapping[str, Reading]:
    """Look at what mails are about as it stands now; those that are no longer ours are counted and left out."""
    desk = account.desk
    now = desk.clock()
    with desk.write() as session:
        steady = desk.moment(session)
        held = lease.renew(session, desk.worker, steady + desk.lease)
        heartbeat.beat(session, desk.worker, steady, mails[0].id)
        ours = [mail for mail in mails if mail.id in held]
        readings = _read(desk, session, ours)
        end(session, [ending for reading in readings.values() for ending in reading.fallen], now, desk.worker)
        empty = [mail for mail in ours if readings[mail.id].letter is None]
        withdrawn = {mail.id for mail in empty if handover.withdraw(session, mail, now)}
    for mail in mails:
        if mail.id in withdrawn:
            account.note(mail, Fate.EXPIRED)
        elif mail.id not in held or readings[mail.id].letter is None:
            account.note(mail, Fate.LOST)
    return readings


def _read(desk: Desk, session: Session, mails: Sequence[Claim]) -> Mapping[str, Reading]:
    now = desk.clock()
    if desk.read_all is not None:
        return desk.read_all(session, mails, now)
    return {mail.id: desk.read(session, mail, now) for mail in mails}


def _store(account: Account, found: list[Ready], written: Sequence[handover.Written]) -> list[Ready]:
    desk = account.desk
    if not written:
        return found
    with desk.write() as session:
        until = desk.moment(session) + desk.lease
        kept = handover.store_messages(session, desk.worker, written, until)
    lost = {mail.id for mail, _, _ in written} - kept
    for ready in found:
        if ready.mail.id in lost:
            account.note(ready.mail, Fate.LOST)
    return [ready for ready in found if ready.mail.id not in lost]


def _stale(letter: AnyLetter, mail: Claim) -> bool:
    """Whether something has changed of what a mail tells since its bytes were written."""
    written = None if mail.message is None else written_at(mail.message)
    told: tuple[Item | Told, ...] = ()
    if isinstance(letter, ReminderLetter):
        told = letter.items
    elif isinstance(letter, ChangeLetter):
        told = letter.changes
    return written is not None and any(each.record.changed_at > written for each in told)


def _ident(message: bytes) -> str:
    found = _IDENT.search(message, 0, message.index(b"\r\n\r\n") + 2)
    if found is None:
        raise ValueError("it has no Message-ID")
    return found[1].decode("ascii")


def _ascii(address: str) -> str:
    address.encode("ascii")
    return address


@lru_cache(4096)
def _recipient(address: str) -> str:
    return _ascii(mailbox(address).address)


def _cannot(error: Exception) -> str:
    return f"cannot be written: {type(error).__name__}: {error}"
