"""Plan files of a made-up country: a province with its partner, a commune or post with those it is twinned with."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from random import Random

from config.simulation.duties import SEASONS, WITH, Pair, Side, Sort, duty, pair_duties, remembered
from config.simulation.land import Abroad, Province

MARK = "mo-phong-"
"""How the ids of all plans begin that were made up."""

Span = tuple[int, int]
"""First and last year of a plan."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A commune, village cluster or border post, its mailbox, and its twinnings."""

    side: Side
    sort: Sort
    province: Province
    partner: Abroad
    pairs: tuple[Pair, ...]
    mail: str


def unit_plan(name: str, unit: Unit, span: Span, chance: Random) -> str:
    """The plan of a unit with all its pairs."""
    sides = f"{unit.side.vi} với {len(unit.pairs)} đơn vị của {unit.partner.vi}"
    title = f"Kế hoạch kết nghĩa của {sides}", f"Twinning plan of {unit.side.en} with {unit.partner.en}"
    sign = "KH-ĐBP" if unit.sort is Sort.POST else "KH-UBND"
    head = _head(name, unit.side.id, span, f"{chance.randrange(1, 400)}/{sign}", title)
    agreement = f"Biên bản kết nghĩa của {unit.side.vi} với phía {unit.partner.vi}", "Twinning memorandum"
    terms = _agreement(f"bien-ban-{unit.side.id}", agreement, (unit.province.id, unit.partner.id), span, chance)
    lines = [*head, *terms, "obligations:", *_of_the_unit(unit)]
    for number, pair in enumerate(unit.pairs, 1):
        lines += pair_duties(pair, number, span[0], chance)
    return _text(lines)


def province_plan(name: str, province: Province, partner: Abroad, span: Span, chance: Random) -> str:
    """The plan of a province with one partner."""
    office, there = f"so-ngoai-vu-{province.id}", f"chinh-quyen-{partner.id}"
    sides = f"{province.name} và {partner.vi}"
    title = f"Kế hoạch hợp tác giữa {sides}", f"Plan of cooperation of {province.name} and {partner.en}"
    head = _head(name, office, span, f"{chance.randrange(1, 900)}/QĐ-UBND", title, f"ubnd-{province.id}")
    agreement = f"Thỏa thuận hợp tác giữa {sides}", f"Cooperation agreement of {province.name} and {partner.en}"
    parties = province.id, partner.id
    ident, with_them = f"{province.code}-{partner.id}", {"partners": f"[{there}]"}
    lines = [*head, *_agreement(f"thoa-thuan-{ident}", agreement, parties, span, chance), "obligations:"]
    hosts, season = ", ".join(parties), chance.choice(SEASONS)
    titles = f"Hội đàm cấp cao {sides}", f"High-level talks of {province.name} and {partner.en}"
    rule = f"rotation, every: 2, first_year: {span[0]}, order: [{hosts}], within: {season}"
    high = {"coordinating": f"[ubnd-{province.id}]", **with_them}
    lines += duty(f"{ident}-high-talks", "I.1", "talks", titles, rule, office, **high)
    titles = f"Hội đàm thường niên về công tác biên giới {sides}", "Annual border talks"
    rule = f"rotation, every: 1, first_year: {span[0]}, order: [{hosts}], within: quý IV"
    lines += duty(f"{ident}-border-talks", "I.2", "talks", titles, rule, office, **with_them)
    titles = f"Gặp gỡ định kỳ lực lượng bảo vệ biên giới {sides}", "Half-yearly meeting of border forces"
    rule = f"rrule, rrule: FREQ=MONTHLY;INTERVAL=6, first: {span[0]}-05-{chance.randrange(10, 26)}"
    lines += duty(f"{ident}-forces", "I.3", "event", titles, rule, f"bo-chi-huy-bdbp-{province.id}", **with_them)
    titles = "Giao lưu thanh niên", "Youth exchange"
    gaps = {"words": "định kỳ, luân phiên", "to_set": "[first_year, first_host]", **with_them}
    lines += duty(f"{ident}-youth", "I.4", "exchange", titles, "rotation, every: 2", f"mttq-{province.id}", **gaps)
    titles = f"Đào tạo cán bộ cho {partner.vi}", f"Training of officials of {partner.en}"
    lines += duty(f"{ident}-training", "I.5", "task", titles, "yearly", office, **with_them)
    titles = "Chuẩn bị nội dung hội đàm cấp cao", "Prepare the high-level talks"
    rule = f"relative, to: [{ident}-high-talks], before: start, days: 30"
    lines += duty(f"{ident}-high-talks-plan", "II.1", "deadline", titles, rule, office)
    titles = "Báo cáo kết quả hợp tác", "Report on the cooperation"
    lines += duty(f"{ident}-report", "II.2", "report", titles, "periodic, unit: quarter", office)
    for letter, day in zip("abc", WITH[partner.country], strict=True):
        lines += remembered(ident, f"III.{letter}", day, office, partner.vi, there)
    return _text(lines)


def _of_the_unit(unit: Unit) -> Iterator[str]:
    """What a unit owes whatever its pairs: reports, national days, and the work that has no day."""
    lead, about = unit.side.id, "kết nghĩa, đối ngoại biên giới"
    titles = f"Báo cáo năm về công tác {about}", "Yearly report on twinning and the border"
    yield from duty(f"{lead}-report", "I.1", "report", titles, "periodic, unit: year", lead)
    for number, day in enumerate(("vn-day", "front", "guard", "army", "martyrs"), 2):
        yield from remembered(lead, f"I.{number}", day, lead)
    titles = "Tuyên truyền, bảo vệ đường biên, mốc giới", "Publicity; protection of the border line and markers"
    yield from duty(f"{lead}-border", "I.7", "ongoing", titles, "ongoing", lead, words="thường xuyên")


def _head(
    plan: str, owner: str, span: Span, number: str, title: tuple[str, str], issuer: str | None = None
) -> Iterator[str]:
    """The first lines of a plan file."""
    yield "# Dữ liệu mô phỏng, không phải văn bản thật. Made up by `luanphien simulate`: no real document."
    yield f"plan: {plan}"
    yield f"owner: {owner}"
    yield f"period: giai đoạn {span[0]} - {span[1]}"
    yield "document:"
    yield f"  number: {number}"
    yield f"  date: {span[0] - 1}-12-20"
    yield f"  issuer: {issuer or owner}"
    yield f'  title: {{vi: "{title[0]}", en: "{title[1]}"}}'


def _agreement(
    ident: str, title: tuple[str, str], parties: tuple[str, str], span: Span, chance: Random
) -> Iterator[str]:
    """What a plan rests on: some agreements end before the plan does, some go on by themselves."""
    first, last = span
    ends = min(first + 4, last)
    yield "agreements:"
    yield f"  - id: {ident}"
    yield f'    title: {{vi: "{title[0]}", en: "{title[1]}"}}'
    yield f"    signed: {first - 1}-11-15"
    yield f"    parties: [{', '.join(parties)}]"
    match chance.randrange(4):
        case 0:
            yield f"    term: {first}-01-01/{ends}-12-31"
            yield "    extension: tacit"
            yield "    every: 5"
            yield "    notice_days: 180"
        case 1:
            yield f"    term: {first}-01-01/{ends}-12-31"
            yield "    extension: express"
        case _:
            yield f"    term: {first}-01-01/{last}-12-31"


def _text(lines: Iterable[str]) -> str:
    return "\n".join(lines).rstrip("\n") + "\n"
