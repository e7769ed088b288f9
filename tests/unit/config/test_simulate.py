"""A made-up country: the same again, sound, of the sizes asked for; and it never mixes with a real one."""

from __future__ import annotations

import json
import re
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from config.contactfile import contacts_from
from config.files import holiday_file
from config.planfile import SourceFile, load
from config.screens import MOST_CHANGES
from config.settle import SHOWN
from config.simulation.land import ABROAD, PROVINCES
from config.simulation.nation import WEIGHTS, Sizes, directory, nation, people, plans
from config.simulation.papers import MARK
from config.world import read_world
from scheduler.plan import Kind
from tests.unit.config.test_cli import Run, run, synced

__all__ = ["run", "synced"]

SMALL = Sizes(provinces=3, pairs=24, years=10, first_year=2022)

A_PAIR = range(80, 125)
"""Occurrences that a pair brings in ten years."""

A_PROVINCE = range(90, 130)
"""Occurrences of a province's own plan with one partner, in ten years."""

sizes = st.builds(
    Sizes, st.integers(1, len(PROVINCES)), st.integers(1, 60), st.integers(1, 12), st.integers(2010, 2026)
)


def files(sizes: Sizes, seed: int) -> list[SourceFile]:
    """Everything that is made."""
    land = nation(sizes, seed)
    return [*directory(land), *plans(land, sizes, seed), *people(land, seed)]


@settings(max_examples=15)
@given(sizes, st.integers(0, 2**31))
def test_the_same_sizes_and_seed_give_the_same_bytes(sizes: Sizes, seed: int) -> None:
    assert files(sizes, seed) == files(sizes, seed)
    assert files(sizes, seed) != files(sizes, seed + 1)


@settings(max_examples=15)
@given(sizes, st.integers(0, 99))
def test_everything_made_is_sound_and_as_much_as_asked_for(sizes: Sizes, seed: int) -> None:
    land = nation(sizes, seed)
    found = load(tuple(directory(land)), tuple(plans(land, sizes, seed)))
    assert found.problems == ()
    assert sum(len(unit.pairs) for frontier in land for unit in frontier.units) == sizes.pairs
    assert len({frontier.province for frontier in land}) == sizes.provinces
    assert all(plan.id.startswith(MARK) for plan in found.plans)
    for file in people(land, seed):
        contacts, problems = contacts_from(file, found.directory)
        assert problems == ()
        official = {body.mail for body in found.directory.organisations.values()}
        assert {contact.address for contact in contacts} <= official


@pytest.mark.parametrize("pairs", [24, 96])
def test_occurrences_are_as_many_as_promised(pairs: int) -> None:
    size = Sizes(SMALL.provinces, pairs, SMALL.years, SMALL.first_year)
    land = nation(size, 3)
    world = read_world(
        tuple(directory(land)), tuple(plans(land, size, 3)), holiday_file(), date(size.last_year, 12, 31), {}
    )
    kinds: Counter[Kind] = Counter()
    provinces = 0
    for ident in world.series:
        for occurrence in world.occurrences(ident, {}):
            kinds[occurrence.kind] += 1
            provinces += occurrence.owner.startswith("so-ngoai-vu-")
    assert provinces // len(land) in A_PROVINCE
    assert (kinds.total() - provinces) // pairs in A_PAIR
    assert set(kinds) == set(Kind)


def test_the_country_is_the_one_of_2025() -> None:
    assert (len(PROVINCES), sum(province.border for province in PROVINCES)) == (34, 22)
    assert {partner for province in PROVINCES for partner in province.partners} == set(ABROAD)
    assert len({province.id for province in PROVINCES} | set(ABROAD)) == len(PROVINCES) + len(ABROAD)
    assert WEIGHTS[True] > WEIGHTS[False]


def test_names_are_given_in_vietnamese_and_english() -> None:
    titles = [
        item["title"] for file in plans(nation(SMALL, 1), SMALL, 1) for item in yaml.safe_load(file.text)["obligations"]
    ]
    assert all(set(title) == {"vi", "en"} for title in titles)


COMMAND = ("simulate", "--provinces", "2", "--pairs", "6", "--years", "2", "--first-year", "2020", "--json")


def test_the_command_stores_it_and_writes_its_files(run: Run, tmp_path: Path) -> None:
    code, printed, _ = run(*COMMAND, "--out", "land")
    first = json.loads(printed)
    assert (code, first["pairs"], first["stored"], first["changes"] > 0) == (0, 6, True, True)
    written = {path: path.read_bytes() for path in (tmp_path / "land").rglob("*.yaml")}
    again = json.loads(run(*COMMAND, "--out", "land")[1])
    assert again == first | {"changes": 0}
    assert {path: path.read_bytes() for path in (tmp_path / "land").rglob("*.yaml")} == written
    where = {"plans": "land/plans", "directory": "land/directory"}
    assert run("check", "--json", **where)[0] == 0
    synced_again = json.loads(run("sync", "--json", **where)[1])
    assert (synced_again["errors"], synced_again["count"], synced_again["left_alone"]) == ([], 0, [])
    assert len(json.loads(run("contacts", "list", "--json", **where)[1])) == first["people"]


def test_another_country_takes_the_place_of_the_first(run: Run) -> None:
    run(*COMMAND)
    answer = json.loads(run(*COMMAND, "--seed", "2")[1])
    where = {row["plan"] for row in json.loads(run("list", "--json")[1]) if row["status"] != "cancelled"}
    assert answer["changes"] > 0
    assert len(where) <= answer["plans"]


def test_a_first_sync_of_many_plans_sums_up(run: Run) -> None:
    run("simulate", "--provinces", "2", "--pairs", "90", "--years", "1", "--out", "land", "--no-sync")
    where = {"plans": "land/plans", "directory": "land/directory", "lang": "en"}
    changes = json.loads(run("sync", "--preview", "--json", **where)[1])
    assert len(changes["changes"]) == changes["count"] > SHOWN
    printed = run("sync", **where)[1].splitlines()
    assert printed[0] == f"Added {changes['count']}, moved 0, changed 0, cancelled 0"
    by_plan = [int(line.rpartition(": ")[2].removesuffix(" new")) for line in printed[1:-1]]
    rest = re.fullmatch(r"… and (\d+) more plans with (\d+) new", printed[-1])
    assert rest is not None
    assert (len(by_plan), sum(by_plan) + int(rest[2])) == (MOST_CHANGES, changes["count"])


def test_it_never_mixes_with_real_plans(run: Run, synced: Path) -> None:
    code, printed, said = run(*COMMAND, folder=synced, lang="en")
    assert (code, printed) == (1, "")
    assert said.startswith("✗ the store holds plans that are not made up: an-giang-front-2020, ")
    assert run(*COMMAND, "--out", "land", "--no-sync", folder=synced)[0] == 0


def test_wrong_usage_is_said(run: Run, tmp_path: Path) -> None:
    assert run("simulate", "--no-sync", lang="en")[0] == 2
    assert run("simulate", "--first-year", "2999")[0] == 2
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "thư.txt").touch()
    code, _, said = run(*COMMAND, "--out", "other", "--no-sync", lang="en")
    assert (code, said.partition(" →")[0]) == (1, "✗ the folder other holds something else")
    assert [path.name for path in (tmp_path / "other").iterdir()] == ["thư.txt"]
