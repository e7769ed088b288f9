"""Plan and directory files into values; every fault is collected with file, line and the fix."""

from __future__ import annotations

import difflib
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ValidationError

from config.faults import Faults
from config.guard import Marked, Path, read_yaml
from config.plancheck import check_directory, check_plan
from config.planmodel import DirectoryModel, PlanModel, RelativeModel
from config.planvalue import directory_from, plan_from
from config.togethercheck import check_together
from scheduler.agreement import linked
from scheduler.errors import Problem
from scheduler.index import AGREEMENT, ALL, PLAN, WHO, Outline
from scheduler.plan import Directory, Plan

M = TypeVar("M", bound=BaseModel)

MOST_KEPT = 64
"""Files that are kept as read."""


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


@dataclass(frozen=True, slots=True)
class People:
    """Who is who, as some directory files have it; two of the same `key` are the same.

    `problems` are those of the directory files, `others` those of the plan files that bring entries of their own.
    """

    key: tuple[str, ...]
    directory: Directory = field(compare=False)
    problems: tuple[Problem, ...] = field(default=(), compare=False)
    others: tuple[Problem, ...] = field(default=(), compare=False)


def load(directory_files: Sequence[SourceFile], plan_files: Sequence[SourceFile]) -> Library:
    """Read directory and plan files as one whole. Never raises for what they hold."""
    shelves, papers = _read(directory_files, DirectoryModel), _read(plan_files, PlanModel)
    people = _people(shelves, papers)
    return _library(people, papers)


def load_people(files: Sequence[SourceFile], plan_files: Sequence[SourceFile] = ()) -> People:
    """Read directory files as one whole, with the entries of plan files that bring their own."""
    return _people(_read(files, DirectoryModel), _read(plan_files, PlanModel))


def load_plans(people: People, files: Sequence[SourceFile]) -> Library:
    """Read plan files as one whole, beside a directory; `problems` are those of the plans alone.

    With a directory in which something is wrong no plan can be trusted to name the right people: it gives none.
    """
    return _library(replace(people, problems=()), _read(files, PlanModel), sound=not people.problems)


@dataclass(frozen=True, slots=True)
class _Sheet(Generic[M]):
    """One file as read: its fields as a model, None when they are not sound; what is wrong is in `faults`."""

    file: SourceFile
    model: M | None
    faults: Faults


def _read(files: Iterable[SourceFile], kind: type[M]) -> list[_Sheet[M]]:
    sheets = []
    for file in files:
        problems: list[Problem] = []
        marked, model = model_of(file, kind, problems)
        sheets.append(_Sheet(file, model, Faults(file.name, marked, problems)))
    return sheets


def _people(shelves: Sequence[_Sheet[DirectoryModel]], papers: Sequence[_Sheet[PlanModel]]) -> People:
    sheets: list[_Sheet[DirectoryModel] | _Sheet[PlanModel]] = [*shelves, *papers]
    known = [(sheet.model, sheet.faults) for sheet in sheets if sheet.model]
    directory = directory_from([model for model, _ in known])
    check_directory(known, directory)
    key = tuple(sorted(hashlib.sha256(sheet.file.text.encode()).hexdigest() for sheet in sheets))
    wrong = (tuple(problem for sheet in some for problem in sheet.faults.found) for some in (shelves, papers))
    return People(key, directory, *wrong)


def _library(people: People, papers: Sequence[_Sheet[PlanModel]], *, sound: bool = True) -> Library:
    known = [(sheet.model, sheet.faults) for sheet in papers if sheet.model]
    for model, faults in known:
        check_plan(model, people.directory, faults)
    check_together(known)
    found = [*people.problems, *(problem for sheet in papers for problem in sheet.faults.found)]
    good = [model for model, faults in known if not faults.found] if sound and not people.problems else []
    return Library(people.directory, linked(plan_from(model, people.directory) for model in good), in_order(found))


def load_plan(people: People, file: SourceFile) -> tuple[Plan | None, tuple[Problem, ...]]:
    """Read one plan file by itself, its agreements not yet linked; or what is wrong with it."""
    problems: list[Problem] = []
    marked, model = model_of(file, PlanModel, problems)
    if model is None:
        return None, tuple(problems)
    faults = Faults(file.name, marked)
    check_plan(model, people.directory, faults)
    return (None if faults.found else plan_from(model, people.directory)), tuple(faults.found)


def in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Problems by file and place."""
    return tuple(sorted(problems, key=lambda p: (p.file, p.line, p.column, p.field)))


def plan_id(file: SourceFile) -> str | None:
    """The name a plan file gives its plan, or None when it cannot be read."""
    model = _model(file, PlanModel)[1]
    if isinstance(model, PlanModel):
        return model.plan
    marked, problems = read_yaml(file.text, file.name)
    named = marked.data.get("plan") if isinstance(marked.data, dict) and not problems else None
    return named if isinstance(named, str) else None


def outline_of(file: SourceFile) -> Outline | None:
    """What a plan file gives and refers to; None when its fields cannot be read."""
    model = model_of(file, PlanModel, [])[1]
    if model is None:
        return None
    gives = [(f"{PLAN}{model.plan}", None), *((item.id, item.chain) for item in model.obligations)]
    gives += [(f"{AGREEMENT}{agreement.id}", None) for agreement in model.agreements]
    gives += [(f"{WHO}{ident}", None) for ident in (*model.parties, *model.places, *model.organisations)]
    edges = {(f"{AGREEMENT}{agreement.successor}", ALL) for agreement in model.agreements if agreement.successor}
    for item in model.obligations:
        edges |= {(f"{PLAN}{clause.rpartition('/')[0]}", ALL) for clause in item.clauses if "/" in clause}
        if isinstance(item.rule, RelativeModel):
            edges |= {(name.partition(".")[0], item.id) for name in item.rule.to}
    return Outline(model.plan, model.owner, tuple(dict(gives).items()), frozenset(edges))


def model_of(file: SourceFile, kind: type[M], problems: list[Problem]) -> tuple[Marked, M | None]:
    """A file's fields as a model, or None with the problems added to `problems`."""
    marked, model, found = _model(file, kind)
    problems += found
    return marked, model if isinstance(model, kind) else None


@lru_cache(maxsize=MOST_KEPT)
def _model(file: SourceFile, kind: type[BaseModel]) -> tuple[Marked, BaseModel | None, tuple[Problem, ...]]:
    """The same; kept for a while, since a file that changed is read for what it is called, gives, and says."""
    marked, found = read_yaml(file.text, file.name)
    if found:
        return marked, None, tuple(found)
    if not isinstance(marked.data, dict):
        fix = "start from a packaged plan; see `luanphien schema`"
        return marked, None, (Problem(file.name, 1, 1, "", "the file holds no fields", fix),)
    try:
        return marked, kind.model_validate(marked.data), ()
    except ValidationError as error:
        return marked, None, tuple(_problem(file.name, marked, fault, kind) for fault in error.errors())


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
    if "expected" in fields:
        fields["expected"] = str(fields["expected"]).replace(" or ", ", ")  # pydantic's, in a sentence of any language
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
