"""Which terms an occurrence that is not in force lies outside of: its plan's, its agreement's, or both."""

from __future__ import annotations

from enum import StrEnum

from scheduler.mould import NAMED
from scheduler.occurrence import UNSET, Occurrence, Status
from scheduler.series import Series

WAITING = (Status.PROJECTED, Status.PROPOSED, Status.POSTPONED)
"""What stands so may lack a term. Days that were confirmed need none, nor does what is over."""


class Term(StrEnum):
    """What has a term, and may have to be renewed."""

    PLAN = "plan"
    AGREEMENT = "agreement"


def lacking(occurrence: Occurrence, series: Series) -> tuple[Term, ...]:
    """The terms that must be renewed before an occurrence is in force; `series` is its obligation's.

    Where neither term is missed and the two have no day in common, both. None where the text itself names the cycle or
    the days, where its plan is gone, and where it is projected only with what it is counted from.
    """
    found = next((segment for segment in reversed(series) if segment.plan.id == occurrence.plan), None)
    if found is None or occurrence.status not in WAITING or occurrence.cycle == UNSET:
        return ()
    duty, window = found.obligation, occurrence.window
    stated = any((one.leg, one.cycle) == (occurrence.leg, occurrence.cycle) for one in duty.stated)
    if stated or isinstance(duty.rule, NAMED):
        return ()
    agreement, period = found.plan.agreement_for(occurrence.partners, duty.agreement, window), found.plan.period
    first, last = found.reach(agreement)
    if first <= last and window.overlaps(first, last):
        return ()
    missed = []
    if period is not None and not window.overlaps(period.start, period.last):
        missed.append(Term.PLAN)
    begins = agreement.term.start if agreement and agreement.term else None
    if agreement is not None and not window.overlaps(begins, agreement.last):
        missed.append(Term.AGREEMENT)
    return tuple(missed or Term)


def may_lack(occurrence: Occurrence) -> tuple[Term, ...]:
    """The term that a projected occurrence lies outside of, where the occurrence alone tells it; else none.

    One that rests on no agreement, and is not counted from another occurrence, whose key its cycle would be.
    """
    alone = occurrence.agreement is None and "." not in occurrence.cycle
    return (Term.PLAN,) if alone and occurrence.status is Status.PROJECTED else ()
