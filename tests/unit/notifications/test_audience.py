from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from notifications.audience import Recipient, recipients
from notifications.policy import Role
from scheduler.plan import Directory
from tests.unit.notifications.samples import AFFAIRS, EXCHANGE, FRONT, LAO_FRONT, PARTIES, office, shelf

DAY = date(2025, 3, 3)
LEADS = (Role.LEAD,)
BOTH = (Role.LEAD, Role.COORDINATING)

OFFICES = shelf(
    FRONT,
    AFFAIRS,
    LAO_FRONT,
    office("group", None, members=("mttq-quang-tri", "mute", "so-ngoai-vu-quang-tri")),
    office("mute-group", None, members=("mute", "unknown")),
    office("posted-group", "group@quang-tri.example", members=("mute",)),
    office("mute", None),
    office("ended", "old@quang-tri.example", until=date(2025, 2, 28), successor="ended-too"),
    office("ended-too", "older@quang-tri.example", until=date(2025, 3, 2), successor="so-ngoai-vu-quang-tri"),
    office("lapsed", "lapsed@quang-tri.example", until=date(2025, 2, 28)),
    office("ring-a", "a@quang-tri.example", until=date(2025, 1, 1), successor="ring-b"),
    office("ring-b", "b@quang-tri.example", until=date(2025, 1, 1), successor="ring-a"),
    office("last-day", "lastday@quang-tri.example", until=DAY, successor="so-ngoai-vu-quang-tri"),
)
DIRECTORY = Directory(parties=PARTIES, organisations=OFFICES)


def _told(
    leads: tuple[str, ...], coordinating: tuple[str, ...] = (), roles: tuple[Role, ...] = BOTH
) -> list[tuple[str, Role]]:
    occurrence = replace(EXCHANGE, leads=leads, coordinating=coordinating)
    return [(reader.organisation, reader.role) for reader in recipients(occurrence, roles, DIRECTORY, DAY)]


@pytest.mark.parametrize(
    ("leads", "told"),
    [
        (("so-ngoai-vu-quang-tri",), [("so-ngoai-vu-quang-tri", Role.LEAD)]),
        (("group",), [("mttq-quang-tri", Role.LEAD), ("so-ngoai-vu-quang-tri", Role.LEAD)]),
        (("posted-group",), [("posted-group", Role.LEAD)]),
        (("ended",), [("so-ngoai-vu-quang-tri", Role.LEAD)]),
        (("last-day",), [("last-day", Role.LEAD)]),
        (("mute-group",), [("mttq-quang-tri", Role.OWNER)]),
        (("lapsed",), [("mttq-quang-tri", Role.OWNER)]),
        (("ring-a",), [("mttq-quang-tri", Role.OWNER)]),
        (("unknown",), [("mttq-quang-tri", Role.OWNER)]),
        ((), [("mttq-quang-tri", Role.OWNER)]),
        (("mute", "lapsed"), [("mttq-quang-tri", Role.OWNER)]),
        (("mute", "mttq-quang-tri"), [("mttq-quang-tri", Role.LEAD)]),
    ],
)
def test_leads_resolve_to_addresses_or_to_the_owner_once(leads: tuple[str, ...], told: list[tuple[str, Role]]) -> None:
    assert _told(leads, roles=LEADS) == told


def test_coordinating_bodies_only_where_the_step_asks_for_them() -> None:
    assert _told(("mttq-quang-tri",), ("so-ngoai-vu-quang-tri",), LEADS) == [("mttq-quang-tri", Role.LEAD)]
    assert _told(("mttq-quang-tri",), ("so-ngoai-vu-quang-tri", "mttq-quang-tri")) == [
        ("mttq-quang-tri", Role.LEAD),
        ("so-ngoai-vu-quang-tri", Role.COORDINATING),
    ]


def test_nobody_leads_but_somebody_coordinates() -> None:
    assert _told((), ("so-ngoai-vu-quang-tri",)) == [
        ("so-ngoai-vu-quang-tri", Role.COORDINATING),
        ("mttq-quang-tri", Role.OWNER),
    ]


def test_partners_are_never_told_unasked() -> None:
    everyone = recipients(replace(EXCHANGE, partners=("savannakhet",)), tuple(Role), DIRECTORY, DAY)
    assert LAO_FRONT.id not in {reader.organisation for reader in everyone}


def test_an_owner_without_an_address_is_named_all_the_same() -> None:
    occurrence = replace(EXCHANGE, leads=("mute",), owner="lapsed")
    assert recipients(occurrence, LEADS, DIRECTORY, DAY) == (Recipient("lapsed", None, Role.OWNER, "VN"),)


@pytest.mark.parametrize(("country", "lang"), [("VN", "vi"), ("LA", "lo"), ("KH", "km"), ("TH", "en")])
def test_language_follows_the_country(country: str, lang: str) -> None:
    assert Recipient("x", "x@x.example", Role.LEAD, country).lang == lang


def test_a_foreign_lead_is_read_in_its_own_country() -> None:
    occurrence = replace(EXCHANGE, leads=("neo-lao-savannakhet",))
    reader = Recipient("neo-lao-savannakhet", "neolao@savannakhet.example", Role.LEAD, "LA")
    assert recipients(occurrence, LEADS, DIRECTORY, DAY) == (reader,)
