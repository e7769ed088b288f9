"""Holidays of Viet Nam, Laos and Cambodia have a name in each of the product's languages; others fall back honestly."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from scheduler.holidaynames import LANGUAGES, name_of
from scheduler.workdays import DaysOff, OffCode, OffName

FIRST, LAST = date(2018, 1, 1), date(2031, 12, 31)
"""Years of the plans and the years to come."""
SCRIPTS = {"lo": "LAO", "km": "KHMER"}


def names_of(country: str) -> Iterator[OffName]:
    """The name of every holiday of a country in these years."""
    off = DaysOff()
    for number in range((LAST - FIRST).days + 1):
        for reason in off.is_off(FIRST + timedelta(days=number), (country,)):
            if reason.code is OffCode.HOLIDAY:
                yield reason.name


def written_in(script: str, words: str) -> bool:
    """Whether every letter of `words` is of one script."""
    return all(unicodedata.name(char).startswith(script) for char in words if char.isalpha())


@pytest.mark.parametrize("country", ["VN", "LA", "KH"])
def test_every_holiday_has_a_name_in_four_languages(country: str) -> None:
    missing = {name.en for name in names_of(country) if None in (name.vi, name.en, name.lo, name.km)}
    assert missing == set()


@pytest.mark.parametrize("country", ["VN", "LA", "KH"])
@pytest.mark.parametrize("lang", SCRIPTS)
def test_lao_and_khmer_names_are_in_their_own_script(country: str, lang: str) -> None:
    strange = {name.en for name in names_of(country) if not written_in(SCRIPTS[lang], getattr(name, lang))}
    assert strange == set()


@pytest.mark.parametrize("country", ["TH", "CN"])
def test_what_has_no_name_of_ours_is_called_in_english(country: str) -> None:
    assert all(name.en for name in names_of(country))
    assert any(name.lo is None and name.km is None for name in names_of(country))


@pytest.mark.parametrize(
    ("country", "day", "name"),
    [
        (
            "VN",
            date(2022, 1, 3),
            OffName(
                "Tết Dương lịch (nghỉ bù)",
                "New Year's Day (observed)",
                "ພັກຊົດເຊີຍວັນປີໃໝ່ສາກົນ",
                "ថ្ងៃឈប់សម្រាកសងជំនួសឲ្យទិវាចូលឆ្នាំសាកល",
            ),
        ),
        (
            "VN",
            date(2024, 4, 29),
            OffName(
                "Ngày nghỉ (thay cho ngày 04/05/2024)",
                "Day off (substituted from 05/04/2024)",
                "ວັນພັກ (ແທນວັນທີ 04/05/2024)",
                "ថ្ងៃឈប់សម្រាក (ជំនួសថ្ងៃទី 04/05/2024)",
            ),
        ),
        ("LA", date(2021, 12, 2), OffName("Quốc khánh Lào", "Lao National Day", "ວັນຊາດ", "ទិវាបុណ្យជាតិឡាវ")),
        ("TH", date(2023, 4, 13), OffName("Tết Songkran", "Songkran Festival", None, None, "วันสงกรานต์")),
    ],
)
def test_names(country: str, day: date, name: OffName) -> None:
    [reason] = DaysOff().is_off(day, (country,))
    assert reason.name == name


def test_two_holidays_on_one_day_are_both_named() -> None:
    reasons = DaysOff().is_off(date(2022, 9, 24), ("KH",))
    assert reasons[-1].name.lo == "ວັນລັດຖະທຳມະນູນ; ບຸນພະຈຸມເບັນ"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_an_unknown_holiday_has_no_name(lang: str) -> None:
    assert name_of("Day of the Unknown", lang) is None
