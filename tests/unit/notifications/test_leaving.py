"""An address that leaves: shown so that only its owner knows it again, and somebody has its mail instead."""

from __future__ import annotations

from datetime import date
from types import MappingProxyType

import pytest

from notifications.contacts import Contact, Rank, Roster
from notifications.leaving import Holders, holders, instead, left, masked, named
from scheduler.plan import Directory
from tests.unit.notifications.samples import AFFAIRS, DIRECTORY, FRONT, LAO_FRONT, PARTIES, office, shelf

DAY = date(2021, 9, 1)


def contact(ident: str, rank: Rank = Rank.SPECIALIST, address: str | None = None, body: str = FRONT.id) -> Contact:
    return Contact(
        id=ident, name=ident, organisation=body, rank=rank, address=address or f"{ident}@quang-tri.example", lang="vi"
    )


LAN, MINH, HUNG = contact("lan", address="Lan@quang-tri.example"), contact("minh"), contact("hung", Rank.HEAD)


def roster(*contacts: Contact, closed: frozenset[str] = frozenset()) -> Roster:
    people = {one.id: one for one in contacts}
    return Roster(MappingProxyType(people), frozenset(one.address.lower() for one in contacts), closed)


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("songoaivu@quang-tri.example", "s…@quang-tri.example"),
        ("a@x.example", "a…@x.example"),
        ('"a@b"@x.example', '"…@x.example'),
        ("ă@xn--x.example", "ă…@xn--x.example"),
    ],
)
def test_an_address_is_masked(address: str, shown: str) -> None:
    assert masked(address) == shown


def test_whose_an_address_is() -> None:
    both = contact("both", address=FRONT.mail)
    assert holders("LAN@quang-tri.example", roster(LAN, MINH), DIRECTORY) == Holders((LAN,), ())
    assert holders(str(FRONT.mail), roster(both), DIRECTORY) == Holders((both,), (FRONT.id,))
    assert holders(str(FRONT.mail), roster(both), DIRECTORY).bodies == (FRONT.id,)
    assert holders("x@y.example", roster(LAN), DIRECTORY) == Holders((), ())


def test_whose_an_address_is_in_the_fields_of_a_mail() -> None:
    both = contact("both", address=FRONT.mail, body=AFFAIRS.id)
    again = contact("again", address=LAN.address, body=AFFAIRS.id)
    assert named("LAN@quang-tri.example", roster(LAN, MINH, again), DIRECTORY) == {
        "address": "LAN@quang-tri.example",
        "name": "again, lan",
        "organisation": f"{AFFAIRS.id},{FRONT.id}",
    }
    assert named(str(FRONT.mail), roster(both), DIRECTORY) == {
        "address": FRONT.mail,
        "name": "both",
        "organisation": f"{FRONT.id},{AFFAIRS.id}",
    }
    assert named("x@y.example", roster(LAN), DIRECTORY) == {"address": "x@y.example"}


@pytest.mark.parametrize(
    ("address", "people", "closed", "others"),
    [
        (LAN.address, (LAN, MINH, HUNG), (), ["@minh"]),
        (LAN.address, (LAN, HUNG), (), ["@hung"]),
        (LAN.address, (LAN,), (), [FRONT.id]),
        (LAN.address, (LAN,), (str(FRONT.mail),), []),
        (str(FRONT.mail), (), (), []),
        (str(FRONT.mail), (MINH,), (), ["@minh"]),
        ("nobody@x.example", (LAN,), (), []),
    ],
)
def test_who_has_its_mail_instead(
    address: str, people: tuple[Contact, ...], closed: tuple[str, ...], others: list[str]
) -> None:
    found = instead(address, roster(*people, closed=frozenset(closed)), DIRECTORY, DAY)
    assert [reader.recipient for reader in found] == others


@pytest.mark.parametrize(
    ("address", "people", "closed", "owners", "expected"),
    [
        (LAN.address, (LAN, MINH), (), (FRONT.id,), (["@minh"], False, [], True)),
        (LAN.address, (LAN,), (), (FRONT.id,), ([FRONT.id], False, [], True)),
        (FRONT.mail, (), (), (AFFAIRS.id,), ([], True, [], True)),
        (FRONT.mail, (), (), (FRONT.id,), ([], False, [FRONT.id], False)),
        (FRONT.mail, (), (), (FRONT.id, AFFAIRS.id), ([], True, [FRONT.id], True)),
        (FRONT.mail, (), (AFFAIRS.mail,), (AFFAIRS.id,), ([], False, [FRONT.id], False)),
        (FRONT.mail, (MINH,), (), (FRONT.id,), (["@minh"], False, [], True)),
        (LAN.address, (LAN, MINH), (), ("unknown",), (["@minh"], False, [], False)),
        ("nobody@x.example", (LAN,), (), (), ([], False, [], False)),
    ],
)
def test_what_becomes_of_its_mail(
    address: str,
    people: tuple[Contact, ...],
    closed: tuple[str, ...],
    owners: tuple[str, ...],
    expected: tuple[list[str], bool, list[str], bool],
) -> None:
    found = left(address, roster(*people, closed=frozenset(closed)), DIRECTORY, DAY, {FRONT.id: owners})
    told = [reader.recipient for reader in found.others]
    assert (told, found.owners, list(found.unheard), found.office) == expected


def test_of_two_bodies_the_one_with_nobody_is_named() -> None:
    both = contact("both", address=FRONT.mail, body=AFFAIRS.id)
    owners = {FRONT.id: (FRONT.id,), AFFAIRS.id: (FRONT.id,)}
    found = left(str(FRONT.mail), roster(both), DIRECTORY, DAY, owners)
    assert ([reader.recipient for reader in found.others], found.unheard) == ([AFFAIRS.id], (FRONT.id,))


def test_of_a_body_that_has_ended_its_heir() -> None:
    old = office("so-cu", None, until=date(2021, 1, 1), successor=AFFAIRS.id)
    directory = Directory(parties=PARTIES, organisations=shelf(FRONT, AFFAIRS, LAO_FRONT, old))
    mai = contact("mai", body=old.id)
    assert [reader.recipient for reader in instead(mai.address, roster(mai), directory, DAY)] == [AFFAIRS.id]
