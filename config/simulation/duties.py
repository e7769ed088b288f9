"""What a twinned pair owes, as the YAML of a plan file: kinds of duties as the real plans have them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from random import Random
from typing import assert_never


class Sort(StrEnum):
    """Who is twinned with whom, on this side."""

    COMMUNE = "commune"
    POST = "post"
    VILLAGE = "village"


@dataclass(frozen=True, slots=True)
class Side:
    """A body and how titles name it."""

    id: str
    vi: str
    en: str


@dataclass(frozen=True, slots=True)
class Pair:
    """A twinning: `id` begins the ids of its duties. `beside` coordinates the meetings."""

    id: str
    sort: Sort
    here: Side
    there: Side
    home: str
    partner: str
    country: str
    beside: str


DAYS: Mapping[str, tuple[str, str, str]] = {
    "vn-la": ("1962-09-05", "thiết lập quan hệ ngoại giao Việt Nam – Lào", "diplomatic relations of Viet Nam and Laos"),
    "la-treaty": ("1977-07-18", "Hiệp ước hữu nghị và hợp tác Việt Nam – Lào", "the Treaty of Friendship with Laos"),
    "la-day": ("1975-12-02", "Quốc khánh Lào", "National Day of Laos"),
    "vn-kh": ("1967-06-24", "thiết lập quan hệ ngoại giao Việt Nam – Campuchia",
              "diplomatic relations of Viet Nam and Cambodia"),
    "kh-freed": ("1979-01-07", "Ngày chiến thắng 7/1", "the victory of 7 January"),
    "kh-day": ("1953-11-09", "Quốc khánh Campuchia", "Independence Day of Cambodia"),
    "vn-cn": ("1950-01-18", "thiết lập quan hệ ngoại giao Việt Nam – Trung Quốc",
              "diplomatic relations of Viet Nam and China"),
    "cn-talks": ("1999-12-30", "Hiệp ước biên giới trên đất liền", "the Land Border Treaty"),
    "cn-day": ("1949-10-01", "Quốc khánh Trung Quốc", "National Day of China"),
    "vn-day": ("1945-09-02", "Quốc khánh Việt Nam", "National Day of Viet Nam"),
    "front": ("1930-11-18", "Ngày truyền thống MTTQ Việt Nam", "the Day of the Fatherland Front"),
    "guard": ("1959-03-03", "Ngày truyền thống Bộ đội Biên phòng", "the Day of the Border Guard"),
    "army": ("1944-12-22", "Ngày thành lập Quân đội nhân dân Việt Nam", "the Day of the People's Army"),
    "martyrs": ("1947-07-27", "Ngày Thương binh – Liệt sĩ", "War Invalids and Martyrs Day"),
    "women": ("1930-10-20", "Ngày Phụ nữ Việt Nam", "Vietnamese Women's Day"),
    "youth": ("1931-03-26", "Ngày thành lập Đoàn Thanh niên", "the Day of the Youth Union"),
}  # fmt: skip

WITH = {
    "LA": ("vn-la", "la-treaty", "la-day"),
    "KH": ("vn-kh", "kh-freed", "kh-day"),
    "CN": ("vn-cn", "cn-talks", "cn-day"),
}
"""Days remembered with each neighbour."""

OF_VILLAGES = ("women", "youth")
SEASONS = ("tháng 3", "tháng 4", "tháng 5", "tháng 6", "tháng 8", "tháng 9", "tháng 10", "quý II", "quý III", "quý IV")
FESTIVALS = {"LA": ("tháng 4", "Bunpimay"), "KH": ("tháng 4", "Chôl Chnăm Thmây"), "CN": ("tháng 2", "Tết Nguyên đán")}


def duty(
    ident: str, clause: str, kind: str, titles: tuple[str, str], rule: str, lead: str, **more: str
) -> Iterator[str]:
    """The lines of one obligation; `more` are its other fields, values in YAML's flow style."""
    yield f"  - id: {ident}"
    yield f"    clauses: [{clause}]"
    yield f"    kind: {kind}"
    yield f'    title: {{vi: "{titles[0]}", en: "{titles[1]}"}}'
    yield f"    rule: {{type: {rule}}}"
    yield f"    lead: [{lead}]"
    for name, value in more.items():
        yield f"    {name}: {value}"
    yield ""


def remembered(ident: str, clause: str, day: str, lead: str, with_whom: str = "", partners: str = "") -> Iterator[str]:
    """The ceremony of an anniversary, every year."""
    origin, vi, en = DAYS[day]
    titles = f"Kỷ niệm {vi}{with_whom and f' cùng {with_whom}'}", f"Anniversary: {en}"
    more = {"partners": f"[{partners}]"} if partners else {}
    yield from duty(f"{ident}-{day}", clause, "anniversary", titles, f"anniversary, origin: {origin}", lead, **more)


def pair_duties(pair: Pair, number: int, first_year: int, chance: Random) -> Iterator[str]:
    """Everything a pair owes, as lines of `obligations:`; some have history of the first year, some have gaps."""
    clause = f"II.{number}"
    yield from _exchange(pair, clause, first_year, chance)
    match pair.sort:
        case Sort.COMMUNE:
            yield from _talks(pair, clause, first_year, chance)
            yield from _festival(pair, clause)
        case Sort.POST:
            yield from _meetings(pair, clause, first_year, chance)
        case Sort.VILLAGE:
            yield from _festival(pair, clause)
        case _:
            assert_never(pair.sort)
    days = (*WITH[pair.country], *(OF_VILLAGES if pair.sort is Sort.VILLAGE else ()))
    for letter, day in zip("fghijk", days, strict=False):
        yield from remembered(pair.id, f"{clause}{letter}", day, pair.here.id, pair.there.vi, pair.there.id)
    if chance.random() < 0.3:
        titles = f"Thăm hỏi {pair.there.vi} nhân dịp lễ, tết", f"Visits to {pair.there.en} on festivals"
        more = {"words": "nhân dịp lễ, tết của mỗi nước", "partners": f"[{pair.there.id}]", "to_set": "[dates]"}
        yield from duty(f"{pair.id}-visits", f"{clause}n", "event", titles, "unset", pair.here.id, **more)


def _order(pair: Pair, chance: Random) -> tuple[str, str]:
    return (pair.home, pair.partner) if chance.random() < 0.5 else (pair.partner, pair.home)


def _exchange(pair: Pair, clause: str, first_year: int, chance: Random) -> Iterator[str]:
    """A delegation every two years, hosts in turn, and its preparation."""
    hosts, season, begins = _order(pair, chance), chance.choice(SEASONS), first_year + chance.randrange(2)
    ident, sides = f"{pair.id}-exchange", f"{pair.here.vi} và {pair.there.vi}"
    titles = f"Trao đổi đoàn giữa {sides}", f"Delegation exchange of {pair.here.en} and {pair.there.en}"
    rule = f"rotation, every: 2, first_year: {begins}, order: [{', '.join(hosts)}], within: {season}"
    held = f"{begins}-11-{chance.randrange(3, 25):02}"
    more = {"words": "02 năm/lần, luân phiên", "coordinating": f"[{pair.beside}]", "partners": f"[{pair.there.id}]"}
    if begins == first_year and chance.random() < 0.6:
        more["stated"] = f'{{"{begins}": {{held: {held}, place: {hosts[0]}}}}}'
    yield from duty(ident, f"{clause}a", "exchange", titles, rule, pair.here.id, **more)
    titles = f"Thống nhất chương trình trao đổi đoàn với {pair.there.vi}", "Agree the programme of the exchange"
    rule = f"relative, to: [{ident}], before: start, days: {chance.choice((10, 15, 30))}"
    yield from duty(f"{ident}-plan", f"{clause}b", "deadline", titles, rule, pair.here.id)


def _talks(pair: Pair, clause: str, first_year: int, chance: Random) -> Iterator[str]:
    """Talks every year, hosts in turn; in some texts the order of hosts is left open."""
    hosts, season = _order(pair, chance), chance.choice(SEASONS)
    ident, sides = f"{pair.id}-talks", f"{pair.here.vi} và {pair.there.vi}"
    titles = f"Hội đàm thường niên giữa {sides}", f"Annual talks of {pair.here.en} and {pair.there.en}"
    rule, open_ = f"rotation, every: 1, first_year: {first_year}", chance.random() < 0.05
    more = {"words": f"thường niên, {season}", "coordinating": f"[{pair.beside}]", "partners": f"[{pair.there.id}]"}
    if open_:
        more["to_set"] = "[order]"
    else:
        rule += f", order: [{', '.join(hosts)}]"
    yield from duty(ident, f"{clause}c", "talks", titles, f"{rule}, within: {season}", pair.here.id, **more)
    titles = f"Chuẩn bị nội dung hội đàm với {pair.there.vi}", f"Prepare the talks with {pair.there.en}"
    rule = f"relative, to: [{ident}], before: start, days: 15, unit: working"
    yield from duty(f"{ident}-plan", f"{clause}d", "deadline", titles, rule, pair.here.id)


def _meetings(pair: Pair, clause: str, first_year: int, chance: Random) -> Iterator[str]:
    """Two posts meet every quarter."""
    day = f"{first_year}-{chance.randrange(1, 4):02}-{chance.randrange(5, 27):02}"
    titles = f"Gặp gỡ định kỳ giữa {pair.here.vi} và {pair.there.vi}", "Quarterly meeting of the two posts"
    rule = f"rrule, rrule: FREQ=MONTHLY;INTERVAL=3, first: {day}"
    more = {"words": "3 tháng/lần, luân phiên địa điểm", "partners": f"[{pair.there.id}]"}
    yield from duty(f"{pair.id}-meeting", f"{clause}c", "event", titles, rule, pair.here.id, **more)
    titles = f"Tuần tra chung với {pair.there.vi}", f"Joint patrol with {pair.there.en}"
    with_them = f"[{pair.there.id}]"
    yield from duty(f"{pair.id}-patrol", f"{clause}d", "task", titles, "yearly", pair.here.id, partners=with_them)


def _festival(pair: Pair, clause: str) -> Iterator[str]:
    """Culture and sports every two years, at the festival of the other side."""
    season, festival = FESTIVALS[pair.country]
    titles = (
        f"Giao lưu văn hóa, thể thao với {pair.there.vi} dịp {festival}",
        f"Culture and sports with {pair.there.en}",
    )
    more = {"words": f"02 năm/lần, dịp {festival}", "partners": f"[{pair.there.id}]", "place": pair.partner}
    rule = f"yearly, every: 2, within: {season}"
    yield from duty(f"{pair.id}-festival", f"{clause}e", "event", titles, rule, pair.here.id, **more)
