"""From values to the words of a mail: its templates, filled in; a text part that is read in a terminal."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache, partial
from textwrap import wrap
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, Template, select_autoescape
from jinja2.ext import Extension

from calendars.catalogue import say as say_of_calendars
from notifications.words import say

_FIXED = re.compile(r"""\bsay\(("(?:[^"\\]|\\.)*")\)""")

WIDTH = 76
"""Columns of the text part; only a word or a command longer than that stands out (RFC 5322, 2.1.1: 78 at most)."""


@dataclass(frozen=True, slots=True)
class Written:
    """A mail in words: its subject on one line, and both bodies as UTF-8 with CRLF."""

    subject: str
    text: bytes
    html: bytes


def typeset(folder: str, lang: str, values: Mapping[str, Any]) -> Written:
    """Fill in the three templates of one mail. The same values give the same words.

    Raises jinja2.TemplateError for a template that is broken or asks for a value that is not there.
    """
    given = {
        **values,
        "lang": lang,
        "say": partial(say, lang),
        "pair": partial(caption, lang=lang),
    }
    subject, text, html = (template.render(given) for template in _templates_of(folder, lang))
    return Written(" ".join(subject.split()), _crlf(text), _crlf(html))


def caption(label: str, value: str, lang: str) -> str:
    """Label and value as the language joins them."""
    return say_of_calendars(lang, "{label}: {value}", label=label, value=value)


@cache
def _templates_of(folder: str, lang: str) -> tuple[Template, ...]:
    """Compiled once in a process, for each language, whose fixed words they hold."""
    return tuple(_templates(lang).get_template(f"{folder}/{file}") for file in ("subject.txt", "body.txt", "body.html"))


@cache
def _templates(lang: str) -> Environment:
    class Spoken(Extension):
        """Words without fields are put in when a template is compiled, and are not looked up for every mail."""

        def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:  # noqa: ARG002 - jinja's
            return _FIXED.sub(lambda found: json.dumps(say(lang, json.loads(found[1])), ensure_ascii=False), source)

    environment = Environment(
        extensions=[Spoken],
        loader=PackageLoader("notifications"),
        undefined=StrictUndefined,
        autoescape=select_autoescape(("html",), default=False),
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["wrapped"] = wrapped
    return environment


@lru_cache(maxsize=4096)
def wrapped(text: str, indent: str = "") -> str:
    """Lines of at most `WIDTH` columns, broken at blanks only: Lao and Khmer have few, addresses none."""
    if len(text) <= WIDTH and text.isprintable() and text == text.strip():
        return text
    lines = wrap(
        text, WIDTH, initial_indent="", subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    )
    return "\n".join(lines)


def _crlf(text: str) -> bytes:
    """Lines end in CRLF, with no blanks before it; never two empty lines in a row."""
    lines: list[str] = []
    for line in map(str.rstrip, text.strip().splitlines()):
        if line or lines[-1]:
            lines.append(line)
    return ("\r\n".join(lines) + "\r\n").encode()
