"""How often something comes again, and on which day of the cycle."""

from __future__ import annotations

import re

from scheduler.expression.letters import Letters
from scheduler.expression.pieces import (
    MonthDay,
    Picked,
    Piece,
    QuarterMonth,
    Recurs,
    Rotates,
    Row,
    Weekday,
    fixed,
    row,
)
from scheduler.expression.reading import CycleUnit, Pick

_NUMBER = r"(?:[0-9]{1,2}|mot|hai|ba|bon|tu|nam|sau|bay|tam|chin|muoi)"
# "quy" is also the first word of quy định, quy chế, quy tập and others.
_QUARTER = r"quy(?! (?:dinh|che|hoach|mo|tac|trinh|uoc|tap|luat))"
_UNIT = rf"(?:nam|{_QUARTER}|thang|tuan|ngay)"
_EACH = r"(?:moi|hang(?: ?/ ?hang)?|tung)"
_NOT_DATED = r"(?! ?[0-9]| (?:iv|iii|ii|i|dau|cuoi)\b)"
_WORDS = dict(
    zip(("mot", "hai", "ba", "bon", "nam", "sau", "bay", "tam", "chin", "muoi"), range(1, 11), strict=True), tu=4
)
_UNITS = {
    "nam": CycleUnit.YEAR,
    "quy": CycleUnit.QUARTER,
    "thang": CycleUnit.MONTH,
    "tuan": CycleUnit.WEEK,
    "ngay": CycleUnit.DAY,
}
_WEEKDAYS = ("hai", "ba", "tu", "nam", "sau", "bay")


def _count(words: str | None) -> int:
    if words is None:
        return 1
    return _WORDS[words] if words in _WORDS else int(words)


def _recurs(match: re.Match[str], _letters: Letters) -> tuple[Piece, ...]:
    found = match.groupdict()
    every, times = _count(found.get("every")), _count(found.get("times"))
    return (Recurs(_UNITS[match["unit"]], every, times),) if every and times else ()


def _weekday(match: re.Match[str], _letters: Letters) -> tuple[Piece, ...]:
    day = match["day"]
    if day is None:
        return (Weekday(6),)
    return (Weekday(int(day) - 2 if day.isdigit() else _WEEKDAYS.index(day)),)


def _month_day(match: re.Match[str], _letters: Letters) -> tuple[Piece, ...]:
    day = int(match["day"])
    return (MonthDay(day),) if 1 <= day <= 31 else ()


def _last_month_day(match: re.Match[str], _letters: Letters) -> tuple[Piece, ...]:
    return (MonthDay(31), Recurs(CycleUnit.MONTH)) if match["unit"] else (MonthDay(31),)


def _quarter_month(match: re.Match[str], _letters: Letters) -> tuple[Piece, ...]:
    which = match["which"].split()[0]
    return (QuarterMonth({"dau": 1, "giua": 2, "cuoi": 3}[which]), Recurs(CycleUnit.QUARTER))


def _picked(match: re.Match[str], _letters: Letters) -> tuple[Piece, ...]:
    last = match["which"].startswith("cuoi")
    if match["what"] == "tuan":
        pick = Pick.LAST_WEEK if last else Pick.FIRST_WEEK
    else:
        pick = Pick.LAST_WORKING_DAY if last else Pick.FIRST_WORKING_DAY
    unit = match["unit"]
    return (Picked(pick), Recurs(_UNITS[unit])) if unit else (Picked(pick),)


_WHICH = r"(?P<which>dau tien|dau|cuoi cung|cuoi)"

CYCLES: tuple[Row, ...] = (
    # "03/06 tháng" offers a choice of periods.
    row(rf"dinh ky {_NUMBER} ?(?:/|hoac) ?{_NUMBER} thang(?: ?/ ?lan| mot lan| ?\(mot lan\))?", fixed(Recurs(None))),
    row(
        rf"(?:dinh ky )?(?P<every>{_NUMBER}) (?P<unit>{_UNIT})(?: ?/ ?| ?\(| )(?:(?P<times>{_NUMBER}) )?lan\b\)?",
        _recurs,
    ),
    row(
        rf"(?P<times>{_NUMBER}) lan ?(?:/ ?|trong (?:moi )?|moi |)(?:(?P<every>{_NUMBER}) )?(?P<unit>{_UNIT})"
        rf"{_NOT_DATED}",
        _recurs,
    ),
    row(
        rf"(?:dinh ky )?(?:theo )?{_EACH} (?:(?P<every>{_NUMBER}) )?(?P<unit>{_UNIT})"
        rf"(?:,? ?\(?(?P<times>{_NUMBER}) lan\b\)?)?",
        _recurs,
    ),
    row(rf"theo (?P<unit>{_UNIT}){_NOT_DATED}", _recurs),
    row(r"(?:dinh ky )?thuong nien", fixed(Recurs(CycleUnit.YEAR))),
    row(rf"dinh ky (?P<every>{_NUMBER}) (?P<unit>{_UNIT}){_NOT_DATED}", _recurs),
    row(rf"dinh ky (?P<unit>{_UNIT}){_NOT_DATED}", _recurs),
    row(r"dinh ky", fixed(Recurs(None))),
    row(r"luan phien(?: nhau)?", fixed(Rotates())),
    row(r"(?:thu (?P<day>hai|ba|tu|nam|sau|bay|[2-7])|chu nhat)", _weekday),
    row(
        rf"thang (?P<which>dau tien|dau|giua|cuoi cung|cuoi)(?: cua)?(?: {_EACH})? (?:quy|ky){_NOT_DATED}",
        _quarter_month,
    ),
    row(
        rf"(?P<what>ngay lam viec|tuan) {_WHICH}(?: cua)?(?:(?: {_EACH})? (?P<unit>thang|quy|nam){_NOT_DATED})?",
        _picked,
    ),
)

MONTH_DAYS: tuple[Row, ...] = (
    row(rf"ngay cuoi(?: cung)?(?: cua)?(?:(?: {_EACH})? (?P<unit>thang){_NOT_DATED})?", _last_month_day),
    row(r"ngay (?P<day>[0-9]{1,2})(?! ?[-.] ?[0-9])", _month_day),
)
