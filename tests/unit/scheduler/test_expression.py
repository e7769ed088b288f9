"""What each phrase of administrative Vietnamese means, in both customs, and the laws that hold for all of them."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.errors import ImpossibleDateError, LuanphienError, UnknownPhraseError
from scheduler.expression import (
    KNOWN,
    LONGEST_PHRASE,
    Commemoration,
    Custom,
    Cycle,
    CycleUnit,
    Direction,
    Occasion,
    PhraseTooLongError,
    Pick,
    Question,
    Reading,
    Term,
    TermUnit,
    YearMissingError,
    festival_window,
    read,
)
from scheduler.expression.letters import letters_of
from scheduler.window import Precision, Window
from scheduler.workdays import DaysOff

DAY, DAYS, TEN, MONTH = Precision.DAY, Precision.DAYS, Precision.TEN_DAYS, Precision.MONTH
QUARTER, HALF, YEAR, PERIOD = Precision.QUARTER, Precision.HALF, Precision.YEAR, Precision.PERIOD
ASK_DATES = (Question.DATES,)
ASK_TURN = (Question.ORDER, Question.FIRST_HOST)
FEASTS = (
    "tet",
    "lao-new-year",
    "khmer-new-year",
    "viet-nam-national-day",
    "laos-national-day",
    "cambodia-independence-day",
)


@dataclass(frozen=True)
class Case:
    """A phrase, the year it is read with, and both readings."""

    words: str
    year: int | None
    customary: Reading
    strict: Reading


def span(
    words: str,
    first: str | None,
    last: str | None,
    precision: Precision,
    *,
    year: int | None = None,
    strict: dict[str, Any] | None = None,
    **more: Any,
) -> Case:
    """A phrase that gives a window, from the first to the last day."""
    whole = Reading(words=words, window=window(first, last, precision), **more)
    return Case(words, year, whole, replace(whole, **strict) if strict else whole)


def says(words: str, *, year: int | None = None, **more: Any) -> Case:
    """A phrase that gives no window."""
    whole = Reading(words=words, **more)
    return Case(words, year, whole, whole)


def window(first: str | None, last: str | None, precision: Precision) -> Window:
    return Window.of(first and date.fromisoformat(first), last and date.fromisoformat(last), precision)


def strict_day(day: str, **more: Any) -> dict[str, Any]:
    return {"window": window(day, day, DAY), **more}


def every(unit: CycleUnit | None, **more: Any) -> Cycle:
    return Cycle(unit=unit, **more)


YEARLY, MONTHLY, WEEKLY, QUARTERLY = (
    every(unit) for unit in (CycleUnit.YEAR, CycleUnit.MONTH, CycleUnit.WEEK, CycleUnit.QUARTER)
)
TWO_YEARS = every(CycleUnit.YEAR, every=2)
ARMY = Commemoration(date(1944, 12, 22), date(2013, 12, 22), 69)
LAOS = Commemoration(date(1962, 9, 5), date(2022, 9, 5), 60)
TREATY = Commemoration(date(1977, 7, 18), date(2022, 7, 18), 45)
FRONT = Commemoration(date(1930, 11, 18), date(2020, 11, 18), 90)
UNCLE_HO = Commemoration(date(1890, 5, 19), date(2014, 5, 19), 124)


def sixty(words: str) -> Occasion:
    return Occasion(words, date(2022, 9, 5))


# One entry for each line of the list of phrases the product was asked to read, in its order.
IDIOMS: dict[str, list[Case]] = {
    "đầu tháng M": [
        span("đầu tháng 6/2020", "2020-06-01", "2020-06-10", TEN, strict=strict_day("2020-06-01")),
        span("dau thang 6 nam 2020", "2020-06-01", "2020-06-10", TEN, strict=strict_day("2020-06-01")),
        span("Vào đầu tháng 06/2020", "2020-06-01", "2020-06-10", TEN, strict=strict_day("2020-06-01")),
    ],
    "giữa tháng M": [
        span("giữa tháng 6/2020", "2020-06-11", "2020-06-20", TEN, strict=strict_day("2020-06-15")),
        span("GIỮA THÁNG 6", "2021-06-11", "2021-06-20", TEN, year=2021, strict=strict_day("2021-06-15")),
    ],
    "cuối tháng M": [
        span("cuối tháng 4/2020", "2020-04-21", "2020-04-30", TEN, strict=strict_day("2020-04-30")),
        span("cuối tháng 2/2020", "2020-02-21", "2020-02-29", TEN, strict=strict_day("2020-02-29")),
        span("cuối tháng 2", "2021-02-21", "2021-02-28", TEN, year=2021, strict=strict_day("2021-02-28")),
        span("cuối tháng 11", "2021-11-21", "2021-11-30", TEN, year=2021, strict=strict_day("2021-11-30")),
    ],
    "thượng tuần / trung tuần / hạ tuần": [
        span("thượng tuần tháng 11/2020", "2020-11-01", "2020-11-10", TEN),
        span("trung tuần tháng 11/2020", "2020-11-11", "2020-11-20", TEN),
        span("hạ tuần tháng 11/2020", "2020-11-21", "2020-11-30", TEN),
        span("hạ tuần của tháng 2 năm 2020", "2020-02-21", "2020-02-29", TEN),
        span("Dự kiến trung tuần tháng 11/2020", "2020-11-11", "2020-11-20", TEN, tentative=True),
    ],
    "trong tháng M": [
        span("Tháng 7/2020", "2020-07-01", "2020-07-31", MONTH),
        span("tháng 7 năm 2020", "2020-07-01", "2020-07-31", MONTH),
        span("tháng 07 / 2020", "2020-07-01", "2020-07-31", MONTH),
        span("tháng 7-2020", "2020-07-01", "2020-07-31", MONTH),
        span("trong tháng 7/2020", "2020-07-01", "2020-07-31", MONTH),
        span("trong tháng 7, năm 2020", "2020-07-01", "2020-07-31", MONTH),
        span("7/2020", "2020-07-01", "2020-07-31", MONTH),
        span("T7/2020", "2020-07-01", "2020-07-31", MONTH),
        span("tháng 6", "2021-06-01", "2021-06-30", MONTH, year=2021),
        span("năm 2020; tháng 6", "2020-06-01", "2020-06-30", MONTH, year=2021),
        span("tháng 6-8/2020", "2020-06-01", "2020-08-31", PERIOD),
        span("tháng 6 – tháng 8 năm 2020", "2020-06-01", "2020-08-31", PERIOD),
        span("tháng 10, 11/2020", "2020-10-01", "2020-11-30", PERIOD),
        span("tháng 10 và 11/2020", "2020-10-01", "2020-11-30", PERIOD),
        span("từ tháng 6 đến tháng 8/2020", "2020-06-01", "2020-08-31", PERIOD),
        span("từ tháng 4 đến hết tháng 6/2020", "2020-04-01", "2020-06-30", QUARTER),
        span("từ tháng 11 đến tháng 2/2021", "2020-11-01", "2021-02-28", PERIOD),
        span("từ tháng 11 đến tháng 2", "2020-11-01", "2021-02-28", PERIOD, year=2020),
        span("từ tháng 11/2020 đến tháng 2/2021", "2020-11-01", "2021-02-28", PERIOD),
        span("từ đầu tháng 6 đến cuối tháng 8/2020", "2020-06-01", "2020-08-31", PERIOD),
    ],
    "đầu năm / giữa năm / cuối năm": [
        span(
            "đầu năm 2021",
            "2021-01-01",
            "2021-03-31",
            QUARTER,
            asks=ASK_DATES,
            strict=strict_day("2021-01-01", asks=()),
        ),
        span(
            "giữa năm 2021",
            "2021-05-01",
            "2021-07-31",
            PERIOD,
            asks=ASK_DATES,
            strict=strict_day("2021-06-30", asks=()),
        ),
        span(
            "cuối năm",
            "2021-10-01",
            "2021-12-31",
            QUARTER,
            year=2021,
            asks=ASK_DATES,
            strict=strict_day("2021-12-31", asks=()),
        ),
        # Both customs end on the same day, so that nothing is left to ask.
        span("đến cuối năm 2021", None, "2021-12-31", PERIOD),
        span(
            "trước cuối năm 2021",
            None,
            "2021-09-30",
            PERIOD,
            exclusive=True,
            asks=ASK_DATES,
            strict={"window": window(None, "2021-12-30", PERIOD), "asks": ()},
        ),
    ],
    "quý I, II, III, IV": [
        span("quý I/2024", "2024-01-01", "2024-03-31", QUARTER),
        span("Quý II năm 2024", "2024-04-01", "2024-06-30", QUARTER),
        span("quý 3/2024", "2024-07-01", "2024-09-30", QUARTER),
        span("QUY IV - 2024", "2024-10-01", "2024-12-31", QUARTER),
        span("trong quý II", "2024-04-01", "2024-06-30", QUARTER, year=2024),
        span("quý I, II, III, IV", "2024-01-01", "2024-12-31", YEAR, year=2024),
        span("quý III và quý IV năm 2024", "2024-07-01", "2024-12-31", HALF),
        span("quý II - III/2024", "2024-04-01", "2024-09-30", PERIOD),
        span("từ quý I đến quý II/2024", "2024-01-01", "2024-06-30", HALF),
    ],
    "6 tháng đầu năm / cuối năm": [
        span("6 tháng đầu năm 2025", "2025-01-01", "2025-06-30", HALF),
        span("06 tháng cuối năm 2025", "2025-07-01", "2025-12-31", HALF),
        span("trong 6 tháng đầu năm", "2025-01-01", "2025-06-30", HALF, year=2025),
        span("nửa cuối năm 2025", "2025-07-01", "2025-12-31", HALF),
        span("3 tháng đầu năm 2025", "2025-01-01", "2025-03-31", QUARTER),
    ],
    "9 tháng đầu năm": [
        span("9 tháng đầu năm 2025", "2025-01-01", "2025-09-30", PERIOD),
        span("09 tháng đầu năm", "2025-01-01", "2025-09-30", PERIOD, year=2025),
    ],
    "năm YYYY / trong năm": [
        span("2022", "2022-01-01", "2022-12-31", YEAR),
        span("Năm 2021", "2021-01-01", "2021-12-31", YEAR),
        span("năm 2021", "2021-01-01", "2021-12-31", YEAR, year=2019),
        span("trong năm 2021", "2021-01-01", "2021-12-31", YEAR),
        span("trong năm", "2021-01-01", "2021-12-31", YEAR, year=2021),
        span("cả năm 2021", "2021-01-01", "2021-12-31", YEAR),
        span("(không ghi) năm 2020", "2020-01-01", "2020-12-31", YEAR),
    ],
    "giai đoạn YYYY-YYYY": [
        span("giai đoạn 2020 – 2022", "2020-01-01", "2022-12-31", PERIOD),
        span("Giai đoạn 2020-2022", "2020-01-01", "2022-12-31", PERIOD),
        span("giai đoạn 2020-22", "2020-01-01", "2022-12-31", PERIOD),
        span("2020-22", "2020-01-01", "2022-12-31", PERIOD),
        span("2020 - 2022", "2020-01-01", "2022-12-31", PERIOD),
        span("2009 - 12", "2009-01-01", "2012-12-31", PERIOD),
        span("các năm 2020 – 2022", "2020-01-01", "2022-12-31", PERIOD),
        span("từ năm 2020 đến năm 2022", "2020-01-01", "2022-12-31", PERIOD),
        span("từ 2020 đến hết năm 2022", "2020-01-01", "2022-12-31", PERIOD),
        span("giai đoạn 2021-2025, định hướng đến năm 2030", "2021-01-01", "2025-12-31", PERIOD),
        span("nhiệm kỳ 2019 - 2024", "2019-01-01", "2024-12-31", PERIOD, asks=ASK_DATES),
    ],
    "đến năm YYYY": [
        span("đến năm 2025", None, "2025-12-31", PERIOD),
        span("đến hết năm 2025", None, "2025-12-31", PERIOD),
        span("đến tháng 6/2025", None, "2025-06-30", PERIOD),
        span("từ năm 2022", "2022-01-01", None, PERIOD),
        span("kể từ ngày 15/01/2020", "2020-01-15", None, PERIOD),
        span("có hiệu lực kể từ ngày ký (15/01/2020)", "2020-01-15", None, PERIOD),
        says("có hiệu lực kể từ ngày ký", asks=ASK_DATES),
    ],
    "trước ngày D": [
        span("trước ngày 19/5/2014", None, "2014-05-18", PERIOD, exclusive=True),
        span("trước 19/5/2014", None, "2014-05-18", PERIOD, exclusive=True),
        span("truoc ngay 19 thang 5 nam 2014", None, "2014-05-18", PERIOD, exclusive=True),
        span("hoàn thành trước ngày 19/5", None, "2014-05-18", PERIOD, year=2014, exclusive=True),
        span("trước ngày 01/01/2014", None, "2013-12-31", PERIOD, exclusive=True),
        # An hour belongs to its day, which is then the last one.
        span("trước 17h00 ngày 19/5/2014", None, "2014-05-19", PERIOD),
        span("trong năm 2020, trước ngày 20/9", "2020-01-01", "2020-09-19", PERIOD, exclusive=True),
        span("sau ngày 19/5/2014", "2014-05-20", None, PERIOD, exclusive=True),
        span(
            "trước ngày 19/5/2014, chào mừng 124 năm ngày sinh …",
            None,
            "2014-05-18",
            PERIOD,
            exclusive=True,
            occasion=Occasion("124 năm ngày sinh …"),
        ),
        span(
            "trước ngày 19/5/2014, chào mừng 124 năm ngày sinh Chủ tịch Hồ Chí Minh",
            None,
            "2014-05-18",
            PERIOD,
            exclusive=True,
            anniversary=UNCLE_HO,
            occasion=Occasion("124 năm ngày sinh Chủ tịch Hồ Chí Minh", date(2014, 5, 19), ("ho-chi-minh-birthday",)),
        ),
    ],
    "trước dịp <ngày kỷ niệm>": [
        span(
            "trước dịp kỷ niệm 69 năm ngày thành lập Quân đội nhân dân Việt Nam (22/12/1944 - 22/12/2013)",
            None,
            "2013-12-21",
            PERIOD,
            exclusive=True,
            anniversary=ARMY,
            occasion=Occasion(
                "kỷ niệm 69 năm ngày thành lập Quân đội nhân dân Việt Nam (22/12/1944 - 22/12/2013)",
                date(2013, 12, 22),
                ("peoples-army-day",),
            ),
        ),
        span(
            "trước Tết Nguyên đán 2022",
            None,
            "2022-01-31",
            PERIOD,
            exclusive=True,
            occasion=Occasion("Tết Nguyên đán 2022", date(2022, 2, 1), ("tet",)),
        ),
        span(
            "trước dịp Tết Bunpimay",
            None,
            "2023-04-13",
            PERIOD,
            year=2023,
            exclusive=True,
            occasion=Occasion("Tết Bunpimay", date(2023, 4, 14), ("lao-new-year",)),
        ),
    ],
    "trước tháng M": [
        span("trước tháng 6/2020", None, "2020-05-31", PERIOD, exclusive=True),
        span("trước tháng 1/2020", None, "2019-12-31", PERIOD, exclusive=True),
        span("trước quý II/2024", None, "2024-03-31", PERIOD, exclusive=True),
        span("trước năm 2025", None, "2024-12-31", PERIOD, exclusive=True),
        span(
            "trước cuối tháng 6/2020",
            None,
            "2020-06-20",
            PERIOD,
            exclusive=True,
            strict={"window": window(None, "2020-06-29", PERIOD)},
        ),
    ],
    "chậm nhất / muộn nhất / không muộn hơn ngày D": [
        span("chậm nhất là ngày 20/9/2013", None, "2013-09-20", PERIOD),
        span("chậm nhất vào ngày 20/9/2013", None, "2013-09-20", PERIOD),
        span("chậm nhất ngày 20 tháng 9 năm 2013", None, "2013-09-20", PERIOD),
        span("muộn nhất trong ngày 20/9/2013", None, "2013-09-20", PERIOD),
        span("không muộn hơn ngày 20/9/2013", None, "2013-09-20", PERIOD),
        span("cham nhat den het ngay 20/9", None, "2013-09-20", PERIOD, year=2013),
        span("chậm nhất là tháng 6/2020", None, "2020-06-30", PERIOD),
        span(
            "chậm nhất đầu tháng 6/2020",
            None,
            "2020-06-10",
            PERIOD,
            strict={"window": window(None, "2020-06-01", PERIOD)},
        ),
    ],
    "chậm nhất trước ngày D": [
        span("chậm nhất trước ngày 20/9/2013", None, "2013-09-19", PERIOD, exclusive=True, asks=(Question.DEADLINE,)),
        span(
            "chậm nhất là trước ngày 20/9/2013", None, "2013-09-19", PERIOD, exclusive=True, asks=(Question.DEADLINE,)
        ),
    ],
    "đến / đến hết / hết ngày D": [
        span("đến ngày 20/9/2013", None, "2013-09-20", PERIOD),
        span("đến hết ngày 20/9/2013", None, "2013-09-20", PERIOD),
        span("hết ngày 20/9/2013", None, "2013-09-20", PERIOD),
    ],
    "trong ngày D": [
        span("trong ngày 20/9/2013", "2013-09-20", "2013-09-20", DAY),
        span("ngày 20/9/2013", "2013-09-20", "2013-09-20", DAY),
        span("ngày 20 tháng 9 năm 2013", "2013-09-20", "2013-09-20", DAY),
        span("5/9/1962", "1962-09-05", "1962-09-05", DAY),
        span("05/9/1962", "1962-09-05", "1962-09-05", DAY),
        span("05 / 09 / 1962", "1962-09-05", "1962-09-05", DAY),
        span("20-9-2013", "2013-09-20", "2013-09-20", DAY),
        span("20.9.2013", "2013-09-20", "2013-09-20", DAY),
        span("Chiều 20/9 (không ghi năm)", "2022-09-20", "2022-09-20", DAY, year=2022),
        span("lúc 8h00 ngày 20/9/2022", "2022-09-20", "2022-09-20", DAY),
        span("thứ Ba, ngày 20/9/2022", "2022-09-20", "2022-09-20", DAY),
        span("thứ Tư, ngày 20/9/2022", "2022-09-20", "2022-09-20", DAY, asks=ASK_DATES),
        span("ngày cuối tháng 2/2020", "2020-02-29", "2020-02-29", DAY),
        span("29/2", "2021-02-28", "2021-02-28", DAY, year=2021),
        span("29/2", "2024-02-29", "2024-02-29", DAY, year=2024),
    ],
    "từ ngày A đến (hết) ngày B": [
        span("từ ngày 15/11/2020 đến ngày 20/11/2020", "2020-11-15", "2020-11-20", DAYS),
        span("từ ngày 15 đến hết ngày 20 tháng 11 năm 2020", "2020-11-15", "2020-11-20", DAYS),
        span("từ 15 đến 20/11/2020", "2020-11-15", "2020-11-20", DAYS),
        span("15-20/11/2020", "2020-11-15", "2020-11-20", DAYS),
        span("15 – 20/11", "2020-11-15", "2020-11-20", DAYS, year=2020),
        span("21–23/12/2022", "2022-12-21", "2022-12-23", DAYS),
        span("ngày 15 và 16/11/2020", "2020-11-15", "2020-11-16", DAYS),
        span("30/4 - 2/5/2020", "2020-04-30", "2020-05-02", DAYS),
        span("28/12/2022 - 03/01/2023", "2022-12-28", "2023-01-03", DAYS),
        span("từ ngày 28/12 đến ngày 03/01/2023", "2022-12-28", "2023-01-03", DAYS),
        span("28/12 - 03/01", "2022-12-28", "2023-01-03", DAYS, year=2022),
        span("từ ngày 15/01/2020 đến hết ngày 31/12/2022", "2020-01-15", "2022-12-31", PERIOD),
        span("từ ngày 01/7/2020 đến ngày 31/7/2020", "2020-07-01", "2020-07-31", MONTH),
        span("sau ngày 1/6/2020 đến ngày 20/9/2020", "2020-06-02", "2020-09-20", PERIOD, exclusive=True),
    ],
    "dự kiến": [
        says("dự kiến", tentative=True),
        span("Dự kiến tháng 6/2020", "2020-06-01", "2020-06-30", MONTH, tentative=True),
        span(
            "Dự kiến cuối tháng 4/2020",
            "2020-04-21",
            "2020-04-30",
            TEN,
            tentative=True,
            strict=strict_day("2020-04-30"),
        ),
    ],
    "nếu / khi / trường hợp / khi có yêu cầu": [
        says("khi có yêu cầu", condition="khi có yêu cầu"),
        says("Nếu có điều kiện", condition="Nếu có điều kiện"),
        says("trường hợp cần thiết", condition="trường hợp cần thiết"),
        span(
            "Dự kiến cuối tháng 4/2020 (nếu vận động được nguồn tài trợ và có chủ trương của tỉnh)",
            "2020-04-21",
            "2020-04-30",
            TEN,
            tentative=True,
            condition="nếu vận động được nguồn tài trợ và có chủ trương của tỉnh",
            strict=strict_day("2020-04-30"),
        ),
        span(
            "Nếu có điều kiện, trong tháng 6/2020",
            "2020-06-01",
            "2020-06-30",
            MONTH,
            condition="Nếu có điều kiện",
        ),
        span(
            "tháng 6/2020, nếu được phép (đoàn ra, đoàn vào)",
            "2020-06-01",
            "2020-06-30",
            MONTH,
            condition="nếu được phép (đoàn ra, đoàn vào)",
        ),
        says("nếu có vướng mắc thì kịp thời báo cáo", condition="nếu có vướng mắc", ongoing=True, asks=ASK_DATES),
    ],
    "hằng năm / hàng năm / mỗi năm / thường niên": [
        says("hằng năm", cycle=YEARLY),
        says("hàng năm", cycle=YEARLY),
        says("Mỗi năm", cycle=YEARLY),
        says("thường niên", cycle=YEARLY),
        says("định kỳ hàng năm", cycle=YEARLY),
        says("01 lần/năm", cycle=YEARLY),
        span("hằng năm", "2021-01-01", "2021-12-31", YEAR, year=2021, cycle=YEARLY),
        span("mỗi năm; 2020 - 2022", "2020-01-01", "2022-12-31", PERIOD, cycle=YEARLY),
        span("định kỳ hàng năm; 2020 - 2022", "2020-01-01", "2022-12-31", PERIOD, cycle=YEARLY),
        says("mỗi năm 02 lần", cycle=every(CycleUnit.YEAR, times=2), asks=ASK_DATES),
        says("hai lần một năm", cycle=every(CycleUnit.YEAR, times=2), asks=ASK_DATES),
        span(
            "hằng năm, từ năm 2021",
            "2021-01-01",
            None,
            PERIOD,
            cycle=every(CycleUnit.YEAR, first_year=2021),
        ),
    ],
    "định kỳ vào tháng 6 hàng năm": [
        says("định kỳ vào tháng 6 hàng năm", cycle=every(CycleUnit.YEAR, month=6)),
        span(
            "định kỳ vào tháng 6 hàng năm",
            "2021-06-01",
            "2021-06-30",
            MONTH,
            year=2021,
            cycle=every(CycleUnit.YEAR, month=6),
        ),
        span(
            "vào tháng 6 hằng năm; giai đoạn 2020-2022",
            "2020-01-01",
            "2022-12-31",
            PERIOD,
            cycle=every(CycleUnit.YEAR, month=6),
        ),
        says("ngày 18/12 hằng năm", cycle=every(CycleUnit.YEAR, month=12, day=18)),
        says("trước ngày 18/12 hằng năm", cycle=every(CycleUnit.YEAR, month=12, day=18), exclusive=True),
        span(
            "trước ngày 18/12 hằng năm",
            None,
            "2020-12-17",
            PERIOD,
            year=2020,
            cycle=every(CycleUnit.YEAR, month=12, day=18),
            exclusive=True,
        ),
    ],
    "hằng quý; mỗi quý (1 lần); theo quý": [
        says("hằng quý", cycle=QUARTERLY),
        says("hàng quý", cycle=QUARTERLY),
        says("mỗi quý 1 lần", cycle=QUARTERLY),
        says("mỗi quý (1 lần)", cycle=QUARTERLY),
        says("theo quý", cycle=QUARTERLY),
        says("hằng/hàng quý", cycle=QUARTERLY),
        span("hằng quý trong năm 2021", "2021-01-01", "2021-12-31", YEAR, cycle=QUARTERLY),
    ],
    "hằng tháng; mỗi tháng; ngày 15 hằng tháng": [
        says("hằng tháng", cycle=MONTHLY),
        says("mỗi tháng", cycle=MONTHLY),
        says("mỗi tháng một lần", cycle=MONTHLY),
        says("ngày 15 hằng tháng", cycle=every(CycleUnit.MONTH, day=15)),
        says("ngày 31 hàng tháng", cycle=every(CycleUnit.MONTH, day=31)),
        says("ngày cuối cùng của tháng", cycle=every(CycleUnit.MONTH, day=31)),
        says("chậm nhất ngày 25 hằng tháng", cycle=every(CycleUnit.MONTH, day=25)),
        says("trước ngày 20 hằng tháng", cycle=every(CycleUnit.MONTH, day=20), exclusive=True),
    ],
    "hằng tuần; thứ Sáu hằng tuần": [
        says("hằng tuần", cycle=WEEKLY),
        says("thứ Sáu hằng tuần", cycle=every(CycleUnit.WEEK, weekday=4)),
        says("thu 2 hang tuan", cycle=every(CycleUnit.WEEK, weekday=0)),
        says("Chủ nhật hằng tuần", cycle=every(CycleUnit.WEEK, weekday=6)),
    ],
    "định kỳ 03/06 tháng": [
        says("định kỳ 03 tháng một lần", cycle=every(CycleUnit.MONTH, every=3), asks=ASK_DATES),
        says("định kỳ 06 tháng/lần", cycle=every(CycleUnit.MONTH, every=6), asks=ASK_DATES),
        says("định kỳ 6 tháng", cycle=every(CycleUnit.MONTH, every=6), asks=ASK_DATES),
        says("sáu tháng một lần", cycle=every(CycleUnit.MONTH, every=6), asks=ASK_DATES),
        says("định kỳ 03/06 tháng", cycle=every(None), asks=(Question.CYCLE,)),
        span("06 tháng/lần, từ tháng 3/2020", "2020-03-01", None, PERIOD, cycle=every(CycleUnit.MONTH, every=6)),
    ],
    "02 năm/lần": [
        says("02 năm/lần", cycle=TWO_YEARS, asks=(Question.FIRST_YEAR,)),
        says("02 năm/01 lần", cycle=TWO_YEARS, asks=(Question.FIRST_YEAR,)),
        says("2 năm / lần", cycle=TWO_YEARS, asks=(Question.FIRST_YEAR,)),
        says("hai năm một lần", cycle=TWO_YEARS, asks=(Question.FIRST_YEAR,)),
        says("HAI NAM MOT LAN", cycle=TWO_YEARS, asks=(Question.FIRST_YEAR,)),
        says("định kỳ 2 năm/lần", cycle=TWO_YEARS, asks=(Question.FIRST_YEAR,)),
        says("mỗi hai năm", cycle=TWO_YEARS, asks=(Question.FIRST_YEAR,)),
        says("01 lần/2 năm", cycle=TWO_YEARS, asks=(Question.FIRST_YEAR,)),
        span("02 năm/lần; năm 2022", "2022-01-01", "2022-12-31", YEAR, cycle=replace(TWO_YEARS, first_year=2022)),
        span(
            "02 năm/lần, bắt đầu từ năm 2022",
            "2022-01-01",
            None,
            PERIOD,
            cycle=replace(TWO_YEARS, first_year=2022),
        ),
        # A period does not say in which of its years the first one is.
        span(
            "02 năm/lần; 2020 - 2022", "2020-01-01", "2022-12-31", PERIOD, cycle=TWO_YEARS, asks=(Question.FIRST_YEAR,)
        ),
    ],
    "4 năm/lần; 5 năm một lần": [
        says("4 năm/lần", cycle=every(CycleUnit.YEAR, every=4), asks=(Question.FIRST_YEAR,)),
        says("5 năm một lần", cycle=every(CycleUnit.YEAR, every=5), asks=(Question.FIRST_YEAR,)),
        says("năm năm một lần", cycle=every(CycleUnit.YEAR, every=5), asks=(Question.FIRST_YEAR,)),
    ],
    "luân phiên": [
        says("luân phiên", cycle=every(None, rotates=True), asks=(*ASK_TURN, Question.CYCLE)),
        says("luân phiên tổ chức", cycle=every(None, rotates=True), asks=(*ASK_TURN, Question.CYCLE)),
        says("luân phiên sang thăm hằng năm", cycle=every(CycleUnit.YEAR, rotates=True), asks=ASK_TURN),
        says(
            "hình thức luân phiên chủ trì 02 năm/lần",
            cycle=replace(TWO_YEARS, rotates=True),
            asks=(Question.FIRST_YEAR, *ASK_TURN),
        ),
        says(
            "2 năm/lần sẽ tổ chức hội đàm luân phiên",
            cycle=replace(TWO_YEARS, rotates=True),
            asks=(Question.FIRST_YEAR, *ASK_TURN),
        ),
        span(
            "luân phiên … định kỳ 2 năm/lần; 2020 - 2022",
            "2020-01-01",
            "2022-12-31",
            PERIOD,
            cycle=replace(TWO_YEARS, rotates=True),
            asks=(Question.FIRST_YEAR, *ASK_TURN),
        ),
        span(
            "năm 2022, luân phiên chủ trì",
            "2022-01-01",
            "2022-12-31",
            YEAR,
            cycle=every(None, rotates=True),
            asks=ASK_TURN,
        ),
    ],
    "nhân dịp / nhân kỷ niệm / chào mừng / hướng tới": [
        span(
            "nhân dịp Quốc khánh 2/9/2022",
            "2022-08-23",
            "2022-09-02",
            PERIOD,
            occasion=Occasion("Quốc khánh 2/9/2022", date(2022, 9, 2), ("viet-nam-national-day",)),
            asks=ASK_DATES,
        ),
        span(
            "chào mừng Quốc khánh Lào",
            "2025-11-22",
            "2025-12-02",
            PERIOD,
            year=2025,
            occasion=Occasion("Quốc khánh Lào", date(2025, 12, 2), ("laos-national-day",)),
            asks=ASK_DATES,
        ),
        span(
            "nhân kỷ niệm 60 năm ngày thiết lập quan hệ (05/9/1962 - 05/9/2022)",
            "2022-08-26",
            "2022-09-05",
            PERIOD,
            anniversary=LAOS,
            occasion=sixty("kỷ niệm 60 năm ngày thiết lập quan hệ (05/9/1962 - 05/9/2022)"),
            asks=ASK_DATES,
        ),
        span(
            "hướng tới ngày 30/4/2020",
            "2020-04-20",
            "2020-04-30",
            PERIOD,
            occasion=Occasion("ngày 30/4/2020", date(2020, 4, 30)),
            asks=ASK_DATES,
        ),
        says("nhân dịp khai trương", occasion=Occasion("khai trương"), asks=ASK_DATES),
        says("chào mừng Quốc khánh Thái Lan", occasion=Occasion("Quốc khánh Thái Lan"), asks=ASK_DATES),
        span(
            "chào mừng Quốc khánh 2/9, dự kiến trong tháng 8/2020",
            "2020-08-01",
            "2020-08-31",
            MONTH,
            tentative=True,
            occasion=Occasion("Quốc khánh 2/9", date(2020, 9, 2), ("viet-nam-national-day",)),
        ),
    ],
    "kỷ niệm N năm (dd/mm/Y0 - dd/mm/Y1)": [
        span(
            "kỷ niệm 60 năm … (05/9/1962 - 05/9/2022)",
            "2022-09-05",
            "2022-09-05",
            DAY,
            anniversary=LAOS,
            occasion=sixty("kỷ niệm 60 năm … (05/9/1962 - 05/9/2022)"),
        ),
        span(
            "Kỷ niệm 45 năm ngày ký Hiệp ước Hữu nghị và Hợp tác Việt Nam - Lào (18/7/1977-18/7/2022)",
            "2022-07-18",
            "2022-07-18",
            DAY,
            anniversary=TREATY,
            occasion=Occasion(
                "Kỷ niệm 45 năm ngày ký Hiệp ước Hữu nghị và Hợp tác Việt Nam - Lào (18/7/1977-18/7/2022)",
                date(2022, 7, 18),
                ("viet-nam-laos-treaty",),
            ),
        ),
        span(
            "(05/9/1962 - 05/9/2022)",
            "2022-09-05",
            "2022-09-05",
            DAY,
            anniversary=LAOS,
            occasion=sixty("05/9/1962 - 05/9/2022"),
        ),
        span(
            "2022; (05/9/1962 - 05/9/2022)",
            "2022-01-01",
            "2022-12-31",
            YEAR,
            anniversary=LAOS,
            occasion=sixty("05/9/1962 - 05/9/2022"),
        ),
        span(
            "60 năm ngày thiết lập quan hệ ngoại giao (05/9/1962 - 05/9/2022); 2022",
            "2022-01-01",
            "2022-12-31",
            YEAR,
            anniversary=LAOS,
            occasion=sixty("60 năm ngày thiết lập quan hệ ngoại giao (05/9/1962 - 05/9/2022)"),
        ),
        # The number of years and the two days disagree.
        span(
            "kỷ niệm 61 năm (05/9/1962 - 05/9/2022)",
            "2022-09-05",
            "2022-09-05",
            DAY,
            anniversary=LAOS,
            occasion=sixty("kỷ niệm 61 năm (05/9/1962 - 05/9/2022)"),
            asks=ASK_DATES,
        ),
        span(
            "Dự kiến trung tuần tháng 11/2020; kỷ niệm 90 năm (18/11)",
            "2020-11-11",
            "2020-11-20",
            TEN,
            tentative=True,
            anniversary=FRONT,
            occasion=Occasion("kỷ niệm 90 năm (18/11)", date(2020, 11, 18)),
        ),
        span(
            "kỷ niệm 90 năm Ngày truyền thống MTTQVN (18/11/1930)",
            "2020-11-18",
            "2020-11-18",
            DAY,
            anniversary=FRONT,
            occasion=Occasion(
                "kỷ niệm 90 năm Ngày truyền thống MTTQVN (18/11/1930)", date(2020, 11, 18), ("front-day",)
            ),
        ),
        span(
            "kỷ niệm lần thứ 60 Ngày thiết lập quan hệ ngoại giao Việt Nam – Lào",
            "2022-09-05",
            "2022-09-05",
            DAY,
            anniversary=LAOS,
            occasion=Occasion(
                "kỷ niệm lần thứ 60 Ngày thiết lập quan hệ ngoại giao Việt Nam – Lào",
                date(2022, 9, 5),
                ("viet-nam-laos-relations",),
            ),
        ),
    ],
    "lễ, tết (cổ truyền) của mỗi nước": [
        says(
            "lễ, tết cổ truyền của mỗi nước",
            occasion=Occasion("lễ, tết cổ truyền của mỗi nước", None, FEASTS),
            asks=ASK_DATES,
        ),
        says(
            "nhân dịp lễ, tết của mỗi nước",
            occasion=Occasion("lễ, tết của mỗi nước", None, FEASTS),
            asks=ASK_DATES,
        ),
        says(
            "nhân những ngày lễ, ngày tết cổ truyền của hai nước",
            year=2021,
            occasion=Occasion("những ngày lễ, ngày tết cổ truyền của hai nước", None, FEASTS),
            asks=ASK_DATES,
        ),
    ],
    "trong thời hạn / trong vòng N ngày kể từ ngày": [
        says(
            "trong thời hạn 15 ngày kể từ ngày nhận được hồ sơ",
            term=Term(15, TermUnit.CALENDAR, Direction.AFTER, "ngày nhận được hồ sơ"),
        ),
        says(
            "trong vòng 15 ngày kể từ ngày 20/9/2022",
            term=Term(15, TermUnit.CALENDAR, Direction.AFTER, "ngày 20/9/2022", date(2022, 9, 20)),
        ),
        says(
            "trong vòng 15 ngày kể từ ngày 20/9",
            year=2021,
            term=Term(15, TermUnit.CALENDAR, Direction.AFTER, "ngày 20/9", date(2021, 9, 20)),
        ),
        says("trong vòng 30 ngày", term=Term(30, TermUnit.CALENDAR, Direction.AFTER)),
        says("03 tháng kể từ ngày ký", term=Term(3, TermUnit.MONTH, Direction.AFTER, "ngày ký")),
        says("02 tuần sau khi kết thúc", term=Term(14, TermUnit.CALENDAR, Direction.AFTER, "khi kết thúc")),
    ],
    "N ngày làm việc": [
        says("5 ngày làm việc", term=Term(5, TermUnit.WORKING, Direction.AFTER)),
        says(
            "trong vòng 10 ngày làm việc kể từ ngày ký",
            term=Term(10, TermUnit.WORKING, Direction.AFTER, "ngày ký"),
        ),
        says(
            "15 (mười lăm) ngày làm việc, kể từ ngày ký",
            term=Term(15, TermUnit.WORKING, Direction.AFTER, "ngày ký"),
        ),
    ],
    "ít nhất / tối thiểu N ngày trước": [
        says("ít nhất 30 ngày trước …", term=Term(30, TermUnit.CALENDAR, Direction.BEFORE)),
        says(
            "ít nhất 30 ngày trước ngày tổ chức",
            term=Term(30, TermUnit.CALENDAR, Direction.BEFORE, "ngày tổ chức"),
        ),
        says(
            "tối thiểu 5 ngày làm việc trước khi đoàn đi",
            term=Term(5, TermUnit.WORKING, Direction.BEFORE, "khi đoàn đi"),
        ),
        says(
            "trước ngày khai mạc ít nhất 40 ngày",
            term=Term(40, TermUnit.CALENDAR, Direction.BEFORE, "ngày khai mạc"),
        ),
        says("trước 30 ngày", term=Term(30, TermUnit.CALENDAR, Direction.BEFORE)),
    ],
    "tháng cuối quý/kỳ; tháng đầu (tiên) của quý": [
        says("tháng cuối quý", cycle=every(CycleUnit.QUARTER, month=3)),
        says("tháng cuối kỳ", cycle=every(CycleUnit.QUARTER, month=3)),
        says("tháng đầu của quý", cycle=every(CycleUnit.QUARTER, month=1)),
        says("tháng đầu tiên của quý", cycle=every(CycleUnit.QUARTER, month=1)),
        says("ngày 15 tháng cuối quý", cycle=every(CycleUnit.QUARTER, month=3, day=15)),
        says("trước ngày 25 của tháng cuối quý", cycle=every(CycleUnit.QUARTER, month=3, day=25), exclusive=True),
        span("tháng cuối quý II/2024", "2024-06-01", "2024-06-30", MONTH),
    ],
    "tuần đầu / tuần cuối (của tháng, quý)": [
        says("tuần đầu", pick=Pick.FIRST_WEEK, asks=ASK_DATES),
        says("tuần đầu của tháng", cycle=MONTHLY, pick=Pick.FIRST_WEEK, asks=ASK_DATES),
        says("tuần cuối quý", cycle=QUARTERLY, pick=Pick.LAST_WEEK, asks=ASK_DATES),
        span("tuần đầu tháng 6/2020", "2020-06-01", "2020-06-30", MONTH, pick=Pick.FIRST_WEEK, asks=ASK_DATES),
        span("tuần cuối của quý II/2024", "2024-04-01", "2024-06-30", QUARTER, pick=Pick.LAST_WEEK, asks=ASK_DATES),
    ],
    "ngày làm việc cuối cùng của tháng": [
        says("ngày làm việc cuối cùng của tháng", cycle=MONTHLY, pick=Pick.LAST_WORKING_DAY),
        says("ngày làm việc đầu tiên hằng tháng", cycle=MONTHLY, pick=Pick.FIRST_WORKING_DAY),
        span(
            "chậm nhất ngày làm việc cuối cùng của tháng 6/2020",
            "2020-06-01",
            "2020-06-30",
            MONTH,
            pick=Pick.LAST_WORKING_DAY,
        ),
    ],
    "năm học YYYY-YYYY": [
        span("năm học 2024-2025", "2024-09-01", "2025-06-30", PERIOD, asks=ASK_DATES),
        span("năm học 2024 – 2025", "2024-09-01", "2025-06-30", PERIOD, asks=ASK_DATES),
        span("năm học 2024-25", "2024-09-01", "2025-06-30", PERIOD, asks=ASK_DATES),
    ],
    "định kỳ; thường xuyên; kịp thời; đột xuất": [
        says("định kỳ", cycle=every(None), asks=(Question.CYCLE,)),
        says("định kỳ (không ghi chu kỳ)", cycle=every(None), asks=(Question.CYCLE,)),
        says("Thường xuyên", ongoing=True, asks=ASK_DATES),
        says("kịp thời", ongoing=True, asks=ASK_DATES),
        says("đột xuất", ongoing=True, asks=ASK_DATES),
        span("Thường xuyên; giai đoạn 2020 – 2022", "2020-01-01", "2022-12-31", PERIOD, ongoing=True),
        says(
            "định kỳ (không ghi chu kỳ); nếu có vướng mắc thì kịp thời báo cáo",
            cycle=every(None),
            condition="nếu có vướng mắc",
            ongoing=True,
            asks=(Question.CYCLE,),
        ),
    ],
    "tiếp tục / đẩy mạnh / tăng cường": [
        says("tiếp tục", ongoing=True),
        says("đẩy mạnh", ongoing=True),
        says("tăng cường", ongoing=True),
        span("tiếp tục; giai đoạn 2022 - 2024", "2022-01-01", "2024-12-31", PERIOD, ongoing=True),
        span("thường ngày; giai đoạn 2020 – 2022", "2020-01-01", "2022-12-31", PERIOD, ongoing=True),
        # Figures and words of other meaning among free words are not days.
        says("Tiếp tục thực hiện theo quy định tại Nghị quyết 12/2020", ongoing=True),
        says("Tăng cường hợp tác với Việt Nam 2020", ongoing=True),
        span("tăng cường tuyên truyền trong quý II/2024", "2024-04-01", "2024-06-30", QUARTER, ongoing=True),
    ],
}

ISO = [
    span("2022-09-20", "2022-09-20", "2022-09-20", DAY),
    span("2020-07", "2020-07-01", "2020-07-31", MONTH),
    span("2020-01-01/2022-12-31", "2020-01-01", "2022-12-31", PERIOD),
    span("2020-07-01/2020-07-31", "2020-07-01", "2020-07-31", MONTH),
    span("2024-04-01/2024-06-30", "2024-04-01", "2024-06-30", QUARTER),
    span("2020-01-01/2020-12-31", "2020-01-01", "2020-12-31", YEAR),
    span("2024-08-27/2024-08-29", "2024-08-27", "2024-08-29", DAYS),
    span("2024-08-27/2024-08-27", "2024-08-27", "2024-08-27", DAY),
    span("/2013-12-21", None, "2013-12-21", PERIOD),
    span("2013-09-20/", "2013-09-20", None, PERIOD),
]

CASES = [case for cases in IDIOMS.values() for case in cases] + ISO
LISTED_IDIOMS = 43


def test_every_idiom_has_its_cases() -> None:
    assert len(IDIOMS) == LISTED_IDIOMS
    assert all(IDIOMS.values())
    assert len(CASES) >= 150


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.words} [{case.year or ''}]")
def test_phrase(case: Case) -> None:
    both = [read(case.words, year=case.year, reading=custom) for custom in (Custom.CUSTOMARY, Custom.STRICT)]
    assert both == [case.customary, case.strict]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.words)
def test_phrase_is_the_same_however_typed(case: Case) -> None:
    plain = letters_of(case.words).plain
    typed = [
        plain,
        plain.upper(),
        unicodedata.normalize("NFD", case.words),
        case.words.replace("-", "–"),
        f"  {case.words}\n".replace(" ", "\u00a0 "),
    ]
    expected = essence(case.customary)
    assert [essence(read(words, year=case.year)) for words in typed] == [expected] * len(typed)


@pytest.mark.parametrize("phrase", KNOWN)
def test_known_phrases_are_read(phrase: str) -> None:
    assert read(phrase, year=2022).words == phrase


@pytest.mark.parametrize(
    "words",
    ["tháng 6", "cuối tháng 11", "15-20/11", "quý II", "trong năm", "29/2", "28/12 - 03/01", "từ tháng 11 đến tháng 2",
     "kỷ niệm 90 năm (18/11)", "nhân dịp Quốc khánh", "Chiều 20/9 (không ghi năm)", "hằng tháng, từ tháng 6"],
)  # fmt: skip
def test_days_without_a_year_ask_for_one(words: str) -> None:
    with pytest.raises(YearMissingError) as caught:
        read(words)
    assert caught.value.phrase == words
    assert read(words, year=2024).window is not None


@pytest.mark.parametrize(
    ("words", "written"),
    [
        ("31/2/2021", "31/2/2021"),
        ("trước ngày 31/2/2021", "ngày 31/2/2021"),
        ("29/2/2021", "29/2/2021"),
        ("31/6", "31/6"),
        ("0/6/2020", "0/6/2020"),
        ("tháng 13/2021", "tháng 13/2021"),
        ("tháng 13 hằng năm", "tháng 13"),
        ("cuối tháng 0/2021", "cuối tháng 0/2021"),
        ("quý V/2024", "quý V/2024"),
        ("quý 0/2024", "quý 0/2024"),
        ("giai đoạn 2022 - 2020", "giai đoạn 2022 - 2020"),
        ("20-15/11/2020", "20-15/11/2020"),
        ("từ ngày 20/9/2022 đến ngày 10/9/2022", "ngày 20/9/2022 - ngày 10/9/2022"),
        ("2022-02-30", "2022-02-30"),
        ("2020-13", "2020-13"),
        ("2022-02-01/2021-02-01", "2022-02-01/2021-02-01"),
        ("năm 9999", "năm 9999"),
        ("kỷ niệm 60 năm (05/9/2022 - 05/9/1962)", "kỷ niệm 60 năm (05/9/2022 - 05/9/1962)"),
    ],
)
def test_days_that_do_not_exist(words: str, written: str) -> None:
    with pytest.raises(ImpossibleDateError) as caught:
        read(words)
    assert (caught.value.phrase, caught.value.written) == (words, written)


@pytest.mark.parametrize(
    ("words", "nearest"),
    [
        ("", None),
        ("   ", None),
        ("xyz", None),
        ("(không ghi)", None),
        ("cuoii thang 6/2020", "cuối tháng 6/2022"),
        ("giai đọan 2020 tới 2022", "giai đoạn 2020 - 2022"),
        ("hằng nămm", "hằng năm"),
        ("ngày 15/11/20", None),
        ("ngày 10 tháng 3 âm lịch năm 2020", "ngày 20 tháng 9 năm 2022"),
        # An evening or "until": without diacritics nobody can tell.
        ("tối ngày 20/9/2022", "trước ngày 20/9/2022"),
        ("khi", None),
    ],
)
def test_unknown_phrases_name_the_nearest(words: str, nearest: str | None) -> None:
    with pytest.raises(UnknownPhraseError) as caught:
        read(words)
    assert caught.value.phrase == words
    if nearest is not None:
        assert caught.value.nearest == nearest


@pytest.mark.parametrize(
    "words",
    [
        "tháng 6/2020 và tháng 9/2020",
        "quý I, III/2024",
        "ngày 15 và 20/11/2020",
        "hằng quý, hằng năm",
        "(05/9/1962 - 05/9/2022); (18/7/1977-18/7/2022); thường niên",
        "từ ngày 01 đến ngày 05 hằng tháng",
        "thứ Sáu",
        "ngày 15",
        "năm học 2024-2026",
        "trước ngày",
    ],
)
def test_nothing_is_guessed_where_words_mean_several_things(words: str) -> None:
    with pytest.raises(UnknownPhraseError):
        read(words, year=2024)


def test_a_long_phrase_is_refused() -> None:
    words = "tiếp tục ".ljust(LONGEST_PHRASE, "đ")
    assert read(words).ongoing
    with pytest.raises(PhraseTooLongError) as caught:
        read(words + "đ")
    assert (caught.value.limit, caught.value.phrase) == (LONGEST_PHRASE, words[:60])


@pytest.mark.parametrize("year", [1799, 2201, 0, -1, 10_000])
def test_a_year_outside_the_calendar_is_refused(year: int) -> None:
    with pytest.raises(ImpossibleDateError):
        read("tháng 6", year=year)


def test_a_cycle_day_is_kept_inside_its_month() -> None:
    cycle = read("ngày 31 hằng tháng").cycle
    assert cycle is not None
    assert [cycle.on(2021, month) for month in (1, 2, 4)] == [date(2021, 1, 31), date(2021, 2, 28), date(2021, 4, 30)]
    assert YEARLY.on(2021, 1) is None


@pytest.mark.parametrize(
    ("words", "event", "end"),
    [
        # 20/9/2022 is a Tuesday; the 15th day after it a Wednesday.
        ("15 ngày kể từ ngày ký", date(2022, 9, 20), date(2022, 10, 5)),
        # Ends on a Saturday, and so on the Monday after (Civil Code 148.5).
        ("11 ngày kể từ ngày ký", date(2022, 9, 20), date(2022, 10, 3)),
        ("5 ngày làm việc", date(2022, 9, 20), date(2022, 9, 27)),
        ("trong vòng 5 ngày làm việc kể từ ngày ký", date(2022, 8, 30), date(2022, 9, 8)),
        # Counted back it moves earlier: the 30th day before is a Sunday.
        ("ít nhất 30 ngày trước ngày tổ chức", date(2022, 9, 20), date(2022, 8, 19)),
        ("tối thiểu 5 ngày làm việc trước ngày tổ chức", date(2022, 9, 20), date(2022, 9, 13)),
        ("1 tháng kể từ ngày ký", date(2022, 1, 31), date(2022, 2, 28)),
        ("3 tháng kể từ ngày ký", date(2022, 11, 15), date(2023, 2, 15)),
        ("ít nhất 1 năm trước ngày tổ chức", date(2024, 2, 29), date(2023, 2, 28)),
    ],
)
def test_a_term_ends_on_a_working_day(words: str, event: date, end: date) -> None:
    term = read(words).term
    assert term is not None
    assert term.end(event, DaysOff(), ("VN",)) == end


@pytest.mark.parametrize(
    ("ident", "first", "last"),
    [
        ("tet", date(2026, 2, 17), date(2026, 2, 17)),
        ("hung-kings", date(2026, 4, 26), date(2026, 4, 26)),
        ("lao-new-year", date(2026, 4, 14), date(2026, 4, 16)),
        ("khmer-new-year", date(2026, 4, 13), date(2026, 4, 16)),
        ("laos-national-day", date(2026, 12, 2), date(2026, 12, 2)),
    ],
)
def test_festival_days(ident: str, first: date, last: date) -> None:
    days = festival_window(ident, 2026)
    assert (days.start, days.last) == (first, last)


def test_an_unknown_festival() -> None:
    with pytest.raises(UnknownPhraseError):
        festival_window("songkran", 2026)


def essence(reading: Reading) -> Reading:
    """A reading with its words stripped of what typing changes."""

    def strip(words: str | None) -> str | None:
        return None if words is None else letters_of(words).plain

    term, occasion = reading.term, reading.occasion
    return replace(
        reading,
        words="",
        condition=strip(reading.condition),
        term=term and replace(term, event=strip(term.event)),
        occasion=occasion and replace(occasion, words=strip(occasion.words)),
    )


def outcome(words: str, year: int | None, custom: Custom) -> Reading | type[LuanphienError]:
    try:
        return essence(read(words, year=year, reading=custom))
    except LuanphienError as error:
        return type(error)


PATIENT = settings(deadline=None)  # a busy machine is no fault of the reader
TOKENS = sorted({word for phrase in KNOWN for word in phrase.split()} | {";", "(", ")", "–", "29/2", "31", "0", "2199"})
YEARS = st.none() | st.integers(1800, 2200)
CUSTOMS = st.sampled_from(Custom)
PHRASES = st.sampled_from(KNOWN) | st.lists(st.sampled_from(TOKENS), max_size=9).map(" ".join)


@PATIENT
@given(st.text() | PHRASES, st.none() | st.integers(), CUSTOMS)
def test_any_text_is_read_or_refused(words: str, year: int | None, custom: Custom) -> None:
    result = outcome(words, year, custom)
    assert isinstance(result, Reading) or issubclass(result, LuanphienError)


@PATIENT
@given(PHRASES, YEARS, CUSTOMS)
def test_diacritics_case_and_normal_form_do_not_matter(words: str, year: int | None, custom: Custom) -> None:
    plain = letters_of(words).plain
    forms = [words, plain, plain.upper(), unicodedata.normalize("NFD", words), unicodedata.normalize("NFC", words)]
    assert len(set(map(repr, (outcome(form, year, custom) for form in forms)))) == 1


@PATIENT
@given(PHRASES, YEARS, CUSTOMS)
def test_windows_hold_at_least_a_day(words: str, year: int | None, custom: Custom) -> None:
    result = outcome(words, year, custom)
    if isinstance(result, Reading) and result.window is not None:
        bound = result.window.start or result.window.last
        assert bound is not None
        assert result.window.holds(bound)


@PATIENT
@given(st.dates(date(1800, 1, 1), date(2200, 12, 31)))
def test_a_day_is_read_however_written(day: date) -> None:
    forms = [
        f"{day.day}/{day.month}/{day.year}",
        f"ngày {day:%d/%m}/{day.year}",
        f"ngày {day.day} tháng {day.month} năm {day.year}",
        day.isoformat(),
    ]
    assert {read(form).window for form in forms} == {Window.day(day)}
    before = read(f"trước ngày {day.day}/{day.month}/{day.year}")
    assert (before.window, before.exclusive) == (Window.of(None, day - timedelta(days=1), PERIOD), True)


@PATIENT
@given(st.integers(1, 12), st.integers(1800, 2200), CUSTOMS)
def test_thirds_make_up_the_month_and_hold_their_strict_day(month: int, year: int, custom: Custom) -> None:
    whole = read(f"tháng {month}/{year}").window
    thirds = [read(f"{part} tháng {month}/{year}").window for part in ("đầu", "giữa", "cuối")]
    assert whole is not None
    assert [third and third.start for third in thirds] == [date(year, month, day) for day in (1, 11, 21)]
    assert [third and third.stop for third in thirds] == [date(year, month, 11), date(year, month, 21), whole.stop]
    strict = [
        read(f"{part} tháng {month}", year=year, reading=Custom.STRICT).window for part in ("đầu", "giữa", "cuối")
    ]
    for third, day in zip(thirds, strict, strict=True):
        assert third is not None
        assert day is not None
        assert day.start is not None
        assert third.holds(day.start)
