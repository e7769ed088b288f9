"""Workers and leases: who holds a mail, what a failing store or relay does to it, and how fast mail goes."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from types import TracebackType
from typing import Any, Self

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import OperationalError, SQLAlchemyError
from sqlalchemy.orm import Session

from config.database import Database
from notifications import claiming, handover, heartbeat, lease
from notifications.breaker import PATIENCE, PAUSE
from notifications.claiming import Claim
from notifications.dispatch import run_once
from notifications.due import due
from notifications.letters import AnyLetter
from notifications.outbox import enqueue
from notifications.pace import backoff
from notifications.reading import Reading
from notifications.smtp import SmtpTransport
from notifications.tables import DELIVERY, WORKER
from notifications.transport import Parcel, Turn
from scheduler.plan import Directory
from tests.integration.mailoffice import (
    AFFAIRS,
    FRONT,
    FRONT_MAIL,
    LONG_AGO,
    TODAY,
    Office,
    Post,
    compose_for,
    counts,
    event,
)
from tests.unit.notifications.relays import ScriptedRelay
from tests.unit.notifications.samples import (
    DIRECTORY,
    EXCHANGE,
    PARTIES,
    almanac,
    record,
    shelf,
)
from tests.unit.notifications.samples import (
    office as office_of,
)

LEASE = timedelta(minutes=20)


def _claim(office: Office, worker: str) -> tuple[Claim, ...]:
    with office.database.write() as session:
        return claiming.claim(session, worker, office.now, 10, office.now + LEASE)


def _recover(office: Office) -> int:
    with office.database.write() as session:
        return lease.recover(session, office.now, office.now)


def test_a_mail_is_claimed_by_one_worker_until_its_lease_runs_out(office: Office) -> None:
    office.put(record())
    office.look()
    (mail,) = _claim(office, "a")
    assert _claim(office, "b") == ()
    office.now += timedelta(minutes=20, seconds=1)
    assert _recover(office) == 0
    assert [claim.id for claim in _claim(office, "b")] == [mail.id]
    with office.database.write() as session:
        told = lease.contents(session, mail.id)
        assert not handover.store_messages(session, "a", [(mail, b"x", "<x@x.example>")], office.now)
        assert not handover.mark_transmitting(session, "a", [mail.id], office.now, office.now)
        assert not handover.complete(session, "a", [(mail, told)], office.now)
        assert not handover.retry_later(session, mail, office.now, office.now, "x")
        assert not handover.doubt(session, mail, office.now, office.now, "x")
        assert not handover.give_up(session, mail, office.now, "x")
        assert not handover.quarantine(session, mail, office.now, "x")
        assert not handover.withdraw(session, mail, office.now)
    assert office.mails() == [(FRONT_MAIL, "claimed", 2)]


def test_a_worker_lost_after_the_dot_leaves_doubt(office: Office) -> None:
    office.put(record())
    office.look()
    (mail,) = _claim(office, "a")
    with office.database.write() as session:
        assert handover.mark_transmitting(session, "a", [mail.id], office.now, office.now + LEASE)
    office.now += timedelta(minutes=21)
    assert _recover(office) == 0
    assert office.mails() == [(FRONT_MAIL, "in_doubt", 1)]


def test_what_a_run_left_at_the_relay_is_in_doubt_for_the_next_run(office: Office, post: Post) -> None:
    def interrupted() -> None:
        raise KeyboardInterrupt

    office.put(record())
    office.look()
    with pytest.raises(KeyboardInterrupt):
        office.send(Watched(post.way(), _nothing, interrupted))
    assert office.mails() == [(FRONT_MAIL, "transmitting", 1)]
    assert office.send(post.way()) == counts(sent=1)
    assert office.audit("delivery")[-3:] == ["in_doubt", "transmitting", "sent"]
    assert len({mail["Message-ID"] for mail in post.mails()}) == 1


def test_an_answer_counts_as_long_as_nobody_has_claimed_the_mail_since(office: Office) -> None:
    office.put(record())
    office.look()
    (mail,) = _claim(office, "a")
    with office.database.write() as session:
        handover.mark_transmitting(session, "a", [mail.id], office.now, office.now + LEASE)
    office.now += timedelta(minutes=21)
    _recover(office)
    for _ in range(2):  # a commit whose answer was lost is made again
        with office.database.write() as session:
            told = lease.contents(session, mail.id)
            assert handover.complete(session, "a", [(mail, told)], office.now) == {mail.id}
    assert office.mails() == [(FRONT_MAIL, "sent", 1)]
    assert office.audit("delivery")[-2:] == ["in_doubt", "sent"]


def test_a_mail_that_costs_three_workers_is_put_aside_alone(office: Office, post: Post) -> None:
    office.put(record(), event(30, leads=(AFFAIRS,)))
    office.look()
    aside = []
    for worker in ("a", "b", "c"):
        poison, beside = _claim(office, worker)
        office.now += timedelta(minutes=21)
        aside.append(_recover(office))
    assert aside == [0, 0, 1]
    assert sorted(office.mails()) == sorted([(poison.address, "quarantined", 3), (beside.address, "pending", 1)])
    assert {state for state, _ in office.slots().values()} == {"pending", "coalesced"}
    assert office.send(post.way()) == counts(sent=1)


def test_who_has_lost_the_lease_does_not_write_the_dot(office: Office, post: Post) -> None:
    office.put(record())
    office.look()

    def slow(letter: AnyLetter) -> bytes:
        office.now += timedelta(minutes=21)
        _recover(office)
        assert len(_claim(office, "b")) == 1
        return office.compose(letter)

    assert office.send(post.way(), composer=slow).lost == 1
    assert post.envelopes == []
    assert office.mails() == [(FRONT_MAIL, "claimed", 2)]


def test_a_broken_database_gives_back_what_was_not_begun(office: Office, post: Post) -> None:
    office.put(record(), event(30, leads=(AFFAIRS,)))
    office.look()

    def broken(session: Session, _mail: Claim, _now: datetime) -> Reading:
        session.execute(text("SELECT 1 FROM no_such_table"))
        raise AssertionError("never come to")

    with pytest.raises(SQLAlchemyError):
        office.send(post.way(), read=broken, read_all=None)
    assert {(state, attempt) for _, state, attempt in office.mails()} == {("pending", 0)}
    assert office.send(post.way()) == counts(sent=2)


class Fragile:
    """A store that is away for the next `away` writes."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.away = 0

    @contextmanager
    def write(self) -> Iterator[Session]:
        if self.away:
            self.away -= 1
            raise OperationalError("BEGIN", {}, OSError("the server is away"))
        with self.database.write() as session:
            yield session


class Watched:
    """A way out that does something right before mails are begun, and right after they are answered."""

    def __init__(self, way: SmtpTransport, before: Callable[[], None], after: Callable[[], None]) -> None:
        self.way, self.before, self.after = way, before, after

    def __enter__(self) -> Self:
        self.way.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.way.__exit__(kind, error, trace)

    def room(self, waiting: int) -> int:
        return self.way.room(waiting)

    def take(self, parcel: Parcel) -> None:
        self.before()
        self.way.take(parcel)

    def turn(self, patience: float) -> Turn:
        turn = self.way.turn(patience)
        if turn.answered:
            self.after()
        return turn

    def finish(self, ident: str) -> None:
        self.way.finish(ident)

    def abandon(self, ident: str) -> None:
        self.way.abandon(ident)


def _nothing() -> None:
    """Nothing happens."""


def test_what_a_relay_took_is_written_down_once_the_store_is_back(office: Office, post: Post) -> None:
    store, waits = Fragile(office.database), []
    office.put(record())
    office.look()
    way = Watched(post.way(), _nothing, lambda: setattr(store, "away", 5))
    outcome = office.send(way, write=store.write, pause=waits.append)
    assert outcome == counts(sent=1)
    assert waits == [1.0] * 5
    assert office.mails() == [(FRONT_MAIL, "sent", 1)]
    assert len(post.envelopes) == 1


def test_a_store_that_fails_before_the_dot_leaves_no_doubt(office: Office, post: Post) -> None:
    store = Fragile(office.database)
    office.put(record())
    office.look()
    way = Watched(post.way(), lambda: setattr(store, "away", 1), _nothing)
    with pytest.raises(OperationalError):
        office.send(way, write=store.write)
    assert post.envelopes == []
    assert office.mails() == [(FRONT_MAIL, "pending", 0)]
    assert office.send(post.way()) == counts(sent=1)


def test_a_relay_that_stalls_longer_than_the_lease_keeps_its_mail(office: Office) -> None:
    office.put(record())
    office.look()
    real = {"steady": lambda _session: datetime.now(UTC), "lease": timedelta(seconds=1)}
    with ScriptedRelay({"dot": "250 taken"}, stalls={"dot": 3.0}) as relay, ThreadPoolExecutor(2) as pool:
        slow = pool.submit(office.send, relay.transport(final_timeout=10), **real)
        assert relay.stalling.wait(5)
        others = [office.send(relay.transport(), **real, worker=f"other-{n}") for n in range(10) if not _sleep(0.3)]
        assert slow.result() == counts(sent=1)
    assert others == [counts()] * 10
    assert (relay.connections, len(relay.taken)) == (1, 1)


def _sleep(seconds: float) -> None:
    threading.Event().wait(seconds)


def test_asked_to_stop_it_finishes_the_mail_in_hand_and_gives_back_the_rest(office: Office, post: Post) -> None:
    office.put(record(), event(30, leads=(AFFAIRS,)))
    office.look()
    outcome = run_once(office.desk(post.way(connections=1)), stop=lambda: bool(post.envelopes))
    assert outcome == counts(sent=1)
    assert sorted((state, attempt) for _, state, attempt in office.mails()) == [("pending", 0), ("sent", 1)]
    assert run_once(office.desk(post.way()), stop=lambda: True) == counts()
    assert office.send(post.way()) == counts(sent=1)


def test_a_worker_is_listed_while_it_works(office: Office, post: Post) -> None:
    seen: list[Any] = []
    office.put(record())
    office.look()
    query = select(WORKER.c.name, WORKER.c.doing, WORKER.c.beat_at)
    office.send(Watched(post.way(), lambda: seen.extend(office._rows(query)), _nothing))
    (mail,) = office._rows(select(DELIVERY.c.id))
    assert seen == [("worker-1", mail[0], office.now)]
    assert office._rows(query) == []
    with office.database.write() as session:
        heartbeat.beat(session, "worker-1", office.now)
    office.now += timedelta(seconds=30)
    office.send(post.way())
    assert office._rows(query) == [("worker-1", "waiting", office.now)]
    office.now += timedelta(days=2)
    office.send(post.way(), worker="worker-2")
    assert office._rows(query) == []


def test_a_mail_is_tried_until_its_deadline(office: Office) -> None:
    office.put(record())
    office.look()
    with office.database.write() as session:
        session.execute(update(DELIVERY).values(deadline=office.now + timedelta(minutes=11)))
    states = []
    with ScriptedRelay({"dot": "451 later"}) as relay:
        for minutes in (0, 5, 5.9, 0.1, 60):
            office.now += timedelta(minutes=minutes)
            office.send(relay.transport())
            states.append(office.mails()[0][1:])
        assert len(relay.tried) == 2
    assert states == [("retry", 1), ("retry", 2), ("retry", 2), ("dead", 3), ("dead", 3)]
    assert office.slots() == {(EXCHANGE.key, "fix-days-180", FRONT): ("expired", "undeliverable")}
    assert office.buried == [(FRONT_MAIL, "its deadline is over")]


def test_who_is_told_of_a_dead_mail_cannot_keep_it_alive(office: Office, post: Post) -> None:
    def forgetful(_session: Session, _mail: Claim, _why: str) -> None:
        raise ValueError("the office has no address")

    post.refuses[FRONT_MAIL] = "550 no such user"
    office.put(record())
    office.look()
    assert office.send(post.way(), buried=forgetful).dead == 1
    assert office.mails() == [(FRONT_MAIL, "dead", 1)]


def test_a_held_mail_is_not_sent(office: Office, post: Post) -> None:
    office.put(record())
    office.look()
    with office.database.write() as session:
        session.execute(update(DELIVERY).values(state="held"))
    assert office.send(post.way()) == counts()
    office.now += timedelta(days=400)
    assert office.send(post.way()) == counts()
    assert post.envelopes == []


def crowd_of(office: Office, count: int) -> dict[str, Any]:
    """So many bodies to be told; returns how their mails are read, as a desk wants it."""
    bodies = [office_of(f"body-{n}", f"body-{n}@quang-tri.example") for n in range(count)]
    crowd = Directory(parties=PARTIES, organisations=shelf(*bodies))
    office.put(event(30, leads=tuple(body.id for body in bodies), owner="body-0"))
    with office.database.write() as session:
        enqueue(session, due(office.records.values(), almanac(crowd), TODAY, LONG_AGO), TODAY, office.now)
    return {
        "read": partial(office.read, directory=crowd),
        "read_all": partial(office.read_all, directory=crowd),
        "composer": compose_for(DIRECTORY),
    }


def test_a_relay_that_is_down_is_left_alone_and_then_asked_with_one_mail(office: Office, post: Post) -> None:
    read = crowd_of(office, 10)
    with ScriptedRelay({"connect": "421 closed"}) as closed:
        assert office.send(closed.transport(), **read).retried == PATIENCE == closed.connections
        assert office.send(closed.transport(), **read) == counts()
        assert closed.connections == PATIENCE
        office.now += PAUSE
        assert office.send(closed.transport(), **read).retried == 1
        assert closed.connections == PATIENCE + 1
    attempts = Counter((state, attempt) for _, state, attempt in office.mails())
    assert attempts == {("retry", 1): 4, ("pending", 0): 6}
    assert office.send(post.way(), **read) == counts()
    office.now += PAUSE
    assert office.send(post.way(), **read) == counts(sent=6)
    office.now += timedelta(minutes=7)
    assert office.send(post.way(), **read) == counts(sent=4)


def test_a_mail_that_is_refused_does_not_open_the_breaker(office: Office) -> None:
    read = crowd_of(office, 6)
    with ScriptedRelay({"RCPT": "450 greylisted"}) as relay:
        assert office.send(relay.transport(), **read).retried == 6


def test_no_minute_sees_more_mails_than_the_relay_is_to_get(office: Office, post: Post) -> None:
    more = crowd_of(office, 10) | {"per_minute": 4}
    sent = []
    for _ in range(6):
        sent.append(office.send(post.way(), **more).sent)
        sent.append(office.send(post.way(), **more, worker="worker-2").sent)
        office.now += timedelta(seconds=30)
    assert sent == [4, 0, 0, 0, 4, 0, 0, 0, 2, 0, 0, 0]


@pytest.mark.parametrize("hours", [-1, 1])
def test_what_is_to_go_at_once_goes_though_the_clock_is_set(office: Office, post: Post, hours: int) -> None:
    office.put(record())
    office.look()
    office.now += timedelta(hours=hours)
    assert office.send(post.way()) == counts(sent=1)


def test_nothing_waits_longer_than_its_time_when_the_clock_is_set_back(office: Office, post: Post) -> None:
    office.put(record())
    office.look()
    with ScriptedRelay({"dot": "451 later"}) as relay:
        assert office.send(relay.transport()).retried == 1
    office.now -= timedelta(hours=1)
    assert office.send(post.way()) == counts(sent=1)


def test_workers_side_by_side_send_everything_once(office: Office, post: Post) -> None:
    read = crowd_of(office, 40)
    workers = [replace(office.desk(post.way()), worker=f"worker-{n}", batch=3, **read) for n in range(4)]
    with ThreadPoolExecutor(len(workers)) as pool:
        outcomes = list(pool.map(run_once, workers))
    assert sum(outcome.sent for outcome in outcomes) == 40
    to = Counter(envelope.rcpt_tos[0] for envelope in post.envelopes)
    assert to == {f"body-{n}@quang-tri.example": 1 for n in range(40)}
    assert len({mail["Message-ID"] for mail in post.mails()}) == 40


@pytest.mark.parametrize(
    ("attempt", "shortest", "longest"), [(1, 5, 6.67), (2, 10, 13.34), (3, 20, 26.67), (4, 40, 53.34), (9, 50, 66.67)]
)
def test_backing_off(attempt: int, shortest: float, longest: float) -> None:
    assert backoff(attempt, 0.0) == timedelta(minutes=shortest)
    assert backoff(attempt, 0.999) < timedelta(minutes=longest)
