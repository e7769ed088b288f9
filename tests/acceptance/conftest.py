"""One folder with the five plans for all that only read."""

from __future__ import annotations

import pytest

from tests.acceptance.command import Desk


@pytest.fixture(scope="session")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """A folder in which `luanphien sync` was run once; nothing in it may be changed."""
    found = Desk(tmp_path_factory.mktemp("co-quan"))
    synced = found.run("sync", "--json")
    assert (synced.code, synced.err, synced.json["errors"]) == (0, "", [])
    found.answers["sync", "--json"] = synced
    return found


@pytest.fixture(scope="session")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """An empty folder."""
    return Desk(tmp_path_factory.mktemp("trong"))
