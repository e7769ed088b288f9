"""Return paths that say which mail came back (VERP), signed, so that nobody else can make one."""

from __future__ import annotations

import hmac
import re
from base64 import b32decode, b32encode

LONGEST_LOCAL = 64
"""Octets of a local part (RFC 5321, 4.5.3.1.1)."""

_MAC_BYTES = 8
_ID, _SEAL = 26, 13
"""Letters of a delivery's id and of its seal in base 32 (RFC 4648, section 6), without padding."""

MARK = "+b-"
"""What stands between the sender's own local part and the delivery (sub-addressing, RFC 5233)."""

_SIGNED = re.compile(rf"\+b-([a-z2-7]{{{_ID}}})-([a-z2-7]{{{_SEAL}}})@", re.IGNORECASE)
_DELIVERY = re.compile(r"[0-9a-f]{32}")

ROOM = LONGEST_LOCAL - len(MARK) - _ID - 1 - _SEAL
"""Longest local part of a sender whose returned mail can be told apart."""


def return_path(sender: str, key: bytes, delivery: str) -> str:
    """The envelope sender of one mail: `local+b-<delivery>-<seal>@domain`, the same for the same mail.

    `delivery` is 32 hexadecimal digits. Letters mean the same in either case, since relays may change it. A sender
    whose local part is longer than `ROOM` stays as it is: its returned mail goes to a person. Raises ValueError for
    another sort of id.
    """
    if not _DELIVERY.fullmatch(delivery):
        raise ValueError(f"{delivery!r} is no delivery")
    local, _, domain = sender.rpartition("@")
    if len(local.encode()) > ROOM:
        return sender
    return f"{local}{MARK}{_letters(bytes.fromhex(delivery))}-{_letters(_seal(key, delivery))}@{domain}"


def delivery_of(address: str, key: bytes) -> str | None:
    """The delivery that a return path made with `key` stands for; None for any other address. Never raises."""
    found = _SIGNED.search(address)
    if found is None:
        return None
    delivery = b32decode(f"{found[1].upper()}======").hex()
    if _letters(bytes.fromhex(delivery)) != found[1].lower():
        return None
    sealed = _letters(_seal(key, delivery))
    return delivery if hmac.compare_digest(sealed, found[2].lower()) else None


def signed(address: str) -> bool:
    """Whether an address has the form of a return path, made here or not."""
    return _SIGNED.search(address) is not None


def _seal(key: bytes, delivery: str) -> bytes:
    return hmac.digest(key, f"luanphien bounce\n{delivery}".encode(), "sha256")[:_MAC_BYTES]


def _letters(value: bytes) -> str:
    return b32encode(value).decode().rstrip("=").lower()
