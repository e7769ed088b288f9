"""One history of tables: what it makes is what the code means, from nothing, back and again."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, select, text
from sqlalchemy.dialects import postgresql
from sqlmodel import SQLModel

from config.database import Database
from config.migrate import SCRIPTS, NewerStoreError, is_current, newest, upgrade
from config.words import error_words
from scheduler import trailbook
from scheduler.proving import proved
from scheduler.trailbook import Question
from tests.integration.rows import differences
from tests.integration.town import FRONT, LATER, OTHER, everything, take

for package in ("calendars", "config", "notifications", "scheduler"):
    importlib.import_module(f"{package}.tables")


def schema(connection: Connection) -> dict[str, Any]:
    """Columns, keys, indexes and constraints of every table."""
    look = inspect(connection)
    return {
        table: (
            [(column["name"], repr(column["type"]), column["nullable"]) for column in look.get_columns(table)],
            look.get_pk_constraint(table)["constrained_columns"],
            sorted((index["name"], *index["column_names"]) for index in look.get_indexes(table)),
            sorted((tuple(key["constrained_columns"]), key["referred_table"]) for key in look.get_foreign_keys(table)),
            sorted(tuple(unique["column_names"]) for unique in look.get_unique_constraints(table)),
        )
        for table in sorted(look.get_table_names())
    }


def alembic(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    config.attributes["connection"] = connection
    return config


def test_the_tables_are_those_the_code_means(database: Database) -> None:
    with database.engine.connect() as connection:
        assert differences(connection) == []


def test_every_table_of_the_code_is_there_and_no_other(database: Database) -> None:
    with database.engine.connect() as connection:
        assert sorted(schema(connection)) == sorted([*SQLModel.metadata.tables, "alembic_version"])


def test_upgrading_again_changes_nothing(database: Database) -> None:
    take(database, FRONT)
    before = everything(database)
    with database.engine.begin() as connection:
        tables = schema(connection)
        assert is_current(connection)
        upgrade(connection)
        assert (schema(connection), is_current(connection)) == (tables, True)
    database.close()
    again = Database(database.url)
    assert everything(again) == before
    again.close()


def test_down_to_nothing_and_up_again(database: Database) -> None:
    with database.engine.begin() as connection:
        before = schema(connection)
        command.downgrade(alembic(connection), "base")
        assert (sorted(schema(connection)), is_current(connection)) == (["alembic_version"], False)
        upgrade(connection)
        assert (schema(connection), is_current(connection)) == (before, True)
    take(database, FRONT)


def test_an_older_store_is_brought_up_when_it_is_opened(database: Database) -> None:
    with database.engine.begin() as connection:
        before = schema(connection)
        command.downgrade(alembic(connection), "base")
    database.close()
    again = Database(database.url)
    with again.engine.connect() as connection:
        assert (schema(connection), is_current(connection)) == (before, True)
    again.close()


def test_a_store_of_a_newer_version_is_left_alone_and_said(database: Database) -> None:
    with database.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    database.close()
    older = Database(database.url)
    with pytest.raises(NewerStoreError) as error, older.read():
        pass
    assert error_words(error.value, "en") == (
        "the store was brought up to date by a newer luanphien",
        "install that version again",
    )
    older.close()


def test_a_fresh_file_is_made_whole_on_first_use(tmp_path: Path) -> None:
    path = tmp_path / "moi.db"
    database = Database(f"sqlite:///{path}")
    assert not path.exists()
    with database.read() as session:
        assert [session.execute(select(table)).all() for table in SQLModel.metadata.sorted_tables] == [
            [] for _ in SQLModel.metadata.sorted_tables
        ]
    with database.engine.connect() as connection:
        assert is_current(connection)
    database.close()


def test_the_history_is_one_line() -> None:
    scripts = ScriptDirectory(str(SCRIPTS))
    assert scripts.get_heads() == [newest()]
    assert scripts.get_bases() == ["0001"]


def test_a_process_that_dies_in_the_middle_leaves_no_half_made_tables(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'x.db'}")
    url = database.url
    with database.engine.connect() as connection:
        before = schema(connection)
    with database.engine.connect() as connection:
        command.downgrade(alembic(connection), "base")
        connection.rollback()
    database.close()
    again = Database(url)
    with again.engine.connect() as connection:
        assert schema(connection) == before
    again.close()


ORDERED = {
    ("answer", "occurrence"),
    ("answer", "organisation"),
    ("answer", "recipient"),
    ("answer", "step"),
    ("block", "occurrence"),
    ("block", "voice"),
    ("contact", "id"),
    ("contact", "organisation"),
    ("delivery", "id"),
    ("directory", "id"),
    ("edge", "anchor"),
    ("edge", "dependent"),
    ("edge", "plan"),
    ("feed_link", "slug"),
    ("journal", "kind"),
    ("journal", "subject"),
    ("mail_audit", "subject_id"),
    ("mail_bytes", "delivery_id"),
    ("occurrence", "key"),
    ("officer", "id"),
    ("officer_audit", "officer"),
    ("officer_binding", "issuer"),
    ("officer_binding", "officer"),
    ("officer_binding", "subject"),
    ("officer_session", "officer"),
    ("participation", "occurrence"),
    ("password_link", "officer"),
    ("proposal", "plan"),
    ("reminder", "delivery_id"),
    ("reminder", "id"),
    ("reminder", "occurrence"),
    ("reminder", "organisation"),
    ("reminder", "recipient"),
    ("reminder", "step"),
    ("scope", "name"),
    ("segment", "chain"),
    ("segment", "obligation"),
    ("segment", "owner"),
    ("segment", "plan"),
    ("sheet", "voice"),
    ("trail_about", "about"),
    ("voice", "name"),
}
"""Text by which rows are put in order, and what refers to it."""


def test_text_is_ordered_by_its_code_points_whatever_the_server_speaks(database: Database) -> None:
    with database.engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            named = text("SELECT table_name, column_name FROM information_schema.columns WHERE collation_name = 'C'"
                         " AND table_schema = 'public'")  # fmt: skip
            assert {(table, column) for table, column in connection.execute(named)} == ORDERED
        ordered = {
            (table.name, column.name)
            for table in SQLModel.metadata.sorted_tables
            for column in table.columns
            if getattr(column.type.dialect_impl(postgresql.dialect()), "collation", None) == "C"
        }
        assert ordered == ORDERED


MADE_ANEW = {"edge": [], "segment": [], "scope": []}
"""What the store writes down again when it is next brought to what the texts say."""

TRAIL = ("trail", "trail_about", "trail_head")
"""What an older store does not have: it begins with a line over the journal so far."""


def without_trail(rows: dict[str, Any]) -> dict[str, Any]:
    return {name: some for name, some in rows.items() if name not in TRAIL}


def test_a_store_of_the_first_tables_keeps_what_it_holds(database: Database) -> None:
    take(database, FRONT)
    before = without_trail(everything(database) | MADE_ANEW)
    with database.engine.begin() as connection:
        command.downgrade(alembic(connection), "0001")
        assert not is_current(connection)
    database.close()
    again = Database(database.url)
    try:
        assert without_trail(everything(again)) == before
        with again.read() as session:
            [first] = trailbook.listed(session, Question(), 9)
            assert (first.action, proved(session).whole) == ("begun", True)
        take(again, FRONT + OTHER.partition("obligations:\n")[2], now=LATER)
        with again.read() as session:
            assert (trailbook.count(session, Question()), proved(session).whole) == (2, True)
    finally:
        again.close()
