"""Changes told at once: to whom, of what, and what it was before."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from notifications.asks import Almanac
from notifications.contacts import Contact, Rank, Roster
from notifications.due import Reminder, Slot
from notifications.letters import Happened
from notifications.notices import Noted, differences, happened_to, told
from notifications.policy import Role
from scheduler.occurrence import Occurrence, Status
from scheduler.plan import Directory, Text
from scheduler.reconcile import Change
from scheduler.window import Precision, Window
from tests.unit.notifications.samples import AFFAIRS, EXCHANGE, FRONT, LAO_FRONT, PARTIES, almanac, office, shelf

TODAY = date(2021, 9, 1)
EVENT = replace(EXCHANGE, status=Status.CONFIRMED, window=Window.day(date(2021, 10, 5)), coordinating=())
NEAR = Window.day(TODAY + timedelta(days=30))
FAR = Window.day(TODAY + timedelta(days=31))
PAST = Window.day(TODAY - timedelta(days=1))
THIRD = office("so-van-hoa-quang-tri", "vanhoa@quang-tri.example")
DIRECTORY = Directory(
    parties=PARTIES,
    organisations=shelf(FRONT, AFFAIRS, LAO_FRONT, THIRD, office("mute", None)),
)
LAN = Contact(
    id="lan", name="Lan", organisation=AFFAIRS.id, rank=Rank.SPECIALIST, address="lan@quang-tri.example", lang="en"
)
LAO = replace(LAN, id="kham", organisation=LAO_FRONT.id, address="kham@savannakhet.example", lang="lo")
AT = almanac(DIRECTORY)


def change(before: Occurrence | None = EVENT, **changes: Any) -> Change:
    return Change(before, replace(before or EVENT, **changes))


def _told(*changes: Change, by: Almanac = AT, day: date = TODAY) -> list[tuple[str, Role]]:
    notes = [Noted(each, 3, "Lan", "vì mưa bão") for each in changes]
    return [(reminder.slot.recipient, reminder.role) for reminder in told(notes, by, day)]


def _was(occurrence: Occurrence = EVENT, **changes: Any) -> Occurrence:
    return replace(occurrence, **changes)


OPEN = EXCHANGE.window
OTHER = Window.of(date(2021, 10, 1), date(2021, 10, 31), Precision.MONTH)
MOVED: dict[str, Any] = {"window": Window.day(date(2021, 10, 12))}


def test_a_change_as_it_is_put_into_the_outbox() -> None:
    detail = {"before": {"days": "2021-10-05/2021-10-05/day"}, "happened": "moved", "who": "Lan", "why": "vì mưa bão"}
    assert list(told([Noted(change(**MOVED), 3, "Lan", "vì mưa bão")], AT, TODAY)) == [
        Reminder(
            slot=Slot(EVENT.key, "changed", TODAY, 3, FRONT.id),
            organisation=FRONT.id,
            address="mttq@quang-tri.example",
            lang="vi",
            role=Role.LEAD,
            send_on=TODAY,
            detail=json.dumps(detail, ensure_ascii=False, sort_keys=True),
        )
    ]


def test_it_goes_at_once_on_a_day_off_too() -> None:
    saturday = date(2021, 9, 4)
    assert _told(change(**MOVED), day=saturday) == [(FRONT.id, Role.LEAD)]


@pytest.mark.parametrize(
    ("before", "changes", "happened"),
    [
        (EVENT, {"status": Status.CANCELLED}, Happened.CANCELLED),
        (EVENT, {"status": Status.SKIPPED}, Happened.SKIPPED),
        (EVENT, {"status": Status.POSTPONED}, Happened.POSTPONED),
        (EVENT, {"status": Status.POSTPONED, "window": NEAR}, Happened.POSTPONED),
        (EVENT, {"status": Status.CANCELLED, "leads": (AFFAIRS.id,)}, Happened.CANCELLED),
        (_was(status=Status.CANCELLED), {"status": Status.CONFIRMED}, Happened.RESTORED),
        (_was(status=Status.SKIPPED), {"status": Status.TENTATIVE, "window": NEAR}, Happened.RESTORED),
        (EVENT, {"host": "savannakhet"}, Happened.REASSIGNED),
        (EVENT, {"leads": (AFFAIRS.id,)}, Happened.REASSIGNED),
        (EVENT, {"coordinating": (AFFAIRS.id,)}, Happened.REASSIGNED),
        (EVENT, {"host": "savannakhet"} | MOVED, Happened.REASSIGNED),
        (EVENT, MOVED, Happened.MOVED),
        (EVENT, {"place": "dong-ha"}, Happened.MOVED),
        (EVENT, {"joint": "talks.2021"}, Happened.MOVED),
        (_was(status=Status.POSTPONED), MOVED | {"status": Status.CONFIRMED}, Happened.MOVED),
        (_was(window=OPEN), MOVED, Happened.FIXED),
        (_was(window=OPEN), MOVED | {"place": "dong-ha"}, Happened.FIXED),
        (_was(window=OPEN, status=Status.POSTPONED), MOVED | {"status": Status.CONFIRMED}, Happened.FIXED),
        (_was(window=OPEN), MOVED | {"host": "savannakhet"}, Happened.REASSIGNED),
        (_was(window=OPEN), MOVED | {"joint": "talks.2021"}, Happened.MOVED),
        (_was(window=OPEN), MOVED | {"status": Status.PROPOSED}, Happened.MOVED),
        (_was(status=Status.PROPOSED), {"status": Status.CONFIRMED}, Happened.FIXED),
        (_was(status=Status.PROPOSED), {"status": Status.CONFIRMED} | MOVED, Happened.FIXED),
        (_was(window=OPEN), {"window": OTHER}, Happened.MOVED),
        (EVENT, {"window": OPEN}, Happened.MOVED),
        (_was(status=Status.POSTPONED), {"window": OPEN}, Happened.POSTPONED),
        (_was(status=Status.POSTPONED, window=OPEN), MOVED, Happened.POSTPONED),
        (_was(status=Status.POSTPONED), MOVED, Happened.MOVED),
        (_was(status=Status.POSTPONED), {"window": OPEN, "host": "savannakhet"}, Happened.REASSIGNED),
        (EVENT, {"status": Status.TENTATIVE}, None),
        (_was(status=Status.TENTATIVE), {"status": Status.CONFIRMED}, None),
        (EVENT, {"status": Status.HELD}, None),
        (EVENT, {"status": Status.HELD, "host": "savannakhet"} | MOVED, None),
        (EVENT, {"status": Status.PROJECTED} | MOVED, None),
        (_was(status=Status.PROJECTED), {"status": Status.TENTATIVE}, None),
        (_was(status=Status.HELD), {"status": Status.CONFIRMED}, None),
        (_was(status=Status.PROJECTED), {"status": Status.CANCELLED}, None),
        (_was(status=Status.CANCELLED), MOVED, None),
        (EVENT, {"title": Text("Tên khác"), "conditions": (), "quantity": None}, None),
        (None, {}, None),
        (None, {"status": Status.CANCELLED}, None),
    ],
)
def test_what_a_change_means(before: Occurrence | None, changes: dict[str, Any], happened: Happened | None) -> None:
    made = change(before, **changes)
    assert happened_to(made) is happened
    assert bool(_told(made)) is (happened is not None)


PROJECTED = _was(status=Status.PROJECTED)


@pytest.mark.parametrize(
    ("before", "changes", "happened"),
    [
        (PROJECTED, {"host": "savannakhet"}, Happened.REASSIGNED),
        (PROJECTED, MOVED, Happened.MOVED),
        (PROJECTED, {"status": Status.SKIPPED}, Happened.SKIPPED),
        (PROJECTED, {"status": Status.CANCELLED}, Happened.CANCELLED),
        (PROJECTED, {"status": Status.CONFIRMED, "host": "savannakhet"}, Happened.REASSIGNED),
        (PROJECTED, {"status": Status.CONFIRMED}, None),
        (PROJECTED, {"title": Text("Tên khác")}, None),
        (_was(status=Status.SKIPPED), {"status": Status.PROJECTED}, Happened.RESTORED),
        (EVENT, {"status": Status.PROJECTED} | MOVED, Happened.MOVED),
        (PROJECTED, {"status": Status.HELD, "host": "savannakhet"}, None),
    ],
)
def test_of_what_is_projected_who_was_written_to_is_told(
    before: Occurrence, changes: dict[str, Any], happened: Happened | None
) -> None:
    made = change(replace(before, leads=(AFFAIRS.id,)), **changes)
    assert (happened_to(made), _told(made)) == (None, [])
    assert happened_to(made, mailed=True) is happened
    found = told([Noted(made, 3)], AT, TODAY, {EVENT.key: (Role.OWNER,)})
    assert [(each.slot.recipient, each.role) for each in found] == [(FRONT.id, Role.OWNER)] * (happened is not None)
    assert list(told([Noted(made, 3)], AT, TODAY, {"other.2021": (Role.OWNER,)})) == []


@pytest.mark.parametrize(
    ("mailed", "expected"),
    [
        ((), [(FRONT.id, Role.LEAD)]),
        ((Role.LEAD, Role.PARTNER, Role.SUPERIOR), [(FRONT.id, Role.LEAD)]),
        ((Role.COORDINATING,), [(FRONT.id, Role.LEAD), (AFFAIRS.id, Role.COORDINATING)]),
        ((Role.OWNER,), [(FRONT.id, Role.LEAD), (THIRD.id, Role.OWNER)]),
    ],
)
def test_who_was_written_to_is_told_however_far_it_is(
    mailed: tuple[Role, ...], expected: list[tuple[str, Role]]
) -> None:
    made = change(_was(coordinating=(AFFAIRS.id,), window=FAR, owner=THIRD.id), host="savannakhet")
    found = told([Noted(made, 3)], AT, TODAY, {EVENT.key: mailed})
    assert [(each.slot.recipient, each.role) for each in found] == expected


@pytest.mark.parametrize(
    ("changes", "before"),
    [
        (MOVED, {"days": "2021-10-05/2021-10-05/day"}),
        ({"host": None}, {"host": "quang-tri"}),
        ({"place": "dong-ha"}, {"place": ""}),
        ({"leads": (AFFAIRS.id,), "coordinating": (FRONT.id,)}, {"leads": FRONT.id, "coordinating": ""}),
        ({"status": Status.CANCELLED}, {"status": "confirmed"}),
        ({"joint": "talks.2021"}, {"joint": ""}),
        (
            {"window": Window.of(date(2021, 10, 5), date(2021, 10, 5), Precision.DAYS)},
            {"days": "2021-10-05/2021-10-05/day"},
        ),
    ],
)
def test_what_it_was_before(changes: dict[str, Any], before: dict[str, str]) -> None:
    assert differences(EVENT, replace(EVENT, **changes)) == before


def test_open_bounds_and_several_bodies() -> None:
    before = _was(window=Window(date(2021, 1, 1), None, Precision.PERIOD), leads=(FRONT.id, AFFAIRS.id))
    assert differences(before, EVENT) == {"days": "2021-01-01//period", "leads": f"{FRONT.id},{AFFAIRS.id}"}


def test_those_who_had_it_and_those_who_have_it_now() -> None:
    assert _told(change(leads=(AFFAIRS.id,))) == [(AFFAIRS.id, Role.LEAD), (FRONT.id, Role.LEAD)]
    both = change(_was(leads=(FRONT.id, THIRD.id)), leads=(THIRD.id, AFFAIRS.id))
    assert _told(both) == [(THIRD.id, Role.LEAD), (AFFAIRS.id, Role.LEAD), (FRONT.id, Role.LEAD)]


@pytest.mark.parametrize(
    ("before", "after", "near"), [(FAR, FAR, False), (NEAR, FAR, True), (FAR, NEAR, True), (NEAR, PAST, True)]
)
def test_coordinating_bodies_only_when_it_is_near(before: Window, after: Window, near: bool) -> None:
    made = change(_was(coordinating=(AFFAIRS.id,), window=before), window=after, place="dong-ha")
    expected = [(FRONT.id, Role.LEAD), (AFFAIRS.id, Role.COORDINATING)] if near else [(FRONT.id, Role.LEAD)]
    assert _told(made) == expected


@pytest.mark.parametrize(
    ("before", "after", "expected"), [(PAST, PAST, False), (PAST, FAR, True), (FAR, PAST, True), (FAR, FAR, True)]
)
def test_nobody_is_told_of_what_was_past_and_stays_so(before: Window, after: Window, expected: bool) -> None:
    assert bool(_told(change(_was(window=before), window=after, host="savannakhet"))) is expected


def test_people_are_told_in_their_language_partners_never() -> None:
    roster = Roster({c.id: c for c in (LAN, LAO)}, frozenset(c.address for c in (LAN, LAO)))
    made = change(leads=(AFFAIRS.id,))
    reminders = list(told([Noted(made, 1)], replace(AT, roster=roster), TODAY))
    assert [(r.slot.recipient, r.lang, r.organisation) for r in reminders] == [
        ("@lan", "en", AFFAIRS.id),
        (FRONT.id, "vi", FRONT.id),
    ]


def test_where_nobody_can_be_reached_the_owner_is_told() -> None:
    assert _told(change(_was(leads=("mute",)), **MOVED)) == [(FRONT.id, Role.OWNER)]
    assert _told(change(_was(leads=("mute",), owner="mute"), **MOVED)) == []


def test_two_changes_of_one_day_are_two_slots() -> None:
    first, second = (next(told([Noted(change(**MOVED), n)], AT, TODAY)).slot for n in (1, 2))
    assert first.id != second.id


BODIES = st.lists(st.sampled_from([FRONT.id, AFFAIRS.id, THIRD.id, LAO_FRONT.id, "mute"]), max_size=3).map(tuple)
WINDOWS = st.sampled_from([NEAR, FAR, PAST, EVENT.window, EXCHANGE.window])


@st.composite
def occurrences(draw: st.DrawFn) -> Occurrence:
    return replace(
        EVENT,
        status=draw(st.sampled_from(Status)),
        window=draw(WINDOWS),
        leads=draw(BODIES),
        coordinating=draw(BODIES),
        host=draw(st.sampled_from([None, "quang-tri", "savannakhet"])),
        place=draw(st.sampled_from([None, "dong-ha"])),
    )


@settings(deadline=None)
@given(st.none() | occurrences(), occurrences(), st.frozensets(st.sampled_from(Role)))
def test_law_each_once_and_only_who_has_or_had_it(
    before: Occurrence | None, after: Occurrence, mailed: frozenset[Role]
) -> None:
    reminders = list(told([Noted(Change(before, after), 1)], AT, TODAY, {EVENT.key: mailed}))
    names = [reminder.slot.recipient for reminder in reminders]
    assert len(set(names)) == len(names)
    silent = (Status.HELD,) if mailed else (Status.PROJECTED, Status.HELD)
    if before is None or before.status in silent or after.status in silent:
        assert reminders == []
        return
    involved = {*before.leads, *after.leads, *before.coordinating, *after.coordinating, EVENT.owner}
    assert set(names) <= involved
    if before == after:
        assert reminders == []
    if reminders:
        leads = {body for body in (*before.leads, *after.leads) if body != "mute"}
        assert leads <= set(names) or Status.PROJECTED in (before.status, after.status)
        detail = json.loads(reminders[0].detail or "")
        assert {json.dumps(json.loads(r.detail or "")) for r in reminders} == {json.dumps(detail)}
        assert detail["before"] == differences(before, after)
        assert all(reminder.address for reminder in reminders)
