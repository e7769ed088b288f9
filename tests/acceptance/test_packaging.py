"""What is installed: four packages that nobody else ships, and every file they need inside the wheel."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from email.parser import Parser
from importlib.metadata import distribution, packages_distributions
from pathlib import Path

import pytest

pytestmark = pytest.mark.acceptance

ROOT = Path(__file__).parents[2]
PACKAGES = ("scheduler", "calendars", "notifications", "config")
COMPILED = {"__pycache__"}


def wanted() -> set[str]:
    """Every file of the packages, code and data."""
    return {
        path.relative_to(ROOT).as_posix()
        for package in PACKAGES
        for path in (ROOT / package).rglob("*")
        if path.is_file() and COMPILED.isdisjoint(path.parts)
    }


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    """The wheel, built from the tree."""
    folder = tmp_path_factory.mktemp("dist")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    done = subprocess.run(build, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    (path,) = folder.glob("*.whl")
    return zipfile.ZipFile(path)


def test_no_other_distribution_ships_one_of_the_four_names() -> None:
    shipped = packages_distributions()
    others = {name: set(shipped.get(name, ())) - {"luanphien"} for name in PACKAGES}
    assert {name: found for name, found in others.items() if found} == {}


def test_only_the_command_is_offered() -> None:
    found = distribution("luanphien")
    assert [(point.group, point.name, point.value) for point in found.entry_points] == [
        ("console_scripts", "luanphien", "config.cli:main")
    ]
    assert "Private :: Do Not Upload" in (found.metadata.get_all("Classifier") or [])


def test_the_wheel_holds_every_file_of_the_packages_and_nothing_else(wheel: zipfile.ZipFile) -> None:
    inside = {name for name in wheel.namelist() if ".dist-info/" not in name}
    assert inside == wanted()


@pytest.mark.parametrize(
    ("folder", "suffix"),
    [
        ("config/plans", ".yaml"),
        ("config/directory", ".yaml"),
        ("config/locale", ".po"),
        ("config/migrations/versions", ".py"),
        ("calendars/locale", ".po"),
        ("calendars/templates", ".html"),
        ("calendars/static", ".css"),
        ("notifications/locale", ".po"),
        ("notifications/templates/reminder", ".html"),
    ],
)
def test_data_of_every_sort_is_in_the_wheel(wheel: zipfile.ZipFile, folder: str, suffix: str) -> None:
    here = sorted(path.name for path in (ROOT / folder).iterdir() if path.suffix == suffix)
    inside = sorted(Path(name).name for name in wheel.namelist() if Path(name).match(f"{folder}/*{suffix}"))
    assert (inside, len(here) > 0) == (here, True)


def test_files_by_name_are_in_the_wheel(wheel: zipfile.ZipFile) -> None:
    names = {
        "config/policies.yaml",
        "config/holidays.yaml",
        "config/migrations/env.py",
        "config/migrations/script.py.mako",
        "notifications/templates/reminder/subject.txt",
        "notifications/templates/reminder/body.txt",
        *(f"{package}/py.typed" for package in PACKAGES),
    }
    assert names - set(wheel.namelist()) == set()


def test_a_file_reads_the_same_inside_the_wheel(wheel: zipfile.ZipFile) -> None:
    different = [name for name in sorted(wanted()) if wheel.read(name) != (ROOT / name).read_bytes()]
    assert different == []


def test_the_wheel_says_what_it_is(wheel: zipfile.ZipFile) -> None:
    name = next(name for name in wheel.namelist() if name.endswith(".dist-info/METADATA"))
    metadata = Parser().parsestr(wheel.read(name).decode())
    assert (metadata["Name"], metadata["Requires-Python"]) == ("luanphien", ">=3.11")
    assert "Private :: Do Not Upload" in (metadata.get_all("Classifier") or [])
