"""A relay that does not answer is left alone, asked with one mail at a time, and taken back at its first answer."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from notifications.breaker import PATIENCE, PAUSE, Breaker

START = datetime(2021, 9, 1, tzinfo=UTC)
waits = st.timedeltas(timedelta(0), 3 * PAUSE)
events = st.lists(st.tuples(waits, st.booleans()), max_size=20)


def lived(history: list[tuple[timedelta, bool]]) -> tuple[Breaker, datetime]:
    """A breaker after so many answers (True) and failures, each after a wait."""
    breaker, now = Breaker(), START
    for wait, well in history:
        now += wait
        breaker = breaker.answered() if well else breaker.failed(now)
    return breaker, now


@given(events)
def test_an_answer_closes_it(history: list[tuple[timedelta, bool]]) -> None:
    breaker, now = lived([*history, (timedelta(0), True)])
    assert breaker.room(now) is None
    assert not breaker.broken


@given(events, waits)
def test_failures_in_a_row_decide(history: list[tuple[timedelta, bool]], later: timedelta) -> None:
    breaker, now = lived(history)
    in_a_row = next((n for n, (_, well) in enumerate(reversed(history)) if well), len(history))
    if in_a_row < PATIENCE:
        assert breaker.room(now + later) is None
    else:
        assert breaker.room(now + later) == (0 if later < PAUSE else 1)


@given(events, st.timedeltas(timedelta(days=-400), timedelta(days=400)))
def test_it_never_stays_shut_whatever_the_clock_does(history: list[tuple[timedelta, bool]], jump: timedelta) -> None:
    breaker, now = lived(history)
    assert {breaker.room(now + jump), breaker.room(now + jump + PAUSE)} != {0}


@given(st.lists(waits, min_size=1, max_size=60))
def test_a_dead_relay_is_asked_once_a_pause_after_the_first_failures(ticks: list[timedelta]) -> None:
    breaker, now = Breaker(), START
    asked: list[datetime] = []
    for wait in ticks:
        now += wait
        for _ in range(5 if (room := breaker.room(now)) is None else room):
            asked.append(now)
            breaker = breaker.failed(now)
            if breaker.broken:
                break
    assert all(
        later - earlier >= PAUSE for earlier, later in zip(asked[PATIENCE - 1 :], asked[PATIENCE:], strict=False)
    )
