"""Several mails at a time: connections that share transactions, shards, suspects, and what is read once more."""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from config.database import Database
from notifications import claiming, lease
from notifications.accounting import Account
from notifications.claiming import Claim, Shard
from notifications.supply import FRESH, Run, lot_of
from scheduler.occurrence import Status
from tests.integration.mailoffice import AFFAIRS, Office, Post, counts, event
from tests.integration.test_dispatch import LEASE, Fragile, Watched, crowd_of
from tests.unit.notifications.relays import ScriptedRelay
from tests.unit.notifications.samples import record


@dataclass
class Counted:
    """A store that counts what is written to it."""

    database: Database
    writes: int = 0

    @contextmanager
    def write(self) -> Iterator[Session]:
        self.writes += 1
        with self.database.write_beside() as session:
            yield session


def test_connections_share_transactions(office: Office, post: Post) -> None:
    read = crowd_of(office, 40)
    alone, together = Counted(office.database), Counted(office.database)
    assert office.send(post.way(connections=1), **read, write=alone.write) == counts(sent=40)
    assert len(post.peers) == 1
    again = crowd_of_tomorrow(office)
    assert office.send(post.way(connections=8), **again, write=together.write) == counts(sent=40)
    assert len(post.peers) <= 9
    assert together.writes < alone.writes <= 2 * 40 + 8


def crowd_of_tomorrow(office: Office) -> dict[str, Any]:
    """The same bodies, to be told of something else."""
    with office.database.write() as session:
        session.connection().exec_driver_sql("UPDATE delivery SET state = 'pending', message_id = NULL, attempt = 0")
        session.connection().exec_driver_sql("UPDATE reminder SET state = 'pending'")
    return crowd_of(office, 40)


class Failing(Fragile):
    """A way out that makes the store fail once, right after the first final dot."""

    def __init__(self, database: Database, way: Any) -> None:
        super().__init__(database)
        self.way = way
        self.done = False

    def __enter__(self) -> Any:
        self.way.__enter__()
        return self

    def __exit__(self, *error: object) -> None:
        self.way.__exit__(*error)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.way, name)

    def finish(self, ident: str) -> None:
        self.way.finish(ident)
        self.away += not self.done
        self.done = True


def test_a_store_that_fails_waits_for_the_answers_of_those_at_the_relay(office: Office, post: Post) -> None:
    office.put(record(), event(30, leads=(AFFAIRS,)))
    office.look()
    with ScriptedRelay({}, stalls={"connect": 0.3, "dot": 1.5}) as relay:
        way = Failing(office.database, relay.transport(connections=2))
        with pytest.raises(OperationalError):
            office.send(way, write=way.write)
        assert len(relay.taken) == 1
    assert sorted((state, attempt) for _, state, attempt in office.mails()) == [("pending", 0), ("sent", 1)]
    assert office.send(post.way()) == counts(sent=1)


def test_a_lease_that_cannot_be_renewed_is_tried_again(office: Office, caplog: pytest.LogCaptureFixture) -> None:
    office.put(record())
    office.look()
    real = {"steady": lambda _session: datetime.now(UTC), "lease": timedelta(seconds=4)}
    with ScriptedRelay({}, stalls={"dot": 2.5}) as relay, caplog.at_level(logging.WARNING, "notifications.dispatch"):
        way = Failing(office.database, relay.transport())
        assert office.send(way, write=way.write, **real) == counts(sent=1)
    assert [each.levelname for each in caplog.records if each.name == "notifications.dispatch"] == ["WARNING"]


def test_what_waits_for_a_connection_is_read_once_more(office: Office, post: Post) -> None:
    """A meeting that is cancelled while its mail waits behind another is not told of."""
    first, second = event(30, leads=("mttq-quang-tri",)), event(30, "2022", leads=(AFFAIRS,))
    office.put(first, second)
    office.look()

    def cancel() -> None:
        for key, each in office.records.items():
            office.records[key] = replace(each, occurrence=replace(each.occurrence, status=Status.CANCELLED))

    steps = count(step=FRESH + 1)
    way = Watched(post.way(connections=1), lambda: None, cancel)
    outcome = office.send(way, stopwatch=lambda: float(next(steps)))
    assert (outcome.sent, outcome.expired, len(post.envelopes)) == (1, 1, 1)


def test_of_several_mails_to_one_address_only_the_first_is_in_hand(office: Office, post: Post) -> None:
    run = Run(office.desk(post.way()), lambda: False, Account(office.desk(post.way())))
    run.claimed = deque(_mail(*each) for each in (("1", "a"), ("2", "b"), ("3", "a"), ("4", "a")))
    assert [[mail.id for mail in lot_of(run)] for _ in range(4)] == [["1", "2"], ["3"], ["4"], []]


def test_suspects_go_one_by_one(office: Office, post: Post) -> None:
    run = Run(office.desk(post.way()), lambda: False, Account(office.desk(post.way())))
    run.claimed = deque(_mail(*each, crashes=1) for each in (("1", "a"), ("2", "b")))
    assert [[mail.id for mail in lot_of(run)] for _ in range(3)] == [["1"], ["2"], []]


def _mail(ident: str, address: str, crashes: int = 0) -> Claim:
    return Claim(
        worker="worker-1",
        id=ident,
        address=f"{address}@x.example",
        lang="vi",
        day=datetime.now(UTC).date(),
        attempt=1,
        doubted=False,
        message=None,
        deadline=None,
        crashes=crashes,
    )


def test_who_was_in_hand_with_others_when_a_worker_was_lost_is_claimed_after_all_others(office: Office) -> None:
    crowd_of(office, 6)
    with office.database.write() as session:
        lost = claiming.claim(session, "a", office.now, 3, office.now + LEASE)
        office.now += 2 * LEASE
        assert lease.recover(session, office.now, office.now) == 0
        clean = claiming.claim(session, "b", office.now, 10, office.now + LEASE)
        suspect = claiming.claim(session, "b", office.now, 10, office.now + LEASE)
    assert [mail.suspect for mail in (*lost, *clean, *suspect)] == [False] * 6 + [True] * 3
    assert {mail.id for mail in suspect} == {mail.id for mail in lost}


@pytest.mark.parametrize("of", [1, 3, 16, 256])
def test_shards_are_all_mails_each_once(office: Office, of: int) -> None:
    crowd_of(office, 40)
    with office.database.write() as session:
        due = claiming.shards_due(session, office.now, of)
        found = {
            number: {
                m.id for m in claiming.claim(session, "a", office.now, 99, office.now + LEASE, shard=Shard(number, of))
            }
            for number in range(of)
        }
        assert claiming.shards_due(session, office.now, of) == ()
    assert due == tuple(number for number, mails in found.items() if mails)
    assert sum(map(len, found.values())) == len(set[str]().union(*found.values())) == 40


@pytest.mark.parametrize(("number", "of"), [(-1, 4), (4, 4), (0, 0), (0, 257)])
def test_there_is_no_such_shard(number: int, of: int) -> None:
    with pytest.raises(ValueError, match="there is no part"):
        Shard(number, of)


def test_a_worker_of_a_shard_leaves_the_others_alone(office: Office, post: Post) -> None:
    read = crowd_of(office, 40)
    sent = [office.send(post.way(), **read, shard=Shard(number, 2)).sent for number in range(2)]
    assert sum(sent) == len(post.envelopes) == 40
    assert all(sent)


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_workers_do_not_wait_for_a_change_of_the_journal_but_take_turns_where_mails_are_counted(
    database: Database,
) -> None:
    began, may_end, through = threading.Event(), threading.Event(), threading.Event()

    def count_first() -> None:
        with database.write_beside() as session:
            claiming.take_turns(session)
            began.set()
            may_end.wait(30)

    def count_second() -> None:
        began.wait(30)
        with database.write_beside() as session:
            claiming.take_turns(session)
            through.set()

    with database.write(), ThreadPoolExecutor(2) as pool:
        both = [pool.submit(count_first), pool.submit(count_second)]
        assert began.wait(30)
        assert not through.wait(0.3)
        may_end.set()
        assert through.wait(30)
        assert [each.result() for each in both] == [None, None]


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
@pytest.mark.parametrize("known", [False, True])
def test_a_claim_follows_the_index_of_what_waits_whatever_is_known_of_the_table(office: Office, known: bool) -> None:
    crowd_of(office, 40)
    with office.database.write() as session:
        connection = session.connection()
        if known:
            connection.exec_driver_sql("ANALYZE delivery")
        claiming.claim(session, "a", office.now, 1, office.now + LEASE)
        statement = claiming._taking(None, suspects=False).compile(dialect=connection.dialect)
        moments = claiming._moments(office.now)
        values = statement.construct_params(moments | {"limit": 10, "worker": "a", "until": office.now + LEASE})
        plan = [row[0] for row in connection.exec_driver_sql(f"EXPLAIN {statement}", values)]
    assert any("using ix_delivery_waiting" in line for line in plan), plan
    assert not any("Sort" in line for line in plan), plan
