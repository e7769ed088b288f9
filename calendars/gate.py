"""The one gate for text on its way into a calendar or a mail header.

RFC 5545 3.1 and 3.3.11 allow no control characters in TEXT but the line break; the library lets them all pass. What
is not text is removed, never escaped, so that every reader decodes the same words.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

LINE_CAP = 255
TEXT_CAP = 8000
ELLIPSIS = "…"

FORBIDDEN_CATEGORIES = frozenset({"Cc", "Cs", "Co", "Cn"})
BIDI_AND_SEPARATORS = frozenset(
    map(chr, (0x2028, 0x2029, 0x202A, 0x202B, 0x202C, 0x202D, 0x202E, *range(0x2066, 0x206A)))
)

_HOLLOW = frozenset(map(chr, (0x115F, 0x1160, 0x2800, 0x3164, 0xFFA0)))  # letters and a sign that are drawn as nothing
_JOINERS = "\u17d2\u200d"  # Khmer subscript sign, zero-width joiner: they bind the letter that follows

_BREAKS = re.compile("\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")
_UNSAFE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f"  # C0 and C1 controls
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # marks that turn the reading direction
    "\ufeff\ufff9-\ufffb\ufffe\uffff\ufdd0-\ufdef"  # byte order mark, annotations, non-characters
    "\U000e0000-\U000e0fff]"  # invisible tags and supplementary selectors
)
_TAGS = re.compile("[\U000e0000-\U0010ffff]")
_SURROGATES = re.compile("[\ud800-\udfff]")
_BLANKS = re.compile(r"[^\S\n]+")


@lru_cache(maxsize=4096)
def one_line(text: str, cap: int = LINE_CAP) -> str:
    """`text` as one line of at most `cap` characters: NFC, single spaces, no controls, no backslash.

    A backslash becomes a slash, since several calendar parsers misread it. What is too long ends in an ellipsis.
    Doing it twice changes nothing.
    """
    return shortened(_clean(_BREAKS.sub(" ", text)), cap)


def lines(text: str, cap: int = TEXT_CAP) -> str:
    """`text` of at most `cap` characters that keeps its line breaks, as U+000A, and is otherwise cleaned alike."""
    blanks = text.startswith(" ") or text.endswith(" ") or " \n" in text or "\n " in text
    if not blanks and _is_clean(text.replace("\n", "")):
        return shortened(text.strip("\n"), cap)
    kept = [_clean(line) for line in _BREAKS.sub("\n", text).split("\n")]
    return shortened("\n".join(kept).strip("\n"), cap)


def shortened(text: str, cap: int) -> str:
    """`text`, cut to `cap` characters with an ellipsis, never between a letter and the marks that belong to it."""
    if len(text) <= cap:
        return text
    end = cap - len(ELLIPSIS)
    while end > 0 and (unicodedata.category(text[end]).startswith("M") or text[end - 1] in _JOINERS):
        end -= 1
    return text[:end].rstrip() + ELLIPSIS


def unprintable(text: str) -> str | None:
    """Code point (U+XXXX) of the first character that has no place in a document's words, or None.

    Control characters, line and paragraph separators, bidirectional overrides, lone surrogates and unassigned or
    private code points are refused; a line break may stay.
    """
    if text.isprintable():  # nothing that is printable is forbidden
        return None
    for char in text:
        forbidden = unicodedata.category(char) in FORBIDDEN_CATEGORIES or char in BIDI_AND_SEPARATORS
        if forbidden and char != "\n":
            return f"U+{ord(char):04X}"
    return None


def shows(text: str) -> bool:
    """Whether a reader sees anything of `text`: a letter, digit or sign; not blanks, joiners or lone marks alone."""
    return any(unicodedata.category(char)[0] in "LNPS" and char not in _HOLLOW for char in text)


def _clean(line: str) -> str:
    if _is_clean(line):
        return line.strip()
    text = _SURROGATES.sub("\N{REPLACEMENT CHARACTER}", line).replace("\\", "/")
    text = _BLANKS.sub(" ", text)
    text = _UNSAFE.sub("", text)
    return unicodedata.normalize("NFC", _BLANKS.sub(" ", text)).strip()


def _is_clean(line: str) -> bool:
    """Whether cleaning would change nothing but blanks at the ends: never wrong about a line it would change."""
    plain = line.isprintable() and "\\" not in line and "  " not in line
    return plain and _TAGS.search(line) is None and unicodedata.is_normalized("NFC", line)
