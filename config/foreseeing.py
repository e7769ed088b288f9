"""The mails to come: what would go out on some days, to everyone or to one address, as the store stands."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import count

from sqlmodel import Session

from config.excerpt import is_indexed
from config.looking import began, in_reach
from config.progress import Watch, unwatched
from config.session import Job
from config.telling import almanac_of
from notifications import bulk
from notifications.asks import Almanac
from notifications.concerned import concerned
from notifications.contacts import Mails, folded
from notifications.digest import Ahead, weekly
from notifications.due import Reason, Reminder, State, between, due, one_a_day
from notifications.tables import REMINDER
from scheduler import history, index, store
from scheduler.errors import EmptyStoreError
from scheduler.occurrence import Record, Selection
from scheduler.portions import asked, portions
from scheduler.window import ONE_DAY

Mail = tuple[Reminder, Record | None]
"""A mail with what it is about; None for a digest."""

TOGETHER = 500
"""Reminders whose occurrences are looked up together."""


def preview(job: Job, first: date, last: date, address: str | None = None) -> Iterator[Mail]:
    """The mails that would go out on the days `first`..`last`, by day and address; what is coalesced with them too.

    Those to one `address` only, if one is given. Raises EmptyStoreError.
    """
    with job.database.read() as session:
        yield from with_records(session, foreseen(session, job, first, last, address))


def foreseen(
    session: Session,
    job: Job,
    first: date,
    last: date,
    address: str | None = None,
    watch: Watch = unwatched,
) -> list[Reminder]:
    """The same, without what they are about. Occurrences are read as they are asked and not kept.

    `watch` is told how many were looked at, of how many; with an `address` there are few.
    """
    if not history.revision(session):
        raise EmptyStoreError("the store holds no plan yet")
    almanac = almanac_of(session, job)
    today = job.today()
    known_since = max(began(session, job), min(first, today) - timedelta(days=almanac.policy.memory))
    within = first <= today <= last
    spans = [(first, min(last, today - ONE_DAY)), (max(first, today + ONE_DAY), last)] if within else [(first, last)]
    spans = [(start, end) for start, end in spans if start <= end]
    reach = in_reach(almanac, min(known_since, first), last)
    whole = (len(spans) + within) * store.count(session, reach) if address is None else 0
    done = count(1)

    def records() -> Iterator[Record]:
        for record in _read(session, reach, almanac, address):
            yield record
            watch(next(done), whole)

    late = _late(session, job, almanac, records()) if within else ()
    coming = [mail for start, end in spans for mail in _coming(records(), almanac, start, end)]
    mine = (each for each in (*late, *coming) if address is None or folded(each.address) == folded(address))
    return sorted(mine, key=lambda reminder: (reminder.send_on, reminder.address, reminder.slot))


def with_records(session: Session, reminders: Sequence[Reminder]) -> Iterator[Mail]:
    """Reminders with what they are about, some at a time."""
    for some in portions(reminders, TOGETHER):
        records = store.found(session, {reminder.slot.occurrence for reminder in some})
        yield from ((reminder, records.get(reminder.slot.occurrence)) for reminder in some)


def _read(session: Session, reach: Selection, almanac: Almanac, address: str | None) -> Iterator[Record]:
    """The occurrences in reach; with an `address` only those of which it may be told, in no order."""
    whose = None if address is None or not is_indexed(session) else concerned(address, almanac)
    if whose is None or whose.all:
        yield from store.chosen(session, reach)
        return
    asked_for = [replace(reach, involving=some) for some in asked(whose.bodies)]
    asked_for += [replace(reach, partners=some) for some in asked(whose.parties)]
    asked_for += [replace(reach, plans=some) for some in asked(index.owned(session, whose.bodies))]
    known: set[str] = set()
    for selection in asked_for:
        for record in store.chosen(session, selection):
            if record.occurrence.key not in known:
                known.add(record.occurrence.key)
                yield record


def _coming(records: Iterable[Record], almanac: Almanac, first: date, last: date) -> Iterator[Reminder]:
    """What the days `first`..`last` bring if nothing is missed, and every digest once."""
    looks = [Ahead(almanac.directory, first + ONE_DAY * number) for number in range((last - first).days + 1)]
    if any(contact.mails is Mails.DIGEST for contact in almanac.roster.contacts.values()):
        for ahead in looks:
            records = ahead.watch(records)
    planned = list(between(records, almanac, first, last))
    by_week: dict[object, Reminder] = {}
    for ahead in looks:
        for digest in weekly(ahead, almanac):
            by_week.setdefault(digest.slot, digest)
    pending = [reminder for reminder in planned if reminder.state is State.PENDING]
    yield from (reminder for reminder in planned if reminder.state is not State.PENDING)
    yield from one_a_day([*pending, *by_week.values()], lambda reminder: reminder.send_on)


def _late(session: Session, job: Job, almanac: Almanac, records: Iterable[Record]) -> tuple[Reminder, ...]:
    """What `send_due` would send now: today's own, and what was missed before and not yet accounted for."""
    today = job.today()
    ahead = Ahead(almanac.directory, today)
    planned = due(ahead.watch(records), almanac, today, began(session, job))
    told = [mail for mail in planned if mail.state is State.PENDING or mail.reason is Reason.SAME_DAY]
    given = {mail.slot.id: mail for mail in (*told, *weekly(ahead, almanac))}
    known = bulk.known(session, REMINDER, given)
    fresh = (mail for ident, mail in given.items() if ident not in known)
    waiting = (replace(mail, send_on=today, state=State.PENDING, reason=None, into=None) for mail in fresh)
    return tuple(one_a_day(waiting, lambda _: today))
