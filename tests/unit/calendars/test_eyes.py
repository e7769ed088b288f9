"""The same meeting by different eyes: who receives, who travels, whose duty it is."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from calendars.eyes import Part, Voice, duty_words, part_of
from calendars.feed import entry_of
from calendars.headline import headline
from scheduler.occurrence import Status
from scheduler.plan import LANGUAGES
from scheduler.window import Precision, Window
from tests.unit.calendars.samples import BASE, DIRECTORY, EXCHANGE, YOUTH, record

HOME, AWAY = "quang-tri", "savannakhet"


def test_who_receives_and_who_travels() -> None:
    assert (EXCHANGE.host, EXCHANGE.travels) == (HOME, (AWAY,))
    presides = replace(EXCHANGE, place=AWAY, travels=(HOME,))
    assert [part_of(party, EXCHANGE, DIRECTORY) for party in (HOME, AWAY, "takeo", None)] == [
        Part.RECEIVES, Part.VISITS, None, None,
    ]  # fmt: skip
    assert [part_of(party, presides, DIRECTORY) for party in (HOME, AWAY)] == [Part.PRESIDES, Part.RECEIVES]
    assert part_of(HOME, YOUTH, DIRECTORY) is None
    at_ours = replace(EXCHANGE, host=AWAY, place="dong-ha", travels=(AWAY,))
    assert [part_of(party, at_ours, DIRECTORY) for party in (HOME, AWAY)] == [Part.RECEIVES, Part.PRESIDES]


@pytest.mark.parametrize(
    ("eyes", "lang", "expected"),
    [
        (HOME, "vi", "CHƯA CHỐT NGÀY: Đón đoàn Savannakhet: {vi}"),
        (AWAY, "vi", "CHƯA CHỐT NGÀY: Cử đoàn sang Quảng Trị: {vi}"),
        (HOME, "en", "DATE NOT SET: Receive Savannakhet: {en}"),
        (AWAY, "en", "DATE NOT SET: Visit to Quảng Trị: {en}"),
        (AWAY, "lo", "ຍັງບໍ່ກຳນົດວັນ: ຢ້ຽມຢາມ ກວາງຈິ: {lo}"),
    ],
)
def test_the_title_says_what_it_is_for_the_reader(eyes: str, lang: str, expected: str) -> None:
    title = {own: EXCHANGE.title.in_(own) for own in LANGUAGES}
    assert headline(EXCHANGE, DIRECTORY, lang, eyes) == expected.format(**title)


def test_who_is_neither_reads_what_everybody_reads() -> None:
    assert headline(EXCHANGE, DIRECTORY, "vi", "takeo") == headline(EXCHANGE, DIRECTORY, "vi")


def test_an_organisation_reads_its_own_duty_first() -> None:
    lead = EXCHANGE.leads[0]
    entry = entry_of(record(EXCHANGE), DIRECTORY, Voice("vi", lead), BASE)
    assert entry is not None
    first = entry.description.splitlines()[0]
    assert first == f"Nhiệm vụ của cơ quan: {DIRECTORY.name_of(lead).vi} chủ trì."
    assert entry.summary.startswith("CHƯA CHỐT NGÀY: Đón đoàn Savannakhet")
    assert duty_words(Voice("vi", HOME), EXCHANGE, DIRECTORY) is None


def test_who_travels_on_fixed_days_is_away() -> None:
    days = Window.of(EXCHANGE.window.start, EXCHANGE.window.start, Precision.DAY)
    fixed = record(replace(EXCHANGE, status=Status.CONFIRMED, window=days))
    open_days = record(EXCHANGE)
    busy = [
        entry.busy
        for each in (fixed, open_days)
        for eyes in (HOME, AWAY, None, EXCHANGE.leads[0])
        if (entry := entry_of(each, DIRECTORY, Voice("vi", eyes), BASE)) is not None
    ]
    assert busy == [False, True, False, False, False, False, False, False]


def test_an_organisation_without_a_part_in_it_is_not_away() -> None:
    day = Window.day(EXCHANGE.window.start or date.min)
    ours = record(replace(EXCHANGE, host=AWAY, place=AWAY, travels=(HOME,), status=Status.CONFIRMED, window=day))
    bodies = [body.id for body in DIRECTORY.organisations.values() if body.party == HOME]
    away = [
        body
        for body in bodies
        if (entry := entry_of(ours, DIRECTORY, Voice("vi", body), BASE)) is not None and entry.busy
    ]
    assert away == [
        body
        for body in bodies
        if body in (*ours.occurrence.leads, *ours.occurrence.coordinating, ours.occurrence.owner)
    ]
