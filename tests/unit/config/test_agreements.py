"""Agreements in plan files, the command that lists them, and the deep check of plans."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from config import cli
from config.database import Database
from config.files import directory_files, holiday_file, plan_files
from config.planfile import Library, SourceFile, load
from config.world import World, read_world
from scheduler.plan import Agreement, Extension, Text
from scheduler.window import Precision, Window

Run = Callable[..., tuple[int, str]]

PEOPLE = directory_files(None).files
NOBODY: dict[str, Any] = {}

PLAN = """\
plan: {plan}
owner: mttq-quang-tri
period: giai đoạn 2024 – 2026
document: {{issuer: mttq-quang-tri, title: {{vi: Kế hoạch}}}}
agreements:
{agreements}
obligations:
  - id: {ident}
    clauses: [II.1]
    kind: exchange
    title: {{vi: Trao đổi đoàn, en: Exchange}}
    rule: {{type: rotation, every: 1, first_year: 2024, order: [quang-tri, savannakhet]}}
    lead: [mttq-quang-tri]
    partners: [savannakhet]
"""


def paper(ident: str = "thoa-thuan", **fields: str) -> str:
    """An agreement as a plan file has it, its fields one a line."""
    values = {"id": ident, "title": "{vi: Thỏa thuận, en: Agreement}", "parties": "[quang-tri, savannakhet]"} | fields
    return "\n".join(f"{'  - ' if name == 'id' else '    '}{name}: {value}" for name, value in values.items())


def file(*agreements: str, plan: str = "mau", ident: str = "mau-trao-doi") -> SourceFile:
    """A plan file that rests on these agreements."""
    return SourceFile(f"{plan}.yaml", PLAN.format(plan=plan, ident=ident, agreements="\n".join(agreements)))


def read(*files: SourceFile) -> Library:
    """The files with the packaged directory."""
    return load(PEOPLE, files)


def faults(*files: SourceFile) -> list[tuple[int, str, str]]:
    """Line, field and message of everything that is wrong."""
    return [(p.line, p.field, p.message.format_map(p.fields)) for p in read(*files).problems]


TERM = {"term": "giai đoạn 2024 – 2026"}


def test_every_field_of_an_agreement_is_read() -> None:
    old = paper(**TERM, extension="tacit", every="3", notice_days="90", successor="moi")
    new = paper("moi", term="kể từ ngày 1/7/2030", extension="express")
    assert read(file(old, new)).plans[0].agreements == (
        Agreement(
            id="thoa-thuan",
            title=Text("Thỏa thuận", "Agreement"),
            parties=("quang-tri", "savannakhet"),
            term=Window.of(date(2024, 1, 1), date(2026, 12, 31), Precision.PERIOD),
            extension=Extension.TACIT,
            every=3,
            notice_days=90,
            successor="moi",
            replaced=date(2030, 7, 1),
        ),
        Agreement(
            id="moi",
            title=Text("Thỏa thuận", "Agreement"),
            parties=("quang-tri", "savannakhet"),
            term=Window.of(date(2030, 7, 1), None, Precision.PERIOD),
            extension=Extension.EXPRESS,
        ),
    )


def test_a_successor_may_stand_in_another_file() -> None:
    old, new = paper(**TERM, successor="moi"), paper("moi", term="giai đoạn 2027 – 2029")
    here, there = read(file(old), file(new, plan="sau", ident="sau-trao-doi")).plans
    assert [a.replaced for plan in (here, there) for a in plan.agreements] == [date(2027, 1, 1), None]


@pytest.mark.parametrize(
    ("agreement", "line", "field", "message"),
    [
        (paper(**TERM, extension="tacit"), 10, "extension", "a tacit extension needs its years"),
        (paper(extension="tacit", every="2"), 9, "extension", "a tacit extension needs a term that ends"),
        (paper(**TERM, every="2"), 10, "every", "only a tacit extension has years"),
        (paper(**TERM, extension="express", every="2"), 11, "every", "only a tacit extension has years"),
        (paper(notice_days="90"), 9, "notice_days", "a notice needs a term that ends"),
        (paper(term="từ năm 2024", notice_days="90"), 10, "notice_days", "a notice needs a term that ends"),
        (paper(term="hằng năm"), 9, "term", "the term names no days"),
        (paper(term="giai đạn 2024"), 9, "term", "the date words giai đạn 2024 are not understood"),
        (paper(**TERM, successor="thoa-thua"), 10, "successor", "no agreement is called thoa-thua"),
        (paper(**TERM, successor="thoa-thuan"), 10, "successor", "the agreement thoa-thuan comes after itself"),
        (paper(**TERM, extension="auto"), 10, "extension", "extension is not one of the known words"),
        (paper(**TERM, extension="tacit", every="0"), 11, "every", "every is too small"),
        (paper(**TERM, notice_days="4000"), 10, "notice_days", "notice_days is too large"),
    ],
)
def test_what_an_agreement_cannot_mean_is_refused(agreement: str, line: int, field: str, message: str) -> None:
    assert faults(file(agreement)) == [(line, f"agreements.0.{field}", message)]


def test_agreements_that_follow_each_other_in_a_circle_are_refused() -> None:
    circle = [paper(one, **TERM, successor=next_) for one, next_ in (("a", "b"), ("b", "c"), ("c", "a"))]
    assert faults(file(*circle)) == [
        (10, "agreements.0.successor", "the agreement a comes after itself"),
        (15, "agreements.1.successor", "the agreement b comes after itself"),
        (20, "agreements.2.successor", "the agreement c comes after itself"),
    ]
    tail = [paper("x", **TERM, successor="a"), *circle]
    assert "agreements.0.successor" not in {field for _, field, _ in faults(file(*tail))}


def test_the_id_of_a_renewal_is_kept() -> None:
    watched = paper(**TERM, notice_days="90")
    assert faults(file(watched, ident="renew-thoa-thuan")) == [
        (12, "obligations.0.id", "the id renew-thoa-thuan is kept for the renewal of an agreement")
    ]
    assert faults(file(paper(**TERM), ident="renew-thoa-thuan")) == []


def test_one_agreement_is_described_alike_everywhere() -> None:
    one, other = paper(**TERM, notice_days="90"), paper(**TERM, notice_days="60")
    assert faults(file(one), file(other, plan="sau", ident="sau-trao-doi")) == [
        (6, "agreements.0.id", "the agreement thoa-thuan is described differently in another place"),
        (6, "agreements.0.id", "the agreement thoa-thuan is described differently in another place"),
    ]


# What it gives


def world(*files: SourceFile) -> World:
    """The files and the packaged directory, to the end of 2031."""
    found = read_world(PEOPLE, files, holiday_file(), date(2031, 12, 31), NOBODY)
    assert found.problems == ()
    return found


def test_a_renewal_has_its_own_series() -> None:
    one = world(file(paper(**TERM, extension="tacit", every="2", notice_days="90")))
    assert sorted(one.series) == ["mau-trao-doi", "renew-thoa-thuan"]
    assert [(o.key, str(o.window.start)) for o in one.occurrences("renew-thoa-thuan", {})] == [
        ("renew-thoa-thuan.2026", "2026-10-02"),
        ("renew-thoa-thuan.2028", "2028-10-02"),
        ("renew-thoa-thuan.2030", "2030-10-02"),
    ]


def test_a_successor_in_another_file_is_part_of_what_a_duty_depends_on() -> None:
    old = file(paper(**TERM, extension="tacit", every="2", successor="moi"))
    digests = {
        world(old, file(paper("moi", term=term), plan="sau", ident="sau-trao-doi")).digest("mau-trao-doi", {})
        for term in ("giai đoạn 2027 – 2029", "giai đoạn 2028 – 2029")
    }
    assert len(digests) == 2


def test_the_packaged_plans_ask_for_no_renewal() -> None:
    assert [ident for ident in world(*plan_files([]).files).series if ident.startswith("renew-")] == []


# Commands


@pytest.fixture
def luanphien(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """The command, in an empty folder, in English; gives its exit code and what it printed."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LUANPHIEN_LANG", "en")
    monkeypatch.setenv("COLUMNS", "120")

    def run(*words: str) -> tuple[int, str]:
        monkeypatch.setattr(sys, "argv", ["luanphien", *words])
        try:
            cli.main()
            code = 0
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 1
        printed = capsys.readouterr()
        return code, "\n".join(line.rstrip() for line in (printed.out + printed.err).splitlines())

    return run


def given(folder: Path, *files: SourceFile) -> None:
    """Write plan files into a folder."""
    folder.mkdir()
    for one in files:
        (folder / one.name).write_text(one.text, encoding="utf-8")


def test_agreements_need_a_store(luanphien: Run) -> None:
    assert luanphien("agreements") == (1, "✗ the store holds no plan yet\n  → run luanphien sync")


def test_agreements_tells_how_each_stands(luanphien: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tacit = paper(**TERM, signed="2023-12-01", extension="tacit", every="2", notice_days="90", successor="moi")
    given(tmp_path / "plans", file(tacit, paper("moi", term="giai đoạn 2031 – 2035", extension="express")))
    monkeypatch.setenv("LUANPHIEN_PLANS", "plans")
    assert luanphien("sync")[0] == 0
    assert luanphien("agreements", "--as-of", "2027-03-01") == (
        0,
        """\
Agreements, seen on 1 March 2027

Agreement  Not yet in force
  Parties         Quảng Trị, Savannakhet
  Term            2031–2035
  Renewal         in writing
  Named by        mau
  Meetings ahead  1
  Agreement id    moi

Agreement  In force, renewed tacitly
  Parties         Quảng Trị, Savannakhet
  Signed          1 December 2023
  Term            2024–2026
  Renewal         of itself, every 2 years
  Runs until      31 December 2028
  Notice by       2 October 2028
  Followed by     moi
  Named by        mau
  Meetings ahead  4
  Agreement id    thoa-thuan""",
    )
    code, printed = luanphien("agreements", "--as-of", "2027-03-01", "--json")
    assert (code, json.loads(printed)[1]) == (
        0,
        {
            "id": "thoa-thuan",
            "title": "Agreement",
            "parties": ["quang-tri", "savannakhet"],
            "signed": "2023-12-01",
            "first": "2024-01-01",
            "last": "2026-12-31",
            "extension": "tacit",
            "every": 2,
            "notice_days": 90,
            "successor": "moi",
            "plans": ["mau"],
            "state": "tacitly-renewed",
            "ends": "2028-12-31",
            "notice": "2028-10-02",
            "renewals": 1,
            "meetings": 4,
        },
    )


def test_plans_without_agreements_are_told_so(luanphien: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bare = file()
    given(tmp_path / "plans", SourceFile(bare.name, bare.text.replace("agreements:\n\n", "")))
    monkeypatch.setenv("LUANPHIEN_PLANS", "plans")
    assert luanphien("sync")[0] == 0
    assert luanphien("agreements")[0] == 1
    assert luanphien("agreements", "--json") == (1, "[]")


def deep(luanphien: Run, *words: str) -> list[dict[str, Any]]:
    """The findings of a deep check in JSON."""
    code, printed = luanphien("check", *words, "--deep", "--json")
    assert code == 0
    found: list[dict[str, Any]] = json.loads(printed)["findings"]
    return found


def test_the_packaged_plans_are_looked_into(luanphien: Run) -> None:
    found = deep(luanphien, "--as-of", "2026-11-22")
    assert {(f["code"], f["severity"]) for f in found} == {
        ("no-host", "warning"),
        ("day-off", "warning"),
        ("heavy-year", "note"),
        ("to-set", "note"),
        ("lapsed", "warning"),
        ("reciprocity", "note"),
    }
    assert next(f for f in found if f["code"] == "heavy-year")["marks"] == [
        {
            "title": "Anniversary of the Viet Nam–Laos Treaty of Friendship and Cooperation (18 July 1977)",
            "ordinal": 50,
            "rank": "tron",
            "day": "2027-07-18",
        },
        {
            "title": "Anniversary of Viet Nam–Laos diplomatic relations (5 September 1962)",
            "ordinal": 65,
            "rank": "le-5",
            "day": "2027-09-05",
        },
    ]
    assert [f["words"] for f in found if f["code"] == "reciprocity"] == [
        "Hà Tĩnh – Khammouane: Hà Tĩnh hosted 1, Khammouane hosted 1; nothing recorded: 1",
        (
            "Quảng Trị – Salavan: Quảng Trị hosted 2, Salavan hosted 3; Quảng Trị is 1 behind; "
            "host not known: 6; nothing recorded: 11"
        ),
        (
            "Quảng Trị – Savannakhet: Quảng Trị hosted 2, Savannakhet hosted 3; Quảng Trị is 1 behind; "
            "host not known: 6; nothing recorded: 11"
        ),
    ]
    lapsing = [f["agreement"] for f in deep(luanphien, "--as-of", "2022-06-01") if f["code"] == "lapsing"]
    assert lapsing == ["thoa-thuan-quang-tri-salavan-2020", "thoa-thuan-quang-tri-savannakhet-2020"]


def test_a_deep_check_makes_no_store_and_a_plain_one_has_no_findings(luanphien: Run, tmp_path: Path) -> None:
    deep(luanphien)
    assert list(tmp_path.iterdir()) == []
    code, printed = luanphien("check", "--json")
    assert (code, sorted(json.loads(printed))) == (0, ["errors", "plans"])


def test_a_deep_check_counts_what_was_decided(luanphien: Run) -> None:
    assert luanphien("sync")[0] == 0
    key = "qt-front-exchange.savannakhet.2023"
    told = ("--who", "Lê Thị Lan Hương", "--why", "theo công văn", "--yes")
    assert luanphien("decide", "skip", key, "--passes", *told)[0] == 0
    (balance,) = (
        f
        for f in deep(luanphien, "--as-of", "2026-11-22")
        if f["code"] == "reciprocity" and f["partner"] == "savannakhet"
    )
    assert (balance["hosted"], balance["visited"], balance["owing"]) == (2, 2, None)


def test_sentences_are_grouped_by_matter(luanphien: Run, tmp_path: Path) -> None:
    watched = paper(term="giai đoạn 2024 – 2026", notice_days="90")
    given(tmp_path / "plans", file(watched))
    assert luanphien("check", "plans", "--deep", "--as-of", "2026-11-22") == (
        0,
        """\
✓ mau: 1 duties under 1 clauses, 0 with something still to set
1 plans sound, 0 problems

Agreements about to end
 • Agreement: ends on 31 December 2026; notice due by 2 October 2026

Who has received whom
 • Quảng Trị – Savannakhet: Quảng Trị hosted 1, Savannakhet hosted 1; nothing recorded: 2""",
    )
    assert luanphien("check", "plans", "--deep", "--as-of", "2024-02-01")[1].endswith("Nothing to look into")


def test_faulty_plans_are_not_looked_into(luanphien: Run, tmp_path: Path) -> None:
    given(tmp_path / "plans", file(paper(**TERM, every="2")))
    code, printed = luanphien("check", "plans", "--deep", "--json")
    assert (code, json.loads(printed)["findings"]) == (1, [])
    assert "Nothing to look into" not in luanphien("check", "plans", "--deep")[1]


def test_a_day_belongs_to_a_deep_check_and_not_too_far_ahead(luanphien: Run) -> None:
    assert luanphien("check", "--as-of", "2026-01-01")[0] == 2
    assert luanphien("check", "--deep", "--as-of", "2099-01-01")[0] == 2


def test_a_stored_renewal_explains_itself(luanphien: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given(tmp_path / "plans", file(paper(**TERM, extension="tacit", every="2", notice_days="90")))
    monkeypatch.setenv("LUANPHIEN_PLANS", "plans")
    assert luanphien("sync")[0] == 0
    printed = luanphien("explain", "renew-thoa-thuan.2026")[1]
    assert "The last day of thoa-thuan (31 December 2026), less 90 days: 2 October 2026" in printed
    assert "Rests on: Agreement (2024–2026), in force then." in printed
    turn = luanphien("explain", "mau-trao-doi.2027")[1]
    assert "Rests on: Agreement (2024–2026), tacitly renewed until 31 December 2028." in turn
    assert luanphien("list", "--kind", "deadline")[0] == 0
    assert luanphien("rebuild")[0] == 0


def test_storing_twice_changes_nothing_more(luanphien: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given(tmp_path / "plans", file(paper(**TERM, extension="tacit", every="2", notice_days="90")))
    monkeypatch.setenv("LUANPHIEN_PLANS", "plans")
    assert luanphien("sync")[0] == 0
    assert json.loads(luanphien("sync", "--json")[1])["changes"] == []


def test_asking_whether_there_is_a_store_makes_none(database: Database, tmp_path: Path) -> None:
    with database.read():
        assert database.begun
    assert not Database(f"sqlite:///{tmp_path / 'none.db'}").begun
    assert not (tmp_path / "none.db").exists()


def test_the_notice_of_a_renewal_is_mailed_and_fed(
    luanphien: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given(tmp_path / "plans", file(paper(**TERM, notice_days="90")))
    monkeypatch.setenv("LUANPHIEN_PLANS", "plans")
    assert luanphien("sync")[0] == 0
    code, printed = luanphien("remind", "--preview", "--from", "2026-09-20", "--to", "2026-10-02", "--json")
    assert code == 0
    assert "renew-thoa-thuan.2026" in printed
    assert "UID:renew-thoa-thuan.2026@luanphien" in luanphien("feed", "--kind", "deadline")[1]
