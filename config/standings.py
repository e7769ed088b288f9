"""How agreements stand, some at a time: only the plans that name them are read, and the meetings of these."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import date

from config.excerpt import is_indexed, naming
from config.office import Office
from scheduler import index
from scheduler.errors import EmptyStoreError
from scheduler.occurrence import Record, Selection
from scheduler.plan import MEETINGS, Plan
from scheduler.portions import portions
from scheduler.standing import Standing, standings
from scheduler.survey import agreements_of

AT_ONCE = 20
"""Agreements that are read together."""


def agreement_ids(desk: Office) -> tuple[str, ...]:
    """Every agreement that plans in force name, in order. Raises EmptyStoreError."""
    if not desk.revision:
        raise EmptyStoreError("the store holds no plan yet")
    if is_indexed(desk.session):
        return index.agreements(desk.session)
    return tuple(each.id for each in agreements_of(desk.plans()))


def standings_of(desk: Office, day: date, idents: Collection[str]) -> Iterator[Standing]:
    """How each of these agreements stands on `day`, in their order; read as they are taken."""
    for some in portions(idents, AT_ONCE):
        plans = tuple(replace(plan, obligations=()) for plan in naming(desk.session, some))
        found = {each.agreement.id: each for each in standings(plans, _ahead(desk, day, plans), day)}
        yield from (found[ident] for ident in some)


def _ahead(desk: Office, day: date, plans: tuple[Plan, ...]) -> Iterator[Record]:
    """The meetings from `day` on that these plans give: what rests on an agreement is of a plan that names it."""
    asked = Selection(first=day, kinds=MEETINGS, plans=tuple(plan.id for plan in plans))
    return desk.listing(asked)
