"""One folder with the five plans for all that only read, whatever the number of test processes; and a browser."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.acceptance.command import Desk, alone
from tests.acceptance.serving import copied, serving
from tests.interop.readers import NODE_MODULES, missing

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Path:
    """A folder that every process of this test run has."""
    base = tmp_path_factory.getbasetemp()
    return base.parent if hasattr(request.config, "workerinput") else base


@pytest.fixture(scope="session")
def desk(shared: Path) -> Desk:
    """A folder in which `luanphien sync --json` was asked first; nothing in it may be changed."""
    found = Desk(shared / "co-quan")
    with alone(found.folder):
        found.folder.mkdir(exist_ok=True)
    synced = found.ask("sync", "--json")
    assert (synced.code, synced.err, synced.json["errors"]) == (0, "", [])
    return found


@pytest.fixture(scope="session")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """An empty folder."""
    return Desk(tmp_path_factory.mktemp("trong"))


@pytest.fixture(scope="session")
def site(desk: Desk, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server over the five plans; nothing behind it may be changed."""
    with serving(copied(desk, tmp_path_factory.mktemp("may-chu"))) as address:
        yield address


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium; closed with the module, since its loop would stand in the way of other tests' loops."""
    program = shutil.which("chromium")
    if program is None:
        missing("Chromium is not installed: apt-get install chromium")
    try:
        from playwright.sync_api import sync_playwright
    except ModuleNotFoundError:
        missing("playwright is not installed: make install")
    with sync_playwright() as playwright:
        # Without --no-sandbox it refuses to start as root, and it meets no page but ours.
        found = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield found
        found.close()


@pytest.fixture(scope="module")
def axe() -> str:
    """The source of axe-core."""
    source = NODE_MODULES / "axe-core" / "axe.min.js"
    if not source.is_file():
        missing("axe-core is not installed: make npm")
    return source.read_text(encoding="utf-8")
