"""The outbox in people's hands: seen in order of trouble, sent again, held and released, never against a worker."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from config.database import Database
from notifications import byhand, claiming, handover, heartbeat, lease, outbook, sentbook
from notifications.byhand import Done, Refusal
from notifications.outbook import Envelope, Line, Passage
from notifications.policy import Role
from notifications.tables import DELIVERY, DeliveryState
from tests.integration.postroom import DAY, FRONT, LEASE, MAIL, NOW, Postroom

WHO = "Lê Thị Lan Hương"
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def room(database: Database) -> Postroom:
    return Postroom(database)


def act(room: Postroom, what: str, *mails: str, now: datetime = LATER) -> list[Done]:
    with room.database.write() as session:
        return list(
            {"retry": byhand.retry, "hold": byhand.hold, "release": byhand.release}[what](session, mails, WHO, now)
        )


def refusals(done: Iterable[Done]) -> list[Refusal | None]:
    return [one.refusal for one in done]


def look(room: Postroom, mail: str) -> Envelope:
    with room.database.read() as session:
        [found] = outbook.beginning(session, mail)
    return found


def states(room: Postroom, *states: str, address: str | None = None, limit: int = 50) -> tuple[list[str], int]:
    with room.database.read() as session:
        mails, more = outbook.listed(session, states, address, limit)
    return [mail.state.value for mail in mails], more


def test_who_was_written_to_about_what(room: Postroom) -> None:
    """A mail in a worker's hands counts, and one that may have arrived; not one that waits or never went."""
    ends = {
        "sent": room.sent,
        "dead": room.dead,
        "doubted": room.doubted,
        "claimed": room.claim,
        "written": room.written,
    }
    for name, end in ends.items():
        room.put(name)
        end()
    room.put("about-mail", step="office-left")
    room.sent()
    room.put("waits")
    asked = (*ends, "about-mail", "waits", "unknown")
    with room.database.read() as session:
        found = sentbook.written_to(session, asked)
        assert sentbook.written_to(session, ("waits",)) == {}
    assert found == {key: {Role.LEAD} for key in ends if key != "dead"}


def test_the_gravest_stand_first_and_all_are_counted(room: Postroom) -> None:
    for name, end in (("a", room.sent), ("b", room.dead), ("c", room.doubted)):
        room.put(name)
        end()
    room.put("d")
    with room.database.write() as session:
        session.execute(update(DELIVERY).where(DELIVERY.c.state == "pending").values(address="OTHER@x.example"))
    assert states(room) == (["dead", "in_doubt", "pending", "sent"], 0)
    assert states(room, "sent", "dead") == (["dead", "sent"], 0)
    assert states(room, address="other@X.example") == (["pending"], 0)
    assert states(room, limit=1) == (["dead"], 3)
    with room.database.read() as session:
        assert list(outbook.counts(session).items()) == [("dead", 1), ("in_doubt", 1), ("pending", 1), ("sent", 1)]


def test_a_mail_is_found_by_the_beginning_of_its_id(room: Postroom) -> None:
    mails = sorted(room.put(name) for name in "abcdefgh")
    with room.database.read() as session:
        assert [mail.id for mail in outbook.beginning(session, mails[3][:12].upper())] == [mails[3]]
        assert [mail.id for mail in outbook.beginning(session, "")] == mails
        assert outbook.beginning(session, "%") == outbook.beginning(session, "_") == ()


def test_one_mail_whole(room: Postroom) -> None:
    mail = room.put("event.2021")
    room.dead()
    with room.database.read() as session:
        assert outbook.lines(session, [mail])[mail] == (
            Line(
                id=outbook.lines(session, [mail])[mail][0].id,
                occurrence="event.2021",
                step="prepare-30",
                counted_from=DAY,
                recipient=FRONT,
                organisation=FRONT,
                role="lead",
                state=lease.State.EXPIRED,
                reason="undeliverable",
            ),
        )
        assert outbook.passages(session, mail) == (
            Passage(NOW, "pending", None, None),
            Passage(NOW, "transmitting", None, "worker-1"),
            Passage(NOW, "dead", "RCPT was refused: 550 no such user", "worker-1"),
        )
        assert outbook.raw(session, mail) == b"Subject: x\r\n\r\nx\r\n"
        assert outbook.raw(session, "0" * 32) is None


def test_what_was_given_up_goes_again_with_all_it_had_to_say(room: Postroom) -> None:
    mail = room.put("event.2021")
    room.dead()
    before = look(room, mail)
    [done] = act(room, "retry", mail)
    assert done == Done(
        replace(before, state=DeliveryState.PENDING, attempt=0, crashes=0, next_try_at=LATER, message_id=None)
    )
    assert room.slots() == {"event.2021": ("pending", None)}
    assert room.audit("delivery", mail)[-1] == ("pending", "sent again by hand", WHO)
    room.now = LATER
    room.sent()
    assert room.slots() == {"event.2021": ("sent", None)}
    assert refusals(act(room, "retry", mail)) == [Refusal.SENT]


def test_a_mail_once_in_doubt_keeps_its_bytes(room: Postroom) -> None:
    mail = room.put("event.2021")
    room.doubted()
    before = look(room, mail)
    [done] = act(room, "retry", mail)
    assert done.mail == replace(before, attempt=0, next_try_at=LATER)
    assert (done.mail.state, done.mail.message_id) == (DeliveryState.IN_DOUBT, f"<{mail}@x.example>")
    assert act(room, "hold", mail)[0].mail.state is DeliveryState.HELD
    assert act(room, "release", mail)[0].mail.state is DeliveryState.IN_DOUBT
    with room.database.read() as session:
        assert outbook.raw(session, mail) == b"Subject: x\r\n\r\nx\r\n"


def test_a_passed_deadline_is_put_off_by_a_day(room: Postroom) -> None:
    mail = room.put("event.2021")
    room.dead()
    deadline = look(room, mail).deadline
    assert deadline is not None
    late = deadline + timedelta(days=3)
    [done] = act(room, "retry", mail, now=late)
    assert done.mail.deadline == late + byhand.RETRY_FOR


def test_a_mail_whose_slots_have_ended_otherwise_has_nothing_left_to_say(room: Postroom) -> None:
    mail = room.put("event.2021")
    room.dead()
    with room.database.write() as session:
        told = outbook.lines(session, [mail])[mail]
        session.execute(update(lease.REMINDER).where(lease.REMINDER.c.id == told[0].id).values(reason="moved"))
    before = look(room, mail)
    assert act(room, "retry", mail) == [Done(before, Refusal.NOTHING_LEFT)]
    assert look(room, mail) == before


def test_what_a_worker_holds_is_left_to_it(room: Postroom) -> None:
    mail = room.put("event.2021")
    room.claim()
    before = look(room, mail)
    assert (before.owner, before.lease_until) == ("worker-1", NOW + LEASE)
    for what in ("retry", "hold", "release"):
        assert act(room, what, mail) == [Done(before, Refusal.IN_HANDS)]
    assert look(room, mail) == before
    assert len(room.audit("delivery", mail)) == 1


def test_a_held_mail_stays_until_it_is_released(room: Postroom) -> None:
    mail = room.put("event.2021")
    assert act(room, "hold", mail)[0].mail.state is DeliveryState.HELD
    room.now = LATER
    with room.database.write() as session:
        assert claiming.claim(session, "worker-1", LATER, 10, LATER + LEASE) == ()
    assert refusals(act(room, "hold", mail)) == refusals(act(room, "retry", mail)) == [Refusal.HELD]
    [released] = act(room, "release", mail)
    assert (released.mail.state, released.mail.next_try_at) == (DeliveryState.PENDING, LATER)
    assert refusals(act(room, "release", mail)) == [Refusal.NOT_HELD]
    assert [row for row in room.audit("delivery", mail) if row[2] == WHO] == [
        ("held", "held by hand", WHO),
        ("pending", "released by hand", WHO),
    ]
    assert room.claim().id == mail


def test_given_up_and_ended_mails_cannot_be_held(room: Postroom) -> None:
    given_up = room.put("event.2021")
    room.dead()
    ended = room.put("event.2022")
    claim = room.claim()
    with room.database.write() as session:
        handover.withdraw(session, claim, NOW)
    done = {one.mail.id: one.refusal for one in act(room, "hold", given_up, ended)}
    assert done == {given_up: Refusal.GIVEN_UP, ended: Refusal.ENDED}
    assert refusals(act(room, "retry", ended)) == [Refusal.ENDED]


def test_a_mail_put_aside_starts_anew(room: Postroom) -> None:
    mail = room.put("event.2021")
    for _ in range(lease.CRASHES):
        room.claim()
        with room.database.write() as session:
            heartbeat.beat(session, "worker-1", room.now, doing=mail)
        room.now += LEASE + timedelta(seconds=1)
        with room.database.write() as session:
            lease.recover(session, room.now, room.now)
    aside = look(room, mail)
    assert (aside.state, aside.crashes) == (DeliveryState.QUARANTINED, lease.CRASHES)
    [done] = act(room, "retry", mail, now=room.now)
    assert (done.refusal, done.mail.state, done.mail.crashes, done.mail.attempt) == (None, "pending", 0, 0)
    room.sent()
    assert room.slots() == {"event.2021": ("sent", None)}


def test_two_hands_at_once_agree(room: Postroom) -> None:
    """A hand that comes while another works waits for it, and then sees what the other has done."""
    mail = room.put("event.2021")

    def both(session: Session) -> tuple[Refusal | None, Refusal | None]:
        first = byhand.hold(session, [mail], WHO, LATER)
        second = byhand.hold(session, [mail], "another", LATER)
        return first[0].refusal, second[0].refusal

    with room.database.write() as session:
        assert both(session) == (None, Refusal.HELD)


def test_address_and_mails_that_are_not_there(room: Postroom) -> None:
    assert states(room, address=MAIL) == ([], 0)
    assert act(room, "retry", "0" * 32) == []
