"""The trail as people read it: narrowed, the newest first. Takes part in the caller's transaction."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, not_, or_, select
from sqlalchemy.orm import Session
from sqlmodel import col

from scheduler.history import TEXTS
from scheduler.tables import JournalRow, TrailAboutRow, TrailRow
from scheduler.trail import EVERYBODY, NEVER, Area, Entry

OF_OFFICES = (Area.MAIL, Area.CONTACT, Area.FEED, Area.OFFICER)
PROPOSING = ("proposed", "refused", "withdrawn")
"""What is done to a text of a plan that is not in force.

Both concern the offices they are about, and nobody else unless they are about everybody.
"""

_T, _A, _J = TrailRow, TrailAboutRow, JournalRow
COLUMNS: tuple[ColumnElement[Any], ...] = tuple(
    _T.__table__.c[name]  # type: ignore[attr-defined]  # SQLModel makes it
    for name in ("number", "at", "who", "area", "action", "subject", "detail", "batch", "previous", "digest")
)
_WORDS = ("who", "area", "action", "subject", "detail", "previous", "digest")


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
    return read(session, _newest(question).limit(limit).offset(skip))


def before(session: Session, question: Question, number: int | None, limit: int) -> tuple[Entry, ...]:
    """The newest lines before one; None: the newest of all. For reading on, whatever is written meanwhile."""
    earlier = [] if number is None else [col(_T.number) < number]
    return read(session, _newest(question).where(*earlier).limit(limit))


def about_of(session: Session, numbers: Collection[int]) -> Mapping[int, tuple[str, ...]]:
    """What lines are found by, by number, in the order of code points."""
    chosen = col(_A.trail).in_(list(numbers))
    rows = session.execute(select(col(_A.trail), col(_A.about)).where(chosen).order_by(col(_A.trail)))
    return {
        number: tuple(sorted(str(row[1]) for row in group)) for number, group in groupby(rows, key=lambda row: row[0])
    }


def read(session: Session, query: Select[Any]) -> tuple[Entry, ...]:
    """The lines of a query for `COLUMNS`, in its order; those that nobody can read are there too (`Entry.readable`)."""
    try:
        rows = [row._asdict() for row in session.execute(query).all()]
    except (ValueError, TypeError):  # SQLite keeps whatever somebody puts into a column, a time that is none too
        numbers = session.execute(query.with_only_columns(_T.__table__.c.number)).scalars()  # type: ignore[attr-defined]
        rows = [_row(session, number) for number in numbers.all()]
    about = about_of(session, [row["number"] for row in rows])
    return tuple(_entry(row, about.get(row["number"], ())) for row in rows)


def _row(session: Session, number: int) -> dict[str, Any]:
    """What can be read of one line."""
    chosen = col(_T.number) == number
    try:
        return session.execute(select(*COLUMNS).where(chosen)).one()._asdict()
    except (ValueError, TypeError):
        columns = [column for column in COLUMNS if column.key != "at"]
        return {**session.execute(select(*columns).where(chosen)).one()._asdict(), "at": None}


def _entry(values: dict[str, Any], about: tuple[str, ...]) -> Entry:
    """The line of a row."""
    sound = isinstance(values["at"], datetime) and isinstance(values["batch"], int | None)
    if sound and all(isinstance(values[name], str) for name in _WORDS):
        return Entry(**values, about=about)
    at = values["at"] if isinstance(values["at"], datetime) else NEVER
    batch = values["batch"] if isinstance(values["batch"], int) else None
    words = {name: values[name] if isinstance(values[name], str) else "" for name in _WORDS}
    return Entry(number=values["number"], at=at, batch=batch, **words, about=about, readable=False)


def detail_of(entry: Entry) -> Mapping[str, Any]:
    """What a line tells beside its fields; empty where somebody has made it unreadable."""
    try:
        found = json.loads(entry.detail)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


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
        given = col(_T.batch).in_(_batches(col(_J.kind) == question.area))
        found.append(or_(given, col(_T.area) == question.area))
    elif question.area is not None:
        found.append(col(_T.area) == question.area)
    if question.first is not None:
        found.append(col(_T.at) >= question.first)
    if question.until is not None:
        found.append(col(_T.at) < question.until)
    if question.of is not None:
        single = and_(col(_T.area) == Area.PLAN, col(_T.action).in_(PROPOSING))
        open_ = and_(col(_T.area).not_in(OF_OFFICES), not_(single))
        found.append(or_(open_, col(_T.who) == question.own, _about(EVERYBODY, *question.of)))
    return found


def _about(*keys: str) -> ColumnElement[bool]:
    return col(_T.number).in_(select(col(_A.trail)).where(col(_A.about).in_(keys)))


def _batches(*conditions: ColumnElement[bool]) -> Select[Any]:
    return select(col(_J.batch)).where(*conditions)
