"""Festivals and days of remembrance that plans name without a date."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

import vnlunar

from scheduler.errors import UnknownPhraseError
from scheduler.window import Precision, Window


@dataclass(frozen=True, slots=True)
class Festival:
    """A day of every year, or `length` days from it.

    `names` is a pattern over words without diacritics. `lunar`: month and day are of the Vietnamese lunar year that
    begins in the year asked for. `movable`: its first day differs from year to year, and `length` holds them all.
    `origin` is the year of the event remembered, where there is one.
    """

    id: str
    names: str
    month: int
    day: int
    origin: int | None = None
    length: int = 1
    lunar: bool = False
    movable: bool = False

    def falls_on(self, day: date) -> bool:
        """Whether its first day is `day` of the solar year."""
        return not self.lunar and (self.month, self.day) == (day.month, day.day)

    def first_day(self, year: int) -> date:
        """Its first day in `year`."""
        if not self.lunar:
            return date(year, self.month, self.day)
        found = vnlunar.convert_lunar_to_solar(self.day, self.month, year)
        day, month, solar_year = found
        return date(solar_year, month, day)

    def window(self, year: int) -> Window:
        """Its days in `year`."""
        first = self.first_day(year)
        precision = Precision.DAY if self.length == 1 else Precision.DAYS
        return Window.of(first, first + timedelta(days=self.length - 1), precision)


_LAO, _KHMER = r"(?:nuoc )?(?:chdcnd |cong hoa dan chu nhan dan )?lao", r"(?:vuong quoc )?(?:cam ?pu ?chia|khmer)"
_RELATIONS = r"quan he ngoai giao (?:giua )?(?:viet(?: nam)?)?(?: ?[-,] ?| va |)"
_TREATY = r"hiep uoc huu nghi (?:va hop tac )?(?:giua )?(?:viet(?: nam)?)?(?: ?[-,] ?| va |)"
_FRONT = r"(?:mttq ?(?:vn|viet nam)?|mat tran to quoc(?: viet nam)?|mat tran dan toc thong nhat(?: viet nam)?)"
# After a name that other countries share, nothing may follow that makes it theirs.
_OWN = r"(?= ?(?:$|[0-9,;().-]|nam [0-9]|ngay [0-9]))"

# Neighbours' days before Viet Nam's own of the same name.
FESTIVALS = (
    Festival("lao-new-year", rf"bun ?pi ?may|tet (?:co truyen )?{_LAO}", 4, 14, length=3),
    # The first day is the 13th or the 14th; both are kept open.
    Festival("khmer-new-year", rf"chol ?chnam ?thmay|tet (?:co truyen )?{_KHMER}", 4, 13, length=4, movable=True),
    Festival("tet", r"tet (?:nguyen dan|co truyen|am lich|ta)", 1, 1, lunar=True),
    Festival("hung-kings", r"gio to(?: hung vuong)?", 3, 10, lunar=True),
    Festival("laos-national-day", rf"quoc khanh (?:cua )?{_LAO}", 12, 2, 1975),
    Festival("cambodia-independence-day", rf"(?:doc lap|quoc khanh) (?:cua )?{_KHMER}", 11, 9, 1953),
    Festival("viet-nam-national-day", rf"quoc khanh(?: (?:nuoc )?(?:chxhcn )?viet nam)?{_OWN}", 9, 2, 1945),
    Festival("viet-nam-laos-treaty", rf"{_TREATY}lao", 7, 18, 1977),
    Festival("viet-nam-laos-relations", rf"{_RELATIONS}lao", 9, 5, 1962),
    Festival("viet-nam-cambodia-relations", rf"{_RELATIONS}cam ?pu ?chia", 6, 24, 1967),
    Festival("peoples-army-day", rf"quan doi nhan dan(?: viet nam|{_OWN})", 12, 22, 1944),
    Festival("front-day", rf"(?:truyen thong|thanh lap) {_FRONT}", 11, 18, 1930),
    Festival("ho-chi-minh-birthday", r"ngay sinh (?:cua )?(?:chu tich ho chi minh|bac)", 5, 19, 1890),
    Festival("reunification-day", r"giai phong (?:hoan toan )?mien nam|thong nhat dat nuoc", 4, 30, 1975),
    Festival("labour-day", r"quoc te lao dong", 5, 1),
    Festival("party-day", rf"thanh lap dang(?: cong san viet nam| ta|{_OWN})", 2, 3, 1930),
)

NEIGHBOURS_FEASTS = (
    "tet",
    "lao-new-year",
    "khmer-new-year",
    "viet-nam-national-day",
    "laos-national-day",
    "cambodia-independence-day",
)
"""What *lễ, tết của mỗi nước* may mean."""

FEAST_NAMES = "|".join(festival.names for festival in FESTIVALS)
_BY_ID = {festival.id: festival for festival in FESTIVALS}
_PATTERNS = tuple((re.compile(rf"\b(?:{festival.names})\b"), festival) for festival in FESTIVALS)


def festival_in(plain: str) -> Festival | None:
    """The festival named in words without diacritics, the first of the table when there are several."""
    return next((festival for pattern, festival in _PATTERNS if pattern.search(plain)), None)


def festival_window(ident: str, year: int) -> Window:
    """Days of a festival in `year`, from 1800 to 2199. Raises UnknownPhraseError for an id not in `FESTIVALS`.

    `khmer-new-year` holds both days on which it may begin.
    """
    if ident not in _BY_ID:
        raise UnknownPhraseError(ident, None)
    return _BY_ID[ident].window(year)
