"""The words of the product in each language, read from gettext catalogues in `locale/`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from babel.messages.pofile import read_po

from scheduler.plan import LANGUAGES


@cache
def catalogue(lang: str, package: str = "calendars") -> Mapping[str, str]:
    """Every message id of `package` with its words in `lang`; read once per process, empty where it has none.

    Raises ValueError for an unknown language.
    """
    if lang not in LANGUAGES:
        raise ValueError(f"no words in {lang!r}; use one of {', '.join(LANGUAGES)}")
    source = files(package) / "locale" / f"{lang}.po"
    if not source.is_file():
        return MappingProxyType({})
    with source.open("rb") as file:
        messages = read_po(file, locale=lang)
    return MappingProxyType({str(message.id): str(message.string) for message in messages if message.id})


def say(lang: str, msgid: str, /, **fields: object) -> str:
    """`msgid` in `lang` with its named fields filled in; an id with no translation speaks for itself, in English."""
    words = catalogue(lang).get(msgid, msgid)
    return words.format_map(fields) if fields else words


def msg(msgid: str) -> str:
    """Mark a message id that stands in a table and is said later; the test of the catalogues looks for these."""
    return msgid
