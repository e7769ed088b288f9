"""What waits in the outbox, read again before it goes: on real databases, with real rows."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from config.database import Database
from notifications import answers, claiming, handover, lease, sentbook
from notifications.asks import Almanac
from notifications.claiming import Claim
from notifications.contacts import CalendarWay, Contact, Mails, Rank, Roster, address_id
from notifications.digest import digests
from notifications.due import Reason, Reminder, Slot, State, due, one_a_day
from notifications.escalation import Reached, escalated
from notifications.invitations import Sent, invitations
from notifications.letters import (
    ChangeLetter,
    Happened,
    InvitationLetter,
    Method,
    OfficeLetter,
    ReminderLetter,
    Trouble,
    VerificationLetter,
)
from notifications.notices import Noted, office, told, verification
from notifications.outbox import Enqueued, end, enqueue, enqueue_now, readdress
from notifications.policy import Role
from notifications.reading import Reading, Study, read
from notifications.tables import DELIVERY, REMINDER
from notifications.tokens import Action
from scheduler import preparation
from scheduler.occurrence import Record, Status
from scheduler.plan import Kind, Text
from scheduler.preparation import ChainStep
from scheduler.reconcile import Change
from scheduler.window import Window
from tests.unit.notifications.samples import AFFAIRS, FRONT, HANOI, LINKS, almanac, day_of_event

LONG_AGO = date(2000, 1, 1)
MONDAY = date(2021, 9, 6)
DAY = MONDAY + timedelta(days=30)
MORNING = datetime.combine(MONDAY, time(7, 30), HANOI).astimezone(UTC)
EVENT = day_of_event(DAY, status=Status.CONFIRMED)
KEY = EVENT.occurrence.key
LAN = Contact(
    id="lan", name="Lan", organisation=FRONT.id, rank=Rank.SPECIALIST, address="lan@quang-tri.example", lang="vi"
)
MAI = replace(LAN, id="mai", name="Mai", address="mai@quang-tri.example")
HUNG = replace(LAN, id="hung", name="Hùng", rank=Rank.HEAD, address="hung@quang-tri.example")
BINH = replace(LAN, id="binh", name="Bình", rank=Rank.DEPUTY_DIRECTOR, address="binh@quang-tri.example")


def people(*contacts: Contact, closed: tuple[str, ...] = ()) -> Roster:
    return Roster({c.id: c for c in contacts}, frozenset(c.address for c in contacts), frozenset(closed))


@dataclass
class Desk:
    """An office's outbox: its rows, its people, its clock."""

    database: Database
    records: dict[str, Record] = field(default_factory=lambda: {KEY: EVENT})
    almanac: Almanac = field(default_factory=lambda: almanac(roster=people(LAN)))
    now: datetime = MORNING
    awaiting: dict[str, date] = field(default_factory=dict)

    @property
    def today(self) -> date:
        return self.now.astimezone(HANOI).date()

    def wait(self, days: int) -> None:
        self.now += timedelta(days=days)

    def put(self, *records: Record) -> None:
        self.records = {record.occurrence.key: record for record in records}

    def look(self) -> Enqueued:
        """Everything that is due today, as `config.mailing` puts it together."""
        with self.database.write() as session:
            planned = list(due(self.records.values(), self.almanac, self.today, LONG_AGO))
            reached = sentbook.reached(session, LONG_AGO, HANOI)
            fresh = [
                *(reminder for reminder in planned if reminder.state is State.PENDING),
                *escalated(reached, self.records, self.almanac, self.awaiting, self.today),
                *digests(self.records.values(), self.almanac, self.today),
            ]
            ended = [reminder for reminder in planned if reminder.state is not State.PENDING]
            done = enqueue(session, [*ended, *one_a_day(fresh, lambda _: self.today)], self.today, self.now)
            end(session, sentbook.strays(session, self.lookup, self.almanac, self.today), self.now)
            return done

    def tell(self, reminders: Iterable[Reminder], batch: str = "batch") -> Enqueued:
        with self.database.write() as session:
            return enqueue_now(session, reminders, batch, self.today, self.now)

    def invite(self) -> None:
        with self.database.write() as session:
            given = invitations(self.records.values(), sentbook.invited(session), self.almanac, self.today)
            for reminder in given:
                enqueue_now(session, [reminder], f"imip-{reminder.slot.id[:24]}", self.today, self.now)

    def readings(self, *, send: bool = False) -> list[Reading]:
        """Claim every mail and read it; with `send`, all goes well."""
        found = []
        with self.database.write() as session:
            for mail in claiming.claim(session, "w", self.now, 100, self.now + timedelta(minutes=20)):
                reading = self.read(session, mail)
                found.append(reading)
                if send and reading.letter is not None:
                    end(session, reading.fallen, self.now)
                    assert handover.complete(session, "w", [(mail, reading.told)], self.now)
                elif send:
                    end(session, reading.fallen, self.now)
                    assert handover.withdraw(session, mail, self.now)
            lease.release(session, "w", self.now)
        return found

    def read(self, session: Session, mail: Claim) -> Reading:
        study = Study(
            lookup=self.lookup,
            select=lambda _session, _selection: self.records.values(),
            almanac=self.almanac,
            links=LINKS,
            zone=HANOI,
        )
        return read(session, mail, self.now, study)

    def lookup(self, _session: Session, keys: Collection[str]) -> Mapping[str, Record]:
        return {key: self.records[key] for key in keys if key in self.records}

    def one(self, *, send: bool = False) -> Reading:
        [reading] = self.readings(send=send)
        return reading

    def answer(self, action: Action, step: str, recipient: str = "@lan", repeat: int = 0) -> None:
        r = REMINDER.c
        which = (r.step == step, r.recipient == recipient, r.repeat == repeat)
        with self.database.write() as session:
            ident = session.execute(select(r.id).where(*which)).scalar_one()
            matter = answers.matter_of(session, ident)
            assert matter is not None
            answers.take(session, matter, action, self.now)

    def slots(self) -> dict[tuple[str, str], tuple[str, str | None]]:
        r = REMINDER.c
        with self.database.read() as session:
            rows = session.execute(select(r.step, r.recipient, r.state, r.reason)).all()
        return {(row.step, row.recipient): (row.state, row.reason) for row in rows}

    def pending(self) -> list[str]:
        return sorted(step for (step, _), (state, _) in self.slots().items() if state == State.PENDING)


@pytest.fixture
def desk(database: Database) -> Desk:
    return Desk(database)


def _steps(reading: Reading) -> list[str]:
    return [content.slot.step for content in reading.told]


def _fallen(reading: Reading) -> list[tuple[State, Reason]]:
    return [(ending.state, ending.reason) for ending in reading.fallen]


def test_what_stands_is_read_as_it_is_told(desk: Desk) -> None:
    desk.look()
    reading = desk.one()
    assert (_steps(reading), reading.fallen) == (["prepare-30"], ())
    letter = reading.letter
    assert isinstance(letter, ReminderLetter)
    [item] = letter.items
    assert (letter.address, letter.day, letter.person, letter.organisation) == (LAN.address, MONDAY, "Lan", FRONT.id)
    assert (item.record, item.step.id, item.counted_from, item.role) == (EVENT, "prepare-30", DAY, Role.LEAD)
    assert item.reminder == reading.told[0].id
    assert letter.agenda is None


Change_ = Callable[[Desk], object]


def _put(**changes: Any) -> Change_:
    given: dict[str, Any] = {"day": DAY, "status": Status.CONFIRMED} | changes
    return lambda desk: desk.put(day_of_event(**given))


def _closes(desk: Desk) -> None:
    desk.almanac = almanac(roster=people(LAN, closed=(LAN.address,)))


def _leaves(desk: Desk) -> None:
    desk.almanac = almanac()


@pytest.mark.parametrize(
    ("happens", "reason"),
    [
        (_put(status=Status.HELD), Reason.HELD),
        (_put(status=Status.SKIPPED), Reason.SKIPPED),
        (_put(status=Status.CANCELLED), Reason.CANCELLED),
        (_put(day=DAY + timedelta(days=1)), Reason.MOVED),
        (_put(status=Status.PROJECTED), Reason.MOVED),
        (_put(joint="other.2021"), Reason.JOINT),
        (_put(day=MONDAY - timedelta(days=1)), Reason.PAST),
        (lambda desk: desk.wait(31), Reason.PAST),
        (lambda desk: desk.put(), Reason.GONE),
        (_put(leads=(AFFAIRS.id,)), Reason.MOVED),  # it is somebody else's
        (_leaves, Reason.MOVED),
        (_closes, Reason.CLOSED),
    ],
)
def test_what_fell_between_enqueueing_and_sending(desk: Desk, happens: Change_, reason: Reason) -> None:
    desk.look()
    happens(desk)
    reading = desk.one(send=True)
    assert (reading.letter, reading.told, _fallen(reading)) == (None, (), [(State.EXPIRED, reason)])
    assert desk.slots()["prepare-30", "@lan"] == (State.EXPIRED, reason)
    assert desk.readings() == []


def test_what_falls_leaves_the_rest_of_its_mail_alone(desk: Desk) -> None:
    other = day_of_event(DAY, cycle="2", status=Status.CONFIRMED)
    desk.put(EVENT, other)
    desk.look()
    desk.put(EVENT, day_of_event(DAY, cycle="2", status=Status.CANCELLED))
    reading = desk.one(send=True)
    assert [content.slot.occurrence for content in reading.told] == [KEY]
    assert _fallen(reading) == [(State.EXPIRED, Reason.CANCELLED)]
    assert isinstance(reading.letter, ReminderLetter)
    assert [item.record for item in reading.letter.items] == [EVENT]


def test_reading_changes_nothing(desk: Desk) -> None:
    desk.look()
    before = desk.slots()
    first, second = desk.readings(), desk.readings()
    assert first == second
    assert desk.slots() == before


def test_the_day_is_the_offices_not_the_servers(desk: Desk) -> None:
    """Half past midnight in Hanoi is still the day before in UTC."""
    desk.look()
    desk.now = datetime(2021, 10, 6, 17, 30, tzinfo=UTC)  # 7 October, 0:30: the event is past
    assert _fallen(desk.one()) == [(State.EXPIRED, Reason.PAST)]


# The chain, its steps reported as done.

RULES = [ChainStep(id=ident, title=Text(ident), days=7) for ident in ("gifts", "gifts-list")]


def _chain(record: Record) -> tuple[preparation.Step, ...]:
    day = DAY - timedelta(days=23)
    return tuple(preparation.Step(rule, day, day, record.occurrence.leads, provisional=False) for rule in RULES)


def test_a_step_that_was_done_is_not_asked_for_again_and_its_namesake_is(desk: Desk) -> None:
    desk.almanac = almanac(roster=people(LAN, MAI), steps_of=_chain)
    desk.look()
    desk.readings(send=True)
    desk.wait(7)
    desk.look()
    desk.answer(Action.DONE, "chain-gifts-list-7")
    for reading in desk.readings():
        assert _steps(reading) == ["chain-gifts-0"]
        assert _fallen(reading) == [(State.EXPIRED, Reason.ANSWERED)]


# Escalations.


def _silence(desk: Desk, *contacts: Contact, days: int = 3) -> None:
    desk.almanac = almanac(roster=people(*contacts))
    desk.look()
    desk.readings(send=True)
    desk.wait(days)
    desk.look()


def test_a_head_is_told_who_did_not_answer(desk: Desk) -> None:
    _silence(desk, LAN, MAI, HUNG)
    reading = desk.one()
    assert _steps(reading) == ["escalate-head-prepare-30"]
    assert isinstance(reading.letter, ReminderLetter)
    [item] = reading.letter.items
    assert (item.step.id, item.role, item.escalated) == ("prepare-30", Role.SUPERIOR, ("Lan", "Mai"))


def test_a_deputy_is_told_of_everyone_who_did_not_answer(desk: Desk) -> None:
    _silence(desk, LAN, MAI, HUNG, BINH)
    desk.readings(send=True)
    desk.wait(7)
    desk.look()
    reading = desk.one()
    assert _steps(reading) == ["escalate-deputy-prepare-30"]
    assert isinstance(reading.letter, ReminderLetter)
    assert [item.escalated for item in reading.letter.items] == [("Lan", "Mai", "Hùng")]


def test_the_owner_reads_for_whom_there_is_no_address(desk: Desk) -> None:
    desk.put(replace(EVENT, occurrence=replace(EVENT.occurrence, leads=("hai-quan", FRONT.id), owner=AFFAIRS.id)))
    desk.look()
    letters = [reading.letter for reading in desk.readings()]
    told = {
        (item.role, item.unreached) for letter in letters if isinstance(letter, ReminderLetter) for item in letter.items
    }
    assert told == {(Role.LEAD, ()), (Role.OWNER, ("hai-quan",))}


@pytest.mark.parametrize("action", [Action.ACKNOWLEDGE])
def test_an_answer_that_came_in_time_keeps_the_head_out(desk: Desk, action: Action) -> None:
    _silence(desk, LAN, MAI, HUNG)
    desk.answer(action, "prepare-30", "@mai")
    assert _fallen(desk.one(send=True)) == [(State.EXPIRED, Reason.ANSWERED)]
    desk.wait(7)
    assert desk.look().reminders == 0 or "escalate-deputy-prepare-30" not in {step for step, _ in desk.slots()}


def test_what_no_longer_stands_does_not_rise(desk: Desk) -> None:
    _silence(desk, LAN, HUNG)
    desk.put(day_of_event(DAY, status=Status.CANCELLED))
    assert _fallen(desk.one()) == [(State.EXPIRED, Reason.CANCELLED)]


def test_what_the_head_answers_is_answered(desk: Desk) -> None:
    _silence(desk, LAN, HUNG, BINH)
    desk.readings(send=True)
    desk.answer(Action.ACKNOWLEDGE, "escalate-head-prepare-30", "@hung")
    desk.wait(5)
    desk.look()
    assert "escalate-deputy-prepare-30" not in {step for step, _ in desk.slots()}


def test_what_the_head_answers_of_something_overdue_is_answered(desk: Desk) -> None:
    """And so it is for a colleague; the next time it is asked anew."""
    desk.put(day_of_event(MONDAY - timedelta(days=3), kind=Kind.TASK, status=Status.CONFIRMED))
    desk.almanac = almanac(roster=people(LAN, HUNG, BINH))
    desk.wait(2)
    for days in (5, 1):
        desk.look()
        desk.readings(send=True)
        desk.wait(days)
    desk.answer(Action.ACKNOWLEDGE, "escalate-head-overdue-3w", "@hung", 1)
    with desk.database.read() as session:
        found = sentbook.reached(session, LONG_AGO, HANOI)
        slot = found[0].slot
        assert [sentbook.is_answered(session, replace(slot, repeat=n), FRONT.id) for n in (1, 2)] == [True, False]
    assert [(each.slot.repeat, each.answered) for each in found] == [(1, True), (2, False)]


def test_who_was_reached_and_has_answered(desk: Desk) -> None:
    desk.almanac = almanac(roster=people(LAN, MAI))
    desk.look()
    with desk.database.read() as session:
        assert sentbook.reached(session, LONG_AGO, HANOI) == ()
    desk.readings(send=True)
    slots = [Slot(KEY, "prepare-30", DAY, 0, recipient) for recipient in ("@lan", "@mai")]
    with desk.database.read() as session:
        found = sentbook.reached(session, LONG_AGO, HANOI)
        assert sentbook.reached(session, DAY + timedelta(days=1), HANOI) == ()
    assert sorted(found, key=lambda each: each.slot) == [Reached(slot, FRONT.id, MONDAY) for slot in slots]
    desk.answer(Action.ACKNOWLEDGE, "prepare-30")
    with desk.database.read() as session:
        found = sentbook.reached(session, LONG_AGO, HANOI)
    assert sorted(found, key=lambda each: each.slot) == [
        Reached(slot, FRONT.id, MONDAY, answered=True) for slot in slots
    ]


def test_what_is_said_again_is_answered_anew(desk: Desk) -> None:
    task = day_of_event(MONDAY - timedelta(days=3), kind=Kind.TASK, status=Status.CONFIRMED)
    desk.put(task)
    desk.wait(2)
    for _ in range(2):
        desk.look()
        desk.readings(send=True)
        desk.wait(5)
    desk.answer(Action.ACKNOWLEDGE, "overdue-3w", repeat=1)
    with desk.database.read() as session:
        found = sentbook.reached(session, LONG_AGO, HANOI)
    assert [(each.slot.repeat, each.answered) for each in found] == [(1, True), (2, False)]


# What is told at once.


def test_a_change_as_its_letter_tells_it(desk: Desk) -> None:
    moved = day_of_event(DAY + timedelta(days=7), status=Status.CONFIRMED)
    noted = Noted(Change(EVENT.occurrence, moved.occurrence), 4, "Lan", "bão")
    reminders = list(told([noted], desk.almanac, MONDAY))
    assert desk.tell(reminders) == Enqueued(reminders=1, deliveries=1, ended=0)
    assert desk.tell(reminders) == Enqueued(reminders=0, deliveries=0, ended=0)
    desk.put(moved)
    reading = desk.one()
    assert isinstance(reading.letter, ChangeLetter)
    [change] = reading.letter.changes
    assert (change.record, change.happened, change.who, change.why) == (moved, Happened.MOVED, "Lan", "bão")
    assert change.before == {"days": f"{DAY}/{DAY}/day"}
    desk.put()
    assert _fallen(desk.one()) == [(State.EXPIRED, Reason.GONE)]


@pytest.mark.parametrize(("sequence", "fallen"), [(4, []), (5, [(State.EXPIRED, Reason.MOVED)])])
def test_a_change_that_was_taken_back_before_its_mail_went_is_not_told(
    desk: Desk, sequence: int, fallen: list[tuple[State, Reason]]
) -> None:
    off = replace(EVENT.occurrence, status=Status.CANCELLED)
    desk.tell(told([Noted(Change(EVENT.occurrence, off), 4)], desk.almanac, MONDAY))
    desk.put(replace(EVENT, sequence=sequence))
    assert _fallen(desk.one()) == fallen


def test_changes_and_reminders_of_one_day_are_two_mails(desk: Desk) -> None:
    desk.look()
    moved = replace(EVENT.occurrence, place="dong-ha")
    desk.tell(told([Noted(Change(EVENT.occurrence, moved), 4)], desk.almanac, MONDAY))
    assert sorted(map(_steps, desk.readings())) == [["changed"], ["prepare-30"]]


@pytest.mark.parametrize("step", ["changed", "office-left"])
@pytest.mark.parametrize("detail", [None, "", "{", "no words of JSON", "[]", '"happened"', "3"])
def test_a_detail_that_cannot_be_read_raises(desk: Desk, step: str, detail: str | None) -> None:
    reminder = Reminder(
        slot=Slot(KEY, step, MONDAY, 0, "@lan"),
        organisation=FRONT.id,
        address=LAN.address,
        lang="vi",
        role=Role.LEAD,
        send_on=MONDAY,
        detail=detail,
    )
    desk.tell([reminder])
    with pytest.raises(ValueError):  # noqa: PT011 - JSON's own words
        desk.readings()


def test_an_office_is_told_the_same_trouble_once_a_day(desk: Desk) -> None:
    fields = {"address": "x@y.example", "name": "Nguyễn Thị Lan"}
    for expected in (1, 0):
        with desk.database.write() as session:
            made = office(session, Trouble.LEFT, FRONT.id, fields, desk.almanac, desk.now)
            assert made.deliveries == expected
    reading = desk.one()
    assert isinstance(reading.letter, OfficeLetter)
    assert (reading.letter.trouble, reading.letter.fields, reading.letter.occurrence) == (Trouble.LEFT, fields, None)


def test_an_office_is_told_of_each_address_whatever_their_mails_had_in_common(desk: Desk) -> None:
    titles = "Trao đổi đoàn đại biểu Mặt trận với tỉnh Savannakhet và tỉnh Salavan năm 2021"
    for number in range(3):
        fields = {"address": f"nobody{number}@quang-tri.example", "error": "550 no such user", "titles": titles}
        with desk.database.write() as session:
            made = office(session, Trouble.UNDELIVERABLE, FRONT.id, fields, desk.almanac, desk.now, KEY)
            assert made.deliveries == 1
    assert len(desk.readings()) == 3


def test_an_address_is_asked_to_confirm_unless_it_is_closed_or_nobodys(desk: Desk) -> None:
    desk.almanac = almanac(roster=Roster({"lan": LAN}))
    with desk.database.write() as session:
        assert verification(session, LAN, desk.now).deliveries == 1
        assert verification(session, LAN, desk.now + timedelta(minutes=1)).deliveries == 0
    reading = desk.one()
    assert isinstance(reading.letter, VerificationLetter)
    found = LINKS.read(Action.VERIFY, reading.letter.url.rpartition("/")[2])
    assert found is not None
    assert found.subject == address_id(LAN.address)
    desk.almanac = almanac(roster=Roster({"lan": LAN}, frozenset({LAN.address})))
    assert _fallen(desk.one()) == [(State.EXPIRED, Reason.ANSWERED)]
    desk.almanac = almanac(roster=Roster({"lan": LAN}, closed=frozenset({LAN.address})))
    assert _fallen(desk.one()) == [(State.EXPIRED, Reason.CLOSED)]
    desk.almanac = almanac(roster=Roster({"lan": replace(LAN, address="new@quang-tri.example")}))
    assert _fallen(desk.one()) == [(State.EXPIRED, Reason.GONE)]


# Invitations.


def _calendar(desk: Desk, way: CalendarWay) -> None:
    desk.almanac = almanac(roster=people(replace(LAN, calendar=way)))


def _sent(desk: Desk) -> list[Method]:
    desk.invite()
    desk.invite()
    letters = [reading.letter for reading in desk.readings(send=True)]
    assert all(isinstance(letter, InvitationLetter) for letter in letters if letter)
    return [letter.method for letter in letters if isinstance(letter, InvitationLetter)]


def test_invited_changed_off_and_back_again(desk: Desk) -> None:
    _calendar(desk, CalendarWay.INVITATIONS)
    assert _sent(desk) == [Method.REQUEST]
    desk.wait(1)
    assert _sent(desk) == []
    desk.put(replace(EVENT, sequence=1))
    assert _sent(desk) == [Method.REQUEST]
    desk.put(replace(day_of_event(DAY, status=Status.POSTPONED), sequence=2))
    assert _sent(desk) == [Method.CANCEL]
    assert _sent(desk) == []
    desk.put(replace(EVENT, sequence=3))
    assert _sent(desk) == [Method.REQUEST]
    with desk.database.read() as session:
        assert sentbook.invited(session) == {(KEY, "@lan"): Sent(Method.REQUEST, 3)}


def test_who_leaves_and_comes_back_has_the_event_again(desk: Desk) -> None:
    """The event itself did not change, nor did its SEQUENCE."""
    found = []
    for way in (CalendarWay.INVITATIONS, CalendarWay.FEED, CalendarWay.INVITATIONS, CalendarWay.NONE):
        _calendar(desk, way)
        found += _sent(desk)
        desk.wait(1)
    assert found == [Method.REQUEST, Method.CANCEL, Method.REQUEST, Method.CANCEL]


def test_an_invitation_that_was_overtaken_is_not_sent(desk: Desk) -> None:
    _calendar(desk, CalendarWay.INVITATIONS)
    desk.invite()
    desk.wait(1)
    _calendar(desk, CalendarWay.FEED)
    assert _sent(desk) == [Method.CANCEL]
    assert desk.slots()["invite", "@lan"] == (State.EXPIRED, Reason.MOVED)


def test_what_changed_while_it_waited_is_sent_once_as_it_is_now(desk: Desk) -> None:
    _calendar(desk, CalendarWay.INVITATIONS)
    desk.invite()
    moved = replace(EVENT, occurrence=replace(EVENT.occurrence, window=Window.day(DAY + timedelta(days=1))), sequence=1)
    desk.put(moved)
    desk.invite()
    letters = [reading.letter for reading in desk.readings(send=True)]
    [letter] = [letter for letter in letters if letter]
    assert isinstance(letter, InvitationLetter)
    assert (letter.record, letter.method, letter.update) == (moved, Method.REQUEST, False)


# The digest.


def test_the_weeks_mail_has_its_agenda_and_its_reminders(desk: Desk) -> None:
    desk.almanac = almanac(roster=people(replace(LAN, mails=Mails.DIGEST)))
    desk.put(EVENT, day_of_event(MONDAY + timedelta(days=3), cycle="3"))
    desk.look()
    reading = desk.one()
    assert isinstance(reading.letter, ReminderLetter)
    agenda = reading.letter.agenda
    assert agenda is not None
    assert [record.occurrence.cycle for record in agenda.week] == ["3"]
    assert "digest" in _steps(reading)
    assert len(reading.letter.items) == len(_steps(reading)) - 1
    desk.put()
    reading = desk.one(send=True)
    assert (reading.letter, set(_fallen(reading))) == (
        None,
        {(State.EXPIRED, Reason.PAST), (State.EXPIRED, Reason.GONE)},
    )


def test_two_who_share_an_address_have_one_agenda_and_no_slot_is_left(desk: Desk) -> None:
    weekly = replace(LAN, mails=Mails.DIGEST)
    desk.almanac = almanac(roster=people(weekly, replace(weekly, id="mai", name="Mai")))
    desk.put(day_of_event(MONDAY + timedelta(days=3), cycle="3"))
    desk.look()
    reading = desk.one(send=True)
    assert _steps(reading).count("digest") == 2
    assert desk.pending() == []


# The outbox itself.


def test_looking_twice_adds_nothing(desk: Desk) -> None:
    assert desk.look() == Enqueued(reminders=3, deliveries=1, ended=0) or desk.pending() == ["prepare-30"]
    before = desk.slots()
    assert desk.look() == Enqueued(reminders=0, deliveries=0, ended=0)
    assert desk.slots() == before


def test_ids_of_steps_may_be_long(desk: Desk) -> None:
    """An id of a chain's step has up to 80 letters."""
    rule = ChainStep(id="a" * 80, title=Text("a"), days=7)
    day = DAY - timedelta(days=23)
    desk.almanac = almanac(
        roster=people(LAN, HUNG, BINH),
        steps_of=lambda record: (preparation.Step(rule, day, day, record.occurrence.leads, provisional=False),),
    )
    desk.look()
    desk.readings(send=True)
    desk.wait(8)
    desk.look()
    assert f"escalate-deputy-chain-{'a' * 80}-7" in {step for step, _ in desk.slots()}


def test_what_came_too_late_for_the_days_mail_goes_tomorrow(desk: Desk) -> None:
    desk.look()
    desk.readings(send=True)
    late = day_of_event(MONDAY + timedelta(days=14), cycle="late", status=Status.CONFIRMED)
    desk.put(EVENT, late)
    desk.look()
    assert desk.readings() == []
    desk.wait(1)
    desk.look()
    assert [content.slot.occurrence for content in desk.one().told] == [late.occurrence.key]


FORTNIGHT: dict[str, Any] = {"day": MONDAY + timedelta(days=14), "cycle": "late"}


@pytest.mark.parametrize(
    ("happens", "reason"),
    [
        (_put(**FORTNIGHT, status=Status.CANCELLED), Reason.CANCELLED),
        (_put(**FORTNIGHT, status=Status.HELD), Reason.HELD),
        (_put(**FORTNIGHT, leads=(AFFAIRS.id,)), Reason.MOVED),
        (_leaves, Reason.MOVED),
        (lambda desk: desk.put(), Reason.GONE),
    ],
)
def test_what_came_too_late_and_fell_before_tomorrow_ends_all_the_same(
    desk: Desk, happens: Change_, reason: Reason
) -> None:
    """Every slot ends: none waits for ever for a mail that nobody will write."""
    desk.look()
    desk.readings(send=True)
    desk.put(EVENT, day_of_event(**FORTNIGHT, status=Status.CONFIRMED))
    desk.look()
    assert desk.slots()["prepare-14", "@lan"] == (State.PENDING, None)
    happens(desk)
    for _ in range(3):
        desk.wait(1)
        desk.look()
        desk.readings(send=True)
    assert desk.slots()["prepare-14", "@lan"] == (State.EXPIRED, reason)
    assert desk.pending() == []


def test_on_a_day_off_what_waits_goes_on_waiting(desk: Desk) -> None:
    desk.wait(4)  # Friday
    desk.look()
    desk.readings(send=True)
    desk.put(EVENT, day_of_event(**FORTNIGHT, status=Status.CONFIRMED))
    desk.look()
    for _ in range(2):
        desk.wait(1)
        desk.look()
        assert desk.pending() == ["prepare-14"]
    desk.wait(1)
    desk.look()
    assert _steps(desk.one()) == ["prepare-7"]
    assert desk.slots()["prepare-14", "@lan"] == (State.COALESCED, Reason.LATER_STEP)


def test_two_organisations_one_address_one_mail(desk: Desk) -> None:
    desk.almanac = almanac(roster=people(LAN, replace(MAI, organisation=AFFAIRS.id, address=LAN.address)))
    desk.put(day_of_event(DAY, coordinating=(AFFAIRS.id,), status=Status.CONFIRMED))
    desk.look()
    reading = desk.one()
    assert sorted(content.slot.recipient for content in reading.told) == ["@lan", "@mai"]
    assert isinstance(reading.letter, ReminderLetter)
    assert [item.role for item in reading.letter.items] == [Role.LEAD]


def test_every_detail_is_kept_as_it_was_written(desk: Desk) -> None:
    words = "bão số 9; “không” đi được\t'\"\\ ປະເທດ"
    noted = Noted(Change(EVENT.occurrence, replace(EVENT.occurrence, place="dong-ha")), 1, "Lan", words)
    desk.tell(told([noted], desk.almanac, MONDAY))
    with desk.database.read() as session:
        [detail] = session.execute(select(REMINDER.c.detail)).scalars()
        [deadline] = session.execute(select(DELIVERY.c.deadline)).scalars()
    assert json.loads(detail)["why"] == words
    assert deadline is not None
    assert deadline > desk.now


def test_what_waits_for_a_person_follows_them_to_their_new_address(desk: Desk) -> None:
    """On its way it stays; else it leaves the old address's mail and goes with the next one to the new address."""
    desk.look()
    with desk.database.write() as session:
        assert readdress(session, LAN.recipient, "moi@quang-tri.example") == 1
    desk.almanac = replace(desk.almanac, roster=people(replace(LAN, address="moi@quang-tri.example")))
    desk.look()
    with desk.database.read() as session:
        rows = session.execute(
            select(DELIVERY.c.address, REMINDER.c.address).join(REMINDER, REMINDER.c.delivery_id == DELIVERY.c.id)
        ).all()
    assert {tuple(row) for row in rows} == {("moi@quang-tri.example", "moi@quang-tri.example")}
