"""Changes as their page and their table have them, read from the trail."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from calendars import spreadsheet
from calendars.catalogue import say
from calendars.headline import headline
from calendars.pages.changes import Line, Trail
from calendars.pages.choices import Choice
from calendars.pages.frame import Frame
from calendars.trailwords import AREAS, COLUMNS, CUT_TABLE, NO_TIME, OF_ALL, act_words, area_words, why_words
from calendars.wording import language_of
from config.office import Office
from config.officers import Officer, Role
from config.outboxwords import moment_words
from config.remit import bodies_of, covers, remit_of
from config.session import Job
from scheduler import history, store, trail, trailbook
from scheduler.amendment import effective
from scheduler.occurrence import Record
from scheduler.plan import Directory
from scheduler.trail import Area, Entry
from scheduler.trailbook import Question, detail_of

ON_PAGE = 20
"""Lines on one page."""

MOST_ROWS = 100_000
"""Lines of one table."""

AT_ONCE = 500
"""Lines of a table that are read together; no session is open while they are on their way."""

MOST_WHO, MOST_KEY = 200, 320
"""Characters of what is searched for."""

UNDO = "/decide/undo"
"""Where a decision is taken back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrowed:
    """What is asked for, as it was typed; days inclusive, where the office is."""

    who: str = ""
    key: str = ""
    area: Area | None = None
    first: date | None = None
    last: date | None = None

    @property
    def pairs(self) -> tuple[tuple[str, str], ...]:
        """As an address has it."""
        given = (("who", self.who), ("key", self.key), ("area", self.area or ""), ("from", _day(self.first)))
        return tuple((name, str(value)) for name, value in (*given, ("to", _day(self.last))) if value)


def question_of(asked: Narrowed, zone: ZoneInfo) -> Question:
    """The same for the trail, of everybody."""
    return Question(
        who=asked.who or None,
        key=asked.key or None,
        area=asked.area,
        first=None if asked.first is None else _midnight(asked.first, zone),
        until=None if asked.last is None else _midnight(asked.last + timedelta(days=1), zone),
    )


def seen_by(desk: Office, officer: Officer, question: Question) -> Question:
    """The same as an officer may ask it: of what concerns single offices, that of their remit; an admin all."""
    if officer.may(Role.ADMIN):
        return question
    return replace(question, of=tuple(sorted(bodies_of(desk, officer))), own=officer.id)


def trail_of(job: Job, officer: Officer, asked: Narrowed, page: int, frame: Frame) -> tuple[Trail, int]:
    """One page of lines, and how many there are in all."""
    with job.office() as desk:
        session, question = desk.session, seen_by(desk, officer, question_of(asked, job.settings.zone))
        whole = trailbook.count(session, question)
        found = trailbook.listed(session, question, ON_PAGE, skip=(page - 1) * ON_PAGE)
        seen = _Seen.of(desk, officer, found, frame)
        head = trail.head(session)
        lines = tuple(seen.line(entry, job.settings.zone) for entry in found)
    every = (Choice("", say(frame.lang, OF_ALL), asked.area is None),)
    areas = (Choice(area, say(frame.lang, words), area == asked.area) for area, words in AREAS.items())
    view = Trail(
        lines=lines,
        areas=(*every, *areas),
        who=asked.who,
        key=asked.key,
        first=_day(asked.first),
        last=_day(asked.last),
        narrowed=bool(asked.pairs),
        table=_address(frame.at("/changes.csv"), asked.pairs),
        head=None if head is None else head.short,
    )
    return view, whole


def table_of(job: Job, question: Question, lang: str) -> Iterator[str]:
    """The same lines as a table for spreadsheet programs, the newest first, read while it is sent."""
    with job.office() as desk:
        directory = desk.directory()
    yield spreadsheet.MARK + spreadsheet.line(say(lang, words) for words in COLUMNS)
    last, left = None, MOST_ROWS
    while left:
        with job.database.read() as session:
            found = trailbook.before(session, question, last, min(left, AT_ONCE))
        if not found:
            return
        yield "".join(_row(entry, directory, job.settings.zone, lang) for entry in found)
        last, left = found[-1].number, left - len(found)
    yield spreadsheet.line(["…", say(lang, CUT_TABLE, most=MOST_ROWS)])


def _row(entry: Entry, directory: Directory, zone: ZoneInfo, lang: str) -> str:
    local = f"{entry.at.astimezone(zone):%Y-%m-%d %H:%M:%S}" if entry.readable else NO_TIME
    about = " ".join(entry.about)
    return spreadsheet.line([
        str(entry.number), local, entry.who, area_words(entry.area, lang),
        act_words(entry, directory, lang), entry.subject, why_words(entry), about, entry.digest,
    ])  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Seen:
    """What is known of the things that lines are about, and which decisions this officer may take back."""

    records: Mapping[str, Record]
    directory: Directory
    undoable: Collection[int]
    frame: Frame

    @classmethod
    def of(cls, desk: Office, officer: Officer, entries: Sequence[Entry], frame: Frame) -> _Seen:
        taken = [entry for entry in entries if entry.area == Area.DECISION and entry.batch is not None]
        records = store.found(desk.session, {key for entry in taken for key in entry.about})
        return cls(records, desk.directory(), _undoable(desk, officer, taken), frame)

    def line(self, entry: Entry, zone: ZoneInfo) -> Line:
        """One line as its page has it."""
        lang, record = self.frame.lang, self.records.get(entry.subject)
        one = None if record is None else record.occurrence
        here, what = self.frame.at("/changes"), act_words(entry, self.directory, lang)
        mail = entry.area == Area.MAIL and entry.subject
        href = f"/o/{entry.subject}" if one is not None else f"/outbox/{entry.subject}" if mail else None
        undo = entry.batch in self.undoable and entry.area == Area.DECISION
        return Line(
            number=entry.number,
            when=moment_words(entry.at, zone, lang) if entry.readable else NO_TIME,
            area=area_words(entry.area, lang),
            what=_begun(what, (entry.subject, str(detail_of(entry).get("label") or ""))),
            who=entry.who,
            by=_address(here, [("who", entry.who[:MOST_WHO])]),
            subject=entry.subject,
            of=_address(here, [("key", entry.subject)]) if entry.subject else None,
            href=self.frame.at(href) if href else None,
            title=None if one is None else headline(one, self.directory, lang),
            title_lang=lang if one is None else language_of(one.title, lang),
            why=why_words(entry),
            undo=_address(self.frame.at(UNDO), [("number", str(entry.batch))]) if undo else None,
        )


def _begun(what: str, names: Collection[str]) -> str:
    """A sentence with a capital, unless it begins with one of these names: an id or a label stays as it is."""
    named = any(name and re.match(rf"{re.escape(name)}(?![\w-])", what) for name in names)
    return what if named else what[:1].upper() + what[1:]


def _undoable(desk: Office, officer: Officer, taken: Sequence[Entry]) -> set[int]:
    """Numbers of the decisions that still stand and that are this officer's to take back, as `decideroutes` judges."""
    known = history.decisions(desk.session, {key for entry in taken for key in entry.about})
    standing = {amendment.number for amendments in known.values() for amendment in effective(amendments)}
    stored, remit = store.stored(desk.session, tuple(sorted(known))), remit_of(desk, officer)
    theirs = {
        ident for ident in known if any(covers(remit, one) for one in stored.get(ident, {}).values())
    }  # a line of turns is one matter
    under = {
        number: {ident for ident, amendments in known.items() if number in {each.number for each in amendments}}
        for number in standing
    }
    return {number for number, idents in under.items() if idents <= theirs}


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone)


def _day(day: date | None) -> str:
    return "" if day is None else day.isoformat()


def _address(path: str, pairs: Sequence[tuple[str, str]]) -> str:
    return f"{path}?{urlencode(pairs)}" if pairs else path
