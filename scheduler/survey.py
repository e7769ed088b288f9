"""What an officer should look into: gaps, crowded years, clashes, days off, agreements that end, who owes a visit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import MINYEAR, date
from enum import StrEnum

from scheduler.agreement import State, health
from scheduler.anniversary import AnniversaryClass, day_in
from scheduler.occurrence import UNSET, Occurrence, Status
from scheduler.plan import MEETINGS, Agreement, Directory, Extension, Kind, Plan, Text
from scheduler.reciprocity import balances
from scheduler.resting import days_off_met
from scheduler.rules import AnniversaryOf, Once
from scheduler.workdays import DaysOff

CROWDED = 6
"""Meetings of one party in a year from which on the year is crowded."""

GATHERINGS = (*MEETINGS, Kind.EVENT, Kind.ANNIVERSARY)
"""Kinds for which people must be somewhere on the day."""

NOT_TO_COME = (Status.SKIPPED, Status.CANCELLED)


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
class Load:
    """Meetings of a home party in a year; some have no host yet, some take place elsewhere."""

    party: str
    year: int
    count: int
    hosting: int
    travelling: int


@dataclass(frozen=True, slots=True)
class Scene:
    """What is surveyed: all plans, every occurrence they give up to some horizon, and the day one looks from."""

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


def survey(scene: Scene, crowded: int = CROWDED) -> tuple[Finding, ...]:
    """Everything worth looking into, in the order of `Matter`; the same scene gives the same findings.

    A year with at least `crowded` meetings of one party counts as overloaded.
    """
    return (
        *_without_host(scene),
        *_overloads(scene, crowded),
        *_clashes(scene),
        *_days_off(scene),
        *_heavy_years(scene),
        *_to_set(scene),
        *_agreements(scene),
        *_reciprocity(scene),
    )


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


def _overloads(scene: Scene, crowded: int) -> Iterator[Finding]:
    """Years from the present one on in which a home party has many meetings, those already held counted too."""
    for load in loads(scene.occurrences, scene.homes, scene.as_of.year):
        if load.count >= crowded:
            counts = {"count": load.count, "hosting": load.hosting, "travelling": load.travelling}
            yield _warning(Matter.OVERLOAD, party=load.party, year=load.year, **counts)


def loads(occurrences: Iterable[Occurrence], homes: Mapping[str, str], since: int = MINYEAR) -> Iterator[Load]:
    """What each home party has to do in each year, by party and year; `homes`: home party of each plan.

    Meetings over before the year `since`, fulfilled by another, cancelled or skipped do not count, nor those whose
    year is not known.
    """
    years: dict[tuple[str, int], list[Occurrence]] = {}
    for occurrence in occurrences:
        first, last = occurrence.window.start, occurrence.window.last
        if occurrence.kind not in MEETINGS or occurrence.joint is not None or occurrence.status in NOT_TO_COME:
            continue
        if first is None or last is None or last.year < since:
            continue
        if first.year == last.year or occurrence.window.fixed:
            years.setdefault((homes[occurrence.plan], first.year), []).append(occurrence)
    for (party, year), found in sorted(years.items()):
        hosting = sum(occurrence.host == party for occurrence in found)
        travelling = sum(party in occurrence.travels for occurrence in found)
        yield Load(party, year, len(found), hosting, travelling)


def _clashes(scene: Scene) -> Iterator[Finding]:
    """Two gatherings ahead on the same fixed days for one organisation, of which not both are anniversaries."""
    diaries: dict[str, list[tuple[date, date, Occurrence]]] = {}
    for occurrence in scene.ahead:
        first, last = occurrence.window.start, occurrence.window.last
        if occurrence.kind in GATHERINGS and occurrence.window.fixed and first is not None and last is not None:
            for organisation in dict.fromkeys((*occurrence.leads, *occurrence.coordinating)):
                diaries.setdefault(organisation, []).append((first, last, occurrence))
    for organisation, entries in sorted(diaries.items()):
        entries.sort(key=lambda entry: (entry[0], entry[2].key))
        for index, (_, end, one) in enumerate(entries):
            for begin, last, other in entries[index + 1 :]:
                if begin > end:
                    break
                if {one.kind, other.kind} != {Kind.ANNIVERSARY}:
                    fields = {"keys": (one.key, other.key), "titles": (one.title, other.title)}
                    both = {"first": begin, "last": min(end, last)}
                    yield _warning(Matter.CLASH, organisation=organisation, **both, **fields)


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


def _heavy_years(scene: Scene) -> Iterator[Finding]:
    """Years from the present one on with several anniversaries that end in 0 or 5, each origin once."""
    origins = dict(pair for plan in scene.plans for pair in _origins(plan))
    years: dict[int, dict[date, Mapping[str, object]]] = {}
    for occurrence in scene.occurrences:
        mark, origin = occurrence.anniversary, origins.get(occurrence.obligation)
        if mark is None or origin is None or occurrence.status in NOT_TO_COME:
            continue
        year = origin.year + mark.ordinal
        if mark.rank is not AnniversaryClass.OTHER and year >= scene.as_of.year:
            what = {"title": occurrence.title, "ordinal": mark.ordinal, "rank": mark.rank, "day": day_in(origin, year)}
            years.setdefault(year, {}).setdefault(origin, what)
    for year, marks in sorted(years.items()):
        if len(marks) > 1:
            ordered = sorted(marks.items(), key=lambda item: (item[0].month, item[0].day, item[0]))
            yield _note(Matter.HEAVY_YEAR, year=year, marks=tuple(what for _, what in ordered))


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
        yield from _lapsing(agreement, scene.as_of)
    for agreement in agreements:
        stands, keys = health(agreement, scene.as_of), tuple(resting.get(agreement.id, ()))
        if keys and stands.state in (State.LAPSED, State.SUPERSEDED):
            after = {"ended": stands.ends, "successor": agreement.successor}
            yield _warning(Matter.LAPSED, agreement=agreement.id, title=agreement.title, **after, keys=keys)


def _lapsing(agreement: Agreement, as_of: date) -> Iterator[Finding]:
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


def _reciprocity(scene: Scene) -> Sequence[Finding]:
    return [
        _note(
            Matter.RECIPROCITY,
            home=balance.home,
            partner=balance.partner,
            hosted=balance.hosted,
            visited=balance.visited,
            elsewhere=balance.elsewhere,
            unknown=balance.unknown,
            unrecorded=balance.unrecorded,
            outstanding=balance.outstanding,
            owing=balance.owing,
        )
        for balance in balances(scene.occurrences, scene.homes, scene.as_of)
    ]
