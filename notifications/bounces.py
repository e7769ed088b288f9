"""Mail that came back, read from what mail systems report (RFC 3464); pure. Nothing in it is trusted but the seal of
our own return path: whose mail it was is looked up here, never read there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from email.parser import BytesParser
from email.policy import compat32
from enum import StrEnum

from notifications import verp

MOST_BYTES = 262_144
"""How much of a mail is looked at; a report stands before the mail that it returns."""

LONGEST_SAID = 300
"""Characters kept of what a mail system says."""

_OURS = ("To", "Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "X-RCPT-To")
"""Fields in which the return path stands once the report has arrived."""

_MOST_FIELDS = 20
_STATUS = re.compile(r"(?<![0-9.])([245])\.([0-9]{1,3})\.([0-9]{1,3})(?![0-9.])")
_REPLY = re.compile(r"(?<![0-9.])([45])[0-5][0-9](?![0-9.])")
_POSTMAN = re.compile(r"(?:^|[<\s\"])(?:mailer-daemon|postmaster|mdaemon|bounces?)@", re.IGNORECASE)
_COPY = re.compile(r"^(?:-{3,}|={3,}|>|(?:Received|Return-Path|DKIM-Signature):)", re.MULTILINE)
_BETWEEN = re.compile(r"[\s,;]+")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ufffd]+")


class Action(StrEnum):
    """What a mail system did (RFC 3464, section 2.3.3)."""

    FAILED = "failed"
    DELAYED = "delayed"
    DELIVERED = "delivered"
    RELAYED = "relayed"
    EXPANDED = "expanded"


class Ignored(StrEnum):
    """Why a mail says nothing about a mail of ours."""

    UNRELATED = "unrelated"  # not sent to a return path
    FORGED = "forged"  # sent to what looks like a return path, and was not made here
    NO_REPORT = "no-report"  # an automatic answer, a letter: nothing was returned
    UNREADABLE = "unreadable"
    UNKNOWN = "unknown"  # the store has no such mail
    KNOWN = "known"  # read before


@dataclass(frozen=True, slots=True)
class Report:
    """What became of one mail. `status` is RFC 3463's; `said` is one line of the mail system's own words."""

    delivery: str
    action: Action
    status: str
    said: str

    @property
    def hard(self) -> bool:
        """Whether the mail came back for good (RFC 3463: class 5)."""
        return self.action is Action.FAILED and self.status.startswith("5.")


def read(raw: bytes, key: bytes) -> Report | Ignored:
    """What one mail reports; `key` is that of the return paths. Only its first `MOST_BYTES` are looked at.

    A report for several addresses counts as failed only if it failed for all: a list may be behind the one we wrote to.
    Mail systems that write no report but letters of their own are understood when they give a status.
    """
    try:
        mail = BytesParser(policy=compat32).parsebytes(raw[:MOST_BYTES])
        delivery = _delivery(mail, key)
        if isinstance(delivery, Ignored):
            return delivery
        return _reported(mail, delivery) or _written(mail, delivery) or Ignored.NO_REPORT
    except (RecursionError, LookupError, ValueError):  # parts within parts without end, codecs that are none
        return Ignored.UNREADABLE


def _delivery(mail: Message, key: bytes) -> str | Ignored:
    """Which mail of ours it is about: the one whose return path it was sent to."""
    values = (str(value) for name in _OURS for value in mail.get_all(name, [])[:_MOST_FIELDS])
    addresses = [address for value in values for address in _BETWEEN.split(value)]
    found = {delivery for address in addresses if (delivery := verp.delivery_of(address, key))}
    if len(found) == 1:
        return found.pop()
    return Ignored.FORGED if found or any(map(verp.signed, addresses)) else Ignored.UNRELATED


def _reported(mail: Message, delivery: str) -> Report | None:
    """What a report for machines says (RFC 3464)."""
    parts = mail.get_payload()
    if mail.get_content_type() != "multipart/report" or not isinstance(parts, list):
        return None
    blocks = [
        block
        for part in parts
        if isinstance(part, Message) and part.get_content_type() == "message/delivery-status"
        for block in _blocks(part)
    ]
    reports = [report for block in blocks if (report := _of_recipient(block, delivery)) is not None]
    return min(reports, key=_gravity) if reports else None


def _blocks(part: Message) -> Iterator[Message]:
    """The groups of fields of a delivery-status part: of the mail, then one a recipient."""
    held = part.get_payload()
    if isinstance(held, list):
        yield from (block for block in held[:_MOST_FIELDS] if isinstance(block, Message))


def _of_recipient(block: Message, delivery: str) -> Report | None:
    word = str(block.get("Action", "")).strip().lower()
    action = next((action for action in Action if word.split(" ")[0].split("(")[0] == action), None)
    if action is None:
        return None
    said = _one_line(str(block.get("Diagnostic-Code", "")).partition(";")[2])
    status = _STATUS.search(str(block.get("Status", ""))) or _STATUS.search(said)
    return Report(delivery, action, status[0] if status else _class(said, action), said)


def _class(said: str, action: Action) -> str:
    """A status without detail (RFC 3463, 3.1: x.0.0), from the reply code if there is one."""
    reply = _REPLY.search(said)
    usual = {Action.FAILED: "5", Action.DELAYED: "4"}.get(action, "2")
    return f"{reply[1] if reply else usual}.0.0"


def _gravity(report: Report) -> int:
    """How much is lost; the least counts where a report is about several addresses."""
    order = (Action.DELIVERED, Action.RELAYED, Action.EXPANDED, Action.DELAYED, Action.FAILED)
    return 2 * order.index(report.action) + report.hard


def _written(mail: Message, delivery: str) -> Report | None:
    """What a letter of a mail system says that writes no reports: failed, if it gives a status that says so."""
    answered = str(mail.get("Auto-Submitted", "")).strip().lower().startswith("auto-replied")
    if answered or not _POSTMAN.search(str(mail.get("From", ""))):
        return None
    text = next((part for part in mail.walk() if part.get_content_type() == "text/plain"), None)
    body = text.get_payload(decode=True) if text is not None else None
    if not isinstance(body, bytes):
        return None
    own_words = body.decode("utf-8", "replace").replace("\r\n", "\n")
    copy = _COPY.search(own_words)
    own_words = own_words[: copy.start()] if copy else own_words
    status, reply = _STATUS.search(own_words), _REPLY.search(own_words)
    at = status or reply
    if at is None or own_words[at.start()] == "2":
        return None
    line = own_words[own_words.rfind("\n", 0, at.start()) + 1 :].partition("\n")[0]
    action = Action.FAILED if at[1] == "5" else Action.DELAYED
    return Report(delivery, action, status[0] if status else f"{at[1]}.0.0", _one_line(line))


def _one_line(text: str) -> str:
    return " ".join(_CONTROL.sub(" ", text).split())[:LONGEST_SAID]
