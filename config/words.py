"""What the command line says, in Vietnamese or English; readers of other languages get English."""

from __future__ import annotations

from calendars.catalogue import catalogue
from config.database import DatabaseError
from config.migrate import NewerStoreError
from notifications.errors import AddressError
from scheduler.errors import (
    EmptyStoreError,
    HorizonError,
    LuanphienError,
    Problem,
    StoredTextError,
    TooFarError,
    TooManyError,
    UnknownKeyError,
    WordedError,
)


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


def error_words(error: LuanphienError, lang: str) -> tuple[str, str]:  # noqa: PLR0911 - one return per error
    """What went wrong, and what to do about it."""
    if isinstance(error, EmptyStoreError):
        return tell(lang, "the store holds no plan yet"), tell(lang, "run luanphien sync")
    if isinstance(error, UnknownKeyError):
        near = ", ".join(error.nearest)
        fix = tell(lang, "did you mean {near}?", near=near) if near else tell(lang, "luanphien list names the keys")
        return tell(lang, "no occurrence has the key {key}", key=error.key), fix
    if isinstance(error, TooFarError):
        what = tell(lang, "{day} is more than {years} years ahead", day=error.day, years=error.years)
        return what, tell(lang, "give an earlier day")
    if isinstance(error, TooManyError):
        message = "days after {after} are worked out for at most {most} duties at once, and here are {count}"
        what = tell(lang, message, after=error.after, most=error.most, count=error.count)
        return what, tell(lang, "ask for a partner, a kind or a plan, or for earlier days")
    if isinstance(error, HorizonError):
        return tell(lang, "the day is too far ahead: {why}", why=error), tell(lang, "give a day within 50 years")
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
    if isinstance(error, WordedError):
        return tell(lang, error.message, **error.fields), tell(lang, error.fix, **error.fields)
    return str(error), ""
