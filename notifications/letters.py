"""The kinds of mail there are, as values: what each tells to whom. `compose` makes bytes of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from notifications.policy import Role, Step
from scheduler import preparation
from scheduler.occurrence import Occurrence, Record


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One reminder of a mail: the occurrence as it stands, the step, the day it is counted from, and its reader.

    `recipient` is the organisation whose duty it is. `reminder` is the slot's id, which the buttons are bound to; None:
    it has no buttons. `repeat` counts from 1 for what is said again and again. `prepares`: the step of the preparation
    chain it asks for. `escalated`: the names of those who were told before and did not answer. `unreached`: the bodies
    that are to do it and cannot be written to, for whom the plan's owner reads it.
    """

    record: Record
    step: Step
    counted_from: date
    recipient: str
    role: Role
    reminder: str | None = None
    repeat: int = 0
    prepares: preparation.Step | None = None
    escalated: tuple[str, ...] = ()
    unreached: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Agenda:
    """The reader's Monday look ahead: what begins or is due in the days `first`..`week_ends`, and then to `last`."""

    first: date
    week_ends: date
    last: date
    week: tuple[Record, ...]
    month: tuple[Record, ...]


class Happened(StrEnum):
    """What changed about a duty, the gravest first."""

    CANCELLED = "cancelled"
    SKIPPED = "skipped"
    POSTPONED = "postponed"
    RESTORED = "restored"  # it had been cancelled or skipped, and stands again
    REASSIGNED = "reassigned"  # another host, or other bodies in charge
    FIXED = "fixed"  # its days are known now, and were not before
    MOVED = "moved"  # other days, or another place


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One change as one reader is told of it: the duty as it stands, and what it was before, as far as it changed.

    `before`: field name (`days`, `host`, `place`, `leads`, `coordinating`, `status`, `joint`) → the old value: ISO days
    of a window with its precision as `first/last/precision`, ids joined by a comma, or empty for none.
    `why` and `who`: the decision behind it, None where a plan's text changed.
    """

    record: Record
    recipient: str
    happened: Happened
    before: Mapping[str, str]
    who: str | None = None
    why: str | None = None


class Method(StrEnum):
    """What an invitation asks of a calendar (RFC 5546, section 3.2)."""

    REQUEST = "REQUEST"
    CANCEL = "CANCEL"


class Trouble(StrEnum):
    """What an office is told about its mail."""

    UNDELIVERABLE = "undeliverable"  # a mail was refused for good
    SUSPENDED = "suspended"  # an address sent back three mails: telephone
    ASKED = "asked"  # a reader asks for other days
    LEFT = "left"  # a reader wants no more mail


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What every mail has. `organisation` is the reader's, `person` their name where it goes to a person.

    `day` is the reader's, days left are counted from it; `written_at` is aware and becomes the Date. `thread` holds the
    Message-IDs of earlier mails about the one item, oldest first. `unsubscribe` is the link that ends such mail.
    """

    delivery: str
    address: str
    lang: str
    day: date
    written_at: datetime
    organisation: str
    person: str | None = None
    thread: tuple[str, ...] = ()
    unsubscribe: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReminderLetter(Letter):
    """The scheduled mail of a day: `items`, the most pressing first, and on Mondays an agenda; not both are empty."""

    items: tuple[Item, ...]
    agenda: Agenda | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeLetter(Letter):
    """What has just changed, told at once. At least one."""

    changes: tuple[Told, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class InvitationLetter(Letter):
    """An event for the calendar of one person (iMIP, RFC 6047). `update`: it was sent before."""

    record: Record
    method: Method
    update: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class VerificationLetter(Letter):
    """Asks a person to confirm their address before any reminder goes there, by the page at `url`."""

    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeLetter(Letter):
    """Tells an office what needs a person: mail that came back, or a reader's wish.

    `fields`: address, name, organisation (ids joined by a comma), error, titles (one a line), why, days; those that
    `trouble` has.
    """

    trouble: Trouble
    occurrence: Occurrence | None
    fields: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessLetter(Letter):
    """Gives an officer the page at `url`, where they set a password. It works once, for an hour."""

    url: str


AnyLetter = ReminderLetter | ChangeLetter | InvitationLetter | VerificationLetter | OfficeLetter | AccessLetter
