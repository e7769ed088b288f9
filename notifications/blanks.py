"""Mails with blanks: what many readers are told alike is written once, and what is each reader's own is put in.

A blank stands in the written text as a mark that nobody can guess, so that no plan's words are taken for one.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache

from markupsafe import escape

from notifications.tokens import Action, Links
from notifications.typeset import Written, wrapped

GREETING, UNSUBSCRIBE = "greeting", "unsubscribe"

Pieces = tuple[bytes, ...]
"""What was written, with the names of blanks at the odd places."""


@dataclass(frozen=True, slots=True)
class Form:
    """A mail in words, with blanks, and the names of these."""

    subject: str
    text: Pieces
    html: Pieces
    blanks: frozenset[str]


class BlankLinks(Links):
    """Links that are blanks: of a reminder of a form, which is named by its place among the items."""

    __slots__ = ()

    def answer(self, action: Action, reminder: str, day: date, lang: str) -> str:  # noqa: ARG002 - the blank has both
        """The mark of a button."""
        return mark(self.key, f"{action}-{reminder}")


def mark(key: bytes, name: str) -> str:
    """What stands for a blank, under a secret key."""
    return f"{_seal(key)}.{name}."


def form_of(written: Written, key: bytes) -> Form:
    """Find the blanks in what was written."""
    between = re.compile(rf"{_seal(key)}\.([a-z0-9-]+)\.".encode())
    text, html = tuple(between.split(written.text)), tuple(between.split(written.html))
    return Form(written.subject, text, html, frozenset(map(bytes.decode, (*text[1::2], *html[1::2]))))


def filled(form: Form, own: Mapping[str, str]) -> tuple[bytes, bytes]:
    """Text and HTML with what is a reader's own, by the names of the blanks."""
    plain = {name.encode(): _plain(name, words) for name, words in own.items()}
    marked = {name.encode(): str(escape(words)).encode() for name, words in own.items()}
    return _joined(form.text, plain), _joined(form.html, marked)


def _plain(name: str, words: str) -> bytes:
    return (wrapped(words).replace("\n", "\r\n") if name == GREETING else words).encode()


def _joined(pieces: Pieces, own: Mapping[bytes, bytes]) -> bytes:
    parts = list(pieces)
    parts[1::2] = [own[name] for name in pieces[1::2]]
    return b"".join(parts)


@cache
def _seal(key: bytes) -> str:
    return hmac.digest(key, b"luanphien blanks", "sha256").hex()[:32]
