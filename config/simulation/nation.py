"""The whole country as files: directory, plans and people. The same sizes and seed give the same bytes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from random import Random

from config.planfile import SourceFile
from config.simulation.duties import Pair, Side, Sort
from config.simulation.land import ABROAD, COUNTRIES, PROVINCES, Abroad, Province
from config.simulation.names import person, places, places_there, slug, sort_there
from config.simulation.papers import MARK, Unit, province_plan, unit_plan

PAIRS_OF_A_UNIT, PAIRS_THERE = 2, 6
"""With how many on the other side a commune or post is twinned, and a body there with how many of ours."""

WEIGHTS = {True: 20, False: 4}
"""How many pairs a province has beside others: on a border, and elsewhere."""

SORTS = (Sort.COMMUNE, Sort.VILLAGE, Sort.POST, Sort.COMMUNE, Sort.VILLAGE, Sort.COMMUNE)
INLAND = (Sort.COMMUNE, Sort.VILLAGE)

CALLED = {
    Sort.COMMUNE: ("xã", "xã {}", "{} Commune"),
    Sort.POST: ("don-bien-phong", "Đồn Biên phòng {}", "{} Border Post"),
    Sort.VILLAGE: ("cum-ban", "cụm bản {}", "{} village cluster"),
}

MOST_PEOPLE = 1500
"""People of one file."""


@dataclass(frozen=True, slots=True)
class Sizes:
    """How large the country is, and the first of its years."""

    provinces: int
    pairs: int
    years: int
    first_year: int

    @property
    def last_year(self) -> int:
        """The last year of all plans."""
        return self.first_year + self.years - 1


@dataclass(frozen=True, slots=True)
class Frontier:
    """A province and one of its partners, with the units on this side and the bodies they are twinned with."""

    province: Province
    partner: Abroad
    units: tuple[Unit, ...]
    there: tuple[Side, ...]

    @property
    def plan_ids(self) -> tuple[str, ...]:
        """The ids of its plans: that of the province, then those of its units."""
        ours = f"{self.province.id}-{self.partner.id}", *(unit.side.id for unit in self.units)
        return tuple(f"{MARK}{ident}" for ident in ours)


def nation(sizes: Sizes, seed: int) -> tuple[Frontier, ...]:
    """Who there is and who is twinned with whom; the texts are made of it one by one."""
    provinces = PROVINCES[: sizes.provinces]
    borders = [(province, ABROAD[ident]) for province in provinces for ident in province.partners]
    weights = [WEIGHTS[province.border] / len(province.partners) for province, _ in borders]
    here = {province.id: places(Random(f"{seed}:{province.id}")) for province in provinces}  # noqa: S311 - nothing secret
    across = {p.id: places_there(Random(f"{seed}:{p.id}"), p.country) for p in ABROAD.values()}  # noqa: S311 - nothing secret
    return tuple(
        _frontier(province, partner, pairs, here[province.id], across[partner.id])
        for (province, partner), pairs in zip(borders, _shared(sizes.pairs, weights), strict=True)
    )


def directory(frontiers: tuple[Frontier, ...]) -> Iterator[SourceFile]:
    """The directory's files: parties, then the bodies of each province on either side."""
    yield SourceFile("directory/parties.yaml", _parties(frontiers))
    for province in dict.fromkeys(frontier.province for frontier in frontiers):
        bodies = [*_offices(province), *_units(frontiers, province)]
        yield SourceFile(f"directory/{province.id}.yaml", "\n".join(["organisations:", *bodies, ""]))
    for partner in dict.fromkeys(frontier.partner for frontier in frontiers):
        sides = [side for frontier in frontiers if frontier.partner == partner for side in frontier.there]
        office = Side(f"chinh-quyen-{partner.id}", f"Chính quyền {partner.vi}", f"Administration of {partner.en}")
        bodies = [f"  {side.id}: {_body(partner.id, side.vi, side.en)}" for side in (office, *sides)]
        yield SourceFile(f"directory/{partner.id}.yaml", "\n".join(["organisations:", *bodies, ""]))


def plans(frontiers: tuple[Frontier, ...], sizes: Sizes, seed: int) -> Iterator[SourceFile]:
    """The plan files: one for each province and partner, one for each commune or post; made as they are asked for."""
    span = sizes.first_year, sizes.last_year
    for frontier in frontiers:
        own, *others = frontier.plan_ids
        chance = Random(f"{seed}:{own}")  # noqa: S311 - nothing secret
        text = province_plan(own, frontier.province, frontier.partner, span, chance)
        yield SourceFile(f"plans/{own}.yaml", text)
        for ident, unit in zip(others, frontier.units, strict=True):
            chance = Random(f"{seed}:{ident}")  # noqa: S311 - nothing secret
            yield SourceFile(f"plans/{ident}.yaml", unit_plan(ident, unit, span, chance))


def people(frontiers: tuple[Frontier, ...], seed: int) -> Iterator[SourceFile]:
    """Files of people: one at every commune and post, who reads its mailbox, and those of the departments."""
    chance = Random(f"{seed}:people")  # noqa: S311 - nothing secret
    lines: list[str] = []
    for province in dict.fromkeys(frontier.province for frontier in frontiers):
        office, post = f"so-ngoai-vu-{province.id}", f"songoaivu@{province.id}.example"
        for rank in ("specialist", "head", "deputy-director"):
            reader = f"name: {person(chance)}, organisation: {office}, rank: {rank}, mail: {post}"
            lines += [f"  {province.code}-{rank}: {{{reader}}}"]
    for number, unit in enumerate((unit for frontier in frontiers for unit in frontier.units), 1):
        reader = f"name: {person(chance)}, organisation: {unit.side.id}, mail: {unit.mail}"
        lines += [f"  can-bo-{number:05}: {{{reader}}}"]
    for number in count(1):
        if not lines[(number - 1) * MOST_PEOPLE :]:
            return
        some = lines[(number - 1) * MOST_PEOPLE : number * MOST_PEOPLE]
        yield SourceFile(f"contacts-{number}.yaml", "\n".join(["contacts:", *some, ""]))


def _shared(total: int, weights: list[float]) -> list[int]:
    """`total` shared out by weight, to the last one."""
    whole, before, found = sum(weights), 0.0, []
    for weight in weights:
        found.append(round(total * (before + weight) / whole) - round(total * before / whole))
        before += weight
    return found


def _frontier(province: Province, partner: Abroad, pairs: int, here: Iterator[str], across: Iterator[str]) -> Frontier:
    """So many pairs on one border."""
    needed = -(-pairs // PAIRS_OF_A_UNIT)
    many = max(-(-pairs // PAIRS_THERE), min(pairs, PAIRS_OF_A_UNIT))
    there = tuple(_side_there(next(across), partner) for _ in range(many))
    sorts = SORTS if province.border else INLAND
    units = []
    for index in range(needed):
        twins = range(index, index + min(PAIRS_OF_A_UNIT, pairs - index * PAIRS_OF_A_UNIT))
        own = tuple(there[number % many] for number in twins)
        units.append(_unit(next(here), sorts[index % len(sorts)], province, partner, own))
    return Frontier(province, partner, tuple(units), there)


def _unit(name: str, sort: Sort, province: Province, partner: Abroad, there: tuple[Side, ...]) -> Unit:
    kind, vi, en = CALLED[sort]
    ident = f"{slug(f'{kind} {name}')}-{province.id}"
    side = Side(ident, vi.format(name), en.format(name))
    beside = f"bo-chi-huy-bdbp-{province.id}" if sort is Sort.POST else f"so-ngoai-vu-{province.id}"
    made = (
        Pair(f"{ident}-{number}", sort, side, other, province.id, partner.id, partner.country, beside)
        for number, other in enumerate(there, 1)
    )
    return Unit(side, sort, province, partner, tuple(made), f"{slug(f'{kind} {name}')}@{province.id}.example")


def _side_there(name: str, partner: Abroad) -> Side:
    vi, en = sort_there(partner.country)
    return Side(f"{slug(f'{vi} {name}')}-{partner.id}", f"{vi} {name}", f"{name} {en}")


def _parties(frontiers: tuple[Frontier, ...]) -> str:
    lines = ["parties:"]
    ours = dict.fromkeys(frontier.province for frontier in frontiers)
    sides = [Abroad(province.id, "VN", province.name, province.name) for province in ours]
    for side in (*sides, *dict.fromkeys(frontier.partner for frontier in frontiers), *COUNTRIES):
        lines += [f"  {side.id}: {{country: {side.country}, name: {{vi: {side.vi}, en: {side.en}}}}}"]
    return "\n".join([*lines, ""])


def _offices(province: Province) -> Iterator[str]:
    """The bodies every province has."""
    for kind, vi, en, mail in (
        ("ubnd", "UBND tỉnh", "People's Committee of", "ubnd"),
        ("so-ngoai-vu", "Sở Ngoại vụ tỉnh", "Department of Foreign Affairs of", "songoaivu"),
        ("bo-chi-huy-bdbp", "Bộ Chỉ huy BĐBP tỉnh", "Border Guard Command of", "bdbp"),
        ("mttq", "Ủy ban MTTQ tỉnh", "Fatherland Front of", "mttq"),
    ):
        body = _body(province.id, f"{vi} {province.name}", f"{en} {province.name}", f"{mail}@{province.id}.example")
        yield f"  {kind}-{province.id}: {body}"


def _units(frontiers: tuple[Frontier, ...], province: Province) -> Iterator[str]:
    for frontier in frontiers:
        for unit in frontier.units if frontier.province == province else ():
            yield f"  {unit.side.id}: {_body(province.id, unit.side.vi, unit.side.en, unit.mail)}"


def _body(party: str, vi: str, en: str, mail: str | None = None) -> str:
    address = f", mail: {mail}" if mail else ""
    return f'{{party: {party}, name: {{vi: "{vi}", en: "{en}"}}{address}}}'
