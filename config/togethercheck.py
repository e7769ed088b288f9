"""What can only be seen with all plans side by side: names used twice, series that go on, anchors, foreign clauses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from config.agreementcheck import check_agreements
from config.faults import Faults
from config.guard import Path
from config.planmodel import ObligationModel, PlanModel, RelativeModel, RotationModel
from config.rulecheck import cycle_fault
from scheduler.plan import Gap

File = tuple[PlanModel, Faults]

LONGEST_KEY = 255
"""Characters of a key that the columns of every table hold."""

LONGEST_CYCLE = len("2021-07-15")


@dataclass(frozen=True, slots=True)
class Entry:
    """One obligation, and where it stands."""

    plan: str
    path: Path
    item: ObligationModel
    faults: Faults


def check_together(files: Sequence[File]) -> None:
    """Note what does not fit between the files, each fault at its own place."""
    plans: dict[str, PlanModel] = {}
    for model, faults in files:
        if model.plan in plans:
            faults.add(("plan",), "two plans are called {ident}", "give one another name", ident=model.plan)
        plans.setdefault(model.plan, model)
    agreements = [agreement for model in plans.values() for agreement in model.agreements]
    for model, faults in files:
        check_agreements(model, agreements, faults)
    series: dict[str, list[Entry]] = {}
    for entry in _entries(files):
        series.setdefault(entry.item.id, []).append(entry)
    for entries in series.values():
        _check_series(entries)
    for entry in _entries(files):
        _check_anchors(entry, series)
        _check_clauses(entry, plans)
    lengths: dict[str, int] = {}
    for entry in _entries(files):
        _check_length(entry, series, lengths)


def _entries(files: Sequence[File]) -> Iterator[Entry]:
    for model, faults in files:
        for index, item in enumerate(model.obligations):
            yield Entry(model.plan, ("obligations", index), item, faults)


def _check_series(entries: list[Entry]) -> None:
    """A series has one first plan; every other says which plan it continues."""
    by_plan = {entry.plan: entry for entry in entries}
    firsts = [entry for entry in entries if entry.item.continues is None]
    for entry in firsts[1:]:
        first = firsts[0]
        if entry.plan != first.plan:
            entry.faults.add(
                (*entry.path, "id"),
                "the series {ident} is already in plan {plan}",
                "give another id, or add `continues: {plan}` when the later plan goes on with it",
                ident=entry.item.id,
                plan=first.plan,
            )
    for entry in entries:
        before = entry.item.continues
        if before is None:
            continue
        if before not in by_plan or before == entry.plan:
            entry.faults.unknown((*entry.path, "continues"), "plan", before, by_plan.keys() - {entry.plan})
        elif not _goes_round(entry, by_plan):
            _check_inherited(entry, by_plan)
        else:
            message = "the plans continue one another in a circle"
            entry.faults.add((*entry.path, "continues"), message, "take `continues:` out of the first of them")


def _check_inherited(entry: Entry, by_plan: Mapping[str, Entry]) -> None:
    """Turns that a plan leaves to the one before must be known there, or be said to be open."""
    line = [entry]
    while (before := by_plan.get(line[-1].item.continues or "")) is not None:
        line.append(before)
    rule = entry.item.rule
    if not isinstance(rule, RotationModel):
        return
    known = [model for item in line if isinstance(model := item.item.rule, RotationModel)]
    open_ = set(entry.item.to_set)
    where: Path = (*entry.path, "rule")
    hosts = any(model.order or any(leg.order for leg in model.legs.values()) for model in known)
    if not hosts and not {Gap.ORDER, Gap.FIRST_HOST} & open_:
        fix = "add `order: [HOST, HOST]`, or `to_set: [order]` when the text leaves it open"
        entry.faults.add(where, "the rotation names no hosts", fix)
    years = any(model.first_year or any(leg.first_year for leg in model.legs.values()) for model in known)
    if not years and Gap.FIRST_YEAR not in open_:
        fix = "add `first_year:`, or `to_set: [first_year]` when the text leaves it open"
        entry.faults.add(where, "the rotation has no first year", fix)


def _goes_round(entry: Entry, by_plan: Mapping[str, Entry]) -> bool:
    seen: set[str] = set()
    at: Entry | None = entry
    while at is not None and at.plan not in seen:
        seen.add(at.plan)
        at = by_plan.get(at.item.continues or "")
    return at is not None


def _check_anchors(entry: Entry, series: Mapping[str, list[Entry]]) -> None:
    rule = entry.item.rule
    if not isinstance(rule, RelativeModel):
        return
    where: Path = (*entry.path, "rule", "to")
    for index, name in enumerate(rule.to):
        ident, _, tail = name.partition(".")
        leg, _, cycle = tail.rpartition(".")
        if ident not in series:
            entry.faults.unknown((*where, index), "obligation", ident, series)
            continue
        faults = [cycle_fault(other.item, leg, cycle) for other in series[ident]] if tail else [None]
        if all(fault is not None for fault in faults) and faults[0] is not None:
            message, fix, fields = faults[0]
            entry.faults.add((*where, index), message, fix, **fields)
    if _circular(entry.item.id, series):
        fix = "name what it prepares"
        entry.faults.add(where, "{ident} is counted from itself", fix, ident=entry.item.id)


def _check_length(entry: Entry, series: Mapping[str, list[Entry]], lengths: dict[str, int]) -> None:
    """The key of a duty counted from another holds the other's key, and so on down the line."""
    if not isinstance(entry.item.rule, RelativeModel) or _circular(entry.item.id, series):
        return
    if _key_length(entry.item.id, series, lengths) > LONGEST_KEY:
        message = "its keys, which hold those it is counted from, would be longer than {most} characters"
        entry.faults.add(
            (*entry.path, "id"), message, "shorten its id, or the ids it is counted from", most=LONGEST_KEY
        )


def _key_length(ident: str, series: Mapping[str, list[Entry]], known: dict[str, int], depth: int = 0) -> int:
    """Characters of the longest key that a series may have; anchors that are not there or go round count nothing."""
    if ident in known:
        return known[ident]
    if depth > LONGEST_KEY:
        return LONGEST_KEY + 1
    known[ident] = 0
    cycles = [LONGEST_CYCLE]
    for entry in series.get(ident, ()):
        rule = entry.item.rule
        if isinstance(rule, RelativeModel):
            cycles += [len(name) if "." in name else _key_length(name, series, known, depth + 1) for name in rule.to]
        elif isinstance(rule, RotationModel):
            cycles += [len(leg) + 1 + LONGEST_CYCLE for leg in rule.legs]
    known[ident] = len(ident) + 1 + max(cycles)
    return known[ident]


def _circular(start: str, series: Mapping[str, list[Entry]]) -> bool:
    waiting, seen = [start], set[str]()
    while waiting:
        ident = waiting.pop()
        for entry in series.get(ident, ()):
            for name in entry.item.rule.to if isinstance(entry.item.rule, RelativeModel) else ():
                anchor = name.partition(".")[0]
                if anchor == start:
                    return True
                if anchor not in seen:
                    seen.add(anchor)
                    waiting.append(anchor)
    return False


def _check_clauses(entry: Entry, plans: Mapping[str, PlanModel]) -> None:
    """A clause of another plan is one nobody there answers for."""
    for index, clause in enumerate(entry.item.clauses):
        plan, _, name = clause.rpartition("/")
        if not plan:
            continue
        path: Path = (*entry.path, "clauses", index)
        if plan not in plans:
            entry.faults.add(path, "no plan is called {ident}", "name a plan that is among the files", ident=plan)
            continue
        for other in plans[plan].obligations:
            own = {*other.clauses, *(said for stated in other.stated.values() for said in stated.clauses)}
            if name in own and other.id != entry.item.id:
                fix = "name each clause under one obligation; split it (II.4a, II.4b) when it holds two duties"
                message = "clause {clause} is also under {other}"
                entry.faults.add((*entry.path, "clauses"), message, fix, clause=clause, other=other.id)
