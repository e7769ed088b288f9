"""The way out over a mail relay (RFC 5321), and the choice of a way out by its URL."""

from __future__ import annotations

import re
import select
import smtplib
import ssl
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import SplitResult, unquote, urlsplit

from notifications.errors import TransportError
from notifications.transport import BeforeDot, MaildirTransport, Transport
from scheduler.errors import LuanphienError

COMMAND_TIMEOUT = 300.0
"""Seconds for a reply to a command (RFC 5321, 4.5.3.2: five minutes)."""

FINAL_TIMEOUT = 600.0
"""Seconds for the reply to the final dot (RFC 5321, 4.5.3.2.6: ten minutes; see RFC 1047)."""

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_LONGEST = 500
"""Characters kept of what a relay says."""

_LINE_START_DOT = re.compile(rb"^\.", re.MULTILINE)
_LINE_END = re.compile(rb"\r\n|\r|\n")


class MailUrlError(LuanphienError):
    """A mail URL that names no way out."""


def transport_for(mail_url: str) -> Transport:
    """The way out that `maildir:PATH`, `smtp://[user:password@]host[:port]` or `smtps://…` names.

    Ports default to 25, or 465 for smtps. User and password are ASCII; `%` escapes in them are decoded. Nothing is
    opened yet. Raises MailUrlError, without repeating the URL, since that may hold a password.
    """
    if mail_url.startswith("maildir:") and len(mail_url) > len("maildir:"):
        return MaildirTransport(Path(mail_url.removeprefix("maildir:")))
    relay = relay_of(mail_url)
    if relay is None:
        raise MailUrlError("the mail URL names no way out; write maildir:PATH or smtp://user:password@host:port")
    return SmtpTransport(relay)


def relay_of(mail_url: str) -> Relay | None:
    """The relay that an `smtp://` or `smtps://` URL names; None for every other text."""
    try:
        parts = urlsplit(mail_url)
        return _relay(parts) if parts.scheme in ("smtp", "smtps") else None
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class Relay:
    """Where and how to reach a mail relay. `tls`: from the first byte on; else STARTTLS where it is offered."""

    host: str
    port: int
    tls: bool = False
    user: str | None = None
    password: str | None = field(default=None, repr=False)

    @property
    def name(self) -> str:
        """Host and port."""
        return f"{self.host}:{self.port}"


def _relay(parts: SplitResult) -> Relay | None:
    tls = parts.scheme == "smtps"
    if not parts.hostname or parts.path not in ("", "/") or parts.query or parts.fragment:
        return None
    user = unquote(parts.username) if parts.username else None
    password = unquote(parts.password) if parts.password else None
    if not f"{user}{password}".isascii():  # smtplib logs in with ASCII alone
        return None
    return Relay(parts.hostname, parts.port or (465 if tls else 25), tls, user, password)


@dataclass(frozen=True, slots=True)
class Greeting:
    """What a relay let us do. `certificate_ends`: the end of its certificate, None where nothing was encrypted."""

    secured: bool
    logged_in: bool
    certificate_ends: datetime | None


class SmtpTransport:
    """Speaks to a relay over one connection, opened for the first mail and used for all that follow."""

    def __init__(
        self,
        relay: Relay,
        *,
        context: ssl.SSLContext | None = None,
        timeout: float = COMMAND_TIMEOUT,
        final_timeout: float = FINAL_TIMEOUT,
    ) -> None:
        """`context` says which certificates are trusted, by default those of the system."""
        self._relay = relay
        self._context = context
        self._timeout = timeout
        self._final_timeout = final_timeout
        self._connection: smtplib.SMTP | None = None

    def __enter__(self) -> Self:
        """Nothing to open yet."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Say QUIT. Whatever the relay answers, mails it took stay taken."""
        connection, self._connection = self._connection, None
        if connection is not None:
            try:
                connection.quit()
            except (OSError, smtplib.SMTPException):
                connection.close()

    def send(self, sender: str, recipient: str, message: bytes, before_dot: BeforeDot) -> None:
        """Send one mail to one recipient.

        TransportError: permanent after a 5xx to MAIL, RCPT, DATA or the final dot; doubtful when the answer to the
        final dot is missing; else it may be tried again. The relay's own: trouble before MAIL, which is never
        permanent, 421 to anything, and hanging up.
        """
        connection = self._ready()
        try:
            _expect((250,), "MAIL", connection.mail(sender))
            _expect((250, 251), "RCPT", connection.rcpt(recipient))
            _expect((354,), "DATA", connection.docmd("DATA"))
            connection.send(_transparent(message))
            before_dot()
            _stay_silent(connection)
        except _Refused as refused:
            self._reset(refused.code)
            raise refused.error from None
        except (OSError, smtplib.SMTPException) as error:
            self._drop()
            raise TransportError(f"{self._relay.name} broke off: {_said(error)}", relay=True) from error
        except BaseException:
            self._drop()
            raise
        self._finish(connection)

    def greet(self, sender: str) -> Greeting:
        """Connect, encrypt, log in and name the sender as for a mail, and take it back: no mail is sent.

        Raises TransportError.
        """
        with self:
            connection = self._ready()
            try:
                _expect((250,), "MAIL", connection.mail(sender))
                _expect((250,), "RSET", connection.rset())
            except _Refused as refused:
                raise refused.error from None
            except (OSError, smtplib.SMTPException) as error:
                raise TransportError(f"{self._relay.name} broke off: {_said(error)}", relay=True) from error
            sock = connection.sock
            shown = sock.getpeercert() if isinstance(sock, ssl.SSLSocket) else None
            ends = ssl.cert_time_to_seconds(str(shown["notAfter"])) if shown and "notAfter" in shown else None
            return Greeting(
                isinstance(sock, ssl.SSLSocket),
                self._relay.user is not None,
                datetime.fromtimestamp(ends, UTC) if ends is not None else None,
            )

    def _finish(self, connection: smtplib.SMTP) -> None:
        try:
            if connection.sock is not None:
                connection.sock.settimeout(self._final_timeout)
            connection.send(b".\r\n")
            code, text = connection.getreply()
            if connection.sock is not None:
                connection.sock.settimeout(self._timeout)
        except BaseException as error:
            self._drop()
            if isinstance(error, (OSError, smtplib.SMTPException)):
                said = f"{self._relay.name} did not answer the final dot: {_said(error)}"
                raise TransportError(said, doubtful=True, relay=True) from error
            raise
        if code != 250:
            self._reset(code)
            raise _refusal("the mail", code, text)

    def _ready(self) -> smtplib.SMTP:
        if self._connection is None:
            try:
                self._connection = self._connect()
            except (OSError, UnicodeError, smtplib.SMTPException) as error:
                raise TransportError(f"{self._relay.name} cannot be used: {_said(error)}", relay=True) from error
        return self._connection

    def _connect(self) -> smtplib.SMTP:
        relay, context = self._relay, self._context or ssl.create_default_context()
        if relay.tls:
            connection: smtplib.SMTP = smtplib.SMTP_SSL(relay.host, relay.port, timeout=self._timeout, context=context)
        else:
            connection = smtplib.SMTP(relay.host, relay.port, timeout=self._timeout)
        try:
            connection.ehlo_or_helo_if_needed()
            secured = relay.tls
            if not secured and connection.has_extn("starttls"):
                connection.starttls(context=context)
                connection.ehlo_or_helo_if_needed()
                secured = True
            if relay.user is not None:
                _keep_secret(secured or relay.host in _LOOPBACK)
                connection.login(relay.user, relay.password or "")
        except BaseException:
            connection.close()
            raise
        return connection

    def _reset(self, code: int) -> None:
        """Make ready for the next mail, over this connection unless the relay is closing it (421)."""
        if code == 421 or self._connection is None:
            self._drop()
            return
        try:
            self._connection.rset()
        except (OSError, smtplib.SMTPException):
            self._drop()

    def _drop(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def _keep_secret(safe: bool) -> None:  # noqa: FBT001 - a fact, not a switch
    if not safe:
        raise smtplib.SMTPNotSupportedError("it offers no STARTTLS, and a password is never sent in clear")


class _Refused(Exception):  # noqa: N818 - an answer of the relay, turned into an error at once
    def __init__(self, code: int, error: TransportError) -> None:
        self.code = code
        self.error = error
        super().__init__(code)


def _expect(wanted: tuple[int, ...], what: str, reply: tuple[int, bytes]) -> None:
    code, text = reply
    if code not in wanted:
        raise _Refused(code, _refusal(what, code, text))


def _stay_silent(connection: smtplib.SMTP) -> None:
    """Hear a relay that speaks, or hangs up, before the final dot; nothing was taken then.

    Not over TLS, where what waits to be read may be none of the relay's words.
    """
    sock = connection.sock
    if sock is None or isinstance(sock, ssl.SSLSocket):
        return
    if select.select([sock], [], [], 0)[0]:
        code, text = connection.getreply()
        raise _Refused(code, _refusal("the mail, before its end,", code, text))


def _refusal(what: str, code: int, text: bytes) -> TransportError:
    words = " ".join(text.decode("utf-8", "replace").split())
    said = f"{what} was refused: {code} {words}"[:_LONGEST]
    return TransportError(said, permanent=500 <= code <= 599, relay=code in (-1, 421))  # -1: smtplib heard nothing


def _said(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        text = error.smtp_error
        words = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
        return " ".join(f"{error.smtp_code} {words}".split())[:_LONGEST]
    return " ".join(str(error).split())[:_LONGEST] or type(error).__name__


def _transparent(message: bytes) -> bytes:
    """The mail as it goes over the wire, final dot left out: CRLF, leading dots doubled (RFC 5321, 4.5.2)."""
    wire = _LINE_START_DOT.sub(b"..", _LINE_END.sub(b"\r\n", message))
    return wire if wire.endswith(b"\r\n") else wire + b"\r\n"
