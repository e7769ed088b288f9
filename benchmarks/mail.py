"""How fast reminders leave, as ratios inside one run: the whole path, with all its care, against the obvious way.

The whole path is `dispatch.run_once` on a SQLite store with the product's own settings: claim, read again, compose,
store, mark, send, complete. The obvious way claims one mail in a transaction, renders the same words with the same
templates, lets `email` make the message, opens a connection for it, and marks it as sent in another transaction. Both
send to Debian's smtp-sink, once beside them and once 20 ms away, and both are checked: the sink's count, the states in
the store. Times are those of the clock; read the ratios.
"""

from __future__ import annotations

import shutil
import smtplib
import sys
import tempfile
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path
from statistics import median
from time import perf_counter

from measure import Ratio, arguments, report
from postoffice import MORNING, SINK, Country, Sink, away, sink
from sqlalchemy import func, null, select, update

from calendars.eyes import Voice
from calendars.feed import entries
from calendars.ical import Header, render
from config.database import Database
from notifications.claiming import Claim
from notifications.compose import message_id
from notifications.dispatch import run_once
from notifications.heading import greeting
from notifications.letters import ReminderLetter
from notifications.reading import read
from notifications.sections import others, sections
from notifications.tables import DELIVERY, REMINDER
from notifications.typeset import typeset

NEAR, FAR = "near", "20 ms away"
TARGETS = {NEAR: 15.0, FAR: 25.0}
DELAY = 0.020
CONNECTIONS, FEWER = 16, 4
"""Connections to the relay; the fewer are what the product opens unless it is told otherwise."""


@dataclass(frozen=True, slots=True)
class Case:
    """How a number of mails leave. `connections` None: the obvious way, one for each."""

    name: str
    country: Country
    place: str
    connections: int | None


def cases(mails: int, few: int) -> list[Case]:
    """The whole path sends `mails`; the obvious way sends fewer, so that a round ends."""
    many, some = Country(mails // 10, 10), Country(max(1, few // 10), 10)
    return [
        Case("the obvious way", some, NEAR, None),
        Case(f"the whole path, {CONNECTIONS} connections", many, NEAR, CONNECTIONS),
        Case(f"the whole path, {FEWER} connections", many, NEAR, FEWER),
        Case("a connection per message, 20 ms away", Country(max(1, few // 100), 10), FAR, None),
        Case(f"{FEWER} connections, 20 ms away", some, FAR, FEWER),
        Case(f"{CONNECTIONS} connections, 20 ms away", some, FAR, CONNECTIONS),
    ]


def the_obvious_way(country: Country, database: Database, port: int) -> None:
    """One mail after another."""
    while mail := claim_one(database):
        with database.read() as session:
            letter = read(session, mail, MORNING, country.study).letter
        assert isinstance(letter, ReminderLetter)
        message = obvious_message(letter, country).as_bytes()
        with smtplib.SMTP("127.0.0.1", port) as relay:
            relay.sendmail(country.letterhead.sender.address, [mail.address], message)
        with database.write() as session:
            session.execute(update(DELIVERY).where(DELIVERY.c.id == mail.id).values(state="sent", sent_at=MORNING))
            session.execute(update(REMINDER).where(REMINDER.c.delivery_id == mail.id).values(state="sent"))


def claim_one(database: Database) -> Claim | None:
    """The mail that has waited longest, held for us."""
    d = DELIVERY.c
    with database.write() as session:
        waiting = select(d.id, d.address, d.lang, d.day, d.attempt, d.doubted, null(), d.deadline)
        row = session.execute(waiting.where(d.state == "pending").order_by(d.next_try_at, d.id).limit(1)).first()
        if row is not None:
            session.execute(update(DELIVERY).where(d.id == row.id).values(state="claimed", attempt=1))
    return None if row is None else Claim("benchmark", *row)


def obvious_message(letter: ReminderLetter, country: Country) -> EmailMessage:
    """The same words, made into a message by `email`."""
    directory, head = country.almanac.directory, country.letterhead
    written = typeset(
        "reminder",
        letter.lang,
        {
            "greeting": greeting(letter, directory),
            "attached": True,
            "unsubscribe": letter.unsubscribe,
            "page": "Trang",
            "sections": sections(letter, head.links, directory),
            "others": others(letter, head.links, directory),
            "count": len(letter.items),
            "rises": False,
            "ahead": (),
            "week": None,
        },
    )
    events = tuple(entries([i.record for i in letter.items], directory, Voice(letter.lang), head.links.base_url))
    calendar = render(Header(name=events[0].summary, description="", lang=letter.lang), events).body
    message = EmailMessage(policy=SMTP)
    message["Date"] = format_datetime(letter.written_at)
    message["Message-ID"] = message_id(head, letter.delivery)
    message["From"] = f"{head.sender.name} <{head.sender.address}>"
    message["To"] = letter.address
    message["Subject"] = written.subject
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "OOF, AutoReply"
    message["Content-Language"] = letter.lang
    message["List-Unsubscribe"] = f"<{letter.unsubscribe}>"
    message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(written.text.decode(), cte="base64")
    message.add_alternative(written.html.decode(), subtype="html", cte="base64")
    message.add_attachment(calendar, maintype="text", subtype="calendar", filename="event.ics")
    return message


def prepared(found: list[Case], folder: Path) -> dict[int, Path]:
    """A store for each country, filled once and copied for every round."""
    made: dict[int, Path] = {}
    for country in {id(case.country): case.country for case in found}.values():
        path = folder / f"country-{len(made)}.db"
        database = Database(f"sqlite:///{path}")
        country.fill(database)
        database.close()
        made[id(country)] = path
    return made


def seconds_of(case: Case, store: Path, relay: Sink, port: int) -> float:
    """Seconds for one mail, in a fresh copy of the store. Every mail arrives, none twice, all are marked as sent."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "store.db"
        shutil.copyfile(store, copy)
        database = Database(f"sqlite:///{copy}")
        with database.read() as session:
            session.execute(select(DELIVERY.c.id).limit(1))
        before, mails = relay.taken(), case.country.mails
        begin = perf_counter()
        if case.connections is None:
            the_obvious_way(case.country, database, port)
        else:
            run_once(case.country.desk(database, port, case.connections))
        took = perf_counter() - begin
        with database.read() as session:
            states = session.execute(select(DELIVERY.c.state, func.count()).group_by(DELIVERY.c.state)).all()
        database.close()
    assert [tuple(row) for row in states] == [("sent", mails)], states
    assert relay.taken() - before == mails, (relay.taken() - before, mails)
    return took / mails


def measured(found: list[Case], rounds: int) -> dict[str, float]:
    """Median seconds for one mail of each case; every round runs each of them once."""
    taken: dict[str, list[float]] = {case.name: [] for case in found}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        stores = prepared(found, folder)
        with sink(folder) as relay, away(relay.port, DELAY) as far:
            for number in range(rounds + 1):
                for case in found:
                    port = relay.port if case.place == NEAR else far
                    took = seconds_of(case, stores[id(case.country)], relay, port)
                    if number:  # the first round warms templates and statements up
                        taken[case.name].append(took)
    return {name: median(times) for name, times in taken.items()}


def main() -> None:
    """Exits with 1 when a target was missed."""
    parser = arguments(__doc__)
    parser.add_argument("--mails", type=int, default=5_000, help="mails of the whole path")
    parser.add_argument("--few", type=int, default=500, help="mails of the obvious way")
    given = parser.parse_args()
    if SINK is None:
        print("smtp-sink is not installed: apt-get install postfix (nothing of it has to run)")
        sys.exit(report([], given.json))
    found = cases(given.mails, given.few)
    times = measured(found, given.rounds)
    print("| way | µs a mail | mails/s |\n| --- | --- | --- |")
    for name, took in times.items():
        print(f"| {name} | {took * 1e6:.0f} | {1 / took:.0f} |")
    obvious, whole, usual, single, fewer, many = (times[case.name] for case in found)
    ratios = [
        Ratio(
            "a reminder's whole path to smtp-sink",
            "the obvious way",
            obvious / whole,
            TARGETS[NEAR],
            note=f"with {FEWER} connections {obvious / usual:.3g}",
        ),
        Ratio(
            "the same to a relay 20 ms away",
            "a connection per message",
            single / many,
            TARGETS[FAR],
            note=f"with {FEWER} connections {single / fewer:.3g}",
        ),
    ]
    sys.exit(report(ratios, given.json))


if __name__ == "__main__":
    main()
