"""What an officer should look into: gaps, crowded years, clashes, days off, agreements that end, who owes a visit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from scheduler.agreement import State, health
from scheduler.anniversary import AnniversaryClass, day_in
from scheduler.diary import NOT_TO_COME, Clash, Diaries, Loads
from scheduler.occurrence import UNSET, Occurrence
from scheduler.plan import MEETINGS, Agreement, Directory, Extension, Kind, Plan, Text
from scheduler.reciprocity import Balance, Balances
from scheduler.resting import days_off_met
from scheduler.rules import AnniversaryOf, Once
from scheduler.workdays import DaysOff

CROWDED = 6
"""Meetings of one party in a year from which on the year is crowded."""


class Matter(StrEnum):
    """What a finding is about. The fields of each are listed beside it."""

    NO_HOST = "no-host"  # obligation, leg|None, title: Text, cycles: tuple[str, ...]
    OVERLOAD = "overload"  # party, year, count, hosting, travelling
    CLASH = "clash"  # organisation, first: date, last: date, keys: (str, str), titles: (Text, Text)
    DAY_OFF = (
        "day-off"  # key, title: Text, days: tuple[date, ...], parties: tuple[str, ...], reason: OffCode, name: Text
    )
    HEAVY_YEAR = "heavy-year"  # year, marks: tuple of {title: Text, ordinal, rank: AnniversaryClass, day: date}
    TO_SET = "to-set"  # obligation, plan, title: Text, gaps: tuple[Gap, ...]
    LAPSING = "lapsing"  # agreement, title: Text, ends: date, notice: date|None, extension: Extension
    LAPSED = "lapsed"  # agreement, title: Text, ended: date, successor|None, keys: tuple[str, ...]
    RECIPROCITY = (
        "reciprocity"  # home, partner, hosted, visited, elsewhere, unknown, unrecorded, outstanding, owing|None
    )


class Severity(StrEnum):
    """Whether something should be done about it, or is good to know."""

    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Finding:
    """One matter to look into; `fields` as listed in `Matter`, ids not yet turned into names."""

    code: Matter
    severity: Severity
    fields: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Scene:
    """What is surveyed: plans, every occurrence they give up to some horizon, and the day one looks from.

    Of plans that share a series or an agreement, all are in one scene.
    """

    plans: tuple[Plan, ...]
    occurrences: tuple[Occurrence, ...]
    directory: Directory
    off: DaysOff
    as_of: date

    @property
    def ahead(self) -> Iterator[Occurrence]:
        """What is still to come or under way, each event once."""
        for occurrence in self.occurrences:
            last = occurrence.window.last
            if not occurrence.over and occurrence.joint is None and (last is None or last >= self.as_of):
                yield occurrence

    @property
    def titles(self) -> dict[str, Text]:
        """Title of each obligation."""
        return {obligation.id: obligation.title for plan in self.plans for obligation in plan.obligations}

    @property
    def homes(self) -> dict[str, str]:
        """Home party of each plan."""
        return {plan.id: plan.home for plan in self.plans}


Mark = tuple[str, Mapping[str, object]]
"""An anniversary: the obligation that remembers it, and what is said of it."""


@dataclass(frozen=True, slots=True)
class Survey:
    """What is worth looking into, scene after scene; of each only what is found, and counts, is kept.

    A year with at least `crowded` meetings of one party counts as overloaded.
    """

    as_of: date
    crowded: int = CROWDED
    _found: dict[Matter, list[Finding]] = field(default_factory=dict)
    _loads: Loads = field(init=False)
    _diaries: Diaries = field(default_factory=Diaries)
    _balances: Balances = field(init=False)
    _marks: dict[int, dict[date, Mark]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Count from the year one looks from, and up to that day."""
        object.__setattr__(self, "_loads", Loads(self.as_of.year))
        object.__setattr__(self, "_balances", Balances(self.as_of))

    def take(self, scene: Scene) -> None:
        """Look at one scene."""
        for finding in (*_without_host(scene), *_days_off(scene), *_to_set(scene), *_agreements(scene)):
            self._found.setdefault(finding.code, []).append(finding)
        homes = scene.homes
        for occurrence in scene.occurrences:
            self._loads.note(occurrence, homes[occurrence.plan])
            self._balances.note(occurrence, homes[occurrence.plan])
        for occurrence in scene.ahead:
            self._diaries.note(occurrence)
        for year, origin, mark in _marks(scene):
            known = self._marks.setdefault(year, {})
            known[origin] = min(known.get(origin, mark), mark, key=lambda each: each[0])

    def findings(self) -> Iterator[Finding]:
        """Everything found, in the order of `Matter`; the same scenes give the same findings."""
        yield from self._by_duty(Matter.NO_HOST)
        yield from _overloads(self._loads, self.crowded)
        yield from map(_clash, self._diaries.clashes())
        yield from self._by_duty(Matter.DAY_OFF)
        yield from _heavy_years(self._marks)
        yield from self._by_duty(Matter.TO_SET)
        for matter in (Matter.LAPSING, Matter.LAPSED):
            yield from sorted(self._found.get(matter, ()), key=lambda finding: str(finding.fields["agreement"]))
        yield from map(_reciprocity, self._balances.all())

    def _by_duty(self, matter: Matter) -> list[Finding]:
        """Findings of a matter by obligation, as they would stand in one scene."""
        return sorted(self._found.get(matter, ()), key=_duty)


def survey(scene: Scene, crowded: int = CROWDED) -> tuple[Finding, ...]:
    """Everything worth looking into in one scene."""
    whole = Survey(scene.as_of, crowded)
    whole.take(scene)
    return tuple(whole.findings())


def _warning(matter: Matter, **fields: object) -> Finding:
    return Finding(matter, Severity.WARNING, fields)


def _note(matter: Matter, **fields: object) -> Finding:
    return Finding(matter, Severity.NOTE, fields)


def _without_host(scene: Scene) -> Iterator[Finding]:
    """Cycles ahead that nobody hosts, together for each line of turns."""
    lines: dict[tuple[str, str | None], list[Occurrence]] = {}
    for occurrence in scene.ahead:
        if occurrence.kind in MEETINGS and occurrence.host is None and occurrence.cycle != UNSET:
            lines.setdefault((occurrence.obligation, occurrence.leg), []).append(occurrence)
    for (obligation, leg), found in lines.items():
        cycles = tuple(occurrence.cycle for occurrence in found)
        yield _warning(Matter.NO_HOST, obligation=obligation, leg=leg, title=scene.titles[obligation], cycles=cycles)


def _overloads(loads: Loads, crowded: int) -> Iterator[Finding]:
    """Years from the present one on in which a home party has many meetings, those already held counted too."""
    for load in loads.all():
        if load.count >= crowded:
            counts = {"count": load.count, "hosting": load.hosting, "travelling": load.travelling}
            yield _warning(Matter.OVERLOAD, party=load.party, year=load.year, **counts)


def _clash(clash: Clash) -> Finding:
    """Two gatherings ahead on the same fixed days for one organisation, of which not both are anniversaries."""
    both = {"first": clash.first, "last": clash.last, "keys": clash.keys, "titles": clash.titles}
    return _warning(Matter.CLASH, organisation=clash.organisation, **both)


def _days_off(scene: Scene) -> Iterator[Finding]:
    """Fixed days and deadlines ahead that are off on a side; of anniversaries the round ones, which have a ceremony."""
    for occurrence in scene.ahead:
        mark = occurrence.anniversary
        plain = occurrence.kind is Kind.ANNIVERSARY and (mark is None or mark.rank is not AnniversaryClass.ROUND)
        if plain or occurrence.cycle == UNSET:
            continue
        for met in days_off_met(occurrence, scene.directory, scene.off):
            what = {"key": occurrence.key, "title": occurrence.title, "days": met.days, "parties": met.parties}
            yield _warning(Matter.DAY_OFF, **what, reason=met.code, name=met.name)


def _marks(scene: Scene) -> Iterator[tuple[int, date, Mark]]:
    """Anniversaries that end in 0 or 5, from the present year on: year, origin, what is said of it by which duty."""
    origins = dict(pair for plan in scene.plans for pair in _origins(plan))
    for occurrence in scene.occurrences:
        mark, origin = occurrence.anniversary, origins.get(occurrence.obligation)
        if mark is None or origin is None or occurrence.status in NOT_TO_COME:
            continue
        year = origin.year + mark.ordinal
        if mark.rank is not AnniversaryClass.OTHER and year >= scene.as_of.year:
            what = {"title": occurrence.title, "ordinal": mark.ordinal, "rank": mark.rank}
            yield year, origin, (occurrence.obligation, what | {"day": day_in(origin, year)})


def _duty(finding: Finding) -> str:
    named = finding.fields.get("obligation") or finding.fields["key"]
    return str(named).partition(".")[0]


def _heavy_years(years: Mapping[int, Mapping[date, Mark]]) -> Iterator[Finding]:
    """Years from the present one on with several anniversaries that end in 0 or 5, each origin once."""
    for year, marks in sorted(years.items()):
        if len(marks) > 1:
            ordered = sorted(marks.items(), key=lambda item: (item[0].month, item[0].day, item[0]))
            yield _note(Matter.HEAVY_YEAR, year=year, marks=tuple(what for _, (_, what) in ordered))


def _origins(plan: Plan) -> Iterator[tuple[str, date]]:
    for obligation in plan.obligations:
        rule = obligation.rule
        origin = rule.origin if isinstance(rule, AnniversaryOf) else rule.marks if isinstance(rule, Once) else None
        if origin is not None:
            yield obligation.id, origin


def _to_set(scene: Scene) -> Iterator[Finding]:
    """Obligations with something still to set, past or to come."""
    found: dict[str, list[Occurrence]] = {}
    for occurrence in scene.occurrences:
        if occurrence.to_set and not occurrence.over:
            found.setdefault(occurrence.obligation, []).append(occurrence)
    for obligation, occurrences in found.items():
        gaps = tuple(dict.fromkeys(gap for occurrence in occurrences for gap in occurrence.to_set))
        plan, title = occurrences[-1].plan, scene.titles[obligation]
        yield _note(Matter.TO_SET, obligation=obligation, plan=plan, title=title, gaps=gaps)


def _agreements(scene: Scene) -> Iterator[Finding]:
    """Agreements that end within a year with nothing to follow, and those that ended while meetings rest on them."""
    resting: dict[str, list[str]] = {}
    for occurrence in scene.ahead:
        if occurrence.kind in MEETINGS and occurrence.agreement is not None:
            resting.setdefault(occurrence.agreement, []).append(occurrence.key)
    agreements = agreements_of(scene.plans)
    for agreement in agreements:
        yield from lapsing(agreement, scene.as_of)
    for agreement in agreements:
        stands, keys = health(agreement, scene.as_of), tuple(resting.get(agreement.id, ()))
        if keys and stands.state in (State.LAPSED, State.SUPERSEDED):
            after = {"ended": stands.ends, "successor": agreement.successor}
            yield _warning(Matter.LAPSED, agreement=agreement.id, title=agreement.title, **after, keys=keys)


def lapsing(agreement: Agreement, as_of: date) -> Iterator[Finding]:
    """The finding that an agreement ends within a year with nothing to follow, if it does."""
    stands = health(agreement, as_of)
    if stands.ends is None or stands.state not in (State.IN_FORCE, State.NOTICE_OPEN):
        return
    followed = agreement.replaced is not None and (agreement.replaced - stands.ends).days <= 1
    if agreement.extension is Extension.TACIT or followed or stands.ends > day_in(as_of, as_of.year + 1):
        return
    term = {"ends": stands.ends, "notice": stands.notice, "extension": agreement.extension}
    yield _warning(Matter.LAPSING, agreement=agreement.id, title=agreement.title, **term)


def agreements_of(plans: Iterable[Plan]) -> tuple[Agreement, ...]:
    """Every agreement the plans rest on, once, by id."""
    found = {agreement.id: agreement for plan in plans for agreement in plan.agreements}
    return tuple(found[ident] for ident in sorted(found))


def _reciprocity(balance: Balance) -> Finding:
    counts = {"hosted": balance.hosted, "visited": balance.visited, "elsewhere": balance.elsewhere}
    open_ = {"unknown": balance.unknown, "unrecorded": balance.unrecorded}
    behind = {"outstanding": balance.outstanding, "owing": balance.owing}
    return _note(Matter.RECIPROCITY, home=balance.home, partner=balance.partner, **counts, **open_, **behind)
