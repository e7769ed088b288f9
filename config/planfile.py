"""Plan and directory files into values; every fault is collected with file, line and the fix."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from config.faults import Faults
from config.guard import Marked, Path, read_yaml
from config.plancheck import check_directory, check_plan
from config.planmodel import DirectoryModel, PlanModel
from config.planvalue import directory_from, plan_from
from config.togethercheck import check_together
from scheduler.agreement import linked
from scheduler.errors import Problem
from scheduler.plan import Directory, Plan

M = TypeVar("M", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One file's name (as shown to people) and its text."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Library:
    """Everything loaded together: the directory and the plans, in the order of their files; or what is wrong with them.

    With problems, `plans` holds what could still be read and must not be stored.
    """

    directory: Directory
    plans: tuple[Plan, ...]
    problems: tuple[Problem, ...]


def load(directory_files: Sequence[SourceFile], plan_files: Sequence[SourceFile]) -> Library:
    """Read directory and plan files as one whole. Never raises for what they hold."""
    problems: list[Problem] = []
    people = [(file, *model_of(file, DirectoryModel, problems)) for file in directory_files]
    papers = [(file, *model_of(file, PlanModel, problems)) for file in plan_files]
    shelves = [(marked, model, Faults(file.name, marked)) for file, marked, model in (*people, *papers) if model]
    directory = directory_from([model for _, model, _ in shelves])
    check_directory([(model, faults) for _, model, faults in shelves], directory)
    known = [(model, faults) for _, model, faults in shelves if isinstance(model, PlanModel)]
    for model, faults in known:
        check_plan(model, directory, faults)
    check_together(known)
    problems += [problem for _, _, faults in shelves for problem in faults.found]
    sound = [model for model, faults in known if not faults.found]
    plans = linked(plan_from(model, directory) for model in sound) if not _broken(shelves) else ()
    return Library(directory, plans, tuple(sorted(problems, key=lambda p: (p.file, p.line, p.column, p.field))))


def _broken(shelves: Iterable[tuple[Marked, DirectoryModel, Faults]]) -> bool:
    """Whether a directory file has faults, so that no plan can be trusted to name the right people."""
    return any(faults.found for _, model, faults in shelves if not isinstance(model, PlanModel))


def plan_id(file: SourceFile) -> str | None:
    """The name a plan file gives its plan, or None when it cannot be read."""
    marked, problems = read_yaml(file.text, file.name)
    named = marked.data.get("plan") if isinstance(marked.data, dict) and not problems else None
    return named if isinstance(named, str) else None


def model_of(file: SourceFile, kind: type[M], problems: list[Problem]) -> tuple[Marked, M | None]:
    """A file's fields as a model, or None with the problems added to `problems`."""
    marked, found = read_yaml(file.text, file.name)
    problems += found
    if found:
        return marked, None
    if not isinstance(marked.data, dict):
        problems.append(
            Problem(
                file.name, 1, 1, "", "the file holds no fields", "start from a packaged plan; see `luanphien schema`"
            )
        )
        return marked, None
    try:
        return marked, kind.model_validate(marked.data)
    except ValidationError as error:
        problems += [_problem(file.name, marked, fault, kind) for fault in error.errors()]
        return marked, None


SENTENCES: Mapping[str, tuple[str, str]] = {
    "missing": ("the field {name} is missing", "add `{name}:`"),
    "extra_forbidden": ("the field {name} is not known here", "remove it, or did you mean {near}?"),
    "enum": ("{name} is not one of the known words", "write one of: {expected}"),
    "literal_error": ("{name} is not one of the known words", "write one of: {expected}"),
    "union_tag_invalid": ("the rule type is not known", "write one of: {expected_tags}"),
    "union_tag_not_found": ("the rule has no type", "add `type:` (rotation, yearly, once, …)"),
    "date_from_datetime_parsing": ("{name} is not a day of the calendar", "write it as 2021-09-30"),
    "date_parsing": ("{name} is not a day of the calendar", "write it as 2021-09-30"),
    "date_from_datetime_inexact": ("{name} is not a day of the calendar", "write it as 2021-09-30"),
    "date_type": ("{name} is not a day of the calendar", "write it as 2021-09-30"),
    "day_out_of_range": ("{name} is not in the years {first} to {last}", "correct the year"),
    "int_parsing": ("{name} is not a whole number", "write digits only, such as 2"),
    "int_type": ("{name} is not a whole number", "write digits only, such as 2"),
    "bool_parsing": ("{name} is neither true nor false", "write true or false"),
    "list_type": ("{name} must be a list", "write it as [a, b], or one item per line after a dash"),
    "dict_type": ("{name} must hold fields", "write its fields below it, indented"),
    "model_type": ("{name} must hold fields", "write its fields below it, indented"),
    "model_attributes_type": ("{name} must hold fields", "write its fields below it, indented"),
    "string_type": ("{name} must be a text", "write one text; put it in quotes if it has a colon"),
    "string_too_long": ("{name} is longer than {max_length} characters", "shorten it"),
    "string_too_short": ("{name} is empty", "write it, or remove the line"),
    "too_short": ("{name} has too few items", "give at least {min_length}"),
    "too_long": ("{name} has too many items", "give at most {max_length}"),
    "greater_than_equal": ("{name} is too small", "give at least {ge}"),
    "less_than_equal": ("{name} is too large", "give at most {le}"),
    "string_pattern_mismatch": ("{name} is not written as it should be",
                                "ids are like qt-front-exchange; it must match {pattern}"),
}  # fmt: skip

OTHERWISE = ("{name}: {what}", "see `luanphien schema`")


def _problem(file: str, marked: Marked, fault: Any, kind: type[BaseModel]) -> Problem:
    shown = _shown(fault, marked)
    line, column = marked.at(shown)
    name = next((step for step in reversed(shown) if isinstance(step, str)), "the file")
    message, fix = SENTENCES.get(fault["type"], OTHERWISE)
    fields = {**fault.get("ctx", {}), "name": name, "what": fault["msg"], "near": _near(name, kind)}
    if fault["type"] == "extra_forbidden" and fields["near"] is None:
        fix = "remove it; `luanphien schema` lists the fields"
    fields = {key: value if isinstance(value, int) else str(value) for key, value in fields.items()}
    return Problem(file, line, column, ".".join(map(str, shown)), message, fix, fields)


def _shown(fault: Any, marked: Marked) -> Path:
    """The path as the file has it: without the tag that pydantic adds for the type of a rule."""
    steps = [step for step in fault["loc"] if step != "[key]"]
    shown: Path = ()
    for index, step in enumerate(steps):
        named = index == len(steps) - 1 and fault["type"] in ("missing", "extra_forbidden")
        if named or (*shown, step) in marked.places:
            shown = (*shown, step)
    return shown


def _near(name: str, kind: type[BaseModel]) -> str | None:
    """The field most like `name`; None when `name` is itself a field, only not here."""
    known = _fields_of(kind)
    near = [] if name in known else difflib.get_close_matches(name, known, n=1)
    return near[0] if near else None


@cache
def _fields_of(kind: type[BaseModel]) -> tuple[str, ...]:
    """Every field of a file, however deep."""
    known = set(kind.model_fields)
    for definition in kind.model_json_schema().get("$defs", {}).values():
        known |= set(definition.get("properties", {}))
    return tuple(sorted(known))
