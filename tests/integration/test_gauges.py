"""Figures for a monitor: from the tables, on both databases, as text that the library reads back."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import update

from calendars.feeddesk import Tally
from config.database import Database
from config.session import Job
from config.settings import Settings
from config.web import application
from notifications import gauges, heartbeat, lease, people
from notifications.contacts import address_id
from notifications.gauges import Figures
from notifications.tables import DELIVERY, DeliveryState
from tests.integration.postroom import NOW, Postroom
from tests.unit.docs.terminal import Terminal

TEXT = """# HELP luanphien_journal_revision Number of the newest line of the journal.
# TYPE luanphien_journal_revision gauge
luanphien_journal_revision 7.0
# HELP luanphien_mails Mails in the outbox, by state.
# TYPE luanphien_mails gauge
luanphien_mails{state="sent"} 3.0
luanphien_mails{state="dead"} 1.0
# HELP luanphien_oldest_mail_seconds Age of the oldest mail that is to go and has not gone.
# TYPE luanphien_oldest_mail_seconds gauge
luanphien_oldest_mail_seconds 90.0
# HELP luanphien_reminders_waiting Reminders that have not ended yet.
# TYPE luanphien_reminders_waiting gauge
luanphien_reminders_waiting 2.0
# HELP luanphien_reminders_total Reminders that ended, by how and why.
# TYPE luanphien_reminders_total counter
luanphien_reminders_total{reason="moved",state="expired"} 4.0
luanphien_reminders_total{reason="none",state="sent"} 3.0
# HELP luanphien_mail_changes_total How often a mail came into a state.
# TYPE luanphien_mail_changes_total counter
luanphien_mail_changes_total{state="dead"} 1.0
# HELP luanphien_worker_heartbeat_seconds Seconds since a worker last showed it was alive.
# TYPE luanphien_worker_heartbeat_seconds gauge
luanphien_worker_heartbeat_seconds{worker="host\\"1"} 1.5
# HELP luanphien_addresses_suspended Addresses that take no mail, since it came back.
# TYPE luanphien_addresses_suspended gauge
luanphien_addresses_suspended 1.0
# HELP luanphien_addresses_unsubscribed Addresses whose owner wants no more mail.
# TYPE luanphien_addresses_unsubscribed gauge
luanphien_addresses_unsubscribed 0.0
# HELP luanphien_mails_returned Mails that came back for good.
# TYPE luanphien_mails_returned gauge
luanphien_mails_returned 3.0
"""


def test_the_text_is_that_of_prometheus() -> None:
    figures = Figures(
        revision=7,
        mails={DeliveryState.SENT: 3, DeliveryState.DEAD: 1},
        oldest=90.0,
        waiting=2,
        ended={(lease.State.EXPIRED, "moved"): 4, (lease.State.SENT, "none"): 3},
        became={DeliveryState.DEAD: 1},
        workers={'host"1': 1.5},
        suspended=1,
        unsubscribed=0,
        returned=3,
    )
    assert gauges.exposition(figures).decode() == TEXT


def test_figures_are_those_of_the_tables(database: Database) -> None:
    room = Postroom(database)
    for name, end in (("a", room.sent), ("b", room.dead), ("c", room.doubted), ("d", room.claim)):
        room.put(name)
        end()
    room.put("e")
    with database.write() as session:
        heartbeat.beat(session, "worker-1", NOW)
        session.execute(
            update(DELIVERY).where(DELIVERY.c.state == "pending").values(created_at=NOW - timedelta(hours=1))
        )
        people.unsubscribed(session, address_id("nobody@x.example"), NOW)
        for number in range(3):
            people.bounced(session, "gone@x.example", NOW + timedelta(hours=number), "550")
    with database.read() as session:
        found = gauges.read(session, NOW + timedelta(seconds=30), NOW + timedelta(seconds=20))
    none = dict.fromkeys(DeliveryState, 0)
    assert found == Figures(
        revision=0,
        mails=none
        | {state: 1 for state in DeliveryState if state in ("sent", "dead", "in_doubt", "claimed", "pending")},
        oldest=3630.0,
        waiting=3,
        ended={
            (lease.State.SENT, "none"): 1,
            (lease.State.COALESCED, "same-day"): 0,
            (lease.State.EXPIRED, "undeliverable"): 1,
        },
        became={
            DeliveryState.SENT: 1,
            DeliveryState.DEAD: 1,
            DeliveryState.IN_DOUBT: 1,
            DeliveryState.QUARANTINED: 0,
        },
        workers={"worker-1": 20.0},
        suspended=1,
        unsubscribed=0,
        returned=0,
    )


def test_an_empty_store_has_figures_too(database: Database) -> None:
    with database.read() as session:
        found = gauges.read(session, NOW, NOW)
    assert (found.oldest, found.waiting, dict(found.workers)) == (0.0, 0, {})


@pytest.fixture
def job(tmp_path: Path) -> Job:
    Terminal(tmp_path, NOW).run("luanphien sync")
    return Job(Settings(database_url=f"sqlite:///{tmp_path / 'luanphien.db'}"))


def ask(job: Job, method: str = "GET") -> httpx.Response:
    """One request to the address of the figures, as the product serves it."""

    async def once() -> httpx.Response:
        transport = httpx.ASGITransport(app=application(job, None, Tally()))
        async with httpx.AsyncClient(transport=transport, base_url="http://lich.example") as client:
            return await client.request(method, "/metrics")

    return asyncio.run(once())


def test_a_monitor_reads_the_figures(job: Job) -> None:
    answer = ask(job)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/plain; version=0.0.4; charset=utf-8")
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"
    families = {family.name: family for family in text_string_to_metric_families(answer.text)}
    assert families["luanphien_mails"].type == "gauge"
    assert families["luanphien_reminders"].type == "counter"
    assert families["luanphien_journal_revision"].samples[0].value > 0
    assert {"python_info", "process_cpu_seconds"} & families.keys() == set()
    assert ask(job).text == answer.text
    assert ask(job, "HEAD").text == ""
    assert ask(job, "POST").status_code == 405
    job.database.close()


def test_the_figures_can_be_turned_off(job: Job) -> None:
    assert ask(job.elsewhere(metrics="off")).status_code == 404
    job.database.close()
