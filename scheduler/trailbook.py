"""The trail as people read it: narrowed, the newest first. Takes part in the caller's transaction."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, func, or_, select
from sqlalchemy.orm import Session
from sqlmodel import col

from scheduler.history import TEXTS
from scheduler.tables import JournalRow, TrailAboutRow, TrailRow
from scheduler.trail import EVERYBODY, Area, Entry

OF_OFFICES = (Area.MAIL, Area.CONTACT, Area.FEED, Area.OFFICER)
"""What concerns the offices it is about, and nobody else unless it is about everybody."""

_T, _A, _J = TrailRow, TrailAboutRow, JournalRow
COLUMNS: tuple[ColumnElement[Any], ...] = tuple(
    _T.__table__.c[name]  # type: ignore[attr-defined]  # SQLModel makes it
    for name in ("number", "at", "who", "area", "action", "subject", "detail", "batch", "previous", "digest")
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Which lines are wanted. `who`: part of a name; `key`: anything a line is about; from `first` to before `until`.

    `of`: the organisations of who asks, `own` their name in the trail: of what concerns single offices, only theirs and
    what they did themselves. None: everything.
    """

    who: str | None = None
    key: str | None = None
    area: Area | None = None
    first: datetime | None = None
    until: datetime | None = None
    of: tuple[str, ...] | None = None
    own: str = ""


def count(session: Session, question: Question) -> int:
    """How many lines there are."""
    found: int = session.execute(select(func.count()).select_from(_T).where(*_chosen(question))).scalar_one()
    return found


def listed(session: Session, question: Question, limit: int, *, skip: int = 0) -> tuple[Entry, ...]:
    """The newest lines; `skip`: so many are passed over."""
    return _read(session, _newest(question).limit(limit).offset(skip))


def before(session: Session, question: Question, number: int | None, limit: int) -> tuple[Entry, ...]:
    """The newest lines before one; None: the newest of all. For reading on, whatever is written meanwhile."""
    earlier = [] if number is None else [col(_T.number) < number]
    return _read(session, _newest(question).where(*earlier).limit(limit))


def about_of(session: Session, numbers: Collection[int]) -> Mapping[int, tuple[str, ...]]:
    """What lines are found by, by number, in the order of code points."""
    chosen = col(_A.trail).in_(list(numbers))
    rows = session.execute(select(col(_A.trail), col(_A.about)).where(chosen).order_by(col(_A.trail)))
    return {number: tuple(sorted(row[1] for row in group)) for number, group in groupby(rows, key=lambda row: row[0])}


def entry_from(row: Row[Any], about: tuple[str, ...]) -> Entry:
    """The line of a row."""
    return Entry(**row._mapping, about=about)  # noqa: SLF001 - the name SQLAlchemy gives to what is public


def detail_of(entry: Entry) -> Mapping[str, Any]:
    """What a line tells beside its fields; empty where somebody has made it unreadable."""
    try:
        found = json.loads(entry.detail)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _read(session: Session, query: Select[Any]) -> tuple[Entry, ...]:
    rows = session.execute(query).all()
    about = about_of(session, [row.number for row in rows])
    return tuple(entry_from(row, about.get(row.number, ())) for row in rows)


def _newest(question: Question) -> Select[Any]:
    return select(*COLUMNS).where(*_chosen(question)).order_by(col(_T.number).desc())


def _chosen(question: Question) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if question.who:
        found.append(col(_T.who).icontains(question.who, autoescape=True))
    if question.key:
        given = col(_T.batch).in_(_batches(col(_J.kind).in_(TEXTS), col(_J.subject) == question.key))
        found.append(or_(_about(question.key), col(_T.subject) == question.key, given))
    if question.area in TEXTS:
        found.append(col(_T.batch).in_(_batches(col(_J.kind) == question.area)))
    elif question.area is not None:
        found.append(col(_T.area) == question.area)
    if question.first is not None:
        found.append(col(_T.at) >= question.first)
    if question.until is not None:
        found.append(col(_T.at) < question.until)
    if question.of is not None:
        open_ = col(_T.area).not_in(OF_OFFICES)
        found.append(or_(open_, col(_T.who) == question.own, _about(EVERYBODY, *question.of)))
    return found


def _about(*keys: str) -> ColumnElement[bool]:
    return col(_T.number).in_(select(col(_A.trail)).where(col(_A.about).in_(keys)))


def _batches(*conditions: ColumnElement[bool]) -> Select[Any]:
    return select(col(_J.batch)).where(*conditions)
