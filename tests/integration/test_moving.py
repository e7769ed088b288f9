"""A store that was handed over: whoever works on it rests and says so, and nobody's word is lost in it."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import func, insert, select

from config import migrate, steady, upgrading
from config.backup import resume
from config.backupfile import BackupError, looked_through
from config.database import Database
from config.migrate import NewerStoreError
from config.moved import HandedOverError, hand_over
from config.session import Job
from config.settings import Settings
from config.settle import refresh
from config.steady import SteadyClock
from config.worker import Rounds, say_how_it_stands
from notifications import heartbeat
from notifications.policy import Purpose
from notifications.tables import ANSWER, DELIVERY, WORKER
from notifications.tokens import Action
from scheduler.errors import EmptyStoreError
from tests.integration.desk import Still
from tests.integration.postroom import Postroom
from tests.integration.test_migrations import alembic
from tests.integration.town import FRONT, everything, take
from tests.integration.wicket import VISIT, Wicket

AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


def handed_over(database: Database) -> None:
    with database.write() as session:
        assert hand_over(session, AT)


@pytest.fixture
def job(database: Database, tmp_path: Path) -> Iterator[Job]:
    take(database, FRONT)
    made = Job(Settings(database_url=database.url, mail_url=f"maildir:{tmp_path / 'mail'}"))
    yield made
    made.database.close()


def test_rounds_rest_and_say_so_once(job: Job, database: Database, caplog: pytest.LogCaptureFixture) -> None:
    mail = Postroom(database, AT).put("doan.savannakhet.2021")
    handed_over(database)
    rounds = Rounds(job)
    with caplog.at_level(logging.INFO, "config.worker"):
        for _ in range(3):
            rounds.make(lambda: False)
        assert rounds.shards(16) == ()
    assert [record.getMessage() for record in caplog.records] == [
        "the store was handed over at 2026-11-23 02:00 UTC: nothing is written or sent here any more"
    ]
    with database.read() as session:
        assert session.execute(select(DELIVERY.c.state).where(DELIVERY.c.id == mail)).scalar_one() == "pending"
        assert session.execute(select(WORKER.c.doing)).scalar_one() == heartbeat.IDLE
    caplog.clear()
    assert resume(job)
    with caplog.at_level(logging.INFO, "config.worker"):
        rounds.make(lambda: False)
    assert [record.getMessage() for record in caplog.records] == [
        "the store was taken back: mail is sent from it again"
    ]
    with database.read() as session:
        left = select(func.count()).select_from(DELIVERY).where(DELIVERY.c.state.in_(("pending", "claimed")))
        assert session.execute(left).scalar_one() == 0


def test_servers_and_workers_say_so_at_the_start(
    job: Job, database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    say_how_it_stands(job)
    assert capsys.readouterr().out == ""
    handed_over(database)
    say_how_it_stands(job)
    assert " ".join(capsys.readouterr().out.split()) == (
        "kho đã bàn giao lúc 2026-11-23 02:00 UTC: ở đây không ghi, không gửi gì nữa"
        " hãy làm việc ở nơi đã khôi phục; hoặc lấy lại: luanphien backup --resume"
    )


def test_nothing_enters_by_any_way(job: Job, database: Database) -> None:
    handed_over(database)
    before = everything(database)
    with pytest.raises(HandedOverError):
        refresh(job.database, AT, date(2030, 1, 1))
    with pytest.raises(HandedOverError):
        Postroom(database).put("event.2021")
    assert everything(database) == before


def test_buttons_in_mails_ask_to_come_back(database: Database) -> None:
    with Wicket(database) as wicket:
        reminder = wicket.remind(VISIT, Purpose.PREPARE)
        path = wicket.path(Action.ACKNOWLEDGE, reminder)
        handed_over(database)
        assert wicket.get(path).status_code == 200
        pressed = wicket.press(path)
        assert (pressed.status_code, pressed.headers["retry-after"]) == (503, "600")
        assert wicket.get("/next").status_code == 200
        with database.read() as session:
            assert session.execute(select(func.count()).select_from(ANSWER)).scalar_one() == 0
        resume(wicket.job)
        assert wicket.press(path).status_code == 200
        with database.read() as session:
            assert session.execute(select(func.count()).select_from(ANSWER)).scalar_one() == 1


# ---- upgrading ----


def older(database: Database, form: str = "0005") -> Database:
    """The same store in the form it had at an older migration."""
    take(database, FRONT)
    with database.engine.begin() as connection:
        command.downgrade(alembic(connection), form)
    database.close()
    return Database(database.url)


def form_of(database: Database) -> str | None:
    with database.as_it_is() as session:
        return migrate.form_of(session.connection())


def test_an_upgrade_keeps_the_store_as_it_was(database: Database, tmp_path: Path) -> None:
    store = older(database)
    done = upgrading.upgrade(Still(store, AT), tmp_path / "before.gz")
    assert done == upgrading.Upgraded("0005", migrate.newest(), tmp_path / "before.gz")
    assert form_of(store) == migrate.newest()
    assert looked_through(tmp_path / "before.gz").header.form == "0005"
    assert upgrading.upgrade(Still(store, AT), tmp_path / "again.gz") == upgrading.Upgraded(
        migrate.newest(), migrate.newest(), None
    )
    assert not (tmp_path / "again.gz").exists()
    store.close()


def test_an_upgrade_names_its_backup_or_makes_none(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = older(database)
    monkeypatch.chdir(tmp_path)
    done = upgrading.upgrade(Still(store, AT), None)
    assert done.backup == Path("luanphien-0005-20261123T020000Z.jsonl.gz")
    assert looked_through(done.backup).header.form == "0005"
    store.close()
    with database.engine.begin() as connection:
        command.downgrade(alembic(connection), "0005")
    database.close()
    again = Database(database.url)
    assert upgrading.upgrade(Still(again, AT), None, keep=False) == upgrading.Upgraded("0005", migrate.newest(), None)
    again.close()


def test_an_upgrade_waits_for_no_worker_and_goes_round_none(database: Database, tmp_path: Path) -> None:
    SteadyClock(database, lambda: AT).set_up()
    clock = SteadyClock(database, lambda: AT).set_up()
    with database.write() as session:
        now = clock(session)
        for name, ago in (("alive", 30), ("lost", 3600)):
            seen = now - timedelta(seconds=ago)
            session.execute(insert(WORKER).values(name=name, started_at=seen, beat_at=seen, doing="waiting"))
    store = older(database)
    with pytest.raises(BackupError, match="workers are at work on the store: alive: end them first"):
        upgrading.upgrade(Still(store, AT), tmp_path / "before.gz")
    assert (form_of(store), (tmp_path / "before.gz").exists()) == ("0005", False)
    store.close()


def test_without_a_count_since_this_boot_nobody_is_alive(database: Database) -> None:
    with database.read() as session:
        counted = steady.read_only(session, lambda: ("another-boot", 5.0))
        assert (counted is None) == (session.get_bind().dialect.name == "sqlite")


def test_a_store_that_cannot_be_backed_up_is_not_upgraded(database: Database, tmp_path: Path) -> None:
    store = older(database)
    (tmp_path / "there.gz").write_text("mine")
    with pytest.raises(BackupError, match="there is a file"):
        upgrading.upgrade(Still(store, AT), tmp_path / "there.gz")
    assert form_of(store) == "0005"
    store.close()


def test_there_must_be_a_store_of_a_form_that_is_known(database: Database, tmp_path: Path) -> None:
    none = Database(f"sqlite:///{tmp_path / 'none.db'}")
    with pytest.raises(EmptyStoreError):
        upgrading.upgrade(Still(none, AT), None)
    with database.write() as session:
        session.connection().exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(NewerStoreError):
        upgrading.upgrade(Still(Database(database.url), AT), None)
