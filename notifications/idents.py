"""Ids that follow from what they name (RFC 9562, version 5), as 32 hexadecimal digits."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha1
from uuid import UUID


def namer(namespace: str) -> Callable[[str], str]:
    """A function that names things of one namespace; the same as `uuid.uuid5`, which is half as fast."""
    start = sha1(UUID(namespace).bytes, usedforsecurity=False)

    def named(name: str) -> str:
        digest = start.copy()
        digest.update(name.encode())
        number = int.from_bytes(digest.digest()[:16])
        return f"{number & ~(0xF << 76) & ~(3 << 62) | (5 << 76) | (2 << 62):032x}"

    return named
