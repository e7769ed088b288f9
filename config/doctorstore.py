"""What `luanphien doctor` finds in the store: mails in trouble, workers, readers, what is still to set, feeds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from sqlmodel import Session

from calendars import links
from calendars.catalogue import msg
from config.changeswords import BREAKS, EMPTY, FIX, HEADS, HEADS_FIX, WHOLE, numbers
from config.doctorchecks import Finding, broken, fine, warning
from notifications import people
from notifications.audience import Audience, recipients
from notifications.contacts import Roster, folded
from notifications.gauges import Figures
from notifications.people import Standing
from notifications.policy import Role
from notifications.tables import DeliveryState
from scheduler import store
from scheduler.occurrence import Occurrence, Record
from scheduler.plan import Directory
from scheduler.proving import proved

ALIVE = timedelta(minutes=2)
"""A worker that has shown no life for longer is lost or stuck."""

LATE = timedelta(hours=1)
"""Mail that waits for longer, with no worker, does not go."""

STALE = timedelta(days=1)
AHEAD = timedelta(days=365)
"""How far ahead it is asked who would be told."""

MOST_NAMED = 5

_TROUBLE = (
    (DeliveryState.DEAD, msg("mails given up: {count}"), "dead"),
    (DeliveryState.QUARANTINED, msg("mails put aside for a person to look at: {count}"),
     "quarantined"),
    (DeliveryState.IN_DOUBT, msg("mails in doubt, which go again by themselves: {count}"), "in_doubt"),
    (DeliveryState.HELD, msg("mails held until they are released: {count}"), "held"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Post:
    """Who can be reached by mail."""

    directory: Directory
    roster: Roster
    standings: Mapping[str, Standing]


def of_store(session: Session, today: date, figures: Figures) -> Iterator[Finding]:
    """Everything that can be asked of a store that holds plans."""
    if not figures.revision:
        yield warning("plans", msg("the store holds no plan yet"), msg("run luanphien sync"))
        return
    yield of_trail(session)
    yield from of_gaps(_standing(store.with_gaps(session)))
    post = Post(store.directory_of(session), people.roster(session), people.standings(session))
    yield from of_readers(store.led(session, today, today + AHEAD), post, today)
    yield from of_contacts(post)
    yield from of_mails(figures)
    yield of_workers(figures)
    yield from of_feeds(session)


def of_trail(session: Session) -> Finding:
    """Whether what was written of people's changes is as it was written."""
    proof = proved(session)
    if proof.fault is not None:
        return broken("trail", BREAKS[proof.fault], FIX, number=proof.number)
    if proof.head is None:
        return fine("trail", EMPTY)
    if proof.heads:
        return warning("trail", HEADS, HEADS_FIX, numbers=numbers(proof.heads))
    return fine("trail", WHOLE, lines=proof.lines, journal=proof.journal, head=proof.head.short)


def _standing(records: Iterable[Record]) -> Iterator[Occurrence]:
    """Those that something is still expected of."""
    return (record.occurrence for record in records if not record.occurrence.over)


def of_gaps(occurrences: Iterable[Occurrence]) -> Iterator[Finding]:
    """What officers still have to set, by plan."""
    open_ = {(one.plan, one.obligation) for one in occurrences if one.to_set}
    counted = Counter(plan for plan, _ in open_)
    for plan, count in sorted(counted.items()):
        what = msg("{plan}: duties with something still to set: {count}")
        yield warning("to-set", what, msg("luanphien check --deep names each, luanphien decide set settles it"),
                      plan=plan, count=count)  # fmt: skip
    if not counted:
        yield fine("to-set", msg("nothing is left to set"))


def of_readers(occurrences: Iterable[Occurrence], post: Post, today: date) -> Iterator[Finding]:
    """Bodies that lead something in the coming year and cannot be reached, so that others are told in their place."""
    asked: dict[tuple[str, str], bool | None] = {}
    for one in occurrences:
        first, last = one.window.start or today, one.window.last or today
        if last < today or first > today + AHEAD:
            continue
        for lead in one.leads or (one.owner,):
            if (lead, one.owner) not in asked:
                asked[lead, one.owner] = _reached(lead, one.owner, post, today)
    nobody = sorted({lead for (lead, _), reached in asked.items() if reached is None})
    others = sorted({lead for (lead, _), reached in asked.items() if reached is False} - set(nobody))
    if nobody:
        what = msg("nobody can be told of the duties of these bodies, nor can the plan's owner: {names}")
        fix = msg("give the owner an address in the directory, or a person by luanphien contacts add")
        yield broken("readers", what, fix, count=len(nobody), names=_some(nobody))
    if others:
        what = msg("bodies without address or successor, so that the plan's owner is told: {names}")
        fix = msg("give them an address or a successor in the directory, or a person by luanphien contacts add")
        yield warning("readers", what, fix, count=len(others), names=_some(others))
    if not nobody and not others:
        yield fine("readers", msg("every body with a duty in the coming year can be reached"))


def _reached(lead: str, owner: str, post: Post, today: date) -> bool | None:
    """Whether mail to `lead` reaches it; False: its plan's owner is told instead, None: nobody is."""
    readers = recipients(Audience({Role.LEAD: (lead,)}, owner), post.directory, post.roster, today)
    if any(reader.role is Role.LEAD for reader in readers):
        return True
    return False if any(reader.address is not None for reader in readers) else None


def of_contacts(post: Post) -> Iterator[Finding]:
    """People and addresses that get no mail, and why."""
    contacts = post.roster.contacts.values()
    known = {contact.id: post.standings.get(folded(contact.address)) for contact in contacts}
    waiting = sorted(ident for ident, standing in known.items() if standing is None or not standing.verified)
    if waiting:
        what = msg("people who have not confirmed their address, and get no mail: {names}")
        fix = msg("ask them once more: luanphien contacts verify ID")
        yield warning("contacts", what, fix, count=len(waiting), names=_some(waiting))
    for what, closed in (
        (msg("addresses whose mail came back too often, so that none goes there: {names}"),
         [standing.address for standing in post.standings.values() if standing.suspended_at is not None]),
        (msg("addresses whose owners want no more mail: {names}"),
         [standing.address for standing in post.standings.values() if standing.unsubscribed_at is not None]),
    ):  # fmt: skip
        if closed:
            fix = msg("telephone; when mail may go there again: luanphien contacts reopen")
            yield warning("contacts", what, fix, count=len(closed), names=_some(sorted(closed)))
    if contacts and all(
        standing is not None and standing.verified and not standing.closed for standing in known.values()
    ):
        yield fine("contacts", msg("people who can be reached: {count}"), count=len(contacts))


def of_mails(figures: Figures) -> Iterator[Finding]:
    """Mails that somebody has to look at, and mail that waits too long."""
    for state, what, word in _TROUBLE:
        if count := figures.mails[state]:
            fix = msg("luanphien outbox list --state {state} says why and what to do")
            yield warning("outbox", what, fix, count=count, state=word)
    hours = round(figures.oldest / 3600)
    if figures.oldest > STALE.total_seconds():
        what = msg("the oldest mail has been waiting for {hours} hours")
        yield warning("outbox", what, msg("luanphien outbox list says for what"), hours=hours)
    if not any(figures.mails[state] for state, *_ in _TROUBLE) and figures.oldest <= STALE.total_seconds():
        sent = figures.mails[DeliveryState.SENT]
        yield fine("outbox", msg("mails sent: {sent}; none in trouble"), sent=sent)


def of_workers(figures: Figures) -> Finding:
    """Whether somebody sends mail."""
    alive = [name for name, age in figures.workers.items() if age <= ALIVE.total_seconds()]
    if alive:
        return fine("worker", msg("workers that send mail: {count}"), count=len(alive))
    fix = msg("run luanphien serve or luanphien worker, and have the system start it")
    if figures.oldest > LATE.total_seconds():
        return broken("worker", msg("mail is waiting, and no worker sends it"), fix)
    if figures.workers:
        name, age = min(figures.workers.items(), key=lambda item: item[1])
        what = msg("the worker {name} has shown no life for {minutes} minutes")
        return warning("worker", what, fix, name=name, minutes=round(age / 60))
    return warning("worker", msg("no worker runs; mail goes by luanphien remind --once alone"), fix)


def of_feeds(session: Session) -> Iterator[Finding]:
    """Addresses that nobody ever fetched."""
    standing = [link for link in links.listed(session) if link.revoked_at is None]
    unused = sorted(link.label for link in standing if not link.fetches)
    if unused:
        what = msg("feed addresses that nobody ever fetched: {names}")
        fix = msg("tell their readers, or end them: luanphien feeds revoke")
        yield warning("feeds", what, fix, count=len(unused), all=len(standing), names=_some(unused))
    else:
        yield fine("feeds", msg("feed addresses, each in use: {count}"), count=len(standing))


def _some(names: list[str]) -> str:
    return ", ".join(names[:MOST_NAMED]) + (" …" if len(names) > MOST_NAMED else "")
