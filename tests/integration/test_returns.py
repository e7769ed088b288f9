"""Mail that came back, written down: each once, and the third in a row closes the address."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from config.database import Database
from notifications import people, returns
from notifications.bounces import Action, Ignored, Report
from notifications.contacts import address_id
from notifications.returns import Returned
from notifications.tables import BOUNCE
from tests.integration.postroom import MAIL, NOW, Postroom

NOBODY = "550 5.1.1 user unknown"
SAID = f"5.1.1 {NOBODY}"


@dataclass
class Reader:
    """Writes reports down, a day later each."""

    room: Postroom
    office: list[tuple[str, str, str]] = field(default_factory=list)

    def mail(self, occurrence: str) -> str:
        """A mail that the relay took."""
        ident = self.room.put(occurrence)
        self.room.sent()
        self.room.now += timedelta(hours=1)
        return ident

    def read(self, mail: str, action: Action = Action.FAILED, status: str = "5.1.1") -> Returned | Ignored:
        with self.room.database.write() as session:
            tell = lambda *said: self.office.append(said)  # noqa: E731 - one line, used once
            return returns.record(session, Report(mail, action, status, NOBODY), self.room.now, tell)

    def standing(self) -> tuple[int, bool]:
        """Bounces that count, and whether the address is suspended."""
        with self.room.database.read() as session:
            found = people.standing(session, MAIL)
        return found.hard_bounces, found.suspended_at is not None

    def rows(self) -> list[Any]:
        b = BOUNCE.c
        with self.room.database.read() as session:
            query = select(b.delivery, b.address, b.action, b.status, b.said, b.at).order_by(b.at, b.delivery)
            return [tuple(row) for row in session.execute(query)]


@pytest.fixture
def reader(database: Database) -> Reader:
    return Reader(Postroom(database))


def returned(mail: str, suspended: bool = False, action: Action = Action.FAILED, status: str = "5.1.1") -> Returned:
    return Returned(Report(mail, action, status, NOBODY), MAIL, suspended)


def test_three_in_a_row_suspend_the_address_and_the_office_is_told_once(reader: Reader) -> None:
    first, second, third, fourth = (reader.mail(f"event.{year}") for year in (2021, 2022, 2023, 2024))
    assert [reader.read(first), reader.read(second)] == [returned(first), returned(second)]
    assert (reader.standing(), reader.office) == ((2, False), [])
    assert reader.read(third) == returned(third, suspended=True)
    assert (reader.standing(), reader.office) == ((3, True), [(third, MAIL, SAID)])
    assert reader.read(fourth) == returned(fourth)
    assert len(reader.office) == 1
    assert reader.room.audit("delivery", third)[-1] == ("returned", SAID, "bounces")
    assert reader.room.audit("mailbox", address_id(MAIL)) == [
        ("bounced", None, None),
        ("bounced", None, None),
        ("suspended", None, None),
        ("bounced", None, None),
    ]


def test_one_mail_counts_once(reader: Reader) -> None:
    mail = reader.mail("event.2021")
    assert reader.read(mail) == returned(mail)
    before = reader.rows()
    assert before == [(mail, MAIL, "failed", "5.1.1", NOBODY, reader.room.now)]
    assert [reader.read(mail), reader.read(mail, status="5.2.2")] == [Ignored.KNOWN] * 2
    assert (reader.rows(), reader.standing()) == (before, (1, False))


def test_only_what_failed_for_good_counts(reader: Reader) -> None:
    late, arrived, soft = (reader.mail(f"event.{year}") for year in (2021, 2022, 2023))
    assert reader.read(late, Action.DELAYED, "4.4.1") == returned(late, action=Action.DELAYED, status="4.4.1")
    assert reader.read(arrived, Action.DELIVERED, "2.0.0") == returned(arrived, action=Action.DELIVERED, status="2.0.0")
    assert reader.rows() == []
    assert reader.read(soft, status="4.4.7") == returned(soft, status="4.4.7")
    assert [row[0] for row in reader.rows()] == [soft]
    assert reader.standing() == (0, False)


def test_a_mail_that_stayed_away_starts_the_count_anew(reader: Reader) -> None:
    bad = [reader.mail(f"bad.{year}") for year in (2021, 2022)]
    reader.read(bad[0])
    reader.read(bad[1])
    reader.mail("good.2023")
    reader.room.now += people.MAY_RETURN_FOR
    last = reader.mail("bad.2024")
    assert reader.read(last) == returned(last)
    assert reader.standing() == (1, False)


def test_a_mail_nobody_sent_is_left_alone(reader: Reader) -> None:
    assert reader.read("0" * 32) is Ignored.UNKNOWN
    assert reader.rows() == []
    assert reader.room.now == NOW
