"""Small plans made by hand, and what they give."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from types import MappingProxyType
from typing import Any

from scheduler.expand import expand
from scheduler.occurrence import Occurrence, Status
from scheduler.plan import Agreement, Directory, Document, Kind, Obligation, Organisation, Party, Place, Plan, Text
from scheduler.rules import Rule
from scheduler.series import series_of
from scheduler.slots import Ground
from scheduler.window import Precision, Window
from scheduler.workdays import DaysOff

PARTIES = ("quang-tri", "savannakhet", "salavan", "sekong")
DIRECTORY = Directory(
    MappingProxyType({ident: Party(ident, Text(ident), "VN" if ident == "quang-tri" else "LA") for ident in PARTIES}),
    MappingProxyType({"dong-ha": Place("dong-ha", Text("Đông Hà"), "quang-tri")}),
    MappingProxyType({"front": Organisation("front", Text("Mặt trận"), "quang-tri")}),
)
PAPER = Document("06/KH-MTTQ-BTT", date(2019, 10, 3), "front", Text("Kế hoạch"))
DAYS_OFF = DaysOff()


def span(first: date | None, last: date | None, precision: Precision = Precision.PERIOD) -> Window:
    """A window from its first to its last day."""
    return Window.of(first, last, precision)


def year(number: int) -> Window:
    """The whole of a year."""
    return span(date(number, 1, 1), date(number, 12, 31), Precision.YEAR)


def years(first: int, last: int) -> Window:
    """A period of whole years."""
    return span(date(first, 1, 1), date(last, 12, 31))


def duty(rule: Rule, kind: Kind = Kind.EXCHANGE, ident: str = "doan", **fields: Any) -> Obligation:
    """A duty of the front with the two neighbours, under clause II.5."""
    values: dict[str, Any] = {
        "clauses": ("II.5",),
        "title": Text("Việc"),
        "leads": ("front",),
        "partners": ("savannakhet", "salavan"),
    }
    return Obligation(id=ident, kind=kind, rule=rule, **(values | fields))


def plan(
    *duties: Obligation,
    ident: str = "ke-hoach",
    period: Window | None = years(2020, 2022),  # noqa: B008 - a frozen value
    agreements: tuple[Agreement, ...] = (),
) -> Plan:
    """A plan of Quảng Trị's front."""
    return Plan(
        id=ident,
        document=PAPER,
        owner="front",
        home="quang-tri",
        period=period,
        agreements=agreements,
        obligations=duties,
    )


def agreement(ident: str, parties: Iterable[str], term: Window | None) -> Agreement:
    """An agreement of `parties`."""
    return Agreement(ident, Text(ident), tuple(parties), None, term)


def expanded(
    *plans: Plan, horizon: date = date(2026, 12, 31), directory: Directory = DIRECTORY
) -> tuple[Occurrence, ...]:
    """Everything the plans give up to the horizon, by key."""
    ground = Ground(directory, DAYS_OFF.subtract_working_days, DAYS_OFF.add_working_days, horizon)
    series = series_of(plans)
    found: dict[str, tuple[Occurrence, ...]] = {}

    def occurrences(ident: str) -> tuple[Occurrence, ...]:
        if ident not in found:
            anchors = {anchor for segment in series[ident] for anchor in segment.obligation.anchors}
            known: Mapping[str, tuple[Occurrence, ...]] = {anchor: occurrences(anchor) for anchor in sorted(anchors)}
            found[ident] = expand(series[ident], ground, known)
        return found[ident]

    return tuple(sorted((o for ident in series for o in occurrences(ident)), key=lambda o: o.key))


def expected(plan: Plan, obligation: Obligation, cycle: str, window: Window, **fields: Any) -> Occurrence:
    """The occurrence of a duty with what the duty says of itself, and `fields`."""
    values: dict[str, Any] = {
        "leg": None,
        "clauses": obligation.clauses,
        "expression": obligation.words,
        "status": Status.TENTATIVE,
        "host": None,
        "place": None,
        "travels": (),
        "partners": obligation.partners,
        "to_set": obligation.to_set,
        "anniversary": None,
        "agreement": None,
    }
    return Occurrence(
        obligation=obligation.id,
        cycle=cycle,
        plan=plan.id,
        kind=obligation.kind,
        title=obligation.title,
        window=window,
        leads=obligation.leads,
        coordinating=obligation.coordinating,
        owner=plan.owner,
        conditions=obligation.conditions,
        quantity=obligation.quantity,
        assumed=obligation.assumed,
        document=plan.document,
        **(values | fields),
    )


def told(occurrences: Iterable[Occurrence]) -> dict[str, tuple[str | None, str, str]]:
    """By key: host, status, and days as FIRST/LAST."""
    return {o.key: (o.host, o.status.value, written(o.window)) for o in occurrences}


def written(window: Window) -> str:
    """FIRST/LAST, one day by itself, `..` where it is open."""
    first, last = (".." if day is None else day.isoformat() for day in (window.start, window.last))
    return first if first == last and first != ".." else f"{first}/{last}"
