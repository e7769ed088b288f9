"""Search: as people type, without diacritics, in four languages."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calendars.search import MOST_FOUND, Matches, matches, plain, search
from scheduler.occurrence import Occurrence, Record, Status
from scheduler.plan import Text
from scheduler.window import Precision, Window
from tests.unit.calendars.samples import ALL, DIRECTORY, EXCHANGE, GIFTS, ONGOING, PROJECTED, record, year

TODAY = date(2021, 9, 1)


def seen(*occurrences: Occurrence) -> list[Record]:
    """As a desk gives them."""
    return [record(one) for one in occurrences]


def keys(found: Matches) -> tuple[list[str], list[str]]:
    """What is ahead, and what is past."""
    return [one.occurrence.key for one in found.ahead], [one.occurrence.key for one in found.past]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Biên giới", "bien gioi"),
        ("ĐOÀN THANH NIÊN", "doan thanh nien"),
        (unicodedata.normalize("NFD", "Quảng Trị"), "quang tri"),
        ("ສາລະວັນ", "ສາລະວັນ"),
        ("កំពង់ស្ពឺ", "កំពង់ស្ពឺ"),
    ],
)
def test_latin_letters_lose_their_marks_and_others_keep_them(text: str, expected: str) -> None:
    assert plain(text) == expected


def test_two_spellings_of_one_lao_letter_are_the_same() -> None:
    assert plain("ຄໍາມ່ວນ") == plain("ຄຳມ່ວນ")


@pytest.mark.parametrize(
    "words",
    [
        "mat tran",
        "Mặt trận",
        "QUANG TRI",
        "hoi dam cong tac",
        "ສະຫວັນ",
        "ເຂດ",
        "សាវណ្ណខេត",
        "savan",
        "fatherland front",
        "II.5",
        "06/KH",
        "qt-front-exchange",
        "trao doi doan",
        "2021, savannakhet",
    ],
)
def test_what_is_known_of_a_meeting_is_found(words: str) -> None:
    assert matches(words, EXCHANGE, DIRECTORY)


@pytest.mark.parametrize("words", ["rận", "ran", "takeo", "mat tran takeo", "ສາລະວັນ", ",", "()", " "])
def test_what_is_not_there_is_not_found(words: str) -> None:
    assert not matches(words, EXCHANGE, DIRECTORY)


def test_each_duty_is_found_once_its_nearest_turn_ahead_else_its_latest() -> None:
    earlier = replace(EXCHANGE, cycle="2019", window=year(2019), status=Status.HELD)
    old = replace(GIFTS, cycle="older", window=Window.day(date(2019, 4, 1)))
    found = search("thăm", seen(old, GIFTS), DIRECTORY, TODAY)
    assert keys(found) == ([], [GIFTS.key])
    found = search("mặt trận", seen(PROJECTED, earlier, EXCHANGE), DIRECTORY, TODAY)
    assert keys(found) == ([EXCHANGE.key], [])
    assert keys(search("mặt trận", seen(PROJECTED, EXCHANGE), DIRECTORY, TODAY, 2))[0] == [EXCHANGE.key, PROJECTED.key]


def test_what_does_not_take_place_or_is_part_of_another_is_not_ahead() -> None:
    gone = [replace(EXCHANGE, status=status) for status in (Status.CANCELLED, Status.SKIPPED, Status.HELD)]
    gone.append(replace(EXCHANGE, joint=PROJECTED.key))
    assert [keys(search("front", seen(one), DIRECTORY, TODAY)) for one in gone] == [([], [EXCHANGE.key])] * 4


def test_words_need_not_stand_side_by_side() -> None:
    talks = replace(ONGOING, title=Text("Hội đàm thường niên về công tác biên giới"))
    assert keys(search("hoi dam bien gioi", seen(talks, GIFTS), DIRECTORY, TODAY)) == ([talks.key], [])


def test_too_many_are_counted() -> None:
    window = Window.of(date(2022, 1, 1), date(2022, 12, 31), Precision.YEAR)
    many = [replace(EXCHANGE, obligation=f"duty-{index:03}", window=window) for index in range(MOST_FOUND + 5)]
    many += [replace(GIFTS, obligation="visit", title=Text("Mặt trận"))]
    found = search("mat tran", seen(*many), DIRECTORY, TODAY)
    assert (len(found.ahead), len(found.past), found.left) == (MOST_FOUND, 0, 6)


@given(st.text(max_size=40))
def test_no_words_break_it(words: str) -> None:
    found = search(words, seen(*ALL), DIRECTORY, TODAY)
    assert len(found.ahead) + len(found.past) <= len(ALL)


@given(st.text(max_size=40))
def test_plain_words_stay_as_they_are(words: str) -> None:
    assert plain(plain(words)) == plain(words)
