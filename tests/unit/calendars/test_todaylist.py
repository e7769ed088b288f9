"""What needs an officer now: nothing is lost by cutting, and everybody sees what is theirs."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calendars.pages.today import today_page
from calendars.todaylist import (
    FIRST,
    SHOWN,
    Letter,
    Matter,
    Part,
    Pile,
    Section,
    Thing,
    Today,
    Trouble,
    acting_for,
    commands,
    deciding,
    sections,
)
from calendars.todaywords import count_words, ended_words, heading
from scheduler.plan import LANGUAGES, Directory, Organisation, Text
from tests.unit.calendars.reading import frame
from tests.unit.calendars.samples import EXCHANGE

DAY = date(2026, 11, 23)


def letter(number: int, trouble: Trouble = Trouble.DEAD) -> Letter:
    return Letter(ident=f"{number:032x}", address="a@b.example", trouble=trouble, day=DAY, since=DAY, about=None)


def pile(count: int, *, whole: bool = True) -> Pile:
    return Pile(tuple(letter(number) for number in range(count)), whole)


@given(st.dictionaries(st.sampled_from(Matter), st.integers(0, 70)))
def test_every_matter_has_its_place_and_is_cut_to_the_first(counts: dict[Matter, int]) -> None:
    found = sections({matter: pile(count) for matter, count in counts.items()})
    assert [section.matter for section in found] == [
        one for one in Matter if one in counts or one not in (Matter.MAIL, Matter.APPROVAL)
    ]
    for section in found:
        count = counts.get(section.matter, 0)
        assert section == Section(section.matter, tuple(pile(count).things[:SHOWN]), count, whole=True)
        assert section.left == max(0, count - SHOWN)


@given(st.integers(0, 90), st.booleans(), st.integers(1, 30))
def test_the_pages_of_a_matter_are_all_of_it_in_order(count: int, whole: bool, most: int) -> None:
    seen: list[Thing] = []
    for page in range(1, count // most + 2):
        [section] = sections({Matter.MAIL: pile(count, whole=whole)}, Part(Matter.MAIL, page, most))
        seen += section.shown
        assert (section.left, section.whole, section.count) == (count - len(seen), whole, count)
    assert tuple(seen) == pile(count).things
    assert sections({Matter.MAIL: pile(count)}, Part(most=None))[-1].shown == pile(count).things


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_cut_never_reads_as_nothing(lang: str) -> None:
    for matter in Matter:
        said = {
            count_words(sections({matter: found}, replace(FIRST, matter=matter))[0], lang)
            for found in (pile(0), pile(0, whole=False), pile(3), pile(40), pile(40, whole=False))
        }
        assert len(said) == 5
        assert heading(matter, lang) not in said


def test_quiet_is_only_what_was_read_to_the_end() -> None:
    def today(found: Pile) -> Today:
        return Today(day=DAY, bodies=None, sections=sections({Matter.OVERDUE: found}))

    assert [today(found).quiet for found in (pile(0), pile(1), pile(0, whole=False))] == [True, False, False]


def body(ident: str, *members: str, until: date | None = None, successor: str | None = None) -> Organisation:
    return Organisation(ident, Text(ident), "quang-tri", members=members, until=until, successor=successor)


PEOPLE = (
    body("so"), body("phong"), body("to"), body("khac"),
    body("khoi", "so", "phong"), body("to-chuc", "khoi"),
    body("cu", until=date(2025, 2, 28), successor="so"), body("sap", until=date(2027, 1, 1), successor="so"),
)  # fmt: skip
DIRECTORY = Directory(organisations=MappingProxyType({each.id: each for each in PEOPLE}))


@pytest.mark.parametrize(
    ("bodies", "below", "seen"),
    [
        (("khac",), False, {"khac"}),
        (("so",), False, {"so", "khoi", "cu"}),
        (("khoi",), False, {"khoi", "to-chuc"}),
        (("khoi",), True, {"khoi", "to-chuc", "so", "phong", "cu"}),
        (("to-chuc",), True, {"khoi", "to-chuc", "so", "phong", "cu"}),
        (("nobody",), True, {"nobody"}),
    ],
)
def test_whose_duties_an_officer_sees(bodies: tuple[str, ...], below: bool, seen: set[str]) -> None:
    assert acting_for(bodies, DIRECTORY, DAY, below=below) == seen


@pytest.mark.parametrize(
    ("trouble", "verbs"),
    [
        (Trouble.QUARANTINED, ["show", "retry"]),
        (Trouble.DEAD, ["show", "retry"]),
        (Trouble.IN_DOUBT, ["show"]),
        (Trouble.RETRY, ["show", "retry"]),
        (Trouble.HELD, ["show", "release"]),
    ],
)
def test_what_is_typed_about_a_mail(trouble: Trouble, verbs: list[str]) -> None:
    mail = letter(7, trouble)
    assert commands(Matter.MAIL, mail) == tuple(f"luanphien outbox {verb} {mail.ident}" for verb in verbs)


@pytest.mark.parametrize(
    ("ended", "whole", "words"),
    [
        (0, True, None),
        (1, True, "1 agreement has ended with nothing to follow, while meetings ahead rest on it."),
        (3, True, "3 agreements have ended with nothing to follow, while meetings ahead rest on them."),
        (3, False, "At least 3 agreements have ended with nothing to follow, while meetings ahead rest on them."),
    ],
)
def test_agreements_that_have_ended_are_said_beside_those_about_to(ended: int, whole: bool, words: str | None) -> None:
    found = sections({Matter.LAPSING: Pile((), whole, ended)}, Part(Matter.LAPSING))
    assert ended_words(found[0], "en") == words
    page = today_page(Today(day=DAY, bodies=None, sections=found), FIRST, DIRECTORY, frame("en", "/today"))
    assert (f'<a href="/en/agreements">{words}</a>' in page) is (words is not None)


@pytest.mark.parametrize(
    ("leads", "who"),
    [(("so",), ("so",)), (("so", "phong"), ("so", "phong")), (("khoi",), ("khac",)), (("khoi", "so"), ("so",)),
     ((), ("khac",)), (("mat",), ("khac",))],
)  # fmt: skip
def test_a_group_leads_but_the_owner_decides(leads: tuple[str, ...], who: tuple[str, ...]) -> None:
    assert deciding(replace(EXCHANGE, leads=leads, owner="khac"), DIRECTORY) == who
