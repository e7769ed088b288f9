"""From plan and decision to the steps an officer reads: they move with the meeting, and end with it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from calendars.feeddesk import Tally
from config import answers, settle, syncanswers
from config.chainfile import ChainFileError, load_chains
from config.database import Database
from config.files import directory_files, holiday_file, plan_files
from config.planfile import SourceFile
from config.session import Job
from config.settings import Settings
from config.settle import Given
from config.web import application, desk_of
from scheduler.amendment import Verb
from tests.integration.desk import Hand, days

CONFERENCE = "qt-three-province-conference.once"
VISIT = "qt-front-exchange.savannakhet.2021"
NOON = datetime(2019, 11, 1, 5, tzinfo=UTC)


@pytest.fixture
def job(tmp_path: Path) -> Iterator[Job]:
    """A run in November 2019, with the packaged plans in its store, in English."""
    url = f"sqlite:///{tmp_path / 'store.db'}"
    made = Job(Settings(database_url=url, lang="en"), NOON - datetime.now(UTC))
    given = Given(plan_files([]).files, directory_files(None).files, holiday_file())
    assert settle.sync(made.database, given, NOON, NOON.date()).problems == ()
    yield made
    made.database.close()


def explained(job: Job, key: str, capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    """What `explain --json` prints."""
    answers.explain(job, key, as_json=True)
    told: dict[str, Any] = json.loads(capsys.readouterr().out)
    return told


def steps(job: Job, key: str, capsys: pytest.CaptureFixture[str]) -> dict[str, tuple[str, str, bool]]:
    """Day, basis and whether provisional, by the id of the step."""
    return {s["id"]: (s["day"], s["basis"], s["provisional"]) for s in explained(job, key, capsys)["steps"]}


def test_the_conference_has_the_steps_of_the_law_and_moves_with_its_days(
    job: Job, capsys: pytest.CaptureFixture[str]
) -> None:
    assert steps(job, CONFERENCE, capsys) == {
        "fix-days": ("2020-10-02", "local", False),
        "note": ("2019-11-15", "local", True),
        "permission-prime-minister": ("2019-11-22", "law", True),
        "permission": ("2019-12-02", "law", True),
        "delegation": ("2019-12-12", "local", True),
        "programme": ("2019-12-18", "local", True),
        "gifts": ("2019-12-25", "local", True),
        "report": ("2021-01-15", "law", True),
    }
    hand = Hand(job.database)
    hand.decide(Verb.CONFIRM, CONFERENCE, window=days("2020-07-27", "2020-07-28"))
    assert steps(job, CONFERENCE, capsys) == {
        "note": ("2020-06-12", "local", False),
        "permission-prime-minister": ("2020-06-17", "law", False),
        "permission": ("2020-06-26", "law", False),
        "delegation": ("2020-07-07", "local", False),
        "programme": ("2020-07-13", "local", False),
        "gifts": ("2020-07-20", "local", False),
        "report": ("2020-08-12", "law", False),
    }


def test_another_event_has_steps_of_local_rules_only(job: Job, capsys: pytest.CaptureFixture[str]) -> None:
    for key in (VISIT, "qt-high-level-talks-salavan.once", "an-giang-k93-visit.once"):
        assert {basis for _, basis, _ in steps(job, key, capsys).values()} == {"local"}
    for key in ("an-giang-front-day-conference.once", "qt-border-talks-salavan.2021", "qt-youth-exchange.unset"):
        assert steps(job, key, capsys) == {}  # nobody is said to host


def test_a_visit_that_was_held_asks_for_its_report_only(database: Database) -> None:
    hand = Hand.with_plans(database)
    assert [s.rule.id for s in prepared(database)] == [
        "fix-days",
        "permission",
        "note",
        "delegation",
        "programme",
        "gifts",
        "report",
    ]
    hand.now = datetime(2021, 12, 20, 5, tzinfo=UTC)
    hand.decide(Verb.HELD, VISIT, window=days("2021-12-14", "2021-12-15"))
    assert [(s.rule.id, s.day, s.provisional) for s in prepared(database)] == [("report", date(2021, 12, 29), False)]


def prepared(database: Database) -> Any:
    """The steps of the visit by the packaged chains."""
    from config.office import office

    with office(database, date(2021, 9, 1)) as desk:
        return desk.explained(VISIT, load_chains(None)).steps


def test_the_screen_and_the_page_list_the_same_steps(job: Job, capsys: pytest.CaptureFixture[str]) -> None:
    answers.explain(job, CONFERENCE, as_json=False)
    screen = " ".join(capsys.readouterr().out.split())
    assert "Preparation 2 October 2020" in screen
    assert "Provisional: the exact days are not settled" in screen
    assert "2 December 2019" in screen
    assert "Decision 06/2020/QĐ-TTg, article 4" in screen
    found = desk_of(job, load_chains(None)).find(CONFERENCE, date(2019, 11, 1))
    assert found is not None
    told = explained(job, CONFERENCE, capsys)["steps"]
    assert [step.day.isoformat() for step in found.steps] == [step["day"] for step in told]
    answers.explain(job, "vn-la-friendship-treaty.2020", as_json=False)
    assert "Preparation" not in capsys.readouterr().out


def test_a_step_of_a_body_that_has_ended_is_its_successors(
    job: Job, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "chains.yaml"
    path.write_text(
        "note:\n  side: any\n  kinds: [exchange]\n  steps:\n"
        "    ask: {title: {vi: Hỏi}, before: 30, lead: so-ke-hoach-dau-tu-quang-tri}\n",
        encoding="utf-8",
    )
    own = job.elsewhere(chains=str(path))
    leads = {
        year: explained(own, f"qt-front-exchange.savannakhet.{year}", capsys)["steps"][0]["leads"]
        for year in (2021, 2027)
    }
    assert leads == {2021: ["so-ke-hoach-dau-tu-quang-tri"], 2027: ["so-tai-chinh-quang-tri"]}


def test_a_chain_file_that_is_broken_stops_explain_and_serve_and_is_reported(
    job: Job, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "chains.yaml"
    path.write_text("hosting:\n  side: hosting\n  steps: {a: {title: {vi: A}}}\n", encoding="utf-8")
    own = job.elsewhere(chains=str(path))
    with pytest.raises(ChainFileError, match=r"chains\.yaml:3: a step is either before or after"):
        answers.explain(own, CONFERENCE, as_json=True)
    with pytest.raises(ChainFileError):
        application(own, None, Tally())
    with pytest.raises(SystemExit):
        syncanswers.sync(own, (), preview=True, as_json=True)
    assert [error["message"] for error in json.loads(capsys.readouterr().out)["errors"]] == [
        "a step is either before or after"
    ]


def test_a_plan_that_names_a_chain_there_is_not_stores_nothing(
    job: Job, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    [file] = [file for file in plan_files([]).files if "quang-tri-laos" in file.name]
    path = tmp_path / "plan.yaml"
    path.write_text(
        file.text.replace("chain: international-conference", "chain: international-conferense"), encoding="utf-8"
    )
    own = job.elsewhere(plans=str(path))
    with pytest.raises(SystemExit):
        syncanswers.sync(own, (), preview=False, as_json=True)
    [error] = json.loads(capsys.readouterr().out)["errors"]
    assert (error["message"], error["fix"]) == (
        "no preparation chain is called international-conferense",
        "did you mean international-conference?",
    )
    assert file.text.splitlines()[error["line"] - 1].strip().startswith("chain:")


def test_a_day_off_is_explained_with_side_and_holiday(job: Job, capsys: pytest.CaptureFixture[str]) -> None:
    told = explained(job, "vn-la-diplomatic-relations.2021", capsys)
    assert told["occurrence"]["flags"] == ["day-off"]
    [fact] = [fact for fact in told["facts"] if fact["code"] == "day-off"]
    assert fact == {
        "code": "day-off",
        "days": ["2021-09-05"],
        "parties": ["quang-tri", "savannakhet", "salavan"],
        "off": "weekend",
        "name": {"vi": "Chủ nhật", "en": "Sunday"},
        "words": "Day off of Quảng Trị, Savannakhet, Salavan: 5 September 2021 (Sunday).",
    }


def test_a_day_that_moves_says_why_and_moves_with_the_holiday_file(
    job: Job, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    [file] = [file for file in plan_files([]).files if "an-giang" in file.name]
    text = file.text.replace("    words: Tháng 7/2020\n    rule: {type: once}\n",
                             "    words: ngày 5/7/2020\n    rule: {type: once}\n    days_off: later\n")  # fmt: skip
    key = "an-giang-border-publicity.once"
    seen = []
    for number, holidays in enumerate(("", "VN:\n  off:\n    2020-07-06: {vi: Nghỉ}\n")):
        given = Given((replace(file, text=text),), directory_files(None).files, SourceFile("holidays.yaml", holidays))
        now = NOON + timedelta(days=number)
        assert settle.sync(job.database, given, now, now.date()).problems == ()
        told = explained(job, key, capsys)
        seen.append((told["occurrence"]["start"], told["occurrence"]["flags"]))
        assert "A single day that is a day off moves to the working day after it." in [
            f["words"] for f in told["facts"]
        ]
    assert seen == [("2020-07-06", []), ("2020-07-07", [])]
