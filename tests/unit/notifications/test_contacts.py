"""People: ranks, quiet days, whom mail reaches, and who works for the successor of a body that has ended."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.contacts import NOBODY, Contact, Quiet, Rank, Roster, address_id, folded
from scheduler.plan import Directory
from tests.unit.notifications.samples import AFFAIRS, FRONT, PARTIES, office, shelf

LAN = Contact(
    id="lan",
    name="Nguyễn Thị Lan",
    organisation="old",
    rank=Rank.SPECIALIST,
    address="Lan@Quang-Tri.example",
    lang="vi",
)
ADDRESS = "lan@quang-tri.example"
LAST = date(2025, 2, 28)
DIRECTORY = Directory(
    parties=PARTIES,
    organisations=shelf(
        FRONT, AFFAIRS, office("old", None, until=LAST, successor=FRONT.id), office("lapsed", None, until=LAST)
    ),
)


def roster(*contacts: Contact, closed: tuple[str, ...] = ()) -> Roster:
    return Roster({c.id: c for c in contacts}, frozenset(folded(c.address) for c in contacts), frozenset(closed))


@pytest.mark.parametrize(
    ("rank", "above"),
    [
        (Rank.SPECIALIST, (Rank.HEAD, Rank.DEPUTY_DIRECTOR)),
        (Rank.HEAD, (Rank.DEPUTY_DIRECTOR,)),
        (Rank.DEPUTY_DIRECTOR, ()),
    ],
)
def test_who_stands_above(rank: Rank, above: tuple[Rank, ...]) -> None:
    assert rank.above == above


@pytest.mark.parametrize(
    ("day", "quiet"),
    [
        (date(2026, 11, 19), False),
        (date(2026, 11, 20), True),  # a Friday
        (date(2026, 12, 1), True),
        (date(2026, 12, 3), True),
        (date(2026, 12, 7), False),
        (date(2026, 11, 30), False),
        (date(2026, 12, 10), True),
    ],
)
def test_quiet_days(day: date, quiet: bool) -> None:
    spans = ((date(2026, 12, 1), date(2026, 12, 3)), (date(2026, 12, 10), date(2026, 12, 10)))
    assert Quiet(frozenset({4}), spans).covers(day) is quiet


@given(st.dates(), st.frozensets(st.integers(0, 6)), st.lists(st.tuples(st.dates(), st.dates()), max_size=3))
def test_law_each_quiet_day_has_its_reason(day: date, weekdays: frozenset[int], pairs: list[tuple[date, date]]) -> None:
    spans = tuple((min(pair), max(pair)) for pair in pairs)
    parts = [Quiet(weekdays), *(Quiet(spans=(span,)) for span in spans)]
    assert Quiet(weekdays, spans).covers(day) == any(part.covers(day) for part in parts)


@pytest.mark.parametrize(
    ("people", "reached"),
    [
        (roster(LAN), True),
        (roster(LAN, closed=(ADDRESS,)), False),
        (Roster({"lan": LAN}), False),
        (Roster({"lan": LAN}, frozenset({"LAN@quang-tri.example"})), False),  # verified ones are kept in small letters
    ],
)
def test_mail_reaches_who_confirmed_an_address_that_is_open(people: Roster, reached: bool) -> None:
    assert people.reaches(LAN) is reached
    assert bool(people.people(FRONT.id, Rank.SPECIALIST, LAST + timedelta(days=1), DIRECTORY)) is reached


def test_addresses_are_one_whatever_their_letters() -> None:
    assert address_id(LAN.address) == address_id(ADDRESS)
    assert address_id(ADDRESS) != address_id(f"x{ADDRESS}")
    assert len(address_id(ADDRESS)) == 32
    assert not roster(closed=(ADDRESS,)).open("LAN@QUANG-TRI.EXAMPLE")
    assert NOBODY.open(ADDRESS)


@pytest.mark.parametrize(
    ("day", "organisation", "found"),
    [
        (LAST, "old", True),
        (LAST, FRONT.id, False),
        (LAST + timedelta(days=1), "old", False),
        (LAST + timedelta(days=1), FRONT.id, True),
        (LAST + timedelta(days=1), AFFAIRS.id, False),
    ],
)
def test_a_person_goes_over_to_the_successor(day: date, organisation: str, found: bool) -> None:
    assert roster(LAN).people(organisation, Rank.SPECIALIST, day, DIRECTORY) == ((LAN,) if found else ())


def test_people_of_a_rank_by_id() -> None:
    others = [replace(LAN, id=ident, address=f"{ident}@quang-tri.example") for ident in ("zoe", "an", "mai")]
    head = replace(LAN, id="head", rank=Rank.HEAD, address="head@quang-tri.example")
    everyone = roster(LAN, *others, head)
    found = everyone.people(FRONT.id, Rank.SPECIALIST, LAST + timedelta(days=1), DIRECTORY)
    assert [contact.id for contact in found] == ["an", "lan", "mai", "zoe"]
    assert everyone.people(FRONT.id, Rank.HEAD, LAST + timedelta(days=1), DIRECTORY) == (head,)


@pytest.mark.parametrize(("recipient", "named"), [("@lan", LAN), ("lan", None), ("@nobody", None), ("@", None)])
def test_whom_a_recipient_names(recipient: str, named: Contact | None) -> None:
    assert roster(LAN).named(recipient) == named
    assert LAN.recipient == "@lan"
