"""Ways out for a finished mail. What to do after a failure is for the caller."""

from __future__ import annotations

import mailbox
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

from notifications.errors import TransportError

BeforeDot = Callable[[], None]
"""Called once the whole mail but its final dot is written; from its return on, the mail may have been taken."""


class Transport(Protocol):
    """A way out for mail. Use it as a context; connections are opened when needed and kept for the next mail."""

    def send(self, sender: str, recipient: str, message: bytes, before_dot: BeforeDot) -> None:
        """Hand over one mail to one recipient. Returns only when it was taken; raises TransportError otherwise."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


class MaildirTransport:
    """Delivers into a Maildir, made when missing: for trying out, and for an office without a relay."""

    def __init__(self, path: Path) -> None:
        """Name the folder; nothing is made yet."""
        self._path = path

    def __enter__(self) -> Self:
        """Nothing to open."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Nothing to close."""

    def send(self, sender: str, recipient: str, message: bytes, before_dot: BeforeDot) -> None:
        """Write one mail whole, its envelope on top (RFC 5321, 4.4: Return-Path), with the line ends of files."""
        before_dot()
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            folder = mailbox.Maildir(self._path, create=True)
            envelope = f"Return-Path: <{sender}>\nDelivered-To: {recipient}\n".encode()
            folder.add(envelope + message.replace(b"\r\n", b"\n"))
        except OSError as error:
            raise TransportError(f"the Maildir {self._path} cannot be written: {error.strerror}", relay=True) from error
