"""How commands end: 0, 1 when nothing is found or a check fails, 2 for wrong usage; and what they say then."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from config.cli import main

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
        (("list", "--to", "30/9/2021"), "2021-09-30"),
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
def test_a_wrong_setting_is_named_and_its_value_kept_secret(run: Run, setting: str, value: str) -> None:
    code, out, err = run("list", **{setting: value})
    assert (code, out, err.startswith(f"✗ LUANPHIEN_{setting.upper()}: "), value in err) == (2, "", True, False)


def test_every_wrong_setting_is_told(run: Run, tmp_path: Path) -> None:
    code, _, err = run("sync", lang="fr", timezone="Mars", mail_url="x")
    assert (code, [name for name in ("LANG", "TIMEZONE", "MAIL_URL") if f"LUANPHIEN_{name}:" not in err]) == (2, [])
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("words", [("list",), ("sync",), ("next", "--json")], ids=" ".join)
def test_a_store_that_cannot_be_opened_is_named(run: Run, tmp_path: Path, words: tuple[str, ...]) -> None:
    noise = tmp_path / "on.db"
    noise.write_bytes(bytes(range(256)) * 16)
    for url in (f"sqlite:///{tmp_path / 'khong' / 'co.db'}", f"sqlite:///{noise}"):
        code, out, err = run(*words, database_url=url)
        said = err.replace(" ", "")  # a long name is broken at the edge of the screen
        assert (code, out, url in said, "LUANPHIEN_DATABASE_URL" in said) == (1, "", True, True)
    assert noise.read_bytes() == bytes(range(256)) * 16


@pytest.mark.parametrize(
    ("key", "near"),
    [
        ("qt-front-exchange.savanakhet.2021", "qt-front-exchange.savannakhet.2021"),
        ("qt-front-exchange.savannakhet.2022", "qt-front-exchange.savannakhet.2021"),
    ],
)
def test_an_unknown_key_names_the_nearest(run: Run, synced: Path, key: str, near: str) -> None:
    code, out, err = run("explain", key, folder=synced)
    assert (code, out, key in err, near in err) == (1, "", True, True)


def test_a_key_unlike_any_says_where_keys_are(run: Run, synced: Path) -> None:
    code, out, err = run("explain", "@", folder=synced)
    assert (code, out, "luanphien list" in err) == (1, "", True)


@pytest.mark.parametrize("words", [("list", "--plan", "quang-tri-front-2020"), ("next",), ("check",)])
@pytest.mark.parametrize("lang", ["vi", "en", "lo", "km"])
def test_people_are_told_in_their_language(run: Run, synced: Path, words: tuple[str, ...], lang: str) -> None:
    code, out, err = run(*words, folder=synced, lang=lang)
    assert (code, out != "", err) == (0, True, "")


def test_a_folder_and_files_of_plans(run: Run, tmp_path: Path) -> None:
    samples = Path(__file__).parents[2] / "data" / "valid"
    (tmp_path / "trống").mkdir()
    settings = {"directory": str(samples / "once.yaml")}
    code, out, _ = run("check", str(samples / "period.yaml"), "--json", directory=str(tmp_path / "trống"))
    assert (code, [error["file"] for error in json.loads(out)["errors"]]) == (1, [str(tmp_path / "trống")])
    both = f"{samples / 'once.yaml'}:{samples / 'khong-co.yaml'}"
    code, out, _ = run("check", "--json", plans=both, **settings)
    assert (code, next(error["file"] for error in json.loads(out)["errors"])) == (1, str(samples / "khong-co.yaml"))
