"""One open connection to a relay: moves bytes between its socket and its dialogue, and minds the time."""

from __future__ import annotations

import selectors
import socket
import ssl
import time

from notifications.dialogue import Dialogue, Phase
from notifications.relay import said
from notifications.transport import Parcel

LONGEST = 3600.0
"""Seconds after which a relay that has not finished with one mail is given up, however busy it seems."""

_READ = 65536
_NOT_NOW = (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError)


class Link:
    """A socket that never blocks, and the dialogue on it. Every method returns at once.

    `timeout` and `final_timeout` are the seconds that a reply may take, to a command and to the final dot.
    """

    def __init__(self, sock: socket.socket, dialogue: Dialogue, timeout: float, final_timeout: float) -> None:
        """Takes the socket over. `watched` is for whoever waits for its events."""
        sock.settimeout(0)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # else a dot waits 40 ms until the text was heard of
        self.sock = sock
        self.dialogue = dialogue
        self._timeout = timeout
        self._final_timeout = final_timeout
        self._left = b""
        self._since = self._begun = time.monotonic()
        self._asked: Phase | None = None
        self.watched = selectors.EVENT_READ

    @property
    def events(self) -> int:
        """What to wait for, as `selectors` has it. A relay is always heard, also when it speaks or hangs up unasked."""
        return selectors.EVENT_READ | (selectors.EVENT_WRITE if self._left else 0)

    @property
    def deadline(self) -> float | None:
        """By `time.monotonic`: until when the relay has to do something; None: it is not its turn."""
        if self.dialogue.closed or (self.dialogue.awaited is None and not self._left):
            return None
        final = self.dialogue.awaited is Phase.DOT
        return min(self._since + (self._final_timeout if final else self._timeout), self._begun + LONGEST)

    def begin(self, parcel: Parcel) -> None:
        """Begin with a mail."""
        self._begun = time.monotonic()
        self.dialogue.begin(parcel)
        self.write()

    def dot(self) -> None:
        """Write the final dot, unless the relay has spoken or hung up meanwhile."""
        self.read()
        if not self.dialogue.closed:
            self._begun = time.monotonic()
            self.dialogue.dot()
            self.write()

    def read(self) -> None:
        """Hear what there is to hear, and answer it."""
        try:
            while data := self.sock.recv(_READ):
                self.dialogue.receive(data)
                if len(data) < _READ and not isinstance(self.sock, ssl.SSLSocket):  # TLS may hold more than it shows
                    break
            else:
                self.dialogue.lose("it hung up")
        except _NOT_NOW:
            pass
        except OSError as error:
            self.dialogue.lose(said(error))
        self.write()

    def write(self) -> None:
        """Write as much as the relay takes now."""
        self._left += self.dialogue.to_write()
        try:
            while self._left and not self.dialogue.closed:
                self._left = self._left[self.sock.send(self._left) :]
                self._since = time.monotonic()
        except _NOT_NOW:
            return
        except OSError as error:
            self.dialogue.lose(said(error))
        if self.dialogue.awaited is not self._asked:
            self._asked, self._since = self.dialogue.awaited, time.monotonic()
        if not self._left:
            self.dialogue.written()

    def expire(self, now: float) -> None:
        """Give the relay up when its time is over."""
        if (deadline := self.deadline) is not None and now >= deadline:
            self.dialogue.lose("timed out")

    def close(self) -> None:
        """Let the socket go."""
        self.sock.close()
