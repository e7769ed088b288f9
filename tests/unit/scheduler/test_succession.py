"""Duties pass to whoever took a body over, and none is lost on the way."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.plan import Directory, Gap, Kind, Organisation, Text
from scheduler.rules import Leg, Once, Rotation, Yearly
from scheduler.succession import Bodies, Heir, handed_on, heir_of, lineage
from tests.unit.scheduler.samples import DIRECTORY, duty, expanded, plan, years

LAST = date(2025, 2, 19)
AFTER = LAST + timedelta(days=1)


def body(ident: str, until: date | None = None, successor: str | None = None) -> Organisation:
    """A body of Quảng Trị."""
    return Organisation(ident, Text(ident), "quang-tri", until=until, successor=successor)


def people(*bodies: Organisation) -> Directory:
    """The sample directory with these bodies."""
    shelf = {**DIRECTORY.organisations, **{one.id: one for one in bodies}}
    return replace(DIRECTORY, organisations=MappingProxyType(shelf))


MERGED = people(
    body("planning", LAST, "finance"),
    body("finance"),
    body("transport", LAST, "works"),
    body("works", date(2025, 6, 30), "construction"),
    body("construction"),
    body("district", date(2025, 6, 30)),
    body("early", LAST, "district"),
    body("ring-a", LAST, "ring-b"),
    body("ring-b", LAST, "ring-a"),
    body("self", LAST, "self"),
    body("to-nobody", LAST, "unheard-of"),
)


@pytest.mark.parametrize(
    ("ident", "day", "heir"),
    [
        ("planning", LAST, Heir("planning", known=True)),
        ("planning", AFTER, Heir("finance", known=True)),
        ("finance", AFTER, Heir("finance", known=True)),
        ("transport", AFTER, Heir("works", known=True)),
        ("transport", date(2025, 7, 1), Heir("construction", known=True)),
        ("district", date(2025, 6, 30), Heir("district", known=True)),
        ("district", date(2025, 7, 1), Heir("district", known=False)),
        ("early", date(2025, 7, 1), Heir("district", known=False)),
        ("ring-a", AFTER, Heir("ring-b", known=False)),
        ("ring-b", AFTER, Heir("ring-a", known=False)),
        ("self", AFTER, Heir("self", known=False)),
        ("to-nobody", AFTER, Heir("unheard-of", known=True)),
        ("unheard-of", AFTER, Heir("unheard-of", known=True)),
    ],
)
def test_who_has_a_bodys_duties_on_a_day(ident: str, day: date, heir: Heir) -> None:
    assert heir_of(ident, day, MERGED) == heir


@pytest.mark.parametrize(
    ("leads", "coordinating", "day", "bodies"),
    [
        (("planning",), ("district",), LAST, Bodies(("planning",), ("district",), known=True)),
        (("planning", "finance"), (), AFTER, Bodies(("finance",), (), known=True)),
        (("planning",), ("finance", "transport"), AFTER, Bodies(("finance",), ("works",), known=True)),
        (("finance",), ("planning", "district"), AFTER, Bodies(("finance",), ("district",), known=True)),
        (("finance",), ("finance",), AFTER, Bodies(("finance",), ("finance",), known=True)),
        (("finance",), ("early",), date(2026, 1, 1), Bodies(("finance",), ("district",), known=False)),
        (("planning",), (), None, Bodies(("planning",), (), known=True)),
    ],
)
def test_leads_and_coordinating_bodies_each_once(
    leads: tuple[str, ...], coordinating: tuple[str, ...], day: date | None, bodies: Bodies
) -> None:
    assert handed_on(leads, coordinating, day, MERGED) == bodies


def test_what_heirs_depend_on_is_the_whole_line() -> None:
    assert lineage(("transport", "ring-a", "unheard-of"), MERGED) == (
        ("transport", LAST, "works"),
        ("ring-a", LAST, "ring-b"),
        ("works", date(2025, 6, 30), "construction"),
        ("ring-b", LAST, "ring-a"),
        ("construction", None, None),
    )


def test_occurrences_after_a_merger_are_led_by_the_successor() -> None:
    talks = duty(
        Rotation(1, (Leg("savannakhet", 2024, ("quang-tri", "savannakhet")),)),
        Kind.TALKS,
        leads=("planning",),
        coordinating=("transport",),
    )
    found = {o.cycle: (o.leads, o.coordinating, o.to_set) for o in expanded(plan(talks), directory=MERGED)}
    assert found == {
        "2024": (("planning",), ("transport",), ()),
        "2025": (("planning",), ("transport",), ()),
        "2026": (("finance",), ("construction",), ()),
    }


def test_where_nobody_is_known_to_have_taken_over_it_is_to_set() -> None:
    yearly = duty(Yearly(), Kind.TASK, leads=("district",), to_set=(Gap.PLACE,))
    once = duty(Once("2025-07-01"), Kind.EVENT, "mot-lan", leads=("district",), to_set=(Gap.SUCCESSOR,))
    made = expanded(plan(yearly, once, period=years(2024, 2026)), directory=MERGED)
    assert {o.key: (o.leads, o.to_set) for o in made} == {
        "doan.2024": (("district",), (Gap.PLACE,)),
        "doan.2025": (("district",), (Gap.PLACE,)),
        "doan.2026": (("district",), (Gap.PLACE, Gap.SUCCESSOR)),
        "mot-lan.once": (("district",), (Gap.SUCCESSOR,)),
    }


NAMES = st.sampled_from([f"body-{n}" for n in range(6)])
DAYS = st.dates(date(2024, 1, 1), date(2026, 12, 31))


@st.composite
def directories(draw: st.DrawFn) -> Directory:
    """Six bodies with any last days and successors, circles among them."""
    return people(*(body(f"body-{n}", draw(st.none() | DAYS), draw(st.none() | NAMES)) for n in range(6)))


@given(directories(), st.lists(NAMES, unique=True), st.lists(NAMES, unique=True), DAYS)
def test_no_duty_is_ever_lost(directory: Directory, leads: list[str], coordinating: list[str], day: date) -> None:
    bodies = handed_on(tuple(leads), tuple(coordinating), day, directory)
    heirs = [heir_of(ident, day, directory) for ident in leads]
    beside = [heir_of(ident, day, directory) for ident in coordinating]
    assert set(bodies.leads) == {heir.organisation for heir in heirs}
    assert {heir.organisation for heir in beside} <= {*bodies.leads, *bodies.coordinating}
    assert len(set(bodies.leads)) == len(bodies.leads)
    assert len(set(bodies.coordinating)) == len(bodies.coordinating)
    assert bodies.known == all(heir.known for heir in (*heirs, *beside))


@given(directories(), NAMES, DAYS)
def test_an_heir_lives_or_is_said_to_be_open(directory: Directory, ident: str, day: date) -> None:
    heir = heir_of(ident, day, directory)
    until = directory.organisations[heir.organisation].until
    assert heir.known == (until is None or until >= day)
    assert not heir.known or heir_of(heir.organisation, day, directory) == heir
