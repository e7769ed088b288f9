"""One folder with the five plans for all that only read, whatever the number of test processes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance.command import Desk, alone
from tests.acceptance.serving import copied, serving


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
