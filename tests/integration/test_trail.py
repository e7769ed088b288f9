"""The trail: whatever people do verifies, and whatever is changed in it or in the journal shows."""

from __future__ import annotations

import threading
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Executable, select, text
from sqlalchemy.exc import DBAPIError
from sqlmodel import SQLModel

from config.backup import back_up
from config.database import Database
from config.decide import decide
from config.replay import rebuild
from config.restore import restore
from notifications import byhand
from scheduler import trail, trailbook
from scheduler.amendment import Decision, Verb
from scheduler.proving import Break, proved
from scheduler.tables import JournalRow, TrailRow
from scheduler.trail import NOTHING, Area, Deed, Entry, Head, entry_of
from scheduler.trailbook import Question
from tests.integration.desk import Still
from tests.integration.postroom import Postroom
from tests.integration.registry import (
    ACTS,
    SEALED,
    Registry,
    by_force,
    cells,
    swapped,
    taken_out,
    tampered,
    unguarded,
)
from tests.integration.town import FRONT, LATER, NOON, OTHER, everything, take

LAW = settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)
MORE = "INSERT INTO journal (batch, at, kind, subject, text, digest) VALUES"
SHORT = st.text(max_size=4)
KNOWN: dict[str, Registry] = {}


def told(database: Database, **question: object) -> list[tuple[str, str, str, str]]:
    """Who, area, action and subject of every line, the newest first."""
    with database.read() as session:
        found = trailbook.listed(session, Question(**question), 1000)  # type: ignore[arg-type]  # fields of a Question
    return [(entry.who, entry.area, entry.action, entry.subject) for entry in found]


def test_each_act_is_a_line_that_says_who_and_what(database: Database) -> None:
    registry = Registry(database)
    for act in ACTS:
        registry.do(act)
    mail = registry.mail
    assert told(database) == [
        ("lan", "officer", "invited", "binh"),
        ("binh", "feed", "rotated", "a0"),
        ("binh", "contact", "removed", "lan"),
        ("binh", "contact", "verified", "lan"),
        ("binh", "contact", "changed", "lan"),
        ("binh", "contact", "added", "lan"),
        ("binh", "mail", "release", mail),
        ("binh", "mail", "hold", mail),
        ("Lê Thị Lan", "decision", "confirm", "hoi-dam.2022"),
        ("luanphien", "refresh", "refreshed", "2024-01-01"),
        ("luanphien", "plan", "given", "mat-tran"),
        ("luanphien", "plan", "given", "mat-tran"),
        ("văn phòng", "officer", "added", "binh"),
        ("lan", "feed", "created", "a0"),
        ("luanphien", "plan", "given", "mat-tran"),
    ]  # fmt: skip
    proof = registry.proof()
    with database.read() as session:
        assert (proof.whole, proof.lines, proof.head) == (True, 15, trail.head(session))


def test_no_line_holds_what_must_be_forgotten(database: Database) -> None:
    registry = Registry(database)
    registry.do("contact")
    registry.do("address")
    with database.read() as session:
        lines = trailbook.listed(session, Question(area=Area.CONTACT), 99)
        officers = trailbook.listed(session, Question(area=Area.OFFICER), 99)
    assert [line for line in (*lines, *officers) if "@" in repr(line) or "Nguyễn" in repr(line)] == []


def test_what_is_only_shown_or_taken_back_leaves_no_line(database: Database) -> None:
    registry = Registry(database)
    before = everything(database)
    decide(
        Still(database, LATER), Decision(verb=Verb.CANCEL, keys=("hoi-dam.2022",)), "lan", "xem thử", apply=False
    )  # fmt: skip
    take(database, FRONT + OTHER.partition("obligations:\n")[2], preview=True)
    with suppress(ZeroDivisionError), database.write() as session:
        byhand.hold(session, [registry.mail], "lan", NOON)
        raise ZeroDivisionError
    with database.write() as session:
        byhand.hold(session, [registry.mail], "lan", NOON)
        session.rollback()
    with database.write() as session:
        byhand.release(session, [registry.mail], "lan", NOON)  # it is not held
    assert everything(database) == before


def test_the_machine_writes_none(database: Database) -> None:
    room = Postroom(database, NOON)
    room.put("hoi-dam.2021")
    room.sent()
    assert told(database) == []


@LAW
@given(acts=st.lists(st.sampled_from(ACTS), max_size=6), cell=st.integers(0, 10**6), other=st.integers(0, 10**6))
def test_any_acts_verify_and_any_change_shows(database: Database, acts: list[str], cell: int, other: int) -> None:
    registry = _registry(database)
    for act in acts:
        registry.do(act)
    assert registry.proof().whole
    every = cells(database)
    table, key, column = every[cell % len(every)]
    with by_force(database) as session:
        tampered(session, table, key, column)
        assert not proved(session).whole
    with by_force(database) as session:
        taken_out(session, table, key)
        assert not proved(session).whole
    beside = [row for name, row, _ in every if name == table and row != key]
    if beside and table != "trail_about":  # which is nothing but its key
        with by_force(database) as session:
            swapped(session, table, key, beside[other % len(beside)])
            assert not proved(session).whole
    assert registry.proof().whole


def _registry(database: Database) -> Registry:
    """The one of the example before, where there is one: examples share a store."""
    if database.url not in KNOWN:
        KNOWN[database.url] = Registry(database)
    return KNOWN[database.url]


def test_every_cell_counts(database: Database) -> None:
    registry = Registry(database)
    for act in ("decision", "mail_held", "contact", "officer"):
        registry.do(act)
    silent = []
    for table, key, column in cells(database):
        with by_force(database) as session:
            tampered(session, table, key, column)
            if proved(session).whole:
                silent.append((table, key, column))
    assert silent == []
    assert {table for table, _, _ in cells(database)} == set(SEALED)


class TestWhatIsBroken:
    """The first line that is not as it was written, and how."""

    @pytest.fixture(autouse=True)
    def _acts(self, database: Database) -> None:
        found = Registry(database)
        for act in ("decision", "mail_held", "plan"):
            found.do(act)

    @pytest.mark.parametrize(
        ("statement", "fault", "number"),
        [
            ("UPDATE trail SET who = 'ai' WHERE number = 4", Break.LINE, 4),
            ("UPDATE trail SET at = '2021-01-01' WHERE number = 4", Break.LINE, 4),
            ("UPDATE trail_about SET about = 'x' WHERE trail = 4 AND about = 'hoi-dam'", Break.LINE, 4),
            ("DELETE FROM trail_about WHERE trail = 4", Break.LINE, 4),
            ("INSERT INTO trail_about VALUES (4, 'x')", Break.LINE, 4),
            ("DELETE FROM trail WHERE number = 1", Break.GAP, 2),
            ("DELETE FROM trail WHERE number = 5", Break.GAP, 6),
            ("DELETE FROM trail WHERE number = 7", Break.UNSEALED, 3),
            ("DELETE FROM trail WHERE number > 4", Break.UNSEALED, 3),
            ("DELETE FROM trail", Break.UNSEALED, 1),
            ("DELETE FROM trail_head", Break.HEAD, 8),
            ("UPDATE trail_head SET number = 8", Break.HEAD, 8),
            ("UPDATE trail_head SET digest = 'x'", Break.HEAD, 8),
            ("INSERT INTO trail_head VALUES (2, 7, 'x')", Break.HEAD, 8),
            ("INSERT INTO trail_about VALUES (99, 'x')", Break.LOOSE, 99),
            ("UPDATE journal SET text = '' WHERE kind = 'decision'", Break.JOURNAL, 4),
            ("UPDATE journal SET digest = 'x' WHERE kind = 'decision'", Break.JOURNAL, 4),
            ("UPDATE journal SET subject = 'x' WHERE kind = 'refresh'", Break.JOURNAL, 1),
            ("UPDATE journal SET at = '2021-01-01 00:00:00' WHERE kind = 'plan' AND batch = 1", Break.JOURNAL, 1),
            ("UPDATE journal SET batch = 99 WHERE kind = 'decision'", Break.JOURNAL, 4),
            ("DELETE FROM journal WHERE kind = 'decision'", Break.JOURNAL, 4),
            ("DELETE FROM journal", Break.JOURNAL, 1),
            (f"{MORE} (99, '2021-01-01 00:00:00', 'plan', 'x', '', '')", Break.UNSEALED, 99),
        ],
    )  # fmt: skip
    def test_is_said(self, database: Database, statement: str, fault: Break, number: int) -> None:
        with by_force(database) as session:
            batches = sorted(set(session.execute(select(JournalRow.batch)).scalars()))  # type: ignore[call-overload]  # a column
            session.execute(text(statement))
            proof = proved(session)
        number = batches[number - 1] if fault is Break.UNSEALED and number <= len(batches) else number
        assert (proof.fault, proof.number) == (fault, number)

    def test_a_whole_new_trail_shows_to_who_noted_its_head(self, database: Database) -> None:
        with database.read() as session:
            head = trail.head(session)
            assert head is not None
            for noted in ((head.number, head.digest[:16]), (1, "")):
                assert proved(session, noted).whole
            later, other = proved(session, (99, "ab")), proved(session, (4, "f" * 16))
        assert (later.fault, later.number, other.fault, other.number) == (Break.NOTED, 99, Break.NOTED, 4)


@pytest.mark.parametrize("table", ["trail", "trail_about"])
def test_the_database_refuses_to_change_or_delete_a_line(database: Database, table: str) -> None:
    Registry(database)
    rows = SQLModel.metadata.tables[table]
    statements: list[Executable] = [rows.update().values({"who" if table == "trail" else "about": "x"}), rows.delete()]
    statements += [text(f"TRUNCATE {table} CASCADE")] if database.engine.dialect.name == "postgresql" else []
    for statement in statements:
        with pytest.raises(DBAPIError, match="the trail is append-only"), database.write() as session:
            session.execute(statement)


@pytest.mark.parametrize(
    ("statement", "action"),
    [
        ("DELETE FROM trail_head", "head-lost"),
        ("UPDATE trail_head SET number = 0", "head-lost"),
        ("UPDATE trail_head SET number = 1", "head-changed"),
        ("UPDATE trail_head SET digest = 'x'", "head-changed"),
    ],
)
def test_a_lost_head_keeps_nobody_from_working_and_is_written_down(
    database: Database, statement: str, action: str
) -> None:
    registry = Registry(database)
    with database.write() as session:
        session.execute(text(statement))
    assert registry.proof().fault is Break.HEAD
    registry.do("contact")
    registry.do("feed")
    assert told(database)[:3] == [
        ("binh", "feed", "rotated", "a0"), ("binh", "contact", "added", "lan"), ("luanphien", "store", action, "trail")
    ]  # fmt: skip
    proof = registry.proof()
    assert (proof.whole, proof.lines, proof.heads) == (True, 6, (4,))
    with database.read() as session:
        [_, _, line, *_] = trailbook.listed(session, Question(), 9)
        assert (proof.head, trailbook.detail_of(line)["after"]) == (trail.head(session), {"number": 3})


def test_lines_cut_off_under_a_lost_head_leave_that_it_was_lost(database: Database) -> None:
    """Which lines they were only a backup tells, or a seal noted elsewhere."""
    registry = Registry(database)
    with database.read() as session:
        noted = trail.head(session)
    with database.engine.execution_options(writes=True).begin() as connection:
        unguarded(connection)
        for statement in ("trail_about WHERE trail = 3", "trail WHERE number = 3", "trail_head"):
            connection.execute(text(f"DELETE FROM {statement}"))  # noqa: S608 - of ours
    registry.do("feed")
    assert noted is not None
    with database.read() as session:
        proof, compared = proved(session), proved(session, (noted.number, noted.digest))
    assert (proof.whole, proof.heads) == (True, (3,))
    assert (compared.fault, compared.number) == (Break.NOTED, 3)


def test_lines_cut_off_under_a_head_that_stands_leave_a_gap(database: Database) -> None:
    registry = Registry(database)
    with database.write() as session:
        session.execute(text("UPDATE trail_head SET number = 7"))
    registry.do("contact")
    assert (registry.proof().fault, registry.proof().number) == (Break.GAP, 8)


def test_a_trail_that_begins_has_lost_nothing(database: Database) -> None:
    with database.write() as session:
        trail.note(session, TestLine.DEED)
    assert [line[1] for line in told(database)] == ["decision"]


def test_many_at_a_time_stand_in_one_row(database: Database) -> None:
    """On PostgreSQL several may write beside the journal at once; each waits for the head."""
    room = Postroom(database, NOON)
    mails = [room.put(f"hoi-dam.{year}", f"{year}@x.example") for year in range(4)]
    faults: list[BaseException] = []

    def handle(mail: str) -> None:
        try:
            for _ in range(5):
                with database.write_beside() as session:
                    byhand.hold(session, [mail], "lan", NOON)
                with database.write_beside() as session:
                    byhand.release(session, [mail], "lan", NOON)
        except BaseException as error:  # noqa: BLE001 - told by the test's own thread
            faults.append(error)

    threads = [threading.Thread(target=handle, args=(mail,)) for mail in mails]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    with database.read() as session:
        assert (proved(session).lines, proved(session).whole) == (40, True)


def test_a_rebuild_leaves_it_alone(database: Database) -> None:
    registry = Registry(database)
    registry.do("decision")
    before = told(database)
    assert rebuild(database).different == ()
    assert (told(database), registry.proof().whole) == (before, True)


def test_a_backup_carries_it_and_it_is_proved_there(database: Database, target: Database, tmp_path: Path) -> None:
    registry = Registry(database)
    registry.now += timedelta(microseconds=7)
    for act in ACTS:
        registry.do(act)
    back_up(database, tmp_path / "x.gz", LATER)
    restore(Still(target, LATER), tmp_path / "x.gz", send=True)
    with target.read() as session:
        assert proved(session) == registry.proof()
    there = Registry.__new__(Registry)
    there.__dict__.update(registry.__dict__ | {"database": target})
    there.do("contact")
    assert there.proof().whole


class TestReading:
    def test_narrowed(self, database: Database) -> None:
        registry = Registry(database)
        for act in ACTS:
            registry.do(act)

        def numbers(**question: object) -> list[int]:
            with database.read() as session:
                asked = Question(**question)  # type: ignore[arg-type]  # fields of a Question
                found = [entry.number for entry in trailbook.listed(session, asked, 99)]
                assert trailbook.count(session, asked) == len(found)
                assert [entry.number for entry in trailbook.before(session, asked, None, 99)] == found
                return found

        assert numbers(who="thị lan") == numbers(who="Thị Lan")
        assert numbers(who="Thị Lan") == [7]
        assert numbers(who="%") == []
        assert numbers(key="hoi-dam.2022") == [7]
        assert numbers(key="hoi-dam") == [7]
        assert numbers(key="hoi-dam.2021") == [9, 8]
        assert numbers(key="mat-tran") == [5, 4, 1]
        assert numbers(key="danh-ba.yaml") == [5, 1]
        assert numbers(key="lan") == [13, 12, 11, 10]
        assert numbers(key=registry.mail) == [9, 8]
        assert numbers(area=Area.DIRECTORY) == [5, 1]
        assert numbers(area=Area.REFRESH) == [6, 1]
        assert numbers(area=Area.DECISION) == [7]
        assert numbers(area=Area.MAIL) == [9, 8]
        assert numbers(first=NOON + timedelta(minutes=8)) == [15, 14]
        assert numbers(until=NOON + timedelta(minutes=1)) == [3, 2, 1]
        assert numbers(key="nobody") == []

    def test_what_concerns_an_office_is_for_it_alone(self, database: Database) -> None:
        registry = Registry(database)
        for act in ("mail_held", "contact", "officer"):
            registry.do(act)
        whole, theirs, nobody = told(database), told(database, of=("mttq",)), told(database, of=())
        assert [line for line in theirs if line not in whole] == []
        assert {line[1] for line in nobody} == {"plan", "feed"}
        assert [line[1] for line in told(database, of=(), own="binh")] == ["contact", "mail", "mail", "feed", "plan"]
        assert {line[1] for line in theirs} == {"plan", "feed", "contact", "officer"}

    def test_read_on_from_a_number(self, database: Database) -> None:
        registry = Registry(database)
        registry.do("address")
        with database.read() as session:
            first = trailbook.before(session, Question(), None, 4)
            then = trailbook.before(session, Question(), first[-1].number, 4)
            skipped = trailbook.listed(session, Question(), 4, skip=4)
        assert ([one.number for one in first], [one.number for one in then]) == ([6, 5, 4, 3], [2, 1])
        assert then == skipped


class TestLine:
    """What is sealed does not change with versions, databases or clocks."""

    DEED = Deed(
        at=datetime(2026, 11, 22, 9, 30, tzinfo=UTC), who="Lê Thị Lan", area=Area.DECISION, action="confirm",
        subject="hoi-dam.2022", detail={"why": "công văn", "n": 1}, about=("b", "a", "b"), batch=7,
    )  # fmt: skip

    def test_a_known_line_has_its_known_digest(self) -> None:
        entry = entry_of(self.DEED, Head(0, NOTHING))
        assert entry.detail == '{"n":1,"why":"công văn"}'
        assert (entry.number, entry.about) == (1, ("a", "b"))
        assert entry.seal == "09812ca3cd07ea8ee938e4a3758e3091ff79f73266dc9d36e0661ddde978827b"

    def test_it_is_what_databases_keep(self) -> None:
        odd = Deed(
            at=NOON, who="a\0b\udcff" + "x" * 999, area=Area.STORE, action="x", subject="\0",
            detail={"why": "\0\udcff" + "y" * 5000, "n": list(range(900))}, about=[str(n) for n in range(900)],
        )  # fmt: skip
        entry = entry_of(odd, Head(4, NOTHING))
        assert (entry.who[:4], len(entry.who), entry.subject, len(entry.about)) == ("a\ufffdb?", 500, "\ufffd", 500)
        assert len(entry.detail) < 8000
        entry.seal.encode()

    @given(
        st.lists(
            st.tuples(st.integers(1, 99), SHORT, SHORT, st.lists(SHORT, max_size=3)),
            min_size=2, max_size=2, unique_by=lambda one: (one[0], one[1], one[2], tuple(sorted(set(one[3])))),
        )
    )  # fmt: skip
    def test_two_lines_never_have_one_seal(self, both: list[tuple[int, str, str, list[str]]]) -> None:
        first, second = (
            Entry(
                number=number, at=NOON, who=who, area="plan", action="x", subject=subject, detail="{}",
                about=tuple(sorted(set(about))), batch=None, previous=NOTHING,
            ).seal
            for number, who, subject, about in both
        )  # fmt: skip
        assert first != second


def test_columns_are_those_of_a_line() -> None:
    assert {column.name for column in trailbook.COLUMNS} == set(TrailRow.model_fields)
