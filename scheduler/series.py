"""A duty through the years: the plans that carry one obligation id, one after another."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from scheduler.plan import Obligation, Plan


@dataclass(frozen=True, slots=True)
class Segment:
    """One plan's part of a series. It governs nominal years from `since` to before `before`; None is open."""

    plan: Plan
    obligation: Obligation
    since: int | None = None
    before: int | None = None

    def governs(self, year: int) -> bool:
        """Whether the cycle of `year` is this plan's."""
        return (self.since is None or year >= self.since) and (self.before is None or year < self.before)

    @property
    def first_year(self) -> int | None:
        """First year of the plan's period."""
        return _first_year(self.plan)

    def in_force(self, day: date | None, partners: tuple[str, ...]) -> bool:
        """Whether `day` lies in the plan's period and in the term of the agreement the duty rests on, where known."""
        agreement = self.plan.agreement_for(partners, self.obligation.agreement)
        terms = (self.plan.period, agreement.term if agreement else None)
        return day is None or all(term is None or term.holds(day) for term in terms)


Series = tuple[Segment, ...]


def series_of(plans: Iterable[Plan]) -> dict[str, Series]:
    """All obligations by id, a continued series with its plans in the order of their periods."""
    found: dict[str, list[Segment]] = {}
    for plan in plans:
        for obligation in plan.obligations:
            found.setdefault(obligation.id, []).append(Segment(plan, obligation))
    return {ident: _dated(segments) for ident, segments in sorted(found.items())}


def _dated(segments: list[Segment]) -> Series:
    ordered = sorted(segments, key=lambda s: (s.plan.period is not None, _first_year(s.plan) or 0, s.plan.id))
    starts = [None, *(_first_year(segment.plan) for segment in ordered[1:]), None]
    return tuple(
        Segment(segment.plan, segment.obligation, since, before)
        for segment, (since, before) in zip(ordered, pairwise(starts), strict=True)
    )


def _first_year(plan: Plan) -> int | None:
    return plan.period.start.year if plan.period and plan.period.start else None
