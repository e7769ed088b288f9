"""The command line speaks Vietnamese: every sentence in the code has its translation, with the same places to fill."""

from __future__ import annotations

import ast
import string
from collections.abc import Iterator
from pathlib import Path

from calendars.catalogue import catalogue
from config.faults import UNKNOWN
from config.planfile import OTHERWISE, SENTENCES
from scheduler.judging import CLOSED

ROOT = Path(__file__).parents[3]
RULING = ("ruling", "judging", "filling", "leeway")
SOURCES = [
    *sorted((ROOT / "config").glob("*.py")),
    *(ROOT / f"scheduler/{name}.py" for name in RULING),
    ROOT / "calendars/links.py",
]
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


def sentences() -> set[str]:
    """Every literal sentence handed to something that speaks, and those in tables."""
    spoken = {words for pair in (*SENTENCES.values(), OTHERWISE) for words in pair} | set(UNKNOWN.values())
    spoken |= set(CLOSED.values())
    for source in SOURCES:
        tree = ast.parse(source.read_text(encoding="utf-8"))
        spoken |= {words for node in ast.walk(tree) for words in _assigned(node)}
        spoken |= {words for call in _calls(tree) for words in _literals(call)}
    return {words for words in spoken if " " in words or words.istitle()}


def _assigned(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
        names = {target.id for target in node.targets if isinstance(target, ast.Name)}
        if names & {"fix", "message", "hint", "heading"}:
            yield node.value.value


def _calls(tree: ast.AST) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            if name in SPEAKERS:
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
