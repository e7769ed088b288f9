"""The command line speaks Vietnamese: every sentence in the code has its translation, with the same places to fill."""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Iterator
from datetime import UTC, date, datetime
from http import HTTPStatus
from importlib import import_module
from pathlib import Path

import pytest

from calendars.catalogue import catalogue
from calendars.feed import NotInCalendarsError
from calendars.ical import OptimisedInterpreterError
from calendars.query import RefusalError
from config.chainfile import ChainFileError
from config.database import DatabaseError
from config.faults import UNKNOWN
from config.migrate import NewerStoreError
from config.moved import HandedOverError
from config.olderfiles import OlderError
from config.planfile import OTHERWISE, SENTENCES
from config.policyfile import PolicyFileError
from config.words import error_words
from notifications.errors import AddressError
from notifications.smtp import MailUrlError
from scheduler.errors import (
    EmptyStoreError,
    FaultyFileError,
    HorizonError,
    ImpossibleDateError,
    LuanphienError,
    Problem,
    StoredTextError,
    TooFarError,
    TooManyError,
    UnknownKeyError,
    UnknownPhraseError,
    WordedError,
)
from scheduler.expression import PhraseTooLongError, YearMissingError
from scheduler.judging import CLOSED

ROOT = Path(__file__).parents[3]
RULING = ("ruling", "judging", "filling", "leeway")
SOURCES = [
    *sorted((ROOT / "config").glob("*.py")),
    *(ROOT / f"scheduler/{name}.py" for name in RULING),
    ROOT / "calendars/links.py",
]
PACKAGES = ("scheduler", "calendars", "notifications", "config")
RAISING = [source for package in PACKAGES for source in sorted((ROOT / package).rglob("*.py"))]
"""Every room may raise an error that has its words."""
SPEAKERS = {
    "ClosedError",
    "tell",
    "BackupError",
    "DecisionError",
    "LinkError",
    "OfficerError",
    "msg",
    "add",
    "Problem",
    "fault",
    "_known",
    "_needs",
    "_nothing",
    "_say",
    "_tell",
}

OF_PAGES = {"FormError", "UnreadableError", "NotAsShownError", "MovedError", "BarredError"}
"""Answered by their routes, with the words of pages."""

OF_MAILS = {"MailError", "HeaderError", "TransportError", "PolicyError"}
"""Kept beside their mail, or made into problems of a file, before anybody reads them."""

FAULT = Problem("a.yaml", 3, 1, "x", "{name} must be a list", "keep it once", {"name": "lead"})
SAMPLES: tuple[LuanphienError, ...] = (
    EmptyStoreError("the store holds no plan yet"),
    UnknownKeyError("qt-x.2027"),
    UnknownKeyError("qt-x.2027", ("qt-y.2027",)),
    UnknownPhraseError("thág 4", None),
    UnknownPhraseError("thág 4", "tháng 4/2022"),
    ImpossibleDateError("31/2/2027", "31/2/2027"),
    YearMissingError("tháng 4"),
    PhraseTooLongError("tháng 4", 500),
    HorizonError("there is no working day beyond {day}", "count from a day nearer to today", day=date.max),
    TooFarError(date(2150, 5, 1), 50),
    TooManyError(57_000, 2000, date(2031, 12, 31)),
    DatabaseError("sqlite:////x", "?"),
    NewerStoreError("0099"),
    StoredTextError(FAULT),
    FaultyFileError((FAULT, FAULT)),
    ChainFileError((FAULT,)),
    PolicyFileError((FAULT,)),
    OlderError((FAULT,)),
    AddressError("'x' is not one address"),
    MailUrlError(),
    NotInCalendarsError("qt-x.2027"),
    OptimisedInterpreterError(),
    RefusalError(HTTPStatus.NOT_FOUND, "There is nothing to decide on it."),
    HandedOverError(datetime(2026, 11, 23, tzinfo=UTC)),
)
ENGLISH = re.compile(r"\b(?i:the|is|are|not|and|cannot|of|it|with|write|give|add|did|you|has|have|there|them|one)\b")


def errors() -> set[type[LuanphienError]]:
    """Every error of the product."""
    for source in RAISING:
        parts = source.relative_to(ROOT).with_suffix("").parts
        if "migrations" not in parts and parts[-1] not in ("__main__", "__init__"):
            import_module(".".join(parts))
    found, waiting = set(), [LuanphienError]
    while waiting:
        kind = waiting.pop()
        found.add(kind)
        waiting += kind.__subclasses__()
    return {kind for kind in found if kind.__module__.partition(".")[0] in PACKAGES}


def sentences() -> set[str]:
    """Every literal sentence handed to something that speaks, and those in tables."""
    spoken = {words for pair in (*SENTENCES.values(), OTHERWISE) for words in pair} | set(UNKNOWN.values())
    spoken |= set(CLOSED.values())
    for source in SOURCES:
        tree = ast.parse(source.read_text(encoding="utf-8"))
        spoken |= {words for node in ast.walk(tree) for words in _assigned(node)}
        spoken |= {words for call in _calls(tree, SPEAKERS) for words in _literals(call)}
    for source in RAISING:
        spoken |= set(_raised(ast.parse(source.read_text(encoding="utf-8"))))
    return {words for words in spoken if " " in words or words.istitle()}


def _assigned(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Assign):
        target, value = node.targets[0], node.value
        pair = isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple)
        for to, given in zip(target.elts, value.elts, strict=True) if pair else [(target, value)]:
            named = isinstance(to, ast.Name) and to.id in {"fix", "message", "hint", "heading"}
            if named and isinstance(given, ast.Constant) and isinstance(given.value, str):
                yield given.value


def _raised(tree: ast.AST) -> Iterator[str]:
    """The words of errors: where they are made, and in the classes themselves; beside the call or just before it."""
    names = {kind.__name__ for kind in errors() if issubclass(kind, WordedError)}
    for node in ast.walk(tree):
        own = isinstance(node, ast.ClassDef) and node.name in names
        if own or isinstance(node, ast.FunctionDef):
            found = [*_calls(node, {"__init__"} if own else names)]
            yield from (words for call in found for words in _literals(call))
            if any(
                isinstance(part, ast.Name) and part.id in ("message", "fix") for call in found for part in call.args
            ):
                yield from (words for each in ast.walk(node) for words in _assigned(each))


def _calls(tree: ast.AST, speakers: set[str]) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            if name in speakers:
                yield node


def _literals(call: ast.Call) -> Iterator[str]:
    for part in (*call.args, *(keyword.value for keyword in call.keywords if keyword.arg in ("message", "fix"))):
        if isinstance(part, ast.Constant) and isinstance(part.value, str):
            yield part.value


def places(words: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(words) if name}


def test_every_sentence_is_translated() -> None:
    assert sentences() - set(catalogue("vi", "config")) == set()


def test_no_translation_is_left_over() -> None:
    assert set(catalogue("vi", "config")) - sentences() == set()


def test_places_to_fill_are_the_same() -> None:
    different = {msgid for msgid, words in catalogue("vi", "config").items() if places(msgid) != places(words)}
    assert different == set()


def test_the_catalogue_answers_in_vietnamese() -> None:
    assert catalogue("vi", "config")["run luanphien sync"] == "chạy luanphien sync"


def test_every_error_that_may_reach_the_command_line_has_a_sample() -> None:
    sampled = {type(error) for error in SAMPLES} | {LuanphienError}
    plain = {kind for kind in errors() if issubclass(kind, WordedError) and "__init__" not in vars(kind)}
    left = {kind.__name__ for kind in errors() - sampled - plain - {WordedError}}
    assert left == OF_PAGES | OF_MAILS


@pytest.mark.parametrize("error", SAMPLES, ids=lambda error: type(error).__name__)
def test_no_error_is_told_in_english_to_who_reads_vietnamese(error: LuanphienError) -> None:
    what, fix = error_words(error, "vi")
    assert what != error_words(error, "en")[0]
    assert [words for words in (what, fix) if ENGLISH.search(words)] == []


@pytest.mark.parametrize("error", SAMPLES, ids=lambda error: type(error).__name__)
def test_every_error_comes_with_advice(error: LuanphienError) -> None:
    assert isinstance(error, RefusalError) or error_words(error, "vi")[1]


def test_days_in_errors_are_written_as_people_write_them() -> None:
    assert error_words(TooFarError(date(2150, 5, 1), 50), "vi")[0] == "1/5/2150 còn hơn 50 năm nữa mới đến"


def test_a_role_is_called_the_same_by_the_command_line_and_on_pages() -> None:
    assert catalogue("vi", "config")["head of section"] == catalogue("vi")["head"] == "lãnh đạo phòng"


def test_taking_a_decision_back_is_called_the_same_everywhere() -> None:
    assert catalogue("vi")["Take back"] == catalogue("vi")["Take it back"] == "Rút lại"
