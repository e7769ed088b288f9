"""A mail relay: where it is, how it is reached, and how a connection is opened, encrypted and logged in (RFC 5321)."""

from __future__ import annotations

import smtplib
import ssl
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import SplitResult, unquote, urlsplit

from notifications.dialogue import refusal
from notifications.errors import TransportError

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_LONGEST = 500
"""Characters kept of what a relay says."""


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


def relay_of(mail_url: str) -> Relay | None:
    """The relay that an `smtp://` or `smtps://` URL names; None for every other text."""
    try:
        parts = urlsplit(mail_url)
        return _relay(parts) if parts.scheme in ("smtp", "smtps") else None
    except ValueError:
        return None


def _relay(parts: SplitResult) -> Relay | None:
    tls = parts.scheme == "smtps"
    if not parts.hostname or parts.path not in ("", "/") or parts.query or parts.fragment:
        return None
    user = unquote(parts.username) if parts.username else None
    password = unquote(parts.password) if parts.password else None
    if not f"{user}{password}".isascii():  # smtplib logs in with ASCII alone
        return None
    return Relay(parts.hostname, parts.port or (465 if tls else 25), tls, user, password)


def connect(relay: Relay, context: ssl.SSLContext | None, timeout: float) -> smtplib.SMTP:
    """An open connection on which mails can begin; waits at most `timeout` seconds for each reply.

    Raises TransportError, the relay's own and never permanent.
    """
    try:
        return _connect(relay, context or ssl.create_default_context(), timeout)
    except (OSError, UnicodeError, smtplib.SMTPException) as error:
        raise TransportError(f"{relay.name} cannot be used: {said(error)}", relay=True) from error


def _connect(relay: Relay, context: ssl.SSLContext, timeout: float) -> smtplib.SMTP:
    if relay.tls:
        connection: smtplib.SMTP = smtplib.SMTP_SSL(relay.host, relay.port, timeout=timeout, context=context)
    else:
        connection = smtplib.SMTP(relay.host, relay.port, timeout=timeout)
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


def _keep_secret(safe: bool) -> None:  # noqa: FBT001 - a fact, not a switch
    if not safe:
        raise smtplib.SMTPNotSupportedError("it offers no STARTTLS, and a password is never sent in clear")


@dataclass(frozen=True, slots=True)
class Greeting:
    """What a relay let us do. `certificate_ends`: the end of its certificate, None where nothing was encrypted."""

    secured: bool
    logged_in: bool
    certificate_ends: datetime | None


def greet(relay: Relay, sender: str, context: ssl.SSLContext | None, timeout: float) -> Greeting:
    """Connect, encrypt, log in and name the sender as for a mail, and take it back: no mail is sent.

    Raises TransportError.
    """
    with connect(relay, context, timeout) as connection:
        try:
            for what, (code, text) in (("MAIL", connection.mail(sender)), ("RSET", connection.rset())):
                if code != 250:
                    raise refusal(what, code, text)
        except (OSError, smtplib.SMTPException) as error:
            raise TransportError(f"{relay.name} broke off: {said(error)}", relay=True) from error
        sock = connection.sock
        shown = sock.getpeercert() if isinstance(sock, ssl.SSLSocket) else None
        ends = ssl.cert_time_to_seconds(str(shown["notAfter"])) if shown and "notAfter" in shown else None
        return Greeting(
            isinstance(sock, ssl.SSLSocket),
            relay.user is not None,
            datetime.fromtimestamp(ends, UTC) if ends is not None else None,
        )


def said(error: Exception) -> str:
    """An error in a line, with the relay's own words where it spoke."""
    if isinstance(error, smtplib.SMTPResponseException):
        text = error.smtp_error
        words = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
        return " ".join(f"{error.smtp_code} {words}".split())[:_LONGEST]
    return " ".join(str(error).split())[:_LONGEST] or type(error).__name__
