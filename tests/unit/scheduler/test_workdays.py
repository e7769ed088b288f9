"""Days off of Viet Nam and its neighbours, the slips corrected, and the laws of counting working days."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import vnlunar
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.errors import HorizonError, LuanphienError
from scheduler.workdays import (
    COUNTRIES,
    CountryOverrides,
    DaysOff,
    OffCode,
    OffName,
    OffReason,
    Overrides,
)

# Tết and the Hùng Kings' day, 2019 to 2030.
LUNAR_DAYS = {
    2019: ((2, 5), (4, 14)),
    2020: ((1, 25), (4, 2)),
    2021: ((2, 12), (4, 21)),
    2022: ((2, 1), (4, 10)),
    2023: ((1, 22), (4, 29)),
    2024: ((2, 10), (4, 18)),
    2025: ((1, 29), (4, 7)),
    2026: ((2, 17), (4, 26)),
    2027: ((2, 6), (4, 16)),
    2028: ((1, 26), (4, 4)),
    2029: ((2, 13), (4, 23)),
    2030: ((2, 2), (4, 12)),
}
PLAIN = DaysOff()
VN, LA, KH = ("VN",), ("LA",), ("KH",)
ANY_DAY = st.dates(date(1940, 1, 1), date(2110, 12, 31))
ANY_COUNTRIES = st.lists(st.sampled_from(COUNTRIES), unique=True, max_size=3).map(tuple)
COUNTS = st.integers(0, 60)
PATIENT = settings(deadline=None)  # the first look at a year fills the cache


def corrected() -> DaysOff:
    """Days off with the overrides the product ships."""
    path = Path(__file__).parents[3] / "config" / "holidays.yaml"
    # As text: to YAML 1.1 a bare `off` is the truth value False.
    content: Mapping[str, Mapping[str, Any]] = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)  # noqa: S506
    return DaysOff(
        Overrides(
            {
                country: CountryOverrides(
                    off={date.fromisoformat(day): OffName(**name) for day, name in entry.get("off", {}).items()},
                    work=frozenset(map(date.fromisoformat, entry.get("work", ()))),
                    not_off=frozenset(map(date.fromisoformat, entry.get("not_off", ()))),
                )
                for country, entry in content.items()
            }
        )
    )


CORRECTED = corrected()


def holiday_names(days_off: DaysOff, day: date, country: str) -> list[tuple[str, str | None]]:
    return [
        (reason.name.vi, reason.name.en)
        for reason in days_off.is_off(day, (country,))
        if reason.code is OffCode.HOLIDAY
    ]


@pytest.mark.parametrize("year", LUNAR_DAYS)
def test_tet_and_hung_kings_agree_with_the_lunar_calendar(year: int) -> None:
    tet, kings = (date(year, *month_day) for month_day in LUNAR_DAYS[year])
    assert vnlunar.convert_lunar_to_solar(1, 1, year) == (tet.day, tet.month, year)
    assert vnlunar.convert_lunar_to_solar(10, 3, year) == (kings.day, kings.month, year)
    assert holiday_names(PLAIN, tet, "VN") == [("Tết Nguyên Đán", "Lunar New Year")]
    assert holiday_names(PLAIN, kings, "VN") == [("Ngày Giỗ Tổ Hùng Vương", "Hung Kings' Commemoration Day")]


@pytest.mark.parametrize(
    ("year", "days"), [(2021, 11), (2022, 11), (2023, 11), (2025, 12), (2026, 14), (2027, 12), (2029, 12), (2030, 12)]
)
def test_vietnamese_holidays_on_a_weekend_are_made_good_on_weekdays(year: int, days: int) -> None:
    """11 days a year since 2021, 12 since 2026, and one more for each swap, whatever weekday they fall on."""
    first = date(year, 1, 1)
    weekdays = [day for day in (first + timedelta(days=n) for n in range(365)) if day.weekday() < 5]
    assert sum(not CORRECTED.works(day, VN) for day in weekdays) == days


def test_reasons_by_country_weekend_first() -> None:
    saturday = OffName(vi="Thứ Bảy", en="Saturday", lo="ວັນເສົາ", km="ថ្ងៃសៅរ៍", th="วันเสาร์")
    assert PLAIN.is_off(date(2022, 1, 1), ("KH", "VN")) == (
        OffReason("KH", OffCode.WEEKEND, saturday),
        OffReason(
            "KH",
            OffCode.HOLIDAY,
            OffName("Tết Dương lịch", "International New Year Day", lo="ວັນປີໃໝ່ສາກົນ", km="ទិវាចូលឆ្នាំសាកល"),
        ),
        OffReason("VN", OffCode.WEEKEND, saturday),
        OffReason(
            "VN",
            OffCode.HOLIDAY,
            OffName("Tết Dương lịch", "New Year's Day", lo="ວັນປີໃໝ່ສາກົນ", km="ទិវាចូលឆ្នាំសាកល"),
        ),
    )
    assert PLAIN.is_off(date(2022, 1, 4), ("KH", "VN", "LA", "TH", "CN")) == ()


@pytest.mark.parametrize(
    ("country", "day", "names"),
    [
        ("VN", date(2022, 1, 3), ("Tết Dương lịch (nghỉ bù)", "New Year's Day (observed)")),
        ("LA", date(2023, 12, 4), ("Quốc khánh Lào (nghỉ bù)", "Lao National Day (in lieu)")),
        ("KH", date(2022, 9, 24), ("Ngày Hiến pháp; Lễ Pchum Ben", "Constitution Day; Pchum Ben Day")),
        ("TH", date(2023, 4, 13), ("Tết Songkran", "Songkran Festival")),
        ("CN", date(2024, 10, 1), ("Quốc khánh", "National Day")),
        ("CN", date(2024, 10, 4), ("Ngày nghỉ (thay cho ngày 29/09/2024)", "Day off (substituted from 09/29/2024)")),
        ("VN", date(2024, 4, 29), ("Ngày nghỉ (thay cho ngày 04/05/2024)", "Day off (substituted from 05/04/2024)")),
    ],
)
def test_holidays_have_vietnamese_and_english_names(country: str, day: date, names: tuple[str, str]) -> None:
    assert holiday_names(PLAIN, day, country) == [names]


def test_lao_and_khmer_names() -> None:
    (lao,) = PLAIN.is_off(date(2021, 12, 2), LA)
    (khmer,) = PLAIN.is_off(date(2021, 11, 9), KH)
    (thai,) = PLAIN.is_off(date(2023, 4, 13), ("TH",))
    assert (lao.name.lo, khmer.name.km, thai.name.th) == ("ວັນຊາດ", "ពិធីបុណ្យឯករាជ្យជាតិ", "วันสงกรานต์")


@pytest.mark.parametrize("country", COUNTRIES)
def test_holidays_of_the_products_years_have_vietnamese_names(country: str) -> None:
    """Years of the plans and the years to come; a name not translated would still be English."""
    first = date(2018, 1, 1)
    same = set()
    for number in range((date(2031, 1, 1) - first).days):
        day = first + timedelta(days=number)
        same |= {vi for vi, en in holiday_names(PLAIN, day, country) if vi == en}
    assert same == set()


@pytest.mark.parametrize(
    ("country", "day", "before", "after"),
    [
        ("VN", date(2026, 1, 2), True, False),
        ("VN", date(2026, 1, 10), False, True),
        ("LA", date(2022, 4, 13), True, False),
        ("LA", date(2022, 4, 18), False, True),
        ("KH", date(2019, 4, 15), False, False),
        ("KH", date(2019, 4, 16), True, False),
        ("KH", date(2022, 6, 6), True, False),
    ],
)
def test_slips_of_the_library_are_corrected(country: str, day: date, *, before: bool, after: bool) -> None:
    assert (PLAIN.works(day, (country,)), CORRECTED.works(day, (country,))) == (before, after)


def test_khmer_new_year_2019() -> None:
    days = [date(2019, 4, day) for day in (13, 14, 15, 16)]
    assert [bool(holiday_names(PLAIN, day, "KH")) for day in days] == [True, True, True, False]
    assert [bool(holiday_names(CORRECTED, day, "KH")) for day in days] == [False, True, True, True]


def test_swaps_the_library_knows_reach_over_the_year() -> None:
    assert PLAIN.works(date(2019, 1, 5), VN)
    assert PLAIN.works(date(2014, 12, 27), VN)
    assert not PLAIN.works(date(2018, 12, 31), VN)
    assert PLAIN.works(date(2024, 5, 4), VN)
    assert not PLAIN.works(date(2024, 5, 4), ("VN", "LA"))


def test_an_override_wins_over_a_swap_and_over_a_holiday() -> None:
    name = OffName("Nghỉ")
    days_off = DaysOff(
        Overrides(
            {
                "VN": CountryOverrides(
                    off={date(2024, 5, 4): name},
                    work=frozenset({date(2024, 9, 2)}),
                    not_off=frozenset({date(2024, 9, 3), date(2024, 2, 10)}),
                )
            }
        )
    )
    assert days_off.is_off(date(2024, 5, 4), VN) == (
        *DaysOff().is_off(date(2024, 5, 11), VN),
        OffReason("VN", OffCode.HOLIDAY, name),
    )
    assert days_off.works(date(2024, 9, 2), VN)
    assert days_off.works(date(2024, 9, 3), VN)
    assert [reason.code for reason in days_off.is_off(date(2024, 2, 10), VN)] == [OffCode.WEEKEND]


@pytest.mark.parametrize(
    "entry",
    [
        {"work": frozenset({date(2026, 1, 2)})},
        {"not_off": frozenset({date(2026, 1, 2)})},
    ],
)
def test_a_day_cannot_be_two_things(entry: dict[str, frozenset[date]]) -> None:
    with pytest.raises(ValueError, match="2026-01-02"):
        CountryOverrides(off={date(2026, 1, 2): OffName("Nghỉ")}, **entry)


def test_an_unknown_country_is_refused() -> None:
    with pytest.raises(LuanphienError, match="country XX"):
        PLAIN.is_off(date(2022, 1, 3), ("XX",))
    with pytest.raises(LuanphienError, match="country XX"):
        Overrides({"XX": CountryOverrides()})


@pytest.mark.parametrize("country", COUNTRIES)
@pytest.mark.parametrize("year", [1, 1949, 1950, 1975, 2100, 2101, 9999])
def test_weekends_are_off_in_every_year(country: str, year: int) -> None:
    week = [date(year, 7, day) for day in range(8, 15)]
    weekend = [day for day in week if day.weekday() >= 5]
    assert [day for day in weekend if PLAIN.works(day, (country,))] == []
    assert any(PLAIN.works(day, (country,)) for day in week)


def test_the_end_of_the_calendar() -> None:
    assert PLAIN.earlier(date.max, VN) == date.max
    with pytest.raises(HorizonError):
        PLAIN.add_working_days(date.max, 1, VN)
    with pytest.raises(HorizonError):
        PLAIN.subtract_working_days(date.min, 1, VN)


@pytest.mark.parametrize(
    ("day", "count", "end"),
    [
        # Over the four days of 1-4 September 2022, two of them a weekend.
        (date(2022, 8, 31), 1, date(2022, 9, 5)),
        (date(2022, 8, 30), 5, date(2022, 9, 8)),
        (date(2022, 9, 3), 0, date(2022, 9, 5)),
        (date(2025, 12, 31), 2, date(2026, 1, 6)),
        (date(2026, 1, 9), 1, date(2026, 1, 10)),
    ],
)
def test_working_days_after(day: date, count: int, end: date) -> None:
    assert CORRECTED.add_working_days(day, count, VN) == end


def test_working_days_before() -> None:
    assert CORRECTED.subtract_working_days(date(2022, 9, 5), 1, VN) == date(2022, 8, 31)
    assert CORRECTED.subtract_working_days(date(2022, 9, 4), 0, VN) == date(2022, 8, 31)


@pytest.mark.parametrize("count", [-1, -30])
def test_a_negative_count_is_refused(count: int) -> None:
    with pytest.raises(ValueError, match="opposite"):
        PLAIN.add_working_days(date(2022, 1, 4), count, VN)
    with pytest.raises(ValueError, match="opposite"):
        PLAIN.subtract_working_days(date(2022, 1, 4), count, VN)


@PATIENT
@given(ANY_DAY, ANY_COUNTRIES)
def test_earlier_and_later_are_the_nearest_working_days(day: date, countries: tuple[str, ...]) -> None:
    earlier, later = CORRECTED.earlier(day, countries), CORRECTED.later(day, countries)
    assert earlier <= day <= later
    assert CORRECTED.works(earlier, countries)
    assert CORRECTED.works(later, countries)
    between = [earlier + timedelta(days=n) for n in range(1, (later - earlier).days)]
    assert [day for day in between if CORRECTED.works(day, countries)] == []
    assert (earlier == day) == (later == day) == CORRECTED.works(day, countries)


@PATIENT
@given(ANY_DAY, ANY_COUNTRIES)
def test_a_day_works_when_nothing_speaks_against_it(day: date, countries: tuple[str, ...]) -> None:
    assert CORRECTED.works(day, countries) == (CORRECTED.is_off(day, countries) == ())
    assert CORRECTED.works(day, countries) == all(CORRECTED.works(day, (country,)) for country in countries)


@PATIENT
@given(ANY_DAY, COUNTS, ANY_COUNTRIES)
def test_counting_forth_and_back_comes_home(day: date, count: int, countries: tuple[str, ...]) -> None:
    there = CORRECTED.add_working_days(day, count, countries)
    if count:
        assert CORRECTED.subtract_working_days(there, count, countries) == CORRECTED.earlier(day, countries)
    back = CORRECTED.subtract_working_days(day, count, countries)
    if count:
        assert CORRECTED.add_working_days(back, count, countries) == CORRECTED.later(day, countries)


@PATIENT
@given(ANY_DAY, COUNTS, ANY_COUNTRIES)
def test_the_days_between_are_as_many_as_counted(day: date, count: int, countries: tuple[str, ...]) -> None:
    end = CORRECTED.add_working_days(day, count, countries)
    passed = [day + timedelta(days=n) for n in range(1, (end - day).days + 1)]
    assert CORRECTED.works(end, countries)
    if count:
        assert sum(CORRECTED.works(one, countries) for one in passed) == count


@PATIENT
@given(ANY_DAY, COUNTS, COUNTS, ANY_COUNTRIES)
def test_counting_in_two_steps_is_counting_at_once(day: date, one: int, other: int, countries: tuple[str, ...]) -> None:
    start = CORRECTED.later(day, countries)
    halfway = CORRECTED.add_working_days(start, one, countries)
    at_once = CORRECTED.add_working_days(start, one + other, countries)
    assert CORRECTED.add_working_days(halfway, other, countries) == at_once
