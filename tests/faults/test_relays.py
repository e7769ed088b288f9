"""Relays that stall, drop, refuse and contradict themselves: what becomes of the mail, and what the next one finds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from config.database import Database
from notifications.breaker import Circuit
from notifications.desk import Outcome
from notifications.dispatch import run_once
from notifications.relay import Relay
from notifications.smtp import SmtpTransport
from notifications.tables import DELIVERY
from tests.faults import crew
from tests.faults.crew import Orders
from tests.unit.notifications.relays import HANG_UP, SILENCE, TAKE_AND_HANG_UP, ScriptedRelay

FIRST, SECOND = "body-0@quang-tri.example", "body-1@quang-tri.example"

# What one relay does to two mails → the fate of both at first, whether the relay itself is to blame, and how both end
# after 90 minutes, with how many copies of each taken.
SERVERS: dict[str, tuple[dict[str, str], tuple[str, str], bool, tuple[str, str], tuple[int, int]]] = {
    "answers well": ({}, ("sent", "sent"), False, ("sent", "sent"), (1, 1)),
    "is full at once": ({"connect": "421 busy"}, ("retry", "retry"), True, ("sent", "sent"), (1, 1)),
    "does not want us": ({"connect": "554 not you"}, ("retry", "retry"), True, ("sent", "sent"), (1, 1)),
    "hangs up at once": ({"connect": HANG_UP}, ("retry", "retry"), True, ("sent", "sent"), (1, 1)),
    "never greets": ({"connect": SILENCE}, ("retry", "retry"), True, ("sent", "sent"), (1, 1)),
    "knows no hello": ({"EHLO": "502 no", "HELO": "502 no"}, ("retry", "retry"), True, ("sent", "sent"), (1, 1)),
    "stalls at the hello": ({"EHLO": SILENCE}, ("retry", "retry"), True, ("sent", "sent"), (1, 1)),
    "drops at the hello": ({"EHLO": HANG_UP}, ("retry", "retry"), True, ("sent", "sent"), (1, 1)),
    "stalls at MAIL": ({"MAIL": SILENCE}, ("retry", "retry"), True, ("sent", "sent"), (1, 1)),
    "drops at MAIL": ({"MAIL": HANG_UP}, ("retry", "retry"), True, ("sent", "sent"), (1, 1)),
    "refuses our sender": ({"MAIL": "550 no"}, ("dead", "dead"), False, ("dead", "dead"), (0, 0)),
    "greylists": ({"RCPT": "450 later"}, ("retry", "retry"), False, ("sent", "sent"), (1, 1)),
    "knows one reader": ({f"RCPT {FIRST}": "550 unknown"}, ("dead", "sent"), False, ("dead", "sent"), (0, 1)),
    "stalls at RCPT": ({"RCPT": SILENCE}, ("retry", "retry"), True, ("sent", "sent"), (1, 1)),
    "drops at RCPT": ({"RCPT": HANG_UP}, ("retry", "retry"), True, ("sent", "sent"), (1, 1)),
    "stalls at DATA": ({"DATA": SILENCE}, ("retry", "retry"), True, ("sent", "sent"), (1, 1)),
    "drops at DATA": ({"DATA": HANG_UP}, ("retry", "retry"), True, ("sent", "sent"), (1, 1)),
    "drops at the dot": ({"dot": HANG_UP}, ("in_doubt", "in_doubt"), True, ("sent", "sent"), (1, 1)),
    "stalls at the dot": ({"dot": SILENCE}, ("in_doubt", "in_doubt"), True, ("sent", "sent"), (1, 1)),
    "takes it and drops": ({"dot": TAKE_AND_HANG_UP}, ("in_doubt", "in_doubt"), True, ("sent", "sent"), (2, 2)),
    "dislikes the mail": ({"dot": "554 spam"}, ("dead", "dead"), False, ("dead", "dead"), (0, 0)),
    "has no room": ({"dot": "452 full"}, ("retry", "retry"), False, ("sent", "sent"), (1, 1)),
    "says 421 to QUIT": ({"QUIT": "421 bye"}, ("sent", "sent"), False, ("sent", "sent"), (1, 1)),
    "drops at QUIT": ({"QUIT": HANG_UP}, ("sent", "sent"), False, ("sent", "sent"), (1, 1)),
}


@dataclass
class Office:
    """Two mails to two readers, a clock, and workers one after another."""

    database: Database
    now: datetime = crew.MORNING
    circuit: Circuit = field(default_factory=Circuit)
    count: int = 0

    def send(self, relay: ScriptedRelay, timeout: float = 0.4) -> Outcome:
        """One run against a relay."""
        self.count += 1
        orders = Orders(url="", port=relay.port, name=f"worker-{self.count}", lease=1200, since=0)
        desk = crew.desk_of(orders, self.database, lambda _session: self.now)
        way = SmtpTransport(Relay("127.0.0.1", relay.port), timeout=timeout, final_timeout=timeout)
        return run_once(replace(desk, clock=lambda: self.now, transport=way, circuit=self.circuit))

    def states(self) -> tuple[str, ...]:
        """How the mails stand."""
        with self.database.read() as session:
            return tuple(session.execute(select(DELIVERY.c.state).order_by(DELIVERY.c.address)).scalars())


@pytest.fixture
def office(tmp_path: Path) -> Office:
    database = Database(f"sqlite:///{tmp_path / 'store.db'}")
    crew.put(database, range(2), crew.MORNING)
    return Office(database)


@pytest.mark.parametrize("name", SERVERS)
def test_each_relay_is_understood(office: Office, name: str) -> None:
    script, first, its_own, last, copies = SERVERS[name]
    taken: list[bytes] = []
    with ScriptedRelay(script) as odd, ScriptedRelay({}) as well:
        office.send(odd)
        assert office.states() == first
        assert (office.circuit.breaker.failures > 0) == its_own
        for _ in range(9):
            office.now += timedelta(minutes=10)
            office.send(well, timeout=5)
        taken = [*odd.taken, *well.taken]
    assert office.states() == last
    assert _copies(taken) == copies
    office.database.close()


def test_four_hundred_and_fifty_for_an_hour(office: Office, figures: Callable[[str, object], None]) -> None:
    tries: list[int] = []
    with ScriptedRelay({"RCPT": "451 later"}) as busy, ScriptedRelay({}) as well:
        for minute in range(121):
            before = len(busy.tried) + len(well.tried)
            office.send(busy if minute < 60 else well, timeout=5)
            if len(busy.tried) + len(well.tried) > before:
                tries.append(minute)
            office.now += timedelta(minutes=1)
        assert _copies(well.taken) == (1, 1)
    figures("4xx for an hour: tried after so many minutes", tries)
    assert tries == [0, 5, 15, 35, 75]
    assert office.states() == ("sent", "sent")
    office.database.close()


def _copies(taken: list[bytes]) -> tuple[int, int]:
    """How often each reader's mail was taken, and never in two wordings."""
    each = [[mail for mail in taken if f"To: {reader}".encode() in mail] for reader in (FIRST, SECOND)]
    assert all(len(set(copies)) <= 1 for copies in each)
    return len(each[0]), len(each[1])
