"""What a feed rests on: parts of all occurrences, each with a revision that rises when anything in it changes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col

from calendars import sheets
from calendars.feed import shown_on
from calendars.tables import ScopeRow
from scheduler import history
from scheduler.occurrence import Occurrence, Selection
from scheduler.reconcile import Change

ALL = "all"


@dataclass(frozen=True, slots=True)
class Basis:
    """How the scopes of a selection stand: another `stamp` after each change in them; `at`: the last one, if any."""

    stamp: str
    at: datetime | None


def touch(session: Session, changes: Iterable[Change], now: datetime) -> None:
    """Raise the scopes that changed occurrences are in or were in, and throw their kept sheets away.

    In the transaction of the change, after its line was written to the journal.
    """
    touched(session, (side for change in changes for side in (change.before, change.after) if side is not None), now)


def touched(session: Session, occurrences: Iterable[Occurrence], now: datetime) -> None:
    """The same for occurrences that calendars show in another way than before."""
    names: set[str] = set()
    days = set()
    for occurrence in occurrences:
        names.update(scopes_of(occurrence))
        if (day := shown_on(occurrence)) is not None:
            days.add(day)
    if not names:
        return
    values = {"revision": 1, "mark": history.stamp(session), "at": now}
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    row = insert(ScopeRow)
    raised = {"revision": col(ScopeRow.revision) + 1, "mark": row.excluded.mark, "at": row.excluded.at}
    rows = [{"name": name, **values} for name in sorted(names)]
    session.execute(row.on_conflict_do_update(index_elements=["name"], set_=raised), rows)
    sheets.throw_away(session, days)


def scopes_of(occurrence: Occurrence) -> tuple[str, ...]:
    """The scopes an occurrence is in: one for each filter of a feed that can name it."""
    bodies = (*occurrence.leads, *occurrence.coordinating)
    return (
        ALL,
        f"plan/{occurrence.plan}",
        *(f"partner/{partner}" for partner in occurrence.partners),
        *(f"body/{body}" for body in bodies),
    )


def scopes_for(selection: Selection) -> tuple[str, ...]:
    """The fewest scopes that hold all a selection admits, whatever changes; groups must be among those involved.

    A feed narrowed by several filters lies in what each of them admits, so that one of them is enough.
    """
    filters: tuple[list[str], ...] = (
        [f"plan/{plan}" for plan in selection.plans],
        [f"body/{body}" for body in selection.leads],
        [f"body/{body}" for body in selection.involving],
        [f"partner/{partner}" for partner in selection.partners],
    )
    given = [tuple(names) for names in filters if names] or [(ALL,)]
    return next(names for names in given if len(names) == min(map(len, given)))


def basis(session: Session, selection: Selection) -> Basis:
    """How the scopes of a selection stand. After an older store was put back it differs from any that was since."""
    names = scopes_for(selection)
    columns = select(col(ScopeRow.name), col(ScopeRow.revision), col(ScopeRow.mark), col(ScopeRow.at))
    query = columns.where(col(ScopeRow.name).in_(names)).order_by(col(ScopeRow.name))
    rows = session.connection().execute(query).all()
    stamp = "|".join(f"{name}:{revision}:{mark}" for name, revision, mark, _ in rows)
    return Basis(stamp, max((at for *_, at in rows), default=None))
