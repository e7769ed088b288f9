"""The trail: a line for everything people did, each sealed with the one before it, in the caller's transaction.

Lines are noted while a transaction runs and written when it is about to commit (`seal`): whoever writes one holds the
head until the end, so it is the last thing that anybody waits for.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, SessionTransaction
from sqlmodel import col

from scheduler.tables import TrailAboutRow, TrailHeadRow, TrailRow

PRODUCT = "luanphien"
"""Who did what nobody in particular asked for."""

FORM = "luanphien trail 1"
"""The form of what is sealed; another form has another name."""

EVERYBODY = "*"
"""Stands among the keys of a line on feeds that concerns no office more than another; nothing else is called so."""

NOTHING = "0" * 64
"""What stands before the first line."""

NEVER = datetime(1970, 1, 1, tzinfo=UTC)
"""The time of a line whose time nobody can read."""

MOST_WHO, MOST_SUBJECT, MOST_ABOUT, MOST_NAMED, MOST_WORDS = 500, 500, 500, 20, 1000
"""Characters of a name and of a subject; keys of a line; names in a detail, and characters of each word there."""

HEAD_LOST, HEAD_CHANGED = "head-lost", "head-changed"
"""What is done, in a line that is written because the head was not the last line."""

_HELD = "luanphien.trail"


class Area(StrEnum):
    """What a line of the trail is about."""

    PLAN = "plan"
    DIRECTORY = "directory"
    HOLIDAYS = "holidays"
    REFRESH = "refresh"
    DECISION = "decision"
    MAIL = "mail"
    CONTACT = "contact"
    FEED = "feed"
    OFFICER = "officer"
    STORE = "store"


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """Something that was done: by whom, and to what. `about`: all keys it is found by; the first `MOST_ABOUT` count.

    `batch`: the change of the journal that it is; `detail` then holds what that change's lines come to.
    """

    at: datetime
    who: str
    area: Area
    action: str
    subject: str = ""
    detail: Mapping[str, Any] = field(default_factory=dict)
    about: Collection[str] = ()
    batch: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line as it is written. `at` in UTC; `detail` is JSON; `about` in the order of code points.

    `readable`: False where somebody has put into it what cannot stand there; that is left out, and `at` is `NEVER`.
    """

    number: int
    at: datetime
    who: str
    area: str
    action: str
    subject: str
    detail: str
    about: tuple[str, ...]
    batch: int | None
    previous: str
    digest: str = ""
    readable: bool = True

    @property
    def seal(self) -> str:
        """What its digest must be: SHA-256 over all its fields and the digest before it, hexadecimal."""
        said = [
            FORM, self.number, moment(self.at), self.who, self.area, self.action, self.subject, self.detail,
            list(self.about), self.batch, self.previous,
        ]  # fmt: skip
        return hashlib.sha256(_json(said, plain=True).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Head:
    """Number and digest of the last line: whoever notes them elsewhere can tell later that nothing before changed."""

    number: int
    digest: str

    @property
    def short(self) -> str:
        """As it is noted by hand."""
        return f"{self.number}:{self.digest[:16]}"


@dataclass(slots=True)
class JournalSum:
    """What lines of the journal come to, in their order: how many, and a digest of all their fields."""

    first: int = 0
    last: int = 0
    lines: int = 0
    _sum: Any = field(default_factory=hashlib.sha256, repr=False)

    def add(self, ident: int, batch: int, at: datetime, kind: str, subject: str, digest: str) -> None:
        """Take one line more; `digest` is that of its text."""
        self.first = batch if not self.lines else self.first
        self.last = batch
        self.lines += 1
        self._sum.update(_json([ident, batch, moment(at), kind, subject, digest], plain=True).encode() + b"\n")

    @property
    def detail(self) -> dict[str, Any]:
        """What a line of the trail holds of it."""
        return {"first": self.first, "last": self.last, "lines": self.lines, "digest": self._sum.hexdigest()}


def note(session: Session, deed: Deed) -> None:
    """Have this written when the transaction commits; a transaction that is taken back takes it along.

    Only sessions of `config.database` write it (`seal`). Not to be called inside a savepoint.
    """
    transaction = session.get_transaction() or session.begin()
    held: tuple[SessionTransaction, list[Deed]] | None = session.info.get(_HELD)
    if held is None or held[0] is not transaction:
        held = session.info[_HELD] = (transaction, [])
    held[1].append(deed)


def seal(session: Session) -> None:
    """Write what was noted in this transaction, each line sealed with the one before it; call it just before commit.

    Writers wait for each other from here to the end of the transaction.
    """
    held: tuple[SessionTransaction, list[Deed]] | None = session.info.pop(_HELD, None)
    if held is None or held[0] is not session.get_transaction():
        return
    last, wrong = _locked_head(session)
    amended = [] if wrong is None else [_amended(last, wrong, held[1][0].at)]
    for deed in [*amended, *held[1]]:
        last = _written(session, deed, last)
    head = {"number": last.number, "digest": last.digest}
    session.execute(update(TrailHeadRow).where(col(TrailHeadRow.id) == 1).values(head))


def head(session: Session) -> Head | None:
    """The last line, as the head has it; None: nothing was written yet."""
    row = session.execute(select(col(TrailHeadRow.number), col(TrailHeadRow.digest)).where(col(TrailHeadRow.id) == 1))
    found = row.first()
    return None if found is None else Head(*found)


def entry_of(deed: Deed, last: Head) -> Entry:
    """The line of a deed that comes after another one."""
    about = sorted({plain(key)[:MOST_SUBJECT] for key in list(dict.fromkeys(deed.about))[:MOST_ABOUT]})
    return Entry(
        number=last.number + 1,
        at=deed.at,
        who=plain(deed.who)[:MOST_WHO],
        area=deed.area.value,
        action=deed.action,
        subject=plain(deed.subject)[:MOST_SUBJECT],
        detail=plain(_json(_bounded(deed.detail))),
        about=tuple(about),
        batch=deed.batch,
        previous=last.digest,
    )


def named(idents: Iterable[str]) -> dict[str, Any]:
    """How many things, and what the first are called, as a detail holds them."""
    names = list(idents)
    return {"count": len(names), "first": names[:MOST_NAMED]}


def moment(at: datetime) -> str:
    """A time as it is sealed, whatever database kept it: UTC, to the microsecond."""
    aware = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    return aware.isoformat(timespec="microseconds")


def plain(text: str) -> str:
    """Text that every database keeps as it is."""
    return text.encode(errors="replace").decode().replace("\0", "\ufffd")


def _json(value: Any, *, plain: bool = False) -> str:
    return json.dumps(value, ensure_ascii=plain, sort_keys=True, separators=(",", ":"))


def _bounded(value: Any) -> Any:
    """A detail with long texts cut."""
    match value:
        case str():
            return value[:MOST_WORDS]
        case Mapping():
            return {name: _bounded(item) for name, item in value.items()}
        case list() | tuple():
            return [_bounded(item) for item in value[:MOST_ABOUT]]
    return value


def _locked_head(session: Session) -> tuple[Head, Head | None]:
    """The last line, after which nobody else writes one before this transaction ends; and the head, where it is wrong.

    A head that is lost, behind or another one keeps nobody from working: the line there is counts. One that is ahead
    tells of lines that are gone; the next has the number after them.
    """
    row = TrailHeadRow
    query = select(col(row.number), col(row.digest)).where(col(row.id) == 1).with_for_update()
    found: Any = session.execute(query).first()
    if found is None:  # another writer may make it meanwhile: then that one is waited for, and is read
        make = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
        session.execute(make(row).values(id=1, number=0, digest=NOTHING).on_conflict_do_nothing())
        found = session.execute(query).one()
    noted = Head(found[0] if isinstance(found[0], int) else 0, str(found[1]))
    newest = _newest(session)
    return (noted, None) if noted.number > newest.number or noted == newest else (newest, noted)


def _newest(session: Session) -> Head:
    row = TrailRow
    query = select(col(row.number), col(row.digest)).order_by(col(row.number).desc()).limit(1)
    found = session.execute(query).first()
    return Head(0, NOTHING) if found is None else Head(found[0], str(found[1]))


def _amended(last: Head, noted: Head, at: datetime) -> Deed:
    """That the head was not the last line, and which line work goes on after."""
    return Deed(
        at=at, who=PRODUCT, area=Area.STORE, action=HEAD_CHANGED if noted.number else HEAD_LOST, subject="trail",
        detail={"after": {"number": last.number}, "was": {"number": noted.number, "digest": noted.digest}},
    )  # fmt: skip


def _written(session: Session, deed: Deed, last: Head) -> Head:
    entry = entry_of(deed, last)
    digest = entry.seal
    session.add(
        TrailRow(
            number=entry.number, at=entry.at, who=entry.who, area=entry.area, action=entry.action,
            subject=entry.subject, detail=entry.detail, batch=entry.batch, previous=entry.previous, digest=digest,
        )
    )  # fmt: skip
    session.flush()
    session.add_all([TrailAboutRow(trail=entry.number, about=key) for key in entry.about])
    session.flush()
    return Head(entry.number, digest)
