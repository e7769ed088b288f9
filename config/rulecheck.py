"""Whether a rule is whole: turns that name every host, words that can be read, recurrences that end."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from calendars.catalogue import msg
from config.faults import MOST_DAYS, Faults
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
from scheduler.errors import HorizonError
from scheduler.periods import period_named, periods_of
from scheduler.plan import RUNNING_ON, Directory, Gap, Kind
from scheduler.recurrence import MOST, too_many
from scheduler.rules import Recurrence

COUNTRY_PARTIES = {"VN": "viet-nam", "LA": "laos", "KH": "cambodia", "TH": "thailand", "CN": "china"}
"""Ids of the parties that are whole countries, by country."""

SAMPLE_YEAR = 2024
PartyOf = Callable[[str], str | None]


@dataclass(frozen=True, slots=True)
class Around:
    """What a rule is judged by beside itself: who is who, the plan's home (None: not known), and its period.

    `ends`: last day of the period, None when it is open or cannot be read.
    """

    directory: Directory
    home: str | None
    has_period: bool
    ends: date | None

    def party_of(self, ident: str) -> str | None:
        """The party that a party or organisation stands for; None when it is not known."""
        if ident in self.directory.parties:
            return ident
        body = self.directory.organisations.get(ident)
        return body.party if body else None


def check_rule(path: Path, item: ObligationModel, faults: Faults, around: Around) -> None:
    """Note what is missing from the obligation's rule."""
    rule, where = item.rule, (*path, "rule")
    party_of, has_period = around.party_of, around.has_period
    match rule:
        case RotationModel():
            partners = {party for ident in item.partners if (party := party_of(ident)) is not None}
            _check_rotation(where, item, rule, partners, faults)
            _check_hosts(where, item, rule, faults, around)
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
            _check_recurrence(where, item, rule, faults, around)
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
            _check_relative(where, rule, faults)
    _check_stated(path, item, faults)


def _check_within(where: Path, within: str | None, faults: Faults) -> None:
    if within is None:
        return
    window = faults.phrase((*where, "within"), within, SAMPLE_YEAR)
    if window is None or window.start is None:
        _names_no_days((*where, "within"), faults)
    elif window.start.year != SAMPLE_YEAR:
        message = "the date words {words} name a year of their own"
        faults.add((*where, "within"), message, "leave the year out, as in tháng 6", words=within)


def _check_hosts(where: Path, item: ObligationModel, rule: RotationModel, faults: Faults, around: Around) -> None:
    """Hosts are parties of the directory that take part: the plan's home, the partners, or their countries."""
    sides = _sides(item.partners, around)
    lines: list[tuple[Path, list[str], set[str]]] = [((*where, "order"), rule.order, set())]
    lines += [((*where, "legs", partner, "order"), leg.order, {partner}) for partner, leg in rule.legs.items()]
    for path, order, own in lines:
        for index, host in enumerate(order):
            if around.party_of(host) != host:
                faults.unknown((*path, index), "party", host, ())
            elif sides and host not in sides | own:
                fix = "name one of {sides}, or add it to `partners:`"
                shown = ", ".join(sorted(sides))
                faults.add((*path, index), "{host} takes no part in it", fix, host=host, sides=shown)


def _sides(partners: Iterable[str], around: Around) -> set[str]:
    """Who may host; nobody while a side is not known, which is noted elsewhere."""
    parties = [around.home, *map(around.party_of, partners)]
    known = [party for party in parties if party is not None]
    if len(known) < len(parties):
        return set()
    countries = around.directory.countries(known)
    return {*known, *(COUNTRY_PARTIES[country] for country in countries if country in COUNTRY_PARTIES)}


def _check_first_year(where: Path, rule: YearlyModel | PeriodicModel, faults: Faults, *, has_period: bool) -> None:
    if rule.first_year is None and not has_period:
        faults.add(where, "the first year is not known", "add `first_year:`, or the plan's `period:`")


def _check_relative(where: Path, rule: RelativeModel, faults: Faults) -> None:
    """A term runs one way, and forward it has a length: its first day is not counted."""
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
    if leg.first_year is None and item.continues is None and Gap.FIRST_YEAR not in item.to_set:
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


def _check_recurrence(
    where: Path, item: ObligationModel, rule: RecurrenceModel, faults: Faults, around: Around
) -> None:
    """It can be read, and in its time gives no more days than the store should hold.

    Its time: to the end of the plan's period where it ends with it, and 50 years at most.
    """
    last = rule.first + timedelta(days=MOST_DAYS)
    goes_on = item.kind in RUNNING_ON if item.runs_on is None else item.runs_on == "yes"
    if around.ends is not None and not goes_on:
        last = min(last, around.ends)
    try:
        if too_many(Recurrence(rule.rrule, rule.first), last):
            message = "the recurrence {rrule} gives more than {most} days by {last}"
            fix = "end it sooner with UNTIL=YYYYMMDD or COUNT=, or let it recur less often"
            faults.add((*where, "rrule"), message, fix, rrule=rule.rrule, most=MOST, last=last)
    except HorizonError as error:
        faults.add((*where, "rrule"), error.message, error.fix, **error.fields)


def _check_stated(path: Path, item: ObligationModel, faults: Faults) -> None:
    """A cycle the text names must be one the rule gives."""
    for key in item.stated:
        leg, _, cycle = key.rpartition(".")
        fault = cycle_fault(item, leg, cycle)
        if fault is not None:
            message, fix, fields = fault
            faults.add((*path, "stated", key), message, fix, **fields)


Fault = tuple[str, str, dict[str, object]]
"""Message, fix, and what fills both."""


def cycle_fault(item: ObligationModel, leg: str, cycle: str) -> Fault | None:
    """Why an obligation has no such cycle, or None when it may have it. `leg` may be empty."""
    rule = item.rule
    legs = rule.legs if isinstance(rule, RotationModel) else {}
    if leg not in (set(legs) or {""}):
        return msg("no leg of the rotation is called {leg}"), msg("write LEG.YEAR with one of the legs"), {"leg": leg}
    if isinstance(rule, PeriodicModel):
        sample = next(periods_of(rule.unit, SAMPLE_YEAR, SAMPLE_YEAR)).cycle
        fields: dict[str, object] = {"cycle": cycle, "sample": sample}
        known = period_named(rule.unit, cycle) is not None
        return None if known else (msg("the report has no period {cycle}"), msg("write it as {sample}"), fields)
    if isinstance(rule, OnceModel | PeriodModel | OngoingModel):
        return None if cycle == "once" else (msg("this duty has only the cycle once"), msg("write `once:`"), {})
    if isinstance(rule, UnsetModel):
        return msg("this duty has no cycles before they are set"), msg("leave it out"), {}
    first, every = _grid(rule, legs.get(leg))
    if first is None or _on_grid(cycle, first, every):
        return None
    fields = {"cycle": cycle, "first": first, "every": every}
    return msg("the rotation has no cycle {cycle}"), msg("years are {first} and every {every} years after"), fields


def _grid(rule: object, leg: LegModel | None) -> tuple[int | None, int]:
    """First year of the cycles and the years between them; None where nothing is known."""
    if isinstance(rule, RotationModel):
        return (leg.first_year if leg else rule.first_year), rule.every
    if isinstance(rule, YearlyModel):
        return rule.first_year, rule.every
    return (rule.origin.year + 1, 1) if isinstance(rule, AnniversaryModel) else (None, 1)


def _on_grid(cycle: str, first_year: int, every: int) -> bool:
    return cycle.isdigit() and int(cycle) >= first_year and (int(cycle) - first_year) % every == 0
