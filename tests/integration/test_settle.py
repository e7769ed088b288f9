"""One change, one transaction: what a sync adds, moves, cancels, leaves alone; and the same again from the journal."""

from __future__ import annotations

import multiprocessing
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path, PurePath

import pytest

from config.database import Database
from config.drawer import Drawer
from config.planfile import SourceFile, plan_id
from config.replay import Rebuilt, rebuild
from config.settle import Given, Settled, refresh, sync
from scheduler import history, store, writing
from scheduler.errors import Problem, StoredTextError
from scheduler.reconcile import Change
from tests.integration.rows import fingerprints
from tests.integration.town import (
    EXCHANGE,
    FRONT,
    FRONT_HEAD,
    FRONT_KEYS,
    HEAD,
    LATER,
    LATER_STILL,
    NOON,
    OTHER,
    PAPERS,
    PEOPLE,
    TALKS,
    TODAY,
    VISIT,
    WATCH,
    everything,
    given,
    packaged,
    projection,
    stamps,
    statuses,
    take,
    work,
)

NEW_YEAR = datetime(2022, 1, 1, tzinfo=UTC)


def kinds_of(changes: tuple[Change, ...]) -> dict[str, str]:
    """What each change is, by key."""
    return {
        c.after.key: "added" if c.before is None else "cancelled" if c.dropped else "moved" if c.moved else "changed"
        for c in changes
    }


def test_the_first_sync_adds_everything(database: Database) -> None:
    settled = take(database, FRONT)
    assert kinds_of(settled.changes) == dict.fromkeys(FRONT_KEYS, "added")
    assert (settled.left_alone, settled.plans, settled.occurrences) == ((), 1, len(FRONT_KEYS))
    assert stamps(database) == dict.fromkeys(FRONT_KEYS, (0, NOON))


def test_the_second_sync_changes_nothing(database: Database) -> None:
    take(database, FRONT)
    before = everything(database)
    assert take(database, FRONT, now=LATER) == Settled((), (), (), 1, len(FRONT_KEYS))
    assert everything(database) == before


def test_the_five_plans_settle_twice(database: Database) -> None:
    first = sync(database, packaged(), NOON, TODAY)
    before = everything(database)
    second = sync(database, packaged(), LATER, date(2021, 12, 31))
    assert (first.problems, second) == ((), Settled((), (), (), 5, len(first.changes)))
    assert everything(database) == before
    assert rebuild(database) == Rebuilt(len(first.changes), ())
    assert everything(database) == before


def test_a_comment_is_kept_but_moves_nothing(database: Database) -> None:
    take(database, FRONT)
    before = projection(database)
    assert take(database, "# xem lại\n" + FRONT, now=LATER).changes == ()
    assert {name: rows for name, rows in projection(database).items() if name != "obligation"} == {
        name: rows for name, rows in before.items() if name != "obligation"
    }
    with database.read() as session:
        assert history.in_force(session, history.PLAN)[0].text == "# xem lại\n" + FRONT


def test_a_preview_tells_what_would_change_and_writes_nothing(database: Database) -> None:
    preview = take(database, FRONT, preview=True)
    assert {name: rows for name, rows in everything(database).items() if rows} == {}
    assert preview.changes == take(database, FRONT).changes
    before = everything(database)
    edited = FRONT.replace("tháng 6", "tháng 7")
    preview = take(database, edited, now=LATER, preview=True)
    assert everything(database) == before
    assert preview.changes == take(database, edited, now=LATER).changes != ()


def test_an_edit_touches_its_own_rows_and_those_counted_from_them(database: Database) -> None:
    take(database, FRONT)
    edited = FRONT.replace("{type: yearly, within: tháng 6}", "{type: yearly, within: tháng 7}")
    settled = take(database, edited, now=LATER)
    touched = ["giay-to.hoi-dam.2020", "giay-to.hoi-dam.2021", "giay-to.hoi-dam.2022",
               "hoi-dam.2020", "hoi-dam.2021", "hoi-dam.2022"]  # fmt: skip
    assert kinds_of(settled.changes) == dict.fromkeys(touched, "moved")
    assert stamps(database) == {key: (1, LATER) if key in touched else (0, NOON) for key in FRONT_KEYS}
    with database.read() as session:
        record = store.find(session, "giay-to.hoi-dam.2021")
    assert record is not None
    assert record.occurrence.window.last == date(2021, 5, 31)


def test_an_edit_that_moves_nothing_is_a_change(database: Database) -> None:
    take(database, FRONT)
    settled = take(database, FRONT.replace("{vi: Thăm hỏi}", "{vi: Thăm và tặng quà}"), now=LATER)
    assert kinds_of(settled.changes) == {"tham.once": "changed"}
    assert stamps(database) == {key: (1, LATER) if key == "tham.once" else (0, NOON) for key in FRONT_KEYS}


def test_the_host_follows_an_edited_order(database: Database) -> None:
    take(database, FRONT)
    settled = take(database, FRONT.replace("[savannakhet, quang-tri]", "[quang-tri, savannakhet]"), now=LATER)
    assert [(c.after.key, c.before and c.before.host, c.after.host) for c in settled.changes] == [
        ("doan.savannakhet.2021", "quang-tri", "savannakhet"),
        ("doan.savannakhet.2023", "savannakhet", "quang-tri"),
        ("doan.savannakhet.2025", "quang-tri", "savannakhet"),
    ]


def test_a_name_in_the_directory_changes_no_row(database: Database) -> None:
    take(database, FRONT)
    before = stamps(database)
    renamed = PEOPLE.replace("MTTQ tỉnh Quảng Trị", "Ủy ban MTTQ tỉnh Quảng Trị")
    assert take(database, FRONT, people=renamed, now=LATER).changes == ()
    assert stamps(database) == before
    with database.read() as session:
        assert store.directory_of(session).organisations["mttq"].name.vi == "Ủy ban MTTQ tỉnh Quảng Trị"


def test_a_directory_file_no_longer_given_is_gone(database: Database) -> None:
    files = given(FRONT)
    more = SourceFile("them.yaml", "organisations:\n  mttq-salavan: {party: salavan, name: {vi: Mặt trận Lào}}\n")
    assert sync(database, replace(files, directory=(*files.directory, more)), NOON, TODAY).problems == ()
    with database.read() as session:
        assert sorted(store.directory_of(session).organisations) == ["mttq", "mttq-salavan", "so-ngoai-vu"]
    assert take(database, FRONT, now=LATER).changes == ()
    with database.read() as session:
        assert sorted(store.directory_of(session).organisations) == ["mttq", "so-ngoai-vu"]
    before = everything(database)
    assert (take(database, FRONT, now=LATER_STILL).changes, everything(database)) == ((), before)
    assert (rebuild(database).different, everything(database)) == ((), before)


def test_a_holiday_moves_only_what_is_counted_in_working_days(database: Database) -> None:
    take(database, FRONT)
    with database.read() as session:
        record = store.find(session, "giay-to.hoi-dam.2021")
    assert record is not None
    day = record.occurrence.window.last
    assert day is not None
    settled = take(database, FRONT, holidays=f"VN:\n  off: {{{day}: {{vi: Nghỉ}}}}\n", now=LATER)
    assert kinds_of(settled.changes) == {"giay-to.hoi-dam.2021": "moved"}


def test_a_duty_left_out_is_cancelled_and_comes_back_under_its_keys(database: Database) -> None:
    take(database, FRONT)
    without = FRONT_HEAD + EXCHANGE + VISIT + WATCH
    gone = [key for key in FRONT_KEYS if key.startswith(("hoi-dam", "giay-to"))]
    settled = take(database, without, now=LATER)
    assert kinds_of(settled.changes) == dict.fromkeys(gone, "cancelled")
    assert {key: status for key, status in statuses(database).items() if status == "cancelled"} == dict.fromkeys(
        gone, "cancelled"
    )
    assert stamps(database) == {key: (1, LATER) if key in gone else (0, NOON) for key in FRONT_KEYS}
    assert take(database, without, now=LATER_STILL).changes == ()
    settled = take(database, FRONT, now=LATER_STILL)
    assert kinds_of(settled.changes) == dict.fromkeys(gone, "changed")
    assert stamps(database) == {key: (2, LATER_STILL) if key in gone else (0, NOON) for key in FRONT_KEYS}
    assert "cancelled" not in statuses(database).values()


def test_a_plan_left_out_stays_until_it_is_retired(database: Database) -> None:
    take(database, FRONT, OTHER)
    before = everything(database)
    settled = take(database, FRONT, now=LATER)
    assert (settled.changes, settled.left_alone, settled.plans) == ((), ("tinh",), 2)
    assert everything(database) == before
    settled = take(database, FRONT, now=LATER, retire=["tinh"])
    assert (kinds_of(settled.changes), settled.left_alone, settled.plans) == (
        {"bao-cao.tham.once": "cancelled"},
        (),
        1,
    )
    assert stamps(database)["bao-cao.tham.once"] == (1, LATER)
    assert take(database, FRONT, now=LATER_STILL).left_alone == ()
    assert rebuild(database).different == ()
    revived = take(database, FRONT, OTHER, now=LATER_STILL)
    assert kinds_of(revived.changes) == {"bao-cao.tham.once": "changed"}


def test_what_a_plan_left_out_says_still_binds(database: Database) -> None:
    take(database, FRONT, OTHER)
    before = everything(database)
    settled = sync(database, given(FRONT_HEAD + EXCHANGE), LATER, TODAY)
    assert [(p.file, p.field, p.message) for p in settled.problems] == [
        ("tinh", "obligations.0.rule.to.0", "no obligation is called {ident}")
    ]
    assert everything(database) == before


def test_a_plan_that_is_not_there_cannot_be_retired(database: Database) -> None:
    take(database, FRONT)
    before = everything(database)
    settled = sync(database, given(FRONT, retire=["khong-co"]), LATER, TODAY)
    fix = "luanphien sync names the plans that are in the store"
    message = "the store has no plan called {ident}"
    assert settled.problems == (Problem("khong-co", 1, 1, "plan", message, fix, {"ident": "khong-co"}),)
    assert everything(database) == before


def test_a_plan_that_is_given_and_retired_ends_or_is_refused(database: Database) -> None:
    take(database, FRONT, OTHER)
    before = everything(database)
    settled = sync(database, given(FRONT, OTHER, retire=["tinh"]), LATER, TODAY)
    if settled.problems:
        assert everything(database) == before
    else:
        assert kinds_of(settled.changes) == {"bao-cao.tham.once": "cancelled"}
    assert rebuild(database).different == ()


BROKEN = {
    "yaml": FRONT + "  - [",
    "empty": "",
    "date": FRONT.replace("2019-10-03", "2019-02-30"),
    "organisation": FRONT.replace("lead: [mttq]", "lead: [mttx]", 1),
    "duplicate": FRONT + VISIT,
    "order": FRONT.replace("[quang-tri, salavan]", "[quang-tri]"),
    "unknown host": FRONT.replace("[quang-tri, salavan]", "[quang-tri, salavan, champasak]"),
    "bomb": "a: &a [x]\nb: [*a, *a]\n",
    "noise": "\x00\x01\x02" * 1000,
    "another directory": FRONT + "\nparties:\n  salavan: {country: LA, name: {vi: Salavan}}\n",
}


@pytest.mark.parametrize("broken", sorted(BROKEN))
def test_a_broken_file_changes_nothing(database: Database, broken: str) -> None:
    take(database, FRONT)
    before = everything(database)
    settled = sync(database, given(OTHER, BROKEN[broken], people=PEOPLE + "# mới\n"), LATER, date(2023, 1, 1))
    assert (settled.problems != (), settled.changes) == (True, ())
    assert everything(database) == before


def test_a_broken_directory_or_holiday_file_changes_nothing(database: Database) -> None:
    take(database, FRONT)
    before = everything(database)
    for files in (
        given(FRONT, people=PEOPLE.replace("party: quang-tri", "party: quangtri", 1)),
        given(FRONT, people=PEOPLE + "\n- ["),
        given(FRONT, holidays="VN: {off: {2021-02-30: {vi: Nghỉ}}}\n"),
        given(FRONT, holidays="VN: {work: [2021-02-01], not_off: [2021-02-01]}\n"),
    ):
        settled = sync(database, files, LATER, TODAY)
        assert (len(settled.problems) > 0, settled.changes) == (True, ())
        assert everything(database) == before


def test_a_lead_named_twice_is_stored_once_or_refused(database: Database) -> None:
    settled = sync(database, given(FRONT.replace("lead: [so-ngoai-vu]", "lead: [mttq, mttq]")), NOON, TODAY)
    with database.read() as session:
        record = store.find(session, "giay-to.hoi-dam.2021")
    assert (record.occurrence.leads if record else settled.problems[0].field) in (("mttq",), "obligations.2.lead.1")


def test_a_new_year_adds_rows_and_is_recorded(database: Database) -> None:
    take(database, FRONT)
    before = everything(database)
    for day in (TODAY, date(2021, 12, 31)):
        assert refresh(database, LATER, day) == Settled()
        assert everything(database) == before
    settled = refresh(database, NEW_YEAR, date(2022, 1, 1))
    assert kinds_of(settled.changes) == {"doan.salavan.2027": "added", "doan.savannakhet.2027": "added"}
    assert stamps(database) == {
        **dict.fromkeys(FRONT_KEYS, (0, NOON)),
        "doan.salavan.2027": (0, NEW_YEAR),
        "doan.savannakhet.2027": (0, NEW_YEAR),
    }
    after = everything(database)
    assert refresh(database, NEW_YEAR, date(2022, 1, 2)) == Settled()
    assert everything(database) == after
    with database.read() as session:
        assert [line.subject for line in history.in_force(session, history.REFRESH)] == ["2021-09-01", "2022-01-01"]


def test_a_clock_set_back_takes_nothing_away(database: Database) -> None:
    take(database, FRONT, today=date(2022, 1, 1))
    before = everything(database)
    assert take(database, FRONT, now=LATER, today=date(2019, 1, 1)).changes == ()
    assert refresh(database, LATER, date(2019, 1, 1)) == Settled()
    assert everything(database) == before


def test_an_empty_store_has_nothing_to_refresh_or_rebuild(database: Database) -> None:
    assert refresh(database, NOON, TODAY) == Settled()
    assert rebuild(database) == Rebuilt(0, ())
    assert {name: rows for name, rows in everything(database).items() if rows} == {}


def test_everything_is_the_same_again_from_the_journal(database: Database) -> None:
    take(database, FRONT)
    take(database, FRONT.replace("tháng 6", "tháng 7"), OTHER, now=LATER)
    refresh(database, NEW_YEAR, date(2022, 1, 1))
    take(database, FRONT_HEAD + EXCHANGE + VISIT, OTHER, now=datetime(2022, 2, 1, tzinfo=UTC), today=date(2022, 2, 1))
    refresh(database, datetime(2023, 1, 1, tzinfo=UTC), date(2023, 1, 1))
    take(database, FRONT, OTHER, now=datetime(2023, 2, 1, tzinfo=UTC), today=date(2023, 2, 1))
    take(database, FRONT, now=datetime(2023, 3, 1, tzinfo=UTC), today=date(2023, 3, 1), retire=["tinh"])
    later = HEAD.format(name="mat-tran-sau", period="2023 - 2025") + EXCHANGE.replace("II.5", "I.1").replace(
        "    partners", "    continues: mat-tran\n    partners"
    )
    take(database, FRONT, later, now=datetime(2023, 4, 1, tzinfo=UTC), today=date(2023, 4, 1))
    renamed = PEOPLE.replace("Sở Ngoại vụ", "Sở Ngoại vụ tỉnh")
    day = datetime(2023, 5, 1, tzinfo=UTC)
    take(database, FRONT, later, now=day, today=day.date(), people=renamed, holidays="VN: {work: [2021-05-01]}\n")
    before, dates = everything(database), set(stamps(database).values())
    assert len(dates) > 5
    for _ in range(2):
        assert rebuild(database) == Rebuilt(len(stamps(database)), ())
        assert everything(database) == before


def test_a_row_that_was_tampered_with_is_found_and_left(database: Database) -> None:
    take(database, FRONT)
    with database.write() as session:
        record = store.find(session, "tham.once")
        assert record is not None
        writing.apply(session, [Change(record.occurrence, record.occurrence)], LATER)
    before = everything(database)
    assert rebuild(database) == Rebuilt(len(FRONT_KEYS), ("tham.once",))
    assert everything(database) == before


def test_a_later_plan_takes_the_rows_of_its_years(database: Database) -> None:
    take(database, FRONT)
    later = HEAD.format(name="mat-tran-sau", period="2023 - 2025") + EXCHANGE.replace("II.5", "I.1").replace(
        "    partners", "    continues: mat-tran\n    partners"
    )
    settled = take(database, FRONT, later, now=LATER)
    assert [(c.after.key, c.before and c.before.plan, c.after.plan, c.after.status.value) for c in settled.changes] == [
        ("doan.salavan.2023", "mat-tran", "mat-tran-sau", "tentative"),
        ("doan.salavan.2025", "mat-tran", "mat-tran-sau", "tentative"),
        ("doan.savannakhet.2023", "mat-tran", "mat-tran-sau", "tentative"),
        ("doan.savannakhet.2025", "mat-tran", "mat-tran-sau", "tentative"),
    ]
    assert stamps(database)["doan.salavan.2023"] == (1, LATER)
    assert stamps(database)["doan.salavan.2021"] == (0, NOON)


def test_a_later_plan_may_count_the_same_duty_from_something_else(database: Database) -> None:
    take(database, FRONT)
    head = HEAD.format(name="mat-tran-sau", period="2023 - 2025")
    conference = VISIT.replace("id: tham", "id: hoi-nghi").replace("2021-09-20", "2023-09-20")
    papers = PAPERS.replace("[hoi-dam]", "[hoi-nghi]").replace("    lead", "    continues: mat-tran\n    lead")
    settled = take(database, FRONT, head + conference + papers, now=LATER)
    assert kinds_of(settled.changes) == {"giay-to.hoi-nghi.once": "added", "hoi-nghi.once": "added"}


def test_two_plans_written_at_once_leave_one_store(database: Database) -> None:
    rounds = 4
    context = multiprocessing.get_context("spawn")
    barrier = context.Barrier(2)
    workers = [context.Process(target=work, args=(database.url, barrier, name, rounds)) for name in ("mot", "hai")]
    sync(database, given(FRONT), NOON, TODAY)
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(90)
    assert [worker.exitcode for worker in workers] == [0, 0]
    with database.read() as session:
        assert [line.subject for line in history.in_force(session, history.PLAN)] == ["hai", "mat-tran", "mot"]
        sequences = {key: sequence for key, (_, sequence, _) in fingerprints(session).items()}
        batches = [batch.at for batch in history.batches(session)]
    assert {key: n for key, n in sequences.items() if key.startswith(("mot-hoi-dam", "hai-hoi-dam"))} == dict.fromkeys(
        (f"{name}-hoi-dam.{number}" for name in ("mot", "hai") for number in (2020, 2021, 2022)), rounds - 1
    )
    assert len(batches) == 1 + 2 * rounds
    before = everything(database)
    assert rebuild(database).different == ()
    assert everything(database) == before


def test_two_processes_open_an_empty_database_at_once(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    barrier = context.Barrier(3)
    url = f"sqlite:///{tmp_path}/store.db"
    workers = [context.Process(target=work, args=(url, barrier, name, 1)) for name in ("mot", "hai", "ba")]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(90)
    assert [worker.exitcode for worker in workers] == [0, 0, 0]
    database = Database(url)
    assert rebuild(database).different == ()
    with database.read() as session:
        assert [line.subject for line in history.in_force(session, history.PLAN)] == ["ba", "hai", "mot"]
    database.close()


def test_files_may_be_named_anyhow(database: Database) -> None:
    take(database, FRONT)
    moved = Given(
        (SourceFile("/noi/khac/x.yml", FRONT),),
        (SourceFile("/noi/khac/danh-ba.yaml", PEOPLE),),
        SourceFile("/noi/khac/holidays.yaml", ""),
    )
    assert sync(database, moved, LATER, TODAY) == Settled((), (), (), 1, len(FRONT_KEYS))


def test_talks_alone(database: Database) -> None:
    settled = take(database, FRONT_HEAD + TALKS)
    assert [c.after.key for c in settled.changes] == ["hoi-dam.2020", "hoi-dam.2021", "hoi-dam.2022"]


def test_a_stored_text_that_no_longer_passes_withdraws_nothing(database: Database) -> None:
    """A later version may check more strictly; the rows of the text that is at fault stay as they are."""
    take(database, FRONT)
    before = projection(database)
    with database.write() as session:
        text = FRONT.replace("owner:", "ownr:", 1)
        assert text != FRONT
        history.append(session, [history.Line(history.PLAN, "mat-tran", text)], LATER)
    with pytest.raises(StoredTextError, match="line"):
        refresh(database, NEW_YEAR, NEW_YEAR.date())
    assert projection(database) == before


def test_files_that_wait_on_disk_are_taken_as_those_in_memory(database: Database) -> None:
    drawer = Drawer()
    files = packaged()
    kept = replace(
        files,
        plans=tuple(drawer.keep(file.name, file.text) for file in files.plans),
        directory=tuple(drawer.keep(file.name, file.text) for file in files.directory),
    )
    settled = sync(database, kept, NOON, TODAY)
    with database.read() as session:
        lines = [line for batch in history.batches(session) for line in batch.lines]
    assert [(line.kind, line.subject) for line in lines] == [
        *((history.DIRECTORY, PurePath(file.name).name) for file in files.directory),
        (history.HOLIDAYS, "holidays.yaml"),
        *((history.PLAN, plan_id(file)) for file in files.plans),
        (history.REFRESH, TODAY.isoformat()),
    ]
    assert [line.text for line in lines] == [
        *(file.text for file in (*files.directory, files.holidays, *files.plans)),
        "",
    ]
    assert settled.count == settled.occurrences > 0
    assert sync(database, files, LATER, TODAY) == Settled((), (), (), settled.plans, settled.occurrences)
    twice = replace(kept, plans=(*kept.plans, drawer.keep("copy.yaml", files.plans[0].text)))
    told = sync(database, twice, LATER, TODAY).problems
    assert {(each.file, each.field) for each in told} >= {("copy.yaml", "plan")}
    assert (
        told
        == sync(
            database, replace(files, plans=(*files.plans, SourceFile("copy.yaml", files.plans[0].text))), LATER, TODAY
        ).problems
    )
