"""A pretended relay that follows a script: it answers, stays silent or hangs up where it is told to."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any, Self

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP

from notifications.errors import TransportError
from notifications.relay import Relay
from notifications.smtp import SmtpTransport
from notifications.transport import Parcel, Transport, Turn

TAKE_AND_HANG_UP = "250"
"""As an answer to the final dot: take the mail, and close the connection without a word."""

HANG_UP = ""
"""Close the connection instead of answering."""

SILENCE = "silence"
"""Keep the connection open and answer nothing."""

LONGEST_STOP = 10
"""Seconds a server may take to let everybody go."""

WELL = {
    "connect": "220 ready",
    "EHLO": "250 relay.example",
    "HELO": "250 relay.example",
    "MAIL": "250 ok",
    "RCPT": "250 ok",
    "DATA": "354 go on",
    "body": "read",
    "dot": "250 taken",
    "RSET": "250 ok",
    "QUIT": "221 bye",
}


Outcomes = dict[str, TransportError | None]


def hand_over(
    transport: Transport, parcels: Sequence[Parcel], before_dot: Callable[[str], object] = lambda _ident: True
) -> Outcomes:
    """Hand mails over, all at once if there is room, and wait for every answer; what of each became, by its id.

    A mail for which `before_dot` gives False does not get its dot.
    """
    waiting, hand, found, ready = deque(parcels), dict[str, Parcel](), Outcomes(), tuple[str, ...]()
    while waiting or hand:
        for _ in range(transport.room(len(waiting))):
            parcel = waiting.popleft()
            hand[parcel.id] = parcel
            transport.take(parcel)
        for ident in ready:
            if before_dot(ident) is False:
                transport.abandon(ident)
                del hand[ident]
            else:
                transport.finish(ident)
        turn = transport.turn(5) if hand else Turn()
        ready = turn.ready
        found |= dict(turn.answered)
        waiting.extendleft(hand.pop(ident) for ident in turn.returned)
        for ident, _ in turn.answered:
            del hand[ident]
    return found


class ScriptedRelay:
    """Serves connections side by side, each by `script` over what a good relay says. A context manager.

    `stalls` says how many seconds it lets pass before an answer. `taken` are the mails it acknowledged, `tried` the
    readers it was asked to take mail for, `waits` how often it had to wait for something to be said. From the `most`-th
    connection on it takes no more. `hung_up` is set when it has closed a connection by its own will, `stalling`
    when it lets somebody wait. What it says to RCPT may depend on the reader: `RCPT reader@x.example`.
    """

    def __init__(
        self,
        script: Mapping[str, str],
        first_only: bool = False,
        stalls: Mapping[str, float] | None = None,
        most: int = 100,
    ) -> None:
        self._script = dict(script)
        self._first_only = first_only
        self._most = most
        self.waits = 0
        self._stalls = stalls or {}
        self._closing = threading.Event()
        self.stalling = threading.Event()
        self.tried: list[str] = []
        self.taken: list[bytes] = []
        self.connections = 0
        self.hung_up = threading.Event()
        self._server = socket.create_server(("127.0.0.1", 0))
        self._open: list[socket.socket] = []
        self._guests: list[threading.Thread] = []
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.set()
        for sock in (self._server, *self._open):
            with suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
            sock.close()
        for thread in (self._thread, *self._guests):
            thread.join(5)

    @property
    def port(self) -> int:
        """Where it listens on 127.0.0.1."""
        return int(self._server.getsockname()[1])

    def transport(self, final_timeout: float = 5, connections: int = 4) -> SmtpTransport:
        """A way to this relay."""
        relay = Relay("127.0.0.1", self.port)
        return SmtpTransport(relay, connections=connections, timeout=5, final_timeout=final_timeout)

    def _serve(self) -> None:
        while True:
            try:
                sock, _ = self._server.accept()
            except OSError:
                return
            self.connections += 1
            self._open.append(sock)
            script = WELL if self._first_only and self.connections > 1 else WELL | self._script
            if self.connections > self._most:
                script = WELL | {"connect": "421 too many connections"}
            thread = threading.Thread(target=self._attend, args=(sock, script), daemon=True)
            thread.start()
            self._guests.append(thread)

    def _attend(self, sock: socket.socket, script: Mapping[str, str]) -> None:
        with suppress(OSError), sock:
            self._talk(sock, self._lines(sock), script)

    def _talk(self, sock: socket.socket, lines: Iterator[bytes], script: Mapping[str, str]) -> None:
        self._stall("connect")
        if not self._say(sock, script["connect"]):
            return
        for line in lines:
            verb = line[:4].decode().upper()
            reply = script.get(verb, "502 what?")
            if verb == "RCPT":
                reader = line.decode().partition("<")[2].partition(">")[0]
                self.tried.append(reader)
                reply = script.get(f"RCPT {reader}", reply)
            self._stall(verb)
            if not self._say(sock, reply):
                return
            if verb == "QUIT":
                return
            if verb == "DATA" and script["DATA"].startswith("354") and not self._receive(sock, lines, script):
                return

    def _receive(self, sock: socket.socket, lines: Iterator[bytes], script: Mapping[str, str]) -> bool:
        if script["body"] == HANG_UP:
            return self._say(sock, HANG_UP)
        body = b""
        for line in lines:
            if line == b".\r\n":
                if script["dot"].startswith("250"):
                    self.taken.append(body)
                self._stall("dot")
                return self._say(sock, HANG_UP if script["dot"] == TAKE_AND_HANG_UP else script["dot"])
            body += line
        return False

    def _lines(self, sock: socket.socket) -> Iterator[bytes]:
        heard = b""
        while True:
            *whole, heard = heard.split(b"\n")
            yield from (line + b"\n" for line in whole)
            self.waits += 1
            more = sock.recv(65536)
            if not more:
                return
            heard += more

    def _stall(self, phase: str) -> None:
        if phase in self._stalls:
            self.stalling.set()
            self._closing.wait(self._stalls[phase])

    def _say(self, sock: socket.socket, reply: str) -> bool:
        if reply == HANG_UP:
            sock.shutdown(socket.SHUT_RDWR)
            sock.close()
            self.hung_up.set()
            return False
        if reply != SILENCE:
            sock.sendall(reply.encode() + b"\r\n")
        return True


class _OnAnyPort(Controller):
    """Hangs up before it stops; aiosmtpd leaves open who has only just come, and another test trips over it."""

    def __init__(self, handler: object, **options: Any) -> None:
        super().__init__(handler, hostname="127.0.0.1", port=0, **options)
        self._guests: list[SMTP] = []

    def factory(self) -> SMTP:
        self._guests.append(super().factory())
        return self._guests[-1]

    def stop(self, no_assert: bool = False) -> None:
        asyncio.run_coroutine_threadsafe(self._hang_up(), self.loop).result(LONGEST_STOP)
        super().stop(no_assert)

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()

    async def _hang_up(self) -> None:
        """Close what is open until nothing is left to be done for anybody, and then let nobody in any more.

        Not the other way round: a server that is closed loses sight of whoever it is just letting in.
        """
        while len(asyncio.all_tasks(self.loop)) > 1 or any(guest.transport for guest in self._guests):
            for guest in self._guests:
                if guest.transport is not None:
                    guest.transport.abort()
            await asyncio.sleep(0)
        self.server.close()


@contextmanager
def real_relay(handler: object, **options: Any) -> Iterator[int]:
    """The port of a real SMTP server (aiosmtpd) on 127.0.0.1."""
    controller = _OnAnyPort(handler, **options)
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop()
