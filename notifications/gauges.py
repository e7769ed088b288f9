"""Figures of the mail store for a monitor, read from the tables alone: any process gives the same ones."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from notifications import audit
from notifications.due import Reason, State
from notifications.tables import BOUNCE, DELIVERY, MAIL_AUDIT, MAILBOX, REMINDER, WORKER, DeliveryState
from scheduler import history

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
"""Media type of the text (the exposition format of Prometheus)."""

SHOWN_FOR = timedelta(days=7)
"""How long a worker that shows no more sign of life is still told of."""

UNDER_WAY = (
    DeliveryState.PENDING,
    DeliveryState.CLAIMED,
    DeliveryState.TRANSMITTING,
    DeliveryState.RETRY,
    DeliveryState.IN_DOUBT,
)
"""States of a mail that is to go, and has not gone."""

_NO_REASON = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What the store says at one moment. Mails by state; ages in seconds.

    `ended`: how often reminders ended as sent, coalesced or expired since the store began, by state and reason;
    `became`: how often mails came into a state. Both only rise.
    """

    revision: int
    mails: Mapping[DeliveryState, int]
    oldest: float
    waiting: int
    ended: Mapping[tuple[State, str], int]
    became: Mapping[DeliveryState, int]
    workers: Mapping[str, float]
    suspended: int
    unsubscribed: int
    returned: int


def read(session: Session, now: datetime, steady: datetime) -> Figures:
    """The figures as of `now`; `steady` is the time that workers show their life by, which nobody sets."""
    state, created = DELIVERY.c.state, DELIVERY.c.created_at
    mails = {row[0]: row[1] for row in session.execute(select(state, func.count()).group_by(state))}
    first = session.execute(select(func.min(created)).where(state.in_(UNDER_WAY))).scalar_one()
    return Figures(
        revision=history.revision(session),
        mails={one: mails.get(one, 0) for one in DeliveryState},
        oldest=_age(now, first),
        waiting=_count(session, REMINDER.c.state == State.PENDING),
        ended=_ended(session),
        became=_became(session),
        workers={
            row.name: _age(steady, row.beat_at)
            for row in session.execute(select(WORKER.c.name, WORKER.c.beat_at).order_by(WORKER.c.name))
            if steady - row.beat_at <= SHOWN_FOR
        },
        suspended=_count(session, MAILBOX.c.suspended_at.is_not(None)),
        unsubscribed=_count(session, MAILBOX.c.unsubscribed_at.is_not(None)),
        returned=_count(session, BOUNCE.c.status.startswith("5.")),
    )


def exposition(figures: Figures) -> bytes:
    """The figures as text for a monitor; the same figures give the same bytes. No address and no person is in it."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Once(figures))
    return generate_latest(registry)


class _Once(Collector):
    """Figures already read, as the library asks for them."""

    def __init__(self, figures: Figures) -> None:
        self._figures = figures

    def collect(self) -> Iterator[Metric]:
        figures = self._figures
        yield _gauge("journal_revision", "Number of the newest line of the journal.", figures.revision)
        yield _by_state("mails", "Mails in the outbox, by state.", figures.mails)
        yield _gauge("oldest_mail_seconds", "Age of the oldest mail that is to go and has not gone.", figures.oldest)
        yield _gauge("reminders_waiting", "Reminders that have not ended yet.", figures.waiting)
        ended = CounterMetricFamily(
            "luanphien_reminders", "Reminders that ended, by how and why.", labels=("state", "reason")
        )
        for (state, reason), count in sorted(figures.ended.items()):
            ended.add_metric((state, reason), count)
        yield ended
        became = CounterMetricFamily("luanphien_mail_changes", "How often a mail came into a state.", labels=("state",))
        for one, count in sorted(figures.became.items()):
            became.add_metric((one,), count)
        yield became
        beat = GaugeMetricFamily(
            "luanphien_worker_heartbeat_seconds", "Seconds since a worker last showed it was alive.", labels=("worker",)
        )
        for name, age in sorted(figures.workers.items()):
            beat.add_metric((name,), age)
        yield beat
        yield _gauge("addresses_suspended", "Addresses that take no mail, since it came back.", figures.suspended)
        yield _gauge("addresses_unsubscribed", "Addresses whose owner wants no more mail.", figures.unsubscribed)
        yield _gauge("mails_returned", "Mails that came back for good.", figures.returned)


def _gauge(name: str, about: str, value: float) -> Metric:
    return GaugeMetricFamily(f"luanphien_{name}", about, value=value)


def _by_state(name: str, about: str, values: Mapping[DeliveryState, int]) -> Metric:
    family = GaugeMetricFamily(f"luanphien_{name}", about, labels=("state",))
    for state, count in values.items():
        family.add_metric((state,), count)
    return family


def _ended(session: Session) -> dict[tuple[State, str], int]:
    """Ends of reminders as they were written down; those that may come are there from the beginning, as 0."""
    a = MAIL_AUDIT.c
    ends = (State.SENT, State.COALESCED, State.EXPIRED)
    query = select(a.state, a.detail, func.count()).where(a.subject == audit.REMINDER, a.state.in_(ends))
    found = {
        (State(row[0]), row[1] or _NO_REASON): row[2] for row in session.execute(query.group_by(a.state, a.detail))
    }
    common = ((State.SENT, _NO_REASON), (State.COALESCED, Reason.SAME_DAY), (State.EXPIRED, Reason.UNDELIVERABLE))
    return {(state, str(reason)): 0 for state, reason in common} | found


def _became(session: Session) -> dict[DeliveryState, int]:
    a = MAIL_AUDIT.c
    told = (DeliveryState.SENT, DeliveryState.DEAD, DeliveryState.IN_DOUBT, DeliveryState.QUARANTINED)
    query = select(a.state, func.count()).where(a.subject == audit.DELIVERY, a.state.in_(told)).group_by(a.state)
    return dict.fromkeys(told, 0) | {DeliveryState(row[0]): row[1] for row in session.execute(query)}


def _count(session: Session, condition: ColumnElement[bool]) -> int:
    return session.execute(select(func.count()).where(condition)).scalar_one()


def _age(now: datetime, since: datetime | None) -> float:
    return max(0.0, (now - since).total_seconds()) if since is not None else 0.0
