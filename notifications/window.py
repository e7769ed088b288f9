"""What the pages behind a mail's links are given by the caller: callables over the store."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from calendars.desk import Desk
from notifications.asks import Almanac
from notifications.letters import Trouble
from notifications.tokens import Links

Sessions = Callable[[], AbstractContextManager[Session]]

TellOffice = Callable[[Session, Trouble, str, str | None, Mapping[str, str]], None]
"""Tells an office at once, in the session's transaction: of what, which organisation, the key of the occurrence if it
is about one, and the fields of the mail (`letters.OfficeLetter`)."""

Done = Callable[[str, str, str], None]
"""Records that the duty of this key is done: key, who says so, and why. Raises DecisionError, or UnknownKeyError."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """The window in the wall: where readers answer who have no account, only a link. Callables may block.

    `almanac` is of use while its session is open. What a session of `write` changed is stored together when its block
    ends, and not at all when it raises; `read` writes nothing. `done` writes by itself, never inside `write`.
    """

    desk: Desk
    links: Callable[[], Links]
    almanac: Callable[[Session], Almanac]
    read: Sessions
    write: Sessions
    done: Done
    tell_office: TellOffice
    now: Callable[[], datetime]
