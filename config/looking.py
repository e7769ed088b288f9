"""The look for what is due: it reads what may have something new to say since the last one, and no more."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta

from sqlmodel import Session

from config.kept import keep, kept
from config.session import Job
from config.telling import awaited
from notifications import sentbook
from notifications.asks import Almanac
from notifications.digest import AHEAD, DIGEST, Ahead, weekly
from notifications.due import Looked, Reminder, State, due, one_a_day
from notifications.escalation import Reached, escalated
from notifications.invitations import INVITED, invitations
from notifications.outbox import end, enqueue, enqueue_now
from scheduler import history, store, touched
from scheduler.occurrence import Record, Selection
from scheduler.portions import asked
from scheduler.window import ONE_DAY

LOOKED, INVITATIONS = "mail-looked", "mail-invited"
"""Where the last look for what is due, and for whom to invite, left off."""


@dataclass(frozen=True, slots=True)
class Mark:
    """Where a look left off: on each of the days `first`..`day` there was one, the last at `line` of the journal.

    `stamp` is that line's own, `rest` a digest of all else it rested on. `again`: occurrences to be looked at again.
    """

    first: date
    day: date
    line: int
    stamp: str | None
    rest: str
    again: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _News:
    """What a look must read: occurrences by their keys, or all in reach, less what was `looked` at before.

    `first`: since then there was a look on every day, with all but single occurrences as it is.
    """

    first: date
    keys: frozenset[str] | None = None
    looked: Looked | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """What was found to be told, from which mark on, and the mark to be left. `looked`: anything was looked at."""

    before: Mark | None
    mark: Mark
    looked: bool
    reminders: tuple[Reminder, ...] = ()

    @property
    def new(self) -> bool:
        """Whether there is anything to write."""
        return self.looked or self.mark != self.before


def look(job: Job, session: Session, almanac: Almanac) -> None:
    """Write every slot that is due today into the outbox; what was missed since the last look is accounted for."""
    write(job, session, almanac, search(job, session, almanac))


def search(job: Job, session: Session, almanac: Almanac) -> Found:
    """Look for every slot that is due today; nothing is written, so that nobody waits for it.

    All that may be due is read once a day, and when the policy, the chains, the directory, the days off, or the list of
    contacts changed; else what changed since the last look. When nothing did, nothing is read.
    """
    today, before = job.today(), _mark(session, LOOKED)
    reach = reach_of(job, session, almanac, before.day if before else None)
    rest = _rest(almanac, job)
    news = _news(session, before, rest, reach, almanac, today)
    mark = _at(session, news.first, today, rest)
    if news.keys is not None and not news.keys:
        return Found(before, mark, looked=False)
    ahead = Ahead(almanac.directory, today)
    records = ahead.watch(_read(session, news.keys, reach))
    planned = list(due(records, almanac, today, began(session, job), news.looked))
    fresh = [
        *(reminder for reminder in planned if reminder.state is State.PENDING),
        *_risen(job, session, almanac, reach, news.keys),
        *weekly(ahead, almanac),
    ]
    ended = (reminder for reminder in planned if reminder.state is not State.PENDING)
    return Found(before, mark, looked=True, reminders=(*ended, *one_a_day(fresh, lambda _: today)))


def write(job: Job, session: Session, almanac: Almanac, found: Found) -> None:
    """Write what was found, unless somebody has looked meanwhile; what changed meanwhile is for the next look."""
    if _mark(session, LOOKED) != found.before:
        return
    mark = found.mark
    if found.looked:
        done = enqueue(session, found.reminders, mark.day, job.now())
        end(session, sentbook.strays(session, store.found, almanac, mark.day), job.now())
        mark = replace(mark, again=tuple(sorted(done.held)))
    _leave(session, LOOKED, found.before, mark)


def invited(job: Job, session: Session, almanac: Almanac) -> Found | None:
    """Look for every invitation that calendars still have to be told, at as little as `search`; None: nobody asks."""
    if not any(contact.calendar == "invitations" for contact in almanac.roster.contacts.values()):
        return None
    today, before, rest = job.today(), _mark(session, INVITATIONS), _rest(almanac, job)
    changes = _since(session, before, rest)
    if changes is None or before is None or before.day != today:
        keys = touched.confirmed(session, INVITED, today) | sentbook.told_calendars(session)
    else:
        keys = touched.keys(session, changes, Selection(first=today))
    parts = ((store.found(session, part).values(), sentbook.invited(session, part)) for part in asked(keys))
    told = tuple(each for coming, sent in parts for each in invitations(coming, sent, almanac, today))
    return Found(before, _at(session, today, today, rest), looked=bool(told), reminders=told)


def invite(job: Job, session: Session, found: Found) -> None:
    """Write invitations, each a mail of its own, unless somebody has looked meanwhile."""
    if _mark(session, INVITATIONS) != found.before:
        return
    for reminder in found.reminders:
        enqueue_now(session, [reminder], f"imip-{reminder.slot.id[:24]}", found.mark.day, job.now())
    _leave(session, INVITATIONS, found.before, found.mark)


def reach_of(job: Job, session: Session, almanac: Almanac, looked: date | None = None) -> Selection:
    """Every occurrence that may have a step today, or was over since the last look."""
    today, start = job.today(), began(session, job)
    first = max(start, min(looked or start, today) - timedelta(days=almanac.policy.memory))
    return in_reach(almanac, first, today)


def in_reach(almanac: Almanac, first: date, last: date) -> Selection:
    """Every occurrence that may have a step between the two days, or was over by then."""
    return Selection(first=first, last=last + timedelta(days=max(almanac.policy.reach + 1, AHEAD.days)))


def began(session: Session, job: Job) -> date:
    """The day the store began: what was past by then is history."""
    first = history.first_change(session)
    return first.astimezone(job.settings.zone).date() if first else job.today()


def _news(session: Session, before: Mark | None, rest: str, reach: Selection, almanac: Almanac, today: date) -> _News:
    changes = _since(session, before, rest)
    if before is None or changes is None or before.day > today or _passed_on(almanac, before.day, today):
        return _News(today)
    first = today if changes.plans or today > before.day + ONE_DAY else before.first
    changed = touched.keys(session, changes, reach) | {*before.again}
    if before.day < today:
        return _News(first, None, Looked(before.first, before.day, changed | sentbook.homeless(session)))
    waiting = sentbook.joinable(session, today)
    return _News(first, None if DIGEST in waiting else changed | waiting)


def _since(session: Session, before: Mark | None, rest: str) -> touched.Since | None:
    """What was written since; None: something that anything may rest on."""
    if before is None or before.rest != rest or touched.stamp_at(session, before.line) != before.stamp:
        return None
    changes = touched.since(session, before.line)
    return None if changes.all else changes


def _passed_on(almanac: Almanac, first: date, today: date) -> bool:
    """Whether a body ended since, so that its duties have passed to another."""
    ends = (body.until for body in almanac.directory.organisations.values())
    return any(end is not None and first <= end < today for end in ends)


def _read(session: Session, keys: frozenset[str] | None, reach: Selection) -> Iterator[Record]:
    """The occurrences in reach, in order; of these `keys` only, if given. Read as they are taken."""
    if keys is None:
        yield from store.chosen(session, reach)
        return
    for part in asked(keys):
        yield from (record for record in store.found(session, part).values() if reach.admits(record.occurrence))


def _risen(
    job: Job, session: Session, almanac: Almanac, reach: Selection, keys: frozenset[str] | None
) -> Iterator[Reminder]:
    """Who is told today since nobody answered, a few occurrences at a time."""
    today = job.today()
    until = today + timedelta(days=almanac.policy.escalation.within)
    since = reach.first or date.min
    lines: dict[str, list[Reached]] = {}
    for each in sentbook.reached(session, since, job.settings.zone, until, keys):
        lines.setdefault(each.slot.occurrence, []).append(each)
    open_ones = {key for key, sent in lines.items() if not all(each.answered for each in sent)}
    for part in asked(open_ones):
        records = {key: record for key, record in store.found(session, part).items() if reach.admits(record.occurrence)}
        waited = awaited(session, {record.occurrence.obligation for record in records.values()})
        reached = (each for key in part for each in lines[key])
        yield from escalated(reached, records, almanac, waited, today, sentbook.superiors(session, records))


def _rest(almanac: Almanac, job: Job) -> str:
    """A digest of what a look rests on beside the journal and the day: policy, chains, contacts, whose day it is."""
    roster = almanac.roster
    people = [*roster.contacts.values(), sorted(roster.verified), sorted(roster.closed)]
    parts: Iterable[object] = (almanac.policy, almanac.chains, people, job.settings.zone)
    return hashlib.sha256("\n".join(map(repr, parts)).encode()).hexdigest()


def _at(session: Session, first: date, today: date, rest: str) -> Mark:
    line = history.revision(session)
    return Mark(first, today, line, touched.stamp_at(session, line), rest)


def _mark(session: Session, name: str) -> Mark | None:
    text = kept(session, name)
    if text is None:
        return None
    if not text.startswith("{"):  # an older version kept the day alone: all else is looked at again
        return Mark(date.fromisoformat(text), date.fromisoformat(text), 0, None, "")
    values = json.loads(text)
    days = {name: date.fromisoformat(values[name]) for name in ("first", "day")}
    return Mark(**values | days | {"again": tuple(values["again"])})


def _leave(session: Session, name: str, before: Mark | None, mark: Mark) -> None:
    if mark != before:
        keep(session, name, json.dumps(asdict(mark), default=str))
