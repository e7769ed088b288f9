"""Whether a rule is whole: turns that name every host, words that can be read, recurrences that end."""

from __future__ import annotations

from collections.abc import Callable

from config.faults import Faults
from config.guard import Path
from config.planmodel import (
    AnniversaryModel,
    LegModel,
    ObligationModel,
    OnceModel,
    OngoingModel,
    PeriodicModel,
    PeriodModel,
    RecurrenceModel,
    RelativeModel,
    RotationModel,
    UnsetModel,
    YearlyModel,
)
from scheduler.errors import LuanphienError
from scheduler.periods import period_named, periods_of
from scheduler.plan import Gap, Kind
from scheduler.recurrence import recurrence_days
from scheduler.rules import Recurrence

SAMPLE_YEAR = 2024
PartyOf = Callable[[str], str | None]


def check_rule(path: Path, item: ObligationModel, faults: Faults, party_of: PartyOf, *, has_period: bool) -> None:
    """Note what is missing from the obligation's rule. `party_of`: party of a partner id, None when unknown."""
    rule, where = item.rule, (*path, "rule")
    match rule:
        case RotationModel():
            partners = {party for ident in item.partners if (party := party_of(ident)) is not None}
            _check_rotation(where, item, rule, partners, faults)
        case YearlyModel():
            _check_within(where, rule.within, faults)
            _check_first_year(where, rule, faults, has_period=has_period)
        case AnniversaryModel():
            _check_within(where, rule.within, faults)
        case OnceModel():
            _check_once(where, item, rule, faults)
        case PeriodModel() | OngoingModel():
            _check_span(where, rule, faults, has_period=has_period)
        case RecurrenceModel():
            _check_recurrence(where, rule, faults)
        case PeriodicModel():
            _check_first_year(where, rule, faults, has_period=has_period)
            if item.kind is not Kind.REPORT:
                faults.add(
                    where, "only a report has periods of Decree 09/2019", "write `kind: report`, or use the rule rrule"
                )
        case UnsetModel():
            if not item.to_set:
                faults.add(where, "an unset duty must say what is open", "add `to_set:` (cycle, dates or deadline)")
        case RelativeModel():
            _check_relative(where, item, rule, faults)
    _check_stated(path, item, faults)


def _check_within(where: Path, within: str | None, faults: Faults) -> None:
    if within is not None and faults.phrase((*where, "within"), within, SAMPLE_YEAR) is None:
        _names_no_days((*where, "within"), faults)


def _check_first_year(where: Path, rule: YearlyModel | PeriodicModel, faults: Faults, *, has_period: bool) -> None:
    if rule.first_year is None and not has_period:
        faults.add(where, "the first year is not known", "add `first_year:`, or the plan's `period:`")


def _check_relative(where: Path, item: ObligationModel, rule: RelativeModel, faults: Faults) -> None:
    """A term runs one way, and forward it has a length: its first day is not counted."""
    if item.id in (name.partition(".")[0] for name in rule.to):
        faults.add((*where, "to"), "{ident} is counted from itself", "name what it prepares", ident=item.id)
    if rule.after is not None and ("before" in rule.model_fields_set or rule.same):
        faults.add((*where, "after"), "after stands beside before or same", "keep one of the three")
    elif rule.after is not None and rule.days == 0:
        faults.add((*where, "after"), "a term that runs forward has no days", "add `days:`, at least 1")


def _check_span(where: Path, rule: PeriodModel | OngoingModel, faults: Faults, *, has_period: bool) -> None:
    if rule.when is not None:
        faults.phrase((*where, "when"), rule.when)
    elif isinstance(rule, PeriodModel) and not has_period:
        faults.add(where, "the plan has no period to fill", "add `when:` with date words, or the plan's `period:`")


def _check_once(where: Path, item: ObligationModel, rule: OnceModel, faults: Faults) -> None:
    words = rule.when or item.words
    if words is None:
        faults.add(where, "no days are given", "add `when:` with date words, or `words:` with the plan's own")
        return
    path: Path = (*where, "when") if rule.when else (*where[:-1], "words")
    before = len(faults.found)
    window = faults.phrase(path, words)
    if len(faults.found) > before:
        return
    if window is None or window.last is None:
        _names_no_days(path, faults)
    elif rule.start is not None and rule.start > window.last:
        faults.add((*where, "start"), "it starts after its last day {last}", "correct the start", last=window.last)


def _names_no_days(path: Path, faults: Faults) -> None:
    if not any(problem.field == ".".join(map(str, path)) for problem in faults.found):
        fix = "write days, a month, a quarter or a year, or FIRST/LAST; use the rule unset when the text gives none"
        faults.add(path, "the date words name no last day", fix)


def _check_rotation(
    where: Path, item: ObligationModel, rule: RotationModel, partners: set[str], faults: Faults
) -> None:
    _check_within(where, rule.within, faults)
    if rule.legs and (rule.order or rule.first_year is not None):
        faults.add(where, "order and first_year stand beside legs", "write them inside each leg")
    if not rule.legs:
        own = LegModel(first_year=rule.first_year, order=rule.order)
        _check_turns(where, item, own, partners, faults)
    for partner, leg in rule.legs.items():
        if partner not in partners:
            faults.unknown((*where, "legs", partner), "partner", partner, partners)
        _check_turns((*where, "legs", partner), item, leg, {partner}, faults)


def _check_turns(where: Path, item: ObligationModel, leg: LegModel, partners: set[str], faults: Faults) -> None:
    if leg.first_year is None and Gap.FIRST_YEAR not in item.to_set:
        fix = "add `first_year:`, or `to_set: [first_year]` when the text leaves it open"
        faults.add(where, "the rotation has no first year", fix)
    if not leg.order:
        if item.continues is None and not {Gap.ORDER, Gap.FIRST_HOST} & set(item.to_set):
            fix = "add `order: [HOST, HOST]`, or `to_set: [order]` when the text leaves it open"
            faults.add(where, "the rotation names no hosts", fix)
        return
    path: Path = (*where, "order")
    if len(leg.order) < 2:
        faults.add(path, "a rotation needs at least two hosts", "add the host that is missing")
    if len(set(leg.order)) < len(leg.order):
        faults.add(path, "a host stands twice in the order", "name each host once")
    for party in sorted(partners - set(leg.order)):
        faults.add(
            path, "the partner {party} never hosts", "add it to the order, or take it out of the partners", party=party
        )


def _check_recurrence(where: Path, rule: RecurrenceModel, faults: Faults) -> None:
    try:
        next(recurrence_days(Recurrence(rule.rrule, rule.first), rule.first), None)
    except LuanphienError as error:
        fix = "write it as FREQ=MONTHLY;BYMONTHDAY=15; nothing below daily"
        faults.add((*where, "rrule"), "the recurrence cannot be used: {why}", fix, why=str(error))


def _check_stated(path: Path, item: ObligationModel, faults: Faults) -> None:
    """A cycle the text names must be one the rule gives."""
    for key in item.stated:
        leg, _, cycle = key.rpartition(".")
        where: Path = (*path, "stated", key)
        rule = item.rule
        if isinstance(rule, RotationModel):
            turns = rule.legs.get(leg) if rule.legs else LegModel(first_year=rule.first_year, order=rule.order)
            if turns is None or (leg and not rule.legs):
                faults.add(
                    where, "no leg of the rotation is called {leg}", "write LEG.YEAR with one of the legs", leg=leg
                )
            elif turns.first_year is not None and not _on_grid(cycle, turns.first_year, rule.every):
                fix = "years are {first} and every {every} years after"
                faults.add(where, "the rotation has no cycle {cycle}", fix,
                           cycle=cycle, first=turns.first_year, every=rule.every)  # fmt: skip
        elif isinstance(rule, PeriodicModel) and (leg or period_named(rule.unit, cycle) is None):
            sample = next(periods_of(rule.unit, SAMPLE_YEAR, SAMPLE_YEAR)).cycle
            faults.add(where, "the report has no period {cycle}", "write it as {sample}", cycle=cycle, sample=sample)
        elif isinstance(rule, OnceModel | PeriodModel) and cycle != "once":
            faults.add(where, "this duty has only the cycle once", "write `once:`")


def _on_grid(cycle: str, first_year: int, every: int) -> bool:
    return cycle.isdigit() and int(cycle) >= first_year and (int(cycle) - first_year) % every == 0
