"""The journal: what people gave the product, in order, never changed. The rest of the store can be rebuilt from it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session
from sqlmodel import col

from scheduler.amendment import Amendment, Decision, decision_content, decision_from
from scheduler.portions import asked
from scheduler.tables import JournalRow
from scheduler.trail import PRODUCT, Area, Deed, JournalSum, named, note

PLAN = "plan"
DIRECTORY = "directory"
HOLIDAYS = "holidays"
REFRESH = "refresh"
DECISION = "decision"
TEXTS = (PLAN, DIRECTORY, HOLIDAYS, REFRESH)
YEARS_AHEAD = 5


@dataclass(frozen=True, slots=True)
class Line:
    """One text given to the product: the newest of a kind and subject is in force."""

    kind: str
    subject: str
    text: str

    @property
    def digest(self) -> str:
        """SHA-256 of the text, hexadecimal."""
        return hashlib.sha256(self.text.encode()).hexdigest()


EMPTY = Line("", "", "").digest
"""The digest of a text that was taken away."""


@dataclass(frozen=True, slots=True)
class Batch:
    """The lines of one change, its number, and when it was made (UTC)."""

    number: int
    at: datetime
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Revision:
    """One text given for a kind and subject: the change it came with, when (UTC), and its digest (`EMPTY`: none)."""

    batch: int
    at: datetime
    digest: str


def revision(session: Session) -> int:
    """Number of the newest line; it rises with every change of anything stored. 0: the store is empty."""
    newest: int | None = session.execute(select(func.max(col(JournalRow.id)))).scalar_one()
    return newest or 0


def first_change(session: Session) -> datetime | None:
    """When the oldest line was written (UTC), or None."""
    oldest = select(col(JournalRow.at)).order_by(col(JournalRow.id)).limit(1)
    return session.execute(oldest).scalar_one_or_none()


def last_change(session: Session) -> datetime | None:
    """When the newest line was written (UTC), or None."""
    newest = select(col(JournalRow.at)).order_by(col(JournalRow.id).desc()).limit(1)
    return session.execute(newest).scalar_one_or_none()


def stamp(session: Session) -> str:
    """A short text that is another one whenever anything given is, also after an older store was put back."""
    columns = select(col(JournalRow.id), col(JournalRow.at), col(JournalRow.digest))
    newest = session.execute(columns.order_by(col(JournalRow.id).desc()).limit(1)).first()
    return "" if newest is None else "/".join(map(str, newest))


def digests(session: Session, *kinds: str, until: int | None = None) -> dict[tuple[str, str], str]:
    """Digest of the line in force for every (kind, subject); of these kinds only, if named. See `in_force`."""
    columns = select(col(JournalRow.kind), col(JournalRow.subject), col(JournalRow.digest))
    rows = session.execute(columns.where(col(JournalRow.id).in_(_newest(until, kinds or TEXTS))))
    return {(kind, subject): digest for kind, subject, digest in rows}


def in_force(
    session: Session, *kinds: str, subjects: Collection[str] | None = None, until: int | None = None
) -> tuple[Line, ...]:
    """The newest line of every subject of these kinds, by kind and subject; of some subjects only, if given.

    `until`: as the journal was up to the change of this number.
    """
    columns = select(col(JournalRow.kind), col(JournalRow.subject), col(JournalRow.text))
    lines: list[Line] = []
    for some in [None] if subjects is None else asked(subjects):
        query = columns.where(col(JournalRow.id).in_(_newest(until, kinds, some)))
        lines += [Line(*row) for row in session.execute(query)]
    return tuple(sorted(lines, key=lambda line: (line.kind, line.subject)))


def revisions(session: Session, kind: str, subject: str) -> tuple[Revision, ...]:
    """Every text that was given for a kind and subject, the oldest first; the newest is in force."""
    row = JournalRow
    query = select(col(row.batch), col(row.at), col(row.digest)).where(
        col(row.kind) == kind, col(row.subject) == subject
    )
    return tuple(Revision(*found) for found in session.execute(query.order_by(col(row.id))))


def sizes(session: Session, kind: str, subject: str) -> dict[int, int]:
    """How many bytes in UTF-8 every text of a kind and subject has, by the number of its change."""
    row = JournalRow
    query = select(col(row.batch), col(row.text)).where(col(row.kind) == kind, col(row.subject) == subject)
    streamed = session.execute(query, execution_options={"yield_per": 1})
    return {batch: len(text.encode()) for batch, text in streamed}


def given_once(session: Session, lines: Collection[Line]) -> frozenset[str]:
    """The subjects of those lines that stand in the journal, in force or not."""
    row = JournalRow
    wanted = {(line.kind, line.subject, line.digest) for line in lines}
    found: set[str] = set()
    for some in asked({line.subject for line in lines}):
        query = select(col(row.kind), col(row.subject), col(row.digest)).where(col(row.subject).in_(some))
        found.update(subject for kind, subject, digest in session.execute(query) if (kind, subject, digest) in wanted)
    return frozenset(found)


def _newest(until: int | None, kinds: Collection[str], subjects: Collection[str] | None = None) -> Select[Any]:
    """Ids of the newest lines, by kind and subject."""
    query = select(func.max(col(JournalRow.id))).where(col(JournalRow.kind).in_(kinds))
    if subjects is not None:
        query = query.where(col(JournalRow.subject).in_(subjects))
    return query.where(*_before(until)).group_by(col(JournalRow.kind), col(JournalRow.subject))


def _before(until: int | None) -> tuple[ColumnElement[bool], ...]:
    return () if until is None else (col(JournalRow.batch) <= until,)


def horizon(session: Session, until: int | None = None) -> date | None:
    """Last day that rows are kept for (see `horizon_of`)."""
    newest = select(func.max(col(JournalRow.subject))).where(col(JournalRow.kind) == REFRESH, *_before(until))
    day: str | None = session.execute(newest).scalar_one()
    return None if day is None else date(date.fromisoformat(day).year + YEARS_AHEAD, 12, 31)


def append(
    session: Session, lines: Iterable[Line], now: datetime, who: str = PRODUCT, beside: Mapping[str, Any] | None = None
) -> int:
    """Write the lines of one change and give its number. The caller holds the writer's lock.

    The change is one line of the trail, by `who`; a decision by whoever it names itself. `beside`: what else the detail
    of that line holds, where texts were given.
    """
    batch, told, sum_ = revision(session) + 1, list[Line](), JournalSum()
    for line in lines:
        row = JournalRow(batch=batch, at=now, kind=line.kind, subject=line.subject, text=line.text, digest=line.digest)
        session.add(row)
        session.flush()
        sum_.add(row.id or 0, batch, now, line.kind, line.subject, row.digest)
        told.append(line if line.kind == DECISION else replace(line, text=line.text[:1]))
    if told:
        deed = _deed(told, batch, now, who, sum_)
        note(session, replace(deed, detail={**(beside or {}), **deed.detail}))
    return batch


def _deed(lines: Sequence[Line], batch: int, now: datetime, who: str, sum_: JournalSum) -> Deed:
    """What a change is in the trail."""
    if lines[0].kind == DECISION:
        taken = amendment_of(batch, now, lines[0].text)
        decision, under = taken.decision, [line.subject for line in lines]
        detail = {"journal": sum_.detail, "why": taken.why, "decision": decision_content(decision)}
        return Deed(
            at=now, who=taken.who, area=Area.DECISION, action=decision.verb.value,
            subject=decision.keys[0] if decision.keys else decision.obligation or under[0],
            detail=detail, about=(*decision.keys, *under), batch=batch,
        )  # fmt: skip
    given = {
        kind: [line.subject for line in lines if line.kind == kind and (line.text or kind in (HOLIDAYS, REFRESH))]
        for kind in TEXTS
    }
    ended = {
        f"no {kind}": [line.subject for line in lines if line.kind == kind and not line.text]
        for kind in (PLAN, DIRECTORY)
    }
    told = {name: named(subjects) for name, subjects in {**given, **ended}.items() if subjects}
    first = min((line.kind for line in lines), key=TEXTS.index)
    subjects = [line.subject for line in lines if line.kind == first]
    return Deed(
        at=now, who=who, area=Area(first), action="refreshed" if first == REFRESH else "given",
        subject=subjects[0] if len(subjects) == 1 else "", detail={"journal": sum_.detail, **told}, batch=batch,
    )  # fmt: skip


def decisions(
    session: Session, obligations: Collection[str] | None = None, until: int | None = None
) -> dict[str, tuple[Amendment, ...]]:
    """Every decision ever taken, by the obligations it touches, in order; those of `obligations` only, if given."""
    row = JournalRow
    columns = select(col(row.subject), col(row.batch), col(row.at), col(row.text))
    query = columns.where(col(row.kind) == DECISION, *_before(until)).order_by(col(row.id))
    found: dict[str, list[Amendment]] = {}
    for some in [None] if obligations is None else asked(obligations):
        narrowed = query if some is None else query.where(col(row.subject).in_(some))
        for subject, number, at, text in session.execute(narrowed):
            found.setdefault(subject, []).append(amendment_of(number, at, text))
    return {subject: tuple(amendments) for subject, amendments in found.items()}


def decided_under(session: Session, number: int) -> tuple[str, ...]:
    """The obligations that the decision of this number was written under, by id; none without such a decision."""
    row = JournalRow
    query = select(col(row.subject)).where(col(row.kind) == DECISION, col(row.batch) == number)
    return tuple(sorted(set(session.execute(query).scalars())))


def decision_line(obligation: str, who: str, why: str, decision: Decision) -> Line:
    """A decision as a line of the journal, one for each obligation it touches."""
    text = {"who": who, "why": why, "decision": decision_content(decision)}
    return Line(DECISION, obligation, json.dumps(text, ensure_ascii=False, sort_keys=True))


def amendment_of(number: int, at: datetime, text: str) -> Amendment:
    """Read a decision's line back."""
    values = json.loads(text)
    return Amendment(number, at, values["who"], values["why"], decision_from(values["decision"]))


def batches(session: Session) -> Iterator[Batch]:
    """Every change ever made, oldest first."""
    columns = select(
        col(JournalRow.batch), col(JournalRow.at), col(JournalRow.kind), col(JournalRow.subject), col(JournalRow.text)
    )
    rows = session.execute(columns.order_by(col(JournalRow.id)))
    for (number, at), group in groupby(rows, key=lambda row: (row[0], row[1])):
        yield Batch(number, at, tuple(Line(*row[2:]) for row in group))


def horizon_of(lines: Mapping[tuple[str, str], str] | Iterable[Line]) -> date | None:
    """Last day that rows are kept for: the end of the fifth year after the newest refresh; None before the first."""
    keys = lines if isinstance(lines, Mapping) else [(line.kind, line.subject) for line in lines]
    days = [date.fromisoformat(subject) for kind, subject in keys if kind == REFRESH]
    return date(max(days).year + YEARS_AHEAD, 12, 31) if days else None
