"""What the contract fixes, as the command line shows it."""

from __future__ import annotations

import csv
import mailbox
import re
import shutil
from datetime import date, timedelta
from email import policy
from email.parser import BytesParser
from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar

from tests.acceptance.command import Answer, Desk

pytestmark = pytest.mark.acceptance

DATA = Path(__file__).parents[1] / "data"
INVALID = DATA / "invalid"
FRONT = "quang-tri-front-2020"
KEYS = [
    "key", "uid", "plan", "obligation", "leg", "clauses", "cycle", "kind", "title", "start", "end", "precision",
    "expression", "status", "host", "place", "travels", "partners", "leads", "coordinating", "owner", "conditions",
    "quantity", "assumed", "to_set", "anniversary", "document", "agreement", "sequence", "changed_at", "with",
]  # fmt: skip
"""Fields of an occurrence's JSON, in the order of the contract."""

Row = dict[str, Any]


def register() -> list[dict[str, str]]:
    """Every duty of the documents."""
    with (DATA / "register.tsv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))


def listed(desk: Desk, *words: str) -> list[Row]:
    """What `list … --json` prints."""
    answer = desk.ask("list", *words, "--json")
    assert (answer.code, answer.err) == (0, "")
    found: list[Row] = answer.json
    return found


def everything(desk: Desk) -> list[Row]:
    """Every row, ongoing duties too."""
    kinds = ("exchange", "talks", "anniversary", "event", "task", "deadline", "report", "ongoing")
    return listed(desk, *(word for kind in kinds for word in ("--kind", kind)))


def of_plan(desk: Desk, plan: str, *kinds: str) -> list[Row]:
    """The rows of one plan, of these kinds."""
    return [row for row in everything(desk) if row["plan"] == plan and row["kind"] in kinds]


def days(row: Row) -> str:
    """FIRST/LAST of a row."""
    return f"{row['start'] or '..'}/{row['end'] or '..'}"


# -- check


def test_check_lists_every_duty_of_the_register_under_its_clause(desk: Desk) -> None:
    answer = desk.ask("check", "--json")
    found = answer.json
    assert (answer.code, list(found), found["errors"]) == (0, ["plans", "errors"], [])
    assert {tuple(plan) for plan in found["plans"]} == {("plan", "clauses")}
    clauses = [(plan["plan"], clause) for plan in found["plans"] for clause in plan["clauses"]]
    assert {tuple(clause) for _, clause in clauses} == {("clause", "obligation", "kind", "to_set")}
    rows = sorted((f"{plan}/{c['clause']}", c["kind"], " ".join(c["to_set"]) or "-") for plan, c in clauses)
    assert rows == sorted((row["ref"], row["kind"], row["to_set"]) for row in register())
    assert len(rows) == 127


def test_one_duty_named_by_several_clauses_is_one_obligation(desk: Desk) -> None:
    named: dict[str, set[str]] = {}
    for plan in desk.ask("check", "--json").json["plans"]:
        for clause in plan["clauses"]:
            named.setdefault(clause["obligation"], set()).add(f"{plan['plan']}/{clause['clause']}")
    laos = "quang-tri-laos-2020"
    assert {ident: clauses for ident, clauses in named.items() if len(clauses) > 1} == {
        "qt-front-exchange": {f"{FRONT}/{c}" for c in ("II.5", "III.2019.1", "III.2019.2", "III.2021.1", "III.2021.2")},
        "ha-tinh-khammouane-front-exchange": {f"ha-tinh-khammouane-front-2022/{clause}" for clause in ("1", "3a")},
        "vn-la-diplomatic-relations": {f"{laos}/PLI.4a", f"{laos}/PLII.4a"},
        "vn-la-friendship-treaty": {f"{laos}/PLI.4b", f"{laos}/PLII.4b"},
        "qt-youth-exchange": {f"{laos}/PLI.16a", f"{laos}/PLII.14"},
    }


BAD = ["alias-bomb", "bad-date", "duplicate-id", "merge-key-bomb", "rotation-one-host", "unknown-organisation"]


def test_check_tells_every_fault_and_how_to_mend_it(empty: Desk) -> None:
    files = [str(INVALID / f"{name}.yaml") for name in BAD]
    answer = empty.run("check", "--json", *files)
    assert (answer.code, answer.json["plans"]) == (1, [])
    errors = answer.json["errors"]
    assert {tuple(error) for error in errors} == {("file", "line", "column", "field", "message", "fix")}
    assert {Path(error["file"]).stem for error in errors} >= set(BAD)
    assert [error for error in errors if not error["message"] or not error["fix"] or error["line"] < 1] == []
    assert list(empty.folder.iterdir()) == []


def test_check_speaks_to_people_too(empty: Desk) -> None:
    path = str(INVALID / "bad-date.yaml")
    answer = empty.run("check", path, directory=str(DATA / "valid"), lang="en")
    assert answer.code == 1
    assert f"{path}:4:12 document.date date is not a day of the calendar → write it as 2021-09-30" in answer.said


def test_check_of_nothing_is_a_fault(empty: Desk) -> None:
    answer = empty.run("check", "--json", "khong-co.yaml", "khong-co")
    assert (answer.code, [error["file"] for error in answer.json["errors"]]) == (1, ["khong-co.yaml", "khong-co"])


# -- sync


def test_the_first_sync_adds_and_the_second_changes_nothing(desk: Desk) -> None:
    first = desk.ask("sync", "--json").json
    assert (list(first), {change["change"] for change in first["changes"]}) == (
        ["errors", "changes", "count", "left_alone"],
        {"added"},
    )
    before = desk.store()
    assert desk.run("sync", "--json").json == {"errors": [], "changes": [], "count": 0, "left_alone": []}
    assert desk.store() == before


def test_a_preview_stores_nothing(desk: Desk, tmp_path: Path) -> None:
    mine = Desk(tmp_path)
    answer = mine.run("sync", "--preview", "--json")
    assert (answer.code, answer.json["changes"]) == (0, desk.ask("sync", "--json").json["changes"])
    assert [line for line in mine.store() if line.startswith("INSERT") and "alembic_version" not in line] == []


def test_bad_files_are_refused_and_the_store_is_untouched(desk: Desk, tmp_path: Path) -> None:
    noise = tmp_path / "noise.yaml"
    noise.write_bytes(bytes(range(256)) * 4096)
    files = [*(INVALID / f"{name}.yaml" for name in BAD), noise]
    before = desk.store()
    answer = desk.run("sync", "--json", plans=":".join(map(str, files)))
    assert (answer.code, answer.json["changes"], desk.store() == before) == (1, [], True)
    assert {Path(error["file"]).stem for error in answer.json["errors"]} == {*BAD, "noise"}


# -- list


def test_the_exchanges_of_the_front(desk: Desk) -> None:
    rows = listed(desk, "--from", "2019-01-01", "--to", "2025-12-31", "--plan", FRONT)
    assert [row["key"] for row in rows if row["kind"] != "exchange"] == ["qt-front-festival-exchange.unset"]
    found = {
        row["key"]: (row["status"], row["host"], row["place"], row["travels"], row["clauses"], days(row))
        for row in rows
        if row["kind"] == "exchange"
    }

    def turn(status: str, host: str, traveller: str, *clauses: str) -> tuple[Any, ...]:
        return (status, host, host, [traveller], ["II.5", *clauses])

    turns = {
        "savannakhet.2019": turn("tentative", "savannakhet", "quang-tri", "III.2019.1"),
        "salavan.2019": turn("tentative", "quang-tri", "salavan", "III.2019.2"),
        "salavan.2021": turn("tentative", "salavan", "quang-tri", "III.2021.1"),
        "savannakhet.2021": turn("tentative", "quang-tri", "savannakhet", "III.2021.2"),
        "savannakhet.2023": turn("projected", "savannakhet", "quang-tri"),
        "salavan.2023": turn("projected", "quang-tri", "salavan"),
        "salavan.2025": turn("projected", "salavan", "quang-tri"),
        "savannakhet.2025": turn("projected", "quang-tri", "savannakhet"),
    }
    assert found == {
        f"qt-front-exchange.{key}": (*said, f"{key[-4:]}-01-01/{key[-4:]}-12-31") for key, said in turns.items()
    }


def test_the_json_of_an_occurrence_has_exactly_the_fields_of_the_contract(desk: Desk) -> None:
    rows = listed(desk, "--from", "2019-01-01", "--to", "2025-12-31", "--plan", FRONT)
    assert {tuple(row) for row in rows} == {(*KEYS, "flags")}
    assert {tuple(row["document"]) for row in rows} == {("number", "date", "issuer", "title")}
    row = next(row for row in rows if row["key"] == "qt-front-exchange.savannakhet.2021")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00", row.pop("changed_at"))
    assert row == {
        "key": "qt-front-exchange.savannakhet.2021",
        "uid": "qt-front-exchange.savannakhet.2021@luanphien",
        "plan": FRONT,
        "obligation": "qt-front-exchange",
        "leg": "savannakhet",
        "clauses": ["II.5", "III.2021.2"],
        "cycle": "2021",
        "kind": "exchange",
        "title": "Trao đổi đoàn, hội đàm công tác Mặt trận (luân phiên chủ trì)",
        "start": "2021-01-01",
        "end": "2021-12-31",
        "precision": "year",
        "expression": "hình thức luân phiên chủ trì 02 năm/lần",
        "status": "tentative",
        "host": "quang-tri",
        "place": "quang-tri",
        "travels": ["savannakhet"],
        "partners": ["savannakhet"],
        "leads": ["mttq-quang-tri"],
        "coordinating": [],
        "owner": "mttq-quang-tri",
        "conditions": [],
        "quantity": None,
        "assumed": False,
        "to_set": [],
        "anniversary": None,
        "document": {
            "number": "06/KH-MTTQ-BTT",
            "date": "2019-10-03",
            "issuer": "mttq-quang-tri",
            "title": "Kế hoạch hợp tác với Mặt trận Lào xây dựng đất nước các tỉnh Savannakhet, Salavan "
            "giai đoạn 2020 – 2022",
        },
        "agreement": "thoa-thuan-quang-tri-savannakhet-2020",
        "sequence": 0,
        "with": None,
        "flags": ["unrecorded"],
    }


def test_days_in_force_are_those_of_the_register(desk: Desk) -> None:
    found: dict[str, set[str]] = {}
    for row in everything(desk):
        if row["status"] != "projected":
            for clause in row["clauses"]:
                found.setdefault(f"{row['plan']}/{clause}", set()).add(days(row))
    assert found == {row["ref"]: set(row["windows"].split(";")) for row in register()}


def test_the_windows_of_an_giang(desk: Desk) -> None:
    rows = of_plan(desk, "an-giang-front-2020", "task", "event")
    assert {row["key"]: days(row) for row in rows} == {
        "an-giang-border-publicity.once": "2020-07-01/2020-07-31",
        "an-giang-k93-visit.once": "2020-04-21/2020-04-30",
        "an-giang-solidarity-houses.once": "2020-06-01/2020-06-30",
        "an-giang-front-day-conference.once": "2020-11-11/2020-11-20",
    }
    conference = next(row for row in rows if row["key"] == "an-giang-front-day-conference.once")
    assert (conference["anniversary"], conference["to_set"]) == ({"ordinal": 90, "class": "tron"}, ["place"])
    deadlines = of_plan(desk, "an-giang-front-2020", "deadline")
    assert sorted((row["clauses"][0], days(row)) for row in deadlines) == [
        ("III.1a", "2020-07-01/2020-07-31"),
        ("III.1b", "2020-04-20/2020-04-20"),
        ("III.1c", "2020-05-29/2020-05-29"),
        ("III.1d", "2020-04-20/2020-04-20"),
        ("III.1d", "2020-05-29/2020-05-29"),
        ("III.2", "2020-11-10/2020-11-10"),
    ]


def test_the_last_days_of_ha_tinh(desk: Desk) -> None:
    rows = of_plan(desk, "ha-tinh-twinning-2013", "deadline")
    assert {row["clauses"][0]: (row["end"], row["assumed"]) for row in rows} == {
        "II.3.1": ("2013-12-21", True),
        "II.3.2": ("2014-05-18", True),
        "II.2a.2": ("2013-12-21", True),
        "II.2b": ("2013-12-21", True),
        "III.1b": ("2013-12-21", True),
    }


def test_history_that_the_source_reports_is_held(desk: Desk) -> None:
    rows = of_plan(desk, "ha-tinh-khammouane-front-2022", "exchange")
    found = [(row["cycle"], row["status"], row["host"], row["place"], row["clauses"], days(row)) for row in rows]
    assert found[:3] == [
        ("2022", "held", "ha-tinh", "ha-tinh", ["3a", "1"], "2022-09-20/2022-09-20"),
        ("2024", "tentative", "khammouane", "khammouane", ["3a"], "2024-01-01/2024-12-31"),
        ("2026", "projected", "ha-tinh", "ha-tinh", ["3a"], "2026-01-01/2026-12-31"),
    ]


def test_anniversaries_are_two_series_each_year_once(desk: Desk) -> None:
    rows = listed(desk, "--kind", "anniversary", "--from", "2022-01-01", "--to", "2027-12-31")
    assert [row["start"] for row in rows if row["start"] != row["end"]] == []
    treaty, relations = "vn-la-friendship-treaty", "vn-la-diplomatic-relations"
    classes = {0: "tron", 5: "le-5"}
    wanted = [
        (
            f"{ident}.{year}",
            f"{year}-{day}",
            {"ordinal": year - first, "class": classes.get((year - first) % 10, "khac")},
        )
        for year in range(2022, 2028)
        for ident, day, first in ((treaty, "07-18", 1977), (relations, "09-05", 1962))
    ]
    assert [(row["key"], row["start"], row["anniversary"]) for row in rows] == wanted
    assert len(rows) == 12
    marks = {row["start"]: (row["anniversary"]["ordinal"], row["anniversary"]["class"]) for row in rows}
    assert {day: marks[day] for day in ("2022-09-05", "2022-07-18", "2027-07-18", "2027-09-05")} == {
        "2022-09-05": (60, "tron"),
        "2022-07-18": (45, "le-5"),
        "2027-07-18": (50, "tron"),
        "2027-09-05": (65, "le-5"),
    }


def test_filters_of_list(desk: Desk) -> None:
    words = ("--from", "2020-04-30", "--to", "2022-05-31", "--kind", "event", "--kind", "exchange")
    words += (
        "--lead",
        "mttq-an-giang",
        "--lead",
        "mttq-quang-tri",
        "--partner",
        "kampong-speu",
        "--partner",
        "salavan",
    )
    assert [row["key"] for row in listed(desk, *words)] == [
        "qt-front-festival-exchange.unset",
        "an-giang-k93-visit.once",
        "qt-front-exchange.salavan.2021",
    ]


def test_ongoing_duties_are_listed_only_when_asked_for(desk: Desk) -> None:
    assert listed(desk) == [row for row in everything(desk) if row["kind"] != "ongoing"]
    assert {days(row) for row in of_plan(desk, "ha-tinh-twinning-2013", "ongoing")} == {
        "../..",
        "../2013-12-21",
        "../2014-05-18",
    }


def test_rows_are_kept_to_the_end_of_the_fifth_year_and_beyond_computed(desk: Desk) -> None:
    year = date.today().year  # noqa: DTZ011 - as the command sees it
    assert max(row["end"] or "" for row in listed(desk)) == f"{year + 5}-12-31"
    far = listed(desk, "--from", f"{year + 6}-01-01", "--to", f"{year + 7}-12-31", "--kind", "anniversary")
    assert [(row["key"][-4:], row["sequence"]) for row in far] == [(f"{year + n}", 0) for n in (6, 6, 7, 7)]


# -- next


def asked_next(desk: Desk, *words: str) -> list[Row]:
    answer = desk.ask("next", *words, "--json")
    assert (answer.code, answer.err) == (0, "")
    found: list[Row] = answer.json
    return found


def test_next_is_the_next_exchange_and_talks_of_every_partner(desk: Desk) -> None:
    rows = asked_next(desk, "--as-of", "2021-09-01")
    assert {tuple(row) for row in rows} == {(*KEYS, "flags", "days_left")}
    assert [(row["key"], row["host"], row["to_set"], row["days_left"]) for row in rows] == [
        ("qt-front-exchange.salavan.2021", "salavan", [], 0),
        ("qt-front-exchange.savannakhet.2021", "quang-tri", [], 0),
        ("qt-border-talks-salavan.2021", None, ["first_host"], 0),
        ("qt-border-talks-savannakhet.2021", None, ["first_host"], 0),
        ("ha-tinh-khammouane-front-exchange.2022", "ha-tinh", [], 384),
    ]


def test_the_count_is_per_partner_and_unset_rows_are_among_them(desk: Desk) -> None:
    rows = asked_next(desk, "--as-of", "2021-09-01", "--partner", "savannakhet", "--count", "8")
    assert [(row["key"], row["days_left"]) for row in rows] == [
        ("qt-front-exchange.savannakhet.2021", 0),
        ("qt-border-talks-savannakhet.2021", 0),
        ("qt-counterpart-talks-savannakhet.unset", 0),
        ("qt-youth-exchange.unset", 0),
        ("qt-border-talks-savannakhet.2022", 122),
        ("qt-high-level-talks-savannakhet.once", 122),
        ("qt-front-exchange.savannakhet.2023", 487),
        ("qt-border-talks-savannakhet.2023", 487),
    ]


@pytest.mark.parametrize(
    ("day", "key"),
    [
        ("2022-09-20", "ha-tinh-khammouane-front-exchange.2022"),
        ("2022-09-21", "ha-tinh-khammouane-front-exchange.2024"),
    ],
)
def test_next_is_what_ends_on_or_after_the_day_one_looks_from(desk: Desk, day: str, key: str) -> None:
    rows = asked_next(desk, "--as-of", day, "--partner", "khammouane", "--count", "1")
    assert [row["key"] for row in rows] == [key]


def test_next_on_screen_says_all_that_matters(desk: Desk) -> None:
    said = desk.ask("next", "--as-of", "2021-09-01", "--partner", "savannakhet").said
    for words in (
        "Savannakhet",
        "Chủ trì Quảng Trị",
        "Đoàn đi Savannakhet",
        "Ủy ban MTTQ Việt Nam tỉnh Quảng Trị",
        "II.5, III.2021.2 · 06/KH-MTTQ-BTT, 3/10/2019",
        "qt-front-exchange.savannakhet.2021",
        "chưa chốt ngày",
    ):
        assert words in said


# -- explain


def test_explain_shows_the_arithmetic(desk: Desk) -> None:
    answer = desk.ask("explain", "qt-front-exchange.savannakhet.2021")
    assert answer.code == 0
    for words in ("2019 + 2·1 = 2021", "Lượt thứ 2", "Quảng Trị chủ trì", "III.2021.2", "06/KH-MTTQ-BTT", "2020–2022"):
        assert words in answer.said


def test_explain_in_json(desk: Desk) -> None:
    found = desk.ask("explain", "qt-front-exchange.savannakhet.2021", "--json").json
    assert list(found)[:2] == ["occurrence", "facts"]
    rotation = next(fact for fact in found["facts"] if fact["code"] == "rotation")
    words = rotation.pop("words")
    assert rotation == {"code": "rotation", "first_year": 2019, "every": 2, "index": 1, "year": 2021}
    assert "2019 + 2·1 = 2021" in words
    assert list(found["occurrence"]) == [*KEYS, "flags"]


# -- feed


def shown(answer: Answer) -> dict[str, tuple[date, date, str, str]]:
    """UID → first day, day after the last, title, status; of a calendar."""
    assert (answer.code, answer.err) == (0, "")
    calendar = Calendar.from_ical(answer.raw)
    assert [component.name for component in calendar.subcomponents if component.name != "VEVENT"] == []
    events = calendar.walk("VEVENT")
    found = {
        str(event["UID"]): (event["DTSTART"].dt, event["DTEND"].dt, str(event["SUMMARY"]), str(event["STATUS"]))
        for event in events
    }
    assert len(found) == len(events)
    return found


def wanted_days(row: Row) -> tuple[date, date]:
    """The day a feed shows a row on: its window, or the last day of a window over 31 days."""
    last = date.fromisoformat(row["end"])
    first = date.fromisoformat(row["start"]) if row["start"] else last
    if (last - first).days + 1 > 31:
        first = last
    return first, last + timedelta(days=1)


def test_the_feed_shows_every_row_on_its_day(desk: Desk) -> None:
    rows = [row for row in listed(desk) if row["kind"] != "task" and row["end"]]
    events = shown(desk.ask("feed"))
    assert {uid: event[:2] for uid, event in events.items()} == {row["uid"]: wanted_days(row) for row in rows}


def test_titles_of_long_windows_say_that_the_day_is_open_or_the_last(desk: Desk) -> None:
    rows = {row["uid"]: row for row in listed(desk)}
    prefixes: dict[str, set[str]] = {}
    for uid, (*_, title, _status) in shown(desk.ask("feed")).items():
        row = rows[uid]
        if row["start"] and (date.fromisoformat(row["end"]) - date.fromisoformat(row["start"])).days >= 31:
            kind = f"{row['kind']} unset" if row["cycle"] == "unset" else row["kind"]
            prefixes.setdefault(kind, set()).add(title.partition(":")[0])
    assert prefixes == {
        "exchange": {"CHƯA CHỐT NGÀY"},
        "exchange unset": {"CHƯA CHỐT NGÀY"},
        "talks": {"CHƯA CHỐT NGÀY"},
        "event": {"CHƯA CHỐT NGÀY"},
        "event unset": {"CHƯA CHỐT NGÀY"},
        "deadline": {"HẠN CHÓT"},
        "report unset": {"CHƯA CHỐT NGÀY"},
    }


def test_tasks_are_shown_only_when_asked_for(desk: Desk) -> None:
    tasks = {row["uid"]: row for row in listed(desk, "--kind", "task")}
    assert set(shown(desk.ask("feed"))) & set(tasks) == set()
    events = shown(desk.ask("feed", "--kind", "task"))
    assert {uid: event[:2] for uid, event in events.items()} == {uid: wanted_days(row) for uid, row in tasks.items()}
    long = {uid for uid, row in tasks.items() if wanted_days(row)[0] != date.fromisoformat(row["start"])}
    unset = {uid for uid, row in tasks.items() if row["cycle"] == "unset"}
    assert {events[uid][2].partition(":")[0] for uid in long - unset} == {"HẠN CHÓT"}


def test_a_feed_has_the_filters_of_list_and_languages(desk: Desk) -> None:
    words = ("--plan", FRONT, "--from", "2021-01-01", "--to", "2021-12-31", "--kind", "exchange")
    titles = {lang: shown(desk.ask("feed", *words, "--lang", lang)) for lang in ("vi", "lo")}
    uids = {f"qt-front-exchange.{partner}.2021@luanphien" for partner in ("savannakhet", "salavan")}
    assert {lang: set(events) for lang, events in titles.items()} == dict.fromkeys(titles, uids)
    own = [events["qt-front-exchange.savannakhet.2021@luanphien"][2] for events in titles.values()]
    assert len(set(own)) == 2
    assert {event[3] for events in titles.values() for event in events.values()} == {"TENTATIVE"}


def test_a_feed_with_nothing_in_it_is_still_a_calendar(desk: Desk) -> None:
    answer = desk.ask("feed", "--plan", "khong-co")
    assert (answer.code, answer.err, len(shown(answer))) == (0, "", 1)


def test_the_feed_is_the_same_twice_and_after_a_rebuild(desk: Desk, tmp_path: Path) -> None:
    shutil.copy(desk.folder / "luanphien.db", tmp_path)
    mine = Desk(tmp_path)
    before = mine.store()
    feed = mine.run("feed", plans="/khong/co", directory="/khong/co")  # the store alone is read
    assert feed == desk.ask("feed")
    rebuilt = mine.run("rebuild", "--json")
    assert (rebuilt.code, rebuilt.json["different"]) == (0, [])
    assert rebuilt.json["occurrences"] == sum(line.startswith('INSERT INTO "occurrence"') for line in before)
    assert mine.run("feed") == feed
    assert sorted(mine.store()) == sorted(before)


# -- remind


def test_a_preview_of_reminders_sends_nothing(desk: Desk) -> None:
    before = desk.store()
    words = ("remind", "--preview", "--from", "2021-09-01", "--to", "2021-09-10", "--json")
    answer = desk.ask(*words)
    assert answer.code == 0
    assert desk.run(*words) == answer
    assert desk.store() == before
    assert {tuple(row)[:8] for row in answer.json} == {
        ("send_on", "to", "organisation", "role", "key", "step", "counted_from", "title")
    }
    assert {row["send_on"] for row in answer.json} <= {f"2021-09-{day:02}" for day in range(1, 11)}
    assert [row["key"] for row in answer.json if row["key"] == "qt-border-talks-savannakhet.2021"] != []
    assert sorted(path.name for path in desk.folder.iterdir()) == ["luanphien.db"]


def test_nothing_to_remind_of_is_no_failure(desk: Desk) -> None:
    answer = desk.ask("remind", "--preview", "--from", "2011-01-01", "--to", "2011-01-31", "--json")
    assert (answer.code, answer.json, answer.err) == (0, [], "")


# -- demo


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[Desk, Answer]:
    """A folder in which the demo was run."""
    desk = Desk(tmp_path_factory.mktemp("thu"))
    return desk, desk.run("demo", "--no-serve")


def letters(folder: Path) -> dict[str, Any]:
    """Every mail of a Maildir, by its file."""
    parser = BytesParser(policy=policy.default)
    box = mailbox.Maildir(folder, create=False)
    return {key: parser.parsebytes(box.get_bytes(key)) for key in box.keys()}  # noqa: SIM118 - a mailbox is no dict


def test_the_demo_shows_the_main_job(demo: tuple[Desk, Answer]) -> None:
    desk, answer = demo
    assert (answer.code, answer.err) == (0, "")
    assert "1/9/2021" in answer.said.partition("qt-front-exchange")[0]
    for words in ("qt-front-exchange.savannakhet.2021", "luanphien-demo/lich.ics", "dự kiến", "continues:"):
        assert words in answer.said
    folder = desk.folder / "luanphien-demo"
    assert sorted(path.name for path in folder.iterdir() if not path.name.startswith(".")) == [
        "lich.ics",
        "luanphien.db",
        "mail",
        "thu",
    ]
    events = shown(Answer(0, (folder / "lich.ics").read_bytes(), ""))
    assert "qt-front-exchange.savannakhet.2021@luanphien" in events


def test_the_demo_leaves_mail_with_text_page_and_event(demo: tuple[Desk, Answer]) -> None:
    mails = letters(demo[0].folder / "luanphien-demo" / "mail")
    assert len(mails) > 0
    for mail in mails.values():
        parts = {part.get_content_type(): part for part in mail.walk() if not part.is_multipart()}
        assert sorted(parts) == ["text/calendar", "text/html", "text/plain"]
        assert {"Subject", "To", "From", "Date", "Message-ID"} <= set(mail.keys())
        assert mail["To"].endswith(".example")
        calendar = Calendar.from_ical(parts["text/calendar"].get_content())
        assert len(calendar.walk("VEVENT")) >= 1
        text, page = (parts[kind].get_content() for kind in ("text/plain", "text/html"))
        assert re.search("[ăâđêôơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]", text)
        assert "<html" in page


def test_reminders_are_sent_once(demo: tuple[Desk, Answer]) -> None:
    desk, _ = demo
    folder = desk.folder / "luanphien-demo"
    mine = Desk(
        desk.folder,
        {"database_url": f"sqlite:///{folder / 'luanphien.db'}", "mail_url": f"maildir:{folder / 'mail'}"},
    )
    first = mine.run("remind", "--once", "--json")
    assert first.code == 0
    mails = set(letters(folder / "mail"))
    again = mine.run("remind", "--once", "--json")
    assert (again.code, {name: count for name, count in again.json.items() if count and name != "reason"}) == (0, {})
    assert set(letters(folder / "mail")) == mails


def test_the_demo_leaves_a_folder_that_is_not_its_own_alone(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    (tmp_path / "luanphien-demo").mkdir()
    (tmp_path / "luanphien-demo" / "thư.txt").write_text("của tôi")
    answer = desk.run("demo", "--no-serve")
    assert (answer.code, [path.name for path in (tmp_path / "luanphien-demo").iterdir()]) == (1, ["thư.txt"])


# -- How commands end; tests/unit/config/test_cli.py has every case.


def test_an_empty_store_says_what_to_run(tmp_path: Path) -> None:
    answer = Desk(tmp_path).run("list", "--json", lang="en")
    assert (answer.code, answer.out, "run luanphien sync" in answer.err) == (1, "", True)


def test_nothing_found_is_an_empty_list_and_one(desk: Desk) -> None:
    answer = desk.ask("list", "--plan", "khong-co", "--json")
    assert (answer.code, answer.json, answer.err) == (1, [], "")


def test_an_unknown_key_names_the_nearest(desk: Desk) -> None:
    answer = desk.ask("explain", "qt-front-exchange.savanakhet.2021")
    assert (answer.code, answer.out) == (1, "")
    assert "qt-front-exchange.savannakhet.2021" in answer.said


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (("next", "--partner", "savanakhet"), "savannakhet"),
        (("list", "--from", "2021-02-30"), "2021-02-30"),
        (("lisst",), "lisst"),
    ],
    ids=("party", "date", "command"),
)
def test_wrong_usage_is_two_and_says_what_is_wrong(desk: Desk, words: tuple[str, ...], hint: str) -> None:
    answer = desk.ask(*words)
    assert (answer.code, answer.out, hint in answer.err) == (2, "", True)


def test_wrong_settings_are_named(desk: Desk) -> None:
    wrong = {"lang": "fr", "database_url": "mysql://x", "mail_url": "x", "base_url": "x", "timezone": "x", "port": "x"}
    answer = desk.run("list", **wrong)
    assert (answer.code, answer.out) == (2, "")
    assert [name for name in wrong if f"LUANPHIEN_{name.upper()}" not in answer.err] == []
    assert "Traceback" not in answer.err


def test_without_a_command_help_is_shown(empty: Desk) -> None:
    answer = empty.run()
    names = ("check", "sync", "list", "next", "explain", "feed", "remind", "schema", "serve", "demo")
    assert (answer.code, [name for name in names if f" {name} " not in answer.said]) == (2, [])


def test_the_schema_is_printed(empty: Desk) -> None:
    answer = empty.run("schema")
    assert answer.code == 0
    assert {"plan", "owner", "document", "obligations"} <= set(answer.json["properties"])
