"""A duty through the years: the plans that carry one obligation id, one after another."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from scheduler.agreement import renewal_of
from scheduler.plan import Agreement, Obligation, Plan


@dataclass(frozen=True, slots=True)
class Segment:
    """One plan's part of a series. It governs nominal years from `since` to before `before`; None is open.

    Cycles that are days of their own are its up to the day before `until`, the first day of the plan that follows.
    """

    plan: Plan
    obligation: Obligation
    since: int | None = None
    before: int | None = None
    until: date | None = None

    def governs(self, year: int) -> bool:
        """Whether the cycle of `year` is this plan's."""
        return (self.since is None or year >= self.since) and (self.before is None or year < self.before)

    @property
    def first_year(self) -> int | None:
        """First year of the plan's period."""
        return _first_year(self.plan)

    def reach(self, agreement: Agreement | None) -> tuple[date, date]:
        """First and last day in force: in the plan's period, while the agreement it rests on carries it, where known.

        The last day is before the first where they never meet.
        """
        period = self.plan.period
        first = (period.start if period else None) or date.min
        last = (period.last if period else None) or date.max
        if agreement is not None:
            begins, ends = agreement.term.start if agreement.term else None, agreement.last
            first = begins if begins and begins > first else first
            last = ends if ends and ends < last else last
        return first, last


Series = tuple[Segment, ...]


def series_of(plans: Iterable[Plan]) -> dict[str, Series]:
    """All obligations by id, a continued series with its plans in the order of their periods.

    The renewals of agreements with a notice window are among them, each once, under the first plan by id that names it.
    """
    found: dict[str, list[Segment]] = {}
    plans = sorted(plans, key=lambda plan: plan.id)
    for plan in plans:
        for obligation in plan.obligations:
            found.setdefault(obligation.id, []).append(Segment(plan, obligation))
    for plan in plans:
        for agreement in plan.agreements:
            renewal = renewal_of(agreement, plan)
            if renewal is not None:
                found.setdefault(renewal.id, [Segment(plan, renewal)])
    return {ident: _dated(segments) for ident, segments in sorted(found.items())}


def _dated(segments: list[Segment]) -> Series:
    ordered = sorted(segments, key=lambda s: (s.plan.period is not None, _first_year(s.plan) or 0, s.plan.id))
    starts = [None, *(_first_year(segment.plan) for segment in ordered[1:]), None]
    days = [*(segment.plan.period.start if segment.plan.period else None for segment in ordered[1:]), None]
    return tuple(
        Segment(segment.plan, segment.obligation, since, before, until)
        for segment, (since, before), until in zip(ordered, pairwise(starts), days, strict=True)
    )


def _first_year(plan: Plan) -> int | None:
    return plan.period.start.year if plan.period and plan.period.start else None


def anchors_of(series: Series) -> tuple[str, ...]:
    """Obligations that a series is counted from, in any of its plans, each once."""
    return tuple(dict.fromkeys(anchor for segment in series for anchor in segment.obligation.anchors))
