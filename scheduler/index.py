"""Which plans give which duties, and what they rest on: so that a change reads only the texts it touches."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, delete, func, insert, select
from sqlalchemy.orm import Session
from sqlmodel import col

from scheduler.agreement import RENEWS
from scheduler.portions import asked
from scheduler.tables import EdgeRow, SegmentRow

ALL = ""
"""What stands for everything a plan says, where all of it rests on something."""

PLAN = "plan/"
AGREEMENT = "agreement/"
WHO = "who/"
"""What stands before the id of a plan, an agreement or an entry of the directory; other names are obligations."""


@dataclass(frozen=True, slots=True)
class Outline:
    """What one plan gives and what that rests on, by names (see `EdgeRow`).

    `gives`: itself, each obligation with its chain of preparation, the agreements it names, and what it adds to the
    directory. `edges`: pairs of an anchor and what depends on it.
    """

    plan: str
    owner: str
    gives: tuple[tuple[str, str | None], ...]
    edges: frozenset[tuple[str, str]]


def put(session: Session, plans: Collection[str], outlines: Iterable[Outline]) -> None:
    """Store the outlines of some plans in place of what was there; those without one are forgotten."""
    for some in asked(plans):
        session.execute(delete(SegmentRow).where(col(SegmentRow.plan).in_(some)))
        session.execute(delete(EdgeRow).where(col(EdgeRow.plan).in_(some)))
    segments: list[dict[str, Any]] = []
    edges: list[dict[str, Any]] = []
    for each in outlines:
        common = {"plan": each.plan, "owner": each.owner}
        segments += [common | {"obligation": name, "chain": chain} for name, chain in each.gives]
        edges += [{"anchor": anchor, "plan": each.plan, "dependent": name} for anchor, name in sorted(each.edges)]
    if segments:
        session.execute(insert(SegmentRow), segments)
    if edges:
        session.execute(insert(EdgeRow), edges)


def clear(session: Session) -> None:
    """Forget everything."""
    session.execute(delete(SegmentRow))
    session.execute(delete(EdgeRow))


def plans(session: Session) -> tuple[str, ...]:
    """Every plan in force, by id."""
    return tuple(session.execute(select(col(SegmentRow.plan)).distinct().order_by(col(SegmentRow.plan))).scalars())


def with_entries(session: Session) -> tuple[str, ...]:
    """The plans that add to the directory, by id."""
    found = select(col(SegmentRow.plan)).where(*_begins(WHO))
    return tuple(session.execute(found.distinct().order_by(col(SegmentRow.plan))).scalars())


def agreements(session: Session) -> tuple[str, ...]:
    """Every agreement that plans name, by id."""
    found = (
        select(col(SegmentRow.obligation)).where(*_begins(AGREEMENT)).distinct().order_by(col(SegmentRow.obligation))
    )
    return tuple(name.removeprefix(AGREEMENT) for name in session.execute(found).scalars())


def naming(session: Session, agreements: Collection[str]) -> frozenset[str]:
    """The plans that name any of these agreements."""
    return _names(session, col(SegmentRow.plan), col(SegmentRow.obligation), [AGREEMENT + each for each in agreements])


def owners(session: Session) -> tuple[str, ...]:
    """The owners of all plans, each once, by id."""
    return tuple(session.execute(select(col(SegmentRow.owner)).distinct().order_by(col(SegmentRow.owner))).scalars())


def owned(session: Session, bodies: Collection[str]) -> frozenset[str]:
    """The plans that any of these bodies owns."""
    return _names(session, col(SegmentRow.plan), col(SegmentRow.owner), bodies)


def owners_of(session: Session, plans: Collection[str]) -> frozenset[str]:
    """The owners of some plans."""
    return _names(session, col(SegmentRow.owner), col(SegmentRow.plan), plans)


def given_by(session: Session, plans: Collection[str]) -> frozenset[str]:
    """The names of all that these plans give."""
    return _names(session, col(SegmentRow.obligation), col(SegmentRow.plan), plans)


def givers(session: Session, names: Collection[str]) -> frozenset[str]:
    """The plans that give any of these; of those that name an agreement the first by id, since all say the same."""
    agreements = {name for name in names if name.startswith(AGREEMENT)}
    found = set(_names(session, col(SegmentRow.plan), col(SegmentRow.obligation), set(names) - agreements))
    agreements |= {AGREEMENT + name.removeprefix(RENEWS) for name in names if name.startswith(RENEWS)}
    for some in asked(agreements):
        first = select(func.min(col(SegmentRow.plan))).where(col(SegmentRow.obligation).in_(some))
        found.update(session.execute(first.group_by(col(SegmentRow.obligation))).scalars())
    return frozenset(found)


def duties(names: Iterable[str]) -> frozenset[str]:
    """The obligations among names: those that plans give, and the renewals of agreements."""
    return frozenset(duty(name) for name in names if not name.startswith((PLAN, WHO)))


def duty(name: str) -> str:
    """The obligation that a name stands for: of an agreement its renewal."""
    return RENEWS + name.removeprefix(AGREEMENT) if name.startswith(AGREEMENT) else name


def anchors(session: Session, dependents: Collection[str]) -> frozenset[str]:
    """What any of these rests on."""
    return _names(session, col(EdgeRow.anchor), col(EdgeRow.dependent), dependents)


def referred(session: Session, plans: Collection[str]) -> frozenset[str]:
    """All that these plans refer to."""
    return _names(session, col(EdgeRow.anchor), col(EdgeRow.plan), plans)


def referring(session: Session, names: Collection[str]) -> frozenset[str]:
    """The plans that refer to any of these."""
    return _names(session, col(EdgeRow.plan), col(EdgeRow.anchor), names)


def dependents(session: Session, names: Collection[str]) -> frozenset[str]:
    """What rests on any of these, however far; without these, unless one rests on another.

    Where all of a plan rests on one of them, everything that plan gives.
    """
    found: set[str] = set()
    waiting = set(names)
    while waiting:
        fresh: set[str] = set()
        whole: set[str] = set()
        for some in asked(waiting):
            query = select(col(EdgeRow.dependent), col(EdgeRow.plan)).where(col(EdgeRow.anchor).in_(some))
            for name, plan in session.execute(query):
                (fresh if name != ALL else whole).add(name if name != ALL else plan)
        fresh |= given_by(session, whole)
        waiting = fresh - found
        found |= waiting
    return frozenset(found)


def segments(session: Session, plans: Collection[str] | None = None) -> Iterator[tuple[str, str, str, str | None]]:
    """Name, plan, owner and chain of all that plans give; of some plans only, if given."""
    row = SegmentRow
    columns = select(col(row.obligation), col(row.plan), col(row.owner), col(row.chain))
    for some in [None] if plans is None else asked(plans):
        query = columns if some is None else columns.where(col(row.plan).in_(some))
        yield from session.execute(query)


def _begins(start: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """Whether the name of what is given begins so: a span of names, which an index finds at once."""
    name = col(SegmentRow.obligation)
    return name >= start, name < start[:-1] + chr(ord(start[-1]) + 1)


def _names(session: Session, wanted: Any, given: Any, names: Iterable[str]) -> frozenset[str]:
    found: set[str] = set()
    for some in asked(names):
        found.update(session.execute(select(wanted).where(given.in_(some)).distinct()).scalars())
    return frozenset(found)
