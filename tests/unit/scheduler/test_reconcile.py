"""What is stored against what should be."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.occurrence import UNSET, Occurrence, Status
from scheduler.plan import Text
from scheduler.reconcile import Change, by_duty, reconcile
from scheduler.rules import Yearly
from scheduler.window import Precision, Window
from tests.unit.scheduler.samples import duty, expected, plan, year

TALKS = duty(Yearly(), ident="hoi-dam")
BOOK = plan(TALKS)


def talks(number: int, status: Status = Status.TENTATIVE, host: str | None = "salavan") -> Occurrence:
    """The talks of a year."""
    return expected(BOOK, TALKS, str(number), year(number), status=status, host=host)


def open_(status: Status = Status.TENTATIVE) -> Occurrence:
    """What stands for the talks while it is open when they are."""
    return expected(
        BOOK, TALKS, UNSET, Window.of(date(2020, 1, 1), date(2022, 12, 31), Precision.PERIOD), status=status
    )


def stored(*occurrences: Occurrence) -> dict[str, Occurrence]:
    """As the store has them."""
    return {occurrence.key: occurrence for occurrence in occurrences}


def applied(before: Mapping[str, Occurrence], changes: Iterable[Change]) -> dict[str, Occurrence]:
    """The store after the changes."""
    return {**before, **{change.after.key: change.after for change in changes}}


def test_what_is_new_what_changed_and_what_nothing_asks_for() -> None:
    before = stored(talks(2020), talks(2021), talks(2022))
    moved = replace(talks(2021), window=Window.day(date(2021, 9, 20)))
    changes = reconcile(before, [talks(2023), moved, talks(2020)])
    assert changes == (
        Change(talks(2021), moved),
        Change(talks(2022), talks(2022, Status.CANCELLED)),
        Change(None, talks(2023)),
    )
    assert [(change.moved, change.dropped) for change in changes] == [(True, False), (False, True), (False, False)]


def test_nothing_changes_when_everything_stands_as_it_should() -> None:
    assert reconcile(stored(talks(2020), talks(2021)), [talks(2021), talks(2020)]) == ()
    assert reconcile({}, []) == ()


def test_what_was_cancelled_stays_and_is_told_once() -> None:
    assert reconcile(stored(talks(2020, Status.CANCELLED)), []) == ()


def test_what_is_asked_for_again_comes_back_under_its_key() -> None:
    before = stored(talks(2020, Status.CANCELLED))
    changes = reconcile(before, [talks(2020)])
    assert changes == (Change(talks(2020, Status.CANCELLED), talks(2020)),)
    assert (changes[0].moved, changes[0].dropped) == (False, False)


def test_any_difference_is_a_change() -> None:
    retitled = replace(talks(2020), title=Text("Hội đàm"))
    rehosted = talks(2020, host="quang-tri")
    for after in (retitled, rehosted):
        changes = reconcile(stored(talks(2020)), [after])
        assert changes == (Change(talks(2020), after),)
        assert (changes[0].moved, changes[0].dropped) == (False, False)


def test_what_is_asked_for_as_cancelled_is_dropped_by_the_change() -> None:
    changes = reconcile(stored(talks(2020)), [talks(2020, Status.CANCELLED)])
    assert [(change.moved, change.dropped) for change in changes] == [(False, True)]


@pytest.mark.parametrize(
    ("before", "after", "replaced", "dropped"),
    [
        ([open_()], [talks(2021), talks(2022)], [UNSET], []),
        ([open_(), talks(2021)], [talks(2021)], [UNSET], []),
        ([open_()], [], [], [UNSET]),
        ([talks(2021), talks(2022)], [open_()], ["2021", "2022"], []),
        ([open_(Status.CANCELLED), talks(2021)], [open_()], ["2021"], []),
        ([open_(), talks(2021)], [open_()], [], ["2021"]),
        ([talks(2021), talks(2022)], [talks(2022)], [], ["2021"]),
        ([open_()], [open_(Status.CANCELLED)], [], [UNSET]),
    ],
    ids=["set", "set by and by", "all gone", "open again", "open as before", "open anyhow", "one less", "called off"],
)
def test_what_gives_way_is_not_called_off(
    before: list[Occurrence], after: list[Occurrence], replaced: list[str], dropped: list[str]
) -> None:
    changes = reconcile(stored(*before), after)
    assert [change.after.cycle for change in changes if change.replaced] == replaced
    assert [change.after.cycle for change in changes if change.dropped] == dropped


@pytest.mark.parametrize(
    ("day", "heir"), [(date(2020, 5, 1), "2021"), (date(2022, 5, 1), "2022"), (date(2024, 5, 1), "2021")]
)
def test_what_gave_way_is_one_change_with_the_next_that_came(day: date, heir: str) -> None:
    changes = by_duty(reconcile(stored(open_()), [talks(2021), talks(2022)]), day)
    assert [(change.before, change.after.cycle) for change in changes] == [
        (open_() if cycle == heir else None, cycle) for cycle in ("2021", "2022")
    ]


occurrences = st.builds(
    talks, st.integers(2018, 2026), st.sampled_from(Status), st.sampled_from([None, "salavan", "quang-tri"])
) | st.builds(open_, st.sampled_from([Status.TENTATIVE, Status.CANCELLED]))
shelves = st.lists(occurrences, max_size=9).map(lambda found: list(stored(*found).values()))


@given(shelves, shelves)
def test_doing_it_twice_changes_nothing(before: list[Occurrence], after: list[Occurrence]) -> None:
    store = applied(stored(*before), reconcile(stored(*before), after))
    assert reconcile(store, after) == ()


@given(shelves, shelves)
def test_afterwards_everything_is_as_expected_and_nothing_is_lost(
    before: list[Occurrence], after: list[Occurrence]
) -> None:
    store = applied(stored(*before), reconcile(stored(*before), after))
    gone = {key: replace(o, status=Status.CANCELLED) for key, o in stored(*before).items() if key not in stored(*after)}
    assert store == stored(*after) | gone


@given(shelves, shelves, st.dates(date(2019, 1, 1), date(2027, 1, 1)))
def test_law_by_duty_nothing_is_told_twice_and_nothing_else_is_left_out(
    before: list[Occurrence], after: list[Occurrence], day: date
) -> None:
    changes = reconcile(stored(*before), after)
    seen = by_duty(changes, day)
    assert [change.after for change in seen] == [change.after for change in changes if not change.replaced]
    gave_way = [change.before for change in changes if change.replaced]
    others = [one.before for one, own in zip(seen, [c for c in changes if not c.replaced], strict=True) if one != own]
    assert len(others) <= 1
    assert all(one in gave_way for one in others)
    assert bool(others) == bool(gave_way and any(change.comes for change in changes))


@given(shelves, shelves)
def test_changes_stand_in_the_order_of_their_keys_each_once(before: list[Occurrence], after: list[Occurrence]) -> None:
    changes = reconcile(stored(*before), after)
    keys = [change.after.key for change in changes]
    assert keys == sorted(set(keys))
    assert [change for change in changes if change.before == change.after] == []
    assert [change.before for change in changes] == [stored(*before).get(key) for key in keys]
