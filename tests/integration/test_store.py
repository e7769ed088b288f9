"""The store on both databases: what is written is read back, found and chosen; sequences rise."""

from __future__ import annotations

import gc
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from itertools import islice
from pathlib import Path
from types import MappingProxyType

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.orm import Session

from config.database import Database
from config.files import directory_files
from config.planfile import load
from config.settle import sync
from scheduler import history, store, writing
from scheduler.history import Line
from scheduler.occurrence import OVER, Occurrence, Record, Selection, Status
from scheduler.plan import Directory, Kind, Organisation, Party, Place, Text
from scheduler.reconcile import Change
from scheduler.rules import Relative, Yearly
from scheduler.series import series_of
from scheduler.window import Precision, Window
from tests.integration.town import FRONT, FRONT_KEYS, LATER, LATER_STILL, NOON, TODAY, packaged, take
from tests.unit.scheduler.samples import duty, expected, plan, year

DUTY = duty(Yearly(), Kind.TALKS, "hoi-dam", leads=("front", "so-ngoai-vu"))
BOOK = plan(DUTY)


def talks(number: int, **fields: object) -> Occurrence:
    """The talks of a year."""
    return expected(BOOK, DUTY, str(number), year(number), **fields)


def put(session: Session, *changes: Change, now: datetime = NOON) -> None:
    writing.apply(session, changes, now)


def test_a_new_occurrence_starts_at_nought_a_changed_one_rises(database: Database) -> None:
    first = talks(2021, host="salavan")
    second = replace(first, host="quang-tri", partners=("savannakhet",), leads=())
    with database.write() as session:
        put(session, Change(None, first), Change(None, talks(2022)))
    with database.write() as session:
        put(session, Change(first, second), now=LATER)
    with database.write() as session:
        put(session, Change(second, first), now=LATER_STILL)
    with database.read() as session:
        assert store.found(session, ["hoi-dam.2021", "hoi-dam.2022", "hoi-dam.2023"]) == {
            "hoi-dam.2021": Record(first, 2, LATER_STILL),
            "hoi-dam.2022": Record(talks(2022), 0, NOON),
        }
        assert store.find(session, "hoi-dam.2021") == Record(first, 2, LATER_STILL)
        assert store.find(session, "hoi-dam.2023") is None
        assert store.stored(session, ["hoi-dam"])["hoi-dam"] == {"hoi-dam.2021": first, "hoi-dam.2022": talks(2022)}
        assert store.stored(session, ["doan"]) == {}
        assert store.keys(session) == ["hoi-dam.2021", "hoi-dam.2022"]


def test_who_takes_part_follows_the_occurrence(database: Database) -> None:
    first = talks(2021)
    second = replace(first, partners=("savannakhet",), leads=("front",))
    with database.write() as session:
        put(session, Change(None, first))
        put(session, Change(first, second))
    with database.read() as session:
        found = {
            (partner, lead): [r.occurrence.key for r in store.chosen(session, Selection(partners=partner, leads=lead))]
            for partner in ((), ("savannakhet",), ("salavan",), ("salavan", "savannakhet"))
            for lead in ((), ("front",), ("so-ngoai-vu",))
        }
    key = ["hoi-dam.2021"]
    assert found == {
        ((), ()): key,
        ((), ("front",)): key,
        ((), ("so-ngoai-vu",)): [],
        (("savannakhet",), ()): key,
        (("savannakhet",), ("front",)): key,
        (("savannakhet",), ("so-ngoai-vu",)): [],
        (("salavan",), ()): [],
        (("salavan",), ("front",)): [],
        (("salavan",), ("so-ngoai-vu",)): [],
        (("salavan", "savannakhet"), ()): key,
        (("salavan", "savannakhet"), ("front",)): key,
        (("salavan", "savannakhet"), ("so-ngoai-vu",)): [],
    }


def test_moments_are_kept_in_utc(database: Database) -> None:
    hanoi = datetime(2021, 9, 1, 12, tzinfo=timezone(timedelta(hours=7)))
    with database.write() as session:
        put(session, Change(None, talks(2021)), now=hanoi)
    with database.read() as session:
        record = store.find(session, "hoi-dam.2021")
    assert record is not None
    assert (record.changed_at, record.changed_at.utcoffset()) == (NOON, timedelta(0))


def test_any_words_are_read_back(database: Database) -> None:
    strange = replace(talks(2021), title=Text("“Đoàn”; 'x' \\ {\"a\": 1}\nຄະນະ 🇱🇦", "%s :x ?"), quantity="\u00a0")
    with database.write() as session:
        put(session, Change(None, strange))
    with database.read() as session:
        assert store.find(session, "hoi-dam.2021") == Record(strange, 0, NOON)


def test_many_keys_are_found_in_chunks(database: Database) -> None:
    many = [talks(number) for number in range(1400, 2000)]
    with database.write() as session:
        put(session, *(Change(None, occurrence) for occurrence in many))
    with database.read() as session:
        found = store.found(session, [occurrence.key for occurrence in many])
        chosen = list(store.chosen(session, Selection()))
    assert found == {occurrence.key: Record(occurrence, 0, NOON) for occurrence in many}
    assert chosen == [Record(occurrence, 0, NOON) for occurrence in many]


def test_what_is_chosen_stands_by_first_day_open_ones_last(database: Database) -> None:
    def dated(cycle: str, first: date | None, last: date | None) -> Occurrence:
        return expected(BOOK, DUTY, cycle, Window.of(first, last, Precision.PERIOD))

    one, two = date(2021, 1, 1), date(2021, 6, 1)
    wanted = [
        dated("f", one, one),
        dated("d", one, two),
        dated("e", one, two),
        dated("c", one, None),
        dated("b", two, two),
        dated("a", None, one),
        dated("9", None, None),
    ]
    with database.write() as session:
        put(session, *(Change(None, occurrence) for occurrence in reversed(wanted)))
    with database.read() as session:
        assert [record.occurrence for record in store.chosen(session, Selection())] == wanted


def test_keys_are_ordered_by_their_letters_alone(database: Database) -> None:
    idents = ["a-b", "a", "ab", "a-", "a0", "b-a", "a-b-c", "a1b"]
    rows = [replace(talks(2021), obligation=ident, leg=leg) for ident in idents for leg in (None, "x", "x-y")]
    with database.write() as session:
        put(session, *(Change(None, occurrence) for occurrence in rows))
    with database.read() as session:
        keys = store.keys(session)
        chosen = [record.occurrence.key for record in store.chosen(session, Selection())]
    assert (keys, chosen) == (sorted(keys), sorted(keys))


PARTIES = ("savannakhet", "salavan", "khammouane", "an-giang", "takeo", "mukdahan", "bolikhamxay", "nobody")
LEADS = ("mttq-quang-tri", "so-ngoai-vu-quang-tri", "mttq-an-giang", "cong-an-quang-tri", "nobody")
PLANS = ("quang-tri-front-2020", "quang-tri-laos-2020", "an-giang-front-2020", "ha-tinh-twinning-2013", "nothing")


def some(*items: object) -> st.SearchStrategy[tuple[object, ...]]:
    return st.lists(st.sampled_from(items), max_size=3, unique=True).map(tuple)


days = st.none() | st.dates(date(2012, 1, 1), date(2028, 12, 31))
selections = st.builds(
    Selection,
    first=days,
    last=days,
    partners=some(*PARTIES),
    leads=some(*LEADS),
    kinds=some(*Kind),
    plans=some(*PLANS),
)


def test_what_is_chosen_is_what_a_selection_admits(database: Database) -> None:
    assert sync(database, packaged(), NOON, TODAY).problems == ()
    with database.read() as session:
        everything = list(store.chosen(session, Selection()))
        assert sorted(record.occurrence.key for record in everything) == store.keys(session)

        @given(selections)
        @settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow])
        def law(selection: Selection) -> None:
            wanted = [record for record in everything if selection.admits(record.occurrence)]
            assert list(store.chosen(session, selection)) == wanted

        law()


def test_the_directory_is_read_back(database: Database) -> None:
    everyone = Directory(
        MappingProxyType({"laos": Party("laos", Text("Lào", "Laos", "ລາວ", "ឡាវ", "ลาว"), "LA")}),
        MappingProxyType({"lao-bao": Place("lao-bao", Text("Lao Bảo"), "laos")}),
        MappingProxyType(
            {
                "a": Organisation("a", Text("A"), "laos", "a@x.example", ("b", "c"), date(2025, 2, 19), "b"),
                "b": Organisation("b", Text("B"), "laos"),
            }
        ),
    )
    packaged_one = load(directory_files(None).files, ()).directory
    for directory in (everyone, packaged_one, Directory()):
        with database.write() as session:
            writing.put_directory(session, directory)
        with database.read() as session:
            assert store.directory_of(session) == directory


def test_rules_are_kept_by_digest_and_an_ended_one_keeps_its_last(database: Database) -> None:
    relative = duty(Relative(("hoi-dam", "hoi-dam.2021")), Kind.DEADLINE, "giay-to")
    series = series_of([plan(DUTY, relative)])
    with database.write() as session:
        writing.put_obligations(session, [(series["hoi-dam"], "một"), (series["giay-to"], "hai")])
        writing.put_obligations(session, [(series["giay-to"], "ba")])
        assert store.obligation_digests(session) == {"hoi-dam": "một", "giay-to": "ba"}
        assert store.obligation_digests(session, ["giay-to", "khac"]) == {"giay-to": "ba"}
        writing.end_obligations(session, {"giay-to": "hết"})
        assert store.obligation_digests(session) == {"hoi-dam": "một", "giay-to": "hết"}


def test_clearing_leaves_the_journal(database: Database) -> None:
    take(database, FRONT)
    with database.write() as session:
        assert store.keys(session) == FRONT_KEYS
        revision, lines = history.revision(session), history.in_force(session, history.PLAN, history.DIRECTORY)
        writing.clear(session)
        assert (store.keys(session), store.obligation_digests(session)) == ([], {})
        assert store.directory_of(session) == Directory()
        assert (history.revision(session), history.in_force(session, history.PLAN, history.DIRECTORY)) == (
            revision,
            lines,
        )


# -- The journal.


def test_the_newest_line_of_a_subject_is_in_force(database: Database) -> None:
    old, new, other = Line("plan", "a", "cũ"), Line("plan", "a", "mới"), Line("directory", "a", "ai")
    with database.write() as session:
        assert (history.revision(session), history.first_change(session), history.last_change(session)) == (
            0,
            None,
            None,
        )
        history.append(session, [old, other], NOON)
        before = history.revision(session)
        history.append(session, [new], LATER)
        assert history.revision(session) > before > 0
    with database.read() as session:
        assert history.in_force(session, "plan") == (new,)
        assert history.in_force(session, "plan", "directory") == (other, new)
        assert history.digests(session) == {("plan", "a"): new.digest, ("directory", "a"): other.digest}
        assert (history.first_change(session), history.last_change(session)) == (NOON, LATER)
        assert [(batch.at, batch.lines) for batch in history.batches(session)] == [
            (NOON, (old, other)),
            (LATER, (new,)),
        ]


def test_changes_of_one_second_stay_apart(database: Database) -> None:
    with database.write() as session:
        history.append(session, [Line("plan", "a", "một")], NOON)
        history.append(session, [Line("plan", "a", "hai")], NOON)
        assert [batch.lines for batch in history.batches(session)] == [
            (Line("plan", "a", "một"),),
            (Line("plan", "a", "hai"),),
        ]


def begun_and_broken_off(database: Database) -> None:
    with database.write() as session:
        put(session, Change(None, talks(2021)))
        history.append(session, [Line("plan", "a", "một")], NOON)
        raise RuntimeError


def test_a_change_that_fails_leaves_nothing(database: Database) -> None:
    with pytest.raises(RuntimeError):
        begun_and_broken_off(database)
    with database.read() as session:
        assert (store.keys(session), history.revision(session)) == ([], 0)


def test_reading_writes_nothing(database: Database) -> None:
    with database.read() as session:
        put(session, Change(None, talks(2021)))
        session.flush()
    with database.read() as session:
        assert store.keys(session) == []


@pytest.mark.parametrize(
    ("subjects", "expected_day"),
    [
        ([], None),
        (["2021-09-01"], date(2026, 12, 31)),
        (["2021-09-01", "2023-01-01", "2022-12-31"], date(2028, 12, 31)),
    ],
)
def test_rows_are_kept_to_the_end_of_the_fifth_year(subjects: list[str], expected_day: date | None) -> None:
    assert history.horizon_of([Line(history.REFRESH, subject, "") for subject in subjects]) == expected_day
    assert history.horizon_of({(history.REFRESH, subject): "" for subject in subjects}) == expected_day
    assert history.horizon_of([Line(history.PLAN, "a", "")]) is None


def test_status_of_every_row_is_one_of_the_contract(database: Database) -> None:
    assert sync(database, packaged(), datetime(2021, 1, 1, tzinfo=UTC), TODAY).problems == ()
    with database.read() as session:
        found = {record.occurrence.status for record in store.chosen(session, Selection())}
    assert found == {Status.PROJECTED, Status.TENTATIVE, Status.CONFIRMED, Status.HELD}


@pytest.mark.filterwarnings("error")
def test_who_stops_reading_half_way_leaves_nothing_open(database: Database) -> None:
    take(database, FRONT)
    with database.read() as session:
        assert len(list(islice(store.chosen(session, Selection()), 1))) == 1
        gc.collect()
        assert len(list(store.chosen(session, Selection()))) == len(FRONT_KEYS)


@pytest.mark.parametrize("day", [date(2019, 1, 1), TODAY, date(2026, 6, 1)])
def test_one_of_each_tells_who_leads(database: Database, day: date) -> None:
    assert sync(database, packaged(), NOON, TODAY).problems == ()
    year_on = day + timedelta(days=365)

    def leads(occurrences: Iterable[Occurrence]) -> set[tuple[str, str, str]]:
        return {(one.plan, one.owner, lead) for one in occurrences for lead in one.leads or ("",)}

    with database.read() as session:
        found = store.led(session, day, year_on)
        every = [record.occurrence for record in store.chosen(session, Selection(day, year_on))]
    expected_of = [one for one in every if not one.over]
    assert leads(found) == leads(expected_of) != set()
    assert [one.key for one in found] == sorted({one.key for one in found} & {one.key for one in expected_of})
    assert len(found) <= len(leads(expected_of))


def test_who_leads_nothing_more_is_not_named(database: Database) -> None:
    over = [replace(talks(2021), cycle=f"2021-{status}", status=status, leads=(status,)) for status in OVER]
    left = replace(talks(2021), leads=("front",))
    with database.write() as session:
        put(session, *(Change(None, one) for one in (*over, left)))
    with database.read() as session:
        assert store.led(session, date(2021, 1, 1), date(2021, 12, 31)) == (left,)


ALL_YEAR = Selection(date(2021, 1, 1), date(2021, 12, 31), kinds=tuple(k for k in Kind if k is not Kind.ONGOING))


@pytest.mark.parametrize(
    ("selection", "index"),
    [
        (ALL_YEAR, "ix_occurrence_days"),
        (replace(ALL_YEAR, kinds=tuple(Kind)), "ix_occurrence_days"),
        (replace(ALL_YEAR, kinds=(Kind.TALKS,)), "ix_occurrence_kind"),
        (replace(ALL_YEAR, kinds=(Kind.TALKS,), plans=("a", "b", "c")), "ix_occurrence_plan"),
        (replace(ALL_YEAR, partners=("savannakhet",)), "sqlite_autoindex_occurrence_1"),
        (replace(ALL_YEAR, leads=("mttq",)), "sqlite_autoindex_occurrence_1"),
    ],
)
def test_sqlite_reads_by_the_index_that_finds_least(tmp_path: Path, selection: Selection, index: str) -> None:
    """It keeps no figures of its tables, so each question must leave it no other choice."""
    database = Database(f"sqlite:///{tmp_path / 'luanphien.db'}")
    with database.read() as session:
        query = store.in_order(store.narrowed(store.records(), selection))
        said = query.compile(session.get_bind(), compile_kwargs={"literal_binds": True})
        steps = [row[3] for row in session.execute(text(f"EXPLAIN QUERY PLAN {said}"))]
    database.close()
    used = [step.split(" INDEX ")[1].split(" ")[0] for step in steps if step.startswith(("SCAN occ", "SEARCH occ"))]
    assert used == [index]
    sorted_whole = "USE TEMP B-TREE FOR ORDER BY" in steps
    assert sorted_whole == (index != "ix_occurrence_days")
