"""Plans given on a page: those that wait for a second officer, and what became of each. In the caller's transaction."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import func, select, update
from sqlmodel import Session, col

from config.tables import ProposalRow
from scheduler import trail
from scheduler.history import PLAN, Line
from scheduler.portions import asked
from scheduler.trail import Area, Deed

AT_ONCE = 100
"""Texts whose beginnings are read together."""


class State(StrEnum):
    """How a proposal stands; one that needed nobody else was approved at once."""

    PENDING = "pending"
    APPROVED = "approved"
    WITHDRAWN = "withdrawn"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """A text of a plan that somebody gave, without the text. `base`: digest of the text it was to replace, empty: none.

    `digest` is of the plan's id and the text: two of the same say the same.
    """

    id: int
    plan: str
    digest: str
    base: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal(Pending):
    """The same with all that is known. `text` is empty once the journal holds it, as its change `batch`, or withdrawn.

    `by2` and `at2`: who ended it, and when.
    """

    text: str
    state: State
    by2: str | None
    at2: datetime | None
    reason: str
    batch: int | None


def propose(
    session: Session, plan: str, text: str, base: str, by: str, now: datetime, bodies: Collection[str] = ()
) -> int:
    """Let a text wait for a second officer, in place of one by the same officer that waits; its id.

    A line of the trail for each. `bodies`: those that it concerns.
    """
    row = ProposalRow
    mine = _read(session, col(row.plan) == plan, col(row.by) == by, col(row.state) == State.PENDING.value)
    for earlier in list(mine):
        end(session, earlier.id, State.WITHDRAWN, by, now, bodies=bodies)
    digest = Line(PLAN, plan, text).digest
    made = _add(session, plan=plan, text=text, digest=digest, base=base, by=by, at=now)
    _note(session, "proposed", by, now, (plan, *bodies), subject=plan, detail=_said(made, by, digest))
    return made


def saved(session: Session, plan: str, digest: str, base: str, by: str, now: datetime, batch: int) -> None:
    """Note who gave a text that the journal holds, where nobody else had to agree."""
    done = {"state": State.APPROVED.value, "batch": batch}
    _add(session, plan=plan, text="", digest=digest, base=base, by=by, at=now, **done)


def _add(session: Session, **fields: Any) -> int:
    row = ProposalRow(**{"state": State.PENDING.value, "reason": "", **fields})
    session.add(row)
    session.flush()
    if row.id is None:
        raise AssertionError("the database numbers its rows")
    return row.id


def end(
    session: Session, ident: int, state: State, by: str, now: datetime, reason: str = "", bodies: Collection[str] = ()
) -> None:
    """Refuse or withdraw a proposal that waits; nothing is done to another. A refused one keeps its text, to be mended.

    A line of the trail, for the `bodies` that it concerns.
    """
    found = one(session, ident)
    if found is None or found.state is not State.PENDING:
        return
    text = found.text if state is State.REFUSED else ""
    _end(session, ident, state=state.value, by2=by, at2=now, reason=reason, text=text)
    detail = {**beside(found), **({"why": reason} if reason else {})}
    _note(session, state.value, by, now, (found.plan, *bodies), subject=found.plan, detail=detail)


def approved(session: Session, ident: int, by: str, now: datetime, batch: int) -> None:
    """End a proposal whose text the journal holds, as its change `batch`; that one's line tells of it (`beside`)."""
    _end(session, ident, state=State.APPROVED.value, by2=by, at2=now, batch=batch, text="")


def _end(session: Session, ident: int, **values: Any) -> None:
    row = ProposalRow
    session.execute(update(row).where(col(row.id) == ident, col(row.state) == State.PENDING.value).values(**values))


def beside(proposal: Proposal) -> dict[str, Any]:
    """What a line of the trail holds of a proposal: its number, who made it, and the digest of its text."""
    return _said(proposal.id, proposal.by, proposal.digest)


def _said(ident: int, by: str, digest: str) -> dict[str, Any]:
    return {"proposal": {"number": ident, "by": by, "digest": digest}}


def _note(session: Session, action: str, who: str, now: datetime, about: Collection[str], **said: Any) -> None:
    trail.note(session, Deed(at=now, who=who, area=Area.PLAN, action=action, about=about, **said))


def one(session: Session, ident: int) -> Proposal | None:
    """One proposal."""
    return next(_read(session, col(ProposalRow.id) == ident), None)


def waiting(
    session: Session, most: int, *, plans: Collection[str] | None = None, by: str | None = None, but: str | None = None
) -> tuple[Pending, ...]:
    """The oldest that wait: of these plans, by this officer, not by another one; None: whatever it is."""
    row, found = ProposalRow, []
    for some in [None] if plans is None else asked(plans):
        chosen = _waits(but)
        chosen += [] if some is None else [col(row.plan).in_(some)]
        chosen += [] if by is None else [col(row.by) == by]
        query = select(*_SHORT).where(*chosen).order_by(col(row.id)).limit(most)
        found += [Pending(**one) for one in session.execute(query).mappings()]
    return tuple(sorted(found, key=lambda one: one.id)[:most])


def new_ones(
    session: Session, characters: int, *, plan: str | None = None, but: str | None = None
) -> Iterator[tuple[Pending, str]]:
    """Those of new plans that wait, the oldest first, with so many characters of their texts; read some at a time."""
    row, last, size = ProposalRow, 0, AT_ONCE
    chosen = [*_waits(but), col(row.base) == "", *([] if plan is None else [col(row.plan) == plan])]
    query = select(*_SHORT, func.substr(col(row.text), 1, characters).label("head")).where(*chosen)
    while size == AT_ONCE:
        rows = session.execute(query.where(col(row.id) > last).order_by(col(row.id)).limit(AT_ONCE)).mappings().all()
        for one in rows:
            yield Pending(**{name: value for name, value in one.items() if name != "head"}), one["head"]
        last, size = rows[-1]["id"] if rows else 0, len(rows)


def _waits(but: str | None) -> list[Any]:
    row = ProposalRow
    return [col(row.state) == State.PENDING.value, *([] if but is None else [col(row.by) != but])]


def givers(session: Session, plan: str) -> dict[int, tuple[str, str | None]]:
    """Who gave the texts of a plan on a page, and who agreed, by the change of the journal."""
    row = ProposalRow
    query = select(col(row.batch), col(row.by), col(row.by2)).where(col(row.plan) == plan, col(row.batch).is_not(None))
    return {batch: (by, by2) for batch, by, by2 in session.execute(query)}


_SHORT = [col(getattr(ProposalRow, one.name)) for one in fields(Pending)]


def _read(session: Session, *conditions: Any) -> Iterator[Proposal]:
    row = ProposalRow
    for (found,) in session.execute(select(row).where(*conditions).execution_options(populate_existing=True)):
        values = {one.name: getattr(found, one.name) for one in fields(Proposal)}
        yield Proposal(**values | {"state": State(found.state)})
