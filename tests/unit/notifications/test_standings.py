"""What is kept of occurrences and audiences is what would be worked out anew."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from notifications.asks import asks
from notifications.due import Slot, standing, told_still
from notifications.standings import Standings
from scheduler.occurrence import Record, Status
from scheduler.window import Window
from tests.unit.notifications.samples import almanac, record

AT = almanac()
TODAY = date(2021, 9, 1)
KEYS = ("2021", "2022", "2023")
RECORDS = st.builds(
    lambda cycle, start, status: record(cycle=cycle, window=Window.day(start), status=status),
    st.sampled_from(KEYS),
    st.dates(date(2021, 8, 1), date(2021, 12, 31)),
    st.sampled_from((Status.CONFIRMED, Status.PROPOSED, Status.HELD, Status.CANCELLED)),
)


def _slots(of: Record) -> list[Slot]:
    """Each thing asked of it, for its first leader, and one that is not asked."""
    lead = of.occurrence.leads[0]
    named = ((each.step.id, each.counted_from, each.repeat) for each in asks(of, AT))
    asked = [Slot(of.occurrence.key, *name, lead, "mail") for name in named]
    return [*asked, Slot(of.occurrence.key, "no-step", TODAY, 0, lead, "mail")]


@given(st.lists(RECORDS, min_size=1, max_size=8), st.integers(1, 3))
def test_law_what_is_kept_is_what_would_be_found_anew(records: Sequence[Record], most: int) -> None:
    standings = Standings(AT, TODAY, most)
    for each in records:
        for slot in _slots(each):
            found = standings.of(each, slot)
            assert found == standing(each, slot, AT, TODAY)
            if not isinstance(found, str):
                assert standings.tells(found, slot.recipient) == told_still(found, slot.recipient, AT, TODAY)
        assert len(standings._asks) <= most


def test_a_record_that_has_changed_is_looked_at_again() -> None:
    standings = Standings(AT, TODAY)
    before = record()
    slot = _slots(before)[0]
    moved = replace(
        before, occurrence=replace(before.occurrence, window=Window.day(before.occurrence.window.start + timedelta(40)))
    )
    assert standings.of(before, slot) != standings.of(moved, slot)
    assert standings.of(before, slot) == standing(before, slot, AT, TODAY)
