"""Files that the store has taken just as they are need not be read again."""

from __future__ import annotations

from dataclasses import replace

import pytest

from config.checking import taken
from config.database import Database
from config.excerpt import EXPANDED
from config.kept import keep
from config.planfile import SourceFile
from config.settle import Given, sync
from tests.integration.town import NOON, TODAY, packaged

GIVEN = packaged()
MORE = "\n# thêm\n"


def edited(file: SourceFile) -> SourceFile:
    return replace(file, text=file.text + MORE)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (GIVEN, True),
        (replace(GIVEN, plans=tuple(replace(file, name=f"x/{file.name}") for file in reversed(GIVEN.plans))), True),
        (replace(GIVEN, plans=GIVEN.plans[1:]), False),
        (replace(GIVEN, plans=(*GIVEN.plans, GIVEN.plans[0])), False),
        (replace(GIVEN, plans=(*GIVEN.plans[1:], edited(GIVEN.plans[0]))), False),
        (replace(GIVEN, directory=(*GIVEN.directory[1:], edited(GIVEN.directory[0]))), False),
        (replace(GIVEN, holidays=edited(GIVEN.holidays)), False),
        (replace(GIVEN, plans=(*GIVEN.plans, SourceFile("leer.yaml", ""))), False),
    ],
)
def test_only_the_very_same_texts_were_taken(database: Database, given: Given, *, expected: bool) -> None:
    assert sync(database, GIVEN, NOON, TODAY).problems == ()
    with database.read() as session:
        assert taken(session, given) is expected


def test_a_plan_that_was_retired_is_not_missed(database: Database) -> None:
    assert sync(database, GIVEN, NOON, TODAY).problems == ()
    ending = replace(GIVEN, plans=GIVEN.plans[1:])
    with database.read() as session:
        known = session.connection().exec_driver_sql("SELECT DISTINCT plan FROM segment").scalars().all()
    gone = next(each for each in known if f"plan: {each}\n" in GIVEN.plans[0].text)
    assert sync(database, replace(ending, retire=(gone,)), NOON, TODAY).problems == ()
    with database.read() as session:
        assert (taken(session, ending), taken(session, GIVEN)) == (True, False)


def test_what_another_version_took_is_read_again(database: Database) -> None:
    assert sync(database, GIVEN, NOON, TODAY).problems == ()
    with database.write() as session:
        keep(session, EXPANDED, "another")
    with database.read() as session:
        assert not taken(session, GIVEN)


def test_an_empty_store_took_nothing(database: Database) -> None:
    with database.read() as session:
        assert not taken(session, GIVEN)
