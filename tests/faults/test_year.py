"""A year of mail over the five plans, with decisions and ten people: who was told what, when, and never wrongly."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date

import pytest

from config.office import office
from config.telling import almanac_of
from notifications.due import past
from notifications.policy import AFTERWARDS, Purpose, purpose_of
from notifications.tables import DAILY
from scheduler.amendment import Verb
from scheduler.occurrence import Occurrence
from tests.faults.calendar_of_mail import Told, Town, deciding
from tests.integration.desk import days

pytestmark = pytest.mark.xdist_group("year")
"""One process lives it, once."""

FIRST, LAST = date(2022, 3, 1), date(2023, 2, 28)
TALKS = "qt-high-level-talks-savannakhet.once"
MOVED = "qt-high-level-talks-salavan.once"
OFF = "qt-youth-volunteering.2022"
DONE = "qt-support-fund-salavan.2022"
AWAITED = "qt-border-talks-salavan.2022"
FESTIVAL = "qt-front-festival-exchange.unset"

DECISIONS = {
    date(2022, 3, 10): [deciding(Verb.CONFIRM, TALKS, window=days("2022-06-14", "2022-06-16"))],
    date(2022, 3, 15): [deciding(Verb.CONFIRM, MOVED, window=days("2022-08-10", "2022-08-12"))],
    date(2022, 4, 4): [deciding(Verb.AWAIT_PARTNER, AWAITED, window=days("2022-09-30"))],
    date(2022, 4, 20): [deciding(Verb.CONFIRM, OFF, window=days("2022-07-20", "2022-07-24"))],
    date(2022, 5, 20): [deciding(Verb.POSTPONE, MOVED, window=days("2022-11-08", "2022-11-09"))],
    date(2022, 6, 1): [deciding(Verb.CONFIRM, MOVED, window=days("2022-11-08", "2022-11-09"))],
    date(2022, 6, 20): [deciding(Verb.HELD, TALKS)],
    date(2022, 7, 1): [deciding(Verb.CANCEL, OFF)],
    date(2022, 9, 6): [deciding(Verb.CONFIRM, FESTIVAL, window=days("2022-10-20", "2022-10-21"))],
    date(2022, 9, 20): [deciding(Verb.CONFIRM, FESTIVAL, window=days("2022-10-27", "2022-10-28"))],
    date(2022, 10, 3): [deciding(Verb.DONE, DONE)],
    date(2022, 10, 11): [deciding(Verb.POSTPONE, FESTIVAL)],
}


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Town:
    """The year, lived once. Nguyễn Thị Lan answers what she gets until the end of September, and then no more."""
    made = Town.begun(tmp_path_factory.mktemp("year"), FIRST)
    made.decisions = DECISIONS
    months = [date(2022, month, 1) for month in range(4, 13)] + [date(2023, 1, 1), date(2023, 2, 1), date(2023, 3, 1)]
    first = FIRST
    for after in months:
        last = date.fromordinal(after.toordinal() - 1)
        made.live(first, last)
        if after <= date(2022, 10, 1):
            made.acknowledge(lambda told: told.address == "lan@quang-tri.example")
        first = after
    return made


@pytest.fixture(scope="module")
def told(town: Town) -> list[Told]:
    return town.told()


def scheduled(told: list[Told]) -> list[Told]:
    return [each for each in told if each.batch == DAILY]


def test_the_mails_of_a_person_and_month_are_counted(
    town: Town, told: list[Told], figures: Callable[[str, object], None]
) -> None:
    people = town.contacts()
    mails = {(each.mail, each.address, each.sent_on.strftime("%Y-%m")) for each in told}
    counted = Counter((address, month) for _, address, month in mails if address in people)
    months = sorted({month for _, _, month in mails})
    lines = [f"{'':12}" + "".join(f"{month[2:]:>7}" for month in months)]
    for address, contact in sorted(people.items(), key=lambda pair: pair[1].id):
        lines.append(f"{contact.id:12}" + "".join(f"{counted[address, month]:>7}" for month in months))
    offices = Counter(month for _, address, month in mails if address not in people)
    lines.append(f"{'offices':12}" + "".join(f"{offices[month]:>7}" for month in months))
    figures("mails a person and month, scheduled and told at once", "\n" + "\n".join(lines))
    assert len(town.mails()) == len(mails) == sum(outcome.sent for outcome in town.outcomes)
    silent = {contact.id for address, contact in people.items() if address not in {known for known, _ in counted}}
    assert silent == {"dung", "son"}  # the plan of An Giang ended in 2020, and the border guard's duties have no days


def test_no_scheduled_mail_goes_on_a_day_off_of_its_reader(town: Town, told: list[Told]) -> None:
    with town.job.database.read() as session:
        almanac = almanac_of(session, town.job)
    homes = {"lo": "LA", "vi": "VN"}
    quiet = {each.recipient: contact.quiet for contact in town.contacts().values() for each in told}
    assert quiet
    people = {contact.recipient: contact for contact in town.contacts().values()}
    wrong = [
        each
        for each in scheduled(told)
        if (person := people.get(each.recipient)) is not None
        and (
            almanac.before(each.sent_on, 0, (homes[person.lang],)) != each.sent_on or person.quiet.covers(each.sent_on)
        )
    ]
    assert wrong == []
    offices = [each for each in scheduled(told) if each.recipient not in people]
    assert [each for each in offices if almanac.before(each.sent_on, 0, ("VN",)) != each.sent_on] == []


def test_nobody_has_two_scheduled_mails_on_one_day(told: list[Told]) -> None:
    days_of = Counter((address, day) for _, address, day in {(t.mail, t.address, t.sent_on) for t in scheduled(told)})
    assert [key for key, count in days_of.items() if count > 1] == []


def test_no_scheduled_mail_is_about_what_is_cancelled_or_past(town: Town, told: list[Told]) -> None:
    when: dict[tuple[str, date], Occurrence] = {}
    with office(town.job.database, LAST) as desk:
        for each in scheduled(told):
            if each.occurrence != "digest":
                when[each.occurrence, each.sent_on] = desk.explained(each.occurrence).record.occurrence
    cancelled = [t for t in scheduled(told) if t.occurrence == OFF and t.sent_on >= date(2022, 7, 1)]
    done = [t for t in scheduled(told) if t.occurrence == DONE and t.sent_on >= date(2022, 10, 3)]
    assert (cancelled, done) == ([], [])
    late = [
        each
        for each in scheduled(told)
        if (found := when.get((each.occurrence, each.sent_on))) is not None
        and past(found, each.sent_on)
        and purpose_of(each.step.partition("head-")[2] or each.step.partition("deputy-")[2] or each.step)
        not in AFTERWARDS
    ]
    assert late == []
    assert {each.occurrence for each in told if purpose_of(each.step) is Purpose.RECORD} >= {MOVED}


def test_a_postponed_event_reminds_anew(told: list[Told]) -> None:
    steps = {(each.step, each.counted_from) for each in told if each.occurrence == MOVED and each.batch == DAILY}
    before, after = date(2022, 8, 10), date(2022, 11, 8)
    assert {("prepare-120", before), ("prepare-90", before)} <= steps
    assert {step for step, day in steps if day == after and step.startswith("prepare")} >= {
        "prepare-90",
        "prepare-60",
        "prepare-30",
        "prepare-14",
        "prepare-7",
        "prepare-1",
    }
    assert not [each for each in told if each.counted_from == before and each.sent_on > date(2022, 5, 20)]


def test_changes_are_told_at_once_to_those_who_have_the_duty(told: list[Told]) -> None:
    notices = {
        (each.occurrence, each.sent_on, each.recipient) for each in told if purpose_of(each.step) is Purpose.CHANGED
    }
    assert {(MOVED, date(2022, 5, 20), "@lan"), (TALKS, date(2022, 3, 10), "@lan")} <= notices
    assert {day for key, day, _ in notices if key == OFF} == {date(2022, 4, 20), date(2022, 7, 1)}
    assert not [
        each for each in notices if each[0] in (TALKS, DONE) and each[1] in (date(2022, 6, 20), date(2022, 10, 3))
    ]


def test_invitations_follow_the_event_until_it_is_off(town: Town, told: list[Told]) -> None:
    sent = [each for each in told if purpose_of(each.step) in (Purpose.INVITE, Purpose.UNINVITE)]
    assert [(each.sent_on, each.step, each.recipient) for each in sent] == [
        (date(2022, 9, 6), "invite", "@thao"),
        (date(2022, 9, 20), "invite", "@thao"),
        (date(2022, 10, 11), "uninvite", "@thao"),
    ]
    mails = [mail for mail in town.mails() if "method=" in str(mail.as_bytes())]
    parts = [part for mail in mails for part in mail.walk() if part.get_content_type() == "text/calendar"]
    told_to = [(part.get_param("method"), _sequence(part.get_content())) for part in parts if part.get_param("method")]
    assert [method for method, _ in told_to] == ["REQUEST", "REQUEST", "CANCEL"]
    assert [number for _, number in told_to] == sorted({number for _, number in told_to})


def _sequence(calendar: str) -> int:
    return int(next(line for line in calendar.splitlines() if line.startswith("SEQUENCE:")).partition(":")[2])


def test_superiors_are_told_only_while_nobody_answers(told: list[Told]) -> None:
    rises = [each for each in told if purpose_of(each.step) is Purpose.ESCALATE]
    assert {each.recipient for each in rises} == {"@hung", "@mai"}
    assert [each for each in rises if each.occurrence == AWAITED and each.sent_on <= date(2022, 9, 30)] == []
    assert min(each.sent_on for each in rises if each.recipient == "@mai") > min(
        each.sent_on for each in rises if each.recipient == "@hung"
    )


def test_every_slot_has_ended_or_waits_for_its_mail(town: Town) -> None:
    states = Counter((slot["state"], slot["reason"]) for slot in town.slots())
    assert {state for state, _ in states} <= {"sent", "coalesced", "expired", "pending"}
    assert [slot for slot in town.slots() if slot["state"] == "pending" and slot["send_on"] < LAST] == []
