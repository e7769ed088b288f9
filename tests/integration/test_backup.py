"""What a backup gives back: the whole store, in every database, whoever works on it meanwhile; or nothing at all."""

from __future__ import annotations

import json
import string
import subprocess
import sys
import threading
import time
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Table, delete, func, select, update
from sqlmodel import SQLModel

from calendars.eyes import Voice
from calendars.feedquery import FeedQuestion
from config import backupfile, backuprows, officerbook, proposals, sessions
from config.backup import back_up, back_up_finally, resume
from config.backupfile import BackupError, Contents
from config.chainfile import load_chains
from config.database import Database
from config.feeds import feed_bytes
from config.mailing import send_due, write_due
from config.moved import HandedOverError, closed, handed_over
from config.officers import Officer, Role
from config.planfile import SourceFile
from config.restore import Restored, restore
from config.sessions import Lasting
from config.settle import Given, refresh, sync
from config.steady import ANCHOR
from notifications import byhand, claiming, outbook
from notifications.tables import DELIVERY, MAIL_AUDIT, DeliveryState
from scheduler import store
from scheduler.errors import EmptyStoreError
from scheduler.occurrence import Selection
from scheduler.plan import Text
from scheduler.proving import Proof, proved
from tests.integration.desk import Hand, Still
from tests.integration.postroom import NOW, Postroom
from tests.integration.test_incremental import NO_HOLIDAYS, PEOPLE, VARIANTS, steps
from tests.integration.test_incremental import NOON as BEGUN
from tests.integration.test_incremental import _file as people_file
from tests.integration.test_incremental import _given as files_of
from tests.integration.test_migrations import alembic, without_trail
from tests.integration.town import FRONT, everything, take

ROOT = Path(__file__).parents[2]
WORK = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
NOT_IN_IT = {"voice", "block", "sheet", "worker", "officer_session", "password_link", "sign_in_try"}
"""Tables that a restored store fills again as they are needed."""


def kept(database: Database) -> dict[str, list[tuple[Any, ...]]]:
    """Every row that a restore must bring back."""
    rows = {name: rows for name, rows in everything(database).items() if name not in NOT_IN_IT}
    return rows | {"kept": [row for row in rows["kept"] if not row[0].startswith(ANCHOR)]}


def backed_up(database: Database, folder: Path, name: str = "backup.gz", now: datetime = WORK) -> tuple[Path, Contents]:
    path = folder / name
    path.unlink(missing_ok=True)
    return path, back_up(database, path, now)


def put_back(target: Database, path: Path, *, send: bool = True, now: datetime = WORK) -> Restored:
    return restore(Still(target, now), path, send=send)


def proof_of(database: Database) -> Proof:
    """That a trail is whole, and how long it is."""
    with database.read() as session:
        proof = proved(session)
    assert proof.whole
    return proof


def emptied(database: Database) -> None:
    """Of the trail nobody can delete a line; only its tables can go."""
    with database.engine.execution_options(writes=True).begin() as connection:
        for table in reversed(SQLModel.metadata.sorted_tables):
            if not table.name.startswith("trail"):
                connection.execute(delete(table))
        command.downgrade(alembic(connection), "0007")
        command.upgrade(alembic(connection), "head")


def feeds(database: Database) -> list[bytes]:
    """Calendars in two languages, whole and by the eyes of one side."""
    chains = load_chains(None)
    questions = [
        FeedQuestion(Selection(), Voice("vi", None, steps=False), alarms=False),
        FeedQuestion(Selection(partners=("salavan",)), Voice("en", "quang-tri", steps=False), alarms=True),
    ]
    return [feed_bytes(Still(database, WORK), question, chains) for question in questions]


# ---- what goes in ----


def test_every_table_is_kept_or_made_anew() -> None:
    assert {*backuprows.TABLES} | backuprows.MADE_ANEW == SQLModel.metadata.tables.keys()
    assert backuprows.MADE_ANEW.isdisjoint(backuprows.TABLES)


def test_numbered_tables_are_known() -> None:
    counted = (table for table in SQLModel.metadata.sorted_tables if table.autoincrement_column is not None)
    assert {table.name for table in counted} == set(backuprows.NUMBERED)


def test_rows_are_written_after_what_they_rest_on() -> None:
    ordered = [table.name for table in SQLModel.metadata.sorted_tables]
    for name in backuprows.TABLES:
        for key in SQLModel.metadata.tables[name].foreign_keys:
            assert ordered.index(key.column.table.name) < ordered.index(name)
            assert backuprows.TABLES.index(key.column.table.name) < backuprows.TABLES.index(name)


def test_a_full_store_comes_back_whole(database: Database, target: Database, tmp_path: Path) -> None:
    hand = Hand.with_plans(database)
    job = Still(database, hand.now + timedelta(days=3))
    job.__dict__["settings"] = job.settings.model_copy(update={"mail_url": f"maildir:{tmp_path / 'mail'}"})
    send_due(job, at_once=True)
    path, contents = backed_up(database, tmp_path)
    assert contents.sums["delivery"].rows > 0
    done = put_back(target, path)
    assert done == Restored(contents=contents, occurrences=210, proof=proof_of(database))
    assert kept(target) == kept(database)
    assert feeds(target) == feeds(database)
    _, again = backed_up(target, tmp_path, "again.gz")
    assert again.sums == contents.sums
    # and it works on: the next line and the next note have the next number
    assert refresh(target, WORK, date(2027, 1, 1)).problems == ()
    Postroom(target, WORK).put("event.2030")


def test_officers_come_back_with_their_passwords_and_sign_in_anew(
    database: Database, target: Database, tmp_path: Path
) -> None:
    take(database, FRONT)
    lasting = Lasting(timedelta(hours=1), timedelta(hours=8))
    lan = Officer(
        id="lan", name="Lê Thị Lan", address="lan@tinh.example", role=Role.ADMIN, organisations=(), lang="vi",
        created_at=WORK,
    )  # fmt: skip
    with database.write() as session:
        officerbook.add(session, lan, "test")
        officerbook.set_password(session, "lan", "kept")
        sessions.begin(session, "lan", "token", WORK, lasting)
    path, _ = backed_up(database, tmp_path)
    put_back(target, path)
    assert kept(target) == kept(database)
    with target.write() as session:
        assert officerbook.credentials(session, "lan") == officerbook.Credentials(lan, "kept")
        assert sessions.found(session, "token", WORK, lasting) is None
        officerbook.close(session, "lan", "test", WORK)  # the next line of the audit has the next number


def test_proposals_come_back_and_are_counted_on(database: Database, target: Database, tmp_path: Path) -> None:
    take(database, FRONT)
    with database.write() as session:
        proposals.propose(session, "mat-tran", "# mới\n" + FRONT, "0" * 64, "lan", WORK)
        ended = proposals.propose(session, "mat-tran", "# nữa\n" + FRONT, "0" * 64, "binh", WORK)
        proposals.end(session, ended, proposals.State.REFUSED, "lan", WORK, reason="chưa thống nhất")
    path, contents = backed_up(database, tmp_path)
    assert contents.sums["proposal"].rows == 2
    put_back(target, path)
    assert kept(target) == kept(database)
    with target.write() as session:
        assert proposals.propose(session, "tinh", FRONT, "", "lan", WORK) == ended + 1


# ---- laws ----

LETTERS = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=12)
"""What both databases can hold."""

_VALUES = {
    "text": LETTERS,
    "integer": st.integers(-(2**31), 2**31 - 1),
    "boolean": st.booleans(),
    "moment": st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - aware by its timezones
    "day": st.dates(date(1, 1, 1), date(9999, 12, 31)),
    "bytes": st.binary(max_size=40),
}
FILLED = ("feed_link", "feed_fetch", "contact", "mailbox", "delivery", "mail_bytes", "reminder", "answer", "bounce")
REST = (DeliveryState.SENT, DeliveryState.PENDING, DeliveryState.HELD, DeliveryState.IN_DOUBT, DeliveryState.DEAD)


@st.composite
def rows(draw: st.DrawFn) -> dict[str, list[dict[str, Any]]]:
    """Rows of any values for the tables of people, links and mail, as their keys and references allow."""
    made: dict[str, list[dict[str, Any]]] = {}
    for name in (*FILLED, "mail_audit"):
        table = SQLModel.metadata.tables[name]
        idents = draw(st.lists(st.text(string.hexdigits, min_size=1, max_size=16), unique=True, max_size=4))
        made[name] = []
        for ident in idents:
            row = _row(draw, table, ident, made)
            if row is not None and row.get("id") not in [other["id"] for other in made[name] if "id" in other]:
                made[name].append(row)
    return made


def _row(draw: st.DrawFn, table: Table, ident: str, made: dict[str, list[dict[str, Any]]]) -> dict[str, Any] | None:
    row: dict[str, Any] = {}
    for column in table.columns:
        name, kind = column.name, backuprows._kind(getattr(column.type, "impl", column.type))
        [*there] = column.foreign_keys
        parents = [parent["id"] for parent in made[there[0].column.table.name]] if there else []
        if there:
            taken = {row[name] for row in made.get(table.name, ())}
            free = [parent for parent in parents if parent not in taken]
            if not free and not column.nullable:
                return None
            row[name] = free[int(ident, 16) % len(free)] if free else None
        elif (table.name, name) == ("mail_audit", "id"):
            row[name] = int(ident, 16) % 2**31
        elif (column.primary_key or name in ("address", "slug", "digest", "occurrence")) and kind == "text":
            row[name] = ident
        elif (table.name, name) == ("delivery", "state"):
            row[name] = draw(st.sampled_from(REST)).value
        else:
            nothing = st.none() if column.nullable else st.nothing()
            long = getattr(column.type, "length", None)
            value = draw(nothing | _VALUES[kind])
            row[name] = value[:long] if isinstance(value, str) else value
    return row


@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)
@given(walk=st.lists(steps, max_size=4), filling=rows())
def test_what_comes_back_is_what_went_in(
    database: Database,
    target: Database,
    tmp_path: Path,
    walk: list[dict[str, object]],
    filling: dict[str, list[dict[str, Any]]],
) -> None:
    emptied(database)
    emptied(target)
    _live_through(database, walk)
    with database.write() as session:
        for name, some in filling.items():
            if some:
                session.execute(SQLModel.metadata.tables[name].insert(), some)
    path, contents = backed_up(database, tmp_path)
    done = put_back(target, path)
    whole = len(everything(database)["occurrence"])
    assert done == Restored(contents=contents, occurrences=whole, proof=proof_of(database))
    assert kept(target) == kept(database)
    assert feeds(target) == feeds(database)
    assert backed_up(target, tmp_path, "again.gz")[1].sums == contents.sums
    assert backupfile.looked_through(path) == contents


def _live_through(database: Database, walk: list[dict[str, object]]) -> None:
    """Sync random texts, one after the other."""
    people, now = PEOPLE["short"], BEGUN
    texts = {ident: some[0] for ident, some in VARIANTS.items()}
    first = Given(tuple(SourceFile(i, t) for i, t in texts.items()), people_file(people), NO_HOLIDAYS)
    assert sync(database, first, now, now.date()).problems == ()
    for step in walk:
        now += timedelta(minutes=1, days=365 * int(str(step["years"])))
        given_, wanted, wanted_people = files_of(step, texts, people)
        if not sync(database, given_, now, now.date()).problems:
            texts, people = wanted, wanted_people


# ---- mail that waits ----


def states(database: Database) -> dict[str, str]:
    with database.read() as session:
        return {row.id: row.state for row in session.execute(select(DELIVERY.c.id, DELIVERY.c.state))}


def notes(database: Database, mail: str) -> list[tuple[str, str | None, str | None]]:
    a = MAIL_AUDIT.c
    with database.read() as session:
        query = select(a.state, a.detail, a.worker).where(a.subject_id == mail).order_by(a.id)
        return [(row.state, row.detail, row.worker) for row in session.execute(query)]


def test_mail_in_hand_comes_back_and_what_waits_is_held(database: Database, target: Database, tmp_path: Path) -> None:
    post = Postroom(database)
    mails = {post.put(f"event.{year}", f"{year}@x.example") for year in range(5)}
    post.sent()
    post.doubted()
    order = [post.written().id, post.claim().id]
    by_state = {state: mail for mail, state in states(database).items()}
    waiting = by_state["pending"]
    path, _ = backed_up(database, tmp_path, now=NOW)
    done = put_back(target, path, send=False, now=NOW)
    assert (done.taken_back, done.held) == (2, 4)
    held = dict.fromkeys(mails - {by_state["sent"]}, "held")
    assert states(target) == held | {by_state["sent"]: "sent"}
    assert notes(target, order[0])[-2:] == [
        ("in_doubt", "taken back", "worker-1"),
        ("held", outbook.HELD_BY_RESTORE, None),
    ]
    assert notes(target, order[1])[-2:] == [
        ("pending", "taken back", "worker-1"),
        ("held", outbook.HELD_BY_RESTORE, None),
    ]
    with target.write() as session:
        # who was held by a person is not released with them
        byhand.release(session, [waiting], "lan", NOW)
        byhand.hold(session, [waiting], "lan", NOW)
        found = outbook.held_for(session, outbook.HELD_BY_RESTORE)
        assert found == tuple(sorted(held.keys() - {waiting}))
        byhand.release(session, found, "lan", NOW)
    doubtful = {order[0], by_state["in_doubt"]}
    assert states(target) == {
        by_state["sent"]: "sent",
        waiting: "held",
        order[1]: "pending",
        **dict.fromkeys(doubtful, "in_doubt"),
    }


def test_with_send_nothing_is_held(database: Database, target: Database, tmp_path: Path) -> None:
    post = Postroom(database)
    for year in range(3):
        post.put(f"event.{year}", f"{year}@x.example")
    transmitting, claimed = post.written().id, post.claim().id
    path, _ = backed_up(database, tmp_path, now=NOW)
    done = put_back(target, path, now=NOW)
    assert (done.taken_back, done.held) == (2, 0)
    found = states(target)
    assert found.pop(transmitting) == "in_doubt"
    assert found.pop(claimed) == "pending"
    assert [*found.values()] == ["pending"]


def test_what_fell_due_since_the_backup_is_held_too(database: Database, target: Database, tmp_path: Path) -> None:
    """It went before the machine was lost, for all that anybody knows."""
    hand = Hand.with_plans(database)
    path, contents = backed_up(database, tmp_path)
    assert contents.sums["delivery"].rows == 0
    later = hand.now + timedelta(days=3)
    write_due(Still(database, later), at_once=True)
    assert set(states(database).values()) == {"pending"}
    done = put_back(target, path, send=False, now=later)
    assert states(target) == dict.fromkeys(states(database), "held")
    assert done.held == len(states(target))
    # and no second look brings anything that goes
    write_due(Still(target, later), at_once=True)
    assert states(target) == dict.fromkeys(states(database), "held")


# ---- while others work ----


def test_a_backup_is_one_moment_while_others_write(database: Database, target: Database, tmp_path: Path) -> None:
    """Whatever is written while it is made is in it whole or not at all."""
    post = Postroom(database)
    post.put("event.first")
    ended = threading.Event()

    def write() -> None:
        number = 0
        while not ended.is_set():
            post.put(f"event.{number}", f"{number}@x.example")
            number += 1

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for number in range(8):
            path, contents = backed_up(database, tmp_path, f"{number}.gz")
            rows_ = {name: contents.sums[name].rows for name in ("delivery", "reminder", "mail_audit")}
            assert rows_["delivery"] == rows_["reminder"]
            assert rows_["mail_audit"] == 2 * rows_["delivery"]
    finally:
        ended.set()
        writer.join()
    assert contents.sums["delivery"].rows > 0
    assert put_back(target, path).contents == contents


@pytest.mark.parametrize("safe_wal", [(99, 0, 0), (3, 0, 0)], ids=["delete", "wal"])
def test_a_long_look_keeps_nobody_waiting(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, safe_wal: tuple[int, int, int]
) -> None:
    """With either journal of SQLite, whichever its version."""
    monkeypatch.setattr("config.database.SAFE_WAL", safe_wal)
    folder = tmp_path / "beside"
    folder.mkdir()
    post = Postroom(database)
    post.put("event.2021")
    mails = select(func.count()).select_from(DELIVERY)
    with database.long_look(folder) as session:
        copies = [each.stat().st_mode & 0o777 for each in folder.iterdir() if not each.name.endswith("-journal")]
        assert session.execute(mails).scalar_one() == 1
        began = time.monotonic()
        post.put("event.2022")
        assert time.monotonic() - began < 5
        assert session.execute(mails).scalar_one() == 1
    copied = database.engine.dialect.name == "sqlite" and safe_wal[0] == 99
    assert copies == ([0o600] if copied else [])
    assert [*folder.iterdir()] == []
    with database.read() as session:
        assert session.execute(mails).scalar_one() == 2


# ---- handing over ----


def test_after_the_last_backup_nothing_enters_and_nothing_goes(
    database: Database, target: Database, tmp_path: Path
) -> None:
    take(database, FRONT)
    post = Postroom(database)
    waiting = post.put("event.2021")
    job = Still(database, NOW)
    contents = back_up_finally(job, tmp_path / "last.gz", 0)
    assert contents.header.final
    with pytest.raises(HandedOverError), database.write():
        pass
    with pytest.raises(HandedOverError):
        write_due(job)
    with database.write_beside() as session:
        assert closed(session)
        assert handed_over(session) == NOW
    done = restore(Still(target, NOW), tmp_path / "last.gz")
    assert (done.held, done.taken_back) == (0, 0)
    assert states(target) == {waiting: "pending"}
    with target.write() as session:  # the mark stayed behind
        assert handed_over(session) is None
    assert resume(job)
    assert not resume(job)
    with database.write() as session:
        assert not closed(session)


def test_the_last_backup_waits_for_mails_in_hand(database: Database, tmp_path: Path) -> None:
    post = Postroom(database)
    post.put("event.2021")
    mail = post.written()
    job = Still(database, NOW)
    job.__dict__["shift"] = timedelta(seconds=1)  # a clock of the test's own, for leases too
    with pytest.raises(BackupError, match="mails are still in the hands of worker-1: 1"):
        back_up_finally(job, tmp_path / "last.gz", 0)
    assert [*tmp_path.glob("*.gz")] == []
    with database.write() as session:  # as it was
        assert handed_over(session) is None
    told: list[tuple[int, int]] = []

    def watch(done: int, whole: int) -> None:
        if not told:
            with database.write_beside() as session:
                session.execute(
                    update(DELIVERY).where(DELIVERY.c.id == mail.id).values(state="sent", owner=None, lease_until=None)
                )
        told.append((done, whole))

    assert back_up_finally(job, tmp_path / "last.gz", 30, watch).header.final
    assert told[0] == (0, 1)


def test_what_a_lost_worker_held_is_taken_back_when_its_lease_ends(
    database: Database, target: Database, tmp_path: Path
) -> None:
    post = Postroom(database)
    post.put("event.2021")
    mail = post.written()
    with database.write() as session:
        session.execute(update(DELIVERY).values(lease_until=datetime(2000, 1, 1, tzinfo=UTC)))
    back_up_finally(Still(database, NOW), tmp_path / "last.gz", 0)
    restore(Still(target, NOW), tmp_path / "last.gz")
    assert states(target) == {mail.id: "in_doubt"}


def test_a_claim_under_way_keeps_the_store_from_being_handed_over(database: Database, tmp_path: Path) -> None:
    """No mail is claimed by somebody who had looked before the mark was there and wrote after it."""
    post = Postroom(database)
    post.put("event.2021")
    job, began, ended = Still(database, NOW), threading.Event(), threading.Event()
    came: list[str] = []

    def hand_over() -> None:
        began.set()
        try:
            back_up_finally(job, tmp_path / "last.gz", 0)
        except BackupError:
            came.append("refused")
        ended.set()

    other = threading.Thread(target=hand_over)
    with database.write_beside() as session:
        assert not closed(session)
        other.start()
        began.wait()
        assert not ended.wait(0.5)
        until = NOW + timedelta(days=9999)
        assert len(claiming.claim(session, "worker-1", NOW, 1, until)) == 1
    other.join()
    assert came == ["refused"]


# ---- refusals ----


def test_a_store_that_holds_anything_is_left_alone(database: Database, tmp_path: Path) -> None:
    take(database, FRONT)
    path, _ = backed_up(database, tmp_path)
    before = everything(database)
    with pytest.raises(BackupError, match="the store is not empty"):
        put_back(database, path)
    assert everything(database) == before


def test_no_file_is_written_over_another(database: Database, tmp_path: Path) -> None:
    take(database, FRONT)
    path = tmp_path / "mine.txt"
    path.write_text("mine")
    with pytest.raises(BackupError, match="there is a file"):
        back_up(database, path, WORK)
    with pytest.raises(BackupError, match="there is a file"):
        back_up_finally(Still(database, WORK), path, 0)
    assert path.read_text() == "mine"
    with database.write():  # and it was not handed over
        pass


def test_where_there_is_no_store_there_is_no_backup(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'none.db'}")
    with pytest.raises(EmptyStoreError):
        back_up(database, tmp_path / "x.gz", WORK)
    assert [*tmp_path.iterdir()] == []


FULL = """
import resource, sys
from datetime import datetime, UTC
from pathlib import Path
from config.backup import back_up
from config.backupfile import BackupError
from config.database import Database
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[3]), int(sys.argv[3])))
try:
    back_up(Database(sys.argv[1]), Path(sys.argv[2]), datetime(2026, 11, 22, tzinfo=UTC))
except BackupError as error:
    print(error.message)
"""


@pytest.mark.parametrize("room", [500, 50_000])
def test_without_room_nothing_is_left_behind(database: Database, tmp_path: Path, room: int) -> None:
    Hand.with_plans(database)
    folder = tmp_path / "full"
    folder.mkdir()
    given_ = [sys.executable, "-c", FULL, database.url, str(folder / "b.gz"), str(room)]
    done = subprocess.run(given_, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr, done.stdout) == (0, "", "{path} cannot be written: {why}\n")
    assert [*folder.iterdir()] == []


KILLED = """
import os, signal, sys
from pathlib import Path
from config.restore import restore
from config.session import Job
from config.settings import Settings

def watch(done, whole):
    global left
    left -= 1
    if not left:
        os.kill(os.getpid(), signal.SIGKILL)

left = int(sys.argv[3])
restore(Job(Settings(database_url=sys.argv[1])), Path(sys.argv[2]), watch)
"""


def test_a_restore_that_is_killed_is_begun_anew(database: Database, target: Database, tmp_path: Path) -> None:
    Hand.with_plans(database)
    path, contents = backed_up(database, tmp_path)
    for call in (1, 2, 3, 4):  # looking, writing, replaying; the last comes after all of them or not at all
        given_ = [sys.executable, "-c", KILLED, target.url, str(path), str(call)]
        done = subprocess.run(given_, cwd=ROOT, capture_output=True, text=True, check=False)
        if done.returncode == 0:
            break
        assert done.returncode == -9, done.stderr
        with target.read() as session:
            assert backuprows.is_empty(session.connection())
    else:
        put_back(target, path)
    assert feeds(target) == feeds(database)
    assert backed_up(target, tmp_path, "again.gz")[1].sums["occurrence"] == contents.sums["occurrence"]


def test_a_restore_that_fails_leaves_nothing(tmp_path: Path) -> None:
    """Rows that no table takes: a reminder of a mail that is not there."""
    path, fresh = tmp_path / "odd.gz", Database(f"sqlite:///{tmp_path / 'fresh.db'}")
    source = Database(f"sqlite:///{tmp_path / 'source.db'}")
    take(source, FRONT)
    whole, _ = backed_up(source, tmp_path)
    with backupfile.opened(whole) as reader, backupfile.made(path, reader.header) as writer:
        for section in reader.sections():
            written = [*section.rows]
            if section.table == "journal":
                written[-1][2] = "yesterday"
            writer.section(section.table, section.columns, written)
    with pytest.raises(BackupError, match="damaged"):
        put_back(fresh, path)
    source.close()
    assert sorted(each.name for each in tmp_path.iterdir()) == ["backup.gz", "odd.gz", "source.db"]


# ---- forms, old and new ----


@pytest.mark.parametrize("form", ["0001", "0002", "0003", "0004", "0005", "0007"])
def test_a_backup_of_an_older_form_is_brought_up(
    database: Database, target: Database, tmp_path: Path, form: str
) -> None:
    take(database, FRONT)
    before = without_trail(kept(database))
    with database.engine.begin() as connection:
        command.downgrade(alembic(connection), form)
    database.close()
    path, contents = backed_up(Database(database.url), tmp_path)
    assert contents.header.form == form
    done = put_back(target, path)
    assert (done.different, done.occurrences) == ((), len(before["occurrence"]))
    known = before | ({"scope": []} if form < "0005" else {})
    assert without_trail(kept(target)) == known
    with target.read() as session:
        assert (proved(session).whole, proved(session).lines) == (True, 1)
    database.close()


def test_a_backup_of_a_newer_form_asks_for_a_newer_version(database: Database, tmp_path: Path) -> None:
    take(database, FRONT)
    path, _ = backed_up(database, tmp_path)
    newer = tmp_path / "newer.gz"
    with backupfile.opened(path) as reader, backupfile.made(newer, replace(reader.header, form="9999")) as writer:
        for section in reader.sections():
            writer.section(section.table, section.columns, section.rows)
    emptied(database)
    with pytest.raises(BackupError, match="9999"):
        put_back(database, newer)


def test_what_another_version_read_otherwise_counts_and_goes_on(
    database: Database, target: Database, tmp_path: Path
) -> None:
    """Calendars never go back: rows that the replay does not give keep their sequence, or rise."""
    take(database, FRONT)
    o = SQLModel.metadata.tables["occurrence"].c
    with database.write() as session:
        changed = "tham.once"
        content = session.execute(select(o.content).where(o.key == changed)).scalar_one()
        other = json.dumps({**json.loads(content), "title": {"vi": "Thăm"}})
        session.execute(o.key.table.update().where(o.key == changed).values(content=other, sequence=4))
        session.execute(o.key.table.update().where(o.key == "hoi-dam.2021").values(sequence=7))
        before = {row.key: row.sequence for row in session.execute(select(o.key, o.sequence))}
    path, _ = backed_up(database, tmp_path)
    done = put_back(target, path)
    assert done.different == ("hoi-dam.2021", "tham.once")
    with target.read() as session:
        after = {row.key: row.sequence for row in session.execute(select(o.key, o.sequence))}
        assert after == before | {"tham.once": 5}
        found = store.find(session, "tham.once")
        assert found is not None
        assert found.occurrence.title == Text("Thăm hỏi")
    fresh = everything(target)
    reference = kept(database)
    for table in ("participation", "segment", "edge", "directory", "obligation"):
        assert fresh[table] == reference[table], table
    assert refresh(target, WORK, date(2021, 9, 2)).count == 0
