"""What can go wrong with a mail."""

from __future__ import annotations

from scheduler.errors import LuanphienError


class MailError(LuanphienError):
    """A mail that was not sent. `permanent`: trying again will not help."""

    permanent = True


class HeaderError(MailError):
    """Words that must not stand in a mail header: control characters, or what could be read as an encoded word."""


class AddressError(MailError):
    """An address that is not one mailbox (RFC 5321, 4.1.2)."""


class TransportError(MailError):
    """The relay did not take a mail. `doubtful`: it may have; the answer to the final dot is missing.

    `relay`: the trouble is the relay's, whatever the mail: it cannot be reached, or it broke off.
    """

    def __init__(self, message: str, *, permanent: bool = False, doubtful: bool = False, relay: bool = False) -> None:
        """Keep what follows from it."""
        self.permanent = permanent
        self.doubtful = doubtful
        self.relay = relay
        super().__init__(message)
