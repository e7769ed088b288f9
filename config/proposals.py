"""Plans given on a page: those that wait for a second officer, and what became of each. In the caller's transaction."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import or_, select, update
from sqlmodel import Session, col

from config.tables import ProposalRow
from scheduler.history import PLAN, Line
from scheduler.portions import asked


class State(StrEnum):
    """How a proposal stands; one that needed nobody else was approved at once."""

    PENDING = "pending"
    APPROVED = "approved"
    WITHDRAWN = "withdrawn"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A text of a plan that somebody gave. `base`: digest of the text it was to replace, empty: none.

    `text` is empty once the journal holds it, as its change `batch`, or it was withdrawn. `by2` and `at2`: who ended
    it, and when.
    """

    id: int
    plan: str
    text: str
    digest: str
    base: str
    by: str
    at: datetime
    state: State
    by2: str | None
    at2: datetime | None
    reason: str
    batch: int | None


def propose(session: Session, plan: str, text: str, base: str, by: str, now: datetime) -> int:
    """Let a text wait for a second officer, in place of one by the same officer that waits; its id."""
    row = ProposalRow
    mine = (col(row.plan) == plan, col(row.by) == by, col(row.state) == State.PENDING.value)
    earlier = update(row).where(*mine)
    session.execute(earlier.values(state=State.WITHDRAWN.value, by2=by, at2=now, text=""))
    return _add(session, plan=plan, text=text, digest=Line(PLAN, plan, text).digest, base=base, by=by, at=now)


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
    session: Session, ident: int, state: State, by: str, now: datetime, *, reason: str = "", batch: int | None = None
) -> None:
    """End a proposal that waits. Its text stays where it was refused, so that it can be mended."""
    values: dict[str, Any] = {"state": state.value, "by2": by, "at2": now, "reason": reason, "batch": batch}
    if state is not State.REFUSED:
        values["text"] = ""
    row = ProposalRow
    session.execute(update(row).where(col(row.id) == ident, col(row.state) == State.PENDING.value).values(**values))


def one(session: Session, ident: int) -> Proposal | None:
    """One proposal."""
    return next(_read(session, col(ProposalRow.id) == ident), None)


def waiting(session: Session, plans: Collection[str] | None, by: str, most: int) -> tuple[Proposal, ...]:
    """The oldest that wait, of these plans, of new ones, or by this officer; None: of all plans."""
    row = ProposalRow
    pending = col(row.state) == State.PENDING.value
    if plans is None:
        return tuple(_read(session, pending, most=most))
    mine = or_(col(row.by) == by, col(row.base) == "")
    found = {each.id: each for each in _read(session, pending, mine, most=most)}
    for some in asked(plans):
        found |= {each.id: each for each in _read(session, pending, col(row.plan).in_(some), most=most)}
    return tuple(found[ident] for ident in sorted(found)[:most])


def givers(session: Session, plan: str) -> dict[int, tuple[str, str | None]]:
    """Who gave the texts of a plan on a page, and who agreed, by the change of the journal."""
    row = ProposalRow
    query = select(col(row.batch), col(row.by), col(row.by2)).where(col(row.plan) == plan, col(row.batch).is_not(None))
    return {batch: (by, by2) for batch, by, by2 in session.execute(query)}


def _read(session: Session, *conditions: Any, most: int | None = None) -> Iterator[Proposal]:
    row = ProposalRow
    query = select(row).where(*conditions).order_by(col(row.id)).limit(most)
    for (found,) in session.execute(query.execution_options(populate_existing=True)):
        yield Proposal(
            id=found.id,
            plan=found.plan,
            text=found.text,
            digest=found.digest,
            base=found.base,
            by=found.by,
            at=found.at,
            state=State(found.state),
            by2=found.by2,
            at2=found.at2,
            reason=found.reason,
            batch=found.batch,
        )
