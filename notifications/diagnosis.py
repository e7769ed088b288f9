"""What is wrong with a mail, told from what its relay said; pure. The words for it are `config`'s."""

from __future__ import annotations

import re
from enum import StrEnum


class Fault(StrEnum):
    """What went wrong, by what a person can do about it."""

    MAILBOX_UNKNOWN = "mailbox-unknown"
    MAILBOX_FULL = "mailbox-full"
    POLICY = "policy"  # refused for what it is or whom it is from
    SENDER = "sender"  # the relay does not take mail from our sender
    BUSY = "busy"  # not now; greylisting is one cause
    NAME = "name"  # the relay's name is not known
    UNREACHABLE = "unreachable"
    LOGIN = "login"
    CERTIFICATE = "certificate"
    NO_TLS = "no-tls"
    BROKE_OFF = "broke-off"
    UNANSWERED = "unanswered"  # no answer to the final dot
    FOLDER = "folder"  # the Maildir
    UNWRITABLE = "unwritable"  # the mail itself cannot be written
    CRASHED = "crashed"  # its workers were lost with it
    LATE = "late"  # its deadline passed
    OTHER = "other"


_SIGNS: tuple[tuple[re.Pattern[str], Fault], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), fault)
    for pattern, fault in (
        (r"lost with its worker|took \d+ workers down", Fault.CRASHED),
        (r"the maildir .* cannot be written", Fault.FOLDER),
        (r"^cannot be (?:read|written)", Fault.UNWRITABLE),
        (r"deadline", Fault.LATE),
        (r"did not answer the final dot", Fault.UNANSWERED),
        (r"certificate", Fault.CERTIFICATE),
        (r"no starttls", Fault.NO_TLS),
        (r"cannot be used: (?:530|534|535|538)\b|\b(?:454|530|534|535|538) \d?\.?7?\.?\d* ?auth", Fault.LOGIN),
        (r"name or service not known|getaddrinfo|nodename|name resolution|no address associated", Fault.NAME),
        (r"cannot be used: [45]\d\d", Fault.BUSY),
        (r"cannot be used", Fault.UNREACHABLE),
        (r"broke off", Fault.BROKE_OFF),
        (r"(?-i:^MAIL) was refused: 5", Fault.SENDER),
        (r"\b[45]\.2\.2\b|refused: 452|refused: 552|over ?quota|mailbox (?:is )?full", Fault.MAILBOX_FULL),
        (r"\b5\.1\.(?:[0-46]|10)\b|refused: 55[0135] (?!5\.[^1])|user unknown|no such user", Fault.MAILBOX_UNKNOWN),
        (r"\b5\.7\.\d|refused: 55[0-9]|\b554\b", Fault.POLICY),
        (r"refused: 4|\b4\.\d\.\d", Fault.BUSY),
    )
)


def diagnose(error: str) -> Fault:
    """What an error kept with a mail means, or a report's status and words. The first sign that fits counts."""
    return next((fault for sign, fault in _SIGNS if sign.search(error)), Fault.OTHER)
