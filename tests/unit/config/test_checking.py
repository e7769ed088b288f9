"""Plan files looked over some at a time: what is said of them is what is said of all together."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import nullcontext
from datetime import date

import pytest

from config import checking
from config.checking import libraries
from config.files import directory_files, plan_files
from config.planfile import Library, SourceFile, in_order, load
from config.simulation.nation import Sizes, directory, nation, plans
from config.world import World
from scheduler.errors import Problem
from scheduler.occurrence import Occurrence
from scheduler.plan import Plan
from scheduler.series import series_of
from scheduler.survey import Matter, Scene, Survey
from scheduler.workdays import DaysOff

SIZES = Sizes(provinces=2, pairs=12, years=3, first_year=2022)
LAND = nation(SIZES, 7)
PEOPLE, PAPERS = tuple(directory(LAND)), tuple(plans(LAND, SIZES, 7))

OWN_BODY = """
organisations:
  doan-moi: {party: nowhere, name: {vi: Đoàn mới}}
"""


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """A handful of files is many here."""
    monkeypatch.setattr(checking, "ALL_TOGETHER", 2)
    monkeypatch.setattr(checking, "TOGETHER", 3)


def taken(people: Iterable[SourceFile], papers: Iterable[SourceFile]) -> list[Library]:
    return list(libraries(tuple(people), tuple(papers), nullcontext(lambda _done, _whole: None)))


def sound(found: Iterable[Library]) -> list[Plan]:
    return sorted((plan for library in found for plan in library.plans), key=lambda plan: plan.id)


def wrong(found: Iterable[Library]) -> tuple[Problem, ...]:
    return in_order(problem for library in found for problem in library.problems)


@pytest.mark.parametrize(
    ("people", "papers"),
    [(PEOPLE, PAPERS), (directory_files(None).files, plan_files(()).files)],
    ids=["made-up", "real"],
)
def test_groups_give_the_plans_of_the_whole(people: tuple[SourceFile, ...], papers: tuple[SourceFile, ...]) -> None:
    found, whole = taken(people, papers), load(people, papers)
    assert (wrong(found), sound(found)) == (whole.problems, sound([whole]))
    assert all(library.directory == whole.directory for library in found)


def test_there_are_several_groups_and_every_plan_is_in_one() -> None:
    found = taken(PEOPLE, PAPERS)
    assert len(found) > 3
    assert len(sound(found)) == len({plan.id for plan in sound(found)}) == len(PAPERS)


def test_what_is_wrong_between_files_is_found() -> None:
    twice = (*PAPERS, SourceFile("plans/lại.yaml", PAPERS[4].text), SourceFile("plans/hỏng.yaml", "plan: [\n"))
    found, whole = wrong(taken(PEOPLE, twice)), load(PEOPLE, twice).problems
    assert found == whole
    assert {problem.file for problem in found} >= {"plans/lại.yaml", "plans/hỏng.yaml"}


def test_what_plans_add_to_the_directory_is_looked_at() -> None:
    added = (*PAPERS[1:], SourceFile("plans/thêm.yaml", PAPERS[0].text + OWN_BODY))
    assert wrong(taken(PEOPLE, added)) == load(PEOPLE, added).problems != ()


def test_obligations_tied_by_a_decision_are_in_one_group() -> None:
    first, last = (f"{unit.pairs[0].id}-exchange" for unit in (LAND[0].units[0], LAND[-1].units[-1]))
    watching = nullcontext(lambda _done, _whole: None)
    found = list(libraries(PEOPLE, PAPERS, watching, [(first, last, "no-such-duty")]))
    holding = [{duty.id for plan in library.plans for duty in plan.obligations} & {first, last} for library in found]
    assert [both for both in holding if both] == [{first, last}]


def looked_into(found: Iterable[Library]) -> list[str]:
    """What a survey of these libraries finds, one after another."""
    day, horizon = date(2022, 6, 1), date(2027, 12, 31)
    whole = Survey(day)
    for library in found:
        world = World(library, DaysOff(), "", (), series_of(library.plans), horizon)
        cache: dict[str, tuple[Occurrence, ...]] = {}
        occurrences = tuple(one for ident in world.series for one in world.occurrences(ident, cache))
        whole.take(Scene(library.plans, occurrences, library.directory, DaysOff(), day))
    findings = list(whole.findings())
    order = [finding.code for finding in findings]
    assert order == sorted(order, key=list(Matter).index)
    return list(map(repr, findings))


def test_group_by_group_the_same_is_found_as_in_all_together() -> None:
    found = looked_into(taken(PEOPLE, PAPERS))
    assert found == looked_into([load(PEOPLE, PAPERS)])
    assert {code for code in Matter if any(f"Matter.{code.name}" in line for line in found)} >= {
        Matter.OVERLOAD, Matter.CLASH, Matter.DAY_OFF, Matter.HEAVY_YEAR, Matter.RECIPROCITY
    }  # fmt: skip
