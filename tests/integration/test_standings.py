"""How agreements stand, read some at a time, is how they stand with all plans read together."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import text

from config import standings as room
from config.database import Database
from config.excerpt import EXPANDED
from config.kept import keep
from config.office import Office, office
from config.settle import Given, sync
from config.simulation.nation import Sizes, directory, nation, plans
from config.standings import agreement_ids, standings_of
from scheduler.errors import EmptyStoreError
from scheduler.occurrence import Selection
from scheduler.plan import MEETINGS
from scheduler.standing import Standing, standings
from tests.integration.town import NOON, TODAY, packaged

SIZES = Sizes(provinces=2, pairs=12, years=3, first_year=2021)
LAND = nation(SIZES, 7)


def together(desk: Office, day: date) -> tuple[Standing, ...]:
    """All plans read, and every meeting ahead."""
    return standings(tuple(desk.plans()), desk.listed(Selection(first=day, kinds=MEETINGS)), day)


def seen(found: tuple[Standing, ...]) -> list[tuple[object, ...]]:
    return [(each.agreement, each.health, [plan.id for plan in each.plans], each.ahead) for each in found]


@pytest.mark.parametrize("day", [date(2019, 1, 1), TODAY, date(2026, 6, 1), date(2030, 1, 1)])
@pytest.mark.parametrize("which", ["packaged", "made-up", "of another version"])
def test_some_at_a_time_stand_as_all_together(
    database: Database, day: date, which: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "AT_ONCE", 2)
    own = packaged()
    made = Given(tuple(plans(LAND, SIZES, 7)), tuple(directory(LAND)), own.holidays)
    assert sync(database, made if which == "made-up" else own, NOON, TODAY).problems == ()
    if which == "of another version":
        with database.write() as session:
            keep(session, EXPANDED, "another")
    with office(database, TODAY) as desk:
        idents = agreement_ids(desk)
        assert len(idents) > 3
        whole = seen(together(desk, day))
        assert seen(tuple(standings_of(desk, day, idents))) == whole
        assert seen(tuple(standings_of(desk, day, idents[2:4]))) == whole[2:4]


def test_only_the_plans_that_name_them_are_read(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'luanphien.db'}")
    assert sync(database, packaged(), NOON, TODAY).problems == ()
    with database.write() as session:  # what nobody may read
        for other in (
            "journal SET text = '{' WHERE subject = :plan",
            "occurrence SET content = '{' WHERE plan = :plan",
        ):
            session.execute(text(f"UPDATE {other}"), {"plan": "ha-tinh-khammouane-front-2022"})
    with office(database, TODAY) as desk:
        found = list(standings_of(desk, TODAY, ["thoa-thuan-quang-tri-salavan-2020"]))
    database.close()
    assert [plan.id for each in found for plan in each.plans] == ["quang-tri-front-2020", "quang-tri-laos-2020"]


def test_an_empty_store_says_so(database: Database) -> None:
    with office(database, TODAY) as desk, pytest.raises(EmptyStoreError):
        agreement_ids(desk)
