"""A pretended relay that follows a script: it answers, stays silent or hangs up where it is told to."""

from __future__ import annotations

import socket
import threading
from collections.abc import Mapping
from typing import Self

from notifications.smtp import Relay, SmtpTransport

HANG_UP = ""
"""Close the connection instead of answering."""

SILENCE = "silence"
"""Keep the connection open and answer nothing."""

WELL = {
    "connect": "220 ready",
    "EHLO": "250 relay.example",
    "HELO": "250 relay.example",
    "MAIL": "250 ok",
    "RCPT": "250 ok",
    "DATA": "354 go on",
    "body": "",
    "dot": "250 taken",
    "RSET": "250 ok",
    "QUIT": "221 bye",
}


class ScriptedRelay:
    """Serves one connection after another, each by `script` over what a good relay says. A context manager.

    `taken` are the mails it acknowledged; `hung_up` is set when it has closed a connection by its own will.
    """

    def __init__(self, script: Mapping[str, str], first_only: bool = False) -> None:
        self._script = dict(script)
        self._first_only = first_only
        self.taken: list[bytes] = []
        self.connections = 0
        self.hung_up = threading.Event()
        self._server = socket.create_server(("127.0.0.1", 0))
        self._open: list[socket.socket] = []
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        for sock in (self._server, *self._open):
            try:
                sock.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            sock.close()
        self._thread.join(5)

    def transport(self, final_timeout: float = 5) -> SmtpTransport:
        """A way to this relay."""
        port = self._server.getsockname()[1]
        return SmtpTransport(Relay("127.0.0.1", port), timeout=5, final_timeout=final_timeout)

    def _serve(self) -> None:
        while True:
            try:
                sock, _ = self._server.accept()
            except OSError:
                return
            self.connections += 1
            self._open.append(sock)
            script = WELL if self._first_only and self.connections > 1 else WELL | self._script
            try:
                with sock.makefile("rb") as lines:
                    self._talk(sock, lines, script)
            except OSError:
                pass
            finally:
                sock.close()

    def _talk(self, sock: socket.socket, lines: object, script: Mapping[str, str]) -> None:
        if not self._say(sock, script["connect"]):
            return
        for line in lines:  # type: ignore[attr-defined]
            verb = line[:4].decode().upper()
            if not self._say(sock, script.get(verb, "502 what?")):
                return
            if verb == "QUIT":
                return
            if verb == "DATA" and script["DATA"].startswith("354") and not self._receive(sock, lines, script):
                return

    def _receive(self, sock: socket.socket, lines: object, script: Mapping[str, str]) -> bool:
        if self._script.get("body") == HANG_UP and "body" in self._script and script is not WELL:
            return self._say(sock, HANG_UP)
        body = b""
        for line in lines:  # type: ignore[attr-defined]
            if line == b".\r\n":
                break
            body += line
        if script["dot"].startswith("250"):
            self.taken.append(body)
        return self._say(sock, script["dot"])

    def _say(self, sock: socket.socket, reply: str) -> bool:
        if reply == HANG_UP:
            sock.shutdown(socket.SHUT_RDWR)
            sock.close()
            self.hung_up.set()
            return False
        if reply != SILENCE:
            sock.sendall(reply.encode() + b"\r\n")
        return True
