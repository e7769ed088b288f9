"""Amounts of time counted from an event (Civil Code 147, 148)."""

from __future__ import annotations

import re

from scheduler.expression.letters import Letters
from scheduler.expression.pieces import Counted, Piece, Point, Row, number, row
from scheduler.expression.reading import Direction, TermUnit

_LEAD = r"(?:cham nhat |muon nhat |it nhat |toi thieu |toi da |khong qua )?(?:la )?"
_AMOUNT = r"(?P<amount>[0-9]{1,3})(?: \([^()]{1,30}\))? (?P<unit>ngay lam viec|ngay|tuan|thang|nam)(?! dau| cuoi)"
_DAYS = r"(?P<amount>[0-9]{1,3})(?: \([^()]{1,30}\))? (?P<unit>ngay lam viec|ngay|tuan)"
_EVENT = r"(?P<event>[^,;()]{1,200})"
_SINCE = r"(?:ke tu|tinh tu|tu|sau)"
_DATE = re.compile(
    r"\b(?:(?P<day>[0-9]{1,2})(?: ?/ ?| thang )(?P<month>[0-9]{1,2})(?:(?: ?/ ?| nam )(?P<year>[0-9]{4}))?"
    r"|(?P<iso_year>[0-9]{4})-(?P<iso_month>[0-9]{2})-(?P<iso_day>[0-9]{2}))(?![0-9/])"
)


def _point(plain: str) -> Point | None:
    match = _DATE.search(plain)
    if match is None:
        return None
    if match["iso_year"]:
        return Point(int(match["iso_year"]), int(match["iso_month"]), int(match["iso_day"]))
    return Point(number(match["year"]), int(match["month"]), int(match["day"]))


def _counted(match: re.Match[str], letters: Letters, direction: Direction) -> tuple[Piece, ...]:
    amount = int(match["amount"])
    unit = {"ngay lam viec": TermUnit.WORKING, "thang": TermUnit.MONTH, "nam": TermUnit.MONTH}.get(
        match["unit"], TermUnit.CALENDAR
    )
    amount *= {"tuan": 7, "nam": 12}.get(match["unit"], 1)
    if match.groupdict().get("event") is None:
        return (Counted(amount, unit, direction, None),)
    event = letters.as_written(*match.span("event"))
    if not re.search(r"[0-9a-z]", match["event"]):
        return (Counted(amount, unit, direction, None),)
    return (Counted(amount, unit, direction, event, _point(match["event"])),)


def _after(match: re.Match[str], letters: Letters) -> tuple[Piece, ...]:
    return _counted(match, letters, Direction.AFTER)


def _before(match: re.Match[str], letters: Letters) -> tuple[Piece, ...]:
    return _counted(match, letters, Direction.BEFORE)


TERMS: tuple[Row, ...] = (
    row(rf"(?:trong (?:thoi han |thoi gian |vong )?|thoi han |sau )?{_LEAD}{_AMOUNT},? {_SINCE} {_EVENT}", _after),
    row(rf"(?:truoc )?{_LEAD}{_AMOUNT} truoc {_EVENT}", _before),
    row(rf"truoc (?P<event>(?:ngay|khi) [^,;()]{{1,120}}?) (?:it nhat|toi thieu|cham nhat) {_AMOUNT}", _before),
    row(rf"(?:truoc (?:it nhat |toi thieu )|(?:it nhat |toi thieu )truoc ){_AMOUNT}(?: so voi {_EVENT})?", _before),
    row(rf"truoc {_DAYS}(?: so voi {_EVENT})?", _before),
    row(rf"(?:it nhat |toi thieu ){_AMOUNT} truoc", _before),
    row(rf"(?:trong )?(?:thoi han |vong ){_LEAD}{_AMOUNT}", _after),
    row(rf"(?:trong |sau )?{_LEAD}(?P<amount>[0-9]{{1,3}})(?: \([^()]{{1,30}}\))? (?P<unit>ngay lam viec)", _after),
    row(rf"(?:trong |sau ){_DAYS}", _after),
)
