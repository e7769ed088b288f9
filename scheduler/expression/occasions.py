"""Anniversaries, festivals and other occasions."""

from __future__ import annotations

import re

from scheduler.expression.festivals import FEAST_NAMES, NEIGHBOURS_FEASTS, festival_in
from scheduler.expression.letters import Letters
from scheduler.expression.pieces import Feast, Piece, Point, Row, Side, number, row

STARTS = (
    r"(?:va )?(?:du kien|trong|vao|truoc|sau|cham nhat|muon nhat|hoan thanh|tu (?:ngay|thang|nam|quy)"
    r"|den (?:ngay|het|thang|nam)|thang [0-9]|quy [0-9iv]|nam [0-9]"
    r"|(?:dau|giua|cuoi) (?:thang|nam)|(?:thuong|trung|ha) tuan|giai doan|hang|moi"
    r"|dinh ky|ngay [0-9]|luan phien|neu|khi|[0-9]{1,2}/[0-9]|[0-9]{4})"
)
"""What ends free words after a comma: the beginning of something about time."""

FREE = rf"(?:(?!;|, ?{STARTS}\b)[^();])"
"""One character of free words."""

_DAY = r"([0-9]{1,2})(?: ?/ ?| thang )([0-9]{1,2})(?: ?/ ?| nam )([0-9]{4})"
_PAIR = re.compile(rf"\b{_DAY} ?- ?(?:ngay )?{_DAY}(?![0-9/])")
_FULL = re.compile(rf"\b{_DAY}(?![0-9/])")
_YEARLESS = re.compile(r"\b([0-9]{1,2})(?: ?/ ?| thang )([0-9]{1,2})(?![0-9]| ?/ ?[0-9])")
_ORDINAL = re.compile(r"\b(?:lan thu ([0-9]{1,3})|(?<!/)([0-9]{1,3}) nam)\b(?! [0-9]{4})")
_YEAR = re.compile(r"(?<![0-9/-])([12][0-9]{3})$")
_PAREN = r"(?P<paren> ?\((?:ngay )?[0-9][^()]*\))?"
_LEADS = {
    "truoc dip": Side.BEFORE,
    "truoc them": Side.BEFORE,
    "truoc": Side.BEFORE,
    "sau dip": Side.AFTER,
    "sau": Side.AFTER,
}
_NEAR = (
    r"(?:nhan dip|nhan(?= (?:ky niem|ngay|le|tet|quoc khanh|nhung|cac|[0-9]))|chao mung|huong toi|huong ve"
    r"|(?:trong |vao )?dip|mung)"
)


def _points(plain: str) -> tuple[Point | None, Point | None]:
    """Origin and day written in the words."""
    if match := _PAIR.search(plain):
        d0, m0, y0, d1, m1, y1 = map(int, match.groups())
        return Point(y0, m0, d0), Point(y1, m1, d1)
    if match := _FULL.search(plain):
        day, month, year = map(int, match.groups())
        return None, Point(year, month, day)
    if match := _YEARLESS.search(plain):
        return None, Point(None, int(match[2]), int(match[1]))
    return None, None


def _feast(match: re.Match[str], letters: Letters) -> tuple[Piece, ...]:
    found = match.groupdict()
    lead, body = found.get("lead"), match["body"] + (found["paren"] or "")
    ordinal, year = _ORDINAL.search(match["body"]), _YEAR.search(match["body"].rstrip(" .,…"))
    origin, day = _points(body)
    return (
        Feast(
            words=letters.as_written(match.start("body"), match.end()),
            side=_LEADS.get(lead or ""),
            near=lead is not None and lead not in _LEADS,
            ordinal=int(ordinal[1] or ordinal[2]) if ordinal else None,
            origin=origin,
            day=day,
            festival=festival_in(body),
            year=number(year[1]) if year else None,
        ),
    )


def _pair(match: re.Match[str], letters: Letters) -> tuple[Piece, ...]:
    """Two days in brackets are an anniversary when day and month agree."""
    origin, day = _points(match["body"])
    if origin is None or day is None or (origin.month, origin.day) != (day.month, day.day):
        return ()
    return (Feast(words=letters.as_written(*match.span("body")), origin=origin, day=day),)


def _feasts_of_neighbours(match: re.Match[str], letters: Letters) -> tuple[Piece, ...]:
    return (Feast(words=letters.as_written(*match.span("body")), near=True, festivals=NEIGHBOURS_FEASTS),)


OCCASIONS: tuple[Row, ...] = (
    row(rf"\( ?(?P<body>(?:ngay )?{_DAY} ?- ?(?:ngay )?{_DAY}) ?\)", _pair),
    row(
        r"(?:(?:nhan|vao|trong) )?(?:dip )?(?P<body>(?:(?:nhung|cac) )?(?:ngay )?le(?:,| va|) ?"
        r"(?:(?:nhung|cac) )?(?:ngay )?tet(?: co truyen)?(?:(?: cua)? (?:moi|hai|ca hai|cac|ba) (?:nuoc|ben))?)",
        _feasts_of_neighbours,
    ),
    row(rf"(?P<lead>(?:truoc|sau) dip|truoc them|{_NEAR}) (?P<body>{FREE}{{1,200}}){_PAREN}", _feast),
    row(rf"(?:le )?(?P<body>ky niem\b{FREE}{{1,200}}){_PAREN}", _feast),
    row(rf"(?P<body>[0-9]{{1,3}} nam ngay {FREE}{{1,200}})(?P<paren> ?\((?:ngay )?[0-9][^()]*\))", _feast),
    row(
        rf"(?:(?P<lead>truoc|sau) )?(?P<body>(?:ngay |le |tet ){{0,2}}(?:{FEAST_NAMES})\b{FREE}{{0,80}}){_PAREN}",
        _feast,
    ),
)
