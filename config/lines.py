"""Lines of turns, some at a time, and whose they are: what pages about a whole country are read by."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from sqlalchemy import select
from sqlmodel import col

from config.excerpt import is_indexed
from config.farther import farther
from config.office import Office
from scheduler import history, index, store
from scheduler.occurrence import Record, Selection
from scheduler.plan import Directory
from scheduler.portions import asked
from scheduler.tables import ObligationRow, OccurrenceRow, SegmentRow


def plans_of(desk: Office, homes: Collection[str]) -> tuple[str, ...]:
    """The plans whose owner is of one of these parties, by id; an owner nobody knows stands for itself.

    Plans that have ended, whose owner the store does not say, are among them.
    """
    directory, owners = desk.directory(), _owners(desk)
    ended = {subject for _, subject in history.digests(desk.session, history.PLAN)} - owners.keys()
    ours = {plan for plan, owner in owners.items() if _party(owner, directory) in homes}
    return tuple(sorted(ours | ended))


def lines_of(desk: Office, selection: Selection) -> tuple[str, ...]:
    """The obligations that may give what a selection of some kinds admits, whatever its days: by home, plan and id.

    Those that no plan gives any more stand last, whatever plans are asked for.
    """
    if not is_indexed(desk.session):
        known = store.obligations_of(desk.session, replace(selection, plans=()))
        return tuple(sorted(known & _given_by(desk, selection.plans) if selection.plans else known))
    duty, given = ObligationRow, SegmentRow
    rows = select(col(duty.id), col(given.plan), col(given.owner))
    rows = rows.outerjoin_from(duty, given, col(given.obligation) == col(duty.id))
    rows = rows.where(col(duty.kind).in_([kind.value for kind in selection.kinds]))
    directory = desk.directory()
    order = {party: number for number, party in enumerate(directory.parties)}
    places: dict[str, tuple[int, str]] = {}
    for ident, plan, owner in desk.session.execute(rows):
        if plan is None:
            places[ident] = len(order) + 1, ""
        elif not selection.plans or plan in selection.plans:
            place = order.get(_party(owner, directory), len(order)), plan
            places[ident] = min(places.get(ident, place), place)
    found = set(places)
    if selection.partners:
        found &= store.obligations_of(desk.session, replace(selection, plans=()))
    return tuple(sorted(found, key=lambda ident: (*places[ident], ident)))


def turns_of(desk: Office, selection: Selection, idents: Sequence[str]) -> list[Record]:
    """All that a selection admits of these obligations, beyond the stored years up to its last day.

    What is stored of later days is among it.
    """
    query = store.narrowed(store.records(), replace(selection, last=None))
    found = [
        record
        for some in asked(idents)
        for record in store.read(desk.session, query.where(col(OccurrenceRow.obligation).in_(some)))
    ]
    if selection.last is not None and desk.beyond(selection):
        found += farther(desk.session, selection, selection.last, idents)
    return found


def _given_by(desk: Office, plans: Collection[str]) -> frozenset[str]:
    """The obligations of plans, read from their texts."""
    return frozenset(item.id for plan in desk.plans() if plan.id in plans for item in plan.obligations)


def _owners(desk: Office) -> dict[str, str]:
    """The owner of each plan."""
    if not is_indexed(desk.session):
        return {plan.id: plan.owner for plan in desk.plans()}
    name, after = col(SegmentRow.obligation), index.PLAN[:-1] + chr(ord(index.PLAN[-1]) + 1)
    own = select(col(SegmentRow.plan), col(SegmentRow.owner)).where(name >= index.PLAN, name < after)
    return {row.plan: row.owner for row in desk.session.execute(own.distinct())}


def _party(owner: str, directory: Directory) -> str:
    body = directory.organisations.get(owner)
    return body.party if body else owner
