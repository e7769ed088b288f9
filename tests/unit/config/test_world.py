"""The digest of an obligation changes with everything its occurrences depend on, and with nothing else."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from config.planfile import SourceFile
from config.world import World, read_world
from scheduler.amendment import Amendment, Decision, Verb
from scheduler.plan import Gap

PEOPLE = """
parties:
  quang-tri: {country: VN, name: {vi: Quảng Trị}}
  salavan: {country: LA, name: {vi: Salavan}}
organisations:
  mttq: {party: quang-tri, name: {vi: MTTQ}}
  so-moi: {party: quang-tri, name: {vi: Sở Mới}}
  so-cu: {party: quang-tri, name: {vi: Sở Cũ}}
"""
PLAN = """plan: mat-tran
owner: mttq
period: giai đoạn 2020 - 2022
document: {issuer: mttq, title: {vi: Kế hoạch}}
obligations:
  - id: mot-lan
    clauses: [II.1]
    kind: task
    title: {vi: Việc một lần}
    rule: {type: once, when: 2021-06-06}
    lead: [so-cu]
    partners: [salavan]
  - id: viec-khac
    clauses: [II.2]
    kind: task
    title: {vi: Việc khác}
    rule: {type: once, when: 2021-06-06}
    lead: [mttq]
"""
HOLIDAYS = "VN:\n  off:\n    2021-06-07: {vi: Nghỉ}\n"
ENDED = PEOPLE.replace("{vi: Sở Cũ}}", "{vi: Sở Cũ}, until: 2025-02-19}")
HANDED_ON = ENDED.replace("until: 2025-02-19}", "until: 2025-02-19, successor: so-moi}")
AND_ON = HANDED_ON.replace("{vi: Sở Mới}}", "{vi: Sở Mới}, until: 2025-06-30}")


def read(people: str = PEOPLE, plan: str = PLAN, holidays: str = "", lead: str | None = None) -> World:
    """The world of these texts; `lead`: who a decision set as leading the other duty."""
    decision = Decision(verb=Verb.SET, obligation="viec-khac", gap=Gap.LEAD, value=lead)
    amendments = {"viec-khac": (Amendment(1, datetime(2021, 9, 1, tzinfo=UTC), "lan", "", decision),)} if lead else {}
    world = read_world(
        [SourceFile("people.yaml", people)],
        [SourceFile("plan.yaml", plan)],
        SourceFile("holidays.yaml", holidays),
        date(2026, 12, 31),
        amendments,
    )
    assert world.problems == ()
    return world


def digests(world: World) -> tuple[str, str]:
    """The digests of the two duties."""
    return world.digest("mot-lan", {}), world.digest("viec-khac", {})


def test_the_same_texts_give_the_same_digest() -> None:
    assert digests(read()) == digests(read())


@pytest.mark.parametrize(("before", "after"), [(PEOPLE, ENDED), (ENDED, HANDED_ON), (HANDED_ON, AND_ON)])
def test_the_end_and_the_successor_of_a_body_change_the_duties_it_leads_and_no_other(before: str, after: str) -> None:
    (led, other), (led_after, other_after) = digests(read(before)), digests(read(after))
    assert led != led_after
    assert other == other_after


def test_they_change_a_duty_whose_lead_was_set_by_a_decision() -> None:
    open_ = PLAN.replace("    lead: [mttq]\n", "    to_set: [lead]\n")
    before, after = (read(people, open_, lead="so-cu") for people in (ENDED, HANDED_ON))
    assert digests(before)[1] != digests(after)[1]


def test_days_off_change_only_a_duty_whose_day_moves() -> None:
    moving = PLAN.replace("    partners: [salavan]\n", "    partners: [salavan]\n    days_off: later\n")
    (kept, _), (kept_after, _) = digests(read()), digests(read(holidays=HOLIDAYS))
    (moved, other), (moved_after, other_after) = (
        digests(read(plan=moving)),
        digests(read(plan=moving, holidays=HOLIDAYS)),
    )
    assert kept == kept_after
    assert moved != moved_after
    assert other == other_after
    days = [read(plan=moving, holidays=text).occurrences("mot-lan", {})[0].window.start for text in ("", HOLIDAYS)]
    assert days == [date(2021, 6, 7), date(2021, 6, 8)]


def test_the_country_of_a_partner_counts() -> None:
    thai = PEOPLE.replace("salavan: {country: LA", "salavan: {country: TH")
    assert digests(read())[0] != digests(read(thai))[0]
    assert digests(read())[1] == digests(read(thai))[1]
