"""Who is told when nobody answers: ranks upwards, in working days, and only while it still stands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from notifications.asks import Almanac
from notifications.contacts import Contact, Quiet, Rank, Roster
from notifications.due import Reminder, Slot
from notifications.escalation import Reached, beneath, escalated
from notifications.policy import Role
from scheduler.occurrence import Record, Status
from scheduler.plan import Directory, Kind
from scheduler.window import Window
from tests.unit.notifications.samples import (
    AFFAIRS,
    LAO_FRONT,
    PARTIES,
    almanac,
    day_of_event,
    office,
    shelf,
    weekdays_after,
)

FRONT_ID = "mttq-quang-tri"
LAN = Contact(
    id="lan", name="Lan", organisation=FRONT_ID, rank=Rank.SPECIALIST, address="lan@quang-tri.example", lang="vi"
)
MAI = replace(LAN, id="mai", address="mai@quang-tri.example")
HUNG = replace(LAN, id="hung", rank=Rank.HEAD, address="hung@quang-tri.example", lang="en")
BINH = replace(LAN, id="binh", rank=Rank.DEPUTY_DIRECTOR, address="binh@quang-tri.example")
OTHER_HEAD = replace(HUNG, id="other", organisation="so-ngoai-vu-quang-tri", address="other@quang-tri.example")
EVERYBODY = (LAN, MAI, HUNG, BINH, OTHER_HEAD)

MONDAY = date(2021, 9, 6)
DAY = MONDAY + timedelta(days=30)  # Wednesday 6 October
EVENT = day_of_event(DAY, status=Status.CONFIRMED)
KEY = EVENT.occurrence.key


def people(*contacts: Contact, closed: tuple[str, ...] = ()) -> Roster:
    return Roster({c.id: c for c in contacts}, frozenset(c.address for c in contacts), frozenset(closed))


def at(*contacts: Contact, **more: object) -> Almanac:
    return almanac(roster=people(*(contacts or EVERYBODY), **more))  # type: ignore[arg-type]  # people's own arguments


def sent(
    step: str = "prepare-30", on: date = MONDAY, recipient: str = "@lan", counted: date = DAY, answered: bool = False
) -> Reached:
    return Reached(Slot(KEY, step, counted, 0, recipient), FRONT_ID, on, answered)


def told(
    today: date,
    *some: Reached,
    of: Record | None = EVENT,
    by: Almanac | None = None,
    awaiting: Mapping[str, date] | None = None,
) -> list[tuple[str, str]]:
    return [
        (reminder.slot.step, reminder.slot.recipient)
        for reminder in _rising(today, *some, of=of, by=by, awaiting=awaiting)
    ]


def _rising(
    today: date,
    *some: Reached,
    of: Record | None = EVENT,
    by: Almanac | None = None,
    awaiting: Mapping[str, date] | None = None,
) -> list[Reminder]:
    known = {of.occurrence.key: of} if of else {}
    return list(escalated(some or (sent(),), known, by or at(), awaiting or {}, today))


HEAD = ("escalate-head-prepare-30", "@hung")
DEPUTY = ("escalate-deputy-prepare-30", "@binh")


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        (date(2021, 9, 6), []),
        (date(2021, 9, 8), []),
        (date(2021, 9, 9), [HEAD]),
        (date(2021, 9, 13), [HEAD]),
        (date(2021, 9, 14), [HEAD, DEPUTY]),
        (date(2021, 9, 18), []),  # a Saturday
        (DAY, [HEAD, DEPUTY]),
        (DAY + timedelta(days=1), []),  # it is past
    ],
)
def test_after_three_working_days_the_head_after_six_the_deputy_director(
    today: date, expected: list[tuple[str, str]]
) -> None:
    assert told(today) == expected


@pytest.mark.parametrize(
    ("head_told", "today", "expected"),
    [
        (None, date(2021, 9, 14), [HEAD]),  # nobody looked before: the head first
        (date(2021, 9, 14), date(2021, 9, 16), [HEAD]),
        (date(2021, 9, 14), date(2021, 9, 17), [HEAD, DEPUTY]),
        (date(2021, 9, 9), date(2021, 9, 14), [HEAD, DEPUTY]),  # as ever
    ],
)
def test_after_an_outage_the_deputy_director_waits_until_the_head_has_had_time(
    head_told: date | None, today: date, expected: list[tuple[str, str]]
) -> None:
    slot = Slot(KEY, HEAD[0], DAY, 0, HEAD[1])
    known = {} if head_told is None else {slot.id: head_told}
    rising = escalated((sent(),), {KEY: EVENT}, at(), {}, today, known)
    assert [(reminder.slot.step, reminder.slot.recipient) for reminder in rising] == expected


def test_a_head_who_is_away_keeps_nobody_waiting() -> None:
    away = replace(HUNG, quiet=Quiet(spans=((date(2021, 9, 1), date(2021, 9, 30)),)))
    rising = escalated((sent(),), {KEY: EVENT}, at(LAN, away, BINH), {}, date(2021, 9, 14), {})
    assert [reminder.slot.recipient for reminder in rising] == ["@binh"]


def test_a_superior_is_told_in_their_own_words_whose_duty_it_is() -> None:
    assert _rising(date(2021, 9, 9)) == [
        Reminder(
            slot=Slot(KEY, "escalate-head-prepare-30", DAY, 0, "@hung"),
            organisation=FRONT_ID,
            address="hung@quang-tri.example",
            lang="en",
            role=Role.SUPERIOR,
            send_on=date(2021, 9, 9),
        )
    ]


@pytest.mark.parametrize(
    ("until", "today", "expected"),
    [
        (date(2021, 9, 8), date(2021, 9, 9), []),
        (date(2021, 9, 8), date(2021, 9, 10), []),
        (date(2021, 9, 8), date(2021, 9, 13), [HEAD]),
        (date(2021, 9, 8), date(2021, 9, 16), [HEAD, DEPUTY]),
        (date(2021, 9, 9), date(2021, 9, 9), []),
        (date(2021, 9, 30), date(2021, 9, 30), []),
        (date(2021, 9, 1), date(2021, 9, 9), [HEAD]),
    ],
)
def test_while_the_partner_is_awaited_nothing_rises_and_days_count_from_then(
    until: date, today: date, expected: list[tuple[str, str]]
) -> None:
    assert told(today, awaiting={KEY: until}) == expected


def test_waiting_for_another_occurrence_changes_nothing() -> None:
    assert told(date(2021, 9, 9), awaiting={"other.2021": date(2021, 12, 1)}) == [HEAD]


LATE = date(2021, 9, 20)


@pytest.mark.parametrize(
    "now_is",
    [
        None,
        day_of_event(DAY, status=Status.HELD),
        day_of_event(DAY, status=Status.SKIPPED),
        day_of_event(DAY, status=Status.CANCELLED),
        day_of_event(DAY, joint="other.2021"),
        day_of_event(DAY + timedelta(days=1)),
        day_of_event(date(2021, 9, 17)),
        day_of_event(DAY, status=Status.PROJECTED),
        day_of_event(DAY, kind=Kind.ONGOING),
    ],
)
def test_nothing_rises_of_what_no_longer_stands(now_is: Record | None) -> None:
    assert told(LATE, of=now_is) == []


@pytest.mark.parametrize(
    ("recipient", "expected"),
    [
        ("@lan", [HEAD, DEPUTY]),
        ("@hung", [DEPUTY]),
        ("@binh", []),
        (FRONT_ID, [HEAD, DEPUTY]),
        ("@forgotten", [HEAD, DEPUTY]),
    ],
)
def test_only_those_above_are_told(recipient: str, expected: list[tuple[str, str]]) -> None:
    assert told(LATE, sent(recipient=recipient)) == expected


def test_an_organisation_called_like_a_person_is_not_that_person() -> None:
    namesake = replace(BINH, id=FRONT_ID)
    assert told(LATE, sent(recipient=FRONT_ID), by=at(namesake, HUNG)) == [
        HEAD,
        ("escalate-deputy-prepare-30", f"@{FRONT_ID}"),
    ]


@pytest.mark.parametrize(
    ("by", "expected"),
    [
        (at(LAN), []),
        (at(LAN, BINH), [DEPUTY]),
        (at(closed=("hung@quang-tri.example",)), [DEPUTY]),
        (at(LAN, HUNG, replace(HUNG, id="tam", address="tam@x.example")), [HEAD, (HEAD[0], "@tam")]),
        (at(LAN, replace(HUNG, quiet=Quiet(frozenset({0}))), BINH), [DEPUTY]),
    ],
)
def test_who_is_there_and_can_be_reached_today(by: Almanac, expected: list[tuple[str, str]]) -> None:
    assert told(LATE, by=by) == expected


def test_two_who_did_not_answer_make_one_mail_to_each_above_them() -> None:
    assert told(LATE, sent(recipient="@lan"), sent(recipient="@mai")) == [HEAD, DEPUTY]


def test_of_several_steps_the_latest_sent_counts() -> None:
    later = sent("prepare-14", date(2021, 9, 22))
    assert told(date(2021, 9, 24), sent(), later) == []
    assert told(date(2021, 9, 27), later, sent()) == [("escalate-head-prepare-14", "@hung")]


def test_who_answered_the_latest_step_has_answered() -> None:
    """Answering the next step keeps the deputy director out of the one before, of which the head knows."""
    early, late = sent("prepare-14", date(2021, 9, 22)), sent("prepare-7", date(2021, 9, 29), answered=True)
    assert told(date(2021, 9, 30), early) == [
        ("escalate-head-prepare-14", "@hung"),
        ("escalate-deputy-prepare-14", "@binh"),
    ]
    assert told(date(2021, 9, 30), early, late) == []
    assert told(date(2021, 10, 4), replace(early, answered=True), replace(late, answered=False)) == [
        ("escalate-head-prepare-7", "@hung")
    ]
    assert told(LATE, sent(answered=True)) == []


@pytest.mark.parametrize(("away", "expected"), [(60, True), (61, False), (90, False), (0, True)])
def test_only_what_is_near_rises(away: int, expected: bool) -> None:
    event = day_of_event(LATE + timedelta(days=away))
    step = sent("prepare-120", date(2021, 9, 1), counted=LATE + timedelta(days=away))
    assert bool(told(LATE, step, of=event)) is expected


def test_what_is_overdue_rises_by_its_number() -> None:
    task = day_of_event(date(2021, 8, 31), kind=Kind.TASK, status=Status.CONFIRMED)
    silent = Reached(Slot(KEY, "overdue-3w", date(2021, 8, 31), 2, "@lan"), FRONT_ID, date(2021, 9, 8))
    [head] = _rising(date(2021, 9, 13), silent, of=task)
    assert head.slot == Slot(KEY, "escalate-head-overdue-3w", date(2021, 8, 31), 2, "@hung")


def test_the_successor_of_a_body_has_its_superiors() -> None:
    ended = replace(office(FRONT_ID, None), until=date(2021, 9, 7), successor="so-ngoai-vu-quang-tri")
    directory = Directory(parties=PARTIES, organisations=shelf(ended, AFFAIRS, LAO_FRONT))
    by = replace(at(), directory=directory)
    steps = {step for step, _ in told(LATE, by=by)}
    assert steps == {HEAD[0], DEPUTY[0]}
    assert {recipient for _, recipient in told(LATE, by=by)} == {"@hung", "@binh", "@other"}


def test_what_is_said_again_counts_from_the_first_time_nobody_answered() -> None:
    """Else a reminder every third working day would keep the deputy director out for ever."""
    due_day = date(2021, 8, 31)
    task = day_of_event(due_day, kind=Kind.TASK, status=Status.CONFIRMED)
    again = [
        Reached(Slot(KEY, "overdue-3w", due_day, number, "@lan"), FRONT_ID, on)
        for number, on in enumerate((date(2021, 9, 3), date(2021, 9, 8), date(2021, 9, 13)), 1)
    ]
    rises = _rising(date(2021, 9, 13), *again, of=task)
    assert [(each.slot.step, each.slot.repeat, each.slot.recipient) for each in rises] == [
        ("escalate-head-overdue-3w", 1, "@hung"),
        ("escalate-deputy-overdue-3w", 1, "@binh"),
    ]
    answered = [replace(again[0], answered=True), *again[1:]]
    assert [each.slot.repeat for each in _rising(date(2021, 9, 13), *answered, of=task)] == [2]
    assert _rising(date(2021, 9, 13), *again[:2], replace(again[2], answered=True), of=task) == []


@pytest.mark.parametrize("step", ["prepare-30", "fix-days-90", "chain-gifts-7", "overdue-3w", "record-1w", "digest"])
@pytest.mark.parametrize("word", ["head", "deputy"])
def test_beneath_an_escalation_is_what_went_some(step: str, word: str) -> None:
    slot = Slot(KEY, step, DAY, 3, "@hung")
    assert beneath(replace(slot, step=f"escalate-{word}-{step}")) == slot
    assert beneath(slot) == slot


# Laws: over many people, steps, days and states.

IDS = ["lan", "mai", "hung", "binh", "other"]
RANK_OF = {contact.id: contact.rank for contact in EVERYBODY}
DAYS = st.dates(date(2021, 8, 1), date(2021, 10, 15))
STEPS = st.sampled_from(["prepare-60", "prepare-30", "prepare-14", "prepare-7", "prepare-1"])
SENT = st.builds(
    sent,
    STEPS,
    DAYS,
    st.sampled_from(["@lan", "@mai", "@hung", "@binh", FRONT_ID]),
    st.sampled_from([DAY, MONDAY]),
    st.sampled_from([False, False, True]),
)
EVENTS = st.builds(
    day_of_event,
    st.sampled_from([DAY, DAY, DAY, MONDAY]),
    status=st.sampled_from([*Status, Status.CONFIRMED, Status.CONFIRMED]),
)
AWAITING = st.none() | DAYS


@settings(deadline=None)
@given(st.lists(SENT, max_size=6), EVENTS, AWAITING, DAYS)
def test_law_nobody_too_low_too_early_or_for_nothing(
    some: list[Reached], event: Record, until: date | None, today: date
) -> None:
    awaiting = {KEY: until} if until else {}
    rising = list(escalated(some, {KEY: event}, at(), awaiting, today))
    assert max(Counter(reminder.slot for reminder in rising).values(), default=1) == 1
    occurrence = event.occurrence
    if occurrence.over or occurrence.status is Status.PROJECTED or (until is not None and until >= today):
        assert rising == []
    for reminder in rising:
        base = beneath(reminder.slot)
        mine = [each for each in some if replace(each.slot, recipient=base.recipient) == base]
        days = 3 if "-head-" in reminder.slot.step else 6
        ready = [
            each
            for each in mine
            if not each.answered and weekdays_after(max(each.sent_on, until or each.sent_on), days, ("VN",)) <= today
        ]
        assert ready
        rank = RANK_OF[reminder.slot.recipient.removeprefix("@")]
        lowest = [RANK_OF.get(each.slot.recipient.removeprefix("@")) for each in ready]
        assert any(low is None or rank in low.above for low in lowest)
        assert base.counted_from == occurrence.window.start
        assert today.weekday() < 5


@settings(deadline=None)
@given(st.lists(SENT, max_size=6), DAYS)
def test_law_what_was_answered_never_rises(some: list[Reached], today: date) -> None:
    answered = [replace(each, answered=True) for each in some]
    assert list(escalated(answered, {KEY: EVENT}, at(), {}, today)) == []


def test_a_window_of_the_event_that_moved_by_a_day_is_another_matter() -> None:
    moved = day_of_event(DAY, window=Window.day(DAY + timedelta(days=1)))
    assert told(LATE, of=moved) == []
