"""Content lines of iCalendar: values escaped, lines folded (RFC 5545, 3.1 and 3.3.11), the same as icalendar's bytes.

icalendar folds a line character by character, which is most of what writing an event costs; here it is done by bytes.
"""

from __future__ import annotations

from collections.abc import Iterable

MOST = 74
"""Bytes on a line, its end apart, and without the blank that begins one that goes on."""

_ESCAPES = str.maketrans({";": "\\;", ",": "\\,", "\n": "\\n"})
_NOT_LAST = b"\\^"  # what escapes the letter after it


def escaped(text: str) -> str:
    """Text that came through `gate`, so that it holds neither a backslash nor a carriage return, as a TEXT value."""
    return text.translate(_ESCAPES)


def content_lines(properties: Iterable[tuple[str, str]]) -> bytes:
    """Names and values, each on a line with its end, folded; a name may carry parameters."""
    return b"".join(folded(f"{name}:{value}".encode()) for name, value in properties)


def folded(line: bytes) -> bytes:
    """A line with its end, broken where it is too long, never inside a letter or an escape."""
    if len(line) <= MOST:
        return line + b"\r\n"
    parts, start = [], 0
    while len(line) - start > MOST:
        end = start + MOST
        while line[end] & 0xC0 == 0x80:
            end -= 1
        if line[end - 1] in _NOT_LAST:
            end -= 1
        parts.append(line[start:end])
        start = end
    return b"\r\n ".join((*parts, line[start:])) + b"\r\n"
