"""Every language says everything the code and the templates ask for, with the same fields."""

from __future__ import annotations

import ast
import string
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from jinja2 import nodes

from calendars.catalogue import catalogue, say
from calendars.pages.frame import engine
from scheduler.plan import LANGUAGES

PACKAGE = Path(str(files("calendars")))


def said_in(tree: ast.AST) -> Iterator[str]:
    """Every text given to `msg(…)` or, as its second argument, to `say(…)`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            place = {"say": 1, "msg": 0}.get(node.func.id)
            if place is not None and len(node.args) > place:
                argument = node.args[place]
                if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                    yield argument.value


def said_on_pages() -> Iterator[str]:
    """Every text given to `say(…)` in a template."""
    for template in sorted((PACKAGE / "templates").glob("*.html")):
        for call in engine().parse(template.read_text("utf-8")).find_all(nodes.Call):
            if isinstance(call.node, nodes.Name) and call.node.name == "say":
                argument = call.args[0]
                assert isinstance(argument, nodes.Const), f"{template.name} says something that is not a literal"
                yield argument.value


def used() -> set[str]:
    """Every message id in code and templates."""
    modules = (ast.parse(module.read_text("utf-8")) for module in PACKAGE.rglob("*.py"))
    return {msgid for tree in modules for msgid in said_in(tree)} | set(said_on_pages())


def read(lang: str) -> Catalog:
    """One catalogue as it stands in its file."""
    with (PACKAGE / "locale" / f"{lang}.po").open("rb") as file:
        return read_po(file, locale=lang, abort_invalid=True)


def fields(text: str) -> list[str]:
    """The named fields of a text."""
    return sorted(name for _, name, _, _ in string.Formatter().parse(text) if name is not None)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_catalogue_says_exactly_what_is_used(lang: str) -> None:
    assert set(catalogue(lang)) == used()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_nothing_is_empty_fuzzy_or_differs_in_its_fields(lang: str) -> None:
    messages = [message for message in read(lang) if message.id]
    faults = [
        message.id
        for message in messages
        if message.fuzzy or not str(message.string).strip() or fields(message.id) != fields(message.string)
    ]
    assert faults == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_catalogue_names_its_language(lang: str) -> None:
    assert str(read(lang).locale) == lang


def test_english_is_the_source_text() -> None:
    assert all(msgid == words for msgid, words in catalogue("en").items())


@pytest.mark.parametrize(("lang", "script"), [("lo", "LAO"), ("km", "KHMER")])
def test_lao_and_khmer_are_in_their_own_script(lang: str, script: str) -> None:
    import unicodedata

    def foreign(words: str) -> bool:
        letters = "".join(literal for literal, *_ in string.Formatter().parse(words))
        return not any(unicodedata.name(letter, "").startswith(script) for letter in letters)

    bare = {"{label}: {value}", "{weekday}, {day}"}
    assert [msgid for msgid, words in catalogue(lang).items() if foreign(words) and msgid not in bare] == []


def test_fields_are_filled_in_and_braces_in_values_stay() -> None:
    assert say("vi", "{title}: {host} hosts", title="{x}", host="Quảng Trị") == "{x}: Quảng Trị chủ trì"


def test_what_has_no_translation_speaks_english() -> None:
    assert say("km", "no such words, {count} times", count=2) == "no such words, 2 times"


def test_an_unknown_language_is_an_error_that_names_the_known_ones() -> None:
    with pytest.raises(ValueError, match="use one of vi, en, lo, km"):
        say("th", "held")
