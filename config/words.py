"""What the command line says, in Vietnamese or English; readers of other languages get English."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

from calendars.catalogue import catalogue
from calendars.query import RefusalError
from calendars.wording import day_words
from config.database import DatabaseError
from config.migrate import NewerStoreError
from notifications.errors import AddressError
from scheduler.errors import (
    EmptyStoreError,
    FaultyFileError,
    LuanphienError,
    Problem,
    StoredTextError,
    UnknownKeyError,
    WordedError,
)

UNCALLED: Mapping[str, str] = MappingProxyType({})
"""No titles are at hand."""


def tell(lang: str, msgid: str, /, **fields: object) -> str:
    """`msgid` in `lang` with its named fields filled in; an id without a translation speaks for itself, in English."""
    words = catalogue(lang, "config").get(msgid, msgid)
    return words.format_map(fields) if fields else words


def problem_json(problem: Problem, lang: str) -> dict[str, str | int]:
    """A problem as the public JSON has it."""
    return {
        "file": problem.file,
        "line": problem.line,
        "column": problem.column,
        "field": problem.field,
        "message": tell(lang, problem.message, **problem.fields),
        "fix": tell(lang, problem.fix, **problem.fields),
    }


def error_words(  # noqa: PLR0911 - one return per error
    error: LuanphienError, lang: str, called: Mapping[str, str] = UNCALLED
) -> tuple[str, str]:
    """What went wrong, and what to do about it; keys that are `called` by a title are named by it.

    Errors that pages alone meet have words of their own there; here they are in English.
    """
    if isinstance(error, WordedError):
        fields = _as_read(error.fields, lang, called)
        return tell(lang, error.message, **fields), tell(lang, error.fix, **fields)
    if isinstance(error, EmptyStoreError):
        return tell(lang, "the store holds no plan yet"), tell(lang, "run luanphien sync")
    if isinstance(error, UnknownKeyError):
        near = ", ".join(error.nearest)
        fix = tell(lang, "did you mean {near}?", near=near) if near else tell(lang, "luanphien list names the keys")
        return tell(lang, "no occurrence has the key {key}", key=error.key), fix
    if isinstance(error, DatabaseError):
        what = tell(lang, "the store {url} cannot be opened: {why}", url=error.url, why=error.why)
        return what, tell(lang, "check LUANPHIEN_DATABASE_URL, the folder and the server")
    if isinstance(error, NewerStoreError):
        return tell(lang, "the store was brought up to date by a newer luanphien"), tell(
            lang, "install that version again"
        )
    if isinstance(error, StoredTextError):
        problem = error.problem
        why = tell(lang, problem.message, **problem.fields)
        what = tell(lang, "the stored text {file}, line {line}, cannot be used any more: {why}",
                    file=problem.file, line=problem.line, why=why)  # fmt: skip
        return what, tell(lang, "mend the file and run luanphien sync; the store is as it was")
    if isinstance(error, AddressError):  # the sender's: of a reader's address the mail alone is put aside
        what = tell(lang, "the sender in LUANPHIEN_MAIL_FROM is not one mail address")
        return what, tell(lang, "write Name <local@domain>")
    if isinstance(error, FaultyFileError):
        said = [f"{p.file}:{p.line}: {tell(lang, p.message, **p.fields)}" for p in error.problems]
        fixes = [tell(lang, p.fix, **p.fields) for p in error.problems]
        return "; ".join(said), "; ".join(dict.fromkeys(fixes))
    if isinstance(error, RefusalError):
        return error.said(lang), ""
    return str(error), ""


def _as_read(fields: Mapping[str, object], lang: str, called: Mapping[str, str]) -> dict[str, object]:
    """The fields with days as people write them, and titles in place of keys."""
    found = dict(fields)
    for name, value in fields.items():
        if isinstance(value, date):
            found[name] = day_words(value, lang)
        elif isinstance(value, str) and value in called:
            found[name] = f"“{called[value]}”"
    return found
