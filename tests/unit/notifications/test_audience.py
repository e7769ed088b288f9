from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from notifications.audience import Recipient, audience_of, recipients
from notifications.contacts import NOBODY, Contact, Mails, Quiet, Rank, Roster
from notifications.policy import Role
from scheduler.plan import Directory, Party, Text
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
    return [(reader.organisation, reader.role) for reader in _readers(leads, coordinating, roles)]


def _readers(
    leads: tuple[str, ...],
    coordinating: tuple[str, ...] = (),
    roles: tuple[Role, ...] = BOTH,
    roster: Roster = NOBODY,
    **changes: Any,
) -> tuple[Recipient, ...]:
    occurrence = replace(EXCHANGE, leads=leads, coordinating=coordinating, **changes)
    return recipients(audience_of(occurrence, roles), DIRECTORY, roster, DAY)


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


def test_an_owner_without_an_address_is_named_all_the_same() -> None:
    nobody = Recipient(
        recipient="lapsed", organisation="lapsed", address=None, role=Role.OWNER, country="VN", lang="vi"
    )
    assert _readers(("mute",), roles=LEADS, owner="lapsed") == (nobody,)


@pytest.mark.parametrize(("country", "lang"), [("VN", "vi"), ("LA", "lo"), ("KH", "km"), ("TH", "en")])
def test_an_office_is_written_to_in_the_language_of_its_country(country: str, lang: str) -> None:
    somewhere = Directory(
        parties=shelf(Party("there", Text("There"), country)),
        organisations=shelf(office("it", "it@x.example", "there")),
    )
    told = recipients(audience_of(replace(EXCHANGE, leads=("it",)), LEADS), somewhere, NOBODY, DAY)
    assert [(reader.country, reader.lang) for reader in told] == [(country, lang)]


# People: they stand for their organisation as soon as they can be reached.

LAN = Contact(
    id="lan", name="Nguyễn Thị Lan", organisation="so-ngoai-vu-quang-tri", rank=Rank.SPECIALIST,
    address="lan@quang-tri.example", lang="vi",
)  # fmt: skip
HUNG = replace(LAN, id="hung", rank=Rank.HEAD, address="Hung@quang-tri.example")
BINH = replace(LAN, id="binh", rank=Rank.DEPUTY_DIRECTOR, address="binh@quang-tri.example")
OLD = replace(LAN, id="old", organisation="ended", address="old@quang-tri.example")
LAO = replace(LAN, id="kham", organisation="neo-lao-savannakhet", address="kham@savannakhet.example", lang="lo")


def people(*contacts: Contact, closed: tuple[str, ...] = (), unverified: tuple[str, ...] = ()) -> Roster:
    verified = frozenset(c.address.lower() for c in contacts if c.address not in unverified)
    return Roster({contact.id: contact for contact in contacts}, verified, frozenset(closed))


@pytest.mark.parametrize(
    ("roster", "told"),
    [
        (people(), ["so-ngoai-vu-quang-tri"]),
        (people(LAN), ["@lan"]),
        (people(LAN, HUNG, BINH), ["@lan"]),
        (people(HUNG, BINH), ["@hung"]),
        (people(BINH), ["@binh"]),
        (people(LAN, HUNG, unverified=("lan@quang-tri.example",)), ["@hung"]),
        (people(LAN, HUNG, closed=("lan@quang-tri.example", "hung@quang-tri.example")), ["so-ngoai-vu-quang-tri"]),
        (people(LAN, replace(LAN, id="mai", address="mai@quang-tri.example")), ["@lan", "@mai"]),
        (people(OLD), ["@old"]),
        (people(LAN, closed=("lan@quang-tri.example", "songoaivu@quang-tri.example")), ["mttq-quang-tri"]),
    ],
)
def test_people_stand_for_their_organisation_lowest_rank_first(roster: Roster, told: list[str]) -> None:
    readers = _readers(("so-ngoai-vu-quang-tri",), roles=LEADS, roster=roster)
    assert [reader.recipient for reader in readers] == told
    assert {reader.organisation for reader in readers} <= {"so-ngoai-vu-quang-tri", "mttq-quang-tri"}


def test_a_body_without_an_address_is_reached_through_its_people() -> None:
    mute = replace(LAN, organisation="mute")
    assert [r.recipient for r in _readers(("mute",), roles=LEADS, roster=people(mute))] == ["@lan"]


def test_a_person_is_written_to_as_they_wish() -> None:
    quiet = Quiet(frozenset({4}), ((date(2025, 3, 10), date(2025, 3, 14)),))
    lao = replace(LAO, organisation="so-ngoai-vu-quang-tri", mails=Mails.DIGEST, quiet=quiet)
    assert _readers(("so-ngoai-vu-quang-tri",), roles=LEADS, roster=people(lao)) == (
        Recipient(
            recipient="@kham", organisation="so-ngoai-vu-quang-tri", address="kham@savannakhet.example",
            role=Role.LEAD, country="VN", lang="lo", quiet=quiet, digest=True,
        ),
    )  # fmt: skip


def test_of_partners_only_people_who_were_put_on_the_list_are_told() -> None:
    everyone = tuple(Role)
    leads = ("mttq-quang-tri",)
    assert [r.role for r in _readers(leads, roles=everyone, partners=("savannakhet",))] == [Role.LEAD]
    asked = _readers(leads, roles=everyone, partners=("savannakhet",), roster=people(LAO))
    assert [(r.recipient, r.role) for r in asked] == [("mttq-quang-tri", Role.LEAD), ("@kham", Role.PARTNER)]
    assert _readers(leads, roles=BOTH, partners=("savannakhet",), roster=people(LAO))[1:] == ()
    assert _readers(leads, roles=everyone, partners=("takeo",), roster=people(LAO))[1:] == ()
