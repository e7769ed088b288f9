"""What `luanphien doctor` finds in settings, programs and clocks; values in, findings out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from urllib.parse import urlsplit

from calendars.catalogue import msg
from config.settings import Settings
from notifications import verp
from notifications.errors import AddressError
from notifications.mime import Mailbox, mailbox

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
RESERVED = (".example", ".invalid", ".test", ".localhost", ".local", "example.com", "example.net", "example.org")
"""Ends of domains that nobody has (RFC 2606, RFC 6762)."""

CLOCKS_AGREE = timedelta(seconds=5)
CLOCKS_DIFFER = timedelta(minutes=1)
"""Clocks further apart are broken: leases would end too early or too late."""

QUOTES_HEADERS = ((3, 11, 10), (3, 12, 5))
"""Before these versions Python's email library lets words break into header lines (CVE-2024-6923); here such words are
refused before they reach it."""


class Level(StrEnum):
    """How a check ended."""

    FINE = "fine"
    WARNING = "warning"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Finding:
    """One check. `what` and `fix` are ids of words with `{named}` places; `fix` is empty where nothing is to do."""

    check: str
    level: Level
    what: str
    fix: str = ""
    fields: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))


def fine(check: str, what: str, **fields: object) -> Finding:
    """Nothing to do."""
    return Finding(check, Level.FINE, what, "", fields)


def warning(check: str, what: str, fix: str, **fields: object) -> Finding:
    """Something to look at."""
    return Finding(check, Level.WARNING, what, fix, fields)


def broken(check: str, what: str, fix: str, **fields: object) -> Finding:
    """Something that does not work."""
    return Finding(check, Level.BROKEN, what, fix, fields)


def of_settings(settings: Settings, file_faults: int) -> Iterator[Finding]:
    """Links that only this machine can open, faults in the files settings name, and the sender."""
    if file_faults:
        what = msg("faults in the files of plans, directory, holidays, chains or policy: {count}")
        yield broken("settings", what, msg("luanphien check names each with its line"), count=file_faults)
    else:
        yield fine("settings", msg("settings and the files they name are sound"))
    if urlsplit(settings.base_url).hostname in LOOPBACK:
        what = msg("links in mail begin with {url}, which only this machine can open")
        yield warning("settings", what, msg("set LUANPHIEN_BASE_URL to the address people type"), url=settings.base_url)
    yield from _of_sender(settings.mail_from)


def sender_of(mail_from: str) -> Mailbox | None:
    """The sender, if it is one mailbox."""
    try:
        return mailbox(mail_from)
    except AddressError:
        return None


def reserved(domain: str) -> bool:
    """Whether nobody can have this domain."""
    return f".{domain.lower()}".endswith(tuple(end if end.startswith(".") else f".{end}" for end in RESERVED))


def _of_sender(mail_from: str) -> Iterator[Finding]:
    sender = sender_of(mail_from)
    if sender is None:
        what = msg("LUANPHIEN_MAIL_FROM is not one mail address: {sender}")
        yield broken("sender", what, msg("write Name <local@domain>"), sender=mail_from)
    elif reserved(sender.domain):
        what = msg("{address} is an address for trying out; nobody can answer it")
        yield warning("sender", what, msg("set LUANPHIEN_MAIL_FROM to a mailbox of yours"), address=sender.address)
    elif len(sender.address.rpartition("@")[0]) > verp.ROOM:
        what = msg("what stands before the @ of {address} is longer than {room} letters: returned mail cannot be told")
        fix = msg("take a shorter address for LUANPHIEN_MAIL_FROM")
        yield warning("sender", what, fix, address=sender.address, room=verp.ROOM)
    else:
        yield fine("sender", msg("mail is sent by {address}"), address=sender.address)


def of_python(version: tuple[int, ...]) -> Finding:
    """The version of Python, with what is known of it."""
    shown = ".".join(map(str, version[:3]))
    if version < QUOTES_HEADERS[0] or (3, 12) <= version < QUOTES_HEADERS[1]:
        what = msg("Python {version}; its mail library lets some words break headers, so luanphien refuses them")
        return fine("python", what, version=shown)
    return fine("python", msg("Python {version}"), version=shown)


def of_sqlite(version: tuple[int, ...], safe: tuple[int, ...], journal: str, sound: str) -> Iterator[Finding]:
    """A SQLite store: its version's known fault, the journal that goes with it, and whether its pages are whole.

    `safe`: the first version that may keep a write-ahead log while several processes write.
    """
    shown, mode = ".".join(map(str, version)), journal.upper()
    if version < safe and mode == "WAL":
        what = msg("SQLite {version} can lose what was stored while the journal is WAL")
        yield broken("database", what, msg("end every luanphien, and run this again"), version=shown)
    elif version < safe:
        what = msg("SQLite {version}; it has a fault with WAL journals, so the journal is {mode}")
        yield fine("database", what, version=shown, mode=mode)
    else:
        yield fine("database", msg("SQLite {version}, journal {mode}"), version=shown, mode=mode)
    if sound != "ok":
        what, fix = msg("the store is damaged: {why}"), msg("put the last copy of it back")
        yield broken("database", what, fix, why=sound)


def of_clocks(here: datetime, there: datetime | None, newest: datetime | None) -> Iterator[Finding]:
    """This machine's clock against the database's (None: it has none of its own), and against the newest entry."""
    apart = abs(here - there) if there is not None else timedelta(0)
    seconds = round(apart.total_seconds())
    fix = msg("set the clocks by NTP")
    if apart > CLOCKS_DIFFER:
        yield broken("clock", msg("this clock and the database's are {seconds} seconds apart"), fix, seconds=seconds)
    elif apart > CLOCKS_AGREE:
        yield warning("clock", msg("this clock and the database's are {seconds} seconds apart"), fix, seconds=seconds)
    elif newest is not None and newest - here > CLOCKS_DIFFER:
        what = msg("the store has an entry of {moment}, which is still to come: a clock was set back")
        yield warning("clock", what, fix, moment=newest.isoformat())
    elif there is not None:
        yield fine("clock", msg("this clock and the database's agree"))
    else:
        yield fine("clock", msg("the clock is not behind what is stored"))
