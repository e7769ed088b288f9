"""The file of preparation chains: the packaged one, and what is said of one that is not sound."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from config.chainfile import ChainFileError, chain_file, chain_problems, chains_from, load_chains, unknown_chains
from config.files import HOME, plan_files
from config.planfile import SourceFile
from config.words import problem_json
from notifications.policy import Lead, Purpose
from notifications.policyform import policy_from
from scheduler.plan import Kind
from scheduler.preparation import Basis, Side, Way
from scheduler.rules import Edge, Unit

STEP = "    permission: {title: {vi: Xin phép}, before: 30}\n"
HOSTING = f"hosting:\n  side: hosting\n  kinds: [exchange]\n  steps:\n{STEP}"


def faults(text: str, *organisations: str) -> list[tuple[int, int, str, str, str]]:
    """Line, column, field, message and fix of every fault, in English."""
    chains, problems = chains_from(SourceFile("chains.yaml", text), organisations)
    assert not (chains and problems)
    shown = [problem_json(problem, "en") for problem in problems]
    return [(int(p["line"]), int(p["column"]), str(p["field"]), str(p["message"]), str(p["fix"])) for p in shown]


def test_the_packaged_chains() -> None:
    chains = load_chains(None)
    assert {
        ident: [(s.id, s.days, s.unit.value, s.edge.value, s.way.value, s.basis.value) for s in chain.steps]
        for ident, chain in chains.items()
    } == {
        "hosting": [
            ("fix-days", 90, "calendar", "end", "before", "local"),
            ("permission", 60, "calendar", "start", "before", "local"),
            ("note", 45, "calendar", "start", "before", "local"),
            ("delegation", 20, "calendar", "start", "before", "local"),
            ("programme", 14, "calendar", "start", "before", "local"),
            ("gifts", 7, "calendar", "start", "before", "local"),
            ("report", 10, "working", "end", "after", "local"),
        ],
        "travelling": [
            ("fix-days", 90, "calendar", "end", "before", "local"),
            ("permission", 60, "calendar", "start", "before", "local"),
            ("note", 45, "calendar", "start", "before", "local"),
            ("passports", 30, "calendar", "start", "before", "local"),
            ("delegation", 20, "calendar", "start", "before", "local"),
            ("gifts", 7, "calendar", "start", "before", "local"),
            ("report", 10, "working", "end", "after", "local"),
        ],
        "international-conference": [
            ("fix-days", 90, "calendar", "end", "before", "local"),
            ("permission", 30, "calendar", "start", "before", "law"),
            ("note", 45, "calendar", "start", "before", "local"),
            ("delegation", 20, "calendar", "start", "before", "local"),
            ("programme", 14, "calendar", "start", "before", "local"),
            ("gifts", 7, "calendar", "start", "before", "local"),
            ("report", 15, "calendar", "end", "after", "law"),
            ("permission-prime-minister", 40, "calendar", "start", "before", "law"),
        ],
    }
    meetings = (Kind.EXCHANGE, Kind.TALKS, Kind.EVENT)
    assert [(chain.side, chain.kinds) for chain in chains.values()] == [
        (Side.HOSTING, meetings),
        (Side.TRAVELLING, meetings),
        (Side.HOSTING, ()),
    ]


def test_mail_reminds_of_the_days_on_the_day_the_chain_sets() -> None:
    chains = load_chains(None)
    asking = {ident: [step for step in chain.steps if step.while_open] for ident, chain in chains.items()}
    assert [[step.id for step in steps] for steps in asking.values()] == [[Purpose.FIX_DAYS.value]] * len(chains)
    policy = policy_from(yaml.safe_load((HOME / "policies.yaml").read_text(encoding="utf-8")))
    reminded = {kind: policy.open[kind] for chain in chains.values() for kind in chain.kinds}
    assert [
        (kind, step.id) for kind, days in reminded.items() for [step] in asking.values() if Lead(step.days) not in days
    ] == []


def test_the_law_speaks_of_conferences_only_and_says_where() -> None:
    by_law = {step.law for chain in load_chains(None).values() for step in chain.steps if step.basis is Basis.LAW}
    assert [(law.vi, law.en) for law in by_law if law] == [
        ("Quyết định 06/2020/QĐ-TTg, Điều 4", "Decision 06/2020/QĐ-TTg, article 4")
    ]
    asked = {step.id: step.condition for step in load_chains(None)["international-conference"].steps if step.condition}
    assert list(asked) == ["permission-prime-minister"]


def test_every_packaged_step_is_said_in_vietnamese_and_english() -> None:
    titles = [step.title for chain in load_chains(None).values() for step in chain.steps]
    assert [title for title in titles if not (title.vi and title.en)] == []


def test_only_the_conference_of_three_provinces_names_a_chain() -> None:
    named = {
        (line.strip(), path.stem)
        for path in sorted((HOME / "plans").glob("*.yaml"))
        for line in path.read_text(encoding="utf-8").splitlines()
        if line.strip().startswith("chain:")
    }
    assert {(line.partition("#")[0].strip(), plan) for line, plan in named} == {
        ("chain: international-conference", "quang-tri-laos-2020")
    }
    assert chain_problems(plan_files([]).files, None) == ()


def test_a_step_takes_its_edge_from_the_side_it_lies_on() -> None:
    text = HOSTING + (
        "    report: {title: {vi: Báo cáo}, after: 5, unit: working}\n"
        "    list: {title: {vi: Danh sách}, before: 5, edge: end, lead: front}\n"
        "    days: {title: {vi: Chốt ngày}, before: 90, while_open: true}\n"
        "    first: {title: {vi: Chốt ngày}, before: 90, while_open: true, edge: start}\n"
    )
    chains, problems = chains_from(SourceFile("chains.yaml", text), ("front",))
    assert problems == ()
    assert [(s.way, s.edge, s.unit, s.lead, s.while_open) for s in chains["hosting"].steps] == [
        (Way.BEFORE, Edge.START, Unit.CALENDAR, "lead", False),
        (Way.AFTER, Edge.END, Unit.WORKING, "lead", False),
        (Way.BEFORE, Edge.END, Unit.CALENDAR, "front", False),
        (Way.BEFORE, Edge.END, Unit.CALENDAR, "lead", True),
        (Way.BEFORE, Edge.START, Unit.CALENDAR, "lead", True),
    ]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", (1, 1, "", "the file holds no fields", "start from a packaged plan; see `luanphien schema`")),
        (
            HOSTING.replace("before: 30", "before: 30, after: 5"),
            (5, 5, "hosting.steps.permission", "a step is either before or after",
             "write `before:` or `after:` with a number of days"),
        ),
        (
            HOSTING.replace(", before: 30", ""),
            (5, 5, "hosting.steps.permission", "a step is either before or after",
             "write `before:` or `after:` with a number of days"),
        ),
        (
            HOSTING.replace("before: 30", "after: 30, while_open: true"),
            (5, 52, "hosting.steps.permission.while_open", "a step after the meeting cannot ask for its days",
             "write `before:`, or remove while_open"),
        ),
        (
            HOSTING.replace("before: 30", "before: 30, while_open: maybe"),
            (5, 53, "hosting.steps.permission.while_open", "while_open is neither true nor false",
             "write true or false"),
        ),
        (
            HOSTING.replace("before: 30", "before: 0"),
            (5, 41, "hosting.steps.permission.before", "before is too small", "give at least 1"),
        ),
        (
            HOSTING.replace("before: 30", "before: 30, lead: frnt"),
            (5, 53, "hosting.steps.permission.lead", "no organisation is called frnt", "did you mean front?"),
        ),
        (
            HOSTING.replace("side: hosting", "side: staying"),
            (2, 3, "hosting.side", "side is not one of the known words",
             "write one of: 'hosting', 'travelling', 'any'"),
        ),
        (
            HOSTING.replace("kinds: [exchange]", "adds_to: hostin"),
            (3, 3, "hosting.adds_to", "no preparation chain is called hostin",
             "use one that is there, or add it to the directory or the plan"),
        ),
        (
            HOSTING.replace("kinds: [exchange]", "adds_to: hosting"),
            (3, 3, "hosting.adds_to", "no preparation chain is called hosting",
             "use one that is there, or add it to the directory or the plan"),
        ),
        (
            HOSTING + f"away:\n  side: travelling\n  adds_to: hosting\n  steps:\n{STEP}",
            (8, 3, "away.adds_to", "the two chains are for different sides", "give both the same `side:`"),
        ),
        (
            HOSTING + f"a:\n  side: hosting\n  adds_to: hosting\n  steps:\n{STEP}"
            f"b:\n  side: hosting\n  adds_to: a\n  steps:\n{STEP}",
            (13, 3, "b.adds_to", "a is itself laid over another chain", "name one that stands by itself"),
        ),
        (
            "hosting:\n  side: hosting\n  steps: {}\n",
            (3, 3, "hosting.steps", "steps has too few items", "give at least 1"),
        ),
        (
            HOSTING.replace("before: 30", "befor: 30"),
            (5, 41, "hosting.steps.permission.befor", "the field befor is not known here",
             "remove it, or did you mean before?"),
        ),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_its_place_and_the_fix(text: str, told: tuple[int, int, str, str, str]) -> None:
    assert faults(text, "front") == [told]


PLAN = "plan: a\nobligations:\n  - id: hoi-nghi\n    chain: {named}\n  - id: viec\n"


def test_a_plan_must_name_a_chain_there_is() -> None:
    found = unknown_chains([SourceFile("a.yaml", PLAN.format(named="conferense"))], ("hosting", "conference"))
    [problem] = found
    assert (problem.line, problem.column, problem.field) == (4, 5, "obligations.0.chain")
    assert problem_json(problem, "vi")["message"] == "không có chuỗi chuẩn bị nào tên conferense"
    assert problem_json(problem, "en")["fix"] == "did you mean conference?"
    assert unknown_chains([SourceFile("a.yaml", PLAN.format(named="conference"))], ("conference",)) == ()


@pytest.mark.parametrize("text", ["", "- a\n", "plan: [", "obligations: 5\n", "obligations: [1, {chain: [x]}]\n"])
def test_a_plan_wrong_in_another_way_is_left_to_the_others(text: str) -> None:
    assert unknown_chains([SourceFile("a.yaml", text)], ()) == ()


def test_a_chain_file_that_cannot_be_used_names_each_fault(tmp_path: Path) -> None:
    path = tmp_path / "chains.yaml"
    with pytest.raises(ChainFileError, match=r"chains\.yaml"):
        load_chains(str(path))
    path.write_text(HOSTING.replace(", before: 30", ""), encoding="utf-8")
    with pytest.raises(ChainFileError, match=r"chains\.yaml:5: a step is either before or after"):
        load_chains(str(path))
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(ChainFileError, match="not UTF-8 text"):
        chain_file(str(path))
    with pytest.raises(ChainFileError, match="there is no such file"):
        chain_file(str(tmp_path))
    path.write_text(HOSTING, encoding="utf-8")
    assert list(load_chains(str(path))) == ["hosting"]
    problems = chain_problems([SourceFile("a.yaml", PLAN.format(named="international-conference"))], str(path))
    assert [problem.field for problem in problems] == ["obligations.0.chain"]
