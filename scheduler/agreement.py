"""Agreements through time: whether one carries what rests on it, on any day, and when its renewal must be settled."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from scheduler.anniversary import day_in
from scheduler.plan import Agreement, Extension, Kind, Obligation, Plan, Rest, Text
from scheduler.rules import Renewal
from scheduler.window import ONE_DAY

LAST_YEAR = date.max.year

RENEWS = "renew-"
"""What the obligation id of a renewal begins with; the agreement's id follows."""


class State(StrEnum):
    """How an agreement stands on a day; exactly one holds."""

    NOT_YET = "not-yet"
    IN_FORCE = "in-force"
    NOTICE_OPEN = "notice-open"
    TACITLY_RENEWED = "tacitly-renewed"
    LAPSED = "lapsed"
    SUPERSEDED = "superseded"
    UNKNOWN = "unknown"


CARRYING = (State.IN_FORCE, State.NOTICE_OPEN, State.TACITLY_RENEWED)
"""States in which what rests on an agreement is in force."""


@dataclass(frozen=True, slots=True)
class Health:
    """An agreement as it stands on a day.

    `ends`: last day of the term that runs then, ran last or is to come; None when open or not known. `notice`: the day
    on which the notice window of that term opens; None when there is none, or nothing is left to renew. `renewals`:
    how often it was tacitly renewed by then.
    """

    state: State
    ends: date | None = None
    notice: date | None = None
    renewals: int = 0


def health(agreement: Agreement, day: date) -> Health:
    """How `agreement` stands on `day`.

    The notice window comes before the renewal: a renewed term whose notice window is open is `notice-open`. From the
    first day of its successor on an agreement is superseded, whatever its own term says.
    """
    term, replaced = agreement.term, agreement.replaced
    if replaced is not None and day >= replaced:
        return Health(State.SUPERSEDED, agreement.last)
    if term is None:
        return Health(State.UNKNOWN)
    if term.last is None:
        started = term.start is None or day >= term.start
        return Health(State.IN_FORCE if started else State.NOT_YET, agreement.last)
    renewals = _renewals(agreement, term.last, day)
    ends = _end(agreement, term.last, renewals)
    notice = _notice(agreement, ends)
    ends = ends if replaced is None else min(ends, replaced - ONE_DAY)
    if term.start is not None and day < term.start:
        state = State.NOT_YET
    elif day > ends:
        state = State.LAPSED
    elif notice is not None and day >= notice:
        state = State.NOTICE_OPEN
    else:
        state = State.TACITLY_RENEWED if renewals else State.IN_FORCE
    return Health(state, ends, notice, renewals)


def carries(agreement: Agreement, day: date) -> bool | None:
    """Whether what rests on `agreement` is in force on `day`; None when its term is not known."""
    state = health(agreement, day).state
    return None if state is State.UNKNOWN else state in CARRYING


def notices(agreement: Agreement) -> Iterator[tuple[date, date]]:
    """Last day of each term and the day by which the other side must have been told, in order.

    None without a notice window or where the successor takes over by the day after the last; without end when the
    agreement is renewed tacitly.
    """
    first = agreement.term.last if agreement.term else None
    if first is None:
        return
    for count in range(LAST_YEAR):
        ends = _end(agreement, first, count)
        notice = _notice(agreement, ends)
        if notice is None:
            return
        yield ends, notice
        if agreement.extension is not Extension.TACIT or ends == date.max:
            return


def renewal_of(agreement: Agreement, plan: Plan) -> Obligation | None:
    """The duty to settle the renewal of `agreement` in time, on the desk of `plan`; None without a notice window."""
    if next(notices(agreement), None) is None:
        return None
    title = agreement.title
    return Obligation(
        id=f"{RENEWS}{agreement.id}",
        clauses=(),
        kind=Kind.DEADLINE,
        title=Text(
            f"Thông báo gia hạn hoặc chấm dứt: {title.vi}", f"Notice of renewal or ending: {title.en or title.vi}"
        ),
        rule=Renewal(agreement.id),
        leads=(plan.owner,),
        partners=tuple(party for party in agreement.parties if party != plan.home),
        agreement=agreement.id,
        days_off=Rest.EARLIER,
    )


def linked(plans: Iterable[Plan]) -> tuple[Plan, ...]:
    """The plans, each agreement with the day its successor begins, where that is known."""
    plans = tuple(plans)
    first_days = {agreement.id: agreement.first for plan in plans for agreement in plan.agreements}
    return tuple(
        replace(plan, agreements=tuple(replace(a, replaced=first_days.get(a.successor or "")) for a in plan.agreements))
        for plan in plans
    )


def _renewals(agreement: Agreement, last: date, day: date) -> int:
    """How many times the term that first ends on `last` was tacitly renewed by `day`."""
    if agreement.extension is not Extension.TACIT or day <= last:
        return 0
    count = (day.year - last.year) // _years(agreement)
    return count if _end(agreement, last, count) >= day else count + 1


def _end(agreement: Agreement, last: date, renewals: int) -> date:
    """Last day of the term after so many renewals; the calendar's last day where it has no such year."""
    year = last.year + _years(agreement) * renewals
    return day_in(last, year) if year <= LAST_YEAR else date.max


def _years(agreement: Agreement) -> int:
    return agreement.every or 1


def _notice(agreement: Agreement, ends: date) -> date | None:
    """The day on which the notice window of a term opens; None without one, or when a successor stands ready."""
    replaced = agreement.replaced
    if agreement.notice_days is None or (replaced is not None and (replaced - ends).days <= 1):
        return None
    return date.fromordinal(max(1, ends.toordinal() - agreement.notice_days))
