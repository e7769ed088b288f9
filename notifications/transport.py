"""Ways out for finished mails. What to do after a failure is for the caller."""

from __future__ import annotations

import mailbox
from collections import deque
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

from notifications.errors import TransportError


@dataclass(frozen=True, slots=True)
class Parcel:
    """One mail to one recipient, as it goes out; `id` is the delivery's."""

    id: str
    sender: str
    recipient: str
    message: bytes


@dataclass(frozen=True, slots=True)
class Turn:
    """What has happened on a way out, by the ids of mails.

    `ready`: the whole mail but its final dot is written, which waits for `finish`. `answered`: it was taken (None), or
    why not. `returned`: nothing was done for it; it is to be handed over again.
    """

    ready: tuple[str, ...] = ()
    answered: tuple[tuple[str, TransportError | None], ...] = ()
    returned: tuple[str, ...] = ()


class Transport(Protocol):
    """A way out for several mails at a time. Use it as a context; connections are opened when needed and kept.

    Every mail that was taken over comes back once as `answered` or `returned`, unless it was abandoned.
    """

    def room(self, waiting: int) -> int:
        """How many of so many `waiting` mails may be handed over now; at least one when nothing is in hand."""

    def take(self, parcel: Parcel) -> None:
        """Begin with a mail. Returns at once; call it for as many as there is `room`."""

    def turn(self, patience: float) -> Turn:
        """Wait until something has happened, at most `patience` seconds."""

    def finish(self, ident: str) -> None:
        """Write the final dot of a mail that is `ready`; from now on it may have been taken."""

    def abandon(self, ident: str) -> None:
        """Never write the final dot of a mail that is `ready`; it is not spoken of again."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


class MaildirTransport:
    """Delivers into a Maildir, made when missing: for trying out, and for an office without a relay."""

    def __init__(self, path: Path) -> None:
        """Name the folder; nothing is made yet."""
        self._path = path
        self._ready: dict[str, Parcel] = {}
        self._new: deque[str] = deque()
        self._answered: deque[tuple[str, TransportError | None]] = deque()

    def __enter__(self) -> Self:
        """Nothing to open."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Forget what was not finished."""
        self._ready.clear()
        self._new.clear()
        self._answered.clear()

    def room(self, waiting: int) -> int:
        """One mail at a time."""
        return min(waiting, 1 - len(self._ready))

    def take(self, parcel: Parcel) -> None:
        """Nothing is written before `finish`."""
        self._ready[parcel.id] = parcel
        self._new.append(parcel.id)

    def turn(self, patience: float) -> Turn:  # noqa: ARG002 - nothing has to be waited for
        """What has happened since the last call."""
        ready, answered = tuple(self._new), tuple(self._answered)
        self._new.clear()
        self._answered.clear()
        return Turn(ready, answered)

    def finish(self, ident: str) -> None:
        """Write one mail whole, its envelope on top (RFC 5321, 4.4: Return-Path), with the line ends of files."""
        parcel = self._ready.pop(ident)
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            folder = mailbox.Maildir(self._path, create=True)
            envelope = f"Return-Path: <{parcel.sender}>\nDelivered-To: {parcel.recipient}\n".encode()
            folder.add(envelope + parcel.message.replace(b"\r\n", b"\n"))
        except OSError as error:
            said = f"the Maildir {self._path} cannot be written: {error.strerror}"
            self._answered.append((ident, TransportError(said, relay=True)))
        else:
            self._answered.append((ident, None))

    def abandon(self, ident: str) -> None:
        """Nothing was written."""
        del self._ready[ident]
