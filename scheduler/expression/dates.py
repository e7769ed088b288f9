"""Days, months, quarters, years and their parts."""

from __future__ import annotations

import calendar
import re
from dataclasses import replace
from datetime import date
from itertools import pairwise

from scheduler.errors import ImpossibleDateError
from scheduler.expression.letters import Letters
from scheduler.expression.pieces import Filler, Piece, Point, Row, Span, fixed, number, row, year_tail
from scheduler.expression.reading import LAST_DAY, Question, calendar_day
from scheduler.window import Precision, Window

_DAY, _MONTH, _YEAR = r"[0-9]{1,2}", r"[0-9]{1,2}", r"[0-9]{4}"
_QUARTER = r"(?:iv|vi|v|iii|ii|i|[0-9]|mot|hai|ba|bon|tu)"
_OF = r"(?: ?/ ?|,? ?(?:cua )?thang )"
_JOIN = r"(?: ?, ?| va | ?- ?| den het | den )"
_RANGE = r"(?:bat dau )?(?:(?:ke )?tu )?"
_NOT_THE_COUNTRY = r"(?<!viet )"
_SPELLED = {"i": 1, "mot": 1, "ii": 2, "hai": 2, "iii": 3, "ba": 3, "iv": 4, "bon": 4, "tu": 4, "v": 5, "vi": 6}
_THIRDS = {"dau": (1, 10, 1), "giua": (11, 20, 15), "cuoi": (21, LAST_DAY, LAST_DAY)}
_TENS = {"thuong": (1, 10), "trung": (11, 20), "ha": (21, LAST_DAY)}
_MONTHS_IN = {1: Precision.MONTH, 3: Precision.QUARTER, 6: Precision.HALF, 12: Precision.YEAR}


def precision_of_months(first: int, last: int) -> Precision:
    """Precision of the months from `first` to `last` of one year: the calendar unit they fill, or a period."""
    count = last - first + 1
    return _MONTHS_IN.get(count, Precision.PERIOD) if count > 0 and (first - 1) % count == 0 else Precision.PERIOD


def precision_of_days(first: date, last: date) -> Precision:
    """The month, quarter, half or year the days fill; else days, up to a month of them; else a period."""
    if first == last:
        return Precision.DAY
    if first.year == last.year and first.day == 1 and last.day == calendar.monthrange(last.year, last.month)[1]:
        return precision_of_months(first.month, last.month)
    return Precision.DAYS if (last - first).days < LONGEST_DAYS else Precision.PERIOD


LONGEST_DAYS = 31
"""Most days that are read as an event's own; more are a period to choose from."""


def quarter_number(words: str) -> int:
    """Number of a quarter in Roman or Arabic figures or in words."""
    return _SPELLED[words] if words in _SPELLED else int(words)


def _written(match: re.Match[str], letters: Letters) -> str:
    return letters.as_written(match.start(), match.end())


def _months(match: re.Match[str], letters: Letters, first: int, last: int) -> tuple[Piece, ...]:
    """Months of the year matched; a last month before the first lies in the year after, and names that year."""
    year = number(match.groupdict().get("year"))
    start = year - 1 if year is not None and first > last else year
    span = Span(Point(start, first, 1), Point(year, last, LAST_DAY), precision_of_months(first, last))
    return (replace(span, written=_written(match, letters)),)


def _one_day(match: re.Match[str], letters: Letters) -> tuple[Piece, ...]:
    point = Point(number(match["year"]), int(match["month"]), int(match["day"]))
    return (Span(point, point, Precision.DAY, written=_written(match, letters)),)


def _last_day(match: re.Match[str], letters: Letters) -> tuple[Piece, ...]:
    point = Point(number(match["year"]), int(match["month"]), LAST_DAY)
    return (Span(point, point, Precision.DAY, written=_written(match, letters)),)


def _days(match: re.Match[str], letters: Letters) -> tuple[Piece, ...]:
    first, last = int(match["first"]), int(match["last"])
    if match["join"].strip() in (",", "va") and last != first + 1:
        return ()
    year, month = number(match["year"]), int(match["month"])
    written = _written(match, letters)
    precision = Precision.DAY if first == last else Precision.DAYS
    return (Span(Point(year, month, first), Point(year, month, last), precision, written=written),)


def _month(match: re.Match[str], letters: Letters) -> tuple[Piece, ...]:
    month = int(match["month"])
    return _months(match, letters, month, month)


def _listed(tokens: list[str], separators: list[str]) -> tuple[int, int] | None:
    """First and last of a list of numbers, or None when commas or *và* leave a gap between them."""
    numbers = [quarter_number(token) for token in tokens]
    for (one, other), separator in zip(pairwise(numbers), separators, strict=True):
        if separator.strip() in (",", "va") and other != one + 1:
            return None
    return numbers[0], numbers[-1]


def _months_listed(match: re.Match[str], letters: Letters) -> tuple[Piece, ...]:
    ends = _listed(re.findall(r"[0-9]+", match["list"]), re.findall(_JOIN, match["list"]))
    return _months(match, letters, *ends) if ends else ()


def _quarters_listed(match: re.Match[str], letters: Letters) -> tuple[Piece, ...]:
    ends = _listed(re.findall(rf"\b{_QUARTER}\b", match["list"]), re.findall(_JOIN, match["list"]))
    return _months(match, letters, 3 * ends[0] - 2, 3 * ends[1]) if ends else ()


def _quarter(match: re.Match[str], letters: Letters) -> tuple[Piece, ...]:
    quarter = quarter_number(match["quarter"])
    return _months(match, letters, 3 * quarter - 2, 3 * quarter)


def _quarter_month(match: re.Match[str], letters: Letters) -> tuple[Piece, ...]:
    month = 3 * quarter_number(match["quarter"]) - (2 if match["which"].startswith("dau") else 0)
    return _months(match, letters, month, month)


def _month_part(match: re.Match[str], letters: Letters) -> tuple[Piece, ...]:
    year, month = number(match["year"]), int(match["month"])
    first, last, strict = _THIRDS[match["part"]]
    written = _written(match, letters)
    return (
        Span(
            Point(year, month, first),
            Point(year, month, last),
            Precision.TEN_DAYS,
            strict=Point(year, month, strict),
            written=written,
        ),
    )


def _ten_days(match: re.Match[str], letters: Letters) -> tuple[Piece, ...]:
    year, month = number(match["year"]), int(match["month"])
    first, last = _TENS[match["part"]]
    written = _written(match, letters)
    return (Span(Point(year, month, first), Point(year, month, last), Precision.TEN_DAYS, written=written),)


def _months_of_year(match: re.Match[str], letters: Letters) -> tuple[Piece, ...]:
    count = int(match["count"])
    if not 1 <= count <= 12:
        return ()
    first, last = (1, count) if match["part"] == "dau" else (13 - count, 12)
    return _months(match, letters, first, last)


def _half_year(match: re.Match[str], letters: Letters) -> tuple[Piece, ...]:
    first, last = (1, 6) if match["part"] == "dau" else (7, 12)
    return _months(match, letters, first, last)


def _year_part(match: re.Match[str], letters: Letters) -> tuple[Piece, ...]:
    year, written = number(match["year"]), _written(match, letters)
    first, last, precision, month, day = {
        "dau": (1, 3, Precision.QUARTER, 1, 1),
        "giua": (5, 7, Precision.PERIOD, 6, 30),
        "cuoi": (10, 12, Precision.QUARTER, 12, LAST_DAY),
    }[match["part"]]
    return (
        Span(
            Point(year, first, 1),
            Point(year, last, LAST_DAY),
            precision,
            strict=Point(year, month, day),
            asks=(Question.DATES,),
            written=written,
        ),
    )


def _year(match: re.Match[str], letters: Letters) -> tuple[Piece, ...]:
    return _months(match, letters, 1, 12)


def _years(match: re.Match[str], letters: Letters) -> tuple[Piece, ...]:
    first, last = int(match["first"]), int(match["last"])
    if len(match["last"]) == 2:
        last += first - first % 100
    precision = Precision.YEAR if first == last else Precision.PERIOD
    asks = (Question.DATES,) if match["what"] == "nhiem ky" else ()
    written = _written(match, letters)
    return (Span(Point(first, 1, 1), Point(last, 12, LAST_DAY), precision, asks=asks, written=written),)


def _school_year(match: re.Match[str], letters: Letters) -> tuple[Piece, ...]:
    first, last = int(match["first"]), int(match["last"])
    if len(match["last"]) == 2:
        last += first - first % 100
    if last != first + 1:
        return ()
    written = _written(match, letters)
    return (
        Span(Point(first, 9, 1), Point(last, 6, LAST_DAY), Precision.PERIOD, asks=(Question.DATES,), written=written),
    )


DATES: tuple[Row, ...] = (
    row(r"(?:ngay )?(?P<year>[0-9]{4})-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})", _one_day, bare=True),
    row(rf"(?:ngay )?(?P<day>{_DAY})([-.])(?P<month>{_MONTH})\2(?P<year>{_YEAR})", _one_day, bare=True),
    row(rf"ngay cuoi(?: cung)?(?: cua)? thang (?P<month>{_MONTH}){year_tail()}", _last_day),
    row(
        rf"{_RANGE}(?:ngay )?(?P<first>{_DAY})(?P<join>{_JOIN})(?:ngay )?(?P<last>{_DAY}){_OF}(?P<month>{_MONTH})"
        rf"{year_tail()}",
        _days,
        bare=True,
    ),
    row(rf"(?:ngay )?(?P<day>{_DAY}){_OF}(?P<month>{_MONTH}){year_tail()}", _one_day, bare=True),
    row(rf"{_RANGE}(?P<list>thang {_MONTH}(?:{_JOIN}(?:thang )?{_MONTH}){{1,4}}){year_tail()}", _months_listed),
    row(rf"(?P<part>dau|giua|cuoi) thang (?P<month>{_MONTH}){year_tail()}", _month_part),
    row(rf"(?P<part>thuong|trung|ha) tuan(?: cua)?,? thang (?P<month>{_MONTH}){year_tail()}", _ten_days),
    row(
        rf"thang (?P<which>dau(?: tien)?|cuoi(?: cung)?)(?: cua)? quy (?P<quarter>{_QUARTER}){year_tail()}",
        _quarter_month,
    ),
    row(rf"{_RANGE}(?P<list>quy {_QUARTER}(?:{_JOIN}(?:quy )?{_QUARTER}){{1,3}}){year_tail()}", _quarters_listed),
    row(rf"quy (?P<quarter>{_QUARTER}){year_tail()}", _quarter),
    row(rf"(?P<count>{_MONTH}) thang (?P<part>dau|cuoi)(?: cua)? nam(?: (?P<year>{_YEAR}))?", _months_of_year),
    row(rf"nua (?P<part>dau|cuoi)(?: cua)? nam(?: (?P<year>{_YEAR}))?", _half_year),
    row(rf"(?P<part>dau|giua|cuoi) nam(?: (?P<year>{_YEAR}))?", _year_part),
    row(rf"thang (?P<month>{_MONTH}){year_tail()}", _month),
    row(rf"t?(?P<month>{_MONTH}) ?/ ?(?P<year>{_YEAR})", _month, bare=True),
    row(rf"nam hoc (?P<first>{_YEAR}) ?- ?(?P<last>{_YEAR}|[0-9]{{2}})", _school_year),
    row(
        rf"{_NOT_THE_COUNTRY}{_RANGE}(?P<what>giai doan|thoi ky|nhiem ky|cac nam|nam)?:? ?(?:tu )?(?:nam )?"
        rf"(?P<first>{_YEAR}) ?(?:-|den het|den) ?(?:nam )?(?P<last>{_YEAR}|[0-9]{{2}})",
        _years,
        bare=True,
    ),
    row(rf"(?:dinh huong|tam nhin|huong)(?: den)?(?: nam)? {_YEAR}", fixed(Filler())),
    row(rf"{_NOT_THE_COUNTRY}(?:trong |ca )?nam (?P<year>{_YEAR})", _year),
    row(rf"(?P<year>{_YEAR})", _year, bare=True),
    row(r"trong (?:ca )?nam|ca nam", _year),
)


def iso_span(phrase: str, plain: str) -> Window | None:
    """ISO days: a day, a month, or FIRST/LAST with either left out; None for anything else.

    FIRST/LAST is as precise as the month, quarter, half or year it fills; else days, up to a month, or a period.
    Raises ImpossibleDateError for days that no calendar has.
    """
    if (match := re.fullmatch(r"([0-9]{4})-([0-9]{2})", plain)) and int(match[2]) <= 12:
        year, month = int(match[1]), int(match[2])
        first = calendar_day(phrase, plain, year, month, 1)
        return Window.of(first, calendar_day(phrase, plain, year, month, LAST_DAY), Precision.MONTH)
    day = r"([0-9]{4}-[0-9]{2}-[0-9]{2})"
    match = re.fullmatch(rf"{day}?( ?/ ?)?{day}?", plain)
    if match is None or not (match[1] or match[3]) or (match[2] is None and match[3]):
        return None
    start, last = (text and _iso_day(phrase, text) for text in (match[1], match[3]))
    if match[2] is None and start:
        return Window.day(start)
    if start and last and last < start:
        raise ImpossibleDateError(phrase, plain)
    precision = precision_of_days(start, last) if start and last else Precision.PERIOD
    return Window.of(start or None, last or None, precision)


def _iso_day(phrase: str, text: str) -> date:
    year, month, day = map(int, text.split("-"))
    return calendar_day(phrase, text, year, month, day)
