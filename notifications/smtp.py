"""The way out over a mail relay: several connections driven by one thread; and the choice of a way out by its URL."""

from __future__ import annotations

import selectors
import smtplib
import socket
import ssl
import threading
import time
from collections import deque
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from notifications.dialogue import Dialogue
from notifications.errors import TransportError
from notifications.link import Link
from notifications.relay import Greeting, Relay, connect, greet, relay_of
from notifications.transport import MaildirTransport, Parcel, Transport, Turn
from scheduler.errors import WordedError

COMMAND_TIMEOUT = 300.0
"""Seconds for a reply to a command (RFC 5321, 4.5.3.2: five minutes)."""

FINAL_TIMEOUT = 600.0
"""Seconds for the reply to the final dot (RFC 5321, 4.5.3.2.6: ten minutes; see RFC 1047)."""

CONNECTIONS = 4
"""To one relay at a time, unless said otherwise."""

_GOODBYE = 2.0
"""Seconds that relays have for their reply to QUIT, all together."""

_Opened = tuple[Parcel | None, smtplib.SMTP | TransportError]


class MailUrlError(WordedError):
    """A mail URL that names no way out. It is not repeated, since it may hold a password."""

    def __init__(self) -> None:
        """Say what may stand there."""
        fix = "write maildir:PATH, smtp://HOST:25 or smtps://USER:PASSWORD@HOST:465"
        super().__init__("LUANPHIEN_MAIL_URL names no way out for mail", fix)


def transport_for(mail_url: str, connections: int = CONNECTIONS) -> Transport:
    """The way out that `maildir:PATH`, `smtp://[user:password@]host[:port]` or `smtps://…` names.

    Ports default to 25, or 465 for smtps. User and password are ASCII; `%` escapes in them are decoded. Nothing is
    opened yet. Raises MailUrlError, without repeating the URL, since that may hold a password.
    """
    if mail_url.startswith("maildir:") and len(mail_url) > len("maildir:"):
        return MaildirTransport(Path(mail_url.removeprefix("maildir:")))
    relay = relay_of(mail_url)
    if relay is None:
        raise MailUrlError
    return SmtpTransport(relay, connections=connections)


class SmtpTransport:
    """Speaks to a relay over up to `connections` connections, never more than there are mails.

    The first is opened with a mail that waits for it: a relay that cannot be used is asked anew for each mail. Others
    follow once that one is open, and no mail waits for them; a relay that refuses them is left with those it has.
    Connections are opened by a thread each, so that a slow relay holds up nothing; then all are driven by `turn`.

    TransportError: permanent after a 5xx to MAIL, RCPT, DATA or the final dot; doubtful when the answer to the final
    dot is missing; else it may be tried again. The relay's own: trouble before MAIL, which is never permanent, 421 to
    anything, and hanging up.
    """

    def __init__(
        self,
        relay: Relay,
        *,
        connections: int = CONNECTIONS,
        context: ssl.SSLContext | None = None,
        timeout: float = COMMAND_TIMEOUT,
        final_timeout: float = FINAL_TIMEOUT,
    ) -> None:
        """`context` says which certificates are trusted, by default those of the system."""
        self._relay = relay
        self._connections = connections
        self._context = context
        self._timeout = timeout
        self._final_timeout = final_timeout
        self._links: list[Link] = []
        self._ready: dict[str, Link] = {}
        self._lock = threading.Lock()
        self._visit = 0  # what was opened for an earlier use is not kept for the next

    def __enter__(self) -> Self:
        """Nothing to open yet."""
        self._selector = selectors.DefaultSelector()
        self._bell, self._ringer = socket.socketpair()
        self._bell.settimeout(0)
        self._selector.register(self._bell, selectors.EVENT_READ)
        self._opened: deque[_Opened] = deque()
        self._opening = 0
        self._asking = 0  # connections that are being opened with a mail that waits for them
        self._most = self._connections
        self._answered: list[tuple[str, TransportError | None]] = []
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Say QUIT. Whatever the relay answers, mails it took stay taken."""
        with self._lock:
            self._visit += 1
            self._ringer.close()
            left = [opened for _, opened in self._opened if isinstance(opened, smtplib.SMTP)]
        for connection in left:
            connection.close()
        self._say_goodbye()
        for link in self._links:
            link.close()
        self._links.clear()
        self._ready.clear()
        self._selector.close()
        self._bell.close()

    def greet(self, sender: str) -> Greeting:
        """Connect, encrypt, log in and name the sender as for a mail, and take it back: no mail is sent.

        Raises TransportError.
        """
        return greet(self._relay, sender, self._context, self._timeout)

    def room(self, waiting: int) -> int:
        """How many mails may be handed over now. Opens further connections when more wait than there is room for."""
        open_ones = sum(not link.dialogue.closed for link in self._links)
        if not open_ones:
            return min(waiting, 1 - self._asking)
        free = sum(link.dialogue.idle for link in self._links)
        for _ in range(min(waiting - free, self._most - open_ones) - self._opening):
            self._open(None)
        return min(waiting, free + sum(link.dialogue.follows for link in self._links))

    def take(self, parcel: Parcel) -> None:
        """Begin with a mail, on a connection that is idle, else behind a mail that is ready, else on a new one."""
        idle = (link for link in self._links if link.dialogue.idle)
        ready = (link for link in self._links if link.dialogue.follows)
        link = next(idle, None) or next(ready, None)
        if link is None:
            self._open(parcel)
        else:
            link.begin(parcel)
            self._watch(link)

    def turn(self, patience: float) -> Turn:
        """Wait until something may have happened on any connection, at most `patience` seconds."""
        happened = self._collect()
        if happened != Turn():
            return happened
        now = time.monotonic()
        deadlines = [at - now for link in self._links if (at := link.deadline) is not None]
        events = self._selector.select(max(0.0, min([patience, *deadlines])))
        while events:  # until all is quiet: what has happened by then is accounted for together
            for key, mask in events:
                self._serve(key.data, mask)
            events = self._selector.select(0)
        now = time.monotonic()
        for link in self._links:
            link.expire(now)
        return self._collect()

    def finish(self, ident: str) -> None:
        """Write the final dot of a mail that is `ready`, unless its connection is gone; then it is `answered`."""
        link = self._ready.pop(ident, None)
        if link is not None and not link.dialogue.closed:
            link.dot()
            self._watch(link)

    def abandon(self, ident: str) -> None:
        """Hang up before the final dot: the relay throws the mail away."""
        link = self._ready.pop(ident, None)
        if link is not None:
            link.dialogue.abandon()

    def _serve(self, link: Link | None, mask: int) -> None:
        if link is None:
            self._welcome()
            return
        if mask & selectors.EVENT_READ:
            link.read()
        else:
            link.write()
        self._watch(link)

    def _watch(self, link: Link) -> None:
        """Wait for what the connection waits for now; one that is closed only waits to be collected."""
        events = selectors.EVENT_WRITE if link.dialogue.closed else link.events
        if link.dialogue.closed:
            self._forget(link)
        elif events != link.watched:
            self._selector.modify(link.sock, events, link)
            link.watched = events

    def _forget(self, link: Link) -> None:
        if link.watched:
            self._selector.unregister(link.sock)
            link.watched = 0
            link.close()

    def _collect(self) -> Turn:
        """What has happened since the last time; connections that are gone are let go."""
        answered, self._answered = self._answered, []
        ready: list[str] = []
        returned: list[str] = []
        for link in self._links:
            said = link.dialogue
            self._ready |= {parcel.id: link for parcel in said.ready}
            ready += [parcel.id for parcel in said.ready]
            answered += [(parcel.id, error) for parcel, error in said.answered]
            returned += [parcel.id for parcel in said.returned]
            said.ready.clear()
            said.answered.clear()
            said.returned.clear()
            if said.closed:
                self._forget(link)
        self._links = [link for link in self._links if not link.dialogue.closed]
        return Turn(tuple(ready), tuple(answered), tuple(returned))

    def _open(self, parcel: Parcel | None) -> None:
        self._opening += 1
        self._asking += parcel is not None
        threading.Thread(target=self._connect, args=(parcel, self._visit), name="relay", daemon=True).start()

    def _connect(self, parcel: Parcel | None, visit: int) -> None:
        """In a thread of its own."""
        opened: smtplib.SMTP | TransportError
        try:
            opened = connect(self._relay, self._context, self._timeout)
        except TransportError as error:
            opened = error
        with self._lock:
            if visit == self._visit:
                self._opened.append((parcel, opened))
                self._ringer.send(b".")
            elif isinstance(opened, smtplib.SMTP):
                opened.close()

    def _welcome(self) -> None:
        """Take over the connections that have been opened."""
        self._bell.recv(4096)
        while self._opened:
            parcel, opened = self._opened.popleft()
            self._opening -= 1
            self._asking -= parcel is not None
            if isinstance(opened, smtplib.SMTP):
                self._take_over(opened, parcel)
            elif parcel is not None:
                self._answered.append((parcel.id, opened))
            else:
                self._most = len(self._links)  # it lets us have so many, and no more

    def _take_over(self, connection: smtplib.SMTP, parcel: Parcel | None) -> None:
        dialogue = Dialogue(self._relay.name, pipelining=connection.has_extn("pipelining"))
        sock, connection.sock = connection.sock, None
        if sock is None:
            raise TransportError(f"{self._relay.name} cannot be used: it is closed", relay=True)
        connection.close()  # its reader; the socket itself goes on
        link = Link(sock, dialogue, self._timeout, self._final_timeout)
        self._links.append(link)
        self._selector.register(sock, link.watched, link)
        if parcel is not None:
            link.begin(parcel)
            self._watch(link)

    def _say_goodbye(self) -> None:
        """Say QUIT on every connection on which nothing is under way, and give the relay a moment to answer."""
        until = time.monotonic() + _GOODBYE
        for link in self._links:
            with suppress(OSError):
                link.sock.settimeout(max(0.0, until - time.monotonic()))
                if link.dialogue.idle:
                    link.sock.sendall(b"QUIT\r\n")
        for link in self._links:
            with suppress(OSError):
                link.sock.settimeout(max(0.001, until - time.monotonic()))
                if link.dialogue.idle:
                    link.sock.recv(4096)
