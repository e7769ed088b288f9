"""The few files the pages need, served from inside the package."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

MEDIA_TYPES: Mapping[str, str] = {
    "style.css": "text/css; charset=utf-8",
    "board.css": "text/css; charset=utf-8",
    "subscribe.css": "text/css; charset=utf-8",
    "answer.css": "text/css; charset=utf-8",
    "sign-in.css": "text/css; charset=utf-8",
    "changes.css": "text/css; charset=utf-8",
    "outbox.css": "text/css; charset=utf-8",
    "decide.css": "text/css; charset=utf-8",
    "decide.js": "text/javascript; charset=utf-8",
    "plans.css": "text/css; charset=utf-8",
    "check.js": "text/javascript; charset=utf-8",
    "copy.js": "text/javascript; charset=utf-8",
    "mark.svg": "image/svg+xml",
}
"""Everything there is, by name: nothing else in the folder can be asked for."""


@dataclass(frozen=True, slots=True)
class Asset:
    """A file with its type and a strong ETag."""

    body: bytes
    media_type: str
    tag: str


@cache
def asset(name: str) -> Asset | None:
    """The asset of this name, read once per process; None when there is none."""
    if name not in MEDIA_TYPES:
        return None
    body = (files("calendars") / "static" / name).read_bytes()
    return Asset(body, MEDIA_TYPES[name], f'"{hashlib.sha256(body).hexdigest()[:32]}"')
