"""An office and a server that every test of mail may ask for."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from config.database import Database
from tests.integration.mailoffice import Office, Post
from tests.unit.notifications.relays import real_relay


@pytest.fixture
def office(database: Database) -> Office:
    """An office at work, on each database."""
    return Office(database)


@pytest.fixture
def post() -> Iterator[Post]:
    """A real SMTP server."""
    handler = Post()
    with real_relay(handler) as port:
        handler.port = port
        yield handler
