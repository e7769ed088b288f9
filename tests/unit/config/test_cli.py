"""How commands end: 0, 1 when nothing is found or a check fails, 2 for wrong usage; and what they say then."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from config.cli import main
from config.session import Job
from config.settings import ALLOWED, Settings

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    """Runs the command in a folder of its own: (exit code, printed, said on standard error)."""
    for name in list(os.environ):
        if name.startswith("LUANPHIEN_"):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)

    def command(*words: str, folder: Path = tmp_path, **settings: str) -> tuple[int, str, str]:
        monkeypatch.chdir(folder)
        monkeypatch.setattr(sys, "argv", ["luanphien", *words])
        for name, value in settings.items():
            monkeypatch.setenv(f"LUANPHIEN_{name.upper()}", value)
        capsys.readouterr()
        try:
            main()
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else int(end.code is not None)
        else:
            code = 0
        printed = capsys.readouterr()
        return code, printed.out, " ".join(printed.err.split())

    return command


@pytest.fixture(scope="module")
def synced(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the five plans."""
    folder = tmp_path_factory.mktemp("co-quan")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setattr(sys, "argv", ["luanphien", "sync", "--json"])
        with pytest.raises(SystemExit) as end:
            main()
    assert end.value.code == 0
    return folder


@pytest.mark.parametrize(
    "words",
    [
        ("list",),
        ("list", "--json"),
        ("list", "--partner", "savannakhet"),
        ("next",),
        ("next", "--json"),
        ("explain", "qt-front-exchange.savannakhet.2021"),
        ("feed",),
        ("remind", "--preview"),
        ("remind", "--once"),
        ("rebuild",),
    ],
    ids=" ".join,
)
def test_an_empty_store_says_what_to_run(run: Run, words: tuple[str, ...]) -> None:
    assert run(*words) == (1, "", "✗ kho chưa có kế hoạch nào → chạy luanphien sync")
    assert run(*words, lang="en") == (1, "", "✗ the store holds no plan yet → run luanphien sync")


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("vi", "✗ người gửi trong LUANPHIEN_MAIL_FROM không phải là một địa chỉ thư → ghi Tên <hộp-thư@tên-miền>"),
        ("en", "✗ the sender in LUANPHIEN_MAIL_FROM is not one mail address → write Name <local@domain>"),
    ],
)
def test_a_sender_that_is_not_one_says_which_setting_to_mend(run: Run, synced: Path, lang: str, said: str) -> None:
    assert run("remind", "--once", folder=synced, mail_from="a, b", lang=lang) == (1, "", said)


@pytest.mark.parametrize(
    "words",
    [
        ("list", "--from", "1950-01-01", "--to", "1950-12-31", "--kind", "exchange"),
        ("list", "--plan", "khong-co"),
        ("next", "--kind", "event", "--partner", "takeo", "--as-of", "2050-01-01"),
    ],
    ids=" ".join,
)
def test_nothing_found_is_one_and_an_empty_list(run: Run, synced: Path, words: tuple[str, ...]) -> None:
    assert run(*words, "--json", folder=synced) == (1, "[]\n", "")
    code, out, err = run(*words, folder=synced)
    assert (code, out, err.startswith("✗ "), " → " in err) == (1, "", True, True)


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (("list", "--partner", "savanakhet"), "savannakhet"),
        (("list", "--partner", "savannakhet", "--partner", "zzz"), "zzz"),
        (("next", "--partner", "savanakhet"), "savannakhet"),
        (("feed", "--partner", "mttq-quang-tri"), "quang-tri"),
        (("feed", "--lead", "so-ngoai-vu-quangtri"), "so-ngoai-vu-quang-tri"),
        (("list", "--from", "2021-02-30"), "2021-02-30"),
        (("list", "--to", "31/9/2021"), "2021-09-30"),
        (("next", "--as-of", "hôm nay"), "2021-09-30"),
        (("list", "--from", "2021-12-31", "--to", "2021-01-01"), "2021-01-01"),
        (("feed", "--from", "2021-12-31", "--to", "2021-01-01"), "2021-01-01"),
        (("remind", "--preview", "--from", "2021-12-31", "--to", "2021-01-01"), "2021-01-01"),
        (("list", "--to", "2200-01-01"), "50"),
        (("feed", "--to", "2200-01-01"), "50"),
        (("next", "--as-of", "2200-01-01"), "50"),
        (("list", "--kind", "dinner"), "exchange"),
        (("next", "--count", "0"), "--count"),
        (("next", "--count", "hai"), "--count"),
        (("feed", "--lang", "fr"), "--lang"),
        (("explain",), "luanphien explain"),
        (("remind",), "--preview"),
        (("remind", "--preview", "--once"), "--preview"),
        (("list", "--colour"), "--colour"),
        (("list", "thừa"), "thừa"),
        (("lisst",), "lisst"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else None,
)
def test_wrong_usage_is_two_and_says_what_is_wrong(run: Run, synced: Path, words: tuple[str, ...], hint: str) -> None:
    code, out, err = run(*words, folder=synced)
    assert (code, out, hint in err, "Traceback" in err) == (2, "", True, False)


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("lang", "fr"),
        ("database_url", "mysql://x"),
        ("mail_url", "ftp://x"),
        ("base_url", "lich.example.vn"),
        ("base_url", "ftp://lich.example.vn"),
        ("timezone", "Mars/Phobos"),
        ("timezone", "../etc/passwd"),
        ("port", "tám nghìn"),
        ("port", "70000"),
    ],
)
def test_a_wrong_setting_is_named_with_its_value_and_what_is_allowed(run: Run, setting: str, value: str) -> None:
    code, out, err = run("list", **{setting: value})
    assert (code, out) == (2, "")
    assert err.startswith(f"✗ LUANPHIEN_{setting.upper()}: không dùng được “{value}” → ghi ")
    code, out, err = run("list", **({"lang": "en"} | {setting: value}))
    if setting != "lang":
        assert err.startswith(f"✗ LUANPHIEN_{setting.upper()}: “{value}” cannot be used → write ")


@pytest.mark.parametrize("lang", ["en", "lo", "km"])
def test_wrong_settings_are_told_in_english_to_readers_of_other_languages(run: Run, lang: str) -> None:
    said = "✗ LUANPHIEN_PORT: “x” cannot be used → write a number from 0 to 65535"
    assert run("list", lang=lang, port="x") == (2, "", said)


@pytest.mark.parametrize(
    ("setting", "value", "shown"),
    [
        ("mail_url", "smpt://lan:mat-khau@relay.example:465", "smpt://…@relay.example:465"),
        ("mail_url", "smpt://lan:mat@khau@relay.example", "smpt://…@relay.example"),
        ("mail_url", "smtps:lan:mat-khau", "smtps:…"),
        ("database_url", "postgres://lan:mat-khau@may/kho", "postgres://…@may/kho"),
        ("database_url", "postgres://may/kho?password=mat-khau", "postgres://may/kho?…"),
        ("port", "80\n80", "80 80"),
    ],
)
def test_no_password_is_repeated(run: Run, setting: str, value: str, shown: str) -> None:
    code, _, err = run("list", **{setting: value})
    assert (code, f"“{shown}”" in err, "khau" in err) == (2, True, False)


def test_every_setting_that_can_be_wrong_says_what_it_may_be() -> None:
    """A field that is neither free text nor listed would have no words when it is wrong."""
    checked = {field for decorator in Settings.__pydantic_decorators__.field_validators.values()
               for field in decorator.info.fields}  # fmt: skip
    free = {name for name, field in Settings.model_fields.items() if field.annotation in (str, str | None)} - checked
    assert set(ALLOWED) == set(Settings.model_fields) - free


KINDS = ("anniversary", "deadline", "event", "exchange", "report", "talks")
FAULTS = {
    "policies": (
        "before: {task: [7, 7], meals: [1]}\ncoordinating_from: soon\n",
        [*((1, f"before.{kind}") for kind in KINDS), (1, "before.meals"), (1, "before.task"), (1, "projected"),
         (1, "before.preparation"), (1, "before.renewal"), (1, "after"), (1, "escalation"), (2, "coordinating_from")],
    ),
    "holidays": ("VN:\n  work: [2026-01-10]\nLA:\n  off: {2999-01-01: {vi: x}}\n", [(4, "LA.off.2999-01-01")]),
    "chains": ("a: {side: hosting, steps: {b: {title: {vi: B}}}}\n", [(1, "a.steps.b")]),
}  # fmt: skip
"""A text for each file that a setting names, and where its faults are."""


@pytest.mark.parametrize("setting", sorted(FAULTS))
def test_check_and_sync_look_at_every_file_a_setting_names(run: Run, tmp_path: Path, setting: str) -> None:
    text, places = FAULTS[setting]
    path = tmp_path / f"{setting}.yaml"
    path.write_text(text, encoding="utf-8")
    for command in ("check", "sync"):
        code, out, _ = run(command, "--json", **{setting: str(path)})
        found = [error for error in json.loads(out)["errors"] if error["file"] == str(path)]
        assert (code, sorted({(error["line"], error["field"]) for error in found})) == (1, sorted(places)), command
        assert [error for error in found if not error["fix"]] == []


def test_a_day_that_is_two_things_is_found_in_its_line(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "nghi.yaml"
    path.write_text("VN:\n  work:\n    - 2026-01-10\n  not_off: [2026-01-10]\n", encoding="utf-8")
    code, out, _ = run("check", "--json", holidays=str(path), lang="en")
    [error] = json.loads(out)["errors"]
    assert (code, error) == (1, {
        "file": str(path), "line": 4, "column": 13, "field": "VN.not_off.0",
        "message": "2026-01-10 stands in two of off, work and not_off", "fix": "keep the day in one of them",
    })  # fmt: skip


@pytest.mark.parametrize("setting", ["policies", "holidays", "chains"])
def test_a_file_that_a_setting_names_must_be_there(run: Run, tmp_path: Path, setting: str) -> None:
    missing = str(tmp_path / "khong-co.yaml")
    for command in ("check", "sync"):
        code, out, _ = run(command, "--json", **{setting: missing})
        errors = [(error["file"], error["message"], error["fix"]) for error in json.loads(out)["errors"]]
        fix = "sửa lại biến, hoặc bỏ biến đó để dùng tệp đi kèm"
        assert (code, errors) == (1, [(missing, "không có tệp này", fix)])


def test_holidays_of_a_setting_are_those_of_the_store(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "ngay-nghi-rieng.yaml"
    path.write_text("VN:\n  off:\n    2021-09-01: {vi: Ngày nghỉ riêng}\n", encoding="utf-8")
    assert run("sync", "--json")[0] == 0
    assert run("sync", "--json", holidays=str(path))[0] == 0
    with Job.start().office() as desk:
        assert [reason.name.vi for reason in desk.days_off().is_off(date(2021, 9, 1), ("VN",))] == ["Ngày nghỉ riêng"]
        assert desk.days_off().is_off(date(2026, 1, 2), ("VN",)) == ()


@pytest.mark.parametrize("there", [False, True])
def test_a_directory_that_is_not_there_is_one_error(run: Run, tmp_path: Path, there: bool) -> None:
    folder = tmp_path / "danh-ba"
    if there:
        folder.mkdir()
    what = "ở đây không có tệp danh bạ nào" if there else "không có tệp hay thư mục này"
    fix = "cho LUANPHIEN_DIRECTORY chỉ vào một thư mục có tệp .yaml, hoặc bỏ biến đó để dùng danh bạ đi kèm"
    for command in ("check", "sync"):
        code, out, _ = run(command, "--json", directory=str(folder))
        errors = [(error["file"], error["message"], error["fix"]) for error in json.loads(out)["errors"]]
        assert (code, errors) == (1, [(str(folder), what, fix)]), command


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("vi", "Từ 1/1/2040 đến 31/12/2040; thêm --to để xem xa hơn"),
        ("en", "From 1 January 2040 to 31 December 2040; give --to to see further"),
    ],
)
def test_a_list_from_beyond_the_stored_years_shows_one_year_and_says_so(
    run: Run, synced: Path, lang: str, said: str
) -> None:
    code, out, _ = run("list", "--from", "2040-01-01", folder=synced, lang=lang)
    assert (code, out.splitlines()[0]) == (0, said)
    _, endless, _ = run("list", "--from", "2040-01-01", "--json", folder=synced)
    _, year, _ = run("list", "--from", "2040-01-01", "--to", "2040-12-31", "--json", folder=synced)
    assert endless == year
    assert "ha-tinh-khammouane-front-exchange.2040" in endless
    code, out, err = run("list", "--from", "2190-01-01", folder=synced)
    assert (code, "50" in err) == (2, True)


@pytest.mark.parametrize("lang", ["lo", "km"])
def test_screens_speak_one_language_to_readers_of_lao_and_khmer(run: Run, synced: Path, lang: str) -> None:
    """Feeds and JSON speak theirs; the words of screens are not translated, so all of a screen is English."""
    for words in (
        ("list", "--plan", "quang-tri-front-2020"),
        ("next",),
        ("explain", "qt-front-exchange.savannakhet.2021"),
    ):
        english = run(*words, folder=synced, lang="en")
        assert run(*words, folder=synced, lang=lang) == english
    facts = ("explain", "qt-front-exchange.savannakhet.2021", "--json")
    own, english = (json.loads(run(*facts, folder=synced, lang=word)[1])["facts"] for word in (lang, "en"))
    assert [fact["words"] for fact in own] != [fact["words"] for fact in english]


def test_the_last_year_anyone_may_look_at_can_be_listed_from(run: Run, synced: Path) -> None:
    last = date.today().year + 50  # noqa: DTZ011 - the command's own clock
    code, out, err = run("list", "--from", f"{last}-06-01", folder=synced, lang="en")
    assert (code, f"to 31 December {last};" in out.splitlines()[0], err) == (0, True, "")
