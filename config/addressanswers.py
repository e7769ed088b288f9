"""What `luanphien contacts verify` and `reopen` answer: whether mail may go to an address."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Group
from rich.text import Text as Styled

from calendars.gate import shows, unprintable
from config.contactanswers import ASK_AGAIN, Ask, ask_for, found, room_of
from config.contactscreens import Room, asked_lines, person_json, state
from config.session import NOTHING, USAGE, Job, fail, write_json
from config.words import tell
from notifications import people
from notifications.contacts import Contact, address_id
from notifications.people import Standing
from scheduler import store

MOST_WHY = 500


def verify(job: Job, ident: str, ask: Ask, *, as_json: bool) -> None:
    """Ask a person once more to confirm their address."""
    now = job.now()
    with job.database.write() as session:
        contact = found(job, session, ident)
        standing = people.standing(session, contact.address)
        _open(job, ident, standing)
        asked = ask_for(session, [contact], now, ask)
        if not asked and not standing.verified:
            left = (standing.asked_at or now) + ASK_AGAIN - now
            fix = "ask again in {minutes} minutes, or telephone and use --by-hand --why …"
            what = tell(job.lang, "they were asked less than an hour ago")
            fail(what, tell(job.lang, fix, minutes=-int(-left.total_seconds() // 60)), NOTHING)
        room = room_of(job, session, store.directory_of(session))
    _standing_told(job, contact, room, asked, as_json=as_json)


def verify_by_hand(job: Job, ident: str, why: str, who: str, *, as_json: bool) -> None:
    """Record that the office itself made sure of an address."""
    _one_line(job, why)
    with job.database.write() as session:
        contact = found(job, session, ident)
        _open(job, ident, people.standing(session, contact.address))
        people.verified(session, address_id(contact.address), job.now(), why=why, who=who)
        room = room_of(job, session, store.directory_of(session))
    _standing_told(job, contact, room, as_json=as_json)


def reopen(job: Job, ident: str, why: str, who: str, *, as_json: bool) -> None:
    """Let mail go again to an address that was closed; exits with 1 when it was not."""
    _one_line(job, why)
    with job.database.write() as session:
        contact = found(job, session, ident)
        done = people.reopened(session, contact.address, job.now(), why=why, who=who)
        room = room_of(job, session, store.directory_of(session))
    if not done:
        fix = tell(job.lang, "luanphien contacts show {ident} says how it stands", ident=ident)
        fail(tell(job.lang, "mail goes to this address already"), fix, NOTHING)
    _standing_told(job, contact, room, as_json=as_json)


def _open(job: Job, ident: str, standing: Standing) -> None:
    """Refuse an address that was closed."""
    if standing.closed:
        fix = "if they want it again: luanphien contacts reopen {ident} --why …"
        fail(tell(job.lang, "no mail goes to this address"), tell(job.lang, fix, ident=ident), NOTHING)


def _one_line(job: Job, why: str) -> None:
    if not shows(why) or len(why) > MOST_WHY or "\n" in why or unprintable(why) is not None:
        what = tell(job.lang, "a reason is one line of 1 to {most} characters", most=MOST_WHY)
        fail(what, tell(job.lang, "say who told whom, such as “gọi điện ngày 22/11, anh Nam xác nhận”"), USAGE)


def _standing_told(job: Job, contact: Contact, room: Room, asked: Sequence[Contact] = (), *, as_json: bool) -> None:
    if as_json:
        write_json(person_json(contact, room) | {"asked": bool(asked)})
        return
    head = Styled.assemble((contact.name, "bold"), f" · {contact.address} · ", state(contact, room))
    job.console.print(Group(head, *asked_lines(asked, room)))
