"""No minute sees more mails than it is to see, and nothing waits longer than its own time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from notifications.pace import MINUTE, again_at, backoff, room

START = datetime(2021, 9, 1, tzinfo=UTC)
attempts = st.integers(1, 200)
jitters = st.floats(0, 1, exclude_max=True)
seconds = st.timedeltas(timedelta(0), timedelta(seconds=40))
turns = st.lists(st.tuples(seconds, st.integers(1, 6), st.integers(0, 6)), max_size=30)


@given(st.integers(0, 8), turns)
def test_no_minute_sees_more_than_it_is_to_see(per_minute: int, turns: list[tuple[timedelta, int, int]]) -> None:
    """Any number of workers take up what there is room for, and send it whenever they like."""
    gone: list[datetime] = []
    held, now = 0, START
    for wait, wanted, done in turns:
        now += wait
        held += min(wanted, room(per_minute, gone, held, now))
        sent = min(done, held)
        gone += [now] * sent
        held -= sent
    for first in gone:
        assert sum(first <= at < first + MINUTE for at in gone) <= per_minute


@given(st.integers(1, 100), st.lists(st.timedeltas(MINUTE, timedelta(days=9))))
def test_a_minute_of_silence_makes_all_the_room_there_is(per_minute: int, ago: list[timedelta]) -> None:
    assert room(per_minute, [START - wait for wait in ago], 0, START) == per_minute
    assert room(per_minute, [START + wait for wait in ago], 0, START) == per_minute  # the clock was set back


@given(attempts, jitters)
def test_waits_grow_from_five_minutes_to_sixty_seven(attempt: int, jitter: float) -> None:
    wait = backoff(attempt, jitter)
    assert timedelta(minutes=5) <= wait <= timedelta(minutes=67)
    assert backoff(attempt, 0.0) <= wait <= backoff(attempt, 1.0)
    assert backoff(attempt, jitter) <= backoff(attempt + 1, jitter)


@given(attempts, jitters, st.none() | st.timedeltas(timedelta(days=-9), timedelta(days=9)))
def test_a_mail_is_looked_at_again_at_its_deadline_at_the_latest(
    attempt: int, jitter: float, left: timedelta | None
) -> None:
    deadline = None if left is None else START + left
    again, wait = again_at(attempt, jitter, START, deadline), START + backoff(attempt, jitter)
    if deadline is None:
        assert again == wait
    else:
        assert again == (None if deadline <= START else min(wait, deadline))
