"""The words of a mail as they may be shown to somebody it was not written to; pure."""

from __future__ import annotations

import re
from email import message_from_bytes
from email import policy as email_policy

from calendars.gate import ELLIPSIS, lines

MOST_SHOWN = 20_000
"""Characters of a mail that are shown."""

_OPENING = re.compile(r"(/(?:r/[a-z-]+|password|feeds/s)/)[^\s<>\"']+")
"""Addresses that do something for whoever has them."""

_SEALED = re.compile(r"(?<![0-9A-Za-z])[0-9a-fA-F]{32,}(?![0-9A-Za-z])")


def without_secrets(text: str) -> str:
    """The text, with an ellipsis for whatever opens something: tokens of links, and long hexadecimal digits."""
    return _SEALED.sub(ELLIPSIS, _OPENING.sub(rf"\1{ELLIPSIS}", text))


def words_of(message: bytes) -> str:
    """The text part of a mail, cleaned and without secrets; empty where it has none."""
    mail = message_from_bytes(message, policy=email_policy.default)
    body = mail.get_body(("plain",))
    return lines(without_secrets(str(body.get_content())), MOST_SHOWN) if body is not None else ""
