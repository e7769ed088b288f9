"""Which decisions an occurrence is open to, the likeliest first, so that nobody is offered what would be refused."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from scheduler.amendment import Verb
from scheduler.judging import CLOSED, DUTIES
from scheduler.occurrence import Occurrence
from scheduler.plan import MEETINGS, Kind

MET = (*MEETINGS, Kind.EVENT, Kind.ANNIVERSARY)
"""Kinds of what takes place."""


def offered(one: Occurrence, today: date, *, turns: bool) -> tuple[Verb, ...]:
    """What may be decided on an occurrence as it stands on `today`; `turns`: it is one of a line of turns.

    Nothing of what is over, which is taken back first, and of what another meeting fulfils, which is decided on there.
    """
    if one.status in CLOSED or one.joint is not None:
        return ()
    if one.kind is Kind.ONGOING:
        return (Verb.CANCEL,)
    if one.kind in DUTIES:
        return (Verb.DONE, Verb.POSTPONE, Verb.AWAIT_PARTNER, Verb.SKIP, Verb.CANCEL)
    return tuple(_of_meeting(one, today, turns=turns))


def _of_meeting(one: Occurrence, today: date, *, turns: bool) -> Iterator[Verb]:
    begun = one.window.start is None or one.window.start <= today
    past = one.window.last is not None and one.window.last < today
    if begun:
        yield Verb.HELD
    if not past:
        yield from (Verb.CONFIRM, Verb.PROPOSE)
    yield from (Verb.POSTPONE, Verb.AWAIT_PARTNER, Verb.SKIP, Verb.CANCEL)
    if past:
        yield from (Verb.CONFIRM, Verb.PROPOSE)
    if not begun:
        yield Verb.HELD  # earlier than planned
    if one.kind is not Kind.ANNIVERSARY:
        yield Verb.HOST
    if turns:
        yield from (Verb.SWAP, Verb.JOIN, Verb.LEAVE)
