"""People and their addresses on both databases: what is put is listed, and what is known of an address stays true."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from config.database import Database
from notifications import people
from notifications.contacts import (
    CalendarWay,
    Contact,
    Mails,
    Quiet,
    Rank,
    Roster,
    address_id,
)
from notifications.people import MAILBOX_AUDIT, MAY_RETURN_FOR, Standing, Taken
from notifications.tables import BOUNCE, DELIVERY, MAIL_AUDIT, MAILBOX, DeliveryState
from tests.integration.town import FRONT, take

NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
LATER = NOW + timedelta(days=1)
ADDRESS = "Lan@quang-tri.example"
FOLDED = ADDRESS.lower()
IDENT = address_id(ADDRESS)


def contact(ident: str = "lan", **fields: object) -> Contact:
    """A person of the small office."""
    given = {
        "id": ident,
        "name": "Nguyễn Thị Lan",
        "organisation": "mttq",
        "rank": Rank.SPECIALIST,
        "address": ADDRESS,
        "lang": "vi",
    }
    return Contact(**{**given, **fields})  # type: ignore[arg-type]  # names of the fields of a Contact


LAN = contact()
HUNG = contact("hung", name="Trần Quốc Hùng", rank=Rank.HEAD, address="hung@quang-tri.example")
QUIET = Quiet(frozenset({4, 6}), ((date(2026, 12, 20), date(2026, 12, 31)), (date(2027, 1, 4), date(2027, 1, 4))))
FULL = contact(
    "mai", lang="lo", mails=Mails.DIGEST, calendar=CalendarWay.INVITATIONS, quiet=QUIET, address="m@x.example"
)


def audit_of(session: Session) -> list[tuple[str, str, str | None, str | None]]:
    """What the record says of addresses, in order: id, state, why, who."""
    c = MAIL_AUDIT.c
    columns = select(c.subject_id, c.state, c.detail, c.worker).where(c.subject == MAILBOX_AUDIT).order_by(c.id)
    return [tuple(row) for row in session.execute(columns)]  # type: ignore[misc]  # the four columns asked for


def boxes(session: Session) -> list[str]:
    return sorted(session.execute(select(MAILBOX.c.address)).scalars())


class TestPeople:
    def test_what_is_put_is_listed_by_id(self, database: Database) -> None:
        with database.write() as session:
            assert people.put(session, [LAN, FULL, HUNG], NOW) == Taken((HUNG, LAN, FULL), ())
        with database.read() as session:
            assert people.listed(session) == (HUNG, LAN, FULL)

    def test_putting_again_changes_nothing(self, database: Database) -> None:
        with database.write() as session:
            people.put(session, [LAN, HUNG], NOW)
            assert people.put(session, [LAN, HUNG], LATER) == Taken((), ())
            assert people.put(session, (), LATER) == Taken((), ())

    def test_who_is_there_is_changed(self, database: Database) -> None:
        after = replace(LAN, rank=Rank.DEPUTY_DIRECTOR, quiet=QUIET)
        with database.write() as session:
            people.put(session, [LAN, HUNG], NOW)
            assert people.put(session, [after], LATER) == Taken((), ((LAN, after),))
            assert people.listed(session) == (HUNG, after)

    def test_a_new_address_is_confirmed_anew_and_the_old_one_forgotten(self, database: Database) -> None:
        with database.write() as session:
            people.put(session, [LAN], NOW)
            people.verified(session, IDENT, NOW)
            people.put(session, [replace(LAN, address="lan2@quang-tri.example")], LATER)
            assert boxes(session) == ["lan2@quang-tri.example"]
            assert people.roster(session).verified == frozenset()
            people.put(session, [LAN], LATER)
            assert people.roster(session).verified == frozenset()

    def test_a_new_address_that_was_confirmed_already_stays_so(self, database: Database) -> None:
        with database.write() as session:
            people.put(session, [LAN, HUNG], NOW)
            people.verified(session, IDENT, NOW)
            people.put(session, [replace(HUNG, address=FOLDED)], LATER)
            assert people.roster(session).verified == frozenset({FOLDED})
            people.remove(session, ["lan"], NOW)
            assert people.roster(session).verified == frozenset({FOLDED})

    def test_capitals_make_no_other_address(self, database: Database) -> None:
        with database.write() as session:
            people.put(session, [LAN], NOW)
            people.verified(session, IDENT, NOW)
            people.put(session, [replace(LAN, address=ADDRESS.upper())], LATER)
            assert (boxes(session), people.roster(session).verified) == ([FOLDED], frozenset({FOLDED}))

    def test_who_is_removed_is_forgotten_with_their_address(self, database: Database) -> None:
        with database.write() as session:
            people.put(session, [LAN, HUNG], NOW)
            people.verified(session, IDENT, NOW)
            assert people.remove(session, ["lan", "nobody"], NOW) == (LAN,)
            assert (people.listed(session), boxes(session)) == ((HUNG,), ["hung@quang-tri.example"])
            assert people.standing(session, ADDRESS) == Standing(FOLDED)

    @pytest.mark.parametrize("closed", ["unsubscribed", "suspended"])
    def test_of_a_closed_address_it_stays_known_that_it_is(self, database: Database, closed: str) -> None:
        with database.write() as session:
            people.put(session, [LAN], NOW)
            if closed == "unsubscribed":
                people.unsubscribed(session, IDENT, NOW)
            else:
                suspend(session)
            people.remove(session, ["lan"], NOW)
            people.put(session, [LAN], LATER)
            assert people.roster(session) == Roster({"lan": LAN}, frozenset(), frozenset({FOLDED}))


WORDS = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=200)
DAYS = st.dates(date(1900, 1, 1), date(2150, 12, 31))
PEOPLE = st.builds(
    contact,
    st.from_regex(r"[a-z0-9]{1,20}(-[a-z0-9]{1,20}){0,2}", fullmatch=True),
    name=WORDS,
    rank=st.sampled_from(Rank),
    lang=st.sampled_from(["vi", "en", "lo", "km"]),
    mails=st.sampled_from(Mails),
    calendar=st.sampled_from(CalendarWay),
    quiet=st.builds(Quiet, st.frozensets(st.integers(0, 6)), st.lists(st.tuples(DAYS, DAYS), max_size=4).map(tuple)),
)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first=st.lists(PEOPLE, max_size=6), then=st.lists(PEOPLE, max_size=6))
def test_the_list_is_what_was_put_last(database: Database, first: list[Contact], then: list[Contact]) -> None:
    with database.write() as session:
        people.remove(session, [known.id for known in people.listed(session)], NOW)
        expected = {each.id: each for each in (*first, *then)}
        people.put(session, {each.id: each for each in first}.values(), NOW)
        people.put(session, {each.id: each for each in then}.values(), LATER)
        assert people.listed(session) == tuple(expected[ident] for ident in sorted(expected))


class TestAddresses:
    def test_nothing_is_known_of_a_new_one(self, database: Database) -> None:
        with database.write() as session:
            people.put(session, [LAN], NOW)
            assert people.standing(session, ADDRESS) == Standing(FOLDED)
            assert people.roster(session) == Roster({"lan": LAN})

    def test_asked_and_confirmed(self, database: Database) -> None:
        with database.write() as session:
            people.put(session, [LAN], NOW)
            people.asked(session, ADDRESS, NOW)
            assert people.verified(session, IDENT, LATER)
            assert people.verified(session, IDENT, LATER + timedelta(days=9))
            assert people.standing(session, ADDRESS) == Standing(FOLDED, asked_at=NOW, verified_at=LATER)
            assert people.roster(session) == Roster({"lan": LAN}, frozenset({FOLDED}))
            assert audit_of(session) == [(IDENT, "asked", None, None), (IDENT, "verified", None, None)]

    def test_confirmed_by_the_office_says_how_and_by_whom(self, database: Database) -> None:
        with database.write() as session:
            people.put(session, [LAN], NOW)
            people.verified(session, IDENT, NOW, why="gọi điện", who="Hương")
            assert audit_of(session) == [(IDENT, "verified", "gọi điện", "Hương")]

    def test_unsubscribed_and_back(self, database: Database) -> None:
        with database.write() as session:
            people.put(session, [LAN], NOW)
            people.verified(session, IDENT, NOW)
            assert people.unsubscribed(session, IDENT, NOW)
            assert people.unsubscribed(session, IDENT, LATER)
            assert people.standing(session, ADDRESS).unsubscribed_at == NOW
            assert not people.roster(session).reaches(LAN)
            assert people.resubscribed(session, IDENT, LATER)
            assert people.resubscribed(session, IDENT, LATER)
            assert people.roster(session).reaches(LAN)
            assert [state for _, state, _, _ in audit_of(session)] == ["verified", "unsubscribed", "resubscribed"]

    @pytest.mark.parametrize("act", [people.verified, people.unsubscribed, people.resubscribed])
    def test_an_address_nobody_has_is_not_there(
        self, database: Database, act: Callable[[Session, str, datetime], bool]
    ) -> None:
        with database.write() as session:
            assert act(session, IDENT, NOW) is False
            assert (boxes(session), audit_of(session)) == ([], [])

    def test_an_organisations_address_counts_as_confirmed(self, database: Database) -> None:
        take(database, FRONT)
        office = "mttq@quang-tri.example"
        with database.write() as session:
            assert people.roster(session) == Roster({}, frozenset({office}))
            assert people.standing(session, office.upper()) == Standing(office, official=True)
            assert people.unsubscribed(session, address_id(office), NOW)
            assert people.roster(session) == Roster({}, frozenset({office}), frozenset({office}))
            assert people.resubscribed(session, address_id(office), NOW)
            people.put(session, [contact(address=office)], NOW)
            assert people.roster(session).reaches(contact(address=office))


def bounce(session: Session, ident: str, sent: datetime) -> bool:
    """A mail of `ident` was sent and came back an hour later."""
    mail(session, ident, sent)
    suspended = people.bounced(session, ADDRESS, sent + timedelta(hours=1), "550 5.1.1 no such user")
    report = {"id": ident, "delivery": ident, "address": FOLDED, "action": "failed", "status": "5.1.1", "said": "550"}
    session.execute(BOUNCE.insert().values(**report, at=sent + timedelta(hours=1)))
    return suspended


def mail(session: Session, ident: str, sent: datetime) -> None:
    """A mail that the relay took."""
    row = {
        "id": ident,
        "address": ADDRESS,
        "lang": "vi",
        "day": sent.date(),
        "batch": ident,
        "state": DeliveryState.SENT,
    }
    times = {"next_try_at": sent, "created_at": sent, "sent_at": sent}
    session.execute(DELIVERY.insert().values(**row, **times, attempt=1, crashes=0, doubted=False))


def suspend(session: Session) -> list[bool]:
    return [bounce(session, str(number), NOW + timedelta(days=number)) for number in range(3)]


class TestBounces:
    def test_the_third_in_a_row_suspends(self, database: Database) -> None:
        with database.write() as session:
            people.put(session, [LAN], NOW)
            people.verified(session, IDENT, NOW)
            assert suspend(session) == [False, False, True]
            at = NOW + timedelta(days=2, hours=1)
            assert people.standing(session, ADDRESS) == Standing(
                FOLDED, verified_at=NOW, hard_bounces=3, suspended_at=at, last_bounce="550 5.1.1 no such user"
            )
            assert bounce(session, "3", NOW + timedelta(days=3)) is False
            assert people.standing(session, ADDRESS).suspended_at == at
            assert people.roster(session) == Roster({"lan": LAN}, frozenset({FOLDED}), frozenset({FOLDED}))
            states = [state for _, state, _, _ in audit_of(session)]
            assert states == ["verified", "bounced", "bounced", "suspended", "bounced"]

    @pytest.mark.parametrize(
        ("settled", "third"),
        [(MAY_RETURN_FOR, False), (MAY_RETURN_FOR - timedelta(hours=1), True)],
    )
    def test_a_mail_between_that_had_time_to_come_back_and_did_not(
        self, database: Database, settled: timedelta, third: bool
    ) -> None:
        with database.write() as session:
            people.put(session, [LAN], NOW)
            bounce(session, "a", NOW)
            bounce(session, "b", NOW + timedelta(days=1))
            mail(session, "c", NOW + timedelta(days=2))
            assert bounce(session, "d", NOW + timedelta(days=2, hours=-1) + settled) is third

    def test_a_confirmed_address_is_counted_anew(self, database: Database) -> None:
        with database.write() as session:
            people.put(session, [LAN], NOW)
            bounce(session, "a", NOW)
            bounce(session, "b", NOW + timedelta(days=1))
            people.verified(session, IDENT, LATER)
            assert bounce(session, "c", NOW + timedelta(days=2)) is False

    def test_confirming_opens_no_suspended_address(self, database: Database) -> None:
        with database.write() as session:
            people.put(session, [LAN], NOW)
            suspend(session)
            before = people.standing(session, ADDRESS)
            assert people.verified(session, IDENT, LATER)
            assert people.standing(session, ADDRESS) == replace(before, verified_at=LATER)

    def test_an_address_of_the_directory_comes_back_too(self, database: Database) -> None:
        with database.write() as session:
            assert suspend(session) == [False, False, True]
            assert people.roster(session).closed == frozenset({FOLDED})

    def test_the_office_opens_it_again(self, database: Database) -> None:
        with database.write() as session:
            people.put(session, [LAN], NOW)
            people.verified(session, IDENT, NOW)
            assert people.reopened(session, ADDRESS, NOW, why="gọi", who="Hương") is False
            suspend(session)
            people.unsubscribed(session, IDENT, LATER)
            assert people.reopened(session, ADDRESS, LATER, why="hộp thư đã sửa", who="Hương") is True
            assert people.standing(session, ADDRESS) == Standing(FOLDED, verified_at=NOW)
            assert people.roster(session).reaches(LAN)
            assert audit_of(session)[-1] == (IDENT, "reopened", "hộp thư đã sửa", "Hương")

    def test_one_who_left_is_not_brought_back_by_confirming(self, database: Database) -> None:
        with database.write() as session:
            people.put(session, [LAN], NOW)
            people.unsubscribed(session, IDENT, NOW)
            assert people.verified(session, IDENT, LATER)
            assert not people.roster(session).reaches(LAN)
