"""What mail says, in the reader's language: the catalogues of this package, read as `calendars` reads its own."""

from __future__ import annotations

from calendars.catalogue import catalogue


def say(lang: str, msgid: str, /, **fields: object) -> str:
    """`msgid` in `lang` with its named fields filled in; an id with no translation speaks for itself, in English."""
    words = catalogue(lang, "notifications").get(msgid, msgid)
    return words.format_map(fields) if fields else words
