"""The documentation is true: what it lists is what there is, and what it shows is what happens."""

from __future__ import annotations

import importlib.util
import json
import pkgutil
import re
import runpy
from collections.abc import Iterator
from datetime import UTC, date, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
import typer
import yaml
from pydantic import BaseModel

import calendars
import config
import notifications
import scheduler
from calendars.catalogue import catalogue
from config import chainfile, guard, holidayfile, planmodel
from config.cli import app
from config.files import directory_files, plan_files
from config.holidayfile import CountryModel, days_off
from config.planfile import SourceFile, load
from config.session import Job
from config.settings import Settings
from config.telling import load_policy
from notifications.policyform import policy_from
from scheduler.expression import read
from scheduler.plan import Gap, Kind
from scheduler.rules import Edge, TurnMode, Unit
from tests.unit.docs.pages import (
    DOCS,
    PAGES,
    ROOT,
    Block,
    anchors,
    blocks,
    code,
    command_lines,
    links,
    prose,
    section,
    tables,
    text_of,
    words_of,
)
from tests.unit.docs.terminal import Terminal, same

MORNING = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
"""Nine o'clock in Viet Nam on the Monday the tutorial speaks of."""

PLAN_FILE = DOCS / "plan-file.md"
TUTORIALS = (DOCS / "tutorial.md", DOCS / "tutorial.en.md")
GROUP = typer.main.get_command(app)


# ---- commands and settings ----


def commands(command: Any = GROUP, path: tuple[str, ...] = ("luanphien",)) -> Iterator[tuple[str, Any]]:
    """Every command with its full name, groups of commands left out."""
    for name, part in getattr(command, "commands", {}).items():
        if hasattr(part, "commands"):
            yield from commands(part, (*path, name))
        else:
            yield " ".join((*path, name)), part


def options(command: Any) -> set[str]:
    """The options of a command, each with the end of its variable."""
    return {
        f"{max(part.opts, key=len)} {(part.envvar or part.name.upper()).removeprefix('LUANPHIEN_')}"
        for part in command.params
        if part.param_type_name == "option"
    }


def test_every_command_is_listed_with_its_options() -> None:
    listed = {
        code(row["Command"]): set(re.findall(r"`([^`]+)`", row["Options, with the end of their variable"]))
        for table in tables(section(text_of("settings.md"), "Commands"))
        for row in table
    }
    assert listed == {name: options(command) for name, command in commands()}


def test_the_ends_of_the_variables_are_right(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LUANPHIEN_LIST_FIRST", "2021-13-01")
    with pytest.raises(Exception, match="2021-13-01"):
        parse("luanphien list")


@pytest.mark.parametrize("name", [name for name, _ in commands()])
def test_every_command_is_used_in_some_page(name: str) -> None:
    lines = [line for page in PAGES for line in command_lines(page)]
    assert any(line == name or line.startswith(f"{name} ") for line in lines)


def parse(line: str) -> None:
    """Parse a command line as the command would, and run nothing. Raises what typer raises for wrong usage."""
    context = GROUP.make_context("luanphien", words_of(line))
    command, rest = GROUP, [*context._protected_args, *context.args]
    while hasattr(command, "commands"):
        name, command, rest = command.resolve_command(context, rest)
        context = command.make_context(name, rest, parent=context)
        rest = [*context._protected_args, *context.args]
    assert not rest, f"left over: {rest}"


@pytest.mark.parametrize(
    ("page", "line"), sorted({(page.name, line) for page in PAGES for line in command_lines(page)})
)
def test_every_command_line_can_be_typed(page: str, line: str) -> None:
    names = {name for name, _ in commands()} | {
        "luanphien decide",
        "luanphien feeds",
        "luanphien contacts",
        "luanphien outbox",
        "luanphien officers",
        "luanphien changes",
    }
    wrong_usage = {code(row["Command"]) for row in exit_codes() if row["Code"] == "2"}
    if line not in names | wrong_usage:
        parse(line)


def test_settings_are_listed_with_their_defaults() -> None:
    [table] = [table for table in tables(section(text_of("settings.md"), "Variables")) if "Default" in table[0]]
    listed = {code(row["Variable"]): code(row["Default"]) for row in table}
    packaged = {
        "plans": "the packaged plans",
        "directory": "the packaged directory",
        "policies": "the packaged policy",
        "holidays": "the packaged corrections",
        "chains": "the packaged chains",
        "secret": "made once, kept in the store",
        "oidc_issuer": "none",
        "oidc_client_id": "none",
        "oidc_client_secret": "none",
        "oidc_name": "our own words",
    }
    expected = {
        f"LUANPHIEN_{name.upper()}": packaged[name] if field.default is None else str(field.default)
        for name, field in Settings.model_fields.items()
    }
    assert listed == expected


def exit_codes() -> list[dict[str, str]]:
    """The rows of the table that gives exit codes by example."""
    return [row for table in tables(section(text_of("settings.md"), "Exit codes")) for row in table if "Store" in row]


def test_exit_codes_are_those_of_the_page(tmp_path: Path) -> None:
    empty, filled = Terminal(tmp_path / "empty", MORNING), Terminal(tmp_path / "filled", MORNING)
    for terminal in (empty, filled):
        terminal.folder.mkdir()
    filled.run("luanphien sync")
    assert filled.code == 0
    given = {row["Command"]: int(row["Code"]) for row in exit_codes()}
    found: dict[str, int] = {}
    for row in exit_codes():
        terminal = filled if row["Store"] == "filled" else empty
        terminal.run(code(row["Command"]))
        found[row["Command"]] = terminal.code
    assert found == given


def test_make_targets_exist() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    asked = {
        target
        for page in PAGES
        for target in re.findall(r"(?:^ {4}|`|^)make ([a-z]+)\b", page.read_text(encoding="utf-8"), re.MULTILINE)
    }
    assert asked - targets == set()
    assert {"demo", "test"} <= asked


# ---- the plan file ----

MODELS: dict[str, type[BaseModel]] = {
    "The plan": planmodel.PlanModel,
    "The document": planmodel.DocumentModel,
    "Agreements": planmodel.AgreementModel,
    "Names": planmodel.TextModel,
    "Obligations": planmodel.ObligationModel,
    "What the text says of one cycle": planmodel.StatedModel,
    "parties": planmodel.PartyModel,
    "places": planmodel.PlaceModel,
    "organisations": planmodel.OrganisationModel,
    "The holiday file": CountryModel,
    "Preparation chains": chainfile.TemplateModel,
}
"""Headings of the page and the model each one describes; rules are found by their type."""


def rule_models() -> dict[str, type[BaseModel]]:
    """Models of the rules by the word of their type."""
    union = planmodel.ObligationModel.model_fields["rule"].annotation
    return {model.model_fields["type"].annotation.__args__[0]: model for model in union.__args__}


def field_table(heading: str) -> list[list[tuple[str, bool]]]:
    """Fields and whether they must be there, of each table of fields right below a heading."""
    below = section(text_of("plan-file.md"), heading).partition("\n### ")[0]
    return [
        [(code(row["Field"]), row["Must"] == "yes") for row in table] for table in tables(below) if "Must" in table[0]
    ]


def fields_of(model: type[BaseModel]) -> list[tuple[str, bool]]:
    return [(name, field.is_required()) for name, field in model.model_fields.items()]


@pytest.mark.parametrize(("heading", "model"), [*MODELS.items(), *rule_models().items()])
def test_every_field_is_described(heading: str, model: type[BaseModel]) -> None:
    assert sorted(field_table(heading)[0]) == sorted(fields_of(model))


def test_the_fields_of_a_leg_are_described() -> None:
    assert field_table("rotation")[1:] == [fields_of(planmodel.LegModel)]


def test_every_model_of_a_plan_file_has_a_heading() -> None:
    described = {*MODELS.values(), *rule_models().values(), planmodel.LegModel, planmodel.DirectoryModel}
    models = {
        value
        for value in vars(planmodel).values()
        if isinstance(value, type) and issubclass(value, planmodel.Model) and value is not planmodel.Model
    }
    assert models - described == set()


def test_every_field_has_its_vietnamese() -> None:
    empty = [
        code(row["Field"]) for table in tables(text_of("plan-file.md")) if "Must" in table[0] for row in table
        if not row["Tiếng Việt"]
    ]  # fmt: skip
    assert empty == []


def column(heading: str, name: str, index: int = 0) -> list[str]:
    """One column of a table below a heading."""
    return [code(row[name]) for row in tables(section(text_of("plan-file.md"), heading))[index]]


def test_kinds_and_gaps_are_listed() -> None:
    assert column("Kinds", "Kind") == list(Kind)
    assert column("What is still to set", "Word") == list(Gap)


def test_which_kinds_go_on_and_stand_in_feeds() -> None:
    from calendars.feed import FEED_KINDS
    from scheduler.plan import RUNNING_ON

    goes_on = [
        kind
        for kind, after in zip(column("Kinds", "Kind"), column("Kinds", "After the period"), strict=True)
        if after == "goes on"
    ]
    in_feeds = [
        kind for kind, feeds in zip(column("Kinds", "Kind"), column("Kinds", "In feeds"), strict=True) if feeds == "yes"
    ]
    assert set(goes_on) == set(RUNNING_ON)
    assert set(in_feeds) == set(FEED_KINDS)


@pytest.mark.parametrize("words", [TurnMode, Edge, Unit])
def test_words_of_rules_are_described(words: type[TurnMode | Edge | Unit]) -> None:
    page = section(text_of("plan-file.md"), "Rules")
    assert [word for word in words if f"`{word}`" not in page] == []


def yaml_blocks() -> list[Block]:
    """The YAML examples of the page."""
    return [block for block in blocks(PLAN_FILE) if block.info == "yaml"]


def parsed(block: Block) -> Any:
    """An example read as the product reads files."""
    marked, problems = guard.read_yaml(block.text, f"plan-file.md:{block.line}")
    assert problems == []
    return marked.data


OBLIGATIONS = [block for block in yaml_blocks() if isinstance(parsed(block), list)]
[WHOLE_PLAN] = [block for block in yaml_blocks() if isinstance(parsed(block), dict) and "plan" in parsed(block)]


def test_examples_are_of_known_sorts() -> None:
    shapes = [parsed(block) for block in yaml_blocks()]
    heads = [sorted(shape) for shape in shapes if isinstance(shape, dict)]
    assert heads == [
        ["agreements", "document", "obligations", "owner", "period", "plan"],
        ["organisations", "parties", "places"],
        ["VN"],
        ["hoi-nghi-mau", "hosting"],
        ["after", "before", "coordinating_from", "escalation", "projected"],
    ]


@pytest.mark.parametrize("block", OBLIGATIONS, ids=lambda block: block.text.splitlines()[0])
def test_examples_are_obligations(block: Block) -> None:
    [item] = parsed(block)
    assert planmodel.ObligationModel.model_validate(item).id == item["id"]


def test_every_rule_has_an_example() -> None:
    shown = {parsed(block)[0]["rule"]["type"] for block in OBLIGATIONS}
    assert shown == set(rule_models())


def sample_plan() -> SourceFile:
    """The whole plan of the page with all its examples of obligations."""
    indented = "".join(f"  {line}\n" for block in OBLIGATIONS for line in block.text.splitlines())
    return SourceFile("plan-file.md", WHOLE_PLAN.text + indented)


def test_the_whole_plan_and_all_examples_are_sound() -> None:
    given = (*plan_files(()).files, sample_plan())
    assert load(directory_files(None).files, given).problems == ()


@pytest.fixture(scope="module")
def given(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """What the packaged plans and the samples give, by key, as `luanphien list` has it."""
    terminal = Terminal(tmp_path_factory.mktemp("samples"), MORNING)
    plans = terminal.folder / "plans"
    plans.mkdir()
    for file in (*plan_files(()).files, sample_plan()):
        (plans / Path(file.name).with_suffix(".yaml").name).write_text(file.text, encoding="utf-8")
    terminal.run("export LUANPHIEN_PLANS=plans")
    terminal.run("luanphien sync")
    assert terminal.code == 0
    kinds = " ".join(f"--kind {kind}" for kind in Kind)
    rows = json.loads(terminal.run(f"luanphien list {kinds} --json"))
    return {row["key"]: row for row in rows}


def test_examples_give_what_stands_below_them(given: dict[str, dict[str, Any]]) -> None:
    rows = [row for table in tables(text_of("plan-file.md")) if "Host" in table[0] for row in table]
    told = {
        code(row["Key"]): (row["First day"], row["Last day"], code(row["Host"]).strip("—"), row["Status"])
        for row in rows
    }
    found = {
        key: (row["start"], row["end"], row["host"] or "", row["status"]) for key, row in given.items() if key in told
    }
    assert told == found
    examples = {parsed(block)[0]["id"] for block in OBLIGATIONS}
    assert {key.partition(".")[0] for key in told} == examples


def test_keys_are_of_the_forms_listed(given: dict[str, dict[str, Any]]) -> None:
    assert [key for key in column("Keys", "Example") if key not in given] == []


def test_the_directory_example_is_sound() -> None:
    [block] = [block for block in yaml_blocks() if "organisations" in parsed(block)]
    files = (*directory_files(None).files, SourceFile("plan-file.md", block.text))
    assert load(files, ()).problems == ()


def test_the_holiday_example_is_sound() -> None:
    [block] = [block for block in yaml_blocks() if "VN" in parsed(block)]
    off, problems = days_off(SourceFile("plan-file.md", block.text))
    assert problems == ()
    assert off.works(date(2026, 1, 10), ("VN",))
    assert not off.works(date(2026, 1, 2), ("VN",))


def test_countries_of_the_holiday_file_are_listed() -> None:
    countries = holidayfile.HolidaysModel.model_fields["root"].annotation.__args__[0].__args__
    below = section(text_of("plan-file.md"), "The holiday file")
    assert [country for country in countries if f"`{country}`" not in below] == []


def test_the_fields_of_a_step_are_described() -> None:
    assert field_table("Preparation chains")[1:] == [fields_of(chainfile.StepModel)]


def test_the_chain_example_is_sound() -> None:
    [block] = [block for block in yaml_blocks() if "hosting" in parsed(block)]
    chains, problems = chainfile.chains_from(SourceFile("plan-file.md", block.text), ())
    assert problems == ()
    assert [(step.id, step.days, step.while_open) for step in chains["hoi-nghi-mau"].steps] == [
        ("fix-days", 90, True),
        ("permission", 30, False),
        ("report", 10, False),
    ]


def test_the_policy_example_is_sound(tmp_path: Path) -> None:
    [block] = [block for block in yaml_blocks() if "before" in parsed(block)]
    path = tmp_path / "policies.yaml"
    path.write_text(block.text, encoding="utf-8")
    assert load_policy(Job(Settings.model_construct(policies=str(path)))) == policy_from(yaml.safe_load(block.text))


def test_the_policy_fields_are_listed() -> None:
    packaged = yaml.safe_load((ROOT / "config" / "policies.yaml").read_text(encoding="utf-8"))
    assert field_table("The reminder policy") == [[(name, True) for name in packaged]]
    kinds = [kind for cell in column_cells("The reminder policy", 1) for kind in re.findall(r"`([^`]+)`", cell)]
    assert set(kinds) == set(packaged["before"])


def column_cells(heading: str, index: int) -> list[str]:
    """The first cells of a table below a heading, as written."""
    return [next(iter(row.values())) for row in tables(section(text_of("plan-file.md"), heading))[index]]


def word_rows() -> list[tuple[str, int | None, str, str, str]]:
    """The rows of the tables of date words: words, year, first day, last day, precision."""
    found = []
    for table in tables(section(text_of("plan-file.md"), "Date words")):
        heading = next(iter(table[0]))
        year = int(match[0]) if (match := re.search(r"\d{4}", heading)) else None
        for row in table:
            phrases = re.split(r", (?=thượng tuần|trung tuần|hạ tuần)", row[heading])
            found += [(words, year, row["First day"], row["Last day"], row["Precision"]) for words in phrases]
    return found


@pytest.mark.parametrize(("words", "year", "first", "last", "precision"), word_rows())
def test_date_words_mean_what_the_table_says(
    words: str, year: int | None, first: str, last: str, precision: str
) -> None:
    window = read(words, year=year).window
    assert window is not None
    assert (str(window.start or "—"), str(window.last or "—"), window.precision.value) == (first, last, precision)


def test_words_said_to_name_no_days_name_none() -> None:
    paragraph = section(text_of("plan-file.md"), "Date words").rpartition("Some words name no days")[2]
    phrases = re.findall(r"\*([^*]+)\*", paragraph)
    assert len(phrases) > 5
    assert [words for words in phrases if read(words).window is not None] == []


def test_messages_of_check_are_those_of_the_product() -> None:
    [table] = [
        table for table in tables(section(text_of("plan-file.md"), "What check reports")) if "Message" in table[0]
    ]
    told = {code(row["Message"]): row["Thông báo"] for row in table}
    words = catalogue("vi", "config")
    assert told == {message: words.get(message) for message in told}


def test_limits_of_yaml_are_those_of_the_guard() -> None:
    rows = {row["Limit"]: row["Value"] for row in tables(section(text_of("plan-file.md"), "How YAML is read"))[0]}
    numbers = [int(re.sub(r"\D", "", rows[limit])) for limit in list(rows)[:4]]
    assert numbers == [guard.MAX_BYTES, guard.MAX_NODES, guard.MAX_DEPTH, guard.MAX_SCALAR]


# ---- the tutorial ----


def typed(page: Path) -> list[tuple[str, str, str]]:
    """What a tutorial does, in order: ("run", command, what is shown), ("edit", file, diff), ("mail", "", text)."""
    steps: list[tuple[str, str, str]] = []
    for block in blocks(page):
        if block.info == "console":
            for part in re.split(r"^\$ ", block.text, flags=re.MULTILINE)[1:]:
                command, _, shown = part.partition("\n")
                steps.append(("run", command, shown))
        elif block.info.startswith("diff "):
            steps.append(("edit", block.info.removeprefix("diff "), block.text))
        elif block.info == "mail":
            steps.append(("mail", "", block.text))
    return steps


@pytest.mark.parametrize("page", TUTORIALS, ids=lambda page: page.name)
def test_the_tutorial_shows_what_happens(page: Path, tmp_path: Path) -> None:
    (tmp_path / "config").symlink_to(ROOT / "config")
    terminal = Terminal(tmp_path, MORNING)
    for what, name, shown in typed(page):
        if what == "edit":
            terminal.edit(name, shown)
        elif what == "mail":
            assert any(same(shown, mail) for mail in terminal.mails()), f"{page.name}: no mail reads\n{shown}"
        else:
            printed = terminal.run(name)
            assert same(shown, printed), f"{page.name}: $ {name}\nshown:\n{shown}\nprinted:\n{printed}"


def test_both_tutorials_do_the_same() -> None:
    vi, en = ([(what, name, shown if what != "run" else "") for what, name, shown in typed(page)] for page in TUTORIALS)
    en.remove(("run", "export LUANPHIEN_LANG=en", ""))
    assert vi == en


# ---- everything else ----


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    broken = []
    for target in links(page):
        name, _, anchor = target.partition("#")
        path = (page.parent / name).resolve() if name else page
        if not path.exists() or (anchor and anchor not in anchors(path)):
            broken.append(target)
    assert broken == []


def test_every_page_is_reached_from_the_readme() -> None:
    reached, waiting = set[Path](), [ROOT / "README.md"]
    while waiting:
        page = waiting.pop()
        if page not in reached:
            reached.add(page)
            targets = ((page.parent / target.partition("#")[0]).resolve() for target in links(page))
            waiting += [target for target in targets if target.suffix == ".md"]
    assert set(PAGES) - reached == set()


def test_the_picture_is_the_screen() -> None:
    drawn = runpy.run_path(str(DOCS / "img" / "draw.py"))["picture"]()
    same_picture = (DOCS / "img" / "next.svg").read_text(encoding="utf-8") == drawn
    assert same_picture, "the screen has changed; run .venv/bin/python docs/img/draw.py"


def modules() -> set[str]:
    """Every module of the four packages; what lies inside a package of theirs is one room."""
    return {
        f"{package.__name__}.{found.name}"
        for package in (scheduler, calendars, notifications, config)
        for found in pkgutil.iter_modules(package.__path__)
    }


def test_every_room_of_the_house_is_listed() -> None:
    page = section(text_of("architecture.md"), "Rooms")
    assert {code(row["Module"]) for table in tables(page) for row in table} == modules()


def test_names_of_modules_in_the_pages_exist() -> None:
    named = {
        name
        for page in PAGES
        for name in re.findall(r"`((?:scheduler|calendars|notifications|config)(?:\.\w+)+)`", prose(page))
        if not name.endswith(".yaml")
    }
    unknown = [name for name in sorted(named) if not exists(name)]
    assert unknown == []


def exists(name: str) -> bool:
    """Whether a dotted name is a module, or something in one."""
    if name in modules() or importlib.util.find_spec(name.rpartition(".")[0]) is None:
        return name in modules()
    module, _, attribute = name.rpartition(".")
    return hasattr(importlib.import_module(module), attribute)


def test_files_named_in_the_pages_exist() -> None:
    named = {
        path for page in PAGES for path in re.findall(r"`((?:config|scheduler|docs|tests)/[\w./-]+)`", prose(page))
    }
    assert [path for path in sorted(named) if not (ROOT / path).exists()] == []


def test_decisions_are_listed_and_whole() -> None:
    folder = DOCS / "adr"
    notes = sorted(path.name for path in folder.glob("[0-9]*.md"))
    assert sorted(target for target in links(folder / "README.md")) == notes
    for name in notes:
        text = (folder / name).read_text(encoding="utf-8")
        assert text.startswith(f"# {name[:4]} ")
        assert re.findall(r"^## (.+)$", text, re.MULTILINE) == ["Context", "Decision", "Consequences"]


def test_the_changelog_begins_with_this_version() -> None:
    headings = re.findall(r"^## \[(.+?)\]", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert headings[0] == version("luanphien")


def test_the_schema_is_json_schema(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path, MORNING)
    schema = json.loads(terminal.run("luanphien schema"))
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert set(schema["properties"]) == set(planmodel.PlanModel.model_fields)
