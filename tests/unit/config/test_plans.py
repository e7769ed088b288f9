"""The five packaged plans say what the register of the documents says, no more and no less."""

from __future__ import annotations

import csv
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from config.files import HOME, directory_files, holiday_file, plan_files
from config.guard import read_yaml
from config.planmodel import PlanModel
from config.world import World, read_world
from notifications.audience import audience_of, recipients
from notifications.contacts import NOBODY
from notifications.policy import Role
from scheduler.occurrence import Occurrence, Status
from scheduler.plan import MEETINGS, Gap, Kind, Obligation, Plan, Rest
from scheduler.succession import Bodies, handed_on
from scheduler.survey import Matter, Scene, survey
from scheduler.window import Window

HORIZON = date(2026, 12, 31)
REGISTER = Path(__file__).parents[2] / "data" / "register.tsv"
"""One line per duty of the documents: windows as FIRST/LAST while in force (`..` is open), `-` for nothing."""

Row = dict[str, str]


@pytest.fixture(scope="module")
def world() -> World:
    return read_world(directory_files(None).files, plan_files([]).files, holiday_file(), HORIZON, {})


@pytest.fixture(scope="module")
def register() -> list[Row]:
    with REGISTER.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))


@pytest.fixture(scope="module")
def occurrences(world: World) -> list[Occurrence]:
    cache: dict[str, tuple[Occurrence, ...]] = {}
    return [occurrence for ident in world.series for occurrence in world.occurrences(ident, cache)]


def duties(world: World) -> Iterator[tuple[str, Plan, Obligation]]:
    """Every clause of every plan as the register writes it, with the obligation that lists it."""
    for plan in world.library.plans:
        for obligation in plan.obligations:
            stated = [clause for item in obligation.stated for clause in item.clauses]
            for clause in (*obligation.clauses, *stated):
                yield f"{plan.id}/{clause}", plan, obligation


def written(window: Window) -> str:
    """FIRST/LAST as the register writes it."""
    return "/".join(".." if day is None else day.isoformat() for day in (window.start, window.last))


def test_the_packaged_files_hold_no_problem(world: World) -> None:
    assert world.problems == ()


def test_every_file_bears_the_name_of_its_plan() -> None:
    names = {}
    for path in sorted((HOME / "plans").glob("*.yaml")):
        marked, problems = read_yaml(path.read_text(encoding="utf-8"), path.name)
        assert problems == []
        names[path.stem] = PlanModel.model_validate(marked.data).plan
    assert names == {
        "an-giang-front-2020": "an-giang-front-2020",
        "ha-tinh-khammouane-front-2022": "ha-tinh-khammouane-front-2022",
        "ha-tinh-twinning-2013": "ha-tinh-twinning-2013",
        "quang-tri-front-2020": "quang-tri-front-2020",
        "quang-tri-laos-2020": "quang-tri-laos-2020",
    }


def test_every_entry_of_the_register_stands_once_under_its_clause_with_its_kind(
    world: World, register: list[Row]
) -> None:
    found = sorted((ref, obligation.kind.value) for ref, _, obligation in duties(world))
    assert found == sorted((row["ref"], row["kind"]) for row in register)
    assert len(found) == 127


def test_days_are_those_of_the_register(register: list[Row], occurrences: list[Occurrence]) -> None:
    found: dict[str, set[str]] = {}
    for occurrence in occurrences:
        if occurrence.status is not Status.PROJECTED:
            for clause in occurrence.clauses:
                found.setdefault(f"{occurrence.plan}/{clause}", set()).add(written(occurrence.window))
    assert found == {row["ref"]: set(row["windows"].split(";")) for row in register}


def test_what_is_inferred_is_marked_assumed(world: World, register: list[Row]) -> None:
    found = {ref: "yes" if obligation.assumed else "no" for ref, _, obligation in duties(world)}
    assert found == {row["ref"]: row["assumed"] for row in register}


def test_what_the_text_leaves_open_is_to_set(world: World, register: list[Row]) -> None:
    found = {ref: " ".join(gap.value for gap in obligation.to_set) or "-" for ref, _, obligation in duties(world)}
    assert found == {row["ref"]: row["to_set"] for row in register}


def test_history_that_a_source_reports_is_held(register: list[Row], occurrences: list[Occurrence]) -> None:
    found = {
        f"{occurrence.plan}/{clause}": (occurrence.window.last, occurrence.place)
        for occurrence in occurrences
        if occurrence.status is Status.HELD
        for clause in occurrence.clauses
    }
    told = {row["ref"]: (date.fromisoformat(row["held"]), "ha-tinh") for row in register if row["held"] != "-"}
    assert found == told


def test_hosts_are_those_the_documents_name(occurrences: list[Occurrence]) -> None:
    found = {o.key: (o.host, o.travels, o.status.value) for o in occurrences if o.kind is Kind.EXCHANGE and o.host}
    assert found == {
        "qt-front-exchange.savannakhet.2019": ("savannakhet", ("quang-tri",), "tentative"),
        "qt-front-exchange.savannakhet.2021": ("quang-tri", ("savannakhet",), "tentative"),
        "qt-front-exchange.savannakhet.2023": ("savannakhet", ("quang-tri",), "projected"),
        "qt-front-exchange.savannakhet.2025": ("quang-tri", ("savannakhet",), "projected"),
        "qt-front-exchange.salavan.2019": ("quang-tri", ("salavan",), "tentative"),
        "qt-front-exchange.salavan.2021": ("salavan", ("quang-tri",), "tentative"),
        "qt-front-exchange.salavan.2023": ("quang-tri", ("salavan",), "projected"),
        "qt-front-exchange.salavan.2025": ("salavan", ("quang-tri",), "projected"),
        "ha-tinh-khammouane-front-exchange.2022": ("ha-tinh", ("khammouane",), "held"),
        "ha-tinh-khammouane-front-exchange.2024": ("khammouane", ("ha-tinh",), "tentative"),
        "ha-tinh-khammouane-front-exchange.2026": ("ha-tinh", ("khammouane",), "projected"),
    }


def test_every_meeting_without_a_host_says_so(occurrences: list[Occurrence]) -> None:
    silent = [o.key for o in occurrences if o.kind in MEETINGS and o.host is None and not o.to_set]
    assert silent == []


def test_ids_are_unique_and_free_of_the_plans_names(world: World) -> None:
    ids = [obligation.id for plan in world.library.plans for obligation in plan.obligations]
    assert len(ids) == len(set(ids))
    assert [ident for ident in ids for plan in world.library.plans if plan.id in ident] == []


def test_every_duty_has_a_title_in_english(world: World) -> None:
    assert [o.id for plan in world.library.plans for o in plan.obligations if not o.title.en] == []


def test_every_owner_can_be_written_to(world: World) -> None:
    people = world.directory.organisations
    assert {plan.owner: people[plan.owner].mail for plan in world.library.plans} == {
        "mttq-quang-tri": "mttq@quang-tri.example",
        "mttq-an-giang": "mttq@an-giang.example",
        "mttq-ha-tinh": "mttq@ha-tinh.example",
        "bo-chi-huy-bdbp-ha-tinh": "bdbp@ha-tinh.example",
        "so-ngoai-vu-quang-tri": "songoaivu@quang-tri.example",
    }


def test_every_address_is_a_sample(world: World) -> None:
    mails = [body.mail for body in world.directory.organisations.values() if body.mail]
    assert [mail for mail in mails if not mail.endswith(".example")] == []
    assert len(mails) == len(set(mails))


@pytest.mark.parametrize(("lang", "script"), [("lo", "LAO"), ("km", "KHMER"), ("th", "THAI")])
def test_names_of_parties_and_places_keep_to_one_script(world: World, lang: str, script: str) -> None:
    shelves = (*world.directory.parties.values(), *world.directory.places.values())
    names = {item.id: getattr(item.name, lang) or "" for item in shelves}
    strange = {ident for ident, name in names.items() if name and not all(written_in(script, char) for char in name)}
    assert strange == set()
    parties = {ident for ident in world.directory.parties if not names[ident]}
    assert parties == set()


def written_in(script: str, char: str) -> bool:
    return char == " " or unicodedata.name(char).startswith(script)


def test_every_name_stands_in_vietnamese_and_english(world: World) -> None:
    shelves = (*world.directory.parties.values(), *world.directory.places.values())
    bodies = world.directory.organisations.values()
    assert [item.id for item in (*shelves, *bodies) if not (item.name.vi and item.name.en)] == []


def test_the_parties_are_those_of_the_contract(world: World) -> None:
    assert sorted(world.directory.parties) == [
        "an-giang", "bolikhamxay", "cambodia", "ha-tinh", "kampong-speu", "kandal", "khammouane", "laos", "mukdahan",
        "quang-tri", "salavan", "savannakhet", "sekong", "takeo", "ubon-ratchathani", "viet-nam",
    ]  # fmt: skip


def test_the_mergers_of_2025_hand_duties_over(world: World) -> None:
    merged = {
        body.id: (body.until, body.successor) for body in world.directory.organisations.values() if body.successor
    }
    day = date(2025, 2, 19)
    assert merged == {
        "so-ke-hoach-dau-tu-quang-tri": (day, "so-tai-chinh-quang-tri"),
        "so-giao-thong-van-tai-quang-tri": (day, "so-xay-dung-quang-tri"),
        "so-nong-nghiep-phat-trien-nong-thon-quang-tri": (day, "so-nong-nghiep-moi-truong-quang-tri"),
        "so-tai-nguyen-moi-truong-quang-tri": (day, "so-nong-nghiep-moi-truong-quang-tri"),
        "so-thong-tin-truyen-thong-quang-tri": (day, "so-khoa-hoc-cong-nghe-quang-tri"),
        "so-lao-dong-thuong-binh-xa-hoi-quang-tri": (day, "so-noi-vu-quang-tri"),
    }


def test_members_of_a_collective_belong_to_its_party(world: World) -> None:
    people = world.directory.organisations
    strange = [member for body in people.values() for member in body.members if people[member].party != body.party]
    assert strange == []


def test_occurrences_after_the_mergers_name_bodies_that_live_or_say_that_it_is_to_set(
    world: World, occurrences: list[Occurrence]
) -> None:
    open_ = {}
    for occurrence in occurrences:
        start, people = occurrence.window.start, world.directory.organisations
        bodies = [people[ident] for ident in (*occurrence.leads, *occurrence.coordinating)]
        ended = [body.id for body in bodies if body.until and start and body.until < start]
        if ended or Gap.SUCCESSOR in occurrence.to_set:
            open_[occurrence.key] = (ended, occurrence.to_set)
    guard, to_set = "bo-chi-huy-bdbp-quang-tri", (Gap.FIRST_HOST, Gap.SUCCESSOR)
    assert open_ == {
        "qt-border-talks-salavan.2026": ([guard, "ubnd-huyen-dakrong-quang-tri"], to_set),
        "qt-border-talks-savannakhet.2026": ([guard, "ubnd-huyen-huong-hoa-quang-tri"], to_set),
    }


REORGANISED = ("ban-tuyen-giao-tinh-uy-quang-tri", "bo-chi-huy-bdbp-quang-tri", "cuc-hai-quan-quang-tri")
"""Bodies of which only the year of their reorganisation is known."""


@pytest.mark.parametrize("ident", REORGANISED)
def test_from_2026_on_it_is_asked_who_took_over_and_the_owner_is_told(world: World, ident: str) -> None:
    new_year = date(2026, 1, 1)
    assert handed_on((ident,), (), date(2025, 12, 31), world.directory) == Bodies((ident,), (), known=True)
    assert handed_on((ident,), (), new_year, world.directory) == Bodies((ident,), (), known=False)
    [talks] = [o for o in world.occurrences("qt-border-talks-salavan", {}) if o.cycle == "2026"]
    led = replace(talks, leads=(ident,), coordinating=())
    readers = recipients(audience_of(led, (Role.LEAD,)), world.directory, NOBODY, new_year)
    assert [(reader.organisation, reader.address) for reader in readers] == [
        ("so-ngoai-vu-quang-tri", "songoaivu@quang-tri.example")
    ]


def test_the_deep_check_lists_who_took_over_among_what_is_to_set(world: World, occurrences: list[Occurrence]) -> None:
    scene = Scene(world.library.plans, tuple(occurrences), world.directory, world.days_off, date(2026, 1, 1))
    found = {
        finding.fields["obligation"]: finding.fields["gaps"]
        for finding in survey(scene)
        if finding.code is Matter.TO_SET and Gap.SUCCESSOR in finding.fields["gaps"]
    }
    assert found == {
        "qt-border-talks-salavan": (Gap.FIRST_HOST, Gap.SUCCESSOR),
        "qt-border-talks-savannakhet": (Gap.FIRST_HOST, Gap.SUCCESSOR),
    }


def test_only_the_conference_of_three_provinces_has_a_chain_of_its_own(world: World) -> None:
    named = {obligation.id: obligation.chain for _, _, obligation in duties(world) if obligation.chain}
    assert named == {"qt-three-province-conference": "international-conference"}


def test_stated_days_of_the_documents_never_move(world: World) -> None:
    assert {obligation.days_off for _, _, obligation in duties(world)} == {Rest.KEEP}
