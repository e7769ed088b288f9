"""What was found on an earlier day need not be found again: the slots written are the same."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from notifications.contacts import Contact, Mails, Quiet, Rank, Roster
from notifications.due import Looked, Reason, Reminder, State, due
from scheduler.occurrence import Record, Status
from scheduler.plan import Kind
from tests.unit.notifications.samples import AFFAIRS, FRONT, almanac, day_of_event

FIRST = date(2021, 9, 1)
KINDS = st.sampled_from([Kind.EVENT, Kind.TASK, Kind.REPORT])
STATUSES = st.sampled_from([Status.CONFIRMED, Status.TENTATIVE, Status.HELD, Status.PROJECTED])
LEADS = st.sampled_from([(FRONT.id,), (AFFAIRS.id, FRONT.id), ("nobody",)])
RECORDS = st.lists(st.tuples(st.integers(-40, 130), KINDS, STATUSES, LEADS), min_size=1, max_size=4)
GAPS = st.lists(st.integers(1, 3), min_size=1, max_size=12)
QUIET = st.builds(
    Quiet,
    st.frozensets(st.integers(0, 4), max_size=3),
    st.lists(
        st.integers(0, 20).map(lambda n: (FIRST + timedelta(days=n), FIRST + timedelta(days=n + 2))), max_size=2
    ).map(tuple),
)

Ended = tuple[State, Reason | None]


def take(rows: dict[str, Ended], reminders: list[Reminder]) -> None:
    """As the outbox writes them: what waits may end, what ended stays."""
    for reminder in reminders:
        waits = reminder.state is State.PENDING or reminder.reason is Reason.SAME_DAY
        ended = (State.PENDING, None) if waits else (reminder.state, reminder.reason)
        if rows.get(reminder.slot.id, (State.PENDING, None))[0] is State.PENDING:
            rows[reminder.slot.id] = ended


@given(RECORDS, GAPS, QUIET, st.booleans(), st.integers(-2, 20))
def test_law_looking_for_what_is_new_finds_what_looking_for_all_finds(
    given_records: list[tuple[int, Kind, Status, tuple[str, ...]]],
    gaps: list[int],
    quiet: Quiet,
    digest: bool,
    changes_on: int,
) -> None:
    lan = Contact(
        id="lan", name="Lan", organisation=FRONT.id, rank=Rank.SPECIALIST, address="lan@quang-tri.example", lang="vi",
        quiet=quiet, mails=Mails.DIGEST if digest else Mails.SINGLE,
    )  # fmt: skip
    book = almanac(roster=Roster({"lan": lan}, frozenset({lan.address})))
    records = [
        day_of_event(FIRST + timedelta(days=day), cycle=str(n), kind=kind, status=status, leads=leads)
        for n, (day, kind, status, leads) in enumerate(given_records)
    ]
    everything: dict[str, Ended] = {}
    news: dict[str, Ended] = {}
    day, start, last = FIRST, FIRST, None
    for number, gap in enumerate(gaps):
        but: frozenset[str] = frozenset()
        if number == changes_on:
            records[0] = changed(records[0], day)
            but = frozenset({records[0].occurrence.key})
        looked = Looked(start, last, but) if last is not None else None
        take(everything, list(due(records, book, day, FIRST)))
        take(news, list(due(records, book, day, FIRST, looked)))
        start, last = (start if last is None or day - last == timedelta(days=1) else day), day
        day += timedelta(days=gap)
    assert news == everything


def changed(record: Record, day: date) -> Record:
    """It was moved by three days, on this day."""
    moved = day_of_event(
        (record.occurrence.window.start or day) + timedelta(days=3),
        cycle=record.occurrence.cycle,
        kind=record.occurrence.kind,
        status=Status.CONFIRMED,
    )
    return replace(moved, sequence=1, changed_at=datetime(day.year, day.month, day.day, 1, tzinfo=UTC))
