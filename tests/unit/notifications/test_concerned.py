"""Whose duties may be told to an address: through people, offices, groups and those who came before."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from notifications.concerned import Concerned, concerned
from notifications.contacts import Contact, Rank, Roster
from scheduler.plan import Directory, Kind, Organisation, Text
from scheduler.preparation import ChainStep, Side, Template
from tests.unit.notifications.samples import PARTIES, almanac, shelf

ENDED = date(2021, 6, 30)


def body(ident: str, party: str = "quang-tri", mail: str | None = None, **fields: Any) -> Organisation:
    return Organisation(ident, Text(ident), party, mail, **fields)


BODIES = (
    body("front", mail="Front@x.example"),
    body("youth", until=ENDED, successor="women"),
    body("women", until=ENDED, successor="front"),
    body("all", members=("youth", "other")),
    body("everyone", members=("all",)),
    body("other", mail="other@x.example"),
    body("theirs", party="salavan"),
)


def person(ident: str, organisation: str, address: str) -> Contact:
    return Contact(id=ident, name=ident, organisation=organisation, rank=Rank.SPECIALIST, address=address, lang="vi")


PEOPLE = {"lan": person("lan", "women", "lan@x.example"), "kham": person("kham", "theirs", "KHAM@x.example")}


def step(lead: str) -> Template:
    return Template("t", Side.ANY, (Kind.TALKS,), (ChainStep(id="s", title=Text("s"), days=3, lead=lead),))


@pytest.mark.parametrize(
    ("address", "bodies", "parties"),
    [
        ("front@X.example", {"front", "women", "youth", "all", "everyone"}, set()),
        ("other@x.example", {"other", "all", "everyone"}, set()),
        ("LAN@x.example", {"front", "women", "youth", "all", "everyone"}, {"quang-tri"}),
        ("kham@x.example", {"theirs"}, {"salavan"}),
        ("nobody@x.example", set(), set()),
    ],
)
def test_who_brings_mail_to_an_address(address: str, bodies: set[str], parties: set[str]) -> None:
    office = almanac(Directory(parties=PARTIES, organisations=shelf(*BODIES)), roster=Roster(PEOPLE))
    expected = Concerned(frozenset(bodies), frozenset(parties))
    assert concerned(address, office) == expected
    for lead, anybody in (("lead", False), ("owner", False), *((one.id, one.id in bodies) for one in BODIES)):
        chained = replace(office, chains={"t": step(lead)})
        assert concerned(address, chained) == replace(expected, all=anybody)


def test_a_person_of_a_body_that_nobody_knows() -> None:
    office = almanac(Directory(), roster=Roster({"lan": PEOPLE["lan"]}))
    assert concerned("lan@x.example", office) == Concerned(frozenset(), frozenset())
