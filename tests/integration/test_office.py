"""What every front end asks of the store; beyond the years it keeps, what a later refresh would store."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from config import farther
from config.database import Database
from config.drawer import Drawer
from config.office import Office, office
from config.settle import refresh, sync
from scheduler.errors import EmptyStoreError, HorizonError, UnknownKeyError
from scheduler.occurrence import Flag, Record, Selection
from scheduler.plan import Kind
from tests.integration.town import (
    EXCHANGE,
    FRONT,
    FRONT_HEAD,
    FRONT_KEYS,
    LATER,
    NOON,
    PAPERS,
    TALKS,
    TODAY,
    everything,
    packaged,
    take,
)

RUNNING_ON = (FRONT_HEAD + EXCHANGE + TALKS + PAPERS).replace("runs_on: no", "runs_on: yes").replace(
    "lead: [so-ngoai-vu]\n", "lead: [so-ngoai-vu]\n    runs_on: yes\n"
)  # fmt: skip
WINTER = RUNNING_ON.replace("within: tháng 6", "within: đầu tháng 1")
"""Talks in the first days of January; their papers are due in the December before."""


def keys(records: list[Record]) -> list[str]:
    return [record.occurrence.key for record in records]


def listed(database: Database, **selection: Any) -> list[Record]:
    """What the office of TODAY lists."""
    with office(database, TODAY) as desk:
        return desk.listed(Selection(**selection))


def test_an_empty_store_says_so_whatever_is_asked(database: Database) -> None:
    def asked(desk: Office) -> list[object]:
        found: list[object] = []
        for ask in (
            lambda: desk.listed(Selection()),
            lambda: desk.listed(Selection(last=date(2050, 1, 1))),
            lambda: desk.next_ones(TODAY),
            lambda: desk.explained("doan.2021"),
            desk.last_change,
        ):
            with pytest.raises(EmptyStoreError, match="the store holds no plan yet"):
                found.append(ask())
        return found

    with office(database, TODAY) as desk:
        assert (asked(desk), desk.revision) == ([], 0)
        assert desk.directory().parties == {}


def test_ongoing_duties_are_listed_only_when_asked_for(database: Database) -> None:
    take(database, FRONT)
    assert sorted(keys(listed(database))) == [key for key in FRONT_KEYS if key != "theo-doi.once"]
    assert keys(listed(database, kinds=(Kind.ONGOING,))) == ["theo-doi.once"]
    assert sorted(keys(listed(database, kinds=tuple(Kind)))) == FRONT_KEYS


def test_listed_by_first_day_then_last_then_key(database: Database) -> None:
    take(database, FRONT)
    found = listed(database, first=date(2021, 5, 1), last=date(2023, 12, 31))
    assert keys(found) == [
        "doan.salavan.2021",
        "doan.savannakhet.2021",
        "hoi-dam.2021",
        "tham.once",
        "giay-to.hoi-dam.2022",
        "hoi-dam.2022",
        "doan.salavan.2023",
        "doan.savannakhet.2023",
    ]


@pytest.mark.parametrize("text", [FRONT, RUNNING_ON, WINTER], ids=["front", "running-on", "winter"])
@pytest.mark.parametrize("far", [2027, 2030, 2071])
def test_beyond_the_horizon_stands_what_a_later_refresh_stores(database: Database, text: str, far: int) -> None:
    take(database, text)
    selection = {"first": date(2021, 1, 1), "last": date(far, 12, 31)}
    before = everything(database)
    found = listed(database, **selection)
    assert everything(database) == before
    refresh(database, LATER, date(far - 5, 1, 1))
    assert [record.occurrence for record in found] == [record.occurrence for record in listed(database, **selection)]


def test_beyond_the_horizon_with_the_five_plans(database: Database) -> None:
    assert sync(database, packaged(), NOON, TODAY).problems == ()
    selections: list[dict[str, Any]] = [
        {"last": date(2033, 6, 30)},
        {"first": date(2029, 1, 1), "last": date(2033, 6, 30), "kinds": (Kind.ANNIVERSARY,)},
        {"first": date(2026, 1, 1), "last": date(2033, 6, 30), "partners": ("khammouane", "salavan")},
    ]
    found = [[record.occurrence for record in listed(database, **selection)] for selection in selections]
    assert [occurrence.key for occurrence in found[1]] == [
        f"vn-la-{name}.{number}"
        for number in (2029, 2030, 2031, 2032)
        for name in ("friendship-treaty", "diplomatic-relations")
    ]
    refresh(database, LATER, date(2028, 1, 1))
    assert [[record.occurrence for record in listed(database, **selection)] for selection in selections] == found


def test_what_is_too_much_for_memory_is_put_in_order_on_disk(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    sync(database, packaged(), NOON, TODAY)
    far = {"first": date(TODAY.year, 1, 1), "last": date(TODAY.year + 20, 12, 31)}
    in_memory = listed(database, **far)
    drawers: list[Drawer] = []
    monkeypatch.setattr(farther, "HELD", 7)
    monkeypatch.setattr(farther, "PAGE", 3)
    monkeypatch.setattr(farther, "Drawer", lambda: drawers.append(Drawer()) or drawers[-1])
    on_disk = listed(database, **far)
    assert on_disk == in_memory
    assert keys(on_disk) == keys(sorted(in_memory, key=farther.by_day))
    assert len(drawers) == 1
    assert drawers[0].size > 0
    with office(database, TODAY) as desk:
        assert list(desk.listing(Selection(**far), 11)) == in_memory[11:]
        assert list(desk.listing(Selection(last=TODAY), 11)) == desk.listed(Selection(last=TODAY))[11:]


def test_what_is_not_stored_has_no_sequence_yet(database: Database) -> None:
    take(database, FRONT)
    take(database, FRONT.replace("[quang-tri, salavan]", "[salavan, quang-tri]"), now=LATER)
    found = listed(database, first=date(2025, 1, 1), last=date(2027, 12, 31), partners=("salavan",))
    assert [(r.occurrence.key, r.occurrence.host, r.sequence, r.changed_at) for r in found] == [
        ("doan.salavan.2025", "quang-tri", 1, LATER),
        ("doan.salavan.2027", "salavan", 0, LATER),
    ]


def test_fifty_years_ahead_and_no_further(database: Database) -> None:
    take(database, FRONT)
    last = date(TODAY.year + 50, 12, 31)
    assert keys(listed(database, first=date(last.year, 1, 1), last=last)) == [
        "doan.salavan.2071",
        "doan.savannakhet.2071",
    ]
    for beyond in (date(last.year + 1, 1, 1), date(9999, 12, 31)):
        with pytest.raises(HorizonError, match=f"{beyond} is more than 50 years ahead"):
            listed(database, last=beyond)
    with office(database, TODAY) as desk:
        assert keys(desk.next_ones(date(2071, 1, 1))) == ["doan.salavan.2071", "doan.savannakhet.2071"]
        with pytest.raises(HorizonError, match="2072-01-01 is more than 50 years ahead"):
            desk.next_ones(date(2072, 1, 1))


def test_the_limit_is_counted_from_the_day_one_looks(database: Database) -> None:
    take(database, FRONT)
    with office(database, date(2030, 1, 1)) as desk:
        assert keys(desk.listed(Selection(first=date(2079, 1, 1), last=date(2080, 12, 31)))) == [
            "doan.salavan.2079",
            "doan.savannakhet.2079",
        ]


def test_next_looks_beyond_the_horizon_where_too_little_is_stored(database: Database) -> None:
    take(database, FRONT_HEAD + EXCHANGE)
    with office(database, TODAY) as desk:
        assert keys(desk.next_ones(TODAY)) == ["doan.salavan.2021", "doan.savannakhet.2021"]
        assert keys(desk.next_ones(TODAY, ("salavan",), count=5)) == [
            f"doan.salavan.{number}" for number in (2021, 2023, 2025, 2027, 2029)
        ]
        assert keys(desk.next_ones(date(2026, 2, 1))) == ["doan.salavan.2027", "doan.savannakhet.2027"]
        assert keys(desk.next_ones(date(2050, 2, 1))) == ["doan.salavan.2051", "doan.savannakhet.2051"]


def test_next_of_a_partner_who_has_nothing(database: Database) -> None:
    take(database, FRONT_HEAD + TALKS)
    with office(database, TODAY) as desk:
        assert keys(desk.next_ones(TODAY)) == ["hoi-dam.2022"]
        assert keys(desk.next_ones(date(2022, 7, 1))) == []
        assert keys(desk.next_ones(TODAY, ("savannakhet",))) == []


def test_next_of_another_kind(database: Database) -> None:
    take(database, FRONT)
    with office(database, TODAY) as desk:
        assert keys(desk.next_ones(TODAY, kinds=(Kind.EVENT,))) == ["tham.once"]
        assert keys(desk.next_ones(date(2021, 6, 1), kinds=(Kind.DEADLINE,), count=2)) == ["giay-to.hoi-dam.2022"]


def test_seen_with_flags_and_days_left(database: Database) -> None:
    take(database, FRONT)
    with office(database, TODAY) as desk:
        directory, off = desk.directory(), desk.days_off()

        def seen(key: str, day: date) -> tuple[tuple[Flag, ...], int | None]:
            record = next(r for r in desk.listed(Selection()) if r.occurrence.key == key)
            found = desk.seen(record, day, directory, off)
            return found.flags, found.days_left

        assert seen("tham.once", TODAY) == ((), 19)
        assert seen("tham.once", date(2021, 9, 20)) == ((), 0)
        assert seen("tham.once", date(2021, 9, 21)) == ((Flag.UNRECORDED,), 0)
        assert seen("giay-to.hoi-dam.2021", TODAY) == ((Flag.OVERDUE,), 0)


@pytest.mark.parametrize(
    ("day", "flags"),
    [
        ("2021-09-19", (Flag.DAY_OFF,)),  # a Sunday
        ("2021-09-02", (Flag.DAY_OFF,)),  # the national day of Viet Nam
        ("2021-12-02", (Flag.DAY_OFF,)),  # of Laos, where the partner is
        ("2021-09-16/2021-09-18", (Flag.DAY_OFF,)),  # ends on a Saturday
        ("2021-09-20", ()),
        ("2021-09-15/2021-09-17", ()),
        ("tháng 9/2021", ()),
    ],
)
def test_a_stated_day_off_never_moves_but_is_flagged(database: Database, day: str, flags: tuple[Flag, ...]) -> None:
    take(database, FRONT.replace("{type: once, when: 2021-09-20}", f"{{type: once, when: {day}}}"))
    with office(database, date(2021, 8, 1)) as desk:
        record = next(r for r in desk.listed(Selection()) if r.occurrence.key == "tham.once")
        assert desk.seen(record, date(2021, 8, 1), desk.directory(), desk.days_off()).flags == flags


def explained(database: Database, key: str) -> tuple[str, list[str]]:
    """Key and facts of an explanation."""
    with office(database, TODAY) as desk:
        told = desk.explained(key)
        return told.record.occurrence.key, [fact.code.value for fact in told.facts]


def test_a_stored_occurrence_and_one_beyond_are_explained_alike(database: Database) -> None:
    take(database, FRONT)
    near = ["document", "clauses", "rotation", "turn", "window", "period", "no-agreement", "status"]
    assert explained(database, "doan.salavan.2025") == ("doan.salavan.2025", near)
    assert explained(database, "doan.salavan.2061") == ("doan.salavan.2061", near)


def test_a_deadline_beyond_names_what_it_is_counted_from(database: Database) -> None:
    take(database, RUNNING_ON)
    for number in (2022, 2040):
        _, codes = explained(database, f"giay-to.hoi-dam.{number}")
        assert codes[:4] == ["document", "clauses", "relative", "window"]


@pytest.mark.parametrize("edit", [("2019, order: [quang-tri, salavan]", "2020, order: [quang-tri, salavan]"),
                                  ("        salavan: {first_year: 2019, order: [quang-tri, salavan]}\n", ""),
                                  ("id: doan", "id: doan-moi")])  # fmt: skip
def test_what_was_cancelled_by_an_edit_is_still_explained(database: Database, edit: tuple[str, str]) -> None:
    take(database, FRONT)
    take(database, FRONT.replace(*edit), now=LATER)
    for key in ("doan.salavan.2021", "doan.salavan.2023"):
        assert explained(database, key)[0] == key


def test_what_a_retired_plan_asked_for_is_still_explained(database: Database) -> None:
    take(database, FRONT)
    later = (FRONT_HEAD + TALKS).replace("plan: mat-tran", "plan: mat-tran-sau").replace("2020 - 2022", "2023 - 2025")
    take(database, FRONT, later.replace("    runs_on: no\n", "    runs_on: no\n    continues: mat-tran\n"), now=LATER)
    take(database, FRONT, now=datetime(2021, 9, 3, tzinfo=UTC), retire=["mat-tran-sau"])
    assert explained(database, "hoi-dam.2024")[0] == "hoi-dam.2024"


@pytest.mark.parametrize(
    ("key", "nearest"),
    [
        ("doan.salavan.2022", ("doan.salavan.2021", "doan.salavan.2023", "doan.salavan.2025")),
        ("doan.salavan.2073", ("doan.salavan.2023", "doan.salavan.2021", "doan.salavan.2025")),
        ("doan.salavan.1921", ("doan.salavan.2021", "doan.salavan.2025", "doan.salavan.2023")),
        ("xyz", ()),
        ("", ()),
        ("khac.2040", ()),
    ],
)
def test_an_unknown_key_names_the_nearest(database: Database, key: str, nearest: tuple[str, ...]) -> None:
    take(database, FRONT)
    with office(database, TODAY) as desk, pytest.raises(UnknownKeyError) as caught:
        desk.explained(key)
    assert (caught.value.key, sorted(caught.value.nearest)) == (key, sorted(nearest))
